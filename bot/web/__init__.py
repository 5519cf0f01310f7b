"""What people and Stripe reach by HTTP: the pages after payment, the webhook, pictures, health."""

from bot.web.app import web_app
from bot.web.links import PublicLinks, TelegramLinks
from bot.web.parts import Figures, Parts, Updates
from bot.web.server import CannotListenError, WebServer

__all__ = [
    "CannotListenError",
    "Figures",
    "Parts",
    "PublicLinks",
    "TelegramLinks",
    "Updates",
    "WebServer",
    "web_app",
]

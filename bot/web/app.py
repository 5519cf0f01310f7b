"""The web application: pages, webhook and health on one `aiohttp.web.Application`."""

from __future__ import annotations

from aiohttp import web

from bot.web.connections import noted
from bot.web.guard import BODY_LIMIT, TIME_LIMIT, guard, headers_signal
from bot.web.health import Health
from bot.web.pages import Pages
from bot.web.parts import Parts
from bot.web.renderer import PageRenderer
from bot.web.webhooks import StripeWebhook, TelegramWebhook


def web_app(parts: Parts, *, time_limit: float = TIME_LIMIT) -> web.Application:
    """Build the application; without a way to verify there is no webhook.

    Args:
        parts: What it stands on.
        time_limit: Seconds that a request may take.
    """
    renderer = PageRenderer(parts)
    app = web.Application(
        middlewares=[noted, guard(renderer, time_limit)], client_max_size=BODY_LIMIT
    )
    app.on_response_prepare.append(headers_signal(https=parts.https))
    app.add_routes(Pages(parts, renderer).routes())
    app.add_routes(Health(parts).routes())
    if parts.verify is not None:
        app.add_routes(StripeWebhook(parts.verify, parts.inbox).routes())
    if parts.updates is not None:
        app.add_routes(TelegramWebhook(parts.updates).routes())
    return app

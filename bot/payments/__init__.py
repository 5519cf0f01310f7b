"""Stripe, behind the port `Payments`: the only place that knows its parameters and its errors.

It knows nothing of orders, chats or the database.
"""

from bot.payments.client import StripePayments
from bot.payments.endpoints import Endpoint, Permission
from bot.payments.webhook import InvalidEventError, verify_webhook

__all__ = [
    "Endpoint",
    "InvalidEventError",
    "Permission",
    "StripePayments",
    "verify_webhook",
]

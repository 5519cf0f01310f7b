"""The embedded Stripe: its API and its hosted Checkout page, on loopback."""

from bot.sandbox.stripe.post import Sent, Webhook
from bot.sandbox.stripe.sandbox import StripeSandbox
from bot.sandbox.stripe.till import Again, Asks, Done, Over

__all__ = ["Again", "Asks", "Done", "Over", "Sent", "StripeSandbox", "Webhook"]

"""The embedded Stripe: its API and its hosted Checkout page, on loopback."""

from shop_sandbox.stripe.post import HookEndpoint, Sent
from shop_sandbox.stripe.sandbox import StripeSandbox
from shop_sandbox.stripe.till import Again, Asks, Done, Over

__all__ = ["Again", "Asks", "Done", "HookEndpoint", "Over", "Sent", "StripeSandbox"]

"""Promotion codes as Stripe shows them."""

from __future__ import annotations

from shop_sandbox.exchange import Json
from shop_sandbox.stripe.errors import missing
from shop_sandbox.stripe.world import Book


def promotion_code(book: Book, identity: str) -> Json:
    """Return the promotion code of this id.

    Raises:
        ApiError: there is none.
    """
    world = book.world
    for typed, coupon in world.promotions.items():
        if identity == world.promotion_id(typed):
            return {
                "id": identity,
                "object": "promotion_code",
                "active": True,
                "code": typed,
                "created": 0,
                "customer": None,
                "customer_account": None,
                "expires_at": None,
                "livemode": book.livemode,
                "max_redemptions": None,
                "metadata": {},
                "promotion": {"coupon": coupon.id, "type": "coupon"},
                "restrictions": {
                    "first_time_transaction": False,
                    "minimum_amount": None,
                    "minimum_amount_currency": None,
                },
                "times_redeemed": 0,
            }
    raise missing("promotion code", identity, param="promotion_code")

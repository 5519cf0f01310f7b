"""The account and its balance, as Stripe shows them."""

from __future__ import annotations

from shop_sandbox.exchange import Json
from shop_sandbox.stripe.world import Book


def account(book: Book) -> Json:
    """Return the account that the key belongs to; it is the same in both modes."""
    settings = book.world.settings
    return {
        "id": settings.account_id,
        "object": "account",
        "business_profile": {
            "annual_revenue": None,
            "estimated_worker_count": None,
            "mcc": None,
            "name": settings.shop_name,
            "product_description": None,
            "support_address": None,
            "support_email": None,
            "support_phone": None,
            "support_url": None,
            "url": None,
        },
        "business_type": "individual",
        "capabilities": {"card_payments": "active", "transfers": "active"},
        "charges_enabled": True,
        "country": settings.country,
        "default_currency": "eur",
        "details_submitted": True,
        "email": None,
        "payouts_enabled": True,
        "settings": {
            "branding": {
                "icon": None,
                "logo": None,
                "primary_color": None,
                "secondary_color": None,
            },
            "card_payments": {
                "statement_descriptor_prefix": None,
                "statement_descriptor_prefix_kana": None,
                "statement_descriptor_prefix_kanji": None,
            },
            "dashboard": {"display_name": settings.shop_name, "timezone": "Etc/UTC"},
            "payments": {
                "statement_descriptor": "SANDBOX SHOP",
                "statement_descriptor_kana": None,
                "statement_descriptor_kanji": None,
            },
        },
        "type": "standard",
    }


def balance(book: Book) -> Json:
    """Return what was taken less what was given back, by currency; no fees are reckoned."""
    sums: dict[str, int] = {}
    for charge in book.charges:
        if charge["paid"]:
            net = charge["amount"] - charge["amount_refunded"]
            sums[charge["currency"]] = sums.get(charge["currency"], 0) + net
    return {
        "object": "balance",
        "available": [
            {"amount": amount, "currency": currency, "source_types": {"card": amount}}
            for currency, amount in sums.items()
        ],
        "livemode": book.livemode,
        "pending": [
            {"amount": 0, "currency": currency, "source_types": {"card": 0}} for currency in sums
        ],
    }

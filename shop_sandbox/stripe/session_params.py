"""What Session create takes, in Stripe's version endive ("Create a Checkout Session")."""

from __future__ import annotations

from typing import Final

from shop_sandbox.stripe.params import (
    Currency,
    Flag,
    Integer,
    Kind,
    Listing,
    Pairs,
    Record,
    Text,
    Unbuilt,
    Url,
)

_LOCALES = (
    "auto bg cs da de el en en-GB es es-419 et fi fil fr fr-CA hi-IN hr hu id it ja ko lt lv "
    "ms mt nb nl pl pt pt-BR ro ru sk sl sv th tr vi zh zh-HK zh-TW"
)
LOCALES: Final = tuple(_LOCALES.split())

_UNITS: Final = ("business_day", "day", "hour", "month", "week")
_TAX: Final = Text(choices=("exclusive", "inclusive", "unspecified"))
_AMOUNT: Final = Integer(least=0)
_BOUND: Final = Record({"unit": Text(choices=_UNITS), "value": Integer(least=0)}, ("unit", "value"))
_MESSAGE: Final = Record({"message": Text(limit=1200)}, ("message",))
_SWITCH: Final = Record({"enabled": Flag()}, ("enabled",))

_PRODUCT: Final = Record(
    {
        "name": Text(limit=250),
        "description": Text(limit=40_000),
        "images": Listing(Url(), most=8),
        "metadata": Pairs(),
        "tax_code": Text(),
        "unit_label": Text(limit=12),
    },
    ("name",),
)
_LINE: Final = Record(
    {
        "adjustable_quantity": Record(
            {
                "enabled": Flag(),
                "maximum": Integer(least=1, most=999_999),
                "minimum": Integer(least=0, most=999_999),
            },
            ("enabled",),
        ),
        "metadata": Pairs(),
        "price": Text(),
        "price_data": Record(
            {
                "currency": Currency(),
                "product": Text(),
                "product_data": _PRODUCT,
                "recurring": Unbuilt(),
                "tax_behavior": _TAX,
                "unit_amount": _AMOUNT,
                "unit_amount_decimal": Unbuilt(),
            },
            ("currency",),
        ),
        "quantity": Integer(least=1, most=999_999),
        "tax_rates": Unbuilt(),
        "dynamic_tax_rates": Unbuilt(),
    }
)
_SHIPPING: Final = Record(
    {
        "shipping_rate": Text(),
        "shipping_rate_data": Record(
            {
                "delivery_estimate": Record({"maximum": _BOUND, "minimum": _BOUND}),
                "display_name": Text(limit=100),
                "fixed_amount": Record(
                    {"amount": _AMOUNT, "currency": Currency(), "currency_options": Unbuilt()},
                    ("amount", "currency"),
                ),
                "metadata": Pairs(),
                "tax_behavior": _TAX,
                "tax_code": Text(),
                "type": Text(choices=("fixed_amount",)),
            },
            ("display_name",),
        ),
    }
)
_LENGTHS: Final[dict[str, Kind]] = {
    "default_value": Text(limit=255),
    "maximum_length": Integer(least=1, most=255),
    "minimum_length": Integer(least=0, most=255),
}
_QUESTION: Final = Record(
    {
        "key": Text(limit=200),
        "label": Record(
            {"custom": Text(limit=50), "type": Text(choices=("custom",))},
            ("custom", "type"),
        ),
        "optional": Flag(),
        "type": Text(choices=("dropdown", "numeric", "text")),
        "text": Record(_LENGTHS),
        "numeric": Record(_LENGTHS),
        "dropdown": Record(
            {
                "default_value": Text(limit=100),
                "options": Listing(
                    Record(
                        {"label": Text(limit=100), "value": Text(limit=100)}, ("label", "value")
                    ),
                    most=200,
                ),
            },
            ("options",),
        ),
    },
    ("key", "label", "type"),
)
_INTENT: Final = Record(
    {
        "capture_method": Text(choices=("automatic", "automatic_async")),
        "description": Text(limit=1000),
        "metadata": Pairs(),
        "receipt_email": Text(limit=800),
        "statement_descriptor": Text(limit=22),
        "statement_descriptor_suffix": Text(limit=22),
        "application_fee_amount": Unbuilt(),
        "on_behalf_of": Unbuilt(),
        "setup_future_usage": Unbuilt(),
        "shipping": Unbuilt(),
        "transfer_data": Unbuilt(),
        "transfer_group": Unbuilt(),
    }
)
_PAPER: Final = Record({"name": Text(limit=40), "value": Text(limit=140)}, ("name", "value"))
_INVOICE: Final = Record(
    {
        "enabled": Flag(),
        "invoice_data": Record(
            {
                "account_tax_ids": Unbuilt(),
                "custom_fields": Listing(_PAPER, most=4),
                "description": Text(limit=1500),
                "footer": Text(limit=5000),
                "issuer": Unbuilt(),
                "metadata": Pairs(),
                "rendering_options": Unbuilt(),
            }
        ),
    },
    ("enabled",),
)
_UNBUILT_NAMES = (
    "after_expiration customer customer_account customer_update "
    "managed_payments name_collection optional_items "
    "payment_method_collection payment_method_configuration payment_method_data "
    "payment_method_options permissions redirect_on_completion return_url "
    "saved_payment_method_options setup_intent_data subscription_data wallet_options"
)
_UNBUILT: Final = tuple(_UNBUILT_NAMES.split())

CREATE: Final = Record(
    {
        "adaptive_pricing": _SWITCH,
        "allow_promotion_codes": Flag(),
        "allowed_payment_method_types": Listing(Text()),
        "automatic_tax": Record({"enabled": Flag(), "liability": Unbuilt()}, ("enabled",)),
        "billing_address_collection": Text(choices=("auto", "required")),
        "branding_settings": Record(
            {
                "background_color": Text(),
                "border_style": Text(choices=("pill", "rectangular", "rounded")),
                "button_color": Text(),
                "display_name": Text(),
                "font_family": Text(),
                "icon": Unbuilt(),
                "logo": Unbuilt(),
            }
        ),
        "cancel_url": Url(),
        "client_reference_id": Text(limit=200),
        "consent_collection": Record(
            {
                "promotions": Text(choices=("auto", "none")),
                "terms_of_service": Text(choices=("none", "required")),
                "payment_method_reuse_agreement": Unbuilt(),
            }
        ),
        "currency": Currency(),
        "custom_fields": Listing(_QUESTION, most=3),
        "custom_text": Record(
            {
                "after_submit": _MESSAGE,
                "shipping_address": _MESSAGE,
                "submit": _MESSAGE,
                "terms_of_service_acceptance": _MESSAGE,
            }
        ),
        "customer_creation": Text(choices=("if_required", "always")),
        "customer_email": Text(limit=800),
        "discounts": Listing(Record({"coupon": Text(), "promotion_code": Text()}), most=1),
        "excluded_payment_method_types": Listing(Text()),
        "expand": Listing(Text(limit=5000)),
        "expires_at": Integer(),
        "integration_identifier": Text(limit=200),
        "invoice_creation": _INVOICE,
        "line_items": Listing(_LINE, most=100),
        "locale": Text(choices=LOCALES),
        "metadata": Pairs(),
        "mode": Text(choices=("payment", "setup", "subscription")),
        "origin_context": Text(choices=("mobile_app", "web")),
        "payment_intent_data": _INTENT,
        "phone_number_collection": _SWITCH,
        "shipping_address_collection": Record(
            {"allowed_countries": Listing(Text(limit=2))}, ("allowed_countries",)
        ),
        "shipping_options": Listing(_SHIPPING, most=5),
        "submit_type": Text(choices=("auto", "book", "donate", "pay", "subscribe")),
        "success_url": Url(),
        "tax_id_collection": Record(
            {"enabled": Flag(), "required": Text(choices=("if_supported", "never"))}, ("enabled",)
        ),
        "ui_mode": Text(choices=("elements", "embedded_page", "hosted_page")),
        **{name: Unbuilt() for name in _UNBUILT},
    }
)

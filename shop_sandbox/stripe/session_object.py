"""The Checkout Session as Stripe shows it, made of what it was created with."""

from __future__ import annotations

from typing import Final

from shop_sandbox.exchange import Json
from shop_sandbox.stripe.errors import ApiError
from shop_sandbox.stripe.world import Book, new_id

_LIFE: Final = 24 * 3600
#: Colour of the hosted page's buttons where nobody chose one, as in `templates/style.css`.
BUTTON: Final = "#1d6b57"
#: Bank debits that settle later, by the currency that they are made in.
DEBITS: Final = {
    "eur": "sepa_debit",
    "usd": "us_bank_account",
    "gbp": "bacs_debit",
    "cad": "acss_debit",
    "aud": "au_becs_debit",
}


def blank_session(book: Book, params: Json, currency: str, rates: list[Json]) -> Json:
    """Return a new, open session of checked parameters; its sums are not reckoned yet.

    Raises:
        ApiError: no payment method is left.
    """
    now = book.world.now()
    given = params.get
    return {
        "id": new_id("cs_live_" if book.livemode else "cs_test_", 58),
        "object": "checkout.session",
        "adaptive_pricing": given(
            "adaptive_pricing", {"enabled": book.world.settings.adaptive_pricing}
        ),
        "after_expiration": None,
        "allow_promotion_codes": given("allow_promotion_codes"),
        "allowed_payment_method_types": given("allowed_payment_method_types"),
        "amount_subtotal": 0,
        "amount_total": 0,
        "automatic_tax": _automatic_tax(book, params),
        "billing_address_collection": given("billing_address_collection"),
        "branding_settings": _branding(book) | given("branding_settings", {}),
        "cancel_url": given("cancel_url"),
        "client_reference_id": given("client_reference_id"),
        "client_secret": None,
        "collected_information": {
            "business_name": None,
            "individual_name": None,
            "shipping_details": None,
        },
        "consent": None,
        "consent_collection": _consent_collection(params),
        "created": now,
        "currency": currency,
        "currency_conversion": None,
        "custom_fields": [_question(q) for q in given("custom_fields", [])],
        "custom_text": {
            place: given("custom_text", {}).get(place)
            for place in (
                "after_submit",
                "shipping_address",
                "submit",
                "terms_of_service_acceptance",
            )
        },
        "customer": None,
        "customer_account": None,
        "customer_creation": "if_required",
        "customer_details": _customer(given("customer_email")),
        "customer_email": given("customer_email"),
        "discounts": [],
        "excluded_payment_method_types": given("excluded_payment_method_types", []),
        "expires_at": given("expires_at", now + _LIFE),
        "integration_identifier": given("integration_identifier"),
        "invoice": None,
        "invoice_creation": _invoice_creation(given("invoice_creation")),
        "livemode": book.livemode,
        "locale": given("locale"),
        "metadata": given("metadata", {}),
        "mode": "payment",
        "origin_context": given("origin_context"),
        "payment_intent": None,
        "payment_link": None,
        "payment_method_collection": "if_required",
        "payment_method_configuration_details": None,
        "payment_method_options": {},
        "payment_method_types": _methods(params, currency),
        "payment_status": "unpaid",
        "permissions": None,
        "phone_number_collection": given("phone_number_collection", {"enabled": False}),
        "recovered_from": None,
        "saved_payment_method_options": None,
        "setup_intent": None,
        "shipping_address_collection": given("shipping_address_collection"),
        "shipping_cost": None,
        "shipping_options": [
            {"shipping_amount": rate["fixed_amount"]["amount"], "shipping_rate": rate["id"]}
            for rate in rates
        ],
        "status": "open",
        "submit_type": given("submit_type"),
        "subscription": None,
        "success_url": given("success_url"),
        "tax_id_collection": {"enabled": False, "required": "never"}
        | given("tax_id_collection", {}),
        "total_details": None,
        "ui_mode": "hosted_page",
        "url": None,
        "wallet_options": None,
    }


def _branding(book: Book) -> Json:
    """Return how an account's pages look whose Dashboard says nothing else."""
    return {
        "background_color": "#ffffff",
        "border_style": "rounded",
        "button_color": BUTTON,
        "display_name": book.world.settings.shop_name,
        "font_family": "default",
        "icon": None,
        "logo": None,
    }


def _automatic_tax(book: Book, params: Json) -> Json:
    by_default = {"enabled": book.world.settings.tax_by_default}
    enabled = params.get("automatic_tax", by_default)["enabled"]
    return {
        "enabled": enabled,
        "liability": {"type": "self"} if enabled else None,
        "provider": "stripe" if enabled else None,
        "status": "requires_location_inputs" if enabled else None,
    }


def _invoice_creation(wanted: Json | None) -> Json:
    """Return how an invoice is made once it is paid; every session says it, as Stripe's do."""
    data = (wanted or {}).get("invoice_data", {})
    return {
        "enabled": bool(wanted and wanted["enabled"]),
        "invoice_data": {
            "account_tax_ids": None,
            "custom_fields": data.get("custom_fields"),
            "description": data.get("description"),
            "footer": data.get("footer"),
            "issuer": None,
            "metadata": data.get("metadata", {}),
            "rendering_options": None,
        },
    }


def _consent_collection(params: Json) -> Json | None:
    wanted = params.get("consent_collection")
    if wanted is None:
        return None
    return {
        "payment_method_reuse_agreement": None,
        "promotions": wanted.get("promotions", "none"),
        "terms_of_service": wanted.get("terms_of_service", "none"),
    }


def _customer(email: str | None) -> Json | None:
    if email is None:
        return None
    return {
        "address": None,
        "business_name": None,
        "email": email,
        "individual_name": None,
        "name": None,
        "phone": None,
        "tax_exempt": "none",
        "tax_ids": None,
    }


def _question(question: Json) -> Json:
    kind = question["type"]
    body: Json = {"default_value": None, "value": None, **question.get(kind, {})}
    if kind != "dropdown":
        body = {"maximum_length": None, "minimum_length": None, **body}
    return {
        "key": question["key"],
        "label": question["label"],
        "optional": question.get("optional", False),
        "type": kind,
        kind: body,
    }


def _methods(params: Json, currency: str) -> list[str]:
    offered = ["card", *filter(None, [DEBITS.get(currency)])]
    allowed = params.get("allowed_payment_method_types", offered)
    excluded = params.get("excluded_payment_method_types", [])
    kept = [method for method in offered if method in allowed and method not in excluded]
    if not kept:
        raise ApiError(
            "No valid payment method types for this Checkout Session.",
            param="allowed_payment_method_types",
        )
    return kept

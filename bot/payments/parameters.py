"""What a Checkout Session is made from, in Stripe's words ("Create a Checkout Session").

No ``payment_method_types``: the methods are those that the owner's Dashboard has. No ``ui_mode``:
the hosted page is the default.
"""

from __future__ import annotations

import json
import re
from typing import Any, Final

from bot.payments.reading import RATE_MARK
from bot.ports import SessionLine, SessionQuestion, SessionRequest, ShippingChoice

Params = dict[str, Any]

#: Stripe wants more than 30 minutes and less than 24 hours, counted from its own clock.
_SOONEST, _LATEST = 30 * 60, 24 * 3600
#: What the call may take, and what its clock's measure may be off.
_MARGIN = 60
#: Longer ones are refused or cut on the page.
_NAME, _RATE_NAME, _LABEL, _CHOICE = 250, 100, 50, 100
#: Unless the owner says otherwise, what the customer reads in the chat is what they pay: the tax is
#: found within the price, as consumer law in the EU, the UK and elsewhere wants it.
_INCLUSIVE, _EXCLUSIVE = "inclusive", "exclusive"

#: Languages of Stripe's page; without Hindi, which its published specification lacks.
_LOCALES: Final = [
    "bg", "cs", "da", "de", "el", "en", "en-GB", "es", "es-419", "et", "fi", "fil", "fr", "fr-CA",
    "hr", "hu", "id", "it", "ja", "ko", "lt", "lv", "ms", "mt", "nb", "nl", "pl", "pt", "pt-BR",
    "ro", "ru", "sk", "sl", "sv", "th", "tr", "vi", "zh", "zh-HK", "zh-TW",
]  # fmt: skip
_LOCALE_OF: Final = {tag.lower(): tag for tag in _LOCALES} | {"no": "nb", "nn": "nb"}


def session_parameters(request: SessionRequest, now: int, ahead: int = 0) -> str:
    """Return the parameters of Session create as JSON, the same text for the same request.

    Args:
        request: What is asked for.
        now: Seconds UTC.
        ahead: By how many seconds our clock is ahead of Stripe's, which ends the session.

    Raises:
        ValueError: ``expires_at`` is not between 30 minutes and 24 hours away, or nothing is sold.
    """
    if not _SOONEST < request.expires_at - now < _LATEST:
        raise ValueError(f"expires_at is {request.expires_at - now} s away: 30 min to 24 h allowed")
    if not request.lines:
        raise ValueError("a session needs a line")
    # Stripe holds its own clock against the end: by ours it may be too near, or too far away.
    earliest, latest = now - ahead + _SOONEST + _MARGIN, now - ahead + _LATEST - _MARGIN
    metadata = dict(request.metadata)
    behavior = _EXCLUSIVE if request.plus_tax else _INCLUSIVE
    params: Params = {
        "mode": "payment",
        "line_items": [_line(line, behavior) for line in request.lines],
        "client_reference_id": request.reference,
        "metadata": metadata,
        # Not copied by Stripe, and what a Dashboard user sees first is the PaymentIntent.
        "payment_intent_data": {"metadata": metadata},
        "success_url": request.success_url,
        "cancel_url": request.cancel_url,
        "expires_at": min(max(request.expires_at, earliest), latest)
        if ahead
        else request.expires_at,
        "locale": locale(request.language),
        # What is left out, the account's Dashboard decides, and a sale would come to another sum
        # or look different from what the chat said ("Enable tax by default for Checkout Sessions").
        "automatic_tax": {"enabled": request.automatic_tax},
        "adaptive_pricing": {"enabled": False},
        "billing_address_collection": "required" if request.billing_address else "auto",
        "customer_creation": "if_required",
    }
    params.update(_asked_for(request, behavior))
    return json.dumps(params, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def locale(language: str) -> str:
    """Return Stripe's locale for a language tag, ``auto`` (the browser's) where it has none."""
    tag = language.strip().lower().replace("_", "-")
    return _LOCALE_OF.get(tag) or _LOCALE_OF.get(tag.partition("-")[0]) or "auto"


def _asked_for(request: SessionRequest, behavior: str) -> Params:
    """Return the parts that the owner's rules ask for; what is not asked for is not sent."""
    params: Params = {}
    if request.promotion_codes:
        params["allow_promotion_codes"] = True
    if request.phone:
        params["phone_number_collection"] = {"enabled": True}
    if request.terms:
        params["consent_collection"] = {"terms_of_service": "required"}
    if request.countries:
        params["shipping_address_collection"] = {"allowed_countries": list(request.countries)}
    if request.shipping:
        params["shipping_options"] = [
            {"shipping_rate_data": _rate(choice, behavior)} for choice in request.shipping
        ]
    if request.button_colour:
        params["branding_settings"] = {"button_color": request.button_colour}
    if request.questions:
        params["custom_fields"] = [
            _question(number, question) for number, question in enumerate(request.questions, 1)
        ]
    if request.invoices:
        data = {"metadata": dict(request.metadata)}
        params["invoice_creation"] = {"enabled": True, "invoice_data": data}
    if request.tax_ids:
        params["tax_id_collection"] = {"enabled": True, "required": "never"}
    return params


def _question(number: int, question: SessionQuestion) -> Params:
    field: Params = {
        "key": question_key(number, question.id),
        "label": {"type": "custom", "custom": question.label[:_LABEL]},
        "type": "dropdown" if question.choices else "text",
        "optional": question.optional,
    }
    if question.choices:
        options = [{"label": name[:_CHOICE], "value": value} for value, name in question.choices]
        field["dropdown"] = {"options": options}
    return field


def question_key(number: int, question_id: str) -> str:
    """Return a custom field's key: Stripe takes letters and digits only, each key once."""
    return f"q{number}{re.sub(r'[^A-Za-z0-9]', '', question_id)}"


def _line(line: SessionLine, behavior: str) -> Params:
    product: Params = {"name": line.name[:_NAME]}
    if line.description:
        product["description"] = line.description
    if line.image_url:
        product["images"] = [line.image_url]
    if line.tax_code:
        product["tax_code"] = line.tax_code
    price: Params = {
        "currency": line.unit.currency,
        "unit_amount": line.unit.minor,
        "product_data": product,
        "tax_behavior": behavior,
    }
    return {"price_data": price, "quantity": line.quantity}


def _rate(choice: ShippingChoice, behavior: str) -> Params:
    rate: Params = {
        "type": "fixed_amount",
        "display_name": choice.name[:_RATE_NAME],
        "fixed_amount": {"amount": choice.price.minor, "currency": choice.price.currency},
        "tax_behavior": behavior,
        "metadata": {RATE_MARK: choice.id},
    }
    # Stripe takes only bounds above nought.
    bounds = {
        name: {"unit": "business_day", "value": days}
        for name, days in zip(("minimum", "maximum"), choice.days or (), strict=False)
        if days > 0
    }
    if bounds:
        rate["delivery_estimate"] = bounds
    return rate

"""What the hosted page shows, made of a session: plain values for the template."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from shop_sandbox.exchange import Json
from shop_sandbox.stripe.pay_form import Form
from shop_sandbox.stripe.session_object import BUTTON
from shop_sandbox.stripe.session_rules import COUNTRIES
from shop_sandbox.stripe.sessions import preview
from shop_sandbox.stripe.speech import Speech
from shop_sandbox.stripe.totals import Sums
from shop_sandbox.stripe.world import Book, Checkout

_LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")
_NEVER_SHOWN: Final = ("card_number", "card_cvc")
_TESTS: Final = (
    ("4242 4242 4242 4242", "test_pays"),
    ("5555 5555 5555 4444", "test_pays"),
    ("3782 822463 10005", "test_pays"),
    ("4000 0000 0000 0002", "test_declined"),
    ("4000 0000 0000 9995", "test_declined"),
    ("4000 0027 6000 3184", "test_asks"),
    ("4000 0000 0000 0259", "test_disputed"),
)


def common(book: Book, speech: Speech) -> dict[str, Any]:
    """Return what every page needs."""
    return {
        "lang": speech.language,
        "direction": speech.direction,
        "t": speech.words,
        "shop": book.world.settings.shop_name,
        "button": None,
    }


def pay_page(
    book: Book, checkout: Checkout, speech: Speech, form: Form, errors: Mapping[str, str]
) -> dict[str, Any]:
    """Return the values of the page of an open session."""
    session = checkout.session
    button = session["branding_settings"]["button_color"]
    currency: str = session["currency"]
    shop = book.world.settings.shop_name
    sums = preview(book, checkout, with_tax=True)
    methods = session["payment_method_types"]
    consent = session["consent_collection"] or {}
    return {
        **common(book, speech),
        "id": session["id"],
        "button": button if button != BUTTON else None,
        "fresh": not form,
        "heading": speech.say("pay_to", shop=shop),
        "back": session["cancel_url"],
        "back_text": speech.say("back_to", shop=shop),
        "lines": [
            _line(book, speech, item, cost.subtotal)
            for item, cost in zip(checkout.lines, sums.lines, strict=True)
        ],
        "adjustable": any((i["adjustable_quantity"] or {}).get("enabled") for i in checkout.lines),
        **_sums(book, checkout, speech, sums),
        "takes_codes": session["allow_promotion_codes"],
        "test_codes": speech.say("test_codes", codes=" · ".join(book.world.promotions)),
        "code": checkout.promotion and checkout.promotion.removeprefix("promo_"),
        "values": _Blank(_told(session) | {k: v for k, v in form.items() if k not in _NEVER_SHOWN}),
        "errors": _Blank(errors),
        "fixed_email": session["customer_email"],
        "phone": session["phone_number_collection"]["enabled"],
        "countries": _countries(session, speech),
        "billing": session["billing_address_collection"] == "required",
        "every_country": _named(COUNTRIES, speech),
        "tax_ids": session["tax_id_collection"]["enabled"],
        "rates": _rates(book, checkout, speech),
        "rate": checkout.rate,
        "questions": [_question(question) for question in session["custom_fields"]],
        "due": sums.total > 0,
        "takes_card": "card" in methods,
        "takes_debit": any(method != "card" for method in methods),
        "tests": [(number, speech.words[key]) for number, key in _TESTS],
        "terms": consent.get("terms_of_service") == "required",
        "terms_text": speech.say("terms", shop=shop),
        "texts": _Blank({k: v["message"] for k, v in session["custom_text"].items() if v}),
        "pay_text": _pay_text(speech, sums, currency),
    }


def _told(session: Json) -> dict[str, str]:
    """Return what the buyer told in an earlier try, by the form's fields."""
    customer = session["customer_details"] or {}
    shipping = session["collected_information"]["shipping_details"]
    told = {"email": customer.get("email"), "phone": customer.get("phone")}
    told["card_name"] = customer.get("name")
    if shipping:
        told |= {f"shipping_{part}": value for part, value in shipping["address"].items()}
        told["shipping_name"] = shipping["name"]
    return {name: value for name, value in told.items() if value}


class _Blank(dict[str, str]):
    """A mapping in which whatever is missing is blank."""

    def __missing__(self, key: str) -> str:
        return ""


def _pay_text(speech: Speech, sums: Sums, currency: str) -> str:
    if not sums.total:
        return speech.words["complete"]
    return speech.say("pay", amount=speech.money(sums.total, currency))


def _line(book: Book, speech: Speech, item: Json, amount: int) -> dict[str, Any]:
    product = book.products.find(item["price"]["product"])
    bounds = item["adjustable_quantity"] or {"enabled": False}
    unit = speech.money(item["price"]["unit_amount"], item["currency"])
    return {
        "name": product["name"],
        "description": product["description"],
        "picture": next(filter(_is_near, product["images"]), None),
        "initial": product["name"][:1].upper(),
        "quantity": item["quantity"],
        "quantity_text": speech.say("quantity_of", count=str(item["quantity"])),
        "amount": speech.money(amount, item["currency"]),
        "each": speech.say("each", price=unit),
        "adjustable": bounds["enabled"],
        "least": max(bounds.get("minimum", 0), 1),
        "most": bounds.get("maximum", 99),
    }


def _is_near(address: str) -> bool:
    """Say whether a picture lies on this machine: the sandbox loads nothing from the internet."""
    return urlsplit(address).hostname in _LOOPBACK


def _sums(book: Book, checkout: Checkout, speech: Speech, sums: Sums) -> dict[str, Any]:
    currency: str = checkout.session["currency"]
    plain = sums.subtotal - sums.discount + (sums.shipping.subtotal if sums.shipping else 0)
    added = sums.total > plain
    percent = speech.percent(book.world.settings.tax_percent)
    included = speech.say("tax_included", amount=speech.money(sums.tax, currency))
    return {
        "total": speech.money(sums.total, currency),
        "total_minor": sums.total,
        "subtotal": speech.money(sums.subtotal, currency),
        "discount": speech.money(sums.discount, currency) if sums.discount else "",
        "shipping": _cost(speech, sums.shipping.subtotal, currency) if sums.shipping else "",
        "tax": speech.money(sums.tax, currency) if added else "",
        "tax_label": speech.say("tax", percent=percent),
        "tax_included": included if sums.tax and not added else "",
        "show_sums": bool(sums.discount or sums.shipping or sums.tax),
    }


def _cost(speech: Speech, minor: int, currency: str) -> str:
    return speech.money(minor, currency) if minor else speech.words["free"]


def _countries(session: Json, speech: Speech) -> list[tuple[str, str]]:
    allowed = (session["shipping_address_collection"] or {}).get("allowed_countries", [])
    return _named(allowed, speech)


def _named(codes: Iterable[str], speech: Speech) -> list[tuple[str, str]]:
    return sorted(((code, speech.country(code)) for code in codes), key=lambda entry: entry[1])


def _rates(book: Book, checkout: Checkout, speech: Speech) -> list[dict[str, str]]:
    session = checkout.session
    shown = []
    for at, option in enumerate(session["shipping_options"]):
        rate = book.rates.find(option["shipping_rate"])
        estimate = rate["delivery_estimate"] or {}
        sums = preview(book, checkout, with_tax=True, rate=at)
        shown.append(
            {
                "name": rate["display_name"],
                "span": speech.span(estimate.get("minimum"), estimate.get("maximum")),
                "amount": _cost(speech, option["shipping_amount"], session["currency"]),
                "minor": str(sums.total),
                "total": speech.money(sums.total, session["currency"]),
                "tax": speech.money(sums.tax, session["currency"]),
                "pay": _pay_text(speech, sums, session["currency"]),
            }
        )
    return shown


def _question(question: Json) -> dict[str, Any]:
    return {
        "name": f"field_{question['key']}",
        "label": question["label"]["custom"],
        "optional": question["optional"],
        "digits": question["type"] == "numeric",
        "options": question.get("dropdown", {}).get("options", []),
    }

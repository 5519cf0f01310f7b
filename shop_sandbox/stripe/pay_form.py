"""Check the hosted page's form: what is missing, what cannot be right, and what it means."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from shop_sandbox.exchange import Json
from shop_sandbox.stripe.cards import TestCard, cvc_length, find_card, passes_luhn
from shop_sandbox.stripe.payment_objects import Means
from shop_sandbox.stripe.session_rules import is_email
from shop_sandbox.stripe.sessions import preview
from shop_sandbox.stripe.world import Book, Checkout

Form = Mapping[str, str]
_NUMBER: Final = re.compile(r"[0-9]{12,19}\Z")
_EXPIRY: Final = re.compile(r"([0-9]{1,2})[/-]?((?:20)?[0-9]{2})\Z")
_PHONE: Final = re.compile(r"\+?[0-9]{6,15}\Z")
_TAX_ID: Final = re.compile(r"[A-Z0-9.]{5,20}\Z")
_EU_CODES = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"
_EU: Final = frozenset(_EU_CODES.split())
_TAX_IDS: Final = {
    "AU": "au_abn", "CH": "ch_vat", "GB": "gb_vat", "JP": "jp_trn", "NO": "no_vat", "US": "us_ein",
}  # fmt: skip
_SPACE: Final = re.compile(r"[\s-]+")
_LONGEST: Final = 250
_MONTHS: Final = 12
_FAR: Final = 50


@dataclass(slots=True)
class Checked:
    """A form that was read.

    Attributes:
        errors: Keys of messages, by field.
        means: What is paid with; nothing where nothing is due.
    """

    errors: dict[str, str] = field(default_factory=dict)
    email: str = ""
    name: str | None = None
    phone: str | None = None
    address: Json | None = None
    shipping: Json | None = None
    billing: Json | None = None
    business: str | None = None
    tax_ids: list[Json] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    terms: bool = False
    means: Means | None = None


def check_form(book: Book, checkout: Checkout, form: Form) -> Checked:
    """Read the form of a session's page, and say what is wrong with it."""
    session = checkout.session
    checked = Checked(email=session["customer_email"] or _text(form, "email"))
    if not is_email(checked.email):
        checked.errors["email"] = "email"
    if session["shipping_address_collection"]:
        _shipping(checked, session, form)
    if session["billing_address_collection"] == "required":
        checked.billing = _address(checked, form, "billing")
    if session["tax_id_collection"]["enabled"]:
        _tax_id(checked, form)
    if session["phone_number_collection"]["enabled"]:
        checked.phone = re.sub(r"[\s().-]", "", form.get("phone", ""))
        if not _PHONE.match(checked.phone):
            checked.errors["phone"] = "phone"
    for question in session["custom_fields"]:
        _question(checked, question, form)
    wanted = session["consent_collection"] or {}
    checked.terms = form.get("terms") == "on"
    if wanted.get("terms_of_service") == "required" and not checked.terms:
        checked.errors["terms"] = "accept_terms"
    if preview(book, checkout, with_tax=True).total:
        _means(checked, book, session, form)
    shipped = checked.shipping["address"] if checked.shipping else _country(book)
    checked.address = checked.billing or shipped
    return checked


def _country(book: Book) -> Json:
    blank: Json = dict.fromkeys(("city", "country", "line1", "line2", "postal_code", "state"))
    return {**blank, "country": book.world.settings.country}


def _text(form: Form, name: str) -> str:
    return form.get(name, "").strip()[:_LONGEST]


def _shipping(checked: Checked, session: Json, form: Form) -> None:
    if not _text(form, "shipping_name"):
        checked.errors["shipping_name"] = "required"
    address = _address(checked, form, "shipping")
    if address["country"] not in session["shipping_address_collection"]["allowed_countries"]:
        checked.errors["shipping_country"] = "country"
    checked.name = _text(form, "shipping_name") or None
    checked.shipping = {"name": _text(form, "shipping_name"), "address": address}


def _address(checked: Checked, form: Form, which: str) -> Json:
    for name in ("line1", "city", "postal_code", "country"):
        if not _text(form, f"{which}_{name}"):
            checked.errors[f"{which}_{name}"] = "required"
    return {
        "city": _text(form, f"{which}_city"),
        "country": _text(form, f"{which}_country"),
        "line1": _text(form, f"{which}_line1"),
        "line2": _text(form, f"{which}_line2") or None,
        "postal_code": _text(form, f"{which}_postal_code"),
        "state": _text(form, f"{which}_state") or None,
    }


def _tax_id(checked: Checked, form: Form) -> None:
    """Take a tax id where the country has a kind of its own; it is never asked for in vain."""
    number = _SPACE.sub("", form.get("tax_id", "")).upper()
    if not number:
        return
    address = checked.shipping["address"] if checked.shipping else checked.billing
    kind = tax_id_kind((address or {}).get("country") or number[:2])
    if kind is None or not _TAX_ID.match(number):
        checked.errors["tax_id"] = "tax_id"
        return
    checked.business = _text(form, "business_name") or None
    if checked.business is None:
        checked.errors["business_name"] = "required"
    checked.tax_ids = [{"type": kind, "value": number}]


def tax_id_kind(country: str) -> str | None:
    """Return what Stripe calls the tax id of a country; None where this sandbox knows of none."""
    return "eu_vat" if country in _EU else _TAX_IDS.get(country)


def _question(checked: Checked, question: Json, form: Form) -> None:
    name, kind = f"field_{question['key']}", question["type"]
    answer, bounds = _text(form, name), question[question["type"]]
    if not answer:
        if not question["optional"]:
            checked.errors[name] = "required"
        return
    if kind == "dropdown":
        if answer not in [option["value"] for option in bounds["options"]]:
            checked.errors[name] = "required"
    elif kind == "numeric" and not answer.isdecimal():
        checked.errors[name] = "digits"
    elif not (bounds["minimum_length"] or 0) <= len(answer) <= (bounds["maximum_length"] or 255):
        checked.errors[name] = "length"
    checked.answers[question["key"]] = answer


def _means(checked: Checked, book: Book, session: Json, form: Form) -> None:
    methods = session["payment_method_types"]
    debits = [method for method in methods if method != "card"]
    if debits and (form.get("method") == "debit" or "card" not in methods):
        checked.name = checked.name or _text(form, "card_name") or None
        checked.means = Means(debit=debits[0])
        return
    number = _SPACE.sub("", form.get("card_number", ""))
    expiry = _expiry(checked, book, form)
    cvc = form.get("card_cvc", "").strip()
    if not (cvc.isdecimal() and cvc.isascii() and len(cvc) == cvc_length(number)):
        checked.errors["card_cvc"] = "cvc"
    if not _text(form, "card_name"):
        checked.errors["card_name"] = "required"
    checked.name = _text(form, "card_name") or None
    card = find_card(number) if number.isascii() else None
    if wrong := _number_error(number, card):
        checked.errors["card_number"] = wrong
    elif expiry is not None:
        checked.means = Means(card, exp_month=expiry[0], exp_year=expiry[1])


def _number_error(number: str, card: TestCard | None) -> str | None:
    if not _NUMBER.match(number):
        return "number_incomplete"
    if not passes_luhn(number):
        return "incorrect_number"
    return None if card else "not_a_test_card"


def _expiry(checked: Checked, book: Book, form: Form) -> tuple[int, int] | None:
    match = _EXPIRY.match(_SPACE.sub("", form.get("card_expiry", "")))
    if match is None or not 1 <= int(match[1]) <= _MONTHS:
        checked.errors["card_expiry"] = "expiry_incomplete"
        return None
    month, year = int(match[1]), 2000 + int(match[2][-2:])
    today = datetime.fromtimestamp(book.world.clock(), UTC)
    if (year, month) < (today.year, today.month):
        checked.errors["card_expiry"] = "expiry_past"
        return None
    if year > today.year + _FAR:
        checked.errors["card_expiry"] = "expiry_incomplete"
        return None
    return month, year

"""What the hosted page does when its form comes in, and what tests do without a browser.

The form is checked here and turned into a payment. A card's number and its security code are
compared, dropped, and never kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.domain.money import minimum_charge
from shop_sandbox.exchange import Json
from shop_sandbox.stripe import payments
from shop_sandbox.stripe.cards import Decline, Outcome
from shop_sandbox.stripe.challenges import finish_challenge, start_challenge
from shop_sandbox.stripe.pay_form import Checked, Form, check_form
from shop_sandbox.stripe.sessions import preview, reckon
from shop_sandbox.stripe.world import Book, Checkout


@dataclass(frozen=True, slots=True)
class Done:
    """The session is complete; the buyer goes to ``address``."""

    address: str


@dataclass(frozen=True, slots=True)
class Asks:
    """The bank asks first, on the page of this token."""

    token: str


@dataclass(frozen=True, slots=True)
class Again:
    """The page is shown again.

    Attributes:
        errors: Keys of messages, by the field that they stand beside; empty where something was
            changed and nothing is wrong.
    """

    errors: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Over:
    """The session is no longer open."""


Result = Done | Asks | Again | Over


def submit(book: Book, checkout: Checkout, form: Form) -> Result:
    """Take the page's form: change something, or pay."""
    book.catch_up()
    if checkout.session["status"] != "open":
        return Over()
    errors = _adjust(book, checkout, form)
    if errors or form.get("action", "pay") != "pay":
        return Again(errors)
    total = preview(book, checkout, with_tax=True).total
    if form.get("shown_total", str(total)) != str(total):
        return Again({"total": "total_changed"})
    checked = check_form(book, checkout, form)
    if checked.errors:
        return Again(checked.errors)
    _write(book, checkout, checked)
    return _pay(book, checkout, checked)


def answer_challenge(book: Book, checkout: Checkout, *, approve: bool) -> Result:
    """Take the buyer's answer to the bank.

    Raises:
        ApiError: nobody asked, or the session expired meanwhile.
    """
    book.catch_up()
    decline = finish_challenge(book, checkout, approve=approve)
    if decline is not None:
        return Again({"card": _key(decline)})
    return Done(return_address(checkout))


def return_address(checkout: Checkout) -> str:
    """Return where the buyer goes after paying, the session's id filled in."""
    address: str = checkout.session["success_url"]
    return address.replace("{CHECKOUT_SESSION_ID}", checkout.session["id"])


def _adjust(book: Book, checkout: Checkout, form: Form) -> dict[str, str]:
    """Take over quantities, the shipping option and the promotion code."""
    errors: dict[str, str] = {}
    for at, item in enumerate(checkout.lines):
        errors |= _quantity(item, at, form.get(f"quantity_{at}"))
    options = len(checkout.session["shipping_options"])
    if form.get("rate", "").isdecimal() and int(form["rate"]) < options:
        checkout.rate = int(form["rate"])
    if form.get("action") == "remove_code" and checkout.promotion is not None:
        checkout.coupon = checkout.promotion = None
    code = form.get("code", "").strip().upper()
    if code and checkout.session["allow_promotion_codes"] and checkout.coupon is None:
        errors |= _redeem(book, checkout, code)
    reckon(book, checkout)
    return errors


def _quantity(item: Json, at: int, wanted: str | None) -> dict[str, str]:
    bounds = item["adjustable_quantity"]
    if wanted is None or not bounds or not bounds["enabled"]:
        return {}
    least, most = bounds.get("minimum", 0), bounds.get("maximum", 99)
    if not wanted.isdecimal() or not max(least, 1) <= int(wanted) <= most:
        return {f"quantity_{at}": "quantity"}
    item["quantity"] = int(wanted)
    return {}


def _redeem(book: Book, checkout: Checkout, code: str) -> dict[str, str]:
    coupon = book.world.promotions.get(code)
    currency = checkout.session["currency"]
    if coupon is None or not coupon.fits(currency):
        return {"code": "code_unknown"}
    checkout.coupon, checkout.promotion = coupon, book.world.promotion_id(code)
    total = preview(book, checkout, with_tax=True).total
    if 0 < total < minimum_charge(currency).minor:
        checkout.coupon = checkout.promotion = None
        return {"code": "code_too_much"}
    return {}


def _write(book: Book, checkout: Checkout, checked: Checked) -> None:
    """Write what the buyer told into the session."""
    session = checkout.session
    session["customer_details"] = {
        "address": checked.address,
        "business_name": checked.business,
        "email": checked.email,
        "individual_name": None,
        "name": checked.name,
        "phone": checked.phone,
        "tax_exempt": "none",
        "tax_ids": checked.tax_ids,
    }
    session["collected_information"]["business_name"] = checked.business
    session["collected_information"]["shipping_details"] = checked.shipping
    for question in session["custom_fields"]:
        question[question["type"]]["value"] = checked.answers.get(question["key"])
    if session["consent_collection"] is not None:
        session["consent"] = {
            "promotions": None,
            "terms_of_service": "accepted" if checked.terms else None,
        }
    if session["automatic_tax"]["enabled"]:
        session["automatic_tax"]["status"] = "complete"
    reckon(book, checkout, with_tax=True)


def _pay(book: Book, checkout: Checkout, checked: Checked) -> Result:
    means = checked.means
    if means is None:
        payments.pay_nothing(book, checkout)
    elif means.card is None:
        payments.pay_by_debit(book, checkout, means)
    elif means.card.outcome in (Outcome.CHALLENGE, Outcome.CHALLENGE_THEN_DECLINED):
        return Asks(start_challenge(book, checkout, means))
    else:
        decline = payments.pay_with_card(book, checkout, means)
        if decline is not None:
            return Again({"card": _key(decline)})
    return Done(return_address(checkout))


def _key(decline: Decline) -> str:
    if decline.code == "card_declined":
        return "insufficient_funds" if decline.reason == "insufficient_funds" else "declined"
    return decline.code

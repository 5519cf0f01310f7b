"""3-D Secure: the bank asks the buyer before the card is charged."""

from __future__ import annotations

from typing import Final

from shop_sandbox.stripe.cards import Decline
from shop_sandbox.stripe.errors import ApiError
from shop_sandbox.stripe.payment_objects import Means, payment_error
from shop_sandbox.stripe.payments import charge_of, complete, fail, intent_of, take
from shop_sandbox.stripe.sessions import cancel_intent
from shop_sandbox.stripe.world import Book, Checkout, new_id

#: The issuer's answer to a 3-D Secure page that the buyer refused.
REFUSED_CHALLENGE: Final = Decline(
    "payment_intent_authentication_failure",
    "",
    "We are unable to authenticate your payment method. Please choose a different payment method "
    "and try again.",
)


def start_challenge(book: Book, checkout: Checkout, means: Means) -> str:
    """Have the bank ask the buyer first, and return the token of its page."""
    intent = intent_of(book, checkout, "card")
    token = new_id("auth_")
    checkout.challenge = token
    checkout.attempt = means
    intent["status"] = "requires_action"
    intent["next_action"] = {"type": "use_stripe_sdk", "use_stripe_sdk": {}}
    book.emit("payment_intent.requires_action", intent)
    return token


def finish_challenge(book: Book, checkout: Checkout, *, approve: bool) -> Decline | None:
    """Take the buyer's answer to the bank.

    Raises:
        ApiError: nobody asked, or the session is over and the payment with it.
    """
    means = checkout.attempt
    if checkout.challenge is None or not isinstance(means, Means) or means.card is None:
        raise ApiError("No authentication is under way.")
    checkout.challenge = checkout.attempt = None
    intent = book.intents.find(checkout.session["payment_intent"])
    late = checkout.session["status"] != "open"
    if intent["status"] != "requires_action" or (
        late and not (approve and book.world.settings.late_authentication == "paid")
    ):
        if intent["status"] == "requires_action":
            cancel_intent(book, intent, "automatic")
        raise ApiError("The session has expired.")
    intent["next_action"] = None
    if not approve:
        intent["status"] = "requires_payment_method"
        intent["last_payment_error"] = payment_error(REFUSED_CHALLENGE, None)
        book.emit("payment_intent.payment_failed", intent)
        return REFUSED_CHALLENGE
    charge = charge_of(book, checkout, intent, means)
    if means.card.decline is not None:
        fail(book, intent, charge, means.card.decline)
        return means.card.decline
    charge["payment_method_details"]["card"]["three_d_secure"] = {
        "authentication_flow": "challenge",
        "result": "authenticated",
        "result_reason": None,
        "version": "2.2.0",
    }
    take(book, intent, charge)
    if late:
        checkout.session["payment_status"] = "paid"
    else:
        complete(book, checkout, "paid")
    return None

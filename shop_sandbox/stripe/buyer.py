"""The other side of the sandbox, for tests: a buyer without a browser.

It does what the hosted page does, by the same form and the same checks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime

from shop_sandbox.exchange import Json
from shop_sandbox.stripe.bank import Bank
from shop_sandbox.stripe.post import Post
from shop_sandbox.stripe.till import Again, Asks, Done, Over, Result, answer_challenge, submit
from shop_sandbox.stripe.world import Checkout


class NotPaidError(Exception):
    """The buyer did not get through.

    Attributes:
        result: What the page would have shown.
    """

    def __init__(self, result: Result) -> None:
        super().__init__(str(result))
        self.result = result

    @property
    def errors(self) -> Mapping[str, str]:
        """Keys of the page's messages, by field; empty where the session is over."""
        return self.result.errors if isinstance(self.result, Again) else {}


@dataclass(frozen=True, slots=True)
class Address:
    """Where a parcel goes."""

    name: str = "Ada Lovelace"
    line1: str = "Rua Augusta 1"
    city: str = "Lisboa"
    postal_code: str = "1100-048"
    country: str = ""
    line2: str = ""
    state: str = ""


class Buyer(Bank):
    """Acts on sessions by their id. Mixed into the sandbox.

    Attributes:
        post: Carries events to webhooks.
    """

    post: Post

    async def pay(
        self,
        session_id: str,
        card: str = "4242424242424242",
        *,
        email: str = "ada@example.com",
        name: str = "Ada Lovelace",
        phone: str = "+351912345678",
        shipping: Address | None = None,
        billing: Address | None = None,
        business: tuple[str, str] | None = None,
        rate: int = 0,
        promotion_code: str | None = None,
        answers: Mapping[str, str] | None = None,
        quantities: Mapping[int, int] | None = None,
    ) -> Done:
        """Fill in the page and press Pay; waits for the webhook's answer as Stripe does.

        Args:
            session_id: Of the session.
            card: Number of a test card, or ``debit`` for a bank debit that settles later.
            email: The buyer's, unless the session has one.
            name: On the card.
            phone: Where the session asks for one.
            shipping: Where the session asks for it; its country is the first allowed by default.
            billing: Where the session asks for it; the shipping address by default.
            business: (name, tax id), where the session takes tax ids.
            rate: Place of the shipping option.
            promotion_code: Typed in and applied first.
            answers: To the session's own questions, by key; optional ones may be left out.
            quantities: Of lines that may be adjusted, by their place.

        Returns:
            Where the buyer is sent.

        Raises:
            NotPaidError: declined, refused, asked by the bank (see ``start_3ds``), or over.
        """
        form = _form(
            self.checkout_of(session_id)[1],
            card,
            email=email,
            name=name,
            phone=phone,
            shipping=shipping,
            billing=billing,
            business=business,
            rate=rate,
            answers=answers,
            quantities=quantities,
        )
        if promotion_code is not None:
            applied = self._submit(session_id, {**form, "code": promotion_code, "action": "apply"})
            if isinstance(applied, Over) or (isinstance(applied, Again) and applied.errors):
                raise NotPaidError(applied)
        result = self._submit(session_id, form)
        if not isinstance(result, Done):
            raise NotPaidError(result)
        await self.webhook_answered(session_id)
        return result

    async def start_3ds(
        self, session_id: str, card: str = "4000002760003184", *, email: str = "ada@example.com"
    ) -> Asks:
        """Pay with a card whose bank asks first, and stop at the bank's page.

        Raises:
            NotPaidError: the bank did not ask.
        """
        checkout = self.checkout_of(session_id)[1]
        form = _form(checkout, card, email=email)
        result = self._submit(session_id, form)
        if not isinstance(result, Asks):
            raise NotPaidError(result)
        return result

    async def finish_3ds(self, session_id: str, *, approve: bool = True) -> Done:
        """Answer the bank's page.

        Raises:
            NotPaidError: refused, or declined all the same.
            ApiError: nobody asked, or the session expired meanwhile.
        """
        book, checkout = self.checkout_of(session_id)
        result = answer_challenge(book, checkout, approve=approve)
        if not isinstance(result, Done):
            raise NotPaidError(result)
        await self.webhook_answered(session_id)
        return result

    async def webhook_answered(self, session_id: str) -> None:
        """Wait, not for ever, until webhooks have answered a session's completion."""
        book, checkout = self.checkout_of(session_id)
        if book.world.settings.webhook_patience and checkout.completion is not None:
            await self.post.answered(checkout.completion, self.world.settings.webhook_patience)

    def _submit(self, session_id: str, form: Mapping[str, str]) -> Result:
        book, checkout = self.checkout_of(session_id)
        return submit(book, checkout, form)


def _form(
    checkout: Checkout,
    card: str,
    *,
    email: str,
    name: str = "Ada Lovelace",
    phone: str = "+351912345678",
    shipping: Address | None = None,
    billing: Address | None = None,
    business: tuple[str, str] | None = None,
    rate: int = 0,
    answers: Mapping[str, str] | None = None,
    quantities: Mapping[int, int] | None = None,
) -> dict[str, str]:
    session = checkout.session
    year = datetime.fromtimestamp(session["created"], UTC).year + 2
    form = {
        "action": "pay",
        "email": email,
        "phone": phone,
        "terms": "on",
        "method": "debit" if card == "debit" else "card",
        "card_number": card,
        "card_expiry": f"12/{year}",
        "card_cvc": "1234" if card[:2] in ("34", "37") else "123",
        "card_name": name,
    }
    place = shipping or Address()
    form |= {f"shipping_{part.name}": getattr(place, part.name) for part in fields(place)}
    allowed = (session["shipping_address_collection"] or {}).get("allowed_countries", [""])
    form["shipping_country"] = place.country or allowed[0]
    place = billing or place
    form |= {f"billing_{part.name}": getattr(place, part.name) for part in fields(place)}
    form["billing_country"] = place.country or form["shipping_country"] or "PT"
    form["business_name"], form["tax_id"] = business or ("", "")
    form["rate"] = str(rate)
    form |= {f"quantity_{at}": str(number) for at, number in (quantities or {}).items()}
    for question in session["custom_fields"]:
        given = (answers or {}).get(question["key"])
        if given is not None or not question["optional"]:
            form[f"field_{question['key']}"] = given or _some_answer(question)
    return form


def _some_answer(question: Json) -> str:
    if question["type"] == "dropdown":
        value: str = question["dropdown"]["options"][0]["value"]
        return value
    least: int = question[question["type"]]["minimum_length"] or 1
    return "1" * least

"""Serve the hosted page, the bank's pages, receipts: what people see of Stripe."""

from __future__ import annotations

import re
from typing import Final

from aiohttp import web

from shop_sandbox.stripe import invoices, receipts
from shop_sandbox.stripe.buyer import Buyer
from shop_sandbox.stripe.errors import ApiError
from shop_sandbox.stripe.page_maker import FOLDER, HEADERS, PageMaker
from shop_sandbox.stripe.page_view import common
from shop_sandbox.stripe.pay_form import Form
from shop_sandbox.stripe.payments import is_waiting
from shop_sandbox.stripe.sessions import expire
from shop_sandbox.stripe.speech import Speech, choose
from shop_sandbox.stripe.till import (
    Again,
    Asks,
    Done,
    Result,
    answer_challenge,
    submit,
)
from shop_sandbox.stripe.world import Book, Checkout

_GONE: Final = 410
#: Tenths of how bright a colour looks, of 2550, from which on black is read on it.
_BRIGHT: Final = 1280


class Pages:
    """The pages of one account.

    Args:
        buyer: Finds sessions, and waits for webhooks.
    """

    def __init__(self, buyer: Buyer) -> None:
        self._buyer = buyer
        self._show = PageMaker()

    def routes(self) -> list[web.RouteDef]:
        """Return the routes to mount."""
        return [
            web.get("/c/pay/{id}", self.show),
            web.post("/c/pay/{id}", self.pay),
            web.post("/c/pay/{id}/expire", self.expire),
            web.get("/c/pay/{id}/bank", self.bank),
            web.post("/c/pay/{id}/bank", self.bank_answers),
            web.get("/c/pay/{id}/3ds/{token}", self.challenge),
            web.post("/c/pay/{id}/3ds/{token}", self.challenged),
            web.get("/c/waiting", self.waiting),
            web.get("/c/terms", self.terms),
            web.get("/c/style.css", _style),
            web.get("/c/pay.js", _script),
            web.get("/receipts/{charge}", self.receipt),
            web.post("/receipts/{charge}", self.receipt_control),
            web.get("/invoices/{invoice}", self.invoice),
            web.get("/dashboard/payments/{intent}", self.dashboard),
        ]

    async def show(self, request: web.Request) -> web.StreamResponse:
        """Show a session's page, or how the session ended."""
        book, checkout, speech = self._find(request)
        error = request.query.get("error", "")
        errors = {"card": error} if error in speech.words else {}
        return self._show.session(book, checkout, speech, {}, errors)

    async def pay(self, request: web.Request) -> web.StreamResponse:
        """Take the page's form."""
        book, checkout, speech = self._find(request)
        form = await _form(request)
        result = submit(book, checkout, form)
        return await self._go_on(book, checkout, speech, form, result)

    async def expire(self, request: web.Request) -> web.StreamResponse:
        """Expire a session by the sandbox's control."""
        book, checkout, speech = self._find(request)
        await _form(request)
        if checkout.session["status"] == "open":
            expire(book, checkout)
        return self._show.session(book, checkout, speech, {}, {})

    async def bank(self, request: web.Request) -> web.StreamResponse:
        """Show how a bank debit stands."""
        book, checkout, speech = self._find(request)
        return self._show.session(book, checkout, speech, {}, {})

    async def bank_answers(self, request: web.Request) -> web.StreamResponse:
        """Have the bank answer a debit."""
        book, checkout, speech = self._find(request)
        form = await _form(request)
        try:
            await self._buyer.settle_debit(
                checkout.session["id"], succeed=form.get("action") == "bank_succeeds"
            )
        except ApiError:
            return self._show.session(book, checkout, speech, {}, {})
        raise web.HTTPSeeOther(f"/c/pay/{checkout.session['id']}/bank")

    async def waiting(self, request: web.Request) -> web.StreamResponse:
        """List the debits that wait for their bank, for whoever decides in its place."""
        speech = choose(None, request.headers.get("Accept-Language", ""))
        found = [
            {
                "address": f"/c/pay/{checkout.session['id']}/bank",
                "amount": speech.money(
                    checkout.session["amount_total"], checkout.session["currency"]
                ),
                "name": checkout.session["customer_details"]["email"],
            }
            for book in self._buyer.world.books()
            for checkout in book.checkouts.values()
            if is_waiting(book, checkout)
        ]
        return web.json_response({"waiting": found}, headers=HEADERS)

    async def challenge(self, request: web.Request) -> web.StreamResponse:
        """Show the bank's question."""
        book, checkout, speech = self._find(request)
        if checkout.challenge is None or checkout.challenge != request.match_info["token"]:
            return self._show.session(book, checkout, speech, {}, {})
        session = checkout.session
        amount = speech.money(session["amount_total"], session["currency"])
        text = speech.say(
            "asks_text",
            shop=book.world.settings.shop_name,
            amount=amount,
            last4=checkout.attempt.card.last4,
        )
        return self._show.page(
            "challenge.html", {**common(book, speech), "text": text, "amount": amount}
        )

    async def challenged(self, request: web.Request) -> web.StreamResponse:
        """Take the buyer's answer to the bank."""
        book, checkout, speech = self._find(request)
        form = await _form(request)
        if checkout.challenge != request.match_info["token"]:
            return self._show.session(book, checkout, speech, {}, {})
        try:
            result = answer_challenge(book, checkout, approve=form.get("action") == "approve")
        except ApiError:
            return self._show.session(book, checkout, speech, {}, {})
        if isinstance(result, Again):
            place = f"/c/pay/{checkout.session['id']}?error={result.errors['card']}"
            raise web.HTTPSeeOther(f"{place}#{checkout.fragment}")
        return await self._go_on(book, checkout, speech, {}, result)

    async def terms(self, request: web.Request) -> web.StreamResponse:
        """Show the stand-in for the shop's terms."""
        speech = choose(None, request.headers.get("Accept-Language", ""))
        title, text = speech.words["terms_title"], speech.words["terms_text"]
        return self._show.notice(self._buyer.world.test, speech, title, text, "good")

    async def receipt(self, request: web.Request) -> web.StreamResponse:
        """Show the receipt of a charge; its link dies after 30 days."""
        found = receipts.find(self._buyer.world, request.match_info["charge"])
        if found is None:
            raise self._unknown(request)
        book, charge = found
        speech = receipts.speech(book, charge, request.headers.get("Accept-Language", ""))
        if receipts.is_too_old(book, request.query.get("issued", "")):
            title = speech.words["receipt_gone_title"]
            text = speech.words["receipt_gone_text"]
            return self._show.notice(book, speech, title, text, "bad", status=_GONE)
        return self._show.page(
            "receipt.html", {**common(book, speech), **receipts.view(book, charge, speech)}
        )

    async def invoice(self, request: web.Request) -> web.StreamResponse:
        """Show an invoice, with the credit notes that correct it."""
        found = invoices.find(self._buyer.world, request.match_info["invoice"])
        if found is None:
            raise self._unknown(request)
        book, invoice = found
        speech = choose(None, request.headers.get("Accept-Language", ""))
        values = {**common(book, speech), **invoices.view(book, invoice, speech)}
        return self._show.page("invoice.html", values)

    async def receipt_control(self, request: web.Request) -> web.StreamResponse:
        """Have the bank answer a refund or a dispute."""
        found = receipts.find(self._buyer.world, request.match_info["charge"])
        if found is None:
            raise self._unknown(request)
        form = await _form(request)
        receipts.control(*found, form.get("action", ""))
        raise web.HTTPSeeOther(request.rel_url)

    async def dashboard(self, request: web.Request) -> web.StreamResponse:
        """Stand in for a payment's page in the Dashboard: its receipt, where one can refund."""
        charge = receipts.newest(self._buyer.world, request.match_info["intent"])
        if charge is None:
            raise self._unknown(request)
        now = self._buyer.world.now()
        raise web.HTTPSeeOther(f"/receipts/{charge['id']}?issued={now}")

    async def _go_on(
        self,
        book: Book,
        checkout: Checkout,
        speech: Speech,
        form: Form,
        result: Result,
    ) -> web.StreamResponse:
        match result:
            case Done():
                await self._buyer.webhook_answered(checkout.session["id"])
                raise web.HTTPSeeOther(result.address)
            case Asks():
                raise web.HTTPSeeOther(f"/c/pay/{checkout.session['id']}/3ds/{result.token}")
            case Again():
                return self._show.session(book, checkout, speech, form, result.errors)
            case _:
                return self._show.session(book, checkout, speech, {}, {})

    def _find(self, request: web.Request) -> tuple[Book, Checkout, Speech]:
        try:
            book, checkout = self._buyer.checkout_of(request.match_info["id"])
        except LookupError as error:
            raise self._unknown(request) from error
        accepted = request.headers.get("Accept-Language", "")
        return book, checkout, choose(checkout.session["locale"], accepted)

    def _unknown(self, request: web.Request) -> web.HTTPNotFound:
        speech = choose(None, request.headers.get("Accept-Language", ""))
        title, text = speech.words["unknown_title"], speech.words["unknown_text"]
        page = self._show.notice(self._buyer.world.test, speech, title, text, "bad")
        return web.HTTPNotFound(text=page.text, content_type="text/html", headers=HEADERS)


async def _form(request: web.Request) -> dict[str, str]:
    """Read a form that this site's own page sent."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        raise web.HTTPForbidden
    form = await request.post()
    return {name: value for name, value in form.items() if isinstance(value, str)}


async def _style(request: web.Request) -> web.StreamResponse:
    style = (FOLDER / "style.css").read_text(encoding="utf-8")
    button = request.query.get("button", "")
    if re.fullmatch("#[0-9a-f]{6}", button):
        red, green, blue = (int(button[at : at + 2], 16) for at in (1, 3, 5))
        letters = "#000000" if 3 * red + 6 * green + blue > _BRIGHT else "#ffffff"
        style += f":root {{ --button: {button}; --on-button: {letters}; }}\n"
    return web.Response(text=style, content_type="text/css")


async def _script(request: web.Request) -> web.StreamResponse:
    del request
    return web.FileResponse(FOLDER / "pay.js")

"""Make the pages that people see: templates, their headers, and how a session ended."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import jinja2
from aiohttp import web

from shop_sandbox.exchange import Json
from shop_sandbox.stripe.page_view import common, pay_page
from shop_sandbox.stripe.pay_form import Form
from shop_sandbox.stripe.speech import Speech
from shop_sandbox.stripe.till import return_address
from shop_sandbox.stripe.world import Book, Checkout

FOLDER: Final = Path(__file__).parent / "templates"
HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; base-uri 'none'; "
        "img-src 'self' data: http://127.0.0.1:* http://localhost:*; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_BANK: Final = ("bank_succeeds", "bank_fails")


class PageMaker:
    """Fills templates."""

    def __init__(self) -> None:
        self._templates = jinja2.Environment(
            loader=jinja2.FileSystemLoader(FOLDER),
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
            undefined=jinja2.StrictUndefined,
        )

    def session(
        self,
        book: Book,
        checkout: Checkout,
        speech: Speech,
        form: Form,
        errors: Mapping[str, str],
    ) -> web.Response:
        """Return a session's page, or how the session ended."""
        if checkout.session["status"] == "open":
            values = pay_page(book, checkout, speech, form, errors)
            return self.page("pay.html", values)
        key, mood = _ending(book, checkout.session)
        expired = checkout.session["status"] == "expired"
        return self.notice(
            book,
            speech,
            speech.words[f"{key}_title"],
            speech.words[f"{key}_text"],
            mood,
            back=checkout.session["cancel_url"] if expired else return_address(checkout),
            controls=_BANK if key == "waiting" else (),
            address=f"/c/pay/{checkout.session['id']}/bank",
        )

    def notice(
        self,
        book: Book,
        speech: Speech,
        title: str,
        text: str,
        mood: str,
        *,
        back: str | None = None,
        controls: tuple[str, ...] = (),
        address: str = "",
        status: int = 200,
    ) -> web.Response:
        """Return a page with one thing to say."""
        values = {
            **common(book, speech),
            "title": title,
            "text": text,
            "mood": mood,
            "amount": "",
            "back": back,
            "back_text": speech.say("back_to", shop=book.world.settings.shop_name),
            "controls": controls,
            "controls_address": address,
        }
        return self.page("notice.html", values, status=status)

    def page(self, template: str, values: Mapping[str, Any], status: int = 200) -> web.Response:
        """Return a template's page."""
        text = self._templates.get_template(template).render(values)
        return web.Response(text=text, status=status, content_type="text/html", headers=HEADERS)


def _ending(book: Book, session: Json) -> tuple[str, str]:
    """Return how a session ended: the key of its words, and their mood."""
    if session["payment_status"] != "unpaid":
        return "paid", "good"
    if session["status"] == "expired":
        return "expired", "bad"
    intent = book.intents.find(session["payment_intent"])
    return ("waiting", "wait") if intent["status"] == "processing" else ("failed", "bad")

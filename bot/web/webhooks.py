"""The webhooks of Stripe and of Telegram.

An event of Stripe's is believed only if signed, stored before it is answered and acted on later. An
update of Telegram's is served before it is answered, so that none is lost; what makes a second
delivery harmless is the update's own number, not anything here.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import re
from typing import Final

import structlog
from aiohttp import web

from bot.domain.errors import TransientError
from bot.web.parts import Receives, Updates, Verify

_log = structlog.get_logger(__name__)

#: Bot API, setWebhook: Telegram sends the secret that it was given in this header.
_TELEGRAM_HEADER: Final = "X-Telegram-Bot-Api-Secret-Token"
_STRIPE_HEADER: Final = "Stripe-Signature"
PATH: Final = "/telegram/webhook"
_NUMBER: Final = re.compile(rb'"update_id"\s*:\s*(\d{1,19})\b')


def update_secret(token: str, shop_id: str) -> str:
    """Return what Telegram must say with each update.

    Every process of a shop knows the same, and none keeps it: whoever sets the webhook last shuts
    none of the others out.
    """
    return hmac.new(token.encode(), f"updates of {shop_id}".encode(), "sha256").hexdigest()


class TelegramWebhook:
    """``POST /telegram/webhook``: 200 once served or set aside, 403 without the secret."""

    def __init__(self, updates: Updates) -> None:
        self._secret = updates.secret.encode()
        self._serve = updates.serve

    def routes(self) -> list[web.RouteDef]:
        """Return the route to mount."""
        return [web.post(PATH, self.receive)]

    async def receive(self, request: web.Request) -> web.Response:
        """Take one update in."""
        given = request.headers.getall(_TELEGRAM_HEADER, [])
        told = given[0].encode("utf-8", "surrogateescape") if len(given) == 1 else b""
        if not hmac.compare_digest(told, self._secret):
            _log.warning("update refused: wrong secret")
            return web.Response(status=403, text="wrong secret\n")
        body = await request.read()
        try:
            update = json.loads(body)
        except RecursionError as error:
            return _set_aside(body, error)
        except ValueError:  # cut on the way: it may come whole
            _log.warning("update refused", reason="no JSON")
            return web.Response(status=400, text="not an update\n")
        try:
            if not isinstance(update, dict):
                raise ValueError("no object")  # noqa: TRY301, TRY004 - one way out for nonsense
            # A request that ends before its update does, as at its time limit, cuts nothing short:
            # what comes again is known by its number and not served a second time.
            await asyncio.shield(asyncio.ensure_future(self._serve(update)))
        except ValueError as error:
            return _set_aside(body, error)
        return web.Response(text="ok\n")


def _set_aside(body: bytes, error: Exception) -> web.Response:
    """Take an update that cannot be read: refused, it would come again before all others."""
    number = _NUMBER.search(body)
    told = int(number[1]) if number else None
    _log.error("update set aside", update=told, reason=str(error)[:80])
    return web.Response(text="set aside\n")


class StripeWebhook:
    """``POST /stripe/webhook``: 200 once stored, 400 if not Stripe's, 503 to be sent again."""

    def __init__(self, verify: Verify, inbox: Receives) -> None:
        self._verify = verify
        self._inbox = inbox

    def routes(self) -> list[web.RouteDef]:
        """Return the route to mount."""
        return [web.post("/stripe/webhook", self.receive)]

    async def receive(self, request: web.Request) -> web.Response:
        """Take an event in; the raw body is what was signed."""
        raw = await request.read()
        # Several headers count as none: which of them was meant is not for us to guess.
        signatures = request.headers.getall(_STRIPE_HEADER, [])
        try:
            event = self._verify(raw, signatures[0] if len(signatures) == 1 else None)
        except ValueError as error:
            _log.warning("webhook refused", reason=str(error), size=len(raw))
            return web.Response(status=400, text="not a signed event\n")
        try:
            new = await self._inbox.receive(event)
        except TransientError as error:
            _log.warning("event not stored", event_id=event.id, reason=str(error))
            return web.Response(status=503, text="try again\n", headers={"Retry-After": "5"})
        _log.info("event received", event_id=event.id, kind=event.kind, new=new)
        return web.Response(text="ok\n")

"""Stripe's webhook: believed only if signed, stored before it is answered, acted on later."""

from __future__ import annotations

import structlog
from aiohttp import web

from bot.domain.errors import TransientError
from bot.web.parts import Receives, Verify

_log = structlog.get_logger(__name__)

_HEADER = "Stripe-Signature"


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
        signatures = request.headers.getall(_HEADER, [])
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

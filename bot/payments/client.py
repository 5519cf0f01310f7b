"""The port `Payments` over Stripe's own package."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from email.utils import parsedate_to_datetime
from functools import partial
from typing import Any, Self, TypeVar

import stripe
from stripe.params import RefundCreateParams, RefundListParams

from bot.domain.money import Money
from bot.domain.order import SessionId
from bot.domain.payment import Intent, Session, SessionStatus
from bot.payments import history, reading
from bot.payments.calls import PAGE, Caller, Patience
from bot.payments.endpoints import Endpoint, Endpoints, Permission
from bot.payments.feed import EventFeed
from bot.payments.http import HttpClient
from bot.payments.papers import Papers, invoice_of
from bot.payments.parameters import session_parameters
from bot.ports import (
    Account,
    Clock,
    Credited,
    Dispute,
    EventId,
    InboxEvent,
    PaymentsDeniedError,
    PaymentsRefusedError,
    Refund,
    SessionLine,
    SessionRequest,
    UnknownSessionError,
)

T = TypeVar("T")

#: What a settled session is judged by, in one request.
_EXPAND = ["payment_intent.latest_charge"]
_ID = re.compile(r"[A-Za-z0-9_]{1,255}\Z")


class StripePayments:
    """Stripe's API with one account's key. Close it when done.

    Args:
        key: Secret or restricted key; it stands in no message and no ``repr``.
        clock: What expiry and the first events are reckoned by.
        api_url: Base of the API, without a trailing slash.
        proxy: URL of an HTTP proxy, None for a direct way.
        patience: How long calls may take.
        jitter: Numbers from 0 to 1 that spread retries.
        called: Told each call's outcome: ``answered``, ``refused`` or ``unanswered``.
    """

    def __init__(
        self,
        key: str,
        clock: Clock,
        *,
        api_url: str = "https://api.stripe.com",
        proxy: str | None = None,
        patience: Patience | None = None,
        jitter: Callable[[], float] = random.random,
        called: Callable[[str], None] = lambda _: None,
    ) -> None:
        # The package's telemetry writes an id file into the home folder and tells Stripe of it.
        stripe.enable_telemetry = False
        patience = patience or Patience()
        self._http = HttpClient(timeout=patience.attempt, proxy=proxy, dated=self._hear_date)
        client = stripe.StripeClient(
            key,
            base_addresses={"api": api_url, "connect": api_url, "files": api_url},
            http_client=self._http,
            max_network_retries=0,
        )
        self._v1 = client.v1
        self._clock = clock
        self._clock_ahead: int | None = None
        self._caller = Caller(key, patience, jitter, called)
        self._feed = EventFeed(client.v1.events, self._caller, clock, self._ours_ahead)
        self._endpoints = Endpoints(client.v1, self._caller)
        self._papers = Papers(client.v1, self._caller)
        self.livemode = key.startswith(("sk_live_", "rk_live_"))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections."""
        close: Callable[[], Awaitable[None]] = self._http.close_async
        await close()

    @property
    def answered_at(self) -> float | None:
        return self._caller.answered_at

    @property
    def clock_ahead(self) -> int | None:
        return self._clock_ahead

    def _hear_date(self, written: str) -> None:
        """Hold our clock against an answer's date; what cannot be read as one is passed over."""
        with suppress(ValueError, TypeError):
            told = parsedate_to_datetime(written)
            self._clock_ahead = self._clock.now() - int(told.timestamp())

    def _ours_ahead(self) -> int:
        """Return what a time of ours is taken back by to be Stripe's; 0 where that is not known."""
        return self._clock_ahead or 0

    def prepare(self, request: SessionRequest) -> str:
        return session_parameters(request, self._clock.now(), self._ours_ahead())

    async def create(self, parameters: str, key: str) -> Session:
        params = json.loads(parameters)
        return await self._caller.read(
            lambda: self._v1.checkout.sessions.create_async(params, {"idempotency_key": key}),
            reading.session,
        )

    async def retrieve(self, session_id: SessionId) -> Session:
        # To an empty id Stripe would answer with the list of all sessions.
        return await self._of_session(
            session_id,
            lambda: self._v1.checkout.sessions.retrieve_async(session_id, {"expand": _EXPAND}),
            reading.session,
        )

    async def lines(self, session_id: SessionId) -> tuple[SessionLine, ...]:
        return await self._of_session(
            session_id,
            lambda: self._v1.checkout.sessions.line_items.list_async(session_id, {"limit": PAGE}),
            lambda page: tuple(map(reading.line, page["data"])),
        )

    async def intent(self, intent_id: str) -> Intent | None:
        _demand_id(intent_id)
        try:
            return await self._caller.read(
                lambda: self._v1.payment_intents.retrieve_async(
                    intent_id, {"expand": ["latest_charge"]}
                ),
                reading.intent,
            )
        except PaymentsRefusedError as error:
            if error.code == "resource_missing":
                return None
            raise

    async def session_of(self, intent_id: str) -> SessionId | None:
        _demand_id(intent_id)
        return await self._caller.read(
            lambda: self._v1.checkout.sessions.list_async(
                {"payment_intent": intent_id, "limit": 1}
            ),
            lambda page: next((SessionId(one["id"]) for one in page["data"]), None),
        )

    async def sessions(self, status: SessionStatus, since: int, most: int) -> tuple[Session, ...]:
        service = self._v1.checkout.sessions
        since -= self._ours_ahead()
        return await history.sessions_since(service, self._caller, status, since, most)

    async def rate(self, session_id: SessionId) -> tuple[str, str]:
        expand = ["shipping_cost.shipping_rate"]
        return await self._of_session(
            session_id,
            lambda: self._v1.checkout.sessions.retrieve_async(session_id, {"expand": expand}),
            lambda session: reading.rate(session["shipping_cost"]["shipping_rate"]),
        )

    async def code(self, session_id: SessionId) -> str:
        expand = ["discounts.promotion_code"]
        return await self._of_session(
            session_id,
            lambda: self._v1.checkout.sessions.retrieve_async(session_id, {"expand": expand}),
            lambda session: reading.code(session["discounts"]),
        )

    async def expire(self, session_id: SessionId) -> Session:
        """Expire a session; one that is complete or expired already is returned as it is."""
        try:
            return await self._of_session(
                session_id,
                lambda: self._v1.checkout.sessions.expire_async(session_id, {"expand": _EXPAND}),
                reading.session,
            )
        except PaymentsDeniedError:
            raise
        except PaymentsRefusedError:
            session = await self.retrieve(session_id)
            if session.status is SessionStatus.OPEN:
                raise
            return session

    async def invoice_url(self, session_id: SessionId) -> str | None:
        invoice = await self._invoice_of(session_id)
        return None if invoice is None else await self._papers.url(invoice)

    async def credit(
        self, session_id: SessionId, given: Sequence[Refund], void: Sequence[Refund]
    ) -> Credited:
        return await self._papers.credit(await self._invoice_of(session_id), given, void)

    async def _invoice_of(self, session_id: SessionId) -> str | None:
        return await self._of_session(
            session_id,
            lambda: self._v1.checkout.sessions.retrieve_async(session_id),
            invoice_of,
        )

    async def refund(
        self, intent_id: str, amount: Money, key: str, metadata: Mapping[str, str] | None = None
    ) -> Refund:
        _demand_id(intent_id)
        params: RefundCreateParams = {"payment_intent": intent_id, "amount": amount.minor}
        if metadata:
            params["metadata"] = dict(metadata)
        return await self._caller.read(
            lambda: self._v1.refunds.create_async(params, {"idempotency_key": key}),
            reading.refund,
        )

    async def refunds(self, intent_id: str) -> tuple[Refund, ...]:
        _demand_id(intent_id)
        found: list[Refund] = []
        more = True
        while more:
            request = partial(self._v1.refunds.list_async, _page_of(intent_id, found))
            refunds, more = await self._caller.read(
                request,
                lambda page: (tuple(map(reading.refund, page["data"])), bool(page["has_more"])),
            )
            found.extend(refunds)
        return tuple(found)

    async def dispute(self, dispute_id: str) -> Dispute:
        _demand_id(dispute_id)
        return await self._caller.read(
            lambda: self._v1.disputes.retrieve_async(dispute_id), reading.dispute
        )

    async def events(
        self, after: EventId | None, since: int | None = None
    ) -> tuple[InboxEvent, ...]:
        return await self._feed.after(after, since)

    async def account(self) -> Account:
        return await self._caller.read(
            self._v1.accounts.retrieve_current_async,
            lambda data: Account(reading.account_id(data), self.livemode),
        )

    async def endpoints(self) -> tuple[Endpoint, ...]:
        """Return the account's webhook endpoints."""
        return await self._endpoints.every()

    async def register_endpoint(self, url: str) -> tuple[Endpoint, str]:
        """Register a webhook endpoint and return it with its secret, shown this once."""
        return await self._endpoints.register(url)

    async def mend_endpoint(self, endpoint_id: str) -> Endpoint:
        """Enable a webhook endpoint for every kind of event that the shop acts on."""
        _demand_id(endpoint_id)
        return await self._endpoints.mend(endpoint_id)

    async def permissions(
        self, *, invoices: bool = False, codes: bool = False, rates: bool = False
    ) -> tuple[Permission, ...]:
        """Return which of the calls that the shop makes this key may make."""
        return await self._endpoints.permissions(invoices=invoices, codes=codes, rates=rates)

    async def _of_session(
        self,
        session_id: SessionId,
        request: Callable[[], Awaitable[stripe.StripeObject]],
        read: Callable[[Mapping[str, Any]], T],
    ) -> T:
        if not _ID.match(session_id):
            raise UnknownSessionError("no id of a session")
        try:
            return await self._caller.read(request, read)
        except PaymentsRefusedError as error:
            if error.code == "resource_missing":
                raise UnknownSessionError(error.message) from None
            raise


def _page_of(intent_id: str, found: Sequence[Refund]) -> RefundListParams:
    if not found:
        return {"payment_intent": intent_id, "limit": PAGE}
    return {"payment_intent": intent_id, "limit": PAGE, "starting_after": found[-1].id}


def _demand_id(identity: str) -> None:
    if not _ID.match(identity):
        raise PaymentsRefusedError("no id of anything", code="resource_missing")

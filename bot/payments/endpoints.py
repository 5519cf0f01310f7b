"""What an operator asks of the account: its webhook endpoints, and what its key may do."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

import stripe

from bot.payments.calls import Caller
from bot.payments.events import KINDS
from bot.ports import PaymentsDeniedError, PaymentsRefusedError


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A webhook endpoint.

    Attributes:
        enabled: Whether Stripe sends to it; it stops after days of failures.
        missing: Kinds of events that the shop acts on and that it does not get.
    """

    id: str
    url: str
    enabled: bool
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Permission:
    """Whether the key may do something.

    Attributes:
        name: As the Dashboard's page of restricted keys names it: ``Checkout Sessions: write``.
        allowed: False on a 401 or 403.
        message: What Stripe said where it is not allowed; names what is missing.
    """

    name: str
    allowed: bool
    message: str = ""


class Endpoints:
    """Webhook endpoints and permissions of the account."""

    def __init__(self, v1: stripe.V1Services, caller: Caller) -> None:
        self._v1 = v1
        self._caller = caller

    async def every(self) -> tuple[Endpoint, ...]:
        """Return the account's endpoints; Stripe allows 16, so one page holds them."""
        return await self._caller.read(
            lambda: self._v1.webhook_endpoints.list_async({"limit": 100}),
            lambda page: tuple(map(_endpoint, page["data"])),
        )

    async def register(self, url: str) -> tuple[Endpoint, str]:
        """Register an endpoint for the events of `KINDS`, and return it with its secret."""
        return await self._caller.read(
            lambda: self._v1.webhook_endpoints.create_async(
                {"url": url, "enabled_events": list(KINDS), "description": "Telegram shop"}
            ),
            lambda made: (_endpoint(made), made["secret"]),
        )

    async def mend(self, endpoint_id: str) -> Endpoint:
        """Enable an endpoint for the events of `KINDS`; its secret stays as it is."""
        return await self._caller.read(
            lambda: self._v1.webhook_endpoints.update_async(
                endpoint_id, {"enabled_events": list(KINDS), "disabled": False}
            ),
            _endpoint,
        )

    async def permissions(
        self, *, invoices: bool = False, codes: bool = False, rates: bool = False
    ) -> tuple[Permission, ...]:
        """Try every kind of call that the shop makes, in a way that changes nothing.

        Args:
            invoices: Whether Stripe makes invoices of its sales.
            codes: Whether buyers may enter promotion codes.
            rates: Whether buyers choose among several deliveries.

        Stripe looks at a key's permissions before it looks for the object, so that a call about
        an object that does not exist tells one from the other.

        Raises:
            TransientError: Stripe did not answer.
        """
        v1 = self._v1
        calls: tuple[tuple[str, Callable[[], Awaitable[object]]], ...] = (
            ("Checkout Sessions: read", lambda: v1.checkout.sessions.retrieve_async("cs_none")),
            ("Checkout Sessions: write", lambda: v1.checkout.sessions.expire_async("cs_none")),
            ("PaymentIntents: read", lambda: v1.payment_intents.retrieve_async("pi_none")),
            ("Charges and Refunds: read", lambda: v1.charges.retrieve_async("ch_none")),
            (
                "Charges and Refunds: write",
                lambda: v1.refunds.create_async({"payment_intent": "pi_none"}),
            ),
            ("Disputes: read", lambda: v1.disputes.retrieve_async("dp_none")),
            ("Events: read", lambda: v1.events.list_async({"limit": 1})),
            ("Webhook Endpoints: read", lambda: v1.webhook_endpoints.list_async({"limit": 1})),
        )
        papers: tuple[tuple[str, Callable[[], Awaitable[object]]], ...] = (
            ("Invoices: read", lambda: v1.invoices.retrieve_async("in_none")),
            ("Credit notes: read", lambda: v1.credit_notes.list_async({"limit": 1})),
            (
                "Credit notes: write",
                lambda: v1.credit_notes.create_async({"invoice": "in_none", "amount": 1}),
            ),
        )
        # What a buyer chose is expanded in the session, which wants the right to read it.
        code = ("Promotion Codes: read", lambda: v1.promotion_codes.retrieve_async("promo_none"))
        rate = ("Shipping Rates: read", lambda: v1.shipping_rates.retrieve_async("shr_none"))
        asked = [*calls, *(papers if invoices else ())]
        asked += [one for one, wanted in ((code, codes), (rate, rates)) if wanted]
        return tuple([await self._permission(name, call) for name, call in asked])

    async def _permission(self, name: str, call: Callable[[], Awaitable[object]]) -> Permission:
        try:
            await self._caller.call(call)
        except PaymentsDeniedError as error:
            return Permission(name, allowed=False, message=error.message)
        except PaymentsRefusedError:
            pass  # allowed to ask, and told that there is no such thing
        return Permission(name, allowed=True)


def _endpoint(data: Mapping[str, Any]) -> Endpoint:
    has = set(data["enabled_events"])
    missing = () if "*" in has else tuple(kind for kind in KINDS if kind not in has)
    return Endpoint(data["id"], data["url"], data["status"] == "enabled", missing)

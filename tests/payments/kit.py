"""An embedded Stripe on loopback, the adapter that speaks with it, and a request to begin with."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.domain.money import Money
from bot.payments import StripePayments
from bot.payments.calls import Patience
from bot.ports import SessionLine, SessionRequest
from shop_sandbox.exchange import Exchange
from shop_sandbox.stripe import StripeSandbox

KEY = "sk_test_canaryKEY123"
#: Short, so that the tests of impatience are; the shape is that of the real one.
HASTY = Patience(attempt=1.0, total=9.0, attempts=4, first_wait=0.01)


class Hands:
    """A clock that stands still until it is moved; both sides read it."""

    def __init__(self) -> None:
        self.seconds = 1_800_000_000

    def now(self) -> int:
        """Return seconds UTC, as the shop reads them."""
        return self.seconds

    def __call__(self) -> float:
        """Return seconds UTC, as the sandbox reads them."""
        return float(self.seconds)


@dataclass(frozen=True, slots=True)
class Side:
    """Both ends of the wire."""

    stripe: StripeSandbox
    payments: StripePayments
    clock: Hands
    url: str
    exchanges: list[Exchange]

    def calls(self, name: str) -> int:
        """Return how often a call was served, retries included."""
        return self.stripe.faults.calls[name]


@asynccontextmanager
async def a_side(key: str = KEY, patience: Patience = HASTY) -> AsyncIterator[Side]:
    """Open both ends, note every exchange between them, and close them."""
    clock = Hands()
    sandbox = StripeSandbox(clock=clock)
    exchanges: list[Exchange] = []
    sandbox.on_exchange.append(exchanges.append)
    app = web.Application()
    app.add_routes(sandbox.routes())
    server = TestServer(app, host="127.0.0.1")
    await server.start_server()
    sandbox.public_url = str(server.make_url("")).rstrip("/")
    url = f"{sandbox.public_url}/stripe"
    try:
        async with StripePayments(
            key, clock, api_url=url, patience=patience, jitter=lambda: 0.5
        ) as payments:
            yield Side(sandbox, payments, clock, url, exchanges)
    finally:
        await sandbox.close()
        await server.close()


def a_request(clock: Hands) -> SessionRequest:
    """Return a request for two bags of coffee, 31.40 EUR."""
    return SessionRequest(
        reference="1042",
        metadata={"shop": "5f0c", "order": "1042"},
        currency="eur",
        lines=(SessionLine("House blend, 250 g", Money(1570, "eur"), 2, "Hazelnut & <cream>"),),
        success_url="https://t.me/lume_bot?start=paid_tok",
        cancel_url="https://t.me/lume_bot?start=back_tok",
        expires_at=clock.now() + 3600,
        language="de",
    )

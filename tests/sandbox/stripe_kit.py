"""A served embedded Stripe, the real package as its client, and a webhook that listens.

Every answer of the sandbox, and every request that it took, is held to the specification.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import stripe
from aiohttp import web

from kit.specs import stripe as spec
from shop_sandbox.exchange import Exchange
from shop_sandbox.stripe import StripeSandbox

NOON = 1_790_000_000.0
TEST_KEY = "sk_test_sandbox4242"
HOOK_SECRET = "whsec_tests"
_REFUSED = 400


class Clock:
    """A clock that moves only when told to."""

    def __init__(self, now: float = NOON) -> None:
        self.now = now

    def __call__(self) -> float:
        """Return the time in Unix seconds."""
        return self.now


class Kit:
    """What a test needs of a served sandbox."""

    def __init__(self, sandbox: StripeSandbox, clock: Clock) -> None:
        self.sandbox = sandbox
        self.clock = clock
        self.exchanges: list[Exchange] = []
        self.received: list[tuple[str, bytes]] = []
        self.hook_status = 200
        self.hook_open = asyncio.Event()
        self.hook_open.set()
        self.hook_called = asyncio.Event()
        self._http: list[stripe.AIOHTTPClient] = []
        sandbox.on_exchange.append(self.exchanges.append)

    @property
    def url(self) -> str:
        """Where everything is served."""
        return self.sandbox.public_url

    @property
    def hook_url(self) -> str:
        """Where the listening webhook is."""
        return f"{self.url}/hook"

    def client(self, key: str = TEST_KEY, *, retries: int = 0) -> stripe.StripeClient:
        """Return the real package's client, pointed at the sandbox by its base address alone."""
        http = stripe.AIOHTTPClient(timeout=10)
        self._http.append(http)
        return stripe.StripeClient(
            key,
            base_addresses={"api": f"{self.url}/stripe"},
            http_client=http,
            max_network_retries=retries,
        )

    async def create(self, key: str | None = None, **params: Any) -> stripe.checkout.Session:
        """Create a session, two bags of coffee for 25.00 € unless told otherwise."""
        options: Any = {"idempotency_key": key} if key else {}
        return await self.client().v1.checkout.sessions.create_async(session(**params), options)

    async def charge(self, session_id: str) -> stripe.Charge:
        """Return the latest charge of a session, as the package reads it."""
        found = await self.client().v1.checkout.sessions.retrieve_async(
            session_id, {"expand": ["payment_intent.latest_charge"]}
        )
        assert isinstance(found.payment_intent, stripe.PaymentIntent)
        charge = found.payment_intent.latest_charge
        assert isinstance(charge, stripe.Charge)
        return charge

    async def event_types(self) -> list[str]:
        """Return the kinds of all events, oldest first."""
        events = await self.client().v1.events.list_async({"limit": 100})
        return [event.type for event in reversed(events.data)]

    async def listen(self, request: web.Request) -> web.Response:
        """Take a webhook."""
        self.hook_called.set()
        await self.hook_open.wait()
        self.received.append((request.headers["Stripe-Signature"], await request.read()))
        return web.Response(status=self.hook_status)

    async def close(self) -> None:
        """Close clients, and hold what went over the wire to the specification."""
        self.hook_open.set()
        for http in self._http:
            await http.close_async()  # type: ignore[no-untyped-call]
        if spec.specs_missing():
            return
        for exchange in self.exchanges:
            spec.check_exchange_answer(exchange)
            if exchange.status < _REFUSED and not exchange.played:
                spec.check_exchange_request(exchange)
        for event in self.sandbox.events:
            spec.check_event(event)


def line(
    amount: int = 1250, quantity: int = 2, name: str = "House blend", **more: Any
) -> dict[str, Any]:
    """Return one line item; further fields go into its price data."""
    return {
        "price_data": {
            "currency": more.pop("currency", "eur"),
            "unit_amount": amount,
            "product_data": {"name": name},
            **more,
        },
        "quantity": quantity,
    }


def session(**params: Any) -> Any:
    """Return parameters of a session."""
    return {
        "mode": "payment",
        "line_items": [line()],
        "success_url": "http://127.0.0.1:9/success?session_id={CHECKOUT_SESSION_ID}",
        "cancel_url": "http://127.0.0.1:9/cancel",
        **params,
    }


@asynccontextmanager
async def serve() -> AsyncIterator[Kit]:
    """Serve a sandbox on loopback."""
    clock = Clock()
    sandbox = StripeSandbox(clock=clock)
    kit = Kit(sandbox, clock)
    app = web.Application()
    app.add_routes([*sandbox.routes(), web.post("/hook", kit.listen)])
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    sandbox.public_url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield kit
        await kit.close()
    finally:
        await sandbox.close()
        await runner.cleanup()


def bare_client() -> aiohttp.ClientSession:
    """Return a client that follows no redirect of its own and keeps no connection."""
    return aiohttp.ClientSession(connector=aiohttp.TCPConnector(force_close=True))

"""The whole shop against the sandbox, over real HTTP: what end-to-end tests stand on.

Every exchange with the embedded services is held to the published specifications, so a test that
uses the kit proves that too.
"""

from __future__ import annotations

import asyncio
import secrets
import socket
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

from bot.app import RunningShop, running_shop
from bot.domain.order import ChatId, Order, OrderState
from bot.ports import Transaction
from bot.settings import Settings
from bot.shop import Shop
from kit import engines
from kit.patience import PATIENCE
from kit.specs import stripe as stripe_spec
from kit.specs import telegram as telegram_spec
from shop_sandbox.exchange import Exchange
from shop_sandbox.site import SandboxSite
from shop_sandbox.stripe import StripeSandbox
from shop_sandbox.telegram import Person, Shown, TelegramSandbox

ROOT = Path(__file__).parent.parent
TOKEN = "7104882315:AAtests-no-real-bot-has-this-token-00000"
KEY = "sk_test_kit4KitsAndNobodyElse00"
#: A public address that the sandbox leads to the shop's own port, as a TLS proxy would.
PUBLIC = "https://shop.example"


class JumpingClock:
    """The time at which it was made plus its jumps: it stands still but for them.

    So what a test reads of times is what was decided, however long a busy machine takes.
    """

    def __init__(self) -> None:
        self._began = time.time()
        self.ahead = 0.0

    def now(self) -> int:
        """Return seconds UTC, for the bot."""
        return int(self())

    def __call__(self) -> float:
        """Return seconds UTC, for the sandbox."""
        return self._began + self.ahead

    def jump(self, seconds: float) -> None:
        """Go on in time."""
        self.ahead += seconds


class RunningClock(JumpingClock):
    """The machine's time plus a jump: for second tries, and where a clock is compared with ours."""

    def __call__(self) -> float:
        """Return seconds UTC."""
        return time.time() + self.ahead


@dataclass
class Spec:
    """Collects what the exchanges broke; checked when the kit closes."""

    broken: list[str] = field(default_factory=list)

    def __call__(self, exchange: Exchange) -> None:
        """Hold one exchange to its specification, and a message to one button that stands out."""
        if len(loud := _standing_out(exchange.answer)) > 1:
            self.broken.append(f"{exchange.call}: more than one button stands out: {loud}")
        spec = {"telegram": telegram_spec, "stripe": stripe_spec}[exchange.service]
        if spec.specs_missing():
            return
        try:
            spec.check_exchange_request(exchange)
            spec.check_exchange_answer(exchange)
        except AssertionError as error:
            self.broken.append(f"{exchange.call}: {error}")


def _standing_out(answer: object) -> list[str]:
    """Return the buttons of a message in Telegram's answer by which it would have people go on."""
    result = answer.get("result") if isinstance(answer, dict) else None
    markup = result.get("reply_markup", {}) if isinstance(result, dict) else {}
    buttons = [button for row in markup.get("inline_keyboard", []) for button in row]
    return [one["text"] for one in buttons if one.get("style") in {"primary", "success"}]


@dataclass
class Kit:
    """A running shop, its embedded services and its people."""

    site: SandboxSite
    running: RunningShop
    clock: JumpingClock
    settings: Settings

    @property
    def shop(self) -> Shop:
        """The use cases."""
        return self.running.shop

    @property
    def telegram(self) -> TelegramSandbox:
        """The embedded Telegram."""
        return self.site.telegram

    @property
    def stripe(self) -> StripeSandbox:
        """The embedded Stripe."""
        return self.site.stripe

    def person(self, name: str) -> Person:
        """Somebody by first name."""
        return self.telegram.person(name)

    async def orders(self, person: Person) -> tuple[Order, ...]:
        """Return a person's orders, newest first."""
        return await self.shop.orders.latest(ChatId(person.id))

    async def order(self, person: Person) -> Order:
        """Return a person's newest order."""
        return (await self.orders(person))[0]

    async def pay(self, person: Person, **page: Any) -> Shown:
        """Pay a person's newest order and come back to the chat; return the receipt.

        Args:
            person: Whose order.
            page: What is filled in on Stripe's page, as `StripeSandbox.pay` takes it.
        """
        order = await self.order(person)
        await self.stripe.pay(str(order.session_id), **page)
        await person.start(f"paid_{order.token}")
        return await person.wait_for("✅ Paid. Thank you!")

    async def until(self, person: Person, state: OrderState) -> Order:
        """Wait until a person's newest order is in a state."""
        async with asyncio.timeout(PATIENCE):
            while True:
                found = await self.orders(person)
                if found and found[0].state is state:
                    return found[0]
                await asyncio.sleep(0.02)

    async def drain(self) -> None:
        """Wait until no message and no event is left to be worked on."""

        def quiet(tx: Transaction) -> bool:
            now = self.clock.now()
            return not tx.outbox.due(now, 1) and not tx.inbox.due(now, 1)

        async with asyncio.timeout(PATIENCE):
            while not await self.running.store.read(quiet):  # noqa: ASYNC110 - asks the database
                await asyncio.sleep(0.02)

    async def get(self, url: str) -> tuple[int, str]:
        """Open a page as a browser would, without following redirects; status and text."""
        async with (
            aiohttp.ClientSession() as session,
            session.get(url, allow_redirects=False) as answer,
        ):
            return answer.status, await answer.text()


@asynccontextmanager
async def open_kit(
    folder: Path,
    *,
    pages: bool = False,
    behind_proxy: bool = False,
    catalog: Path = ROOT / "catalog.json",
    prepare: Callable[[SandboxSite], None] | None = None,
    sandbox: SandboxSite | None = None,
    clock: JumpingClock | None = None,
    **settings: str,
) -> AsyncIterator[Kit]:
    """Open the shop against a fresh sandbox; at the end no exchange may have broken its spec.

    Args:
        folder: For the database.
        pages: Whether the shop has a public address.
        behind_proxy: Whether that address is https, so that Telegram sends updates there.
        catalog: The file to sell from.
        prepare: Arranges the sandbox before the shop opens.
        sandbox: An open one to go on with, as after a restart.
        clock: Its clock.
        settings: Further variables, in lower case.
    """
    clock, spec = clock or JumpingClock(), Spec()
    async with AsyncExitStack() as stack:
        site = sandbox
        if site is None:
            site = await stack.enter_async_context(SandboxSite(clock=clock))
        site.telegram.on_exchange.append(spec)
        site.stripe.on_exchange.append(spec)
        if prepare:
            prepare(site)
        if behind_proxy:
            port = free_port()
            site.telegram.proxy(PUBLIC, f"http://127.0.0.1:{port}")
            settings = {"public_url": PUBLIC, "port": str(port)} | settings
        if "database" not in settings:
            settings = settings | {"database": engines.database_in(folder)}
        loaded = Settings.load(_env(site, catalog, pages, settings), env_file=None)
        async with running_shop(loaded, clock) as running:
            yield Kit(site, running, clock, loaded)
    assert spec.broken == []


def _env(site: SandboxSite, catalog: Path, pages: bool, more: dict[str, str]) -> dict[str, str]:
    env = {
        "TELEGRAM_BOT_TOKEN": TOKEN,
        "STRIPE_API_KEY": KEY,
        "TELEGRAM_API_URL": site.telegram_api_url,
        "STRIPE_API_URL": site.stripe_api_url,
        "TELEGRAM_LINK_URL": site.telegram_link_url,
        "OWNER_IDS": str(site.telegram.person("Marta").id),
        "CATALOG": str(catalog),
        "PORT": "0",
        "LOG_LEVEL": "warning",
    }
    if pages:
        env["PORT"] = str(free_port())
        env["PUBLIC_URL"] = f"http://127.0.0.1:{env['PORT']}"
    return env | {name.upper(): value for name, value in more.items()}


def free_port() -> int:
    """Return a port that was free a moment ago.

    It is none of those that a system gives out by itself, to the tests that run beside this one.
    """
    while True:
        port = 16_000 + secrets.randbelow(16_000)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port

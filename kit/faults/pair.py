"""Two processes of a shop on one server, of which one is killed while the other goes on.

The one that goes on stays for all purchases; the other is begun anew for each. Time is driven: what
a killed process had claimed is free once its minute is over.
"""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, closing, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from bot.ports import CLAIM_SECONDS
from bot.store.invariants import find
from bot.store.postgres.connection import PostgresConnection
from kit import KEY, PUBLIC, TOKEN, RunningClock, free_port
from kit.faults.balancer import Balancer
from kit.faults.counter import goods
from kit.faults.crash import RECEIPT
from kit.faults.crash_child import OPEN, RunPlan
from kit.faults.nursery import Child, Nursery
from kit.faults.pages import SECRET
from kit.patience import PATIENCE
from shop_sandbox.site import SandboxSite
from shop_sandbox.stripe.post import HookEndpoint
from shop_sandbox.telegram import Person, Shown

#: Seconds after which a buyer tries again. Telegram delivers anew what a killed process took, so
#: this is for what it lost on the way out; sooner, a busy machine makes buyers buy twice.
_STEP = 30.0
_LOOK = 0.02
#: More units than purchases.
STOCK = 5000


@dataclass
class PurchaseOutcome:
    """What became of a purchase.

    Attributes:
        points: Those that the killed process passed once it was open.
        killed: Whether it came to its point.
        receipts: As the buyer's chat shows them.
        repeat_allowed: Telegram had a receipt that the database did not know as sent.
        orders: Of the buyer, by state.
        charges: Of the buyer's session that succeeded.
    """

    points: list[str] = field(default_factory=list)
    killed: bool = False
    receipts: list[str] = field(default_factory=list)
    repeat_allowed: bool = False
    orders: list[str] = field(default_factory=list)
    charges: int = 0

    def faults(self) -> list[str]:
        """Return in which ways this is not a purchase that went right."""
        most = 2 if self.repeat_allowed else 1
        checks = {
            f"orders {self.orders}": self.orders == ["paid"],
            f"{self.charges} charges": self.charges == 1,
            f"{len(self.receipts)} receipts, at most {most}": 1 <= len(self.receipts) <= most,
            "receipts differ": len(set(self.receipts)) <= 1,
        }
        return [told for told, fine in checks.items() if not fine]


class Pair:
    """The shop; made by `open_pair`.

    Args:
        nurseries: Of the processes that are killed, and of the one that goes on.
        site: The sandbox.
        balancer: Before both.
        database: Its address, and a folder for the pair alone.
        clock: Everybody's.
        https: Whether updates are sent; otherwise they are fetched.
        log_level: Of the processes.
    """

    def __init__(
        self,
        nurseries: tuple[Nursery, Nursery],
        site: SandboxSite,
        balancer: Balancer,
        database: tuple[str, Path],
        clock: RunningClock,
        *,
        https: bool,
        log_level: str,
    ) -> None:
        self._nursery, self._survivors = nurseries
        self.site = site
        self.balancer = balancer
        self._url, self._folder = database
        self._clock = clock
        self._https = https
        self._log_level = log_level
        self._numbers = count(1)
        self._told = self._folder / "clock"
        self.survivor: Child

    async def open(self) -> None:
        """Open the process that goes on."""
        self.jump(0)
        self.survivor, port = await self._fork(self._survivors, None)
        self.balancer.ports = [port]

    async def stand_by(self) -> None:
        """Open another process, which goes on when the first one is killed."""
        self.survivor, port = await self._fork(self._nursery, None)
        self.balancer.ports.append(port)

    async def close(self) -> list[str]:
        """Stop it; return what is wrong with the database, and its exit code unless 0."""
        code = await self.survivor.stop()
        with closing(PostgresConnection(self._url)) as connection:
            found = [str(finding) for finding in find(connection)]
        return found + ([f"exit code {code}"] if code else [])

    async def purchase(self, fatal: int | None, *, comes_back: bool) -> PurchaseOutcome:
        """Let somebody new buy while one process is killed at a point; wait until all is quiet."""
        number = next(self._numbers)
        outcome, buyer = PurchaseOutcome(), self.site.telegram.add_person(f"Buyer{number}")
        child, port = await self._fork(self._nursery, fatal)
        self.balancer.ports = [self.balancer.ports[0], port]
        buying = asyncio.create_task(self._buy(buyer, comes_back=comes_back))
        try:
            await self._attend(buying, child, buyer, outcome)
        finally:
            buying.cancel()
            await asyncio.gather(buying, return_exceptions=True)
        outcome.killed = child.ended.done() and int(child.ended.result()) == -signal.SIGKILL
        self.balancer.ports = self.balancer.ports[:1]
        if not child.ended.done():
            await child.stop()
        after = child.points()[child.points().index(OPEN) + 1 :]
        outcome.points = [line.partition(" ")[2] for line in after]
        self._take_stock(outcome, buyer)
        return outcome

    async def _attend(
        self, buying: asyncio.Task[None], child: Child, buyer: Person, outcome: PurchaseOutcome
    ) -> None:
        end = time.monotonic() + PATIENCE
        noted, jumped = False, 0.0
        while not (buying.done() and self._quiet()):
            if child.ended.done() and not noted:
                noted = True
                outcome.repeat_allowed = self._is_untold(buyer)
                jumped = time.monotonic()
            # What the killed one had claimed is waited for in vain by now.
            if noted and buying.done() and time.monotonic() - jumped > 1:
                self.jump(CLAIM_SECONDS + 1)
                jumped = time.monotonic() + 10
            if time.monotonic() > end:
                told = self._rows("SELECT id, state, due_at FROM orders WHERE due_at IS NOT NULL")
                waits = self._rows("SELECT id, kind, due_at FROM outbox WHERE done_at IS NULL")
                raise AssertionError(f"not quiet: {told} {waits} {self.survivor.last_words()}")
            if self.survivor.ended.done():
                raise AssertionError(f"the other one broke: {self.survivor.last_words()}")
            await asyncio.sleep(_LOOK)
        buying.result()

    async def _buy(self, buyer: Person, *, comes_back: bool) -> None:
        """Buy as somebody does who does not give up: what stays unanswered is tried again."""
        front = await self._persist(buyer, buyer.start, lambda shown: bool(shown.rows))
        while True:
            with suppress(TimeoutError):
                await (await buyer.forge(front, "1a:tea")).answer(timeout=_STEP)
                break
        await self._persist(
            buyer, lambda: buyer.write("/checkout"), lambda one: any(b.url for b in one.buttons)
        )
        (session,) = [s for s in self._sessions(buyer) if s["status"] == "open"]
        await self.site.stripe.pay(session["id"])
        if comes_back:
            await self._return(urlsplit(session["success_url"]))

    async def _return(self, to: Any) -> None:
        """Open the page of thanks, and again where nobody answers."""
        async with aiohttp.ClientSession() as browser:
            for _ in range(20):
                page = f"{self.balancer.url}{to.path}?{to.query}"
                async with browser.get(page) as answer:
                    if answer.status == 200:
                        return
                await asyncio.sleep(0.2)

    @staticmethod
    async def _persist(
        buyer: Person, act: Callable[[], Awaitable[object]], wanted: Callable[[Shown], bool]
    ) -> Shown:
        while True:
            await act()
            with suppress(TimeoutError):
                return await buyer.wait_for(wanted, since=0, timeout=_STEP)

    async def _fork(self, nursery: Nursery, fatal: int | None) -> tuple[Child, int]:
        """Begin a process, and return it and its port once it is open."""
        number, port = next(self._numbers), free_port()
        plan = RunPlan(
            {**self._environment(), "PORT": str(port)},
            str(self._folder / f"{number}.points"),
            str(self._folder / f"{number}.log"),
            fatal,
            from_open=True,
            clock=str(self._told),
        )
        child = await nursery.fork(plan)
        end = time.monotonic() + PATIENCE
        while OPEN not in child.points():
            if child.ended.done() or time.monotonic() > end:
                ended = child.ended.result() if child.ended.done() else b"hangs"
                raise AssertionError(f"it did not open: {ended!r} {child.last_words()}")
            await asyncio.sleep(_LOOK)
        return child, port

    def jump(self, seconds: float) -> None:
        """Let everybody go on in time."""
        self._clock.jump(seconds)
        part = self._told.with_suffix(".part")
        part.write_text(str(self._clock.ahead), encoding="utf-8")
        part.replace(self._told)

    def _quiet(self) -> bool:
        undecided = "state IN ('placed', 'open', 'processing')"
        waiting = "SELECT (SELECT count(*) FROM outbox WHERE done_at IS NULL)"
        inbox = "(SELECT count(*) FROM inbox WHERE done_at IS NULL)"
        orders = f"(SELECT count(*) FROM orders WHERE {undecided})"
        return int(self._rows(f"{waiting} + {orders} + {inbox}")[0][0]) == 0

    def _is_untold(self, buyer: Person) -> bool:
        """Return whether Telegram has a receipt that the database does not know as sent."""
        waits = "SELECT count(*) FROM outbox WHERE kind = 'receipt' AND done_at IS NULL AND chat_id"
        return bool(self._receipts(buyer)) and int(self._rows(f"{waits} = {buyer.id}")[0][0]) > 0

    def _take_stock(self, outcome: PurchaseOutcome, buyer: Person) -> None:
        rows = self._rows(f"SELECT state FROM orders WHERE chat_id = {buyer.id}")
        outcome.orders = [str(row[0]) for row in rows]
        outcome.receipts = self._receipts(buyer)
        intents = {session["payment_intent"] for session in self._sessions(buyer)}
        charges = self.site.stripe.charges.values()
        outcome.charges = sum(
            one["status"] == "succeeded" and one["payment_intent"] in intents for one in charges
        )

    def _sessions(self, buyer: Person) -> list[dict[str, Any]]:
        rows = self._rows(f"SELECT session_id FROM orders WHERE chat_id = {buyer.id}")
        kept = {row[0] for row in rows}
        return [s for s in self.site.stripe.sessions.values() if s["id"] in kept]

    @staticmethod
    def _receipts(buyer: Person) -> list[str]:
        return [m.text for m in buyer.messages() if m.from_bot and RECEIPT in m.text]

    def _rows(self, statement: str) -> list[Any]:
        with closing(PostgresConnection(self._url)) as connection:
            # Only a look: it is in nobody's way, and nobody in its.
            connection.command("SET default_transaction_isolation = 'read committed'")
            return connection.execute(statement).fetchall()

    def _environment(self) -> dict[str, str]:
        public = {"PUBLIC_URL": PUBLIC} if self._https else {}
        return public | {
            "TELEGRAM_BOT_TOKEN": TOKEN,
            "STRIPE_API_KEY": KEY,
            "STRIPE_WEBHOOK_SECRET": SECRET,
            "TELEGRAM_API_URL": self.site.telegram_api_url,
            "STRIPE_API_URL": self.site.stripe_api_url,
            "TELEGRAM_LINK_URL": self.site.telegram_link_url,
            "OWNER_IDS": str(self.site.telegram.person("Marta").id),
            "CATALOG": str(self._folder / "catalog.json"),
            "DATABASE": self._url,
            "LOG_LEVEL": self._log_level,
        }


@asynccontextmanager
async def open_pair(
    nurseries: tuple[Nursery, Nursery],
    folder: Path,
    url: str,
    *,
    https: bool = True,
    log_level: str = "warning",
) -> AsyncIterator[Pair]:
    """Open a shop of two processes behind a balancer; at its end nothing may be amiss.

    Args:
        nurseries: Of the processes that are killed, and of the one that goes on.
        folder: For the pair alone.
        url: Of an empty schema.
        https: Whether updates are sent; otherwise they are fetched.
        log_level: Of the processes.
    """
    (folder / "catalog.json").write_text(goods({"tea": STOCK}), encoding="utf-8")
    clock = RunningClock()
    async with SandboxSite(clock=clock) as site, Balancer().running() as balancer:
        site.telegram.proxy(PUBLIC, balancer.url)
        site.stripe.settings.webhook_patience = 0.3
        site.stripe.post.retries = (0.3, 1.0)
        site.stripe.post.webhooks.append(HookEndpoint(f"{balancer.url}/stripe/webhook", SECRET))
        pair = Pair(
            nurseries, site, balancer, (url, folder), clock, https=https, log_level=log_level
        )
        await pair.open()
        try:
            yield pair
        finally:
            found = await pair.close()
        assert found == [], found

"""A purchase whose shop is killed on the way: driven from here, the sandbox in this process."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import time
from collections.abc import Awaitable, Callable
from contextlib import closing, suppress
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from bot.domain.errors import ShopError
from bot.store.sqlite import inspect
from kit import KEY, TOKEN, JumpingClock, free_port
from kit.faults.counter import goods
from kit.faults.crash_child import OPEN, RunPlan
from kit.faults.nursery import Child, Nursery
from kit.faults.pages import SECRET
from kit.faults.story import Story
from kit.patience import PATIENCE
from shop_sandbox.site import SandboxSite
from shop_sandbox.stripe.post import HookEndpoint
from shop_sandbox.telegram import Person, Shown

_STEP = 1.0
_LOOK = 0.01
#: Longer than Telegram keeps what a buyer wrote: nothing of it reaches the next shop.
_DAY_AND_MORE = 25 * 3600
RECEIPT = "Paid. Thank you!"
PACKED = "✓ Packed"


class PurchaseRun:
    """One purchase in a fresh sandbox, with a fresh database.

    Args:
        nursery: Forks shops.
        folder: For this purchase alone.
        pages: The shop has a webhook and the buyer does not come back by a link.
        now: The buyer buys one thing by itself, with no cart.
        packs: The owner packs it at last.
        settings: Further variables of the shop's environment.
    """

    def __init__(
        self,
        nursery: Nursery,
        folder: Path,
        *,
        pages: bool = False,
        now: bool = False,
        packs: bool = False,
        **settings: str,
    ) -> None:
        self._settings = settings
        self._nursery = nursery
        self._folder = folder
        self._pages = pages
        self._now = now
        self._packs = packs
        self._clock = JumpingClock()
        self._forks = 0
        self.story = Story()
        self._site: SandboxSite
        self._alice: Person
        self._child: Child
        self._give_up = False

    async def run(
        self,
        fatal: int | None = None,
        *,
        give_up: bool = False,
        sign: int = signal.SIGKILL,
        fatal_call: tuple[str, str] | None = None,
    ) -> Story:
        """Buy while the shop dies at a point, and open it again until all is quiet.

        Args:
            fatal: Number of the point; None for none.
            give_up: The buyer leaves when the shop dies; the next shop opens a day later.
            sign: What the shop is ended with.
            fatal_call: Instead: the sandbox kills the shop ``before`` or ``after`` it serves this
                call for the first time after the payment; for a message or an edit, the receipt's.
        """
        self._folder.mkdir(exist_ok=True)
        (self._folder / "catalog.json").write_text(goods({"tea": 20}), encoding="utf-8")
        async with SandboxSite(clock=self._clock) as self._site:
            self._site.stripe.settings.webhook_patience = 0.3
            self._site.stripe.post.retries = ()
            self._env = self._environment()
            self._alice = self._site.telegram.person("Alice")
            if fatal_call:
                self._site.faults.on_call.append(self._executioner(*fatal_call))
            self._give_up = give_up
            await self._fork(fatal, sign)
            buying = asyncio.create_task(self._buy())
            try:
                await self._attend(buying)
            finally:
                buying.cancel()
                await asyncio.gather(buying, return_exceptions=True)
            self.story.exits.append(await self._child.stop())
            if self.story.exits[-1] == -signal.SIGKILL:  # the point was on its way out
                self._look_at_the_break()
                await self._fork(None)
                await self._until(self._quiet)
                self.story.exits.append(await self._child.stop())
            self._take_stock()
        return self.story

    def _executioner(self, call: str, phase: str) -> Callable[[str, str], None]:
        def listen(name: str, when: str) -> None:
            told = {"sendMessage": RECEIPT, "editMessageText": PACKED}.get(name)
            due = any(told in one for one in self._receipts()) if told else bool(self._charges())
            if self._forks == 1 and (name, when) == (call, phase) and due:
                with suppress(ProcessLookupError):
                    os.kill(self._child.pid, signal.SIGKILL)

        return listen

    async def _attend(self, buying: asyncio.Task[None]) -> None:
        """See the purchase through until all is quiet, opening the shop again when it dies."""
        settling = asyncio.create_task(self._settle(buying))
        try:
            while not settling.done():
                await asyncio.wait({settling, self._child.ended}, return_when="FIRST_COMPLETED")
                if settling.done():
                    break
                if self._give_up:
                    buying.cancel()
                    settling.cancel()  # it may be waiting for a rest that this shop cannot come to
                    await asyncio.gather(buying, settling, return_exceptions=True)
                await self._reopen_after_the_break()
                if self._give_up:
                    return
            await settling
        finally:
            settling.cancel()
            await asyncio.gather(settling, return_exceptions=True)

    async def _settle(self, buying: asyncio.Task[None]) -> None:
        await buying
        await self._until(self._quiet)

    async def _reopen_after_the_break(self) -> None:
        self.story.exits.append(int(await self._child.ended))
        if self.story.exits[-1] not in {-signal.SIGKILL, 0}:
            raise AssertionError(f"the shop broke: {self._child.last_words()}")
        self._look_at_the_break()
        if self._give_up:
            self._clock.jump(_DAY_AND_MORE)
            await self._site.stripe.tick()
        await self._fork(None)
        if self._give_up:
            await self._until(self._quiet)

    async def _buy(self) -> None:
        """Buy as somebody does who does not give up: what stays unanswered is tried again."""
        alice = self._alice
        front = await self._persist(alice.start, lambda shown: bool(shown.rows))

        async def tap() -> object:
            return await (await alice.forge(front, "1a:tea")).answer(timeout=_STEP)

        async def check_out() -> object:
            return await (alice.forge(front, "1an:tea") if self._now else alice.write("/checkout"))

        while not self._now and not await self._tried(tap):
            pass
        await self._persist(check_out, lambda shown: any(b.url for b in shown.buttons))
        (session,) = [s for s in self._site.stripe.sessions.values() if s["status"] == "open"]
        await self._site.stripe.pay(session["id"])
        query = parse_qs(urlsplit(session["success_url"]).query)

        async def come_back() -> object:
            return None if self._pages else await alice.start(query["start"][0])

        await self._persist(come_back, RECEIPT)
        if self._packs:
            await self._until(self._quiet)
            marta = self._site.telegram.person("Marta")
            notice = await marta.wait_for("Sold: order", since=0)
            await self._persist(lambda: marta.forge(notice, "1wsp:1001"), PACKED)

    async def _persist(
        self, act: Callable[[], Awaitable[object]], wanted: str | Callable[[Shown], bool]
    ) -> Shown:
        while True:
            await act()
            with suppress(TimeoutError):
                return await self._alice.wait_for(wanted, since=0, timeout=_STEP)

    @staticmethod
    async def _tried(act: Callable[[], Awaitable[object]]) -> bool:
        try:
            await act()
        except TimeoutError:
            return False
        return True

    async def _fork(self, fatal: int | None, sign: int = signal.SIGKILL) -> None:
        self._forks += 1
        names = (str(self._folder / f"{self._forks}.{kind}") for kind in ("points", "log"))
        points, log = names
        plan = RunPlan(self._env, points, log, fatal, sign, self._clock.ahead)
        self._child = await self._nursery.fork(plan)
        if self._forks > 1:
            await self._until(lambda: OPEN in self._child.points())

    async def _until(self, condition: Callable[[], bool]) -> None:
        end = time.monotonic() + PATIENCE
        while not condition():
            if time.monotonic() > end:
                raise AssertionError(f"not quiet: {self._orders()} {self._child.last_words()}")
            await asyncio.sleep(_LOOK)

    def _quiet(self) -> bool:
        with closing(self._open()) as db, suppress(sqlite3.Error):
            undecided = "state IN ('placed', 'open', 'processing')"
            waiting = "SELECT (SELECT count(*) FROM outbox WHERE done_at IS NULL)"
            row = db.execute(f"{waiting} + (SELECT count(*) FROM orders WHERE {undecided})")
            return bool(row.fetchone()[0] == 0)
        return False

    def _look_at_the_break(self) -> None:
        """Note whether a receipt was taken that the database does not know as sent."""
        if not self._receipts():
            return
        with closing(self._open()) as db:
            waits = "SELECT count(*) FROM outbox WHERE kind = 'receipt' AND done_at IS NULL"
            self.story.repeat_allowed |= bool(db.execute(waits).fetchone()[0])

    def _take_stock(self) -> None:
        story = self.story
        first = Path(self._folder / "1.points").read_text(encoding="utf-8").splitlines()
        story.points = [line.partition(" ")[2] for line in first if line != OPEN]
        story.receipts = self._receipts()
        story.rows = self._orders()
        story.charges = self._charges()
        try:
            story.findings = [str(finding) for finding in inspect(self._database)]
        except ShopError as error:
            story.findings = [str(error)]
        with closing(self._open()) as db:
            story.free = int(db.execute("SELECT counted - held - sold FROM stock").fetchone()[0])
        chats = self._site.telegram.world.chats.values()
        story.messages = [str(m) for chat in chats for m in chat.messages.values()]
        story.log = "".join(p.read_text(encoding="utf-8") for p in self._folder.glob("*.log"))

    def _receipts(self) -> list[str]:
        told = [m.text for m in self._alice.messages() if m.from_bot]
        return [text for text in told if RECEIPT in text or PACKED in text]

    def _charges(self) -> list[int]:
        charges = self._site.stripe.charges.values()
        return [c["amount"] for c in charges if c["status"] == "succeeded"]

    def _orders(self) -> list[tuple[str, int]]:
        query = """SELECT state, (SELECT sum(quantity) FROM order_lines WHERE order_id = orders.id)
            FROM orders"""
        with closing(self._open()) as db:
            return [(str(state), int(units)) for state, units in db.execute(query)]

    @property
    def _database(self) -> Path:
        return self._folder / "shop.sqlite3"

    def _open(self) -> sqlite3.Connection:
        return sqlite3.connect(self._database, timeout=5)

    def _environment(self) -> dict[str, str]:
        env = environment(self._site, self._folder)
        if self._pages:
            env["PORT"] = str(free_port())
            env["PUBLIC_URL"] = f"http://127.0.0.1:{env['PORT']}"
            env["STRIPE_WEBHOOK_SECRET"] = SECRET
            hook = HookEndpoint(f"{env['PUBLIC_URL']}/stripe/webhook", SECRET)
            self._site.stripe.post.webhooks.append(hook)
        return env | {name.upper(): value for name, value in self._settings.items()}


def environment(site: SandboxSite, folder: Path) -> dict[str, str]:
    """Return the settings of a shop in a folder whose Telegram and Stripe are the sandbox's."""
    return {
        "TELEGRAM_BOT_TOKEN": TOKEN,
        "STRIPE_API_KEY": KEY,
        "TELEGRAM_API_URL": site.telegram_api_url,
        "STRIPE_API_URL": site.stripe_api_url,
        "TELEGRAM_LINK_URL": site.telegram_link_url,
        "OWNER_IDS": str(site.telegram.person("Marta").id),
        "CATALOG": str(folder / "catalog.json"),
        "DATABASE": str(folder / "shop.sqlite3"),
        "PORT": "0",
        "LOG_LEVEL": "warning",
    }

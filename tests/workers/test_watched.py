"""Every background task is watched: one that ends by an error starts again, and readiness tells."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import Any

import pytest

from bot.chat.telegram.application import ChatApp
from bot.chat.telegram.courier import ChatCourier
from bot.chat.telegram.polling import Polling
from bot.domain.order import ChatId
from bot.ports import MessageKind
from bot.shop import Bell
from bot.shop.orders.reports import Reports
from bot.shop.payment.inbox import Inbox
from bot.shop.payment.reconciliation import Reconciliation
from bot.shop.people.reminders import Reminders
from bot.web.heartbeat import HeartbeatWorker
from bot.workers import loop
from bot.workers.catalog import CatalogWorker
from bot.workers.database import DatabaseWatch
from bot.workers.due_times import DueTimes
from bot.workers.events import EventsWorker
from bot.workers.outbox import OutboxWorker
from kit import ROOT, open_kit
from kit.patience import PATIENCE
from tests.faults.strangers import Stranger
from tests.shop.journeys import order_something


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop, "_AFTER_A_FAULT", 0.01)
    monkeypatch.setattr(loop, "_WELL_AGAIN", 0.05)


async def test_a_loop_whose_waiting_fails_goes_on() -> None:
    """A fault in reckoning how long to wait ended the loop for good, unseen."""
    rounds, third = 0, asyncio.Event()

    async def work() -> int:
        nonlocal rounds
        rounds += 1
        if rounds == 3:
            third.set()
        return 0

    async def idle() -> float:
        raise KeyError("anything")

    task = asyncio.create_task(loop.keep_working("a", work, Bell(), idle))
    async with asyncio.timeout(PATIENCE):
        await third.wait()
    task.cancel()


async def test_what_fails_is_named_until_it_is_well() -> None:
    """Its name stands among the ailing from the error to the first round that goes well."""
    ailing, seen = set[str](), list[set[str]]()
    done = asyncio.Event()

    async def work() -> int:
        seen.append(set(ailing))
        if len(seen) <= 2:
            raise KeyError("anything")
        if len(seen) == 4:
            done.set()
            await asyncio.Event().wait()
        return 1

    async def idle() -> float:
        return 0.0

    task = asyncio.create_task(loop.keep_working("a", work, Bell(), idle, ailing))
    async with asyncio.timeout(PATIENCE):
        await done.wait()
    task.cancel()
    assert seen == [set(), {"a"}, {"a"}, set()]


async def test_what_should_never_end_is_started_again() -> None:
    """It is named while it keeps failing, and not any more once it has run for a while."""
    ailing, starts = set[str](), 0

    async def run() -> None:
        nonlocal starts
        starts += 1
        if starts <= 2:
            raise KeyError("anything")
        await asyncio.Event().wait()

    task = asyncio.create_task(loop.keep_running("a", run, ailing))
    async with asyncio.timeout(PATIENCE):
        while starts < 3:  # noqa: ASYNC110 - a counter
            await asyncio.sleep(0)
        assert ailing == {"a"}
        while ailing:  # noqa: ASYNC110 - as above
            await asyncio.sleep(0.01)
    task.cancel()


BOT = ROOT / "bot"
#: Every loop of a running shop, by its name in the log, and what each is made to die in.
LOOPS: dict[str, tuple[type, str]] = {
    "due times": (DueTimes, "work"),
    "menu": (ChatApp, "announce"),
    "database": (DatabaseWatch, "work"),
    "outbox": (OutboxWorker, "_round"),
    "reconciler": (Reconciliation, "work"),
    "reminders": (Reminders, "work"),
    "summary": (Reports, "summarize"),
    "inbox": (Inbox, "work"),
    "events": (EventsWorker, "work"),
    "catalog": (CatalogWorker, "_look"),
    "updates": (Polling, "_fetch"),
    "heartbeat": (HeartbeatWorker, "work"),
}


class Deaths:
    """Lets each loop die once, by an error or a cancellation that nobody asked for."""

    def __init__(self, patch: pytest.MonkeyPatch, how: type[BaseException]) -> None:
        self.calls = dict.fromkeys(LOOPS, 0)
        for name, (owner, method) in LOOPS.items():
            patch.setattr(owner, method, self._dying(name, getattr(owner, method), how))

    def _dying(self, name: str, real: Any, how: type[BaseException]) -> Any:
        async def call(*given: Any, **named: Any) -> Any:
            self.calls[name] += 1
            if self.calls[name] == 1:
                raise how("died")
            return await real(*given, **named)

        return call


@pytest.mark.parametrize("how", [RuntimeError, asyncio.CancelledError])
async def test_each_loop_of_a_running_shop_that_dies_is_started_again(
    how: type[BaseException],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """All die at the start; each is logged by its name and back, and the shop sells and tells."""
    monkeypatch.setattr("bot.web.heartbeat.EVERY", 0.05)
    deaths = Deaths(monkeypatch, how)
    async with (
        Stranger().serving() as monitor,
        open_kit(tmp_path, heartbeat_url=f"{monitor.url}/alive", log_level="info") as kit,
        asyncio.timeout(PATIENCE),
    ):
        while min(deaths.calls.values()) < 2:  # noqa: ASYNC110 - counters
            await asyncio.sleep(0.02)
        alice = kit.person("Alice")
        await order_something(kit, alice)
        await kit.drain()
        while not monitor.asked:  # noqa: ASYNC110 - as above
            await asyncio.sleep(0.02)
        status, _ = await kit.get(f"{kit.running.web_url}/readyz")

    printed = "".join(capsys.readouterr())
    failed = {n for n in LOOPS if f"worker={n}" in printed or f"worker='{n}'" in printed}
    assert failed == set(LOOPS)
    assert status == 200


@pytest.mark.parametrize("how", [RuntimeError, asyncio.CancelledError])
async def test_the_task_of_a_message_that_dies_is_logged_and_the_message_sent(
    how: type[BaseException],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """It dies twice, at what would have set it aside too; at the third try it arrives."""
    monkeypatch.setattr("bot.workers.outbox._AFTER_A_FAULT", 0.01)
    deliver, park, died = ChatCourier.deliver, OutboxWorker._park, list[str]()

    async def delivering(self: ChatCourier, *given: Any) -> Any:
        if len(died) < 2:
            died.append("delivering")
            raise how("died")
        return await deliver(self, *given)

    async def parking(self: OutboxWorker, *given: Any) -> None:
        if len(died) < 3:
            raise how("died")
        await park(self, *given)

    async with open_kit(tmp_path) as kit:
        alice = kit.person("Alice")
        await alice.start()
        await alice.wait_for(lambda shown: bool(shown.buttons))
        monkeypatch.setattr(ChatCourier, "deliver", delivering)
        monkeypatch.setattr(OutboxWorker, "_park", parking)
        now, details = kit.clock.now(), {"text": "after all"}
        await kit.running.store.write(
            lambda tx: tx.outbox.enqueue(ChatId(alice.id), MessageKind.SUPPORT, now, None, details)
        )
        kit.shop.context.outbox_bell.ring()
        await alice.wait_for("after all", since=0)

    assert "".join(capsys.readouterr()).count("outbox failed") == len(died) == 2


def test_no_task_is_made_that_nobody_watches() -> None:
    """Tasks are made where they are watched, or awaited by whoever made them, and nowhere else."""
    texts = {path.relative_to(ROOT).as_posix(): path.read_text() for path in BOT.rglob("*.py")}
    made = {
        path: len(re.findall(r"(?:create_task|ensure_future)\b", texts[path])) for path in texts
    }
    assert {path: number for path, number in made.items() if number} == {
        "bot/chat/telegram/polling.py": 1,  # an update: its edge logs
        "bot/chat/telegram/ordering.py": 1,  # an album: whoever gathers it waits for it
        "bot/doctor/inspection.py": 1,  # in a group that waits for them
        "bot/shop/payment/visits.py": 1,  # whoever asked waits for it
        "bot/web/webhooks.py": 1,  # as above
        "bot/workers/leases.py": 1,  # whoever holds the lease waits for it
        "bot/workers/outbox.py": 1,  # a message: its edge logs, and it is due again
        "bot/workers/supervisor.py": 1,  # the loops
    }

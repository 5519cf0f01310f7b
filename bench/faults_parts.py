"""The long proofs: each part of ``python -m bench faults``, with its size as an argument.

The tests of ``tests/faults`` take samples of the same; here they run in full.
"""

from __future__ import annotations

import asyncio
import logging
import os
import random
import tempfile
from collections import Counter as Tally
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import structlog

from bench.memory import Memory
from bot.domain.order import OrderState
from bot.store.sqlite import inspect
from kit import open_kit
from kit.faults.canaries import of_errors, of_purchases
from kit.faults.counter import goods, open_counter
from kit.faults.logs import cuts, make_log, most_that_can_be_kept, reopen
from kit.faults.machine_world import memory as scratch_folder
from kit.faults.malformed import malformed_updates, malformed_webhooks
from kit.faults.nursery import open_nursery
from kit.faults.orders_of_events import Played, play
from kit.faults.outcomes import OUTCOMES
from kit.faults.pages import open_pages, row_counts
from kit.faults.processes import GUARDED, UNGUARDED, rush_of_processes
from kit.faults.rush import rush, without_guard

#: Told how much of how much is done; answers whether there is time for more, which the two long
#: parts heed.
Progress = Callable[[int, int], bool]


@dataclass(frozen=True, slots=True)
class Figure:
    """What a part measured: how much of what was asked for was done, and what came out."""

    asked: str
    done: str
    result: str


@contextmanager
def scratch() -> Iterator[Path]:
    """Give a folder in memory: these proofs are about processes and contents, not about disks."""
    with tempfile.TemporaryDirectory(dir=scratch_folder(), prefix="shop-bench-") as folder:
        yield Path(folder)


def hush() -> None:
    """Keep logs from drowning the figures."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    logging.disable(logging.CRITICAL)
    os.environ["PTB_TIMEDELTA"] = "true"


async def logs(count: int, progress: Progress) -> Figure:
    """Row 2: the write-ahead log cut anywhere, overwritten, or with one bit turned."""
    commits = 90
    with scratch() as folder:
        logged = await make_log(folder, commits)
        kept: list[int] = []
        for number, (what, spoilt) in enumerate(cuts(logged, count), 1):
            found = await reopen(logged, spoilt, folder)
            assert found == most_that_can_be_kept(logged, spoilt), what
            kept.append(found)
            progress(number, count)
    return Figure(
        f"{count:,} spoilt logs", f"{len(kept):,} spoilt logs of {commits} commits",
        f"all opened at the exact prefix of whole commits ({len(set(kept))} different ones), "
        "0 findings",
    )  # fmt: skip


async def coroutines(rounds: int, progress: Progress, *, buyers: int = 500) -> Figure:
    """Rows 9 and 10: so many coroutines and one last item, and the control."""
    sold, control, crowd = Tally[int](), Tally[int](), 32
    for number in range(1, rounds + 1):
        with scratch() as folder:
            async with open_counter(folder) as counter:
                sold[(await rush(counter, buyers))["sold"]] += 1
                assert await counter.findings() == []
        with scratch() as folder, without_guard():
            async with open_counter(folder) as counter:
                control[(await rush(counter, crowd))["sold"]] += 1
        progress(number, rounds)
    assert set(sold) == {1}, sold
    over = rounds - control[1] - control[0]
    units = sum(n * times for n, times in control.items())
    return Figure(
        f"{rounds} rounds of {buyers} coroutines", f"{rounds} rounds of {buyers}",
        f"{rounds} rounds sold exactly 1. Control without the guard, {crowd} coroutines: "
        f"{over} of {rounds} rounds oversold ({over / rounds:.0%}), {units / rounds:.1f} sold "
        "a round",
    )  # fmt: skip


async def processes(rounds: int, progress: Progress, *, buyers: int = 64) -> Figure:
    """Rows 9 and 10: so many processes on one file and one last item, and the control."""
    sold, control = Tally[int](), Tally[int]()
    for number in range(1, rounds + 1):
        for tally, mode in ((sold, GUARDED), (control, UNGUARDED)):
            with scratch() as folder:
                told = await asyncio.to_thread(
                    rush_of_processes, folder / "shop.sqlite3", buyers, mode
                )
            assert "broke" not in told, told
            tally[told["sold"]] += 1
        progress(number, rounds)
    assert set(sold) == {1}, sold
    over = sum(times for n, times in control.items() if n > 1)
    units = sum(n * times for n, times in control.items())
    return Figure(
        f"{rounds} rounds of {buyers} processes", f"{rounds} rounds of {buyers}",
        f"{rounds} rounds sold exactly 1. Control without the guard: {over} of {rounds} rounds "
        f"oversold ({over / rounds:.0%}), {units / rounds:.1f} sold a round",
    )  # fmt: skip


async def events(most: int, progress: Progress) -> Figure:
    """Row 6: each outcome's events in every order, all that came repeated after each of them."""
    played: dict[str, Played] = {}
    for number, outcome in enumerate(OUTCOMES, 1):
        with scratch() as folder:
            played[outcome.name] = await play(outcome, folder, most)
        progress(number, len(OUTCOMES))
    listed = ", ".join(
        f"{name} {one.orders:,}" + ("" if one.orders == one.of else f" of {one.of:,}")
        for name, one in played.items()
    )
    orders = sum(one.orders for one in played.values())
    repeats = sum(one.repeats for one in played.values())
    return Figure(
        f"every order, at most {most:,} an outcome",
        f"{orders:,} orders of events, {repeats:,} repetitions",
        f"all ended in their outcome, no refund lost, 0 findings ({listed}); after each event all "
        "that had come came again, by the same id and by another, and no row changed: so every "
        "order with any repetitions ends the same",
    )


async def duplicates(rounds: int, progress: Progress, *, times: int = 100) -> Figure:
    """Row 5: the same webhook so many times in parallel over HTTP."""
    answers = Tally[int]()
    for number in range(1, rounds + 1):
        with scratch() as folder:
            async with open_pages(folder) as pages:
                alice = pages.kit.person("Alice")
                await alice.start()
                _, event = await pages.paid_in_silence(alice)
                answers.update(
                    await asyncio.gather(*(pages.post_event(event) for _ in range(times)))
                )
                await pages.kit.until(alice, OrderState.PAID)
                await pages.kit.drain()
                receipts = sum("Paid. Thank you!" in shown.text for shown in alice.messages())
                assert (receipts, (await pages.rows())["inbox"]) == (1, 1)
                assert inspect(Path(pages.kit.settings.database)) == ()
        progress(number, rounds)
    assert set(answers) == {200}, answers
    return Figure(
        f"{rounds} rounds of {times} in parallel", f"{rounds} rounds, {answers[200]:,} deliveries",
        f"{answers[200]:,} answers 200; {rounds} receipts, {rounds} inbox rows, one a round",
    )  # fmt: skip


async def webhooks(count: int, progress: Progress) -> Figure:
    """Row 19: malformed webhook bodies, signed and unsigned."""
    with scratch() as folder:
        async with open_pages(folder) as pages:
            before, draw = await row_counts(pages.kit), random.Random(19)
            statuses = Tally[int]()
            memory = Memory()
            while statuses.total() < count:
                statuses.update(await malformed_webhooks(pages, min(500, count), draw))
                memory.look()
                progress(statuses.total(), count)
            after = await row_counts(pages.kit)
            changed = sorted(name for name in after if after[name] != before[name])
            assert set(changed) <= {"inbox"}, changed
            assert set(statuses) <= {200, 400, 413}, statuses
    listed = ", ".join(f"{times:,} × {status}" for status, times in sorted(statuses.items()))
    return Figure(
        f"{count:,} bodies", f"{statuses.total():,} bodies",
        f"{listed}; no 5xx; orders, carts, stock and outbox unchanged; memory grew "
        f"{memory.grown} MiB (sandbox, client and shop in one process)",
    )  # fmt: skip


async def updates(count: int, progress: Progress) -> Figure:
    """Row 19: malformed updates, served as a webhook's are."""
    with scratch() as folder:
        catalog = folder / "catalog.json"
        catalog.write_text(goods(), encoding="utf-8")
        async with open_kit(folder, catalog=catalog) as kit:
            alice = kit.person("Alice")
            await alice.start()
            await alice.wait_for(lambda shown: bool(shown.buttons))
            before, draw = await row_counts(kit), random.Random(19)
            refused = done = 0
            memory = Memory()
            while done < count:
                refused += await malformed_updates(kit, alice, 500, draw, first=10**9 + done)
                done += 500
                memory.look()
                progress(done, count)
            after = await row_counts(kit)
            changed = {name for name in after if after[name] != before[name]}
            assert changed <= {"chats", "seen_updates"}, changed
            assert inspect(Path(kit.settings.database)) == ()
            await alice.write("/cart")
            await alice.wait_for("Your cart is empty")
    return Figure(
        f"{count:,} updates", f"{done:,} updates",
        f"{refused:,} refused as no update, {done - refused:,} served or ignored; nothing else "
        f"raised; orders, carts, stock and outbox unchanged; memory grew {memory.grown} MiB",
    )  # fmt: skip


async def canaries(rounds: int, progress: Progress) -> Figure:
    """Row 24: secrets in logs, errors, representations, messages, databases and backups."""
    found: list[str] = []
    read = 0
    async with open_nursery() as nursery:
        for number in range(1, rounds + 1):
            with scratch() as folder:
                for leaked, texts in (await of_purchases(nursery, folder), await of_errors()):
                    found += leaked
                    read += texts
            progress(number, rounds)
    assert found == [], found
    return Figure(
        f"{rounds} rounds at 4 log levels", f"{rounds} rounds, {read:,} texts and files read",
        f"{len(found)} canaries leaked",
    )  # fmt: skip

"""Rows 1, 3 and 4: the process is killed."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.domain.order import OrderState
from bot.ports import MessageKind
from kit import ROOT
from kit.faults.counter import goods, open_counter
from kit.faults.crash import PACKED, PurchaseRun, environment
from kit.faults.crash_child import RunPlan
from kit.faults.nursery import Nursery, open_nursery
from kit.patience import PATIENCE
from shop_sandbox.site import SandboxSite

#: Places in the run of a purchase, as shares of its points; the bench kills at every one.
CHAT = (0.02, 0.2, 0.37, 0.55, 0.72, 0.9)
PAGES = (0.45, 0.6, 0.7, 0.8, 0.9)
NOW = (0.15, 0.35, 0.5, 0.65)
GIVE_UP = (0.3, 0.65, 0.9)
#: Points of a purchase: many more than this, and their number differs a little from run to run.
_LEAST = 60


@pytest.fixture
async def nursery() -> AsyncIterator[Nursery]:
    """A process that forks shops."""
    async with open_nursery() as opened:
        yield opened


async def _points(nursery: Nursery, folder: Path, *, pages: bool) -> int:
    """Count the points of an undisturbed purchase, which must go right."""
    story = await PurchaseRun(nursery, folder, pages=pages).run()
    assert story.faults() == []
    assert (story.exits, len(story.receipts)) == ([0], 1)
    assert len(story.points) > _LEAST
    assert {"before COMMIT", "after COMMIT"} < set(story.points)
    return len(story.points)


async def test_killed_at_points_all_over_a_purchase_it_ends_paid_and_confirmed_once(
    nursery: Nursery, tmp_path: Path
) -> None:
    """SIGKILL at any commit or call: after a restart the purchase finishes, paid once."""
    await _kill(nursery, tmp_path, CHAT, pages=False)


async def test_killed_while_the_webhook_alone_confirms_it_ends_the_same(
    nursery: Nursery, tmp_path: Path
) -> None:
    """The same where nobody comes back and the event is never sent again."""
    await _kill(nursery, tmp_path, PAGES, pages=True)


async def test_killed_while_one_thing_is_bought_by_itself_it_ends_the_same(
    nursery: Nursery, tmp_path: Path
) -> None:
    """The same where a tap on a product places the order, with no cart."""
    whole = await PurchaseRun(nursery, tmp_path / "whole", now=True).run()
    assert (whole.faults(), len(whole.receipts)) == ([], 1)
    for share in NOW:
        run = tmp_path / str(share)
        story = await PurchaseRun(nursery, run, now=True).run(round(len(whole.points) * share))
        assert story.faults() == [], (share, story.points[-1])
        assert [state for state, _ in story.rows] == ["paid"], share


async def _kill(nursery: Nursery, folder: Path, shares: tuple[float, ...], *, pages: bool) -> None:
    total = await _points(nursery, folder / "whole", pages=pages)
    killed = 0
    for share in shares:
        run = folder / str(share)
        story = await PurchaseRun(nursery, run, pages=pages).run(max(1, round(total * share)))
        assert story.faults() == [], (share, story.points[-1])
        killed += story.killed
        assert [state for state, _ in story.rows] == ["paid"], share
    # The late points need not come: a purchase on a busy machine takes more, which were counted.
    assert killed >= len(shares) - 2


async def test_killed_and_left_by_its_buyer_the_goods_are_free_again(
    nursery: Nursery, tmp_path: Path
) -> None:
    """Whoever never comes back holds nothing: after a restart the order ended one way or other."""
    total = await _points(nursery, tmp_path / "whole", pages=False)
    for share in GIVE_UP:
        run = tmp_path / str(share)
        story = await PurchaseRun(nursery, run).run(round(total * share), give_up=True)
        assert story.faults() == [], (share, story.points[-1])


async def test_killed_between_taking_a_message_and_storing_that_it_repeats_it_once(
    nursery: Nursery, tmp_path: Path
) -> None:
    """Telegram took the receipt, we died: one repeat with the same words, and nothing else."""
    story = await PurchaseRun(nursery, tmp_path).run(fatal_call=("sendMessage", "after"))

    assert story.killed
    assert story.repeat_allowed
    assert len(story.receipts) == 2
    assert story.receipts[0] == story.receipts[1]
    assert story.faults() == []


async def test_killed_between_an_edit_of_the_receipt_and_storing_it_edits_it_the_same_again(
    nursery: Nursery, tmp_path: Path
) -> None:
    """Telegram took the edit, we died: it is one message still, and says so."""
    run = PurchaseRun(nursery, tmp_path, packs=True)
    story = await run.run(fatal_call=("editMessageText", "after"))

    assert story.killed
    assert [PACKED in text for text in story.receipts] == [True]
    assert story.faults() == []
    assert [state for state, _ in story.rows] == ["paid"]


@pytest.mark.parametrize("phase", ["before", "after"])
async def test_killed_while_acting_on_a_stored_webhook_it_is_done_at_the_next_start(
    nursery: Nursery, tmp_path: Path, phase: str
) -> None:
    """A webhook that was answered is acted on after a restart; Stripe never sends it again."""
    call = "GET /v1/checkout/sessions/{id}"
    story = await PurchaseRun(nursery, tmp_path, pages=True).run(fatal_call=(call, phase))

    assert story.killed
    assert story.faults() == []
    assert [state for state, _ in story.rows] == ["paid"]
    assert len(story.receipts) == 1


async def test_a_stored_event_is_acted_on_at_the_next_start_without_any_other_trigger(
    tmp_path: Path,
) -> None:
    """The inbox alone, with no redelivery, no visit and no reconciler, makes the sale."""
    async with open_counter(tmp_path) as counter:
        order = await counter.buy()
        await counter.stripe.pay(str(order.session_id))
        await counter.receive(counter.events_of("checkout.session.completed")[0])

        await counter.reopen()
        assert (await counter.order(order.id)).state is OrderState.OPEN
        await counter.act()

        assert (await counter.order(order.id)).state is OrderState.PAID
        assert len(await counter.told(MessageKind.RECEIPT)) == 1


async def test_sigterm_in_the_middle_of_things_ends_within_ten_seconds_and_cleanly(
    nursery: Nursery, tmp_path: Path
) -> None:
    """SIGTERM at a commit finishes what is under way, exits 0, and the next start goes on."""
    total = await _points(nursery, tmp_path / "whole", pages=False)
    # A run has a few points more or less than another: the last third may not be reached.
    for share in (0.25, 0.5):
        run = tmp_path / str(share)
        story = await PurchaseRun(nursery, run).run(round(total * share), sign=signal.SIGTERM)
        assert story.exits == [0, 0]
        assert story.faults() == []


async def test_killed_while_an_album_waits_for_its_rest_it_is_carried_once(
    nursery: Nursery, tmp_path: Path
) -> None:
    """Telegram has been told that the photos came, and we died: they reach the owner, once."""
    photo = (ROOT / "photos/house-blend.jpg").read_bytes()
    (tmp_path / "catalog.json").write_text(goods({"tea": 20}), encoding="utf-8")
    async with SandboxSite() as site:
        env, waiting = environment(site, tmp_path), site.telegram.world.updates.pending
        alice, marta = site.telegram.person("Alice"), site.telegram.person("Marta")

        def brought() -> list[str]:
            told = [one.text for one in marta.messages() if one.from_bot]
            return [text for text in told if "Broken" in text or "writes" in text]

        first = await nursery.fork(RunPlan(env, *_files(tmp_path, 1)))
        await marta.start()
        await alice.write("/paysupport")
        await alice.tap(await alice.wait_for("Help with a payment"), "Write to the shop")
        await alice.wait_for("Write your question as your next message")
        await alice.upload_album([photo] * 3, caption="Broken")
        end = time.monotonic() + PATIENCE
        while waiting() and time.monotonic() < end:  # noqa: ASYNC110 - it rings no bell
            await asyncio.sleep(0.01)
        os.kill(first.pid, signal.SIGKILL)
        assert int(await first.ended) == -signal.SIGKILL
        assert (waiting(), brought()) == ([], [])

        second = await nursery.fork(RunPlan(env, *_files(tmp_path, 2)))
        await alice.wait_for("Your message is on its way")
        await marta.wait_for("Broken", since=0)
        assert await second.stop() == 0
        assert [text.split("\n\n")[:2] for text in brought()] == [
            ["✉️ Alice Hart writes:"],
            ["✉️ Alice Hart writes:", "Broken"],
        ]
        assert len([one for one in marta.messages() if one.has_photo]) == 3
    with closing(sqlite3.connect(tmp_path / "shop.sqlite3")) as db:
        assert db.execute("SELECT count(*) FROM album_items").fetchone() == (0,)


def _files(folder: Path, number: int) -> tuple[str, str]:
    return str(folder / f"{number}.points"), str(folder / f"{number}.log")

"""A backup walked through: made beside a running shop, restored too late, put right by Stripe."""

from __future__ import annotations

import asyncio
import shutil
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest

from bot.domain.money import Money
from bot.domain.order import Order, OrderState, StockState
from bot.store.sqlite import back_up, inspect
from bot.workers.events import EventsWorker
from kit import JumpingClock, Kit, open_kit
from kit.patience import PATIENCE
from shop_sandbox.site import SandboxSite
from tests.shop.journeys import order_something, pay

SECRET = "whsec_walkedThrough0000"


def _a_shop(
    folder: Path, site: SandboxSite, clock: JumpingClock, *, webhook: bool
) -> AbstractAsyncContextManager[Kit]:
    if webhook:
        return open_kit(folder, sandbox=site, clock=clock, stripe_webhook_secret=SECRET)
    return open_kit(folder, sandbox=site, clock=clock)


async def _buy(kit: Kit, name: str, payload: str = "house-blend") -> Order:
    person = kit.person(name)
    order = await order_something(kit, person, payload)
    await pay(kit, order)
    await kit.shop.settlement.by_token(order.token)
    return await kit.until(person, OrderState.PAID)


def _restore(backup: Path, database: Path) -> None:
    for ending in ("", "-wal", "-shm"):
        database.with_name(database.name + ending).unlink(missing_ok=True)
    shutil.copy(backup, database)


@pytest.mark.parametrize("webhook", [False, True], ids=["fetched", "by webhook"])
@pytest.mark.parametrize("looked", [False, True], ids=["no cursor", "cursor"])
async def test_a_stale_backup_is_reconciled_to_what_stripe_says(
    tmp_path: Path, webhook: bool, looked: bool
) -> None:
    """What was paid, refunded or opened after the backup is found again; nobody pays twice.

    In the backup: one paid order, one open. After it: the open one is paid, the paid one refunded
    in part, one more is sold, and one opened whose buyer pays only after the restoring.
    """
    clock, backup, database = JumpingClock(), tmp_path / "backup", tmp_path / "shop.sqlite3"
    async with SandboxSite(clock=clock) as site:
        for name in ("Bruno", "Chloe", "Emil"):
            site.telegram.add_person(name)
        async with _a_shop(tmp_path, site, clock, webhook=webhook) as kit:
            alice = await _buy(kit, "Alice")
            if looked:
                await EventsWorker(kit.shop.context).work()
            bruno = await order_something(kit, kit.person("Bruno"))
            back_up(database, backup)
            clock.jump(300)
            await pay(kit, bruno)
            assert alice.payment
            assert alice.payment.intent_id
            await kit.stripe.refund_in_dashboard(alice.payment.intent_id, 300)
            chloe = await _buy(kit, "Chloe")
            emil = await order_something(kit, kit.person("Emil"))
            await kit.drain()

        _restore(backup, database)
        clock.jump(1200)
        async with _a_shop(tmp_path, site, clock, webhook=webhook) as kit:
            paid = await kit.until(kit.person("Bruno"), OrderState.PAID)
            assert (paid.id, paid.goods) == (bruno.id, StockState.SOLD)
            (found,) = await _in_review(kit, 1)
            await kit.drain()
            assert (await kit.order(kit.person("Alice"))).refunded == Money(300, "eur")
            assert (found.id, found.session_id) == (chloe.id, chloe.session_id)
            assert (found.payment, found.review_reason) == (chloe.payment, "no order")
            assert [(one.title, one.quantity) for one in found.lines] == [
                (one.title, one.quantity) for one in chloe.lines
            ]

            again = await _buy(kit, "Alice", "paper-filters")
            await pay(kit, emil)
            await EventsWorker(kit.shop.context).work()
            late, _ = await _in_review(kit, 2)
            await kit.drain()
            assert late.session_id == emil.session_id
            assert len({alice.id, bruno.id, found.id, again.id, late.id}) == 5
            assert inspect(database) == ()
            assert len([one for one in kit.stripe.charges.values() if one["paid"]]) == 5

            taken = await kit.shop.reviews.accept(found.id, short=True)
            await kit.drain()
            assert taken.state is OrderState.PAID
            assert inspect(database) == ()
            told = [message.text for message in kit.person("Marta").messages()]
            assert [text for text in told if "could not be delivered" in text] == []


async def _in_review(kit: Kit, count: int) -> tuple[Order, ...]:
    """Wait for so many orders in review; return them, newest first."""
    async with asyncio.timeout(PATIENCE):
        while True:
            found = await kit.running.store.read(lambda tx: tx.books.in_state(OrderState.REVIEW, 9))
            if len(found) >= count:
                assert len(found) == count
                return found
            await asyncio.sleep(0.02)

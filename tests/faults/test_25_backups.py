"""Row 25: stale backups, strange schemas, broken catalogs, a live key on a test shop."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from bot.domain.errors import CorruptError
from bot.domain.order import ChatId, Order, OrderState
from bot.ports import MessageKind
from bot.shop.catalog.catalogs import NoCatalogError
from bot.shop.identity import ForeignDatabaseError, claim_database
from bot.store.sqlite import open_store
from bot.store.sqlite.backup import back_up
from kit.faults.counter import ALICE, BOB, DAY, Counter, goods, open_counter


async def _restore(counter: Counter, backup: Path) -> None:
    await counter.close()
    for leftover in counter.database.parent.glob("shop.sqlite3*"):
        leftover.unlink()
    shutil.copy(backup, counter.database)
    await counter.open()
    await counter.shop.reconciliation.begin()


async def _pay(counter: Counter, order: Order) -> str:
    await counter.stripe.pay(str(order.session_id))
    await counter.quiet(1)
    return str(counter.stripe.sessions[str(order.session_id)]["payment_intent"])


async def test_a_stale_backup_catches_up_with_what_stripe_says(tmp_path: Path) -> None:
    """Restored from before payments, refunds and an expiry, the shop ends where Stripe is."""
    async with open_counter(tmp_path) as counter:
        await counter.stripe.tick()
        paid = await counter.buy(ALICE)
        refunded = await counter.buy(BOB)
        left = await counter.buy(ChatId(14), "mug")
        await counter.quiet(1)
        backup = tmp_path / "backup.sqlite3"
        back_up(counter.database, backup)
        await _pay(counter, paid)
        intent = await _pay(counter, refunded)
        await counter.stripe.refund_in_dashboard(intent, 300)
        counter.clock.jump(DAY)
        await counter.quiet()
        assert (await counter.order(left.id)).state is OrderState.EXPIRED

        await _restore(counter, backup)
        assert (await counter.order(paid.id)).state is OrderState.OPEN
        await counter.reconcile()
        await counter.act()

        assert (await counter.order(paid.id)).state is OrderState.PAID
        again = await counter.order(refunded.id)
        assert again.refunded is not None
        assert (again.state, again.refunded.minor) == (OrderState.PAID, 300)
        assert (await counter.order(left.id)).state is OrderState.EXPIRED
        assert await counter.free("tea") == 18
        assert await counter.free("mug") == 1
        assert await counter.findings() == []


async def test_a_sale_that_the_backup_never_knew_waits_for_the_owner(tmp_path: Path) -> None:
    """A payment whose order is gone with the lost database becomes an order in review."""
    async with open_counter(tmp_path) as counter:
        await counter.buy(ALICE)
        await counter.quiet(1)
        backup = tmp_path / "backup.sqlite3"
        back_up(counter.database, backup)
        lost = await counter.buy(BOB)
        await _pay(counter, lost)

        await _restore(counter, backup)
        for event in counter.events_of("checkout.session.completed"):
            await counter.receive(event)
        await counter.act()

        found = await counter.store.read(lambda tx: tx.books.in_state(OrderState.REVIEW, 9))
        assert [order.session_id for order in found] == [lost.session_id]
        assert found[0].payment is not None
        assert found[0].payment.total.minor == 1250
        assert len(await counter.told(MessageKind.OWNER_REVIEW)) == 1


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        ("PRAGMA user_version = 9999", "newer version"),
        ("PRAGMA application_id = 1", "another program"),
        ("DROP TABLE outbox", "outbox is missing"),
        ("ALTER TABLE notes ADD COLUMN x TEXT", "notes is not as it was made"),
    ],
)
async def test_a_strange_schema_is_refused_with_a_precise_message(
    tmp_path: Path, spoil: str, words: str
) -> None:
    """Newer, foreign, incomplete or altered: refused, said why, and the file untouched."""
    database = tmp_path / "shop.sqlite3"
    async with await open_store(database):
        pass
    with closing(sqlite3.connect(database)) as db:
        db.execute("PRAGMA foreign_keys = OFF")
        db.execute(spoil)
        db.commit()
    before = database.read_bytes()

    with pytest.raises(CorruptError, match=words):
        await open_store(database)

    assert database.read_bytes() == before


def _no_database(_: bytes) -> bytes:
    return b"this is no database at all" * 400


def _holes(whole: bytes) -> bytes:
    return whole[:8192] + b"\x00" * 16384 + whole[24576:]


def _half(whole: bytes) -> bytes:
    return whole[: len(whole) // 2]


@pytest.mark.parametrize("spoil", [_no_database, _holes, _half])
async def test_a_corrupt_file_is_refused_and_never_sold_from(
    tmp_path: Path, spoil: Callable[[bytes], bytes]
) -> None:
    """No database, pages lost, or half of it: refused at the start with what to do."""
    database = tmp_path / "shop.sqlite3"
    async with await open_store(database):
        pass
    database.write_bytes(spoil(database.read_bytes()))

    with pytest.raises(CorruptError):
        await open_store(database)


async def test_an_empty_older_file_is_brought_up_to_date(tmp_path: Path) -> None:
    """A file from before the first schema becomes a shop's, and adds up."""
    database = tmp_path / "shop.sqlite3"
    database.touch()

    async with await open_store(database) as store:
        assert await store.findings() == ()
        assert await store.read(lambda tx: tx.notes.get("shop_id"))


async def test_a_broken_catalog_sells_the_last_good_one(tmp_path: Path) -> None:
    """Broken while running or before a start: the last good catalog goes on selling."""
    async with open_counter(tmp_path, goods({"tea": 5})) as counter:
        counter.catalog.write_text('{"shop": ', encoding="utf-8")
        reload = await counter.catalogs.take_in(counter.shop.current)
        assert reload is not None
        assert reload.faults
        await counter.reopen()

        order = await counter.buy()

        assert order.state is OrderState.OPEN
        assert await counter.free("tea") == 4


async def test_a_broken_catalog_with_no_good_one_before_is_refused(tmp_path: Path) -> None:
    """A shop that never had a good catalog does not open with a bad one."""
    with pytest.raises(NoCatalogError):
        async with open_counter(tmp_path, '{"shop": '):
            raise AssertionError("it opened")


@pytest.mark.parametrize(
    ("what", "given"), [("mode", "live"), ("account", "acct_other"), ("bot", "2")]
)
async def test_a_database_belongs_to_one_bot_one_account_and_one_mode(
    tmp_path: Path, what: str, given: str
) -> None:
    """A live key, another account or another bot on a test shop's database: refused by name."""
    facts = {"bot": "1", "account": "acct_1", "mode": "test"}
    async with await open_store(tmp_path / "shop.sqlite3") as store:
        shop_id = await claim_database(store, facts)

        with pytest.raises(ForeignDatabaseError) as refused:
            await claim_database(store, {**facts, what: given})

        assert (refused.value.what, refused.value.given) == (what, given)
        assert await claim_database(store, facts) == shop_id

"""What a statement costs does not grow with the shop."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from bot.domain.catalog.model import LineKey, ProductId, StockId, VariantId
from bot.domain.money import Money
from bot.domain.order import ChatId, OrderId, OrderState, OrderToken, StockState, UserId
from bot.domain.shares import Member, Share
from bot.ports import (
    Chat,
    ChatKind,
    EventId,
    EventKind,
    InboxEvent,
    MessageKind,
    MovementKind,
    Preference,
    ShownMessage,
    Transaction,
    UpdateId,
)
from bot.store.sqlite import SqliteStore, open_store
from kit.engines import raw
from kit.samples import (
    ALICE,
    BEANS,
    BOB,
    GROUP,
    MUG,
    NOW,
    SUPERGROUP,
    attach,
    cart_line,
    eur,
    give_up,
    pay,
    place_next,
    sell,
    session_of,
    stocked,
)

#: A row for each state, one for each counter, and ten catalog texts of which the newest is read.
_TINY = {"order_counts", "catalogs", "counters"}


def _tap(tx: Transaction, update: int, chat_id: ChatId = ALICE) -> None:
    """Do what a button in the cart does."""
    tx.first_time(UpdateId(update), NOW)
    tx.chats.get(chat_id)
    tx.carts.lines(chat_id)
    tx.stock.free_for(chat_id, [BEANS, MUG, StockId("tea")])
    tx.carts.upsert(chat_id, cart_line("beans", "250g", 1 + update % 9))
    tx.carts.remove(chat_id, LineKey(ProductId("mug")))


def _everything(tx: Transaction) -> None:
    """Call every method that runs while people wait."""
    _tap(tx, 256)
    tx.chats.save(Chat(GROUP, ChatKind.GROUP, "en", "Kitchen"))
    tx.carts.upsert(GROUP, cart_line())
    tx.preferences.save(UserId(9), Preference(pickup=True))
    tx.preferences.of(UserId(9))
    ann = Share(Member(UserId(9), "Ann"), 1)
    tx.shares.set(GROUP, LineKey(ProductId("beans")), (ann,))
    tx.chats.rekey(GROUP, SUPERGROUP)
    tx.carts.clear(ALICE)
    sold = sell(tx, BOB, 2)
    assert not pay(tx, sold)
    tx.carts.upsert(BOB, cart_line("beans", "250g"))
    tx.shares.set(BOB, LineKey(ProductId("beans"), VariantId("250g")), (ann,))
    tx.shares.keep(BOB, sold.id)
    tx.shares.of_order_line(sold.id, LineKey(ProductId("beans"), VariantId("250g")))
    tx.stock.settle(MovementKind.RETURNED, BEANS, 1, sold.id, NOW)
    tx.stock.restock(BEANS, 1, NOW)
    gone = place_next(tx, BOB)
    assert tx.orders.retry_with(gone.id, replace(gone.attempt, number=2))
    assert give_up(tx, gone, OrderState.EXPIRED)
    tx.orders.transition(gone.id, OrderState.REVIEW, now=NOW, reason="late")
    waiting = place_next(tx, BOB)
    attach(tx, waiting)
    tx.orders.transition(waiting.id, OrderState.PROCESSING, now=NOW)
    tx.orders.looked_at(waiting.id, NOW)
    link = ShownMessage(MessageKind.LINK, BOB, 5)
    tx.shown.remember(waiting.id, link)
    tx.shown.let_go(waiting.id, link)
    tx.links.ending(NOW, 5)
    tx.links.reminded(waiting.id)
    tx.carts.left_behind(NOW - 99, NOW)
    tx.carts.recalled(ALICE, NOW)
    _look_up(tx, sold.id)
    _record(tx, sold.id)
    _messages(tx, sold.id)
    event = InboxEvent(EventId("evt"), EventKind.REFUND, "ch_1", NOW)
    tx.inbox.enqueue(event)
    tx.inbox.later(event.id, NOW)
    tx.inbox.due(NOW, 5)
    tx.inbox.done(event.id, NOW)
    tx.notes.set("n", "1")
    tx.notes.set("n", None)
    tx.catalogs.save(b"{}", "print", NOW)
    tx.catalogs.last_good()
    tx.pictures.set(1, "d", "f")
    tx.pictures.get(1, "d")
    assert tx.chats.forget(SUPERGROUP, UserId(9), NOW)


def _look_up(tx: Transaction, order_id: OrderId) -> None:
    tx.orders.get(order_id)
    tx.orders.live_of(BOB)
    tx.stock.levels([BEANS, MUG])
    tx.orders.by_token(OrderToken("token-1001"))
    tx.orders.by_session(session_of(order_id))
    tx.orders.by_intent("pi_1")
    tx.orders.latest_of(BOB, 5)
    tx.books.in_state(OrderState.PAID, 5)
    tx.books.in_state(OrderState.PAID, 5, before=OrderId(9999))
    tx.orders.recent_ends(UserId(BOB), 2)
    tx.orders.unpaid_of(UserId(BOB))
    tx.books.count_by_state()
    tx.books.to_ship(5)
    tx.books.packed(5)
    tx.shown.receipt(order_id, BOB)
    tx.orders.due(NOW + 9999, 5)
    tx.orders.all_due()


def _record(tx: Transaction, order_id: OrderId) -> None:
    tx.orders.record_refund(order_id, eur(100))
    tx.orders.record_refund_units(order_id, {0: 1})
    tx.orders.return_units(order_id, 0, 1)
    tx.orders.record_dispute(order_id, "lost", Money(100, "eur"))
    tx.orders.record_shipped(order_id, NOW, "T")
    tx.orders.set_goods(order_id, StockState.SOLD, StockState.RETURNED)


def _messages(tx: Transaction, order_id: OrderId) -> None:
    for _ in range(3):
        tx.outbox.enqueue(ALICE, MessageKind.LINK, NOW, order_id)
    first, *_ = tx.outbox.due(NOW + 99, 5, [BOB])
    tx.outbox.later(first.id, NOW)
    tx.outbox.next_at()
    tx.outbox.told_at(ALICE, MessageKind.LINK, order_id, NOW)
    tx.outbox.sent(first.id, NOW)
    tx.outbox.park(first.id + 1, NOW, "bad")
    tx.outbox.hold_chat(ALICE)
    tx.outbox.release_chat(ALICE)
    tx.outbox.redirect(first, BOB, {}, NOW)
    tx.outbox.drop_chat(ALICE, NOW)
    tx.shown.remember(order_id, ShownMessage(MessageKind.OWNER_SALE, ALICE, 5))
    tx.shown.of(order_id)
    tx.shown.forget(ALICE)


def _plan(db: sqlite3.Connection, statement: str) -> Iterable[str]:
    return [row[3] for row in db.execute(f"EXPLAIN QUERY PLAN {statement}")]


def _scanned(detail: str) -> str | None:
    """Return the table that a step of a plan reads whole."""
    words = detail.split()
    return words[1] if words[0] == "SCAN" and words[1] not in {"CONSTANT", *_TINY} else None


async def test_no_statement_that_people_wait_for_reads_a_whole_table(store: SqliteStore) -> None:
    """The statements are collected from the connection, not typed here."""
    await stocked(store)
    statements: set[str] = set()
    await raw(store, lambda db: db.set_trace_callback(statements.add))
    await store.write(_everything)
    await raw(store, lambda db: db.set_trace_callback(None))
    planned = [
        s for s in statements if s.split(maxsplit=1)[0] in {"SELECT", "UPDATE", "INSERT", "DELETE"}
    ]
    assert len(planned) > 50
    for statement in planned:
        plan = await raw(store, lambda db, sql=statement: _plan(db, sql))  # type: ignore[misc]
        scanned = [table for detail in plan if (table := _scanned(detail))]
        assert scanned == [], f"{statement}: {plan}"


def test_a_query_that_reads_a_whole_table_would_be_seen(database: Path) -> None:
    """The control: the same look at a query without an index finds the scan."""
    with closing(sqlite3.connect(database)) as db:
        db.execute("CREATE TABLE orders (id INTEGER PRIMARY KEY, name TEXT)")
        plan = _plan(db, "SELECT id FROM orders WHERE name = 'x'")
    assert [_scanned(detail) for detail in plan] == ["orders"]


async def _steps(store: SqliteStore, work: Callable[[Transaction], object]) -> int:
    """Return how many steps of SQLite's machine a work takes."""
    steps = 0

    def count() -> int:
        nonlocal steps
        steps += 1
        return 0

    await raw(store, lambda db: db.set_progress_handler(count, 1))
    await store.write(work)
    await raw(store, lambda db: db.set_progress_handler(None, 0))
    return steps


async def test_a_tap_and_a_sale_take_as_many_steps_in_a_large_shop_as_in_a_small_one(
    tmp_path: Path,
) -> None:
    """Counted in steps of SQLite's machine, which do not depend on this machine."""
    counts = []
    for size in (20, 2000):
        async with await open_store(tmp_path / f"{size}.sqlite3") as store:
            await stocked(store, 1_000_000)

            def fill(tx: Transaction, number: int = size) -> None:
                for chat in range(100, 100 + number):
                    sell(tx, ChatId(chat))
                    place_next(tx, ChatId(chat))
                    tx.carts.upsert(ChatId(chat), cart_line())
                    tx.stock.count(StockId(f"product-{chat}"), 5, NOW)

            await store.write(fill)
            counts.append(await _steps(store, lambda tx: _tap(tx, 7)))
            counts.append(await _steps(store, lambda tx: sell(tx, ALICE)))
    tap, sale, tap_in_large, sale_in_large = counts
    assert tap > 50
    assert tap_in_large <= tap * 1.05
    assert sale_in_large <= sale * 1.05

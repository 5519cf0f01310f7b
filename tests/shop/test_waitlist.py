"""Told when it is back: in turn, once, and never more people than there are units."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.catalog.checkout import CheckoutRules
from bot.domain.catalog.model import (
    Catalog,
    Category,
    CategoryId,
    LineKey,
    ListedVariant,
    Option,
    OptionValue,
    Product,
    ProductId,
    ShopInfo,
    StockId,
    Text,
    VariantId,
)
from bot.domain.money import Money
from bot.domain.order import ChatId, UserId
from bot.ports import MessageKind, Transaction, Waiting
from bot.shop.people.waitlist import LONGEST, TURN, tell
from bot.store import postgres, sqlite
from kit.engines import AnyStore, opened_again
from kit.postgres import PostgresServer
from kit.samples import NOW

CUP = StockId("cup")
KEY = LineKey(ProductId("cup"))
CATALOG = Catalog(
    ShopInfo(Text.of("Corner"), "eur"),
    (Category(CategoryId("home"), Text.of("Home")),),
    (Product(ProductId("cup"), CategoryId("home"), Text.of("Cup"), Money(900, "eur"), stock=0),),
    CheckoutRules(),
    "f1",
)


@pytest.fixture(params=["sqlite", "postgres"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[AnyStore]:
    """An open store, in which five people wait for a cup."""
    if request.param == "sqlite":
        opened: AnyStore = await sqlite.open_store(tmp_path / "shop.sqlite3")
    else:
        server: PostgresServer = request.getfixturevalue("postgres_server")
        opened = await postgres.open_store(server.new_schema())
    async with opened:
        await opened.write(_five_wait)
        yield opened


def _five_wait(tx: Transaction) -> None:
    tx.stock.count(CUP, 0, NOW)
    for number in (3, 1, 5, 2, 4):  # by when they asked, not by their ids
        tx.waitlist.ask(CUP, Waiting(UserId(100 + number), KEY), NOW - number)


async def _count(store: AnyStore, units: int | None) -> None:
    await store.write(lambda tx: tx.stock.count(CUP, units, NOW))


async def _tell(store: AnyStore, now: int = NOW, catalog: Catalog = CATALOG) -> list[int]:
    """Tell whose turn it is, and return every chat that was ever told."""
    await store.write(lambda tx: tell(tx, catalog, now))
    due = await store.read(lambda tx: tx.outbox.due(now, 99))
    assert {one.kind for one in due} <= {MessageKind.BACK_IN_STOCK}
    return [int(one.chat_id) for one in due]


async def test_nobody_is_told_while_there_is_nothing(store: AnyStore) -> None:
    """An empty shelf brings no news, however often it is looked at."""
    assert await _tell(store) == []


async def test_waves_are_no_larger_than_the_stock(store: AnyStore) -> None:
    """Two units: the two who asked first; after their while the next two, and the last."""
    await _count(store, 2)
    assert sorted(await _tell(store)) == [104, 105]
    assert sorted(await _tell(store, NOW + TURN - 1)) == [104, 105]
    assert sorted(await _tell(store, NOW + TURN)) == [102, 103, 104, 105]
    assert sorted(await _tell(store, NOW + 2 * TURN)) == [101, 102, 103, 104, 105]
    assert await store.read(lambda tx: tx.waitlist.goods()) == ()


async def test_a_wave_is_no_larger_than_the_orders_that_the_stock_is_enough_for(
    store: AnyStore,
) -> None:
    """Of cups sold by three at least, two are no news, and seven are for two people."""
    cup = replace(CATALOG.products[0], min_per_order=3)
    by_three = replace(CATALOG, products=(cup,))
    await _count(store, 2)
    assert await store.write(lambda tx: tell(tx, by_three, NOW)) == 0
    await _count(store, 7)
    assert await store.write(lambda tx: tell(tx, by_three, NOW)) == 2
    assert await store.write(lambda tx: tell(tx, by_three, NOW + 1)) == 0


async def test_of_what_is_not_counted_everybody_hears(store: AnyStore) -> None:
    """There is enough for all five."""
    await _count(store, None)
    assert sorted(await _tell(store)) == [101, 102, 103, 104, 105]


async def test_who_was_told_and_asks_anew_is_last(store: AnyStore) -> None:
    """Asking twice keeps a place; asking after one's turn takes another."""
    await _count(store, 1)
    assert await _tell(store) == [105]
    # They wait for nothing now: where it sells out again, they can ask again.
    assert not await store.read(lambda tx: tx.waitlist.has(CUP, UserId(105)))
    assert await store.read(lambda tx: tx.waitlist.has(CUP, UserId(104)))

    def ask(tx: Transaction) -> None:
        for number in (5, 1):
            tx.waitlist.ask(CUP, Waiting(UserId(100 + number), KEY), NOW + 1)

    await store.write(ask)
    waiting = await store.read(lambda tx: tx.waitlist.first(CUP, [KEY], 9))
    assert [one.user_id for one in waiting] == [104, 103, 102, 101, 105]


async def test_a_wait_ends_by_leaving_by_being_forgotten_and_by_itself(store: AnyStore) -> None:
    """After half a year nobody waits any more."""

    def work(tx: Transaction) -> bool:
        tx.waitlist.leave(CUP, UserId(105))
        return tx.chats.forget(ChatId(104), UserId(104), NOW)

    assert await store.write(work)
    assert not await store.read(lambda tx: tx.waitlist.has(CUP, UserId(105)))
    await _count(store, 9)
    assert await _tell(store, NOW + LONGEST - 2) == [101]


def _cups_by_size(*, small: int, large: int) -> Catalog:
    values = (
        OptionValue("s", Text.of("Small"), stock=small),
        OptionValue("l", Text.of("Large"), stock=large),
    )
    cup = replace(CATALOG.products[0], options=(Option("size", Text.of("Size"), values),))
    return replace(CATALOG, products=(cup,))


async def test_who_waits_follows_the_goods_to_a_count_of_their_own(store: AnyStore) -> None:
    """Sizes that were counted together are counted apart: each wait is for its own size.

    Nobody who waits for a small one hears of large ones; first come stays first told.
    """
    small, large = (LineKey(ProductId("cup"), VariantId(one)) for one in ("s", "l"))
    apart = _cups_by_size(small=0, large=2)

    def work(tx: Transaction) -> None:
        for number in range(1, 6):
            tx.waitlist.leave(CUP, UserId(100 + number))
        for number, key in enumerate((small, large, small, large, large)):
            tx.waitlist.ask(CUP, Waiting(UserId(200 + number), key), NOW - number)
        for stock_id, count in apart.stock_counts().items():
            tx.stock.count(stock_id, count, NOW)
        tell(tx, apart, NOW)

    await store.write(work)

    due = await store.read(lambda tx: tx.outbox.due(NOW, 99))
    assert sorted(one.chat_id for one in due) == [203, 204]
    waits = await store.read(lambda tx: tx.waitlist.first(StockId("cup/s"), [small], 9))
    assert [one.user_id for one in waits] == [202, 200]


async def test_who_waits_in_two_places_is_told_once(store: AnyStore) -> None:
    """Sizes that were counted apart are counted together: a person who waited for both has one."""
    small, large = (LineKey(ProductId("cup"), VariantId(one)) for one in ("s", "l"))
    one = _cups_by_size(small=0, large=0).products[0]
    plain = tuple(replace(value, stock=None) for value in one.options[0].values)
    joined = replace(one, options=(replace(one.options[0], values=plain),), stock=9)
    together = replace(CATALOG, products=(joined,))

    def work(tx: Transaction) -> None:
        for number in range(1, 6):
            tx.waitlist.leave(CUP, UserId(100 + number))
        tx.waitlist.ask(StockId("cup/s"), Waiting(UserId(201), small), NOW - 2)
        tx.waitlist.ask(StockId("cup/l"), Waiting(UserId(201), large), NOW - 1)
        tx.stock.count(CUP, 9, NOW)
        tell(tx, together, NOW)

    await store.write(work)

    due = await store.read(lambda tx: tx.outbox.due(NOW, 99))
    assert [one.chat_id for one in due] == [201]


def _cups_of_one_stock(stock: int, *, small_hidden: bool) -> Catalog:
    cup = _cups_by_size(small=0, large=0).products[0]
    values = tuple(replace(value, stock=None) for value in cup.options[0].values)
    listed = tuple(
        ListedVariant(VariantId(one), hidden=small_hidden and one == "s") for one in ("s", "l")
    )
    size = replace(cup.options[0], values=values)
    return replace(CATALOG, products=(replace(cup, options=(size,), listed=listed, stock=stock),))


async def test_who_waits_for_what_is_hidden_holds_back_nobody(store: AnyStore) -> None:
    """Sixty wait for a hidden size of one stock before two do for one that is sold.

    They lose nothing by it: once the size is sold again it is their turn, in their order.
    """
    large, small = (LineKey(ProductId("cup"), VariantId(one)) for one in ("l", "s"))
    hidden, cup = (_cups_of_one_stock(3, small_hidden=one) for one in (True, False))

    def work(tx: Transaction) -> None:
        for number in range(1, 6):
            tx.waitlist.leave(CUP, UserId(100 + number))
        for number in range(60):
            tx.waitlist.ask(CUP, Waiting(UserId(300 + number), small), NOW - 99 + number)
        for number in range(2):
            tx.waitlist.ask(CUP, Waiting(UserId(200 + number), large), NOW)
        tx.stock.count(CUP, 3, NOW)

    await store.write(work)
    assert sorted(await _tell(store, catalog=hidden)) == [200, 201]
    assert sorted(await _tell(store, catalog=cup)) == [200, 201, 300]


async def test_two_processes_tell_each_person_once(store: AnyStore) -> None:
    """Both look at the same moment; three units bring three messages."""
    await _count(store, 3)
    async with await opened_again(store) as other:
        told = await asyncio.gather(
            *(one.write(lambda tx: tell(tx, CATALOG, NOW)) for one in (store, other) * 4)
        )
    assert sum(told) == 3
    assert sorted(await _tell(store)) == [103, 104, 105]


async def test_looking_first_and_telling_later_tells_twice(store: AnyStore) -> None:
    """The control: what was read in one transaction is not so any more in the next."""
    await _count(store, 3)
    async with await opened_again(store) as other:
        seen = [
            await one.read(lambda tx: tx.waitlist.first(CUP, [KEY], 3)) for one in (store, other)
        ]

        def tell_seen(tx: Transaction, people: tuple[Waiting, ...]) -> None:
            for one in people:
                tx.waitlist.told(CUP, one.user_id, NOW)
                tx.outbox.enqueue(ChatId(one.user_id), MessageKind.BACK_IN_STOCK, NOW)

        for one, people in zip((store, other), seen, strict=True):
            await one.write(lambda tx, found=people: tell_seen(tx, found))  # type: ignore[misc]
    assert await store.read(lambda tx: tx.outbox.depth()) == 6

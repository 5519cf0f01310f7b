"""Looking into a database beside a running shop: nothing is made, moved or brought up to date."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from bot.domain.errors import CorruptError, RefusedError, TransientError
from bot.domain.order import ChatId, Order, OrderId, OrderState
from bot.ports import Transaction
from bot.store.sqlite import DatabaseLock, SqliteStore, holder, open_reader
from kit.samples import ALICE, place_next, stocked


def _page(tx: Transaction, after: int) -> tuple[Order, ...]:
    return tx.books.page(OrderId(after), 3)


async def test_pages_hold_every_order_once_in_order(store: SqliteStore) -> None:
    """Paging by number meets each order once, and ends with an empty page."""
    await stocked(store)

    def seven(tx: Transaction) -> None:
        for chat in range(7):
            place_next(tx, ChatId(ALICE + chat))

    await store.write(seven)
    async with open_reader(store.path) as reader:
        pages = [await reader.read(partial(_page, after=after)) for after in (0, 1003, 1006, 1007)]

    seen = [order.id for page in pages for order in page]
    assert [len(page) for page in pages] == [3, 3, 1, 0]
    assert seen == list(range(1001, 1008))


async def test_a_reader_sees_what_the_shop_wrote_and_writes_nothing(store: SqliteStore) -> None:
    """It reads beside the writer; a function that writes is refused and changes nothing."""
    await stocked(store)
    await store.write(lambda tx: place_next(tx, ALICE))
    async with open_reader(store.path) as reader:
        counts = await reader.read(lambda tx: tx.books.count_by_state())
        with pytest.raises(TransientError):
            await reader.read(lambda tx: tx.orders.all_due())

        assert counts[OrderState.PLACED] == 1
        assert await reader.damage() is None
        assert await reader.findings() == ()


@pytest.mark.parametrize("content", [None, b""])
async def test_a_missing_database_is_not_made(tmp_path: Path, content: bytes | None) -> None:
    """Looking for a database leaves the folder as it was."""
    path = tmp_path / "shop.sqlite3"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(RefusedError, match=r"database\.missing"):
        async with open_reader(path):
            pass

    assert os.listdir(tmp_path) == ([] if content is None else [path.name])  # noqa: PTH208 - in a coroutine
    assert holder(path) is None


async def test_an_older_schema_is_not_brought_up_to_date(tmp_path: Path) -> None:
    """That is for the shop's next start, not for who only looks."""
    path = tmp_path / "shop.sqlite3"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE t (x)")
        connection.execute("PRAGMA user_version = 0")
        connection.commit()
    with pytest.raises(CorruptError, match="another program"):
        async with open_reader(path):
            pass


async def test_who_holds_the_lock_is_told_without_taking_it(tmp_path: Path) -> None:
    """The question neither makes a lock file nor stands in a shop's way."""
    path = tmp_path / "shop.sqlite3"
    assert holder(path) is None
    with DatabaseLock(path) as lock:
        assert "process" in (holder(path) or "")
        assert lock.path.exists()
    assert holder(path) is None
    with DatabaseLock(path):
        pass

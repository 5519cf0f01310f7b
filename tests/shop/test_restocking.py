"""Units that owners add to a count: none is lost, and what was sold since the count stays sold."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from bot.domain.catalog.model import StockId
from bot.domain.errors import TransientError
from bot.domain.order import UserId
from bot.ports import StockLevel
from bot.store.catalogs import SqlCatalogs
from kit.faults.counter import ALICE, OWNER, Counter, goods, open_counter

TEA, OTHER = StockId("tea"), UserId(901)


async def _sell_four(counter: Counter) -> None:
    await counter.stripe.pay(str((await counter.buy(ALICE, quantity=4)).session_id))
    await counter.quiet()


async def _level(counter: Counter) -> StockLevel:
    return (await counter.store.read(lambda tx: tx.stock.levels([TEA])))[TEA]


def _in_file(counter: Counter) -> object:
    return json.loads(counter.catalog.read_bytes())["products"][0]["stock"]


async def test_units_that_two_owners_add_at_once_are_all_added(tmp_path: Path) -> None:
    """The second step is made from where the first one led, and the sale stays a sale."""
    async with open_counter(tmp_path, goods({"tea": 10})) as counter:
        await _sell_four(counter)
        edits = counter.shop.catalog_edits
        await asyncio.gather(edits.restock(OWNER, TEA, 5), edits.restock(OTHER, TEA, 3))
        assert await _level(counter) == StockLevel(18, 0, 4)
        assert _in_file(counter) == 18
        assert await counter.findings() == []


async def test_units_whose_file_could_not_be_taken_in_yet_are_no_new_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database says no once, when the file says the number already; the next look adds."""
    async with open_counter(tmp_path, goods({"tea": 10})) as counter:
        await _sell_four(counter)

        def say_no(*_: object) -> None:
            raise TransientError("the disk is full")

        with monkeypatch.context() as busy:
            busy.setattr(SqlCatalogs, "save", say_no)
            with pytest.raises(TransientError):
                await counter.shop.catalog_edits.restock(OWNER, TEA, 5)
        assert (_in_file(counter), (await _level(counter)).counted) == (15, 10)
        await counter.catalogs.take_in(counter.shop.current)
        assert await _level(counter) == StockLevel(15, 0, 4)


async def test_a_number_that_an_owner_saves_later_is_a_count_though_a_step_to_it_was_refused(
    tmp_path: Path,
) -> None:
    """The file was broken when units were to be added; nothing of that is remembered."""
    async with open_counter(tmp_path, goods({"tea": 10})) as counter:
        await _sell_four(counter)
        counter.catalog.write_text("{", encoding="utf-8")
        with pytest.raises(Exception, match="catalog"):
            await counter.shop.catalog_edits.restock(OWNER, TEA, 5)
        counter.catalog.write_text(goods({"tea": 15}), encoding="utf-8")
        await counter.catalogs.take_in(counter.shop.current)
        assert await _level(counter) == StockLevel(15, 0, 0)

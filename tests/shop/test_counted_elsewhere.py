"""Units that are held go along when a choice is counted by itself, or with its product again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from bot.domain.catalog.model import StockId
from bot.domain.order import OrderState, UserId
from bot.ports import StockLevel, Violation
from bot.store import database_at
from kit import Kit, open_kit

_TEE: dict[str, Any] = {
    "id": "tee", "category": "shirts", "name": "Tee", "price": "19.00", "stock": 5,
    "options": [{
        "id": "size", "name": "Size",
        "values": [{"id": "s", "name": "S"}, {"id": "m", "name": "M"}],
    }],
}  # fmt: skip
_VARIANTS: dict[str, Any] = {key: one for key, one in _TEE.items() if key != "stock"} | {
    "variants": [
        {"options": {"size": "s"}, "stock": 3},
        {"options": {"size": "m"}, "stock": 2},
    ]
}


def _file(tee: dict[str, Any]) -> bytes:
    return json.dumps(
        {
            "shop": {"name": "Tees", "currency": "eur"},
            "categories": [{"id": "shirts", "name": "Shirts"}],
            "products": [tee],
        }
    ).encode()


async def _save(kit: Kit, tee: dict[str, Any]) -> None:
    await kit.shop.catalog_edits.edit(UserId(kit.person("Marta").id), lambda _: _file(tee))


async def _level(kit: Kit, stock_id: str) -> StockLevel:
    own = StockId(stock_id)
    return await kit.running.store.read(lambda tx: tx.stock.levels([own])[own])


async def _broken(kit: Kit) -> tuple[Violation, ...]:
    """Return what breaks a rule of the stored facts."""
    async with database_at(kit.settings.database).open_reader() as reader:
        return await reader.findings()


async def test_what_an_unpaid_order_holds_is_not_sold_again_as_a_variant(tmp_path: Path) -> None:
    """The counts of the new variants have the held unit in them, and its payment takes it off."""
    catalog = tmp_path / "catalog.json"
    catalog.write_bytes(_file(_TEE))
    async with open_kit(tmp_path, catalog=catalog) as kit:
        ann = kit.person("Alice")
        await ann.start("p_tee_m")
        await ann.tap(await ann.wait_for("Size: M"), "Buy now")
        await kit.until(ann, OrderState.OPEN)
        assert await _level(kit, "tee") == StockLevel(5, 1, 0)

        await _save(kit, _VARIANTS)
        assert await _level(kit, "tee/m") == StockLevel(2, 1, 0)
        assert (await _level(kit, "tee/s"), await _level(kit, "tee")) == (
            StockLevel(3, 0, 0),
            StockLevel(5, 0, 0),
        )

        await kit.pay(ann)
        assert await _level(kit, "tee/m") == StockLevel(2, 0, 1)
        assert await _broken(kit) == ()


async def test_a_cancelled_order_frees_what_it_holds_by_now(tmp_path: Path) -> None:
    """Counted by its size, and then with its product again: no unit is lost on the way."""
    catalog = tmp_path / "catalog.json"
    catalog.write_bytes(_file(_VARIANTS))
    async with open_kit(tmp_path, catalog=catalog) as kit:
        ann = kit.person("Alice")
        await ann.start("p_tee_s")
        await ann.tap(await ann.wait_for("Size: S"), "Buy now")
        await kit.until(ann, OrderState.OPEN)
        await _save(kit, _TEE)
        assert await _level(kit, "tee") == StockLevel(5, 1, 0)

        await ann.write("/cancel")
        await kit.until(ann, OrderState.CANCELLED)
        assert await _level(kit, "tee") == StockLevel(5, 0, 0)
        assert await _level(kit, "tee/s") == StockLevel(3, 0, 0)
        assert await _broken(kit) == ()

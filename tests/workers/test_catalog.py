"""The catalog worker on real files: how they are saved, when the owner hears, and only once."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

from bot.workers.catalog import CatalogWorker
from kit import Kit, open_kit
from kit.faults.counter import goods, open_counter
from kit.patience import PATIENCE
from shop_sandbox.telegram import Person
from tests.chat.market import entries, open_market, write
from tests.chat.owner_steps import notice


def price(amount: str) -> dict[str, Any]:
    """Return the small shop with another price for its cup."""
    catalog = entries()
    catalog["products"][1]["price"] = amount
    return catalog


def text(catalog: dict[str, Any]) -> bytes:
    """Return a catalog as an editor saves it."""
    return json.dumps(catalog, indent=1).encode()


async def until(condition: Callable[[], bool]) -> float:
    """Wait until something is so, and return the seconds that it took."""
    began = time.monotonic()
    async with asyncio.timeout(PATIENCE):
        while not condition():  # noqa: ASYNC110 - it is another task that makes it so
            await asyncio.sleep(0.02)
    return time.monotonic() - began


def cup(kit: Kit) -> str:
    """Return what the cup costs now."""
    return str(next(one for one in kit.shop.current.catalog.products if one.id == "cup").price)


async def opened(kit: Kit) -> Person:
    """Let the owner open the shop."""
    marta = kit.person("Marta")
    await marta.start()
    await marta.wait_for("Corner & Co")
    return marta


def faults_told(marta: Person) -> int:
    """Count how often the owner read of a fault."""
    return sum(shown.text.startswith("⚠️") for shown in marta.messages())


async def test_a_saved_file_is_in_the_shop_within_a_second(tmp_path: Path) -> None:
    """Whether an editor writes over it, or puts a new file in its place."""
    async with open_market(tmp_path) as (kit, _):
        path, aside = tmp_path / "catalog.json", tmp_path / ".catalog.json.swp"
        over, renamed = [], []
        for tens in (2, 3, 4):  # the quickest counts: a machine may be busy with others
            path.write_bytes(text(price(f"{tens}5.00")))
            over.append(await until(lambda: cup(kit) == f"{tens}5.00 EUR"))  # noqa: B023
            aside.write_bytes(text(price(f"{tens}6.00")))
            aside.replace(path)
            renamed.append(await until(lambda: cup(kit) == f"{tens}6.00 EUR"))  # noqa: B023
        assert min(over) < 1
        assert min(renamed) < 1


async def test_a_file_that_is_being_saved_is_no_fault(tmp_path: Path) -> None:
    """However long it grows, its owner hears what it became, and of no fault on the way."""
    async with open_market(tmp_path) as (kit, _):
        marta, path = await opened(kit), tmp_path / "catalog.json"
        whole = text(price("15.00"))
        for part in (0.3, 0.5, 0.8):
            piece = whole[: int(len(whole) * part)]
            path.write_bytes(piece)
            seen = sha256(piece).hexdigest()
            await until(lambda seen=seen: kit.running.catalogs.seen == seen)  # type: ignore[misc]
        path.write_bytes(whole)
        await marta.wait_for("The new catalog is in the shop: 1 price changed.", timeout=PATIENCE)
        assert faults_told(marta) == 0


async def test_a_file_that_is_away_for_a_moment_is_no_fault(tmp_path: Path) -> None:
    """Some editors take the old file away before they put the new one there."""
    async with open_market(tmp_path) as (kit, _):
        marta, path = await opened(kit), tmp_path / "catalog.json"
        path.unlink()
        await until(lambda: not kit.running.catalogs.sound)
        path.write_bytes(text(price("15.00")))
        await marta.wait_for("1 price changed", timeout=PATIENCE)
        assert faults_told(marta) == 0


async def test_a_folder_that_tells_nothing_is_looked_at_within_five_seconds(
    tmp_path: Path,
) -> None:
    """No system call tells that a link leads elsewhere now, as none does on a network folder."""
    for name in ("old", "new"):
        (tmp_path / name).mkdir()
        write(tmp_path / name, price({"old": "14.00", "new": "15.00"}[name]))
    link = tmp_path / "goods"
    link.symlink_to(tmp_path / "old")
    async with open_kit(tmp_path, catalog=link / "catalog.json") as kit:
        assert cup(kit) == "14.00 EUR"
        waited = []
        for name, cost in (("new", "15.00 EUR"), ("old", "14.00 EUR")):
            aside = tmp_path / "aside"
            aside.symlink_to(tmp_path / name)
            aside.replace(link)
            waited.append(await until(lambda: cup(kit) == cost))  # noqa: B023


async def test_a_fault_mended_from_the_chat_is_told_as_mended(tmp_path: Path) -> None:
    """The watcher finds a good file that the owner has sent, and the fault is not told again."""
    async with open_market(tmp_path) as (kit, _):
        marta, path = await opened(kit), tmp_path / "catalog.json"
        path.write_bytes(text(price("15.005")))
        await marta.wait_for("catalog.json has 1 error.", timeout=PATIENCE)
        await marta.upload(text(price("15.00")), name="catalog.json")
        await marta.tap(await marta.wait_for("The file you sent is fine."), "Replace")
        await marta.wait_for("Saved in the catalog")
        await marta.wait_for("The catalog is fine again.", timeout=PATIENCE)
        path.write_bytes(text(price("16.00")))
        await marta.wait_for("The new catalog is in the shop: 1 price changed.", timeout=PATIENCE)
        assert faults_told(marta) == 1


async def test_digital_goods_are_told_once_with_telegrams_rule(tmp_path: Path) -> None:
    """The shop goes on with them; neither another edit nor a restart says it again."""
    catalog = price("15.00")
    catalog["products"][0]["name"] = "Brewing e-book"
    async with open_market(tmp_path) as (kit, _):
        marta, path = await opened(kit), tmp_path / "catalog.json"
        path.write_bytes(text(catalog))
        told = await marta.wait_for("please look at 1 thing", timeout=PATIENCE)
        assert "“e-book”" in told.text or '"e-book"' in told.text
        assert "only for Telegram Stars" in told.text
        catalog["products"][1]["price"] = "16.00"
        path.write_bytes(b"\n" + text(catalog))
        await until(lambda: cup(kit) == "16.00 EUR")
        await kit.drain()
        assert len([one for one in marta.messages() if one.text.startswith("🔎")]) == 1
    async with open_kit(tmp_path, catalog=path) as again:
        owner = await opened(again)
        await owner.write("/price mug 0.20")
        told = await notice(again, owner, "please look at 1 thing")
        assert "Stripe charges at least" in told.text
        assert len([one for one in owner.messages() if one.text.startswith("🔎")]) == 1


async def test_a_file_saved_while_the_shop_opens_is_looked_at_first(tmp_path: Path) -> None:
    """What was saved after the start had read the file does not wait for the next reading."""
    async with open_counter(tmp_path) as counter:
        current = counter.shop.current
        _, read = await counter.catalogs.open_current()
        before = current.catalog
        counter.catalog.write_text(goods({"tea": 3}, "99.00"), encoding="utf-8")
        worker = CatalogWorker(counter.catalog, counter.catalogs, counter.shop.context, read)
        running = asyncio.create_task(worker.run())
        try:
            assert await until(lambda: current.catalog is not before) < 3
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

"""A product with variants as its owner sees it: named, priced, counted, and taken back."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.chat.screens import owner_goods
from bot.domain.catalog.model import ListedVariant, Product, ProductId, StockId, VariantId
from kit import Kit
from tests.chat.goods import ENGLISH, eur, tee
from tests.chat.looks import data, looks_right
from tests.chat.market import open_market
from tests.chat.test_owner_catalog import level
from tests.chat.test_variants import tees


@pytest.mark.parametrize("named", ["tee/blue.m", "tee/m.blue", "Tee M Blue", "tee/blue m"])
async def test_a_price_stands_at_its_variant_and_can_be_taken_back(
    tmp_path: Path, named: str
) -> None:
    """However it is named, its price alone changes; the notice says which; one tap undoes."""
    async with open_market(tmp_path, tees()) as (kit, _):
        marta = kit.person("Marta")
        before = kit.settings.catalog.read_text(encoding="utf-8")
        await marta.write(f"/price {named} 18.50")
        shown = await marta.wait_for("1 price changed")
        assert "T-shirt, M, Blue: €17.00 → €18.50" in shown.text
        after = kit.settings.catalog.read_text(encoding="utf-8")
        assert after == '"18.50"'.join(before.split('"17.00"', 1))
        await marta.tap(shown, "Undo")
        await marta.wait_for("1 price changed", since=shown.changed)
        assert kit.settings.catalog.read_text(encoding="utf-8") == before


async def test_a_variant_without_a_price_of_its_own_gets_one(tmp_path: Path) -> None:
    """The others go on costing what the product does."""
    async with open_market(tmp_path, tees()) as (kit, _):
        marta = kit.person("Marta")
        await marta.write("/price tee s red 20")
        shown = await marta.wait_for("1 price changed")
        assert "T-shirt, S, Red: €19.00 → €20.00" in shown.text
        await marta.write("/price tee/blue.m")
        await marta.wait_for("tee/blue.m costs €17.00")


async def test_stock_is_counted_and_added_by_variant(tmp_path: Path) -> None:
    """+3 is added to what is left of this one; the count of another stays."""
    async with open_market(tmp_path, tees()) as (kit, _):
        marta = kit.person("Marta")
        await marta.write("/stock tee/red.s +3")
        await marta.wait_for("✓ 3 added to tee/red.s.")
        await marta.write("/stock tee m red 12")
        await marta.wait_for("tee/red.m: 12 left")
        left = [(await level(kit, f"tee/{one}")).free for one in ("red.s", "red.m", "blue.m")]
        assert left == [7, 12, 7]


async def test_one_variant_is_hidden_shown_and_taken_back(tmp_path: Path) -> None:
    """From its product's screen; customers are told that it is not made, and the file says so."""
    async with open_market(tmp_path, tees()) as (kit, _):
        marta = kit.person("Marta")
        before = kit.settings.catalog.read_text(encoding="utf-8")
        await marta.write("/goods tee")
        await marta.tap(await marta.wait_for("T-shirt"), "Hide or show a choice")
        listed = await marta.wait_for("Tap what customers should no longer see")
        await marta.tap(listed, "✓ L, Blue")
        hidden = await marta.wait_for("✓ Hidden. Customers no longer see it.", since=listed.changed)
        assert [one.hidden for one in _tee(kit).listed] == [False, False, False, True]
        assert _tee(kit).hidden is False
        await marta.tap(hidden, "L, Blue · hidden")
        shown = await marta.wait_for("✓ Customers see it again.", since=hidden.changed)
        assert not any(one.hidden for one in _tee(kit).listed)
        await marta.tap(shown, "✓ S, Red")
        again = await marta.wait_for("✓ Hidden.", since=shown.changed)
        await marta.tap(again, "Undo")
        await marta.wait_for("T-shirt", since=again.changed)
        assert not any(one.hidden for one in _tee(kit).listed)
        noted = before.replace('"TS-L-BLUE"}]}]}', '"TS-L-BLUE", "hidden": false}]}]}')
        assert kit.settings.catalog.read_text(encoding="utf-8") == noted != before


async def test_the_last_variant_that_customers_see_stays(tmp_path: Path) -> None:
    """A product with nothing to choose is refused, and the file is as it was."""
    catalog = tees()
    for one in catalog["products"][-1]["variants"][1:]:
        one["hidden"] = True
    async with open_market(tmp_path, catalog) as (kit, _):
        marta = kit.person("Marta")
        before = kit.settings.catalog.read_bytes()
        await marta.write("/goods tee")
        await marta.tap(await marta.wait_for("T-shirt"), "Hide or show a choice")
        await marta.tap(await marta.wait_for("Tap what customers"), "✓ M, Red")
        await marta.wait_for("hidden")
        assert kit.settings.catalog.read_bytes() == before


async def test_a_variant_gets_its_first_stock(tmp_path: Path) -> None:
    """Until then it was always there; the others go on being so, and one tap undoes."""
    catalog = tees()
    for one in catalog["products"][-1]["variants"]:
        one.pop("stock")
    async with open_market(tmp_path, catalog) as (kit, _):
        marta = kit.person("Marta")
        before = kit.settings.catalog.read_bytes()
        await marta.write("/stock tee/blue.m +2")
        await marta.wait_for("This is not counted yet.")
        await marta.write("/stock tee blue m 5")
        counted = await marta.wait_for("tee/blue.m: 5 left")
        assert "1 stock number changed" in counted.text
        assert (await level(kit, "tee/blue.m")).free == 5
        assert [one.stock for one in _tee(kit).listed] == [None, None, 5, None]
        await marta.tap(counted, "Undo")
        await marta.wait_for("5 → ∞", since=counted.changed)
        assert kit.settings.catalog.read_bytes() == before


def _tee(kit: Kit) -> Product:
    product = kit.shop.current.catalog.product(ProductId("tee"))
    assert product
    return product


@pytest.mark.parametrize("named", ["tee/red.xl", "tee/red.l", "tee m"])
async def test_a_variant_that_is_not_listed_is_refused(tmp_path: Path, named: str) -> None:
    """Nothing is written, and the answer names what there is or that there is no such thing."""
    async with open_market(tmp_path, tees()) as (kit, _):
        marta = kit.person("Marta")
        before = kit.settings.catalog.read_bytes()
        await marta.write(f"/stock {named} 12")
        await marta.wait_for("tee/")
        await marta.write(f"/price {named} 12")
        await marta.wait_for("tee/")
        assert kit.settings.catalog.read_bytes() == before


def test_an_owner_turns_through_500_variants() -> None:
    """Each price and count stands on one page, and after an edit its page is shown."""
    listed = tuple(ListedVariant(VariantId(f"v{n:03}"), eur(1000 + n), stock=n) for n in range(500))
    option = tee().options[0]
    goods = tee(options=(option,), listed=listed)
    seen = []
    for number in range(1, 43):
        screen = owner_goods.good(goods, {}, ENGLISH, number=number)
        looks_right(screen)
        seen += [one for row in data(screen) for one in row if one.startswith("1wgp:")]

    assert seen == [f"1wgp:tee/v{n:03}" for n in range(500)]
    assert owner_goods.page_with(goods, StockId("tee/v499")) == 42

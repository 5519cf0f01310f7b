"""The example shop of T-shirts: sound, and bought from variant by variant."""

from __future__ import annotations

import shutil
from pathlib import Path

from bot.catalog_file.file import read_catalog
from bot.catalog_file.folder import CatalogFolder
from bot.domain.catalog.model import StockId
from bot.domain.money import Money
from bot.domain.order import OrderState
from kit import ROOT, open_kit

_FILE = ROOT / "examples" / "tshirts" / "catalog.json"


def test_the_example_is_sound() -> None:
    """Six sizes by four colours, each with a stock and a sku of its own; not a doubt."""
    folder = CatalogFolder(_FILE)
    reading = read_catalog(folder.read_source(), file="tshirts", picture=folder.picture)
    (tee,) = reading.catalog.products
    variants = list(tee.variants())
    assert reading.warnings == ()
    assert [len(option.values) for option in tee.options] == [6, 4]
    assert len({one.stock_id for one in variants}) == len({one.sku for one in variants}) == 24


async def test_a_shirt_is_chosen_past_what_is_sold_out_and_bought(tmp_path: Path) -> None:
    """Sold-out choices say what is left; the variant's own price is paid, its own stock goes."""
    catalog = Path(shutil.copy(_FILE, tmp_path / "catalog.json"))
    async with open_kit(tmp_path, catalog=catalog) as kit:
        ann, marta = kit.person("Alice"), kit.person("Marta")
        await marta.start()
        await ann.start("p_tee")
        tee = await ann.wait_for("Size: XS")
        await ann.tap(tee, "Sand · sold out")
        sand = await ann.wait_for("Still available in Sand: S, M, and XL.")
        await ann.tap(sand, "✓ XS · sold out")  # pressing what is chosen changes nothing
        await ann.tap(sand, "XL · €24.00")
        await ann.wait_for("Size: XL · Colour: Sand\n€27.00 €24.00\nOnly 4 left.")
        await ann.write("/start p_tee_xxl_navy")
        large = await ann.wait_for("Size: XXL · Colour: Navy\n€26.00\nOnly 3 left.")
        await ann.tap(large, "Add to cart")
        await ann.wait_for(lambda seen: "1 in cart" in str(seen.rows))
        await ann.write("/checkout")
        asked = await ann.wait_for(lambda seen: "Pick up" in str(seen.rows))
        await ann.tap(asked, "Pick up")
        order = await kit.until(ann, OrderState.OPEN)
        await kit.stripe.pay(str(order.session_id))
        await ann.start(f"paid_{order.token}")
        paid = await kit.until(ann, OrderState.PAID)
        assert paid.payment
        assert paid.payment.total == Money(2600, "eur")
        assert paid.lines[0].title == "Heavy Tee, XXL, Navy"
        await marta.wait_for("TEE-NAVY-XXL", since=0)
        target = StockId("tee/navy.xxl")
        level = await kit.running.store.read(lambda tx: tx.stock.levels([target])[target])
        assert level.free == 2

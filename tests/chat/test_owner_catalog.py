"""The owner's goods from the phone: quick edits, whole files, the way back, and what is told."""

from __future__ import annotations

import difflib
import json
from pathlib import Path
from typing import Any

import pytest

from bot.domain.catalog.model import ProductId, StockId
from bot.domain.order import ChatId
from bot.ports import StockLevel
from kit import ROOT, Kit, open_kit
from kit.patience import PATIENCE
from shop_sandbox.site import SandboxSite
from tests.chat.market import entries, open_market, write
from tests.chat.owner_steps import another, labels, notice, sold
from tests.shop.journeys import order_something


async def level(kit: Kit, stock_id: str) -> StockLevel:
    """Return a row of the ledger."""
    wanted = StockId(stock_id)
    return (await kit.running.store.read(lambda tx: tx.stock.levels([wanted])))[wanted]


def lay_out(kit: Kit, catalog: dict[str, Any]) -> str:
    """Write the catalog as people do, a value a line; return the text."""
    text = json.dumps(catalog, indent=2, ensure_ascii=False)
    kit.settings.catalog.write_text(text, encoding="utf-8")
    return text


def changed_lines(before: str, after: str) -> list[str]:
    """Return the lines by which two texts differ."""
    lines = difflib.ndiff(before.splitlines(), after.splitlines())
    return [line for line in lines if line[0] in "+-"]


async def test_a_price_by_command_changes_one_line_of_the_file(tmp_path: Path) -> None:
    """The file's layout stays, customers pay the new price, and the answer says what changed."""
    async with open_market(tmp_path) as (kit, _):
        marta = kit.person("Marta")
        before = lay_out(kit, entries())
        await marta.write("/price blend/large 41,50")
        shown = await marta.wait_for("1 price changed")
        assert "blend/large: €41.50" in shown.text
        after = kit.settings.catalog.read_text(encoding="utf-8")
        assert changed_lines(before, after) == [
            '-               "price": "39.00",',
            '+               "price": "41.50",',
        ]
        ann = kit.person("Alice")
        await ann.start("p_blend")
        await ann.wait_for(lambda seen: "1 kg · €41.50" in str(seen.rows))


async def test_a_price_that_cannot_be_is_refused_and_asked_again(tmp_path: Path) -> None:
    """By the button: the question stays open until an amount is readable."""
    async with open_market(tmp_path) as (kit, _):
        marta = kit.person("Marta")
        before = kit.settings.catalog.read_bytes()
        await marta.write("/goods")
        shown = await marta.wait_for("Your goods")
        await marta.tap(shown, "Cup · €14.00")
        cup = await marta.wait_for("always available")
        await marta.tap(cup, "Price")
        await marta.wait_for("cup costs €14.00")
        for words in ("a lot", "12.5055", "-3"):
            await marta.write(words)
            await marta.wait_for("as a price in EUR")
        assert kit.settings.catalog.read_bytes() == before
        await marta.write("15")
        await marta.wait_for("Price: €15.00")
        assert b'"15.00"' in kit.settings.catalog.read_bytes()
        await marta.write("/price nothing 3")
        await marta.wait_for("nothing")


async def test_a_price_that_reads_two_ways_is_asked_about(tmp_path: Path) -> None:
    """Typed or by command, a button for each reading; a tap after its question sets nothing."""
    async with open_market(tmp_path) as (kit, _):
        marta = kit.person("Marta")
        before = kit.settings.catalog.read_bytes()
        await marta.write("/price cup 1.299")
        asked = await marta.wait_for("1.299 has too many decimals for EUR.")
        assert labels(asked)[:3] == ["€1.29", "€1.30", "€1,299.00"]
        await marta.write("1.400")
        asked = await marta.wait_for("1.400 could be €1.40 or €1,400.00. Which do you mean?")
        assert labels(asked)[:2] == ["€1.40", "€1,400.00"]
        assert kit.settings.catalog.read_bytes() == before
        small = asked.button("€1.40").data or ""
        await marta.tap(asked, "€1,400.00")
        await marta.wait_for("Price: €1,400.00")
        await marta.forge(asked, small)
        await marta.wait_for("Your goods")
        assert b'"1400.00"' in kit.settings.catalog.read_bytes()


async def test_a_restock_adds_and_forgets_no_sale(tmp_path: Path) -> None:
    """+20 adds to the count; 20 counts anew, also where the file says 20 already."""
    async with open_market(tmp_path) as (kit, _):
        marta = kit.person("Marta")
        await sold(kit, kit.person("Alice"))
        assert await level(kit, "blend/small") == StockLevel(20, 0, 1)
        await marta.write("/stock blend/small +20")
        told = await marta.wait_for("blend/small: 39 left")
        assert told.text.startswith("✓ 20 added to blend/small.")
        assert await level(kit, "blend/small") == StockLevel(40, 0, 1)
        assert b'"stock": 40' in kit.settings.catalog.read_bytes()
        await marta.write("/stock blend/small -9")
        await marta.wait_for("blend/small: 30 left")
        await marta.write("/stock blend/small 31")
        await marta.wait_for("blend/small: 31 left")
        assert await level(kit, "blend/small") == StockLevel(31, 0, 0)
        await order_something(kit, another(kit), "blend")
        await marta.write("/stock blend/small 31")
        await marta.wait_for("30 left, 1 held")
        await marta.write("/stock blend 5")
        await marta.wait_for("counted here, but under: blend/small, blend/large")
        await marta.write("/stock blend/small -99")
        await marta.wait_for("30 can be taken away")
        await marta.write("/stock cup +1")
        await marta.wait_for("not counted yet")


async def test_a_restock_that_was_cut_short_is_still_no_new_count(tmp_path: Path) -> None:
    """Killed between the note and the file, the watcher takes the number in as added units."""
    async with open_market(tmp_path) as (kit, _):
        await sold(kit, kit.person("Alice"))
        await kit.running.store.write(lambda tx: tx.notes.set("restock_blend/small", "20,25"))
        catalog = entries()
        catalog["products"][0]["options"][0]["values"][0]["stock"] = 25
        lay_out(kit, catalog)
        await notice(kit, kit.person("Marta"), "1 stock number changed")
        assert await level(kit, "blend/small") == StockLevel(25, 0, 1)


async def test_a_product_is_hidden_and_shown_by_buttons(tmp_path: Path) -> None:
    """Customers see it go and come."""
    async with open_market(tmp_path) as (kit, _):
        ann, marta = kit.person("Alice"), kit.person("Marta")
        await marta.write("/goods")
        await marta.tap(await marta.wait_for("Your goods"), "Cup · €14.00")
        await marta.tap(await marta.wait_for("always available"), "Hide")
        hidden = await marta.wait_for("Customers no longer see it")
        await ann.start("c_cups")
        assert "Cup · €14.00" not in labels(await ann.wait_for("Choose something"))
        await marta.tap(hidden, "Show")
        await marta.wait_for("Customers see it again")
        await ann.start("c_cups")
        assert "Cup · €14.00" in labels(await ann.wait_for("Choose something"))


async def test_a_photo_with_an_id_becomes_the_products_picture(tmp_path: Path) -> None:
    """It is saved beside the file, which names it; without an id nothing is saved."""
    async with open_market(tmp_path) as (kit, _):
        ann, marta = kit.person("Alice"), kit.person("Marta")
        picture = (ROOT / "photos" / "house-blend.jpg").read_bytes()
        pictures = set((tmp_path / "photos").iterdir())
        await marta.upload(picture, "cup.jpg", kind="photo", mime="image/jpeg")
        await marta.wait_for("Whose picture is this?")
        await marta.upload(picture, "cup.jpg", kind="photo", mime="image/jpeg", caption="no-such")
        await marta.wait_for("no-such")
        assert set((tmp_path / "photos").iterdir()) == pictures
        await marta.upload(picture, "cup.jpg", kind="photo", mime="image/jpeg", caption="cup")
        await marta.wait_for("1 product edited")
        (new,) = set((tmp_path / "photos").iterdir()) - pictures
        assert new.read_bytes() == picture
        product = kit.shop.current.catalog.product("cup")  # type: ignore[arg-type]
        assert product is not None
        assert product.photos == (f"photos/{new.name}",)
        await ann.start("p_cup")
        assert (await ann.wait_for("€14.00")).has_photo


async def test_the_file_goes_out_and_comes_back_changed(tmp_path: Path) -> None:
    """Checked, its difference shown, replaced by one tap and brought back by one."""
    async with open_market(tmp_path) as (kit, _):
        marta = kit.person("Marta")
        old = kit.settings.catalog.read_bytes()
        await marta.write("/catalog")
        sent = await marta.wait_for("with 4 products")
        assert sent.raw["document"]["file_name"] == "catalog.json"
        catalog = entries()
        catalog["products"][1]["price"] = "16.00"
        catalog["products"].append(
            {"id": "tray", "category": "cups", "name": "<Tray>", "price": "5.00"}
        )
        new = json.dumps(catalog, indent=2).encode()
        await marta.upload(new, "catalog.json", mime="application/json")
        offered = await marta.wait_for("The file you sent is fine.")
        assert "1 price changed, 1 product added" in offered.text
        assert "Cup: €14.00 → €16.00" in offered.text
        assert "+ <Tray>" in offered.text
        assert kit.settings.catalog.read_bytes() == old
        await marta.tap(offered, "Replace the catalog")
        done = await marta.wait_for("Saved in the catalog.")
        assert kit.settings.catalog.read_bytes() == new
        assert kit.shop.current.catalog.product("tray") is not None  # type: ignore[arg-type]
        await marta.tap(done, "Bring the old one back")
        await marta.wait_for("1 product removed")
        assert kit.settings.catalog.read_bytes() == old
        assert kit.shop.current.catalog.product("tray") is None  # type: ignore[arg-type]
        await marta.write("/catalog")
        sent = await marta.wait_for("Your catalog as it is now")
        await marta.tap(sent, "Bring the old one back")
        await marta.wait_for("1 product added")
        assert kit.settings.catalog.read_bytes() == new
        assert sent.id in {shown.id for shown in marta.messages()}


async def test_a_file_with_other_counts_asks_before_it_counts_anew(tmp_path: Path) -> None:
    """Kept, the shop's counts go into the new file; counted, the file's go into the ledger."""
    async with open_market(tmp_path) as (kit, _):
        marta = kit.person("Marta")
        await sold(kit, kit.person("Alice"))
        catalog = entries()
        catalog["products"][0]["options"][0]["values"][0]["stock"] = 50
        catalog["products"][1]["price"] = "16.00"
        new = json.dumps(catalog).encode()
        await marta.upload(new, "catalog.json", mime="application/json")
        offered = await marta.wait_for("blend/small: counted 20, the file says 50")
        keep, anew = (button.data or "" for button in offered.buttons[:2])
        await marta.tap(offered, "Replace, keep the stock as it is")
        await marta.wait_for("Saved in the catalog.")
        assert await level(kit, "blend/small") == StockLevel(20, 0, 1)
        assert b'"stock": 20' in kit.settings.catalog.read_bytes()
        tap = await marta.forge(offered, keep)
        assert (await tap.answer()).text == "That file is no longer waiting. Please send it again."
        await marta.upload(new, "catalog.json", mime="application/json")
        offered = await marta.wait_for("counted 20, the file says 50")
        await marta.forge(offered, anew)
        done = await marta.wait_for("1 stock number changed")
        assert await level(kit, "blend/small") == StockLevel(50, 0, 0)
        await marta.tap(done, "Bring the old one back")
        asked = await marta.wait_for("blend/small: counted 50, the file says 20")
        assert asked.text.startswith("What the old file brings back:")
        assert await level(kit, "blend/small") == StockLevel(50, 0, 0)
        await marta.tap(asked, "Replace, keep the stock as it is")
        await marta.wait_for("Nothing else in the catalog changed")
        assert await level(kit, "blend/small") == StockLevel(50, 0, 0)


def _ground(*, listed: bool) -> dict[str, Any]:
    """Return the shop whose blend comes whole or ground, counted by size or each by itself."""
    catalog = entries()
    blend = catalog["products"][0]
    grinds = [{"id": one, "name": one.title()} for one in ("whole", "fine")]
    blend["options"].append({"id": "grind", "name": "Grind", "values": grinds})
    if listed:
        counts = {("small", "whole"): 8, ("small", "fine"): 11, ("large", "whole"): 3}
        for value in blend["options"][0]["values"]:
            del value["stock"]
            value.pop("price", None)
        blend["variants"] = [
            {"options": {"size": size, "grind": grind}, "stock": stock}
            for (size, grind), stock in counts.items()
        ]
    return catalog


@pytest.mark.parametrize(
    ("answer", "free"),
    [("Replace, keep the stock as it is", 18), ("Replace, stock from file", 20)],
)
async def test_going_back_from_variants_asks_for_what_was_sold_of_them(
    tmp_path: Path, answer: str, free: int
) -> None:
    """What is counted by size again was sold by its own ids: none is sold twice, none is lost."""
    async with open_market(tmp_path, _ground(listed=False)) as (kit, _):
        marta, ann = kit.person("Marta"), kit.person("Alice")
        await sold(kit, ann)
        assert await level(kit, "blend/small") == StockLevel(20, 0, 1)
        new = json.dumps(_ground(listed=True)).encode()
        await marta.upload(new, "catalog.json", mime="application/json")
        await marta.tap(await marta.wait_for("The file you sent is fine."), "Replace the catalog")
        done = await marta.wait_for("Saved in the catalog.")
        await sold(kit, ann)
        assert await level(kit, "blend/whole.small") == StockLevel(8, 0, 1)
        await marta.tap(done, "Bring the old one back")
        asked = await marta.wait_for("blend/small: counted 18, the file says 20")
        assert "1 count of stock differs" in asked.text
        await marta.tap(asked, answer)
        await marta.wait_for("Saved in the catalog.")
        assert await level(kit, "blend/small") == StockLevel(free, 0, 0)
        assert await level(kit, "blend/large") == StockLevel(3, 0, 0)


async def test_going_back_from_variants_with_nothing_sold_asks_nothing(tmp_path: Path) -> None:
    """CONTROL: what was sold before they came stays sold, and the count is no new one."""
    async with open_market(tmp_path, _ground(listed=False)) as (kit, _):
        marta = kit.person("Marta")
        await sold(kit, kit.person("Alice"))
        new = json.dumps(_ground(listed=True)).encode()
        await marta.upload(new, "catalog.json", mime="application/json")
        await marta.tap(await marta.wait_for("The file you sent is fine."), "Replace the catalog")
        done = await marta.wait_for("Saved in the catalog.")
        await marta.tap(done, "Bring the old one back")
        await marta.wait_for("Saved in the catalog.")
        assert await level(kit, "blend/small") == StockLevel(20, 0, 1)


async def test_a_sent_file_with_faults_changes_nothing(tmp_path: Path) -> None:
    """The owner reads line, field, what is wrong and what would be right."""
    async with open_market(tmp_path) as (kit, _):
        marta = kit.person("Marta")
        old = kit.settings.catalog.read_bytes()
        catalog = entries()
        catalog["products"][1]["price"] = "12.505"
        text = json.dumps(catalog, indent=2).encode()
        await marta.upload(text, "catalog.json", mime="application/json")
        shown = await marta.wait_for("The file you sent has 1 error.")
        assert "Line 54 · \u2068cup › price\u2069\n12.505 has too many decimals" in shown.text
        assert "The shop carries on with the last good version." in shown.text
        await marta.upload(b"\xff\xfe{", "catalog.json", mime="application/json")
        told = await marta.wait_for("The file you sent has 1 error.")
        assert "Line" not in told.text
        await kit.person("Alice").upload(text, "catalog.json", mime="application/json")
        await kit.person("Alice").wait_for("can’t do anything with this")
        assert kit.settings.catalog.read_bytes() == old


async def test_a_saved_file_is_told_broken_mended_and_changed(tmp_path: Path) -> None:
    """The watcher tells the owner of a fault at its line, when it is good, and what changed."""
    async with open_market(tmp_path) as (kit, _):
        marta = kit.person("Marta")
        await marta.start()
        catalog = entries()
        catalog["products"][1]["prise"] = "1"
        text = lay_out(kit, catalog)
        told = await marta.wait_for("catalog.json has 1 error.", timeout=PATIENCE)
        line = next(n for n, words in enumerate(text.splitlines(), 1) if "prise" in words)
        assert f"Line {line}" in told.text
        assert "price" in told.text
        del catalog["products"][1]["prise"]
        catalog["products"][1]["price"] = "16.00"
        catalog["products"][2]["stock"] = 0
        lay_out(kit, catalog)
        told = await marta.wait_for("The catalog is fine again.", timeout=PATIENCE)
        assert "1 price changed, 1 sold out" in told.text
        del catalog["products"][2]
        lay_out(kit, catalog)
        told = await marta.wait_for("The new catalog is in the shop", timeout=PATIENCE)
        assert told.text.splitlines() == [
            "✓ The new catalog is in the shop: 1 product removed.",
            "− Tom & <b>Jerry</b> _*`[ 🎩 Чашка",
        ]


async def test_every_way_of_editing_names_what_changed_and_can_be_undone(tmp_path: Path) -> None:
    """By command, by button and by the file on disk: the old and the new, and the way back."""
    async with open_market(tmp_path) as (kit, _):
        marta = kit.person("Marta")
        await marta.start()
        old = kit.settings.catalog.read_bytes()
        await marta.write("/price cup 15")
        done = await marta.wait_for("Cup: €14.00 → €15.00")
        await marta.tap(done, "↩ Undo")
        await marta.wait_for("Cup: €15.00 → €14.00")
        assert kit.settings.catalog.read_bytes() == old
        await marta.write("/goods")
        await marta.tap(await marta.wait_for("Your goods"), "Cup · €14.00")
        await marta.tap(await marta.wait_for("always available"), "Hide")
        await marta.tap(await marta.wait_for("Customers no longer see it"), "↩ Undo")
        await marta.wait_for("Cup: shown to customers again")
        assert kit.settings.catalog.read_bytes() == old
        catalog = entries()
        catalog["products"][1]["price"] = "16.00"
        catalog["products"].reverse()
        lay_out(kit, catalog)
        told = await marta.wait_for("The new catalog is in the shop", timeout=PATIENCE)
        assert told.text.splitlines() == [
            "✓ The new catalog is in the shop: 1 price changed, sorted differently.",
            "Cup: €14.00 → €16.00",
        ]
        await marta.tap(told, "↩ Undo")
        await marta.wait_for("Cup: €16.00 → €14.00")
        assert kit.settings.catalog.read_bytes() == old


async def test_what_runs_low_is_named_in_the_owners_language(tmp_path: Path) -> None:
    """The buyer read another name for it; what is counted is a size, whatever else was chosen."""
    catalog = entries()
    catalog["shop"]["low_stock"] = 19
    catalog["products"][0]["name"] = {"en": "Blend", "de": "Mischung"}
    path = write(tmp_path, catalog)
    async with SandboxSite() as site:
        jonas = site.telegram.person("Jonas")
        async with open_kit(tmp_path, catalog=path, sandbox=site, owner_ids=str(jonas.id)) as kit:
            await jonas.start()
            await sold(kit, kit.person("Alice"))
            await notice(kit, jonas, "Nur noch 19 da von Mischung, 250 g")


async def test_what_runs_low_is_told_once(tmp_path: Path) -> None:
    """At the threshold and at nothing, by the sale that got there."""
    catalog = entries()
    catalog["shop"]["low_stock"] = 1
    async with open_market(tmp_path, catalog) as (kit, _):
        ann, marta = kit.person("Alice"), kit.person("Marta")
        await sold(kit, ann, "mug")
        low = await notice(kit, marta, "Only 1 left of")
        assert labels(low) == ["See it"]
        await sold(kit, ann, "mug")
        await notice(kit, marta, "Sold out:")
        told = [shown.text for shown in marta.messages() if shown.text.startswith("📉")]
        assert len(told) == 2
        assert ChatId(marta.id) in {ChatId(shown.chat_id) for shown in marta.messages()}


async def test_other_owners_hear_of_an_edit(tmp_path: Path) -> None:
    """Whoever edits sees it in the answer; the others are told, once."""
    path = write(tmp_path)
    sandbox_ids: list[int] = []

    def prepare(site: SandboxSite) -> None:
        sandbox_ids.extend(site.telegram.person(name).id for name in ("Marta", "Alice"))

    async with open_kit(tmp_path, catalog=path, prepare=prepare) as first:
        owners = ",".join(str(one) for one in sandbox_ids)
        assert first.shop.context.owners == (sandbox_ids[0],)
    (tmp_path / "two").mkdir()
    async with open_kit(tmp_path / "two", catalog=path, owner_ids=owners) as kit:
        ann, marta = kit.person("Alice"), kit.person("Marta")
        await ann.start()
        await ann.wait_for("Corner & Co")
        await marta.write("/price cup 15")
        await marta.wait_for("1 price changed")
        told = await notice(kit, ann, "The new catalog is in the shop: 1 price changed.")
        assert "Cup: €14.00 → €15.00" in told.text
        assert labels(told) == ["↩ Undo"]
        assert not [one for one in marta.messages() if "The new catalog is in" in one.text]


async def test_a_shop_that_opens_on_a_broken_file_says_so(tmp_path: Path) -> None:
    """It sells from the last good version, and tells when the file is good."""
    path = write(tmp_path)
    async with open_kit(tmp_path, catalog=path):
        pass
    good = path.read_bytes()
    path.write_bytes(good.replace(b'"14.00"', b'"14.005"'))
    async with open_kit(tmp_path, catalog=path) as kit:
        marta = kit.person("Marta")
        await marta.start()
        await marta.wait_for("Corner & Co")
        await notice(kit, marta, "catalog.json has 1 error.")
        path.write_bytes(good)
        await marta.wait_for("The catalog is fine again.", timeout=PATIENCE)


async def test_a_table_that_is_sent_changes_the_file_by_one_tap(tmp_path: Path) -> None:
    """The difference first, what could not be taken by line, one tap, and one back."""
    async with open_market(tmp_path) as (kit, _):
        marta = kit.person("Marta")
        old = kit.settings.catalog.read_bytes()
        table = "id;name;category;price;shelf\r\ncup;;;16,00;\r\ntray;Tray;cups;5,00;B2\r\n"
        await marta.upload(table.encode("utf-16"), "Waren.CSV", mime="text/csv")
        offered = await marta.wait_for("The table you sent is fine.")
        assert "What it doesn’t name stays as it is." in offered.text
        assert "1 price changed, 1 product added" in offered.text
        assert "Cup: €14.00 → €16.00" in offered.text
        assert "Line 1\nLeft out, because the catalog has no place for it: shelf." in offered.text
        assert kit.settings.catalog.read_bytes() == old
        await marta.tap(offered, "Update the catalog")
        done = await marta.wait_for("Saved in the catalog.")
        assert kit.shop.current.catalog.product("tray") is not None  # type: ignore[arg-type]
        await marta.tap(done, "Bring the old one back")
        await marta.wait_for("1 product removed")
        assert kit.settings.catalog.read_bytes() == old


async def test_what_a_table_leaves_open_is_asked_once(tmp_path: Path) -> None:
    """Both readings are buttons; the answer holds for all cells, and days are asked about next."""
    async with open_market(tmp_path) as (kit, _):
        marta = kit.person("Marta")
        old = kit.settings.catalog.read_bytes()
        table = (
            b"id;name;category;price;sale_price;sale_from\n"
            b"tray;Tray;cups;1.400;;\nvase;Vase;cups;2.500;1.250;1/2/2026\n"
        )
        await marta.upload(table, "goods.csv", mime="text/csv")
        asked = await marta.wait_for("What does 1.400 mean here?")
        assert "Line 2 · \u2068price\u2069" in asked.text
        assert "3 cells can be read in two ways." in asked.text
        assert labels(asked)[:2] == ["1.400 is €1.40", "1.400 is €1,400.00"]
        await marta.tap(asked, "1.400 is €1,400.00")
        days = await marta.wait_for("What does 1/2/2026 mean here?")
        await marta.tap(days, "1/2/2026 is 2026-02-01")
        offered = await marta.wait_for("The table you sent is fine.")
        assert kit.settings.catalog.read_bytes() == old
        await marta.tap(offered, "Update the catalog")
        await marta.wait_for("Saved in the catalog.")
        tray, vase = (kit.shop.current.catalog.product(ProductId(one)) for one in ("tray", "vase"))
        assert tray is not None
        assert vase is not None
        assert vase.sale is not None
        assert (str(tray.price), str(vase.sale.price)) == ("1400.00 EUR", "1250.00 EUR")


async def test_a_tap_does_what_was_shown_or_nothing(tmp_path: Path) -> None:
    """A price that another owner set meanwhile is not put back by a file from before it."""
    async with open_market(tmp_path) as (kit, _):
        marta = kit.person("Marta")
        await marta.upload(b"id;stock\ncup;3\n", "goods.csv", mime="text/csv")
        offered = await marta.wait_for("The table you sent is fine.")
        await marta.write("/price cup 15")
        await marta.wait_for("Saved in the catalog.")
        dearer = kit.settings.catalog.read_bytes()
        tap = await marta.tap(offered, "Update the catalog")
        assert "has changed since" in ((await tap.answer()).text or "")
        assert kit.settings.catalog.read_bytes() == dearer
        await marta.upload(b"id;stock\ncup;3\n", "goods.csv", mime="text/csv")
        await marta.tap(await marta.wait_for("1 stock number changed"), "Update the catalog")
        await marta.wait_for("Saved in the catalog.")
        cup = kit.shop.current.catalog.product(ProductId("cup"))
        assert cup is not None
        assert (str(cup.price), cup.stock) == ("15.00 EUR", 3)


async def test_what_is_said_of_many_rows_of_a_table_is_said_once(tmp_path: Path) -> None:
    """The counts that differ with their number, a remark with its lines, and what a tap does."""
    async with open_market(tmp_path) as (kit, _):
        marta = kit.person("Marta")
        await marta.upload(b"id;stock\nmug;5\njug;7\n", "goods.csv", mime="text/csv")
        offered = await marta.wait_for("The table you sent is fine.")
        assert "2 counts of stock differ from the shop’s own:\nmug: counted 2" in offered.text
        assert labels(offered)[:2] == [
            "Update, keep the stock as it is",
            "Update, stock from the table",
        ]
        rows = [f'simple,Bowl {n},1,5,"Cups, Home"' for n in range(2, 16)]
        table = "\n".join(["Type,Name,Published,Regular price,Categories", *rows])
        await marta.upload(table.encode(), "export.csv", mime="text/csv")
        offered = await marta.wait_for("14 products added")
        lines = "Lines 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13 … · \u2068Categories\u2069\n"
        assert offered.text.count("Categories") == 1
        assert lines in offered.text


async def test_the_buttons_of_a_table_before_the_last_do_nothing(tmp_path: Path) -> None:
    """Another was sent since: an answer is never one about another table."""
    async with open_market(tmp_path) as (kit, _):
        marta = kit.person("Marta")
        old = kit.settings.catalog.read_bytes()
        await marta.upload(b"id;price\ncup;1.400\n", "goods.csv", mime="text/csv")
        first = await marta.wait_for("What does 1.400 mean here?")
        await marta.upload(b"id;price\ncup;1.500\n", "goods.csv", mime="text/csv")
        await marta.wait_for("What does 1.500 mean here?")
        tap = await marta.tap(first, "1.400 is €1.40")
        assert (await tap.answer()).text == "That file is no longer waiting. Please send it again."
        assert kit.settings.catalog.read_bytes() == old


async def test_a_table_that_cannot_be_read_changes_nothing(tmp_path: Path) -> None:
    """An amount that is none is told by its line, and a workbook what it lacks."""
    async with open_market(tmp_path) as (kit, _):
        marta = kit.person("Marta")
        old = kit.settings.catalog.read_bytes()
        await marta.upload(b"id;price\ncup;on request\n", "goods.csv", mime="text/csv")
        shown = await marta.wait_for("The file you sent has 1 error.")
        told = "on request cannot be read here. Write it like 12.50."
        assert f"Line 2 · \u2068price\u2069\n{told}" in shown.text
        await marta.upload(b"id;price;was\ncup;9,00;7,00\n", "goods.csv", mime="text/csv")
        await marta.wait_for("Line 2 · \u2068cup › was\u2069\nThe old price €7.00 is not above")
        await marta.upload(b"PK\x03\x04", "goods.xlsx", mime="application/zip")
        await marta.wait_for("Save it as CSV")
        await kit.person("Alice").upload(b"id;price\ncup;1\n", "goods.csv", mime="text/csv")
        await kit.person("Alice").wait_for("can’t do anything with this")
        assert kit.settings.catalog.read_bytes() == old


async def test_an_owner_stops_counting_in_their_own_language(tmp_path: Path) -> None:
    """The word that the German question names is taken, and so is the English one."""
    async with open_market(tmp_path) as (kit, _):
        marta = kit.person("Marta")
        await marta.write("/language")
        await marta.tap(await marta.wait_for("Which language"), "Deutsch")
        await marta.write("/stock cup 4")
        await marta.wait_for("noch 4 da")
        await marta.write("/stock cup Immer")
        await marta.wait_for("immer verfügbar")
        await marta.write("/stock cup 4")
        await marta.wait_for("noch 4 da")
        await marta.write("/stock cup always")
        await marta.wait_for("immer verfügbar")

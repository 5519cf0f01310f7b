"""Quick edits as people type and send them on a phone: capitals, missing slashes, slips, files."""

from __future__ import annotations

from pathlib import Path

import pytest

from kit import ROOT
from kit.patience import PATIENCE
from tests.chat.market import entries, open_market
from tests.chat.owner_steps import labels

PICTURE = (ROOT / "photos" / "house-blend.jpg").read_bytes()


@pytest.mark.parametrize(
    "typed",
    ["/price Blend large 41,50", "/price BLEND/Large 41.50 €", "/price  blend/large   €41.50"],
)
async def test_a_product_is_understood_as_phones_write_it(tmp_path: Path, typed: str) -> None:
    """A capital at the beginning, a space for the slash, a comma, the currency: all mean one."""
    async with open_market(tmp_path) as (kit, _):
        marta = kit.person("Marta")
        await marta.write(typed)
        shown = await marta.wait_for("1 price changed")
        assert "blend/large: €41.50" in shown.text


async def test_a_slip_in_a_products_name_is_answered_with_what_is_near(tmp_path: Path) -> None:
    """One tap then leads to what was meant; nothing was changed."""
    async with open_market(tmp_path) as (kit, _):
        marta = kit.person("Marta")
        before = kit.settings.catalog.read_bytes()
        for typed in ("/price blnd 12", "/stock blend-x 12"):
            await marta.write(typed)
            shown = await marta.wait_for("Choose it under /goods")
            assert labels(shown)[0].startswith("Blend")
        await marta.tap(shown, "Blend")
        await marta.wait_for("blend/large: €39.00")
        assert kit.settings.catalog.read_bytes() == before


async def test_a_price_that_nothing_is_sold_at_is_not_taken(tmp_path: Path) -> None:
    """Where every size has its own price, the owner is told which ones to change."""
    catalog = entries()
    catalog["products"][0]["options"][0]["values"][0]["price"] = "12.50"
    async with open_market(tmp_path, catalog) as (kit, _):
        marta = kit.person("Marta")
        before = kit.settings.catalog.read_bytes()
        await marta.write("/price blend 13")
        told = await marta.wait_for("has a price of its own")
        assert "blend/small, blend/large" in told.text
        assert kit.settings.catalog.read_bytes() == before


@pytest.mark.parametrize(("kind", "name"), [("photo", "x.jpg"), ("document", "IMG_0001.JPG")])
async def test_a_picture_arrives_however_it_was_sent(tmp_path: Path, kind: str, name: str) -> None:
    """As a photo or as a file, with its caption as a phone writes it."""
    async with open_market(tmp_path) as (kit, _):
        marta = kit.person("Marta")
        await marta.upload(PICTURE, name=name, kind=kind, mime="image/jpeg", caption="Cup ")
        await marta.wait_for("Saved in the catalog")
        (picture,) = (tmp_path / "photos").glob("cup-*.jpg")
        assert f'"photos/{picture.name}"' in kit.settings.catalog.read_text(encoding="utf-8")
        ann = kit.person("Alice")
        await ann.start("p_cup")
        assert (await ann.wait_for("€14.00")).has_photo


async def test_a_broken_file_is_sent_as_it_lies_there(tmp_path: Path) -> None:
    """With its faults under it, so that it can be mended on the phone and sent back."""
    async with open_market(tmp_path) as (kit, _):
        marta = kit.person("Marta")
        await marta.start()
        path = kit.settings.catalog
        broken = path.read_bytes().replace(b'"14.00"', b'"14.005"')
        path.write_bytes(broken)
        await marta.write("/catalog")
        sent = await marta.wait_for("Correct this file")
        assert "14.005 has too many decimals" in sent.text
        assert "Line 1" in sent.text
        file = await kit.running.chat.bot.get_file(sent.raw["document"]["file_id"])
        assert bytes(await file.download_as_bytearray()) == broken


async def test_among_many_goods_a_word_finds_one(tmp_path: Path) -> None:
    """Its id opens it, a word lists what fits; what can be written is shown by the owner's own."""
    async with open_market(tmp_path) as (kit, _):
        marta = kit.person("Marta")
        await marta.write("/goods")
        listed = await marta.wait_for("Your goods")
        assert "/price blend 12.90" in listed.text
        assert "/stock blend/small +20" in listed.text
        await marta.write("/goods jug")
        await marta.wait_for("Stock: 0 left")
        await marta.write("/goods Cups")
        found = await marta.wait_for("What I found for “Cups”")
        assert [label.split(" · ")[0] for label in labels(found)[:1]] == ["Cup"]
        await marta.tap(found, "Cup · ")
        await marta.wait_for("Price: €14.00")


async def test_an_edit_that_would_break_the_file_says_why_and_saves_nothing(
    tmp_path: Path,
) -> None:
    """The file is good: it is the edit that is not; where the file is broken, that is told."""
    async with open_market(tmp_path) as (kit, _):
        marta, path = kit.person("Marta"), kit.settings.catalog
        before = path.read_bytes()
        await marta.write("/price cup 10000000000")
        told = await marta.wait_for("Nothing was saved.")
        assert "at most €9,999,999,999.99" in told.text
        assert "catalog.json" not in told.text
        assert path.read_bytes() == before
        path.write_bytes(before[:-1])
        await marta.wait_for("catalog.json has 1 error.", timeout=PATIENCE)
        await marta.write("/price cup 15")
        told = await marta.wait_for("catalog.json has 1 error.")
        assert "is closed. Put }" in told.text

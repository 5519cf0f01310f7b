"""``check``: every fault with its line and exit code 1, or what the shop is and 0."""

from __future__ import annotations

import io
import json
import re
import shutil
from pathlib import Path

import pytest
from rich.console import Console

from bot.cli.refusals import print_faults
from bot.locales import Languages
from bot.ports.catalog import CatalogFaultsError
from tests.catalog_file.gallery import GALLERY
from tests.catalog_file.samples import changed, read
from tests.cli.conftest import ROOT, Bot


def _shop(folder: Path, *changes: tuple[str, str]) -> Path:
    shutil.copytree(ROOT / "photos", folder / "photos", ignore=shutil.ignore_patterns("source"))
    text = (ROOT / "catalog.json").read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    file = folder / "catalog.json"
    file.write_text(text, encoding="utf-8")
    return file


async def test_a_sound_catalog_is_summed_up(bot: Bot, tmp_path: Path) -> None:
    """The shop that comes with the program is sound and says what it sells."""
    _shop(tmp_path)
    ended = await bot("check")
    lines = [" ".join(line.split()) for line in ended.out.decode().splitlines()]

    assert (ended.code, ended.err) == (0, "")
    assert lines == [
        "catalog.json is fine.",
        "Shop Café Lume",
        "Products 18 (categories: 4, variants: 48, pictures: 21)",
        "Hidden 1",
        "Sold out 1",
        "Prices €5.80 to €89.00",
        "Languages ar, de, en, es, fr, pt, ru",
    ]


async def test_goods_that_nothing_brings_to_people_are_noted(bot: Bot, tmp_path: Path) -> None:
    """Pick-up alone is a way; neither is a note, and no fault: services are sold so."""
    file = _shop(tmp_path)
    shop = json.loads(file.read_text(encoding="utf-8"))
    del shop["checkout"]["shipping"]
    said = []
    for pickup in ("Rua Nova 1, 9 to 17", None):
        shop["checkout"]["pickup"] = pickup
        if pickup is None:
            del shop["checkout"]["pickup"]
        file.write_text(json.dumps(shop), encoding="utf-8")
        ended = await bot("check", "catalog.json")
        said.append((ended.code, ended.out.decode().splitlines()[0]))

    assert said == [
        (0, "catalog.json is fine."),
        (
            0,
            (
                "catalog.json: note: There is neither delivery nor pick-up: nobody is asked for "
                "an address, and nobody is told how to get what they paid for. If you send your "
                "goods, write checkout: shipping into the file; if they are fetched, checkout: "
                "pickup. For services, or for what you hand over yourself, it may stay so."
            ),
        ),
    ]


async def test_the_file_of_the_settings_is_checked(bot: Bot, tmp_path: Path) -> None:
    """As every other command finds it; one that is named goes before it."""
    _shop(tmp_path).rename(tmp_path / "goods.json")
    (tmp_path / ".env").write_text("CATALOG=goods.json\n", encoding="utf-8")

    found, named = await bot("check"), await bot("check", "catalog.json")

    assert (found.code, found.out.split(b"\n")[0]) == (0, b"goods.json is fine.")
    assert (named.code, b"There is no such file" in named.out) == (1, True)


async def test_every_fault_is_told_with_its_line_and_what_would_be_right(
    bot: Bot, tmp_path: Path
) -> None:
    """Three mistakes at once: three lines, a count, and exit code 1."""
    file = _shop(
        tmp_path,
        ('"price": "9.50", "photos"', '"price": "9.505", "photos"'),
        ('"max_per_order": 6', '"max_per_oder": 6'),
        ("photos/guji.jpg", "photos/gujji.jpg"),
    )
    ended = await bot("check", file)
    lines = ended.out.decode().splitlines()

    assert (ended.code, ended.err) == (1, "")
    assert [re.sub(r".*catalog\.json:\d+:\d+: ", "", line) for line in lines] == [
        (
            'products[0].price: 9.505 has too many decimals for EUR: write "9.50" or "9.51", '
            'or "9505" if you mean €9,505.00.'
        ),
        (
            'products[0].max_per_oder: The shop does not know "max_per_oder". '
            'Did you mean "max_per_order"?'
        ),
        (
            'products[1].photos[0]: There is no picture "photos/gujji.jpg" in the catalog’s '
            "folder. Is it spelt exactly like this, with the same capital and small letters?"
        ),
        "3 errors. The shop would carry on with its last good catalog.",
    ]


async def test_a_missing_file_is_told_and_is_no_crash(bot: Bot) -> None:
    """The file that is not there is named."""
    ended = await bot("check", "nowhere.json")

    assert ended.code == 1
    assert "nowhere.json" in ended.text
    assert "Traceback" not in ended.text


@pytest.mark.parametrize("language", ["en", "de", "ar"])
def test_every_kind_of_fault_can_be_printed(language: str) -> None:
    """Whatever a fault carries, it becomes one line in every language."""
    texts = Languages.load().texts(language)
    for kind, old, new, line, column in GALLERY:
        printed = io.StringIO()
        with pytest.raises(CatalogFaultsError) as caught:
            read(changed(old, new))
        faults = [fault for fault in caught.value.faults if fault.kind == kind]
        print_faults(Console(file=printed, width=10_000), "c.json", faults, texts)

        assert printed.getvalue().startswith(f"c.json:{line}:{column}: "), kind
        assert printed.getvalue().count("\n") == len(faults), kind


async def test_a_schema_that_cannot_be_written_is_told(bot: Bot) -> None:
    """No such folder: said in a line."""
    ended = await bot("schema", "none/catalog.schema.json")

    assert ended.code == 1
    assert ended.err == (
        "This cannot be done right now: none/catalog.schema.json cannot be written: "
        "No such file or directory.\n"
    )

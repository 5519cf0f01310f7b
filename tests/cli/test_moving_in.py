"""``import`` and ``sheet``: what is said, what is written, and how they end."""

from __future__ import annotations

import asyncio
import json
import os
import pty
import re
import sys
from pathlib import Path

from bot.catalog_file.edit import set_stock
from kit.patience import PATIENCE
from tests.cli.conftest import ROOT, Bot
from tests.moving_in.samples import SHOPIFY

LINKS = "--links"


async def test_a_shop_moves_in_with_one_command(bot: Bot, tmp_path: Path) -> None:
    """No token and no key; what could not be taken is listed, and the file is sound."""
    table = tmp_path / "products.csv"
    table.write_text(SHOPIFY, encoding="utf-8")

    ended = await bot("import", table, LINKS, catalog="my-shop.json")

    assert ended.code == 0, ended.text
    assert ended.err.splitlines() == [
        (
            "The table names no currency; its prices are taken to be in EUR. "
            "Use --currency for another."
        ),
        (
            "products.csv:1: note: Left out, because the catalog has no place for it: "
            "Product category, Tags."
        ),
        (
            "products.csv:6: note: Gift card: Left out: voucher is a gift card, and Telegram lets "
            "bots sell digital goods only for Telegram Stars."
        ),
        "2 products added",
        "+ Fox Tee",
        "+ Mug",
        "my-shop.json has been written. Products in it: 2.",
        (
            "my-shop.json is new. Write in it the shop’s name (shop: name) and how goods get to "
            "people (checkout: shipping or checkout: pickup); without checkout: shipping, nobody "
            "is asked for an address."
        ),
    ]
    assert (await bot("check", "my-shop.json")).code == 0


async def test_a_picture_that_was_not_fetched_is_told_with_what_becomes_of_it(
    bot: Bot, tmp_path: Path
) -> None:
    """A link with https may stand in the file, another one may not."""
    (tmp_path / "goods.csv").write_text(
        "id,name,price,photo1,photo2\n"
        "mug,Mug,9.00,https://127.0.0.1/front.jpg,http://127.0.0.1/back.jpg\n",
        encoding="utf-8",
    )

    ended = await bot("import", "goods.csv", "--pictures")

    reason = "(no public address)"
    assert set(ended.err.splitlines()) >= {
        f"This picture stays a link: https://127.0.0.1/front.jpg {reason}",
        (
            f"This picture is left out: http://127.0.0.1/back.jpg {reason}. "
            "Its link does not begin with https://."
        ),
    }
    (mug,) = json.loads((tmp_path / "catalog.json").read_bytes())["products"]
    assert (mug.get("photo"), mug.get("photos")) == ("https://127.0.0.1/front.jpg", None)


async def test_the_same_import_again_changes_nothing(bot: Bot, tmp_path: Path) -> None:
    """It says so, and the file is the same."""
    (tmp_path / "products.csv").write_text(SHOPIFY, encoding="utf-8")
    await bot("import", "products.csv", LINKS)
    written = (tmp_path / "catalog.json").read_bytes()

    ended = await bot("import", "products.csv", LINKS)

    assert ended.code == 0
    assert ended.err.splitlines()[-1] == "catalog.json already says all this."
    assert (tmp_path / "catalog.json").read_bytes() == written


async def test_an_amount_with_two_readings_is_refused_by_line(bot: Bot, tmp_path: Path) -> None:
    """Nobody can be asked here: nothing is written, and the line is named."""
    (tmp_path / "goods.csv").write_text("id;name;price\na;A;9\nb;B;1.400\n", encoding="utf-8")

    ended = await bot("import", "goods.csv", "--currency", "eur")

    assert ended.code == 1
    assert ended.err.splitlines() == [
        (
            "goods.csv:3:1: price: 1.400 could be €1.40 or €1,400.00. Write it so that it can only "
            "be one: with nothing between thousands, or with two decimals."
        ),
        "Nothing was changed. Fix these first: 1.",
    ]
    assert not (tmp_path / "catalog.json").exists()


async def test_the_currency_is_the_files_own(bot: Bot, tmp_path: Path) -> None:
    """Another one is refused; with none said, the present file's counts."""
    (tmp_path / "goods.csv").write_text("id,name,price\na,A,950\n", encoding="utf-8")
    await bot("import", "goods.csv", "--currency", "JPY")

    other = await bot("import", "goods.csv", "--currency", "EUR")
    same = await bot("import", "goods.csv")

    assert json.loads((tmp_path / "catalog.json").read_text("utf-8"))["shop"]["currency"] == "jpy"
    assert other.code == 1
    assert other.err.startswith("catalog.json sells in JPY, but --currency says EUR.")
    assert (same.code, same.err) == (0, "catalog.json already says all this.\n")


async def test_prices_and_stock_alone_are_changed_where_that_is_asked(
    bot: Bot, tmp_path: Path
) -> None:
    """``--update`` adds nothing and renames nothing; what the file lacks is listed."""
    file = tmp_path / "goods.csv"
    file.write_text("id,name,price,stock\na,A,9.50,3\n", encoding="utf-8")
    await bot("import", "goods.csv", "--currency", "eur")
    file.write_text("id,name,price,stock\na,New name,9.00,5\nb,B,1,1\n", encoding="utf-8")

    ended = await bot("import", "goods.csv", "--update")
    products = json.loads((tmp_path / "catalog.json").read_text("utf-8"))["products"]

    assert ended.code == 0
    assert "goods.csv:3: note: Left out, because the catalog file does not have it: b" in ended.err
    assert [(one["id"], one["name"], one["price"], one["stock"]) for one in products] == [
        ("a", "A", "9.00", 5)
    ]


async def test_a_new_category_is_called_one(bot: Bot, tmp_path: Path) -> None:
    """It is no setting of the shop."""
    table = tmp_path / "goods.csv"
    table.write_text("id,name,category,price\na,A,Tea,1\n", encoding="utf-8")
    await bot("import", "goods.csv", "--currency", "eur")
    table.write_text("id,name,category,price\nb,B,Mugs,1\n", encoding="utf-8")

    ended = await bot("import", "goods.csv")

    assert ended.err.startswith("1 product added, categories changed\n+ B\n+ Mugs\n")


async def test_an_update_needs_a_file(bot: Bot, tmp_path: Path) -> None:
    """With none there is nothing to update."""
    (tmp_path / "goods.csv").write_text("id,price\na,9\n", encoding="utf-8")

    ended = await bot("import", "goods.csv", "--update")

    assert ended.code == 1
    assert ended.err.startswith("There is no catalog.json whose prices and stock could be updated.")


async def test_a_table_that_is_not_there_is_told(bot: Bot, tmp_path: Path) -> None:
    """A line that says where it was looked for, which is the shop's folder, and no traceback."""
    (tmp_path / "shop").mkdir()

    ended = await bot("import", "nowhere.csv", "--shop", "shop")

    assert (ended.code, ended.err) == (
        1,
        f"{tmp_path / 'shop' / 'nowhere.csv'} cannot be read: No such file or directory.\n",
    )


async def test_remarks_stand_in_the_tables_order(bot: Bot, tmp_path: Path) -> None:
    """Each with all of its lines, by the first of them."""
    table = "id,name,price\na,A,0\nb,,1\nc,C,0\nd,D,1\n"
    (tmp_path / "goods.csv").write_text(table, encoding="utf-8")

    ended = await bot("import", "goods.csv", "--currency", "eur")
    told = re.findall(r"goods.csv:([0-9, ]+): note: (\w+)", ended.err)

    assert told == [("2", "price"), ("3", "Left"), ("4", "price")]


async def test_goods_go_out_as_a_table_and_come_back(bot: Bot, tmp_path: Path) -> None:
    """A changed cell changes its value, and a table that exists is left alone."""
    (tmp_path / "products.csv").write_text(SHOPIFY, encoding="utf-8")
    await bot("import", "products.csv", LINKS)

    out = await bot("sheet", "goods.csv", "--decimal-comma")
    twice = await bot("sheet", "goods.csv")
    table = (tmp_path / "goods.csv").read_text("utf-8")
    assert table.count("12,00") == 1
    (tmp_path / "goods.csv").write_text(
        table.replace("12,00", "12,50"), encoding="cp1252", errors="ignore"
    )
    back = await bot("import", "goods.csv")

    assert (out.code, twice.code) == (0, 1)
    assert twice.err.startswith("goods.csv already exists")
    assert back.err.splitlines()[0] == "1 price changed"
    assert (
        json.loads((tmp_path / "catalog.json").read_text("utf-8"))["products"][1]["price"]
        == "12.50"
    )


async def _answered(folder: Path, answers: str, *arguments: str) -> tuple[int, str]:
    """Call a command at a terminal where somebody has typed; return its code and what it said."""
    ours, theirs = pty.openpty()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", *arguments,
        cwd=folder,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "LANG": "en_GB.UTF-8"},
        stdin=theirs, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    try:
        os.write(ours, answers.encode())
        out, _ = await asyncio.wait_for(process.communicate(), PATIENCE)
    finally:
        os.close(ours)
        os.close(theirs)
    assert process.returncode is not None
    return process.returncode, out.decode().replace("\N{NO-BREAK SPACE}", " ")


async def test_at_a_terminal_it_asks_what_it_cannot_know(tmp_path: Path) -> None:
    """The currency, what 1.400 means, and whether to write; each once."""
    table = "id;name;price\na;A;1.400\nb;B;2.500\n"
    (tmp_path / "goods.csv").write_text(table, encoding="utf-8")

    code, said = await _answered(tmp_path, "CHF\ny\ny\n", "import", "goods.csv")
    whole = json.loads((tmp_path / "catalog.json").read_text("utf-8"))

    assert code == 0, said
    assert "Which one are the prices in?" in said
    assert said.count("Is it CHF 1,400.00? If not, it is CHF 1.40") == 1
    assert "Write this to catalog.json?" in said
    assert whole["shop"]["currency"] == "chf"
    assert [one["price"] for one in whole["products"]] == ["1400.00", "2500.00"]


async def test_a_no_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    """The difference was shown; nothing is written, and the code says so."""
    (tmp_path / "goods.csv").write_text("id,name,price\na,A,9.50\n", encoding="utf-8")

    code, said = await _answered(tmp_path, "n\n", "import", "goods.csv", "--currency", "eur")

    assert code == 1
    assert "1 product added" in said
    assert said.endswith("catalog.json was left as it is.\n")
    assert not (tmp_path / "catalog.json").exists()


async def test_what_was_changed_while_it_asked_is_kept(tmp_path: Path) -> None:
    """The shop counted anew meanwhile: the difference is made of that, and asked about again."""
    catalog, table = tmp_path / "catalog.json", "id,name,price\na,A,9.50\n"
    (tmp_path / "goods.csv").write_text(table, encoding="utf-8")
    await _answered(tmp_path, "y\n", "import", "goods.csv", "--currency", "eur")
    (tmp_path / "goods.csv").write_text(table.replace("9.50", "9.90"), encoding="utf-8")
    ours, theirs = pty.openpty()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "import", "goods.csv",
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "LANG": "en_GB.UTF-8"},
        stdin=theirs, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    said = process.stdout
    assert said is not None
    try:
        async with asyncio.timeout(PATIENCE):
            await said.readuntil(b"Write this to")
            catalog.write_bytes(set_stock(catalog.read_bytes(), "a", 25))
            os.write(ours, b"y\n")
            again = await said.readuntil(b"Write this to")
            os.write(ours, b"y\n")
            await process.communicate()
    finally:
        os.close(ours)
        os.close(theirs)
    assert "catalog.json was changed in the meantime" in again.decode()
    product = json.loads(catalog.read_bytes())["products"][0]
    assert (process.returncode, product["price"], product["stock"]) == (0, "9.90", 25)

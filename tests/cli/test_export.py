"""The export command over real databases."""

from __future__ import annotations

import asyncio
import codecs
import csv
import io
import tracemalloc
from datetime import date
from pathlib import Path

import pytest
from rich.console import Console

from bot.cli.export import ExportOptions, export
from bot.domain.errors import RefusedError, TransientError
from bot.domain.order import ChatId, OrderState
from bot.locales import Languages
from bot.ports import Transaction
from bot.shop.orders.export import COLUMNS
from bot.store.sqlite import SqliteStore, open_store
from kit.samples import BEANS, NOW, give_up, new_order, order_line, place, place_next, sell
from tests.cli.conftest import Bot

ROOT = Path(__file__).parents[2]
TEXTS = Languages.load().texts("en")
DAY = 86400


async def _shop(path: Path) -> None:
    """Sell on three days (the catalog's zone is Lisbon's), and give one order up."""

    def work(tx: Transaction) -> None:
        tx.catalogs.save((ROOT / "catalog.json").read_bytes(), "f", NOW)
        tx.stock.count(BEANS, None, NOW)
        for day in range(3):
            order = new_order(1001 + day, ChatId(11), (order_line(),), NOW + day * DAY)
            place(tx, order)
            tx.orders.attach(order.id, f"cs_{day}", None, order.placed_at)  # type: ignore[arg-type]
            tx.orders.transition(order.id, OrderState.EXPIRED, now=order.placed_at)
        for day in range(3):
            sell(tx, ChatId(20 + day))
        give_up(tx, place_next(tx, ChatId(40)), OrderState.CANCELLED)

    async with await open_store(path) as store:
        await store.write(work)


def _rows(written: bytes) -> list[dict[str, str]]:
    assert written.startswith(codecs.BOM_UTF8)
    return list(csv.DictReader(io.StringIO(written.decode("utf-8-sig"))))


async def test_a_table_of_what_was_paid(bot: Bot, tmp_path: Path) -> None:
    """By a real process: a new file that a spreadsheet knows as UTF-8, for its owner alone."""
    await _shop(tmp_path / "shop.sqlite3")
    ended = await bot("export", "sales.csv", "--database", "shop.sqlite3")

    target = tmp_path / "sales.csv"
    rows = _rows(_content(target))
    assert (ended.code, ended.out) == (0, b"")
    assert "sales.csv holds 3 orders." in ended.err
    assert [one["state"] for one in rows] == ["paid"] * 3
    assert tuple(rows[0]) == COLUMNS
    assert rows[0]["placed_utc"][11:13] != rows[0]["placed_local"][11:13]
    assert _mode(target) == 0o600


async def test_days_choose_orders_and_the_table_can_be_piped(bot: Bot, tmp_path: Path) -> None:
    """``--from`` and ``--to`` are whole days; with no file the table goes to standard output."""
    await _shop(tmp_path / "shop.sqlite3")
    ended = await bot(
        "export",
        "--all",
        "--from",
        "2026-09-22",
        "--to",
        "2026-09-22",
        "--database",
        "shop.sqlite3",
    )

    assert ended.code == 0
    assert [one["order"] for one in _rows(ended.out)] == ["1002"]
    assert ended.err == ""


async def test_amounts_are_written_as_the_reader_does(bot: Bot, tmp_path: Path) -> None:
    """As asked for; else by the terminal's language."""
    await _shop(tmp_path / "shop.sqlite3")
    options = ("--database", "shop.sqlite3")
    asked = await bot("export", "--decimal-comma", *options)
    pinned = await bot("export", "--decimal-point", *options, LANG="pt_PT.UTF-8")
    spoken = await bot("export", *options, LANG="pt_PT.UTF-8")

    assert b";12,50;" in asked.out
    assert b";12,50;" in spoken.out
    assert b",12.50," in pinned.out


async def test_headers_and_states_are_in_the_readers_language(bot: Bot, tmp_path: Path) -> None:
    """In English they are what programs have always read."""
    await _shop(tmp_path / "shop.sqlite3")
    options = ("export", "--all", "--decimal-point", "--database", "shop.sqlite3")
    english, german = await bot(*options), await bot(*options, LANG="de_DE.UTF-8")

    assert tuple(_rows(english.out)[0]) == COLUMNS
    assert {one["state"] for one in _rows(english.out)} == {"expired", "paid", "cancelled"}
    assert {one["Stand"] for one in _rows(german.out)} == {"abgelaufen", "bezahlt", "storniert"}
    assert {one["Modus"] for one in _rows(german.out)} == {"Test"}


def test_a_terminal_shows_how_far_it_is(tmp_path: Path) -> None:
    """A bar counts the orders on standard error, and goes when it is done; a pipe shows none."""
    asyncio.run(_shop(tmp_path / "shop.sqlite3"))
    terminal, pipe = io.StringIO(), io.StringIO()
    database = tmp_path / "shop.sqlite3"
    export(
        ExportOptions(str(database), tmp_path / "a.csv"),
        Console(file=terminal, force_terminal=True, width=80),
        TEXTS,
    )
    export(ExportOptions(str(database), tmp_path / "b.csv"), Console(file=pipe), TEXTS)

    assert "7/7" in terminal.getvalue()
    assert pipe.getvalue().strip() == f"{tmp_path / 'b.csv'} holds 3 orders."


async def test_what_cannot_be_is_said(bot: Bot, tmp_path: Path) -> None:
    """No database, and an unknown day: a word, code 1 or 2, and no file."""
    nothing = await bot("export", "sales.csv", "--database", "none.sqlite3")
    unknown_day = await bot("export", "sales.csv", "--from", "soon", "--database", "none.sqlite3")

    assert (nothing.code, unknown_day.code) == (1, 2)
    assert "There is no database at none.sqlite3." in nothing.err
    assert _names(tmp_path) == []


def _export(folder: Path, **options: object) -> int:
    chosen = ExportOptions(folder / "shop.sqlite3", folder / "sales.csv", **options)  # type: ignore[arg-type]
    return export(chosen, Console(file=io.StringIO()), TEXTS)


def test_a_file_that_exists_is_left_alone(tmp_path: Path) -> None:
    """Yesterday's table is not written over."""
    (tmp_path / "sales.csv").write_text("precious")
    with pytest.raises(RefusedError, match=r"export\.exists"):
        _export(tmp_path)
    assert (tmp_path / "sales.csv").read_text() == "precious"


def test_days_the_wrong_way_round_are_refused(tmp_path: Path) -> None:
    """An empty table would look like no sales."""
    with pytest.raises(RefusedError, match=r"export\.backwards"):
        _export(tmp_path, first=date(2026, 2, 1), last=date(2026, 1, 1))
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    """The reason is the system's own."""
    with pytest.raises(TransientError, match="No such file"):
        _export(tmp_path / "gone")


async def _many(store: SqliteStore, first: int, count: int) -> None:
    def work(tx: Transaction) -> None:
        for number in range(first, first + count):
            order = new_order(number, ChatId(number), (order_line(),))
            place(tx, order)
            give_up(tx, order, OrderState.EXPIRED)

    await store.write(work)


async def test_memory_does_not_grow_with_the_orders(tmp_path: Path) -> None:
    """Four times as many orders take no more memory at the peak than a fifth more."""

    def peak(target: str) -> int:
        options = ExportOptions(str(tmp_path / "shop.sqlite3"), tmp_path / target, every=True)
        tracemalloc.start()
        try:
            export(options, Console(file=io.StringIO()), TEXTS)
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    async with await open_store(tmp_path / "shop.sqlite3") as store:
        await store.write(_count_beans)
        await _many(store, 1001, 1000)
        await asyncio.to_thread(peak, "warm.csv")
        small = await asyncio.to_thread(peak, "small.csv")
        await _many(store, 2001, 3000)
        large = await asyncio.to_thread(peak, "large.csv")

    assert _size(tmp_path / "large.csv") > 3.5 * _size(tmp_path / "small.csv")
    assert large < 1.2 * small


def _content(path: Path) -> bytes:
    return path.read_bytes()


def _size(path: Path) -> int:
    return path.stat().st_size


def _mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def _names(folder: Path) -> list[str]:
    return sorted(one.name for one in folder.iterdir())


def _count_beans(tx: Transaction) -> None:
    tx.stock.count(BEANS, None, NOW)

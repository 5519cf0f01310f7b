"""/export: the days that an owner means, a table as their spreadsheet reads it, packed if large."""

from __future__ import annotations

import csv
import io
import tracemalloc
import zipfile
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest

from bot.chat import parcel as parcels
from bot.chat.handlers.typed_days import days_of
from bot.chat.parcel import PACKED_FROM, parcel
from bot.domain.errors import RefusedError
from bot.locales import Languages
from kit import Kit, open_kit
from shop_sandbox.telegram import Shown
from tests.chat.market import open_market
from tests.chat.owner_steps import sold

TODAY = date(2026, 3, 15)
LANGUAGES = Languages.load()


async def content(kit: Kit, shown: Shown) -> bytes:
    """Return a document's bytes as Telegram keeps them."""
    file = await kit.running.chat.bot.get_file(shown.raw["document"]["file_id"])
    return bytes(await file.download_as_bytearray())


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        ("today", date(2026, 3, 15), date(2026, 3, 15)),
        (" Gestern ", date(2026, 3, 14), date(2026, 3, 14)),
        ("неделя", date(2026, 3, 9), date(2026, 3, 15)),
        ("aujourd'hui", date(2026, 3, 15), date(2026, 3, 15)),
        ("mois", date(2026, 2, 14), date(2026, 3, 15)),
        ("diesen Monat", date(2026, 3, 1), date(2026, 3, 15)),
        ("last month", date(2026, 2, 1), date(2026, 2, 28)),
        ("este año", date(2026, 1, 1), date(2026, 3, 15)),
        ("السنة الماضية", date(2025, 1, 1), date(2025, 12, 31)),
        ("1.3.2026", date(2026, 3, 1), None),
        ("01.01.2026 – 31.03.2026", date(2026, 1, 1), date(2026, 3, 31)),
        ("2026-01-01..2026-03-31", date(2026, 1, 1), date(2026, 3, 31)),
        ("all", None, None),
        ("2025", date(2025, 1, 1), date(2025, 12, 31)),
        ("2026-02", date(2026, 2, 1), date(2026, 2, 28)),
        ("2026-12", date(2026, 12, 1), date(2026, 12, 31)),
        ("2026-03-01", date(2026, 3, 1), None),
        ("2026-01-01 2026-03-31", date(2026, 1, 1), date(2026, 3, 31)),
    ],
)
def test_days_are_understood_as_they_are_typed(
    words: str, first: date | None, last: date | None
) -> None:
    """A word of any language, everything, a year, a month, a day, or from one to another."""
    assert days_of(words, TODAY, LANGUAGES) == (first, last)


@pytest.mark.parametrize(
    "words",
    [
        "march",
        "2026-13",
        "2026-3-1-1",
        "2026-03-31 2026-01-01",
        "9999-12",
        "0001",
        "3/4/2026",
        "31.2.2026",
    ],
)
def test_days_that_nobody_can_mean_are_asked_again(words: str) -> None:
    """With an example of what can be written; an empty table would look like no sales."""
    assert days_of(words, TODAY, LANGUAGES) is None


async def test_an_owner_gets_the_days_asked_for_in_their_own_decimals(tmp_path: Path) -> None:
    """A German spreadsheet reads 14,00 between semicolons, an English one 14.00 between commas."""
    async with open_market(tmp_path) as (kit, _):
        order = await sold(kit, kit.person("Alice"), "cup")
        marta = kit.person("Marta")
        month = f"{kit.shop.reports.today():%Y-%m}"
        await marta.write(f"/export {month}")
        table = (await content(kit, await marta.wait_for("1 paid order: "))).decode("utf-8-sig")
        (line,) = csv.DictReader(io.StringIO(table))
        assert (line["order"], line["total"]) == (str(order.id), "14.00")
        await marta.write("/export 2020-01")
        table = (await content(kit, await marta.wait_for("0 paid orders: "))).decode("utf-8-sig")
        assert len(table.splitlines()) == 1
        await marta.write("/export soon")
        await marta.wait_for("After /export I understand today, yesterday, week, month, all")
    jonas_id = str(kit.person("Jonas").id)
    async with open_kit(tmp_path, catalog=kit.settings.catalog, owner_ids=jonas_id) as again:
        jonas = again.person("Jonas")
        await jonas.write("/export all")
        shown = await jonas.wait_for("1 bezahlte Bestellung")
        table = (await content(again, shown)).decode("utf-8-sig")
        (line,) = csv.DictReader(io.StringIO(table), delimiter=";")
        assert (line["Gesamt"], line["Stand"], line["Modus"]) == ("14,00", "bezahlt", "Test")


async def lines(count: int) -> AsyncIterator[bytes]:
    """Yield a table of a size, in parts."""
    for number in range(count):
        yield b"%09d,%s\n" % (number, b"x" * 989) * 10


async def test_a_large_table_is_packed_and_takes_no_more_memory_than_what_is_sent() -> None:
    """A year's orders fit a chat; unpacked it is the very same table."""
    count = PACKED_FROM // 10_000 * 4
    tracemalloc.start()
    try:
        file = await parcel("orders.csv", lines(count))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert file.name == "orders.zip"
    assert peak < PACKED_FROM // 5
    with zipfile.ZipFile(io.BytesIO(file.content)) as packed:
        assert packed.namelist() == ["orders.csv"]
        assert packed.read("orders.csv") == b"".join([part async for part in lines(count)])


async def test_a_table_that_no_chat_takes_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The owner reads which command writes it to a file."""
    monkeypatch.setattr(parcels, "LARGEST", 100)
    with pytest.raises(RefusedError, match=r"owner\.table_large"):
        await parcel("orders.csv", lines(1))

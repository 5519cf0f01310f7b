"""Row 29: the database's file is deleted or replaced under a running shop."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.domain.errors import TransientError
from bot.domain.order import ChatId
from bot.store.sqlite.place import FileGoneError
from bot.store.sqlite.store import SqliteStore, open_store
from kit import Kit, open_kit
from kit.patience import PATIENCE


async def noted(store: SqliteStore, value: str) -> None:
    """Write something."""
    await store.write(lambda tx: tx.notes.set("mark", value))


def kept(path: Path) -> str | None:
    """Return what a program that comes later finds in the file."""
    with closing(sqlite3.connect(path)) as connection:
        row = connection.execute("SELECT value FROM notes WHERE name = 'mark'").fetchone()
    return None if row is None else str(row[0])


@pytest.mark.parametrize("suffix", ["", "-wal", "-shm"])
@pytest.mark.parametrize("how", ["deleted", "replaced"])
async def test_nothing_is_written_into_a_file_that_is_gone(
    tmp_path: Path, suffix: str, how: str
) -> None:
    """The next write is refused and its work not done; with the same file back it goes on."""
    path = tmp_path / "shop.sqlite3"
    async with await open_store(path) as store:
        await noted(store, "before")
        file = path.with_name(path.name + suffix)
        aside = tmp_path / "aside"
        file.rename(aside)
        if how == "replaced":
            shutil.copy(aside, file)
        ran: list[bool] = []
        with pytest.raises(FileGoneError, match=f"{file.name} was deleted or replaced"):
            await store.write(lambda _: ran.append(True))
        assert ran == []

        aside.replace(file)
        await noted(store, "after")
    assert kept(path) == "after"


async def test_without_the_look_it_is_written_into_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Control: SQLite itself goes on in a deleted file, and what was answered is lost."""
    monkeypatch.setattr("bot.store.sqlite.place.Place.demand", lambda _: None)
    path = tmp_path / "shop.sqlite3"
    async with await open_store(path) as store:
        path.unlink()
        await noted(store, "sold")
    async with await open_store(path) as store:
        assert await store.read(lambda tx: tx.notes.get("mark")) is None


async def test_a_copy_over_the_running_file_loses_nothing(tmp_path: Path) -> None:
    """`cp` writes into the same file: an older copy of it changes nothing that the log holds."""
    path, copy = tmp_path / "shop.sqlite3", tmp_path / "copy"
    async with await open_store(path) as store:
        await noted(store, "before")
        shutil.copy(path, copy)
        await noted(store, "between")
        with path.open("r+b") as there:
            there.write(copy.read_bytes())
        await noted(store, "after")
    assert kept(path) == "after"


@pytest.fixture
async def kit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Kit]:
    """Open a shop that looks often."""
    monkeypatch.setattr("bot.workers.database._EVERY", 0.05)
    async with open_kit(tmp_path) as kit:
        yield kit


async def ready(kit: Kit, wanted: bool) -> None:
    """Wait until /readyz says of the database what is wanted."""
    said, url = f'"database": {str(wanted).lower()}', f"{kit.running.web_url}/readyz"
    async with asyncio.timeout(PATIENCE):
        while said not in (await kit.get(url))[1]:  # noqa: ASYNC110 - asked over HTTP
            await asyncio.sleep(0.05)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "was deleted or replaced while the shop was running: put the same file back"),
        ("de", "wurde gelöscht oder ersetzt, während der Shop läuft: Leg dieselbe Datei zurück"),
    ],
)
async def test_owners_hear_why_in_their_own_language(kit: Kit, language: str, words: str) -> None:
    """The file is named, and what to do with it."""
    marta = kit.person("Marta")
    await marta.start()
    await marta.wait_for(lambda shown: shown.from_bot)
    await kit.shop.people.choose_language(ChatId(marta.id), language)
    path = Path(kit.settings.database)
    aside = shutil.move(path, f"{path}.aside")
    told = await marta.wait_for(words, since=0)
    assert str(path) in told.text
    shutil.move(aside, path)


async def test_a_shop_without_its_file_sells_nothing_and_says_so(kit: Kit, tmp_path: Path) -> None:
    """/readyz, the owner and the customer are told; with the file back it goes on by itself."""
    marta, alice = kit.person("Marta"), kit.person("Alice")
    await marta.start()
    await alice.start()
    path, aside = Path(kit.settings.database), tmp_path / "aside"
    shutil.move(path, aside)
    await ready(kit, False)
    await marta.wait_for(lambda shown: "The shop has stopped selling" in shown.text)
    with pytest.raises(TransientError):
        await kit.running.store.write(lambda tx: tx.notes.set("mark", "sold"))

    shutil.move(aside, path)
    await ready(kit, True)
    await marta.wait_for(lambda shown: "can write to its database again" in shown.text)
    await kit.running.store.write(lambda tx: tx.notes.set("mark", "sold"))

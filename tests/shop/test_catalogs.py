"""The catalog's file taken in: once when it changed, again while it is bad, never half."""

from __future__ import annotations

import hashlib
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.catalog_file.folder import CatalogFolder
from bot.catalog_file.reader import FolderReader
from bot.domain.catalog.model import ProductId
from bot.domain.errors import TransientError
from bot.domain.money import Money
from bot.ports.catalog import PictureFact
from bot.shop.catalog.catalogs import Catalogs, NoCatalogError
from bot.store.sqlite import SqliteStore, open_store
from kit import ROOT, JumpingClock
from tests.chat.market import entries, write


class LookedAt(CatalogFolder):
    """Counts how often a picture is looked at: once for each that a reading names."""

    looks = 0

    def picture(self, path: str) -> PictureFact | None:
        """Look at a picture."""
        self.looks += 1
        return super().picture(path)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    """An open store."""
    async with await open_store(tmp_path / "shop.sqlite3", busy_timeout=100) as opened:
        yield opened


async def test_an_unchanged_file_is_not_read_into_a_catalog_again(
    tmp_path: Path, store: SqliteStore
) -> None:
    """A look every few seconds costs a look at the bytes, however many products there are."""
    folder = LookedAt(write(tmp_path))
    catalogs = Catalogs(folder, FolderReader(folder), store, JumpingClock())
    current, _ = await catalogs.open_current()
    folder.looks = 0
    assert await catalogs.take_in(current) is None
    assert folder.looks == 0
    changed = entries()
    changed["products"][1]["price"] = "15.00"
    folder.path.write_text(json.dumps(changed), encoding="utf-8")
    taken = await catalogs.take_in(current)
    assert taken is not None
    assert taken.fresh
    assert await catalogs.take_in(current) is None


async def test_a_start_on_an_unchanged_file_reads_nothing(
    tmp_path: Path, store: SqliteStore
) -> None:
    """What the start before made of the file is kept with its text."""
    path = write(tmp_path)
    for looks in (4, 0):
        folder = LookedAt(path)
        catalogs = Catalogs(folder, FolderReader(folder), store, JumpingClock())
        current, reload = await catalogs.open_current()
        assert folder.looks == looks
        assert reload.fresh
        assert current.catalog.product(ProductId("cup")) is not None


async def _sold_before(tmp_path: Path, store: SqliteStore, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Sell "1.250" as an earlier program did, which took it for 1.25; return the file."""
    path = write(tmp_path)
    folder = CatalogFolder(path)
    source = path.read_bytes().replace(b'"14.00"', b'"1.250"')
    earlier = path.read_bytes().replace(b'"14.00"', b'"1.25"')
    path.write_bytes(earlier)
    with monkeypatch.context() as before:
        before.setattr("bot.catalog_file.readings._program", lambda: "earlier")
        reading = await FolderReader(folder).parse(earlier)
    old, new = (hashlib.sha256(one).hexdigest().encode() for one in (earlier, source))
    kept = reading.kept.replace(old, new)
    await store.write(lambda tx: tx.catalogs.save(source, new.decode(), 0, kept))
    path.write_bytes(source)
    return path


async def test_what_was_good_to_an_earlier_program_goes_on_selling(
    tmp_path: Path, store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The price of before is sold at, and the owner is told at each start what to mend."""
    folder = CatalogFolder(await _sold_before(tmp_path, store, monkeypatch))
    for _ in range(2):
        catalogs = Catalogs(folder, FolderReader(folder), store, JumpingClock())
        current, reload = await catalogs.open_current()
        assert [one.kind for one in reload.faults] == ["price_two_ways"]
        cup = current.catalog.product(ProductId("cup"))
        assert cup is not None
        assert cup.price == Money(125, "eur")
        assert not catalogs.sound


async def test_what_an_earlier_program_kept_otherwise_is_not_guessed_at(
    tmp_path: Path, store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the bytes have another form, the start is refused with the file's faults."""
    folder = CatalogFolder(await _sold_before(tmp_path, store, monkeypatch))
    monkeypatch.setattr("bot.catalog_file.readings.form", lambda: "another")
    with pytest.raises(NoCatalogError) as refused:
        await Catalogs(folder, FolderReader(folder), store, JumpingClock()).open_current()
    assert [one.kind for one in refused.value.faults.faults] == ["price_two_ways"]


async def test_a_start_on_exchanged_ids_sells_from_the_last_good_file(
    tmp_path: Path, store: SqliteStore
) -> None:
    """The fault stands on its line, saved before the start or after; new ids are taken in."""
    folder = CatalogFolder(write(tmp_path))
    await Catalogs(folder, FolderReader(folder), store, JumpingClock()).open_current()
    exchanged = entries()
    cup, mug = exchanged["products"][1:3]
    cup["name"], mug["name"] = mug["name"], cup["name"]
    folder.path.write_text(json.dumps(exchanged, indent=0), encoding="utf-8")
    catalogs = Catalogs(folder, FolderReader(folder), store, JumpingClock())

    current, reload = await catalogs.open_current()

    line = 1 + folder.path.read_text(encoding="utf-8").split("\n").index('"id": "cup",')
    told = [("ids_exchanged", line, "products[1].id")]
    assert [(one.kind, one.line, one.field) for one in reload.faults] == told
    assert reload.faults[0].params["before"] == "Cup"
    assert not catalogs.sound
    name = current.catalog.products[1].name.in_language("en")
    assert name == "Cup"
    cup["price"] = "15.00"
    folder.path.write_text(json.dumps(exchanged, indent=0), encoding="utf-8")
    again = await catalogs.take_in(current)
    assert again is not None
    assert [(one.kind, one.line, one.field) for one in again.faults] == told
    cup["id"], mug["id"] = "cup-2", "mug-2"
    folder.path.write_text(json.dumps(exchanged, indent=0), encoding="utf-8")
    mended = await catalogs.take_in(current)
    assert mended is not None
    assert (mended.faults, mended.fresh, catalogs.sound) == ((), True, True)


async def test_a_shop_that_never_sold_from_another_file_starts_on_any(
    tmp_path: Path, store: SqliteStore
) -> None:
    """There is nothing that an id could have stood for."""
    exchanged = entries()
    cup, mug = exchanged["products"][1:3]
    cup["name"], mug["name"] = mug["name"], cup["name"]
    folder = CatalogFolder(write(tmp_path, exchanged))

    _, reload = await Catalogs(folder, FolderReader(folder), store, JumpingClock()).open_current()

    assert (reload.faults, reload.fresh) == ((), True)


async def test_a_missing_picture_that_comes_mends_the_file(
    tmp_path: Path, store: SqliteStore
) -> None:
    """The file need not be saved again; its fault is told once until then."""
    folder = CatalogFolder(write(tmp_path))
    catalogs = Catalogs(folder, FolderReader(folder), store, JumpingClock())
    current, _ = await catalogs.open_current()
    changed = entries()
    changed["products"][1]["photo"] = "photos/new.jpg"
    (tmp_path / "catalog.json").write_text(json.dumps(changed), encoding="utf-8")
    taken = await catalogs.take_in(current)
    assert taken is not None
    assert [one.kind for one in taken.faults] == ["picture_missing"]
    assert await catalogs.take_in(current) is None
    picture = (ROOT / "photos" / "house-blend.jpg").read_bytes()
    (tmp_path / "photos" / "new.jpg").write_bytes(picture)
    taken = await catalogs.take_in(current)
    assert taken is not None
    assert taken.faults == ()
    assert taken.fresh


async def test_a_catalog_that_could_not_be_stored_is_taken_in_at_the_next_look(
    tmp_path: Path, store: SqliteStore
) -> None:
    """A full disk for a moment must not leave the shop on the old catalog for good."""
    folder = CatalogFolder(write(tmp_path))
    catalogs = Catalogs(folder, FolderReader(folder), store, JumpingClock())
    current, _ = await catalogs.open_current()
    changed = entries()
    changed["products"][1]["price"] = "15.00"
    (tmp_path / "catalog.json").write_text(json.dumps(changed), encoding="utf-8")

    class Full:
        """A store on a full disk."""

        async def write(self, _: object) -> None:
            raise TransientError("disk full")

    current._store, kept = Full(), current._store  # type: ignore[assignment]
    with pytest.raises(TransientError):
        await catalogs.take_in(current)
    current._store = kept
    taken = await catalogs.take_in(current)
    assert taken is not None
    assert taken.fresh
    assert current.catalog.fingerprint == taken.catalog.fingerprint

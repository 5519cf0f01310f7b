"""The owner's file is read once: here if it is small, by a process of its own if it is large."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from bot.catalog_file.file import read_catalog
from bot.catalog_file.folder import CatalogFolder
from bot.catalog_file.reader import FolderReader
from bot.catalog_file.readings import recall
from bot.domain.errors import TransientError
from bot.ports.catalog import CatalogFaultsError
from tests.chat.market import entries, write

HERE, APART = 1_000_000, 0


@pytest.fixture
def folder(tmp_path: Path) -> CatalogFolder:
    """A shop's folder with its file and pictures."""
    return CatalogFolder(write(tmp_path))


def _spoilt() -> bytes:
    spoilt = entries()
    spoilt["products"][1]["prize"] = "15.00"
    spoilt["products"][1]["photo"] = "photos/none.jpg"
    return json.dumps(spoilt, indent=1).encode()


@pytest.mark.parametrize("large", [HERE, APART])
async def test_both_ways_read_what_the_file_says(folder: CatalogFolder, large: int) -> None:
    """The same catalog and the same doubts come from a process of its own."""
    source = folder.read_source().replace(b'"Cup"', b'"Cup e-book"')
    reading = await FolderReader(folder, large=large).parse(source)
    expected = read_catalog(source, file="catalog.json", picture=folder.picture)
    assert reading.catalog == expected.catalog
    assert reading.warnings == expected.warnings
    assert [one.kind for one in reading.warnings] == ["digital_goods"]


@pytest.mark.parametrize("large", [HERE, APART])
async def test_both_ways_tell_every_fault_at_its_place(folder: CatalogFolder, large: int) -> None:
    """Line, column, field and values come through as they are; pictures are looked for."""
    source = _spoilt()
    with pytest.raises(CatalogFaultsError) as expected:
        read_catalog(source, file="catalog.json", picture=folder.picture)
    with pytest.raises(CatalogFaultsError) as told:
        await FolderReader(folder, large=large).parse(source)
    assert told.value.faults == expected.value.faults
    assert told.value.file == "catalog.json"
    assert {one.kind for one in told.value.faults} == {"unknown_key_near", "picture_missing"}


async def test_the_same_text_is_read_once(
    folder: CatalogFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What an earlier reading left makes it again, in this process or in the next."""
    source = folder.read_source()
    reading = await FolderReader(folder).parse(source)
    monkeypatch.setattr("bot.catalog_file.reader.read", None)
    again = await FolderReader(CatalogFolder(folder.path)).parse(source, reading.kept)
    assert again.catalog == reading.catalog
    with pytest.raises(TypeError):  # the control: another text is read
        await FolderReader(folder).parse(source + b"\n", reading.kept)


async def test_a_picture_that_changed_is_looked_at_again(folder: CatalogFolder) -> None:
    """The text is the same and its picture is gone: that is a fault all the same."""
    source = folder.read_source()
    reader = FolderReader(folder)
    kept = (await reader.parse(source)).kept
    (folder.path.parent / "photos" / "banner.jpg").unlink()
    with pytest.raises(CatalogFaultsError) as told:
        await reader.parse(source, kept)
    assert [one.kind for one in told.value.faults] == ["picture_missing"]
    assert (await reader.parse(source, kept, pictures=False)).catalog.products


async def test_what_was_read_without_its_pictures_is_no_proof_of_them(
    folder: CatalogFolder,
) -> None:
    """The last good text sells without its pictures; the file is not called good for that."""
    (folder.path.parent / "photos" / "banner.jpg").unlink()
    reader = FolderReader(folder)
    kept = (await reader.parse(folder.read_source(), pictures=False)).kept
    with pytest.raises(CatalogFaultsError):
        await reader.parse(folder.read_source(), kept)


async def test_another_program_reads_anew(
    folder: CatalogFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After an upgrade that knows more faults, an old reading proves nothing."""
    source = folder.read_source()
    kept = (await FolderReader(folder).parse(source)).kept
    assert recall(kept, source, folder) is not None
    monkeypatch.setattr("bot.catalog_file.readings._program", lambda: "newer")
    assert recall(kept, source, folder) is None


@pytest.mark.parametrize("end", [0, 1, 40, 700])
async def test_what_was_kept_in_part_is_no_reading(folder: CatalogFolder, end: int) -> None:
    """Whatever stands in the database, the file is there to be read."""
    source = folder.read_source()
    kept = (await FolderReader(folder).parse(source)).kept
    assert recall(kept[:end], source, folder) is None
    again = await FolderReader(folder).parse(source, kept[:end])
    assert again.catalog.products


async def test_a_reading_process_that_is_killed_leaves_the_shop_as_it_was(
    folder: CatalogFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Out of memory is a reason to try again, not a fault of the owner's file."""
    killed = tmp_path / "killed"
    killed.write_text(f"#!{sys.executable}\nimport os\nos.kill(os.getpid(), 9)\n", encoding="utf-8")
    os.chmod(killed, 0o700)  # noqa: PTH101 - as a system does it
    monkeypatch.setattr(sys, "executable", str(killed))
    with pytest.raises(TransientError, match="ended with -9"):
        await FolderReader(folder, large=APART).parse(folder.read_source())

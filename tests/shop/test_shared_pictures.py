"""Several processes show the same pictures, whichever machine has their files."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.catalog_file.folder import CatalogFolder
from bot.shop.catalog.pictures import PictureSync
from bot.store.postgres import open_store
from kit.postgres import PostgresServer

TEA = "photos/tea.jpg"


class Machine:
    """A folder, and what keeps its pictures as the others' are."""

    def __init__(self, folder: Path, sync: PictureSync) -> None:
        self._folder = folder
        self.sync = sync

    def save(self, content: bytes) -> None:
        """Save the picture, as an owner's program does."""
        (self._folder / TEA).parent.mkdir(exist_ok=True)
        (self._folder / TEA).write_bytes(content)

    @property
    def shown(self) -> bytes | None:
        """The picture as it lies here."""
        path = self._folder / TEA
        return path.read_bytes() if path.exists() else None

    async def look(self, *named: str) -> None:
        """Look, where the catalog names the picture and one that lies elsewhere."""
        await self.sync.look(named or (TEA, "https://example.com/mug.jpg"))


@pytest.fixture
async def machines(
    tmp_path: Path, postgres_server: PostgresServer
) -> AsyncIterator[tuple[Machine, Machine]]:
    """Two, on one database."""
    url = postgres_server.new_schema()
    async with await open_store(url) as one, await open_store(url) as other:
        found = []
        for name, store in (("here", one), ("there", other)):
            (tmp_path / name).mkdir()
            sync = PictureSync(CatalogFolder(tmp_path / name / "catalog.json"), store)
            found.append(Machine(tmp_path / name, sync))
        yield found[0], found[1]


async def test_a_machine_without_the_files_gets_them_before_it_sells(
    machines: tuple[Machine, Machine],
) -> None:
    """What one has is there at the other's start; control: until it fetches, it has none."""
    here, there = machines
    here.save(b"tea")
    await here.look()
    assert there.shown is None
    await there.sync.fetch()
    assert there.shown == b"tea"


async def test_a_new_picture_replaces_the_old_one_everywhere(
    machines: tuple[Machine, Machine],
) -> None:
    """Saved on either machine, and the first one again; who looks first does not matter."""
    here, there = machines
    here.save(b"tea")
    for _ in range(2):
        await here.look()
        await there.look()
    there.save(b"more tea")
    await here.look()
    await there.look()
    await here.look()
    assert (here.shown, there.shown) == (b"more tea", b"more tea")

    here.save(b"tea")
    await here.look()
    await there.look()
    assert (here.shown, there.shown) == (b"tea", b"tea")


async def test_a_machine_that_was_away_does_not_bring_an_old_picture_back(
    machines: tuple[Machine, Machine],
) -> None:
    """Its file is one that was there before; the same file is new where nobody has seen it."""
    here, there = machines
    for content in (b"tea", b"more tea"):
        here.save(content)
        await here.look()
    there.save(b"tea")
    await there.sync.fetch()
    assert there.shown == b"more tea"

    there.save(b"other tea")
    await there.look()
    await here.look()
    assert here.shown == b"other tea"


async def test_a_picture_that_an_owner_sends_again_is_the_one_that_counts(
    machines: tuple[Machine, Machine],
) -> None:
    """Though it was there before, and whichever process was sent it."""
    here, there = machines
    for content in (b"tea", b"more tea"):
        here.save(content)
        await here.look()
    there.save(b"tea")
    await there.sync.put(TEA, b"tea")
    await here.look()
    await there.look()
    assert (here.shown, there.shown) == (b"tea", b"tea")


async def test_what_the_catalog_names_no_more_is_not_kept(
    machines: tuple[Machine, Machine],
) -> None:
    """The files stay where they lie; named again, the picture is there again."""
    here, there = machines
    here.save(b"tea")
    await here.look()
    await here.look("photos/mug.jpg")
    await there.sync.fetch()
    assert (here.shown, there.shown) == (b"tea", None)
    await here.look()
    await there.look()
    assert there.shown == b"tea"


async def test_a_file_that_is_as_it_was_is_not_read_again(
    machines: tuple[Machine, Machine], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A look costs a read of the store and the files' marks."""
    here, _ = machines
    here.save(b"tea")
    await here.look()
    monkeypatch.setattr(CatalogFolder, "read_picture", None)
    await here.look()
    assert here.shown == b"tea"

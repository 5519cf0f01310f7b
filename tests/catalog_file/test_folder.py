"""The catalog's folder on disk: whole reads, atomic writes, facts of pictures, nothing outside."""

from __future__ import annotations

import io
import os
import struct
import sys
import zlib
from pathlib import Path

import pytest

from bot.catalog_file.file import read_catalog
from bot.catalog_file.folder import CatalogFolder
from bot.catalog_file.pictures import PictureHeader, read_header
from bot.domain.errors import RefusedError
from bot.ports.catalog import CatalogFaultsError, PictureFact


def _png(width: int, height: int) -> bytes:
    head = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    whole = struct.pack(">I", 13) + head + struct.pack(">I", zlib.crc32(head))
    return b"\x89PNG\r\n\x1a\n" + whole + b"\0\0\0\0IEND\xaeB`\x82"


def _jpeg(width: int, height: int, *before: bytes) -> bytes:
    frame = b"\xff\xc2" + struct.pack(">HBHHB", 11, 8, height, width, 1) + b"\x01\x11\x00"
    return b"\xff\xd8" + b"".join(before) + frame + b"\xff\xda\x00\x02\xff\xd9"


def _webp(chunk: bytes) -> bytes:
    return b"RIFF" + struct.pack("<I", 4 + len(chunk)) + b"WEBP" + chunk + bytes(10)


EXIF = b"\xff\xe1" + struct.pack(">H", 40_002) + b"Exif" + bytes(39_996)
PLAIN = b"VP8 " + bytes(4) + bytes(3) + b"\x9d\x01\x2a" + struct.pack("<HH", 640 | 0x4000, 480)
LOSSLESS = b"VP8L" + bytes(4) + b"\x2f" + (639 | 479 << 14).to_bytes(4, "little")
EXTENDED = b"VP8X" + bytes(8) + (639).to_bytes(3, "little") + (479).to_bytes(3, "little")


@pytest.fixture
def folder(tmp_path: Path) -> CatalogFolder:
    """A folder with a catalog file."""
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "catalog.json").write_bytes(b"{}")
    return CatalogFolder(tmp_path / "shop" / "catalog.json")


@pytest.mark.parametrize(
    ("content", "header"),
    [
        (_png(640, 480), PictureHeader("png", 640, 480)),
        (b"GIF89a" + struct.pack("<HH", 640, 480), PictureHeader("gif", 640, 480)),
        (_jpeg(640, 480), PictureHeader("jpeg", 640, 480)),
        (_jpeg(640, 480, EXIF, b"\xff"), PictureHeader("jpeg", 640, 480)),
        (_webp(PLAIN), PictureHeader("webp", 640, 480)),
        (_webp(LOSSLESS), PictureHeader("webp", 640, 480)),
        (_webp(EXTENDED), PictureHeader("webp", 640, 480)),
        (_webp(b"VP8?" + bytes(20)), PictureHeader("webp")),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", PictureHeader("webp")),
        (_png(1, 1)[:10], PictureHeader("png")),
        (b"\xff\xd8\xff", PictureHeader("jpeg")),
        (b"\xff\xd8\xff\xc0\x00\x11", PictureHeader("jpeg")),
        (b"\xff\xd8\xff\xe0\x00\x00", PictureHeader("jpeg")),
        (b"\xff\xd8" + b"\xff\xe0\x00\x02" * 2000, PictureHeader("jpeg")),
        (b"<svg/>", None),
        (b"", None),
    ],
)
def test_a_pictures_head_tells_format_and_size(
    content: bytes, header: PictureHeader | None
) -> None:
    """PNG, JPEG, WebP and GIF are known, whole or cut; anything else is not."""
    assert read_header(io.BytesIO(content)) == header


def test_the_catalog_is_read_as_it_is(folder: CatalogFolder) -> None:
    """Bytes come as they stand in the file."""
    assert (folder.read_source(), folder.file) == (b"{}", "catalog.json")


def test_a_missing_catalog_is_a_fault(tmp_path: Path) -> None:
    """The path that was looked for is named."""
    path = tmp_path / "none.json"

    with pytest.raises(CatalogFaultsError) as caught:
        CatalogFolder(path).read_source()

    assert str(caught.value) == f"{path}:1:1: file_missing"


def test_a_folder_in_place_of_the_catalog_is_a_fault(tmp_path: Path) -> None:
    """What the system says is told."""
    with pytest.raises(CatalogFaultsError) as caught:
        CatalogFolder(tmp_path).read_source()

    assert [one.kind for one in caught.value.faults] == ["file_unreadable"]


def test_what_never_ends_is_not_read(tmp_path: Path) -> None:
    """A pipe would hold whoever reads it for ever, and a device fill the memory."""
    pipe, device = tmp_path / "pipe.json", tmp_path / "zero.json"
    os.mkfifo(pipe)
    device.symlink_to("/dev/zero")

    for path in (pipe, device):
        with pytest.raises(CatalogFaultsError) as caught:
            CatalogFolder(path).read_source()
        assert [one.kind for one in caught.value.faults] == ["file_special"]


def test_a_huge_catalog_is_not_even_read(folder: CatalogFolder) -> None:
    """A file beyond the limit is told with its size."""
    with folder.path.open("wb") as file:
        file.truncate(9_500_000_000)

    with pytest.raises(CatalogFaultsError) as caught:
        folder.read_source()

    assert [one.params for one in caught.value.faults] == [{"size": "9500.0", "limit": 8}]


def test_writing_replaces_the_file_at_once(folder: CatalogFolder) -> None:
    """A reader that has the old file open still reads the old one; nothing else is left behind."""
    folder.path.chmod(0o640)
    with folder.path.open("rb") as reader:
        folder.write_source(b'{"new": 1}')
        assert reader.read() == b"{}"

    assert folder.read_source() == b'{"new": 1}'
    assert folder.path.stat().st_mode & 0o777 == 0o640
    assert list(folder.path.parent.iterdir()) == [folder.path]


def test_writing_keeps_a_link_a_link(folder: CatalogFolder, tmp_path: Path) -> None:
    """A catalog that is linked to from elsewhere is written where it lies."""
    link = tmp_path / "catalog.json"
    link.symlink_to(folder.path)

    CatalogFolder(link).write_source(b"[]")

    assert link.is_symlink()
    assert folder.read_source() == b"[]"


def test_a_disk_that_refuses_leaves_the_old_file(folder: CatalogFolder) -> None:
    """Where nothing can be written the shop goes on with what is there."""
    missing = CatalogFolder(folder.path.parent / "gone" / "catalog.json")
    blocked = folder.path.parent / "blocked"
    (blocked / "catalog.json").mkdir(parents=True)

    with pytest.raises(RefusedError, match=r"unwritable\.other"):
        missing.write_source(b"{}")
    with pytest.raises(RefusedError, match=r"unwritable\.other"):
        CatalogFolder(blocked / "catalog.json").write_source(b"{}")

    assert list(blocked.iterdir()) == [blocked / "catalog.json"]


def test_a_file_that_nobody_may_write_is_left_alone(folder: CatalogFolder) -> None:
    """Whoever took all rights away meant it, though the folder would let it be replaced."""
    folder.path.chmod(0o444)

    with pytest.raises(RefusedError, match=r"unwritable\.denied"):
        folder.write_source(b"[]")
    with pytest.raises(RefusedError) as caught:
        folder.try_writing()

    assert caught.value.params["command"] == f"sudo chmod u+w {folder.path}"
    assert folder.read_source() == b"{}"


def test_trying_leaves_nothing_behind(folder: CatalogFolder) -> None:
    """Neither beside the catalog nor among the pictures; no folder is made for it."""
    folder.try_writing()
    assert list(folder.path.parent.iterdir()) == [folder.path]

    (folder.path.parent / "photos").mkdir()
    folder.try_writing()
    assert list((folder.path.parent / "photos").iterdir()) == []


def test_a_pictures_facts_are_told(folder: CatalogFolder) -> None:
    """Size in bytes, format and pixels; None for what is not there."""
    folder.write_picture("photos/a.png", _png(640, 480))
    folder.write_picture("notes.txt", b"words")

    assert folder.picture("photos/a.png") == PictureFact(45, "png", 640, 480)
    assert folder.picture("notes.txt") == PictureFact(5)
    assert folder.picture("photos/b.png") is None
    assert folder.picture("photos") is None


def test_a_changed_picture_is_looked_at_again(folder: CatalogFolder) -> None:
    """What is remembered of a file ends with the file."""
    folder.write_picture("a.png", _png(640, 480))
    first = folder.picture("a.png")
    folder.write_picture("a.png", _png(800, 600) + b"more")

    assert first == PictureFact(45, "png", 640, 480)
    assert folder.picture("a.png") == PictureFact(49, "png", 800, 600)


def test_nothing_outside_the_folder_is_read_or_written(
    folder: CatalogFolder, tmp_path: Path
) -> None:
    """Neither dots nor absolute paths nor links lead out."""
    outside = tmp_path / "secret.png"
    outside.write_bytes(_png(1, 1))
    (folder.path.parent / "link.png").symlink_to(outside)

    for path in ("../secret.png", str(outside), "link.png"):
        assert folder.picture(path) == PictureFact(0, inside=False)
        assert folder.locate(path) is None
        with pytest.raises(ValueError, match="not inside"):
            folder.write_picture(path, b"")
    assert outside.read_bytes() == _png(1, 1)


@pytest.mark.parametrize("path", ["a\x00.png", "x" * 5000, "", ".", "a/" * 3000])
def test_impossible_names_are_no_pictures(folder: CatalogFolder, path: str) -> None:
    """A name that no file can have finds nothing."""
    assert folder.picture(path) is None
    assert folder.locate(path) is None


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_a_loop_of_links_finds_nothing(folder: CatalogFolder) -> None:
    """A link to itself is no picture."""
    loop = folder.path.parent / "loop.png"
    loop.symlink_to(loop)

    assert folder.picture("loop.png") is None


def test_folder_and_reader_fit_together(folder: CatalogFolder) -> None:
    """A catalog on disk is read with the facts of its pictures beside it."""
    folder.write_picture("photos/a.png", _png(20_000, 480))
    folder.write_source(
        b'{"shop": {"name": "S", "currency": "eur"}, "categories": [{"id": "a", "name": "A"}],'
        b' "products": [{"id": "p", "category": "a", "name": "P", "price": "1",'
        b' "photos": ["photos/a.png", "photos/b.png"]}]}'
    )

    with pytest.raises(CatalogFaultsError) as caught:
        read_catalog(folder.read_source(), file=folder.file, picture=folder.picture)

    assert [(one.kind, one.params["file"]) for one in caught.value.faults] == [
        ("picture_sides", "photos/a.png"),
        ("picture_missing", "photos/b.png"),
    ]

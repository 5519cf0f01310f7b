"""Pictures: what a file's first bytes tell of one, and whether Telegram can show it."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from bot.catalog_file.findings import Finding, Findings
from bot.catalog_file.parse import objects
from bot.catalog_file.source import Path
from bot.ports.catalog import PictureFact, PictureLookup

#: Bot API, `sendPhoto`: 10 MB, width and height together 10000, one at most 20 times the other.
MAXIMUM_BYTES = 10_000_000
MAXIMUM_SIDES = 10_000
MAXIMUM_RATIO = 20
#: Markers of JPEG frames, which hold the size; C4, C8 and CC are something else.
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
#: Markers without a length: restart, start of image, and a marker of old.
_BARE = frozenset([0x01, *range(0xD0, 0xD9)])
_START_OF_SCAN, _END_OF_IMAGE = 0xDA, 0xD9
#: By what each ends: a marker, a chunk, a trailer.
_ENDS = {"jpeg": b"\xff\xd9", "png": b"IEND\xaeB`\x82", "gif": b"\x3b"}
#: By which a block of a GIF begins.
_EXTENSION, _IMAGE, _TRAILER = 0x21, 0x2C, 0x3B
#: A JPEG has some dozens of segments before its frame; more is no picture but a trap.
_MOST_SEGMENTS = 1000


def any_picture(_: str) -> PictureFact:
    """Say of any picture that it can be shown."""
    return PictureFact(size=1, format="jpeg", width=1, height=1)


def check_pictures(data: dict[str, Any], picture: PictureLookup, findings: Findings) -> None:
    """Note every picture that is missing or that Telegram would not take."""
    told: dict[str, tuple[str, dict[str, object]] | None] = {}
    for path, written in _pictures(data):
        if written.lower().startswith("https://"):
            continue
        if written not in told:
            told[written] = _fault_of(written, picture(written))
        found = told[written]
        if found is not None:
            kind, params = found
            findings.found.append(Finding(kind, path, params))


def _fault_of(  # noqa: PLR0911 - a list of checks reads best as one
    path: str, fact: PictureFact | None
) -> tuple[str, dict[str, object]] | None:
    if fact is None:
        return "picture_missing", {"file": path}
    if not fact.inside:
        return "picture_outside", {"file": path}
    if fact.format is None:
        return "picture_format", {"file": path}
    if fact.size > MAXIMUM_BYTES:
        size = f"{fact.size / 1_000_000:.1f}"
        return "picture_size", {"file": path, "size": size, "limit": MAXIMUM_BYTES // 1_000_000}
    if not fact.whole:
        return "picture_cut", {"file": path}
    if fact.width is None or fact.height is None:
        return None
    known: dict[str, object] = {"file": path, "width": fact.width, "height": fact.height}
    if not fact.width or not fact.height:
        return "picture_nothing", known
    if fact.width + fact.height > MAXIMUM_SIDES:
        return "picture_sides", {**known, "limit": MAXIMUM_SIDES}
    if max(fact.width, fact.height) > MAXIMUM_RATIO * min(fact.width, fact.height):
        return "picture_ratio", {**known, "limit": MAXIMUM_RATIO}
    return None


def _pictures(data: dict[str, Any]) -> Iterator[tuple[Path, str]]:
    banner = (data.get("shop") or {}).get("banner")
    if banner is not None:
        yield ("shop", "banner"), banner
    for position, product in objects(data.get("products")):
        path: Path = ("products", position)
        for place, photo in enumerate(product.get("photos") or ()):
            if photo is not None:
                yield (*path, "photos", place), photo
        if product.get("photo") is not None:
            yield (*path, "photo"), product["photo"]
        for place, option in objects(product.get("options")):
            yield from _photos(option.get("values"), (*path, "options", place, "values"))
        yield from _photos(product.get("variants"), (*path, "variants"))


def _photos(entries: Any, path: Path) -> Iterator[tuple[Path, str]]:
    for place, entry in objects(entries):
        if entry.get("photo") is not None:
            yield (*path, place, "photo"), entry["photo"]


@dataclass(frozen=True, slots=True)
class PictureHeader:
    """A picture's format and size in pixels; None where the head does not tell the size."""

    format: str
    width: int | None = None
    height: int | None = None


def read_header(file: BinaryIO) -> PictureHeader | None:
    """Read the head of a PNG, JPEG, WebP or GIF file; None for anything else."""
    head = file.read(32)
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return _sized("png", head, ">II", 16)
    if head[:6] in {b"GIF87a", b"GIF89a"}:
        return _sized("gif", head, "<HH", 6)
    if head.startswith(b"\xff\xd8\xff"):
        return _jpeg(file)
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return _webp(head)
    return None


def is_whole(file: BinaryIO, kind: str, size: int) -> bool:
    """Return whether a picture goes on to its end; more behind that is no matter."""
    if kind == "webp":
        file.seek(4)
        return int.from_bytes(file.read(4), "little") + 8 <= size
    end = _ENDS[kind]
    file.seek(max(size - len(end), 0))
    if file.read() == end and kind != "gif":  # whose end is a byte that stands anywhere in it
        return True
    file.seek(0)
    content = file.read(MAXIMUM_BYTES)
    if kind == "gif":
        return _gif_ends(content)
    return end in content[_scan(content) if kind == "jpeg" else 0 :]


def _gif_ends(gif: bytes) -> bool:
    """Return whether a GIF's blocks go on to its trailer ("GIF89a Specification", appendix A)."""

    def colours(flags: int) -> int:
        return 3 << (flags & 7) + 1 if flags & 0x80 else 0

    at = 13 + colours(gif[10]) if len(gif) > 10 else len(gif)  # noqa: PLR2004 - of its screen
    while at < len(gif) and gif[at] in {_EXTENSION, _IMAGE}:
        if gif[at] == _EXTENSION:
            at += 2
        elif at + 9 < len(gif):
            at += 11 + colours(gif[at + 9])
        else:
            return False
        while at < len(gif) and gif[at]:
            at += 1 + gif[at]
        at += 1
    return at < len(gif) and gif[at] == _TRAILER


def _scan(jpeg: bytes) -> int:
    """Return where the picture itself begins, behind a small one that may stand in its head."""
    at = 2
    while jpeg[at : at + 1] == b"\xff" and jpeg[at + 1 : at + 2] != b"\xda":
        at += 2 + int.from_bytes(jpeg[at + 2 : at + 4], "big")
    return at


def _sized(kind: str, head: bytes, layout: str, at: int) -> PictureHeader:
    if len(head) < at + struct.calcsize(layout):
        return PictureHeader(kind)
    width, height = struct.unpack_from(layout, head, at)
    return PictureHeader(kind, width, height)


def _jpeg(file: BinaryIO) -> PictureHeader:
    file.seek(2)
    for _ in range(_MOST_SEGMENTS):
        mark = file.read(2)
        if len(mark) < 2 or mark[0] != 0xFF:  # noqa: PLR2004 - every marker begins with FF
            break
        marker = mark[1]
        if marker == 0xFF:  # noqa: PLR2004 - a fill byte
            file.seek(-1, 1)
            continue
        if marker in _BARE:
            continue
        length = file.read(2)
        if len(length) < 2 or marker in {_START_OF_SCAN, _END_OF_IMAGE}:  # noqa: PLR2004 - a length takes two bytes
            break
        if marker in _FRAMES:
            frame = file.read(5)
            if len(frame) == 5:  # noqa: PLR2004 - precision, height, width
                height, width = struct.unpack_from(">HH", frame, 1)
                return PictureHeader("jpeg", width, height)
            break
        file.seek(max(int.from_bytes(length, "big") - 2, 0), 1)
    return PictureHeader("jpeg")


def _webp(head: bytes) -> PictureHeader:
    chunk = head[12:16]
    if len(head) < 30:  # noqa: PLR2004 - the shortest that holds the size of every kind
        return PictureHeader("webp")
    if chunk == b"VP8 ":
        width, height = struct.unpack_from("<HH", head, 26)
        return PictureHeader("webp", width & 0x3FFF, height & 0x3FFF)
    if chunk == b"VP8L":
        bits = int.from_bytes(head[21:25], "little")
        return PictureHeader("webp", (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
    if chunk == b"VP8X":
        width = int.from_bytes(head[24:27], "little") + 1
        return PictureHeader("webp", width, int.from_bytes(head[27:30], "little") + 1)
    return PictureHeader("webp")

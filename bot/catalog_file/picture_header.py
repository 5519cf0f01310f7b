"""What kind of picture a file is and how large, from its first bytes, without decoding it."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import BinaryIO

#: Markers of JPEG frames, which hold the size; C4, C8 and CC are something else.
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
#: Markers without a length: restart, start of image, and a marker of old.
_BARE = frozenset([0x01, *range(0xD0, 0xD9)])
_START_OF_SCAN, _END_OF_IMAGE = 0xDA, 0xD9
#: A JPEG has some dozens of segments before its frame; more is no picture but a trap.
_MOST_SEGMENTS = 1000


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

"""Large answers as files that a chat takes: written to the disk as they come, then packed."""

from __future__ import annotations

import asyncio
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from bot.chat.request import File
from bot.domain.errors import RefusedError

#: Bytes from which a file is packed, and what a chat takes: a bot's upload has at most 50 MB.
PACKED_FROM: Final = 5_000_000
LARGEST: Final = 49_000_000


async def parcel(name: str, parts: AsyncIterator[bytes]) -> File:
    """Return what comes in parts as one file; a large one as a zip that holds it.

    Raises:
        RefusedError: ``owner.table_large``: it is too much for a chat, packed as well.
    """
    with TemporaryDirectory(prefix="shop-parcel-") as folder:
        path = Path(folder) / name
        with path.open("wb") as file:
            async for part in parts:
                await asyncio.to_thread(file.write, part)
        if path.stat().st_size > PACKED_FROM:
            path = await asyncio.to_thread(_packed, path)
        if path.stat().st_size > LARGEST:
            raise RefusedError("owner.table_large")
        return File(path.name, await asyncio.to_thread(path.read_bytes))


def _packed(path: Path) -> Path:
    packed = path.with_suffix(".zip")
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as into:
        into.write(path, path.name)
    path.unlink()
    return packed

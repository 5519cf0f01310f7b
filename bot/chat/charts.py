"""Pictures of numbers, where the extra ``charts`` is installed; else the words stand alone."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib.util import find_spec
from typing import Final

import structlog

_log = structlog.get_logger(__name__)
#: Seconds that a picture may take; an owner has the words by then anyway.
_PATIENCE: Final = 20.0


async def chart(labels: Sequence[str], values: Sequence[float], title: str) -> bytes | None:
    """Return a PNG with one bar a value, drawn by another process; None where it cannot be."""
    if find_spec("matplotlib") is None:
        return None
    wanted = json.dumps({"labels": [*labels], "values": [*values], "title": title})
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot.chat.drawing",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(_PATIENCE):
            picture, _ = await process.communicate(wanted.encode())
    except TimeoutError:
        _log.warning("chart took too long")
        return None
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()
    if process.returncode:
        _log.warning("chart not drawn", code=process.returncode)
        return None
    return picture

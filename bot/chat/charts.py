"""Pictures of numbers, where the extra ``charts`` is installed; else the words stand alone."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from typing import Final

import structlog

_log = structlog.get_logger(__name__)
#: Seconds that a picture may take. An owner reads the words meanwhile, but what they tap waits.
_PATIENCE: Final = 10.0


@dataclass(frozen=True, slots=True)
class Chart:
    """What a picture shows, in the reader's words.

    Attributes:
        figures: (label, value): at most four, above the bars.
        title: Of the bars.
        labels: Under the bars, one each.
        values: How high the bars are.
        said: The same as amounts; the picture shows as many as there is room for.
        best_title: Of what sold most.
        best: (name, units).
        rtl: Read from right to left.
    """

    figures: Sequence[tuple[str, str]]
    title: str
    labels: Sequence[str]
    values: Sequence[float]
    said: Sequence[str]
    best_title: str = ""
    best: Sequence[tuple[str, int]] = ()
    rtl: bool = False


async def draw(chart: Chart) -> bytes | None:
    """Return a chart as PNG, drawn by another process; None where it cannot be."""
    if find_spec("matplotlib") is None:
        return None
    wanted = json.dumps(asdict(chart))
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

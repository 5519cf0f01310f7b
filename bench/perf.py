"""The parts of the speed bench, by letter."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import structlog
import typer

from bench.perf_catalog import catalog
from bench.perf_growth import growth, memory
from bench.perf_report import keep
from bench.perf_sales import flash, webhooks
from bench.perf_scale import scale
from bench.perf_taps import latency, taps

PARTS: Final[Mapping[str, Callable[..., dict[str, Any]]]] = {
    "a": taps,
    "b": latency,
    "c": growth,
    "d": flash,
    "e": webhooks,
    "f": memory,
    "g": catalog,
    "h": scale,
}


def run(part: str | None, *, quick: bool) -> None:
    """Measure one part, or all, and write the results; a quick run prints them only.

    Raises:
        typer.BadParameter: there is no such part.
    """
    if part is not None and part not in PARTS:
        raise typer.BadParameter(f"there is no part {part}; there are {', '.join(PARTS)}")
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    for letter in PARTS if part is None else (part,):
        typer.echo(f"({letter}) {PARTS[letter].__doc__}")
        found = PARTS[letter](quick=quick)
        typer.echo(_told(found))
        if not quick:
            keep(letter, found, f"python -m bench perf --part {letter}")


def _told(found: Mapping[str, Any], indent: str = "  ") -> str:
    lines = []
    for key, value in found.items():
        if isinstance(value, dict):
            lines += [f"{indent}{key}:", _told(value, indent + "  ")]
        else:
            figure = f"{value:.2f}" if isinstance(value, float) else value
            lines.append(f"{indent}{key}: {figure}")
    return "\n".join(lines)

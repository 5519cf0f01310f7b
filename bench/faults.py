"""``python -m bench faults``: runs the long proofs and writes what was measured to FAULTS.md."""

from __future__ import annotations

import asyncio
import os
import platform
import re
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from bench import faults_kills, faults_parts
from bench.faults_parts import Figure

REPORT = Path(__file__).parent / "FAULTS.md"
FaultPart = Callable[[int, Callable[[int, int], bool]], Coroutine[Any, Any, Figure]]

PARTS: dict[str, tuple[str, FaultPart]] = {
    "duplicates": ("5 · one event 100 times in parallel", faults_parts.duplicates),
    "events": ("6 · events in every order, repeated", faults_parts.events),
    "coroutines": ("9, 10 · last item, 500 coroutines", faults_parts.coroutines),
    "processes": ("9, 10 · last item, 64 processes", faults_parts.processes),
    "webhooks": ("19 · malformed webhooks", faults_parts.webhooks),
    "updates": ("19 · malformed updates", faults_parts.updates),
    "canaries": ("24 · canary secrets", faults_parts.canaries),
    "logs": ("2 · cut and spoilt logs", faults_parts.logs),
    "kills": ("1, 3, 4 · SIGKILL anywhere", faults_kills.kills),
    "pair": ("46 · SIGKILL of one of two processes", faults_kills.pair),
    "machine": ("state machine", faults_kills.machine),
}
_ROW = re.compile(r"^\| (?P<title>[^|]+) \|.*$", re.MULTILINE)
_HEAD = """# What was proved at length

Written by `python -m bench faults`. Each line is one of the guarantees that
`pytest -v tests/faults` reads out and samples, here at full length; the numbers are those of the
test files. A part that met a contradiction stops with it and stands here as FAILED. Databases lie
in memory (/dev/shm) where there is such a folder. Each line names the commit that it ran at, and
the command. The full sizes are the options' defaults; where less was done than asked, `--minutes`
ended it.

"""
_COLUMNS = (
    "| row · part | asked | done | result | s | commit, command |\n|---|---|---|---|---|---|\n"
)


def run(sizes: dict[str, int], minutes: float, report: Path = REPORT) -> bool:
    """Run the parts with their sizes, write each one's line, and return whether all held.

    Args:
        sizes: By the part's name.
        minutes: How long the kills and the state machine may each go on.
        report: Where the lines stand.
    """
    faults_parts.hush()
    held = True
    console = Console()
    columns = (TextColumn("{task.description:12}"), BarColumn(), TextColumn("{task.fields[n]}"))
    with Progress(*columns, TimeElapsedColumn(), console=console) as bars:
        for name, size in sizes.items():
            title, part = PARTS[name]
            begun = time.monotonic()
            tell = _teller(bars, bars.add_task(name, total=size, n=""), begun + minutes * 60)
            try:
                figure = asyncio.run(part(size, tell))
            except Exception as error:  # noqa: BLE001 - a contradiction is a result: it is written
                held = False
                figure = Figure(f"{size:,}", "FAILED", f"FAILED: {_one_line(error)}")
            _write(report, title, figure, time.monotonic() - begun, name, size)
            console.print(f"[bold]{title}[/]: {figure.done}: {figure.result}")
    return held


def _teller(bars: Progress, bar: TaskID, end: float) -> Callable[[int, int], bool]:
    def tell(done: int, total: int) -> bool:
        bars.update(bar, completed=done, total=total, n=f"{done:,}/{total:,}")
        return time.monotonic() < end

    return tell


def _one_line(error: Exception) -> str:
    while isinstance(error, ExceptionGroup):
        error = error.exceptions[0]
    return " ".join(f"{type(error).__name__}: {error}".split())[:500].replace("|", "/")


def _write(  # noqa: PLR0917 - a line has this many columns
    report: Path, title: str, figure: Figure, seconds: float, name: str, size: int
) -> None:
    """Put a part's line in place of its old one."""
    rows = {}
    if report.exists():
        for found in _ROW.finditer(report.read_text(encoding="utf-8")):
            rows[found["title"]] = found[0]
    how = f"{_commit()} `python -m bench faults --only {name} --{name} {size}`"
    rows[title] = (
        f"| {title} | {figure.asked} | {figure.done} | {figure.result} | {seconds:,.0f} | {how} |"
    )
    known = [rows[one] for one, _ in PARTS.values() if one in rows]
    text = _HEAD + _machine() + _COLUMNS + "\n".join(known) + "\n"
    report.write_text(text, encoding="utf-8")


def _commit() -> str:
    """Return the commit that is run, marked where files other than the report differ from it."""
    commit = _git("describe", "--always", "--abbrev=10")
    changed = _git("status", "--porcelain", "--", ":/", f":(exclude){REPORT.name}")
    return f"{commit}-dirty" if changed else commit or "unknown"


def _git(*words: str) -> str:
    done = subprocess.run(  # noqa: S603 - words of this file
        ["git", *words],  # noqa: S607 - the one on PATH
        capture_output=True, text=True, check=False, cwd=REPORT.parent,
    )  # fmt: skip
    return done.stdout.strip()


def _machine() -> str:
    day = datetime.now(UTC).strftime("%Y-%m-%d")
    version = ".".join(map(str, sys.version_info[:3]))
    return (
        f"Last run {day} on {platform.machine()}, {os.cpu_count()} cores, {platform.system()} "
        f"{platform.release()}, Python {version}, SQLite {sqlite3.sqlite_version}.\n\n"
    )

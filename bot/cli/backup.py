"""The command that copies a running shop's database, and says what the copy holds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.progress import TaskProgressColumn

from bot.cli.progress import progress
from bot.locales import Texts
from bot.ports import BackupReport, Violation
from bot.store import database_at


def backup(database: str, target: Path, console: Console, texts: Texts) -> BackupReport:
    """Copy the database into a new file, check the copy and print what it holds.

    Args:
        database: The shop's; a shop may be running on it.
        target: A file that does not exist yet, or a folder in which to make one named by the time.
        console: For the progress and the result: standard error.
        texts: In which words.

    Raises:
        RefusedError: there is no such database, or the file exists.
        TransientError: a file cannot be read or written now.
        CorruptError: the database is damaged.
    """
    if target.is_dir():
        target /= f"shop-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.sqlite3"
    with progress(console, texts.text("cli.backup.progress"), TaskProgressColumn()) as tell:
        report = database_at(database).back_up(target, progress=tell)
    _print(report, console, texts)
    return report


def _print(report: BackupReport, console: Console, texts: Texts) -> None:
    size = f"{report.size / 1e6:.1f}"
    done = texts.text("cli.backup.done", n=report.orders, size=size, file=str(report.path))
    console.print(done, style="green", soft_wrap=True, markup=False)
    print_findings(report.findings, "cli.backup.findings", console, texts)


def print_findings(findings: Sequence[Violation], key: str, console: Console, texts: Texts) -> None:
    """Print what contradicts itself, and words that say how much of it there is; else nothing."""
    for one in findings:
        order = f" {one.order_id}" if one.order_id is not None else ""
        console.print(f"  {one.rule}:{order} {one.detail}", soft_wrap=True, markup=False)
    if findings:
        found = texts.text(key, n=len(findings))
        console.print(found, style="yellow", soft_wrap=True, markup=False)

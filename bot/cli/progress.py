"""A bar on standard error for what takes a while; none where nobody looks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, TextColumn, TimeRemainingColumn

from bot.ports import Tell


@contextmanager
def progress(console: Console, title: str, done: ProgressColumn) -> Iterator[Tell]:
    """Show a bar with a title and a column for what is done.

    Yields:
        What takes how much is done and how much there is.
    """
    bar = Progress(
        TextColumn(title),
        BarColumn(),
        done,
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
    with bar:
        task = bar.add_task("", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)

"""The command that moves a shop from a file to a PostgreSQL server, or back."""

from __future__ import annotations

from rich.console import Console
from rich.progress import TaskProgressColumn

from bot.cli import refusals
from bot.cli.backup import print_findings
from bot.cli.progress import progress
from bot.domain.errors import ShopError
from bot.locales import Texts
from bot.settings.checks import database_address
from bot.settings.faults import UnusableError
from bot.store import move as move_shop


def move(source: str, target: str, console: Console, texts: Texts) -> bool:
    """Move the shop, and print where it is now, or why it stays.

    Args:
        source: Where it is, as typed.
        target: Where it is to be, as typed.
        console: For the progress and the result: standard error.
        texts: In which words.
    """
    name = "FROM"
    try:
        here = database_address(source)
        name = "TO"
        there = database_address(target)
    except UnusableError as error:
        words = texts.text(error.key, variable=name, **error.params)
        console.print(words, style="red", soft_wrap=True, markup=False)
        return False
    try:
        with progress(console, texts.text("cli.move.progress"), TaskProgressColumn()) as tell:
            report = move_shop(here, there, progress=tell)
    except ShopError as error:
        refusals.explain(error, console, texts)
        return False
    done = texts.text("cli.move.done", n=report.orders, rows=report.rows, to=report.to)
    console.print(done, style="green", soft_wrap=True, markup=False)
    print_findings(report.findings, "cli.move.findings", console, texts)
    return True

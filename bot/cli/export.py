"""The command that writes orders as a table for a spreadsheet, streaming: memory stays flat."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import BinaryIO

from rich.console import Console
from rich.progress import MofNCompleteColumn

from bot.catalog_file.file import time_zone
from bot.cli.progress import progress
from bot.domain.errors import RefusedError, TransientError
from bot.domain.order import Order, OrderId
from bot.locales import Texts
from bot.ports import Tell, Transaction
from bot.shop.orders.export import Decimals, Form, body, days, head
from bot.store import database_at

#: Orders in memory at a time.
_PAGE = 500


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """What is exported, and where to.

    Attributes:
        database: The shop's.
        target: A file that does not exist yet; None writes to standard output.
        first: The first day, in the shop's time zone; None: from the beginning.
        last: The last day, included; None: to the end.
        every: Orders that were never paid too.
        decimals: How amounts are written.
    """

    database: str
    target: Path | None = None
    first: date | None = None
    last: date | None = None
    every: bool = False
    decimals: Decimals = Decimals.POINT


def export(options: ExportOptions, console: Console, texts: Texts) -> int:
    """Write the orders that were placed in a period, and return how many.

    Args:
        options: What and where to.
        console: For the progress and the result: standard error.
        texts: In which words.

    Raises:
        RefusedError: there is no such database, the file exists, or the days are the wrong way
            round.
        TransientError: the database cannot be read, or the file not be written.
        CorruptError: the database is damaged.
    """
    if options.first and options.last and options.first > options.last:
        raise RefusedError("export.backwards", first=f"{options.first}", last=f"{options.last}")
    with (
        _opened(options.target) as file,
        progress(console, texts.text("cli.export.progress"), MofNCompleteColumn()) as tell,
    ):
        written = asyncio.run(_stream(options, file, tell, texts))
    if options.target:
        done = texts.text("cli.export.done", n=written, file=str(options.target))
        console.print(done, soft_wrap=True, markup=False)
    return written


async def _stream(options: ExportOptions, file: BinaryIO, tell: Tell, texts: Texts) -> int:
    async with database_at(options.database).open_reader() as reader:
        zone = time_zone(await reader.read(lambda tx: tx.catalogs.last_good()))
        counts = await reader.read(lambda tx: tx.books.count_by_state())
        period, total = days(options.first, options.last, zone), sum(counts.values())
        form = Form(zone, texts, options.decimals)
        file.write(head(form))
        last, seen, written = OrderId(0), 0, 0
        while page := await reader.read(partial(_page, after=last)):
            wanted = [
                order for order in page if period.holds(order) and (options.every or order.payment)
            ]
            file.write(body(wanted, form))
            last, seen, written = page[-1].id, seen + len(page), written + len(wanted)
            tell(seen, max(total, seen))
        return written


def _page(tx: Transaction, after: OrderId) -> tuple[Order, ...]:
    return tx.books.page(after, _PAGE)


@contextmanager
def _opened(target: Path | None) -> Iterator[BinaryIO]:
    """Open a new file that its owner alone may read; what was begun and not finished goes."""
    if target is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    try:
        handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise RefusedError("export.exists", path=str(target)) from None
    except OSError as error:
        raise TransientError(f"{target} cannot be written: {error.strerror}") from error
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
    except BaseException as error:
        target.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise TransientError(f"{target} cannot be written: {error.strerror}") from error
        raise

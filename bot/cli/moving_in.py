"""The commands that bring goods in from another shop or a spreadsheet, and write them as a table.

The difference is shown first; on a terminal the command asks before it writes. Nothing is written
where a cell cannot be read, and no picture that fails keeps the goods out.
"""

from __future__ import annotations

import asyncio
import html
import os
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, NoReturn

import typer
from rich.console import Console
from rich.progress import MofNCompleteColumn
from rich.text import Text

from bot.catalog_file.codes import CURRENCIES
from bot.catalog_file.file import read_catalog
from bot.catalog_file.folder import CatalogFolder
from bot.catalog_file.parse import parse
from bot.catalog_file.pictures import any_picture
from bot.catalog_file.source import decoded
from bot.catalog_file.writing import refusing
from bot.chat.screens.owner_changes import listed, summary
from bot.cli.progress import progress
from bot.cli.refusals import print_faults
from bot.domain.catalog.diff import compare
from bot.domain.catalog.model import Catalog
from bot.domain.errors import RefusedError
from bot.locales import Texts
from bot.moving_in import pictures
from bot.moving_in.reading import (
    USUAL_CURRENCY,
    TableForm,
    TableOptions,
    Taken,
    currency_in,
    currency_of,
    take,
)
from bot.moving_in.sheet_writing import goods_table
from bot.ports.catalog import (
    LARGEST_TABLE,
    CatalogFaultsError,
    Fault,
    PictureFact,
    Reading,
    TableAnswers,
    TableAskedError,
)
from bot.settings import Proxies
from bot.shop.catalog.news import change_of, told_of

#: What is asked about cells with two readings.
_QUESTIONS: Final = {
    "table_two_ways": "cli.import.ask_two_ways",
    "table_day_two_ways": "cli.import.ask_day",
}
#: Lines of one remark that are told one by one.
_LINES: Final = 12
_TAG: Final = re.compile(r"<[^<>]*>")


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """What is brought in, and how.

    Attributes:
        file: The table.
        catalog: The catalog file, which need not be there.
        form: Whose table it is; None: its header tells.
        currency: As it was given; None: the present file's, the table's, or what is answered.
        update: Prices and stock alone.
        links: Pictures stay links; None: those of our own table do.
    """

    file: Path
    catalog: Path
    form: TableForm | None = None
    currency: str | None = None
    update: bool = False
    links: bool | None = None


def bring_in(options: ImportOptions, console: Console, texts: Texts) -> None:
    """Put the goods of a table into the catalog file.

    Raises:
        typer.Exit: nothing was written, and why has been said.
        RefusedError: it cannot be, and what to do.
    """
    importing = _Importing(options, console, texts)
    try:
        importing.run()
    except CatalogFaultsError as error:
        importing.refuse(error)


class _Importing:
    def __init__(self, options: ImportOptions, console: Console, texts: Texts) -> None:
        self._options = options
        self._console = console
        self._texts = texts
        self._folder = CatalogFolder(options.catalog)
        self._asks = sys.stdin is not None and sys.stdin.isatty()

    def run(self) -> None:
        content, present = self._table(), self._present()
        before = None if present is None else self._read(present, self._folder.picture).catalog
        wanted = self._wanted(content, present)
        taken, wanted = self._taken(content, present, wanted)
        keep = taken.form is TableForm.CSV if self._options.links is None else self._options.links
        links = {} if keep else taken.links
        there = pictures.known(links, self._options.catalog.parent)
        if links:
            wanted = replace(wanted, pictures=pictures.expected(links) | there)
            taken = self._take(content, present, wanted)
        reading = self._made(taken, self._foreseen(wanted.pictures))
        self._tell(taken.remarks)
        file = str(self._options.catalog)
        if taken.source == present:
            self._say("cli.import.nothing", file=file)
            return
        self._show(before, reading.catalog)
        if self._asks and not typer.confirm(self._texts.text("cli.import.ask_write", file=file)):
            self._say("cli.import.left", style="yellow", file=file)
            raise typer.Exit(1)
        missing = {link: product for link, product in links.items() if link not in there}
        if missing:
            fetched = self._fetch(missing)
            wanted = replace(wanted, pictures=there | fetched)
            taken = self._take(content, present, wanted)
        if links:
            reading = self._made(taken, self._folder.picture)
        if self._present() != present:  # edited while somebody was asked, or pictures were fetched
            self._say("cli.import.overtaken", style="yellow", file=file)
            self.run()
            return
        self._folder.write_source(taken.source)
        print_faults(self._console, file, reading.warnings, self._texts)
        self._say("cli.import.done", style="green", n=len(reading.catalog.products), file=file)
        if present is None:
            keys = {
                "name": "shop: name",
                "shipping": "checkout: shipping",
                "pickup": "checkout: pickup",
            }
            self._say("cli.import.next", file=file, **keys)

    def _table(self) -> bytes:
        file = self._options.file
        try:
            if file.stat().st_size > LARGEST_TABLE:
                raise RefusedError("import.large", limit=LARGEST_TABLE // 1_000_000)
            return file.read_bytes()
        except OSError as error:
            reason = os.strerror(error.errno) if error.errno else type(error).__name__
            path = str(file.absolute())  # it is looked for from the shop's folder
            raise RefusedError("import.unreadable", file=path, reason=reason) from error

    def _present(self) -> bytes | None:
        if not self._options.catalog.exists():
            if self._options.update:
                raise RefusedError("import.no_catalog", file=str(self._options.catalog))
            return None
        return self._folder.read_source()

    def _wanted(self, content: bytes, present: bytes | None) -> TableOptions:
        named = (self._options.currency or "").strip().lower()
        if named and named not in CURRENCIES:
            raise RefusedError("import.currency", currency=named.upper())
        known = None if present is None else currency_of(present)
        if named and known and named != known:
            raise RefusedError(
                "import.other_currency", currency=named.upper(), known=known.upper(),
                file=str(self._options.catalog),
            )  # fmt: skip
        told = currency_in(content, self._options.file.name, self._options.form)
        currency = named or known or told or self._ask_currency()
        return TableOptions(
            currency,
            self._options.form,
            self._options.update,
            shop=self._texts.text("cli.import.shop"),
            category=self._texts.text("cli.import.category"),
        )

    def _ask_currency(self) -> str:
        while self._asks:
            asked = self._texts.text("cli.import.ask_currency")
            code = str(typer.prompt(asked, default=USUAL_CURRENCY.upper())).strip().lower()
            if code in CURRENCIES:
                return code
            self._say("cli.import.currency", style="red", currency=code.upper())
        currency = USUAL_CURRENCY.upper()
        self._say("cli.import.usual_currency", style="yellow", currency=currency)
        return USUAL_CURRENCY

    def _taken(
        self, content: bytes, present: bytes | None, wanted: TableOptions
    ) -> tuple[Taken, TableOptions]:
        """Read the table, asking about what can be read in two ways."""
        while True:
            try:
                return self._take(content, present, wanted), wanted
            except TableAskedError as error:
                if not self._asks:
                    raise
                wanted = replace(wanted, answers=self._answers(error, wanted.answers))

    def _answers(self, error: TableAskedError, so_far: TableAnswers) -> TableAnswers:
        one = error.question
        asked = self._texts.text(
            _QUESTIONS[one.kind], line=one.line, column=one.field, n=error.count, **one.params
        )
        return error.answered(so_far, second=typer.confirm(asked, default=None))

    def _take(self, content: bytes, present: bytes | None, wanted: TableOptions) -> Taken:
        return take(content, self._options.file.name, present, wanted)

    def _read(self, source: bytes, picture: Callable[[str], PictureFact | None]) -> Reading:
        return read_catalog(source, file=str(self._options.catalog), picture=picture)

    def _made(self, taken: Taken, picture: Callable[[str], PictureFact | None]) -> Reading:
        """Read the file as it will be; its faults are told at the table's lines."""
        try:
            return self._read(taken.source, picture)
        except CatalogFaultsError as error:
            raise taken.at_lines(error) from error

    def _foreseen(self, files: Mapping[str, str]) -> Callable[[str], PictureFact | None]:
        """Return what tells about pictures as if all had been fetched."""
        made = set(files.values())
        return lambda path: any_picture(path) if path in made else self._folder.picture(path)

    def refuse(self, error: CatalogFaultsError) -> NoReturn:
        """Say what keeps everything out."""
        print_faults(self._console, error.file, error.faults, self._texts)
        self._say("cli.import.refused", style="red", n=len(error.faults))
        raise typer.Exit(1) from error

    def _fetch(self, links: Mapping[str, str]) -> dict[str, str]:
        proxies, _ = Proxies.of(os.environ)
        title = self._texts.text("cli.import.pictures")
        with progress(self._console, title, MofNCompleteColumn()) as tell:
            fetched = asyncio.run(pictures.fetch(links, self._folder, tell, proxy=proxies.way))
        for link, why in fetched.failed.items():
            reason = self._texts.text(f"cli.import.picture_{why}")
            stays = link.lower().startswith("https://")  # what else may not stand in the file
            key = "cli.import.picture" if stays else "cli.import.no_picture"
            self._say(key, style="yellow", link=link, reason=reason)
        return fetched.files

    def _show(self, before: Catalog | None, after: Catalog) -> None:
        empty = Catalog(after.shop, after.categories, (), after.checkout, "")
        old = empty if before is None else before
        diff = compare(old, after)
        said = (
            summary(change_of(diff), self._texts),
            listed(told_of(old, after, diff), self._texts),
        )
        for one in filter(None, said):
            self._console.print(_plain(one), soft_wrap=True, markup=False, highlight=False)

    def _tell(self, remarks: Iterable[Fault]) -> None:
        """Print what could not be taken, in the table's order: the lines of one remark together."""
        told: dict[tuple[str, str], list[int]] = {}
        for one in remarks:
            told.setdefault((one.field, self._texts.text(one.key, **one.params)), []).append(
                one.line
            )
        for (column, said), lines in told.items():
            shown = ", ".join(map(str, lines[:_LINES])) + (" …" if len(lines) > _LINES else "")
            line = Text(f"{self._options.file.name}:{shown}: ", style="bold")
            line.append(self._texts.text("cli.check.warning") + ": ", style="yellow")
            if column:
                line.append(f"{column}: ", style="cyan")
            line.append(said, style="not bold")
            self._console.print(line, soft_wrap=True)

    def _say(self, key: str, style: str = "", **params: object) -> None:
        words = self._texts.text(key, **params)
        self._console.print(words, style=style, soft_wrap=True, markup=False, highlight=False)


def _plain(text: str) -> str:
    return html.unescape(_TAG.sub("", text))


def write_sheet(
    catalog: Path, target: Path, console: Console, texts: Texts, *, comma: bool
) -> None:
    """Write the goods of the catalog file as a table.

    Raises:
        typer.Exit: the catalog file has faults, which have been said.
        RefusedError: the table exists already, or cannot be written.
    """
    folder = CatalogFolder(catalog)
    try:
        source = folder.read_source()
        reading = read_catalog(source, file=str(catalog), picture=any_picture)
    except CatalogFaultsError as error:
        print_faults(console, str(catalog), error.faults, texts)
        raise typer.Exit(1) from error
    data = parse(str(decoded(source))).data
    table = goods_table(data, comma=comma)
    if target.exists():
        raise RefusedError("export.exists", path=str(target))
    with refusing(target), target.open("xb") as file:
        file.write(table)
    done = texts.text(
        "cli.sheet.done", n=len(reading.catalog.products), file=str(target.absolute())
    )
    console.print(done, style="green", soft_wrap=True, markup=False)

"""The commands: ``python -m bot --help``."""

from __future__ import annotations

import asyncio
import gc
import os
import sys
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer
from rich.console import Console

from bot.domain.errors import ShopError
from bot.locales import Languages, Texts

if TYPE_CHECKING:
    from bot.settings import Settings, SettingsError

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)

CATALOG = Path("catalog.json")


def _enter(folder: Path | None) -> None:
    """Go to the shop's folder before anything else, as if the command was typed there."""
    if folder is None:
        return
    try:
        os.chdir(folder)
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else type(error).__name__
        words = _texts().text("cli.shop.folder", folder=str(folder), reason=reason)
        Console(stderr=True).print(words, style="red", soft_wrap=True, markup=False)
        raise typer.Exit(os.EX_CONFIG) from None


#: Of every command about a shop: where its catalog, its ``.env`` and its database are looked up.
ShopFolder = Annotated[
    Path | None,
    typer.Option(
        "--shop", help="The shop's folder, if it is not this one.", callback=_enter, is_eager=True
    ),
]
#: Of every command that writes a table.
DecimalComma = Annotated[
    bool | None,
    typer.Option(
        "--decimal-comma/--decimal-point",
        help="12,50 and semicolons between columns, or 12.50 and commas; else as the"
        " terminal's language writes.",
    ),
]
_DATABASE_HELP = "The database, where it is not the one of the settings."
_DAY = "%Y-%m-%d"


@app.callback()
def shop(_shop: ShopFolder = None) -> None:
    """A Telegram shop in one process."""


@app.command()
def run(
    start_over: Annotated[
        bool,
        typer.Option("--start-over", help="Begin a new database; the old file is kept beside it."),
    ] = False,
    _shop: ShopFolder = None,
) -> None:
    """Run the shop in earnest, by the settings of the environment and .env."""
    gc.disable()  # until the shop is open: nearly all that is loaded stays
    from bot.cli import running  # noqa: PLC0415 - a command loads only what it needs

    console, texts = Console(stderr=True), _texts()
    settings = _settings(console, texts)
    running.prepare(settings)
    try:
        _run_loop(running.run(settings, console, texts, start_over=start_over))
    except ShopError as error:
        raise typer.Exit(running.explain(error, console, texts)) from None


@app.command()
def demo(
    port: Annotated[
        int, typer.Option(help="Port of the page; 0 takes a free one.", min=0, max=65535)
    ] = 8000,
    catalog: Annotated[
        Path | None,
        typer.Option(
            help="The file to sell from; else ./catalog.json, or a sample if there is none."
        ),
    ] = None,
    browser: Annotated[bool, typer.Option(help="Open the page in a browser.")] = True,
    pages: Annotated[
        bool,
        typer.Option(help="Come back from paying through the shop's pages, or through the chat."),
    ] = True,
    _shop: ShopFolder = None,
) -> None:
    """Try the whole shop in a browser: no accounts, and no money moves."""
    from bot.cli import running  # noqa: PLC0415 - a command loads only what it needs
    from bot.logs import set_up_logs  # noqa: PLC0415 - as above
    from bot.settings import SettingsError  # noqa: PLC0415 - as above

    console, texts = Console(), _texts()
    if find_spec("shop_sandbox") is None:  # the image leaves it out
        words = texts.text("cli.demo.no_sandbox", package="shop_sandbox")
        console.print(words, style="red", soft_wrap=True)
        raise typer.Exit(1)
    set_up_logs("WARNING", "console", ())
    database = os.environ.get("DATABASE")
    options = running.DemoOptions(
        port, catalog, browser, pages, Path(database) if database else None
    )
    try:
        _run_loop(running.demo(options, console, texts))
    except SettingsError as error:
        _print_faults(error, console, texts)
        raise typer.Exit(1) from None
    except ShopError as error:
        raise typer.Exit(running.explain(error, console, texts)) from None
    except OSError as error:
        # The event loop's own words repeat the address.
        reason = os.strerror(error.errno) if error.errno else type(error).__name__
        words = texts.text("cli.demo.port", port=str(port), reason=reason)
        console.print(words, style="red", soft_wrap=True, markup=False)
        raise typer.Exit(1) from None


@app.command()
def init(
    folder: Annotated[
        Path, typer.Argument(help="The shop's folder; made if it is not there.")
    ] = Path(),
) -> None:
    """Open a shop of your own: a folder with its settings, a catalog to start from and pictures."""
    from bot.cli import init as opening  # noqa: PLC0415 - a command loads only what it needs

    console, texts = Console(), _texts()
    with _refusing(Console(stderr=True), texts):
        opening.init(folder, console, texts)


@app.command()
def check(
    file: Annotated[
        Path | None, typer.Argument(help="The catalog file; else the one of the settings.")
    ] = None,
    _shop: ShopFolder = None,
) -> None:
    """Check the catalog file: every fault with its line, or a summary of the shop."""
    from bot.cli import catalog  # noqa: PLC0415 - a command loads only what it needs

    console, texts = Console(), _texts()
    if not catalog.check(console, file or _catalog_path(console, texts), texts):
        raise typer.Exit(1)


@app.command()
def schema(
    file: Annotated[Path, typer.Argument(help="Where to write it.")] = Path("catalog.schema.json"),
    _shop: ShopFolder = None,
) -> None:
    """Write the JSON Schema that editors check the catalog file with."""
    from bot.cli import catalog  # noqa: PLC0415 - a command loads only what it needs

    texts = _texts()
    with _refusing(Console(stderr=True), texts):
        catalog.write_schema(file)
    Console().print(texts.text("cli.schema.written", file=str(file)), soft_wrap=True, markup=False)


@app.command()
def doctor(
    fix: Annotated[
        bool, typer.Option("--fix", help="Set right what can be: webhook endpoint, command menu.")
    ] = False,
    _shop: ShopFolder = None,
) -> None:
    """Look over the whole shop, also while it runs: each finding with what to do about it."""
    from bot.cli import running  # noqa: PLC0415 - a command loads only what it needs
    from bot.cli.doctor import examine  # noqa: PLC0415 - as above

    console, texts = Console(), _texts()
    settings = _settings(console, texts, code=1)
    running.prepare(settings, quiet=True)

    async def look() -> None:
        sound: list[bool] = []
        await examine(settings, console, texts, fix=fix, told=sound.append)
        _end(0 if sound == [True] else 1)

    _run_loop(look())


@app.command()
def backup(
    file: Annotated[
        Path,
        typer.Argument(
            help="The copy, which must not exist yet; or a folder, where the time names it."
        ),
    ],
    database: Annotated[str | None, typer.Option(help=_DATABASE_HELP)] = None,
    _shop: ShopFolder = None,
) -> None:
    """Copy the database, also while the shop runs, and check the copy."""
    from bot.cli.backup import backup as copy  # noqa: PLC0415 - a command loads only what it needs

    console, texts = Console(stderr=True), _texts()
    path = database or _settings(console, texts).database
    with _refusing(console, texts):
        report = copy(path, file, console, texts)
    if report.findings:
        raise typer.Exit(1)


@app.command()
def move(
    source: Annotated[
        str, typer.Argument(metavar="FROM", help="Where the shop is: a file, or postgresql://…")
    ],
    target: Annotated[
        str,
        typer.Argument(
            metavar="TO", help="Where it is to be: postgresql://…, or a file that there is not yet."
        ),
    ],
    _shop: ShopFolder = None,
) -> None:
    """Move a stopped shop from its file to a PostgreSQL server, or back; every row is compared."""
    from bot.cli.move import move as move_shop  # noqa: PLC0415 - a command loads only what it needs

    if not move_shop(source, target, Console(stderr=True), _texts()):
        raise typer.Exit(1)


@app.command()
def export(  # noqa: PLR0917 - Typer reads a command's options from its parameters
    file: Annotated[
        Path | None, typer.Argument(help="The table, which must not exist yet; else it is printed.")
    ] = None,
    first: Annotated[
        datetime | None, typer.Option("--from", formats=[_DAY], help="The first day.")
    ] = None,
    last: Annotated[
        datetime | None, typer.Option("--to", formats=[_DAY], help="The last day, included.")
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Orders that were never paid too.")] = False,
    comma: DecimalComma = None,
    database: Annotated[str | None, typer.Option(help=_DATABASE_HELP)] = None,
    _shop: ShopFolder = None,
) -> None:
    """Write the orders as CSV for a spreadsheet; days are those of the shop's time zone."""
    from bot.cli import export as exporting  # noqa: PLC0415 - a command loads only what it needs
    from bot.shop.orders.export import Decimals  # noqa: PLC0415 - as above

    console, texts = Console(stderr=True), _texts()
    options = exporting.ExportOptions(
        database=database or _settings(console, texts).database,
        target=file,
        first=first.date() if first else None,
        last=last.date() if last else None,
        every=every,
        decimals=Decimals.of(comma=texts.decimal_comma if comma is None else comma),
    )
    with _refusing(console, texts):
        exporting.export(options, console, texts)


@app.command("import")
def import_(
    file: Annotated[
        Path, typer.Argument(help="A table: exported by another shop, or from a spreadsheet.")
    ],
    form: Annotated[
        str | None,
        typer.Option(
            "--from",
            help="Whose table it is: shopify, woocommerce, google or csv; else its header tells.",
        ),
    ] = None,
    currency: Annotated[
        str | None,
        typer.Option(help="Of the prices, such as EUR; else as the catalog file has it."),
    ] = None,
    update: Annotated[
        bool, typer.Option("--update", help="Change prices and stock alone; add nothing.")
    ] = False,
    links: Annotated[
        bool | None,
        typer.Option(
            "--links/--pictures",
            help="Leave pictures where they are, or fetch them; else another shop's are fetched.",
        ),
    ] = None,
    _shop: ShopFolder = None,
) -> None:
    """Bring goods into the catalog file; the difference is shown first."""
    from bot.cli import moving_in  # noqa: PLC0415 - a command loads only what it needs
    from bot.moving_in.reading import TableForm  # noqa: PLC0415 - as above

    console, texts = Console(stderr=True), _texts()
    if form is not None and form not in set(TableForm):
        raise typer.BadParameter(", ".join(TableForm), param_hint="--from")
    options = moving_in.ImportOptions(
        file,
        _catalog_path(console, texts),
        TableForm(form) if form else None,
        currency,
        update,
        links,
    )
    with _refusing(console, texts):
        moving_in.bring_in(options, console, texts)


@app.command()
def sheet(
    file: Annotated[Path, typer.Argument(help="The table, which must not exist yet.")],
    comma: DecimalComma = None,
    _shop: ShopFolder = None,
) -> None:
    """Write the goods as a table for a spreadsheet; `import` reads it back."""
    from bot.cli import moving_in  # noqa: PLC0415 - a command loads only what it needs

    console, texts = Console(stderr=True), _texts()
    has_comma = texts.decimal_comma if comma is None else comma
    with _refusing(console, texts):
        moving_in.write_sheet(_catalog_path(console, texts), file, console, texts, comma=has_comma)


@contextmanager
def _refusing(console: Console, texts: Texts) -> Iterator[None]:
    """Where the shop refuses, print why and leave with status 1."""
    try:
        yield
    except ShopError as error:
        from bot.cli import refusals  # noqa: PLC0415 - a command loads only what it needs

        refusals.explain(error, console, texts)
        raise typer.Exit(1) from None


def _catalog_path(console: Console, texts: Texts) -> Path:
    """Return where the catalog file is; nothing else need be set."""
    from bot.settings import Settings, SettingsError  # noqa: PLC0415 - `demo` needs none

    try:
        return Settings.catalog_path()
    except SettingsError as error:
        _print_faults(error, console, texts)
        raise typer.Exit(os.EX_CONFIG) from None


def _settings(console: Console, texts: Texts, *, code: int = os.EX_CONFIG) -> Settings:
    """Return the settings; where they have faults, print all of them and leave with a code."""
    from bot.settings import Settings, SettingsError  # noqa: PLC0415 - `demo` needs none

    try:
        return Settings.load()
    except SettingsError as error:
        _print_faults(error, console, texts)
        raise typer.Exit(code) from None


def _print_faults(error: SettingsError, console: Console, texts: Texts) -> None:
    console.print(texts.text("cli.settings"), style="red")
    for fault in error.faults:
        words = texts.text(fault.key, variable=fault.variable, **fault.params)
        console.print(f"  {words}", soft_wrap=True, markup=False, highlight=False)


def _texts() -> Texts:
    """Return the words in the language of the terminal."""
    languages = Languages.load()
    tag = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return languages.texts(languages.pick(tag.partition(".")[0].replace("_", "-")))


def _end(code: int) -> NoReturn:
    """End the process now, with nothing open any more but what cannot be broken off.

    A thread that looks up a name which no name server answers is waited for otherwise, after all
    has been said: by the system's rules for half a minute, or for one.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _run_loop(work: Coroutine[Any, Any, None]) -> None:
    """Run on the fastest event loop there is."""
    try:
        import uvloop  # noqa: PLC0415 - not on every system
    except ImportError:
        asyncio.run(work)
    else:
        uvloop.run(work)


def main() -> None:
    """Enter from the command line."""
    try:
        app()
    except OSError as error:  # such as a full disk under what is printed
        if error.errno is None:
            raise
        words = _texts().text("cli.system", reason=os.strerror(error.errno))
        with suppress(OSError):
            Console(stderr=True).print(words, style="red", soft_wrap=True, markup=False)
        os._exit(os.EX_IOERR)  # what is left in the buffers would be told of once more


if __name__ == "__main__":
    main()

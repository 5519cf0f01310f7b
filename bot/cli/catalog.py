"""The commands about the catalog file: check it, write its schema."""

from __future__ import annotations

import time
from collections.abc import Collection
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.catalog_file.file import read_catalog, schema_text
from bot.catalog_file.folder import CatalogFolder
from bot.cli.refusals import print_faults
from bot.domain.catalog.model import Catalog
from bot.domain.catalog.sale import TimeSpan
from bot.domain.errors import TransientError
from bot.locales import Texts
from bot.ports.catalog import CatalogFaultsError, Reading


def read(path: Path) -> Reading:
    """Read a catalog file from disk.

    Raises:
        CatalogFaultsError: with every fault.
    """
    folder = CatalogFolder(path)
    return read_catalog(folder.read_source(), file=str(path), picture=folder.picture)


def check(console: Console, path: Path, texts: Texts) -> bool:
    """Print the file's faults, or what its shop is; return whether it is sound."""
    try:
        reading = read(path)
    except CatalogFaultsError as error:
        print_faults(console, str(path), (*error.faults, *error.warnings), texts)
        console.print(texts.text("cli.check.faults", n=len(error.faults)), style="red")
        return False
    print_faults(console, str(path), reading.warnings, texts)
    _tell_no_way(console, str(path), reading.catalog, texts)
    console.print(texts.text("cli.check.sound", file=str(path)), style="green")
    console.print(_table(reading, texts))
    return True


def _tell_no_way(console: Console, file: str, catalog: Catalog, texts: Texts) -> None:
    """Note that goods get to nobody: told here alone, since a shop of services means it so."""
    rules = catalog.checkout
    if rules.shipping or rules.pickup or not catalog.visible():
        return
    keys = {"shipping": "checkout: shipping", "pickup": "checkout: pickup"}
    line = Text(f"{file}: ", style="bold")
    line.append(texts.text("cli.check.warning") + ": ", style="yellow")
    line.append(texts.text("cli.check.no_way", **keys), style="not bold")
    console.print(line, soft_wrap=True)


def _table(reading: Reading, texts: Texts) -> Table:
    table = Table(show_header=False, box=None)
    for what, value in _facts(reading, texts).items():
        table.add_row(texts.text(f"cli.check.{what}"), value)
    return table


def _facts(reading: Reading, texts: Texts) -> dict[str, str]:
    """Return what there is to say of a catalog, each by the end of its key."""
    catalog, shown = reading.catalog, reading.catalog.visible()
    variants = [variant for product in shown for variant in product.variants()]
    in_stock = {variant.product.id for variant in variants if variant.stock != 0}
    prices = sorted((variant.price for variant in variants), key=lambda price: price.minor)
    names = [catalog.shop.name, *(product.name for product in shown)]
    languages = sorted({tag for name in names for tag, _ in name.wordings if tag})
    products = texts.text(
        "cli.check.products_value",
        products=len(shown),
        categories=len(catalog.categories),
        variants=len(variants),
        pictures=len({photo for product in catalog.products for photo in product.photos}),
    )
    facts = {
        "shop": catalog.shop.name.in_language("en"),
        "products": products,
        "hidden": texts.number(len(catalog.products) - len(shown)),
        "sold_out": texts.number(len(shown) - len(in_stock)),
    }
    if prices:
        reach = {"cheapest": prices[0], "dearest": prices[-1]}
        facts["prices"] = texts.text("cli.check.prices_value", **reach)
    if sales := catalog.goods.sales.values():
        facts["sales"] = texts.text("cli.check.sales_value", **_by_time(sales))
    if languages:
        facts["languages"] = ", ".join(languages)
    return facts


def _by_time(sales: Collection[TimeSpan]) -> dict[str, int]:
    """Return how many sales are on now, to come, and over."""
    now = int(time.time())
    over = sum(one.end is not None and one.end <= now for one in sales)
    running = sum(one.holds(now) for one in sales)
    return {"running": running, "coming": len(sales) - over - running, "over": over}


def write_schema(path: Path) -> None:
    """Write the JSON Schema that editors check the catalog file with.

    Raises:
        TransientError: the file cannot be written.
    """
    try:
        path.write_text(schema_text(), encoding="utf-8")
    except OSError as error:
        raise TransientError(f"{path} cannot be written: {error.strerror}") from error

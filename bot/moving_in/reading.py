"""A table of any known form to the text of our file: the whole way, without a disk or a chat."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Final

from bot.catalog_file.codes import CURRENCIES
from bot.catalog_file.file import read_catalog
from bot.catalog_file.parse import inside, parse
from bot.catalog_file.pictures import any_picture
from bot.catalog_file.source import decoded
from bot.moving_in import google
from bot.moving_in.cells import Cells
from bot.moving_in.entries import entry_of, text_of
from bot.moving_in.goods import ImportedGoods, new_category
from bot.moving_in.google import is_google, read_google
from bot.moving_in.merging import is_whole, merge
from bot.moving_in.sheet import read_sheet
from bot.moving_in.sheet_columns import is_sheet
from bot.moving_in.shopify import is_shopify, read_shopify
from bot.moving_in.table import Table, read_table
from bot.moving_in.table_faults import at_table_lines
from bot.moving_in.untaken import Looking
from bot.moving_in.woocommerce import is_woocommerce, read_woocommerce
from bot.ports.catalog import (
    CatalogFaultsError,
    Fault,
    Severity,
    TableAnswers,
    TableAskedError,
    fault,
)

#: What a shop sells in that nobody named a currency for.
USUAL_CURRENCY: Final = "eur"
#: Reasons that are told where nothing can be taken.
_MOST_REASONS: Final = 12


class TableForm(StrEnum):
    """Whose table it is; ``csv`` is our own, or a plain one."""

    SHOPIFY = "shopify"
    WOOCOMMERCE = "woocommerce"
    GOOGLE = "google"
    CSV = "csv"


_KNOWN: Final[Mapping[TableForm, Callable[[Table], bool]]] = {
    TableForm.SHOPIFY: is_shopify,
    TableForm.WOOCOMMERCE: is_woocommerce,
    TableForm.GOOGLE: is_google,
    TableForm.CSV: is_sheet,
}
_READ: Final[Mapping[TableForm, Callable[[Table, Cells], ImportedGoods]]] = {
    TableForm.SHOPIFY: read_shopify,
    TableForm.WOOCOMMERCE: read_woocommerce,
    TableForm.GOOGLE: read_google,
    TableForm.CSV: read_sheet,
}


@dataclass(frozen=True, slots=True)
class TableOptions:
    """How a table is to be taken.

    Attributes:
        form: Whose it is; None: its header tells.
        currency: Of its amounts and of a new file.
        update: Change prices and stock alone.
        shop: The name of a new file's shop.
        category: The name of the category of what has none.
        answers: About cells that can be read in two ways.
        pictures: Files beside the catalog for links to pictures; the others stay links.
    """

    currency: str
    form: TableForm | None = None
    update: bool = False
    shop: str = ""
    category: str = ""
    answers: TableAnswers = field(default_factory=TableAnswers)
    pictures: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Taken:
    """What a table came to.

    Attributes:
        source: The file's new text.
        remarks: What could not be taken, in the table's order.
        links: Addresses of pictures, each with the id of its product.
        form: Whose table it is.
        file: Its name.
        goods: What it tells of.
    """

    source: bytes
    remarks: tuple[Fault, ...]
    links: Mapping[str, str]
    form: TableForm
    file: str
    goods: ImportedGoods

    def at_lines(self, error: CatalogFaultsError) -> CatalogFaultsError:
        """Return what is wrong with `source` at the lines of the table that it came of."""
        data = parse(str(decoded(self.source))).data
        return at_table_lines(error, self.file, self.goods, data)


def form_of(table: Table, file: str, said: TableForm | None = None) -> TableForm:
    """Return whose table it is.

    Args:
        table: The table.
        file: Its name, for messages.
        said: Whose somebody says that it is; else its header tells.

    Raises:
        CatalogFaultsError: nobody's that is known, or not theirs.
    """
    known = _KNOWN if said is None else {said: _KNOWN[said]}
    form = next((form for form, is_theirs in known.items() if is_theirs(table)), None)
    if form is None:
        columns = ", ".join(filter(None, table.header[:8]))
        one = fault("table_form", line=table.line, params={"columns": columns})
        raise CatalogFaultsError(file, (one,))
    return form


def currency_in(content: bytes, file: str, form: TableForm | None) -> str | None:
    """Return the currency that a table names; None for one that names none. Raises as `take`."""
    table = read_table(content, file)
    form = form_of(table, file, form)
    return google.currency_of(table) if form is TableForm.GOOGLE else None


def currency_of(source: bytes) -> str | None:
    """Return the currency of a catalog file; None where it cannot be told."""
    text = decoded(source)
    data = None if isinstance(text, Fault) else parse(text).data
    written = inside(data, ("shop", "currency"))
    code = written.strip().lower() if isinstance(written, str) else ""
    return code if code in CURRENCIES else None


def take(content: bytes, file: str, present: bytes | None, wanted: TableOptions) -> Taken:
    """Put the goods of a table into the present file, or into a new one.

    Args:
        content: The table's bytes.
        file: Its name, for messages.
        present: The file as it is; None: there is none.
        wanted: How.

    Raises:
        TableAskedError: an answer is missing to what the table itself does not settle.
        CatalogFaultsError: cells that cannot be read, each with its line, or goods of which none
            can be taken; nothing was taken.
    """
    table = read_table(content, file)
    form = form_of(table, file, wanted.form)
    cells = Cells(wanted.currency, wanted.answers)
    goods = _READ[form](table, cells)
    if cells.doubtful:
        cells = Cells(wanted.currency, wanted.answers, cells.shown)
        goods = _READ[form](table, cells)
    links = dict(_pictures(goods, wanted, cells)) if not wanted.update else {}
    if present is None:
        source = _new_file(goods, cells, wanted)
    else:
        source = merge(
            present, goods, cells, update=wanted.update, category=wanted.category, file=file
        )
    faults = tuple(one for one in _in_order(cells) if one.severity is Severity.FAULT)
    if form is TableForm.CSV and not faults:
        data = parse(str(decoded(source))).data
        try:
            Looking(table, data, cells, wanted.update, wanted.pictures).look(goods)
        except (LookupError, TypeError):
            if _is_sound(source, file):  # else it is faulty, and whoever reads it is told
                raise
    found = _in_order(cells)
    remarks = tuple(one for one in found if one.severity is Severity.WARNING)
    if faults:
        asks = all(one.kind in TableAskedError.KINDS for one in faults)
        raise (TableAskedError if asks else CatalogFaultsError)(file, faults, remarks)
    if not goods.items:
        reasons = (replace(one, severity=Severity.FAULT) for one in remarks[:_MOST_REASONS])
        raise CatalogFaultsError(file, (fault("table_nothing", line=table.line), *reasons))
    return Taken(source, remarks, links, form, file, goods)


def _is_sound(source: bytes, file: str) -> bool:
    try:
        read_catalog(source, file=file, picture=any_picture)
    except CatalogFaultsError:
        return False
    return True


def _in_order(cells: Cells) -> list[Fault]:
    return sorted(cells.found, key=lambda one: one.line)


def _pictures(
    goods: ImportedGoods, wanted: TableOptions, cells: Cells
) -> Iterator[tuple[str, str]]:
    """Yield each address of a picture, and put files in their places where there are."""

    def placed(line: int, written: str) -> str | None:
        there = wanted.pictures.get(written, written)
        if there.lower().startswith("http://"):  # in our file an address begins with https
            cells.remark(line, "", "table_picture", written=written)
            return None
        return there

    for item in goods.items:
        photos = item.keys.get("photos") or []
        rows = [row for row in item.rows if row.keys.get("photo")]
        for one in (*photos, *(row.keys["photo"] for row in rows)):
            if one.lower().startswith(("http://", "https://")):
                yield one, item.id
        if photos:
            every = (placed(item.line, one) for one in photos)
            item.keys["photos"] = list(dict.fromkeys(filter(None, every)))
        for row in rows:
            row.keys["photo"] = placed(row.line, row.keys["photo"])


def _new_file(goods: ImportedGoods, cells: Cells, wanted: TableOptions) -> bytes:
    goods.items = [item for item in goods.items if is_whole(item, cells)]
    for item in goods.items:
        item.keys.setdefault("category", goods.category(wanted.category))
    used = {item.keys["category"] for item in goods.items}
    categories = [new_category(one) for own, one in goods.categories.items() if own in used]
    made: dict[str, Any] = {
        "shop": {"name": wanted.shop, "currency": wanted.currency},
        "categories": categories,
        "products": [entry_of(item) for item in goods.items],
    }
    return (text_of(made) + "\n").encode()

"""Our own table of the goods: a row a variant, as a spreadsheet opens it rightly."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import product as combinations
from typing import Any, Final

from bot.catalog_file.goods_rules import is_sale_unused
from bot.catalog_file.parse import Data, objects
from bot.domain.money import Money
from bot.moving_in.entries import same_amount
from bot.moving_in.goods import PRODUCT, counted_by
from bot.moving_in.sheet_columns import COLUMNS
from bot.moving_in.spoilt import kept

#: How Excel knows UTF-8.
_BYTE_ORDER_MARK: Final = "\ufeff"
AMOUNTS: Final = frozenset(["price", "was", "sale_price"])
_PLAIN: Final = ("sku", "barcode", "weight")
_OF_PRODUCTS: Final = ("brand", "min_per_order", "max_per_order", "tax_code")
#: Columns that are there even where they are empty: an owner looks for them.
_ALWAYS: Final = frozenset(["id", "category", "name", "price", "stock"])

#: A row: texts, numbers and amounts by column; of words also by column and language.
RowCells = dict[tuple[str, str], Any]


def goods_table(data: Data, *, comma: bool) -> bytes:
    """Return the goods of a sound catalog file as CSV.

    Args:
        data: The file's top object, as it was parsed.
        comma: Amounts with a decimal comma, and semicolons between columns.
    """
    currency = str(data["shop"]["currency"]).strip().lower()
    rows = list(_rows(data))
    used = {column for row in rows for column, value in row.items() if value not in {None, ""}}
    used |= {(name, "") for name in _ALWAYS if not any(one == name for one, _ in used)}
    tags = dict.fromkeys(["", *(tag for row in rows for _, tag in row)])
    columns = [(name, tag) for name in COLUMNS for tag in tags if (name, tag) in used]
    written = io.StringIO()
    table = csv.writer(written, delimiter=";" if comma else ",")
    table.writerow(f"{name} ({tag})" if tag else name for name, tag in columns)
    for row in rows:
        table.writerow(_cell(one[0], row.get(one), currency, comma=comma) for one in columns)
    return (_BYTE_ORDER_MARK + written.getvalue()).encode()


def _cell(name: str, value: Any, currency: str, *, comma: bool) -> str:
    match value:
        case None | False:
            return ""
        case True:
            return "yes"
        case _ if name in AMOUNTS:
            written = f"{Money.parse(value, currency).to_decimal():f}"
            return written.replace(".", ",") if comma else written
        case int():
            return str(value)
        case _:
            return kept(str(value))


def _rows(data: Data) -> Iterator[RowCells]:
    categories = {str(one.get("id")): one for _, one in objects(data.get("categories"))}
    told: set[str] = set()
    for _, product in objects(data.get("products")):
        of = str(product["category"])
        first = own_cells(product, {} if of in told else categories.get(of, {}))
        told.add(of)
        for row in variant_cells(product).values():
            row["id", ""], row["category", ""] = product["id"], product["category"]
            yield first | row if first else row
            first = {}


def own_cells(product: Data, category: Data) -> RowCells:
    """Return what is a product's own, and its category's: what stands in one row of its."""
    row: RowCells = {}
    _put_words(row, "category_name", category.get("name"))
    row["category_emoji", ""] = category.get("emoji")
    for name in ("name", "description"):
        _put_words(row, name, product.get(name))
    for name in _OF_PRODUCTS:
        row[name, ""] = product.get(name)
    row["hidden", ""], row["new", ""] = product.get("hidden"), product.get("new")
    one = product.get("photo")
    for n, photo in enumerate(product.get("photos") or ([one] if one else []), 1):
        row[f"photo{n}", ""] = photo
    for n, (_, detail) in enumerate(objects(product.get("details")), 1):
        _put_words(row, f"detail_label{n}", detail.get("label"))
        _put_words(row, f"detail{n}", detail.get("text"))
    for n, (_, option) in enumerate(objects(product.get("options")), 1):
        row[f"option{n}_id", ""] = option["id"]
        _put_words(row, f"option{n}", option.get("name"))
    row["simple_options", ""] = bool(product.get("options")) and not product.get("variants")
    return row


def variant_cells(product: Data) -> dict[tuple[str, ...], RowCells]:
    """Return what each row of a product has of its own, by its choices in the options' order."""
    options = [str(one["id"]) for _, one in objects(product.get("options"))]
    every = range(1, len(options) + 1)
    return {tuple(str(row[f"value{n}_id", ""]) for n in every): row for row in _rows_of(product)}


def _rows_of(product: Data) -> Iterator[RowCells]:
    options = [option for _, option in objects(product.get("options"))]
    values = [
        {str(value["id"]): value for _, value in objects(option.get("values"))}
        for option in options
    ]
    if not options:
        row: RowCells = {}
        for key in ("price", "was", "stock", *_PLAIN):
            row[key, ""] = product.get(key)
        _put_sale(row, product, own=False)
        yield row
    elif product.get("variants"):
        for _, variant in objects(product["variants"]):
            chosen = [
                known[variant["options"][one["id"]]]
                for one, known in zip(options, values, strict=True)
            ]
            yield _listed(product, variant) | _chosen(chosen)
    else:
        for choice in combinations(*(known.values() for known in values)):
            yield _simple(product, choice) | _chosen(choice)


def _listed(product: Data, variant: Data) -> RowCells:
    row: RowCells = {}
    for key in ("price", *_PLAIN):
        row[key, ""] = variant.get(key, product.get(key))
    has_own = variant.get("price") is not None
    _put_sale(row, product, own=has_own)
    row["was", ""] = was = variant.get("was", product.get("was"))
    if has_own and variant.get("was") is None and was is not None:
        is_above = Decimal(str(was)) > Decimal(str(variant["price"]))
        row["was", ""] = was if is_above and not product.get("sale") else None
    shares = variant.get("stock") is None and product.get("stock") is not None
    row["stock", ""] = product["stock"] if shares else variant.get("stock")
    row["shared_stock", ""] = PRODUCT if shares else None
    row["variant_photo", ""], row["variant_hidden", ""] = (
        variant.get("photo"),
        variant.get("hidden"),
    )
    return row


def _simple(product: Data, choice: Sequence[Data]) -> RowCells:
    row: RowCells = {}
    for key in _PLAIN:
        row[key, ""] = product.get(key)
    price = next((value["price"] for value in choice if value.get("price") is not None), None)
    row["price", ""] = product["price"] if price is None else price
    _put_sale(row, product, own=price is not None)
    row["was", ""] = was = product.get("was")
    if price is not None and was is not None:
        is_above = Decimal(str(was)) > Decimal(str(price))
        row["was", ""] = was if is_above and not product.get("sale") else None
    row["variant_photo", ""] = next(filter(None, (value.get("photo") for value in choice)), None)
    counted = next((value for value in choice if value.get("stock") is not None), None)
    row["stock", ""] = product.get("stock") if counted is None else counted["stock"]
    row["shared_stock", ""] = PRODUCT
    for option, value in zip(product["options"], choice, strict=True):
        if value is counted:
            row["shared_stock", ""] = counted_by(option["id"], value["id"])
    return row


def _put_sale(row: RowCells, product: Data, *, own: bool) -> None:
    """Put in the sale where it holds.

    A price of the row's own that is the product's too stands as its sale's: a sale that costs no
    less is none.
    """
    sale = product.get("sale")
    if not sale or is_sale_unused(product):
        return
    if not own:
        for key in ("price", "from", "until"):
            row[f"sale_{key}", ""] = sale.get(key)
    elif same_amount(product["price"], row["price", ""]):
        row["sale_price", ""] = row["price", ""]


def _chosen(values: Sequence[Data]) -> RowCells:
    row: RowCells = {}
    for n, value in enumerate(values, 1):
        row[f"value{n}_id", ""] = value["id"]
        _put_words(row, f"value{n}", value.get("name"))
    return row


def _put_words(row: RowCells, name: str, words: Any) -> None:
    if isinstance(words, dict):
        for tag, text in words.items():
            row[name, tag] = text
    elif words is not None:
        row[name, ""] = words

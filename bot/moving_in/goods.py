"""Goods as a table tells of them, before they are put into our file: products and their variants.

Values are as our file writes them. A key that is there with None, and a language with an empty
text, is to be taken away; one that is not there is none of the table's business.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

from bot.catalog_file.fields import (
    CATEGORY_ID_LENGTH,
    PART_ID_LENGTH,
    PRODUCT_ID_LENGTH,
    VARIANT_ID_LENGTH,
    Words,
    slug,
)
from bot.catalog_file.shape import MOST_OPTIONS
from bot.moving_in.plain import short_id

_ID: Final = re.compile(r"[a-z0-9][a-z0-9-]*\Z")
#: Signs that tell values apart, such as lenses of +1.00 and -1.00, and that no id can have.
_SIGNS: Final = {"+": "plus", "-": "minus", "−": "minus"}
_SIGN: Final = re.compile(r"\+|(?<![^\s(/])[-−](?=[.,]?[0-9])")
#: The word for rows that share the product's stock.
PRODUCT: Final = "product"


@dataclass(frozen=True, slots=True)
class Choice:
    """A value of an option: its id, and what people read; None where the table does not say."""

    id: str
    name: Words | None


@dataclass(slots=True)
class VariantRow:
    """Something that is sold: a variant, or a product without options.

    Attributes:
        line: Of the table.
        choices: One of each option.
        keys: Its own of price, was, stock, sku, barcode, weight, photo and hidden.
        shared: With what it shares its stock: a value (`counted_by`), or `PRODUCT`; empty: with
            nothing.
        counted: The table says that its stock is its own count.
        on_sale: Whether its product's sale holds for it, at the product's own price; None: where
            its price is that one.
        available: It is in stock elsewhere, of how many no number tells.
        number: What it is known by elsewhere, which may be its sku here.
    """

    line: int
    choices: tuple[Choice, ...] = ()
    keys: dict[str, Any] = field(default_factory=dict)
    shared: str = ""
    counted: bool = False
    on_sale: bool | None = None
    available: bool = False
    number: str = ""

    def told(self, key: str) -> tuple[Any, bool]:
        """Return a key's value, and whether it is a price that stays its own beside a sale."""
        return self.keys.get(key), key == "price" and self.on_sale is False

    @property
    def ids(self) -> tuple[str, ...]:
        """The chosen values' ids."""
        return tuple(one.id for one in self.choices)


@dataclass(slots=True)
class Item:
    """A product.

    Attributes:
        line: Where it begins.
        keys: The product's own values but those that a `VariantRow` has; `photos` is a list.
        options: What there is to choose.
        rows: At least one.
        simple: Written as options whose values have prices and stock, not as listed variants.
        renames: What it calls options and values is what the owner wants them called.
        present: The id that the present file has for it; empty: it is new.
        columns: How many photos and details the table has columns for, where not for any number.
    """

    line: int
    keys: dict[str, Any]
    options: tuple[Choice, ...] = ()
    rows: list[VariantRow] = field(default_factory=list)
    simple: bool = False
    renames: bool = False
    present: str = ""
    columns: dict[str, int] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """The product's id."""
        return str(self.keys["id"])


def filled(value: Any) -> Any:
    """Return a value without what is to be taken away of it."""
    if isinstance(value, list):
        return [filled(one) for one in value]
    if isinstance(value, dict):
        return {key: filled(one) for key, one in value.items() if one is not None and one != ""}
    return value


#: What a category's entry has that is not the file's, or stays.
ABOUT: Final = frozenset(["id", "called", "line"])


def new_category(category: Mapping[str, Any]) -> dict[str, Any]:
    """Return a category as a new entry."""
    rest = {key: one for key, one in category.items() if key not in {*ABOUT, "name"}}
    name = category.get("name") or category.get("called") or category["id"]
    made: dict[str, Any] = filled({"id": category["id"], "name": name, **rest})
    return made


@dataclass(slots=True)
class ImportedGoods:
    """All that a table tells of: products, and the categories that they are in.

    Categories are entries by id; ``called`` is the name of one that is new, ``line`` where
    the table names it.
    """

    items: list[Item] = field(default_factory=list)
    categories: dict[str, dict[str, Any]] = field(default_factory=dict)

    def category(self, name: str) -> str:
        """Return the id of the category of a name."""
        own = short_id(slug(name), name, CATEGORY_ID_LENGTH)
        self.categories.setdefault(own, {"id": own, "called": name})
        return own


def is_id(written: str, limit: int) -> bool:
    """Return whether a text is an id already, perhaps one that no name would be made into."""
    return len(written) <= limit and _ID.match(written) is not None


def product_id(written: str, taken: Container[str]) -> str:
    """Return the id of a product by its name elsewhere; another than those that are taken."""
    own = short_id(slug(written), written, PRODUCT_ID_LENGTH)
    return own if own not in taken else short_id("", written, PRODUCT_ID_LENGTH)


def choices(options: Iterable[tuple[str, str]]) -> tuple[tuple[Choice, Choice], ...]:
    """Return the first options and their values with ids that fit into a variant's.

    The same names always get the same ids, whatever else is there to choose.
    """
    named = list(options)[:MOST_OPTIONS]
    count = max(len(named), 1)
    room = min(PART_ID_LENGTH, (VARIANT_ID_LENGTH - (count - 1)) // count)
    return tuple(
        (
            Choice(_part_id(name, PART_ID_LENGTH), name),
            Choice(_part_id(value, room), value),
        )
        for name, value in named
    )


@lru_cache(1024)  # colours and sizes stand on many products
def _part_id(name: str, limit: int) -> str:
    spelt = _SIGN.sub(lambda sign: f" {_SIGNS[sign.group()]} ", name)
    return short_id(slug(spelt), name, limit)


def values_of(item: Item) -> Iterator[tuple[Choice, list[Choice]]]:
    """Yield each option with its values, each once, in the order of the rows."""
    for place, option in enumerate(item.options):
        seen: dict[str, Choice] = {}
        for row in item.rows:
            one = row.choices[place]
            known = seen.setdefault(one.id, one)
            if known.name is None:
                seen[one.id] = one
        yield option, list(seen.values())


def by_value(item: Item, key: str, place: int) -> Mapping[str, tuple[Any, bool]] | None:
    """Return what rows tell of a key by an option's value; None: it hangs on another one too."""
    found: dict[str, tuple[Any, bool]] = {}
    for row in item.rows:
        if found.setdefault(row.choices[place].id, row.told(key)) != row.told(key):
            return None
    return found


def counted_by(option: str, value: str) -> str:
    """Return how a table names a value whose stock is counted, by ids; never `PRODUCT`."""
    return f"{option}.{value}" if value == PRODUCT else value

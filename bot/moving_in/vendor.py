"""What all vendors' tables have alike: words made plain and short, pictures, old prices."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any, Final

from bot.catalog_file.fields import (
    ADDRESS_LENGTH,
    DESCRIPTION_LENGTH,
    NAME_LENGTH,
    PRODUCT_ID_LENGTH,
)
from bot.catalog_file.shape import MOST_PHOTOS, MOST_VALUES, MOST_VARIANTS
from bot.moving_in.cells import Cells
from bot.moving_in.goods import (
    Choice,
    ImportedGoods,
    Item,
    VariantRow,
    choices,
    is_id,
    product_id,
    values_of,
)
from bot.moving_in.plain import one_line, plain_text, shortened
from bot.moving_in.table import TableRow

#: Stands for an option that is none.
NO_OPTION: Final = ("title", "default title")
_ADDRESS: Final = re.compile(r"https?://[^\s/]+\.[^\s]+\Z", re.IGNORECASE)


class Vendor:
    """Takes rows of a vendor's table into goods, by the rules that hold for each vendor."""

    def __init__(self, cells: Cells) -> None:
        self.cells = cells
        self.goods = ImportedGoods()
        self._ids: dict[str, str] = {}
        self._taken: set[str] = set()
        self._sales: dict[int, tuple[str, dict[str, Any]]] = {}

    def id_of(self, handle: str, *, ours: bool = False) -> str:
        """Return the id of a product, always the same for its handle; one of ours is that."""
        if handle not in self._ids:
            ours = ours and is_id(handle, PRODUCT_ID_LENGTH)
            self._ids[handle] = handle if ours else product_id(handle, self._taken)
            self._taken.add(self._ids[handle])
        return self._ids[handle]

    def take(
        self,
        owned: Iterable[tuple[str, TableRow]],
        item: Callable[[str, list[TableRow]], Item | None],
    ) -> None:
        """Take rows as goods.

        Args:
            owned: Each row after what tells whose it is; the rows of one product may lie apart.
            item: Makes a product of its rows; None where they make none.
        """
        groups: dict[str, list[TableRow]] = {}
        for own, row in owned:
            groups.setdefault(own, []).append(row)
        made = (item(own, rows) for own, rows in groups.items())
        self.goods.items += [one for one in made if one is not None]

    def name(self, line: int, column: str, written: str, limit: int = NAME_LENGTH) -> str:
        """Return a name as ours may be."""
        return self.short(line, column, one_line(written), limit)

    def short(self, line: int, column: str, text: str, limit: int = NAME_LENGTH) -> str:
        """Return a text as long as ours may be."""
        if len(text) > limit:
            self.cells.remark(line, column, "table_shortened", limit=limit, length=len(text))
        return shortened(text, limit)

    def description(self, line: int, column: str, written: str) -> str | None:
        """Return a description as ours may be; None where it says nothing."""
        return self.short(line, column, plain_text(written), DESCRIPTION_LENGTH) or None

    def category(self, written: Iterable[str]) -> str | None:
        """Return the id of the first category that has a name."""
        names = (one_line(one.rsplit(">", 1)[-1]) for one in written)
        name = next((one for one in names if one), None)
        return None if name is None else self.goods.category(shortened(name, NAME_LENGTH))

    def chosen(
        self, item: Item, line: int, named: Sequence[tuple[str, str]]
    ) -> tuple[Choice, ...] | None:
        """Return what a row chooses by options and values; None where they are not its product's.

        The first row says which options a product has.
        """
        pairs = choices(named)
        options, values = (tuple(pair[at] for pair in pairs) for at in (0, 1))
        ids = [one.id for one in options]
        others = bool(item.rows) and ids != [one.id for one in item.options]
        if others or len(set(ids)) < len(named):  # more than there may be, or two of one name
            self.cells.remark(line, "", "table_options", id=item.id)
            return None
        item.options = options
        return values

    def picture(self, line: int, column: str, written: str) -> str | None:
        """Return a picture's address; None where it is none."""
        if not written:
            return None
        if not _ADDRESS.match(written) or len(written) > ADDRESS_LENGTH:
            self.cells.remark(line, column, "table_picture", written=written)
            return None
        return written

    @staticmethod
    def prices(price: str, was: str | None, *, known: bool) -> dict[str, Any]:
        """Return a price and the one before it; an old price that is not above it is none.

        Args:
            price: As `Cells.amount` gave it.
            was: As well.
            known: Whether the table has old prices at all.
        """
        if was is not None and Decimal(was) > Decimal(price):
            return {"price": price, "was": was}
        return {"price": price, "was": None} if known else {"price": price}

    def sale(self, line: int, column: str, sale: dict[str, Any]) -> None:
        """Note that a row costs less for some days; of both ends there may be none."""
        self._sales[line] = column, {"from": None, "until": None} | sale

    def _settle_sale(self, item: Item) -> None:
        """Make one sale that rows have in common the product's: it has one, of one price."""
        told = [row for row in item.rows if row.line in self._sales]
        sales = [(row.keys["price"], self._sales[row.line][1]) for row in told]
        if not sales or any(one != sales[0] for one in sales):
            for row in told:
                column, _ = self._sales[row.line]
                self.cells.remark(row.line, column, "table_sale", id=item.id)
            return
        item.keys["sale"] = sales[0][1]
        for row in item.rows if item.options else ():
            row.on_sale = row.line in self._sales

    def finish(self) -> ImportedGoods:
        """Leave out what our file cannot hold, and return the rest."""
        self.goods.items = [item for item in self.goods.items if self._fits(item)]
        for item in self.goods.items:
            self._settle_sale(item)
            if all(row.keys.get("hidden") for row in item.rows):  # there is no such product of ours
                item.keys["hidden"] = True
                for row in item.rows:
                    row.keys["hidden"] = None
        skus: set[str] = set()
        for holder in (one for item in self.goods.items for one in _with_skus(item)):
            sku = holder.keys.get("sku")
            if sku in skus:
                self.cells.remark(holder.line, "", "table_sku_twice", sku=sku)
                del holder.keys["sku"]
            elif sku:
                skus.add(sku)
        return self.goods

    def _fits(self, item: Item) -> bool:
        photos = item.keys.get("photos") or []
        if len(photos) > MOST_PHOTOS:
            params = {"limit": MOST_PHOTOS, "count": len(photos)}
            self.cells.remark(item.line, "", "table_photos", **params)
            item.keys["photos"] = photos[:MOST_PHOTOS]
        if not item.rows:
            if not any(one.line == item.line for one in self.cells.found):
                self.cells.remark(item.line, "", "table_no_price", id=item.id)
            return False
        seen: set[tuple[str, ...]] = set()
        for row in list(item.rows):
            if row.ids in seen:
                self.cells.remark(row.line, "", "table_twice", id=item.id)
                item.rows.remove(row)
            seen.add(row.ids)
        sizes = [len(values) for _, values in values_of(item)]
        if len(item.rows) > MOST_VARIANTS or any(size > MOST_VALUES for size in sizes):
            self.cells.remark(
                item.line, "", "table_variants",
                id=item.id, limit=MOST_VARIANTS, count=len(item.rows), values=MOST_VALUES,
            )  # fmt: skip
            return False
        return True


def _with_skus(item: Item) -> Iterator[Item | VariantRow]:
    """Yield what has a sku of its own: with simple options that is one for all rows."""
    yield item
    yield from item.rows[:1] if item.simple else item.rows

"""The columns of a vendor's table: each by what we call it, and those that nobody took."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from bot.moving_in.cells import Cells
from bot.moving_in.table import Table, TableRow

#: What cells hold where a shop makes no use of a column.
_NOTHING: Final = frozenset(["", "0", "false"])


@dataclass(slots=True)
class Columns:
    """Which column of a table is which.

    Attributes:
        places: By our name.
        heads: The column's own name, by ours: for messages.
        left: Columns, by our name, of which something was not taken.
    """

    table: Table
    places: Mapping[str, int]
    heads: dict[str, str] = field(init=False)
    left: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.heads = {name: self.table.header[place] for name, place in self.places.items()}

    def __contains__(self, name: str) -> bool:
        return name in self.places

    def of(self, row: TableRow, name: str) -> str:
        """Return a row's cell; empty where there is no such column."""
        return row[self.places.get(name)]

    def head(self, name: str) -> str:
        """Return how the table calls a column."""
        return self.heads.get(name, name)

    def first(self, row: TableRow, *names: str) -> str:
        """Return the first of a row's cells that is not empty; another one is left."""
        filled = [name for name in names if self.of(row, name)]
        self.left.update(filled[1:])
        return self.of(row, filled[0]) if filled else ""

    def tell_left(self, cells: Cells, row: TableRow, *names: str) -> None:
        """Note cells of a row that hold something and are not taken."""
        left = [self.head(name) for name in names if self.of(row, name)]
        if left:
            cells.untaken(row.line, left)

    def tell_untaken(self, cells: Cells, settled: Iterable[str] = ()) -> None:
        """Note the columns that hold something and that have no place in our file.

        Args:
            cells: Where to.
            settled: Names of columns that say nothing about goods, such as ``Position``.
        """
        known = {place for name, place in self.places.items() if name not in self.left}
        quiet = {one.casefold() for one in settled}
        left = [
            name
            for place, name in enumerate(self.table.header)
            if place not in known
            and name.casefold() not in quiet
            and any(row[place].casefold() not in _NOTHING for row in self.table.rows)
        ]
        if left:  # names beyond some are only counted: prices, such as other markets', come first
            left.sort(key=lambda name: not name.casefold().startswith("price"))
            cells.untaken(self.table.line, left)


def found(table: Table, names: Mapping[str, Iterable[str]]) -> dict[str, int]:
    """Return where columns stand, each by the first of its names that there is."""
    there = table.named()
    return {
        ours: there[name]
        for ours, theirs in names.items()
        for name in list(theirs)[::-1]
        if name in there
    }

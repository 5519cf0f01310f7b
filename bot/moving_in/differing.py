"""Whether a cell of our own table and a value of the catalog file say the same."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

from bot.catalog_file.moments import PATTERN as MOMENT
from bot.moving_in.cells import Cells
from bot.moving_in.entries import same_amount
from bot.moving_in.sheet_writing import AMOUNTS

_NUMBERS: Final = frozenset(["stock", "min_per_order", "max_per_order", "weight"])
_TRUTHS: Final = frozenset(["hidden", "variant_hidden", "new", "simple_options"])
_CODES: Final = frozenset(["sku", "barcode"])
MOMENTS: Final = frozenset(["sale_from", "sale_until"])


@dataclass(frozen=True, slots=True)
class Comparing:
    """Compares by what cells mean, as they were read: `9,5` is `9.50`.

    Attributes:
        quiet: Reads cells; what is wrong with them was noted before.
        unit: Of the column of weights.
    """

    quiet: Cells
    unit: str

    def differs(self, name: str, written: str, value: Any) -> bool:
        """Return whether a cell of a column says something else than a value of the file."""
        read: Any = written.split()
        kept: Any = str(value or "").split()
        if name in AMOUNTS:
            read, kept = self.quiet.amount(0, name, written), value
            return not same_amount(kept, read) if read else kept is not None
        if name in _NUMBERS:
            read, kept = self._number(name, written), value
        elif name in _TRUTHS:
            read, kept = self.quiet.yes(0, name, written), bool(value)
        elif name in _CODES:
            read, kept = self.quiet.code(0, name, written), value
        elif name in MOMENTS:
            read, kept = self._moment(name, written), str(value or "").replace(" ", "T")
        elif name == "category":  # by its id or by its name
            read, kept = written.casefold(), str(value).casefold()
        return bool(read != kept)

    def _number(self, name: str, written: str) -> int | None:
        if name == "weight":
            return self.quiet.grams(0, name, written, self.unit)
        return self.quiet.count(0, name, written)

    def _moment(self, name: str, written: str) -> str:
        whole = re.match(MOMENT, written, re.ASCII)
        moment = written if whole else self.quiet.day(0, name, written)
        return (moment or "").replace(" ", "T")

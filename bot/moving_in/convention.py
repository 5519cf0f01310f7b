"""How a table writes its numbers and days, as its plain cells show: those with one reading only.

A table has one convention: beside ``9,50`` an amount ``1.400`` has one reading too. Where cells
show two conventions, or none, somebody is asked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Final

_THREE: Final = 3


class Numbers(Enum):
    """Which cells have one convention: vendors write weights in another than amounts."""

    AMOUNTS = auto()
    WEIGHTS = auto()


@dataclass(slots=True)
class Convention:
    """What the cells that were read show.

    Attributes:
        marks: What stands before decimals.
        orders: Whether a month stands before its day.
    """

    marks: set[tuple[Numbers, str]] = field(default_factory=set)
    orders: set[bool] = field(default_factory=set)

    def number(self, numbers: Numbers, text: str) -> None:
        """Note what a number with one reading shows; in ASCII."""
        mark = _decimal_mark(text)
        if mark:
            self.marks.add((numbers, mark))

    def parted(self, numbers: Numbers, text: str) -> bool | None:
        """Return whether the mark before three digits parts thousands; None: not settled."""
        shown = [mark for kind, mark in self.marks if kind is numbers]
        return shown[0] not in text if len(shown) == 1 else None

    @property
    def month_first(self) -> bool | None:
        """Whether 2/1 is the first of February; None: not settled."""
        return next(iter(self.orders)) if len(self.orders) == 1 else None


def _decimal_mark(text: str) -> str | None:
    """Return what stands before a number's decimals; None where it does not show."""
    marks = re.findall("[.,]", text)
    if not marks:
        return None
    if len(set(marks)) > 1:
        return str(marks[-1])
    if len(marks) > 1:
        return "," if marks[0] == "." else "."
    return None if len(text) - text.index(marks[0]) - 1 == _THREE else str(marks[0])

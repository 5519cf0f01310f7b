"""The owner's catalog file as the shop sees it: what a reading comes to, and how it is edited."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate
from types import MappingProxyType
from typing import Any, Final, Protocol

from bot.domain.catalog.model import Catalog, StockId
from bot.domain.errors import ShopError
from bot.domain.money import Money

#: The largest file, in bytes; a catalog of 10,000 rich products has about 5 MB.
LARGEST_CATALOG: Final = 8_000_000
#: The largest table of goods, in bytes: what a bot may fetch from a chat (Bot API, `getFile`).
LARGEST_TABLE: Final = 20_000_000
#: Where pictures that are sent in the chat are saved, relative to the file.
PICTURES: Final = "photos"
#: Faults of the file as a whole, which stand on no line of it.
_WHOLE_FILE: Final = frozenset(
    {"empty", "too_large", "utf16", "file_missing", "file_special", "file_unreadable"}
)
#: Characters of a value that a fault shows: enough for the names of all keys of a product.
LONGEST_SHOWN: Final = 120


class Severity(StrEnum):
    """A fault keeps the catalog out of the shop; a warning does not."""

    FAULT = "fault"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong, or doubtful, at one place of the file. Its words stand in locales/.

    Attributes:
        line: From 1.
        column: From 1, in characters.
        field: Where in the data, such as ``products[3].price``; empty for the file as a whole.
        kind: Which fault, such as ``price_decimals``.
        params: Values for the text's placeholders.
        within: The field in the words of the file: ``noite-calma › price``.
    """

    line: int
    column: int
    field: str
    kind: str
    params: Mapping[str, str | int | Money]
    severity: Severity = Severity.FAULT
    within: str = dataclasses.field(default="", compare=False)

    @property
    def key(self) -> str:
        """The message key in locales/."""
        return f"catalog.fault.{self.kind}"

    @property
    def has_place(self) -> bool:
        """Whether it stands on a line, and is not the whole file's."""
        return self.kind not in _WHOLE_FILE


def fault(
    kind: str,
    *,
    line: int = 1,
    column: int = 1,
    field: str = "",
    within: str = "",
    severity: Severity = Severity.FAULT,
    params: Mapping[str, object] = MappingProxyType({}),
) -> Fault:
    """Make a fault whose values can be shown to anybody: short, and whole as Unicode."""
    shown = {key: _shown(value) for key, value in params.items()}
    return Fault(line, column, field, kind, shown, severity, str(_shown(within)))


def _shown(value: object) -> str | int | Money:
    if isinstance(value, Money) or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    text = str(value).encode("utf-8", "replace").decode()
    text = "".join(mark if mark.isprintable() else "�" for mark in text)
    return text if len(text) <= LONGEST_SHOWN else text[: LONGEST_SHOWN - 1] + "…"


def fitting(names: Sequence[str]) -> tuple[str, int]:
    """Return the first names, as many as a fault shows whole, and how many more there are."""
    ends = accumulate(len(name) + len(", ") for name in names)
    named = max(1, sum(end - len(", ") <= LONGEST_SHOWN for end in ends))
    return ", ".join(names[:named]), len(names[named:])


def as_json(params: Mapping[str, str | int | Money]) -> dict[str, Any]:
    """Return a fault's values as JSON has them: an amount is a list."""
    return {
        key: [value.minor, value.currency] if isinstance(value, Money) else value
        for key, value in params.items()
    }


def from_json(params: Mapping[str, Any]) -> dict[str, str | int | Money]:
    """Return a fault's values as they were."""
    return {
        key: Money(*value) if isinstance(value, list) else value for key, value in params.items()
    }


class CatalogFaultsError(ShopError):
    """The catalog file cannot be used; carries every fault found, in the file's order.

    Attributes:
        file: The file's name, as the owner knows it.
        faults: At least one.
        warnings: What else is doubtful.
    """

    def __init__(
        self, file: str, faults: tuple[Fault, ...], warnings: tuple[Fault, ...] = ()
    ) -> None:
        told = (f"{file}:{one.line}:{one.column}: {one.kind}" for one in faults)
        super().__init__("\n".join(told))
        self.file = file
        self.faults = faults
        self.warnings = warnings


@dataclass(frozen=True, slots=True)
class TableAnswers:
    """What somebody said about cells of a table that can be read in two ways.

    Attributes:
        thousands: Whether a mark before three digits parts thousands; None: nobody was asked.
        month_first: Whether 2/1 is the first of February; None: nobody was asked.
    """

    thousands: bool | None = None
    month_first: bool | None = None


class TableAskedError(CatalogFaultsError):
    """Cells of a table have two readings, and else nothing is wrong; the first is asked about.

    Its answer holds for all of its kind: a table has one convention.
    """

    #: What an answer is about by a fault's kind, and the names of the fault's two readings.
    KINDS: Final = MappingProxyType(
        {
            "table_two_ways": ("thousands", "decimal", "thousands"),
            "table_day_two_ways": ("month_first", "first", "second"),
        }
    )

    @property
    def question(self) -> Fault:
        """The first cell."""
        return self.faults[0]

    @property
    def count(self) -> int:
        """How many cells an answer settles."""
        return sum(one.kind == self.question.kind for one in self.faults)

    @property
    def readings(self) -> tuple[object, object]:
        """What the cell can mean."""
        _, first, second = self.KINDS[self.question.kind]
        return self.question.params[first], self.question.params[second]

    def answered(self, so_far: TableAnswers, *, second: bool) -> TableAnswers:
        """Return all answers once it is said which reading is meant."""
        about, _, _ = self.KINDS[self.question.kind]
        return dataclasses.replace(so_far, **{about: second})


@dataclass(frozen=True, slots=True)
class Reading:
    """A catalog that was read, and what is doubtful about it.

    Attributes:
        warnings: In the file's order; none of them keeps the catalog out of the shop.
        kept: What makes this reading again without reading; empty where nothing was kept.
    """

    catalog: Catalog
    warnings: tuple[Fault, ...]
    kept: bytes = b""


@dataclass(frozen=True, slots=True)
class PictureFact:
    """What is known of a picture file.

    Attributes:
        size: In bytes.
        format: jpeg, png, webp or gif; None where it is no picture that we know.
        width: In pixels; None where the file's head does not say.
        height: In pixels.
        inside: Whether the file lies in the catalog's folder, links followed.
        whole: Whether it goes on to the picture's end.
    """

    size: int
    format: str | None = None
    width: int | None = None
    height: int | None = None
    inside: bool = True
    whole: bool = True


#: Tells about the file at a path relative to the catalog; None: there is none.
PictureLookup = Callable[[str], PictureFact | None]


@dataclass(frozen=True, slots=True)
class MergedTable:
    """A catalog's text with the goods of a table in it.

    Attributes:
        source: The new text, which may have faults.
        remarks: What could not be taken.
        at_lines: Tells faults of the text at the table's lines.
    """

    source: bytes
    remarks: tuple[Fault, ...]
    at_lines: Callable[[CatalogFaultsError], CatalogFaultsError]


#: Puts the goods of a table, which has a name, into a catalog's text; new products that have no
#: category get one of the given name. Raises `TableAskedError` where an answer is missing,
#: `CatalogFaultsError` where cells cannot be read.
TableMerge = Callable[[bytes, str, bytes, str, TableAnswers], MergedTable]


class CatalogReader(Protocol):
    """Reads the owner's file."""

    async def parse(
        self,
        source: bytes,
        kept: bytes = b"",
        *,
        before: Catalog | None = None,
        pictures: bool = True,
    ) -> Reading:
        """Read a text as if it were the file, unless an earlier reading of the same is at hand.

        Args:
            source: The text.
            kept: Of an earlier reading, perhaps of another text.
            before: What is sold until now: ids must go on meaning what they mean there.
            pictures: Whether the pictures that it names must be there.

        Raises:
            CatalogFaultsError: with every fault that was found.
            TransientError: it could not be read now.
        """
        ...

    async def reopen(self, source: bytes, kept: bytes) -> Reading | None:
        """Return an earlier reading of a text, also one by an earlier program.

        What was sold from goes on selling where a newer program would refuse its text. None where
        the earlier program kept it in a way that this one does not know.
        """
        ...


class CatalogEditor(Protocol):
    """Changes one value of the file's text; every other byte stays as the owner wrote it.

    A target is ``product``, or ``product/value`` as in a `StockId`. No rule of the catalog is
    checked: whoever writes the result reads it first.

    Raises:
        RefusedError: ``refused.unknown_target``: there is no such product or value.
        CatalogFaultsError: the text is no JSON.
    """

    def set_price(self, source: bytes, target: str, price: Money) -> bytes:
        """Set a price, written as a text or as a number, as it was before."""
        ...

    def set_prices(
        self, source: bytes, prices: Mapping[StockId, Money], unsold: Collection[StockId] = ()
    ) -> bytes:
        """Set prices by target; a ``was`` that is not above its price any more goes with it.

        Args:
            source: The file's text.
            prices: The new ones.
            unsold: Products whose sales are taken out.
        """
        ...

    def set_currency(self, source: bytes, currency: str) -> bytes:
        """Set the currency of all prices; their numbers stay."""
        ...

    def set_stock(self, source: bytes, target: str, count: int | None) -> bytes:
        """Count anew, held units included; None: it is always available."""
        ...

    def set_hidden(self, source: bytes, target: str, hidden: bool) -> bytes:
        """Hide a product from customers, or show it."""
        ...

    def set_photo(self, source: bytes, target: str, photo: str) -> bytes:
        """Set the main picture: a path relative to the file, or an https URL."""
        ...


class CatalogFile(CatalogEditor, Protocol):
    """The owner's file and the pictures beside it."""

    @property
    def file(self) -> str:
        """The file's name, as the owner knows it."""
        ...

    def read_source(self) -> bytes:
        """Return the file's content.

        Raises:
            CatalogFaultsError: there is no such file, or it cannot be read.
        """
        ...

    def write_source(self, source: bytes) -> None:
        """Replace the file; a reader sees the old one or the new one, never a half.

        Raises:
            RefusedError: ``unwritable.…``: why, and what to do; nothing is changed.
        """
        ...

    def write_picture(self, path: str, content: bytes) -> None:
        """Save a picture under a path relative to the file. Raises as `write_source`."""
        ...

    def read_picture(self, path: str) -> bytes | None:
        """Return a picture; None where there is none that Telegram would take."""
        ...

    def mark(self, path: str) -> tuple[int, ...]:
        """Return what changes whenever the file of a picture does.

        Raises:
            OSError: there is none.
        """
        ...

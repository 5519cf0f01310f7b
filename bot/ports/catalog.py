"""Faults of the catalog file as data: a kind, its values and a place; and their English wording.

A fault's text says what is wrong and what would be right, in the words of a person. Translations
stand in locales/ under the same keys. Nothing here knows how a fault was found.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from bot.catalog_file.fault_texts import ENGLISH
from bot.domain.errors import ShopError

#: Faults of the file as a whole, which stand on no line of it.
WHOLE_FILE = frozenset({"empty", "too_large", "utf16", "file_missing", "file_unreadable"})


class Severity(StrEnum):
    """A fault keeps the catalog out of the shop; a warning does not."""

    FAULT = "fault"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong, or doubtful, at one place of the file.

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
    params: Mapping[str, str | int]
    severity: Severity = Severity.FAULT
    within: str = dataclasses.field(default="", compare=False)

    @property
    def key(self) -> str:
        """The message key in locales/."""
        return f"catalog.fault.{self.kind}"

    def english(self) -> str:
        """Return the fault in English, without its place."""
        return ENGLISH[self.key].format(**self.params)


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
        super().__init__(render_faults_english(faults, file))
        self.file = file
        self.faults = faults
        self.warnings = warnings


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


def render_faults_english(faults: Iterable[Fault], file: str) -> str:
    """Return one line a fault: file, line and column, field, what is wrong and what is right."""
    return "\n".join(
        f"{file}:{one.line}:{one.column}: "
        + ("warning: " if one.severity is Severity.WARNING else "")
        + (f"{one.field}: " if one.field else "")
        + one.english()
        for one in faults
    )


#: Long enough for the names of all keys of a product.
_SHOWN = 120


def _shown(value: object) -> str | int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    text = str(value).encode("utf-8", "replace").decode()
    text = "".join(mark if mark.isprintable() else "�" for mark in text)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"

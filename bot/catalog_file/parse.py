"""Text to data: numbers exact, broken text mended as far as it goes, its faults told.

What the data means is the business of `shape`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from bot.catalog_file.source import Lines, Path, Places, Source
from bot.catalog_file.syntax import Diagnosis, Edit, diagnose
from bot.ports.catalog import Fault, fault

#: More digits than any amount or count has; longer ones become a Decimal, which no count takes.
_MOST_DIGITS = 18
_HALF = re.compile(r"\\u[dD][89a-fA-F]")

#: An object of the file.
Data = dict[str, Any]


@dataclass(slots=True)
class Parsed:
    """What a text says.

    Attributes:
        data: Objects as dicts, numbers as int or Decimal; meaningless unless `usable`.
        usable: The data can be checked further.
        faults: What was wrong with the text itself.
        has_repeated_keys: Some object has a name twice.
        has_halves: Some text may hold half of a character, written as an escape.
    """

    written: str
    data: Any = None
    usable: bool = False
    faults: tuple[Fault, ...] = ()
    has_repeated_keys: bool = False
    has_halves: bool = False
    mended: str = ""
    edits: tuple[Edit, ...] = ()
    _places: tuple[Source, Places] | None = None

    def places(self) -> tuple[Source, Places]:
        """Return where the values of `data` stand; made when first asked for."""
        if self._places is None:
            source = Source(self.mended)
            self._places = source, Places(self.written, self.edits)
        return self._places


def parse(text: str) -> Parsed:
    """Read a text as JSON, mending what can be mended; never fails."""
    parsed = Parsed(text, mended=text)
    if _load(parsed):
        return parsed
    found = diagnose(text)
    lines = Lines(text)
    parsed.faults = tuple(_told(lines, found)) or (_unexplained(text),)
    if not found.hopeless and found.faults:
        parsed.edits = tuple(apart(found.edits))
        parsed.mended = applied(text, parsed.edits)
        _load(parsed)
    return parsed


def _load(parsed: Parsed) -> bool:
    repeated: list[Data] = []

    def gather(pairs: list[tuple[str, Any]]) -> Data:
        made = dict(pairs)
        if len(made) != len(pairs):
            repeated.append(made)
        return made

    try:
        parsed.data = json.loads(
            parsed.mended,
            object_pairs_hook=gather,
            parse_float=_decimal,
            parse_int=_whole,
            parse_constant=_refuse,
        )
    except (ValueError, RecursionError):
        return False
    parsed.has_repeated_keys = bool(repeated)
    parsed.has_halves = _HALF.search(parsed.mended) is not None
    parsed.usable = True
    return True


def _told(lines: Lines, found: Diagnosis) -> list[Fault]:
    told = []
    for one in found.faults:
        line, column = lines.place(one.offset)
        told.append(fault(one.kind, line=line, column=column, params=one.params))
    return told


def _unexplained(text: str) -> Fault:
    """Fall back on the parser's own place where we found nothing wrong."""
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        found = text[error.pos : error.pos + 10]
        return fault("unexpected", line=error.lineno, column=error.colno, params={"found": found})
    except (ValueError, RecursionError):
        pass
    return fault("unexpected", params={"found": text[:10]})


def apart(edits: Iterable[Edit]) -> list[Edit]:
    """Drop edits, in the text's order, that overlap the one before: two changes of one place."""
    kept: list[Edit] = []
    for edit in edits:
        if not kept or edit.start >= kept[-1].end:
            kept.append(edit)
    return kept


def applied(text: str, edits: Sequence[Edit]) -> str:
    """Return a text with edits made that stand in its order and do not overlap."""
    parts = []
    at = 0
    for edit in edits:
        parts += [text[at : edit.start], edit.new]
        at = edit.end
    return "".join([*parts, text[at:]])


def _decimal(written: str) -> Decimal:
    try:
        return Decimal(written)
    except InvalidOperation:  # an exponent beyond Decimal's own
        return Decimal("NaN")


def _whole(written: str) -> int | Decimal:
    return int(written) if len(written) <= _MOST_DIGITS else Decimal(written)


def _refuse(written: str) -> None:
    raise ValueError(written)


def inside(data: Any, path: Path) -> Any:
    """Return what stands at a path in the data; None where nothing does."""
    for step in path:
        try:
            data = data[step]
        except (LookupError, TypeError):
            return None
    return data


def objects(entries: Any) -> list[tuple[int, Data]]:
    """Return the objects of a list with their positions, whatever else is in it."""
    if not isinstance(entries, list):
        return []
    return [(place, one) for place, one in enumerate(entries) if isinstance(one, dict)]

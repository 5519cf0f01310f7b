"""What a check found, by path in the data; places in the text are looked up at the end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.catalog_file.parse import Parsed, inside
from bot.catalog_file.source import Path
from bot.ports.catalog import Fault, Severity, fault


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault at a path.

    Attributes:
        at_key: The fault lies in the member's name, not in its value.
        other: Another place that belongs to it, told as ``other_line``.
    """

    kind: str
    path: Path
    params: Mapping[str, object]
    severity: Severity = Severity.FAULT
    at_key: bool = False
    other: Path | None = None


@dataclass(slots=True)
class Findings:
    """Gathers findings."""

    found: list[Finding] = field(default_factory=list)
    #: Where faults are among the findings looked at so far: warnings can be one a product.
    _faults: list[Path] = field(default_factory=list)
    _looked_at: int = 0

    def fault(
        self,
        kind: str,
        *path: str | int,
        at_key: bool = False,
        other: Path | None = None,
        **params: object,
    ) -> None:
        """Note a fault, which keeps the catalog out of the shop."""
        self.found.append(Finding(kind, path, params, Severity.FAULT, at_key, other))

    def warning(
        self, kind: str, *path: str | int, other: Path | None = None, **params: object
    ) -> None:
        """Note something doubtful."""
        self.found.append(Finding(kind, path, params, Severity.WARNING, other=other))

    def faults_in(self, path: Path) -> list[Path]:
        """Return where faults stand at a path or inside it."""
        new = self.found[self._looked_at :]
        self._faults += [one.path for one in new if one.severity is Severity.FAULT]
        self._looked_at = len(self.found)
        return [one for one in self._faults if one[: len(path)] == path]

    def told(self, parsed: Parsed) -> tuple[Fault, ...]:
        """Return the findings with their places, in the file's order.

        What was found in a value that only our mending put there is left out: its own fault of
        syntax is told already.
        """
        if not self.found:
            return ()
        source, places = parsed.places()
        told = []
        for one in self.found:
            span = source.nearest(one.path, key=one.at_key)
            if places.is_mended(span):
                continue
            line, column = places.place(span)
            params = dict(one.params)
            if one.other is not None:
                params["other_line"] = str(places.place(source.nearest(one.other))[0])
            told.append(
                fault(
                    one.kind, line=line, column=column, field=dotted(one.path),
                    within=spoken(one.path, parsed.data),
                    severity=one.severity, params=params,
                )
            )  # fmt: skip
        return tuple(sorted(told, key=lambda one: (one.line, one.column)))


def dotted(path: Path) -> str:
    """Return a path as people read it: ``products[3].price``."""
    shown = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return shown.removeprefix(".")


def spoken(path: Path, data: Any) -> str:
    """Return a path in the words of the file: ``noite-calma › price``, ``guji › photos 2``.

    An entry of a list is called by its id or its name where it has one, and counted from 1 else.
    """
    parts: list[str] = []
    for step in path:
        data = inside(data, (step,))
        if isinstance(step, str):
            parts.append(step)
        elif name := _called(data):
            parts[-1:] = [name]
        else:
            parts[-1:] = [f"{' '.join(parts[-1:])} {step + 1}".strip()]
    return " › ".join(parts)


def _called(entry: Any) -> str:
    """Return what an entry is called; nothing where it has neither id nor name."""
    known = entry if isinstance(entry, dict) else {}
    for key in ("id", "name"):
        called = known.get(key)
        if isinstance(called, dict):
            called = next(iter(called.values()), None)
        if isinstance(called, str) and called:
            return called
    return ""

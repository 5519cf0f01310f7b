"""A table's value and the present one of the file: whether they say the same, and both in one.

What a table does not tell stays: comments, languages and days that it has no columns for. A part
that is there without a value is to be taken away.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from bot.catalog_file.parse import inside, objects
from bot.moving_in.entries import AMOUNTS, same_amount
from bot.moving_in.goods import filled
from bot.moving_in.plain import tidy

_MOMENTS: Final = frozenset(["from", "until"])
_COMMENT: Final = "comment"
#: What tells which of several details one is, the surest first.
_TELLING: Final = (("label", "text"), ("label",), ("text",))


def same(key: str, old: Any, new: Any) -> bool:
    """Return whether a value says the same as the present one."""
    if new is None or new == "":
        return old is None
    if key in AMOUNTS:
        return same_amount(old, new)
    if isinstance(new, dict) and isinstance(old, dict):
        return all(same(part, old.get(part), one) for part, one in new.items())
    if isinstance(new, list) and isinstance(old, list):
        return len(old) == len(new) and all(map(same, [key] * len(new), old, new))
    if isinstance(new, str) and key in _MOMENTS:
        new, old = new.replace(" ", "T"), str(old).replace(" ", "T")
    said = words(old) if isinstance(new, str) else ()
    return bool(new == old) or any(_is_left_of(tidy(new), tidy(one)) for one in said)


def joined(key: str, old: Any, new: Any) -> Any:
    """Return a new value with all that the table does not tell of the present one.

    A text in several languages is not replaced by one in none.
    """
    if same(key, old, new):
        return old
    if isinstance(new, dict) and isinstance(old, dict):
        told = {part: joined(part, old.get(part), one) for part, one in new.items()}
        return filled(old | told)
    if isinstance(new, list) and isinstance(old, list):
        return [joined(key, one, other) for one, other in zip(_present(old, new), new, strict=True)]
    return old if isinstance(new, str) and isinstance(old, dict) else filled(new)


def _present(old: list[Any], new: list[Any]) -> list[Any]:
    """Return which of the present details each of the new ones is; None for one that is new."""
    left = [one for _, one in objects(old)]
    found: list[Any] = [None] * len(new)
    for parts in _TELLING:
        for place, one in enumerate(new):
            known = [
                there
                for there in left
                if found[place] is None
                and all(same(part, there.get(part), one.get(part)) for part in parts)
            ]
            if known:
                found[place] = known[0]
                left = [there for there in left if there is not known[0]]
    return found


def with_details(old: list[Any], new: list[dict[str, Any]]) -> list[Any]:
    """Return the present details, with those of another shop's table in their places or behind."""
    made, told = [], list(new)
    for one in old:
        mine = [there for there in told if same("label", inside(one, ("label",)), there["label"])]
        told = [there for there in told if there not in mine[:1]]
        made.append(mine[0] if mine else one)
    return made + told


def comments(value: Any) -> Iterator[str]:
    """Yield the comments in a value of the file."""
    if isinstance(value, dict):
        for key, one in value.items():
            yield from [str(one)] if key == _COMMENT else comments(one)
    elif isinstance(value, list):
        for one in value:
            yield from comments(one)


def words(name: Any) -> Iterator[str]:
    """Yield a text in each language that it has."""
    if isinstance(name, str):
        yield name
    elif isinstance(name, dict):
        yield from (one for one in name.values() if isinstance(one, str))


def _is_left_of(new: str, old: str) -> bool:
    """Return whether a text is what a spreadsheet leaves of another one.

    Where its encoding lacks a letter it writes a question mark, two for one emoji.
    """
    return new == old or ("?" in new and _in_cp1252(new) == _in_cp1252(old))


def _in_cp1252(text: str) -> str:
    return re.sub(r"\?+", "?", text.encode("cp1252", "replace").decode("cp1252"))

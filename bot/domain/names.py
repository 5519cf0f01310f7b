"""People's names as Telegram gives them, made fit to stand among other words.

A name may be anything that its person typed: marks that cannot be seen, marks that turn the words
after them around, line breaks, hundreds of signs. What joins letters or pictures together stays.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

#: Telegram takes 64 characters of a first and 64 of a last name; what is longer is no name.
_MOST: Final = 130
#: Zero-width joiners belong to emoji, to Persian and to Indian scripts.
_JOINERS: Final = frozenset("\u200c\u200d")
#: Letters by Unicode's word, and yet blank on every screen.
_BLANK: Final = frozenset("\u115f\u1160\u3164\uffa0\u2800\u17b4\u17b5")
_SPACES = re.compile(r"\s+")


@lru_cache(maxsize=4096)  # a person taps many times
def person_name(*parts: str | None) -> str:
    """Return a name without what cannot be seen or would harm; empty where nothing is left."""
    name = " ".join(part for part in parts if part)
    name = "".join(mark for mark in _SPACES.sub(" ", name) if _harmless(mark))
    name = _SPACES.sub(" ", name).strip()[:_MOST].rstrip()
    return name if any(_seen(mark) for mark in name) else ""


def _harmless(mark: str) -> bool:
    if mark in _JOINERS:
        return True
    # Controls, marks that only steer (bidi among them), lone surrogates and what is unassigned.
    return unicodedata.category(mark) not in {"Cc", "Cf", "Cs", "Cn"} and mark not in _BLANK


def _seen(mark: str) -> bool:
    return unicodedata.category(mark)[0] not in "ZCM"

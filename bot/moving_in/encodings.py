"""In which of the older encodings spreadsheets wrote a text that is no UTF-8, by what makes words.

Each gives letters for nearly any byte; in a wrong one they stand where no language has them.
"""

from __future__ import annotations

import re
from typing import Final

#: Windows in the West, in Russian and in Arabic, then the Mac's: where two fit alike, the first.
_WINDOWS: Final = "cp1252"
_CANDIDATES: Final = (_WINDOWS, "cp1251", "cp1256", "mac_roman", "mac_cyrillic")
_SCRIPTS: Final = {
    "cp1251": re.compile("[А-Яа-яЁёЄєІіЇїҐґЎў]"),
    "mac_cyrillic": re.compile("[А-Яа-яЁёЄєІіЇїҐґЎў]"),
    "cp1256": re.compile("[\u0600-\u06ff]"),
}
_LATIN: Final = re.compile("[ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜàáâãäåæçèéêëìíîïñòóôõöøùúûüßœŒ]")
#: What stands in texts of any language beside its letters.
_SIGNS: Final = re.compile("[“”„‘’–—…€£°®™«»½×²³·•№،؛؟\u00a0]")
#: A sign within a word; apostrophes and what joins two names stand there rightly.
_WITHIN: Final = re.compile(r"[^\W\d_](?:[^\w\s\x00-\x7f’–—]|[–—](?![A-ZÀ-ÞА-Я]))[^\W\d_]")
_MIXED: Final = re.compile("aA")
_RUN: Final = re.compile(r"[^\x00-\x7f]+")
#: Lines that are looked at: enough to tell, of however large a table.
_LINES: Final = 2000
#: Letters beside each other that no Western word has.
_MANY: Final = 3


def older_encoding(content: bytes) -> str | None:
    """Return what a text was written in; None where in no encoding it makes words."""
    telling = [line for line in content.splitlines() if not line.isascii()][:_LINES]
    scores: dict[str, int] = {}
    for one in _CANDIDATES:
        try:
            content.decode(one)
            text = b"\n".join(telling).decode(one)
        except UnicodeDecodeError:
            continue
        scores[one] = sum(_fits(text, run, _SCRIPTS.get(one)) for run in _RUN.finditer(text))
    best = max(scores, key=lambda one: scores[one])
    fits = scores[best] > 0 or (scores[best] == 0 and best == _WINDOWS)
    return best if fits else None


def _fits(text: str, run: re.Match[str], script: re.Pattern[str] | None) -> int:
    """Return how well letters and signs beyond ASCII fit where they stand; below 0: not."""
    signs = run[0]
    before, after = text[run.start() - 1 : run.start()], text[run.end() : run.end() + 1]
    whole = before + signs + after
    letters = len((script or _LATIN).findall(signs))
    touches = before.isalpha() or after.isalpha()
    if letters + len(_SIGNS.findall(signs)) < len(signs):
        return -len(signs) if letters or touches else 0
    if _WITHIN.search(whole) or _MIXED.search(re.sub(r"[^\W\d_]", _case, whole)):
        return -len(signs)
    if not letters:
        return 1
    if script is not None:
        return -letters if touches else letters * (letters > 1)
    if letters >= _MANY:
        return -letters
    return letters if touches else 0


def _case(letter: re.Match[str]) -> str:
    return "A" if letter[0].isupper() else "a"

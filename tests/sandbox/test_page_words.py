"""The demo page's own words: the same in every language, and each of them used."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from shop_sandbox.site import PAGE

_NAMES = re.compile(r"\{(\w+)\}")


def _words(language: str) -> dict[str, str]:
    words: dict[str, str] = json.loads((PAGE / f"words.{language}.json").read_text("utf-8"))
    return words


def _source() -> str:
    files: list[Path] = [*PAGE.glob("*.js"), PAGE / "index.html"]
    return "".join(path.read_text(encoding="utf-8") for path in files)


@pytest.mark.parametrize("language", ["de", "es", "pt", "fr", "ru", "ar"])
def test_every_language_has_every_word_with_its_parts(language: str) -> None:
    """Keys, what is filled in and what stands out agree; nothing is left empty or in English."""
    english, other = _words("en"), _words(language)
    assert list(other) == list(english)
    for key, text in english.items():
        assert sorted(_NAMES.findall(other[key])) == sorted(_NAMES.findall(text)), key
        assert other[key].count("*") == text.count("*"), key
        assert other[key].strip() == other[key] != "", key
    same = sum(other[key] == text for key, text in english.items())
    assert same < len(english) / 10


def test_every_word_is_used_and_every_word_that_is_used_is_there() -> None:
    """What the page asks for by key is in the files, and nothing else."""
    source, english = _source(), _words("en")
    asked = set(re.findall(r"""(?:\bt|marked)\("(\w+)\"""", source))
    asked |= set(re.findall(r'data-(?:t|label)="(\w+)"', source))
    assert asked <= set(english)
    quoted = set(re.findall(r'"(\w+)"', source))
    plays = {f"{kind}_{name}" for kind in ("play", "note") for name in quoted}
    assert set(english) - quoted - plays == {"group", "supergroup"} - quoted

"""What no tracked file says: where packages come from, and places on somebody's machine."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.tracked import ROOT, tracked

#: Hosts of registries for Python, JavaScript, other languages and images; options that name one.
_REGISTRIES = (
    r"pypi\.(?:org|python)|pythonhosted\.|piwheels\.|anaconda\.(?:org|com)|conda\.io"
    r"|npmjs\.|jsdelivr\.|unpkg\.|rubygems\.|crates\.io|proxy\.golang|repo1?\.maven"
    r"|ghcr\.io|docker\.io|quay\.io|gcr\.io|mcr\.microsoft|amazonaws\.com"
    r"|--(?:extra-|default-)?index(?:-url)?[ =]|--find-links[ =]|(?:UV|PIP)_(?:[A-Z]+_)*INDEX"
)
_PLACES = re.compile(rf"{_REGISTRIES}|/(?:home|Users)/\w|/root[/]")
_PICTURES = {".jpg", ".png"}


def _told(name: str, text: str) -> list[str]:
    return [
        f"{name}:{number}: {line.strip()[:80]}"
        for number, line in enumerate(text.splitlines(), 1)
        if _PLACES.search(line)
    ]


def test_no_file_names_a_package_registry_or_a_place_on_a_machine() -> None:
    """What is tracked works for everybody: no index address, nobody's home folder."""
    files = [ROOT / name for name in tracked() if Path(name).suffix not in _PICTURES]
    texts = [path for path in files if path.is_file()]

    assert len(texts) > 500
    assert [
        one
        for path in texts
        for one in _told(str(path.relative_to(ROOT)), path.read_text(encoding="utf-8"))
    ] == []


@pytest.mark.parametrize(
    "line",
    [
        "https://files.python" + "hosted.org/packages",
        "--index" + "-url https://mirror.example/simple",
        "--extra-index" + "-url=https://mirror.example/simple",
        "PIP_EXTRA_" + "INDEX_URL=https://mirror.example",
        "FROM ghcr" + ".io/somebody/shop",
        "cd /ho" + "me/somebody",
    ],
)
def test_a_registry_or_a_place_would_be_found(line: str) -> None:
    """The control: lines that must not be, each told with its file and number."""
    assert _told("some.file", f"first\n{line}\n") == [f"some.file:2: {line}"]


def test_no_lock_that_names_an_index_is_kept() -> None:
    """uv.lock and its like write down where each file came from; constraints.txt does not."""
    names = {Path(name).name for name in tracked()}

    assert names & {"uv.lock", "poetry.lock", "pdm.lock", "Pipfile.lock", "pylock.toml"} == set()
    assert {"constraints.txt", "requirements.txt"} < names


#: What gives away plural rules, formats, names, calendars and time zones. `read_po` reads files of
#: ours; a zone may be handed to the shop, as its catalog does, in the modules named below.
_TABLES = re.compile(
    r"^\s*(?:from|import) (?:babel(?!\.messages\.pofile import read_po$)"
    r"|calendar|locale|pytz|tzdata|dateutil|zoneinfo)\b",
    re.MULTILINE,
)
_HAND_OVER_A_ZONE = {"tests/shop/test_export.py", "tests/chat/test_screens_facts.py"}


def test_no_test_takes_what_it_expects_from_somebodys_tables() -> None:
    """A new release of Babel or of the time zones changes no expectation of ours."""
    tests = [name for name in tracked() if re.fullmatch(r"tests/.*\.py", name)]
    asking = {name for name in tests if _TABLES.search((ROOT / name).read_text(encoding="utf-8"))}

    assert len(tests) > 200
    assert asking == _HAND_OVER_A_ZONE


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("from babel.plural import PluralRule", True),
        ("    from babel.numbers import format_currency", True),
        ("from babel.messages.plurals import get_plural", True),
        ("import babel", True),
        ("import calendar", True),
        ("from zoneinfo import ZoneInfo", True),
        ("from babel.messages.pofile import read_po", False),
        ("from bot.locales import Languages", False),
    ],
)
def test_a_test_that_asks_a_table_would_be_found(line: str, found: bool) -> None:
    """The control: the tables are known, and what reads files of ours is none."""
    assert bool(_TABLES.search(f"import re\n{line}\n")) is found

"""What the documents promise: commands, settings, links and pictures that are there."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from bot.chat.routes import COMMANDS
from bot.settings import settings_table

ROOT = Path(__file__).parent.parent
DOCUMENTS = (
    "README.md",
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "SECURITY.md",
    "docs/catalog.md",
    "docs/moving.md",
    "docs/journeys.md",
    "docs/decisions.md",
    "docs/operating.md",
    "docs/scale.md",
)
WITH_PICTURES = ("README.md", "docs/journeys.md")
TRY = (
    "python3 -m venv .venv "
    "&& .venv/bin/pip install -c constraints.txt -e . && .venv/bin/python -m bot demo"
)
TEST = (
    "python3 -m venv .venv "
    "&& .venv/bin/pip install -c constraints.txt -e '.[test]' && .venv/bin/pytest"
)
_LINK = re.compile(r"\]\((?P<target>[^)\s]+)\)")
#: Of one picture, of a sheet of several, and of all sheets.
_PICTURE_BYTES, _SHEET_BYTES, _SHEETS_BYTES = 150_000, 250_000, 8_000_000


def _read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def test_the_two_commands_stand_in_the_readme() -> None:
    """Set-up is one line each, alone in its block, to be copied."""
    blocks = re.findall(r"```sh\n(.*?)```", _read("README.md"), flags=re.DOTALL)

    assert f"{TRY}\n" in blocks
    assert f"{TEST}\n" in blocks


def test_the_readme_is_short_and_leads_to_the_guides() -> None:
    """Three questions, within 150 lines; all the rest is a link away."""
    text = _read("README.md")

    assert len(text.splitlines()) < 150
    for question in ("What is it?", "How do I see it?", "How do I open mine?"):
        assert f"**{question}**" in text
    for guide in (one for one in DOCUMENTS if one.startswith("docs/")):
        assert f"]({guide})" in text


def test_every_setting_stands_in_the_guide() -> None:
    """The table is the program's own, so that none is undocumented."""
    found = re.search(
        r"<!-- settings -->\n(.*)<!-- /settings -->", _read("docs/operating.md"), re.DOTALL
    )

    assert found
    assert found.group(1) == settings_table()


def test_every_setting_stands_in_the_example() -> None:
    """Who copies .env.example sees each setting once, unset or commented out."""
    named = re.findall(r"^#? ?([A-Z_]+)=", _read(".env.example"), flags=re.MULTILINE)
    settings = re.findall(r"^\| `([A-Z_]+)`", settings_table(), flags=re.MULTILINE)

    assert sorted(named) == sorted(settings)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_local_link_leads_somewhere(document: str) -> None:
    """Files and pictures that are linked are there."""
    links = [found["target"] for found in _LINK.finditer(_read(document))]
    local = [link for link in links if not re.match(r"https?://|mailto:|#", link)]
    folder = (ROOT / document).parent

    assert [link for link in local if not (folder / link.partition("#")[0]).exists()] == []


def test_the_pictures_are_small_and_all_of_them_shown() -> None:
    """No picture lies about unused, and none makes the page slow."""
    folder = ROOT / "docs" / "screenshots"
    written = "".join(map(_read, WITH_PICTURES))
    shown = set(re.findall(r"screenshots/([\w-]+\.jpg)", written))
    there = {path.name: path.stat().st_size for path in folder.iterdir()}
    sheets = {name: size for name, size in there.items() if name.startswith("screens-")}

    assert shown == set(there)
    assert {name for name in there.keys() - sheets if there[name] > _PICTURE_BYTES} == set()
    assert {name for name, size in sheets.items() if size > _SHEET_BYTES} == set()
    assert sum(sheets.values()) <= _SHEETS_BYTES


def test_the_changelog_begins_with_this_version() -> None:
    """The newest entry is the version that the package has."""
    version = tomllib.loads(_read("pyproject.toml"))["project"]["version"]
    first = re.search(r"^## (\S+)", _read("CHANGELOG.md"), flags=re.MULTILINE)

    assert first
    assert first.group(1) == version


def test_the_commands_of_the_readme_exist() -> None:
    """Each ``python -m bot …`` that is written down is a command of the program."""
    import bot.__main__ as program  # noqa: PLC0415 - only this test needs the commands

    known = {
        command.name or command.callback.__name__
        for command in program.app.registered_commands
        if command.callback
    }
    told = set(re.findall(r"python -m bot ([a-z]+)", _read("README.md")))

    assert told <= known
    assert {"demo", "run", "check"} <= told


def test_the_chat_commands_of_the_readme_exist() -> None:
    """Each command that an owner or a customer is told of is one that the bot obeys."""
    others = {"metrics", "newbot"}  # a page of the shop; a command of @BotFather
    told = set(re.findall(r"`/([a-z]+)\b[^`/]*`", _read("README.md"))) - others

    assert told <= {one.name for one in COMMANDS}
    assert {"owners", "orders", "goods"} <= told

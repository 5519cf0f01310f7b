"""The doctor's words: every remark has some, and none lie idle."""

from __future__ import annotations

import re
from pathlib import Path

from babel.messages.pofile import read_po

from bot.ports import Contact
from tests.cli.conftest import ROOT

_SOURCES = (
    "doctor/health.py",
    "doctor/server.py",
    "doctor/inspection.py",
    "cli/doctor.py",
    "cli/refusals.py",
)
_LITERAL = re.compile(r"\"([a-z_]+)\"")
_COMPOSED = {
    *(f"owner_{one}" for one in Contact),
    *(f"foreign_{what}" for what in ("bot", "account", "mode")),
    "key_test",
    "key_live",
}
_DIRECT = re.compile(r"\b(?:fine|note|fault|stuck|told)\(\s*\"([a-z_]+)\"")


def _written() -> set[str]:
    with (ROOT / "bot" / "locales" / "en.po").open("rb") as file:
        ids = [one.id if isinstance(one.id, str) else one.id[0] for one in read_po(file)]
    return {key.removeprefix("cli.doctor.") for key in ids if key.startswith("cli.doctor.")}


def _read() -> str:
    return "".join((Path(ROOT) / "bot" / name).read_text("utf-8") for name in _SOURCES)


def test_every_remark_has_words() -> None:
    """A finding without words would be a crash of the very command that looks for trouble."""
    used = set(_DIRECT.findall(_read())) | _COMPOSED
    assert len(used) > 40
    assert sorted(used - _written()) == []


def test_no_words_lie_idle() -> None:
    """What is no remark any more is not translated in vain."""
    literals = set(_LITERAL.findall(_read())) | _COMPOSED | {"sound", "unsound"}
    assert sorted(_written() - literals) == []

"""docs/moving.md: every column of our own table and every option of the command stand in it."""

from __future__ import annotations

import re

from typer.main import get_command

from bot.__main__ import app
from bot.moving_in.reading import TableForm
from bot.moving_in.sheet_columns import COLUMNS
from tests.cli.conftest import ROOT

GUIDE = (ROOT / "docs" / "moving.md").read_text(encoding="utf-8")
#: Told in one word with others: names of categories, ids, and numbers between the first and last.
_TOGETHER = re.compile(r"category_\w+|tax_code|(?:option|value)\d(?:_id)?|\w+\d+")


def test_every_column_is_told() -> None:
    """An owner finds there what each is for; CONTROL: those of numbers are told by the first."""
    named = set(re.findall(r"`([a-z_0-9]+)`", GUIDE))

    assert {one for one in COLUMNS if not _TOGETHER.fullmatch(one)} <= named
    assert {"photo1", "photo10", "option1", "value1", "option3", "value3", "detail1"} <= named


def test_every_option_and_form_is_told() -> None:
    """As the command has them."""
    commands = get_command(app).commands  # type: ignore[attr-defined]
    options = {
        name
        for one in commands["import"].params
        for name in (*one.opts, *one.secondary_opts)
        if name.startswith("--") and name != "--shop"
    }

    assert options == {"--from", "--currency", "--update", "--links", "--pictures"}
    assert all(f"`{name}" in GUIDE for name in options)
    assert all(re.search(rf"[` ]{form}`", GUIDE) for form in TableForm)

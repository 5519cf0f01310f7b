"""What an owner is asked about a table of goods: cells that can be read in two ways."""

from __future__ import annotations

from typing import Final

from bot.chat.owner_actions import CellReading, ReadTable
from bot.chat.screen import Button, Screen, bold, paragraphs
from bot.chat.screens.owner_faults import place_of
from bot.chat.screens.owner_steps import never
from bot.locales import Texts
from bot.ports.catalog import TableAnswers, TableAskedError

_SECOND: Final = {CellReading.ASK: None, CellReading.FIRST: False, CellReading.SECOND: True}
_READING: Final = {second: reading for reading, second in _SECOND.items()}


def question(error: TableAskedError, digest: str, so_far: TableAnswers, texts: Texts) -> Screen:
    """Ask which reading of a cell is meant, each a button; the answer holds for the whole table.

    Args:
        error: What is asked about.
        digest: Of the table.
        so_far: What was answered before.
        texts: The owner's language.
    """
    one = error.question
    written = str(one.params["written"])
    rows = []
    for meaning, second in zip(error.readings, (False, True), strict=True):
        label = texts.text("button.owner_table_reading", written=written, meaning=meaning)
        said = error.answered(so_far, second=second)
        action = ReadTable(digest, _READING[said.thousands], _READING[said.month_first])
        rows.append((Button(label, action),))
    return Screen(
        paragraphs(
            bold(texts.text("owner.table_asked", written=written)),
            place_of(one, texts),
            texts.html("owner.table_asked_all", n=error.count),
        ),
        (*rows, (never(texts),)),
    )


def answers(action: ReadTable) -> TableAnswers:
    """Return what a button answers."""
    return TableAnswers(_SECOND[action.numbers], _SECOND[action.days])

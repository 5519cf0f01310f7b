"""A table that was sent to the running shop."""

from __future__ import annotations

from bot.ports.catalog import MergedTable, TableAnswers


def merge_table(
    table: bytes, file: str, present: bytes, category: str, answers: TableAnswers
) -> MergedTable:
    """Implement `bot.ports.catalog.TableMerge`: pictures elsewhere stay links."""
    # Loads what knows every form and checks a file, which a shop does without until one comes.
    from bot.moving_in import reading  # noqa: PLC0415

    currency = reading.currency_of(present) or reading.USUAL_CURRENCY
    options = reading.TableOptions(currency, category=category, answers=answers)
    taken = reading.take(table, file, present, options)
    return MergedTable(taken.source, taken.remarks, taken.at_lines)

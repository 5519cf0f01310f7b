"""Units that owners add to a count: the file's new number for them is no new count.

That is noted before the file says it, so that whoever takes the file in adds the units, whatever
happens in between. Several processes may each note a step from the same number; one is made.
"""

from __future__ import annotations

from bot.domain.catalog.model import StockId
from bot.ports import Note, Transaction


def note_restock(tx: Transaction, stock_id: StockId, before: int, after: int) -> None:
    """Note a step from the present count; what is noted of earlier counts goes."""
    others = {one for one in _noted(tx, stock_id) if one.startswith(f"{before},")}
    _keep(tx, stock_id, {*others, f"{before},{after}"})


def take_restock(tx: Transaction, stock_id: StockId, before: int, after: int) -> bool:
    """Return whether a step was noted, and forget it."""
    noted, step = _noted(tx, stock_id), f"{before},{after}"
    if step not in noted:
        return False
    _keep(tx, stock_id, noted - {step})
    return True


def _noted(tx: Transaction, stock_id: StockId) -> set[str]:
    return set((tx.notes.get(Note.RESTOCK.of(stock_id)) or "").split())


def _keep(tx: Transaction, stock_id: StockId, steps: set[str]) -> None:
    tx.notes.set(Note.RESTOCK.of(stock_id), " ".join(sorted(steps)) or None)

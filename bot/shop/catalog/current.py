"""Today's catalog, and the counting of stock when a new one comes in."""

from __future__ import annotations

from bot.domain.catalog.model import Catalog, TimeSpan
from bot.ports import Clock, Note, Store, Transaction
from bot.ports.catalog import Reading


class CurrentCatalog:
    """Holds the catalog that customers see now. Screens read it without waiting."""

    def __init__(self, store: Store, clock: Clock, catalog: Catalog) -> None:
        self._store = store
        self._clock = clock
        self._catalog = catalog
        self._stays: TimeSpan | None = None

    @property
    def catalog(self) -> Catalog:
        """Today's catalog at the prices of now; it may be another one at the next look."""
        if not self._catalog.written.goods.sales:
            return self._catalog
        now = self._clock.now()
        if self._stays is None or not self._stays.holds(now):
            self._catalog, self._stays = self._catalog.at(now), self._catalog.stays(now)
        return self._catalog

    async def adopt(self, reading: Reading, source: bytes) -> None:
        """Sell from this catalog from now on; its text is kept as the last good one.

        A stock number that differs from the one counted last is a new count; the same number
        again, after sales or not, is none. Nor is a number that an owner got by adding units: then
        these are added, and what was sold since the count stays sold.
        """
        now, catalog = self._clock.now(), reading.catalog

        def count_changes(tx: Transaction) -> None:
            counts = catalog.stock_counts()
            changed = tx.stock.counted_otherwise(counts)
            known = tx.stock.levels(changed)
            for stock_id in changed:
                counted, level = counts[stock_id], known.get(stock_id)
                before = level.counted if level else None
                noted = tx.notes.get(Note.RESTOCK.of(stock_id)) if before is not None else None
                if noted == f"{before},{counted}" and before is not None and counted is not None:
                    tx.stock.restock(stock_id, counted - before, now)
                else:
                    tx.stock.count(stock_id, counted, now)
            tx.catalogs.save(source, catalog.fingerprint, now, reading.kept)

        await self._store.write(count_changes)
        self._catalog, self._stays = catalog, None

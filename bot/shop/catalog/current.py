"""Today's catalog, and the counting of stock when a new one comes in."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import structlog

from bot.domain.catalog.model import Catalog, TimeSpan
from bot.ports import Clock, Store, Transaction
from bot.ports.catalog import Reading
from bot.shop.catalog.restocking import take_restock
from bot.shop.catalog.texts import OvertakenError, swap

_log = structlog.get_logger(__name__)

#: Reads again what was sold from last, of its text and its reading; None where it cannot.
Reopen = Callable[[bytes, bytes], Awaitable[Reading | None]]


class CurrentCatalog:
    """Holds the catalog that customers see now. Screens read it without waiting.

    Which one that is stands in the database: another process may have sold from a newer one for a
    moment, and an order is placed only by the newest.
    """

    def __init__(self, store: Store, clock: Clock, catalog: Catalog, reopen: Reopen) -> None:
        self._store = store
        self._clock = clock
        self._catalog = catalog
        self._reopen = reopen
        self._unreadable: str | None = None
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

    async def follow(self) -> bool:
        """Sell from what another process adopted; return whether there was such a thing."""
        head = await self._store.read(lambda tx: tx.catalogs.head())
        if head in {None, self._catalog.fingerprint, self._unreadable}:
            return False
        good, kept = await self._store.read(
            lambda tx: (tx.catalogs.last_good(), tx.catalogs.last_reading())
        )
        reading = await self._reopen(good, kept) if good is not None else None
        if reading is None:  # by a newer program: here nothing is sold until this one is replaced
            _log.error("the catalog of another process cannot be read here")
            self._unreadable = head
            return False
        self._catalog, self._stays = reading.catalog, None
        _log.info("catalog followed", products=len(reading.catalog.products))
        return True

    async def adopt(
        self,
        reading: Reading,
        source: bytes,
        *,
        instead_of: str | None = None,
        text: tuple[bytes, bytes | None] | None = None,
    ) -> None:
        """Sell from this catalog from now on; its text is kept as the last good one.

        A stock number that differs from the one counted last is a new count; the same number
        again, after sales or not, is none. Nor is a number that an owner got by adding units: then
        these are added, and what was sold since the count stays sold. Units that are held are in a
        count: where a choice is counted by itself now, or with its product, they go along.

        Args:
            reading: The catalog.
            source: Its text.
            instead_of: The fingerprint of what it is to follow; None: whatever is there.
            text: What is edited from now on, and what that was made of; None: it stays.

        Raises:
            OvertakenError: another process adopted another one, or changed the text, just now.
        """
        now, catalog = self._clock.now(), reading.catalog

        def count_changes(tx: Transaction) -> None:
            if instead_of and tx.catalogs.head() not in {None, instead_of, catalog.fingerprint}:
                raise OvertakenError
            if text is not None:
                swap(tx, *text, now)
            counts = catalog.stock_counts()
            changed = tx.stock.counted_otherwise(counts)
            known = tx.stock.levels(changed)
            for stock_id in changed:
                counted, level = counts[stock_id], known.get(stock_id)
                before = level.counted if level else None
                if (
                    before is not None
                    and counted is not None
                    and take_restock(tx, stock_id, before, counted)
                ):
                    tx.stock.restock(stock_id, counted - before, now)
                else:
                    tx.stock.count(stock_id, counted, now)
            for line in tx.stock.held_lines():
                variant = catalog.variant(line.key)
                if variant is not None and variant.stock_id != line.stock_id:
                    tx.stock.hold_elsewhere(line, variant.stock_id, now)
            tx.catalogs.save(source, catalog.fingerprint, now, reading.kept)

        await self._store.write(count_changes)
        self._catalog, self._stays = catalog, None

"""Finding: the search index of today's catalog, built once for each catalog that is sold from."""

from __future__ import annotations

import asyncio

from bot.domain.catalog.model import Catalog
from bot.shop.catalog.search import SearchIndex


class Finding:
    """Keeps the index of the catalog that was last asked about."""

    def __init__(self) -> None:
        self._index: SearchIndex | None = None
        self._building = asyncio.Lock()

    async def index(self, catalog: Catalog) -> SearchIndex:
        """Return a catalog's index; 10,000 products take half a second, beside the event loop."""
        async with self._building:
            if self._index is None or self._index.fingerprint != catalog.fingerprint:
                self._index = await asyncio.to_thread(SearchIndex, catalog)
            return self._index

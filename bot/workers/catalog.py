"""The catalog worker: a saved catalog is in the shop within a second.

Changes are told by the system where it can, and looked for every few seconds where it cannot, as
on network folders. A fault is told once the file has been still for a second, since editors save
in pieces.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

import structlog
from watchfiles import awatch

from bot.domain.catalog.faults import Fault
from bot.domain.errors import TransientError
from bot.ports import MessageKind, Transaction
from bot.shop import Context, catalog_news
from bot.shop.catalogs import Catalogs, Intake
from bot.shop.endings import tell_owners

_log = structlog.get_logger(__name__)

_POLL_SECONDS = 4.0
_STILL_SECONDS = 1.0


class CatalogWorker:
    """Keeps the shelf on the owner's file."""

    def __init__(self, path: Path, catalogs: Catalogs, context: Context, opened: Intake) -> None:
        self._path = path.resolve()
        self._catalogs = catalogs
        self._c = context
        self._opened: Intake | None = opened
        self._faulty = False
        self._doubts: tuple[Fault, ...] | None = None

    async def run(self) -> None:
        """Take the file in whenever it changed, until cancelled."""
        changed = asyncio.Event()
        watching = asyncio.create_task(self._watch(changed))
        try:
            opened, self._opened = self._opened, None
            if opened:  # told once, also where this is started again
                await self._tell(opened)
            while True:
                try:
                    async with asyncio.timeout(_POLL_SECONDS):
                        await changed.wait()
                except TimeoutError:
                    pass
                changed.clear()
                await self._look()
        finally:
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)

    async def _watch(self, changed: asyncio.Event) -> None:
        try:
            # The database may lie in the same folder, and is written at every tap.
            async for _ in awatch(
                self._path.parent,
                watch_filter=lambda _, path: Path(path).name == self._path.name,
                recursive=False,
                step=20,
                debounce=100,
                stop_event=None,
            ):
                changed.set()
        except (OSError, RuntimeError) as error:  # the watcher's own faults are RuntimeErrors
            _log.warning("catalog folder not watched; looking now and then", error=str(error))

    async def _look(self) -> None:
        try:
            intake = await self._catalogs.take_in(self._c.shelf)
            while intake and intake.faults:
                await asyncio.sleep(_STILL_SECONDS)
                newer = await self._catalogs.take_in(self._c.shelf)
                if newer is None:  # still for a second, or mended by an owner's edit
                    intake = None if self._catalogs.sound else intake
                    break
                intake = newer
            await self._tell(intake)
        except TransientError as error:
            _log.warning("catalog not stored", error=str(error))

    async def _tell(self, intake: Intake | None) -> None:
        """Tell the owners of a fault, when all is well again, what changed and what is doubtful."""
        told, doubts = self._of_file(intake), self._catalogs.warnings
        if told is None and doubts == self._doubts:
            return
        self._doubts = doubts
        now, file = self._c.clock.now(), self._path.name

        def work(tx: Transaction) -> None:
            for details in (told, catalog_news.doubtful(tx, doubts, file)):
                if details is not None:
                    tell_owners(tx, self._c.owners, MessageKind.OWNER_ALERT, now, details=details)

        await self._c.store.write(work)
        self._c.outbox_bell.ring()

    def _of_file(self, intake: Intake | None) -> dict[str, str] | None:
        """Return what is to be told of the file as it was found; None where there is nothing."""
        if intake and intake.faults:
            self._faulty = True
            return catalog_news.faulty(intake.faults, self._path.name)
        mended = self._faulty and self._catalogs.sound
        self._faulty = self._faulty and not mended
        if intake and intake.before:
            return catalog_news.changed(intake.before, intake.catalog, mended=mended)
        # Not by a saved file but by an owner's edit, of which the answer told what it changed.
        catalog = self._c.shelf.catalog
        return catalog_news.changed(catalog, catalog, mended=True) if mended else None

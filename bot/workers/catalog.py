"""The catalog worker: a saved catalog is in the shop within a second.

It glances at the file's time and size several times a second, and reads it every few seconds all
the same, for folders that do not tell the truth about them. The system could tell of changes, but
only of all in the folder: with the database in it, hearing of its writes took 4 % of each tap. A
fault is told once the file has been still for a second, since editors save in pieces.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

import structlog

from bot.domain.errors import TransientError
from bot.ports import MessageKind, Transaction
from bot.ports.catalog import Fault
from bot.shop import Context
from bot.shop.catalog import news as catalog_news
from bot.shop.catalog.catalogs import CatalogReload, Catalogs, sure
from bot.shop.catalog.texts import FileSync
from bot.shop.payment.endings import tell_owners

_log = structlog.get_logger(__name__)

_GLANCE_SECONDS, _READ_SECONDS = 0.25, 4.0
_STILL_SECONDS = 1.0


class CatalogWorker:
    """Keeps the current catalog on the owner's file.

    Args:
        path: The file.
        catalogs: Reads it.
        context: The shop's.
        opened: What became of it at the start.
        sync: Brings the file and the text in the database together, where several processes edit
            that.
    """

    def __init__(
        self,
        path: Path,
        catalogs: Catalogs,
        context: Context,
        opened: CatalogReload,
        sync: FileSync | None = None,
    ) -> None:
        self._path = path
        self._catalogs = catalogs
        self._context = context
        self._sync = sync
        self._opened: CatalogReload | None = opened
        self._faulty = False
        self._doubts: tuple[Fault, ...] | None = None

    async def run(self) -> None:
        """Take the file in whenever it changed, until cancelled."""
        if self._sync:
            self._sync.begin()
        opened, self._opened = self._opened, None
        if opened:  # told once, also where this is started again
            await self._tell(opened)
        clock = asyncio.get_running_loop().time
        # The first look is taken at once: the file may have been saved since the start read it.
        seen, read_at = None, 0.0
        while True:
            mark = await asyncio.to_thread(self._mark)
            if mark != seen or clock() - read_at >= _READ_SECONDS:
                seen, read_at = mark, clock()
                await self._look()
            await asyncio.sleep(_GLANCE_SECONDS)

    def _mark(self) -> tuple[int, ...] | None:
        """Return what changes when the file is saved; None while there is none."""
        try:
            about = self._path.stat()
        except OSError:
            return None
        return about.st_dev, about.st_ino, about.st_size, about.st_mtime_ns

    async def _look(self) -> None:
        try:
            reload = await self._take_in()
            while reload and reload.faults:
                await asyncio.sleep(_STILL_SECONDS)
                newer = await self._take_in()
                if newer is None:  # still for a second, or mended by an owner's edit
                    reload = None if self._catalogs.sound else reload
                    break
                reload = newer
            await self._tell(reload)
        except TransientError as error:
            _log.warning("catalog not stored", error=str(error))

    async def _take_in(self) -> CatalogReload | None:
        if self._sync and (gone := await self._sync.look()):
            await self._tell_gone(gone)
        # What another process was sent comes with the text that names it.
        await self._catalogs.share_pictures(self._context.current.catalog)
        return await self._catalogs.take_in(self._context.current)

    async def _tell(self, reload: CatalogReload | None) -> None:
        """Tell the owners of a fault, when all is well again, what changed and what is doubtful."""
        if reload and (reload.slips or reload.currency) and not self._context.owners:
            _log.warning("prices taken in unasked: nobody owns the shop", n=len(reload.slips))
            reload = await self._catalogs.take_in(self._context.current, sure)
        told, doubts = self._of_file(reload), self._catalogs.warnings
        if told is None and doubts == self._doubts and reload is None:
            return
        self._doubts = doubts
        now, file = self._context.clock.now(), self._path.name
        good = reload if reload and not reload.faults else None

        def work(tx: Transaction) -> None:
            asked = catalog_news.asked(tx, good.slips, good.currency) if good else None
            for details in (told, asked, catalog_news.doubtful(tx, doubts, file)):
                if details is not None:
                    tell_owners(
                        tx, self._context.owners, MessageKind.OWNER_ALERT, now, details=details
                    )

        await self._context.store.write(work)
        self._context.outbox_bell.ring()

    async def _tell_gone(self, faults: tuple[Fault, ...]) -> None:
        """Tell the owners that the file is away, from which nothing is sold any more."""
        details, now = catalog_news.faulty(faults, self._path.name), self._context.clock.now()
        alert, owners = MessageKind.OWNER_ALERT, self._context.owners
        await self._context.store.write(
            lambda tx: tell_owners(tx, owners, alert, now, details=details)
        )
        self._context.outbox_bell.ring()

    def _of_file(self, reload: CatalogReload | None) -> dict[str, str] | None:
        """Return what is to be told of the file as it was found; None where there is nothing."""
        if reload and reload.faults:
            self._faulty = True
            return catalog_news.faulty(reload.faults, self._path.name)
        mended = self._faulty and self._catalogs.sound
        self._faulty = self._faulty and not mended
        if reload and reload.before:
            return catalog_news.changed(reload.before, reload.catalog, mended=mended)
        # Not by a saved file but by an owner's edit, of which the answer told what it changed.
        catalog = self._context.current.catalog
        return catalog_news.changed(catalog, catalog, mended=True) if mended else None

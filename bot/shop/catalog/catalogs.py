"""The catalog's file taken in: the last good version sells until a newer one is good.

A price that halved or doubled waits for an owner's answer. Until then the shop sells from the
file's text with the old price in it. That text is the last good one, so what waits is known after
a restart too: it is where the file differs from it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import structlog

from bot.domain.catalog.model import Catalog
from bot.domain.catalog.slips import Doubt, NewCurrency, Slip, new_currency, slips
from bot.domain.errors import ShopError, TransientError
from bot.ports import CatalogEditor, CatalogFile, CatalogReader, Clock, Store
from bot.ports.catalog import CatalogFaultsError, Fault, Reading
from bot.shop.catalog.current import CurrentCatalog
from bot.shop.catalog.pictures import PictureSync
from bot.shop.catalog.texts import CatalogText, FileText, StoredText, digest_of

_log = structlog.get_logger(__name__)


class NoCatalogError(ShopError):
    """The catalog's file cannot be used and there is no earlier version to sell from."""

    def __init__(self, faults: CatalogFaultsError) -> None:
        super().__init__(str(faults))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class CatalogReload:
    """What became of the file as it was found.

    Attributes:
        before: What was sold from until now; None at the start.
        catalog: What is sold from now on.
        fresh: Whether the catalog differs from the one before.
        faults: Why the file could not be used; empty where it is good.
        warnings: What is doubtful about a good file.
        slips: Prices of a good file that wait for an owner's answer.
        currency: The change for which all of a good file waits.
    """

    before: Catalog | None
    catalog: Catalog
    fresh: bool
    faults: tuple[Fault, ...] = ()
    warnings: tuple[Fault, ...] = ()
    slips: tuple[Slip, ...] = ()
    currency: NewCurrency | None = None


#: Tells whether a price that halved or doubled, or another currency, is known to be meant.
Sure = Callable[[Doubt], bool]


def unsure(_: Doubt) -> bool:
    """Let every one be asked about."""
    return False


def sure(_: Doubt) -> bool:
    """Let none be asked about."""
    return True


def put_back(editor: CatalogEditor, source: bytes, some: Iterable[Slip]) -> bytes:
    """Write the old prices into a text, and leave the sales out, for those that are not meant."""
    some = tuple(some)
    prices = {one.target: one.before for one in some if not one.sale}
    return editor.set_prices(source, prices, [one.target for one in some if one.sale])


class Catalogs:
    """Reads the owner's file, and keeps the shop on the last good version of it.

    Attributes:
        warnings: What is doubtful about the version that is sold from.
        slips: Prices of the file that wait for an owner's answer.
        currency: The change for which all of the file waits.
    """

    def __init__(
        self,
        source: CatalogFile,
        reader: CatalogReader,
        store: Store,
        clock: Clock,
    ) -> None:
        self._source = source
        self._text: CatalogText = (
            FileText(source) if store.process is None else StoredText(source, store, clock)
        )
        self._pictures = None if store.process is None else PictureSync(source, store)
        self._reader = reader
        self._store = store
        self._clock = clock
        self._seen: str | None = None
        self._faulty = False
        self._final = False
        self.warnings: tuple[Fault, ...] = ()
        self.slips: tuple[Slip, ...] = ()
        self.currency: NewCurrency | None = None
        self._turn = asyncio.Lock()

    @property
    def file(self) -> str:
        """The file's name, as the owner knows it."""
        return self._source.file

    @property
    def editor(self) -> CatalogEditor:
        """What changes the file's text."""
        return self._source

    @property
    def shared(self) -> bool:
        """Whether other processes edit the text too."""
        return self._text.shared

    @property
    def sound(self) -> bool:
        """Whether the file was good at the last look."""
        return not self._faulty

    @property
    def seen(self) -> str | None:
        """Which text was found at the last look: its SHA-256, or why there was none."""
        return self._seen

    async def source(self) -> bytes:
        """Return the file as it is now, sound or not.

        Raises:
            CatalogFaultsError: there is no such file, or it cannot be read.
        """
        return await self._text.read()

    async def check(self, source: bytes, before: Catalog) -> Reading:
        """Read a catalog's text as if it were the file, saved after another.

        Raises:
            CatalogFaultsError: with every fault that was found.
        """
        return await self._reader.parse(source, before=before)

    async def replace(
        self,
        current: CurrentCatalog,
        new: bytes,
        meant: Sure = unsure,
        old: bytes | None = None,
    ) -> CatalogReload | None:
        """Replace the text and sell from it. Raises as `CatalogText.write`.

        No look comes between, which would take it for a file that somebody else saved.
        """
        async with self._turn:
            if self.shared:  # in one step, lest another process takes it in before this one
                await current.follow()
                return await self._take_in(current, meant, (new, old))
            await self._text.write(new)
            return await self._take_in(current, meant)

    async def catch_up(self, current: CurrentCatalog) -> None:
        """Know what other processes did: what is sold from, and what of the text waits."""
        if not self.shared:
            return
        async with self._turn:
            await current.follow()
            before, self._seen = current.catalog, None
            try:
                reading = await self._reader.parse(await self._text.read(), before=before)
            except CatalogFaultsError:
                self._faulty = True
                return
            self._faulty = False
            if not self._waits(before, reading, unsure):
                self.slips = slips(before, reading.catalog)

    async def write_picture(self, path: str, content: bytes) -> None:
        """Save a picture beside the file. Raises as `CatalogFile.write_picture`."""
        await asyncio.to_thread(self._source.write_picture, path, content)
        if self._pictures:
            await self._pictures.put(path, content)

    async def share_pictures(self, catalog: Catalog) -> None:
        """Have the pictures here that other processes have, and let them have these."""
        if self._pictures:
            await self._pictures.look(catalog.pictures())

    async def open_current(self) -> tuple[CurrentCatalog, CatalogReload]:
        """Return the catalog at start: from the file, or the last good one where it is bad.

        Raises:
            NoCatalogError: the file is bad and no good version is kept that can still be read.
        """
        if self._pictures:
            await self._pictures.fetch()
        head, kept, good = await self._store.read(
            lambda tx: (tx.catalogs.head(), tx.catalogs.last_reading(), tx.catalogs.last_good())
        )
        try:
            source = await self._bytes()
            before = await self._sold_from(good, kept) if good not in {None, source} else None
            sold = before.catalog if before else None
            reading = await self._reader.parse(source, kept, before=sold)
            if before is not None and good and self._waits(before.catalog, reading, unsure):
                reading, source = before, good
            elif before is not None:
                reading, source = await self._held_back(before.catalog, reading, source, unsure)
        except CatalogFaultsError as error:
            self._faulty = True
            last = await self._sold_from(good, kept)
            if last is None or good is None:
                raise NoCatalogError(error) from error
            reading, source = last, good
            reload = CatalogReload(None, reading.catalog, fresh=True, faults=error.faults)
        else:
            reload = CatalogReload(
                None,
                reading.catalog,
                fresh=True,
                warnings=reading.warnings,
                slips=self.slips,
                currency=self.currency,
            )
        self.warnings = reading.warnings
        if reading.kept is kept:  # where it comes from it is kept already
            reading = replace(reading, kept=b"")
        current = CurrentCatalog(self._store, self._clock, reading.catalog, self._sold_from)
        await current.adopt(reading, source, instead_of=head)
        return current, reload

    async def _sold_from(self, good: bytes | None, kept: bytes) -> Reading | None:
        """Return what was sold from last; None where nothing was, or it cannot be read any more."""
        if good is None:
            return None
        try:
            # Its pictures may have gone since; a missing one costs the picture, not the shop.
            return await self._reader.parse(good, kept, pictures=False)
        except CatalogFaultsError:  # it was good to an earlier program
            return await self._reader.reopen(good, kept)

    def _waits(self, before: Catalog, reading: Reading, meant: Sure) -> bool:
        """Return whether all of a file waits, since its prices are in another currency."""
        change = new_currency(before, reading.catalog)
        self.currency = change if change and not meant(change) else None
        if self.currency:
            self.slips = ()
        return self.currency is not None

    async def _held_back(
        self, before: Catalog, reading: Reading, source: bytes, meant: Sure
    ) -> tuple[Reading, bytes]:
        """Put the old prices in the place of those that wait for an answer.

        Raises:
            CatalogFaultsError: the file is no sound catalog with them: then all of it waits.
        """
        self.slips = tuple(one for one in slips(before, reading.catalog) if not meant(one))
        if not self.slips:
            return reading, source
        source = await asyncio.to_thread(put_back, self._source, source, self.slips)
        held = await self._reader.parse(source)
        return replace(held, warnings=reading.warnings), source

    async def take_in(
        self, current: CurrentCatalog, meant: Sure | None = None
    ) -> CatalogReload | None:
        """Look at the file again; None where it is as it was at the last look.

        Args:
            current: What is sold from.
            meant: Which prices are known to be meant; the file is then read whether it is new.
        """
        async with self._turn:  # the watcher and an owner's edit may look at the same moment
            if self.shared:
                await current.follow()
            if meant is not None:
                self._seen = None
            return await self._take_in(current, meant or unsure)

    async def _take_in(
        self,
        current: CurrentCatalog,
        meant: Sure,
        text: tuple[bytes, bytes | None] | None = None,
    ) -> CatalogReload | None:
        """Take the text in as it is, or one that is to come, with what that was made of."""
        before, seen, was_faulty = current.catalog, self._seen, self._faulty
        try:
            found = await (
                self._read_if_new(before) if text is None else self._read(text[0], before)
            )
            if found is not None and self._waits(before, found[0], meant):
                if text is not None:
                    await self._text.write(*text)
                self._faulty = False
                return CatalogReload(before, before, fresh=False, currency=self.currency)
            if found is not None:
                found = await self._held_back(before, *found, meant)
        except CatalogFaultsError as error:
            self._faulty, self._final = True, not _hangs_on_pictures(error)
            if self._seen == seen and was_faulty:
                return None
            _log.warning("catalog refused", faults=len(error.faults))
            return CatalogReload(before, before, fresh=False, faults=error.faults)
        if found is None:
            return None
        self._faulty = False
        reading, source = found
        fresh = reading.catalog.fingerprint != before.fingerprint
        if fresh:
            try:
                await current.adopt(reading, source, instead_of=before.fingerprint, text=text)
            except TransientError:
                self._seen = None  # the next look tries again
                raise
            _log.info("catalog adopted", products=len(reading.catalog.products))
        elif text is not None:
            await self._text.write(*text)
        self.warnings = reading.warnings
        return CatalogReload(
            before, reading.catalog, fresh=fresh, warnings=reading.warnings, slips=self.slips
        )

    async def _read_if_new(self, before: Catalog) -> tuple[Reading, bytes] | None:
        """Read the file unless it is as it was: a look then costs next to nothing.

        One with a bad picture is read again at every look, since a better one may lie there now.
        """
        seen = self._seen
        source = await self._bytes()
        if self._seen == seen and (not self._faulty or self._final):
            return None
        return await self._read(source, before)

    async def _read(self, source: bytes, before: Catalog) -> tuple[Reading, bytes]:
        return await self._reader.parse(source, before=before), source

    async def _bytes(self) -> bytes:
        try:
            source = await self._text.read()
        except CatalogFaultsError as error:
            self._seen = str(error)
            raise
        self._seen = await asyncio.to_thread(digest_of, source)
        return source


def _hangs_on_pictures(error: CatalogFaultsError) -> bool:
    """Return whether a fault may go though the text stays the same."""
    return any(one.kind.startswith("picture_") for one in error.faults)

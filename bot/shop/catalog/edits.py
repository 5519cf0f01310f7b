"""The owner's quick edits of the catalog file from the chat.

Every edit reads the file as it is now, changes only what was asked, and is written only if the
result is a sound catalog. Edits take turns.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from bot.domain.catalog.diff import CatalogDiff, compare
from bot.domain.catalog.model import Catalog, ProductId, StockId
from bot.domain.catalog.slips import Slip, mark_of
from bot.domain.errors import RefusedError
from bot.domain.money import Money
from bot.domain.order import UserId
from bot.ports import MessageKind, Note, Transaction
from bot.ports.catalog import PICTURES
from bot.shop.catalog import news as catalog_news
from bot.shop.catalog.catalogs import Catalogs, Sure, unsure
from bot.shop.context import Context
from bot.shop.payment.endings import tell_owners

#: The largest picture that Telegram takes as a photo, in bytes.
LARGEST_PHOTO = 10_000_000
_PNG = b"\x89PNG"


@dataclass(frozen=True, slots=True)
class Edited:
    """What an edit did.

    Attributes:
        slips: Prices that wait for an owner's answer since.
        undo: The digest by which the text from before is brought back; None where nothing changed.
    """

    before: Catalog
    after: Catalog
    diff: CatalogDiff
    undo: str | None = None
    slips: tuple[Slip, ...] = ()


class CatalogEdits:
    """Edits of the catalog file.

    Each may raise `CatalogFaultsError`, `TransientError`, and `RefusedError` where the file
    cannot be written.
    """

    def __init__(self, context: Context, catalogs: Catalogs) -> None:
        self._context = context
        self._catalogs = catalogs
        self._editor = catalogs.editor
        self._turn = asyncio.Lock()

    @property
    def file(self) -> str:
        """The catalog file's name."""
        return self._catalogs.file

    @property
    def sound(self) -> bool:
        """Whether the file was good at the last look."""
        return self._catalogs.sound

    async def source(self) -> bytes:
        """Return the file as it is now, sound or not."""
        return await self._catalogs.source()

    async def check(self, source: bytes) -> Catalog:
        """Return what a catalog's text says."""
        return (await self._catalogs.check(source)).catalog

    async def set_price(
        self, by: UserId, target: StockId, price: Money, meant: Sure = unsure
    ) -> Edited:
        """Set a price; one that halves or doubles waits unless it is known to be meant.

        Raises:
            RefusedError: ``refused.unknown_target``, or ``owner.not_priced_here`` where every
                choice has a price of its own, so that nothing is sold at this one.
        """
        product = self._context.current.catalog.product(ProductId(target))
        if product is not None:
            priced = [own for own, _ in product.own_prices()]
            if target not in priced:
                raise RefusedError("owner.not_priced_here", targets=", ".join(priced))
        edited = await self.edit(
            by, lambda source: self._editor.set_price(source, target, price), meant
        )
        # Typed once more it is asked about once more, and alone.
        slips = tuple(one for one in self._catalogs.slips if one.target == target)
        return replace(edited, slips=slips)

    async def answer(self, by: UserId, mark: str, *, keep: bool) -> Edited:
        """Take in prices that waited, or write the old ones into the file again.

        Raises:
            RefusedError: ``owner.prices_answered``: these do not wait any more.
        """
        waiting = self._catalogs.slips
        some = waiting if mark_of(waiting) == mark else ()
        some = some or tuple(one for one in waiting if mark_of([one]) == mark)
        if not some:
            raise RefusedError("owner.prices_answered")
        if not keep:
            return await self.edit(by, bytes, some.__contains__)
        prices = {one.target: one.before for one in some}
        return await self.edit(by, lambda source: self._editor.set_prices(source, prices))

    async def set_hidden(self, by: UserId, product: ProductId, *, hidden: bool) -> Edited:
        """Hide a product from customers, or show it. Raises as `set_price`."""
        return await self.edit(by, lambda source: self._editor.set_hidden(source, product, hidden))

    async def set_stock(self, by: UserId, target: StockId, count: int | None) -> Edited:
        """Count anew, also where the file has that number already; None: always available.

        Raises:
            RefusedError: ``owner.not_counted_here`` where something else is counted instead.
        """
        self._counted(target)
        edited = await self.edit(by, lambda source: self._editor.set_stock(source, target, count))
        if not edited.diff.counted:
            now = self._context.clock.now()
            await self._context.store.write(lambda tx: tx.stock.count(target, count, now))
        return edited

    async def restock(self, by: UserId, target: StockId, units: int) -> Edited:
        """Add units to what is counted, or take some away; sales since the count stay counted.

        The file gets the new number. That this is no new count is noted before it is written, so
        that whoever takes the file in adds the units, whatever happens in between.

        Raises:
            RefusedError: ``owner.not_counted_here``, ``owner.not_counted`` or ``owner.too_few``.
        """
        self._counted(target)
        level = (await self._context.store.read(lambda tx: tx.stock.levels([target]))).get(target)
        if level is None or level.counted is None:
            raise RefusedError("owner.not_counted")
        counted, new = level.counted, level.counted + units
        if new - max(0, level.sold) - level.held < 0:
            raise RefusedError("owner.too_few", left=level.free or 0)
        note = f"{counted},{new}"
        await self._context.store.write(lambda tx: tx.notes.set(Note.RESTOCK.of(target), note))
        try:
            return await self.edit(by, lambda source: self._editor.set_stock(source, target, new))
        finally:
            await self._context.store.write(lambda tx: tx.notes.set(Note.RESTOCK.of(target), None))

    async def set_photo(self, by: UserId, target: StockId, content: bytes) -> Edited:
        """Save a picture beside the file and name it there. Raises as `set_price`."""
        digest = hashlib.sha256(content).hexdigest()[:8]
        kind = "png" if content.startswith(_PNG) else "jpg"
        path = f"{PICTURES}/{target.replace('/', '-')}-{digest}.{kind}"
        source = await self._catalogs.source()
        # An unknown target leaves no picture behind.
        await asyncio.to_thread(self._editor.set_photo, source, target, path)
        await self._catalogs.write_picture(path, content)
        return await self.edit(by, lambda source: self._editor.set_photo(source, target, path))

    async def edit(
        self, by: UserId, change: Callable[[bytes], bytes], meant: Sure = unsure
    ) -> Edited:
        """Change the file as it is now, sell from it, and tell the other owners."""
        async with self._turn:
            before, waited = self._context.current.catalog, self._catalogs.slips
            source = await self._catalogs.source()
            edited = await asyncio.to_thread(change, source)
            await self._catalogs.check(edited)
            if edited != source:
                await self._catalogs.replace(self._context.current, edited, meant)
            else:
                await self._catalogs.take_in(self._context.current, meant)
            slips = self._catalogs.slips
            after = self._context.current.catalog
        await self._tell_others(by, before, after, slips)
        undo = before.fingerprint[: catalog_news.DIGEST]
        same = before.fingerprint == after.fingerprint
        new = tuple(one for one in slips if one not in waited)
        return Edited(before, after, compare(before, after), None if same else undo, new)

    async def _tell_others(
        self, by: UserId, before: Catalog, after: Catalog, slips: Sequence[Slip]
    ) -> None:
        others, now = self._context.others(by), self._context.clock.now()
        told = catalog_news.changed(before, after, mended=False)

        def work(tx: Transaction) -> None:
            for details in (told, catalog_news.asked(tx, slips)):
                if details is not None:
                    tell_owners(tx, others, MessageKind.OWNER_ALERT, now, details=details)

        await self._context.store.write(work)
        self._context.outbox_bell.ring()

    def _counted(self, target: StockId) -> None:
        """Refuse a target that nothing is counted under, and name those that are."""
        catalog = self._context.current.catalog
        product = catalog.product(ProductId(target.partition("/")[0]))
        if product is None:
            raise RefusedError("refused.unknown_target", target=target)
        counted = [stock_id for stock_id, _ in product.stock_counts()]
        if target not in counted:
            raise RefusedError("owner.not_counted_here", targets=", ".join(counted))

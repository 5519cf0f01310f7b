"""The owner's quick edits of the catalog file from the chat.

Every edit reads the file as it is now, changes only what was asked, and is written only if the
result is a sound catalog. Edits take turns.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

from bot.domain.catalog.diff import CatalogDiff, compare
from bot.domain.catalog.model import Catalog, ProductId, StockId
from bot.domain.catalog.slips import NewCurrency, Slip, mark_of
from bot.domain.errors import RefusedError
from bot.domain.money import Money
from bot.domain.order import UserId
from bot.ports import MessageKind, Transaction
from bot.ports.catalog import PICTURES, CatalogFaultsError
from bot.shop.catalog import news as catalog_news
from bot.shop.catalog.catalogs import Catalogs, Sure, put_back, unsure
from bot.shop.catalog.restocking import note_restock, take_restock
from bot.shop.catalog.texts import OvertakenError
from bot.shop.context import Context
from bot.shop.payment.endings import tell_owners

#: The largest picture that Telegram takes as a photo, in bytes.
LARGEST_PHOTO = 10_000_000
_PNG = b"\x89PNG"
#: Targets that a refusal names.
_NAMED = 12
#: Makes the new text of the one that is there.
TextEdit = Callable[[bytes], bytes]
#: Returns the change to make now: asked anew at each try.
NextEdit = Callable[[], Awaitable[TextEdit]]
#: Tries of an edit that other processes' edits come before.
_TRIES = 5


@dataclass(frozen=True, slots=True)
class Edited:
    """What an edit did.

    Attributes:
        slips: Prices that wait for an owner's answer since.
        currency: The change for which all of the file waits.
        undo: The digest by which the text from before is brought back; None where nothing changed.
    """

    before: Catalog
    after: Catalog
    diff: CatalogDiff
    undo: str | None = None
    slips: tuple[Slip, ...] = ()
    currency: NewCurrency | None = None


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
        return (await self._catalogs.check(source, self._context.current.catalog)).catalog

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
                raise RefusedError("owner.not_priced_here", targets=_some(priced))
        edited = await self.edit(
            by, lambda source: self._editor.set_price(source, target, price), meant, quick=True
        )
        # Typed once more it is asked about once more, and alone.
        slips = tuple(one for one in self._catalogs.slips if one.target == target)
        return replace(edited, slips=slips)

    async def answer(self, by: UserId, mark: str, *, keep: bool) -> Edited:
        """Take in prices that waited, or write the old ones into the file again.

        What was done names the prices that wait still.

        Raises:
            RefusedError: ``owner.prices_answered``: these do not wait any more.
        """
        await self._catalogs.catch_up(self._context.current)
        currency = self._catalogs.currency
        if currency and mark_of([currency]) == mark:
            if not keep:
                return await self.edit(by, bytes, [currency].__contains__)
            return await self.edit(
                by, lambda source: self._editor.set_currency(source, currency.before)
            )
        some = self._waiting(mark)

        async def as_before() -> TextEdit:
            still = self._waiting(mark)  # another owner may have set one of them just now
            return lambda source: put_back(self._editor, source, still)

        if keep:
            done = await self.edit_next(by, as_before)
        else:
            done = await self.edit(by, bytes, some.__contains__)
        return replace(done, slips=self._catalogs.slips)

    async def set_hidden(self, by: UserId, target: StockId, *, hidden: bool) -> Edited:
        """Hide a product, or one of its variants, from customers, or show it.

        Raises:
            RefusedError: ``refused.unknown_target``.
        """
        return await self.edit(
            by, lambda source: self._editor.set_hidden(source, target, hidden), quick=True
        )

    async def set_stock(self, by: UserId, target: StockId, count: int | None) -> Edited:
        """Count anew, also where the file has that number already; None: always available.

        A variant, or an option's value, that was counted with its product gets a count of its own.

        Raises:
            RefusedError: ``owner.not_counted_here`` where something else is counted instead.
        """
        self._counted(target, first=count is not None)
        edited = await self.edit(
            by, lambda source: self._editor.set_stock(source, target, count), quick=True
        )
        if not edited.diff.counted:
            now = self._context.clock.now()
            await self._context.store.write(lambda tx: tx.stock.count(target, count, now))
        return edited

    async def restock(self, by: UserId, target: StockId, units: int) -> Edited:
        """Add units to what is counted, or take some away; sales since the count stay counted.

        The file gets the new number, of the count as it stands when it is this edit's turn.

        Raises:
            RefusedError: ``owner.not_counted_here``, ``owner.not_counted`` or ``owner.too_few``.
        """
        self._counted(target, first=True)
        step: tuple[int, int] | None = None

        def add(tx: Transaction) -> tuple[int, int]:
            level = tx.stock.levels([target]).get(target)
            if level is None or level.counted is None:
                raise RefusedError("owner.not_counted")
            new = level.counted + units
            if new - max(0, level.sold) - level.held < 0:
                raise RefusedError("owner.too_few", left=level.free or 0)
            note_restock(tx, target, level.counted, new)
            return level.counted, new

        async def added() -> TextEdit:
            nonlocal step
            step = _, new = await self._context.store.write(add)
            return lambda source: self._editor.set_stock(source, target, new)

        try:
            return await self.edit_next(by, added, quick=True)
        except (CatalogFaultsError, RefusedError, OvertakenError):  # the file says no new number
            if step:
                before, after = step
                await self._context.store.write(lambda tx: take_restock(tx, target, before, after))
            raise

    async def set_photo(self, by: UserId, target: StockId, content: bytes) -> Edited:
        """Save a picture beside the file and name it there. Raises as `set_price`."""
        digest = hashlib.sha256(content).hexdigest()[:8]
        kind = "png" if content.startswith(_PNG) else "jpg"
        path = f"{PICTURES}/{target.replace('/', '-')}-{digest}.{kind}"
        source = await self._catalogs.source()
        # An unknown target leaves no picture behind.
        await asyncio.to_thread(self._editor.set_photo, source, target, path)
        await self._catalogs.write_picture(path, content)
        return await self.edit(
            by, lambda source: self._editor.set_photo(source, target, path), quick=True
        )

    async def edit(
        self,
        by: UserId,
        change: TextEdit,
        meant: Sure = unsure,
        *,
        quick: bool = False,
    ) -> Edited:
        """Change the file as it is now, sell from it, and tell the other owners.

        Args:
            by: Who does it.
            change: Makes the new text of the one that is there.
            meant: What is known to be meant, though it would be asked about.
            quick: It changes one value of a file that is sold from.
        """

        async def given() -> TextEdit:
            return change

        return await self.edit_next(by, given, meant, quick=quick)

    async def edit_next(
        self, by: UserId, change: NextEdit, meant: Sure = unsure, *, quick: bool = False
    ) -> Edited:
        """Edit by what is made of how things stand when its turn comes. Arguments as `edit`."""
        async with self._turn:
            before, waited = await self._change(change, meant, quick=quick)
            slips, currency = self._catalogs.slips, self._catalogs.currency
            after = self._context.current.catalog
        await self._tell_others(by, before, after)
        undo = before.fingerprint[: catalog_news.DIGEST]
        same = before.fingerprint == after.fingerprint
        new = tuple(one for one in slips if one not in waited)
        diff = compare(before, after)
        return Edited(before, after, diff, None if same else undo, new, currency)

    async def _change(
        self, change: NextEdit, meant: Sure, *, quick: bool
    ) -> tuple[Catalog, tuple[Slip, ...]]:
        """Change the text; return what was sold from and what waited before.

        Where another process was faster, its text is changed.
        """
        tries = 0
        while True:
            source = await self._catalogs.source()  # first: what came since is then noticed
            await self._catalogs.catch_up(self._context.current)
            if quick and self._catalogs.currency:
                raise RefusedError("owner.currency_first")
            before, waited = self._context.current.catalog, self._catalogs.slips
            edited = await asyncio.to_thread(await change(), source)
            await self._catalogs.check(edited, before)
            try:
                if edited != source:
                    await self._catalogs.replace(self._context.current, edited, meant, source)
                else:
                    await self._catalogs.take_in(self._context.current, meant)
            except OvertakenError:
                tries += 1
                if tries == _TRIES:
                    raise
            else:
                return before, waited

    async def _tell_others(self, by: UserId, before: Catalog, after: Catalog) -> None:
        others, now = self._context.others(by), self._context.clock.now()
        told = catalog_news.changed(before, after, mended=False)
        slips, currency = self._catalogs.slips, self._catalogs.currency

        def work(tx: Transaction) -> None:
            for details in (told, catalog_news.asked(tx, slips, currency)):
                if details is not None:
                    tell_owners(tx, others, MessageKind.OWNER_ALERT, now, details=details)

        await self._context.store.write(work)
        self._context.outbox_bell.ring()

    def _waiting(self, mark: str) -> tuple[Slip, ...]:
        """Return the prices that a button knows by a mark and that wait yet: all, or one of them.

        Raises:
            RefusedError: ``owner.prices_answered``.
        """
        waiting = self._catalogs.slips
        alone = tuple(one for one in waiting if mark_of([one]) == mark)
        some = waiting if mark_of(waiting) == mark else alone
        if not some:
            raise RefusedError("owner.prices_answered")
        return some

    def _counted(self, target: StockId, *, first: bool) -> None:
        """Refuse a target that nothing is counted under, and name those that are.

        Args:
            target: What is to be counted.
            first: Whether it may be counted by itself from now on.
        """
        catalog = self._context.current.catalog
        product = catalog.product(ProductId(target.partition("/")[0]))
        if product is None:
            raise RefusedError("refused.unknown_target", target=target)
        counted = [stock_id for stock_id, _ in product.stock_counts()]
        if target not in counted and not (first and target in product.countable()):
            raise RefusedError("owner.not_counted_here", targets=_some(counted))


def _some(targets: Sequence[StockId]) -> str:
    """Return what else can be named, as much of it as somebody reads."""
    return ", ".join((*targets[:_NAMED], *(["…"] if len(targets) > _NAMED else [])))

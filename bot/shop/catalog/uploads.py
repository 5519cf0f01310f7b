"""A whole catalog file from the chat: offered, put in the old one's place, and the way back.

A file that was sent is kept with the database until its owner has seen the difference. The last
versions that were sold from are kept too, for the way back.
"""

from __future__ import annotations

import asyncio
import base64
import json
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from bot.domain.catalog.diff import CatalogDiff, compare
from bot.domain.catalog.model import Catalog, ProductId, StockId
from bot.domain.errors import RefusedError
from bot.domain.order import ChatId, UserId
from bot.ports import Note, StockLevel, Transaction
from bot.ports.catalog import (
    CatalogFaultsError,
    Fault,
    TableAnswers,
    TableAskedError,
    TableMerge,
)
from bot.shop.catalog.catalogs import Catalogs, Sure, unsure
from bot.shop.catalog.edits import CatalogEdits, Edited, TextEdit
from bot.shop.catalog.news import DIGEST
from bot.shop.catalog.texts import digest_of
from bot.shop.context import Context

NO_ANSWERS: Final = TableAnswers()


@dataclass(frozen=True, slots=True)
class Offer:
    """A file that could take the catalog's place.

    Attributes:
        digest: What the owner's buttons name it by.
        counts: Stock that the shop knows otherwise than the file says: stock id, the shop's count
            and the file's. Replacing asks before it counts these anew.
        merged: It is the catalog with a table's goods in it.
        remarks: What of a table could not be taken.
    """

    digest: str
    before: Catalog
    after: Catalog
    diff: CatalogDiff
    warnings: tuple[Fault, ...]
    counts: tuple[tuple[StockId, int, int], ...]
    merged: bool = False
    remarks: tuple[Fault, ...] = ()


class CatalogFiles:
    """Replaces the file; each may raise what `CatalogEdits` does."""

    def __init__(
        self,
        context: Context,
        catalogs: Catalogs,
        edits: CatalogEdits,
        merge_table: TableMerge,
    ) -> None:
        self._context = context
        self._catalogs = catalogs
        self._edits = edits
        self._merge_table = merge_table

    async def offer(self, chat_id: ChatId, source: bytes) -> Offer:
        """Check a file that was sent, and keep it for this chat until it says to replace."""
        digest, before = short_digest(source), self._context.current.catalog
        reading = await self._catalogs.check(source, before)
        note = json.dumps([digest, source.decode("utf-8"), before.fingerprint], ensure_ascii=False)
        counts, known = reading.catalog.stock_counts(), before.stock_counts()

        def work(tx: Transaction) -> tuple[tuple[StockId, int, int], ...]:
            tx.notes.set(Note.CATALOG_OFFERED.of(chat_id), note)
            levels = tx.stock.levels({*counts, *known})
            left = dict(_left_of_it(before, reading.catalog, levels))
            return tuple(
                (stock_id, there, count)
                for stock_id, count in counts.items()
                if count is not None
                and (level := levels.get(stock_id)) is not None
                and (there := _known(level, left.get(stock_id))) not in {None, count}
            )

        differing = await self._context.store.write(work)
        diff = compare(before, reading.catalog)
        return Offer(digest, before, reading.catalog, diff, reading.warnings, differing)

    async def offer_table(
        self,
        chat_id: ChatId,
        table: bytes,
        file: str,
        category: str,
        answers: TableAnswers = NO_ANSWERS,
    ) -> Offer:
        """Put the goods of a table that was sent into the file as it is now, and offer that.

        Args:
            chat_id: Where it was sent.
            table: As a spreadsheet or another shop wrote it.
            file: Its name.
            category: What the category is called of new products that have none.
            answers: About cells that can be read in two ways.

        Raises:
            TableAskedError: an answer is missing; the table is kept for it.
            CatalogFaultsError: at the table's lines.
        """
        present = await self._catalogs.source()
        try:
            merged = await asyncio.to_thread(
                self._merge_table, table, file, present, category, answers
            )
        except TableAskedError:
            packed = await asyncio.to_thread(zlib.compress, table)
            note = json.dumps([short_digest(table), file, base64.b64encode(packed).decode()])
            await self._note(chat_id, Note.TABLE_ASKED, note)
            raise
        try:
            offer = await self.offer(chat_id, merged.source)
        except CatalogFaultsError as error:
            raise await asyncio.to_thread(merged.at_lines, error) from error
        return replace(offer, merged=True, remarks=merged.remarks)

    async def offer_asked(
        self, chat_id: ChatId, digest: str, category: str, answers: TableAnswers
    ) -> Offer:
        """Offer the table that its owner was asked about. Arguments as `offer_table`.

        Raises:
            RefusedError: ``owner.offer_gone``: another one was sent since.
        """
        note = await self._context.store.read(lambda tx: tx.notes.get(Note.TABLE_ASKED.of(chat_id)))
        kept, file, packed = json.loads(note) if note else ("", "", "")
        if kept != digest:
            raise RefusedError("owner.offer_gone")
        table = await asyncio.to_thread(zlib.decompress, base64.b64decode(packed))
        offer = await self.offer_table(chat_id, table, file, category, answers)
        await self._note(chat_id, Note.TABLE_ASKED, None)
        return offer

    async def replace(
        self, by: UserId, chat_id: ChatId, digest: str, *, anew: bool, meant: Sure = unsure
    ) -> Edited:
        """Put the file that was offered in the catalog's place.

        Args:
            by: Who does it; other owners are told.
            chat_id: Where it was offered.
            digest: Which one; another may have been offered since.
            anew: Count stock by it; otherwise it gets the counts that the shop knows.
            meant: Which prices are known to be meant, though they halve or double.

        Raises:
            RefusedError: ``owner.offer_gone``, or ``owner.offer_stale``: the catalog is another one
                than that from which the difference was shown.
        """
        back: list[tuple[StockId, int]] = []

        async def offered() -> TextEdit:
            note = await self._context.store.read(
                lambda tx: tx.notes.get(Note.CATALOG_OFFERED.of(chat_id))
            )
            kept, text, *since = json.loads(note) if note else ("", "")
            if kept != digest:
                raise RefusedError("owner.offer_gone")
            if since not in ([], [self._context.current.catalog.fingerprint]):  # older: none
                raise RefusedError("owner.offer_stale")
            source = text.encode()
            offer = await self.offer(chat_id, source)
            known = offer.before.stock_counts()
            back[:] = [(one, count) for one, _, count in offer.counts if one not in known]
            if not anew:
                source = await asyncio.to_thread(self._with_counts, source, offer.counts)
            return lambda _: source

        edited = await self._edits.edit_next(by, offered, meant)
        if anew and back:
            await self._context.store.write(lambda tx: self._count_again(tx, back))
        await self._note(chat_id, Note.CATALOG_OFFERED, None)
        return edited

    async def kept(self) -> str | None:
        """Return the digest of the version before this; None where that is there again."""
        fingerprint = await self._context.store.read(lambda tx: tx.catalogs.before())
        digest = (fingerprint or "")[:DIGEST]
        return digest if digest and digest != short_digest(await self._catalogs.source()) else None

    async def replaced(self, digest: str) -> bytes:
        """Return a text that was sold from before, whoever changed it.

        Raises:
            RefusedError: ``owner.undo_gone``: too many came since.
        """
        source = await self._context.store.read(lambda tx: tx.catalogs.find(digest))
        if source is None:
            raise RefusedError("owner.undo_gone")
        return source

    async def _note(self, chat_id: ChatId, note: Note, value: str | None) -> None:
        await self._context.store.write(lambda tx: tx.notes.set(note.of(chat_id), value))

    def _count_again(self, tx: Transaction, counts: Iterable[tuple[StockId, int]]) -> None:
        """Count what comes back by the file's number, though that is the one counted last."""
        now = self._context.clock.now()
        for stock_id, count in counts:
            tx.stock.count(stock_id, count, now)

    def _with_counts(self, source: bytes, counts: Sequence[tuple[StockId, int, int]]) -> bytes:
        for stock_id, known, _ in counts:
            source = self._catalogs.editor.set_stock(source, stock_id, known)
        return source


def _left_of_it(
    before: Catalog, after: Catalog, levels: Mapping[StockId, StockLevel]
) -> Iterator[tuple[StockId, int]]:
    """Yield how many there are of what was counted otherwise, and is to be by its own id again.

    What is counted under other ids till now is left of it. Where that does not tell, it is what was
    left at last without all that they sold: rather too few than too many.
    """
    known, counts = before.stock_counts(), after.stock_counts()
    for product_id in {ProductId(one.partition("/")[0]) for one in counts.keys() - known.keys()}:
        was, now = before.product(product_id), after.product(product_id)
        if was is None or now is None:
            continue
        back = {one for one, _ in now.stock_counts()} - known.keys()
        led: dict[StockId, set[StockId]] = {}
        for variant in was.variants():
            own = now.variant(variant.id)
            led.setdefault(variant.stock_id, set()).update({own.stock_id} if own else back)
        for target in back & levels.keys():
            others = [one for one, targets in led.items() if target in targets]
            left = [_there(levels.get(one)) for one in others]
            if None in left or any(led[one] != {target} for one in others):
                gone = sum(levels[one].sold for one in others if one in levels)
                left = [_there(levels[target]), -gone]
            yield target, max(0, sum(one for one in left if one is not None))


def _known(level: StockLevel, left: int | None) -> int | None:
    """Return the count that the shop knows: the last, or what is `left` if that is not of it."""
    return level.counted if left in {None, _there(level)} else left


def _there(level: StockLevel | None) -> int | None:
    """Return how many there are of a count, held ones with them; None: it is none."""
    return None if level is None or level.counted is None else level.counted - level.sold


def short_digest(source: bytes) -> str:
    """Return what buttons name a text or a table by."""
    return digest_of(source)[:DIGEST]

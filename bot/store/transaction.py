"""Everything stored, as work on the store sees it; made once for a db."""

from __future__ import annotations

from bot.ports import UpdateId
from bot.store.albums import SqlAlbumItems
from bot.store.books import SqlBooks
from bot.store.carts import SqlCarts
from bot.store.catalogs import SqlCatalogs
from bot.store.chats import SqlChats
from bot.store.db import Db
from bot.store.facts import SqlNotes, SqlPictures, first_time
from bot.store.inbox import SqlInbox
from bot.store.leases import SqlLeases
from bot.store.messages import SqlOutbox, SqlShown
from bot.store.orders import SqlLinks, SqlOrders
from bot.store.owners import SqlOwners
from bot.store.preferences import SqlPreferences
from bot.store.shares import SqlShares
from bot.store.stock import SqlStock
from bot.store.waitlist import SqlWaitlist


class SqlTransaction:
    """Implements `bot.ports.Transaction`; it must not be used after the work has returned."""

    def __init__(self, db: Db) -> None:
        self._db = db
        self.preferences = SqlPreferences(db)
        self.carts = SqlCarts(db)
        self.shares = SqlShares(db)
        self.orders = SqlOrders(db)
        self.books = SqlBooks(db)
        self.links = SqlLinks(db)
        self.owners = SqlOwners(db)
        self.stock = SqlStock(db)
        self.waitlist = SqlWaitlist(db)
        self.album_items = SqlAlbumItems(db)
        self.outbox = SqlOutbox(db)
        self.inbox = SqlInbox(db)
        self.notes = SqlNotes(db)
        self.catalogs = SqlCatalogs(db)
        self.pictures = SqlPictures(db)
        self.shown = SqlShown(db)
        self.leases = SqlLeases(db)
        self.chats = SqlChats(db, self.carts, self.shares, self.outbox, self.shown)

    def first_time(self, update_id: UpdateId | None, now: int) -> bool:
        return first_time(self._db, update_id, now)

"""Everything stored, as work on the store sees it; made once for a connection."""

from __future__ import annotations

import sqlite3

from bot.ports import UpdateId
from bot.store.books import SqliteBooks
from bot.store.carts import SqliteCarts
from bot.store.catalogs import SqliteCatalogs
from bot.store.chats import SqliteChats
from bot.store.inbox import SqliteInbox
from bot.store.links import SqliteLinks
from bot.store.notes import SqliteNotes
from bot.store.orders import SqliteOrders
from bot.store.outbox import SqliteOutbox
from bot.store.pictures import SqlitePictures
from bot.store.shares import SqliteShares
from bot.store.shown import SqliteShown
from bot.store.stock import SqliteStock
from bot.store.updates import first_time


class SqliteTransaction:
    """Implements `bot.ports.Transaction`; it must not be used after the work has returned."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        self.carts = SqliteCarts(connection)
        self.shares = SqliteShares(connection)
        self.orders = SqliteOrders(connection)
        self.books = SqliteBooks(connection)
        self.links = SqliteLinks(connection)
        self.stock = SqliteStock(connection)
        self.outbox = SqliteOutbox(connection)
        self.inbox = SqliteInbox(connection)
        self.notes = SqliteNotes(connection)
        self.catalogs = SqliteCatalogs(connection)
        self.pictures = SqlitePictures(connection)
        self.shown = SqliteShown(connection)
        self.chats = SqliteChats(connection, self.carts, self.shares, self.outbox, self.shown)

    def first_time(self, update_id: UpdateId | None, now: int) -> bool:
        """Return True the first time an update is seen, and remember it; True for None."""
        return first_time(self._db, update_id, now)

"""What is kept: the SQLite store with the shop's only SQL, and the catalog's folder on disk."""

from bot.store.invariants import Violation
from bot.store.sqlite.backup import BackupReport, back_up
from bot.store.sqlite.lock import DatabaseInUseError, DatabaseLock, holder
from bot.store.sqlite.reader import StoreReader, inspect, open_reader
from bot.store.sqlite.store import SqliteStore, open_store

__all__ = [
    "BackupReport",
    "DatabaseInUseError",
    "DatabaseLock",
    "SqliteStore",
    "StoreReader",
    "Violation",
    "back_up",
    "holder",
    "inspect",
    "open_reader",
    "open_store",
]

"""The engine that is SQLite: one file, one process, one thread that writes."""

from bot.store.sqlite.backup import back_up
from bot.store.sqlite.database import SqliteDatabase
from bot.store.sqlite.lock import DatabaseLock, holder
from bot.store.sqlite.reader import inspect, open_reader
from bot.store.sqlite.store import SqliteStore, open_store

__all__ = [
    "DatabaseLock",
    "SqliteDatabase",
    "SqliteStore",
    "back_up",
    "holder",
    "inspect",
    "open_reader",
    "open_store",
]

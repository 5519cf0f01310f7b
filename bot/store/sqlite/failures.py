"""What SQLite's errors mean for the shop: try again later, or stop and tell the operator."""

from __future__ import annotations

import sqlite3

from bot.domain.errors import CorruptError, ShopError
from bot.ports import DatabaseTrouble, DatabaseTroubleError

#: Primary result codes (SQLite's page "Result and Error Codes") that may pass by themselves.
_PASSING = {
    sqlite3.SQLITE_FULL: (DatabaseTrouble.FULL, "the disk is full"),
    sqlite3.SQLITE_READONLY: (DatabaseTrouble.READ_ONLY, "the database is read-only"),
    sqlite3.SQLITE_BUSY: (DatabaseTrouble.LOCKED, "the database is locked by another process"),
    sqlite3.SQLITE_LOCKED: (DatabaseTrouble.LOCKED, "the database is locked"),
    sqlite3.SQLITE_IOERR: (DatabaseTrouble.FAILING, "the disk failed to read or write"),
    sqlite3.SQLITE_CANTOPEN: (DatabaseTrouble.DENIED, "the database file cannot be opened"),
    sqlite3.SQLITE_PERM: (DatabaseTrouble.DENIED, "the database file may not be used"),
    sqlite3.SQLITE_NOMEM: (DatabaseTrouble.MEMORY, "there is no memory left"),
    sqlite3.SQLITE_INTERRUPT: (DatabaseTrouble.FAILING, "the database was interrupted"),
    sqlite3.SQLITE_PROTOCOL: (DatabaseTrouble.LOCKED, "the database is locked by another process"),
}
_DAMAGED = {
    sqlite3.SQLITE_CORRUPT: "the database file is damaged",
    sqlite3.SQLITE_NOTADB: "the file is not a SQLite database",
    sqlite3.SQLITE_CONSTRAINT: "the database refuses a change that cannot be right",
    sqlite3.SQLITE_ERROR: "the database does not have the tables that it should",
}


def primary_code(error: sqlite3.Error) -> int:
    """Return SQLite's primary result code; 0 where the error comes from the Python module."""
    code: int = getattr(error, "sqlite_errorcode", 0)
    return code & 0xFF


def translate(error: sqlite3.Error) -> ShopError | sqlite3.Error:
    """Return the shop's error for one of SQLite's; misuse of the module is returned as it is."""
    code = primary_code(error)
    if code in _PASSING:
        trouble, message = _PASSING[code]
        return DatabaseTroubleError(message, trouble)
    if code in _DAMAGED:
        return CorruptError(f"{_DAMAGED[code]} ({error})")
    return error

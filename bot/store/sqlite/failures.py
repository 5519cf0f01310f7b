"""What SQLite's errors mean for the shop: try again later, or stop and tell the operator."""

from __future__ import annotations

import sqlite3

from bot.domain.errors import CorruptError, ShopError, TransientError

#: Primary result codes (SQLite's page "Result and Error Codes") that may pass by themselves.
_PASSING = {
    sqlite3.SQLITE_FULL: "the disk is full",
    sqlite3.SQLITE_READONLY: "the database is read-only",
    sqlite3.SQLITE_BUSY: "the database is locked by another process",
    sqlite3.SQLITE_LOCKED: "the database is locked",
    sqlite3.SQLITE_IOERR: "the disk failed to read or write",
    sqlite3.SQLITE_CANTOPEN: "the database file cannot be opened",
    sqlite3.SQLITE_PERM: "the database file may not be used",
    sqlite3.SQLITE_NOMEM: "there is no memory left",
    sqlite3.SQLITE_INTERRUPT: "the database was interrupted",
    sqlite3.SQLITE_PROTOCOL: "the database is locked by another process",
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
        return TransientError(_PASSING[code])
    if code in _DAMAGED:
        return CorruptError(f"{_DAMAGED[code]} ({error})")
    return error

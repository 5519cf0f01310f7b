"""What PostgreSQL's errors mean for the shop: try again later, or stop and tell the operator."""

from __future__ import annotations

import re

import psycopg

from bot.domain.errors import CorruptError, ShopError, UnfitError
from bot.ports import DatabaseTrouble, DatabaseTroubleError
from bot.store.postgres.addresses import without_password

#: Classes of SQLSTATE (PostgreSQL's appendix "Error Codes") that may pass by themselves.
_PASSING = {
    "08": (DatabaseTrouble.UNREACHABLE, "the database cannot be reached"),
    "25": (DatabaseTrouble.READ_ONLY, "the database takes no changes now"),
    # A stand-by that was asked for on purpose: it has no SERIALIZABLE.
    "0A": (DatabaseTrouble.READ_ONLY, "the database takes no changes now"),
    "40": (DatabaseTrouble.LOCKED, "the database is too busy with changes of the same"),
    "53": (DatabaseTrouble.FULL, "the database has no room, memory or connection left"),
    "55": (DatabaseTrouble.LOCKED, "the database is busy"),
    "57": (DatabaseTrouble.UNREACHABLE, "the database was interrupted"),
    "58": (DatabaseTrouble.FAILING, "the database's system failed"),
}
_DAMAGED = {
    "22": "the database refuses a value that cannot be right",
    "23": "the database refuses a change that cannot be right",
    "42": "the database does not have the tables that it should",
    "54": "the database refuses a value that cannot be right",
    "XX": "the database is damaged",
}
_NO_RIGHT = "42501"
#: libpq's reasons why there is no connection; what stands in quotes is a name, or a host that is
#: told anyway.
_FAILED = re.compile(r"(?:failed|is bad): (?!connection to )(.+)|(failed to resolve .+)")
_QUOTED = re.compile(r"[\"«„“][^\"»“”]*[\"»“”]")
#: What is done again from its beginning: nothing of it was kept.
REPLAYED = (psycopg.errors.SerializationFailure, psycopg.errors.DeadlockDetected)


def translate(error: psycopg.Error) -> ShopError | psycopg.Error:
    """Return the shop's error for one of PostgreSQL's; misuse of psycopg is returned as it is."""
    state = error.sqlstate or ""
    # The values of a row stand in the details alone; they are nobody's business in a log.
    words = error.diag.message_primary or ""
    passing = _PASSING.get(state[:2])
    if state == _NO_RIGHT:
        return UnfitError(f"the shop's role may not do there what it must ({words})")
    if state[:2] in _DAMAGED:
        return CorruptError(f"{_DAMAGED[state[:2]]} ({words})")
    if passing is None and isinstance(error, psycopg.OperationalError | psycopg.InterfaceError):
        trouble, message = _PASSING["08"]
        found = _FAILED.finditer(str(error))
        reasons = dict.fromkeys(_QUOTED.sub("…", one[1] or one[2]) for one in found)
        passing = trouble, f"{message} ({'; '.join(reasons)})" if reasons else message
    if passing is None:
        return error
    trouble, message = passing
    return DatabaseTroubleError(message, trouble)


def translate_at(url: str, error: psycopg.Error) -> ShopError | psycopg.Error:
    """Return the same, with the address that it is about."""
    told, where = translate(error), without_password(url)
    if isinstance(told, DatabaseTroubleError):
        return DatabaseTroubleError(f"{where}: {told}", told.trouble)
    if isinstance(told, CorruptError):
        return type(told)(f"{where}: {told}")
    return told

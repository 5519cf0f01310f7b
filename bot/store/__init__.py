"""What is kept: the shop's only SQL, and the engine that it runs on."""

from pathlib import Path

from bot.domain.errors import RefusedError
from bot.ports import Database, MoveReport, Tell
from bot.store.sqlite import SqliteDatabase

__all__ = ["database_at", "move", "passwords_in"]


def database_at(where: str) -> Database:
    """Return the database that a setting names: a file, which is SQLite's, or a server's address.

    Raises:
        UnfitError: the address cannot be read.
    """
    if not _is_server(where):
        return SqliteDatabase(Path(where))
    # Its driver comes with an extra, which a shop on a file need not have.
    from bot.store.postgres import PostgresDatabase  # noqa: PLC0415

    return PostgresDatabase(where)


def passwords_in(where: str) -> set[str]:
    """Return what is secret of where a database is, as a setting names it; it stands in no log."""
    if not _is_server(where):
        return set()
    from bot.store.postgres.addresses import passwords  # noqa: PLC0415 - as above

    return passwords(where)


def move(source: str, target: str, *, progress: Tell | None = None) -> MoveReport:
    """Move a shop from a file to a server, or from a server to a file.

    Nobody may have either open. Killed at any moment, it leaves the shop in one of them, or is
    ended by the next try.

    Args:
        source: Where the shop is, as in the setting.
        target: Where it is to be; there must be no shop.
        progress: Called with how much is done, and how much there is.

    Raises:
        RefusedError: ``move.alike``: both are files, or both servers; ``move.exists``: the target
            has a shop; ``move.unreadable``: a text in the file is not UTF-8;
            ``database.missing``, ``.outdated``, ``.moved``, ``.arriving`` or ``.unfinished``: the
            source has none that could go. Nothing was changed.
        DatabaseInUseError: a shop runs on one of them.
        TransientError: one of them cannot be read or written now.
        CorruptError: the source is damaged, or newer than this program.
    """
    if _is_server(source) == _is_server(target):
        raise RefusedError("move.alike")
    from bot.store.postgres import move as moving  # noqa: PLC0415 - as above

    if _is_server(target):
        return moving.to_server(Path(source), target, progress)
    return moving.to_file(source, Path(target), progress)


def _is_server(where: str) -> bool:
    return "://" in where

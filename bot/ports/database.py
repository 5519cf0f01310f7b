"""A database as a whole: how it is opened, looked into, copied, and kept from a second shop."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol, TypeVar

from bot.domain.errors import TransientError
from bot.domain.order import OrderId
from bot.ports.server import ServerFacts
from bot.ports.store import Store, Transaction

T = TypeVar("T")
#: Is called with how much is done and how much there is.
Tell = Callable[[int, int], None]


class DatabaseInUseError(TransientError):
    """Another process runs on this database."""

    def __init__(self, database: str, holder: str) -> None:
        super().__init__(f"{database} is in use by {holder}; stop that one first")
        self.database = database
        self.holder = holder


class DatabaseTrouble(StrEnum):
    """Why a database takes no write or gives no answer now; its words are ``trouble.…``."""

    FULL = "full"
    READ_ONLY = "read_only"
    LOCKED = "locked"
    FAILING = "failing"
    DENIED = "denied"
    MEMORY = "memory"
    GONE = "gone"
    UNREACHABLE = "unreachable"


class DatabaseTroubleError(TransientError):
    """A database cannot be used now.

    Args:
        message: For the log.
        trouble: Why.
        file: The file that it is about, where one is known.
    """

    def __init__(self, message: str, trouble: DatabaseTrouble, file: str = "") -> None:
        super().__init__(message)
        self.trouble = trouble
        self.file = file


@dataclass(frozen=True, slots=True)
class Violation:
    """A contradiction: which rule is broken, by which order, and how."""

    rule: str
    order_id: OrderId | None
    detail: str


@dataclass(frozen=True, slots=True)
class BackupReport:
    """A finished copy: its size in bytes, its orders, and what in it contradicts itself.

    A copy with findings is kept: it is what the shop had.
    """

    path: Path
    size: int
    orders: int
    findings: tuple[Violation, ...]


@dataclass(frozen=True, slots=True)
class MoveReport:
    """A shop that has moved: where to, its orders, its rows in all, and what contradicts itself.

    What contradicts itself did so before, word for word.
    """

    to: str
    orders: int
    rows: int
    findings: tuple[Violation, ...]


class StoreReader(Protocol):
    """A database opened for looking only.

    Every call raises `TransientError` where it cannot be read now or a function tried to write,
    and `CorruptError` where it is damaged.
    """

    async def read(self, work: Callable[[Transaction], T]) -> T:
        """Run a function on a read-only snapshot; it sees every write that has returned."""
        ...

    async def damage(self) -> str | None:
        """Read everything and return the first damage in it; None where it is sound."""
        ...

    async def findings(self) -> tuple[Violation, ...]:
        """Return where the stored facts contradict each other; it reads everything."""
        ...

    async def server(self) -> ServerFacts | None:
        """Return what its server tells of itself; None where it is a file."""
        ...


class Database(Protocol):
    """An engine, and which of its databases."""

    def lock(self, *, alone: bool = False) -> AbstractContextManager[object]:
        """Return what keeps others away while it is entered.

        On a file that is every other process; on a server the shop's own processes run side by
        side, unless one must be alone: to move the shop, or to set it aside.

        Raises on entering:
            DatabaseInUseError: another process has it, or runs while this one must be alone.
            TransientError: it cannot be locked.
        """
        ...

    def alone(self) -> bool:
        """Return whether no other process runs on it; the caller holds the lock.

        Two that start at the same time may both be told that they are not.
        """
        ...

    def files(self) -> tuple[Path, ...]:
        """Return its files that there are, first the one that is to be; a server has none."""
        ...

    def holder(self) -> str | None:
        """Return which process has the lock, as far as is known; None where none has it."""
        ...

    def shares_connections(self) -> bool:
        """Return whether a pooler gives a connection to others between two transactions.

        No lock is held then. False where it is a file.

        Raises:
            TransientError: it cannot be asked.
        """
        ...

    def set_aside(self) -> str | None:
        """Give an old database another name, and return that; None where there is none.

        The caller holds the lock, alone.

        Raises:
            RefusedError: ``database.moved``: its shop is elsewhere, and a new one is not meant;
                ``database.arriving``: a move into it was broken off.
            UnfitError: the shop's role may not rename it.
            TransientError: it cannot be renamed now.
        """
        ...

    async def open(self) -> Store:
        """Open it, made where there is none, checked and brought up to date; to be closed.

        Raises:
            RefusedError: ``database.moved``: its shop went elsewhere; ``database.unfinished``,
                ``database.arriving``: a move into it was broken off.
            TransientError: it cannot be opened, read or written now.
            CorruptError: it is damaged, newer than this program, or another program's.
        """
        ...

    def open_reader(self) -> AbstractAsyncContextManager[StoreReader]:
        """Open one that exists, for looking only; a shop may be running on it.

        Raises on entering:
            RefusedError: ``database.missing``: there is none; ``database.outdated``: the shop must
                start once to bring it up to date; or as `open`.
            TransientError: it cannot be read now.
            CorruptError: it is damaged, newer than this program, or another program's.
        """
        ...

    def back_up(self, target: Path, *, progress: Tell | None = None) -> BackupReport:
        """Copy it into one file, also while a shop writes to it, and check the copy.

        The file is readable by its owner alone. It gets its name only once it is checked and on
        the disk.

        Args:
            target: The copy; it must not exist.
            progress: Called with the parts copied and the parts in all.

        Raises:
            RefusedError: ``backup.exists``: the target exists; ``backup.missing``: there is no
                such database; or as `open`.
            CorruptError: the database is damaged; there is no copy.
            TransientError: something cannot be read or written now; there is no copy.
        """
        ...

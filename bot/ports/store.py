"""The database: everything stored, and transactions over it.

Work on the store is a plain function of a `Transaction`: it runs whole, in one hop to the
database's thread, and is committed if it returns and rolled back if it raises.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NewType, Protocol, TypeVar

from bot.ports.albums import AlbumItemStore
from bot.ports.books import Books
from bot.ports.chats import CartStore, ChatStore, PreferenceStore, ShareStore
from bot.ports.leases import LeaseStore
from bot.ports.messages import OutboxStore, ShownStore
from bot.ports.orders import LinkStore, OrderStore
from bot.ports.owners import OwnerStore
from bot.ports.server import ServerFacts
from bot.ports.stock import StockStore
from bot.ports.waitlist import WaitlistStore

T = TypeVar("T")
UpdateId = NewType("UpdateId", int)
EventId = NewType("EventId", str)


class EventKind(StrEnum):
    """What to ask the payment service about; the words of its own stay in the adapter."""

    SESSION = "session"
    #: The event's object may be anything of the payment; its parent is the payment.
    REFUND = "refund"
    DISPUTE = "dispute"
    #: Of ours: messages were sent without what is kept with the session, and are to show it.
    SHOWN = "shown"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class InboxEvent:
    """An event of the payment service, as far as it is believed: what to ask it about."""

    id: EventId
    kind: EventKind
    object_id: str
    received_at: int
    attempts: int = 0
    parent_id: str | None = None


class InboxStore(Protocol):
    """Events, each acted on once."""

    def enqueue(self, event: InboxEvent) -> bool:
        """Store an event, due at once; False where its id is known."""
        ...

    def due(self, now: int, limit: int) -> tuple[InboxEvent, ...]:
        """Return events whose time has come, the longest waiting first."""
        ...

    def claim(self, event_id: EventId, now: int) -> bool:
        """Keep an event that is due from others for a minute; False where one was faster."""
        ...

    def done(self, event_id: EventId, now: int) -> None:
        """Record that the event was acted on; its id stays known."""
        ...

    def later(self, event_id: EventId, at: int) -> None:
        """Act on it at a later time, and count an attempt."""
        ...

    def none_after(self, at: int) -> int:
        """Let no event be due later than at a time; return how many were."""
        ...


class NoteStore(Protocol):
    """Small facts by name: who the database belongs to, cursors, whether checkout is closed."""

    def get(self, name: str) -> str | None: ...
    def set(self, name: str, value: str | None) -> None:
        """Write a note; None takes it away."""
        ...


class CatalogStore(Protocol):
    """Catalog texts that were good, the newest first; and the text that several processes edit."""

    def head(self) -> str | None:
        """Return the fingerprint of what is sold from; None where nothing was yet."""
        ...

    def text(self) -> tuple[str, bytes] | None:
        """Return the text that is edited, good or not, after its SHA-256; None: there is none."""
        ...

    def text_digest(self) -> str | None:
        """Return the SHA-256 of the text that is edited."""
        ...

    def had_text(self, digest: str) -> bool:
        """Return whether this is, or once was, the text that is edited."""
        ...

    def put_text(self, digest: str, content: bytes, now: int) -> None:
        """Make this the text that is edited; of the one before, its digest alone is kept."""
        ...

    def last_good(self) -> bytes | None:
        """Return the text saved last."""
        ...

    def last_reading(self) -> bytes:
        """Return what reading the newest text came to; empty where that was not kept."""
        ...

    def before(self) -> str | None:
        """Return the fingerprint of the text before the newest; None where there is none."""
        ...

    def find(self, digest: str) -> bytes | None:
        """Return the newest text whose fingerprint begins so; None where none is kept."""
        ...

    def save(self, source: bytes, fingerprint: str, now: int, reading: bytes = b"") -> None:
        """Keep a text as the newest, and its reading alone.

        The newest again changes nothing but its reading, and without a reading not even that.
        """
        ...


class PictureStore(Protocol):
    """Telegram's file ids, which belong to one bot, by the picture's hash; and the catalog's files.

    The files are for processes on other machines than the one that has them; where one process
    runs, none is stored.
    """

    def get(self, bot_id: int, digest: str) -> str | None:
        """Return the file id under which this bot has sent the picture before."""
        ...

    def set(self, bot_id: int, digest: str, file_id: str) -> None: ...
    def files(self) -> dict[str, str]:
        """Return the SHA-256 of every stored file, by its path relative to the catalog."""
        ...

    def file(self, source: str) -> bytes | None:
        """Return a file's content; None where it is not stored."""
        ...

    def had_file(self, source: str, digest: str) -> bool:
        """Return whether this is, or once was, the file."""
        ...

    def put_file(self, source: str, digest: str, content: bytes) -> None:
        """Make this the file; of the one before, its digest alone is kept."""
        ...

    def drop_files(self, sources: Sequence[str]) -> None:
        """Keep of these their digests alone."""
        ...


class Transaction(Protocol):
    """Everything stored, within one transaction."""

    @property
    def chats(self) -> ChatStore: ...
    @property
    def preferences(self) -> PreferenceStore: ...
    @property
    def waitlist(self) -> WaitlistStore: ...
    @property
    def carts(self) -> CartStore: ...
    @property
    def shares(self) -> ShareStore: ...
    @property
    def orders(self) -> OrderStore: ...
    @property
    def books(self) -> Books: ...
    @property
    def links(self) -> LinkStore: ...
    @property
    def owners(self) -> OwnerStore: ...
    @property
    def stock(self) -> StockStore: ...
    @property
    def album_items(self) -> AlbumItemStore: ...
    @property
    def outbox(self) -> OutboxStore: ...
    @property
    def inbox(self) -> InboxStore: ...
    @property
    def notes(self) -> NoteStore: ...
    @property
    def catalogs(self) -> CatalogStore: ...
    @property
    def pictures(self) -> PictureStore: ...
    @property
    def shown(self) -> ShownStore: ...
    @property
    def leases(self) -> LeaseStore: ...
    def first_time(self, update_id: UpdateId | None, now: int) -> bool:
        """Return True the first time an update is seen, and remember it; True for None."""
        ...


class Store(Protocol):
    """The database."""

    @property
    def process(self) -> str | None:
        """This process's name among those on the database; None where there can be no other."""
        ...

    @property
    def replays(self) -> int:
        """How many works this process did again so far, because another one was in their way."""
        ...

    async def server(self) -> ServerFacts | None:
        """Return what the database's server tells of itself; None where it is a file."""
        ...

    async def write(self, work: Callable[[Transaction], T]) -> T:
        """Run a function in one write transaction, and return once it is safe on the disk.

        What the function raises undoes it and comes back. A cancelled caller does not cut it
        short: queued work is still done, whole.

        Raises:
            TransientError: the disk is full, read-only or locked; nothing was changed.
            CorruptError: it is damaged, or the change cannot be right; nothing was changed.
        """
        ...

    async def read(self, work: Callable[[Transaction], T]) -> T:
        """Run a function on a read-only snapshot; it sees every write that has returned.

        Raises:
            TransientError: it cannot be read now, or the function tried to write.
            CorruptError: it is damaged.
        """
        ...

    async def erase(self) -> bool:
        """Take what was deleted off the disk too, where it stands in a log; False to try later."""
        ...

    async def close(self) -> None:
        """Finish what is queued; closing again does nothing."""
        ...

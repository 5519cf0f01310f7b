"""What the house itself gives: the time, counts, the owner's file, the ways back."""

from __future__ import annotations

from typing import Protocol

from bot.catalog_file.pictures import PictureFact
from bot.catalog_file.reading import Reading
from bot.domain.money import Money
from bot.domain.order import OrderToken


class Clock(Protocol):
    """The time."""

    def now(self) -> int:
        """Return seconds UTC."""
        ...


class Meter(Protocol):
    """Counts what happens."""

    def update_served(self, seconds: float) -> None: ...
    def telegram_called(self, outcome: str) -> None: ...
    def stripe_called(self, outcome: str) -> None: ...
    def paid(self, total: Money) -> None: ...
    def reconciled(self, *, answered: bool) -> None: ...


class CatalogSource(Protocol):
    """The owner's file and the pictures beside it."""

    @property
    def file(self) -> str:
        """The file's name, as the owner knows it."""
        ...

    def read(self) -> bytes:
        """Return the file's content.

        Raises:
            CatalogFaultsError: there is no such file, or it cannot be read.
        """
        ...

    def picture(self, path: str) -> PictureFact | None:
        """Return what is known of the picture at a path relative to the file."""
        ...


class CatalogReader(Protocol):
    """Reads the owner's file."""

    async def read(self, source: bytes, kept: bytes = b"", *, pictures: bool = True) -> Reading:
        """Read a text as if it were the file, unless an earlier reading of the same is at hand.

        Args:
            source: The text.
            kept: Of an earlier reading, perhaps of another text.
            pictures: Whether the pictures that it names must be there.

        Raises:
            CatalogFaultsError: with every fault that was found.
            TransientError: it could not be read now.
        """
        ...


class CatalogFile(CatalogSource, Protocol):
    """The owner's file where the shop may write it too.

    Both raise `TransientError` where the disk refuses; nothing is changed then.
    """

    def write(self, source: bytes) -> None:
        """Replace the file; a reader sees the old one or the new one, never a half."""
        ...

    def write_picture(self, path: str, content: bytes) -> None:
        """Save a picture under a path relative to the file."""
        ...


class Links(Protocol):
    """Where people come back to."""

    def success(self, token: OrderToken) -> str:
        """Return the URL that a buyer is sent to after paying."""
        ...

    def cancel(self, token: OrderToken) -> str:
        """Return the URL of the way back without paying."""
        ...

    def picture(self, path: str) -> str | None:
        """Return a URL from which the payment page can load a picture, None where there is none."""
        ...

"""Owners who were invited, and the links that make them; those of the settings stand elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from bot.domain.order import UserId


@dataclass(frozen=True, slots=True)
class OwnerLink:
    """A link by which one person becomes an owner.

    Attributes:
        digest: SHA-256 of its token, in hexadecimal; the token itself is kept nowhere.
        invited_by: An owner, or 0: whoever installed the shop.
        expires_at: Seconds UTC.
    """

    digest: str
    invited_by: UserId
    expires_at: int


class OwnerStore(Protocol):
    """Owners and their links."""

    def all(self) -> tuple[UserId, ...]:
        """Return the owners who were invited, the earliest first."""
        ...

    def add(self, user_id: UserId, now: int) -> None: ...
    def remove(self, user_id: UserId) -> None: ...
    def links(self) -> tuple[OwnerLink, ...]: ...
    def put_link(self, link: OwnerLink) -> None: ...
    def take_link(self, digest: str) -> bool:
        """Use a link up; False where somebody was faster."""
        ...

    def drop_links_of(self, invited_by: UserId) -> None: ...
    def no_link_after(self, at: int) -> int:
        """Let no link hold longer than until then, and return how many would have."""
        ...

    def drop_expired_links(self, now: int) -> None: ...

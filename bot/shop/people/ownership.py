"""Who owns the shop: those of the settings, and those who were invited since.

Nobody becomes an owner by being first. A link makes one person an owner, once and within ten
minutes: the first is shown to whoever installs the shop, the others are made by owners. Who stands
in the settings is removed there alone.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from bot.domain.order import ChatId, UserId
from bot.ports import AlertKind, MessageKind, OwnerLink, Transaction
from bot.shop.payment.endings import tell_owners

if TYPE_CHECKING:
    from bot.shop.context import Context

#: Seconds for which a link can be used.
LINK_SECONDS: Final = 600
#: What the payload of such a link begins with; a token follows.
PREFIX: Final = "own_"
#: Whoever can read the terminal that the shop was started in.
INSTALLER: Final = UserId(0)


class Joining(StrEnum):
    """What became of somebody who followed a link."""

    FIRST = "first"  # nobody owned the shop before
    JOINED = "joined"
    ALREADY = "already"
    OVER = "over"


class Removal(StrEnum):
    """What became of an owner who was to be removed."""

    REMOVED = "removed"
    BY_SETTINGS = "by_settings"
    LAST = "last"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Owner:
    """An owner, as the others see them.

    Attributes:
        name: Empty where they never wrote to the bot.
        by_settings: Whether the settings name them.
    """

    id: UserId
    name: str
    by_settings: bool


class Ownership:
    """Invite owners, and remove them; the others hear of it."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._roster = context.roster

    async def load(self) -> None:
        """Read who was invited."""
        self._roster.invited = await self._context.store.read(lambda tx: tx.owners.all())

    async def owners(self) -> tuple[Owner, ...]:
        """Return the owners by name."""
        fixed = self._roster.by_settings

        def read(tx: Transaction) -> tuple[Owner, ...]:
            return tuple(Owner(one, _name(tx, one), one in fixed) for one in self._roster.ids)

        return await self._context.store.read(read)

    async def invite(self, by: UserId = INSTALLER) -> str:
        """Return the payload of a new link that makes one person an owner.

        Whoever starts the shop again is shown a new one, and the one shown before is void.
        """
        token, now = secrets.token_urlsafe(32), self._context.clock.now()
        link = OwnerLink(_digest(token), by, now + LINK_SECONDS)

        def work(tx: Transaction) -> None:
            tx.owners.drop_expired_links(now)
            if by == INSTALLER:
                tx.owners.drop_links_of(INSTALLER)
            tx.owners.put_link(link)

        await self._context.store.write(work)
        return PREFIX + token

    async def join(self, token: str, who: UserId, name: str) -> Joining:
        """Make somebody who follows a link an owner, if it can still be used.

        Args:
            token: What followed the payload's prefix.
            who: The person.
            name: As the other owners read it.
        """
        digest, now = _digest(token), self._context.clock.now()
        fixed = self._roster.by_settings

        def work(tx: Transaction) -> tuple[Joining, tuple[UserId, ...]]:
            invited = tx.owners.all()
            if who in {*fixed, *invited}:
                return Joining.ALREADY, invited
            hosts = {INSTALLER, *fixed, *invited}
            good = [
                link
                for link in tx.owners.links()
                if hmac.compare_digest(link.digest, digest)
                and link.expires_at > now
                and link.invited_by in hosts
            ]
            if not good or not tx.owners.take_link(digest):
                return Joining.OVER, invited
            tx.owners.add(who, now)
            details = {"problem": AlertKind.OWNER_JOINED, "name": name}
            tell_owners(tx, (*fixed, *invited), MessageKind.OWNER_ALERT, now, details=details)
            first = not fixed and not invited
            return Joining.FIRST if first else Joining.JOINED, (*invited, who)

        joining, self._roster.invited = await self._context.store.write(work)
        self._context.outbox_bell.ring()
        return joining

    async def remove(self, who: UserId, by: UserId) -> Removal:
        """Let somebody be an owner no more, and void the links that they made.

        The settings' owners stay, and so does the only one.
        """
        now, fixed = self._context.clock.now(), self._roster.by_settings

        def work(tx: Transaction) -> tuple[Removal, tuple[UserId, ...]]:
            invited = tx.owners.all()
            if who in fixed:
                return Removal.BY_SETTINGS, invited
            if who not in invited:
                return Removal.GONE, invited
            if (*fixed, *invited) == (who,):
                return Removal.LAST, invited
            tx.owners.remove(who)
            tx.owners.drop_links_of(who)
            left = tuple(one for one in invited if one != who)
            others = [one for one in (*fixed, *left) if one != by]
            details = {"problem": AlertKind.OWNER_LEFT, "name": _name(tx, who) or str(who)}
            tell_owners(tx, others, MessageKind.OWNER_ALERT, now, details=details)
            if who != by:
                alone = {"problem": AlertKind.OWNER_REMOVED}
                tell_owners(tx, [who], MessageKind.OWNER_ALERT, now, details=alone)
            return Removal.REMOVED, left

        removal, self._roster.invited = await self._context.store.write(work)
        self._context.outbox_bell.ring()
        return removal


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def _name(tx: Transaction, who: UserId) -> str:
    chat = tx.chats.get(ChatId(who))
    return chat.name if chat else ""

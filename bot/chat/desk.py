"""What a handler works with, and what it gives back."""

from __future__ import annotations

from dataclasses import dataclass

from bot.chat.screen import Screen
from bot.domain.catalog import Catalog
from bot.domain.order import UserId
from bot.locales import Languages, Texts
from bot.ports import Chat, ChatKind, UpdateId
from bot.shop import Buyer, Shop


@dataclass(frozen=True, slots=True)
class Desk:
    """The shop and its words."""

    shop: Shop
    languages: Languages

    @property
    def catalog(self) -> Catalog:
        """Today's catalog; take it once a visit, it may be another one at the next look."""
        return self.shop.shelf.catalog

    @property
    def now(self) -> int:
        """Seconds UTC."""
        return self.shop.context.clock.now()


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody taps or writes.

    Attributes:
        chat: Where; the cart and the orders are the chat's.
        user_id: Who.
        user_name: Their full name in Telegram.
        first_name: What others in a group call them.
        texts: In the chat's language.
        update_id: Telegram's number of this update: it takes effect once.
    """

    chat: Chat
    user_id: UserId
    user_name: str
    first_name: str
    texts: Texts
    update_id: UpdateId

    @property
    def group(self) -> bool:
        """Whether several people share this chat."""
        return self.chat.kind is ChatKind.GROUP

    @property
    def by(self) -> str | None:
        """Who adds to a cart, where that is of interest."""
        return self.first_name if self.group else None

    @property
    def buyer(self) -> Buyer:
        """Who would pay."""
        return Buyer(self.user_id, self.user_name, self.texts.language)


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to a visit.

    Attributes:
        screen: What is shown; None leaves things as they are.
        said: Plain words: a notice over the chat after a tap, the first lines after a message.
        alert: The notice waits to be read.
    """

    screen: Screen | None = None
    said: str | None = None
    alert: bool = False

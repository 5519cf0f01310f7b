"""What a handler works with, and what it gives back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import quote, urlencode

from bot.chat.actions import Action
from bot.chat.screen import Screen
from bot.domain.catalog.model import Catalog
from bot.domain.order import OrderId, UserId
from bot.domain.shares import Member
from bot.locales import Languages, Texts
from bot.ports import Chat, ChatKind, UpdateId
from bot.shop import Buyer, Shop
from bot.shop.catalog.search import SearchCache


@dataclass(slots=True)
class BotLinks:
    """The bot's name in links; what Telegram says of it stands here once it has been asked.

    Attributes:
        base: Of links into Telegram, such as ``https://t.me``.
        username: The bot's; empty until it is known.
        inline: Whether its owner let it be called from any chat (BotFather, /setinline).
    """

    base: str = "https://t.me"
    username: str = ""
    inline: bool = False

    def link(self, payload: str) -> str:
        """Return the link that starts the bot with a payload of at most 64 characters."""
        return f"{self.base.rstrip('/')}/{self.username}?start={payload}"

    def share(self, payload: str, words: str) -> str:
        """Return the link by which Telegram asks for a chat to send such a link to, with words."""
        asked = urlencode({"url": self.link(payload), "text": words}, quote_via=quote)
        return f"{self.base.rstrip('/')}/share/url?{asked}"


@dataclass(frozen=True, slots=True)
class ChatContext:
    """The shop and its words."""

    shop: Shop
    languages: Languages
    address: BotLinks = field(default_factory=BotLinks, compare=False)
    search: SearchCache = field(default_factory=SearchCache, compare=False)

    @property
    def catalog(self) -> Catalog:
        """Today's catalog; take it once a request, it may be another one at the next look."""
        return self.shop.current.catalog

    @property
    def now(self) -> int:
        """Seconds UTC."""
        return self.shop.context.clock.now()


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """Somebody taps or writes.

    Attributes:
        chat: Where; the cart and the orders are the chat's.
        user_id: Who.
        user_name: Their full name in Telegram.
        first_name: What others in a group call them.
        initial: Of their last name: it tells them from another one of that first name.
        texts: In the chat's language.
        update_id: Telegram's number of this update: it takes effect once.
        tapped: The number of the message whose button was tapped.
        messages: The numbers of the messages that say it, and the words of each: several where it
            is an album or a long text.
        topic: Of a forum in which it is said.
        alone: Whether what was tapped is seen by nobody else in its group.
    """

    chat: Chat
    user_id: UserId
    user_name: str
    first_name: str
    texts: Texts
    update_id: UpdateId
    initial: str = ""
    tapped: int | None = None
    messages: Mapping[int, str] = field(default_factory=dict)
    topic: int | None = None
    alone: bool = False

    @property
    def group(self) -> bool:
        """Whether several people share this chat."""
        return self.chat.kind is ChatKind.GROUP

    @property
    def by(self) -> Member | None:
        """Who adds to a cart, where that is of interest."""
        return Member(self.user_id, self.first_name, self.initial) if self.group else None

    @property
    def buyer(self) -> Buyer:
        """Who would pay."""
        return Buyer(self.user_id, self.user_name, self.texts.language, self.topic)


def is_owner(context: ChatContext, request: ChatRequest) -> bool:
    """Return whether an owner is here, alone: others in a group would read along."""
    return not request.group and context.shop.people.is_owner(request.user_id)


class Sort(StrEnum):
    """What kind of message somebody sent."""

    WORDS = "words"
    DOCUMENT = "document"
    PHOTO = "photo"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Incoming:
    """A message that is no command.

    Attributes:
        words: What was written, beside a file too; empty where nothing was.
        name: A document's file name.
        size: A file's bytes, as Telegram says.
        fetch: Fetches the file, where there is one that can be.
        pictures: Telegram's ids of its photos: one, or an album's.
        more: Whether something came beside that is neither words nor photos.
        buttons: What the buttons of the message of ours can do that this one replies to.
    """

    sort: Sort
    words: str = ""
    name: str = ""
    size: int = 0
    fetch: Callable[[], Awaitable[bytes]] | None = None
    buttons: tuple[Action, ...] = ()
    pictures: tuple[str, ...] = ()
    more: bool = False


@dataclass(frozen=True, slots=True)
class File:
    """A file to be sent."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to a request; an empty one where something else answers it.

    Attributes:
        screen: What is shown; None leaves things as they are.
        said: Plain words: a notice over the chat after a tap, the first lines after a message.
        alert: The notice waits to be read.
        fresh: The screen comes as a new message, and the one that was tapped stays as it is.
        file: Is sent with the screen's text and buttons.
        drawing: Makes a picture (PNG) that joins the screen once it is there; None where it cannot.
        pays: The order whose payment link the screen holds.
        private: In a group the screen is for whoever asked; it, and a notice that waits to be read,
            are shown to nobody else where Telegram can do that.
        instead: What such a screen is replaced by where Telegram cannot, and the others must not
            see it.
    """

    screen: Screen | None = None
    said: str | None = None
    alert: bool = False
    fresh: bool = False
    file: File | None = None
    drawing: Callable[[], Awaitable[bytes | None]] | None = None
    pays: OrderId | None = None
    private: bool = False
    instead: str | None = None

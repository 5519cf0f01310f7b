"""The embedded Telegram: a Bot API server on loopback, with people who use the bot."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Callable, Iterable

from aiohttp import web

from shop_sandbox.exchange import Listener
from shop_sandbox.faults import Faults
from shop_sandbox.telegram.cast import default_bot, default_group, default_people
from shop_sandbox.telegram.demo import DemoApi
from shop_sandbox.telegram.fault_book import FaultBook
from shop_sandbox.telegram.links import Links
from shop_sandbox.telegram.model import Chat, User
from shop_sandbox.telegram.people import Person, Tap
from shop_sandbox.telegram.queries import Toast
from shop_sandbox.telegram.server import BotApi
from shop_sandbox.telegram.shown import Button, Shown
from shop_sandbox.telegram.stream import Stream
from shop_sandbox.telegram.time_travel import TimeTravel
from shop_sandbox.telegram.webhooks import Sleep, Webhook
from shop_sandbox.telegram.world import World

__all__ = ["Button", "Chat", "Person", "Shown", "Tap", "TelegramSandbox", "Toast", "User"]

_NEWCOMERS = 6_600_201_337
_COLORS = ("#a2588a", "#5a7f3c", "#b06a2f", "#4f6db3", "#7a6a5a")


class TelegramSandbox:
    """One embedded Telegram, with one bot, to be mounted on an aiohttp application.

    Args:
        clock: Unix time in seconds; what dates, and query and update life-times, follow.
        faults: The book of faults to play; a fresh one by default.
        link_url: Base of links to the bot, the stand-in for ``https://t.me``; may be set later.
        token: The only token admitted; None admits any of Telegram's form.
        bot: The bot's own user.
        people: Who uses Telegram; ``default_people`` by default.
        group: Id, title and members' first names of a group, None for none.
        started: Who has started the bot already, by first name. Telegram lets a bot write to
            nobody else; everybody else does so by ``Person.start``.
        privacy: The bot sees in groups only what privacy mode lets it see.
        sleep: Waits between tries of a webhook delivery.
    """

    def __init__(
        self,
        *,
        clock: Callable[[], float] = time.time,
        faults: Faults | None = None,
        link_url: str = "https://t.me",
        token: str | None = None,
        bot: User | None = None,
        people: Iterable[User] | None = None,
        group: tuple[int, str, list[str]] | None = default_group(),
        started: Iterable[str] = ("Marta",),
        privacy: bool = True,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self.faults = faults or Faults()
        self.on_exchange: list[Listener] = []
        self.world = World(
            clock=clock, bot=bot or default_bot(), privacy=privacy, link_url=link_url
        )
        if token is not None:
            self.world.bot.id = int(token.partition(":")[0])
        self._people: dict[int, Person] = {}
        self._started = frozenset(started)
        for user in default_people() if people is None else people:
            self.world.add_user(user, started=user.first_name in self._started)
        self.group = self._found(group) if group is not None else None
        self._newcomers = itertools.count(_NEWCOMERS, 104_729)
        self._webhook = Webhook(self.world.updates, clock, sleep)
        self._api = BotApi(self.world, self._webhook, self.faults, token, self.on_exchange)
        self._demo = DemoApi(self.world, self._join)
        self._stream = Stream(self.world.events)
        self._book = FaultBook(self.faults)
        self._time = TimeTravel(clock)
        self._links = Links(self.world)

    @property
    def bot(self) -> User:
        """Return the bot's own user."""
        return self.world.bot

    @property
    def link_url(self) -> str:
        """Return the base of links to the bot."""
        return self.world.link_url

    @link_url.setter
    def link_url(self, url: str) -> None:
        self.world.link_url = url

    def proxy(self, public: str, behind: str) -> None:
        """Let a public address of the bot lead to one on loopback, as a TLS proxy would."""
        self._webhook.proxies[public] = behind

    def routes(self) -> list[web.RouteDef]:
        """Return the routes below ``/telegram``, ``/demo`` and ``/t.me``."""
        parts = (self._api, self._demo, self._stream, self._book, self._time, self._links)
        return [route for part in parts for route in part.routes()]

    def person(self, name: str | int) -> Person:
        """Return somebody by first name, username or id: the same object every time.

        Raises:
            LookupError: nobody is called so.
        """
        for user in self.world.users.values():
            if name in (user.first_name, user.username, user.id):
                return self._people.setdefault(user.id, Person(self.world, user))
        raise LookupError(f"nobody called {name!r}")

    def add_person(
        self,
        first_name: str,
        language_code: str = "en",
        *,
        started: bool = False,
        is_owner: bool = False,
    ) -> Person:
        """Add somebody; ``started`` lets the bot write to them at once."""
        number = next(self._newcomers)
        color = _COLORS[number % len(_COLORS)]
        user = User(number, first_name, language_code=language_code, is_owner=is_owner, color=color)
        self.world.add_user(user, started=started)
        person = self._people[number] = Person(self.world, user)
        return person

    def add_group(self, title: str, members: Iterable[Person]) -> Chat:
        """Add a group that the bot is in; its first member is its creator."""
        chat_id = -next(self._newcomers)
        return self.world.add_group(chat_id, title, [person.id for person in members])

    def add_forum(self, title: str, members: Iterable[Person]) -> Chat:
        """Add a supergroup with topics; `open_topic` opens them."""
        chat = self.add_group(title, members)
        chat.type, chat.forum = "supergroup", True
        return chat

    def open_topic(self, forum: Chat, name: str) -> int:
        """Open a topic and return its message_thread_id; `Chat.topics` closes or deletes it."""
        return self.world.add_topic(forum, name)

    def chat(self, chat_id: int) -> Chat:
        """Return a chat's state, for tests to look at or to arrange."""
        return self.world.chats[chat_id]

    def migrate(self, chat_id: int) -> Chat:
        """Turn a group into a supergroup and return the new chat."""
        return self.world.migrate(self.world.chats[chat_id])

    def open(self) -> None:
        """Serve again after ``close``, with everything that was said still there."""
        self.world.updates.open()
        self._stream.open()

    async def close(self) -> None:
        """End polls, streams, deliveries and hanging calls; webhooks must be set anew."""
        self.faults.lift()
        self.world.updates.close()
        self._stream.close()
        await self._webhook.close()

    def _join(self, first_name: str, language_code: str) -> User:
        return self.add_person(first_name, language_code).user

    def _found(self, group: tuple[int, str, list[str]]) -> Chat | None:
        chat_id, title, names = group
        members = [u.id for u in self.world.users.values() if u.first_name in names]
        return self.world.add_group(chat_id, title, members) if members else None

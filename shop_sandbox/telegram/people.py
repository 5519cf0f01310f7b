"""A person in the embedded Telegram, as tests and scripts hold them: write, tap, wait, read."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from shop_sandbox.exchange import Json
from shop_sandbox.telegram import actions, inline
from shop_sandbox.telegram.model import User
from shop_sandbox.telegram.queries import Query, Toast
from shop_sandbox.telegram.shown import Shown, shown
from shop_sandbox.telegram.world import World

WAIT_SECONDS = 120.0


class Tap:
    """A tap on a button, and what the bot says to it."""

    def __init__(self, world: World, query: Query) -> None:
        self._world = world
        self._query = query
        self.query_id = query.id

    async def answer(self, timeout: float = WAIT_SECONDS) -> Toast:  # noqa: ASYNC109
        """Wait until the bot has answered the tap: until the spinner is gone.

        Raises:
            TimeoutError: it has not within ``timeout`` seconds.
        """

        def look() -> Toast | None:
            return self._query.answer if isinstance(self._query.answer, Toast) else None

        return await self._world.bell.until(look, timeout)


class Person:
    """Somebody with a Telegram app.

    Args:
        world: The embedded Telegram.
        user: Who it is.
    """

    def __init__(self, world: World, user: User) -> None:
        self._world = world
        self.user = user
        self._acted = 0

    @property
    def id(self) -> int:
        """Return the person's id, which is their private chat's id too."""
        return self.user.id

    @property
    def toasts(self) -> list[Toast]:
        """Return the answers to this person's taps that showed something, oldest first."""
        return self._world.queries.toasts(self.id)

    async def start(self, payload: str = "") -> Shown:
        """Press START, or open a deep link with a payload."""
        self._acted = self._world.version
        return shown(actions.start(self._world, self.id, payload))

    async def send(
        self,
        chat: int | None,
        text: str,
        *,
        reply_to: int | None = None,
        thread: int | None = None,
    ) -> Shown:
        """Write into a chat, in a topic of it; None is the private chat with the bot."""
        self._acted = self._world.version
        return shown(
            actions.write(
                self._world, chat or self.id, self.id, text, reply_to=reply_to, thread=thread
            )
        )

    async def write(self, text: str) -> Shown:
        """Write into the private chat with the bot."""
        return await self.send(None, text)

    async def forward(self, message: Shown, chat: int | None = None) -> Shown:
        """Forward a message into a chat; None is the private chat with the bot."""
        self._acted = self._world.version
        words = message.text or "-"
        return shown(
            actions.write(self._world, chat or self.id, self.id, words, forward_of=message.source)
        )

    async def edit(self, message: Shown, text: str) -> Shown:
        """Edit an own message's text or caption."""
        self._acted = self._world.version
        return shown(actions.edit(self._world, message.chat_id, self.id, message.id, text))

    async def upload(
        self,
        data: bytes,
        name: str = "file.bin",
        *,
        kind: str = "document",
        mime: str = "application/octet-stream",
        caption: str = "",
        chat: int | None = None,
    ) -> Shown:
        """Send a document, photo, voice message or sticker."""
        self._acted = self._world.version
        return shown(
            actions.upload(
                self._world,
                chat or self.id,
                self.id,
                kind,
                data,
                name=name,
                mime=mime,
                caption=caption,
            )
        )

    async def upload_album(
        self, photos: Sequence[bytes], *, caption: str = "", on: int = 0
    ) -> list[Shown]:
        """Send photos as one album to the bot, with a caption beside one of them."""
        self._acted = self._world.version
        sent = actions.upload_album(self._world, self.id, photos, caption=caption, on=on)
        return [shown(one) for one in sent]

    async def tap(self, message: Shown, button: str) -> Tap:
        """Tap a callback button, named by its text or data, as it was when it was shown.

        Raises:
            LookupError: there is no such callback button.
        """
        data = message.button(button).data
        if data is None:
            raise LookupError(f"{button!r} is no callback button; a link is in its .url")
        return await self.forge(message, data)

    async def forge(self, message: Shown, data: str) -> Tap:
        """Tap with data of one's own making, as a hostile client can."""
        self._acted = self._world.version
        query = actions.tap(self._world, message.chat_id, self.id, message.source, data)
        return Tap(self._world, query)

    async def ask_inline(
        self,
        text: str,
        offset: str = "",
        timeout: float = WAIT_SECONDS,  # noqa: ASYNC109
    ) -> Json:
        """Type ``@bot text`` and wait for the results: query_id, results, button, next_offset."""
        query = inline.ask_inline(self._world, self.id, text, offset)

        def look() -> Json | None:
            return query.answer if isinstance(query.answer, dict) else None

        return await self._world.bell.until(look, timeout)

    async def choose(self, answer: Json, result_id: str, chat: int | None = None) -> Shown:
        """Send one of an inline query's results."""
        self._acted = self._world.version
        return shown(
            inline.choose(self._world, self.id, chat or self.id, answer["query_id"], result_id)
        )

    def block(self, *, blocked: bool = True) -> None:
        """Block the bot, or unblock it."""
        actions.block(self._world, self.id, blocked=blocked)

    def messages(self, chat: int | None = None) -> list[Shown]:
        """Return what a chat shows them now, oldest first; None is the private chat."""
        every = self._world.chats[chat or self.id].messages.values()
        return [shown(m) for m in every if m.is_seen_by(self.user)]

    async def wait_for(
        self,
        wanted: str | Callable[[Shown], bool],
        *,
        chat: int | None = None,
        since: int | None = None,
        timeout: float = WAIT_SECONDS,  # noqa: ASYNC109
    ) -> Shown:
        """Wait until the bot shows a message: new, or edited.

        Args:
            wanted: A part of its text or caption, or a test of the message.
            chat: Where; None is the private chat.
            since: Only what changed after this number (``Shown.changed``); None: after this
                person last did something; 0: whatever is there.
            timeout: Seconds.

        Returns:
            The newest such message.

        Raises:
            TimeoutError: there is none; the text says what there was instead.
        """
        after = self._acted if since is None else since

        def look() -> Shown | None:
            fits = [
                seen
                for seen in self.messages(chat)
                if seen.from_bot and seen.changed > after and seen.fits(wanted)
            ]
            return max(fits, key=lambda seen: seen.changed) if fits else None

        try:
            return await self._world.bell.until(look, timeout)
        except TimeoutError:
            there = [(m.text, m.changed > after) for m in self.messages(chat) if m.from_bot][-8:]
            raise TimeoutError(f"{wanted!r} did not come; (text, is new): {there}") from None

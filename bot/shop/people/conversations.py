"""What a chat's next words mean: what it was asked, and what it chose and has open.

Questions stand in the store with an end, so that a restart forgets none and an old one catches no
words that were meant for somebody else.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from bot.domain.catalog.model import LineKey, ProductId, VariantId
from bot.domain.errors import TransientError
from bot.domain.order import ChatId
from bot.ports import Chat, Clock, Note, Store

#: Seconds for which an answer is waited for.
PATIENCE = 3600
#: Chats of which it is remembered what they have open.
_MOST: Final = 10_000
#: Seconds for which a number still means what was opened.
_JUST_NOW: Final = 600


class About(StrEnum):
    """What a chat was asked for."""

    TRACKING = "tracking"  # an owner: the tracking link of an order
    REFUND = "refund"  # an owner: the amount to send back of an order
    MESSAGE = "message"  # an owner: words for an order's chat
    ANSWER = "answer"  # an owner: words for a chat that wrote
    PRICE = "price"  # an owner: a product's new price
    STOCK = "stock"  # an owner: how many there are
    BUTTON = "button"  # an owner: to tap one of the buttons, words are no answer
    SUPPORT = "support"  # a customer: words for the owners
    NOTE = "note"  # a customer: words that go with a line of the cart
    COUNT = "count"  # a customer: how many of a line


#: Questions that end where their chat taps something else: it has turned to other things.
_FLEETING = frozenset({About.NOTE, About.COUNT, About.SUPPORT, About.BUTTON})


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """What a chat was asked.

    Attributes:
        subject: The number of an order or a chat, or a product's id; empty where none is needed.
    """

    about: About
    subject: str = ""


@dataclass(frozen=True, slots=True)
class ChosenGoods:
    """Goods that a chat chose and has open: a number that is typed next is how many are wanted.

    Attributes:
        in_cart: Whether it is their line in the cart.
    """

    key: LineKey
    in_cart: bool


class Conversations:
    """One open question a chat, and what it has open.

    The latter is kept in memory only, and not for long: later, and after a restart, a number is
    asked about. Where another process may take the number, it stands in the store.
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._fleeting: set[ChatId] = set()
        self._open: OrderedDict[ChatId, tuple[ChosenGoods, int]] = OrderedDict()

    async def opened(self, chat_id: ChatId, goods: ChosenGoods) -> None:
        """Note what a chat has open now."""
        now = self._clock.now()
        if self._store.process is not None:
            note = json.dumps([*goods.key, goods.in_cart, now])
            with suppress(TransientError):  # goods are shown all the same
                await self._store.write(lambda tx: tx.notes.set(Note.OPENED.of(chat_id), note))
            return
        self._open[chat_id] = goods, now
        self._open.move_to_end(chat_id)
        if len(self._open) > _MOST:
            self._open.popitem(last=False)

    async def closed(self, chat_id: ChatId) -> ChosenGoods | None:
        """Note that a chat has turned to something else, and return what it had just opened."""
        now = self._clock.now()
        if self._store.process is None:
            opened, at = self._open.pop(chat_id, (None, now))
            return opened if 0 <= now - at <= _JUST_NOW else None
        name = Note.OPENED.of(chat_id)
        note = await self._store.read(lambda tx: tx.notes.get(name))
        if note is None:
            return None
        await self._store.write(lambda tx: tx.notes.set(name, None))
        product, variant, in_cart, at = json.loads(note)
        goods = ChosenGoods(LineKey(ProductId(product), VariantId(variant)), in_cart)
        return goods if 0 <= now - at <= _JUST_NOW else None

    async def ask(self, chat_id: ChatId, about: About, subject: object = "") -> None:
        """Wait for this chat's next words; an earlier question is let go."""
        until = self._clock.now() + PATIENCE
        note = json.dumps([about.value, str(subject), until])
        await self._store.write(lambda tx: tx.notes.set(Note.ASKED.of(chat_id), note))
        if about in _FLEETING:
            self._fleeting.add(chat_id)

    async def turned_away(self, chat: Chat) -> None:
        """End what a chat has turned away from by tapping something else.

        Where nothing was open it costs nothing. On a file, after a restart, a question ends with
        its time; where another process may have asked, the chat was read with the tap.
        """
        chat_id = chat.id
        if self._store.process is None:
            self._open.pop(chat_id, None)
            if chat_id in self._fleeting:
                await self.over(chat_id)
        elif chat.has_open:
            await self.closed(chat_id)
            question = await self.waiting(chat_id)
            if question is not None and question.about in _FLEETING:
                await self.over(chat_id)

    async def waiting(self, chat_id: ChatId) -> OpenQuestion | None:
        """Return what this chat was asked and has not answered; None once the time is over."""
        note = await self._store.read(lambda tx: tx.notes.get(Note.ASKED.of(chat_id)))
        if note is None:
            return None
        about, subject, until = json.loads(note)
        if until > self._clock.now() + PATIENCE:  # asked by a clock that was ahead
            await self.ask(chat_id, About(about), subject)
        if until < self._clock.now():
            await self._forget(chat_id)
            return None
        return OpenQuestion(About(about), subject)

    async def over(self, chat_id: ChatId) -> None:
        """Wait for nothing any more."""
        self._fleeting.discard(chat_id)
        if await self._store.read(lambda tx: tx.notes.get(Note.ASKED.of(chat_id))) is not None:
            await self._forget(chat_id)

    async def _forget(self, chat_id: ChatId) -> None:
        await self._store.write(lambda tx: tx.notes.set(Note.ASKED.of(chat_id), None))

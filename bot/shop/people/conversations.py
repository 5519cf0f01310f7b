"""Questions that wait for words: what a chat was asked, so that its next message is the answer.

They stand in the store with an end, so that a restart forgets none and an old one catches no words
that were meant for somebody else.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.order import ChatId
from bot.ports import Clock, Note, Store, Transaction

#: Seconds for which an answer is waited for.
PATIENCE = 3600


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


class Conversations:
    """One open question a chat."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._fleeting: set[ChatId] = set()

    async def ask(self, chat_id: ChatId, about: About, subject: object = "") -> None:
        """Wait for this chat's next words; an earlier question is let go."""
        until = self._clock.now() + PATIENCE
        note = json.dumps([about.value, str(subject), until])

        def work(tx: Transaction) -> None:
            tx.notes.set(Note.ASKED.of(chat_id), note)

        await self._store.write(work)
        if about in _FLEETING:
            self._fleeting.add(chat_id)

    async def turned_away(self, chat_id: ChatId) -> None:
        """End a question that its chat has turned away from by tapping something else.

        On a file it costs nothing where there was none, and after a restart such a question ends
        with its time. Where another process may have asked, it is looked up.
        """
        if self._store.process is None:
            turned = chat_id in self._fleeting
        else:
            question = await self.waiting(chat_id)
            turned = question is not None and question.about in _FLEETING
        if turned:
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
        def work(tx: Transaction) -> None:
            tx.notes.set(Note.ASKED.of(chat_id), None)

        await self._store.write(work)

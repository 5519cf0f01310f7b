"""Words between customers and owners, carried by the bot: nobody learns anybody's account."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from types import MappingProxyType
from typing import Final, NamedTuple

from bot.domain.errors import RefusedError
from bot.domain.order import ChatId, OrderId, UserId
from bot.ports import AlertKind, MessageKind, Note, Transaction
from bot.shop.context import Context
from bot.shop.payment.endings import tell_owners

#: Messages that a chat may send to the owners within an hour.
MOST: Final = 10
_HOUR: Final = 3600
#: Characters that somebody may say at once: what an app sends as three messages.
LONGEST: Final = 12_000
#: UTF-16 units that one message carries; with what stands around them, it fits Telegram's 4096.
_PIECE: Final = 3000
#: Characters that fit below a photo with what stands around them; Telegram takes 1024 there.
_BESIDE_PHOTO: Final = 600
#: A chat's latest messages to somebody whose edits follow.
_FOLLOWED: Final = 30


class Support:
    """Carry messages; each is told by the outbox, so none is lost."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def to_owners(
        self,
        chat_id: ChatId,
        name: str,
        words: str,
        *,
        pictures: Sequence[str] = (),
        messages: Mapping[int, str] = MappingProxyType({}),
        topic: int | None = None,
    ) -> None:
        """Carry a customer's words, photos or both to every owner; nothing where they were before.

        Args:
            chat_id: Who writes.
            name: As the owners read it.
            words: May be empty beside a photo.
            pictures: The chat service's ids of the photos, an album's together.
            messages: The numbers of the messages that say it, whose edits follow, and the words of
                each.
            topic: Of a forum in which they are said; the answer belongs there.

        Raises:
            RefusedError: ``support.too_long``, ``support.enough``: ten within an hour are the most,
                or ``support.nobody``: the shop has no owner yet.
        """
        _check(words)
        if not self._context.owners:
            raise RefusedError("support.nobody")
        now = self._context.clock.now()

        def work(tx: Transaction) -> None:
            if any(self.was_carried(tx, chat_id, number) for number in messages):
                return
            _count(tx, chat_id, now)
            self._put_to_owners(tx, chat_id, name, _in_topic(_parts(words, pictures), topic))
            _remember(tx, chat_id, messages, None, topic)

        await self._context.store.write(work)
        self._context.outbox_bell.ring()

    async def to_customer(
        self,
        by: UserId,
        chat_id: ChatId,
        words: str,
        *,
        order_id: OrderId | None = None,
        pictures: Sequence[str] = (),
        messages: Mapping[int, str] = MappingProxyType({}),
        topic: int | None = None,
    ) -> None:
        """Carry an owner's words or photos to a chat, once; about an order where one is named.

        The other owners read them too, so that nobody answers what is answered.

        Raises:
            RefusedError: ``support.too_long``, or ``support.gone``: nobody is there to read it.
        """
        _check(words)

        def work(tx: Transaction) -> None:
            if any(self.was_carried(tx, ChatId(by), number) for number in messages):
                return
            parts = _in_topic(_parts(words, pictures), topic)
            self._put_to_customer(tx, by, chat_id, parts, order_id)
            _remember(tx, ChatId(by), messages, chat_id, topic)

        await self._context.store.write(work)
        self._context.outbox_bell.ring()

    async def edited(
        self, chat_id: ChatId, by: UserId, name: str, message: int, words: str
    ) -> None:
        """Carry what a message says now to whom it was carried; nothing where it was not, or is so.

        Args:
            chat_id: Where it stands.
            by: Who wrote it.
            name: As the owners read it.
            message: Its number.
            words: As they are now.

        Raises:
            RefusedError: as of `to_owners` and `to_customer`.
        """
        now = self._context.clock.now()

        def work(tx: Transaction) -> None:
            found = _carried(tx, chat_id).get(message)
            if found is None or found.digest == _digest(words):
                return
            _check(words)
            pieces = [{"text": piece, "edited": "yes"} for piece in _pieces(words)]
            parts = _in_topic(pieces, found.topic)
            if found.to is None:
                _count(tx, chat_id, now)
                self._put_to_owners(tx, chat_id, name, parts)
            elif by in self._context.owners:
                self._put_to_customer(tx, by, ChatId(found.to), parts)
            _remember(tx, chat_id, {message: words}, found.to, found.topic)

        await self._context.store.write(work)
        self._context.outbox_bell.ring()

    def was_carried(self, tx: Transaction, chat_id: ChatId, message: int) -> bool:
        """Return whether a message was carried to somebody, as far as a chat's latest go."""
        return message in _carried(tx, chat_id)

    async def keep(self, chat_id: ChatId, words: str) -> bool:
        """Keep words that a tap may carry to the owners; False where they are too long for that."""
        if len(words) > LONGEST:
            return False
        await self._context.store.write(lambda tx: tx.notes.set(Note.KEPT_WORDS.of(chat_id), words))
        return True

    async def kept(self, chat_id: ChatId) -> str | None:
        """Return the words that were kept last."""
        return await self._context.store.read(lambda tx: tx.notes.get(Note.KEPT_WORDS.of(chat_id)))

    async def drop_kept(self, chat_id: ChatId) -> None:
        """Let them go."""
        await self._context.store.write(lambda tx: tx.notes.set(Note.KEPT_WORDS.of(chat_id), None))

    def forget(self, tx: Transaction, chat_id: ChatId) -> None:
        """Take a person's words back from where they wait, and their number from owners' notes."""
        tx.outbox.drop_about(chat_id, self._context.clock.now())
        for owner in self._context.owners:
            carried = json.loads(tx.notes.get(Note.CARRIED.of(owner)) or "[]")
            kept = [one for one in carried if one[2] != chat_id]
            if kept != carried:
                tx.notes.set(Note.CARRIED.of(owner), json.dumps(kept) if kept else None)
            asked = json.loads(tx.notes.get(Note.ASKED.of(owner)) or "[]")
            if str(chat_id) in asked:
                tx.notes.set(Note.ASKED.of(owner), None)

    def _put_to_owners(
        self, tx: Transaction, chat_id: ChatId, name: str, parts: Sequence[Mapping[str, str]]
    ) -> None:
        now = self._context.clock.now()
        latest = tx.orders.latest_of(chat_id, 1)
        order_id = latest[0].id if latest else None
        for owner in self._context.owners:
            for part in parts:
                details = {"chat": str(chat_id), "name": name, **part}
                tx.outbox.enqueue(ChatId(owner), MessageKind.OWNER_SUPPORT, now, order_id, details)

    def _put_to_customer(
        self,
        tx: Transaction,
        by: UserId,
        chat_id: ChatId,
        parts: Sequence[Mapping[str, str]],
        order_id: OrderId | None = None,
    ) -> None:
        now = self._context.clock.now()
        chat = tx.chats.get(chat_id)
        if chat is None or not chat.reachable:
            raise RefusedError("support.gone")
        for part in parts:
            tx.outbox.enqueue(chat_id, MessageKind.SUPPORT, now, order_id, part)
        words = "\n".join(part["text"] for part in parts if part["text"]) or "📷"
        details = {
            "problem": AlertKind.ANSWERED,
            "chat": str(chat_id),
            "name": chat.name,
            "message": words,
        }
        others = self._context.others(by)
        tell_owners(tx, others, MessageKind.OWNER_ALERT, now, details=details)


def _parts(words: str, pictures: Sequence[str]) -> list[dict[str, str]]:
    """Return the messages that carry this: a photo with its words, or each by itself."""
    match pictures:
        case []:
            return [{"text": piece} for piece in _pieces(words)]
        case [picture] if len(words) <= _BESIDE_PHOTO:
            return [{"text": words, "picture": picture}]
        case [picture]:
            return [{"text": "", "picture": picture}, *_parts(words, ())]
        case _:  # an album has no buttons, so its words follow
            said = words or f"📷 {len(pictures)}"
            return [{"text": "", "pictures": " ".join(pictures)}, *_parts(said, ())]


def _pieces(words: str) -> list[str]:
    """Return words as they fit into messages, cut at spaces where there are any."""
    room = _PIECE
    for end, mark in enumerate(words):
        room -= 2 if mark > "\uffff" else 1
        if room < 0:
            near = max(words.rfind(space, end // 2, end) for space in " \n") + 1
            cut = near or end
            return [words[:cut].rstrip(), *_pieces(words[cut:].lstrip())]
    return [words]


def _in_topic(parts: Sequence[Mapping[str, str]], topic: int | None) -> list[dict[str, str]]:
    told = {"topic": str(topic)} if topic else {}
    return [{**part, **told} for part in parts]


class _Carried(NamedTuple):
    """What a message said that was carried, to whom (None: the owners) and from or to which topic.

    A digest tells whether it says something else now.
    """

    digest: str
    to: int | None
    topic: int | None


def _carried(tx: Transaction, chat_id: ChatId) -> dict[int, _Carried]:
    """Return a chat's latest messages that were carried, by their numbers."""
    noted = json.loads(tx.notes.get(Note.CARRIED.of(chat_id)) or "[]")
    return {number: _Carried(*said) for number, *said in noted}


def _remember(
    tx: Transaction,
    chat_id: ChatId,
    messages: Mapping[int, str],
    to: int | None,
    topic: int | None,
) -> None:
    carried = _carried(tx, chat_id)
    for number, words in messages.items():
        carried.pop(number, None)
        carried[number] = _Carried(_digest(words), to, topic)
    latest = [[number, *said] for number, said in carried.items()][-_FOLLOWED:]
    tx.notes.set(Note.CARRIED.of(chat_id), json.dumps(latest))


def _digest(words: str) -> str:
    return sha256(words.encode()).hexdigest()[:16]


def _count(tx: Transaction, chat_id: ChatId, now: int) -> None:
    """Note a message to the owners; refuse one too many within an hour."""
    counted = tx.notes.get(Note.SUPPORT.of(chat_id)) or "0,0"
    began, sent = (int(part) for part in counted.split(","))
    if not began <= now < began + _HOUR:  # later than now: by a clock that was ahead
        began, sent = now, 0
    if sent >= MOST:
        raise RefusedError("support.enough", minutes=-(-(began + _HOUR - now) // 60))
    tx.notes.set(Note.SUPPORT.of(chat_id), f"{began},{sent + 1}")


def _check(words: str) -> None:
    if len(words) > LONGEST:
        raise RefusedError("support.too_long", limit=LONGEST)

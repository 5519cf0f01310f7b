"""Words between customers and owners, carried by the bot: nobody learns anybody's account."""

from __future__ import annotations

from typing import Final

from bot.domain.errors import RefusedError
from bot.domain.order import ChatId, OrderId, UserId
from bot.ports import AlertKind, MessageKind, Note, Transaction
from bot.shop.context import Context
from bot.shop.payment.endings import tell_owners

#: Messages that a chat may send to the owners within an hour.
MOST: Final = 10
_HOUR: Final = 3600
#: Characters of one message; with what stands around it, it fits Telegram's 4096.
LONGEST: Final = 3000
#: Characters that fit below a photo with what stands around them; Telegram takes 1024 there.
_BESIDE_PHOTO: Final = 600


class Support:
    """Carry messages; each is told by the outbox, so none is lost."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def to_owners(self, chat_id: ChatId, name: str, words: str, picture: str = "") -> None:
        """Carry a customer's words, a photo or both to every owner.

        Args:
            chat_id: Who writes.
            name: As the owners read it.
            words: May be empty beside a photo.
            picture: The chat service's id of the photo.

        Raises:
            RefusedError: ``support.too_long``, ``support.enough``: ten within an hour are the most,
                or ``support.nobody``: the shop has no owner yet.
        """
        _check(words)
        if not self._context.owners:
            raise RefusedError("support.nobody")
        now = self._context.clock.now()
        parts = [{"chat": str(chat_id), "name": name, **part} for part in _parts(words, picture)]

        def work(tx: Transaction) -> None:
            _count(tx, chat_id, now)
            latest = tx.orders.latest_of(chat_id, 1)
            order_id = latest[0].id if latest else None
            for owner in self._context.owners:
                for part in parts:
                    tx.outbox.put(ChatId(owner), MessageKind.OWNER_SUPPORT, now, order_id, part)

        await self._context.store.write(work)
        self._context.outbox_bell.ring()

    async def to_customer(
        self,
        by: UserId,
        chat_id: ChatId,
        words: str,
        order_id: OrderId | None = None,
        picture: str = "",
    ) -> None:
        """Carry an owner's words or photo to a chat, about an order where one is named.

        The other owners read them too, so that nobody answers what is answered.

        Raises:
            RefusedError: ``support.too_long``, or ``support.gone``: nobody is there to read it.
        """
        _check(words)
        now = self._context.clock.now()

        def work(tx: Transaction) -> None:
            chat = tx.chats.get(chat_id)
            if chat is None or not chat.reachable:
                raise RefusedError("support.gone")
            for part in _parts(words, picture):
                tx.outbox.put(chat_id, MessageKind.SUPPORT, now, order_id, part)
            details = {"problem": AlertKind.ANSWERED, "name": chat.name, "message": words or "📷"}
            others = self._context.others(by)
            tell_owners(tx, others, MessageKind.OWNER_ALERT, now, details=details)

        await self._context.store.write(work)
        self._context.outbox_bell.ring()


def _parts(words: str, picture: str) -> list[dict[str, str]]:
    """Return the messages that carry this: a photo with its words, or each by itself."""
    if picture and len(words) > _BESIDE_PHOTO:
        return [{"text": "", "picture": picture}, {"text": words}]
    return [{"text": words, "picture": picture}] if picture else [{"text": words}]


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

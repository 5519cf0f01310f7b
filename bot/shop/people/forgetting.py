"""Forgetting a person: what a shop knows of somebody goes, what it sold stays.

An unpaid order is cancelled first, so that nobody can pay for what has no owner. Then, in one
transaction: the chat with its name and language, the cart, what was asked and not answered and the
messages that wait, in the owners' chats too, are deleted; orders that were placed keep goods,
amounts and days, as book-keeping laws ask, and lose the person. What a group has in its cart stays
the group's. Last, the database's log is emptied: what was deleted is on the disk no more.
"""

from __future__ import annotations

import structlog

from bot.domain.errors import RefusedError, TransientError
from bot.domain.order import ChatId, UserId
from bot.ports import PERSONAL_NOTES, Transaction
from bot.shop.context import Context
from bot.shop.payment.checkout import Checkout
from bot.shop.people.people import People
from bot.shop.people.support import Support

_log = structlog.get_logger(__name__)


class Forgetting:
    """Forget people who ask for it."""

    def __init__(
        self, context: Context, people: People, checkout: Checkout, support: Support
    ) -> None:
        self._context = context
        self._support = support
        self._people = people
        self._checkout = checkout

    async def forget(self, chat_id: ChatId, user_id: UserId) -> None:
        """Forget a person and their private chat; the same call again changes nothing.

        Raises:
            RefusedError: ``cancel.unavailable``: the unpaid order cannot be cancelled now;
                ``delete.undecided``: the bank has not decided about a payment yet. Nothing is
                deleted then.
        """
        try:
            await self._checkout.cancel(chat_id)
        except RefusedError as refused:
            if refused.key not in {"cancel.nothing", "cancel.already_paid"}:
                raise
        now = self._context.clock.now()

        def work(tx: Transaction) -> bool:
            for note in PERSONAL_NOTES:
                tx.notes.set(note.of(chat_id), None)
            forgotten = tx.chats.forget(chat_id, user_id, now)
            if forgotten:
                self._support.forget(tx, chat_id)
            return forgotten

        if not await self._context.store.write(work):
            raise RefusedError("delete.undecided")
        self._people.forgotten(chat_id)
        try:
            erased = await self._context.store.erase()
        except TransientError:
            erased = False
        if not erased:  # the next to be forgotten, or the shop's stop, empties it
            _log.warning("what was deleted stands in the database's log for now")

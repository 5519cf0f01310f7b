"""Forgetting a person: what a shop knows of somebody goes, what it sold stays.

An unpaid order is cancelled first, so that nobody can pay for what has no owner. Then, in one
transaction: the chat with its name and language, the cart, what was asked and not answered and the
messages that wait are deleted; orders that were placed keep goods, amounts and days, as
book-keeping laws ask, and lose the person. What a group has in its cart stays the group's.
"""

from __future__ import annotations

from bot.domain.errors import RefusedError
from bot.domain.order import ChatId, UserId
from bot.ports import PERSONAL_NOTES, Transaction
from bot.shop.context import Context
from bot.shop.payment.checkout import Checkout
from bot.shop.people.people import People


class Forgetting:
    """Forget people who ask for it."""

    def __init__(self, context: Context, people: People, checkout: Checkout) -> None:
        self._context = context
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
            return tx.chats.forget(chat_id, user_id, now)

        if not await self._context.store.write(work):
            raise RefusedError("delete.undecided")
        self._people.forgotten(chat_id)

"""What the key may not do, where knowing of a payment hangs on it: told while it lasts.

A refusal for good is no silence: it lasts until the owner acts. They hear of it at once, and once
until it is over; whoever paid is told, as with a silence, that the payment is being checked.
"""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Final, TypeVar

import structlog

from bot.domain.errors import TransientError
from bot.ports import AlertKind, MessageKind, Note, PaymentsDeniedError, Transaction
from bot.shop.context import Context
from bot.shop.payment.endings import tell_owners

T = TypeVar("T")
_log = structlog.get_logger(__name__)

#: Questions on which no confirmation hangs: about what follows a payment.
_AFTER: Final = {"refunds": AlertKind.REFUNDS_DENIED, "disputes": AlertKind.REFUNDS_DENIED}


class Rights:
    """Asks Stripe what a payment's confirmation hangs on."""

    def __init__(self, context: Context) -> None:
        self._context = context
        #: What was refused last, by question; None: not known since the start.
        self._refused: dict[str, str | None] = {}

    async def ask(self, question: str, answer: Awaitable[T]) -> T:
        """Return Stripe's answer, and let the owners know where it refuses to give any.

        Args:
            question: A short name of what is asked; each is told of by itself.
            answer: The call.

        Raises:
            TransientError: also where the key lacks the right; asking again may help once the
                owner has acted.
            PaymentsRefusedError: Stripe refuses the question itself, whatever the key.
        """
        try:
            given = await answer
        except PaymentsDeniedError as error:
            await self._note(question, error.message)
            raise TransientError(f"Stripe refuses: {error.message}") from error
        await self._note(question, None)
        return given

    async def _note(self, question: str, refusal: str | None) -> None:
        now = self._context.clock.now()
        if question not in self._refused:
            self._refused[question] = await self._context.store.read(
                lambda tx: tx.notes.get(Note.REFUSED.of(question))
            )
        if self._refused[question] == refusal:
            return

        def work(tx: Transaction) -> None:
            before = tx.notes.get(Note.REFUSED.of(question))
            tx.notes.set(Note.REFUSED.of(question), refusal)
            if refusal is not None and before != refusal:
                problem = _AFTER.get(question, AlertKind.PAYMENTS_DENIED)
                tell_owners(
                    tx, self._context.owners, MessageKind.OWNER_ALERT, now,
                    details={"problem": problem, "message": refusal},
                )  # fmt: skip

        await self._context.store.write(work)
        self._refused[question] = refusal
        self._context.outbox_bell.ring()
        if refusal is not None:
            _log.warning("stripe refuses", question=question, message=refusal)

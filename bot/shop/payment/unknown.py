"""Sessions that Stripe does not know under our key.

Its answer (404, ``resource_missing``) does not tell a wrong account from a session that is gone,
so it proves nothing about the payment: the order stays as it is and goes on being asked about.
"""

from __future__ import annotations

from typing import Final

from bot.domain.errors import TransientError
from bot.domain.order import DEBIT_UNKNOWN, LIVE, UNKNOWN_AT_STRIPE, Order, OrderState, Payment
from bot.domain.payment import Intent, Outcome, debit_outcome, debit_payment
from bot.ports import AlertKind, MessageKind, Note, Transaction, UnknownSessionError
from bot.shop.context import Context
from bot.shop.payment.endings import (
    DROPPED_BY_OWNER,
    FELL_THROUGH,
    close_links,
    end,
    give_back_to_cart,
    show_anew,
    tell_owners,
)
from bot.shop.payment.rights import Rights

#: A session that is unknown so long after its end is for the owner to look at; seconds.
_LATE: Final = 3600
#: So many other orders' sessions are tried to learn whether the key is of the right account.
_OTHERS: Final = 5
_UNKNOWN, _FOUND = "unknown", "found"


class SessionUnknownError(TransientError):
    """Stripe does not know a session under our key, as things are.

    Attributes:
        waits: An order waits for it, and Stripe is asked about that whatever the events say.
    """

    def __init__(self, *, waits: bool) -> None:
        super().__init__("Stripe does not know the session under this key")
        self.waits = waits


def is_unknown(tx: Transaction, order: Order) -> bool:
    """Return whether an order that waits for Stripe was unknown there when it was last asked."""
    return order.unsettled and tx.notes.get(Note.SESSION_UNKNOWN.of(order.id)) == _UNKNOWN


def known_again(tx: Transaction, order: Order) -> None:
    """Note that Stripe knows an order's session; owners are told of one order's only once."""
    if tx.notes.get(Note.SESSION_UNKNOWN.of(order.id)) is not None:
        tx.notes.set(Note.SESSION_UNKNOWN.of(order.id), _FOUND if order.unsettled else None)
    if tx.notes.get(Note.KEY_FOREIGN) is not None:
        tx.notes.set(Note.KEY_FOREIGN, None)


class UnknownSessions:
    """Decide about orders whose session Stripe does not know."""

    def __init__(self, context: Context, rights: Rights) -> None:
        self._context = context
        self._rights = rights

    async def decide(self, order: Order) -> Order:
        """Return the order as it is: in review only long after its end, and with a proof.

        The proof is another session of ours that this key can read: it is of the right account.
        A bank debit is then asked about by its payment.

        Raises:
            SessionUnknownError: nobody knows how the order stands; it is asked about again.
        """
        if not order.unsettled:
            return order
        await self._tell_once(order)
        if order.state is OrderState.REVIEW:
            return await self._debit(order)
        if self._late(order):
            if await self._reads_another(order):
                return await (self._review(order) if order.state in LIVE else self._debit(order))
            await self._tell_foreign()
        raise SessionUnknownError(waits=True)

    async def lost(self, order: Order) -> bool:
        """Return whether a session that was just unknown will not be known again.

        It is long over, the key reads another of ours, so it is of the right account, and of a
        bank debit Stripe does not know the payment either.
        """
        unknown = await self._context.store.read(lambda tx: is_unknown(tx, order))
        if not (unknown and self._late(order) and await self._reads_another(order)):
            return False
        return await self._intent(order) is None

    def _late(self, order: Order) -> bool:
        return self._context.clock.now() > order.attempt.expires_at + _LATE

    async def _tell_once(self, order: Order) -> None:
        now = self._context.clock.now()

        def work(tx: Transaction) -> None:
            before = tx.notes.get(Note.SESSION_UNKNOWN.of(order.id))
            if before == _UNKNOWN:
                return
            tx.notes.set(Note.SESSION_UNKNOWN.of(order.id), _UNKNOWN)
            if before is None and order.state is not OrderState.REVIEW:
                tell_owners(
                    tx, self._context.owners, MessageKind.OWNER_ALERT, now, order,
                    details={"problem": AlertKind.SESSION_UNKNOWN},
                )  # fmt: skip

        await self._context.store.write(work)
        self._context.outbox_bell.ring()

    async def _reads_another(self, order: Order) -> bool:
        newest = await self._context.store.read(lambda tx: tx.books.newest(_OTHERS + 1))
        for other in newest:
            if other.session_id is None or other.id == order.id:
                continue
            try:
                await self._rights.ask(
                    "sessions", self._context.payments.retrieve(other.session_id)
                )
            except UnknownSessionError:
                continue
            return True
        return False

    async def _intent(self, order: Order) -> Intent | None:
        """Return the payment of a bank debit; None where it is no debit, or is not to be found."""
        noted = await self._context.store.read(lambda tx: tx.notes.get(Note.DEBIT.of(order.id)))
        if noted is None:
            return None
        return await self._rights.ask("intent", self._context.payments.intent(noted))

    async def _debit(self, order: Order) -> Order:
        """Bring a bank debit to where its payment is, which outlives the session.

        Money that came is for the owner to look at: what was bought with it, the session knew.

        Raises:
            SessionUnknownError: the bank has not decided.
        """
        intent = await self._intent(order)
        if intent is None:
            unpaid = order.state is OrderState.REVIEW
            return order if unpaid else await self._review(order, DEBIT_UNKNOWN)
        match debit_outcome(intent):
            case Outcome.PAID:
                return await self._review(order, DEBIT_UNKNOWN, debit_payment(intent))
            case Outcome.FAILED:
                return await self._fell_through(order)
            case _ if order.state is OrderState.REVIEW:
                return order
            case _:
                raise SessionUnknownError(waits=True)

    async def _fell_through(self, order: Order) -> Order:
        now = self._context.clock.now()

        def work(tx: Transaction) -> Order:
            before = tx.orders.get(order.id) or order
            ending = DROPPED_BY_OWNER if before.state is OrderState.REVIEW else FELL_THROUGH
            if before.unsettled and end(tx, before, ending, now):
                give_back_to_cart(tx, before, now)
                show_anew(tx, before.id, now)
            return tx.orders.get(order.id) or before

        ended = await self._context.store.write(work)
        self._context.outbox_bell.ring()
        return ended

    async def _review(
        self, order: Order, reason: str = UNKNOWN_AT_STRIPE, payment: Payment | None = None
    ) -> Order:
        now = self._context.clock.now()

        def work(tx: Transaction) -> Order:
            moved = tx.orders.transition(
                order.id, OrderState.REVIEW, now=now, reason=reason, payment=payment
            ) or (payment is not None and tx.orders.found_payment(order.id, payment, reason))
            if moved and payment is not None:
                tx.outbox.enqueue(order.chat_id, MessageKind.REVIEW, now, order.id)
            after = tx.orders.get(order.id) or order
            if moved:
                tell_owners(tx, self._context.owners, MessageKind.OWNER_REVIEW, now, order)
                close_links(tx, after, now)
            return after

        reviewed = await self._context.store.write(work)
        self._context.outbox_bell.ring()
        return reviewed

    async def _tell_foreign(self) -> None:
        now = self._context.clock.now()

        def work(tx: Transaction) -> None:
            if tx.notes.get(Note.KEY_FOREIGN) is None:
                tx.notes.set(Note.KEY_FOREIGN, str(now))
                tell_owners(
                    tx, self._context.owners, MessageKind.OWNER_ALERT, now,
                    details={"problem": AlertKind.KEY_FOREIGN},
                )  # fmt: skip

        await self._context.store.write(work)
        self._context.outbox_bell.ring()

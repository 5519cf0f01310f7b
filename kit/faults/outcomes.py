"""How payments can end at Stripe: each outcome played there, and what the order must then be."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.domain.order import OrderState
from bot.ports import MessageKind
from kit.faults.counter import DAY, Counter
from shop_sandbox.stripe import StripeSandbox

_K = MessageKind


@dataclass(frozen=True, slots=True)
class StripeEnd:
    """An end at Stripe.

    Attributes:
        play: Brings it about for a session; the shop hears nothing meanwhile.
        state: Where the order must end.
        refunded: Minor units that the order must know as refunded.
        free: Units of 20 that are free in the end, of an order for one.
        told: What must have been told to the customer in the end, in whatever order it came;
            a notice that only one order of events allows (processing) is left out.
        dispute: The dispute's status, as the order must know it.
    """

    name: str
    play: Callable[[Counter, str], Awaitable[None]]
    state: OrderState
    refunded: int
    free: int
    told: frozenset[MessageKind]
    dispute: str | None = None


def _intent(stripe: StripeSandbox, session_id: str) -> str:
    return str(stripe.sessions[session_id]["payment_intent"])


def _charge(stripe: StripeSandbox, session_id: str) -> str:
    return str(stripe.payment_intents[_intent(stripe, session_id)]["latest_charge"])


async def _paid(counter: Counter, session_id: str) -> None:
    await counter.stripe.pay(session_id)


async def _debit(counter: Counter, session_id: str) -> None:
    await counter.stripe.pay(session_id, card="debit")
    await counter.stripe.settle_debit(session_id)


async def _debit_failed(counter: Counter, session_id: str) -> None:
    await counter.stripe.pay(session_id, card="debit")
    await counter.stripe.settle_debit(session_id, succeed=False)


async def _debit_refunded(counter: Counter, session_id: str) -> None:
    await _debit(counter, session_id)
    await counter.stripe.refund_in_dashboard(_intent(counter.stripe, session_id))


async def _late(counter: Counter, session_id: str) -> None:
    """Let the link run out while the buyer is at their bank, and the bank say yes."""
    await counter.stripe.start_3ds(session_id)
    await _expired(counter, session_id)
    counter.stripe.settings.late_authentication = "paid"
    await counter.stripe.finish_3ds(session_id, approve=True)


async def _expired(counter: Counter, session_id: str) -> None:
    counter.clock.jump(DAY)
    await counter.stripe.tick()
    assert counter.stripe.sessions[session_id]["status"] == "expired"


async def _refunded(counter: Counter, session_id: str) -> None:
    await counter.stripe.pay(session_id)
    await counter.stripe.refund_in_dashboard(_intent(counter.stripe, session_id))


async def _refunded_twice(counter: Counter, session_id: str) -> None:
    await counter.stripe.pay(session_id)
    intent = _intent(counter.stripe, session_id)
    await counter.stripe.refund_in_dashboard(intent, 300)
    await counter.stripe.refund_in_dashboard(intent, 200)


async def _refund_failed(counter: Counter, session_id: str) -> None:
    await counter.stripe.pay(session_id)
    refund = await counter.stripe.refund_in_dashboard(_intent(counter.stripe, session_id), 300)
    await counter.stripe.settle_refund(refund, succeed=False)


async def _disputed(counter: Counter, session_id: str) -> None:
    await counter.stripe.pay(session_id)
    dispute = await counter.stripe.open_dispute(_charge(counter.stripe, session_id))
    await counter.stripe.close_dispute(dispute, won=False)


OUTCOMES = (
    StripeEnd("paid", _paid, OrderState.PAID, 0, 19, frozenset({_K.RECEIPT})),
    StripeEnd("debit settled", _debit, OrderState.PAID, 0, 19, frozenset({_K.RECEIPT})),
    StripeEnd("debit failed", _debit_failed, OrderState.FAILED, 0, 20, frozenset({_K.FAILED})),
    StripeEnd("expired", _expired, OrderState.EXPIRED, 0, 20, frozenset({_K.EXPIRED})),
    StripeEnd("paid as it ran out", _late, OrderState.PAID, 0, 19, frozenset({_K.RECEIPT})),
    StripeEnd(
        "debit refunded", _debit_refunded, OrderState.PAID, 1250, 19,
        frozenset({_K.RECEIPT, _K.REFUNDED}),
    ),
    StripeEnd(
        "refunded", _refunded, OrderState.PAID, 1250, 19, frozenset({_K.RECEIPT, _K.REFUNDED})
    ),
    StripeEnd(
        "refunded in parts", _refunded_twice, OrderState.PAID, 500, 19,
        frozenset({_K.RECEIPT, _K.REFUNDED}),
    ),
    StripeEnd("refund failed", _refund_failed, OrderState.PAID, 0, 19, frozenset({_K.RECEIPT})),
    StripeEnd(
        "disputed", _disputed, OrderState.PAID, 0, 19, frozenset({_K.RECEIPT}), dispute="lost"
    ),
)  # fmt: skip

"""Row 28: the key loses a right in the middle."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.domain.errors import TransientError
from bot.domain.money import Money
from bot.domain.order import OrderState
from bot.ports import MessageKind
from kit.faults.counter import Counter, open_counter
from shop_sandbox.faults import Fault

pytestmark = pytest.mark.usefixtures("either_engine")

LACKS = "The provided key does not have the required permissions: rak_checkout_session_read"
BODY = {"error": {"type": "invalid_request_error", "message": LACKS}}


def _deny(counter: Counter, call: str, status: int = 403) -> None:
    counter.site.faults.add(Fault(call, "error", status=status, body=BODY, times=None))


async def _alerts(counter: Counter) -> list[tuple[str, str]]:
    told = await counter.told(MessageKind.OWNER_ALERT)
    return [(m.details["problem"], m.details["message"]) for m in told]


@pytest.mark.parametrize("status", [401, 403])
async def test_an_owner_hears_at_once_which_right_is_missing_and_the_sale_waits(
    tmp_path: Path, status: int
) -> None:
    """Told once while it lasts, again when it is lost again; what was paid is confirmed then."""
    async with open_counter(tmp_path) as counter:
        order = await counter.buy()
        await counter.stripe.pay(str(order.session_id))
        _deny(counter, "GET /v1/checkout/sessions/{id}", status)
        await counter.receive(counter.events_of("checkout.session.completed")[0])

        with pytest.raises(TransientError):
            await counter.shop.settlement.by_token(order.token)
        for _ in range(10):
            await counter.act()
            await counter.reconcile()
            counter.clock.jump(600)
        await counter.reopen()
        await counter.reconcile()
        assert await _alerts(counter) == [("payments_denied", LACKS)]

        counter.site.faults.lift()
        counter.clock.jump(600)
        await counter.act()
        assert (await counter.order(order.id)).state is OrderState.PAID
        again = await counter.buy()
        _deny(counter, "GET /v1/checkout/sessions/{id}", status)
        with pytest.raises(TransientError):
            await counter.shop.settlement.by_token(again.token)
        assert await _alerts(counter) == [("payments_denied", LACKS)] * 2


@pytest.mark.parametrize(
    "call", ["GET /v1/refunds", "GET /v1/checkout/sessions"], ids=["refunds", "session of"]
)
async def test_a_refund_whose_right_is_missing_is_recorded_when_it_is_back(
    tmp_path: Path, call: str
) -> None:
    """Its event is not set aside, however long that takes."""
    async with open_counter(tmp_path) as counter:
        order = await counter.buy()
        await counter.stripe.pay(str(order.session_id))
        if call == "GET /v1/refunds":
            await counter.shop.settlement.by_token(order.token)
        intent = counter.stripe.sessions[str(order.session_id)]["payment_intent"]
        await counter.stripe.refund_in_dashboard(intent, 300)
        _deny(counter, call)
        await counter.receive(counter.events_of("charge.refunded")[0])
        for _ in range(20):
            await counter.act()
            counter.clock.jump(600)
        problem = "refunds_denied" if call == "GET /v1/refunds" else "payments_denied"
        assert await _alerts(counter) == [(problem, LACKS)]

        counter.site.faults.lift()
        await counter.act()

        assert (await counter.order(order.id)).refunded == Money(300, "eur")


async def test_a_dispute_whose_right_is_missing_is_recorded_when_it_is_back(
    tmp_path: Path,
) -> None:
    """Its event is not set aside either, and the owner hears of no payment that waits."""
    async with open_counter(tmp_path) as counter:
        order = await counter.buy()
        await counter.stripe.pay(str(order.session_id))
        await counter.shop.settlement.by_token(order.token)
        await counter.stripe.open_dispute(next(iter(counter.stripe.charges)))
        _deny(counter, "GET /v1/disputes/{id}")
        await counter.receive(counter.events_of("charge.dispute.created")[0])
        for _ in range(20):
            await counter.act()
            counter.clock.jump(600)
        assert await _alerts(counter) == [("refunds_denied", LACKS)]

        counter.site.faults.lift()
        await counter.act()

        assert (await counter.order(order.id)).dispute == "needs_response"


@pytest.mark.parametrize(
    ("event", "call"),
    [
        ("checkout.session.completed", "GET /v1/checkout/sessions/{id}"),
        ("charge.refunded", "GET /v1/refunds"),
        ("charge.dispute.created", "GET /v1/disputes/{id}"),
    ],
)
async def test_an_id_that_stripe_takes_for_none_says_nothing_of_the_key(
    tmp_path: Path, event: str, call: str
) -> None:
    """A 400 is no missing right: its event is set aside after some tries, in Stripe's words."""
    nonsense = "Invalid object id"
    body = {"error": {"type": "invalid_request_error", "message": nonsense}}
    async with open_counter(tmp_path) as counter:
        order = await counter.buy()
        await counter.stripe.pay(str(order.session_id))
        if event != "checkout.session.completed":
            await counter.shop.settlement.by_token(order.token)
            intent = counter.stripe.sessions[str(order.session_id)]["payment_intent"]
            await counter.stripe.refund_in_dashboard(intent, 300)
            await counter.stripe.open_dispute(next(iter(counter.stripe.charges)))
        counter.site.faults.add(Fault(call, "error", status=400, body=body, times=None))
        if event == "checkout.session.completed":
            with pytest.raises(TransientError):  # whoever paid reads that it is being checked
                await counter.shop.settlement.by_token(order.token)
        await counter.receive(counter.events_of(event)[0])
        for _ in range(8):
            await counter.act()
            counter.clock.jump(600)

        told = await _alerts(counter)
        assert [problem for problem, _ in told] == ["event_failed"]
        assert told[0][1].endswith(f", {nonsense}")
        assert await counter.store.read(lambda tx: tx.inbox.due(2**60, 9)) == ()


async def test_lines_that_may_not_be_read_keep_a_found_payment_waiting(tmp_path: Path) -> None:
    """The payment of an order that is not known here is put into review once they may be."""
    async with open_counter(tmp_path) as counter:
        order = await counter.buy()
        stray = await counter.payments.create(
            order.attempt.parameters.replace('"1001"', '"1002"'), "stray"
        )
        await counter.stripe.pay(str(stray.id))
        _deny(counter, "GET /v1/checkout/sessions/{id}/line_items")
        await counter.receive(counter.events_of("checkout.session.completed")[0])
        for _ in range(20):
            await counter.act()
            counter.clock.jump(600)
        assert await _alerts(counter) == [("payments_denied", LACKS)]

        counter.site.faults.lift()
        await counter.act()

        found = await counter.store.read(lambda tx: tx.orders.by_session(stray.id))
        assert found
        assert found.state is OrderState.REVIEW


async def test_a_right_to_read_events_that_comes_back_and_goes_again_is_told_again(
    tmp_path: Path,
) -> None:
    """Once each time, and not again for a start in between."""
    async with open_counter(tmp_path) as counter:
        for _ in range(2):
            _deny(counter, "GET /v1/events")
            await counter.events.work()
            await counter.reopen()
            await counter.events.work()
            counter.site.faults.lift()
            await counter.events.work()

        assert await _alerts(counter) == [("events_denied", LACKS)] * 2

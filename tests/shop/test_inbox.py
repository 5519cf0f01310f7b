"""The inbox: one event that cannot be acted on blocks no other, and is not tried for ever."""

from __future__ import annotations

from pathlib import Path

from bot.domain.order import OrderState
from bot.ports import MessageKind, Transaction
from kit.faults.counter import Counter, open_counter
from shop_sandbox.faults import Fault

DISPUTE = "GET /v1/disputes/{id}"


async def _disputed(counter: Counter) -> None:
    """Have a sale disputed at Stripe, and the event come."""
    order = await counter.buy()
    await counter.stripe.pay(str(order.session_id))
    await counter.shop.settlement.by_token(order.token)
    intent = counter.stripe.sessions[str(order.session_id)]["payment_intent"]
    await counter.stripe.open_dispute(counter.stripe.payment_intents[intent]["latest_charge"])
    await counter.receive(counter.events_of("charge.dispute.created")[0])


async def test_an_event_that_fails_is_set_aside_after_eight_tries_and_the_owner_told(
    tmp_path: Path,
) -> None:
    """The waits grow; then the owner hears once what it was about and looks at Stripe."""
    async with open_counter(tmp_path) as counter:
        await _disputed(counter)
        body = {"error": {"type": "invalid_request_error", "message": "No such id"}}
        counter.site.faults.add(Fault(DISPUTE, "error", status=400, body=body, times=None))

        tries, waits = 0, []
        while due := await counter.store.read(lambda tx: tx.inbox.due(2**60, 1)):
            before = counter.clock.now()
            counter.clock.at = max(counter.clock.at, await _due_at(counter))
            waits.append(counter.clock.now() - before)
            assert due[0].attempts == tries
            await counter.act()
            tries += 1

        assert tries == 8
        assert waits == [0, 5, 10, 20, 40, 80, 160, 320]
        (told,) = await counter.told(MessageKind.OWNER_ALERT)
        assert told.details["problem"] == "event_failed"
        (dispute,) = counter.stripe.disputes
        assert f"dispute {dispute}," in told.details["message"]


async def test_an_event_that_fails_keeps_no_other_from_its_effect(tmp_path: Path) -> None:
    """A payment behind it is confirmed in the same round."""
    async with open_counter(tmp_path) as counter:
        await _disputed(counter)
        body = {"error": {"type": "invalid_request_error", "message": "No such id"}}
        counter.site.faults.add(Fault(DISPUTE, "error", status=400, body=body, times=None))
        order = await counter.buy()
        await counter.stripe.pay(str(order.session_id))
        await counter.receive(counter.events_of("checkout.session.completed")[-1])

        await counter.act()

        assert (await counter.order(order.id)).state is OrderState.PAID


async def _due_at(counter: Counter) -> int:
    """Return when the event that waits is due."""

    def look(tx: Transaction) -> int:
        at = counter.clock.now()
        while not tx.inbox.due(at, 1):
            at += 1
        return at

    return await counter.store.read(look)

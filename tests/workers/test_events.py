"""Events without a public address: fetched from a stored cursor, into the same inbox."""

from __future__ import annotations

import asyncio
from pathlib import Path

from bot.domain.money import Money
from bot.domain.order import OrderId, OrderState
from bot.ports import MessageKind, Transaction
from bot.workers.events import EventsWorker
from kit import JumpingClock, Kit, open_kit
from kit.faults.counter import ALICE, Counter, open_counter, refused
from kit.patience import PATIENCE
from shop_sandbox.faults import Fault
from shop_sandbox.site import SandboxSite
from tests.shop.journeys import order_something, pay


async def _fetch(kit: Kit) -> None:
    worker = EventsWorker(kit.shop.context)
    while await worker.work():
        pass
    while await kit.shop.inbox.work():
        pass


async def test_a_payment_is_learnt_from_fetched_events(tmp_path: Path) -> None:
    """No webhook, no way back: the event's session is retrieved and settled."""
    async with open_kit(tmp_path) as kit:
        alice = kit.person("Alice")
        order = await order_something(kit, alice)
        await _fetch(kit)
        await pay(kit, order)
        await _fetch(kit)

        assert (await kit.order(alice)).state is OrderState.PAID


async def test_a_refund_in_the_dashboard_arrives_by_fetched_events(tmp_path: Path) -> None:
    """The owner refunds at Stripe; the order knows, and both sides are told once."""
    async with open_kit(tmp_path) as kit:
        alice = kit.person("Alice")
        order = await order_something(kit, alice)
        await pay(kit, order)
        paid = await kit.shop.settlement.by_token(order.token)
        assert paid
        assert paid.payment
        assert paid.payment.intent_id
        await _fetch(kit)
        await kit.stripe.refund_in_dashboard(paid.payment.intent_id, 300)
        await kit.stripe.tick()
        await _fetch(kit)
        await _fetch(kit)
        await kit.drain()

        refunded = (await kit.order(alice)).refunded
        assert refunded
        assert refunded.minor == 300
        told = [m for m in alice.messages() if "refunded €3.00" in m.text]
        assert len(told) == 1


async def test_events_continue_after_a_restart(tmp_path: Path) -> None:
    """What happened while the shop was closed is fetched by the stored cursor."""
    async with open_kit(tmp_path) as kit:
        order = await order_something(kit, kit.person("Alice"))
        await _fetch(kit)
        before = await kit.running.store.read(lambda tx: tx.notes.get("events_cursor"))
        await pay(kit, order)
        await _fetch(kit)
        after = await kit.running.store.read(lambda tx: tx.notes.get("events_cursor"))

        assert after
        assert after != before


async def test_a_key_that_may_not_read_events_is_told_once(tmp_path: Path) -> None:
    """The owner hears of it one time, however often the shop starts; then it is asked hourly."""

    def prepare(site: SandboxSite) -> None:
        site.stripe.keyring.lacking.add("rak_event_read")

    key = "rk_test_kit4KitsAndNobodyElse00"
    async with open_kit(tmp_path, prepare=prepare, stripe_api_key=key) as kit:
        for worker in (EventsWorker(kit.shop.context), EventsWorker(kit.shop.context)):
            for _ in range(3):
                assert await worker.work() == 0
            assert await worker.idle() == 3600

        def alerts(tx: Transaction) -> int:
            return sum(
                m.kind is MessageKind.OWNER_ALERT for m in tx.outbox.due(kit.clock.now(), 50)
            )

        await kit.drain()
        told = [m for m in kit.person("Marta").messages() if "not allowed to read events" in m.text]
        assert len(told) + await kit.running.store.read(alerts) == 1


async def test_a_start_remembers_since_when_events_count(tmp_path: Path) -> None:
    """The first start writes it down before anybody can pay, and no later start changes it."""
    clock = JumpingClock()
    opened = []
    for _ in range(2):
        async with open_kit(tmp_path, clock=clock) as kit:
            opened.append(await kit.running.store.read(lambda tx: tx.notes.get("events_since")))
        clock.jump(3600)

    assert opened[0] is not None
    assert opened[1] == opened[0]


async def _paid_after_it_was_given_up(counter: Counter) -> None:
    """Pay a session that its order gave up waiting for, before the shop ever looked for events."""
    await counter.fill(ALICE)
    counter.site.faults.add(Fault("POST /v1/checkout/sessions", "cut", phase="after", times=None))
    assert await refused(counter.checkout(ALICE)) == "checkout.unavailable"
    order = await counter.order(OrderId(1001))
    counter.clock.jump(130)
    await counter.reconcile()
    counter.site.faults.lift()
    assert (await counter.order(OrderId(1001))).state is OrderState.FAILED
    (session_id,) = counter.stripe.sessions
    await counter.stripe.pay(session_id)
    theirs = order.attempt.parameters.replace(counter.shop.context.shop_id, "another-shop")
    other = await counter.payments.create(theirs, "their-own-key")
    await counter.stripe.pay(str(other.id))
    counter.clock.jump(1200)  # beyond the margin of a start that counts anew


async def test_a_payment_before_the_first_look_is_found_after_a_restart(tmp_path: Path) -> None:
    """Events count since the first start: money for an order given up waits for the owner."""
    async with open_counter(tmp_path) as counter:
        await _paid_after_it_was_given_up(counter)

        await counter.reopen()
        await counter.quiet()

        charge = next(iter(counter.stripe.charges.values()))
        order = await counter.order_of(charge["payment_intent"])
        assert order is not None
        assert (order.state, order.total) == (OrderState.REVIEW, Money(charge["amount"], "eur"))
        assert await counter.store.findings() == ()


async def test_control_where_each_start_counts_anew_the_payment_is_lost(tmp_path: Path) -> None:
    """CONTROL: with the first start forgotten, the same payment has no order."""
    async with open_counter(tmp_path) as counter:
        await _paid_after_it_was_given_up(counter)
        await counter.store.write(lambda tx: tx.notes.set("events_since", None))

        await counter.reopen()
        await counter.quiet()

        charge = next(iter(counter.stripe.charges.values()))
        assert await counter.order_of(charge["payment_intent"]) is None


async def test_events_are_fetched_every_few_seconds_once_an_order_is_open(tmp_path: Path) -> None:
    """An order that opens, or money that goes back, ends the quiet; a webhook needs none of it."""
    async with open_counter(tmp_path) as counter, asyncio.timeout(PATIENCE):
        fetched = counter.events
        beside = EventsWorker(counter.shop.context, webhook=True)
        quiet = asyncio.create_task(fetched.idle())
        order = await counter.buy(ALICE)
        assert await quiet == 5
        assert await fetched.idle() == 5
        assert await beside.idle() == 300

        await counter.stripe.pay(str(order.session_id))
        await counter.shop.settlement.by_token(order.token)
        quiet = asyncio.create_task(fetched.idle())
        done, _ = await asyncio.wait([quiet], timeout=0.1)
        assert not done
        await counter.shop.refunds.give(order.id, Money(300, "eur"), before=Money(0, "eur"))
        assert await quiet == 5

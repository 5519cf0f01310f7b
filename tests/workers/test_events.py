"""Events without a public address: fetched from a stored cursor, into the same inbox."""

from __future__ import annotations

from pathlib import Path

from bot.domain.order import OrderState
from bot.ports import MessageKind, Transaction
from bot.sandbox.site import SandboxSite
from bot.workers.events import EventsWorker
from tests.kit import Kit, open_kit
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
        told = [m for m in alice.messages() if "€3.00" in m.text]
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
    """The owner hears of it one time; the reconciler alone serves."""

    def prepare(site: SandboxSite) -> None:
        site.stripe.keyring.lacking.add("rak_event_read")

    key = "rk_test_kit4KitsAndNobodyElse00"
    async with open_kit(tmp_path, prepare=prepare, stripe_api_key=key) as kit:
        worker = EventsWorker(kit.shop.context)
        for _ in range(3):
            assert await worker.work() == 0

        def alerts(tx: Transaction) -> int:
            return sum(
                m.kind is MessageKind.OWNER_ALERT for m in tx.outbox.due(kit.clock.now(), 50)
            )

        await kit.drain()
        told = [m for m in kit.person("Marta").messages() if "may not read events" in m.text]
        assert len(told) + await kit.running.store.read(alerts) == 1

"""Row 31: a clock that was ahead is set right, and nothing waits for it to come by again."""

from __future__ import annotations

import hmac
import json
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.domain.errors import RefusedError
from bot.domain.order import ChatId, OrderState
from bot.payments import InvalidEventError, verify_webhook
from bot.ports import (
    REMIND_BEFORE,
    EventId,
    EventKind,
    InboxEvent,
    MessageKind,
    Transaction,
)
from bot.shop.people.conversations import PATIENCE, About, Conversations
from bot.shop.people.ownership import LINK_SECONDS
from bot.shop.people.support import MOST
from bot.workers.due_times import DueTimes
from kit import JumpingClock, Kit, open_kit
from kit.faults.counter import ALICE, BOB, NOON, Counter, goods, open_counter, refused
from shop_sandbox.faults import Fault
from shop_sandbox.site import SandboxSite
from shop_sandbox.telegram import Person
from tests.chat.market import entries, open_market
from tests.shop.journeys import order_something

#: What the store keeps of times; what a signature or a link at Stripe says is no matter of it.
on_both = pytest.mark.usefixtures("either_engine")

DAY = 24 * 3600
CLOSE = 10  # seconds that a test may take on a busy machine
CHAT = ChatId(4711)
MARGIN = 120  # seconds that a link may be off its shortest and longest


@pytest.fixture
async def kit(tmp_path: Path) -> AsyncIterator[Kit]:
    """Open a shop."""
    async with open_kit(tmp_path) as kit:
        yield kit


def store_ahead(tx: Transaction, ahead: int) -> None:
    """Store a message and an event as a shop does whose clock is ahead."""
    tx.outbox.enqueue(CHAT, MessageKind.OWNER_ALERT, ahead, details={"problem": "x"})
    tx.inbox.enqueue(InboxEvent(EventId("evt_1"), next(iter(EventKind)), "x_1", ahead))


@on_both
async def test_what_was_stored_by_a_clock_a_day_ahead_waits_no_day(kit: Kit) -> None:
    """Messages wait an hour at most, events ten minutes, and orders four minutes.

    Control: before the look, none of them is due within those times.
    """
    await order_something(kit, kit.person("Alice"))
    await kit.drain()
    now = kit.clock.now()
    store = kit.running.store
    await store.write(lambda tx: store_ahead(tx, now + DAY))

    def due(tx: Transaction) -> tuple[int, int]:
        return len(tx.outbox.due(now + 3601, 9)), len(tx.inbox.due(now + 700, 9))

    order = (await store.read(lambda tx: tx.orders.due(now + 10_000, 9)))[0]
    await store.write(lambda tx: tx.orders.looked_at(order.id, now + DAY))
    assert await store.read(due) == (0, 0)
    assert await store.read(lambda tx: tx.orders.due(now + 300, 9)) == ()

    await DueTimes(kit.shop.context).work()

    assert await store.read(due) == (1, 1)
    assert [one.id for one in await store.read(lambda tx: tx.orders.due(now + 300, 9))] == [
        order.id
    ]


@on_both
async def test_what_waits_as_long_as_it_may_stays_as_it_is(kit: Kit) -> None:
    """A message that Telegram put off for half an hour is not hurried."""
    now, store = kit.clock.now(), kit.running.store
    await store.write(lambda tx: tx.outbox.enqueue(CHAT, MessageKind.OWNER_ALERT, now + 1800))
    await DueTimes(kit.shop.context).work()
    assert await store.read(lambda tx: tx.outbox.due(now + 1799, 9)) == ()
    assert len(await store.read(lambda tx: tx.outbox.due(now + 1800, 9))) == 1


@on_both
async def test_events_are_looked_for_from_now_on_at_the_latest(kit: Kit) -> None:
    """A first start by a clock ahead would have passed over a day of events."""
    now, store = kit.clock.now(), kit.running.store
    await store.write(lambda tx: tx.notes.set("events_since", str(now + DAY)))
    await DueTimes(kit.shop.context).work()
    since = await store.read(lambda tx: tx.notes.get("events_since"))
    assert since is not None
    assert now <= int(since) <= now + 5


@on_both
async def test_a_question_of_a_clock_ahead_ends_with_its_usual_time(kit: Kit) -> None:
    """What was asked a day ahead is over after its patience from when the clock was right."""
    clock = JumpingClock()
    questions = Conversations(kit.running.store, clock)
    clock.jump(DAY)
    await questions.ask(CHAT, next(iter(About)))
    clock.jump(-DAY)
    assert await questions.waiting(CHAT) is not None
    clock.jump(PATIENCE + 5)
    assert await questions.waiting(CHAT) is None


@on_both
async def test_a_clock_that_was_ahead_lengthens_no_owners_link(kit: Kit) -> None:
    """A link that makes somebody an owner holds ten minutes; the control holds for a day."""
    clock, shop = kit.clock, kit.shop
    clock.jump(DAY)
    await shop.ownership.invite()
    control = await kit.running.store.read(lambda tx: tx.owners.links()[0])
    clock.jump(-DAY)
    assert control.expires_at > clock.now() + DAY

    await DueTimes(shop.context).work()

    link = await kit.running.store.read(lambda tx: tx.owners.links()[0])
    assert link.digest == control.digest
    assert 0 < link.expires_at - clock.now() <= LINK_SECONDS == 600


@on_both
async def test_messages_to_owners_are_counted_afresh(kit: Kit) -> None:
    """Ten that were sent by a clock ahead keep nobody from writing the eleventh."""
    clock, support = kit.clock, kit.shop.support
    clock.jump(DAY)
    for _ in range(MOST):
        await support.to_owners(CHAT, "Alice", "hello")
    with pytest.raises(RefusedError, match=r"support\.enough"):
        await support.to_owners(CHAT, "Alice", "hello")
    clock.jump(-DAY)
    await support.to_owners(CHAT, "Alice", "hello")


@on_both
async def test_holds_that_ran_out_in_the_future_make_nobody_wait(tmp_path: Path) -> None:
    """Whoever would wait for a quarter of an hour does not wait for a day more."""
    async with open_counter(tmp_path) as counter:
        counter.clock.jump(DAY)
        await counter.fill(ALICE, "mug")
        for _ in range(2):
            await counter.checkout(ALICE)
            counter.clock.jump(3601)
            await counter.stripe.tick()
            await counter.reconcile()
        with pytest.raises(RefusedError, match=r"checkout\.wait"):
            await counter.checkout(ALICE)
        counter.clock.jump(-DAY)
        assert (await counter.checkout(ALICE)).order.state is OrderState.OPEN


@on_both
async def test_an_order_placed_in_the_future_is_asked_about_within_minutes(kit: Kit) -> None:
    """Its payment is confirmed though no event comes and its buyer does not return."""
    alice = kit.person("Alice")
    kit.stripe.hold_events = True
    kit.clock.jump(DAY / 2)
    await order_something(kit, alice)
    order = await kit.order(alice)
    await kit.stripe.pay(str(order.session_id))
    kit.clock.jump(-DAY / 2)
    await DueTimes(kit.shop.context).work()
    kit.clock.jump(300)
    assert (await kit.until(alice, OrderState.PAID)).id == order.id


async def test_a_link_is_recalled_before_it_ends_at_stripe(tmp_path: Path) -> None:
    """A clock two hours ahead of Stripe's made the link live longer; its reminder comes for that.

    It comes a quarter of an hour before Stripe ends the link, and not two hours later.
    """
    ours, stripes = JumpingClock(), JumpingClock()
    async with (
        SandboxSite(clock=stripes) as site,
        open_kit(tmp_path, sandbox=site, clock=ours) as kit,
    ):
        alice = kit.person("Alice")
        ours.jump(2 * 3600)
        await order_something(kit, alice)
        await kit.drain()
        ours.jump(-2 * 3600)
        await DueTimes(kit.shop.context).work()
        order = await kit.order(alice)
        left = order.attempt.expires_at - ours.now()
        assert left > 2 * 3600
        for clock in (ours, stripes):
            clock.jump(left - REMIND_BEFORE + 5)
        await kit.shop.reminders.work()
        await alice.wait_for("minutes are left to pay", since=0)


@on_both
async def test_a_reminder_that_waited_for_stripe_does_not_wait_for_the_clock(kit: Kit) -> None:
    """Stripe was away while the clock was ahead: it is asked again at once when that is right."""
    alice = kit.person("Alice")
    await order_something(kit, alice)
    await kit.drain()
    order = await kit.order(alice)
    until = order.attempt.expires_at - REMIND_BEFORE - kit.clock.now() + 5
    kit.clock.jump(until + 120)
    away = kit.site.faults.add(Fault("GET /v1/checkout/sessions/{id}", "error", times=None))
    await kit.shop.reminders.work()
    kit.site.faults.lift(away.id)
    kit.clock.jump(-120)
    await kit.shop.reminders.work()
    await alice.wait_for("minutes are left to pay", since=0)


def _asking() -> dict[str, object]:
    catalog = entries()
    catalog["shop"]["remind_cart_hours"] = 24
    return catalog


async def _fill(kit: Kit, name: str) -> Person:
    person = kit.person(name)
    await person.start("p_cup")
    shown = await person.wait_for(lambda seen: "1a:cup" in str(seen.rows))
    await person.tap(shown, "Add to cart")
    await person.wait_for(lambda seen: "1 in cart" in str(seen.rows))
    return person


@on_both
async def test_carts_are_recalled_after_their_hours_though_the_clock_was_ahead(
    tmp_path: Path,
) -> None:
    """One filled by a clock ahead, and one filled after it was right; each once."""
    async with open_market(tmp_path, _asking()) as (kit, _):
        reminders, clock = kit.shop.reminders, kit.clock
        await reminders.work()
        clock.jump(3 * DAY)
        await reminders.work()
        alice = await _fill(kit, "Alice")
        clock.jump(-3 * DAY)
        await DueTimes(kit.shop.context).work()
        await reminders.work()
        marta = await _fill(kit, "Marta")
        await reminders.work()
        clock.jump(DAY - 60)
        await reminders.work()
        await kit.drain()
        assert not any("Your cart is still here" in shown.text for shown in marta.messages())
        clock.jump(120 + CLOSE)
        for _ in range(2):
            await reminders.work()
            clock.jump(DAY)
        await kit.drain()
        for person in (alice, marta):
            told = [s for s in person.messages() if "Your cart is still here" in s.text]
            assert len(told) == 1, person


@on_both
async def test_a_cart_that_was_recalled_by_a_clock_ahead_can_be_recalled_again(
    tmp_path: Path,
) -> None:
    """A new cart of the same chat, not the one of which it was told."""
    async with open_market(tmp_path, _asking()) as (kit, _):
        reminders, clock = kit.shop.reminders, kit.clock
        await reminders.work()
        alice = await _fill(kit, "Alice")
        clock.jump(DAY + 120)
        await reminders.work()
        await alice.wait_for("Your cart is still here", since=0)
        clock.jump(-DAY)
        await reminders.work()
        await kit.shop.carts.clear(ChatId(alice.id))
        clock.jump(2)
        await _fill(kit, "Alice")
        clock.jump(DAY + 120)
        await reminders.work()
        await kit.drain()
        told = [s for s in alice.messages() if "Your cart is still here" in s.text]
        assert len(told) == 2


@pytest.mark.parametrize("off", [-90, 90])
@pytest.mark.parametrize(("minutes", "lives"), [(31, 35), (1439, 1435), (60, 60)])
async def test_a_link_is_made_by_a_clock_off_by_a_minute_and_a_half(
    tmp_path: Path, minutes: int, lives: int, off: int
) -> None:
    """Behind or ahead of Stripe's, which refuses what is not half an hour to a day by its own."""
    text = goods().replace('"hold_minutes": 60', f'"hold_minutes": {minutes}')
    async with open_counter(tmp_path, text, behind=off) as counter:
        order = await counter.buy()

        assert order.state is OrderState.OPEN
        assert order.attempt.expires_at == counter.clock.now() + lives * 60


@on_both
async def test_an_order_too_near_its_end_is_not_asked_for_again(tmp_path: Path) -> None:
    """Its clock may be behind Stripe's, which would refuse: it is given up, and no owner hears."""
    text = goods().replace('"hold_minutes": 60', '"hold_minutes": 35')
    async with open_counter(tmp_path, text, behind=-90) as counter:
        await counter.fill(ALICE)
        counter.site.faults.add(
            Fault("POST /v1/checkout/sessions", "error", status=503, times=None)
        )
        assert await refused(counter.checkout(ALICE)) == "checkout.unavailable"
        counter.site.faults.lift()
        counter.clock.jump(240)

        await counter.reconcile()

        assert counter.stripe.sessions == {}
        assert await counter.told(MessageKind.OWNER_ALERT) == []


def _minus(counter: Counter, seconds: int) -> float:
    return counter.clock() - seconds


@pytest.mark.parametrize(("behind", "told"), [(90, "clock_ahead"), (-90, "clock_behind")])
async def test_owners_hear_once_that_the_clock_is_off(
    tmp_path: Path, behind: int, told: str
) -> None:
    """However often Stripe answers and across starts; again only after it was right between."""
    async with open_counter(tmp_path, behind=behind) as counter:
        for chat in (ALICE, BOB):
            await counter.buy(chat)
            with capture_logs() as logs:
                await DueTimes(counter.shop.context).work()
            assert [one["event"] for one in logs] == ["our clock differs from Stripe's"]
        (alert,) = await counter.told(MessageKind.OWNER_ALERT)
        assert alert.details["problem"] == told
        assert alert.details["message"] == "90"

        for off, alerts in ((0, 1), (behind, 2)):
            counter.stripe.world.clock = partial(_minus, counter, off)
            await counter.payments.account()
            await DueTimes(counter.shop.context).work()
            assert len(await counter.told(MessageKind.OWNER_ALERT)) == alerts


async def test_clocks_that_differ_by_a_little_worry_nobody(tmp_path: Path) -> None:
    """Answers take seconds, and a date has no smaller part."""
    async with open_counter(tmp_path, behind=25) as counter:
        await counter.buy()
        await DueTimes(counter.shop.context).work()
        assert counter.payments.clock_ahead == 25
        assert await counter.told(MessageKind.OWNER_ALERT) == []


@pytest.mark.parametrize(
    ("behind", "hold", "lives"), [(-1200, 31, 1800), (1200, 1439, 86_400), (1200, 31, 3300)]
)
async def test_a_link_is_made_whatever_our_clock_says(
    tmp_path: Path, behind: int, hold: int, lives: int
) -> None:
    """Twenty minutes off, Stripe would find the shortest too short, and the longest too long.

    What it would take ends when it was to end.
    """
    catalog = goods().replace('"hold_minutes": 60', f'"hold_minutes": {hold}')
    async with open_counter(tmp_path, catalog, behind=behind) as counter:
        await counter.payments.account()  # as at every start
        order = await counter.buy()
        session = counter.stripe.sessions[str(order.session_id)]
        left = session["expires_at"] - (counter.clock.now() - behind)
        assert abs(left - lives) <= MARGIN
        assert order.state is OrderState.OPEN


@on_both
async def test_a_shop_whose_clock_is_ahead_misses_no_event_of_its_first_minutes(
    tmp_path: Path,
) -> None:
    """Events are asked for by Stripe's clock; control: by ours, those of twenty minutes are not."""
    async with open_counter(tmp_path, behind=1200) as counter:
        await counter.payments.account()
        order = await counter.buy()
        await counter.stripe.pay(str(order.session_id))
        by_ours = [e for e in counter.stripe.events if e["created"] >= counter.clock.now() - 600]
        assert by_ours == []

        await counter.events.work()
        await counter.act()

        assert (await counter.order(order.id)).state is OrderState.PAID


@pytest.mark.parametrize("ahead", [1200, -1200])
def test_a_signature_is_fresh_by_stripes_clock(ahead: int) -> None:
    """Ours may be off by more than a signature may be old; control: so it would be refused."""
    body = json.dumps(
        {"id": "evt_1", "type": "checkout.session.expired", "data": {"object": {"id": "cs_1"}}}
    )
    signed = hmac.new(b"whsec_x", f"{NOON}.{body}".encode(), "sha256").hexdigest()
    header, ours = f"t={NOON},v1={signed}", NOON + ahead

    event = verify_webhook(body.encode(), header, "whsec_x", ours, ahead)

    assert (event.object_id, event.received_at) == ("cs_1", ours)
    with pytest.raises(InvalidEventError):
        verify_webhook(body.encode(), header, "whsec_x", ours)

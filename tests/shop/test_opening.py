"""Orders that are placed and have no session yet: they get theirs, or end, and never have two."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.domain.errors import RefusedError
from bot.domain.order import OrderId, OrderState
from bot.ports import AlertKind, MessageKind
from kit.faults.counter import ALICE, Counter, open_counter, refused
from shop_sandbox.faults import Fault

CREATE = "POST /v1/checkout/sessions"
EXPIRE = "POST /v1/checkout/sessions/{id}/expire"
FIRST = OrderId(1001)


async def _placed(counter: Counter, action: str = "error") -> None:
    """Place an order that gets no session; ``cut``: Stripe made one, and its answer is lost."""
    await counter.fill(ALICE, "mug")
    fault = Fault(CREATE, "error", status=503, times=None)
    if action == "cut":
        fault = Fault(CREATE, "cut", phase="after", times=None)
    counter.site.faults.add(fault)
    assert await refused(counter.checkout(ALICE)) == "checkout.unavailable"
    counter.site.faults.lift()


async def _hanging(counter: Counter, hang: Fault) -> asyncio.Task[str]:
    """Check out until the answer to the order's first question hangs."""
    await counter.fill(ALICE, "mug")
    counter.site.faults.add(hang)
    asking = asyncio.create_task(refused(counter.checkout(ALICE)))
    while not hang.waiting:  # noqa: ASYNC110 - asks the sandbox
        await asyncio.sleep(0.005)
    return asking


async def test_an_order_that_a_crash_left_without_a_session_gets_its_own_much_later(
    tmp_path: Path,
) -> None:
    """The shop was away for a quarter of an hour: at its start the same session, and its link."""
    async with open_counter(tmp_path) as counter:
        await _placed(counter, "cut")
        counter.clock.jump(900)

        await counter.reopen()
        await counter.reconcile()

        (session_id,) = counter.stripe.sessions
        order = await counter.order(FIRST)
        assert (order.state, order.session_id) == (OrderState.OPEN, session_id)
        assert len(await counter.told(MessageKind.LINK)) == 1
        assert await counter.free("mug") == 0
        assert await counter.findings() == []


async def test_a_session_that_comes_for_a_cancelled_order_cannot_be_paid(tmp_path: Path) -> None:
    """Cancelled while Stripe was making the session: it is expired as soon as it is known."""
    async with open_counter(tmp_path) as counter:
        asking = await _hanging(counter, Fault(CREATE, "hang", phase="after"))
        await counter.shop.checkout.cancel(ALICE)
        counter.site.faults.lift()

        assert await asking == "checkout.unavailable"

        assert [s["status"] for s in counter.stripe.sessions.values()] == ["expired"]
        assert (await counter.order(FIRST)).state is OrderState.CANCELLED
        assert await counter.free("mug") == 1
        assert await counter.findings() == []


async def test_a_session_nobody_waited_for_that_cannot_be_expired_ends_by_itself(
    tmp_path: Path,
) -> None:
    """Stripe does not expire it: nobody holds its link, and when it ends nothing changes."""
    async with open_counter(tmp_path) as counter:
        asking = await _hanging(counter, Fault(CREATE, "hang", phase="after"))
        await counter.shop.checkout.cancel(ALICE)
        counter.site.faults.lift()
        counter.site.faults.add(Fault(EXPIRE, "error", status=503, times=None))
        assert await asking == "checkout.unavailable"
        counter.clock.jump(3700)
        await counter.stripe.tick()

        await counter.quiet()

        assert (await counter.order(FIRST)).state is OrderState.CANCELLED
        assert await counter.free("mug") == 1
        assert await counter.told() == []
        assert await counter.findings() == []


async def test_a_refusal_does_not_end_an_order_that_another_tap_has_opened(tmp_path: Path) -> None:
    """Of two taps Stripe answers one with a session and refuses the other: the link stays good."""
    async with open_counter(tmp_path) as counter:
        hang = Fault(CREATE, "hang", phase="before")
        asking = await _hanging(counter, hang)
        link = await _second_tap(counter)
        counter.site.faults.add(
            Fault(
                CREATE, "error", phase="after", status=403, times=1,
                body={"error": {"type": "invalid_request_error", "message": "Not with this key"}},
            )
        )  # fmt: skip
        counter.site.faults.lift(hang.id)
        assert await asking == "checkout.refused"

        order = await counter.order(FIRST)
        assert (order.state, order.url) == (OrderState.OPEN, link)
        assert await counter.free("mug") == 0
        assert await counter.told(MessageKind.OWNER_ALERT) == []
        assert await counter.findings() == []


async def test_who_left_before_stripe_refused_is_told_that_nothing_was_ordered(
    tmp_path: Path,
) -> None:
    """The reconciler asks again and Stripe refuses for good: the chat and the owner hear of it."""
    async with open_counter(tmp_path) as counter:
        await _placed(counter)
        counter.clock.jump(20)
        body = {"error": {"type": "invalid_request_error", "message": "No such shipping rate"}}
        counter.site.faults.add(Fault(CREATE, "error", status=400, body=body))

        await counter.reconcile()

        assert (await counter.order(FIRST)).state is OrderState.FAILED
        assert await counter.free("mug") == 1
        told = [message.kind for message in await counter.told()]
        assert sorted(told) == [MessageKind.FAILED, MessageKind.OWNER_ALERT]


async def test_an_order_that_ran_out_as_its_owner_cancelled_it_is_told_of_once(
    tmp_path: Path,
) -> None:
    """Whichever end comes first is told, and the other one is not."""
    async with open_counter(tmp_path) as counter:
        order = await counter.buy(ALICE, "mug")
        hang = counter.site.faults.add(Fault(EXPIRE, "hang", phase="after"))
        ending = asyncio.create_task(counter.shop.reviews.cancel(order.id))
        while not hang.waiting:  # noqa: ASYNC110 - asks the sandbox
            await asyncio.sleep(0.005)
        await counter.reconcile()
        assert (await counter.order(order.id)).state is OrderState.EXPIRED
        counter.site.faults.lift()
        await ending

        assert [message.kind for message in await counter.told()] == [MessageKind.EXPIRED]
        assert await counter.free("mug") == 1


async def test_an_owner_s_cancellation_is_told_to_the_chat_once(tmp_path: Path) -> None:
    """The order ends and its chat's message is left in one transaction."""
    async with open_counter(tmp_path) as counter:
        order = await counter.buy(ALICE, "mug")

        await counter.shop.reviews.cancel(order.id)

        assert (await counter.order(order.id)).state is OrderState.CANCELLED
        assert [m.kind for m in await counter.told()] == [MessageKind.CANCELLED]
        assert await counter.free("mug") == 1
        assert len((await counter.shop.carts.view(ALICE)).cart.lines) == 1


async def _second_tap(counter: Counter) -> str:
    """Open the placed order as a tap does whose new attempt Stripe answers first."""
    order = await counter.order(FIRST)
    session = await counter.payments.create(order.attempt.parameters, "order-1001-again")
    now = counter.clock.now()
    await counter.store.write(lambda tx: tx.orders.attach(FIRST, session.id, session.url, now))
    return str(session.url)


def _refuses(code: str, param: str | None = None) -> Fault:
    error = {"type": "invalid_request_error", "message": "Must convert to 50 cents", "code": code}
    body = {"error": error | ({"param": param} if param else {})}
    return Fault(CREATE, "error", status=400, body=body, times=None)


@pytest.mark.parametrize("code", ["amount_too_small", "amount_too_large"])
async def test_an_amount_that_stripe_refuses_is_answered_in_stripe_s_words(
    tmp_path: Path, code: str
) -> None:
    """What it comes to after conversion only Stripe knows: its reason, not our table's figure."""
    async with open_counter(tmp_path) as counter:
        await counter.fill(ALICE, "mug")
        counter.site.faults.add(_refuses(code))

        with pytest.raises(RefusedError) as caught:
            await counter.checkout(ALICE)

        assert caught.value.key == "checkout.amount_refused"
        assert caught.value.params == {"reason": "Must convert to 50 cents"}
        assert (await counter.order(FIRST)).state is OrderState.FAILED
        assert len((await counter.shop.carts.view(ALICE)).cart.lines) == 1


async def test_owners_hear_once_a_day_why_stripe_takes_no_order(tmp_path: Path) -> None:
    """Three customers in a row are one piece of news; another reason, or another day, is new."""
    async with open_counter(tmp_path) as counter:
        await counter.fill(ALICE, "mug")

        async def refused_alerts(code: str) -> int:
            counter.site.faults.lift()
            counter.site.faults.add(_refuses(code))
            await refused(counter.checkout(ALICE))
            return len(await counter.told(MessageKind.OWNER_ALERT))

        assert [await refused_alerts("amount_too_small") for _ in range(3)] == [1, 1, 1]
        assert await refused_alerts("country_unsupported") == 2
        counter.clock.jump(24 * 3600 + 1)
        assert await refused_alerts("amount_too_small") == 3


@pytest.mark.parametrize(
    ("param", "problem", "name"),
    [
        (
            "line_items[0][price_data][product_data][images][0]",
            AlertKind.STRIPE_REFUSED_LINE,
            "Mug",
        ),
        ("line_items[7][quantity]", AlertKind.STRIPE_REFUSED, None),
        ("success_url", AlertKind.STRIPE_REFUSED, None),
        (None, AlertKind.STRIPE_REFUSED, None),
    ],
)
async def test_owners_hear_which_product_stripe_refuses(
    tmp_path: Path, param: str | None, problem: AlertKind, name: str | None
) -> None:
    """Where Stripe names a line, the alert names its product."""
    async with open_counter(tmp_path) as counter:
        await counter.fill(ALICE, "mug")
        counter.site.faults.add(_refuses("url_invalid", param))
        assert await refused(counter.checkout(ALICE)) == "checkout.refused"

        (alert,) = await counter.told(MessageKind.OWNER_ALERT)
        assert (alert.details["problem"], alert.details.get("name")) == (problem, name)

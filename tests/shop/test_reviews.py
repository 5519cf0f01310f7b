"""Orders in review: what an owner may decide, and what the decision does to goods and money."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.domain.money import Money
from bot.domain.order import Order, OrderState, StockState
from bot.ports import MessageKind
from kit.faults.counter import ALICE, BOB, Counter, open_counter, refused


async def _mismatched(counter: Counter) -> Order:
    """Have a payment come that is a cent less than its order; the goods stay held."""
    order = await counter.buy(ALICE, "mug")
    await counter.stripe.pay(str(order.session_id))
    session = counter.stripe.checkout_of(str(order.session_id))[1].session
    session["amount_subtotal"] -= 1
    await counter.shop.settlement.by_token(order.token)
    reviewed = await counter.order(order.id)
    assert (reviewed.state, reviewed.goods) == (OrderState.REVIEW, StockState.HELD)
    return reviewed


async def test_a_mismatched_payment_that_goes_back_whole_frees_its_goods(tmp_path: Path) -> None:
    """A part of it leaves the order in review; with the rest it is refunded, the goods free."""
    async with open_counter(tmp_path) as counter:
        order = await _mismatched(counter)
        give = counter.shop.refunds.give
        part = await give(order.id, Money(250, "eur"), before=Money.zero("eur"))
        assert (part.state, part.goods) == (OrderState.REVIEW, StockState.HELD)
        assert await counter.free("mug") == 0

        whole = await give(order.id, Money(1000, "eur"), before=Money(250, "eur"))

        assert (whole.state, whole.goods) == (OrderState.REFUNDED, StockState.FREED)
        assert await counter.free("mug") == 1
        assert await counter.findings() == []


async def test_a_mismatched_payment_can_be_taken_and_sells_what_was_held(tmp_path: Path) -> None:
    """Nothing is held a second time; it is confirmed once, however often the owner taps."""
    async with open_counter(tmp_path) as counter:
        order = await _mismatched(counter)

        await counter.shop.reviews.accept(order.id)

        assert await refused(counter.shop.reviews.accept(order.id)) == "review.decided"
        assert await refused(counter.shop.reviews.free(order.id)) == "review.decided"
        assert len(await counter.told(MessageKind.RECEIPT)) == 1
        assert await counter.free("mug") == 0
        assert await counter.findings() == []


async def test_goods_that_were_paid_for_are_not_freed_and_unpaid_ones_not_sold(
    tmp_path: Path,
) -> None:
    """Money that came is taken or sent back; where none came, there is nothing to take."""
    async with open_counter(tmp_path) as counter:
        paid = await _mismatched(counter)
        assert await refused(counter.shop.reviews.free(paid.id)) == "review.paid"
        unpaid = await counter.buy(BOB)
        now = counter.clock.now()
        await counter.store.write(
            lambda tx: tx.orders.transition(unpaid.id, OrderState.REVIEW, now=now, reason="-")
        )

        assert await refused(counter.shop.reviews.accept(unpaid.id)) == "review.nothing_paid"

        states = [(await counter.order(one.id)).state for one in (paid, unpaid)]
        assert states == [OrderState.REVIEW] * 2
        assert await counter.told(MessageKind.RECEIPT) == []


async def test_a_refund_that_fails_later_is_told_to_both_sides_once(tmp_path: Path) -> None:
    """The customer reads that the money is not on its way after all; the owner, that it is here."""
    async with open_counter(tmp_path) as counter:
        order = await counter.buy()
        await counter.stripe.pay(str(order.session_id))
        await counter.quiet(1)
        await counter.shop.refunds.give(order.id, Money(500, "eur"), before=Money.zero("eur"))
        (refund,) = counter.stripe.refunds
        await counter.stripe.settle_refund(refund, succeed=False)

        await counter.quiet()

        kinds = [message.kind for message in await counter.told()]
        for kind in (MessageKind.REFUNDED, MessageKind.REFUND_FAILED,
                     MessageKind.OWNER_REFUND, MessageKind.OWNER_REFUND_FAILED):  # fmt: skip
            assert kinds.count(kind) == 1
        assert (await counter.order(order.id)).refunded == Money.zero("eur")
        assert await counter.findings() == []


@pytest.mark.parametrize(("succeed", "told"), [(True, 0), (False, 1)])
async def test_a_refund_that_waits_is_on_its_way_until_stripe_has_done_it(
    tmp_path: Path, succeed: bool, told: int
) -> None:
    """It is told once as on its way; being done shows in the order, failing is told."""
    async with open_counter(tmp_path) as counter:
        order = await counter.buy()
        await counter.stripe.pay(str(order.session_id), "4000000000007726")  # goes pending first
        await counter.quiet(1)
        amount, zero = Money(500, "eur"), Money.zero("eur")
        await counter.shop.refunds.give(order.id, amount, before=zero)
        waits = await counter.order(order.id)
        assert (waits.refunded, waits.refund_pending) == (amount, amount)
        (refund,) = counter.stripe.refunds
        await counter.stripe.settle_refund(refund, succeed=succeed)

        await counter.quiet()

        after = await counter.order(order.id)
        assert (after.refunded, after.refund_pending) == (amount if succeed else zero, None)
        for kind in (MessageKind.REFUNDED, MessageKind.OWNER_REFUND):
            (message,) = await counter.told(kind)
            assert message.details["pending"] == "1"
        assert len(await counter.told(MessageKind.REFUND_FAILED)) == told
        assert await counter.findings() == []


async def test_what_went_back_in_the_dashboard_a_moment_ago_counts_before_more_is_given(
    tmp_path: Path,
) -> None:
    """Its event has not come yet: the owner is shown how it stands, and nothing more goes back."""
    async with open_counter(tmp_path) as counter:
        order = await counter.buy()
        await counter.stripe.pay(str(order.session_id))
        await counter.quiet(1)
        paid = await counter.order(order.id)
        assert paid.payment
        assert paid.payment.intent_id
        await counter.stripe.refund_in_dashboard(paid.payment.intent_id, 300)

        giving = counter.shop.refunds.give(order.id, Money(500, "eur"), before=Money.zero("eur"))
        assert await refused(giving) == "refund.changed"

        assert (await counter.order(order.id)).refunded == Money(300, "eur")
        assert len(counter.stripe.refunds) == 1

"""Row 26, of bank debits: Stripe has lost the session, and its payment outlives it."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.chat.screens.owner_steps import sure_free
from bot.domain.order import Order, OrderState, StockState
from bot.locales import Languages
from bot.ports import MessageKind, Note
from bot.shop.payment.reviews import LostError
from kit.faults.counter import ALICE, BOB, DAY, Counter, open_counter, refused


async def _lost_debit(counter: Counter, *, noted: bool = True) -> Order:
    """Have a debit under way whose session Stripe has lost, while the key reads another order."""
    order = await counter.buy(ALICE, "mug")
    await counter.stripe.pay(str(order.session_id), card="debit")
    await counter.quiet(1)
    assert (await counter.order(order.id)).state is OrderState.PROCESSING
    await counter.buy(BOB)
    counter.stripe.checkout_of(str(order.session_id))[0].sessions.remove(str(order.session_id))
    if not noted:  # as of a debit that an older version took
        await counter.store.write(lambda tx: tx.notes.set(Note.DEBIT.of(order.id), None))
    counter.clock.jump(2 * DAY)
    await counter.reconcile()
    return order


async def test_a_lost_debit_on_which_the_bank_is_at_work_stays_as_it_is(tmp_path: Path) -> None:
    """Its payment says so: the goods stay held, it is no case for its owner, and it is asked on."""
    async with open_counter(tmp_path) as counter:
        order = await _lost_debit(counter)

        stands = await counter.order(order.id)
        assert (stands.state, stands.goods) == (OrderState.PROCESSING, StockState.HELD)
        assert await counter.told(MessageKind.OWNER_REVIEW) == []
        assert stands.unsettled


async def test_money_of_a_lost_debit_is_found_by_its_payment(tmp_path: Path) -> None:
    """The owner decides, and accepts it; whoever paid hears that it is looked at."""
    async with open_counter(tmp_path) as counter:
        order = await _lost_debit(counter)
        await counter.stripe.settle_debit(str(order.session_id), succeed=True)
        counter.clock.jump(1800)
        await counter.reconcile()

        found = await counter.order(order.id)
        assert (found.state, found.goods) == (OrderState.REVIEW, StockState.HELD)
        assert found.payment is not None
        assert found.payment.total == order.subtotal
        assert found.payment.intent_id in counter.stripe.payment_intents
        assert len(await counter.told(MessageKind.REVIEW)) == 1
        assert len(await counter.told(MessageKind.OWNER_REVIEW)) == 1
        assert await refused(counter.shop.reviews.free(order.id, lost=True)) == "review.paid"

        await counter.shop.reviews.accept(order.id)

        assert (await counter.order(order.id)).state is OrderState.PAID
        assert await counter.findings() == []


async def test_a_lost_debit_that_the_bank_refuses_frees_its_goods(tmp_path: Path) -> None:
    """Its payment can bring nothing any more: told as any, and the cart is as it was."""
    async with open_counter(tmp_path) as counter:
        order = await _lost_debit(counter)
        await counter.stripe.settle_debit(str(order.session_id), succeed=False)
        counter.clock.jump(1800)
        await counter.reconcile()

        ended = await counter.order(order.id)
        assert (ended.state, ended.goods) == (OrderState.FAILED, StockState.FREED)
        assert await counter.free("mug") == 1
        assert len(await counter.told(MessageKind.FAILED)) == 1
        (line,) = (await counter.shop.carts.view(ALICE)).cart.lines
        assert line.line.key.product == "mug"
        assert await counter.findings() == []


async def test_a_debit_of_which_nothing_is_known_is_ended_on_the_owners_word_alone(
    tmp_path: Path,
) -> None:
    """They are told what is at risk; the customer does not read that nothing was charged."""
    async with open_counter(tmp_path) as counter:
        order = await _lost_debit(counter, noted=False)
        reviewed = await counter.order(order.id)
        assert (reviewed.state, reviewed.goods) == (OrderState.REVIEW, StockState.HELD)
        assert reviewed.review_reason == "debit unknown at Stripe"
        assert len(await counter.told(MessageKind.OWNER_REVIEW)) == 1

        with pytest.raises(LostError) as asked:
            await counter.shop.reviews.free(order.id)
        asked_words = sure_free(asked.value.order, Languages.load().texts("en")).text
        assert "you would have to refund the money" in asked_words
        assert (await counter.order(order.id)).goods is StockState.HELD

        freed = await counter.shop.reviews.free(order.id, lost=True)

        assert (freed.state, freed.goods) == (OrderState.CANCELLED, StockState.FREED)
        (told,) = await counter.told(MessageKind.CANCELLED)
        assert told.details == {"unsure": "yes"}
        assert await counter.findings() == []


async def test_a_debit_in_review_whose_payment_is_under_way_is_freed_on_nobodys_word(
    tmp_path: Path,
) -> None:
    """Unclear first and then lost: while the bank is at work, no owner can end it."""
    async with open_counter(tmp_path) as counter:
        order = await _lost_debit(counter)
        now = counter.clock.now()
        await counter.store.write(
            lambda tx: tx.orders.transition(
                order.id, OrderState.REVIEW, now=now, reason="payment_status zz"
            )
        )

        assert await refused(counter.shop.reviews.free(order.id, lost=True)) == "review.unsure"

        await counter.stripe.settle_debit(str(order.session_id), succeed=False)
        freed = await counter.shop.reviews.free(order.id)
        assert (freed.state, freed.goods) == (OrderState.CANCELLED, StockState.FREED)
        assert await counter.findings() == []


async def test_a_debit_that_was_in_review_takes_no_second_bite_out_of_the_cart(
    tmp_path: Path,
) -> None:
    """Its goods left the cart when it was paid; what is wanted since then stays."""
    async with open_counter(tmp_path) as counter:
        order = await counter.buy(ALICE)
        await counter.stripe.pay(str(order.session_id), card="debit")
        await counter.quiet(1)
        now = counter.clock.now()
        await counter.store.write(
            lambda tx: tx.orders.transition(order.id, OrderState.REVIEW, now=now, reason="zz")
        )
        await counter.fill(ALICE, "tea", 3)
        await counter.stripe.settle_debit(str(order.session_id), succeed=True)
        await counter.quiet()

        assert (await counter.order(order.id)).state is OrderState.PAID
        (line,) = (await counter.shop.carts.view(ALICE)).cart.lines
        assert line.line.quantity == 3

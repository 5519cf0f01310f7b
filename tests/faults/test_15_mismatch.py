"""Rows 15 and 16: what Stripe says differs from the order, or is not money yet."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.domain.order import ChatId, OrderState, SessionId, StockState
from bot.ports import MessageKind
from kit.faults.counter import ALICE, OWNER, open_counter

#: Every claim of this row holds on both engines.
pytestmark = pytest.mark.usefixtures("either_engine")


def _metadata(session: dict[str, Any]) -> None:
    session["metadata"] = {**session["metadata"], "order": "1002"}


DIFFERENCES: dict[str, Callable[[dict[str, Any]], object]] = {
    "amount": lambda s: s.update(amount_subtotal=s["amount_subtotal"] - 1),
    "total": lambda s: s.update(amount_total=s["amount_total"] - 1),
    "currency": lambda s: s.update(currency="usd"),
    "mode": lambda s: s.update(mode="setup"),
    "livemode": lambda s: s.update(livemode=True),
    "reference": lambda s: s.update(client_reference_id="1002"),
    "metadata": _metadata,
    "a discount that was not allowed": lambda s: s["total_details"].update(amount_discount=100),
    "a tax that was not allowed": lambda s: s["total_details"].update(amount_tax=100),
    "shipping that was not offered": lambda s: s["total_details"].update(amount_shipping=100),
}


@pytest.mark.parametrize("what", DIFFERENCES)
async def test_a_payment_that_differs_from_its_order_waits_for_the_owner(
    tmp_path: Path, what: str
) -> None:
    """Whatever differs: review, nothing fulfilled, no receipt, owner and buyer told once."""
    async with open_counter(tmp_path) as counter:
        order = await counter.buy()
        await counter.stripe.pay(str(order.session_id))
        DIFFERENCES[what](counter.stripe.checkout_of(str(order.session_id))[1].session)

        await counter.shop.settlement.by_token(order.token)
        await counter.quiet()

        ended = await counter.order(order.id)
        assert (ended.state, ended.goods) == (OrderState.REVIEW, StockState.HELD)
        assert ended.review_reason
        assert sorted((m.kind, m.chat_id) for m in await counter.told()) == [
            (MessageKind.OWNER_REVIEW, ChatId(OWNER)),
            (MessageKind.REVIEW, order.chat_id),
        ]
        assert await counter.store.findings() == ()


@pytest.mark.parametrize("intent", ["processing", "requires_payment_method", "zz"])
@pytest.mark.parametrize("odd", [None, "zz"])
async def test_a_word_that_nobody_knows_is_asked_about_until_it_is_clear(
    tmp_path: Path, odd: str | None, intent: str
) -> None:
    """Nobody hears that money came; Stripe's clear word later confirms the sale by itself."""
    async with open_counter(tmp_path) as counter:
        order = await counter.buy()
        await counter.stripe.pay(str(order.session_id))
        book, checkout = counter.stripe.world.find_checkout(str(order.session_id)) or (None, None)
        assert book
        assert checkout
        paying = book.intents.find(checkout.session["payment_intent"])
        right = {name: paying[name] for name in ("status", "amount_received")}
        checkout.session["payment_status"] = odd
        paying.update(status=intent, amount_received=0)

        await counter.quiet()

        unclear = await counter.order(order.id)
        assert (unclear.state, unclear.payment) == (OrderState.REVIEW, None)
        assert [(m.kind, m.chat_id) for m in await counter.told()] == [
            (MessageKind.OWNER_REVIEW, ChatId(OWNER))
        ]
        assert await counter.store.findings() == ()

        checkout.session["payment_status"] = "paid"
        paying.update(right)
        counter.clock.jump(1800)
        await counter.quiet()

        assert (await counter.order(order.id)).state is OrderState.PAID
        assert len(await counter.told(MessageKind.RECEIPT)) == 1
        assert await counter.findings() == []


async def test_an_unclear_payment_that_proves_to_have_failed_frees_its_goods(
    tmp_path: Path,
) -> None:
    """Its goods are not held for ever: as soon as it is clear the order ends, and it is told."""
    async with open_counter(tmp_path) as counter:
        order = await counter.buy(ALICE, "mug")
        await counter.stripe.pay(str(order.session_id), card="debit")
        session = counter.stripe.checkout_of(str(order.session_id))[1].session
        session["payment_status"] = "zz"
        await counter.quiet()
        assert (await counter.order(order.id)).state is OrderState.REVIEW

        session["payment_status"] = "unpaid"
        await counter.stripe.settle_debit(str(order.session_id), succeed=False)
        counter.clock.jump(1800)
        await counter.quiet()

        assert (await counter.order(order.id)).state is OrderState.CANCELLED
        assert await counter.free("mug") == 1
        assert len(await counter.told(MessageKind.CANCELLED)) == 1


async def test_a_completed_session_that_is_unpaid_waits_for_the_bank(tmp_path: Path) -> None:
    """Completed but unpaid is processing; goods stay held, and there is no receipt."""
    async with open_counter(tmp_path) as counter:
        order = await counter.buy()
        await counter.stripe.pay(str(order.session_id), card="debit")

        await counter.quiet()

        assert (await counter.order(order.id)).state is OrderState.PROCESSING
        assert [m.kind for m in await counter.told()] == [MessageKind.PROCESSING]
        assert await counter.free("tea") == 19


@pytest.mark.parametrize(
    ("succeed", "state", "free", "told"),
    [
        (True, OrderState.PAID, 19, MessageKind.RECEIPT),
        (False, OrderState.FAILED, 20, MessageKind.FAILED),
    ],
)
async def test_only_the_bank_s_yes_confirms_a_delayed_payment(
    tmp_path: Path, succeed: bool, state: OrderState, free: int, told: MessageKind
) -> None:
    """A debit is confirmed on success and freed on failure, each told once."""
    async with open_counter(tmp_path) as counter:
        order = await counter.buy()
        await counter.stripe.pay(str(order.session_id), card="debit")
        await counter.quiet(1)
        await counter.stripe.settle_debit(str(order.session_id), succeed=succeed)

        await counter.quiet()

        assert (await counter.order(order.id)).state is state
        assert await counter.free("tea") == free
        kinds = [m.kind for m in await counter.told()]
        assert kinds[0] is MessageKind.PROCESSING
        assert kinds.count(told) == 1
        assert await counter.findings() == []


async def test_money_for_an_order_that_ended_waits_for_the_owner(tmp_path: Path) -> None:
    """A payment that turns up for an order whose goods went elsewhere is reviewed, not lost."""
    async with open_counter(tmp_path) as counter:
        order = await counter.buy()
        await counter.stripe.pay(str(order.session_id))
        now = counter.clock.now()

        await counter.store.write(
            lambda tx: tx.orders.transition(order.id, OrderState.CANCELLED, now=now)
        )
        await counter.shop.settlement.by_token(order.token)

        ended = await counter.order(order.id)
        assert (ended.state, ended.review_reason) == (OrderState.REVIEW, "ended")
        told = {m.kind for m in await counter.told()}
        assert told == {MessageKind.OWNER_REVIEW, MessageKind.REVIEW}


async def test_what_is_wanted_again_while_the_bank_decides_stays_in_the_cart(
    tmp_path: Path,
) -> None:
    """A processing payment takes its goods out of the cart once; what came after is kept."""
    async with open_counter(tmp_path) as counter:
        order = await counter.buy(ALICE, "tea", 2)
        await counter.stripe.pay(str(order.session_id), card="debit")
        await counter.quiet(1)
        assert (await counter.shop.carts.view(ALICE)).cart.lines == ()
        await counter.fill(ALICE, "tea", 3)
        await counter.stripe.settle_debit(str(order.session_id), succeed=True)

        await counter.quiet()

        assert (await counter.order(order.id)).state is OrderState.PAID
        (line,) = (await counter.shop.carts.view(ALICE)).cart.lines
        assert line.line.quantity == 3


async def test_a_payment_in_review_leaves_the_cart_once(tmp_path: Path) -> None:
    """Goods that are paid for are not in the cart to be paid again; what came after is kept."""
    async with open_counter(tmp_path) as counter:
        order = await counter.buy(ALICE, "tea", 2)
        await counter.stripe.pay(str(order.session_id))
        DIFFERENCES["reference"](counter.stripe.checkout_of(str(order.session_id))[1].session)

        await counter.shop.settlement.by_token(order.token)
        assert (await counter.shop.carts.view(ALICE)).cart.lines == ()
        await counter.fill(ALICE, "tea", 3)
        await counter.shop.reviews.accept(order.id)

        (line,) = (await counter.shop.carts.view(ALICE)).cart.lines
        assert line.line.quantity == 3
        assert (await counter.order(order.id)).state is OrderState.PAID


async def test_a_debit_in_review_takes_nothing_from_the_cart_again(tmp_path: Path) -> None:
    """The goods left the cart when the bank began; the owner's decision finds other ones there."""
    async with open_counter(tmp_path) as counter:
        order = await counter.buy(ALICE, "tea", 2)
        await counter.stripe.pay(str(order.session_id), card="debit")
        await counter.quiet(1)
        await counter.fill(ALICE, "tea", 3)
        DIFFERENCES["reference"](counter.stripe.checkout_of(str(order.session_id))[1].session)
        await counter.stripe.settle_debit(str(order.session_id), succeed=True)
        await counter.quiet()

        await counter.shop.reviews.accept(order.id)

        (line,) = (await counter.shop.carts.view(ALICE)).cart.lines
        assert line.line.quantity == 3


async def test_a_payment_in_review_stays_the_owner_s_to_decide(tmp_path: Path) -> None:
    """Stripe says later what would have been right: nothing is sold behind the owner's back."""
    async with open_counter(tmp_path) as counter:
        order = await counter.buy()
        await counter.stripe.pay(str(order.session_id))
        session = counter.stripe.checkout_of(str(order.session_id))[1].session
        right = session["client_reference_id"]
        DIFFERENCES["reference"](session)
        await counter.shop.settlement.by_token(order.token)
        session["client_reference_id"] = right

        said = await counter.payments.retrieve(SessionId(str(order.session_id)))
        await counter.shop.settlement.apply(order.id, said)

        ended = await counter.order(order.id)
        assert (ended.state, ended.goods) == (OrderState.REVIEW, StockState.HELD)
        assert MessageKind.RECEIPT not in {m.kind for m in await counter.told()}

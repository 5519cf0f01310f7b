"""Invoices and credit notes: of each sale one, of each refund one, and none twice."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.domain.errors import TransientError
from bot.domain.money import Money
from bot.domain.order import Order, OrderState
from bot.ports import AlertKind, MessageKind
from kit.faults.counter import Counter, goods, open_counter


@asynccontextmanager
async def _open(folder: Path, *, lacking: str = "") -> AsyncIterator[Counter]:
    """Open a shop that writes invoices, with a restricted key that may lack a right."""
    catalog = json.loads(goods())
    catalog["checkout"] |= {"invoices": True}
    async with open_counter(folder, json.dumps(catalog)) as counter:
        counter.key = "rk_test_faults4NobodyAtAll0000"
        counter.stripe.keyring.lacking = {lacking} if lacking else set()
        await counter.reopen()
        yield counter


async def _paid(counter: Counter, card: str = "4242424242424242") -> Order:
    order = await counter.buy()
    await counter.stripe.pay(str(order.session_id), card)
    await counter.shop.settlement.by_token(order.token)
    paid = await counter.order(order.id)
    assert paid.state is OrderState.PAID
    return paid


def _intent(order: Order) -> str:
    assert order.payment
    assert order.payment.intent_id
    return order.payment.intent_id


async def test_an_invoice_is_linked_once_stripe_has_it(tmp_path: Path) -> None:
    """A draft has no address yet; the sale waits for neither."""
    async with _open(tmp_path) as counter:
        counter.stripe.settings.invoice_seconds = 60
        order = await _paid(counter)
        orders = counter.shop.orders
        assert await orders.invoice_url(order) is None
        counter.clock.jump(61)
        url = await orders.invoice_url(order)
        assert url
        assert "/invoices/in_" in url


async def test_a_key_that_may_not_read_invoices_stops_nothing(tmp_path: Path) -> None:
    """The order is paid; the link is not there yet, as far as its buyer is told."""
    async with _open(tmp_path, lacking="rak_invoice_read") as counter:
        order = await _paid(counter)
        assert await counter.shop.orders.invoice_url(order) is None


async def test_each_refund_makes_one_credit_note(tmp_path: Path) -> None:
    """Here or in the Dashboard, however often the event comes."""
    async with _open(tmp_path) as counter:
        order = await _paid(counter)
        refunds, book = counter.shop.refunds, counter.stripe.world.test
        nothing = Money(0, "eur")
        await refunds.give(order.id, Money(300, "eur"), before=nothing)
        for _ in range(2):
            await refunds.credit(_intent(order))
        await refunds.give(order.id, Money(200, "eur"), before=Money(300, "eur"))
        await refunds.credit(_intent(order))
        assert [note["amount"] for note in book.credit_notes] == [300, 200]
        named = [one["refund"] for note in book.credit_notes for one in note["refunds"]]
        assert named == [refund["id"] for refund in book.refunds]


async def test_a_missing_right_is_told_once_and_made_up_for(tmp_path: Path) -> None:
    """The money went back; owners read which right is missing, and the note follows."""
    async with _open(tmp_path, lacking="rak_credit_note_write") as counter:
        order = await _paid(counter)
        refunds = counter.shop.refunds
        await refunds.give(order.id, Money(300, "eur"), before=Money(0, "eur"))
        for _ in range(2):
            with pytest.raises(TransientError):
                await refunds.credit(_intent(order))
        told = [one for one in await counter.told() if one.kind is MessageKind.OWNER_ALERT]
        assert len(told) == 1
        assert "rak_credit_note_write" in told[0].details["message"]
        counter.stripe.keyring.lacking = set()
        await refunds.credit(_intent(order))
        assert len(counter.stripe.world.test.credit_notes) == 1


#: Its refunds succeed, and fail later.
_FAILS = "4000000000005126"


async def _given_and_failed(counter: Counter) -> Order:
    """Refund three euros of a sale; the credit note is made, then the bank sends them back."""
    order = await _paid(counter, _FAILS)
    await counter.shop.refunds.give(order.id, Money(300, "eur"), before=Money(0, "eur"))
    await counter.shop.refunds.credit(_intent(order))
    await counter.stripe.tick()
    assert [one["status"] for one in counter.stripe.world.test.refunds] == ["failed"]
    await counter.shop.refunds.sync(_intent(order))
    return order


async def test_a_failed_refund_voids_its_credit_note(tmp_path: Path) -> None:
    """Where Stripe voids it, the owners have nothing to do; the next refund gets its own."""
    async with _open(tmp_path) as counter:
        counter.stripe.settings.voids_credit_notes = True
        order, book = await _given_and_failed(counter), counter.stripe.world.test
        for _ in range(2):
            await counter.shop.refunds.credit(_intent(order))
        assert [note["status"] for note in book.credit_notes] == ["void"]
        await counter.shop.refunds.give(order.id, Money(300, "eur"), before=Money(0, "eur"))
        await counter.shop.refunds.credit(_intent(order))
        assert [note["status"] for note in book.credit_notes] == ["void", "issued"]
        assert await _told_wrong(counter) == []


async def test_owners_hear_once_of_a_credit_note_that_stands(tmp_path: Path) -> None:
    """Stripe voids none of a paid invoice; as much given again makes it right."""
    async with _open(tmp_path) as counter:
        order, book = await _given_and_failed(counter), counter.stripe.world.test
        for _ in range(2):
            await counter.shop.refunds.credit(_intent(order))
        assert await _told_wrong(counter) == ["SANDBOX-0001-CN-01"]
        await counter.shop.refunds.give(order.id, Money(300, "eur"), before=Money(0, "eur"))
        await counter.shop.refunds.credit(_intent(order))
        assert [note["amount"] for note in book.credit_notes] == [300]
        assert await _told_wrong(counter) == ["SANDBOX-0001-CN-01"]


async def _told_wrong(counter: Counter) -> list[str]:
    told = [one for one in await counter.told() if one.kind is MessageKind.OWNER_ALERT]
    wrong = [one for one in told if one.details["problem"] == AlertKind.CREDIT_NOTE_WRONG]
    return [one.details["message"] for one in wrong]

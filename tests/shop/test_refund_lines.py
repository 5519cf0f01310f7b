"""Refunds by line: money and stock add up by line, however they come and whether they fail."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.money import Money
from bot.domain.order import Order, Payment, StockState
from kit.faults.counter import ALICE, Counter, open_counter, refused

NONE = Money.zero("eur")


async def _sold(counter: Counter, tea: int = 3, mug: int = 1) -> Order:
    """Sell three teas and a mug at 12.50 each."""
    await counter.fill(ALICE, "mug", mug)
    order = await counter.buy(ALICE, "tea", tea)
    await counter.stripe.pay(str(order.session_id))
    await counter.shop.settlement.by_token(order.token)
    return await counter.order(order.id)


def _place(order: Order, title: str) -> int:
    return next(place for place, line in enumerate(order.lines) if line.title == title)


def _units(order: Order) -> dict[str, tuple[int, int]]:
    return {line.title: (line.refunded, line.returned) for line in order.lines}


async def test_one_of_three_goes_back_and_that_one_alone_to_the_shelf(tmp_path: Path) -> None:
    """Then a second, then the rest: only with the last unit are the goods returned."""
    async with open_counter(tmp_path) as counter:
        order = await _sold(counter)
        tea, give = _place(order, "Tea"), counter.shop.refunds.give
        assert await counter.free("tea") == 17

        one = await give(order.id, Money(1250, "eur"), before=NONE, units={tea: 1})

        assert (one.refunded, _units(one)["Tea"]) == (Money(1250, "eur"), (1, 0))
        assert await counter.free("tea") == 17  # by itself nothing goes back to the shelf
        assert await counter.shop.refunds.return_goods(order.id)
        assert (await counter.free("tea"), await counter.free("mug")) == (18, 0)
        assert not await counter.shop.refunds.return_goods(order.id)
        kept = await counter.order(order.id)
        assert (kept.goods, _units(kept)) == (StockState.SOLD, {"Mug": (0, 0), "Tea": (1, 1)})

        rest = await give(order.id, Money(3750, "eur"), before=Money(1250, "eur"))
        assert not rest.left
        assert await counter.shop.refunds.return_goods(order.id)
        assert (await counter.free("tea"), await counter.free("mug")) == (20, 1)
        assert (await counter.order(order.id)).goods is StockState.RETURNED
        assert await counter.findings() == []


async def test_the_lines_are_in_stripes_metadata_and_a_second_tap_is_the_same_refund(
    tmp_path: Path,
) -> None:
    """A tap at the same time asks for the same; later ones, or other lines, are refused."""
    async with open_counter(tmp_path) as counter:
        order = await _sold(counter)
        tea, mug = _place(order, "Tea"), _place(order, "Mug")
        give = counter.shop.refunds.give
        amount = Money(1250, "eur")

        await give(order.id, amount, before=NONE, units={tea: 1})

        (refund,) = counter.stripe.refunds.values()
        assert refund["metadata"] == {
            "shop": counter.shop.context.shop_id, "order": str(order.id), "lines_0": f"{tea}x1",
        }  # fmt: skip
        again = give(order.id, amount, before=NONE, units={mug: 1})
        assert await refused(again) == "refund.changed"
        too_many = give(order.id, Money(3750, "eur"), before=amount, units={tea: 3})
        assert await refused(too_many) == "refund.changed"
        not_worth = give(order.id, Money(1249, "eur"), before=amount, units={tea: 1})
        assert await refused(not_worth) == "refund.changed"
        assert len(counter.stripe.refunds) == 1


async def test_no_more_goes_back_than_is_left(tmp_path: Path) -> None:
    """A cent more is refused, with what is left, and Stripe is not asked."""
    async with open_counter(tmp_path) as counter:
        order = await _sold(counter)
        give, most = counter.shop.refunds.give, Money(5000, "eur")
        assert await refused(give(order.id, Money(5001, "eur"), before=NONE)) == "refund.too_much"
        part = Money(4000, "eur")
        await give(order.id, part, before=NONE)
        assert await refused(give(order.id, Money(1001, "eur"), before=part)) == "refund.too_much"
        assert len(counter.stripe.refunds) == 1
        await give(order.id, Money(1000, "eur"), before=part)
        assert (await counter.order(order.id)).refunded == most


async def test_a_refund_that_fails_takes_its_lines_back_and_leaves_the_shelf(
    tmp_path: Path,
) -> None:
    """The money is here again and can be given again; where the goods are, the owner has said."""
    async with open_counter(tmp_path) as counter:
        order = await _sold(counter)
        tea, amount = _place(order, "Tea"), Money(2500, "eur")
        await counter.shop.refunds.give(order.id, amount, before=NONE, units={tea: 2})
        await counter.shop.refunds.return_goods(order.id)
        (refund,) = counter.stripe.refunds
        await counter.stripe.settle_refund(refund, succeed=False)

        await counter.quiet()

        after = await counter.order(order.id)
        assert (after.refunded, _units(after)["Tea"]) == (NONE, (0, 2))
        assert await counter.free("tea") == 19
        assert await counter.findings() == []
        await counter.shop.refunds.give(order.id, amount, before=NONE, units={tea: 2})
        assert not await counter.shop.refunds.return_goods(order.id)
        assert await counter.free("tea") == 19
        assert await counter.findings() == []


async def test_a_part_without_lines_restocks_nothing_by_itself(tmp_path: Path) -> None:
    """Given in the Dashboard or by an amount: the owner names what is back, once."""
    async with open_counter(tmp_path) as counter:
        order = await _sold(counter)
        assert order.payment
        await counter.stripe.refund_in_dashboard(str(order.payment.intent_id), 300)
        await counter.quiet()
        part = await counter.order(order.id)
        assert part.refunded == Money(300, "eur")
        assert not await counter.shop.refunds.return_goods(order.id)
        assert await counter.free("tea") == 17

        back = {_place(order, "Tea"): 2}
        assert await counter.shop.refunds.return_goods(order.id, back, before=0)
        assert not await counter.shop.refunds.return_goods(order.id, back, before=0)
        more = {_place(order, "Tea"): 2}
        assert not await counter.shop.refunds.return_goods(order.id, more, before=2)

        assert await counter.free("tea") == 19
        assert await counter.findings() == []


async def test_a_discount_is_shared_out_and_sending_is_not(tmp_path: Path) -> None:
    """Three teas for 32.50 after 5.00 off, 4.00 for sending: 10.83 each, but the last 10.84."""
    async with open_counter(tmp_path) as counter:
        order = await counter.buy(ALICE, "tea", 3)
        total, off, sending = (Money(minor, "eur") for minor in (3650, 500, 400))
        paid = replace(order, payment=Payment(total, off, sending, NONE))
        assert [paid.worth({0: n}) for n in (1, 2, 3)] == [
            Money(minor, "eur") for minor in (1083, 2166, 3250)
        ]
        (line,) = paid.lines
        third = replace(paid, lines=(replace(line, refunded=2),))
        assert third.worth({0: 1}) == Money(1084, "eur")  # 10.83 + 10.83 + 10.84
        nearly = replace(paid, refunded=Money(3000, "eur"))
        assert nearly.worth({0: 3}) == Money(650, "eur")


@pytest.mark.parametrize("other", ["shop", "order"])
async def test_lines_that_are_another_orders_are_not_counted(tmp_path: Path, other: str) -> None:
    """Metadata is believed where it names this shop and this order."""
    async with open_counter(tmp_path) as counter:
        order = await _sold(counter)
        assert order.payment
        marks = {"shop": counter.shop.context.shop_id, "order": str(order.id), "lines_0": "0x1"}
        await counter.payments.refund(
            str(order.payment.intent_id), Money(100, "eur"), "strange", {**marks, other: "77"}
        )
        await counter.quiet()
        assert all(line.refunded == 0 for line in (await counter.order(order.id)).lines)


@pytest.mark.parametrize("odd", ["zz", None, 7])
async def test_a_refund_with_a_status_that_nobody_knows_gives_nothing_back(
    tmp_path: Path, odd: object
) -> None:
    """Neither told nor counted, and no other is given beside it, until Stripe says what it is."""
    async with open_counter(tmp_path) as counter:
        order = await _sold(counter)
        assert order.payment
        intent = str(order.payment.intent_id)
        refund = await counter.stripe.refund_in_dashboard(intent, 1250)
        counter.stripe.refunds[refund]["status"] = odd
        await counter.shop.refunds.sync(intent)

        after = await counter.order(order.id)
        assert (after.refunded, after.given_back()) == (None, {})
        again = counter.shop.refunds.give(order.id, Money(1250, "eur"), before=NONE)
        assert await refused(again) == "refund.unavailable"
        assert len(counter.stripe.refunds) == 1

        counter.stripe.refunds[refund]["status"] = "succeeded"
        await counter.shop.refunds.sync(intent)
        assert (await counter.order(order.id)).refunded == Money(1250, "eur")

"""Whose units a group's cart holds, once an order of it was paid, fell through or moved along."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.domain.catalog.model import LineKey, ProductId
from bot.domain.order import ChatId, Order, OrderState, UserId
from bot.domain.shares import Member
from bot.shop import Buyer
from kit import Kit
from shop_sandbox.telegram.cast import supergroup_id
from tests.chat.market import open_market
from tests.shop.journeys import pay

ANN, JONAS = Member(UserId(1), "Ann"), Member(UserId(2), "Jonas")
CUP = LineKey(ProductId("cup"))
PRICE = 1400


async def test_what_came_since_stays_whose_it_is_once_the_order_is_paid(tmp_path: Path) -> None:
    """Paid are the units of whoever had them in the order, not of whoever came last."""
    async with open_market(tmp_path) as (kit, _):
        order = await _ordered(kit, ANN, 2)
        await _add(kit, JONAS, 1)
        await pay(kit, order)
        assert (await kit.shop.settlement.settle(order)).state is OrderState.PAID
        assert await _sums(kit) == {"Jonas": PRICE}
        assert await _added_by(kit) == "Jonas"


@pytest.mark.parametrize(("again", "left"), [(JONAS, "Jonas"), (None, "Ann")])
async def test_goods_of_a_debit_that_failed_add_nothing_to_what_is_wanted_again(
    tmp_path: Path, again: Member | None, left: str
) -> None:
    """A line that is there again keeps its own shares; the control comes back with the order's."""
    async with open_market(tmp_path) as (kit, _):
        order = await _ordered(kit, ANN, 2)
        await pay(kit, order, card="debit")
        under_way = await kit.shop.settlement.settle(order)
        assert under_way.state is OrderState.PROCESSING
        if again:
            await _add(kit, again, 1)
        await kit.stripe.settle_debit(str(order.session_id), succeed=False)
        assert (await kit.shop.settlement.settle(under_way)).state is OrderState.FAILED
        assert await _sums(kit) == {left: PRICE * (1 if again else 2)}
        assert await _added_by(kit) == left


async def test_units_that_a_line_has_no_room_for_are_nobodys_after_a_move(tmp_path: Path) -> None:
    """Two carts of a group that became a supergroup come to one, and its sums to its total."""
    async with open_market(tmp_path) as (kit, _):
        new = ChatId(supergroup_id(0))
        await _add(kit, ANN, 600)
        await _add(kit, JONAS, 600, new)
        await kit.shop.moving.move(_group(kit), new)
        assert await _sums(kit, new) == {"Jonas": PRICE * 600, "Ann": PRICE * 399}
        assert await _added_by(kit, new) == "Jonas (600), Ann (399)"


def _group(kit: Kit) -> ChatId:
    assert kit.telegram.group is not None
    return ChatId(kit.telegram.group.id)


async def _add(kit: Kit, by: Member, units: int, chat_id: ChatId | None = None) -> None:
    await kit.shop.carts.add(chat_id or _group(kit), CUP, units, by=by)


async def _ordered(kit: Kit, by: Member, units: int) -> Order:
    """Let a group order some cups; return its open order."""
    await _add(kit, by, units)
    await kit.shop.checkout.start(_group(kit), Buyer(by.id, by.name, "en"))
    (order,) = await kit.shop.orders.latest(_group(kit))
    return order


async def _sums(kit: Kit, chat_id: ChatId | None = None) -> dict[str | None, int]:
    """Return each person's sum in minor units, and nobody's; together they are the total."""
    view = await kit.shop.carts.view(chat_id or _group(kit))
    sums = {one.name if one else None: money.minor for one, money in view.sums.items()}
    assert sum(sums.values()) == view.cart.total.minor
    return sums


async def _added_by(kit: Kit, chat_id: ChatId | None = None) -> str | None:
    view = await kit.shop.carts.view(chat_id or _group(kit))
    (only,) = view.cart.lines
    return only.line.added_by

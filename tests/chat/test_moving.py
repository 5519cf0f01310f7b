"""Groups that become supergroups: what they wanted, ordered and paid follows them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain.catalog.model import LineKey, ProductId
from bot.domain.order import ChatId, Order, OrderState, UserId
from bot.domain.shares import Member
from bot.shop import Buyer
from bot.store.sqlite import inspect
from kit import Kit
from shop_sandbox.faults import Fault
from shop_sandbox.telegram import Person
from shop_sandbox.telegram.cast import supergroup_id
from tests.chat.market import open_market

NEW = ChatId(supergroup_id(0))


@pytest.fixture
async def kit(tmp_path: Path) -> AsyncIterator[Kit]:
    """A shop in which a group has an unpaid order, and so has the id that it will move to."""
    async with open_market(tmp_path) as (opened, _):
        await _order(opened, _old(opened), "mug")
        await _order(opened, NEW, "cup")
        yield opened


async def test_of_two_unpaid_orders_one_is_left_and_carts_are_one(kit: Kit) -> None:
    """The one under the old id is cancelled at Stripe, and the group is told once."""
    (left,) = await _orders(kit, NEW)
    (gone,) = await _orders(kit, _old(kit))
    kit.telegram.migrate(_old(kit))
    told = await _ann(kit).wait_for(f"Order {gone.id} was cancelled", chat=NEW, since=0)
    await kit.drain()
    assert [m.id for m in _ann(kit).messages(NEW) if "cancelled" in m.text] == [told.id]
    orders = await _orders(kit, NEW)
    assert [(one.id, one.state) for one in orders] == [
        (left.id, OrderState.OPEN),
        (gone.id, OrderState.CANCELLED),
    ]
    view = await kit.shop.carts.view(NEW)
    assert [one.line.key.product for one in view.cart.lines] == ["cup", "mug"]
    assert [one.line.added_by for one in view.cart.lines] == ["Alice", "Alice"]
    assert await kit.shop.people.get(_old(kit)) is None
    assert inspect(Path(kit.settings.database)) == ()


async def test_a_payment_under_the_old_id_is_the_new_groups(kit: Kit) -> None:
    """Paid as the group moved: it stays paid, its goods leave the cart, the receipt comes."""
    (paid,) = await _orders(kit, _old(kit))
    await kit.stripe.pay(str(paid.session_id))
    kit.telegram.migrate(_old(kit))
    await _ann(kit).wait_for("✅ Paid", chat=NEW, since=0)
    await kit.drain()
    state = {one.id: one.state for one in await _orders(kit, NEW)}
    assert state[paid.id] is OrderState.PAID
    view = await kit.shop.carts.view(NEW)
    assert [one.line.key.product for one in view.cart.lines] == ["cup"]
    assert inspect(Path(kit.settings.database)) == ()


async def test_while_stripe_is_away_the_order_waits_for_the_reconciler(kit: Kit) -> None:
    """Nothing is cancelled on a guess; once Stripe answers, one order is left."""
    (behind,) = await _orders(kit, _old(kit))
    kit.site.faults.add(
        Fault("POST /v1/checkout/sessions/{id}/expire", "error", status=500, times=None)
    )
    await kit.shop.moving.move(_old(kit), NEW)
    assert await kit.shop.orders.get(behind.id) == behind
    kit.site.faults.lift()
    await kit.shop.reconciliation.begin()
    await kit.shop.reconciliation.work()
    followed = await kit.shop.orders.get(behind.id)
    assert followed is not None
    assert (followed.chat_id, followed.state) == (NEW, OrderState.CANCELLED)
    assert inspect(Path(kit.settings.database)) == ()


def _ann(kit: Kit) -> Person:
    return kit.person("Alice")


def _old(kit: Kit) -> ChatId:
    assert kit.telegram.group is not None
    return ChatId(kit.telegram.group.id)


async def _orders(kit: Kit, chat_id: ChatId) -> tuple[Order, ...]:
    return await kit.shop.orders.latest(chat_id)


async def _order(kit: Kit, chat_id: ChatId, product: str) -> None:
    """Let Alice put something into a chat's cart and ask for the link to pay."""
    ann = _ann(kit)
    await kit.shop.carts.add(
        chat_id, LineKey(ProductId(product)), by=Member(UserId(ann.id), "Alice")
    )
    await kit.shop.checkout.start(chat_id, Buyer(UserId(ann.id), "Alice", "en"))

"""Unreachable now is not never: what waits for somebody is told once they are there."""

from __future__ import annotations

from pathlib import Path

from bot.domain.order import ChatId
from kit import open_kit
from shop_sandbox.telegram import actions
from tests.chat.market import open_market, write
from tests.chat.owner_steps import another, sold
from tests.shop.journeys import order_something, pay


async def test_an_owner_who_had_not_pressed_start_hears_of_the_sales(tmp_path: Path) -> None:
    """How many, at /start, and each by itself after it; nothing is told again."""
    async with open_market(tmp_path) as (kit, _):
        ann, marta = kit.person("Alice"), kit.person("Marta")
        kit.telegram.chat(marta.id).started = False
        first = await sold(kit, ann)
        await kit.drain()
        await marta.start()
        await marta.wait_for("1 sale while you were away.", since=0)
        await marta.wait_for(f"Sold: order {first.id}", since=0)
        await marta.start()
        again = await marta.wait_for("Corner")
        assert "while you were away" not in again.text
        marta.block()
        for product in ("blend", "cup"):
            await sold(kit, another(kit), product)
        await kit.drain()
        await marta.start()
        await marta.wait_for("2 sales while you were away.")
        await marta.wait_for("Sold: order 1003", since=0)
        sales = [one.text.split(",")[0] for one in marta.messages() if "Sold" in one.text]
        assert sales == [f"💶 Sold: order {number}" for number in (1001, 1002, 1003)]


async def test_a_customer_who_blocked_and_came_back_gets_the_receipt(tmp_path: Path) -> None:
    """Unblocking is enough; the receipt comes once."""
    async with open_market(tmp_path) as (kit, _):
        ann = kit.person("Alice")
        order = await order_something(kit, ann, "blend")
        ann.block()
        await pay(kit, order)
        await kit.shop.settlement.by_token(order.token)
        await kit.drain()
        assert not [one for one in ann.messages() if "✅ Paid" in one.text]
        ann.block(blocked=False)
        await ann.wait_for("✅ Paid. Thank you!", since=0)
        await ann.start()
        await ann.wait_for("Corner")
        await kit.drain()
        assert len([one for one in ann.messages() if "✅ Paid" in one.text]) == 1


async def test_what_is_held_outlives_a_restart(tmp_path: Path) -> None:
    """The receipt waits in the database, not in memory."""
    path = write(tmp_path)
    async with open_kit(tmp_path, catalog=path) as kit:
        ann = kit.person("Alice")
        order = await order_something(kit, ann, "blend")
        ann.block()
        await pay(kit, order)
        await kit.shop.settlement.by_token(order.token)
        await kit.drain()
    async with open_kit(tmp_path, catalog=path) as kit:
        ann = kit.person("Alice")
        await ann.start()
        await ann.wait_for("✅ Paid. Thank you!", since=0)


async def test_a_payer_whose_group_threw_the_bot_out_gets_the_receipt(tmp_path: Path) -> None:
    """In private, at once where they know the bot, and else when they come."""
    async with open_market(tmp_path) as (kit, _):
        ann, group = kit.person("Alice"), kit.telegram.group
        assert group is not None
        await ann.send(group.id, "/start p_cup")
        cup = await ann.wait_for("€14.00", chat=group.id)
        await ann.tap(cup, "Add to cart")
        await ann.wait_for(lambda seen: "1 in cart" in str(seen.rows), chat=group.id)
        await ann.send(group.id, "/checkout")
        await ann.wait_for("Order 10", chat=group.id)
        (order,) = await kit.shop.orders.latest(ChatId(group.id))
        actions.block(kit.telegram.world, group.id, blocked=True)
        await pay(kit, order)
        await kit.shop.settlement.by_token(order.token)
        await kit.drain()
        await ann.start()
        receipt = await ann.wait_for("✅ Paid. Thank you!", since=0)
        assert receipt.text.startswith("I could not write to the group, so this comes to you:")
        chat = await kit.shop.people.get(ChatId(group.id))
        assert chat is not None
        assert not chat.reachable

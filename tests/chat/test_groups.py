"""Groups share a cart, and chats that close are noted."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from bot.chat.routes import COMMANDS, Who
from bot.domain.order import ChatId
from kit.patience import PATIENCE
from shop_sandbox.faults import Fault
from shop_sandbox.telegram import Person, Shown
from tests.chat.market import calls, open_market


async def test_a_group_fills_one_cart_and_anyone_may_pay(tmp_path: Path) -> None:
    """The cart belongs to the chat, says who added what, and the group sees it paid."""
    async with open_market(tmp_path) as (kit, _):
        ann, jonas, group = kit.person("Alice"), kit.person("Jonas"), kit.telegram.group
        assert group is not None
        await ann.send(group.id, "/start p_cup")
        cup = await ann.wait_for("€14.00", chat=group.id)
        await ann.tap(cup, "Add to cart")
        await ann.wait_for(lambda seen: "1 in cart" in str(seen.rows), chat=group.id)
        await jonas.tap(cup, "1a:cup")
        await jonas.wait_for(lambda seen: "2 in cart" in str(seen.rows), chat=group.id)
        await jonas.send(group.id, "/cart@sandbox_shop_bot")
        cart = await jonas.wait_for("Our cart", chat=group.id)
        assert "added by Alice (1), Jonas (1)" in cart.text
        assert "Alice: €14.00\nJonas: €14.00\nTotal: €28.00" in cart.text
        await jonas.tap(cart, "Checkout")
        link = await jonas.wait_for("Order 10", chat=group.id)
        assert link.buttons[0].text == "Pay €28.00"
        order = (await kit.shop.orders.latest(ChatId(group.id)))[0]
        assert (order.chat_id, order.buyer_id) == (group.id, jonas.id)
        assert "added by Alice (1), Jonas (1)" in link.text
        await ann.send(group.id, "/checkout")
        again = await ann.wait_for("This is the same order as before", chat=group.id)
        assert again.buttons[0].url == link.buttons[0].url
        async with asyncio.timeout(PATIENCE):
            while _links(ann, group.id) != [again.id]:  # noqa: ASYNC110 - the older one goes
                await asyncio.sleep(0.02)
        await kit.stripe.pay(str(order.session_id))
        await ann.start(f"paid_{order.token}")
        await ann.wait_for("Paid, thank you! The receipt is in the chat where the order was made.")
        receipt = await ann.wait_for("✅ Paid", chat=group.id)
        assert "Checked out by Jonas" in receipt.text
        assert "added by Alice (1), Jonas (1)" in receipt.text
        await ann.send(group.id, "/cart")
        await ann.wait_for("Your cart is empty", chat=group.id)


async def test_two_of_one_first_name_are_told_apart(tmp_path: Path) -> None:
    """By their last initials, in the cart's lines and sums and in the order; alone, by none."""
    async with open_market(tmp_path) as (kit, _):
        ann, jonas, group = kit.person("Alice"), kit.person("Jonas"), kit.telegram.group
        assert group is not None
        jonas.user.first_name = "Alice"
        ann.user.last_name, jonas.user.last_name = "Klein", "Öztürk"
        await ann.send(group.id, "/start p_cup")
        cup = await ann.wait_for("€14.00", chat=group.id)
        await ann.tap(cup, "Add to cart")
        await ann.wait_for(lambda seen: "1 in cart" in str(seen.rows), chat=group.id)
        await ann.send(group.id, "/cart")
        assert "added by Alice\n" in (await ann.wait_for("Our cart", chat=group.id)).text
        await jonas.tap(cup, "1a:cup")
        await jonas.wait_for(lambda seen: "2 in cart" in str(seen.rows), chat=group.id)
        await jonas.send(group.id, "/cart")
        cart = await jonas.wait_for("Our cart", chat=group.id)
        assert "added by Alice K. (1), Alice Ö. (1)" in cart.text
        assert "Alice K.: €14.00\nAlice Ö.: €14.00\nTotal: €28.00" in cart.text
        await jonas.tap(cart, "Checkout")
        link = await jonas.wait_for("Order 10", chat=group.id)
        assert "added by Alice K. (1), Alice Ö. (1)" in link.text


async def test_units_come_and_go_under_the_names_of_those_who_tapped(tmp_path: Path) -> None:
    """Minus takes one's own first; a line that is all one person's names them alone."""
    async with open_market(tmp_path) as (kit, _):
        ann, jonas, group = kit.person("Alice"), kit.person("Jonas"), kit.telegram.group
        assert group is not None
        await ann.send(group.id, "/start p_cup")
        cup = await ann.wait_for("€14.00", chat=group.id)
        for person, count in ((ann, 1), (ann, 2), (jonas, 3)):
            await person.forge(cup, "1a:cup")
            await person.wait_for(_in_cart(count), chat=group.id)
        await jonas.forge(cup, "1t:cup")
        await jonas.wait_for(_in_cart(2), chat=group.id)
        await jonas.send(group.id, "/cart")
        cart = await jonas.wait_for("Our cart", chat=group.id)
        assert cart.text.splitlines()[4] == "added by Alice"


async def test_every_command_is_answered_in_a_group(tmp_path: Path) -> None:
    """Once, by name or addressed to the bot, and with a button that leads on."""
    async with open_market(tmp_path) as (kit, _):
        ann, group = kit.person("Alice"), kit.telegram.group
        assert group is not None
        for name in sorted({one.name for one in COMMANDS if one.who is Who.ANYBODY}):
            for command in (f"/{name}", f"/{name}@sandbox_shop_bot"):
                before = len(ann.messages(group.id))
                await ann.send(group.id, command)
                shown = await ann.wait_for(lambda seen: bool(seen.text), chat=group.id)
                assert shown.buttons, command
                assert len(ann.messages(group.id)) == before + 2, command


async def test_a_group_that_talks_is_left_in_peace(tmp_path: Path) -> None:
    """Without privacy mode the bot hears everything, and answers only what is meant for it."""
    async with open_market(tmp_path) as (kit, exchanges):
        kit.telegram.world.privacy = False
        ann, group = kit.person("Alice"), kit.telegram.group
        assert group is not None
        for words in ("hello", "/nonsense", "/cart@another_bot", "/help@another_bot"):
            await ann.send(group.id, words)
        await ann.send(group.id, "/help")
        shown = await ann.wait_for("In a group the cart belongs to everybody", chat=group.id)
        assert calls(exchanges) == ["sendMessage"]
        assert [m.id for m in ann.messages(group.id) if m.from_bot] == [shown.id]


async def test_an_unknown_command_is_answered_where_it_names_the_bot(tmp_path: Path) -> None:
    """In a group with several bots, the others' commands are none of the shop's business."""
    async with open_market(tmp_path) as (kit, _):
        ann, group = kit.person("Alice"), kit.telegram.group
        assert group is not None
        await ann.send(group.id, "/nonsense")
        await ann.send(group.id, "/nonsense@sandbox_shop_bot")
        shown = await ann.wait_for("I don’t know this command.", chat=group.id)
        assert [m.id for m in ann.messages(group.id) if m.from_bot] == [shown.id]


async def test_a_group_that_becomes_a_supergroup_keeps_its_cart(tmp_path: Path) -> None:
    """Its cart follows it to the new id."""
    async with open_market(tmp_path) as (kit, _):
        ann, group = kit.person("Alice"), kit.telegram.group
        assert group is not None
        await ann.send(group.id, "/start p_cup")
        cup = await ann.wait_for("€14.00", chat=group.id)
        await ann.tap(cup, "Add to cart")
        await ann.wait_for(lambda seen: "1 in cart" in str(seen.rows), chat=group.id)
        grown = kit.telegram.migrate(group.id)
        await ann.send(grown.id, "/cart")
        cart = await ann.wait_for("Our cart", chat=grown.id)
        assert "1 × €14.00 = €14.00" in cart.text


async def test_a_chat_that_blocks_the_bot_is_marked_until_it_writes_again(
    tmp_path: Path,
) -> None:
    """403 is final; a word from the chat undoes it."""
    async with open_market(tmp_path) as (kit, _):
        ann = kit.person("Alice")
        await ann.start()
        home = await ann.wait_for("Corner")
        kit.site.faults.add(
            Fault(
                "editMessage*",
                "error",
                status=403,
                body={
                    "ok": False,
                    "error_code": 403,
                    "description": "Forbidden: bot was blocked by the user",
                },
            )
        )
        refused = asyncio.Event()
        kit.telegram.on_exchange.append(lambda one: refused.set() if one.status == 403 else None)
        await ann.tap(home, "☕ Coffee")
        async with asyncio.timeout(PATIENCE):
            await refused.wait()
        await ann.write("/start")
        await ann.wait_for("Corner")
        chat = await kit.shop.people.get(ChatId(ann.id))
        assert chat is not None
        assert chat.reachable


async def test_blocking_the_bot_is_noted(tmp_path: Path) -> None:
    """Telegram tells it at once, by my_chat_member."""
    async with open_market(tmp_path) as (kit, _):
        ann = kit.person("Alice")
        await ann.start()
        await ann.wait_for("Corner")
        user = {"id": kit.telegram.bot.id, "is_bot": True, "first_name": "Shop"}
        change = {
            "chat": {"id": ann.id, "type": "private", "first_name": "Alice"},
            "from": {"id": ann.id, "is_bot": False, "first_name": "Alice"},
            "date": kit.clock.now(),
            "old_chat_member": {"user": user, "status": "member"},
            "new_chat_member": {"user": user, "status": "kicked", "until_date": 0},
        }
        await kit.running.chat.process({"update_id": 987_000_001, "my_chat_member": change})
        chat = await kit.shop.people.get(ChatId(ann.id))
        assert chat is not None
        assert not chat.reachable


def _in_cart(count: int) -> Callable[[Shown], bool]:
    return lambda seen: f"{count} in cart" in str(seen.rows)


def _links(person: Person, group_id: int) -> list[int]:
    """Return the messages of a group that lead to a payment page."""
    shown = person.messages(group_id)
    return [m.id for m in shown if any(b.url and "/pay/" in b.url for b in m.buttons)]

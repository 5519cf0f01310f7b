"""Buying again: an order's lines are back in the cart, and what is not as it was is said."""

from __future__ import annotations

import copy
from pathlib import Path

from bot.domain.catalog.model import LineKey, ProductId, VariantId
from bot.domain.order import ChatId, Order
from kit import Kit
from shop_sandbox.telegram import Person, Shown
from tests.chat.market import entries, open_market, put_on_the_shelf


async def _bought(kit: Kit, person: Person, *names: str) -> Order:
    """Buy one of each, and return the order."""
    for name in names:
        await person.start(f"p_{name}")
        adds = f"1a:{name.replace('_', ':')}"
        shown = await person.wait_for(lambda seen, one=adds: one in str(seen.rows))  # type: ignore[misc]
        await person.tap(shown, "Add to cart")
        await person.wait_for(lambda seen: "1 in cart" in str(seen.rows))
    await person.write("/checkout")
    await person.wait_for(lambda seen: "Pay €" in str(seen.rows))
    await kit.pay(person)
    return await kit.order(person)


async def _again(person: Person, order: Order, button: str = "Buy again") -> Shown:
    """Open the order in the list and tap "buy again", or another button."""
    await person.write("/orders")
    listed = await person.wait_for("Your orders")
    await person.tap(listed, f"#{order.id}")
    shown = await person.wait_for("Ordered on")
    await person.tap(shown, button)
    return shown


async def test_a_past_order_is_in_the_cart_again_with_its_notes(tmp_path: Path) -> None:
    """Twice tapped is once done, and what is in the cart already is not added to."""
    async with open_market(tmp_path) as (kit, _):
        ann = kit.person("Alice")
        order = await _bought(kit, ann, "cup", "mug")
        shown = await _again(ann, order, "Put in cart")
        cart = await ann.wait_for(lambda seen: seen.id == shown.id and "Your cart" in seen.text)
        assert "Total: €23.00" in cart.text
        await ann.forge(cart, f"1ba:{order.id}")
        await ann.tap(cart, "Checkout")
        link = await ann.wait_for(lambda seen: seen.id == shown.id and "Order 10" in seen.text)
        assert "1 × Cup: €14.00" in link.text
        assert "Total: €23.00" in link.text


async def test_what_is_not_as_it_was_is_said_kindly(tmp_path: Path) -> None:
    """Gone, sold out, dearer: each by its name, the rest in the cart, and news of the sold out."""
    async with open_market(tmp_path) as (kit, _):
        ann = kit.person("Alice")
        order = await _bought(kit, ann, "blend", "cup", "mug")
        changed = copy.deepcopy(entries())
        blend, cup, mug, _ = changed["products"]
        blend["hidden"] = True
        cup["price"], mug["stock"] = "15.00", 0
        await put_on_the_shelf(kit, changed)
        shown = await _again(ann, order)
        told = await ann.wait_for(lambda seen: seen.id == shown.id and "Back in" in seen.text)
        assert "Blend, 250 g: not for sale at the moment." in told.text
        assert "Cup: €15.00 today; it was €14.00." in told.text
        assert "🎩 Чашка: sold out at the moment." in told.text
        await ann.tap(told, "🛒 Cart · €15.00")
        cart = await ann.wait_for(lambda seen: seen.id == shown.id and "Your cart" in seen.text)
        assert "1 × €15.00 = €15.00" in cart.text
        await ann.forge(cart, f"1i:{order.id}")
        await ann.tap(await ann.wait_for("Ordered on"), "Put in cart")
        told = await ann.wait_for("🎩 Чашка: sold out at the moment.")
        await ann.tap(told, "🔔 Tell me when it’s back")
        await ann.wait_for(lambda seen: "Don’t tell me" in str(seen.rows))


async def test_no_more_is_put_back_than_there_is(tmp_path: Path) -> None:
    """The line is as large as today allows, and says so."""
    async with open_market(tmp_path) as (kit, _):
        ann = kit.person("Alice")
        await ann.start("p_cup")
        await ann.wait_for(lambda seen: "1a:cup" in str(seen.rows))
        await ann.write("5")
        order = await _bought(kit, ann, "mug")
        changed = copy.deepcopy(entries())
        changed["products"][1]["max_per_order"] = 3
        changed["products"].pop(2)
        await put_on_the_shelf(kit, changed)
        shown = await _again(ann, order)
        told = await ann.wait_for(lambda seen: seen.id == shown.id and "Back in" in seen.text)
        assert "Cup: you can have 3 today." in told.text
        view = await kit.shop.carts.view(ChatId(ann.id))
        assert [(one.line.key.product, one.line.quantity) for one in view.cart.lines] == [
            ("cup", 3)
        ]


async def test_what_has_no_room_beside_the_cart_is_not_called_sold_out(tmp_path: Path) -> None:
    """Three small ones are all that one order may have by now; the cart holds them."""
    async with open_market(tmp_path) as (kit, _):
        ann = kit.person("Alice")
        order = await _bought(kit, ann, "blend_large", "cup")
        small = LineKey(ProductId("blend"), VariantId("small"))
        await kit.shop.carts.add(ChatId(ann.id), small, 3)
        changed = copy.deepcopy(entries())
        changed["products"][0]["max_per_order"] = 3
        await put_on_the_shelf(kit, changed)
        shown = await _again(ann, order, "Put in cart")
        told = await ann.wait_for(lambda seen: seen.id == shown.id and "Back in" in seen.text)
        assert "Blend, 1 kg: no room for it in your cart." in told.text
        assert "Tell me" not in str(told.rows)
        view = await kit.shop.carts.view(ChatId(ann.id))
        assert [one.line.quantity for one in view.cart.lines] == [3, 1]


async def test_nobody_buys_another_chats_order_again(tmp_path: Path) -> None:
    """A number in a button is anybody's word."""
    async with open_market(tmp_path) as (kit, _):
        ann, jonas = kit.person("Alice"), kit.telegram.add_person("Jon")
        order = await _bought(kit, ann, "cup")
        await jonas.start()
        home = await jonas.wait_for("Corner")
        tap = await jonas.forge(home, f"1ba:{order.id}")
        assert (await tap.answer()).text == "There is no such order in this chat."
        assert not (await kit.shop.carts.view(ChatId(jonas.id))).cart


async def test_older_orders_are_a_page_away(tmp_path: Path) -> None:
    """Eight a page, the newest first, and back again."""
    async with open_market(tmp_path) as (kit, _):
        ann = kit.person("Alice")
        for _ in range(9):
            order = await _bought(kit, ann, "cup")
        await ann.write("/orders")
        listed = await ann.wait_for("Your orders")
        assert f"#{order.id - 8}" not in str(listed.rows)
        await ann.tap(listed, "Older ›")
        older = await ann.wait_for(lambda seen: f"#{order.id - 8}" in str(seen.rows))
        await ann.tap(older, "Newest")
        await ann.wait_for(lambda seen: f"#{order.id} " in str(seen.rows))

"""Of some goods one order needs several: the first tap puts them in, one fewer takes them out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.domain.catalog.model import LineKey, ProductId, VariantId
from bot.domain.errors import RefusedError
from bot.domain.order import ChatId
from bot.shop import View
from kit import Kit
from tests.chat.market import entries, open_market, put_on_the_shelf

CUP = LineKey(ProductId("cup"))
SMALL, LARGE = (LineKey(ProductId("blend"), VariantId(one)) for one in ("small", "large"))
CHAT = ChatId(77)


def at_least(product: int, units: int) -> dict[str, Any]:
    """Return the small shop in which one order needs several of a product."""
    catalog = entries()
    catalog["products"][product]["min_per_order"] = units
    return catalog


def _quantities(view: View) -> list[tuple[str, int, str | None]]:
    return [
        (one.line.key.variant or one.line.key.product, one.line.quantity, one.problem)
        for one in view.cart.lines
    ]


async def test_the_first_tap_puts_the_minimum_in_and_one_fewer_takes_it_out(
    tmp_path: Path,
) -> None:
    """It is said on the product's screen and on the button, before anybody hits it."""
    async with open_market(tmp_path, at_least(1, 4)) as (kit, _):
        ann = kit.person("Alice")
        await ann.start("p_cup")
        cup = await ann.wait_for("At least 4 per order.")
        await ann.tap(cup, "Add 4 · €56.00")
        four = await ann.wait_for(lambda seen: "4 in cart" in str(seen.rows))
        await ann.tap(four, "+")
        five = await ann.wait_for(lambda seen: "5 in cart" in str(seen.rows))
        await ann.tap(five, "−")
        four = await ann.wait_for(lambda seen: "4 in cart" in str(seen.rows))
        await ann.tap(four, "4 in cart")
        line = await ann.wait_for(lambda seen: "‹ Cart" in str(seen.rows))
        await ann.write("3")
        await ann.wait_for("One order needs at least 4 of these; 0 takes them out.")
        await ann.tap(line, "‹ Cart")
        cart = await ann.wait_for("Your cart")
        await ann.tap(cart, "✕")
        await ann.wait_for("Your cart is empty")


async def test_fewer_than_one_order_needs_are_sold_out(tmp_path: Path) -> None:
    """Nothing offers to buy them, an old button says why, and who waits hears of enough alone."""
    async with open_market(tmp_path, at_least(2, 2)) as (kit, _):
        ann, marta = kit.person("Alice"), kit.person("Marta")
        await marta.start()
        await ann.start("p_mug")
        mug = await ann.wait_for("At least 2 per order.")
        await marta.write("/stock mug 1")
        await marta.wait_for("mug")
        tap = await ann.tap(mug, "Buy now")
        said = (await tap.answer()).text
        assert said == "One order needs at least 2 of these. Only 1 left."
        mug = await ann.wait_for("Only 1 left.")
        assert "Buy now" not in str(mug.rows)
        assert "Add" not in str(mug.rows)
        await ann.tap(mug, "Tell me when it’s back")
        await ann.wait_for(lambda seen: "Don’t tell me" in str(seen.rows))
        assert await kit.shop.waitlist.work() == 0
        await marta.write("/stock mug 2")
        await marta.wait_for("mug")
        await kit.shop.waitlist.work()
        told = await ann.wait_for("is back.")
        await ann.tap(told, "Buy now")
        await ann.wait_for(lambda seen: "Pay €18.00" in str(seen.rows))


async def test_choices_count_together(tmp_path: Path) -> None:
    """Four small ones and one large one are five."""
    async with open_market(tmp_path, at_least(0, 5)) as (kit, _):
        carts = kit.shop.carts
        view = await carts.add(CHAT, LARGE)  # of which there are three
        assert _quantities(view) == [("large", 3, "too_few")]
        view = await carts.add(CHAT, SMALL)
        assert _quantities(view) == [("large", 3, None), ("small", 2, None)]
        view = await carts.add(CHAT, LARGE, -1)
        assert _quantities(view) == [("small", 2, "too_few")]
        view = await carts.accept_changes(CHAT)
        assert _quantities(view) == [("small", 5, None)]


async def test_a_choice_of_which_there_are_too_few_says_it_before_it_is_added(
    tmp_path: Path,
) -> None:
    """Other choices make up for the rest; by itself it is not offered to be bought."""
    async with open_market(tmp_path, at_least(0, 5)) as (kit, _):
        ann = kit.person("Alice")
        await ann.start("p_blend_large")
        large = await ann.wait_for("At least 5 per order, in any mix.")
        assert "Only 3 left." in large.text
        assert "Buy now" not in str(large.rows)
        await ann.tap(large, "Add 3 · €117.00")
        large = await ann.wait_for("2 more needed. Other choices count too.")
        await ann.tap(large, "250 g · €12.50")
        small = await ann.wait_for(lambda seen: "Add 2 · €25.00" in str(seen.rows))
        assert "Buy now" in str(small.rows)
        await ann.write("/cart")
        await ann.wait_for("2 more needed. Other choices count too.")
        await ann.tap(small, "Add 2 · €25.00")
        await ann.wait_for(lambda seen: "needed" not in seen.text and "2 in cart" in str(seen.rows))


async def test_choices_that_are_too_few_together_are_sold_out(tmp_path: Path) -> None:
    """The lists say so too, nothing is put in, and who waits hears when there are enough."""
    async with open_market(tmp_path, at_least(0, 24)) as (kit, _):
        ann, marta = kit.person("Alice"), kit.person("Marta")
        await marta.start()
        blend = LineKey(ProductId("blend"), VariantId("large"))
        with pytest.raises(RefusedError) as caught:
            await kit.shop.carts.add(CHAT, blend)
        assert caught.value.params == {"minimum": 24, "left": 23}
        assert _quantities(await kit.shop.carts.view(CHAT)) == []
        await ann.start("c_coffee")
        await ann.wait_for(lambda seen: "Blend · sold out" in str(seen.rows))
        await ann.start("p_blend_large")
        large = await ann.wait_for("Only 23 left in all, fewer than one order needs.")
        assert large.text.endswith("At least 24 per order, in any mix.")
        assert "Add" not in str(large.rows)
        assert "Buy now" not in str(large.rows)
        await ann.tap(large, "Tell me when it’s back")
        await ann.wait_for(lambda seen: "Don’t tell me" in str(seen.rows))
        assert await kit.shop.waitlist.work() == 0
        await marta.write("/stock blend small 21")
        await marta.wait_for("21")
        assert await kit.shop.waitlist.work() == 1


async def test_too_few_are_refused_where_they_are_typed_and_where_they_are_left(
    tmp_path: Path,
) -> None:
    """Nothing changes in the cart, and what is left is said."""
    async with open_market(tmp_path, at_least(2, 3)) as (kit, _):
        mug = LineKey(ProductId("mug"))  # of which there are two
        with pytest.raises(RefusedError) as caught:
            await kit.shop.carts.add(CHAT, mug)
        assert (caught.value.key, caught.value.params) == (
            "cart.minimum_left",
            {"minimum": 3, "left": 2},
        )
        assert _quantities(await kit.shop.carts.view(CHAT)) == []


async def test_a_cart_from_before_is_not_placed_with_too_few(tmp_path: Path) -> None:
    """The owner set a minimum since: the cart says so, and one tap makes it enough."""
    async with open_market(tmp_path) as (kit, _):
        ann = kit.person("Alice")
        await ann.start("p_cup")
        await ann.tap(await ann.wait_for("€14.00"), "Add to cart")
        await ann.wait_for(lambda seen: "1 in cart" in str(seen.rows))
        await put_on_the_shelf(kit, at_least(1, 4))
        await ann.write("/checkout")
        cart = await ann.wait_for("One order needs at least 4 of these.")
        assert await kit.orders(ann) == ()
        await ann.tap(cart, "OK, update my cart")
        cart = await ann.wait_for(lambda seen: "Checkout" in str(seen.rows))
        await _place(kit, cart)


async def _place(kit: Kit, cart: Any) -> None:
    ann = kit.person("Alice")
    await ann.tap(cart, "Checkout")
    await ann.wait_for("Order 10")
    assert [one.quantity for one in (await kit.order(ann)).lines] == [4]


async def test_what_cannot_come_to_the_minimum_leaves_the_cart(tmp_path: Path) -> None:
    """Two mugs are left of which one order needs three: accepting the change takes them out."""
    async with open_market(tmp_path) as (kit, _):
        await kit.shop.carts.add(CHAT, LineKey(ProductId("mug")), 2)
        await kit.shop.carts.add(CHAT, CUP)
        await put_on_the_shelf(kit, at_least(2, 3))
        assert _quantities(await kit.shop.carts.view(CHAT)) == [
            ("mug", 2, "too_few"),
            ("cup", 1, None),
        ]
        assert _quantities(await kit.shop.carts.accept_changes(CHAT)) == [("cup", 1, None)]

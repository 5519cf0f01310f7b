"""Looking around and filling a cart, over real HTTP: messages are edited in place."""

from __future__ import annotations

from pathlib import Path

from bot.domain.order import ChatId
from tests.chat.market import HOSTILE, calls, open_market


async def test_one_message_becomes_every_screen_with_a_picture(tmp_path: Path) -> None:
    """From the front to a product and back, the chat holds one message of the shop."""
    async with open_market(tmp_path) as (kit, exchanges):
        ann = kit.person("Alice")
        await ann.start()
        home = await ann.wait_for("Corner & Co")
        assert (
            home.text == "Corner & Co\n\nSmall things, <well> made.\n\nWhat would you like to see?"
        )
        await ann.tap(home, "☕ Coffee")
        shelf = await ann.wait_for("Choose something")
        await ann.tap(shelf, "Blend · from €12.50")
        blend = await ann.wait_for("Size: 250 g")
        await ann.tap(blend, "1 kg · €39.00")
        large = await ann.wait_for("Size: 1 kg")
        assert "Only 3 left." in large.text
        await ann.tap(large, "›")
        await ann.wait_for(lambda shown: "2 of 2" in str(shown.rows))
        await ann.tap(large, "‹ ☕ Coffee")
        await ann.wait_for("Choose something")
        await ann.tap(shelf, "‹ Shop")
        last = await ann.wait_for("What would you like to see?")
        assert last.id == home.id
        assert [shown.id for shown in ann.messages() if shown.from_bot] == [home.id]
        assert "sendMessage" not in calls(exchanges)


async def test_a_tap_is_answered_and_shown_by_two_calls(tmp_path: Path) -> None:
    """Plus costs one answer and one edit, and no picture is sent again."""
    async with open_market(tmp_path) as (kit, exchanges):
        ann = kit.person("Alice")
        await ann.start("p_cup")
        cup = await ann.wait_for("€14.00")
        await ann.tap(cup, "Add to cart")
        one = await ann.wait_for(lambda shown: "1 in cart" in str(shown.rows))
        exchanges.clear()
        tap = await ann.tap(one, "+")
        await ann.wait_for(lambda shown: "2 in cart" in str(shown.rows))
        await tap.answer()
        assert sorted(calls(exchanges)) == ["answerCallbackQuery", "editMessageCaption"]


async def test_a_picture_becomes_text_by_a_new_message_and_text_a_picture_in_place(
    tmp_path: Path,
) -> None:
    """Telegram cannot edit a picture into text: the cart replaces the product's message."""
    async with open_market(tmp_path) as (kit, exchanges):
        ann = kit.person("Alice")
        await ann.start()
        home = await ann.wait_for("Corner")
        exchanges.clear()
        await ann.tap(home, "🛒 Cart")
        cart = await ann.wait_for("Your cart is empty")
        assert cart.id != home.id
        await ann.tap(cart, "‹ Shop")
        again = await ann.wait_for("What would you like to see?")
        assert again.id == cart.id
        assert again.has_photo
        assert [shown.id for shown in ann.messages() if shown.from_bot] == [cart.id]
        assert "deleteMessage" in calls(exchanges)


async def test_names_of_every_kind_are_shown_as_they_are(tmp_path: Path) -> None:
    """A name with tags, signs, emoji and Cyrillic reaches the chat unharmed."""
    async with open_market(tmp_path) as (kit, _):
        ann = kit.person("Alice")
        await ann.start("c_cups")
        shelf = await ann.wait_for("Cups")
        await ann.tap(shelf, "Tom & <b>")
        mug = await ann.wait_for(HOSTILE)
        tap = await ann.tap(mug, "Add to cart")
        assert (await tap.answer()).text == f"Added: {HOSTILE}"
        await ann.write("/cart")
        cart = await ann.wait_for("Your cart")
        assert HOSTILE in cart.text


async def test_the_cart_changes_line_by_line(tmp_path: Path) -> None:
    """Plus, minus, a line's own screen, remove, and clearing after being asked once."""
    async with open_market(tmp_path) as (kit, _):
        ann = kit.person("Alice")
        await ann.start("p_cup")
        cup = await ann.wait_for("€14.00")
        await ann.tap(cup, "Add to cart")
        await ann.start("p_blend")
        blend = await ann.wait_for("Size")
        await ann.tap(blend, "Add to cart")
        await ann.wait_for(lambda shown: "1 in cart" in str(shown.rows))
        await ann.write("/cart")
        cart = await ann.wait_for("Total: €26.50")
        await ann.tap(cart, "1ku:cup")
        await ann.wait_for("Total: €40.50")
        await ann.tap(cart, "1kd:blend:small")
        fewer = await ann.wait_for("Total: €28.00")
        assert "Blend" not in fewer.text
        await ann.tap(fewer, "1. Cup")
        line = await ann.wait_for("2 × €14.00 = €28.00")
        await ann.tap(line, "1lu:cup")
        await ann.wait_for("3 × €14.00 = €42.00")
        await ann.tap(line, "1ld:cup")
        await ann.wait_for("2 × €14.00 = €28.00")
        tap = await ann.tap(line, "Remove")
        await ann.wait_for("Your cart is empty")
        assert (await tap.answer()).text == "Removed: Cup"
        await ann.forge(line, "1a:cup")
        await ann.wait_for(lambda shown: "1 in cart" in str(shown.rows))
        await ann.write("/cart")
        cart = await ann.wait_for("Total: €14.00")
        await ann.tap(cart, "Empty the cart")
        ask = await ann.wait_for("Empty the whole cart?")
        await ann.tap(ask, "No, keep it")
        kept = await ann.wait_for("Total: €14.00")
        await ann.tap(kept, "Empty the cart")
        await ann.wait_for("Empty the whole cart?")
        tap = await ann.tap(ask, "Yes, empty it")
        await ann.wait_for("Your cart is empty")
        assert (await tap.answer()).text == "Your cart is empty now."


async def test_stock_bounds_the_cart_and_says_so(tmp_path: Path) -> None:
    """The third of two mugs is refused in words, and the cart keeps two."""
    async with open_market(tmp_path) as (kit, _):
        ann = kit.person("Alice")
        await ann.start("p_mug")
        mug = await ann.wait_for("€9.00")
        for count in ("1 in cart", "2 in cart"):
            await ann.forge(mug, "1a:mug")
            await ann.wait_for(lambda shown, count=count: count in str(shown.rows))  # type: ignore[misc]
        tap = await ann.forge(mug, "1a:mug")
        answer = await tap.answer()
        assert answer.text == "There are only 2 left, and they are yours to take."
        assert answer.show_alert
        view = await kit.shop.carts.view(ChatId(ann.id))
        assert view.cart.units == 2


async def test_an_update_that_comes_twice_takes_effect_once(tmp_path: Path) -> None:
    """Telegram may deliver an update again; its number decides."""
    async with open_market(tmp_path) as (kit, _):
        ann = kit.person("Alice")
        await ann.start("p_cup")
        cup = await ann.wait_for("€14.00")
        update = {
            "update_id": 987_654_321,
            "callback_query": {
                "id": "4382915073114902999",
                "from": {"id": ann.id, "is_bot": False, "first_name": "Alice"},
                "chat_instance": "1",
                "message": cup.raw,
                "data": "1a:cup",
            },
        }
        for _ in range(2):
            await kit.running.chat.process(update)
        view = await kit.shop.carts.view(ChatId(ann.id))
        assert view.cart.units == 1

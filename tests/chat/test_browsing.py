"""Looking around and filling a cart, over real HTTP: messages are edited in place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bot.domain.order import ChatId
from bot.sandbox.faults import Fault
from tests.chat.market import HOSTILE, calls, entries, open_market, put_on_the_shelf


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
        await ann.tap(fewer, "2 × Cup")
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


#: Button data, what is said over the chat, and what the chat shows then.
_OLD_BUTTONS: list[tuple[str, str, str | None]] = [
    ("1p:gone", "We no longer sell this. Here is what we have today.", "What would you"),
    ("1a:gone:small", "We no longer sell this. Here is what we have today.", "What would you"),
    ("1t:gone", "We no longer sell this. Here is what we have today.", "What would you"),
    ("1p:blend:huge", "This choice is no longer offered. Please choose again.", "Size: 250 g"),
    ("1a:blend:huge", "This choice is no longer offered. Please choose again.", "Size: 250 g"),
    ("1t:blend:huge", "This choice is no longer offered. Please choose again.", "Size: 250 g"),
    ("1a:blend", "", "Size: 250 g"),
    ("1c:gone", "This shelf is gone. Here is the shop as it is today.", "What would you"),
    ("1c:cups:99999", "", "Choose something"),
    ("1l:cup", "This is no longer in your cart.", "Your cart is empty"),
    ("1r:gone", "", "Your cart is empty"),
    ("1x", "", "Your cart is empty"),
    ("1ku:gone", "We no longer sell this. Your cart is as it was.", "Your cart is empty"),
    ("1k:777", "", "Your cart is empty"),
    ("add_17_1250", "This button is from an older shop. Here is today’s.", "What would you"),
    ("9zz", "This button is from an older shop. Here is today’s.", "What would you"),
    ("1i:1", "There is no such order in this chat.", None),
    ("1z:1", "There is no such order in this chat.", None),
    ("1b:1", "There is no such order in this chat.", None),
    ("1gl:xx", "", "Which language shall we speak?"),
    ("1n", "", None),
]


async def test_old_and_forged_buttons_are_answered_kindly(tmp_path: Path) -> None:
    """Whatever a button says, it works or the chat says what is so today."""
    async with open_market(tmp_path) as (kit, _):
        ann = kit.person("Alice")
        for data, said, shown in _OLD_BUTTONS:
            await ann.start()
            home = await ann.wait_for("Corner")
            tap = await ann.forge(home, data)
            assert (data, (await tap.answer()).text) == (data, said)
            if shown is not None:
                await ann.wait_for(shown, since=home.changed - 1)
        view = await kit.shop.carts.view(ChatId(ann.id))
        assert view.cart.units == 0


def _edited(**changes: Any) -> dict[str, Any]:
    catalog = entries()
    for product in catalog["products"]:
        product.update(changes.get(product["id"], {}))
    return catalog


async def test_a_catalog_edit_is_explained_in_the_cart(tmp_path: Path) -> None:
    """A price that changed and a product that went are said so, then accepted with a tap."""
    async with open_market(tmp_path) as (kit, _):
        ann = kit.person("Alice")
        await ann.start("p_cup")
        cup = await ann.wait_for("€14.00")
        await ann.tap(cup, "Add to cart")
        await ann.forge(cup, "1a:mug")
        await ann.wait_for(lambda shown: "1 in cart" in str(shown.rows) and "€9" in shown.text)
        await put_on_the_shelf(kit, _edited(cup={"price": "15.00"}, mug={"hidden": True}))
        await ann.write("/checkout")
        changed = await ann.wait_for("Something changed since you last looked")
        assert "Something in your cart changed." in changed.text
        assert "The price changed from €14.00 to €15.00." in changed.text
        assert "We no longer sell this." in changed.text
        assert await kit.orders(ann) == ()
        await ann.tap(changed, "OK, update my cart")
        accepted = await ann.wait_for("Total: €15.00")
        assert "changed" not in accepted.text
        assert HOSTILE not in accepted.text
        assert accepted.button("Checkout · €15.00").data == "1o"


async def test_a_tap_that_changes_nothing_is_answered(tmp_path: Path) -> None:
    """Telegram refuses an edit that changes nothing; that is success."""
    async with open_market(tmp_path) as (kit, exchanges):
        ann = kit.person("Alice")
        await ann.start("p_blend")
        blend = await ann.wait_for("Size")
        tap = await ann.tap(blend, "✓ 250 g")
        await tap.answer()
        again = await ann.tap(blend, "✓ 250 g")
        await again.answer()
        edits = [one for one in exchanges if one.call.startswith("editMessage")]
        assert {one.status for one in edits} == {400}
        assert [shown.id for shown in ann.messages() if shown.from_bot] == [blend.id]


async def test_a_deleted_message_is_replaced(tmp_path: Path) -> None:
    """A tap that was on its way as its message went still leads somewhere."""
    async with open_market(tmp_path) as (kit, _):
        ann = kit.person("Alice")
        await ann.start()
        home = await ann.wait_for("Corner")
        kit.site.faults.add(
            Fault(
                "editMessage*",
                "error",
                status=400,
                body={
                    "ok": False,
                    "error_code": 400,
                    "description": "Bad Request: message to edit not found",
                },
            )
        )
        await ann.tap(home, "☕ Coffee")
        shelf = await ann.wait_for("Choose something")
        assert shelf.id != home.id


async def test_a_tap_answered_too_late_still_shows_its_screen(tmp_path: Path) -> None:
    """A refused answer stops nothing."""
    async with open_market(tmp_path) as (kit, _):
        ann = kit.person("Alice")
        await ann.start()
        home = await ann.wait_for("Corner")
        kit.site.faults.add(
            Fault(
                "answerCallbackQuery",
                "error",
                status=400,
                body={
                    "ok": False,
                    "error_code": 400,
                    "description": "Bad Request: query is too old and response timeout expired "
                    "or query ID is invalid",
                },
            )
        )
        await ann.tap(home, "☕ Coffee")
        await ann.wait_for("Choose something")


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

"""Old and forged buttons, edited catalogs, deleted messages: kind answers over real HTTP."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bot.domain.order import ChatId
from shop_sandbox.faults import Fault
from tests.chat.market import HOSTILE, entries, open_market, put_on_the_shelf

#: Button data, what is said over the chat, and what the chat shows then.
_GONE = "This isn’t for sale at the moment."
_OLD_BUTTONS: list[tuple[str, str, str | None]] = [
    ("1p:gone", f"{_GONE} Here is what we have today.", "What would you"),
    ("1a:gone:small", f"{_GONE} Here is what we have today.", "What would you"),
    ("1t:gone", f"{_GONE} Here is what we have today.", "What would you"),
    ("1p:blend:huge", "This choice is no longer offered. Please choose again.", "Size: 250 g"),
    ("1a:blend:huge", "This choice is no longer offered. Please choose again.", "Size: 250 g"),
    ("1t:blend:huge", "This choice is no longer offered. Please choose again.", "Size: 250 g"),
    ("1a:blend", "", "Size: 250 g"),
    ("1c:gone", "This category is gone. Here is the shop as it is today.", "What would you"),
    ("1c:cups:99999", "", "Choose something"),
    ("1l:cup", "This is no longer in your cart.", "Your cart is empty"),
    ("1r:gone", "", "Your cart is empty"),
    ("1x", "", "Your cart is empty"),
    ("1ku:gone", f"{_GONE} Your cart is as it was.", "Your cart is empty"),
    ("1k:777", "", "Your cart is empty"),
    ("add_17_1250", "That button is out of date. Here is the shop as it is now.", "What would you"),
    ("9zz", "That button is out of date. Here is the shop as it is now.", "What would you"),
    ("1i:1", "There is no such order in this chat.", None),
    ("1z:1", "There is no such order in this chat.", None),
    ("1b:1", "There is no such order in this chat.", None),
    ("1gl:xx", "", "Which language would you like?"),
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
        assert "This isn’t for sale at the moment." in changed.text
        assert await kit.orders(ann) == ()
        await ann.tap(changed, "OK, update my cart")
        accepted = await ann.wait_for("Total: €15.00")
        assert "changed" not in accepted.text
        assert HOSTILE not in accepted.text
        assert accepted.button("Checkout").data == "1o"


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

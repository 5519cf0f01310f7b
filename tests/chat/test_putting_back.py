"""A line that was taken out of the cart comes back by one tap, as it was."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bot.domain.catalog.model import LineKey, ProductId, VariantId
from bot.domain.order import ChatId, UserId
from bot.domain.shares import Member
from bot.ports import Chat, ChatKind, Note
from bot.shop.cart.cart_view import View
from tests.chat.market import open_market

CUP = LineKey(ProductId("cup"), VariantId(""))
MUG = LineKey(ProductId("mug"), VariantId(""))
SMALL = LineKey(ProductId("blend"), VariantId("small"))
LARGE = LineKey(ProductId("blend"), VariantId("large"))
ANN, JONAS = Member(UserId(11), "Alice"), Member(UserId(12), "Jonas")
CHAT, GROUP = ChatId(11), ChatId(-5)


def _seen(view: View) -> list[tuple[str, int, str | None, str | None]]:
    return [
        (one.line.key.product, one.line.quantity, one.line.note, one.line.added_by)
        for one in view.cart.lines
    ]


async def test_a_line_comes_back_with_its_note(tmp_path: Path) -> None:
    """By the button below the cart; tapped twice, or later, it adds nothing."""
    async with open_market(tmp_path) as (kit, _):
        ann = kit.person("Alice")
        chat = ChatId(ann.id)
        await kit.shop.carts.add(chat, CUP, 3)
        await kit.shop.carts.note(chat, CUP, "for Eve")
        await ann.write("/cart")
        cart = await ann.wait_for("1. Cup")
        await ann.tap(cart, "✕")
        empty = await ann.wait_for("Your cart is empty")
        await ann.tap(empty, "↩ Undo: Cup")
        again = await ann.wait_for("3 × €14.00")
        assert "Note: for Eve" in again.text
        assert "Undo" not in str(again.rows)
        await ann.forge(again, "1ru:cup::3")
        await ann.forge(again, "1kd:cup")
        await ann.wait_for("2 × €14.00")
        assert _seen(await kit.shop.carts.view(chat)) == [("cup", 2, "for Eve", None)]


async def test_a_second_tap_takes_no_way_back_away(tmp_path: Path) -> None:
    """A finger that taps twice before the cart has changed can still undo what it did."""
    async with open_market(tmp_path) as (kit, _):
        ann = kit.person("Alice")
        await kit.shop.carts.add(ChatId(ann.id), CUP, 3)
        await ann.write("/cart")
        cart = await ann.wait_for("1. Cup")
        for _ in range(2):
            await (await ann.tap(cart, "✕")).answer()
        empty = await ann.wait_for("Your cart is empty", since=0)
        await ann.tap(empty, "↩ Undo: Cup")
        await ann.wait_for("3 × €14.00")


async def test_minus_and_a_zero_can_be_undone_too(tmp_path: Path) -> None:
    """From the cart, from the line's own screen, and by a number that was written."""
    async with open_market(tmp_path) as (kit, _):
        ann = kit.person("Alice")
        await kit.shop.carts.add(ChatId(ann.id), CUP)
        await ann.write("/cart")
        await ann.tap(await ann.wait_for("1. Cup"), "−")
        await ann.tap(await ann.wait_for("Your cart is empty"), "↩ Undo: Cup")
        await ann.tap(await ann.wait_for("1. Cup"), "1. Cup")
        line = await ann.wait_for(lambda seen: "‹ Cart" in str(seen.rows))
        await ann.tap(line, "−")
        await ann.tap(await ann.wait_for("Your cart is empty"), "↩ Undo: Cup")
        await ann.tap(await ann.wait_for("1. Cup"), "1. Cup")
        await ann.wait_for(lambda seen: "‹ Cart" in str(seen.rows))
        await ann.write("0")
        await ann.tap(await ann.wait_for("Your cart is empty"), "↩ Undo: Cup")
        await ann.wait_for("1. Cup")


async def test_a_line_comes_back_to_its_old_place(tmp_path: Path) -> None:
    """First among three again, also after something new was added; so does one in between."""
    async with open_market(tmp_path) as (kit, _):
        carts = kit.shop.carts
        for key in (CUP, MUG, SMALL):
            await carts.add(CHAT, key)
        await carts.remove(CHAT, CUP)
        view = await carts.put_back(CHAT, CUP, 1)
        assert [one[0] for one in _seen(view)] == ["cup", "mug", "blend"]
        assert _seen(await carts.view(CHAT)) == _seen(view)
        await carts.remove(CHAT, MUG)
        await carts.add(CHAT, LARGE)
        view = await carts.put_back(CHAT, MUG, 1)
        assert [one[0] for one in _seen(view)] == ["cup", "mug", "blend", "blend"]
        assert _seen(await carts.view(CHAT)) == _seen(view)
        kept = await kit.running.store.read(lambda tx: tx.notes.get(Note.REMOVED.of(CHAT)))
        assert kept is None


async def test_an_emptied_cart_comes_back_whole(tmp_path: Path) -> None:
    """Notes, places and units; what was added since stays, and nothing comes twice."""
    async with open_market(tmp_path) as (kit, _):
        ann = kit.person("Alice")
        chat, carts = ChatId(ann.id), kit.shop.carts
        await carts.add(chat, CUP, 3)
        await carts.note(chat, CUP, "for Eve")
        await carts.add(chat, MUG)
        await ann.write("/cart")
        await ann.tap(await ann.wait_for("1. Cup"), "Empty the cart")
        await ann.tap(await ann.wait_for("Empty the whole cart?"), "Yes, empty it")
        empty = await ann.wait_for("Your cart is empty")
        await carts.add(chat, SMALL)
        await ann.tap(empty, "↩ Undo")
        again = await ann.wait_for("Note: for Eve")
        wanted = [("cup", 3, "for Eve", None), ("mug", 1, None, None), ("blend", 1, None, None)]
        assert _seen(await carts.view(chat)) == wanted
        assert "Undo" not in str(again.rows)
        await carts.put_all_back(chat)
        assert _seen(await carts.view(chat)) == wanted


@pytest.mark.parametrize("named", [[], [[11, "Alice", 2]]])
async def test_what_an_earlier_version_remembered_comes_back_too(
    tmp_path: Path, named: list[Any]
) -> None:
    """One line, as the last one, with its note; by its own button and by that for a whole cart."""
    before = json.dumps(["cup", "", 2, "for Eve", named])
    async with open_market(tmp_path) as (kit, _):
        carts, store = kit.shop.carts, kit.running.store
        by = "Alice" if named else None
        await store.write(lambda tx: tx.notes.set(Note.REMOVED.of(GROUP), before))
        await carts.add(GROUP, MUG)
        await carts.put_back(GROUP, CUP, 2)
        assert _seen(await carts.view(GROUP)) == [("mug", 1, None, None), ("cup", 2, "for Eve", by)]
        await carts.clear(GROUP)
        await store.write(lambda tx: tx.notes.set(Note.REMOVED.of(GROUP), before))
        await carts.put_all_back(GROUP)
        assert _seen(await carts.view(GROUP)) == [("cup", 2, "for Eve", by)]


async def test_a_zero_typed_at_a_product_can_be_undone(tmp_path: Path) -> None:
    """Beside the product, where there is more to lose than one tap brings back."""
    async with open_market(tmp_path) as (kit, _):
        ann = kit.person("Alice")
        await kit.shop.carts.add(ChatId(ann.id), CUP, 3)
        await ann.start("p_cup")
        await ann.wait_for("€14.00")
        await ann.write("0")
        gone = await ann.wait_for(lambda seen: "↩ Undo: Cup" in str(seen.rows))
        assert "Add to cart" in str(gone.rows)
        await ann.tap(gone, "↩ Undo: Cup")
        await ann.wait_for("3 × €14.00")
        assert _seen(await kit.shop.carts.view(ChatId(ann.id))) == [("cup", 3, None, None)]
        await kit.shop.carts.set_quantity(ChatId(ann.id), CUP, 1)
        await ann.start("p_cup")
        await ann.tap(await ann.wait_for(lambda seen: "1 in cart" in str(seen.rows)), "−")
        gone = await ann.wait_for(lambda seen: "Add to cart" in str(seen.rows))
        assert "Undo" not in str(gone.rows)


async def test_a_line_comes_back_to_those_who_had_it(tmp_path: Path) -> None:
    """Whoever puts it back: in a group it stays each person's own."""
    async with open_market(tmp_path) as (kit, _):
        carts = kit.shop.carts
        await carts.add(GROUP, CUP, 2, by=ANN)
        await carts.add(GROUP, CUP, 1, by=JONAS)
        removed = (await carts.remove(GROUP, CUP)).removed
        assert removed is not None
        assert removed.quantity == 3
        view = await carts.put_back(GROUP, CUP, 3, by=JONAS)
        assert _seen(view) == [("cup", 3, None, "Alice (2), Jonas (1)")]
        view = await carts.add(GROUP, CUP, -1, by=JONAS)
        assert _seen(view) == [("cup", 2, None, "Alice")]


async def test_whoever_is_forgotten_comes_back_with_nothing(tmp_path: Path) -> None:
    """What is remembered of a line goes with the person, in the groups' carts too."""
    async with open_market(tmp_path) as (kit, _):
        carts = kit.shop.carts
        kitchen = Chat(GROUP, ChatKind.GROUP, "en", "Kitchen")
        await kit.running.store.write(lambda tx: tx.chats.save(kitchen))
        for chat, by in ((CHAT, None), (GROUP, ANN)):
            await carts.add(chat, CUP, 2, by=by)
            await carts.note(chat, CUP, "for Eve")
            await carts.remove(chat, CUP)
        await kit.shop.forgetting.forget(CHAT, ANN.id)
        assert _seen(await carts.put_back(CHAT, CUP, 2)) == [("cup", 2, None, None)]
        view = await carts.put_back(GROUP, CUP, 2, by=JONAS)
        assert _seen(view) == [("cup", 2, None, "Jonas")]

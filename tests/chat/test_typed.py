"""What is typed about a line of the cart: notes that travel with it, and quantities."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.domain.order import ChatId
from bot.shop.people.conversations import About
from shop_sandbox.telegram import Person, Shown
from tests.chat.market import entries, open_market

NOTE = "ground for <b>espresso</b> & fine"


async def _cup_in_cart(person: Person, chat: int | None = None) -> Shown:
    """Put a cup into the cart and open its line."""
    await person.send(chat, "/start p_cup")
    cup = await person.wait_for("€14.00", chat=chat)
    await person.tap(cup, "Add to cart")
    shown = await person.wait_for(lambda seen: "1 in cart" in str(seen.rows), chat=chat)
    await person.tap(shown, "1 in cart")
    return await person.wait_for(lambda seen: "Add a note" in str(seen.rows), chat=chat)


async def _noted(person: Person, words: str = NOTE) -> Shown:
    line = await _cup_in_cart(person)
    await person.tap(line, "Add a note")
    await person.wait_for("Anything we should know about Cup?")
    await person.write(words)
    return await person.wait_for("Noted. It goes with your order.")


async def test_a_note_reaches_the_link_the_receipt_and_the_owner(tmp_path: Path) -> None:
    """Typed once, it stands wherever its line does, Stripe's page included."""
    async with open_market(tmp_path) as (kit, _):
        ann, marta = kit.person("Alice"), kit.person("Marta")
        line = await _noted(ann)
        assert f"Note: {NOTE}" in line.text
        await ann.tap(line, "‹ Cart")
        await ann.wait_for(lambda seen: "Your cart" in seen.text and f"Note: {NOTE}" in seen.text)
        await ann.write("/checkout")
        link = await ann.wait_for("Order 10")
        assert f"1 × Cup: €14.00\n  Note: {NOTE}" in link.text
        order = await kit.order(ann)
        page = await kit.get(str(order.url).partition("#")[0])
        assert "“ground for &lt;b&gt;espresso&lt;/b&gt; &amp; fine”" in page[1]
        assert f"Note: {NOTE}" in (await kit.pay(ann)).text
        assert f"Note: {NOTE}" in (await marta.wait_for("Sold: order", since=0)).text
        await ann.write("/orders")
        await ann.tap(await ann.wait_for("Your orders"), f"#{order.id}")
        await ann.wait_for(lambda seen: "Ordered on" in seen.text and NOTE in seen.text)
        await marta.write(f"/order {order.id}")
        await marta.wait_for(lambda seen: "Ordered on" in seen.text and NOTE in seen.text)


async def test_a_note_is_changed_and_removed(tmp_path: Path) -> None:
    """The line's screen offers both, and says what is noted now."""
    async with open_market(tmp_path) as (kit, _):
        ann = kit.person("Alice")
        line = await _noted(ann, "fine")
        await ann.tap(line, "Edit note")
        ask = await ann.wait_for("Anything we should know about Cup?")
        assert "Note: fine" in ask.text
        await ann.write("coarse")
        line = await ann.wait_for("Note: coarse")
        await ann.tap(line, "Remove the note")
        gone = await ann.wait_for(lambda seen: seen.id == line.id and "coarse" not in seen.text)
        assert "Add a note" in str(gone.rows)


async def test_a_note_that_is_too_long_may_be_sent_again(tmp_path: Path) -> None:
    """The bound is said before and after, and the question stays open."""
    async with open_market(tmp_path) as (kit, _):
        ann = kit.person("Alice")
        line = await _cup_in_cart(ann)
        await ann.tap(line, "Add a note")
        assert "up to 120 characters" in (await ann.wait_for("Anything we should know")).text
        await ann.write("🙂" * 61)
        await ann.wait_for("120 characters at most")
        await ann.write("🙂" * 60)
        assert f"Note: {'🙂' * 60}" in (await ann.wait_for("Noted.")).text


async def test_whoever_turns_to_something_else_is_not_taken_at_their_word(tmp_path: Path) -> None:
    """A tap elsewhere ends the question: the next words are a search again."""
    async with open_market(tmp_path) as (kit, _):
        ann = kit.person("Alice")
        line = await _cup_in_cart(ann)
        await ann.tap(line, "Add a note")
        await ann.wait_for("Anything we should know about Cup?")
        await ann.tap(line, "‹ Cart")
        await ann.wait_for("Your cart")
        await ann.write("blend")
        await ann.wait_for(lambda seen: "Blend" in seen.text and "Size" in seen.text)
        held = await kit.shop.carts.view(ChatId(ann.id))
        assert [one.line.note for one in held.cart.lines] == [None]


@pytest.mark.parametrize("subject", ["1mn:cup", "cup:"])
async def test_a_question_from_before_an_upgrade_is_still_answered(
    tmp_path: Path, subject: str
) -> None:
    """It was kept as a button's data once, and is kept as the line's key now."""
    async with open_market(tmp_path) as (kit, _):
        ann = kit.person("Alice")
        await _cup_in_cart(ann)
        await kit.shop.conversations.ask(ChatId(ann.id), About.NOTE, subject)
        await ann.write("ground")
        await ann.wait_for("Note: ground")


async def test_never_mind_leaves_the_line_as_it_was(tmp_path: Path) -> None:
    """The question's own message becomes the line."""
    async with open_market(tmp_path) as (kit, _):
        ann = kit.person("Alice")
        line = await _cup_in_cart(ann)
        await ann.tap(line, "Add a note")
        ask = await ann.wait_for("Anything we should know about Cup?")
        await ann.tap(ask, "Never mind")
        await ann.wait_for(lambda seen: seen.id == ask.id and "Add a note" in str(seen.rows))
        await ann.write("blend")
        await ann.wait_for(lambda seen: "Size" in seen.text)


async def test_a_group_notes_by_replying(tmp_path: Path) -> None:
    """With privacy mode the bot sees replies to its own words alone."""
    async with open_market(tmp_path) as (kit, _):
        assert kit.telegram.world.privacy
        ann, jonas, group = kit.person("Alice"), kit.person("Jonas"), kit.telegram.group
        assert group is not None
        line = await _cup_in_cart(ann, group.id)
        await jonas.tap(line, "Add a note")
        ask = await jonas.wait_for("Reply to this message", chat=group.id)
        await jonas.send(group.id, "not meant for the shop")
        await jonas.send(group.id, "blue, please", reply_to=ask.id)
        noted = await jonas.wait_for("Noted.", chat=group.id)
        assert "Note: blue, please" in noted.text
        assert "added by Alice" in noted.text


async def test_a_number_can_be_asked_for_and_is_bounded(tmp_path: Path) -> None:
    """Too many is explained with the line beside it; what is no number is asked for again."""
    async with open_market(tmp_path) as (kit, _):
        ann = kit.person("Alice")
        line = await _cup_in_cart(ann)
        await ann.tap(line, "Type a number")
        await ann.wait_for("How many of Cup would you like?")
        await ann.write("a few")
        await ann.wait_for("Please send just a number")
        await ann.write("12")
        assert "12 × €14.00 = €168.00" in (await ann.wait_for("12 × Cup in your cart")).text
        await ann.write("123456")
        told = await ann.wait_for("You can have at most 999 of these in one order.")
        assert "12 × €14.00" in told.text
        await ann.write("0")
        await ann.wait_for("Removed: Cup")
        assert not (await kit.shop.carts.view(ChatId(ann.id))).cart


async def test_a_group_counts_by_replying(tmp_path: Path) -> None:
    """Whose the units are is told as for a tap."""
    async with open_market(tmp_path) as (kit, _):
        ann, jonas, group = kit.person("Alice"), kit.person("Jonas"), kit.telegram.group
        assert group is not None
        line = await _cup_in_cart(ann, group.id)
        await jonas.tap(line, "Type a number")
        ask = await jonas.wait_for("Reply to this message with a number", chat=group.id)
        await jonas.send(group.id, "5", reply_to=ask.id)
        told = await jonas.wait_for("5 × Cup in your cart", chat=group.id)
        assert "added by Alice (1), Jonas (4)" in told.text


async def _many(ann: Person, name: str, typed: str) -> Shown:
    await ann.start(f"p_{name}")
    await ann.wait_for(lambda seen: f"1a:{name}" in str(seen.rows))
    await ann.write(typed)
    return await ann.wait_for(lambda seen: bool(seen.rows))


def _limited() -> dict[str, Any]:
    catalog = entries()
    catalog["products"][1]["max_per_order"] = 4
    return catalog


@pytest.mark.parametrize(
    ("name", "typed", "said"),
    [
        ("cup", "3", "3 × Cup in your cart"),
        ("cup", " ٣ ", "3 × Cup in your cart"),
        ("cup", "5", "You can have at most 4 of these in one order."),
        ("mug", "3", "There are only 2 left, and they are yours to take."),
    ],
)
async def test_a_number_after_a_product_is_how_many_are_wanted(
    tmp_path: Path, name: str, typed: str, said: str
) -> None:
    """No button needed; the limits of an order and of the stock are said."""
    async with open_market(tmp_path, _limited()) as (kit, _):
        shown = await _many(kit.person("Alice"), name, typed)
        assert said in shown.text


async def test_a_number_after_anything_else_is_a_search(tmp_path: Path) -> None:
    """Only what was open last is meant."""
    async with open_market(tmp_path) as (kit, _):
        ann = kit.person("Alice")
        await ann.start("p_cup")
        cup = await ann.wait_for("€14.00")
        await ann.tap(cup, "‹ Cups")
        await ann.wait_for("Choose something")
        await ann.write("3")
        told = await ann.wait_for(lambda seen: seen.from_bot)
        assert "× Cup in your cart" not in told.text
        assert not (await kit.shop.carts.view(ChatId(ann.id))).cart

"""A number by itself: it never searches, adds nothing that nobody chose, and finds orders."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.chat.handlers.numbers import count_of, number_of
from bot.domain.order import ChatId
from bot.locales import Languages
from tests.chat.market import entries, open_market
from tests.chat.owner_steps import another, labels, sold

LANGUAGES = Languages.load(strict=True)


def _numbered() -> dict[str, Any]:
    """Return a catalog with a product whose name has a number in it."""
    catalog = entries()
    blend = {"id": "no4", "category": "coffee", "name": "Blend No. 4", "price": "16.00"}
    catalog["products"].append(blend)
    return catalog


_NUMBERS = [
    "4",
    "+4",
    "-4",
    "− 4",
    "4x",
    "4 ×",
    "x4",
    "4х",
    "№ 4",
    "#4",
    "4!",
    "٤",
    "4️⃣",
    "+49 170 44444",
]


async def test_a_number_is_asked_about_and_never_searched_for(tmp_path: Path) -> None:
    """A product has that number in its name: it is not opened, and nothing is added."""
    async with open_market(tmp_path, _numbered()) as (kit, _):
        ann = kit.person("Alice")
        for typed in (*_NUMBERS, "1"):
            await ann.write(typed)
            asked = await ann.wait_for("What is ")
            assert "€16.00" not in asked.text
        assert not (await kit.shop.carts.view(ChatId(ann.id))).cart


async def test_a_number_can_be_searched_for_by_a_tap(tmp_path: Path) -> None:
    """Where it would find something, a button offers to look; so does the command."""
    async with open_market(tmp_path, _numbered()) as (kit, _):
        ann = kit.person("Alice")
        await ann.write("4")
        asked = await ann.wait_for("What is 4 for?")
        assert labels(asked)[:2] == ["🔍 Search for 4", "Write to the shop"]
        await ann.tap(asked, "Search for 4")
        await ann.wait_for("€16.00")
        await ann.write("77")
        assert "Search" not in str(labels(await ann.wait_for("What is 77 for?")))
        await ann.write("/search 4")
        await ann.wait_for("€16.00")


async def test_what_a_search_opened_is_not_chosen(tmp_path: Path) -> None:
    """A single find opens at once; a number after it adds nothing."""
    catalog = entries()
    catalog["products"][3]["stock"] = 5
    async with open_market(tmp_path, catalog) as (kit, _):
        ann = kit.person("Alice")
        for words in ("jug", "/search jug", "/start q_jug"):
            await ann.write(words)
            await ann.wait_for("€30.00")
            await ann.write("1")
            await ann.wait_for("What is 1 for?")
        assert not (await kit.shop.carts.view(ChatId(ann.id))).cart


async def test_a_number_long_after_a_product_was_opened_adds_nothing(tmp_path: Path) -> None:
    """Ten minutes are long enough to mean something else by it; until then it says how many."""
    async with open_market(tmp_path) as (kit, _):
        ann = kit.person("Alice")
        await ann.start("p_cup")
        await ann.wait_for("€14.00")
        kit.clock.jump(600)
        await ann.write("2x")
        await ann.wait_for("2 × Cup in your cart")
        kit.clock.jump(601)
        await ann.write("3")
        await ann.wait_for("What is 3 for?")
        (line,) = (await kit.shop.carts.view(ChatId(ann.id))).cart.lines
        assert line.line.quantity == 2


async def test_an_orders_number_leads_to_the_order(tmp_path: Path) -> None:
    """To the chat's own as its customer sees it, to any for an owner; to nobody else's."""
    async with open_market(tmp_path) as (kit, _):
        ann, marta, joe = kit.person("Alice"), kit.person("Marta"), another(kit)
        order = await sold(kit, ann)
        for typed in ("{}", "№ {}", "Bestellung Nr. {}"):
            words = typed.format(order.id)
            await ann.write(words)
            shown = await ann.wait_for("Ordered on")
            assert f"Order {order.id}" in shown.text
            await marta.write(words)
            await marta.wait_for(lambda seen: "Address" in str(labels(seen)))
        await joe.write(f"{order.id}")
        await joe.wait_for("What is 1001 for?")
        await joe.write(f"order {order.id}")
        await joe.wait_for("I find no order 1001 in this chat.")


@pytest.mark.parametrize(
    ("typed", "order", "named"),
    [
        ("1001", 1001, False),
        ("№1001", 1001, True),
        ("заказ № 1001", 1001, True),
        ("رقم الطلب ١٠٠١", 1001, True),
        ("n° 1001", 1001, True),
        ("1000", None, False),
        ("2 x 3", None, False),
        ("12.50", None, False),
        ("12:30 – 14:00", None, False),
        ("½", None, False),
        ("9" * 16, None, False),
    ],
)
def test_what_is_a_number(typed: str, order: int | None, named: bool) -> None:
    """However it is written, as long as no other word stands beside it."""
    found = number_of(typed, LANGUAGES)
    assert found is not None
    assert (found.order, found.named) == (order, named)


@pytest.mark.parametrize("typed", ["", "x", "№", "order", "250 g", "7up", "guji 4", "two", "👍"])
def test_what_is_no_number(typed: str) -> None:
    """Sizes, names and words are searched for as ever."""
    assert number_of(typed, LANGUAGES) is None


@pytest.mark.parametrize(
    ("typed", "count"),
    [("3", 3), (" ٣ ", 3), ("3x", 3), ("X 3", 3), ("3 ×", 3), ("3*", 3), ("0", 0)]
    + [
        (no, None)
        for no in ("+3", "-3", "3.5", "3 4", "x", "", "x3x3", "№ 3", "three", "1234567890")
    ],
)
def test_how_many_are_meant(typed: str, count: int | None) -> None:
    """A sign or a point could mean something else, and is asked about."""
    assert count_of(typed) == count


async def test_what_an_owner_types_at_a_question_is_no_shopping(tmp_path: Path) -> None:
    """Questions that buttons answer wait too, until something is tapped or commanded."""
    async with open_market(tmp_path) as (kit, _):
        ann, marta = kit.person("Alice"), kit.person("Marta")
        order = await sold(kit, ann)
        await marta.write(f"/order {order.id}")
        shown = await marta.wait_for("Ordered on")
        for button, words in (("Refund", "12"), ("Refund", "blend"), ("Shipped", "blend")):
            await marta.tap(shown, button)
            await marta.wait_for(lambda seen: seen.id > shown.id)
            await marta.write(words)
            told = await marta.wait_for(lambda seen: seen.from_bot)
            assert not any(word in told.text for word in ("found", "Size", "What is"))
        await marta.write("/search blend")
        await marta.wait_for("Size: 250 g")
        await marta.write("blend")
        await marta.wait_for("Size: 250 g")


async def test_a_decision_is_not_taken_by_words(tmp_path: Path) -> None:
    """Sure? is answered by its button; a typed yes moves no money and finds no goods."""
    async with open_market(tmp_path) as (kit, _):
        ann, marta = kit.person("Alice"), kit.person("Marta")
        order = await sold(kit, ann)
        await marta.write(f"/order {order.id}")
        await marta.tap(await marta.wait_for("Ordered on"), "Refund")
        await marta.tap(await marta.wait_for("Refund order"), "Refund €")
        sure = await marta.wait_for(lambda seen: "Yes" in str(labels(seen)))
        await marta.write("yes")
        await marta.wait_for("The question above is answered by its buttons")
        found = await kit.shop.orders.get(order.id)
        assert found is not None
        assert not found.refunded
        await marta.tap(sure, "Yes")
        await marta.wait_for("Do the goods go back")
        await marta.write("yes")
        await marta.wait_for("The question above is answered by its buttons")


async def test_a_price_in_doubt_is_no_shopping_either(tmp_path: Path) -> None:
    """Is this price right? waits for a tap: yes, a name or another number find no goods."""
    async with open_market(tmp_path) as (kit, _):
        marta = kit.person("Marta")
        await marta.write("/price cup 4")
        asked = await marta.wait_for("Is this price right?")
        for words in ("yes", "cup", "14.50"):
            await marta.write(words)
            await marta.wait_for("The question above is answered by its buttons")
        await marta.tap(asked, "Keep")
        await marta.wait_for("The old price stays")
        await marta.write("/delete")
        await marta.wait_for(lambda seen: "Delete" in str(labels(seen)))
        await marta.write("cup")
        await marta.wait_for("The question above is answered by its buttons")


async def test_an_owners_late_answer_is_told_that_it_is_late(tmp_path: Path) -> None:
    """The question's hour is over: the number is no price, and no shopping either."""
    async with open_market(tmp_path, _numbered()) as (kit, _):
        marta = kit.person("Marta")
        before = kit.settings.catalog.read_bytes()
        await marta.write("/price cup")
        await marta.wait_for("cup")
        kit.clock.jump(3601)
        await marta.write("4")
        await marta.wait_for("that question has expired")
        assert kit.settings.catalog.read_bytes() == before


async def test_a_barcode_may_be_typed_by_its_beginning(tmp_path: Path) -> None:
    """What begins a code of the shop is searched for; one or two digits are how many, as before."""
    catalog = entries()
    catalog["products"][0]["sku"] = "9781"
    catalog["products"][1]["barcode"] = "978-0-14-143982-2"
    async with open_market(tmp_path, catalog) as (kit, _):
        ann = kit.person("Alice")
        await ann.write("978")
        await ann.wait_for("Results for 978")
        await ann.write("978-0")
        await ann.wait_for("€14.00")
        for typed in ("97", "979"):
            await ann.write(typed)
            await ann.wait_for(f"What is {typed} for?")


@pytest.mark.parametrize("typed", ["9780141439822", "978-0-14-143982-2", "978 0141439822"])
async def test_a_barcode_leads_to_its_product(tmp_path: Path, typed: str) -> None:
    """An ISBN that the catalog has is searched at once, however it is typed; others are asked."""
    catalog = entries()
    catalog["products"][1]["barcode"] = "978-0-14-143982-2"
    async with open_market(tmp_path, catalog) as (kit, _):
        ann = kit.person("Alice")
        await ann.write(typed)
        await ann.wait_for("€14.00")
        await ann.write("9780141439823")
        await ann.wait_for("9780141439823")

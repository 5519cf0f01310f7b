"""Finding in the chat: words, pages, and links that lead to what is sold."""

from __future__ import annotations

import re
from pathlib import Path

from bot.chat.actions import Search
from bot.chat.codec import LIMIT
from bot.chat.handlers.search import asked_by, payload_of
from bot.chat.routes import decode, encode
from bot.chat.screens.search import carried
from tests.chat.market import HOSTILE, entries, open_market, put_on_the_shelf


async def test_words_typed_to_the_bot_find_products(tmp_path: Path) -> None:
    """A slip is forgiven, several products become buttons with prices, and one opens at once."""
    catalog = entries()
    catalog["products"].append(
        {"id": "cup2", "category": "cups", "name": "Big cup", "price": "16.00", "was": "20.00"}
    )
    async with open_market(tmp_path, catalog) as (kit, _):
        ann = kit.person("Alice")
        await ann.write("Cups")
        found = await ann.wait_for("Results for Cups")
        assert [row[0].text for row in found.rows][:2] == ["Cup · €14.00", "Big cup · €16.00"]
        assert found.text == f"Results for Cups\n\nOn sale:\nBig cup €20.00 €16.00\n\n• {HOSTILE}"
        await ann.tap(found, "Big cup")
        await ann.wait_for("€16.00")
        await ann.write("/search blendd")
        await ann.wait_for("Size: 250 g")


async def test_what_is_sold_goes_before_courtesy(tmp_path: Path) -> None:
    """A shop with a card that says thanks finds the card."""
    catalog = entries()
    card = {"id": "card", "category": "cups", "name": "Thank you card", "price": "2.00"}
    catalog["products"].append(card)
    async with open_market(tmp_path, catalog) as (kit, _):
        ann = kit.person("Alice")
        await ann.write("Thank you")
        await ann.wait_for("€2.00")
        await ann.write("Hello")
        await ann.wait_for("Hello! Good to see you.")


async def test_nothing_found_offers_what_is_near_and_the_shelves(tmp_path: Path) -> None:
    """No search ends in a dead end."""
    async with open_market(tmp_path) as (kit, _):
        ann = kit.person("Alice")
        await ann.write("blue blend of tea")
        nothing = await ann.wait_for("Nothing found: blue blend of tea")
        labels = [button.text for row in nothing.rows for button in row]
        assert labels[0] == "Blend · from €12.50"
        assert {"☕ Coffee", "Cups", "Write to the shop", "Open the shop"} <= set(labels)
        await ann.write("qqqq")
        await ann.wait_for("Shall we look around?")


async def test_what_is_found_is_paged(tmp_path: Path) -> None:
    """Nine products stand on two pages, turned in place."""
    catalog = entries()
    catalog["products"] = [
        {"id": f"tea{n}", "category": "cups", "name": f"Tea {n}", "price": "3.00"}
        for n in range(1, 10)
    ]
    async with open_market(tmp_path, catalog) as (kit, _):
        ann = kit.person("Alice")
        await ann.write("tea")
        first = await ann.wait_for("Results for")
        await ann.tap(first, "›")
        second = await ann.wait_for(lambda shown: "Tea 9" in str(shown.rows))
        assert second.id == first.id
        assert "2 of 2" in str(second.rows)


async def test_in_a_group_only_the_command_searches(tmp_path: Path) -> None:
    """People talk in a group; the shop answers when it is asked."""
    async with open_market(tmp_path) as (kit, _):
        ann = kit.person("Alice")
        group = kit.telegram.group
        assert group is not None
        await ann.send(group.id, "/search cup")
        await ann.wait_for("Results for cup", chat=group.id)


async def test_links_lead_to_product_shelf_and_search(tmp_path: Path) -> None:
    """Each kind of link opens what it names; one to something gone says so kindly."""
    async with open_market(tmp_path) as (kit, _):
        ann = kit.person("Alice")
        await ann.start("p_cup")
        await ann.wait_for("€14.00")
        await ann.start("c_cups")
        await ann.wait_for("Choose something")
        await ann.start("q_blend")
        await ann.wait_for("Size: 250 g")
        await ann.start(payload_of("Чашка"))
        await ann.wait_for("€9.00")
        changed = entries()
        changed["products"] = [one for one in changed["products"] if one["id"] != "cup"]
        await put_on_the_shelf(kit, changed)
        await ann.start("p_cup")
        gone = await ann.wait_for("This isn’t for sale at the moment.")
        assert "☕ Coffee" in str(gone.rows)
        await ann.start("q_--")
        await ann.wait_for("What this link led to is no longer here.")
        await ann.start("s_----")
        await ann.wait_for("What this link led to is no longer here.")
        await ann.start("p_NO")
        await ann.wait_for("What this link led to is no longer here.")


async def test_links_survive_edits_of_the_catalog(tmp_path: Path) -> None:
    """Renamed, moved to another shelf, dearer and in another order: a link goes by the id."""
    async with open_market(tmp_path) as (kit, _):
        ann = kit.person("Alice")
        changed = entries()
        changed["products"].reverse()
        changed["categories"].reverse()
        cup = next(one for one in changed["products"] if one["id"] == "cup")
        cup.update(name="Tall cup", category="coffee", price="15.00")
        await put_on_the_shelf(kit, changed)
        await ann.start("p_cup")
        shown = await ann.wait_for("Tall cup")
        assert "€15.00" in shown.text
        await ann.start("c_cups")
        shelf = await ann.wait_for("Choose something")
        assert "Tall cup" not in str(shelf.rows)


def test_a_question_fits_a_button_and_a_link() -> None:
    """The longest question in any script is cut to whole letters and read back as it was cut."""
    for words in ("coffee cup", "домашняя смесь кофе для эспрессо", "咖" * 60, "a:b:c", "café"):
        asked = carried(words)
        action = Search(asked, 99999)
        assert len(encode(action).encode()) <= LIMIT
        assert decode(encode(action)) == action
        payload = payload_of(words)
        assert re.fullmatch("[A-Za-z0-9_-]{1,64}", payload)
        assert asked.startswith(asked_by(payload))


def test_a_payload_of_somebody_elses_is_no_question() -> None:
    """Whatever stands in a link, reading it ends in words or in nothing."""
    assert asked_by("s_????") == ""
    assert asked_by("s_a") == ""
    assert asked_by("s______w") != "coffee"

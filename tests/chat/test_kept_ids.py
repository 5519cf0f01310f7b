"""A catalog edited under carts, old buttons, links and counts: never other goods in silence."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

from bot.chat.actions import OrderAgain
from bot.chat.routes import encode
from bot.domain.catalog.model import StockId
from kit import Kit
from kit.patience import PATIENCE
from shop_sandbox.telegram import Person, Shown
from tests.chat.market import entries, open_market, put_on_the_shelf
from tests.chat.owner_steps import sold
from tests.workers.test_catalog import until


def suits() -> dict[str, Any]:
    """Return a shop with a suit of sizes and cuts that share ids, the sizes counted."""
    catalog = entries()
    catalog["products"].append(
        {
            "id": "suit",
            "category": "cups",
            "name": "Suit",
            "price": "99.00",
            "options": [
                {
                    "id": "size",
                    "name": "Size",
                    "values": [
                        {"id": "s", "name": "Small", "stock": 5},
                        {"id": "m", "name": "Medium", "stock": 5},
                    ],
                },
                {
                    "id": "cut",
                    "name": "Cut",
                    "values": [{"id": "s", "name": "Slim"}, {"id": "m", "name": "Modern"}],
                },
            ],
        }
    )
    return catalog


def _turned(catalog: dict[str, Any]) -> dict[str, Any]:
    catalog["products"][-1]["options"].reverse()
    return catalog


def _save(kit: Kit, catalog: dict[str, Any]) -> str:
    text = json.dumps(catalog, indent=1).encode()
    kit.settings.catalog.write_bytes(text)
    return sha256(text).hexdigest()


async def _with_one_in_the_cart(ann: Person, link: str) -> Shown:
    await ann.start(link)
    goods = await ann.wait_for("Size: Small")
    await ann.tap(goods, "Add to cart")
    return await ann.wait_for(lambda shown: "1 in cart" in str(shown.rows))


async def _cart(ann: Person) -> str:
    await ann.write("/cart")
    return (await ann.wait_for("Your cart")).text


async def _free(kit: Kit, stock_id: str) -> int | None:
    levels = await kit.shop.context.store.read(lambda tx: tx.stock.levels([StockId(stock_id)]))
    return levels[StockId(stock_id)].free


async def test_options_that_share_ids_do_not_change_places(tmp_path: Path) -> None:
    """The owner reads which id is it and what to do; cart, button, link and count stay right."""
    async with open_market(tmp_path, suits()) as (kit, _):
        marta, ann = kit.person("Marta"), kit.person("Alice")
        await marta.start()
        old = await _with_one_in_the_cart(ann, "p_suit_s_m")

        _save(kit, _turned(suits()))
        told = await marta.wait_for("“s.m” stands for size: s, cut: m", timeout=PATIENCE)

        assert "would now stand for size: m, cut: s" in told.text
        assert "give the values of one of these options other ids" in told.text
        assert "Suit, Small, Modern" in await _cart(ann)
        await ann.forge(old, "1a:suit:s.m")
        await ann.wait_for(lambda shown: "2 in cart" in str(shown.rows))
        await ann.start("p_suit_s_m")
        assert "Cut: Modern" in (await ann.wait_for("Size: Small")).text
        assert await _free(kit, "suit/s") == 5


async def test_control_unrefused_it_is_another_suit(tmp_path: Path) -> None:
    """A catalog that nobody held against the one before: what was Small, Modern is Slim, Medium."""
    async with open_market(tmp_path, suits()) as (kit, _):
        ann = kit.person("Alice")
        await _with_one_in_the_cart(ann, "p_suit_s_m")

        await put_on_the_shelf(kit, _turned(suits()))

        assert "Suit, Slim, Medium" in await _cart(ann)


async def test_ids_of_their_own_let_the_options_change_places(tmp_path: Path) -> None:
    """What the fault advises is taken in, and a choice by the old ids is kindly gone."""
    async with open_market(tmp_path, suits()) as (kit, _):
        ann = kit.person("Alice")
        await _with_one_in_the_cart(ann, "p_suit_s_m")
        apart = _turned(suits())
        for value in apart["products"][-1]["options"][0]["values"]:
            value["id"] = f"cut-{value['id']}"

        saved = _save(kit, apart)
        await until(lambda: kit.shop.current.catalog.fingerprint == saved)

        assert "isn’t for sale" in await _cart(ann)
        await ann.start("p_suit_cut-m_s")
        assert "Cut: Modern" in (await ann.wait_for("Size: Small")).text


async def test_options_with_ids_of_their_own_change_places(tmp_path: Path) -> None:
    """Everything in another order and named anew: one line of the same goods, counted on."""
    catalog = suits()
    sizes, cuts = catalog["products"][-1]["options"]
    for value in cuts["values"]:
        value["id"] = f"cut-{value['id']}"
    async with open_market(tmp_path, catalog) as (kit, _):
        ann = kit.person("Alice")
        old = await _with_one_in_the_cart(ann, "p_suit_s_cut-m")
        sizes["name"], cuts["name"] = "Size anew", "Cut anew"
        for option in _turned(catalog)["products"][-1]["options"]:
            option["values"].reverse()

        saved = _save(kit, catalog)
        await until(lambda: kit.shop.current.catalog.fingerprint == saved)

        await ann.forge(old, "1a:suit:s.cut-m")
        await ann.wait_for(lambda shown: "2 in cart" in str(shown.rows))
        await ann.start("p_suit_s_cut-m")
        link = await ann.wait_for("Size anew: Small")
        assert "2 in cart" in str(link.rows)
        cart = await _cart(ann)
        assert cart.count("Suit, Modern, Small") == 1
        assert "2 ×" in cart
        assert await _free(kit, "suit/s") == 5


async def test_other_goods_by_the_old_id_are_said_before_they_are_paid(tmp_path: Path) -> None:
    """An id that is given anew later cannot be known for another's: the cart names both."""
    async with open_market(tmp_path) as (kit, _):
        ann = kit.person("Alice")
        await ann.start("p_cup")
        await ann.tap(await ann.wait_for("Cup"), "Add to cart")
        await ann.wait_for(lambda shown: "1 in cart" in str(shown.rows))
        without, anew = entries(), entries()
        del without["products"][1]
        anew["products"][1]["name"] = "Tray"
        await put_on_the_shelf(kit, without)
        await put_on_the_shelf(kit, anew)

        await ann.write("/checkout")
        cart = await ann.wait_for("It was called Cup when you added it.")
        assert "Tray" in cart.text
        assert await kit.orders(ann) == ()

        await ann.tap(cart, "OK, update my cart")
        seen = await ann.wait_for("Your cart")
        assert "It was called" not in seen.text
        await ann.tap(seen, "Checkout")
        await ann.wait_for("1 × Tray")


async def test_control_another_language_or_none_of_it_is_no_other_name(tmp_path: Path) -> None:
    """A translation that is added, and the words that stay, keep nobody from paying."""
    async with open_market(tmp_path) as (kit, _):
        ann = kit.person("Alice")
        await ann.start("p_blend_small")
        await ann.tap(await ann.wait_for("Size: 250 g"), "Add to cart")
        await ann.wait_for(lambda shown: "1 in cart" in str(shown.rows))
        translated = entries()
        translated["products"][0]["name"] = {"de": "Mischung", "en": "Blend"}
        await put_on_the_shelf(kit, translated)

        await ann.write("/checkout")

        await ann.wait_for("1 × Blend, 250 g")


async def test_buying_again_names_what_has_another_name_today(tmp_path: Path) -> None:
    """It is not paid at once, as what is the same would be: it is in the cart, and both are named.

    Control: a second order by the new name is paid at once.
    """
    async with open_market(tmp_path) as (kit, _):
        ann = kit.person("Alice")
        order = await sold(kit, ann, "cup")
        renamed = entries()
        renamed["products"][1]["name"] = "Tray"
        await put_on_the_shelf(kit, renamed)
        await ann.start()
        home = await ann.wait_for("Corner")

        await ann.forge(home, encode(OrderAgain(order.id)))
        told = await ann.wait_for("Back in your cart, with these changes")
        assert "Cup: it is called Tray today." in told.text

        again = await sold(kit, ann, "cup")
        await ann.start()
        home = await ann.wait_for("Corner")
        await ann.forge(home, encode(OrderAgain(again.id)))
        await ann.wait_for("Order 1003")


async def test_a_table_of_which_one_column_was_sorted_changes_nothing(tmp_path: Path) -> None:
    """Names that stand beside other ids are told at the table's line.

    Control: sorted with its ids, it is the catalog as it was.
    """
    async with open_market(tmp_path) as (kit, _):
        marta = kit.person("Marta")
        old = kit.settings.catalog.read_bytes()
        await marta.upload(b"id;name\ncup;Jug\njug;Cup\n", "goods.csv", mime="text/csv")
        told = await marta.wait_for("The file you sent has 1 error.")
        assert "Line 2" in told.text
        assert "the id “cup” stands for “Cup”, and would now stand for “Jug”" in told.text
        await marta.upload(b"id;name\njug;Jug\ncup;Cup\n", "goods.csv", mime="text/csv")
        await marta.wait_for("the shop has all of it already")
        assert kit.settings.catalog.read_bytes() == old

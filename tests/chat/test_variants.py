"""A product with variants in a chat, over real HTTP: chosen, bought, the file edited meanwhile."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from bot.chat.actions import AddOne, BuyNow
from bot.chat.codec import link_payload
from bot.chat.routes import encode
from bot.domain.catalog.model import LineKey, ProductId, StockId, VariantId
from bot.domain.order import ChatId
from tests.chat.market import entries, open_market, put_on_the_shelf


def _variant(size: str, colour: str, **own: object) -> dict[str, object]:
    return {"options": {"size": size, "colour": colour}, **own}


def tees() -> dict[str, Any]:
    """Return a shop that sells T-shirts, whose first variant is sold out."""
    catalog = entries()
    sizes = [{"id": one, "name": one.upper()} for one in ("s", "m", "l")]
    colours = [{"id": "red", "name": "Red"}, {"id": "blue", "name": "Blue"}]
    catalog["products"].append(
        {
            "id": "tee",
            "category": "cups",
            "name": "T-shirt",
            "price": "19.00",
            "options": [
                {"id": "size", "name": "Size", "values": sizes},
                {"id": "colour", "name": "Colour", "values": colours},
            ],
            "variants": [
                _variant("m", "red", stock=0),
                _variant("s", "red", stock=4, sku="TS-S-RED"),
                _variant("m", "blue", stock=7, price="17.00", was="21.00"),
                _variant("l", "blue", stock=2, price="17.00", sku="TS-L-BLUE"),
            ],
        }
    )
    return catalog


async def test_choosing_says_what_is_possible_and_never_ends(tmp_path: Path) -> None:
    """What is sold out shows itself and what is left; what is not made leads to what is."""
    async with open_market(tmp_path, tees()) as (kit, _):
        ann = kit.person("Alice")
        await ann.start("p_tee")
        tee = await ann.wait_for("Size: S")
        await ann.tap(tee, "M · sold out")
        gone = await ann.wait_for("This choice is sold out.")
        assert "Still available in M: Blue." in gone.text
        await ann.tap(gone, "S")
        back = await ann.wait_for("Size: S")
        tap = await ann.tap(back, "L · unavailable")
        assert (await tap.answer()).text == "L does not come in Red. Here it is in Blue."
        large = await ann.wait_for("Size: L")
        assert "Colour: Blue" in large.text
        await ann.tap(large, "Add to cart")
        await ann.wait_for(lambda shown: "1 in cart" in str(shown.rows))
        view = await kit.shop.carts.view(ChatId(ann.id))
        assert [one.line.key for one in view.cart.lines] == [
            LineKey(ProductId("tee"), VariantId("blue.l"))
        ]


async def test_a_variants_own_number_opens_it(tmp_path: Path) -> None:
    """However its sku is typed, the choice is made; by the product's name it is open, as before."""
    async with open_market(tmp_path, tees()) as (kit, _):
        ann = kit.person("Alice")
        for typed in ("TS-L-BLUE", "/search ts l blue"):
            await ann.write(typed)
            await ann.wait_for("Size: L · Colour: Blue")
            await ann.write("t-shirt")
            await ann.wait_for("Size: S · Colour: Red")


async def test_a_card_found_by_a_number_opens_the_variant(tmp_path: Path) -> None:
    """In any chat: it says which choice and its price. CONTROL: by its name it is any of them."""
    async with open_market(tmp_path, tees()) as (kit, _):
        ann = kit.person("Alice")
        cards = []
        for asked in ("TS-L-BLUE", "t-shirt"):
            answer = await ann.ask_inline(asked)
            sent = await ann.choose(answer, answer["results"][0]["id"])
            link = str(sent.rows[0][0].url)
            cards.append((sent.text, link.partition("?start=")[2]))

        assert cards == [
            ("T-shirt, L, Blue\n\n€17.00", "p_tee_blue_l"),
            ("T-shirt\n\n€21.00 from €17.00", "p_tee"),
        ]
        await ann.choose(await ann.ask_inline("ts l blue"), "tee")
        await ann.wait_for("Size: L · Colour: Blue")


async def test_a_link_opens_the_variant_that_was_shared(tmp_path: Path) -> None:
    """The button to share names the choice; one that is gone by then opens what there is."""
    async with open_market(tmp_path, tees()) as (kit, _):
        ann, jonas = kit.person("Alice"), kit.person("Jonas")
        payload = link_payload(ProductId("tee"), VariantId("blue.l"))
        assert payload == "p_tee_blue_l"
        await ann.start(payload)
        shown = await ann.wait_for("Size: L")
        assert "Colour: Blue" in shown.text
        await jonas.start("p_tee_green_xl")
        await jonas.wait_for("Size: S")


async def test_carts_buttons_and_counts_outlive_an_edit_of_the_file(tmp_path: Path) -> None:
    """Options, values and variants in another order and named anew: the same goods, counted on."""
    async with open_market(tmp_path, tees()) as (kit, _):
        ann = kit.person("Alice")
        await ann.start("p_tee")
        tee = await ann.wait_for("Size: S")
        await ann.tap(tee, "Add to cart")
        one = await ann.wait_for(lambda shown: "1 in cart" in str(shown.rows))

        edited = tees()
        product = edited["products"][-1]
        product["variants"].reverse()
        product["options"].reverse()
        for option in product["options"]:
            option["values"].reverse()
            option["name"] += " anew"
        await put_on_the_shelf(kit, edited)

        await ann.tap(one, "+")
        two = await ann.wait_for("Size anew: S")
        assert "2 in cart" in str(two.rows)
        await ann.forge(two, "1a:tee:s.red")
        await ann.wait_for(lambda shown: "3 in cart" in str(shown.rows))
        levels = await kit.shop.context.store.read(
            lambda tx: tx.stock.levels([StockId("tee/red.s")])
        )
        assert levels[StockId("tee/red.s")].free == 4


async def test_a_variant_that_was_hidden_is_not_sold_by_old_buttons(tmp_path: Path) -> None:
    """Neither into the cart nor at once; both show what there is."""
    edited = tees()
    edited["products"][-1]["variants"][1]["hidden"] = True
    async with open_market(tmp_path, edited) as (kit, _):
        ann = kit.person("Alice")
        await ann.start("p_tee")
        tee = await ann.wait_for("Size: M")
        for action in (AddOne, BuyNow):
            tap = await ann.forge(tee, encode(action(ProductId("tee"), VariantId("red.s"))))
            assert "no longer offered" in (await tap.answer()).text
        assert (await kit.shop.carts.view(ChatId(ann.id))).cart.units == 0
        assert await kit.orders(ann) == ()


async def test_a_purchase_names_the_variant_and_takes_it_from_its_own_stock(
    tmp_path: Path,
) -> None:
    """Stripe's line item, the receipt and the ledger know which one was bought."""
    async with open_market(tmp_path, tees()) as (kit, _):
        ann = kit.person("Alice")
        await ann.start("p_tee")
        tee = await ann.wait_for("Size: S")
        await ann.tap(tee, "Add to cart")
        await ann.wait_for(lambda shown: "1 in cart" in str(shown.rows))
        await ann.write("/checkout")
        await ann.wait_for("1 × T-shirt, S, Red: €19.00")
        order = await kit.order(ann)
        (item,) = json.loads(order.attempt.parameters)["line_items"]
        assert item["price_data"]["product_data"]["name"] == "T-shirt, S, Red"
        receipt = await kit.pay(ann)
        assert "1 × T-shirt, S, Red: €19.00" in receipt.text
        levels = await kit.shop.context.store.read(
            lambda tx: tx.stock.levels([StockId("tee/red.s")])
        )
        assert levels[StockId("tee/red.s")].free == 3

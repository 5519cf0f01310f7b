"""Where to: asked once of a shop with several zones, remembered, and changed from the cart."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bot.domain.cart import Cart
from bot.domain.order import ChatId
from kit import Kit
from shop_sandbox.telegram import Person, Shown
from tests.chat.market import entries, open_market, put_on_the_shelf

_NEAR = {
    "id": "near",
    "name": {"en": "Spain and Portugal", "de": "Spanien und Portugal"},
    "countries": ["PT", "ES"],
    "rates": [{"id": "post", "name": "Post", "price": "4.90", "free_over": "20.00"}],
}
_EUROPE = ("AT", "BE", "BG", "CZ", "DE", "DK", "EE", "FI", "FR", "GR", "HR", "HU", "IE", "IT")
_FAR = {
    "id": "far",
    "name": "Rest of Europe",
    "countries": [*_EUROPE],
    "rates": [
        {"id": "post", "name": "Airmail", "price": "9.90"},
        {"id": "courier", "name": "Courier", "price": "24.00", "days": [2, 3]},
    ],
}
_HOME = {
    "id": "home", "name": "Andorra", "countries": ["AD"],
    "rates": [{"id": "walk", "name": "On foot", "price": 0}],
}  # fmt: skip


def _selling(*zones: Any, **more: Any) -> dict[str, Any]:
    return {**entries(), "checkout": {"shipping": {"zones": list(zones)}, **more}}


async def _cup(person: Person) -> None:
    await person.start("p_cup")
    shown = await person.wait_for(lambda seen: "1a:cup" in str(seen.rows))
    await person.tap(shown, "Add to cart")
    await person.wait_for(lambda seen: "1 in cart" in str(seen.rows))


async def _checkout(person: Person, wanted: str) -> Shown:
    await person.write("/checkout")
    return await person.wait_for(wanted)


async def test_where_to_is_asked_once_and_stripe_takes_that_zone_alone(tmp_path: Path) -> None:
    """By zone, then by country where a zone has few; the next order asks nothing any more."""
    async with open_market(tmp_path, _selling(_NEAR, _FAR, _HOME)) as (kit, _):
        ann = kit.person("Alice")
        await _cup(ann)
        asked = await _checkout(ann, "Where to?")
        assert asked.text == (
            "Where to?\n\nSpain and Portugal: €4.90\nRest of Europe: from €9.90\nAndorra: free"
        )
        assert [b.text for b in asked.buttons] == [
            "Spain and Portugal", "Rest of Europe", "Andorra", "‹ Cart",
        ]  # fmt: skip
        await ann.tap(asked, "Spain and Portugal")
        country = await ann.wait_for("Which country?")
        assert [b.text for b in country.buttons] == [
            "Portugal", "Spain", "Somewhere else", "‹ Cart",
        ]  # fmt: skip
        await ann.tap(country, "Portugal")
        link = await ann.wait_for("Order 10")
        assert "To Portugal and Spain:\nPost: €4.90" in link.text
        order = await kit.order(ann)
        session = kit.stripe.sessions[str(order.session_id)]
        assert session["shipping_address_collection"]["allowed_countries"] == ["PT", "ES"]
        assert [one["shipping_amount"] for one in session["shipping_options"]] == [490]
        receipt = await kit.pay(ann)
        assert "Delivery: Post · €4.90" in receipt.text
        await _cup(ann)
        await _checkout(ann, "To Portugal and Spain:")


async def test_another_zone_is_another_session_even_at_the_same_price(tmp_path: Path) -> None:
    """The cart says where to and for how much, and changes it; the old link is closed."""
    far = {**_FAR, "rates": _NEAR["rates"]}
    async with open_market(tmp_path, _selling(_NEAR, far)) as (kit, _):
        ann = kit.person("Alice")
        await _cup(ann)
        await ann.write("/cart")
        cart = await ann.wait_for("Your cart")
        assert "Total: €14.00\nDelivery: €4.90" in cart.text
        await ann.tap(cart, "📍 Where to?")
        await ann.tap(await ann.wait_for("Where to?\n\n"), "Rest of Europe")
        cart = await ann.wait_for("To: Rest of Europe")
        assert "To: Rest of Europe\nDelivery: €4.90\n€6.00 more and delivery is free." in cart.text
        await _checkout(ann, "To Austria")
        first = await kit.order(ann)
        await ann.write("/cart")
        await ann.tap(await ann.wait_for("To: Rest of Europe"), "📍 Rest of Europe")
        await ann.tap(await ann.wait_for("Where to?\n\n"), "Spain and Portugal")
        await ann.tap(await ann.wait_for("Which country?"), "Spain")
        await ann.wait_for("To: Spain\nDelivery: €4.90")
        await _checkout(ann, "To Portugal and Spain:")
        second = await kit.order(ann)
        assert (first.allowed.shipping, first.allowed.rates[0].id) == (
            second.allowed.shipping, second.allowed.rates[0].id,
        )  # fmt: skip
        assert first.id != second.id
        old = kit.stripe.sessions[str(first.session_id)]
        new = kit.stripe.sessions[str(second.session_id)]
        assert (old["status"], new["status"]) == ("expired", "open")
        assert new["shipping_address_collection"]["allowed_countries"] == ["PT", "ES"]
        await _checkout(ann, "same order as before")
        assert (await kit.order(ann)).id == second.id


async def test_one_zone_asks_nothing(tmp_path: Path) -> None:
    """It is what the old form is: countries and rates, and no button in the cart."""
    async with open_market(tmp_path, _selling(_NEAR)) as (kit, _):
        ann = kit.person("Alice")
        await _cup(ann)
        await ann.write("/cart")
        cart = await ann.wait_for("Delivery: €4.90")
        assert "📍" not in str(cart.rows)
        await _checkout(ann, "To Portugal and Spain:")


async def test_a_zone_that_is_gone_is_asked_about_again(tmp_path: Path) -> None:
    """What was chosen by zone goes with the zone; a country stays, in whichever zone it is."""
    async with open_market(tmp_path, _selling(_NEAR, _FAR)) as (kit, _):
        ann = kit.person("Alice")
        await _cup(ann)
        asked = await _checkout(ann, "Where to?")
        await ann.tap(asked, "Rest of Europe")
        await ann.wait_for("To Austria")
        await put_on_the_shelf(kit, _selling(_NEAR, {**_FAR, "id": "rest"}))
        await _checkout(ann, "Where to?")
        await ann.tap(asked, "Rest of Europe")
        await ann.wait_for("Where to?\n\n")
        await ann.tap(await ann.wait_for("Where to?\n\n"), "Spain and Portugal")
        await ann.tap(await ann.wait_for("Which country?"), "Spain")
        await ann.wait_for("To Portugal and Spain:")
        moved = {**_FAR, "countries": [*_EUROPE, "ES"]}
        await put_on_the_shelf(kit, _selling({**_NEAR, "countries": ["PT"]}, moved))
        await _checkout(ann, "Airmail: €9.90")


async def test_whoever_picks_up_is_not_asked(tmp_path: Path) -> None:
    """Where to is no question for what is fetched."""
    catalog = _selling(_NEAR, _FAR, pickup="Rua da Rosa 12")
    async with open_market(tmp_path, catalog) as (kit, _):
        ann = kit.person("Alice")
        await _cup(ann)
        way = await _checkout(ann, "Delivery: from €4.90")
        await ann.tap(way, "1o:p")
        await ann.wait_for("Order 10")
        assert (await kit.order(ann)).pickup
        await ann.write("/cart")
        cart = await ann.wait_for("Your cart")
        assert "1ka" not in str(cart.rows)
        await ann.tap(cart, "1kw")
        await ann.tap(await ann.wait_for("Delivery or pick-up?"), "1kc:d")
        cart = await ann.wait_for(lambda seen: "1ka" in str(seen.rows))
        assert [b.data for b in cart.rows[-3]] == ["1kw", "1ka"]
        await ann.tap(cart, "Checkout")
        await ann.wait_for("Where to?")


async def test_what_is_bought_by_itself_goes_on_once_it_is_known_where_to(tmp_path: Path) -> None:
    """Now and again: the answer leads to the link for just that, and the cart stays as it is."""
    catalog = _selling(_NEAR, _FAR, pickup="Rua da Rosa 12")
    async with open_market(tmp_path, catalog) as (kit, _):
        ann = kit.person("Alice")
        await _cup(ann)
        await ann.start("p_mug")
        await ann.tap(await ann.wait_for(lambda seen: "1an:mug" in str(seen.rows)), "Buy now")
        await ann.tap(await ann.wait_for("Delivery or pick-up?"), "Send it to me")
        await ann.tap(await ann.wait_for("Where to?"), "Rest of Europe")
        await ann.wait_for("Order 10")
        first = await kit.order(ann)
        assert ([line.key.product for line in first.lines], first.alone) == (["mug"], True)
        assert [one.line.key.product for one in (await _cart(kit, ann)).lines] == ["cup"]

        await ann.write("/cancel")
        await ann.wait_for("is cancelled")
        await put_on_the_shelf(kit, _selling(_NEAR, {**_FAR, "id": "rest"}))
        home = await ann.wait_for("is cancelled", since=0)
        await ann.forge(home, f"1bo:{first.id}")
        await ann.tap(await ann.wait_for("Where to?"), "Rest of Europe")
        await ann.wait_for("Order 10")
        assert [line.key.product for line in (await kit.order(ann)).lines] == ["mug"]


async def _cart(kit: Kit, person: Person) -> Cart:
    return (await kit.shop.carts.view(ChatId(person.id))).cart


async def test_a_country_that_is_asked_about_in_words_gets_its_zone(tmp_path: Path) -> None:
    """The rates are those of its zone; without a country every zone is named."""
    async with open_market(tmp_path, _selling(_NEAR, _FAR)) as (kit, _):
        ann = kit.person("Alice")
        await ann.write("do you deliver to Germany?")
        said = await ann.wait_for("Courier: €24.00")
        assert "Germany" in said.text
        assert "Post: €4.90" not in said.text
        await ann.write("how much is delivery?")
        await ann.wait_for("Spain and Portugal: €4.90\nRest of Europe: from €9.90")


async def test_where_to_is_forgotten_with_the_person(tmp_path: Path) -> None:
    """/delete takes it along."""
    async with open_market(tmp_path, _selling(_NEAR, _FAR)) as (kit, _):
        ann = kit.person("Alice")
        await ann.write("/cart")
        await _cup(ann)
        await ann.tap(await _checkout(ann, "Where to?"), "Rest of Europe")
        await ann.wait_for("Order 10")
        await ann.write("/privacy")
        assert "a country or a region, no address" in (await ann.wait_for("What we know")).text
        await ann.write("/delete")
        await ann.tap(await ann.wait_for(lambda seen: "1dd" in str(seen.rows)), "1dd")
        await ann.wait_for("Your data has been deleted")
        await _cup(ann)
        await _checkout(ann, "Where to?")


async def test_rates_are_those_that_take_the_weight_and_too_much_is_said_in_the_cart(
    tmp_path: Path,
) -> None:
    """Each tap more may cost another rate; what no rate takes never reaches Stripe."""
    rates = [
        {"id": "letter", "name": "Letter", "price": "2.50", "max_weight": 500},
        {"id": "parcel", "name": "Parcel", "price": "8.00", "max_weight": 1200},
    ]
    catalog = _selling({**_NEAR, "rates": rates})
    cup = next(one for one in catalog["products"] if one["id"] == "cup")
    cup["weight"] = 400
    async with open_market(tmp_path, catalog) as (kit, _):
        ann = kit.person("Alice")
        await _cup(ann)
        link = await _checkout(ann, "Order 10")
        assert "Letter: €2.50\nParcel: €8.00" in link.text
        await ann.write("/cart")
        cart = await ann.wait_for("Delivery: from €2.50")
        await ann.tap(cart, "1ku:cup")
        await ann.wait_for("Delivery: €8.00")
        link = await _checkout(ann, "Parcel: €8.00")
        assert "Letter" not in link.text
        order = await kit.order(ann)
        session = kit.stripe.sessions[str(order.session_id)]
        assert [one["shipping_amount"] for one in session["shipping_options"]] == [800]
        await ann.write("/cart")
        cart = await ann.wait_for("2 × €14.00")
        await ann.tap(cart, "1ku:cup")
        cart = await ann.wait_for("3 × €14.00")
        await ann.tap(cart, "1ku:cup")
        await ann.wait_for("Too heavy to send: 1.6 kg; the limit there is 1.2 kg.")
        before = len(await kit.orders(ann))
        await _checkout(ann, "This is too heavy to be sent in one parcel.")
        assert len(await kit.orders(ann)) == before


async def test_where_to_says_which_places_take_no_cart_so_heavy(tmp_path: Path) -> None:
    """Before a place is chosen: how much may go there, and what to do; CONTROL: not of others."""
    light = {**_NEAR, "rates": [{"name": "Letter", "price": "2.50", "max_weight": 500}]}
    catalog = _selling(light, _FAR)
    cup = next(one for one in catalog["products"] if one["id"] == "cup")
    cup["weight"] = 400
    async with open_market(tmp_path, catalog) as (kit, _):
        ann = kit.person("Alice")
        await _cup(ann)
        await ann.write("/checkout")
        asked = await ann.wait_for("Where to?")
        assert "too heavy" not in asked.text
        await ann.write("/cart")
        cart = await ann.wait_for(lambda seen: "1ku:cup" in str(seen.rows))
        await ann.tap(cart, "1ku:cup")
        await ann.wait_for("2 × €14.00")
        await ann.write("/checkout")
        asked = await ann.wait_for("too heavy, at most 500 g")
        assert asked.text.endswith(
            "These goods weigh 800 g. If that is too heavy to be sent where you want it, take "
            "something out or order in two parts."
        )


async def test_where_to_leads_back_to_the_product_that_is_bought_alone(tmp_path: Path) -> None:
    """*Buy now* came from the product: its cart is empty. CONTROL: /checkout leads to the cart."""
    async with open_market(tmp_path, _selling(_NEAR, _FAR)) as (kit, _):
        ann = kit.person("Alice")
        await ann.start("p_cup")
        shown = await ann.wait_for(lambda seen: "Buy now" in str(seen.rows))
        await ann.tap(shown, "Buy now")
        asked = await ann.wait_for("Where to?")
        assert asked.buttons[-1].text == "‹ Cup"
        await ann.tap(asked, "‹ Cup")
        await ann.wait_for(lambda seen: "Buy now" in str(seen.rows))
        await _cup(ann)
        asked = await _checkout(ann, "Where to?")
        assert asked.buttons[-1].text == "‹ Cart"


async def test_somewhere_else_asks_for_what_is_bought_alone_again(tmp_path: Path) -> None:
    """Its price and its way back. CONTROL: a cart that goes free leads to itself, and is free."""
    async with open_market(tmp_path, _selling(_NEAR, _FAR)) as (kit, _):
        ann = kit.person("Alice")
        await _cup(ann)
        await ann.write("/cart")
        await ann.tap(await ann.wait_for("Your cart"), "1ku:cup")
        asked = await _checkout(ann, "Where to?\n\nSpain and Portugal: free")
        await ann.tap(asked, "Spain and Portugal")
        country = await ann.wait_for("Which country?")
        assert country.buttons[-1].text == "‹ Cart"
        await ann.tap(country, "Somewhere else")
        asked = await ann.wait_for("Where to?\n\nSpain and Portugal: free")
        assert asked.buttons[-1].text == "‹ Cart"

        await ann.start("p_cup")
        await ann.tap(await ann.wait_for(lambda seen: "Buy now" in str(seen.rows)), "Buy now")
        await ann.tap(await ann.wait_for("Spain and Portugal: €4.90"), "Spain and Portugal")
        country = await ann.wait_for("Which country?")
        assert country.buttons[-1].text == "‹ Cup"
        await ann.tap(country, "Somewhere else")
        asked = await ann.wait_for("Where to?\n\nSpain and Portugal: €4.90")
        assert asked.buttons[-1].text == "‹ Cup"
        await ann.tap(asked, "Spain and Portugal")
        await ann.tap(await ann.wait_for("Which country?"), "Spain")
        await ann.wait_for("Order 10")
        await ann.forge(country, "1ka:p")
        await ann.wait_for("Where to?\n\nSpain and Portugal: €4.90")


async def test_what_is_too_heavy_to_be_sent_there_names_other_ways(tmp_path: Path) -> None:
    """Picked up, or sent to another place, for the cart and for what is bought by itself."""
    light = {**_NEAR, "rates": [{"name": "Letter", "price": "2.50", "max_weight": 300}]}
    catalog = _selling(light, _FAR, pickup="Rua Nova 1")
    next(one for one in catalog["products"] if one["id"] == "cup")["weight"] = 400
    async with open_market(tmp_path, catalog) as (kit, _):
        ann = kit.person("Alice")
        await _cup(ann)
        await ann.tap(await _checkout(ann, "Delivery or pick-up?"), "Send it to me")
        asked = await ann.wait_for("It can be picked up instead.")
        assert asked.text.startswith("Where to?")
        await ann.tap(asked, "Spain and Portugal")
        await ann.tap(await ann.wait_for("Which country?"), "Portugal")
        cart = await ann.wait_for("Too heavy to send: 400 g; the limit there is 300 g.")
        ways = "\nIt can be picked up instead.\nIt can be sent to: Rest of Europe."
        assert ways in cart.text
        await ann.start("p_cup")
        shown = await ann.wait_for(lambda seen: "Buy now" in str(seen.rows))
        await ann.tap(shown, "Buy now")
        heavy = await ann.wait_for("Too heavy to send: 400 g")
        assert heavy.text.endswith(ways)
        assert await kit.orders(ann) == ()
        await ann.tap(heavy, "Somewhere else")
        asked = await ann.wait_for("Where to?")
        await ann.tap(asked, "Pick up")
        await ann.wait_for("You pick it up here: Rua Nova 1")
        assert (await kit.order(ann)).pickup

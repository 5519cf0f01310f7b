"""Buying now and again: one thing by itself, the cart as it was, how it gets there asked once."""

from __future__ import annotations

import asyncio
import copy
from pathlib import Path
from typing import Any

import pytest

from bot.domain.cart import WantedLine
from bot.domain.catalog.model import LineKey, ProductId, StockId
from bot.domain.errors import CorruptError
from bot.domain.order import ChatId, Order, OrderState, UserId
from bot.ports import Preference
from bot.shop import Buyer
from bot.store.orders import SqlOrders
from kit import Kit
from shop_sandbox.telegram import Person, Shown
from tests.chat.market import entries, open_market, put_on_the_shelf

_QUESTION = "Delivery or pick-up?"


def _catalog(**checkout: object) -> dict[str, Any]:
    """Return the market with delivery and pick-up, changed."""
    shipping = {"countries": ["PT"], "rates": [{"name": "Post", "price": "4.90"}]}
    both = {"shipping": shipping, "pickup": "Rua do Lume 7"}
    return {**copy.deepcopy(entries()), "checkout": {**both, **checkout}}


async def _open(person: Person, name: str) -> Shown:
    await person.start(f"p_{name}")
    return await person.wait_for(lambda seen: "Buy now" in str(seen.rows))


async def _link(person: Person) -> Shown:
    return await person.wait_for(
        lambda seen: any(b.url and b.text.startswith("Pay") for b in seen.buttons)
    )


async def _buy(person: Person, name: str, way: str | None = None) -> Shown:
    """Open a product, buy it now, answer where that is asked, and return the link."""
    shown = await _open(person, name)
    await person.tap(shown, "Buy now")
    if way is not None:
        await person.tap(await person.wait_for(_QUESTION), way)
    return await _link(person)


async def _paid(kit: Kit, person: Person) -> Order:
    await kit.pay(person)
    return await kit.order(person)


async def _cart(kit: Kit, person: Person) -> list[tuple[str, int]]:
    view = await kit.shop.carts.view(ChatId(person.id))
    return [(one.line.key.product, one.line.quantity) for one in view.cart.lines]


async def test_one_thing_is_bought_by_itself_and_the_cart_stays_as_it_is(tmp_path: Path) -> None:
    """The question takes the product's place; paid, the cart still holds what it held."""
    async with open_market(tmp_path, _catalog()) as (kit, _):
        ann = kit.person("Alice")
        await kit.shop.carts.add(ChatId(ann.id), LineKey(ProductId("cup")), 2)
        mug = await _open(ann, "mug")

        await ann.tap(mug, "Buy now")
        asked = await ann.wait_for(_QUESTION)
        assert asked.id == mug.id
        assert [b.text for b in asked.buttons][:2] == ["Send it to me", "Pick up"]
        assert await kit.orders(ann) == ()
        await ann.tap(asked, "Pick up")
        link = await _link(ann)

        assert link.buttons[0].text == "Pay €9.00"
        order = await _paid(kit, ann)
        assert (order.alone, order.pickup) == (True, True)
        assert [(line.key.product, line.quantity) for line in order.lines] == [("mug", 1)]
        assert await _cart(kit, ann) == [("cup", 2)]


async def test_a_smallest_order_that_one_thing_misses_is_told_with_the_way_by_the_cart(
    tmp_path: Path,
) -> None:
    """By itself nothing can be added to it, whatever the cart holds; the cart itself is enough."""
    async with open_market(tmp_path, _catalog(minimum_order="20.00")) as (kit, _):
        ann = kit.person("Alice")
        await kit.shop.carts.add(ChatId(ann.id), LineKey(ProductId("cup")), 2)

        tap = await ann.tap(await _open(ann, "cup"), "Buy now")

        assert (await tap.answer()).text == (
            "By itself this comes to €14.00; the minimum order is €20.00. "
            "Put all that you want into the cart and check out there."
        )
        assert not await kit.orders(ann)
        await ann.write("/checkout")
        await ann.tap(await ann.wait_for(_QUESTION), "Pick up")
        assert "Total: €28.00" in (await _link(ann)).text


async def test_how_it_gets_there_is_asked_once_and_changed_in_the_cart(tmp_path: Path) -> None:
    """The next purchase goes straight to the link; the cart shows the choice and changes it."""
    async with open_market(tmp_path, _catalog()) as (kit, _):
        ann = kit.person("Alice")
        await _buy(ann, "mug", "Send it to me")
        await _paid(kit, ann)

        link = await _buy(ann, "cup")
        assert link.buttons[0].text == "Pay €14.00 + delivery"
        assert not (await kit.order(ann)).pickup

        await ann.write("/cart")
        cart = await ann.wait_for("Your cart is empty")
        await ann.tap(cart, "🚚 Delivery · change")
        asked = await ann.wait_for(_QUESTION)
        assert asked.id == cart.id
        await ann.tap(asked, "Pick up")
        await ann.wait_for(lambda seen: "🏪 Pick-up · change" in str(seen.rows))

        link = await _buy(ann, "cup")
        assert link.buttons[0].text == "Pay €14.00"
        assert (await kit.order(ann)).pickup


async def test_a_way_that_the_shop_no_longer_offers_is_asked_anew(tmp_path: Path) -> None:
    """Nothing is sent to somebody who said that they would fetch it."""
    async with open_market(tmp_path, _catalog()) as (kit, _):
        ann = kit.person("Alice")
        await kit.shop.preferences.choose_pickup(UserId(ann.id), pickup=True)
        await put_on_the_shelf(kit, _catalog(pickup=None))

        await ann.tap(await _open(ann, "cup"), "Buy now")
        asked = await ann.wait_for("is no longer offered")
        assert "Pick up" not in str(asked.rows)
        await ann.tap(asked, "Send it to me")
        await _link(ann)

        await ann.tap(await _open(ann, "mug"), "Buy now")
        told = await ann.wait_for("is still waiting to be paid")
        await ann.tap(told, "Buy this instead")
        await _link(ann)


async def test_an_answer_that_the_shop_no_longer_takes_is_asked_anew(tmp_path: Path) -> None:
    """Nobody gets a link to fetch what they have just wanted sent."""
    async with open_market(tmp_path, _catalog()) as (kit, _):
        ann = kit.person("Alice")
        cup = await _open(ann, "cup")
        await ann.tap(cup, "Buy now")
        asked = await ann.wait_for(_QUESTION)
        await put_on_the_shelf(kit, _catalog(shipping=None))
        await ann.tap(asked, "Send it to me")
        anew = await ann.wait_for("Pick-up: Rua do Lume 7")
        assert "Send it to me" not in str(anew.rows)
        assert await kit.orders(ann) == ()


async def test_another_language_makes_no_other_goods(tmp_path: Path) -> None:
    """Chosen midway: the same goods are bought in it, and no other order is told of."""
    catalog = entries()
    catalog["products"][1]["name"] = {"en": "Cup", "de": "Tasse"}
    async with open_market(tmp_path, catalog) as (kit, _):
        ann = kit.person("Alice")
        await _buy(ann, "cup")
        await kit.shop.people.choose_language(ChatId(ann.id), "de")
        await ann.start("p_cup")
        cup = await ann.wait_for("Tasse")
        await ann.forge(cup, "1an:cup")
        link = await ann.wait_for(lambda seen: any(b.url for b in seen.buttons))
        assert "1 × Tasse" in link.text
        newest, first = await kit.orders(ann)
        assert (newest.state, first.state) == (OrderState.OPEN, OrderState.CANCELLED)


async def test_an_open_order_for_another_thing_is_told_of_and_replaced_by_one_tap(
    tmp_path: Path,
) -> None:
    """Nothing ends before that tap; after it one order is open, and the goods of the other free."""
    async with open_market(tmp_path) as (kit, _):
        ann = kit.person("Alice")
        await _buy(ann, "mug")
        first = await kit.order(ann)

        await ann.tap(await _open(ann, "cup"), "Buy now")
        told = await ann.wait_for(f"Order {first.id} is still waiting to be paid")
        assert "1 × Tom & <b>Jerry</b>" in told.text
        assert [order.id for order in await kit.orders(ann)] == [first.id]
        await ann.tap(told, "Buy this instead")
        await _link(ann)

        second, before = await kit.orders(ann)
        assert (second.state, before.state) == (OrderState.OPEN, OrderState.CANCELLED)
        assert kit.stripe.sessions[str(first.session_id)]["status"] == "expired"
        assert [line.key.product for line in second.lines] == ["cup"]


@pytest.mark.parametrize("data", [None, "1an:cup:::y"], ids=["of another order", "of before"])
async def test_buying_instead_ends_no_order_that_was_not_told_of(
    tmp_path: Path, data: str | None
) -> None:
    """The button of yesterday's order says which one is open now, and that one stays."""
    async with open_market(tmp_path) as (kit, _):
        ann = kit.person("Alice")
        await _buy(ann, "mug")
        await ann.tap(await _open(ann, "cup"), "Buy now")
        told = await ann.wait_for("is still waiting to be paid")
        await kit.shop.checkout.cancel(ChatId(ann.id))
        await _buy(ann, "blend_small")
        today = await kit.order(ann)

        if data:
            await ann.forge(told, data)
        else:
            await ann.tap(told, "Buy this instead")
        anew = await ann.wait_for(f"Order {today.id} is still waiting to be paid")
        assert "1 × Blend, 250 g" in anew.text
        assert (await kit.order(ann)).id == today.id
        await ann.tap(anew, "Buy this instead")
        await _link(ann)
        bought, before, _ = await kit.orders(ann)
        assert [line.key.product for line in bought.lines] == ["cup"]
        assert (before.id, before.state) == (today.id, OrderState.CANCELLED)


async def test_the_earlier_order_can_be_paid_from_there(tmp_path: Path) -> None:
    """Its own link, and nothing was asked of Stripe meanwhile."""
    async with open_market(tmp_path) as (kit, _):
        ann = kit.person("Alice")
        first = await _buy(ann, "mug")
        await ann.tap(await _open(ann, "cup"), "Buy now")
        told = await ann.wait_for("is still waiting to be paid")
        await ann.tap(told, "Pay the earlier order")
        assert (await _link(ann)).buttons[0].url == first.buttons[0].url
        assert len(kit.stripe.sessions) == 1


async def test_an_open_order_for_the_same_is_shown_again(tmp_path: Path) -> None:
    """Twice tapped is one order and one link, also where the cart's order is for just that."""
    async with open_market(tmp_path) as (kit, _):
        ann = kit.person("Alice")
        mug = await _open(ann, "mug")
        taps = [await ann.tap(mug, "Buy now") for _ in range(4)]
        for tap in taps:
            await tap.answer()
        await ann.wait_for("This is the same order as before", since=0)
        assert len(await kit.orders(ann)) == len(kit.stripe.sessions) == 1

        await ann.write("/cancel")
        await ann.wait_for("is cancelled")
        await kit.shop.carts.add(ChatId(ann.id), LineKey(ProductId("cup")))
        await ann.write("/checkout")
        await _link(ann)
        await ann.tap(await _open(ann, "cup"), "Buy now")
        await ann.wait_for("This is the same order as before")
        assert len(await kit.orders(ann)) == 2


async def test_taps_at_the_same_moment_are_one_order_and_one_session(tmp_path: Path) -> None:
    """Where nothing keeps them in turn: twenty at once hold one unit and get one link."""
    async with open_market(tmp_path) as (kit, _):
        ann = kit.person("Alice")
        await _open(ann, "mug")
        chat_id, buyer = ChatId(ann.id), Buyer(UserId(ann.id), "Alice", "en")
        wanted = (WantedLine(LineKey(ProductId("mug"))),)
        links = await asyncio.gather(
            *(kit.shop.checkout.start(chat_id, buyer, wanted) for _ in range(20))
        )
        assert len({link.url for link in links}) == 1
        assert len(await kit.orders(ann)) == len(kit.stripe.sessions) == 1
        levels = await kit.running.store.read(lambda tx: tx.stock.levels([StockId("mug")]))
        assert levels[StockId("mug")].free == 1


async def test_without_the_look_in_the_transaction_the_database_still_keeps_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """CONTROL: where nobody sees the order of another tap, the second is refused, loudly."""
    async with open_market(tmp_path) as (kit, _):
        ann = kit.person("Alice")
        await _open(ann, "mug")
        chat_id, buyer = ChatId(ann.id), Buyer(UserId(ann.id), "Alice", "en")
        wanted = (WantedLine(LineKey(ProductId("mug"))),)
        await kit.shop.checkout.start(chat_id, buyer, wanted)
        monkeypatch.setattr(SqlOrders, "live_of", lambda *_: None)
        with pytest.raises(CorruptError):
            await kit.shop.checkout.start(chat_id, buyer, wanted)
        assert len(kit.stripe.sessions) == 1


async def test_the_cart_is_not_paid_by_an_order_beside_it(tmp_path: Path) -> None:
    """/checkout beside something bought alone asks first, though its goods are the same."""
    async with open_market(tmp_path) as (kit, _):
        ann = kit.person("Alice")
        await _buy(ann, "cup")
        await kit.shop.carts.add(ChatId(ann.id), LineKey(ProductId("cup")))

        await ann.write("/checkout")
        told = await ann.wait_for("is still waiting to be paid")
        await ann.tap(told, "Buy this instead")
        await _link(ann)

        assert not (await _paid(kit, ann)).alone
        assert await _cart(kit, ann) == []


async def test_checkout_beside_an_open_order_does_not_ask_the_way_again(tmp_path: Path) -> None:
    """Another member of a group gets the link that the first one's answer made."""
    async with open_market(tmp_path, _catalog()) as (kit, _):
        ann, jonas = kit.person("Alice"), kit.telegram.add_person("Jon")
        chat = kit.telegram.add_group("Flat", [ann, jonas]).id
        await kit.shop.carts.add(ChatId(chat), LineKey(ProductId("cup")))
        await ann.send(chat, "/checkout")
        await ann.tap(await ann.wait_for(_QUESTION, chat=chat), "Pick up")
        await ann.wait_for(lambda seen: any(b.url for b in seen.buttons), chat=chat)

        await jonas.send(chat, "/checkout")
        await jonas.wait_for("This is the same order as before", chat=chat)

        assert len(kit.stripe.sessions) == 1
        assert await kit.shop.preferences.of(UserId(jonas.id)) == Preference()


async def test_the_receipt_leads_to_the_next_link_in_two_taps_and_stays(tmp_path: Path) -> None:
    """What is paid for is what the receipt says; the cart is not touched."""
    async with open_market(tmp_path, _catalog()) as (kit, _):
        ann = kit.person("Alice")
        await _buy(ann, "cup", "Pick up")
        first = await _paid(kit, ann)
        receipt = await ann.wait_for("✅ Paid. Thank you!", since=0)
        await kit.shop.carts.add(ChatId(ann.id), LineKey(ProductId("mug")))

        await ann.tap(receipt, "Buy again")
        link = await _link(ann)

        assert link.id != receipt.id
        assert "✅ Paid. Thank you!" in next(m for m in ann.messages() if m.id == receipt.id).text
        again = await kit.order(ann)
        assert (again.lines, again.pickup) == (first.lines, True)
        await _paid(kit, ann)
        assert await _cart(kit, ann) == [("mug", 1)]


async def test_what_has_just_sold_out_is_not_bought(tmp_path: Path) -> None:
    """The product says so, and no order is placed."""
    async with open_market(tmp_path) as (kit, _):
        ann, jonas = kit.person("Alice"), kit.telegram.add_person("Jon")
        mug = await _open(ann, "mug")
        for _ in range(2):
            await kit.shop.carts.add(ChatId(jonas.id), LineKey(ProductId("mug")))
        await jonas.write("/checkout")
        await _link(jonas)

        tap = await ann.tap(mug, "Buy now")

        assert (await tap.answer()).text == "That was quick: it has just sold out."
        shown = await ann.wait_for("Sold out")
        assert "Buy now" not in str(shown.rows)
        assert await kit.orders(ann) == ()


async def test_what_ran_out_unpaid_is_tried_again_by_itself(tmp_path: Path) -> None:
    """The cart, which is for something else, is not checked out in its place."""
    async with open_market(tmp_path) as (kit, _):
        ann = kit.person("Alice")
        await _buy(ann, "cup")
        await kit.shop.carts.add(ChatId(ann.id), LineKey(ProductId("mug")))
        kit.clock.jump(2 * 3600)
        await kit.stripe.tick()
        words = "Order 1001 has expired, and you weren’t charged. You can check out again."
        told = await ann.wait_for(words, since=0)
        assert "Cart" not in str(told.rows)
        await ann.tap(told, "Check out again")
        await _link(ann)
        again = await kit.order(ann)
        assert (again.alone, [line.key.product for line in again.lines]) == (True, ["cup"])


async def test_an_earlier_order_that_was_paid_meanwhile_is_not_paid_for_twice(
    tmp_path: Path,
) -> None:
    """Whoever wanted something in its place is thanked, and asked whether they want both."""
    async with open_market(tmp_path) as (kit, _):
        ann = kit.person("Alice")
        await _buy(ann, "mug")
        await ann.tap(await _open(ann, "cup"), "Buy now")
        told = await ann.wait_for("is still waiting to be paid")
        await kit.stripe.pay(str((await kit.order(ann)).session_id))
        await ann.tap(told, "Buy this instead")
        asked = await ann.wait_for("has just been paid. Thank you!")
        assert len(kit.stripe.sessions) == 1
        await ann.tap(asked, "Try again")
        await _link(ann)
        assert [line.key.product for line in (await kit.order(ann)).lines] == ["cup"]


async def test_a_choice_is_forgotten_with_its_person(tmp_path: Path) -> None:
    """/delete reaches it."""
    async with open_market(tmp_path, _catalog()) as (kit, _):
        ann = kit.person("Alice")
        await ann.start()
        await ann.wait_for("Corner")
        await kit.shop.preferences.choose_pickup(UserId(ann.id), pickup=True)
        await kit.shop.forgetting.forget(ChatId(ann.id), UserId(ann.id))
        assert await kit.shop.preferences.of(UserId(ann.id)) == Preference()


@pytest.mark.parametrize("data", ["1an:nothing", "1an:mug:none:d:y", "1bo:999999", "1bb:999999"])
async def test_what_is_not_there_is_not_bought(tmp_path: Path, data: str) -> None:
    """Old or forged buttons lead to the shop or a kind word, and no order is placed."""
    async with open_market(tmp_path) as (kit, _):
        ann = kit.person("Alice")
        await ann.start()
        home = await ann.wait_for("Corner")
        await (await ann.forge(home, data)).answer()
        assert await kit.orders(ann) == ()
        assert kit.stripe.sessions == {}

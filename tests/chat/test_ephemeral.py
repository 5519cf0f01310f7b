"""What one person in a group sees alone, and that it is never shown to everybody instead."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bot.domain.cart import WantedLine
from bot.domain.catalog.model import LineKey, ProductId
from bot.domain.order import ChatId, UserId
from bot.shop import Buyer
from kit import Kit
from shop_sandbox.exchange import Exchange
from shop_sandbox.faults import Fault
from shop_sandbox.telegram import Person, Shown
from shop_sandbox.telegram.ephemeral import UNKNOWN_BEFORE
from tests.chat.market import entries, open_market, put_on_the_shelf

_ALONE = "👁 Only you see this"


def _zone(code: str, *countries: str) -> dict[str, Any]:
    rates = [{"id": "post", "name": "Post", "price": "4.90" if code == "near" else "9.90"}]
    return {"id": code, "name": code.title(), "countries": [*countries], "rates": rates}


def _zones() -> dict[str, Any]:
    zones = [_zone("near", "PT", "ES"), _zone("far", "DE", "FR")]
    return {**entries(), "checkout": {"shipping": {"zones": zones}}}


def _in_cart(count: int) -> Any:
    return lambda seen: f"{count} in cart" in str(seen.rows)


async def _last_mugs(kit: Kit) -> tuple[Person, Person, int, Shown]:
    """Let a group take the last two mugs; return its people, its id and the product's page."""
    ann, jonas, group = kit.person("Alice"), kit.person("Jonas"), kit.telegram.group
    assert group is not None
    await ann.send(group.id, "/start p_mug")
    mug = await ann.wait_for("€9.00", chat=group.id)
    for count in (1, 2):
        await ann.forge(mug, "1a:mug")
        mug = await ann.wait_for(_in_cart(count), chat=group.id)
    return ann, jonas, group.id, mug


def _sent(exchanges: list[Exchange]) -> list[Exchange]:
    return [one for one in exchanges if one.call == "sendMessage"]


async def test_a_refusal_in_a_group_is_seen_by_whoever_tapped(tmp_path: Path) -> None:
    """The others see nothing of it, and no notice covers the chat."""
    async with open_market(tmp_path) as (kit, _):
        ann, jonas, group, mug = await _last_mugs(kit)
        there = len(ann.messages(group))
        tap = await jonas.forge(mug, "1a:mug")
        refused = await jonas.wait_for("only 2", chat=group)
        assert [b.text for b in refused.buttons] == [_ALONE]
        assert refused.raw["receiver_user"]["id"] == jonas.id
        assert (await tap.answer()).text == ""
        assert len(ann.messages(group)) == there


async def test_an_older_server_is_told_by_its_refusal_and_shows_a_notice(tmp_path: Path) -> None:
    """It would post for everybody: it refuses the button, once, and is asked no more."""
    async with open_market(tmp_path) as (kit, exchanges):
        kit.telegram.world.unknown = UNKNOWN_BEFORE
        ann, jonas, group, mug = await _last_mugs(kit)
        there = len(ann.messages(group))
        exchanges.clear()
        for _ in range(2):
            toast = await (await jonas.forge(mug, "1a:mug")).answer()
            assert "only 2" in toast.text
            assert toast.show_alert
        assert [one.status for one in _sent(exchanges)] == [400]
        assert len(ann.messages(group)) == there


async def test_what_a_server_showed_to_everybody_is_deleted_at_once(tmp_path: Path) -> None:
    """One that knows the button and not the parameter; it gets no second chance."""
    async with open_market(tmp_path) as (kit, exchanges):
        kit.telegram.world.unknown = frozenset({"ephemeral_message_parameters"})
        ann, jonas, group, mug = await _last_mugs(kit)
        there = [seen.id for seen in ann.messages(group)]
        exchanges.clear()
        for _ in range(2):
            assert "only 2" in (await (await jonas.forge(mug, "1a:mug")).answer()).text
        spoken = ("sendMessage", "deleteMessage")
        assert [one.call for one in exchanges if one.call in spoken] == [*spoken]
        assert [seen.id for seen in ann.messages(group)] == there


async def test_where_to_is_asked_of_one_and_the_groups_cart_stays(tmp_path: Path) -> None:
    """Each chooses for themselves; what is said of it goes when it is answered."""
    async with open_market(tmp_path, _zones()) as (kit, _):
        ann, jonas, group = kit.person("Alice"), kit.person("Jonas"), kit.telegram.group
        assert group is not None
        cart = await _cups(ann, group.id)
        there = [seen.id for seen in jonas.messages(group.id)]
        await ann.tap(cart, "📍 Where to?")
        asked = await ann.wait_for("Where to?\n\nNear: €4.90", chat=group.id)
        assert asked.raw["message_id"] == 0
        await ann.tap(asked, "Near")
        country = await ann.wait_for("Which country?", chat=group.id)
        assert country.id == asked.id
        tap = await ann.tap(country, "Portugal")
        assert (await tap.answer()).text == "Your orders go to: Portugal"
        assert [seen.id for seen in ann.messages(group.id)] == there
        assert cart.source.edit_date is None
        assert (await kit.shop.preferences.of(UserId(ann.id))).place == "PT"
        assert (await kit.shop.preferences.of(UserId(jonas.id))).place is None


async def test_the_link_is_for_everybody_where_the_question_was_for_one(tmp_path: Path) -> None:
    """Anyone in the group may pay what one of them checked out."""
    async with open_market(tmp_path, _zones()) as (kit, _):
        ann, jonas, group = kit.person("Alice"), kit.person("Jonas"), kit.telegram.group
        assert group is not None
        cart = await _cups(ann, group.id)
        await jonas.tap(cart, "Checkout")
        asked = await jonas.wait_for("Where to?\n\nNear", chat=group.id)
        assert "Where to?\n\nNear" not in str([seen.text for seen in ann.messages(group.id)])
        await jonas.tap(asked, "Far")
        country = await jonas.wait_for("Which country?", chat=group.id)
        await jonas.tap(country, "Germany")
        link = await ann.wait_for("Order 10", chat=group.id)
        assert "Post: €9.90" in link.text
        assert _ALONE not in str([seen.rows for seen in jonas.messages(group.id)])
        (order,) = await kit.shop.orders.latest(ChatId(group.id))
        assert order.buyer_id == jonas.id


async def test_what_is_gone_by_itself_is_shown_anew(tmp_path: Path) -> None:
    """Such a message may end at any time: whoever taps on it still gets what they asked for."""
    async with open_market(tmp_path, _zones()) as (kit, _):
        ann, jonas, group = kit.person("Alice"), kit.person("Jonas"), kit.telegram.group
        assert group is not None
        cart = await _cups(ann, group.id)
        await ann.tap(cart, "📍 Where to?")
        asked = await ann.wait_for("Where to?\n\nNear: €4.90", chat=group.id)
        there = [seen.id for seen in jonas.messages(group.id)]
        gone = {"ok": False, "error_code": 400, "description": "Bad Request: message not found"}
        kit.site.faults.add(Fault("editEphemeralMessageText", "error", status=400, body=gone))
        await ann.tap(asked, "Near")
        country = await ann.wait_for("Which country?", chat=group.id)
        assert (country.raw["message_id"], country.id != asked.id) == (0, True)
        assert [seen.id for seen in jonas.messages(group.id)] == there


async def test_goods_that_cannot_be_bought_are_shown_below_the_refusal(tmp_path: Path) -> None:
    """Why, to one alone; the cart as it stands now, to everybody."""
    async with open_market(tmp_path, _zones()) as (kit, _):
        ann, jonas, group = kit.person("Alice"), kit.person("Jonas"), kit.telegram.group
        assert group is not None
        cart = await _cups(ann, group.id)
        await ann.tap(cart, "Checkout")
        asked = await ann.wait_for("Where to?\n\nNear", chat=group.id)
        dearer = _zones()
        dearer["products"][1]["price"] = "15.00"
        await put_on_the_shelf(kit, dearer)
        await ann.tap(asked, "Near")
        country = await ann.wait_for("Which country?", chat=group.id)
        await ann.tap(country, "Portugal")
        shown = await jonas.wait_for("€15.00", chat=group.id)
        assert shown.text.startswith("🛒 Our cart")
        assert _ALONE not in str(shown.rows)


async def test_where_to_goes_on_with_what_was_wanted_in_that_chat(tmp_path: Path) -> None:
    """A question that waits in the group is not about what its person buys elsewhere meanwhile."""
    async with open_market(tmp_path, _zones()) as (kit, _):
        ann, group = kit.person("Alice"), kit.telegram.group
        assert group is not None
        await ann.send(group.id, "/start p_cup")
        await ann.tap(await ann.wait_for("€14.00", chat=group.id), "Buy now")
        asked = await ann.wait_for("Near", chat=group.id)
        await ann.start("p_mug")
        await ann.tap(await ann.wait_for("€9.00"), "Buy now")
        await ann.wait_for("Near: ")
        await ann.tap(asked, "Near")
        await ann.tap(await ann.wait_for("Which country?", chat=group.id), "Portugal")
        await ann.wait_for("Order 10", chat=group.id)
        (order,) = await kit.shop.orders.latest(ChatId(group.id))
        assert [line.key.product for line in order.lines] == ["cup"]


async def test_an_older_server_asks_where_to_in_the_groups_message(tmp_path: Path) -> None:
    """The control: as it always was, and what was chosen is told to its person alone."""
    async with open_market(tmp_path, _zones()) as (kit, _):
        kit.telegram.world.unknown = UNKNOWN_BEFORE
        ann, group = kit.person("Alice"), kit.telegram.group
        assert group is not None
        cart = await _cups(ann, group.id)
        await ann.tap(cart, "📍 Where to?")
        asked = await ann.wait_for("Where to?\n\nNear", chat=group.id)
        assert asked.id == cart.id
        await ann.tap(asked, "Near")
        country = await ann.wait_for("Which country?", chat=group.id)
        tap = await ann.tap(country, "Spain")
        assert (await tap.answer()).text == "Your orders go to: Spain"
        shown = await ann.wait_for("Our cart", chat=group.id)
        assert "Spain" not in shown.text + str(shown.rows)


async def test_no_groups_question_tells_where_somebody_lives(tmp_path: Path) -> None:
    """An older server shows it to everybody: it says what delivery costs from, not to whom."""
    catalog = _zones()
    catalog["checkout"]["pickup"] = "Rua 1, Lisboa"
    async with open_market(tmp_path, catalog) as (kit, _):
        kit.telegram.world.unknown = UNKNOWN_BEFORE
        ann, jonas, group = kit.person("Alice"), kit.person("Jonas"), kit.telegram.group
        assert group is not None
        await kit.shop.preferences.choose_place(UserId(jonas.id), "DE")
        await ann.send(group.id, "/start p_cup")
        cup = await ann.wait_for("€14.00", chat=group.id)
        await jonas.tap(cup, "Buy now")
        asked = await jonas.wait_for("Delivery or pick-up?", chat=group.id)
        assert "from €4.90" in asked.text
        assert "Germany" not in asked.text


async def test_no_group_reads_of_somebodys_other_orders(tmp_path: Path) -> None:
    """An older server shows whoever tapped a notice; what the group looks at stays as it is."""
    async with open_market(tmp_path) as (kit, _):
        kit.telegram.world.unknown = UNKNOWN_BEFORE
        ann, jonas, group = kit.person("Alice"), kit.person("Jonas"), kit.telegram.group
        assert group is not None
        for chat in (-5, -6):
            goods = (WantedLine(LineKey(ProductId("cup"))),)
            buyer = Buyer(UserId(jonas.id), "Jonas", "en")
            await kit.shop.checkout.start(ChatId(chat), buyer, goods)
        await ann.send(group.id, "/start p_mug")
        mug = await ann.wait_for("€9.00", chat=group.id)
        toast = await (await jonas.tap(mug, "Buy now")).answer()
        assert "in other chats are still unpaid" in toast.text
        assert toast.show_alert
        await jonas.tap(mug, "Add to cart")
        await jonas.send(group.id, "/checkout")
        await ann.wait_for("This answer is for you alone.", chat=group.id, since=0)
        assert "unpaid" not in str([seen.text for seen in ann.messages(group.id)])


async def test_an_id_is_told_in_a_group_to_nobody_but_its_person(tmp_path: Path) -> None:
    """Where the bot is no administrator, Telegram lets it answer no command to one alone."""
    async with open_market(tmp_path) as (kit, _):
        ann, jonas, group = kit.person("Alice"), kit.person("Jonas"), kit.telegram.group
        assert group is not None
        group.bot_is_admin = True
        await ann.send(group.id, "/id")
        shown = await ann.wait_for(str(ann.id), chat=group.id)
        assert shown.raw["message_id"] == 0
        group.bot_is_admin = False
        await ann.send(group.id, "/id")
        await jonas.wait_for("between you and me: write /id", chat=group.id)
        assert str(ann.id) not in str([seen.text for seen in jonas.messages(group.id)])


async def test_in_a_private_chat_nothing_is_shown_aside(tmp_path: Path) -> None:
    """Nobody else is there: refusals are notices, questions take the message's place."""
    async with open_market(tmp_path) as (kit, exchanges):
        ann = kit.person("Alice")
        await ann.start("p_jug")
        jug = await ann.wait_for("Sold out")
        toast = await (await ann.forge(jug, "1a:jug")).answer()
        assert toast.show_alert
        assert not any(b"ephemeral" in one.body for one in exchanges)


async def _cups(person: Person, group: int) -> Shown:
    """Let somebody put a cup into a group's cart; return the cart's message."""
    await person.send(group, "/start p_cup")
    cup = await person.wait_for("€14.00", chat=group)
    await person.tap(cup, "Add to cart")
    await person.wait_for(_in_cart(1), chat=group)
    await person.send(group, "/cart")
    return await person.wait_for("Our cart", chat=group)

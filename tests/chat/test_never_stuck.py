"""Never stuck: whatever is sent, tapped or forwarded, there is a kind answer with a next step."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.chat.actions import NO_ORDER, BuyNow, OrderAgain, StartCheckout
from bot.chat.routes import decode, encode
from bot.domain.order import ChatId, OrderMark
from kit import Kit
from shop_sandbox.telegram import Person, Shown
from tests.chat.market import calls, entries, open_market, put_on_the_shelf

_PERSON = {"id": 77, "is_bot": False, "first_name": "Ann"}
_FILE = {"file_id": "x", "file_unique_id": "y", "file_size": 5}
_VIDEO = {**_FILE, "width": 9, "height": 9, "duration": 1}
_PLACE = {"latitude": 38.7, "longitude": -9.1}
#: What people send beside words, as the Bot API's Message spells it.
_THINGS: dict[str, Any] = {
    "sticker": {**_FILE, "type": "regular", "width": 9, "height": 9, "is_animated": False,
                "is_video": False},
    "voice": {**_FILE, "duration": 1},
    "audio": {**_FILE, "duration": 1},
    "video": _VIDEO,
    "video_note": {**_FILE, "length": 9, "duration": 1},
    "animation": _VIDEO,
    "photo": [{**_FILE, "width": 9, "height": 9}],
    "document": _FILE,
    "contact": {"phone_number": "+351000", "first_name": "Ann"},
    "location": _PLACE,
    "venue": {"location": _PLACE, "title": "Here", "address": "There"},
    "dice": {"emoji": "🎲", "value": 6},
    "poll": {"id": "1", "question": "Tea?", "options": [], "total_voter_count": 0,
             "is_closed": False, "is_anonymous": True, "type": "regular",
             "allows_multiple_answers": False, "allows_revoting": False, "members_only": False},
    "story": {"chat": {"id": 5, "type": "private"}, "id": 1},
    "game": {"title": "Chess", "description": "d", "photo": []},
}  # fmt: skip


async def test_things_of_every_kind_get_a_kind_answer(tmp_path: Path) -> None:
    """A sticker, a place, a dice: each is answered once, with a button that leads on."""
    async with open_market(tmp_path) as (kit, _):
        ann = kit.person("Alice")
        raw = (await ann.write("blue")).raw
        await ann.wait_for("Nothing found")
        for number, (kind, thing) in enumerate(_THINGS.items()):
            before = len(_answers(ann))
            await _hear(kit, number, message={**_without_words(raw), kind: thing})
            answers = _answers(ann)
            assert (kind, len(answers)) == (kind, before + 1)
            assert "I can’t do anything with this" in answers[-1].text
            assert answers[-1].buttons


async def test_forwarded_words_are_answered_and_do_nothing(tmp_path: Path) -> None:
    """From whomever they come: a person, a channel, somebody hidden, a bot."""
    async with open_market(tmp_path) as (kit, _):
        ann = kit.person("Alice")
        raw = {**(await ann.write("blue")).raw, "text": "qqqq"}
        await ann.wait_for("Nothing found")
        day = raw["date"]
        channel = {"id": -1_001_234_567_890, "type": "channel", "title": "News"}
        origins: list[dict[str, Any]] = [
            {"type": "user", "date": day, "sender_user": _PERSON},
            {"type": "user", "date": day, "sender_user": {**_PERSON, "is_bot": True}},
            {"type": "hidden_user", "date": day, "sender_user_name": "Ann"},
            {"type": "channel", "date": day, "chat": channel, "message_id": 1},
            {"type": "chat", "date": day, "sender_chat": channel},
        ]
        for number, origin in enumerate(origins):
            before = len(_answers(ann))
            await _hear(kit, number, message={**raw, "forward_origin": origin})
            answers = _answers(ann)
            assert len(answers) == before + 1
            assert "This is a forwarded message" in answers[-1].text
            assert answers[-1].buttons


async def test_what_is_not_said_to_the_shop_is_left_alone(tmp_path: Path) -> None:
    """Channels' posts, votes, reactions and people coming and going ask nothing of it."""
    async with open_market(tmp_path) as (kit, exchanges):
        ann = kit.person("Alice")
        raw = (await ann.start()).raw
        await ann.wait_for("Corner")
        exchanges.clear()
        channel = {"id": -1_001_234_567_890, "type": "channel", "title": "News"}
        post = {"message_id": 5, "date": raw["date"], "chat": channel, "text": "/cart"}
        poll = {"poll_id": "1", "user": _PERSON, "option_ids": [0], "option_persistent_ids": ["a"]}
        await _hear(kit, 1, channel_post=post)
        await _hear(kit, 2, edited_channel_post={**post, "edit_date": raw["date"]})
        await _hear(kit, 3, poll_answer=poll)
        changes: list[dict[str, Any]] = [
            {"new_chat_members": [_PERSON]},
            {"left_chat_member": _PERSON},
            {"new_chat_title": "x"},
        ]
        for number, change in enumerate(changes):
            await _hear(kit, 10 + number, message={**_without_words(raw), **change})
        assert calls(exchanges) == []


@pytest.mark.parametrize("code", ["en", "ar"])
async def test_every_button_of_the_shop_leads_on(tmp_path: Path, code: str) -> None:
    """Whoever presses all there is to press is answered each time and never reaches an end."""
    async with open_market(tmp_path) as (kit, _):
        walker = kit.telegram.add_person("Walker", code)
        await walker.start()
        seen: set[str] = set()
        waiting = _new(await walker.wait_for("Corner"), seen)
        # Later ones empty the cart and forget the person: first what fills it.
        while waiting:
            shown, data = waiting.pop(0)
            tap = await walker.forge(shown, data)
            said = (await tap.answer()).text
            assert "note of it" not in said
            await kit.drain()
            for message in walker.messages():
                if message.from_bot:
                    assert message.buttons, (data, message.text)
                    waiting += _new(message, seen)
        assert len(seen) > 25


async def test_thirty_taps_in_a_minute_are_all_served(tmp_path: Path) -> None:
    """Somebody who taps as fast as a finger can gets what every tap asked for."""
    async with open_market(tmp_path) as (kit, _):
        ann = kit.person("Alice")
        await ann.start("p_cup")
        cup = await ann.wait_for("€14.00")
        for _ in range(30):
            await ann.forge(cup, "1a:cup")
        await ann.wait_for(lambda shown: "30 in cart" in str(shown.rows))
        view = await kit.shop.carts.view(ChatId(ann.id))
        assert view.cart.units == 30


async def test_two_devices_at_once_stay_right(tmp_path: Path) -> None:
    """Two messages with the same buttons, tapped in turn: one cart, and both show what is so."""
    async with open_market(tmp_path) as (kit, _):
        ann = kit.person("Alice")
        await ann.start("p_cup")
        phone = await ann.wait_for("€14.00")
        await ann.start("p_cup")
        context = await ann.wait_for(lambda shown: shown.id != phone.id and "€14.00" in shown.text)
        taps = [await ann.forge(shown, "1a:cup") for shown in (phone, context) * 3]
        await asyncio.gather(*(tap.answer() for tap in taps))
        await ann.wait_for(lambda shown: shown.id == context.id and "6 in cart" in str(shown.rows))
        for _ in range(2):
            await ann.forge(phone, "1t:cup")
        await ann.wait_for(lambda shown: shown.id == phone.id and "4 in cart" in str(shown.rows))
        view = await kit.shop.carts.view(ChatId(ann.id))
        assert view.cart.units == 4


async def test_a_cart_from_before_another_currency_explains_itself(tmp_path: Path) -> None:
    """Old and new price are both told, nothing is added up across currencies, and paying waits."""
    async with open_market(tmp_path) as (kit, _):
        ann = kit.person("Alice")
        await ann.start("p_cup")
        await ann.tap(await ann.wait_for("€14.00"), "Add to cart")
        await ann.wait_for(lambda shown: "1 in cart" in str(shown.rows))
        catalog = entries()
        catalog["shop"]["currency"] = "usd"
        await put_on_the_shelf(kit, catalog)
        await ann.write("/checkout")
        changed = await ann.wait_for("The price changed from €14.00 to $14.00.")
        assert "Total: $14.00" in changed.text
        await ann.tap(changed, "OK, update my cart")
        await ann.wait_for(lambda shown: "Checkout" in str(shown.rows))


def _new(shown: Shown, seen: set[str]) -> list[tuple[Shown, str]]:
    """Return a message's buttons that were never pressed, and note them as pressed."""
    found = []
    for data in (button.data for button in shown.buttons if button.data):
        if (alike := _whichever(data)) not in seen:
            seen.add(alike)
            found.append((shown, data))
    return found


def _whichever(data: str) -> str:
    """Return what a button does whichever order goes for it: each order's would bring the next."""
    action = decode(data)
    if not isinstance(action, StartCheckout | BuyNow | OrderAgain) or action.instead == NO_ORDER:
        return data
    return encode(replace(action, instead=OrderMark("y")))


def _answers(person: Person) -> list[Shown]:
    return [shown for shown in person.messages() if shown.from_bot]


def _without_words(raw: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in raw.items() if name not in {"text", "entities"}}


async def _hear(kit: Kit, number: int, **update: Any) -> None:
    await kit.running.chat.process({"update_id": 987_500_000 + number, **update})

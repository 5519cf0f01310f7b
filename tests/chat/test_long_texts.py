"""A text of more than 4096 characters: apps cut it, and its parts are one message to the shop."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bot.domain.order import ChatId
from bot.ports import AlbumItem
from kit import Kit
from shop_sandbox.telegram import Person, Shown
from tests.chat.market import open_market
from tests.chat.owner_steps import asked_for_words, labels, notice

_THANKS = "Your message is on its way"
#: As Telegram Desktop cuts it: at the end of a paragraph.
_FIRST = "The cup came broken. " * 140 + "\n\nBEGINNING"
_SECOND = "It stood in the rain. " * 180 + "MIDDLE"
#: As a phone does, where there is no end of anything.
_FULL = "x" * 4096
_TAIL = "Please send a new blend END"


def _from_bot(person: Person) -> list[Shown]:
    return [shown for shown in person.messages() if shown.from_bot]


def _words(told: list[Shown]) -> list[str]:
    return " ".join(one.text for one in told).split()


async def test_a_text_that_was_cut_reaches_the_owner_as_one(tmp_path: Path) -> None:
    """Three parts: every word, in a row, one thank-you; and words sent later are a search."""
    async with open_market(tmp_path) as (kit, _):
        ann, marta = kit.person("Alice"), kit.person("Marta")
        await marta.start()
        await marta.wait_for("Corner")
        await asked_for_words(ann)
        before, told = len(_from_bot(ann)), len(_from_bot(marta))
        for part in (_FIRST, _SECOND, _TAIL):
            await ann.write(part)
        await ann.wait_for(_THANKS)
        assert "Answer" in labels(await notice(kit, marta, "END"))
        carried = _from_bot(marta)[told:]
        assert len(carried) == 3
        assert all(one.text.startswith("✉️ Alice Hart writes:") for one in carried)
        marks = ("BEGINNING", "MIDDLE", "END")
        assert [word for word in _words(carried) if word in marks] == [*marks]
        assert [_words(carried).count(word) for word in ("broken.", "rain.")] == [140, 180]
        assert len(_from_bot(ann)) == before + 1
        await ann.write("blend")
        await ann.wait_for("Size: 250 g")


async def test_a_command_may_be_long_and_its_parts_are_edited_alone(tmp_path: Path) -> None:
    """What follows /paysupport goes whole; an edited part follows by itself, once."""
    async with open_market(tmp_path) as (kit, _):
        ann, marta = kit.person("Alice"), kit.person("Marta")
        await marta.start()
        await marta.wait_for("Corner")
        first = await ann.write(f"/paysupport {_FIRST}")
        tail = await ann.write(_TAIL)
        await ann.wait_for(_THANKS)
        came = await notice(kit, marta, "END")
        assert "BEGINNING" in came.text  # what was cut fits into one message of ours
        told = len(_from_bot(marta))
        await ann.edit(first, f"/paysupport {_FIRST}")
        await ann.edit(tail, "Please send a new cup")
        await notice(kit, marta, "Now it says:\n\nPlease send a new cup")
        assert len(_from_bot(marta)) == told + 1
        assert len(_from_bot(ann)) == 1


async def test_a_text_beyond_the_limit_is_refused_once(tmp_path: Path) -> None:
    """Four parts for the owner, two for a note: one refusal each, and the question stays."""
    async with open_market(tmp_path) as (kit, _):
        ann, marta = kit.person("Alice"), kit.person("Marta")
        await marta.start()
        await marta.wait_for("Corner")
        told = len(_from_bot(marta))
        await asked_for_words(ann)
        before = len(_from_bot(ann))
        for part in (_FULL, _FULL, _FULL, _TAIL):
            await ann.write(part)
        await ann.wait_for("too long for one message: at most 12,000 characters")
        await ann.write("A new blend, please")
        await ann.wait_for(_THANKS)
        assert len(_from_bot(ann)) == before + 2
        assert "A new blend" in (await notice(kit, marta, "A new blend")).text
        assert len(_from_bot(marta)) == told + 1
        line = await _cup(ann)
        await ann.tap(line, "Add a note")
        await ann.wait_for("Anything we should know about Cup?")
        before = len(_from_bot(ann))
        await ann.write(_SECOND)
        await ann.write(_TAIL)
        await ann.wait_for("120 characters at most")
        await ann.write("/cart")
        await ann.wait_for("Your cart")
        assert len(_from_bot(ann)) == before + 2


async def test_an_owners_long_answer_reaches_the_customer_whole(tmp_path: Path) -> None:
    """As a reply to the question, and the owner is told once."""
    async with open_market(tmp_path) as (kit, _):
        ann, marta = kit.person("Alice"), kit.person("Marta")
        await marta.start()
        await marta.wait_for("Corner")
        await ann.write("/paysupport Where is it?")
        await ann.wait_for(_THANKS)
        came = await notice(kit, marta, "Where is it?")
        before, told = len(_from_bot(marta)), len(_from_bot(ann))
        await marta.send(None, _SECOND, reply_to=came.id)
        await marta.write("blend END")
        await marta.wait_for("On its way to Alice")
        await kit.drain()
        await ann.wait_for("END", since=0)
        carried = _from_bot(ann)[told:]
        assert ["MIDDLE" in one.text for one in carried] == [False, True]
        assert _words(carried).count("rain.") == 180
        assert len(_from_bot(marta)) == before + 1


@pytest.mark.parametrize(
    ("change", "one"),
    [
        ({}, True),
        ({"date": 2}, True),
        ({"date": 60}, False),
        ({"text": "/cart"}, False),
        ({"first": "Is there a blend?"}, False),
    ],
    ids=["at-once", "soon", "later", "command", "control"],
)
async def test_what_follows_a_long_text_at_once_is_its_rest(
    tmp_path: Path, change: dict[str, Any], one: bool
) -> None:
    """Not what was sent a minute later, no command, and nothing after a short text; by webhook."""
    async with open_market(tmp_path) as (kit, _):
        ann, marta = kit.person("Alice"), kit.person("Marta")
        await marta.start()
        hello = await ann.write("thanks")
        await ann.wait_for("welcome")
        await asked_for_words(ann)
        before = len(_from_bot(ann))
        first = {**hello.raw, "message_id": 9_001, "text": change.get("first", _FIRST)}
        rest = {**first, "message_id": 9_002, "text": change.get("text", "blend")}
        rest["date"] += change.get("date", 0)
        if rest["text"] == "/cart":
            rest["entities"] = [{"type": "bot_command", "offset": 0, "length": 5}]
        await _hear(kit, 1, first)
        await _hear(kit, 2, rest)
        await ann.wait_for(_THANKS, since=0)
        await ann.write("/help")  # has its turn when the others are done
        await ann.wait_for("How this shop works")
        assert len(_from_bot(ann)) == before + (2 if one else 3)
        assert await _kept(kit) == ()


async def test_parts_are_kept_and_served_as_one_after_a_crash(tmp_path: Path) -> None:
    """Each is in the database before Telegram hears that it came; the next start joins them."""
    async with open_market(tmp_path) as (kit, _):
        ann, marta = kit.person("Alice"), kit.person("Marta")
        await marta.start()
        hello = await ann.write("thanks")
        await ann.wait_for("welcome")
        parts = [
            {**hello.raw, "message_id": 9_001 + number, "text": words}
            for number, words in enumerate((_FIRST, _SECOND, _TAIL))
        ]
        await asked_for_words(ann)
        await _hear(kit, 1, parts[0])
        await _hear(kit, 2, parts[1])
        kept = await _kept(kit)
        assert [item.message_id for item in kept] == [9_001, 9_002]
        await _hear(kit, 3, parts[2])
        await ann.wait_for(_THANKS)
        await notice(kit, marta, "END")

        await asked_for_words(ann)
        left = [{**part, "message_id": part["message_id"] + 10} for part in parts]
        await kit.shop.albums.keep(
            [
                AlbumItem(ChatId(ann.id), part["message_id"], _update(10 + number, part))
                for number, part in enumerate(left)
            ]
        )
        told, before = len(_from_bot(marta)), len(_from_bot(ann))
        await kit.running.chat.resume_albums(0)
        await ann.wait_for(_THANKS)
        await kit.drain()
        await ann.write("/help")
        await ann.wait_for("How this shop works")
        assert (len(_from_bot(marta)), len(_from_bot(ann))) == (told + 3, before + 2)
        assert await _kept(kit) == ()


async def _cup(person: Person) -> Shown:
    await person.start("p_cup")
    await person.tap(await person.wait_for("€14.00"), "Add to cart")
    shown = await person.wait_for(lambda seen: "1 in cart" in str(seen.rows))
    await person.tap(shown, "1 in cart")
    return await person.wait_for(lambda seen: "Add a note" in str(seen.rows))


def _update(number: int, message: dict[str, Any]) -> str:
    return json.dumps({"update_id": 987_700_000 + number, "message": message})


async def _kept(kit: Kit) -> tuple[AlbumItem, ...]:
    return await kit.shop.albums.left(0)


async def _hear(kit: Kit, number: int, message: dict[str, Any]) -> None:
    await kit.running.chat.process({"update_id": 987_700_000 + number, "message": message})

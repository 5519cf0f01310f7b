"""Several updates, one act: an album is one message, and an edit is no new one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bot.domain.order import ChatId, UserId
from bot.ports import AlbumItem
from kit import ROOT, Kit
from shop_sandbox.telegram import Person, Shown
from tests.chat.market import calls, open_market
from tests.chat.owner_steps import asked_for_words, labels, notice

_PICTURES = [
    (ROOT / "photos" / name).read_bytes()
    for name in ("house-blend.jpg", "house-blend-beans.jpg", "lume-cup-night.jpg")
]
_THANKS = "Your message is on its way"


def _from_bot(person: Person) -> list[Shown]:
    return [shown for shown in person.messages() if shown.from_bot]


async def test_an_album_reaches_the_owner_as_one(tmp_path: Path) -> None:
    """Three photos of a broken cup: one album, the words once, and one thank-you."""
    async with open_market(tmp_path) as (kit, exchanges):
        ann, marta = kit.person("Alice"), kit.person("Marta")
        await marta.start()
        await marta.wait_for("Corner")
        await asked_for_words(ann)
        exchanges.clear()
        await ann.upload_album(_PICTURES, caption="It came broken.", on=1)
        await ann.wait_for(_THANKS)
        came = await notice(kit, marta, "It came broken.")
        assert "Answer" in labels(came)
        assert sorted(calls(exchanges)) == ["sendMediaGroup", "sendMessage", "sendMessage"]
        photos = [shown for shown in _from_bot(marta) if shown.has_photo][-3:]
        assert len({shown.raw["media_group_id"] for shown in photos}) == 1
        assert [shown.text for shown in photos] == ["✉️ Alice Hart writes:", "", ""]
        assert [shown.id for shown in _from_bot(marta)][-1] == came.id
        await marta.tap(came, "Answer")
        await marta.wait_for("What should I tell Alice")
        await marta.upload_album(_PICTURES[:2])
        await marta.wait_for("On its way to Alice")
        await ann.wait_for("The shop writes: 📷 2", since=0)
        assert len([shown for shown in _from_bot(ann) if shown.has_photo]) == 2


async def test_words_after_an_album_wait_for_it(tmp_path: Path) -> None:
    """The album has its turn first: it answers the question, the words are a search."""
    async with open_market(tmp_path) as (kit, _):
        ann, marta = kit.person("Alice"), kit.person("Marta")
        await marta.start()
        await asked_for_words(ann)
        await ann.upload_album(_PICTURES)
        await ann.write("blend")
        await ann.wait_for("Size: 250 g")
        texts = [shown.text for shown in _from_bot(ann)]
        assert [_THANKS in text for text in texts[-2:]] == [True, False]
        await notice(kit, marta, "📷 3")


async def test_an_album_that_nobody_asked_for_is_answered_once(tmp_path: Path) -> None:
    """One kind answer for three photos."""
    async with open_market(tmp_path) as (kit, _):
        ann = kit.person("Alice")
        await ann.upload_album(_PICTURES)
        await ann.wait_for("I can’t do anything with this")
        await ann.write("/cart")
        await ann.wait_for("Your cart")
        assert len(_from_bot(ann)) == 2


async def test_of_an_owners_album_the_first_is_the_products_picture(tmp_path: Path) -> None:
    """Its caption names the product, wherever it stands; that one was taken is said."""
    async with open_market(tmp_path) as (kit, _):
        marta = kit.person("Marta")
        await marta.upload_album(_PICTURES, caption="cup", on=2)
        told = await marta.wait_for("I used the first of these pictures.")
        assert "Saved in the catalog" in told.text
        (picture,) = (tmp_path / "photos").glob("cup-*.jpg")
        assert picture.read_bytes() == _PICTURES[0]
        assert len(_from_bot(marta)) == 1


async def test_an_album_by_webhook_is_one_too(tmp_path: Path) -> None:
    """Each item is kept, and answered at once, for the next one comes after the answer."""
    async with open_market(tmp_path) as (kit, exchanges):
        ann, marta = kit.person("Alice"), kit.person("Marta")
        await marta.start()
        await marta.wait_for("Corner")
        photo = (await ann.upload(_PICTURES[0], kind="photo")).raw
        await ann.wait_for("I can’t do anything with this")
        await asked_for_words(ann)
        exchanges.clear()
        for number in (1, 2, 2, 3):  # the second is delivered twice
            item = {**photo, "message_id": 9_000 + number, "media_group_id": "77"}
            await _hear(kit, number, message=item)
            assert [one.message_id for one in await _kept(kit)] == [
                9_000 + one for one in range(1, number + 1)
            ]
        await ann.wait_for(_THANKS)
        await notice(kit, marta, "📷 3")
        assert sorted(calls(exchanges)) == ["sendMediaGroup", "sendMessage", "sendMessage"]
        await ann.write("/cart")  # has its turn when the album is done with
        await ann.wait_for("Your cart")
        assert await _kept(kit) == ()


async def test_words_that_telegram_delivers_twice_are_carried_once(tmp_path: Path) -> None:
    """The second delivery is thanked for like the first, and no owner reads it."""
    async with open_market(tmp_path) as (kit, exchanges):
        ann, marta = kit.person("Alice"), kit.person("Marta")
        await marta.start()
        asked = (await ann.write("/paysupport Is it red?")).raw
        await notice(kit, marta, "Is it red?")
        exchanges.clear()
        await _hear(kit, 1, message=asked)
        await ann.write("/paysupport Is it blue?")
        await notice(kit, marta, "Is it blue?")
        told = [one for one in _from_bot(marta) if "Is it" in one.text]
        assert ["red" in one.text for one in told] == [True, False]


async def test_what_waits_of_an_album_is_deleted_with_its_sender(tmp_path: Path) -> None:
    """/delete reaches the items that a process left which was killed, and nobody else's."""
    async with open_market(tmp_path) as (kit, _):
        ann, bob = kit.person("Alice"), kit.telegram.add_person("Bob")
        for number, person in enumerate((ann, bob)):
            await person.start()
            await person.wait_for("Corner")
            item = AlbumItem(ChatId(person.id), 9_000 + number, "{}")
            await kit.shop.albums.keep([item])
        assert len(await _kept(kit)) == 2
        await kit.shop.forgetting.forget(ChatId(ann.id), UserId(ann.id))
        assert [one.chat_id for one in await _kept(kit)] == [bob.id]


async def test_an_edited_question_follows_to_the_owner(tmp_path: Path) -> None:
    """By the next message, by the command and below a photo; the customer is thanked once."""
    async with open_market(tmp_path) as (kit, _):
        ann, marta = kit.person("Alice"), kit.person("Marta")
        await marta.start()
        await asked_for_words(ann)
        asked = await ann.write("Where is my cofee?")
        await ann.wait_for(_THANKS)
        said = await ann.write("/paysupport Is it red?")
        await ann.wait_for(_THANKS)
        await asked_for_words(ann)
        photo = await ann.upload(_PICTURES[0], kind="photo", caption="Brocken")
        await ann.wait_for(_THANKS)
        before = len(_from_bot(ann))
        for message, words in (
            (asked, "Where is my coffee?"),
            (said, "/paysupport Is it blue?"),
            (photo, "Broken"),
        ):
            await ann.edit(message, words)
            told = words.removeprefix("/paysupport ")
            came = await notice(kit, marta, f"Alice Hart edited a message. Now it says:\n\n{told}")
            assert "Answer" in labels(came)
        await ann.edit(asked, "Where is my tea?")
        await notice(kit, marta, "Where is my tea?")
        assert len(_from_bot(ann)) == before


async def test_an_owners_edited_answer_follows_to_the_customer(tmp_path: Path) -> None:
    """Words that were corrected are read as they are now."""
    async with open_market(tmp_path) as (kit, _):
        ann, marta = kit.person("Alice"), kit.person("Marta")
        await marta.start()
        await ann.write("/paysupport Where is it?")
        await ann.wait_for(_THANKS)
        came = await notice(kit, marta, "Where is it?")
        answer = await marta.send(None, "On the boat.", reply_to=came.id)
        await marta.wait_for("On its way to Alice")
        await ann.wait_for("The shop writes: On the boat.", since=0)
        await marta.edit(answer, "On the train.")
        await ann.wait_for("The shop corrects its message: On the train.", since=0)


async def test_an_edit_does_and_says_nothing_twice(tmp_path: Path) -> None:
    """Commands, searches, notes, numbers and a place that moves: no word, no goods, no link."""
    async with open_market(tmp_path) as (kit, exchanges):
        ann, marta = kit.person("Alice"), kit.person("Marta")
        await ann.start("p_cup")
        await ann.wait_for("€14.00")
        number = await ann.write("2")
        line = await ann.wait_for("2 × Cup")
        search = await ann.write("blend")
        await ann.wait_for("Size")
        command = await ann.write("/help")
        await ann.wait_for("How this shop works")
        owners = await marta.write("/help")
        await marta.wait_for("For you alone")
        await ann.start("p_cup")
        await ann.wait_for("€14.00")
        exchanges.clear()
        await ann.edit(number, "7")
        await ann.edit(search, "jug")
        await ann.edit(command, "/checkout")
        await marta.edit(owners, "/pause")
        where = {"latitude": 38.7, "longitude": -9.1, "live_period": 900}
        place = {k: v for k, v in search.raw.items() if k != "text"} | {"location": where}
        for step in range(3):
            await _hear(kit, 20 + step, edited_message={**place, "edit_date": place["date"] + step})
        await ann.write("/cart")
        await ann.wait_for("2 × €14.00")
        assert calls(exchanges) == ["sendMessage"]
        assert await kit.orders(ann) == ()
        assert not await kit.shop.checkout_switch.paused()
        assert (await kit.shop.carts.view(ChatId(ann.id))).cart.units == 2
        assert line.from_bot


async def test_edits_without_end_are_bounded_like_questions(tmp_path: Path) -> None:
    """Ten within an hour reach the owner; the eleventh is refused in words."""
    async with open_market(tmp_path) as (kit, _):
        ann, marta = kit.person("Alice"), kit.person("Marta")
        await marta.start()
        asked = await ann.write("/paysupport number 0")
        await ann.wait_for(_THANKS)
        for number in range(1, 10):
            await ann.edit(asked, f"/paysupport number {number}")
            await notice(kit, marta, f"number {number}")
        await ann.edit(asked, "/paysupport number ten")
        await ann.wait_for("please write again in 60 minutes")


async def _kept(kit: Kit) -> tuple[AlbumItem, ...]:
    return await kit.shop.albums.left(0)


async def _hear(kit: Kit, number: int, **update: Any) -> None:
    await kit.running.chat.process({"update_id": 987_700_000 + number, **update})

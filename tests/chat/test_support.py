"""Words and photos between customers and owners, carried by the bot."""

from __future__ import annotations

from pathlib import Path

from kit import ROOT
from tests.chat.market import entries, open_market
from tests.chat.owner_steps import labels, notice, sold


async def test_words_go_to_the_customer_and_the_answer_comes_back(tmp_path: Path) -> None:
    """Neither sees the other's account; a reply is as good as a button."""
    async with open_market(tmp_path) as (kit, _):
        ann, marta = kit.person("Alice"), kit.person("Marta")
        await sold(kit, ann)
        shown = await notice(kit, marta, "Sold")
        await marta.tap(shown, "✉️ Write")
        await marta.wait_for("What should I tell Alice")
        await marta.write("Beans or <ground>?")
        await marta.wait_for("On its way to Alice")
        asked = await ann.wait_for("The shop writes: Beans or <ground>?", since=0)
        await ann.send(None, "Ground & fine", reply_to=asked.id)
        await ann.wait_for("Your message is on its way")
        came = await notice(kit, marta, "Ground & fine")
        await marta.send(None, "Done!", reply_to=came.id)
        await marta.wait_for("On its way to Alice")
        await ann.wait_for("The shop writes: Done!", since=0)


async def test_paysupport_reaches_the_owner_who_answers(tmp_path: Path) -> None:
    """By the button and the next message; the question carries the customer's latest order."""
    catalog = entries()
    async with open_market(tmp_path, catalog) as (kit, _):
        ann, marta = kit.person("Alice"), kit.person("Marta")
        order = await sold(kit, ann)
        await ann.write("/paysupport")
        offered = await ann.wait_for("Help with a payment")
        await ann.tap(offered, "Write to the shop")
        await ann.wait_for("Write your question as your next message")
        await ann.upload(b"x", kind="sticker")
        await ann.wait_for("I can pass on only text")
        await ann.write("Where is my coffee?")
        await ann.wait_for("Your message is on its way")
        came = await notice(kit, marta, "Where is my coffee?")
        assert labels(came) == ["Answer", f"Order {order.id}"]
        await marta.tap(came, "Answer")
        await marta.wait_for("What should I tell Alice")
        await marta.write("On the boat.")
        await ann.wait_for("The shop writes: On the boat.", since=0)
        await ann.write("Thanks!")
        await ann.wait_for("You’re welcome!")


async def test_photos_go_both_ways(tmp_path: Path) -> None:
    """A broken cup is seen as it is; words that are too long for a caption follow by themselves."""
    async with open_market(tmp_path) as (kit, _):
        ann, marta = kit.person("Alice"), kit.person("Marta")
        await marta.start()
        picture = (ROOT / "photos" / "banner.jpg").read_bytes()
        await ann.write("/paysupport")
        await ann.tap(await ann.wait_for("Help with a payment"), "Write to the shop")
        await ann.wait_for("a photo may come with it")
        await ann.upload(picture, kind="photo", caption="It came <broken>.")
        await ann.wait_for("Your message is on its way")
        came = await notice(kit, marta, "It came <broken>.")
        assert came.has_photo
        await marta.tap(came, "Answer")
        await marta.wait_for("What should I tell Alice")
        await marta.upload(picture, kind="photo")
        await marta.wait_for("On its way to Alice")
        sent = await ann.wait_for("The shop sends you a photo.", since=0)
        assert sent.has_photo
        await ann.tap(sent, "Answer")
        await ann.wait_for("Write your question")
        await ann.upload(picture, kind="photo", caption="w" * 1000)
        await ann.wait_for("Your message is on its way")
        words = await notice(kit, marta, "w" * 1000)
        assert not words.has_photo
        assert [shown.has_photo for shown in marta.messages()][-2:] == [True, False]


async def test_a_question_is_let_go_by_who_taps_something_else(tmp_path: Path) -> None:
    """What they type an hour later is a search, and no letter to the owner."""
    async with open_market(tmp_path) as (kit, _):
        ann = kit.person("Alice")
        await ann.write("/paysupport")
        await ann.tap(await ann.wait_for("Help with a payment"), "Write to the shop")
        asked = await ann.wait_for("Write your question as your next message")
        await ann.tap(asked, "Open the shop")
        await ann.wait_for("What would you like to see?")
        await ann.write("blend")
        await ann.wait_for("Size: 250 g")


async def test_a_customer_who_writes_without_end_is_asked_to_wait(tmp_path: Path) -> None:
    """Ten messages an hour reach the owner; the eleventh is refused kindly, and later ones go."""
    async with open_market(tmp_path) as (kit, _):
        ann, marta = kit.person("Alice"), kit.person("Marta")
        await marta.start()
        for number in range(10):
            await ann.write(f"/paysupport question {number}")
            await ann.wait_for("Your message is on its way")
        await ann.write("/paysupport one more")
        await ann.wait_for("please write again in 60 minutes")
        kit.clock.jump(3600)
        await ann.write("/paysupport the last")
        await ann.wait_for("Your message is on its way")
        await notice(kit, marta, "the last")
        assert not [shown for shown in marta.messages() if "one more" in shown.text]

"""Something is sold out: whoever wants to is told once when it is back, and buys it by a tap."""

from __future__ import annotations

import asyncio
from pathlib import Path

from bot.shop.people.waitlist import TURN
from kit.patience import PATIENCE
from shop_sandbox.faults import Fault
from shop_sandbox.telegram import Person
from tests.chat.market import open_market, put_on_the_shelf
from tests.chat.test_variants import tees


async def _toast(person: Person, words: str) -> None:
    """Wait until a tap was answered so."""
    async with asyncio.timeout(PATIENCE):
        while not any(words in one.text for one in person.toasts):  # noqa: ASYNC110 - no bell
            await asyncio.sleep(0.01)


async def test_who_asked_is_told_when_an_owner_counts_anew(tmp_path: Path) -> None:
    """One tap to be told, one to buy; who was told is not told again."""
    async with open_market(tmp_path) as (kit, _):
        ann, marta = kit.person("Alice"), kit.person("Marta")
        await marta.start()
        await ann.start("p_jug")
        jug = await ann.wait_for(lambda seen: "Sold out" in seen.text)
        await ann.tap(jug, "Tell me when it’s back")
        await _toast(ann, "I’ll write to you when Jug is back.")
        asked = await ann.wait_for(lambda seen: "Don’t tell me" in str(seen.rows))
        await ann.tap(asked, "Don’t tell me")
        await _toast(ann, "I won’t write about Jug.")
        jug = await ann.wait_for(lambda seen: "Tell me when it’s back" in str(seen.rows))
        await ann.tap(jug, "Tell me when it’s back")
        await ann.wait_for(lambda seen: "Don’t tell me" in str(seen.rows))

        await marta.write("/stock jug 4")
        await marta.wait_for(lambda seen: "Jug" in seen.text)
        await kit.shop.waitlist.work()
        told = await ann.wait_for("Jug is back.")
        assert "Add to cart" in str(told.rows)
        await ann.tap(told, "Buy now")
        await ann.wait_for(lambda seen: "Pay €" in str(seen.rows))
        assert await kit.shop.waitlist.work() == 0
        await kit.drain()
        assert not [one for one in ann.messages() if "is back" in one.text]  # it became the order


async def test_who_would_hear_too_late_waits_anew(tmp_path: Path) -> None:
    """Sold out again before Telegram took the message: nothing untrue is said, nobody forgotten."""
    async with open_market(tmp_path) as (kit, _):
        ann, marta = kit.person("Alice"), kit.person("Marta")
        await marta.start()
        await ann.start("p_jug")
        jug = await ann.wait_for(lambda seen: "Sold out" in seen.text)
        await ann.tap(jug, "Tell me when it’s back")
        await ann.wait_for(lambda seen: "Don’t tell me" in str(seen.rows))
        busy = Fault("sendMessage", "error", status=429, retry_after=5, chat_id=ann.id)
        kit.site.faults.add(busy)
        await marta.write("/stock jug 4")
        await marta.wait_for(lambda seen: "Jug" in seen.text)
        await kit.shop.waitlist.work()
        async with asyncio.timeout(PATIENCE):
            while not busy.spent():  # noqa: ASYNC110 - no bell
                await asyncio.sleep(0.01)
        await marta.write("/stock jug 0")
        await marta.wait_for(lambda seen: "Jug" in seen.text)
        kit.clock.jump(10)
        await kit.drain()
        assert not [one for one in ann.messages() if "is back" in one.text]

        await marta.write("/stock jug 1")
        await marta.wait_for(lambda seen: "Jug" in seen.text)
        await kit.shop.waitlist.work()
        await ann.wait_for("Jug is back.")


async def test_a_line_of_the_cart_that_ran_out_has_the_way_too(tmp_path: Path) -> None:
    """The bell beside it leads to the product, where it says so."""
    async with open_market(tmp_path) as (kit, _):
        ann, marta = kit.person("Alice"), kit.person("Marta")
        await ann.start("p_mug")
        mug = await ann.wait_for("€9.00")
        await ann.tap(mug, "Add to cart")
        await ann.wait_for(lambda seen: "1 in cart" in str(seen.rows))
        await marta.write("/stock mug 0")
        await marta.wait_for(lambda seen: "mug" in seen.text.lower() or "Tom" in seen.text)
        await ann.write("/cart")
        cart = await ann.wait_for("Your cart")
        await ann.tap(cart, "🔔")
        await ann.wait_for(lambda seen: "Don’t tell me" in str(seen.rows))


async def test_a_group_sees_nothing_of_who_waits(tmp_path: Path) -> None:
    """Only whoever tapped is told, in private; somebody unknown there is asked to press Start."""
    async with open_market(tmp_path) as (kit, _):
        ann, jonas, group = kit.person("Alice"), kit.person("Jonas"), kit.telegram.group
        assert group is not None
        await ann.start()
        await ann.send(group.id, "/start p_jug")
        jug = await ann.wait_for("Sold out", chat=group.id)
        await jonas.tap(jug, "Tell me when it’s back")
        told = "Please press Start in my own chat first"
        await jonas.wait_for(told, chat=group.id)
        assert not any(told in seen.text for seen in ann.messages(group.id))
        await ann.tap(jug, "Tell me when it’s back")
        told = "I’ll write to you when Jug is back."
        await ann.wait_for(told, chat=group.id)
        assert not any(told in seen.text for seen in jonas.messages(group.id))
        assert "Tell me when it’s back" in str(jug.rows)


async def test_who_was_told_is_forgotten_though_nobody_waits_behind_them(tmp_path: Path) -> None:
    """Nothing of the last one who waited stays in the database once their turn is over."""
    async with open_market(tmp_path) as (kit, _):
        ann, marta = kit.person("Alice"), kit.person("Marta")
        await marta.start()
        await ann.start("p_jug")
        jug = await ann.wait_for(lambda seen: "Sold out" in seen.text)
        await ann.tap(jug, "Tell me when it’s back")
        await ann.wait_for(lambda seen: "Don’t tell me" in str(seen.rows))
        await marta.write("/stock jug 1")
        await marta.wait_for(lambda seen: "Jug" in seen.text)
        await kit.shop.waitlist.work()
        await ann.wait_for("Jug is back.")
        assert await kit.running.store.read(lambda tx: tx.waitlist.anyone())
        kit.clock.jump(TURN)
        await kit.shop.waitlist.work()
        assert not await kit.running.store.read(lambda tx: tx.waitlist.anyone())


async def test_an_old_button_leaves_though_the_choice_is_sold_no_more(tmp_path: Path) -> None:
    """Hidden meanwhile, it is waited for no more, and no screen offers it."""
    catalog = tees()
    async with open_market(tmp_path, catalog) as (kit, _):
        ann = kit.person("Alice")
        await ann.start("p_tee")
        tee = await ann.wait_for("Size: S")
        await ann.tap(tee, "M · sold out")
        gone = await ann.wait_for("This choice is sold out.")
        await ann.tap(gone, "Tell me when it’s back")
        asked = await ann.wait_for(lambda seen: "Don’t tell me" in str(seen.rows))
        catalog["products"][-1]["variants"][0]["hidden"] = True
        await put_on_the_shelf(kit, catalog)
        await ann.tap(asked, "Don’t tell me")
        await ann.wait_for("19.00")
        assert not await kit.running.store.read(lambda tx: tx.waitlist.anyone())

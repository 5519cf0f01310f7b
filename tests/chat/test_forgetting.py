"""/delete in the chat: asked once, done, and then a stranger."""

from __future__ import annotations

from pathlib import Path

from bot.domain.order import ChatId
from tests.chat.market import open_market


async def test_a_person_is_forgotten_after_being_asked_once(tmp_path: Path) -> None:
    """Nothing goes before the answer; afterwards the shop meets a stranger."""
    async with open_market(tmp_path) as (kit, _):
        ann = kit.person("Alice")
        await ann.write("/language")
        await ann.tap(await ann.wait_for("Which language"), "Deutsch")
        await ann.wait_for("Ab jetzt")
        await ann.write("/language")
        await ann.tap(await ann.wait_for("Sprache"), "English")
        await ann.wait_for("From now on")
        await ann.write("/privacy")
        told = await ann.wait_for("What we know about you")
        await ann.tap(told, "Delete my data")
        asked = await ann.wait_for("Delete your data?")
        known = await kit.shop.people.get(ChatId(ann.id))
        assert known is not None
        assert known.chosen
        await ann.tap(asked, "Delete it all")
        gone = await ann.wait_for("Your data has been deleted")
        assert await kit.shop.people.get(ChatId(ann.id)) is None
        await ann.tap(gone, "Open the shop")
        await ann.wait_for("What would you like to see?")
        stranger = await kit.shop.people.get(ChatId(ann.id))
        assert stranger is not None
        assert not stranger.chosen


async def test_whoever_would_rather_stay_stays(tmp_path: Path) -> None:
    """The button that says no leads back into the shop, and nothing has changed."""
    async with open_market(tmp_path) as (kit, _):
        ann = kit.person("Alice")
        await ann.write("/delete")
        await ann.tap(await ann.wait_for("Delete your data?"), "No, keep it")
        await ann.wait_for("What would you like to see?")
        assert await kit.shop.people.get(ChatId(ann.id)) is not None


async def test_a_group_is_no_place_to_be_forgotten(tmp_path: Path) -> None:
    """The group's cart and orders are not one person's to delete."""
    async with open_market(tmp_path) as (kit, _):
        ann, group = kit.person("Alice"), kit.telegram.group
        assert group is not None
        await ann.send(group.id, "/delete")
        shown = await ann.wait_for("a matter between you and me", chat=group.id)
        await ann.forge(shown, "1dd")
        await ann.send(group.id, "/cart")
        await ann.wait_for("cart", chat=group.id)
        assert await kit.shop.people.get(ChatId(group.id)) is not None

"""The shop comes into a group, and says how to order together."""

from __future__ import annotations

from pathlib import Path

from bot.domain.order import ChatId
from shop_sandbox.telegram import actions
from tests.chat.market import calls, open_market


async def test_a_group_that_the_bot_joins_is_greeted(tmp_path: Path) -> None:
    """One message, with the way into the shop; being thrown out is noted and not answered."""
    async with open_market(tmp_path) as (kit, exchanges):
        ann, group = kit.person("Alice"), kit.telegram.group
        assert group is not None
        await ann.send(group.id, "/start")
        await ann.wait_for("What would you like to see?", chat=group.id)
        exchanges.clear()
        actions.block(kit.telegram.world, group.id, blocked=True)
        actions.block(kit.telegram.world, group.id, blocked=False)
        hello = await ann.wait_for("Hello everybody, this is Corner & Co.", chat=group.id)
        assert hello.rows[0][0].text == "Open the shop"
        assert calls(exchanges) == ["sendMessage"]
        chat = await kit.shop.people.get(ChatId(group.id))
        assert chat is not None
        assert chat.reachable


async def test_who_unblocks_the_bot_is_not_written_to(tmp_path: Path) -> None:
    """A private chat speaks first."""
    async with open_market(tmp_path) as (kit, exchanges):
        ann = kit.person("Alice")
        await ann.start()
        await ann.wait_for("Corner")
        exchanges.clear()
        actions.block(kit.telegram.world, ann.id, blocked=True)
        actions.block(kit.telegram.world, ann.id, blocked=False)
        await ann.write("/help")
        await ann.wait_for("How this shop works")
        assert calls(exchanges) == ["sendMessage"]

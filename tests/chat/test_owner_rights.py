"""Who is an owner: asked at every tap and command."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from telegram import BotCommandScopeChat

from bot.chat.owner_actions import GiveRefund, OwnerCancel
from bot.chat.routes import TAPS, Who, encode
from bot.domain.order import OrderState
from kit import open_kit
from kit.patience import PATIENCE
from tests.chat.given_out import GIVEN_OUT
from tests.chat.market import calls, open_market, write
from tests.shop.journeys import order_something


async def test_no_forged_button_opens_the_owners_side(tmp_path: Path) -> None:
    """Every owner's action, forged by a customer, is refused, and nothing happens."""
    async with open_market(tmp_path) as (kit, exchanges):
        ann = kit.person("Alice")
        order = await order_something(kit, ann, "cup")
        link = ann.messages()[-1]
        exchanges.clear()
        theirs = OwnerCancel.__module__
        owners = [(data, kind) for data, kind, _ in GIVEN_OUT if kind.__module__ == theirs]
        routes = {tap.action for tap in TAPS.values() if tap.who is Who.OWNER}
        assert {kind for _, kind in owners} == routes
        for data, _ in owners:
            tap = await ann.forge(link, data)
            answer = await tap.answer()
            assert answer.text == "Only the shop’s owner can do that."
            assert answer.show_alert
        assert [one for one in calls(exchanges) if one.startswith(("send", "edit"))] == []
        assert (await kit.order(ann)).state is OrderState.OPEN
        assert (await kit.order(ann)).id == order.id


async def test_an_owners_buttons_are_dead_in_a_group(tmp_path: Path) -> None:
    """In a group others would read along: the owner's side opens in the owner's own chat only."""
    async with open_market(tmp_path) as (kit, _):
        marta, group = kit.person("Marta"), kit.telegram.group
        assert group is not None
        kit.telegram.world.chats[group.id].members.append(marta.id)
        await marta.send(group.id, "/help")
        shown = await marta.wait_for("How this shop works", chat=group.id)
        for action in (OwnerCancel(order=1001), GiveRefund(1001, 100)):  # type: ignore[arg-type]
            await marta.forge(shown, encode(action))
            refused = await marta.wait_for("Only the shop’s owner can do that.", chat=group.id)
            assert refused not in kit.person("Alice").messages(group.id)
            assert len(refused.buttons) == 1


async def test_an_owners_command_is_answered_alike_to_all_in_a_group(tmp_path: Path) -> None:
    """It says where it works, and nothing of who owns the shop."""
    async with open_market(tmp_path) as (kit, _):
        marta, group = kit.person("Marta"), kit.telegram.group
        assert group is not None
        kit.telegram.world.chats[group.id].members.append(marta.id)
        for person in (marta, kit.person("Alice")):
            await person.send(group.id, "/find@sandbox_shop_bot 1001")
            await person.wait_for("write /find to me in our own chat", chat=group.id)


@pytest.mark.parametrize("command", ["/pause", "/resume", "/order 1001", "/find Marta"])
async def test_owners_commands_are_unknown_to_others(tmp_path: Path, command: str) -> None:
    """Nobody else learns that there are such commands."""
    async with open_market(tmp_path) as (kit, _):
        ann = kit.person("Alice")
        await ann.write(command)
        await ann.wait_for("I don’t know this command.")
        assert not await kit.shop.checkout_switch.paused()


async def test_an_owner_gets_their_own_menu_when_they_start(tmp_path: Path) -> None:
    """Telegram knows a chat only once its person has started the bot, so it is set then."""
    async with open_market(tmp_path) as (kit, exchanges):
        marta = kit.person("Marta")
        await marta.start()
        await marta.wait_for("Corner & Co")
        await marta.write("/help")
        await marta.wait_for("For you alone")
        scope = BotCommandScopeChat(marta.id)
        menu = await kit.running.chat.bot.get_my_commands(scope=scope)
        assert [one.command for one in menu][:3] == ["orders", "order", "find"]
        assert await kit.running.chat.announce()
        exchanges.clear()
        assert await kit.running.chat.announce()
        assert [one.call for one in exchanges if one.call == "setMyCommands"] == []


async def test_a_shop_without_owner_says_how_to_become_one(tmp_path: Path) -> None:
    """Whoever starts first is told their number and the setting, and owns nothing."""
    async with open_kit(tmp_path, catalog=write(tmp_path), owner_ids="") as kit:
        ann = kit.person("Alice")
        await ann.start()
        shown = await ann.wait_for("This shop has no owner yet.")
        assert f"your Telegram id is {ann.id}" in shown.text
        assert "OWNER_IDS" in shown.text
        await ann.write("/pause")
        await ann.wait_for("I don’t know this command.")


async def test_a_shop_with_an_owner_does_not_say_who(tmp_path: Path) -> None:
    """/start and /id are the same for everybody."""
    async with open_market(tmp_path) as (kit, _):
        for person in (kit.person("Alice"), kit.person("Marta")):
            await person.start()
            shown = await person.wait_for("Corner & Co")
            assert "owner" not in shown.text
            await person.write("/id")
            assert (await person.wait_for("Your Telegram id")).text == (
                f"Your Telegram id is {person.id}."
            )


async def test_an_owners_menu_and_help_follow_their_language(tmp_path: Path) -> None:
    """The menu is set anew when the owner chooses a language; /help is the owner's own."""
    async with open_market(tmp_path) as (kit, _):
        ann, marta = kit.person("Alice"), kit.person("Marta")
        await marta.write("/help")
        shown = await marta.wait_for("For you alone, as the owner")
        await marta.tap(shown, "What customers read")
        await marta.wait_for("How this shop works")
        await ann.write("/help")
        assert "owner" not in (await ann.wait_for("How this shop works")).text
        await marta.write("/language")
        await marta.tap(await marta.wait_for("Which language"), "Deutsch")
        await marta.wait_for("Deutsch")
        scope = BotCommandScopeChat(marta.id)
        async with asyncio.timeout(PATIENCE):
            while True:
                menu = await kit.running.chat.bot.get_my_commands(scope=scope)
                if "Warenkorb" in str(menu):
                    break

"""Words, commands, groups and mishaps: everything gets an answer, and every answer leads on."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import structlog
from telegram import BotCommandScopeAllGroupChats

from bot.domain.errors import TransientError
from bot.domain.order import ChatId
from bot.ports import ChatKind
from bot.sandbox.faults import Fault
from bot.sandbox.telegram import Person
from tests.chat.market import calls, open_market

_ANSWERS = [
    ("/start", "Corner & Co"),
    ("/cart", "Your cart is empty"),
    ("/checkout", "there is nothing to pay for yet"),
    ("/cancel", "There is no unpaid order to cancel."),
    ("/orders", "You have not ordered anything yet."),
    ("/help", "How this shop works"),
    ("/paysupport", "write to @corner_and_co"),
    ("/terms", "Terms of sale"),
    ("/privacy", "What we know about you"),
    ("/language", "Which language shall we speak?"),
    ("/HELP", "How this shop works"),
    ("/help@sandbox_shop_bot", "How this shop works"),
    ("/nonsense", "I don’t know this command."),
    ("hello?", "I am a shop and understand buttons best."),
    ("<b>&", "I am a shop and understand buttons best."),
]


async def test_every_command_and_word_is_answered(tmp_path: Path) -> None:
    """Each has its answer, and each answer has a next step."""
    async with open_market(tmp_path) as (kit, _):
        ann = kit.person("Alice")
        for words, answer in _ANSWERS:
            await ann.write(words)
            shown = await ann.wait_for(answer)
            assert shown.buttons


async def test_things_that_a_shop_cannot_use_are_answered(tmp_path: Path) -> None:
    """Stickers, voice, documents, forwarded and edited messages get a kind word."""
    async with open_market(tmp_path) as (kit, _):
        ann = kit.person("Alice")
        for kind in ("sticker", "voice", "document"):
            await ann.upload(b"data", kind=kind)
            await ann.wait_for("I can’t do anything with this")
        mine = await ann.write("hello")
        await ann.wait_for("I am a shop")
        await ann.forward(mine)
        await ann.wait_for("I am a shop")
        await ann.edit(mine, "/help")
        await ann.wait_for("How this shop works")


async def test_a_language_is_chosen_and_remembered(tmp_path: Path) -> None:
    """The menu marks the language spoken, and a choice answers in it."""
    async with open_market(tmp_path) as (kit, _):
        ann = kit.person("Alice")
        await ann.write("/language")
        menu = await ann.wait_for("Which language")
        await ann.tap(menu, "✓ English")
        await ann.wait_for("From now on I speak English.")
        chat = await kit.shop.people.find(ChatId(ann.id))
        assert chat is not None
        assert (chat.language, chat.chosen, chat.kind) == ("en", True, ChatKind.PRIVATE)


async def test_a_group_fills_one_cart_and_anyone_may_pay(tmp_path: Path) -> None:
    """The cart belongs to the chat and says who added what."""
    async with open_market(tmp_path) as (kit, _):
        ann, jonas, group = kit.person("Alice"), kit.person("Jonas"), kit.telegram.group
        assert group is not None
        await ann.send(group.id, "/start p_cup")
        cup = await ann.wait_for("€14.00", chat=group.id)
        await ann.tap(cup, "Add to cart")
        await ann.wait_for(lambda seen: "1 in cart" in str(seen.rows), chat=group.id)
        await jonas.tap(cup, "1a:cup")
        await jonas.wait_for(lambda seen: "2 in cart" in str(seen.rows), chat=group.id)
        await jonas.send(group.id, "/cart@sandbox_shop_bot")
        cart = await jonas.wait_for("Our cart", chat=group.id)
        assert "added by Alice" in cart.text
        await jonas.tap(cart, "Checkout")
        link = await jonas.wait_for("Order №", chat=group.id)
        assert link.buttons[0].text == "Pay €28.00"
        order = (await kit.shop.orders.latest(ChatId(group.id)))[0]
        assert (order.chat_id, order.buyer_id) == (group.id, jonas.id)


async def test_a_group_that_talks_is_left_in_peace(tmp_path: Path) -> None:
    """Without privacy mode the bot hears everything, and answers only what is meant for it."""
    async with open_market(tmp_path) as (kit, exchanges):
        kit.telegram.world.privacy = False
        ann, group = kit.person("Alice"), kit.telegram.group
        assert group is not None
        for words in ("hello", "/nonsense", "/cart@another_bot", "/help@another_bot"):
            await ann.send(group.id, words)
        await ann.send(group.id, "/help")
        shown = await ann.wait_for("In a group the cart belongs to everybody", chat=group.id)
        assert calls(exchanges) == ["sendMessage"]
        assert [m.id for m in ann.messages(group.id) if m.from_bot] == [shown.id]


async def test_a_group_that_becomes_a_supergroup_keeps_its_cart(tmp_path: Path) -> None:
    """Its cart follows it to the new id."""
    async with open_market(tmp_path) as (kit, _):
        ann, group = kit.person("Alice"), kit.telegram.group
        assert group is not None
        await ann.send(group.id, "/start p_cup")
        cup = await ann.wait_for("€14.00", chat=group.id)
        await ann.tap(cup, "Add to cart")
        await ann.wait_for(lambda seen: "1 in cart" in str(seen.rows), chat=group.id)
        grown = kit.telegram.migrate(group.id)
        await ann.send(grown.id, "/cart")
        cart = await ann.wait_for("Our cart", chat=grown.id)
        assert "1 × €14.00 = €14.00" in cart.text


async def test_a_chat_that_blocks_the_bot_is_marked_until_it_writes_again(
    tmp_path: Path,
) -> None:
    """403 is final; a word from the chat undoes it."""
    async with open_market(tmp_path) as (kit, _):
        ann = kit.person("Alice")
        await ann.start()
        home = await ann.wait_for("Corner")
        kit.site.faults.add(
            Fault(
                "editMessage*",
                "error",
                status=403,
                body={
                    "ok": False,
                    "error_code": 403,
                    "description": "Forbidden: bot was blocked by the user",
                },
            )
        )
        refused = asyncio.Event()
        kit.telegram.on_exchange.append(lambda one: refused.set() if one.status == 403 else None)
        await ann.tap(home, "☕ Coffee")
        async with asyncio.timeout(5):
            await refused.wait()
        await ann.write("/start")
        await ann.wait_for("Corner")
        chat = await kit.shop.people.find(ChatId(ann.id))
        assert chat is not None
        assert chat.reachable


async def test_blocking_the_bot_is_noted(tmp_path: Path) -> None:
    """Telegram tells it at once, by my_chat_member."""
    async with open_market(tmp_path) as (kit, _):
        ann = kit.person("Alice")
        await ann.start()
        await ann.wait_for("Corner")
        user = {"id": kit.telegram.bot.id, "is_bot": True, "first_name": "Shop"}
        change = {
            "chat": {"id": ann.id, "type": "private", "first_name": "Alice"},
            "from": {"id": ann.id, "is_bot": False, "first_name": "Alice"},
            "date": kit.clock.now(),
            "old_chat_member": {"user": user, "status": "member"},
            "new_chat_member": {"user": user, "status": "kicked", "until_date": 0},
        }
        await kit.running.chat.process({"update_id": 987_000_001, "my_chat_member": change})
        chat = await kit.shop.people.find(ChatId(ann.id))
        assert chat is not None
        assert not chat.reachable


class _Broken:
    """A store that raises."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    async def read(self, _: object) -> object:
        raise self._error

    write = read


async def test_a_slow_disk_is_told_kindly(tmp_path: Path) -> None:
    """A transient fault says that the cart is safe, to a tap and to a command."""
    async with open_market(tmp_path) as (kit, _):
        ann = kit.person("Alice")
        await ann.start()
        home = await ann.wait_for("Corner")
        kit.shop.carts._store = _Broken(TransientError("locked"))  # type: ignore[assignment]
        tap = await ann.tap(home, "🛒 Cart")
        answer = await tap.answer()
        assert answer.show_alert
        assert answer.text == (
            "Something is slow on our side; your cart is safe. Try again in a moment."
        )
        await ann.write("/cart")
        told = await ann.wait_for("Something is slow on our side")
        assert told.buttons


async def test_a_bug_apologises_with_a_number_and_logs_it_without_words(tmp_path: Path) -> None:
    """Nobody is shown a traceback; the log has the same number, and nothing of the person."""
    async with open_market(tmp_path) as (kit, _):
        ann = kit.person("Alice")
        await ann.start()
        await ann.wait_for("Corner")
        kit.shop.carts._store = _Broken(ZeroDivisionError("oops"))  # type: ignore[assignment]
        with structlog.testing.capture_logs() as logs:
            await ann.write("/cart my secret words")
            told = await ann.wait_for("something went wrong on our side")
        reference = told.text.split("note of it: ")[1].split(".")[0]
        bugs = [entry for entry in logs if entry["event"] == "bug"]
        assert [entry["reference"] for entry in bugs] == [reference]
        assert len(reference) == 6
        assert "secret" not in str(logs)
        assert "Alice" not in str(logs)
        assert "oops" not in told.text


async def test_the_menu_is_set_where_it_differs(tmp_path: Path) -> None:
    """Commands for private chats and groups, descriptions; a second time nothing is called."""
    async with open_market(tmp_path) as (kit, exchanges):
        await asyncio.gather(*kit.running.chat._beside)
        exchanges.clear()
        assert await kit.running.chat.announce()
        assert {one.call for one in exchanges if one.call.startswith("setMy")} == set()
        commands = await kit.running.chat.bot.get_my_commands()
        assert [one.command for one in commands] == [
            "start",
            "cart",
            "checkout",
            "orders",
            "cancel",
            "help",
            "language",
            "paysupport",
            "terms",
            "privacy",
        ]
        described = await kit.running.chat.bot.get_my_description()
        assert described.description.startswith("Small things, <well> made.\n\nLook around")


async def test_the_menu_is_set_at_the_start(tmp_path: Path) -> None:
    """In each language, for private chats and for groups; nobody has to remember it."""
    async with open_market(tmp_path) as (kit, _):
        assert await asyncio.gather(*kit.running.chat._beside) == [True]
        german = await kit.running.chat.bot.get_my_commands(language_code="en")
        assert [one.command for one in german][:2] == ["start", "cart"]
        group = await kit.running.chat.bot.get_my_commands(scope=BotCommandScopeAllGroupChats())
        assert [one.command for one in group][-1] == "help"


async def test_a_tap_on_a_message_too_old_to_be_seen_is_shown_anew(tmp_path: Path) -> None:
    """Telegram tells only where it was; the screen comes as a new message."""
    async with open_market(tmp_path) as (kit, _):
        ann = kit.person("Alice")
        await ann.start()
        home = await ann.wait_for("Corner")
        await kit.running.chat.process(_tap(ann, "1k", {"message": {**home.raw, "date": 0}}))
        cart = await ann.wait_for("Your cart is empty", since=0)
        assert cart.id != home.id
        assert len([m for m in ann.messages() if m.from_bot]) == 2


async def test_a_tap_from_another_chats_inline_message_points_to_ours(tmp_path: Path) -> None:
    """There is no chat to show things in; the words say where there is one."""
    async with open_market(tmp_path) as (kit, exchanges):
        ann = kit.person("Alice")
        await kit.running.chat.process(_tap(ann, "1k", {"inline_message_id": "x1"}))
        answered = [one for one in exchanges if one.call == "answerCallbackQuery"]
        assert "own+chat" in answered[0].body.decode() or "own chat" in answered[0].body.decode()


async def test_what_no_person_says_is_not_answered(tmp_path: Path) -> None:
    """Bots, posts through inline mode and service messages are left alone."""
    async with open_market(tmp_path) as (kit, exchanges):
        ann = kit.person("Alice")
        mine = (await ann.start()).raw
        await ann.wait_for("Corner")
        exchanges.clear()
        bot = {"id": 77, "is_bot": True, "first_name": "Other", "username": "other_bot"}
        changes: list[dict[str, Any]] = [
            {"from": bot},
            {"via_bot": bot},
            {"pinned_message": mine, "text": None},
        ]
        for number, change in enumerate(changes):
            message = {k: v for k, v in {**mine, **change}.items() if v is not None}
            await kit.running.chat.process({"update_id": 987_100_000 + number, "message": message})
        assert calls(exchanges) == []


def _tap(person: Person, data: str, where: dict[str, Any]) -> dict[str, Any]:
    user = {"id": person.id, "is_bot": False, "first_name": "Alice", "language_code": "en"}
    query = {"id": "4382915073114902998", "from": user, "chat_instance": "1", "data": data}
    return {"update_id": 987_200_000, "callback_query": {**query, **where}}


async def test_a_menu_that_telegram_refuses_does_no_harm(tmp_path: Path) -> None:
    """The shop sells without its menu, and it is said that it was not set."""
    async with open_market(tmp_path) as (kit, _):
        kit.site.faults.add(Fault("getMyDescription", "error", status=500, times=None))
        assert not await kit.running.chat.announce()

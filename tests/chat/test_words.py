"""Words, commands and the menu: everything gets an answer, and every answer leads on."""

from __future__ import annotations

from pathlib import Path

from telegram import BotCommandScopeAllGroupChats, BotCommandScopeChat

from bot.domain.order import ChatId
from bot.locales import Languages
from bot.ports import ChatKind
from kit import open_kit
from shop_sandbox.faults import Fault
from shop_sandbox.site import SandboxSite
from tests.chat.market import open_market

_ANSWERS = [
    ("/start", "Corner & Co"),
    ("/cart", "Your cart is empty"),
    ("/checkout", "there is nothing to pay for yet"),
    ("/cancel", "You have no unpaid order to cancel."),
    ("/orders", "You haven’t ordered anything yet."),
    ("/help", "How this shop works"),
    ("/paysupport", "write to @corner_and_co"),
    ("/terms", "Terms of sale"),
    ("/privacy", "What we know about you"),
    ("/language", "Which language would you like?"),
    ("/HELP", "How this shop works"),
    ("/help@sandbox_shop_bot", "How this shop works"),
    ("/nonsense", "I don’t know this command."),
    ("blue?", "Nothing found: blue?"),
    ("Hello!", "Hello! Good to see you."),
    ("GUTEN  Morgen", "Hello! Good to see you."),
    ("ПРИВЕТ", "Hello! Good to see you."),
    ("Merci beaucoup !", "You’re welcome!"),
    ("/search", "What are you looking for?"),
    ("👍", "I am a shop and understand buttons best."),
    ("<bq>&", "Nothing found: <bq>&"),
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
    """Stickers, voice, documents and forwarded messages get a kind word."""
    async with open_market(tmp_path) as (kit, _):
        ann = kit.person("Alice")
        for kind in ("sticker", "voice", "document"):
            await ann.upload(b"data", kind=kind)
            await ann.wait_for("I can’t do anything with this")
        mine = await ann.write("blue")
        await ann.wait_for("Nothing found")
        await ann.forward(mine)
        await ann.wait_for("This is a forwarded message")


async def test_a_language_is_chosen_and_remembered(tmp_path: Path) -> None:
    """The menu marks the language spoken, and a choice answers in it."""
    async with open_market(tmp_path) as (kit, _):
        ann = kit.person("Alice")
        await ann.write("/language")
        menu = await ann.wait_for("Which language")
        await ann.tap(menu, "✓ English")
        await ann.wait_for("From now on I speak English.")
        await ann.write("/language")
        await ann.tap(await ann.wait_for("Which language"), "Deutsch")
        await ann.wait_for("Ab jetzt spreche ich Deutsch.")
        await ann.write("/cart")
        await ann.wait_for("Dein Warenkorb ist leer")
        await ann.write("/language")
        await ann.tap(await ann.wait_for("Welche Sprache"), "English")
        await ann.wait_for("From now on I speak English.")
        chat = await kit.shop.people.get(ChatId(ann.id))
        assert chat is not None
        assert (chat.language, chat.chosen, chat.kind) == ("en", True, ChatKind.PRIVATE)


async def test_a_chosen_language_outlives_a_restart_and_the_apps_own(tmp_path: Path) -> None:
    """Whatever Telegram says of the app later, the chat is spoken to as its person chose."""
    async with SandboxSite() as site:
        async with open_kit(tmp_path, sandbox=site) as kit:
            ann = kit.person("Alice")
            await ann.write("/language")
            await ann.tap(await ann.wait_for("Which language"), "Русский")
            await ann.wait_for("Теперь я говорю по-русски")
        ann.user.language_code = "de"
        async with open_kit(tmp_path, sandbox=site) as kit:
            await kit.person("Alice").write("/cart")
            await kit.person("Alice").wait_for("Ваша корзина пуста")
            for part in ("/paysupport " + "w" * 4000, "w" * 4000, "w" * 4000, "w"):
                await kit.person("Alice").write(part)
            refused = await kit.person("Alice").wait_for("слишком длинно")
            assert [button.text for button in refused.buttons] == ["Открыть магазин", "Помощь"]


async def test_an_app_that_names_no_language_keeps_the_one_it_named(tmp_path: Path) -> None:
    """Telegram does not tell it with every update; nobody falls back into English for that."""
    async with open_market(tmp_path) as (kit, _):
        jonas = kit.person("Jonas")
        await jonas.write("/cart")
        await jonas.wait_for("Dein Warenkorb ist leer")
        jonas.user.language_code = None
        await jonas.write("/cart")
        await jonas.wait_for("Dein Warenkorb ist leer")


async def test_the_menu_follows_the_language_that_a_chat_chose(tmp_path: Path) -> None:
    """Telegram goes by the app's language; a choice goes before it, until the chat is forgotten."""
    async with open_market(tmp_path) as (kit, _):
        ann, bot = kit.person("Alice"), kit.running.chat.bot
        scope = BotCommandScopeChat(ann.id)
        await ann.write("/language")
        await ann.tap(await ann.wait_for("Which language"), "Deutsch")
        await ann.wait_for("Ab jetzt spreche ich Deutsch")
        await ann.write("/delete")
        asked = await ann.wait_for("Deine Daten löschen?")
        german = {one.command: one.description for one in await bot.get_my_commands(scope=scope)}
        assert german["cart"] == "Warenkorb ansehen"
        await ann.tap(asked, "Alles löschen")
        await ann.write("/cart")
        await ann.wait_for("Your cart is empty")
        assert await bot.get_my_commands(scope=scope) == ()


async def test_the_menu_is_set_where_it_differs(tmp_path: Path) -> None:
    """Commands for private chats and groups, descriptions; a second time nothing is called."""
    async with open_market(tmp_path) as (kit, exchanges):
        assert await kit.running.chat.announce()
        exchanges.clear()
        assert await kit.running.chat.announce()
        assert {one.call for one in exchanges if one.call.startswith("setMy")} == set()
        commands = await kit.running.chat.bot.get_my_commands()
        assert [one.command for one in commands] == [
            "start",
            "search",
            "cart",
            "checkout",
            "orders",
            "cancel",
            "help",
            "language",
            "reminders",
            "paysupport",
            "terms",
            "privacy",
            "delete",
            "id",
        ]
        described = await kit.running.chat.bot.get_my_description()
        assert described.description.startswith("Small things, <well> made.\n\nLook around")


async def test_the_menu_is_set_by_language_and_kind_of_chat(tmp_path: Path) -> None:
    """Commands and descriptions in each language, for private chats and for groups."""
    async with open_market(tmp_path) as (kit, _):
        assert await kit.running.chat.announce()
        bot, languages = kit.running.chat.bot, Languages.load(strict=True)
        assert {"en", "de"} < set(languages.codes)
        for code in languages.codes:
            texts = languages.texts(code)
            private = await bot.get_my_commands(language_code=code)
            group = await bot.get_my_commands(BotCommandScopeAllGroupChats(), code)
            assert [one.command for one in private][:2] == ["start", "search"]
            assert [one.command for one in group][-1] == "help"
            for one in (*private, *group):
                assert one.description == texts.text(f"command.{one.command}")
            described = await bot.get_my_description(code)
            assert described.description.endswith(texts.text("bot.description"))


async def test_a_menu_that_telegram_refuses_does_no_harm(tmp_path: Path) -> None:
    """The shop sells without its menu, and it is said that it was not set."""
    async with open_market(tmp_path) as (kit, _):
        kit.site.faults.add(Fault("getMyDescription", "error", status=500, times=None))
        assert not await kit.running.chat.announce()

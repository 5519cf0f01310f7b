"""The unchanged python-telegram-bot against the embedded Telegram."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator
from typing import Any

import pytest
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeChat,
    CopyTextButton,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InputMediaPhoto,
    InputTextMessageContent,
    LinkPreviewOptions,
    Update,
)
from telegram.error import BadRequest, ChatMigrated, Conflict, Forbidden, InvalidToken, RetryAfter
from telegram.ext import Application, CallbackQueryHandler, CommandHandler, ContextTypes

from shop_sandbox.faults import Fault
from shop_sandbox.telegram.pictures import placeholder
from tests.sandbox.telegram_kit import TOKEN, Api, served


@pytest.fixture
async def api() -> AsyncIterator[Api]:
    """Serve an embedded Telegram."""
    async with served() as api:
        yield api


@pytest.fixture
async def bot(api: Api) -> AsyncIterator[Bot]:
    """Return PTB's own bot on its default transport."""
    base = f"{api.url}/telegram"
    async with Bot(TOKEN, base_url=f"{base}/bot", base_file_url=f"{base}/file/bot") as bot:
        yield bot


async def test_an_application_polls_answers_and_edits(api: Api) -> None:
    """A whole conversation: /start, a tap, a toast, text that becomes a picture."""
    base = f"{api.url}/telegram"

    async def start(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        assert update.message is not None
        await update.message.reply_html(
            f"<b>Hello</b> {context.args}",
            reply_markup=InlineKeyboardMarkup([[InlineKeyboardButton("Show", callback_data="s")]]),
        )

    async def show(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        del context
        assert update.callback_query is not None
        await update.callback_query.answer("Here")
        media = InputMediaPhoto(placeholder(), caption="<i>pic</i>", parse_mode="HTML")
        await update.callback_query.edit_message_media(media)

    application: Application[Any, Any, Any, Any, Any, Any] = (
        Application.builder()
        .token(TOKEN)
        .base_url(f"{base}/bot")
        .base_file_url(f"{base}/file/bot")
        .build()
    )
    application.add_handler(CommandHandler("start", start))
    application.add_handler(CallbackQueryHandler(show))
    assert application.updater is not None
    async with application:
        await application.start()
        await application.updater.start_polling(allowed_updates=Update.ALL_TYPES)
        jonas = api.telegram.person("Jonas")
        await jonas.start("p_1")
        hello = await jonas.wait_for("Hello ['p_1']")
        tap = await jonas.tap(hello, "Show")
        assert (await tap.answer()).text == "Here"
        picture = await jonas.wait_for("pic")
        assert (picture.id, picture.has_photo) == (hello.id, True)
        await application.updater.stop()
        await application.stop()


async def test_every_setting_that_the_shop_uses_goes_through(api: Api, bot: Bot) -> None:
    """Buttons' styles, copy buttons, previews, effects, albums, documents, files, commands."""
    alice = api.alice
    keyboard = InlineKeyboardMarkup(
        [
            [InlineKeyboardButton("Pay", url="https://example.com/#x", style="success")],
            [InlineKeyboardButton("Copy", copy_text=CopyTextButton("1042"))],
        ]
    )
    sent = await bot.send_message(
        alice,
        "hi",
        reply_markup=keyboard,
        link_preview_options=LinkPreviewOptions(True),
        message_effect_id="5104841245755180586",
        protect_content=True,
    )
    assert sent.effect_id == "5104841245755180586"
    assert sent.reply_markup == keyboard
    photo = await bot.send_photo(alice, placeholder(), caption="c")
    album = await bot.send_media_group(
        alice, [InputMediaPhoto(placeholder()), InputMediaPhoto(photo.photo[-1].file_id)]
    )
    assert len({message.media_group_id for message in album}) == 1
    document = await bot.send_document(alice, b"a;b\n", filename="orders.csv")
    assert document.document is not None
    file = await bot.get_file(document.document.file_id)
    assert bytes(await file.download_as_bytearray()) == b"a;b\n"
    scope = BotCommandScopeChat(alice)
    await bot.set_my_commands([BotCommand("shop", "The shop")], scope, "de")
    assert (await bot.get_my_commands(scope, "de"))[0].command == "shop"
    await bot.set_my_description("About", "de")
    assert (await bot.get_my_description("de")).description == "About"
    assert (await bot.get_chat(alice)).first_name == "Alice"
    assert await bot.delete_message(alice, sent.message_id) is True


async def test_refusals_become_ptbs_own_errors(
    api: Api, bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A 400, 403, 409, 429, a migration and a wrong token are told apart."""
    monkeypatch.setenv("PTB_TIMEDELTA", "1")  # else RetryAfter warns of the change to come
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.send_message(1, "hi")
    sent = await bot.send_message(api.alice, "hi")
    with pytest.raises(BadRequest, match="Message is not modified"):
        await bot.edit_message_text("hi", api.alice, sent.message_id)
    api.telegram.faults.add(Fault("sendMessage", "error", status=429, retry_after=3))
    with pytest.raises(RetryAfter) as flood:
        await bot.send_message(api.alice, "hi")
    assert flood.value.retry_after == dt.timedelta(seconds=3)
    assert api.telegram.group is not None
    group = api.telegram.group.id
    grown = api.telegram.migrate(group)
    with pytest.raises(ChatMigrated) as moved:
        await bot.send_message(group, "hi")
    assert moved.value.new_chat_id == grown.id
    api.telegram.person("Alice").block()
    with pytest.raises(Forbidden, match="blocked"):
        await bot.send_message(api.alice, "hi")
    await bot.set_webhook("http://127.0.0.1:9/hook")
    with pytest.raises(Conflict):
        await bot.get_updates()
    await bot.delete_webhook()


async def test_a_malformed_token_is_invalid(api: Api) -> None:
    """PTB takes the 404 for an invalid token."""
    bot = Bot("short", base_url=f"{api.url}/telegram/bot")
    with pytest.raises(InvalidToken):
        await bot.initialize()
    await bot.shutdown()


async def test_inline_results_go_through(api: Api, bot: Bot) -> None:
    """PTB's own result objects are taken."""
    alice = api.telegram.person("Alice")
    query = api.telegram.world.queries.ask("inline", alice.user, "tea")
    result = InlineQueryResultArticle("1", "Tea", InputTextMessageContent("<b>Tea</b>", "HTML"))
    assert await bot.answer_inline_query(query.id, [result], cache_time=1) is True
    assert list(query.results) == ["1"]

"""The chat, put together: PTB's application with our handlers, transport, limiter and order."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

import structlog
from telegram import Bot, Update
from telegram.error import BadRequest, TelegramError
from telegram.ext import (
    Application,
    ApplicationBuilder,
    CallbackQueryHandler,
    ChatMemberHandler,
    InlineQueryHandler,
    MessageHandler,
    filters,
)
from telegram.request import BaseRequest

from bot.chat.errors import reason_words
from bot.chat.request import BotLinks, ChatContext
from bot.chat.telegram.commands import announce, announce_to_owner
from bot.chat.telegram.courier import ChatCourier
from bot.chat.telegram.ephemeral import Ephemerals
from bot.chat.telegram.fetching import FetchingBot
from bot.chat.telegram.inline_answers import InlineAnswers
from bot.chat.telegram.introduction import silence
from bot.chat.telegram.limiter import ChatLimiter
from bot.chat.telegram.ordering import ChatOrder
from bot.chat.telegram.pictures import Pictures
from bot.chat.telegram.polling import ALLOWED_UPDATES, Polling
from bot.chat.telegram.refusals import told, understood
from bot.chat.telegram.render import Renderer
from bot.chat.telegram.transport import UpdatesRequest, lighten
from bot.chat.telegram.update_handlers import UpdateHandlers
from bot.domain.errors import ShopError
from bot.domain.order import ChatId
from bot.locales import Languages
from bot.shop import Shop

_log = structlog.get_logger(__name__)

#: Updates that Telegram may deliver at the same time; its most.
_WEBHOOK_CONNECTIONS: Final = 100


class WebhookRefusedError(ShopError):
    """Telegram does not take PUBLIC_URL as an address for updates; says why."""


#: For the language to tell an owner in that the database takes no write: else in the shop's first.
_LANGUAGE_SECONDS = 2.0

_Application = Application[Any, Any, Any, Any, Any, Any]


@dataclass(frozen=True, slots=True)
class ChatApp:
    """The running chat.

    Attributes:
        application: PTB's, for whoever feeds it updates.
        courier: Sends what the outbox holds.
    """

    application: _Application
    courier: ChatCourier
    _context: ChatContext
    _pictures: Pictures
    _polling: Polling
    _order: ChatOrder

    @property
    def bot(self) -> Bot:
        """The bot; it knows its name once `initialize` is done."""
        bot: Bot = self.application.bot
        return bot

    async def initialize(self) -> None:
        """Ask Telegram who the bot is.

        Raises:
            UnknownBotError: Telegram does not know the token.
            TransientError: Telegram did not answer.
        """
        try:
            await self.application.initialize()
        except TelegramError as error:
            raise silence(error) from None
        self._pictures.bot_id = self.bot.id
        address = self._context.address
        address.username = self.bot.username
        address.inline = self.bot.supports_inline_queries

    async def end_webhook(self) -> None:
        """Have Telegram keep updates until they are fetched, those that wait too.

        Raises:
            TransientError: Telegram did not answer.
        """
        try:
            await self.bot.delete_webhook(drop_pending_updates=False)
        except TelegramError as error:
            raise silence(error) from None

    async def poll(self) -> None:
        """Fetch updates until cancelled, those that waited while the bot was away too."""
        await self._polling.run()

    async def finish(self, seconds: float) -> None:
        """Let what is under way finish; after so long it is broken off."""
        patience = asyncio.get_running_loop().call_later(seconds, self._break_off)
        try:
            await self._polling.finished()
            await self._order.finished()  # those of the webhook
        finally:
            patience.cancel()

    def _break_off(self) -> None:
        if number := self._order.break_off():
            _log.warning("updates broken off", number=number)
        self._polling.break_off()

    async def close(self) -> None:
        """Let go of connections; nothing may be under way any more."""
        await self.application.shutdown()

    async def start_webhook(self, url: str, secret: str) -> None:
        """Have Telegram send updates to an address, those that waited too.

        Args:
            url: Public and https, except on loopback.
            secret: What Telegram is to say with each update.

        Raises:
            WebhookRefusedError: Telegram does not take the address.
            TransientError: Telegram did not answer.
        """
        try:
            await self.bot.set_webhook(
                url,
                secret_token=secret,
                allowed_updates=ALLOWED_UPDATES,
                drop_pending_updates=False,
                max_connections=_WEBHOOK_CONNECTIONS,
            )
        except BadRequest as error:
            raise WebhookRefusedError(error.message) from None
        except TelegramError as error:
            raise silence(error) from None

    async def process(self, update: Mapping[str, Any]) -> None:
        """Serve one update as Telegram's webhook delivers it, in its chat's turn, to its end.

        Raises:
            ValueError: it is no update.
        """
        lighten(update)
        try:
            # What a handler raises goes to the error handler: what comes out of here is the
            # library stumbling over a field of a kind that Telegram never sends.
            read = Update.de_json(dict(update), self.bot)
            await self._order.albums.keep([read])  # the answer tells Telegram that it has come
            await _serve(self.application, read)
        except (
            AttributeError,
            KeyError,
            OSError,
            OverflowError,
            RecursionError,
            TypeError,
        ) as error:
            raise ValueError(f"no update: {type(error).__name__}") from error

    async def resume_albums(self, seconds: int) -> int:
        """Serve the albums that have waited for so many seconds: nobody is at them any more.

        Returns:
            0, for whoever asks whether there is more to do at once.
        """
        for item in await self._order.albums.left(seconds):
            try:
                update = Update.de_json(json.loads(item.update), self.bot)
            except Exception:  # noqa: BLE001 - one that an older version kept ends no start
                _log.exception("kept album not read", message=item.message_id)
                continue
            if update.message is not None:
                self._order.albums.resume(update.message)
            await _serve(self.application, update)
        return 0

    async def answers(self) -> bool:
        """Return whether Telegram answers just now."""
        try:
            with understood():
                await self.bot.get_me()
        except TelegramError:
            return False
        return True

    async def tell_owners(self, key: str, because: ShopError | None = None) -> None:
        """Send every owner the words of a key at once, past the outbox; nobody is waited for."""
        for owner in self._context.shop.context.owners:
            try:
                async with asyncio.timeout(_LANGUAGE_SECONDS):
                    chat = await self._context.shop.people.get(ChatId(owner))
            except (ShopError, TimeoutError):
                chat = None
            texts = self._context.languages.texts(chat.language if chat else None)
            reason = {"reason": reason_words(because, texts)} if because else {}
            try:
                with understood():
                    await self.bot.send_message(owner, texts.text(key, **reason))
            except TelegramError as error:
                _log.warning("owner not told", key=key, error=told(error))

    async def announce(self) -> bool:
        """Set the command menu and descriptions, where they differ; return whether all went."""
        catalog = self._context.catalog
        done = await announce(self.bot, self._context.languages, catalog)
        people = self._context.shop.people
        for owner in self._context.shop.context.owners:
            chat = await people.get(ChatId(owner))
            if chat is not None and chat.reachable:
                texts = self._context.languages.texts(chat.language)
                done &= await announce_to_owner(self.bot, texts, catalog, chat.id)
        return done


async def _serve(application: _Application, update: Update) -> None:
    """Serve one update, in its chat's turn."""
    await application.update_processor.process_update(update, application.process_update(update))


def build_chat(
    shop: Shop,
    languages: Languages,
    *,
    token: str,
    base_url: str,
    file_url: str,
    pictures_folder: Path,
    link_url: str,
    request: BaseRequest,
    updates_request: UpdatesRequest,
    order: ChatOrder,
) -> ChatApp:
    """Put the chat together; nothing is asked of Telegram yet.

    Args:
        shop: The use cases.
        languages: The words.
        token: The bot's.
        base_url: Of the Bot API up to the token: ``https://api.telegram.org/bot``.
        file_url: The same for files: ``https://api.telegram.org/file/bot``.
        pictures_folder: Where the catalog file lies.
        link_url: Base of links into Telegram.
        request: Carries calls.
        updates_request: Carries ``getUpdates``, which waits long.
        order: Decides which updates are served at the same time.
    """
    bot = FetchingBot(
        token=token,
        base_url=base_url,
        base_file_url=file_url,
        request=request,
        updates_request=updates_request,
        rate_limiter=ChatLimiter(),
    )
    builder: Any = ApplicationBuilder().bot(bot).updater(None).job_queue(None)
    application: _Application = builder.concurrent_updates(order).build()
    context = ChatContext(shop, languages, BotLinks(link_url))
    pictures = Pictures(shop.context.store, pictures_folder)
    renderer = Renderer(application.bot, pictures, shop.people)
    handlers = UpdateHandlers(context, renderer, Ephemerals(application.bot), order.albums)
    _register(application, handlers, InlineAnswers(context, pictures))
    courier = ChatCourier(context, renderer)
    polling = Polling(bot, partial(_serve, application), order.albums.keep)
    return ChatApp(application, courier, context, pictures, polling, order)


def _register(
    application: _Application, handlers: UpdateHandlers, inline_answers: InlineAnswers
) -> None:
    """Say which update is whose; the first that takes one has it."""
    wanted = filters.UpdateType.MESSAGE & ~filters.StatusUpdate.ALL
    application.add_handlers(
        [
            CallbackQueryHandler(handlers.tap),
            InlineQueryHandler(inline_answers.serve),
            MessageHandler(filters.StatusUpdate.MIGRATE, handlers.migrated),
            MessageHandler(wanted, handlers.message),
            MessageHandler(filters.UpdateType.EDITED_MESSAGE, handlers.edited),
            ChatMemberHandler(handlers.member, ChatMemberHandler.MY_CHAT_MEMBER),
        ]
    )
    application.add_error_handler(handlers.mishap)

"""Offers as Telegram's inline results: with the picture it already has, or one it can load.

A picture that was shown in a chat once goes by its file id. One at an address that Telegram can
load stands beside its product in the list and above its words in the message. One that Telegram
has never seen cannot be uploaded here: its product is offered by words.
"""

from __future__ import annotations

from typing import Final

import structlog
from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResult,
    InlineQueryResultArticle,
    InlineQueryResultCachedPhoto,
    InlineQueryResultsButton,
    InputTextMessageContent,
    LinkPreviewOptions,
    Update,
)
from telegram.constants import ParseMode
from telegram.error import TelegramError
from telegram.ext import ContextTypes

from bot.chat.handlers.inline import InlineOffer, offers
from bot.chat.request import ChatContext
from bot.chat.telegram.pictures import Pictures
from bot.chat.telegram.refusals import told
from bot.domain.order import UserId

_log = structlog.get_logger(__name__)

#: Seconds for which Telegram may answer the same words itself: prices change seldom, stock often.
_CACHE_SECONDS: Final = 60


class InlineAnswers:
    """Answers inline queries."""

    def __init__(self, context: ChatContext, pictures: Pictures) -> None:
        self._context = context
        self._pictures = pictures

    async def serve(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """Answer one inline query; one that comes too late is let go."""
        query = update.inline_query
        if query is None:
            return
        found = await offers(
            self._context,
            UserId(query.from_user.id),
            query.from_user.language_code,
            query.query,
            query.offset,
        )
        results = [await self._result(offer) for offer in found.offers]
        try:
            await query.answer(
                results,
                cache_time=_CACHE_SECONDS,
                is_personal=True,  # in the person's own language
                next_offset=found.next_offset,
                button=InlineQueryResultsButton(found.open_shop, start_parameter=found.start),
            )
        except TelegramError as error:
            _log.warning("inline query not answered", error=told(error))

    async def _result(self, offer: InlineOffer) -> InlineQueryResult:
        keyboard = InlineKeyboardMarkup([[InlineKeyboardButton(offer.see, url=offer.link)]])
        url = offer.picture_url
        file_id = await self._pictures.known(offer.picture) if offer.picture else None
        if file_id is not None:
            return InlineQueryResultCachedPhoto(
                offer.id,
                file_id,
                title=offer.title,
                description=offer.note,
                caption=offer.text,
                parse_mode=ParseMode.HTML,
                reply_markup=keyboard,
            )
        preview = LinkPreviewOptions(is_disabled=True)
        if url is not None:
            preview = LinkPreviewOptions(url=url, prefer_large_media=True, show_above_text=True)
        return InlineQueryResultArticle(
            offer.id,
            offer.title,
            InputTextMessageContent(offer.text, ParseMode.HTML, link_preview_options=preview),
            reply_markup=keyboard,
            description=offer.note,
            thumbnail_url=url,
        )

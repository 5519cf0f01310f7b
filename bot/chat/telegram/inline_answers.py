"""Offers as Telegram's inline results: with picture, name and price as far as Telegram shows them.

A picture at an address that Telegram can load stands beside its product in the list and above its
words in the message. One that only Telegram has, since it was shown in a chat, comes without name
and price: Telegram's server drops them of such results, and lists nothing but pictures as a mosaic.
So it is offered only where all are such; else products without an address are offered by words.
"""

from __future__ import annotations

from collections.abc import Sequence
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
        photos = [await self._photo(offer) for offer in found.offers]
        every = [photo for photo in photos if photo is not None]
        results: Sequence[InlineQueryResult] = every
        if len(every) < len(photos):
            results = [_article(offer) for offer in found.offers]
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

    async def _photo(self, offer: InlineOffer) -> InlineQueryResult | None:
        """Return a product as a picture that Telegram alone has; None where there is another."""
        if offer.picture is None or offer.picture_url is not None:
            return None
        file_id = await self._pictures.known(offer.picture)
        if file_id is None:
            return None
        return InlineQueryResultCachedPhoto(
            offer.id,
            file_id,
            caption=offer.text,
            parse_mode=ParseMode.HTML,
            reply_markup=_link(offer),
        )


def _article(offer: InlineOffer) -> InlineQueryResult:
    """Return a product by its words, with its picture where Telegram can load it."""
    url = offer.picture_url
    preview = LinkPreviewOptions(is_disabled=True)
    if url is not None:
        preview = LinkPreviewOptions(url=url, prefer_large_media=True, show_above_text=True)
    return InlineQueryResultArticle(
        offer.id,
        offer.title,
        InputTextMessageContent(offer.text, ParseMode.HTML, link_preview_options=preview),
        reply_markup=_link(offer),
        description=offer.note,
        thumbnail_url=url,
    )


def _link(offer: InlineOffer) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[InlineKeyboardButton(offer.see, url=offer.link)]])

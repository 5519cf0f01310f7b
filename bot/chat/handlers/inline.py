"""The shop called from any chat: ``@shop coffee`` offers products to be sent there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.chat.actions import NO_CHOICE
from bot.chat.codec import link_payload
from bot.chat.handlers.browse import stock_ids_of
from bot.chat.handlers.search import payload_of
from bot.chat.request import ChatContext
from bot.chat.screen import CAPTION_LIMIT, bold, clip, paragraphs, safe, visible
from bot.chat.screens.choices import default_variant
from bot.domain.catalog.model import Catalog, Product, Variant
from bot.domain.order import ChatId, UserId
from bot.locales import Texts
from bot.shop import View
from bot.shop.catalog.search import question_of

#: Products of one answer; Telegram takes 50.
PAGE: Final = 20
_TITLE, _NOTE = 60, 90


@dataclass(frozen=True, slots=True)
class InlineOffer:
    """A product as it can be sent into a chat.

    Attributes:
        id: The product's.
        title: Plain words for the list.
        note: The price and more, below the title.
        text: Telegram HTML of the message, short enough for a caption.
        picture: As the catalog names it.
        picture_url: Where Telegram can load it, if anywhere.
        link: Into the shop, to the product.
        see: Label of the button with that link.
    """

    id: str
    title: str
    note: str
    text: str
    picture: str | None
    picture_url: str | None
    link: str
    see: str


@dataclass(frozen=True, slots=True)
class InlineOffers:
    """An answer: its products, where the next one begins, and the way into the shop.

    `start` is what the bot is started with there: the same search, where there is one.
    """

    offers: tuple[InlineOffer, ...]
    next_offset: str
    open_shop: str
    start: str


async def offers(
    context: ChatContext, user_id: UserId, language_code: str | None, query: str, offset: str
) -> InlineOffers:
    """Return what a person is offered for their words; no words: what is new and on sale first.

    Args:
        context: The shop and its words.
        user_id: Who types.
        language_code: As Telegram says; a language chosen in the bot's own chat goes before.
        query: What was typed.
        offset: Where the answer begins, as the last one said; anything else begins anew.
    """
    catalog = context.catalog
    chat = await context.shop.people.get(ChatId(user_id))
    texts = context.languages.texts(chat.language if chat else language_code)
    found, named = await _found(context, catalog, query)
    first = int(offset) if offset.isascii() and offset.isdigit() and len(offset) < 6 else 0  # noqa: PLR2004 - digits
    shown = found[first : first + PAGE]
    view = await context.shop.carts.view(ChatId(user_id), stock_ids_of(*shown))
    more = first + PAGE < len(found)
    return InlineOffers(
        tuple(_offer(context, one, view, texts, named) for one in shown),
        str(first + PAGE) if more else "",
        texts.text("button.open_shop"),
        payload_of(query) if question_of(query) and found else "shop",
    )


async def _found(
    context: ChatContext, catalog: Catalog, query: str
) -> tuple[Sequence[Product], Variant | None]:
    """Return what words find, and the one choice that they name by its number."""
    if not question_of(query):
        return catalog.news_first(), None
    index = await context.search.index(catalog)
    found = index.search(query)
    named = index.named(query, found)
    return found or index.nearest(query, PAGE), catalog.variant(named) if named else None


def _offer(
    context: ChatContext, product: Product, view: View, texts: Texts, named: Variant | None
) -> InlineOffer:
    """Return a product as it is offered, or the one `named` choice of it."""
    own = named if named and named.product.id == product.id and named.values else None
    name = own.title(texts.language) if own else product.name.in_language(texts.language)
    price = texts.money(own.price if own else product.lowest_price())
    if own is None and product.has_price_range():
        price = texts.text("inline.from", price=product.lowest_price())
    words = product.description.in_language(texts.language) if product.description else ""
    said = [price]
    if own.is_sold_out(view.free) if own else product.falls_short(view.free):
        said.append(texts.text("product.sold_out"))
    elif product.new:
        said.append(texts.text("product.new"))
    if words:
        said.append(" ".join(words.split()))
    facts = f"<b>{safe(price)}</b>"
    reduced = own or product.reduced(view.free)
    if reduced and reduced.was and (own or reduced.price == product.lowest_price()):
        facts = f"<s>{texts.money(reduced.was)}</s> {facts}"
    head = bold(name, _TITLE * 2)
    picture = (own or default_variant(product, NO_CHOICE, view)).photo
    room = CAPTION_LIMIT - visible(paragraphs(head, facts)) - 4
    return InlineOffer(
        product.id,
        clip(name, _TITLE),
        clip(" · ".join(said), _NOTE),
        paragraphs(head, safe(words, room), facts),
        picture,
        context.shop.context.links.picture_url(picture) if picture else None,
        context.address.link(link_payload(product.id, own.id if own else NO_CHOICE)),
        texts.text("button.to_product"),
    )

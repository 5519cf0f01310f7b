"""Quick edits of the goods: price, stock, hide and show, a picture by its caption."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from typing import Final

from bot.chat.handlers import owner_file
from bot.chat.handlers.owner_steps import typed_money
from bot.chat.owner_actions import (
    AskPrice,
    AskStock,
    HideGood,
    OpenGood,
    OpenGoods,
    OpenVariants,
    SetPrice,
    ShowGood,
)
from bot.chat.request import ChatContext, ChatRequest, Incoming, Reply
from bot.chat.screen import safe
from bot.chat.screens import owner_goods as screens
from bot.chat.screens.owner_file import done_words, edited
from bot.chat.screens.owner_steps import which_amount
from bot.domain.amounts import TwoWaysError
from bot.domain.catalog.model import Product, ProductId, StockId, VariantId
from bot.domain.catalog.slips import Slip
from bot.domain.errors import RefusedError
from bot.domain.money import Money
from bot.locales import Html
from bot.ports.catalog import CatalogFaultsError
from bot.shop.catalog.catalogs import Sure, sure, unsure
from bot.shop.catalog.edits import LARGEST_PHOTO, Edited
from bot.shop.people.conversations import About

_COUNT: Final = re.compile(r"[0-9]{1,6}\Z").match
_UNITS: Final = re.compile(r"[+−–-] ?([0-9]{1,6})\Z").match
#: Products that are offered in place of one that there is not.
_NEAR: Final = 3
#: Words for a product that is always available.
_ALWAYS: Final = frozenset({"∞", "always", "none", "-"})


async def goods(context: ChatContext, request: ChatRequest, action: OpenGoods) -> Reply:
    """Show a page of the products."""
    await context.shop.conversations.over(request.chat.id)
    return Reply(screens.goods(context.catalog.written, action.page, request.texts))


async def command(context: ChatContext, request: ChatRequest, typed: str) -> Reply:
    """Answer ``/goods``, and ``/goods words`` with what they find; an id opens its product."""
    if not typed:
        return await goods(context, request, OpenGoods())
    product_id = ProductId(typed.lower())
    if context.catalog.product(product_id):
        return await _good(context, request, product_id)
    index = await context.search.index(context.catalog.written)
    found = index.search(typed, screens.PAGE_SIZE)
    if found:
        return Reply(screens.goods_found(typed, found, request.texts))
    return await _unknown(context, request, typed)


async def good(context: ChatContext, request: ChatRequest, action: OpenGood) -> Reply:
    """Show a product."""
    return await _good(context, request, action.product, number=action.page)


async def ask_price(context: ChatContext, request: ChatRequest, action: AskPrice) -> Reply:
    """Ask for a new price by the next message."""
    product = context.catalog.written.product(_product(action.target))
    if product is None:
        raise RefusedError("refused.unknown_target", target=action.target)
    await context.shop.conversations.ask(request.chat.id, About.PRICE, action.target)
    variant = product.variant(VariantId(action.target.partition("/")[2]))
    sold_at = variant.price if variant else None
    price = dict(product.own_prices()).get(action.target, sold_at)
    return Reply(screens.ask_price(action.target, price, request.texts), fresh=True)


async def ask_stock(context: ChatContext, request: ChatRequest, action: AskStock) -> Reply:
    """Ask how many there are by the next message."""
    if context.catalog.product(_product(action.target)) is None:
        raise RefusedError("refused.unknown_target", target=action.target)
    levels = await context.shop.context.store.read(lambda tx: tx.stock.levels([action.target]))
    await context.shop.conversations.ask(request.chat.id, About.STOCK, action.target)
    screen = screens.ask_stock(action.target, levels.get(action.target), request.texts)
    return Reply(screen, fresh=True)


async def hide(context: ChatContext, request: ChatRequest, action: HideGood | ShowGood) -> Reply:
    """Hide a product or one of its variants from customers, or show it again."""
    hidden, target = isinstance(action, HideGood), action.target
    edits = context.shop.catalog_edits
    try:
        done = await edits.set_hidden(request.user_id, target, hidden=hidden)
    except CatalogFaultsError as error:
        return owner_file.not_saved(context, request, error)
    words = request.texts.html("owner.now_hidden" if hidden else "owner.now_shown")
    product = context.catalog.written.product(_product(target))
    if product is None or "/" not in target:
        return await _good(context, request, _product(target), words, done.undo)
    return Reply(screens.variants(product, request.texts, at=target, news=words, undo=done.undo))


async def variants(context: ChatContext, request: ChatRequest, action: OpenVariants) -> Reply:
    """Show which of a product's variants customers see."""
    product = context.catalog.written.product(action.product)
    if product is None:
        raise RefusedError("refused.unknown_target", target=action.product)
    return Reply(screens.variants(product, request.texts, number=action.page))


async def price(context: ChatContext, request: ChatRequest, typed: str) -> Reply:
    """Answer ``/price id amount``; with less than that, show what there is to name."""
    target, words = _named(context, typed)
    if not target:
        return await goods(context, request, OpenGoods())
    if context.catalog.product(_product(target)) is None:
        return await _unknown(context, request, target)
    if not words:
        return await ask_price(context, request, AskPrice(target))
    return await set_price(context, request, target, words)


async def stock(context: ChatContext, request: ChatRequest, typed: str) -> Reply:
    """Answer ``/stock id 20`` and ``/stock id +20``."""
    target, words = _named(context, typed)
    if not target:
        return await goods(context, request, OpenGoods())
    if context.catalog.product(_product(target)) is None:
        return await _unknown(context, request, target)
    if not words:
        return await ask_stock(context, request, AskStock(target))
    return await set_stock(context, request, target, words)


async def set_price(
    context: ChatContext, request: ChatRequest, target: StockId, words: str
) -> Reply:
    """Set a price as it was typed; where it can be read in two ways, ask which."""
    currency = context.catalog.shop.currency
    try:
        amount = typed_money(words, currency)
    except TwoWaysError as two:
        await context.shop.conversations.ask(request.chat.id, About.PRICE, target)
        meant = {one: SetPrice(_mark(target), one.minor) for one in two.readings}
        return Reply(which_amount(words, two, meant, request.texts))
    if amount is None:
        raise RefusedError("owner.bad_price", currency=currency.upper())
    return await _set_price(context, request, target, amount)


async def price_meant(context: ChatContext, request: ChatRequest, action: SetPrice) -> Reply:
    """Set the price that a button says, unless its question is over."""
    waiting = await context.shop.conversations.waiting(request.chat.id)
    if (
        waiting is None
        or waiting.about is not About.PRICE
        or _mark(waiting.subject) != action.digest
    ):
        return await goods(context, request, OpenGoods())
    amount = Money(action.amount, context.catalog.shop.currency)
    # Picked from amounts that were shown: it needs no second question.
    return await _set_price(context, request, StockId(waiting.subject), amount, sure)


def _mark(target: str) -> str:
    return hashlib.sha256(target.encode()).hexdigest()[:12]


async def _set_price(
    context: ChatContext,
    request: ChatRequest,
    target: StockId,
    amount: Money,
    meant: Sure = unsure,
) -> Reply:
    edits = context.shop.catalog_edits
    try:
        done = await edits.set_price(
            request.user_id,
            target,
            amount,
            lambda one: isinstance(one, Slip) and one.target == target and meant(one),
        )
    except CatalogFaultsError as error:
        return owner_file.not_saved(context, request, error)
    return await _edited(context, request, target, done)


async def set_stock(
    context: ChatContext, request: ChatRequest, target: StockId, words: str
) -> Reply:
    """Count anew (``20``), add or take away (``+20``, ``-3``), or stop counting (``always``)."""
    wanted = words.strip().lower()
    edits, by = context.shop.catalog_edits, request.user_id
    try:
        if units := _UNITS(wanted):
            more, count = wanted.startswith("+"), int(units[1])
            done = await edits.restock(by, target, count if more else -count)
            key = "owner.restocked" if more else "owner.taken_away"
            code = Html(f"<code>{safe(target)}</code>")
            words = request.texts.html(key, n=count, target=code)
            return await _noted(context, request, target, words, done.undo)
        if _COUNT(wanted):
            done = await edits.set_stock(by, target, int(wanted))
        elif wanted in _ALWAYS or wanted == request.texts.text("typed.always"):
            done = await edits.set_stock(by, target, None)
        else:
            raise RefusedError("owner.bad_stock")
    except CatalogFaultsError as error:
        return owner_file.not_saved(context, request, error)
    return await _edited(context, request, target, done)


async def photo(context: ChatContext, request: ChatRequest, incoming: Incoming) -> Reply:
    """Make a picture that was sent the picture of the product that its caption names."""
    target, _ = _named(context, incoming.words)
    if not target or incoming.fetch is None:
        return Reply(said=request.texts.text("owner.photo_whose"))
    if incoming.size > LARGEST_PHOTO:
        raise RefusedError("owner.photo_large")
    if context.catalog.product(_product(target)) is None:
        return await _unknown(context, request, target)
    content = await incoming.fetch()
    try:
        done = await context.shop.catalog_edits.set_photo(request.user_id, target, content)
    except CatalogFaultsError as error:
        return owner_file.not_saved(context, request, error)
    reply = await _edited(context, request, target, done)
    if len(request.messages) > 1:
        return replace(reply, said=request.texts.text("owner.first_of_album"))
    return reply


async def _edited(
    context: ChatContext, request: ChatRequest, target: StockId, done: Edited
) -> Reply:
    if done.slips:
        await context.shop.conversations.over(request.chat.id)
        return Reply(edited(done, request.texts))
    words = done_words(done, request.texts)
    return await _noted(context, request, target, words, done.undo)


async def _noted(
    context: ChatContext, request: ChatRequest, target: StockId, words: str, undo: str | None
) -> Reply:
    await context.shop.conversations.over(request.chat.id)
    product = context.catalog.written.product(_product(target))
    number = screens.page_with(product, target) if product else 1
    return await _good(context, request, _product(target), words, undo, number=number)


async def _good(
    context: ChatContext,
    request: ChatRequest,
    product_id: ProductId,
    news: str = "",
    undo: str | None = None,
    *,
    number: int = 1,
) -> Reply:
    product = context.catalog.written.product(product_id)
    if product is None:
        raise RefusedError("refused.unknown_target", target=product_id)
    counted = [stock_id for stock_id, _ in product.stock_counts()]
    levels = await context.shop.context.store.read(lambda tx: tx.stock.levels(counted))
    zone = context.catalog.shop.timezone
    return Reply(
        screens.good(product, levels, request.texts, zone=zone, number=number, news=news, undo=undo)
    )


def _named(context: ChatContext, typed: str) -> tuple[StockId, str]:
    """Return what is named first, and the words behind it.

    Phones begin a line with a capital letter, and not everybody finds the slash: ``Guji 250g 12``
    names what ``guji/250g 12`` does, and ``tee m red 12`` what ``tee/red.m 12`` does.
    """
    target, _, words = typed.strip().partition(" ")
    target, words = target.lower(), words.strip()
    product = context.catalog.written.product(_product(target))
    if product is None:
        return StockId(target), words
    part = target.partition("/")[2].replace("/", ".")
    if product.listed:
        return _variant_named(product, part, words)
    value, _, rest = words.partition(" ")
    for option in () if part else product.options:
        if any(one.id == value.lower() for one in option.values):
            return StockId(f"{target}/{value.lower()}"), rest.strip()
    return StockId(target), words


def _variant_named(product: Product, part: str, words: str) -> tuple[StockId, str]:
    """Return which variant is named, its values in any order, and the words behind it."""
    named, rest = part.split(".") if part else [], words.split()
    while rest and len(named) < len(product.options):
        value = rest[0].lower()
        if not any(option.value(value) for option in product.options):
            break
        named.append(value)
        rest.pop(0)
    if not named:
        return StockId(product.id), words
    wanted = VariantId(".".join(named))
    values = product.values_of(wanted)
    wanted = wanted if values is None else product.id_of(values)
    return StockId(f"{product.id}/{wanted}"), " ".join(rest)


async def _unknown(context: ChatContext, request: ChatRequest, target: str) -> Reply:
    words = target.replace("-", " ").replace("/", " ")
    index = await context.search.index(context.catalog.written)
    near = index.search(words, _NEAR) or index.nearest(words, _NEAR)
    return Reply(screens.unknown(target, near, request.texts))


def _product(target: str) -> ProductId:
    return ProductId(target.partition("/")[0])

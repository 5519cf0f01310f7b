"""Looking around: categories, products, and the first one into the cart."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from bot.chat.actions import (
    AddOne,
    OpenCategory,
    OpenChoices,
    OpenProduct,
    PickValue,
    TakeOne,
    TellMe,
    Wanted,
)
from bot.chat.codec import link_payload
from bot.chat.errors import refusal_words
from bot.chat.request import ChatContext, ChatRequest, Reply
from bot.chat.screen import Button, Screen, clip
from bot.chat.screens import choices as choice_screens
from bot.chat.screens import product as product_screens
from bot.chat.screens import shop as shop_screens
from bot.domain.cart import CartLine
from bot.domain.catalog.model import Catalog, LineKey, Product, ProductId, StockId, Variant
from bot.domain.errors import RefusedError
from bot.domain.order import ChatId
from bot.shop import View
from bot.shop.people.conversations import ChosenGoods

_SHARED_NAME: Final = 100


async def front(context: ChatContext, request: ChatRequest, page: int = 1) -> Screen:
    """Return the shop's front; a card chosen by inline mode opens its product in one's own chat."""
    view = await context.shop.carts.view(request.chat.id)
    inline = context.address.inline and not request.group
    return shop_screens.home(context.catalog, view, request.texts, page, inline=inline)


async def category(context: ChatContext, request: ChatRequest, action: OpenCategory) -> Reply:
    """Show a page of a category, or the shop where the category is gone."""
    catalog = context.catalog
    opened = catalog.category(action.category)
    if opened is None:
        return await _home(context, request, "toast.category_gone")
    goods = shop_screens.page_of_category(catalog, opened, action.page)
    view = await context.shop.carts.view(request.chat.id, stock_ids_of(*goods))
    return Reply(shop_screens.category_page(catalog, opened, action.page, view, request.texts))


async def product(
    context: ChatContext,
    request: ChatRequest,
    action: OpenProduct,
    removed: CartLine | None = None,
) -> Reply:
    """Show a product, with what was just taken out of the cart; or the shop where it is gone."""
    catalog = context.catalog
    goods = _visible(catalog, action.product)
    if goods is None:
        return await _home(context, request, "toast.product_gone")
    view = await context.shop.carts.view(request.chat.id, stock_ids_of(goods))
    return await _product(context, request, goods, action, replace(view, removed=removed))


async def choices(context: ChatContext, request: ChatRequest, action: OpenChoices) -> Reply:
    """Show an option's values, or the product where the option is gone."""
    catalog = context.catalog
    goods = _visible(catalog, action.product)
    place = None if goods is None else choice_screens.option_place(goods, action.option)
    if goods is None or place is None:
        return await product(context, request, OpenProduct(action.product, action.variant))
    view = await context.shop.carts.view(request.chat.id, stock_ids_of(goods))
    variant = choice_screens.default_variant(goods, action.variant, view)
    return Reply(
        choice_screens.choices(
            catalog, variant, view, request.texts, place=place, number=action.page
        )
    )


async def pick(context: ChatContext, request: ChatRequest, action: PickValue) -> Reply:
    """Show what has the value that was tapped, and say why something else changed with it."""
    goods = _visible(context.catalog, action.product)
    values = None if goods is None else goods.values_of(action.variant)
    place = None if goods is None else choice_screens.option_place(goods, action.option)
    if goods is None or values is None or place is None:
        return await product(context, request, OpenProduct(action.product, action.variant))
    view = await context.shop.carts.view(request.chat.id, stock_ids_of(goods))
    variant = choice_screens.nearest(goods, values, view, place)
    await _opened(context, request, variant.key)
    screen = await _screen(context, request, variant, 1, view)
    return Reply(screen, choice_screens.moved(values, variant, place, request.texts))


async def add(context: ChatContext, request: ChatRequest, action: AddOne) -> Reply:
    """Put one into the cart."""
    catalog = context.catalog
    goods = _visible(catalog, action.product)
    if goods is None:
        return await _home(context, request, "toast.product_gone")
    stock_ids = stock_ids_of(goods)
    variant = goods.variant(action.variant)
    if variant is None or variant.hidden:
        view = await context.shop.carts.view(request.chat.id, stock_ids)
        return await _product(context, request, goods, action, view)
    await _opened(context, request, variant.key)
    said, alert = None, False
    try:
        view = await context.shop.carts.add(
            request.chat.id,
            variant.key,
            by=request.by,
            once=request.update_id,
            stock_ids=stock_ids,
        )
        if view.quantity_of(variant.key) in {1, goods.min_per_order}:
            said = request.texts.text("toast.added", title=variant.title(request.texts.language))
    except RefusedError as refused:
        view = await context.shop.carts.view(request.chat.id, stock_ids)
        said, alert = refusal_words(refused, request.texts), True
    screen = await _screen(context, request, variant, action.photo, view)
    return Reply(screen, said, alert)


async def take(context: ChatContext, request: ChatRequest, action: TakeOne) -> Reply:
    """Take one out of the cart."""
    catalog = context.catalog
    goods = _visible(catalog, action.product)
    if goods is None or goods.variant(action.variant) is None:
        return await product(context, request, OpenProduct(action.product, action.variant))
    view = await context.shop.carts.add(
        request.chat.id,
        action.key,
        -1,
        once=request.update_id,
        stock_ids=stock_ids_of(goods),
    )
    return await _product(context, request, goods, action, view)


async def tell_me(context: ChatContext, request: ChatRequest, action: TellMe) -> Reply:
    """Let a person be told when something is back, or not; a group sees nothing of it."""
    goods = _visible(context.catalog, action.product)
    variant = goods.variant(action.variant) if goods else None
    if action.wanted is Wanted.NO:
        await context.shop.waitlist.leave(request.user_id, action.key)
    if goods is None or variant is None or variant.hidden:
        return await product(context, request, OpenProduct(*action.key))
    view = await context.shop.carts.view(request.chat.id, stock_ids_of(goods))
    said = "toast.back_already"
    if action.wanted is Wanted.NO:
        said = "toast.back_untold"
    elif variant.is_sold_out(view.free):
        if await context.shop.people.get(ChatId(request.user_id)) is None:
            return Reply(said=request.texts.text("toast.back_start"), alert=True)
        await context.shop.waitlist.ask(request.user_id, action.key)
        said = "toast.back_asked"
    title = variant.title(request.texts.language)
    told = request.texts.text(said, title=clip(title, _SHARED_NAME))
    if request.group:
        return Reply(said=told, alert=True)
    return Reply(await _screen(context, request, variant, 1, view), told)


async def _product(
    context: ChatContext,
    request: ChatRequest,
    goods: Product,
    action: OpenProduct | AddOne | TakeOne,
    view: View,
) -> Reply:
    """Show a product; a choice that is no longer offered is said so and made anew."""
    variant = choice_screens.default_variant(goods, action.variant, view)
    await _opened(context, request, variant.key)
    changed = bool(action.variant) and variant != goods.variant(action.variant)
    said = request.texts.text("toast.choice_gone") if changed else None
    screen = await _screen(context, request, variant, action.photo, view)
    return Reply(screen, said)


async def _screen(
    context: ChatContext, request: ChatRequest, variant: Variant, photo: int, view: View
) -> Screen:
    waits = False
    if not request.group and variant.is_sold_out(view.free):
        waits = await context.shop.waitlist.waits_for(request.user_id, variant.stock_id)
    return product_screens.product(
        context.catalog,
        variant,
        photo,
        view,
        request.texts,
        share=_share(context, variant, request),
        now=context.now,
        waits=waits,
    )


async def _opened(context: ChatContext, request: ChatRequest, key: LineKey) -> None:
    """Let a number that is typed next be how many of this are wanted."""
    if not request.group:
        await context.shop.conversations.opened(request.chat.id, ChosenGoods(key, in_cart=False))


def _share(context: ChatContext, variant: Variant, request: ChatRequest) -> Button:
    """Return the way to show a product to others, with inline mode and without."""
    label, goods = request.texts.text("button.share"), variant.product
    name = clip(goods.name.in_language(request.texts.language), _SHARED_NAME)
    if context.address.inline:
        return Button(label, share=name)
    return Button(label, url=context.address.share(link_payload(goods.id, variant.id), name))


def _visible(catalog: Catalog, product_id: ProductId) -> Product | None:
    goods = catalog.product(product_id)
    return None if goods is None or goods.hidden else goods


def stock_ids_of(*goods: Product) -> list[StockId]:
    """Return what is counted of some products."""
    return [stock_id for one in goods for stock_id, _ in one.stock_counts()]


async def _home(context: ChatContext, request: ChatRequest, key: str) -> Reply:
    return Reply(await front(context, request), request.texts.text(key))

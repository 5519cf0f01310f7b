"""Looking around: categories, products, and the first one into the cart."""

from __future__ import annotations

from typing import Final

from bot.chat.actions import AddOne, OpenCategory, OpenProduct, TakeOne
from bot.chat.errors import refusal_words
from bot.chat.request import ChatContext, ChatRequest, Reply
from bot.chat.screen import Button, clip
from bot.chat.screens import product as product_screens
from bot.chat.screens import shop as shop_screens
from bot.domain.catalog.model import Catalog, LineKey, Product, ProductId, StockId
from bot.domain.errors import RefusedError
from bot.shop import View

_SHARED_NAME: Final = 100


async def category(context: ChatContext, request: ChatRequest, action: OpenCategory) -> Reply:
    """Show a page of a category, or the shop where the category is gone."""
    catalog = context.catalog
    opened = catalog.category(action.category)
    if opened is None:
        return await _home(context, request, catalog, "toast.category_gone")
    goods = shop_screens.page_of_category(catalog, opened, action.page)
    stock_ids = [stock_id for one in goods for stock_id, _ in one.stock_counts()]
    view = await context.shop.carts.view(request.chat.id, stock_ids)
    return Reply(shop_screens.category_page(catalog, opened, action.page, view, request.texts))


async def product(context: ChatContext, request: ChatRequest, action: OpenProduct) -> Reply:
    """Show a product, or the shop where it is gone."""
    catalog = context.catalog
    goods = _visible(catalog, action.product)
    if goods is None:
        return await _home(context, request, catalog, "toast.product_gone")
    view = await context.shop.carts.view(request.chat.id, _stock_ids(goods))
    return _product(context, catalog, goods, action, view, request=request)


async def add(context: ChatContext, request: ChatRequest, action: AddOne) -> Reply:
    """Put one into the cart."""
    catalog = context.catalog
    goods = _visible(catalog, action.product)
    if goods is None:
        return await _home(context, request, catalog, "toast.product_gone")
    stock_ids = _stock_ids(goods)
    variant = goods.variant(action.variant)
    if variant is None:
        view = await context.shop.carts.view(request.chat.id, stock_ids)
        return _product(context, catalog, goods, action, view, request=request)
    _opened(context, request, variant.key)
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
    screen = product_screens.product(
        catalog,
        variant,
        action.photo,
        view,
        request.texts,
        share=_share(context, goods, request),
        now=context.now,
    )
    return Reply(screen, said, alert)


async def take(context: ChatContext, request: ChatRequest, action: TakeOne) -> Reply:
    """Take one out of the cart."""
    catalog = context.catalog
    goods = _visible(catalog, action.product)
    if goods is None or goods.variant(action.variant) is None:
        return await product(context, request, OpenProduct(action.product, action.variant))
    view = await context.shop.carts.add(
        request.chat.id,
        LineKey(goods.id, action.variant),
        -1,
        once=request.update_id,
        stock_ids=_stock_ids(goods),
    )
    return _product(context, catalog, goods, action, view, request=request)


def _product(
    context: ChatContext,
    catalog: Catalog,
    goods: Product,
    action: OpenProduct | AddOne | TakeOne,
    view: View,
    *,
    request: ChatRequest,
) -> Reply:
    """Show a product; a choice that is no longer offered is said so and made anew."""
    variant = product_screens.default_variant(goods, action.variant, view)
    _opened(context, request, variant.key)
    changed = bool(action.variant) and variant.id != action.variant
    said = request.texts.text("toast.choice_gone") if changed else None
    screen = product_screens.product(
        catalog,
        variant,
        action.photo,
        view,
        request.texts,
        share=_share(context, goods, request),
        now=context.now,
    )
    return Reply(screen, said)


def _opened(context: ChatContext, request: ChatRequest, key: LineKey) -> None:
    """Let a number that is typed next be how many of this are wanted."""
    if not request.group:
        context.attention.turn(request.chat.id, OpenProduct(*key), context.now)


def _share(context: ChatContext, goods: Product, request: ChatRequest) -> Button:
    """Return the way to show a product to others, with inline mode and without."""
    label = request.texts.text("button.share")
    name = clip(goods.name.in_language(request.texts.language), _SHARED_NAME)
    if context.address.inline:
        return Button(label, share=name)
    return Button(label, url=context.address.share(f"p_{goods.id}", name))


def _visible(catalog: Catalog, product_id: ProductId) -> Product | None:
    goods = catalog.product(product_id)
    return None if goods is None or goods.hidden else goods


def _stock_ids(goods: Product) -> list[StockId]:
    return [stock_id for stock_id, _ in goods.stock_counts()]


async def _home(context: ChatContext, request: ChatRequest, catalog: Catalog, key: str) -> Reply:
    view = await context.shop.carts.view(request.chat.id)
    screen = shop_screens.home(catalog, view, request.texts)
    return Reply(screen, request.texts.text(key))

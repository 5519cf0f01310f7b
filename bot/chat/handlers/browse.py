"""Looking around: shelves, products, and the first one into the cart."""

from __future__ import annotations

from typing import Final

from bot.chat.actions import AddOne, OpenCategory, OpenProduct, TakeOne
from bot.chat.desk import Desk, Reply, Visit
from bot.chat.handlers import refusal
from bot.chat.screen import Button, clip
from bot.chat.screens import product as product_screens
from bot.chat.screens import shop as shop_screens
from bot.domain.catalog.model import Catalog, Product, ProductId, StockId, VariantId
from bot.domain.errors import RefusedError
from bot.shop import View

_SHARED_NAME: Final = 100


async def category(desk: Desk, visit: Visit, action: OpenCategory) -> Reply:
    """Show a page of a shelf, or the shop where the shelf is gone."""
    catalog = desk.catalog
    shelf = catalog.category(action.category)
    if shelf is None:
        return await _home(desk, visit, catalog, "toast.category_gone")
    goods = shop_screens.page_of_category(catalog, shelf, action.page)
    stock_ids = [stock_id for one in goods for stock_id, _ in one.stock_counts()]
    view = await desk.shop.carts.view(visit.chat.id, stock_ids)
    return Reply(shop_screens.category_page(catalog, shelf, action.page, view, visit.texts))


async def product(desk: Desk, visit: Visit, action: OpenProduct) -> Reply:
    """Show a product, or the shop where it is gone."""
    catalog = desk.catalog
    goods = _visible(catalog, action.product)
    if goods is None:
        return await _home(desk, visit, catalog, "toast.product_gone")
    view = await desk.shop.carts.view(visit.chat.id, _stock_ids(goods))
    return _product(desk, catalog, goods, action, view, visit=visit)


async def add(desk: Desk, visit: Visit, action: AddOne) -> Reply:
    """Put one into the cart."""
    catalog = desk.catalog
    goods = _visible(catalog, action.product)
    if goods is None:
        return await _home(desk, visit, catalog, "toast.product_gone")
    stock_ids = _stock_ids(goods)
    variant = goods.variant(action.variant)
    if variant is None:
        view = await desk.shop.carts.view(visit.chat.id, stock_ids)
        return _product(desk, catalog, goods, action, view, visit=visit)
    _opened(desk, visit, goods.id, variant.id)
    said, alert = None, False
    try:
        view = await desk.shop.carts.add(
            visit.chat.id,
            goods.id,
            variant.id,
            by=visit.by,
            once=visit.update_id,
            stock_ids=stock_ids,
        )
        if view.quantity_of(goods.id, variant.id) == 1:
            said = visit.texts.text("toast.added", title=variant.title(visit.texts.language))
    except RefusedError as refused:
        view = await desk.shop.carts.view(visit.chat.id, stock_ids)
        said, alert = refusal.words(refused, visit.texts), True
    screen = product_screens.product(
        catalog, variant, action.photo, view, visit.texts, share=_share(desk, goods, visit)
    )
    return Reply(screen, said, alert)


async def take(desk: Desk, visit: Visit, action: TakeOne) -> Reply:
    """Take one out of the cart."""
    catalog = desk.catalog
    goods = _visible(catalog, action.product)
    if goods is None or goods.variant(action.variant) is None:
        return await product(desk, visit, OpenProduct(action.product, action.variant))
    view = await desk.shop.carts.add(
        visit.chat.id,
        goods.id,
        action.variant,
        -1,
        once=visit.update_id,
        stock_ids=_stock_ids(goods),
    )
    return _product(desk, catalog, goods, action, view, visit=visit)


def _product(
    desk: Desk,
    catalog: Catalog,
    goods: Product,
    action: OpenProduct | AddOne | TakeOne,
    view: View,
    *,
    visit: Visit,
) -> Reply:
    """Show a product; a choice that is no longer offered is said so and made anew."""
    variant = product_screens.default_variant(goods, action.variant, view)
    _opened(desk, visit, goods.id, variant.id)
    changed = bool(action.variant) and variant.id != action.variant
    said = visit.texts.text("toast.choice_gone") if changed else None
    screen = product_screens.product(
        catalog, variant, action.photo, view, visit.texts, share=_share(desk, goods, visit)
    )
    return Reply(screen, said)


def _opened(desk: Desk, visit: Visit, product_id: ProductId, variant_id: VariantId) -> None:
    """Let a number that is typed next be how many of this are wanted."""
    if not visit.group:
        desk.attention.turn(visit.chat.id, OpenProduct(product_id, variant_id))


def _share(desk: Desk, goods: Product, visit: Visit) -> Button:
    """Return the way to show a product to others, with inline mode and without."""
    label = visit.texts.text("button.share")
    name = clip(goods.name.in_language(visit.texts.language), _SHARED_NAME)
    if desk.address.inline:
        return Button(label, share=name)
    return Button(label, url=desk.address.share(f"p_{goods.id}", name))


def _visible(catalog: Catalog, product_id: ProductId) -> Product | None:
    goods = catalog.product(product_id)
    return None if goods is None or goods.hidden else goods


def _stock_ids(goods: Product) -> list[StockId]:
    return [stock_id for stock_id, _ in goods.stock_counts()]


async def _home(desk: Desk, visit: Visit, catalog: Catalog, key: str) -> Reply:
    view = await desk.shop.carts.view(visit.chat.id)
    screen = shop_screens.home(catalog, view, visit.texts)
    return Reply(screen, visit.texts.text(key))

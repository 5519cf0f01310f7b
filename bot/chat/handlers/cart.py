"""The cart: looked at, changed line by line, cleared."""

from __future__ import annotations

from bot.chat.actions import CartLess, CartMore, LineLess, LineMore, OpenLine, RemoveLine
from bot.chat.desk import Desk, Reply, Visit
from bot.chat.handlers import refusal
from bot.chat.screen import Screen
from bot.chat.screens import cart as screens
from bot.domain.catalog.model import Catalog, ProductId, VariantId
from bot.domain.errors import RefusedError
from bot.shop import View


async def cart(desk: Desk, visit: Visit, page: int = 1) -> Reply:
    """Show the cart."""
    catalog = desk.catalog
    view = await desk.shop.carts.view(visit.chat.id)
    return Reply(_cart(catalog, view, page, visit))


async def change(desk: Desk, visit: Visit, action: CartMore | CartLess) -> Reply:
    """Change a line's quantity by one, from the cart."""
    catalog = desk.catalog
    view, said = await _change(desk, visit, action, 1 if isinstance(action, CartMore) else -1)
    page = screens.place_in_cart(view.cart, action.product, action.variant)
    return Reply(_cart(catalog, view, page.number, visit), said, alert=said is not None)


async def line(desk: Desk, visit: Visit, action: OpenLine) -> Reply:
    """Show a line by itself."""
    catalog = desk.catalog
    view = await desk.shop.carts.view(visit.chat.id)
    return _line(desk, catalog, view, action.product, action.variant, visit)


async def change_line(desk: Desk, visit: Visit, action: LineMore | LineLess) -> Reply:
    """Change a line's quantity by one, from its own screen."""
    catalog = desk.catalog
    view, said = await _change(desk, visit, action, 1 if isinstance(action, LineMore) else -1)
    reply = _line(desk, catalog, view, action.product, action.variant, visit)
    return Reply(reply.screen, said, alert=True) if said else reply


async def remove(desk: Desk, visit: Visit, action: RemoveLine) -> Reply:
    """Take a line out, whether or not it is still sold."""
    catalog = desk.catalog
    view = await desk.shop.carts.remove(
        visit.chat.id, action.product, action.variant, once=visit.update_id
    )
    variant = catalog.variant(action.product, action.variant)
    said = None
    if variant is not None:
        said = visit.texts.text("toast.removed", title=variant.title(visit.texts.language))
    return Reply(_cart(catalog, view, 1, visit), said)


async def ask_clear(desk: Desk, visit: Visit) -> Reply:
    """Ask whether the whole cart shall go."""
    catalog = desk.catalog
    view = await desk.shop.carts.view(visit.chat.id)
    if not view.cart:
        return Reply(_cart(catalog, view, 1, visit))
    return Reply(screens.ask_clear(view.cart, visit.texts))


async def clear(desk: Desk, visit: Visit) -> Reply:
    """Empty the cart."""
    catalog = desk.catalog
    view = await desk.shop.carts.clear(visit.chat.id, once=visit.update_id)
    return Reply(_cart(catalog, view, 1, visit), visit.texts.text("toast.cleared"))


async def accept_changes(desk: Desk, visit: Visit) -> Reply:
    """Make the cart what can be bought today."""
    catalog = desk.catalog
    view = await desk.shop.carts.accept_changes(visit.chat.id)
    return Reply(_cart(catalog, view, 1, visit), visit.texts.text("toast.updated"))


async def _change(
    desk: Desk, visit: Visit, action: CartMore | CartLess | LineMore | LineLess, delta: int
) -> tuple[View, str | None]:
    try:
        view = await desk.shop.carts.add(
            visit.chat.id,
            action.product,
            action.variant,
            delta,
            by=visit.by,
            once=visit.update_id,
        )
    except RefusedError as refused:
        view = await desk.shop.carts.view(visit.chat.id)
        return view, refusal.words(refused, visit.texts)
    return view, None


def _cart(catalog: Catalog, view: View, page: int, visit: Visit) -> Screen:
    return screens.cart(catalog, view.cart, page, visit.texts, group=visit.group)


def _line(  # noqa: PLR0917 - what a line is found by
    desk: Desk,
    catalog: Catalog,
    view: View,
    product_id: ProductId,
    variant_id: VariantId,
    visit: Visit,
) -> Reply:
    held = view.line(product_id, variant_id)
    if held is None:
        said = visit.texts.text("cart.line_left")
        return Reply(_cart(catalog, view, 1, visit), said)
    if not visit.group:
        desk.attention.turn(visit.chat.id, OpenLine(product_id, variant_id))
    return Reply(screens.cart_line(catalog, held, visit.texts, group=visit.group))

"""The cart: looked at, changed line by line, cleared."""

from __future__ import annotations

from bot.chat.actions import CartLess, CartMore, LineLess, LineMore, OpenLine, PutBack, RemoveLine
from bot.chat.errors import refusal_words
from bot.chat.request import ChatContext, ChatRequest, Reply
from bot.chat.screen import Screen
from bot.chat.screens import cart as screens
from bot.domain.catalog.model import LineKey
from bot.domain.errors import RefusedError
from bot.ports import Preference
from bot.shop import View
from bot.shop.people.conversations import ChosenGoods


async def cart(context: ChatContext, request: ChatRequest, page: int = 1) -> Reply:
    """Show the cart."""
    view = await context.shop.carts.view(request.chat.id)
    return Reply(await _cart(context, view, page, request))


async def change(context: ChatContext, request: ChatRequest, action: CartMore | CartLess) -> Reply:
    """Change a line's quantity by one, from the cart."""
    view, said = await _change(context, request, action, 1 if isinstance(action, CartMore) else -1)
    page = screens.place_in_cart(view.cart, action.key)
    return Reply(await _cart(context, view, page.number, request), said, alert=said is not None)


async def line(
    context: ChatContext, request: ChatRequest, action: OpenLine, view: View | None = None
) -> Reply:
    """Show a line by itself, in a cart as it was just read."""
    view = view or await context.shop.carts.view(request.chat.id)
    return await _line(context, view, action.key, request)


async def change_line(
    context: ChatContext, request: ChatRequest, action: LineMore | LineLess
) -> Reply:
    """Change a line's quantity by one, from its own screen."""
    view, said = await _change(context, request, action, 1 if isinstance(action, LineMore) else -1)
    reply = await _line(context, view, action.key, request)
    return Reply(reply.screen, said, alert=True) if said else reply


async def remove(context: ChatContext, request: ChatRequest, action: RemoveLine) -> Reply:
    """Take a line out, whether or not it is still sold."""
    view = await context.shop.carts.remove(request.chat.id, action.key, once=request.update_id)
    page = screens.place_in_cart(view.cart, action.key)
    return Reply(
        await _cart(context, view, page.number, request),
        _removed(context, action.key, request),
    )


async def put_back(context: ChatContext, request: ChatRequest, action: PutBack) -> Reply:
    """Put a line back that was taken out."""
    said = None
    try:
        view = await context.shop.carts.put_back(
            request.chat.id, action.key, action.quantity, by=request.by, once=request.update_id
        )
    except RefusedError as refused:
        view = await context.shop.carts.view(request.chat.id)
        said = refusal_words(refused, request.texts)
    page = screens.place_in_cart(view.cart, action.key)
    screen = await _cart(context, view, page.number, request)
    return Reply(screen, said, alert=said is not None)


async def ask_clear(context: ChatContext, request: ChatRequest) -> Reply:
    """Ask whether the whole cart shall go."""
    view = await context.shop.carts.view(request.chat.id)
    if not view.cart:
        return Reply(await _cart(context, view, 1, request))
    return Reply(screens.ask_clear(view.cart, request.texts))


async def clear(context: ChatContext, request: ChatRequest) -> Reply:
    """Empty the cart."""
    view = await context.shop.carts.clear(request.chat.id, once=request.update_id)
    screen = await _cart(context, view, 1, request, emptied=not view.cart)
    return Reply(screen, request.texts.text("toast.cleared"))


async def put_all_back(context: ChatContext, request: ChatRequest) -> Reply:
    """Put back what the cart held before it was emptied."""
    view = await context.shop.carts.put_all_back(request.chat.id, by=request.by)
    return Reply(await _cart(context, view, 1, request))


async def accept_changes(context: ChatContext, request: ChatRequest) -> Reply:
    """Make the cart what can be bought today."""
    view = await context.shop.carts.accept_changes(request.chat.id)
    return Reply(await _cart(context, view, 1, request), request.texts.text("toast.updated"))


def _removed(context: ChatContext, key: LineKey, request: ChatRequest) -> str | None:
    variant = context.catalog.variant(key)
    if variant is None:
        return None
    return request.texts.text("toast.removed", title=variant.title(request.texts.language))


async def _change(
    context: ChatContext,
    request: ChatRequest,
    action: CartMore | CartLess | LineMore | LineLess,
    delta: int,
) -> tuple[View, str | None]:
    try:
        view = await context.shop.carts.add(
            request.chat.id,
            action.key,
            delta,
            by=request.by,
            once=request.update_id,
        )
    except RefusedError as refused:
        view = await context.shop.carts.view(request.chat.id)
        return view, refusal_words(refused, request.texts)
    return view, None


async def place_of(context: ChatContext, request: ChatRequest) -> str | None:
    """Return where whoever acts has goods sent; None where that was not asked, or matters not."""
    shipping = context.catalog.checkout.shipping
    if shipping is None or not shipping.asks:
        return None
    return (await context.shop.preferences.of(request.user_id)).place


async def _cart(
    context: ChatContext,
    view: View,
    page: int,
    request: ChatRequest,
    *,
    emptied: bool = False,
) -> Screen:
    catalog, chosen = context.catalog, Preference()
    rules = catalog.checkout
    # A group reads along, and whoever pays may be another.
    if (rules.both_ways or (rules.shipping and rules.shipping.asks)) and not request.group:
        chosen = await context.shop.preferences.of(request.user_id)
    return screens.cart(
        catalog,
        view.cart,
        page,
        request.texts,
        group=request.group,
        pickup=chosen.pickup if rules.both_ways else None,
        place=chosen.place,
        removed=view.removed,
        emptied=emptied,
        sums=view.sums,
    )


async def _line(
    context: ChatContext,
    view: View,
    key: LineKey,
    request: ChatRequest,
) -> Reply:
    held = view.line(key)
    if held is None:
        said = request.texts.text("cart.line_left")
        if view.removed is not None:
            said = _removed(context, key, request) or said
        return Reply(await _cart(context, view, 1, request), said)
    if not request.group:
        await context.shop.conversations.opened(request.chat.id, ChosenGoods(key, in_cart=True))
    screen = screens.cart_line(context.catalog, held, view.cart, request.texts, group=request.group)
    return Reply(screen)

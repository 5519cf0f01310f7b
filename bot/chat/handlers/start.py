"""/start: the shop's front, and the links that lead into the chat."""

from __future__ import annotations

from dataclasses import replace

from bot.chat.actions import OpenCategory, OpenProduct
from bot.chat.codec import parse_category_id, parse_product_id, parse_variant_id
from bot.chat.handlers import browse, search
from bot.chat.request import ChatContext, ChatRequest, Reply, is_owner
from bot.chat.screen import bold
from bot.chat.screens import checkout as checkout_screens
from bot.chat.screens import info
from bot.domain.errors import TransientError
from bot.domain.order import OrderState, OrderToken
from bot.locales import Html
from bot.shop.people.ownership import Joining


async def home(
    context: ChatContext, request: ChatRequest, page: int = 1, *, said: str | None = None
) -> Reply:
    """Show the shop's front."""
    return Reply(await browse.front(context, request, page), said)


async def home_beside(context: ChatContext, request: ChatRequest) -> Reply:
    """Show the shop's front in a new message."""
    return replace(await home(context, request), fresh=True)


async def joined(context: ChatContext, request: ChatRequest) -> Reply:
    """Greet a group that somebody asked the shop into, and say how to order together."""
    name = context.catalog.shop.name.in_language(request.texts.language)
    words = request.texts.html("group.hello", shop=Html(bold(name)))
    return Reply(info.kind(words, request.texts))


async def who(_: ChatContext, request: ChatRequest) -> Reply:
    """Tell people their own number in Telegram; it says nothing of what they may do."""
    words = request.texts.html("info.your_id", id=Html(f"<code>{request.user_id}</code>"))
    instead = request.texts.text("unknown.in_group", command="/id")
    return Reply(info.kind(words, request.texts), private=True, instead=instead)


async def start(  # noqa: PLR0911 - a kind of link a line
    context: ChatContext, request: ChatRequest, payload: str
) -> Reply:
    """Follow a ``t.me/<bot>?start=…`` link, or show the shop.

    ``paid_`` and ``back_`` carry an order's token, ``p_`` a product's id and perhaps a variant's,
    ``c_`` a category's, ``q_`` and ``s_`` words to search for, ``own_`` what makes whoever follows
    it an owner. A link that cannot be followed says so, beside the shop.
    """
    kind, _, rest = payload.partition("_")
    match kind:
        case "paid" | "back" if rest:
            return await _come_back(context, request, OrderToken(rest))
        case "p" if product := parse_product_id(rest.partition("_")[0]):
            chosen = parse_variant_id(rest.partition("_")[2])
            return await browse.product(context, request, OpenProduct(product, chosen))
        case "c" if category := parse_category_id(rest):
            return await browse.category(context, request, OpenCategory(category))
        case "own" if rest and not request.group:
            return await _join(context, request, rest)
        case "q" | "s" if reply := await search.linked(context, request, payload):
            return reply
        case "p" | "c" | "q" | "s" | "own":
            return await home(context, request, said=request.texts.text("toast.link_gone"))
        case _:
            return await home(context, request, said=await _told_first(context, request))


async def _join(context: ChatContext, request: ChatRequest, token: str) -> Reply:
    """Make whoever follows an owner's link an owner; a link works once and not for long."""
    joining = await context.shop.ownership.join(token, request.user_id, request.user_name)
    said = {
        Joining.FIRST: "owner.welcome_first",
        Joining.JOINED: "owner.welcome",
        Joining.ALREADY: "owner.already",
        Joining.OVER: "owner.link_over",
    }[joining]
    return await home(context, request, said=request.texts.text(said))


async def _told_first(context: ChatContext, request: ChatRequest) -> str | None:
    """Tell an owner what was sold while the chat could not be reached.

    And whoever comes to a shop without an owner, how it gets one: by its settings, never by being
    first.
    """
    if is_owner(context, request):
        sales = await context.shop.people.missed(request.chat.id)
        return request.texts.text("owner.while_away", n=sales) if sales else None
    if context.shop.context.owners or request.group:
        return None
    return request.texts.text("owner.first_steps", id=str(request.user_id), setting="OWNER_IDS")


async def _come_back(context: ChatContext, request: ChatRequest, token: OrderToken) -> Reply:
    """Settle the order that somebody comes back from; what they say of it is not believed."""
    texts = request.texts
    try:
        order = await context.shop.settlement.by_token(token)
    except TransientError:
        return Reply(info.kind(texts.html("back.slow"), texts))
    if order is None:
        return Reply(info.kind(texts.html("back.unknown"), texts))
    if await context.shop.orders.told_lately(order, request.chat.id, context.now):
        return Reply()  # the receipt, or whatever the news is, comes by itself, and once
    if order.chat_id != request.chat.id:
        return Reply(checkout_screens.back_elsewhere(order, texts))
    pays = order.id if order.state is OrderState.OPEN and order.url else None
    return Reply(checkout_screens.back(order, texts), pays=pays)

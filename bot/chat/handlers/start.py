"""/start: the shop's front, and the links that lead into the chat."""

from __future__ import annotations

from dataclasses import replace

from bot.chat.actions import OpenCategory, OpenProduct
from bot.chat.codec import decode
from bot.chat.desk import Desk, Reply, Visit
from bot.chat.handlers import browse, search
from bot.chat.screen import bold
from bot.chat.screens import checkout as checkout_screens
from bot.chat.screens import info
from bot.chat.screens import shop as screens
from bot.domain.errors import TransientError
from bot.domain.order import OrderState, OrderToken
from bot.locales import Html


async def home(desk: Desk, visit: Visit, page: int = 1, *, said: str | None = None) -> Reply:
    """Show the shop's front."""
    view = await desk.shop.carts.view(visit.chat.id)
    return Reply(screens.home(desk.catalog, view, visit.texts, page), said)


async def home_beside(desk: Desk, visit: Visit) -> Reply:
    """Show the shop's front in a new message."""
    return replace(await home(desk, visit), fresh=True)


async def joined(desk: Desk, visit: Visit) -> Reply:
    """Greet a group that somebody asked the shop into, and say how to order together."""
    name = desk.catalog.shop.name.in_language(visit.texts.language)
    words = visit.texts.html("group.hello", shop=Html(bold(name)))
    return Reply(info.kind(words, visit.texts))


async def who(_: Desk, visit: Visit) -> Reply:
    """Tell people their own number in Telegram; it says nothing of what they may do."""
    words = visit.texts.html("info.your_id", id=Html(f"<code>{visit.user_id}</code>"))
    return Reply(info.kind(words, visit.texts))


async def start(desk: Desk, visit: Visit, payload: str) -> Reply:
    """Follow a ``t.me/<bot>?start=…`` link, or show the shop.

    ``paid_`` and ``back_`` carry an order's token, ``p_`` a product's id, ``c_`` a category's,
    ``q_`` and ``s_`` words to search for. A link that cannot be followed says so, beside the shop.
    """
    kind, _, rest = payload.partition("_")
    match kind:
        case "paid" | "back" if rest:
            return await _come_back(desk, visit, OrderToken(rest))
        case "p" if isinstance(action := decode(f"1p:{rest}"), OpenProduct):
            return await browse.product(desk, visit, action)
        case "c" if isinstance(action := decode(f"1c:{rest}"), OpenCategory):
            return await browse.category(desk, visit, action)
        case "q" | "s" if reply := await search.linked(desk, visit, payload):
            return reply
        case "p" | "c" | "q" | "s":
            return await home(desk, visit, said=visit.texts.text("toast.link_gone"))
        case _:
            return await home(desk, visit, said=_first_steps(desk, visit))


def _first_steps(desk: Desk, visit: Visit) -> str | None:
    """Tell how a shop without owner gets one: by its settings, never by being first."""
    if desk.shop.context.owners or visit.group:
        return None
    return visit.texts.text("owner.first_steps", id=str(visit.user_id), setting="OWNER_IDS")


async def _come_back(desk: Desk, visit: Visit, token: OrderToken) -> Reply:
    """Settle the order that somebody comes back from; what they say of it is not believed."""
    texts = visit.texts
    try:
        order = await desk.shop.settlement.by_token(token)
    except TransientError:
        return Reply(info.kind(texts.html("back.slow"), texts))
    if order is None:
        return Reply(info.kind(texts.html("back.unknown"), texts))
    if order.chat_id != visit.chat.id:
        return Reply(checkout_screens.back_elsewhere(order, texts))
    pays = order.id if order.state is OrderState.OPEN and order.url else None
    return Reply(checkout_screens.back(order, texts), pays=pays)

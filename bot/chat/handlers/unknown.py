"""What the shop cannot use, answered kindly and with a next step."""

from __future__ import annotations

from bot.chat.desk import Desk, Reply, Visit
from bot.chat.screens import info
from bot.chat.screens import shop as screens


async def old_button(desk: Desk, visit: Visit) -> Reply:
    """Answer button data that is not ours any more, or never was."""
    view = await desk.shop.carts.view(visit.chat.id)
    screen = screens.home(desk.catalog, view, visit.texts)
    return Reply(screen, visit.texts.text("toast.old_button"))


async def command(_: Desk, visit: Visit) -> Reply:
    """Answer a command that there is not."""
    return Reply(info.kind(visit.texts.html("unknown.command"), visit.texts))


async def words(_: Desk, visit: Visit) -> Reply:
    """Answer words."""
    return Reply(info.kind(visit.texts.html("unknown.text"), visit.texts))


async def thing(_: Desk, visit: Visit) -> Reply:
    """Answer a sticker, a voice message, a picture or the like."""
    return Reply(info.kind(visit.texts.html("unknown.thing"), visit.texts))

"""/pause and /resume: the till, with a word to customers."""

from __future__ import annotations

from bot.chat.desk import Desk, Reply, Visit
from bot.chat.owner_actions import OwnerAction, OwnerOrders, Pause, Resume
from bot.chat.screen import Button, Screen


async def pause(desk: Desk, visit: Visit, typed: str) -> Reply:
    """Close the till; what was typed is what customers read."""
    own = await desk.shop.till.close(visit.user_id, typed)
    texts = visit.texts
    words = texts.html("owner.paused_words", text=own) if own else texts.html("owner.paused")
    button = Button(texts.text("button.owner_resume"), Resume(), style="success")
    return Reply(Screen(words, ((button,),)))


async def resume(desk: Desk, visit: Visit, _: str) -> Reply:
    """Open the till."""
    opened = await desk.shop.till.open(visit.user_id)
    texts = visit.texts
    words = texts.html("owner.resumed" if opened else "owner.was_open")
    rows = (
        (
            Button(texts.text("button.owner_pause"), Pause()),
            Button(texts.text("button.owner_orders"), OwnerOrders()),
        ),
    )
    return Reply(Screen(words, rows))


async def pause_tapped(desk: Desk, visit: Visit, _: OwnerAction) -> Reply:
    """Close the till by a button."""
    return await pause(desk, visit, "")


async def resume_tapped(desk: Desk, visit: Visit, _: OwnerAction) -> Reply:
    """Open the till by a button."""
    return await resume(desk, visit, "")

"""/pause and /resume: close and open checkout, with a word to customers."""

from __future__ import annotations

from bot.chat.owner_actions import OwnerOrders, Pause, Resume
from bot.chat.request import ChatContext, ChatRequest, Reply
from bot.chat.screen import Button, Screen


async def pause(context: ChatContext, request: ChatRequest, typed: str = "") -> Reply:
    """Close checkout; what was typed is what customers read."""
    own = await context.shop.checkout_switch.pause(request.user_id, typed)
    texts = request.texts
    words = texts.html("owner.paused_words", text=own) if own else texts.html("owner.paused")
    button = Button(texts.text("button.owner_resume"), Resume(), style="success")
    return Reply(Screen(words, ((button,),)))


async def resume(context: ChatContext, request: ChatRequest) -> Reply:
    """Open checkout."""
    opened = await context.shop.checkout_switch.resume(request.user_id)
    texts = request.texts
    words = texts.html("owner.resumed" if opened else "owner.was_open")
    rows = (
        (
            Button(texts.text("button.owner_pause"), Pause()),
            Button(texts.text("button.owner_orders"), OwnerOrders()),
        ),
    )
    return Reply(Screen(words, rows))

"""/reminders: whether a chat is reminded of links that end and of carts left behind."""

from __future__ import annotations

from bot.chat.actions import SetReminders, Wanted
from bot.chat.request import ChatContext, ChatRequest, Reply
from bot.chat.screens import reminders as screens


async def reminders(_: ChatContext, request: ChatRequest) -> Reply:
    """Say whether this chat is reminded, and offer the other."""
    return Reply(screens.reminders(request.texts, wanted=request.chat.reminders))


async def stop(context: ChatContext, request: ChatRequest) -> Reply:
    """Send this chat no reminders any more."""
    await context.shop.people.want_reminders(request.chat.id, wanted=False)
    return Reply(said=request.texts.text("toast.reminders_off"), alert=True)


async def set_(context: ChatContext, request: ChatRequest, action: SetReminders) -> Reply:
    """Remind this chat, or do not."""
    wanted = action.wanted is Wanted.YES
    await context.shop.people.want_reminders(request.chat.id, wanted=wanted)
    return Reply(screens.reminders(request.texts, wanted=wanted))

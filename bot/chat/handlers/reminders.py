"""/reminders: whether a chat is reminded of links that end and of carts left behind."""

from __future__ import annotations

from bot.chat.actions import SetReminders, Wanted
from bot.chat.desk import Desk, Reply, Visit
from bot.chat.screens import reminders as screens


async def reminders(_: Desk, visit: Visit) -> Reply:
    """Say whether this chat is reminded, and offer the other."""
    return Reply(screens.reminders(visit.texts, wanted=visit.chat.reminders))


async def stop(desk: Desk, visit: Visit) -> Reply:
    """Send this chat no reminders any more."""
    await desk.shop.people.want_reminders(visit.chat.id, wanted=False)
    return Reply(said=visit.texts.text("toast.reminders_off"), alert=True)


async def set_(desk: Desk, visit: Visit, action: SetReminders) -> Reply:
    """Remind this chat, or do not."""
    wanted = action.wanted is Wanted.YES
    await desk.shop.people.want_reminders(visit.chat.id, wanted=wanted)
    return Reply(screens.reminders(visit.texts, wanted=wanted))

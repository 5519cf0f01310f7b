"""/owners: who owns the shop, a link that makes another one, and letting one go."""

from __future__ import annotations

from dataclasses import replace

from bot.chat.handlers import start
from bot.chat.owner_actions import RemoveOwner, SureRemoveOwner
from bot.chat.request import ChatContext, ChatRequest, Reply
from bot.chat.screen import safe
from bot.chat.screens import owner_people as screens
from bot.chat.screens.parts import TITLE
from bot.domain.order import UserId
from bot.locales import Html
from bot.shop.people.ownership import Owner, Removal

_SETTING = "OWNER_IDS"


async def owners(context: ChatContext, request: ChatRequest) -> Reply:
    """Show who owns the shop."""
    found = await context.shop.ownership.owners()
    return Reply(screens.owners(found, request.user_id, _SETTING, request.texts))


async def invite(context: ChatContext, request: ChatRequest) -> Reply:
    """Make a link by which one person becomes an owner."""
    payload = await context.shop.ownership.invite(request.user_id)
    link = context.address.link(payload)
    share = context.address.share(payload, request.texts.text("owner.invitation_words"))
    return Reply(screens.invitation(link, share, request.texts), fresh=True)


async def sure_remove(context: ChatContext, request: ChatRequest, action: SureRemoveOwner) -> Reply:
    """Ask once more."""
    one = await _owner(context, action.owner)
    if one is None:
        return await owners(context, request)
    return Reply(screens.sure(one, request.texts))


async def remove(context: ChatContext, request: ChatRequest, action: RemoveOwner) -> Reply:
    """Let somebody be an owner no more; the settings' owners and the only one stay."""
    one, texts = await _owner(context, action.owner), request.texts
    name = Html(safe(one.name or str(one.id) if one else str(action.owner), TITLE))
    match await context.shop.ownership.remove(action.owner, request.user_id):
        case Removal.BY_SETTINGS:
            words = texts.html("owner.owner_stays", name=name, setting=_SETTING)
            return Reply(screens.answer(words, texts))
        case Removal.LAST:
            return Reply(screens.answer(texts.html("owner.owner_last"), texts))
        case Removal.REMOVED if action.owner == request.user_id:
            home = await start.home(context, request, said=texts.text("owner.owner_removed"))
            return replace(home, alert=True)
        case Removal.REMOVED:
            return Reply(screens.answer(texts.html("owner.owner_left", name=name), texts))
        case Removal.GONE:
            return await owners(context, request)


async def _owner(context: ChatContext, who: UserId) -> Owner | None:
    found = await context.shop.ownership.owners()
    return next((one for one in found if one.id == who), None)

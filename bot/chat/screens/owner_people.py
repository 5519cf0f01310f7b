"""Owners among themselves: who they are, a link for another one, and letting one go."""

from __future__ import annotations

from collections.abc import Sequence

from bot.chat.owner_actions import InviteOwner, OpenOwners, RemoveOwner, SureRemoveOwner
from bot.chat.screen import Button, Row, Screen, bold, clip, lines, paragraphs, safe
from bot.chat.screens.parts import TITLE
from bot.domain.order import UserId
from bot.locales import Html, Texts
from bot.shop.people.ownership import Owner

#: Of a name on a button, in characters.
_ON_A_BUTTON = 30


def owners(found: Sequence[Owner], you: UserId, setting: str, texts: Texts) -> Screen:
    """Return who owns the shop, with ways to invite somebody and to let somebody go."""
    said = [f"• {_line(one, you, setting, texts)}" for one in found]
    leave: list[Row] = [
        (Button(texts.text("button.owner_remove", name=_short(one)), SureRemoveOwner(one.id)),)
        for one in found
        if not one.by_settings
    ]
    invite = Button(texts.text("button.owner_invite"), InviteOwner(), style="primary")
    text = paragraphs(bold(texts.text("owner.owners_title")), lines(*said))
    return Screen(text, ((invite,), *leave))


def invitation(link: str, share: str, texts: Texts) -> Screen:
    """Return a link that makes one person an owner, and the way to send it."""
    send = Button(texts.text("button.owner_send_link"), url=share)
    return Screen(texts.html("owner.invitation", link=link), ((send,), (_back(texts),)))


def sure(one: Owner, texts: Texts) -> Screen:
    """Ask once more before somebody is an owner no longer."""
    remove = Button(texts.text("button.owner_remove_sure"), RemoveOwner(one.id), style="danger")
    words = texts.html("owner.remove_sure", name=Html(safe(_name(one), TITLE)))
    return Screen(words, ((remove,), (_back(texts),)))


def answer(words: str, texts: Texts) -> Screen:
    """Return what became of it, and the way back to the owners."""
    return Screen(words, ((_back(texts),),))


def _back(texts: Texts) -> Button:
    return Button(texts.text("button.owner_owners"), OpenOwners())


def _line(one: Owner, you: UserId, setting: str, texts: Texts) -> str:
    name = safe(_name(one), TITLE)
    if one.id == you:
        name = texts.html("owner.owner_you", name=Html(name))
    if one.by_settings:
        return texts.html("owner.owner_by_settings", name=Html(name), setting=setting)
    return name


def _name(one: Owner) -> str:
    return one.name or str(one.id)


def _short(one: Owner) -> str:
    return clip(_name(one), _ON_A_BUTTON)

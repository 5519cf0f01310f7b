"""A reply as one message, and what of it is for one person alone."""

from __future__ import annotations

from dataclasses import replace

from bot.chat.request import Reply
from bot.chat.screen import CAPTION_LIMIT, TEXT_LIMIT, Screen, paragraphs, safe, visible
from bot.chat.screens import info
from bot.locales import Texts


def whole(reply: Reply, texts: Texts) -> Screen:
    """Return a reply as one message: what is said stands above the screen."""
    if reply.screen is None:
        return info.kind(safe(reply.said or "", CAPTION_LIMIT), texts)
    if reply.said is None:
        return reply.screen
    text = paragraphs(safe(reply.said, CAPTION_LIMIT), reply.screen.text)
    too_long = reply.screen.picture is not None and visible(text) > CAPTION_LIMIT
    picture = None if too_long else reply.screen.picture
    return replace(reply.screen, text=text, picture=picture)


def parted(reply: Reply, texts: Texts) -> tuple[Screen | None, Reply]:
    """Return what of a reply in a group only whoever asked should see, and what is left of it."""
    if reply.private:
        return whole(reply, texts), Reply()
    if reply.alert and reply.said is not None:
        return Screen(safe(reply.said, TEXT_LIMIT)), replace(reply, said=None, alert=False)
    return None, reply

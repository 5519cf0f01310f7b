"""What is asked for in words about a line of the cart: its note, and how many."""

from __future__ import annotations

from bot.chat.actions import LeaveCount, LeaveNote
from bot.chat.screen import Button, Screen, lines, safe
from bot.chat.screens.cart import title_of
from bot.chat.screens.parts import TITLE
from bot.domain.cart import LONGEST_NOTE, PricedLine
from bot.domain.catalog.model import Catalog
from bot.locales import Html, Texts


def ask_note(catalog: Catalog, one: PricedLine, texts: Texts, *, group: bool) -> Screen:
    """Ask for a line's note; in a group, by a reply, which is all that the bot gets to see."""
    key = "note.ask_group" if group else "note.ask"
    title = Html(safe(title_of(catalog, one, texts), TITLE))
    now = texts.html("cart.note", note=Html(safe(one.line.note, TITLE))) if one.line.note else None
    never = LeaveNote(*one.line.key)
    words = lines(texts.html(key, title=title, limit=LONGEST_NOTE), now)
    return Screen(words, ((Button(texts.text("button.never_mind"), never),),))


def ask_count(catalog: Catalog, one: PricedLine, texts: Texts, *, group: bool) -> Screen:
    """Ask how many of a line are wanted."""
    key = "count.ask_group" if group else "count.ask"
    title = Html(safe(title_of(catalog, one, texts), TITLE))
    never = LeaveCount(*one.line.key)
    words = texts.html(key, title=title)
    return Screen(words, ((Button(texts.text("button.never_mind"), never),),))

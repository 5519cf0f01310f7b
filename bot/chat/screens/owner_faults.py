"""Faults of the catalog's file in words: of the file itself, of one that was sent, of an edit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bot.chat.screen import CAPTION_LIMIT, Screen, lines, paragraphs, safe, visible
from bot.chat.screens.parts import TITLE
from bot.locales import Texts
from bot.ports.catalog import Fault
from bot.shop.catalog import news as catalog_news

#: Lines of a table that are named of which the same is said.
_LINES: Final = 12


def faults(
    found: Sequence[Fault], count: int, file: str, texts: Texts, *, kept: bool = True
) -> Screen:
    """Return what is wrong with a file: line, field, and what would be right.

    Args:
        found: The first of them.
        count: How many there are.
        file: The file's name.
        texts: The owner's language.
        kept: It is the shop's own file; else one that was sent.
    """
    key = "owner.catalog_faulty" if kept else "owner.catalog_sent_faulty"
    head, goes_on = texts.html(key, n=count, file=file), texts.html("owner.catalog_goes_on")
    return Screen(paragraphs(f"<b>{head}</b>", *_named(found, count, texts), goes_on))


def faulty_file(found: Sequence[Fault], file: str, texts: Texts) -> Screen:
    """Return the words under a file that is sent as it lies there, with faults."""
    head = texts.html("owner.catalog_faulty", n=len(found), file=file)
    ends = (texts.html("owner.catalog_goes_on"), texts.html("owner.catalog_mend"))
    for most in range(catalog_news.NAMED, -1, -1):
        text = paragraphs(f"<b>{head}</b>", *_named(found[:most], len(found), texts), *ends)
        if visible(text) <= CAPTION_LIMIT:
            break
    return Screen(text)


def not_saved(found: Sequence[Fault], texts: Texts) -> Screen:
    """Return why an edit was not saved; its place is known to whoever made it."""
    why = (texts.html(one.key, **one.params) for one in found[: catalog_news.NAMED])
    return Screen(paragraphs(f"<b>{texts.html('owner.not_saved')}</b>", *why))


def doubtful(found: Sequence[Fault], count: int, file: str, texts: Texts) -> Screen:
    """Return what is doubtful about a good file."""
    head = texts.html("owner.catalog_doubtful", n=count, file=file)
    return Screen(paragraphs(f"<b>{head}</b>", *_named(found, count, texts)))


def untaken(found: Sequence[Fault], texts: Texts) -> list[str]:
    """Return what of a table could not be taken; nothing where all was.

    The same of several lines is told once.
    """
    if not found:
        return []
    told: dict[tuple[str, str], list[Fault]] = {}
    for one in found:
        told.setdefault((one.within, texts.html(one.key, **one.params)), []).append(one)
    alike = list(told.values())
    named = [one_fault(some[0], texts, some[1:]) for some in alike[: catalog_news.NAMED]]
    if left := alike[catalog_news.NAMED :]:
        named.append(texts.html("owner.catalog_more_faults", n=sum(map(len, left))))
    return [f"<b>{texts.html('owner.table_left')}</b>", *named]


def one_fault(one: Fault, texts: Texts, alike: Sequence[Fault] = ()) -> str:
    """Return a fault as HTML: its line, its place in the file's own words, what would be right.

    Args:
        one: The fault.
        texts: The reader's language.
        alike: Of other lines, which say the same.
    """
    if not one.has_place:
        return texts.html(one.key, **one.params)
    return lines(place_of(one, texts, alike), texts.html(one.key, **one.params))


def place_of(one: Fault, texts: Texts, alike: Sequence[Fault] = ()) -> str:
    """Return the line of a fault, and its place in the file's own words, as HTML."""
    place = f"<b>{texts.html('owner.catalog_line', line=str(one.line))}</b>"
    if alike:
        some = [one, *alike]
        numbers = ", ".join(str(other.line) for other in some[:_LINES])
        numbers += " …" if len(some) > _LINES else ""
        place = f"<b>{texts.html('owner.catalog_lines', lines=numbers)}</b>"
    if one.within:
        # Held together: names from the file run from left to right among Arabic words too.
        place += f" · \u2068<code>{safe(one.within, TITLE)}</code>\u2069"
    return place


def _named(found: Sequence[Fault], count: int, texts: Texts) -> list[str]:
    named = [one_fault(one, texts) for one in found[: catalog_news.NAMED]]
    if count > len(named):
        named.append(texts.html("owner.catalog_more_faults", n=count - len(named)))
    return named

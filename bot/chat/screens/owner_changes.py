"""What changed in the catalog, in words: one line that counts, and a line for each change."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bot.chat.owner_actions import UndoCatalog
from bot.chat.screen import Button, Row, lines, safe
from bot.domain.catalog.named import How, NamedChange, Value
from bot.domain.catalog.text import Text
from bot.domain.money import Money
from bot.locales import Html, Texts
from bot.shop.catalog.news import Change, Told

#: UTF-16 units of a name, and of a value, within the line of a change.
_NAME: Final = 60
_VALUE: Final = 40


def summary(change: Change, texts: Texts) -> str:
    """Return what changed in one line of HTML: "3 prices changed, 1 product added"."""
    parts = [
        texts.html("owner.diff_prices", n=change.prices) if change.prices else None,
        texts.html("owner.diff_unpaid", n=change.unpaid) if change.unpaid else None,
        texts.html("owner.diff_added", n=change.added) if change.added else None,
        texts.html("owner.diff_removed", n=change.removed) if change.removed else None,
        texts.html("owner.diff_counted", n=change.counted) if change.counted else None,
        texts.html("owner.diff_sold_out", n=change.sold_out) if change.sold_out else None,
        texts.html("owner.diff_hidden", n=change.hidden) if change.hidden else None,
        texts.html("owner.diff_shown", n=change.shown) if change.shown else None,
        texts.html("owner.diff_reworded", n=change.reworded) if change.reworded else None,
        texts.html("owner.diff_categories") if change.categories else None,
        texts.html("owner.diff_settings") if change.settings else None,
        texts.html("owner.diff_moved") if change.moved else None,
    ]
    return ", ".join(part for part in parts if part)


def listed(told: Told, texts: Texts) -> str | None:
    """Return each change on a line as HTML, and how many more there are."""
    more = told.count - len(told.named)
    said = [_line(one, texts) for one in told.named]
    return lines(*said, texts.html("checkout.more", n=more) if more > 0 else None) or None


def undo(digest: str | None, texts: Texts) -> tuple[Row, ...]:
    """Return the way back to the file's text from before; none where nothing changed."""
    if not digest:
        return ()
    return ((Button(texts.text("button.owner_undo_edit"), UndoCatalog(digest)),),)


def titled(names: Sequence[Text], texts: Texts) -> str:
    """Return a product and its choice as HTML: ``Guji, 250 g``."""
    return safe(", ".join(one.in_language(texts.language) for one in names), _NAME)


def _line(one: NamedChange, texts: Texts) -> str:
    title, key = titled(one.what, texts), f"<code>{one.field}</code>" if one.field else ""
    match one.how:
        case How.ADDED:
            return " · ".join(filter(None, (f"+ {title}", _value(one.after, texts, ""))))
        case How.REMOVED:
            return f"− {title}"
        case How.HIDDEN:
            return texts.html("owner.change_hidden", title=Html(title))
        case How.SHOWN:
            return texts.html("owner.change_shown", title=Html(title))
        case How.MOVED:
            moved = ": ".join(filter(None, (title, key)))
            return texts.html("owner.change_moved", field=Html(moved))
        case How.CHANGED | How.UNPAID:
            said = _changed(one, [part for part in (title, key) if part], texts)
            unpaid = one.how is How.UNPAID
            return f"{said} · {texts.html('owner.change_unpaid')}" if unpaid else said


def _changed(one: NamedChange, what: list[str], texts: Texts) -> str:
    if one.before is None and one.after is None:
        return ": ".join(what)
    nothing = "∞" if one.field == "stock" else "—"
    return texts.html(
        "owner.was_now",
        title=Html(", ".join(what)),
        before=Html(_value(one.before, texts, nothing)),
        after=Html(_value(one.after, texts, nothing)),
    )


def _value(value: Value, texts: Texts, nothing: str = "—") -> str:
    match value:
        case Money():
            return safe(texts.money(value))
        case Text():
            return safe(value.in_language(texts.language), _VALUE)
        case int():
            return texts.number(value)
        case str():
            return safe(value, _VALUE)
    return nothing

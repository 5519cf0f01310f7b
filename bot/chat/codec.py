"""Button data: an action as at most 64 bytes, and back.

``1`` (the version), one or two letters of the action, then its fields by ``:``, trailing ones left
out where they are the default: ``1p:house-blend:250g.beans``. Fields are ids, never prices, and
positions only as a page that is bounded when it is used. What cannot be read is None, whoever wrote
it: buttons live for years in people's chats, and anybody can send any data. A letter is never given
another meaning; a new one is.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import fields
from functools import lru_cache
from typing import Any, Final

from bot.chat import actions as a
from bot.chat import owner_actions
from bot.shop.orders.reports import Period

#: Bot API, InlineKeyboardButton: callback_data is 1 to 64 bytes.
LIMIT: Final = 64
VERSION: Final = "1"

_PRODUCT = re.compile(r"[a-z0-9][a-z0-9-]{0,31}\Z").match
_VARIANT = re.compile(r"(?:[a-z0-9][a-z0-9.-]{0,19})?\Z").match
_CATEGORY = re.compile(r"[a-z0-9][a-z0-9-]{0,23}\Z").match
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{2,8})?\Z").match
_PAGE = re.compile(r"[1-9][0-9]{0,4}\Z").match
_ORDER = re.compile(r"[1-9][0-9]{0,14}\Z").match
_WANTED = re.compile(r"[yn]\Z").match
_WAY = re.compile(r"[dp]?\Z").match
_BELOW = re.compile(r"[0-9]{1,15}\Z").match
_WHICH = re.compile(r"[srua]\Z").match
_MINOR = re.compile(r"[0-9]{1,12}\Z").match
_CHAT = re.compile(r"-?[1-9][0-9]{0,15}\Z").match
_TARGET = re.compile(r"[a-z0-9][a-z0-9-]{0,31}(?:/[a-z0-9][a-z0-9-]{0,19})?\Z").match
_QUERY = re.compile(r"[^\W_]+(?: [^\W_]+)*\Z").match
_SPAN = re.compile(r"[dwm]\Z").match
_DIGEST = re.compile(r"[0-9a-f]{12}\Z").match


def _reader(legal: Callable[[str], object], make: Callable[[str], object]) -> Callable[[str], Any]:
    def read(written: str) -> object:
        if not legal(written):
            raise ValueError(written)
        return make(written)

    return read


_READERS: Final = {
    "product": _reader(_PRODUCT, str),
    "variant": _reader(_VARIANT, str),
    "category": _reader(_CATEGORY, str),
    "language": _reader(_LANGUAGE, str),
    "page": _reader(_PAGE, int),
    "photo": _reader(_PAGE, int),
    "order": _reader(_ORDER, int),
    "way": _reader(_WAY, a.Way),
    "wanted": _reader(_WANTED, a.Wanted),
    "below": _reader(_BELOW, int),
    "which": _reader(_WHICH, owner_actions.Which),
    "amount": _reader(_MINOR, int),
    "refunded": _reader(_MINOR, int),
    "chat": _reader(_CHAT, int),
    "target": _reader(_TARGET, str),
    "query": _reader(_QUERY, str),
    "digest": _reader(_DIGEST, str),
    "span": _reader(_SPAN, Period),
}

_KINDS: Final[dict[str, type[a.Action]]] = {
    "h": a.Home,
    "hb": a.HomeBeside,
    "c": a.OpenCategory,
    "p": a.OpenProduct,
    "a": a.AddOne,
    "t": a.TakeOne,
    "s": a.Search,
    "k": a.OpenCart,
    "ku": a.CartMore,
    "kd": a.CartLess,
    "l": a.OpenLine,
    "lu": a.LineMore,
    "ld": a.LineLess,
    "r": a.RemoveLine,
    "m": a.AskNote,
    "mn": a.LeaveNote,
    "mx": a.DropNote,
    "u": a.AskCount,
    "un": a.LeaveCount,
    "x": a.AskClear,
    "xx": a.Clear,
    "v": a.AcceptChanges,
    "o": a.StartCheckout,
    "z": a.CancelOrder,
    "y": a.OpenOrders,
    "i": a.OpenOrder,
    "b": a.FetchReceipt,
    "ba": a.BuyAgain,
    "bt": a.TryAgain,
    "g": a.OpenLanguages,
    "gl": a.ChooseLanguage,
    "j": a.StopReminders,
    "jw": a.SetReminders,
    "e": a.OpenHelp,
    "q": a.AskSupport,
    "d": a.AskDelete,
    "dd": a.DeleteMe,
    "n": a.Nothing,
    **owner_actions.LETTERS,
}
_LETTERS: Final = {kind: letters for letters, kind in _KINDS.items()}
_FIELDS: Final = {
    kind: tuple((f.name, f.default, _READERS[f.name]) for f in fields(kind)) for kind in _LETTERS
}


@lru_cache(2048)  # a screen has a dozen buttons, and nearly all of them were on the one before
def encode(action: a.Action) -> str:
    """Return an action as button data.

    Raises:
        ValueError: it would not fit; a checked catalog's ids always do.
    """
    kind = type(action)
    parts = [VERSION + _LETTERS[kind]]
    kept = 1
    for name, default, _ in _FIELDS[kind]:
        value = getattr(action, name)
        parts.append(str(value))
        if value != default:
            kept = len(parts)
    data = ":".join(parts[:kept])
    if len(data.encode()) > LIMIT:
        raise ValueError(f"button data of {len(data.encode())} bytes: {data}")
    return data


def decode(data: str | None) -> a.Action | None:
    """Return the action that button data stands for; None for anything that is not ours."""
    if not data or len(data) > LIMIT or not data.startswith(VERSION):
        return None
    letters, *values = data[len(VERSION) :].split(":")
    kind = _KINDS.get(letters)
    if kind is None or len(values) > len(_FIELDS[kind]):
        return None
    try:
        known = [read(value) for value, (_, _, read) in zip(values, _FIELDS[kind], strict=False)]
        return kind(*known)
    except (ValueError, TypeError):  # not a legal value; or a field without default is missing
        return None

"""Button data: an action as at most 64 bytes, and back.

``1`` (the version), one to three letters of the action, then its fields by ``:``, trailing ones
left out where they are the default: ``1p:house-blend:250g.beans``. Fields are ids, never prices,
and positions only as a page that is bounded when it is used. What cannot be read is None, whoever
wrote it: buttons live for years in people's chats, and anybody can send any data. Which letters
there are stands in `bot.chat.routes`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import fields
from functools import lru_cache
from typing import Any, Final

from bot.chat import actions as a
from bot.chat import owner_actions
from bot.domain.catalog.model import CategoryId, ProductId, VariantId
from bot.shop.orders.picking import For
from bot.shop.orders.reports import StatsSpan

#: Bot API, InlineKeyboardButton: callback_data is 1 to 64 bytes.
LIMIT: Final = 64
VERSION: Final = "1"

_PRODUCT = re.compile(r"[a-z0-9][a-z0-9-]{0,31}\Z").match
_VARIANT = re.compile(r"(?:[a-z0-9][a-z0-9.-]{0,19})?\Z").match
_OPTION = re.compile(r"[1-3]\Z").match
_CATEGORY = re.compile(r"[a-z0-9][a-z0-9-]{0,23}\Z").match
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{2,8})?\Z").match
_QUANTITY = re.compile(r"[1-9][0-9]{0,2}\Z").match
_PAGE = re.compile(r"[1-9][0-9]{0,4}\Z").match
_ORDER = re.compile(r"[1-9][0-9]{0,14}\Z").match
_WANTED = re.compile(r"[yn]\Z").match
_INSTEAD = re.compile(r"(?:[yn]|[0-9a-f]{1,4})\Z").match
_THEN = re.compile(r"p?\Z").match
_ZONE = re.compile(r"[a-z0-9][a-z0-9-]{0,15}\Z").match
_PLACE = re.compile(r"(?:[A-Z]{2}|[a-z0-9][a-z0-9-]{0,15})\Z").match
_WAY = re.compile(r"[dp]?\Z").match
_BELOW = re.compile(r"[0-9]{1,15}\Z").match
_WHICH = re.compile(r"[skprua]\Z").match
_MINOR = re.compile(r"[0-9]{1,12}\Z").match
_WHY = re.compile(r"[rs]\Z").match
_CHAT = re.compile(r"-?[1-9][0-9]{0,15}\Z").match
_USER = re.compile(r"[1-9][0-9]{0,15}\Z").match
_TARGET = re.compile(r"[a-z0-9][a-z0-9-]{0,31}(?:/[a-z0-9][a-z0-9.-]{0,19})?\Z").match
_QUERY = re.compile(r"[^\W_]+(?: [^\W_]+)*\Z").match
_SPAN = re.compile(r"[dwm]\Z").match
_READING = re.compile(r"[afs]\Z").match
_DIGEST = re.compile(r"[0-9a-f]{12}\Z").match


def _checked(legal: Callable[[str], object], make: Callable[[str], object]) -> Callable[[str], Any]:
    def parse(written: str) -> object:
        if not legal(written):
            raise ValueError(written)
        return make(written)

    return parse


#: How a field of an action is parsed; raises ValueError for anything that it cannot be.
_PARSERS: Final = {
    "product": _checked(_PRODUCT, str),
    "variant": _checked(_VARIANT, str),
    "option": _checked(_OPTION, int),
    "category": _checked(_CATEGORY, str),
    "language": _checked(_LANGUAGE, str),
    "quantity": _checked(_QUANTITY, int),
    "page": _checked(_PAGE, int),
    "photo": _checked(_PAGE, int),
    "order": _checked(_ORDER, int),
    "then": _checked(_THEN, a.Then),
    "zone": _checked(_ZONE, str),
    "place": _checked(_PLACE, str),
    "way": _checked(_WAY, a.Way),
    "wanted": _checked(_WANTED, a.Wanted),
    "instead": _checked(_INSTEAD, str),
    "below": _checked(_BELOW, int),
    "which": _checked(_WHICH, owner_actions.Which),
    "amount": _checked(_MINOR, int),
    "refunded": _checked(_MINOR, int),
    "returned": _checked(_MINOR, int),
    "why": _checked(_WHY, For),
    "line": _checked(_PAGE, int),
    "chat": _checked(_CHAT, int),
    "topic": _checked(_BELOW, int),
    "owner": _checked(_USER, int),
    "target": _checked(_TARGET, str),
    "query": _checked(_QUERY, str),
    "numbers": _checked(_READING, owner_actions.CellReading),
    "days": _checked(_READING, owner_actions.CellReading),
    "digest": _checked(_DIGEST, str),
    "span": _checked(_SPAN, StatsSpan),
}


class Codec:
    """Writes actions as button data and reads them.

    Args:
        kinds: Actions by the letters that stand for them.
    """

    def __init__(self, kinds: Mapping[str, type[a.Action]]) -> None:
        self._kinds = kinds
        self._letters = {kind: letters for letters, kind in kinds.items()}
        self._fields = {
            kind: tuple((f.name, f.default, _PARSERS[f.name]) for f in fields(kind))
            for kind in self._letters
        }
        # A screen has a dozen buttons, and nearly all of them were on the one before.
        self.encode: Final = lru_cache(2048)(self._encode)

    def decode(self, data: str | None) -> a.Action | None:
        """Return the action that button data stands for; None for anything that is not ours."""
        if not data or len(data) > LIMIT or not data.startswith(VERSION):
            return None
        letters, *values = data[len(VERSION) :].split(":")
        kind = self._kinds.get(letters)
        if kind is None or len(values) > len(self._fields[kind]):
            return None
        try:
            known = [
                parse(value)
                for value, (_, _, parse) in zip(values, self._fields[kind], strict=False)
            ]
            return kind(*known)
        except (ValueError, TypeError):  # not a legal value; or a field without default is missing
            return None

    def _encode(self, action: a.Action) -> str:
        """Return an action as button data.

        Raises:
            ValueError: it would not fit; a checked catalog's ids always do.
        """
        kind = type(action)
        parts = [VERSION + self._letters[kind]]
        kept = 1
        for name, default, _ in self._fields[kind]:
            value = getattr(action, name)
            parts.append(str(value))
            if value != default:
                kept = len(parts)
        data = ":".join(parts[:kept])
        if len(data.encode()) > LIMIT:
            raise ValueError(f"button data of {len(data.encode())} bytes: {data}")
        return data


def parse_product_id(written: str) -> ProductId | None:
    """Return a product's id as links hold it; None where it cannot be one."""
    return ProductId(written) if _PRODUCT(written) else None


def parse_variant_id(written: str) -> VariantId:
    """Return a variant's id as links hold it, ``m_red``; empty where it cannot be one."""
    variant = written.replace("_", ".")
    return VariantId(variant if _VARIANT(variant) else "")


def link_payload(product: ProductId, variant: VariantId = a.NO_CHOICE) -> str:
    """Return what a link to a product, or to one choice of it, starts the bot with."""
    return f"p_{product}_{variant.replace('.', '_')}" if variant else f"p_{product}"


def parse_category_id(written: str) -> CategoryId | None:
    """Return a category's id as links hold it; None where it cannot be one."""
    return CategoryId(written) if _CATEGORY(written) else None

"""Decode Stripe's bracketed forms: ``line_items[0][price_data][currency]=eur`` and the like.

Only the spelling is read here. What a name means, and whether a group of numbered keys is a list,
is for the schema in ``params.py``.
"""

from __future__ import annotations

import re
from typing import Any, Final
from urllib.parse import parse_qsl

from shop_sandbox.exchange import Json
from shop_sandbox.stripe.errors import ApiError

_NAME: Final = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)\Z")
_PART: Final = re.compile(r"\[([^\[\]]*)\]")
_MOST_FIELDS: Final = 10_000


def decode(form: bytes) -> Json:
    """Return the nested data of a form; numbered and empty brackets become keys "0", "1", ….

    Raises:
        ApiError: it is not UTF-8, too long, or its names contradict each other.
    """
    try:
        pairs = parse_qsl(
            form.decode("ascii"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=_MOST_FIELDS,
        )
    except ValueError as error:
        raise ApiError("Invalid request: the form cannot be read.", early=True) from error
    data: Json = {}
    for name, value in pairs:
        _put(data, name, value)
    return data


def _put(data: Json, name: str, value: str) -> None:
    match = _NAME.match(name)
    if match is None:
        raise ApiError(f"Invalid request: malformed parameter name {name!r}.", early=True)
    path = [match[1], *_PART.findall(match[2])]
    node: Any = data
    for at, part in enumerate(path):
        key = part or str(len(node))
        last = at == len(path) - 1
        if last and key not in node:
            node[key] = value
            return
        if not last:
            node = node.setdefault(key, {})
        if last or not isinstance(node, dict):
            raise ApiError(f"Invalid request: {name!r} is given twice.", param=name, early=True)

"""A small reader of Telegram's HTML, stricter than Telegram: what it takes, Telegram takes."""

from __future__ import annotations

import re
from html import unescape

_TOKEN = re.compile(r"<(/?)([a-z]+)((?: [a-z]+=\"[^\"<>]*\")*)>|&(lt|gt|amp|quot|#[0-9]+);|([<>&])")
_TAGS = {"b", "i", "s", "u", "code", "pre", "a", "blockquote"}


def plain(html: str) -> str:
    """Return what a reader sees.

    Raises:
        ValueError: a tag is unknown, unclosed or wrongly nested, or a sign is not escaped.
    """
    open_tags: list[str] = []
    for found in _TOKEN.finditer(html):
        closing, tag, attributes, _, bare = found.groups()
        if bare:
            raise ValueError(f"unescaped {bare} at {found.start()}: {html}")
        if tag is None:
            continue
        if tag not in _TAGS or (attributes and tag != "a"):
            raise ValueError(f"tag {found.group()} in {html}")
        if not closing:
            open_tags.append(tag)
        elif not open_tags or open_tags.pop() != tag:
            raise ValueError(f"{found.group()} closes nothing in {html}")
    if open_tags:
        raise ValueError(f"{open_tags} stay open in {html}")
    return unescape(re.sub(r"<[^>]*>", "", html))

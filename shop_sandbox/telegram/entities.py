"""Texts as Telegram keeps them: trimmed, within limits, with explicit and found entities."""

from __future__ import annotations

import re

from shop_sandbox.exchange import Json
from shop_sandbox.telegram.args import Args
from shop_sandbox.telegram.errors import bad_request
from shop_sandbox.telegram.html import checked_url, parse, utf16

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024
_GIVEN = frozenset(
    [
        "mention",
        "hashtag",
        "cashtag",
        "bot_command",
        "url",
        "email",
        "phone_number",
        "bold",
        "italic",
        "underline",
        "strikethrough",
        "spoiler",
        "blockquote",
        "expandable_blockquote",
        "code",
        "pre",
        "text_link",
        "text_mention",
        "custom_emoji",
        "date_time",
    ]
)
_FOUND = re.compile(
    r"(?P<url>https?://[^\s<>\"]*[^\s<>\".,:;!?)\]}'])"
    r"|(?P<email>[A-Za-z0-9._+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)"
    r"|(?P<mention>(?<![\w/])@[A-Za-z]\w{3,31})"
    r"|(?P<bot_command>(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z]\w{3,31})?(?![\w/]))"
    r"|(?P<hashtag>(?<!\w)#[^\W\d]\w{0,255})",
)
_CONTROLS = {code: " " for code in range(32) if chr(code) != "\n"}


def read_text(
    args: Args, name: str, limit: int, *, too_long: str, entities: str
) -> tuple[str, list[Json]]:
    """Return a parameter's text and entities as Telegram would store them.

    Args:
        args: The call.
        name: Parameter with the text.
        limit: Most characters after parsing.
        too_long: Wording of the refusal of more.
        entities: Parameter with explicit entities, used where no parse_mode is given.

    Raises:
        ApiError: 400, markup that does not parse, or too many characters.
    """
    mode = args.text("parse_mode").lower()
    source = args.text(name)
    return format_text(source, mode, args.json(entities, "entities"), limit, too_long)


def format_text(
    source: str, mode: str, given: object, limit: int, too_long: str
) -> tuple[str, list[Json]]:
    """Return text and entities of a source in a parse mode; see ``read_text``."""
    found: list[Json]
    if mode == "html":
        text, found = parse(source)
    elif mode in ("markdown", "markdownv2"):
        raise bad_request("can't parse entities: the sandbox reads HTML only")
    elif mode not in ("", "none"):
        raise bad_request("unsupported parse_mode")
    else:
        text, found = source, _given(given, source)
    text, found = _trimmed(text.translate(_CONTROLS), found)
    if len(text) > limit:
        raise bad_request(too_long)
    return text, with_found(text, found)


def _given(given: object, text: str) -> list[Json]:
    if given is None:
        return []
    if not isinstance(given, list):
        raise bad_request("can't parse entities: expected an Array of MessageEntity")
    kept = []
    for entity in given:
        if not isinstance(entity, dict) or entity.get("type") not in _GIVEN:
            raise bad_request("can't parse entities: can't parse MessageEntity: unknown type")
        offset, length = entity.get("offset"), entity.get("length")
        if not (isinstance(offset, int) and isinstance(length, int)):
            raise bad_request("can't parse entities: expected an integer offset and length")
        if offset < 0 or length <= 0 or offset + length > utf16(text):
            continue
        if entity["type"] == "text_link" and checked_url(str(entity.get("url", ""))) is None:
            continue
        kept.append(dict(entity))
    return kept


def _trimmed(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    kept = text.strip()
    lead = utf16(text[: len(text) - len(text.lstrip())])
    end = utf16(kept)
    moved = []
    for entity in entities:
        start = max(0, entity["offset"] - lead)
        stop = min(end, entity["offset"] + entity["length"] - lead)
        if stop > start:
            moved.append({**entity, "offset": start, "length": stop - start})
    return kept, moved


def with_found(text: str, entities: list[Json]) -> list[Json]:
    """Return entities with those that Telegram finds by itself: links, mentions, commands."""
    taken = [
        (entity["offset"], entity["offset"] + entity["length"])
        for entity in entities
        if entity["type"] in ("code", "pre", "text_link", "text_mention", "bot_command", "url")
    ]
    found = list(entities)
    for match in _FOUND.finditer(text):
        offset = utf16(text[: match.start()])
        length = utf16(match[0])
        if all(offset + length <= start or offset >= stop for start, stop in taken):
            found.append({"type": str(match.lastgroup), "offset": offset, "length": length})
    found.sort(key=lambda entity: (entity["offset"], -entity["length"]))
    return found

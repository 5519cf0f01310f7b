"""Telegram's HTML: text with entities in UTF-16 units, or a refusal that says where.

The rules are those of "Formatting options" in the Bot API's documentation, and the faults those
of its server: only the listed tags, every tag closed by its own end, four named entities.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from shop_sandbox.exchange import Json
from shop_sandbox.telegram.errors import BotApiError, bad_request

_TAGS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
}
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_REFERENCE = re.compile(r"&(?:#[xX]([0-9a-fA-F]{1,8})|#([0-9]{1,8})|(lt|gt|amp|quot));?")
_NAME = re.compile(r"[^\s=>/\"']+")
_TOKEN = re.compile(r"[A-Za-z0-9.\-]*")
_SPACE = re.compile(r"\s*")


def utf16(text: str) -> int:
    """Return the length of a text in UTF-16 code units."""
    return len(text) + sum(1 for character in text if ord(character) > 0xFFFF)  # noqa: PLR2004


@dataclass(slots=True)
class _Open:
    tag: str
    argument: str
    offset: int
    characters: int
    at: int


def parse(source: str) -> tuple[str, list[Json]]:
    """Return the text without its tags, and its entities.

    Raises:
        ApiError: 400, "can't parse entities: …".
    """
    return _Parser(source).run()


class _Parser:
    def __init__(self, source: str) -> None:
        self._source = source
        self._at = 0
        self._pieces: list[str] = []
        self._characters = 0
        self._offset = 0
        self._open: list[_Open] = []
        self._entities: list[Json] = []

    def run(self) -> tuple[str, list[Json]]:
        source = self._source
        while self._at < len(source):
            if source[self._at] == "<":
                if source.startswith("</", self._at):
                    self._end_tag()
                else:
                    self._start_tag()
                continue
            found = _REFERENCE.match(source, self._at) if source[self._at] == "&" else None
            if found and (character := _character(found)):
                self._put(character)
                self._at = found.end()
                continue
            stop = self._at + 1
            while stop < len(source) and source[stop] not in "<&":
                stop += 1
            self._put(source[self._at : stop])
            self._at = stop
        if self._open:
            tag = self._open[-1].tag
            raise self._fault(f'can\'t find end tag corresponding to start tag "{tag}"')
        return "".join(self._pieces), self._entities

    def _put(self, text: str) -> None:
        self._pieces.append(text)
        self._characters += len(text)
        self._offset += utf16(text)

    def _fault(self, why: str, at: int | None = None) -> BotApiError:
        place = "" if at is None else f" at byte offset {len(self._source[:at].encode())}"
        return bad_request(f"can't parse entities: {why}{place}")

    def _start_tag(self) -> None:
        begin = self._at
        stop = begin + 1
        while stop < len(self._source) and not (
            self._source[stop].isspace() or self._source[stop] == ">"
        ):
            stop += 1
        if stop >= len(self._source):
            raise self._fault("unclosed start tag", begin)
        tag = self._source[begin + 1 : stop].lower()
        if tag not in _TAGS:
            raise self._fault(f'unsupported start tag "{tag}"', begin)
        self._at = stop
        argument = self._attributes(tag, begin)
        if tag == "span" and argument != "spoiler":
            raise self._fault('tag "span" must have class "tg-spoiler"', begin)
        self._open.append(_Open(tag, argument, self._offset, self._characters, begin))

    def _attributes(self, tag: str, begin: int) -> str:
        argument = ""
        while True:
            self._skip_space(begin)
            if self._source[self._at] == ">":
                self._at += 1
                return argument
            found = _NAME.match(self._source, self._at)
            if found is None:
                raise self._fault(f'empty attribute name in the tag "{tag}"', begin)
            self._at = found.end()
            self._skip_space(begin)
            value = ""
            if self._source[self._at] == "=":
                self._at += 1
                self._skip_space(begin)
                value = self._value(begin)
            argument = _argument(tag, found[0].lower(), value) or argument

    def _skip_space(self, begin: int) -> None:
        found = _SPACE.match(self._source, self._at)
        self._at = found.end() if found else self._at
        if self._at >= len(self._source):
            raise self._fault("unclosed start tag", begin)

    def _value(self, begin: int) -> str:
        quote = self._source[self._at]
        if quote not in "\"'":
            found = _TOKEN.match(self._source, self._at)
            token = found[0] if found else ""
            start, self._at = self._at, self._at + len(token)
            rest = self._source[self._at : self._at + 1]
            if not (rest.isspace() or rest == ">"):
                raise self._fault("unexpected end of name token", start)
            return token.lower()
        stop = self._source.find(quote, self._at + 1)
        if stop < 0:
            raise self._fault("unclosed start tag", begin)
        raw = self._source[self._at + 1 : stop]
        self._at = stop + 1
        return _REFERENCE.sub(lambda found: _character(found) or found[0], raw)

    def _end_tag(self) -> None:
        begin = self._at
        stop = self._source.find(">", begin)
        if stop < 0:
            raise self._fault("unclosed end tag", begin)
        if not self._open:
            raise self._fault("unexpected end tag", begin)
        name = self._source[begin + 2 : stop].strip().lower()
        opened = self._open.pop()
        if name and name != opened.tag:
            raise self._fault(
                f'unmatched end tag, expected "</{opened.tag}>", found "</{name}>"', begin
            )
        self._at = stop + 1
        if self._offset > opened.offset:
            self._close(opened)

    def _close(self, opened: _Open) -> None:
        entity: Json = {
            "type": _TAGS[opened.tag],
            "offset": opened.offset,
            "length": self._offset - opened.offset,
        }
        match opened.tag:
            case "a":
                inside = "".join(self._pieces)[opened.characters :]
                url = checked_url(opened.argument or inside)
                if url is None:
                    return
                entity["url"] = url
            case "pre" if self._language_of(entity):
                entity["language"] = self._entities.pop().pop("language")
            case "code" if opened.argument and self._open and self._open[-1].tag == "pre":
                entity["language"] = opened.argument
            case "blockquote" if opened.argument:
                entity["type"] = "expandable_blockquote"
            case "tg-emoji":
                entity["custom_emoji_id"] = opened.argument
        self._entities.append(entity)

    def _language_of(self, pre: Json) -> bool:
        inner = self._entities[-1] if self._entities else {}
        return (
            "language" in inner
            and inner["type"] == "code"
            and all(inner[name] == pre[name] for name in ("offset", "length"))
        )


def _character(found: re.Match[str]) -> str:
    hexadecimal, decimal, name = found.groups()
    if name:
        return _NAMED[name]
    code = int(hexadecimal, 16) if hexadecimal else int(decimal)
    valid = 0 < code < 0x10FFFF and not 0xD800 <= code < 0xE000  # noqa: PLR2004 - Unicode's own
    return chr(code) if valid else ""


def _argument(tag: str, name: str, value: str) -> str:
    match tag, name:
        case "a", "href":
            return value
        case "code", "class" if value.startswith("language-"):
            return value.removeprefix("language-")
        case "span", "class" if value.startswith("tg-"):
            return value.removeprefix("tg-")
        case "tg-emoji", "emoji-id":
            return value
        case "blockquote", "expandable":
            return "expandable"
    return ""


def checked_url(url: str) -> str | None:
    """Return a link that Telegram would keep, with its scheme; None where it is none."""
    url = url.strip()
    scheme, separator, rest = url.partition("://")
    if not separator:
        scheme, rest, url = "http", url, f"http://{url}"
    host = re.split(r"[/?#]", rest, maxsplit=1)[0].rpartition("@")[2].partition(":")[0]
    match scheme.lower():
        case "http" | "https":
            good = "." in host.strip(".") or rest.startswith("[")
        case "tg" | "ton" | "tonsite":
            good = bool(host)
        case _:
            good = False
    return url if good and not re.search(r"\s", url) and len(url) <= 4096 else None  # noqa: PLR2004

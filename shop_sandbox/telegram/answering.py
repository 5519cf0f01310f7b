"""Methods that answer taps and inline queries."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

from shop_sandbox.exchange import Json
from shop_sandbox.telegram.args import Args
from shop_sandbox.telegram.entities import CAPTION_LIMIT, TEXT_LIMIT, format_text
from shop_sandbox.telegram.errors import bad_request
from shop_sandbox.telegram.html import checked_url
from shop_sandbox.telegram.markup import check_markup
from shop_sandbox.telegram.model import caption_content, text_content
from shop_sandbox.telegram.pictures import placeholder
from shop_sandbox.telegram.queries import Toast
from shop_sandbox.telegram.sending import Method, preview
from shop_sandbox.telegram.world import World

TOAST_LIMIT = 200
RESULTS_LIMIT = 50
_ID_BYTES = 64
_NEEDED = {
    "article": ("title", "input_message_content"),
    "photo": ("photo_url", "thumbnail_url"),
    "cached_photo": ("photo_file_id",),
    "document": ("title", "document_url", "mime_type"),
    "cached_document": ("title", "document_file_id"),
}


async def answer_callback_query(world: World, args: Args) -> object:
    """Serve answerCallbackQuery."""
    query = world.queries.to_answer(args.text("callback_query_id"), "callback")
    text = args.text("text")
    if len(text) > TOAST_LIMIT:
        raise bad_request("MESSAGE_TOO_LONG")
    url = args.text("url") or None
    if url is not None and not _opens_bot(world, url):
        raise bad_request("URL_INVALID")
    chat_id = query.user.id if query.message is None else query.message.chat.id
    toast = Toast(query.id, chat_id, query.user.id, text, args.flag("show_alert"), url)
    query.answer = toast
    shown: Json = {
        "chat_id": chat_id,
        "user_id": toast.user_id,
        "query_id": toast.query_id,
        "text": toast.text,
        "show_alert": toast.show_alert,
    }
    if url is not None:
        shown["url"] = url
    world.events.add("toast", lambda: shown)
    world.bell.ring()
    return True


def _opens_bot(world: World, url: str) -> bool:
    for base in ("https://t.me", "http://t.me", "t.me", world.link_url.rstrip("/")):
        address, _, _ = url.partition("?")
        if address.lower() == f"{base}/{world.bot.username}".lower():
            return "start" in parse_qs(urlsplit(url).query)
    return False


async def answer_inline_query(world: World, args: Args) -> object:
    """Serve answerInlineQuery."""
    query = world.queries.to_answer(args.text("inline_query_id"), "inline")
    results = args.json("results", "inline query results")
    if not isinstance(results, list):
        raise bad_request("can't parse inline query results: expected an Array")
    if len(results) > RESULTS_LIMIT:
        raise bad_request("RESULTS_TOO_MUCH")
    if len(args.text("next_offset").encode()) > _ID_BYTES:
        raise bad_request("NEXT_OFFSET_INVALID")
    button = _button(args.json("button", "inline query results button"))
    checked = {}
    for result in results:
        prepared = _result(world, result)
        if prepared["id"] in checked:
            raise bad_request("RESULT_ID_DUPLICATE")
        checked[prepared["id"]] = prepared
    query.results = checked
    query.answer = {
        "query_id": query.id,
        "results": [_listed(prepared) for prepared in checked.values()],
        "button": button,
        "next_offset": args.text("next_offset"),
    }
    world.bell.ring()
    return True


def _button(given: object) -> Json | None:
    if given is None:
        return None
    if not isinstance(given, dict) or not given.get("text"):
        raise bad_request("can't parse inline query results button: text expected")
    start = str(given.get("start_parameter", ""))
    if "web_app" not in given and not is_start_payload(start):
        raise bad_request("START_PARAM_INVALID")
    return given


def is_start_payload(text: str) -> bool:
    """Tell whether a text can be a deep link's payload: 1 to 64 of ``A-Za-z0-9_-``."""
    return re.fullmatch(r"[A-Za-z0-9_-]{1,64}", text) is not None


def _result(world: World, given: object) -> Json:
    """Return a result with what choosing it sends: under "message", "facts" and "markup"."""
    if not isinstance(given, dict):
        raise bad_request("can't parse inline query result: object expected")
    number = given.get("id")
    if not isinstance(number, str) or not 1 <= len(number.encode()) <= _ID_BYTES:
        raise bad_request("RESULT_ID_INVALID")
    kind = str(given.get("type"))
    needed = _NEEDED.get(f"cached_{kind}" if f"{kind}_file_id" in given else kind)
    if needed is None:
        raise bad_request("can't parse inline query result: type of the result is not supported")
    for field in needed:
        if not given.get(field):
            raise bad_request(f'can\'t parse inline query result: field "{field}" is missing')
        if field.endswith("_url") and checked_url(str(given[field])) is None:
            raise bad_request("wrong HTTP URL specified")
    markup = given.get("reply_markup")
    return {
        **given,
        "message": _content(world, kind, given),
        "facts": preview((given.get("input_message_content") or {}).get("link_preview_options")),
        "markup": None if markup is None else check_markup(markup, inline_only=True),
    }


def _content(world: World, kind: str, given: Json) -> Json:
    written = given.get("input_message_content")
    if written is not None:
        if not isinstance(written, dict) or not str(written.get("message_text") or "").strip():
            raise bad_request("message text is empty")
        mode = str(written.get("parse_mode") or "").lower()
        text, entities = format_text(
            written["message_text"], mode, written.get("entities"), TEXT_LIMIT, "MESSAGE_TOO_LONG"
        )
        return text_content(text, entities)
    mode = str(given.get("parse_mode") or "").lower()
    caption, entities = format_text(
        str(given.get("caption") or ""),
        mode,
        given.get("caption_entities"),
        CAPTION_LIMIT,
        "message caption is too long",
    )
    file_id = given.get(f"{kind}_file_id")
    if file_id:
        media: Json = {kind: world.files.again(file_id, kind)}
    elif kind == "photo":
        media = {"photo": world.files.photo(placeholder(), "photo.png")}
    else:
        name = given["document_url"].rpartition("/")[2] or "document"
        media = {"document": world.files.document(b"%PDF-1.4\n", name, given["mime_type"])}
    return caption_content(media, caption, entities)


def _listed(prepared: Json) -> Json:
    shown = {k: v for k, v in prepared.items() if k not in ("message", "facts", "markup")}
    if "photo_file_id" in shown:  # the server passes no words on for what it has already
        shown = {k: v for k, v in shown.items() if k not in ("title", "description")}
        shown["url"] = f"/demo/files/{shown['photo_file_id']}"
    return shown


METHODS: dict[str, Method] = {
    "answerCallbackQuery": answer_callback_query,
    "answerInlineQuery": answer_inline_query,
}

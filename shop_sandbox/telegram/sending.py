"""Methods that put messages into chats: send, album, forward, copy, chat action."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable

from shop_sandbox.exchange import Json
from shop_sandbox.telegram import media
from shop_sandbox.telegram.args import Args
from shop_sandbox.telegram.entities import CAPTION_LIMIT, TEXT_LIMIT, format_text, read_text
from shop_sandbox.telegram.ephemeral import receiver_of
from shop_sandbox.telegram.errors import bad_request
from shop_sandbox.telegram.markup import read_markup
from shop_sandbox.telegram.model import Chat, Message, caption_content, text_content
from shop_sandbox.telegram.world import World

Method = Callable[[World, Args], Awaitable[object]]

_ACTIONS = frozenset(
    [
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    ]
)
_ALBUM = (2, 10)
_PREVIEW_FIELDS = frozenset(
    ("is_disabled", "url", "prefer_small_media", "prefer_large_media", "show_above_text")
)


def chat_id_of(args: Args, name: str = "chat_id") -> int:
    """Return a chat's id from a parameter.

    Raises:
        ApiError: 400, empty or nobody's.
    """
    raw = args.text(name).strip()
    if not raw:
        raise bad_request("chat_id is empty")
    if not re.fullmatch(r"-?\d{1,16}", raw):
        raise bad_request("chat not found")
    return int(raw)


def place_of(args: Args, chat: Chat) -> int | None:
    """Return the topic that a call names.

    Raises:
        ApiError: 400, there is none such, or it is closed.
    """
    thread = args.integer("message_thread_id", 0) or None
    if thread is not None and not (chat.forum and thread in chat.topics):
        raise bad_request("message thread not found")
    if chat.topics[thread] and not chat.bot_is_admin:
        raise bad_request("TOPIC_CLOSED")
    return thread


def allow(chat: Chat, kind: str) -> None:
    """Check that a kind of content may be sent to a chat, named as the refusal names it.

    Raises:
        ApiError: 400, it may not.
    """
    if kind in chat.denied and not chat.bot_is_admin:
        raise bad_request(f"not enough rights to send {kind} to the chat")


def text_of(args: Args, too_long: str) -> tuple[str, list[Json]]:
    """Return text and entities of a text message.

    Raises:
        ApiError: 400, empty, too long, or markup that does not parse.
    """
    if not args.text("text"):
        raise bad_request("message text is empty")
    text, entities = read_text(args, "text", TEXT_LIMIT, too_long=too_long, entities="entities")
    if not text:
        raise bad_request("text must be non-empty")
    return text, entities


def caption_of(args: Args) -> tuple[str, list[Json]]:
    """Return caption and entities of a message with media."""
    return read_text(
        args,
        "caption",
        CAPTION_LIMIT,
        too_long="message caption is too long",
        entities="caption_entities",
    )


def preview_of(args: Args) -> Json:
    """Return the facts that link_preview_options add to a message."""
    return preview(args.json("link_preview_options", "link preview options"))


def preview(options: object) -> Json:
    """Return the facts that such options, read already, add to a message."""
    if options is None:
        return {}
    if not isinstance(options, dict):
        raise bad_request("can't parse link preview options: object expected")
    kept = {name: value for name, value in options.items() if name in _PREVIEW_FIELDS}
    return {"link_preview_options": kept} if kept else {}


def _facts(args: Args, chat: Chat) -> Json:
    facts: Json = {}
    if args.flag("protect_content"):
        facts["has_protected_content"] = True
    effect = args.text("message_effect_id")
    if effect:
        if chat.type != "private" or not effect.isdigit():
            raise bad_request("EFFECT_ID_INVALID")
        facts["effect_id"] = effect
    return facts


def _reply_to(args: Args, chat: Chat) -> Message | None:
    given = args.json("reply_parameters", "reply parameters")
    if given is None:
        return None
    if not isinstance(given, dict):
        raise bad_request("can't parse reply parameters: object expected")
    found = chat.messages.get(given.get("message_id", 0))
    if found is None and not given.get("allow_sending_without_reply"):
        raise bad_request("message to be replied not found")
    return found


def _post(world: World, args: Args, chat: Chat, content: Json, facts: Json) -> Json:
    markup = read_markup(args)
    receiver = receiver_of(world, args, chat)
    message = world.post(
        chat,
        world.bot,
        content,
        facts=facts | _facts(args, chat),
        markup=markup,
        reply_to=_reply_to(args, chat),
        thread=place_of(args, chat),
        receiver=receiver,
    )
    return message.to_json()


async def send_message(world: World, args: Args) -> object:
    """Serve sendMessage."""
    chat = world.open_chat(chat_id_of(args))
    text, entities = text_of(args, "message is too long")
    allow(chat, "text messages")
    return _post(world, args, chat, text_content(text, entities), preview_of(args))


async def send_photo(world: World, args: Args) -> object:
    """Serve sendPhoto."""
    chat = world.open_chat(chat_id_of(args))
    allow(chat, "photos")
    caption, entities = caption_of(args)
    read_markup(args)
    found = await media.photo(world, args, "photo", args.text("photo"))
    return _post(world, args, chat, caption_content(found, caption, entities), _looks(args))


async def send_document(world: World, args: Args) -> object:
    """Serve sendDocument."""
    chat = world.open_chat(chat_id_of(args))
    allow(chat, "documents")
    caption, entities = caption_of(args)
    read_markup(args)
    found = await media.document(world, args, "document", args.text("document"))
    return _post(world, args, chat, caption_content(found, caption, entities), {})


def _looks(args: Args) -> Json:
    facts: Json = {}
    if args.flag("show_caption_above_media"):
        facts["show_caption_above_media"] = True
    if args.flag("has_spoiler"):
        facts["has_media_spoiler"] = True
    return facts


async def input_media(world: World, args: Args, given: object, field: str = "media") -> Json:
    """Return the content that one InputMedia describes.

    Raises:
        ApiError: 400, of another type than photo and document, or wrong in itself.
    """
    if not isinstance(given, dict) or not isinstance(given.get("media", ""), str):
        raise bad_request("can't parse InputMedia: object expected")
    caption, entities = format_text(
        str(given.get("caption") or ""),
        str(given.get("parse_mode") or "").lower(),
        given.get("caption_entities"),
        CAPTION_LIMIT,
        "message caption is too long",
    )
    value = given.get("media") or ""
    match given.get("type"):
        case "photo":
            found = await media.photo(world, args, field, value)
        case "document":
            found = await media.document(world, args, field, value)
        case _:
            raise bad_request("can't parse InputMedia: media type is invalid")
    return caption_content(found, caption, entities)


async def send_media_group(world: World, args: Args) -> object:
    """Serve sendMediaGroup."""
    chat = world.open_chat(chat_id_of(args))
    items = args.json("media", "media")
    if not isinstance(items, list) or not _ALBUM[0] <= len(items) <= _ALBUM[1]:
        raise bad_request("an album must have from 2 to 10 media")
    contents = [await input_media(world, args, item) for item in items]
    if len({"photo" in content for content in contents}) > 1:
        raise bad_request("document can't be mixed with other media types")
    facts = _facts(args, chat) | {"media_group_id": str(next(world.album_ids))}
    for content in contents:
        allow(chat, "photos" if "photo" in content else "documents")
    reply_to, thread = _reply_to(args, chat), place_of(args, chat)
    return [
        world.post(
            chat, world.bot, content, facts=dict(facts), reply_to=reply_to, thread=thread
        ).to_json()
        for content in contents
    ]


async def send_chat_action(world: World, args: Args) -> object:
    """Serve sendChatAction."""
    chat = world.open_chat(chat_id_of(args))
    action = args.text("action")
    if action not in _ACTIONS:
        raise bad_request("wrong parameter action in request")
    shown = {"chat_id": chat.id, "action": action}
    world.events.add("typing", lambda: shown)
    return True


def _original(world: World, args: Args, verb: str) -> Message:
    source = world.chat(chat_id_of(args, "from_chat_id"))
    original = source.messages.get(args.integer("message_id", 0))
    if original is None:
        raise bad_request(f"message to {verb} not found")
    if original.facts.get("has_protected_content") or not original.content:
        raise bad_request(f"message can't be {'forwarded' if verb == 'forward' else 'copied'}")
    return original


async def forward_message(world: World, args: Args) -> object:
    """Serve forwardMessage."""
    chat = world.open_chat(chat_id_of(args))
    original = _original(world, args, "forward")
    origin = original.facts.get("forward_origin") or {
        "type": "user",
        "date": original.date,
        "sender_user": original.sender.to_json(),
    }
    facts, thread = _facts(args, chat) | {"forward_origin": origin}, place_of(args, chat)
    return world.post(chat, world.bot, dict(original.content), facts=facts, thread=thread).to_json()


async def copy_message(world: World, args: Args) -> object:
    """Serve copyMessage."""
    chat = world.open_chat(chat_id_of(args))
    content = dict(_original(world, args, "copy").content)
    if "caption" in args and "text" not in content:
        caption, entities = caption_of(args)
        bare = {k: v for k, v in content.items() if k not in ("caption", "caption_entities")}
        content = caption_content(bare, caption, entities)
    return {"message_id": _post(world, args, chat, content, {})["message_id"]}


METHODS: dict[str, Method] = {
    "sendMessage": send_message,
    "sendPhoto": send_photo,
    "sendDocument": send_document,
    "sendMediaGroup": send_media_group,
    "sendChatAction": send_chat_action,
    "forwardMessage": forward_message,
    "copyMessage": copy_message,
}

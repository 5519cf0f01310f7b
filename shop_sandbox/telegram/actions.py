"""What people do in the embedded Telegram: write, tap, edit, upload, block."""

from __future__ import annotations

from collections.abc import Sequence

from shop_sandbox.exchange import Json
from shop_sandbox.telegram.answering import is_start_payload
from shop_sandbox.telegram.entities import CAPTION_LIMIT, TEXT_LIMIT, with_found
from shop_sandbox.telegram.errors import BotApiError
from shop_sandbox.telegram.files import UPLOAD_BYTES
from shop_sandbox.telegram.model import Chat, Message, User, caption_content, text_content
from shop_sandbox.telegram.queries import Query
from shop_sandbox.telegram.world import World

_CAPTIONED = ("photo", "document", "voice")


class NotPossibleError(Exception):
    """Telegram's app would not let this person do this."""


def chat_for(world: World, chat_id: int, user_id: int) -> tuple[Chat, User]:
    """Return a chat and somebody in it.

    Raises:
        NotPossibleError: no such chat or person, or not in it.
    """
    chat, user = world.chats.get(chat_id), world.users.get(user_id)
    if chat is None or user is None:
        raise NotPossibleError("no such chat or person")
    if user_id not in chat.members:
        raise NotPossibleError(f"{user.first_name} is not in this chat")
    if chat.migrated_to is not None:
        raise NotPossibleError("this group has become a supergroup")
    return chat, user


def write(
    world: World,
    chat_id: int,
    user_id: int,
    text: str,
    *,
    reply_to: int | None = None,
    forward_of: Message | None = None,
    thread: int | None = None,
) -> Message:
    """Let a person write a message, in a forum's topic where one is given."""
    chat, user = chat_for(world, chat_id, user_id)
    text = text.strip()
    if not 1 <= len(text) <= TEXT_LIMIT:
        raise NotPossibleError("a message has from 1 to 4096 characters")
    content = text_content(text, with_found(text, []))
    facts: Json = {}
    if forward_of is not None:
        content = dict(forward_of.content)
        facts["forward_origin"] = {
            "type": "user",
            "date": forward_of.date,
            "sender_user": forward_of.sender.to_json(),
        }
    return say(
        world,
        chat,
        user,
        content,
        facts=facts,
        reply_to=reply_to,
        via_bot=forward_of.via_bot if forward_of else None,
        markup=_kept(forward_of.markup) if forward_of else None,
        thread=thread,
    )


def _kept(markup: Json | None) -> Json | None:
    """Return the keyboard that goes along as a message is forwarded: one of links alone."""
    rows = (markup or {}).get("inline_keyboard", [])
    links = rows and all("url" in button for row in rows for button in row)
    return markup if links else None


def say(
    world: World,
    chat: Chat,
    user: User,
    content: Json,
    *,
    facts: Json | None = None,
    reply_to: int | None = None,
    via_bot: User | None = None,
    markup: Json | None = None,
    thread: int | None = None,
) -> Message:
    """Put a person's message into a chat and tell the bot, if it hears it.

    Raises:
        NotPossibleError: the person has blocked the bot.
    """
    if chat.refusal in ("blocked", "deactivated"):
        raise NotPossibleError("the bot is blocked here")
    answered = None if reply_to is None else chat.messages.get(reply_to)
    chat.started = True
    message = world.post(
        chat,
        user,
        content,
        facts=facts,
        markup=markup,
        reply_to=answered,
        via_bot=via_bot,
        thread=thread,
    )
    if world.hears(message):
        world.tell_bot("message", message.to_json(), chat.id)
    return message


def start(world: World, user_id: int, payload: str) -> Message:
    """Let a person press START, or open a deep link; a blocked bot is unblocked by it.

    Raises:
        NotPossibleError: no such person, or no payload that a link can carry.
    """
    if payload and not is_start_payload(payload):
        raise NotPossibleError("a payload has at most 64 characters of A-Za-z0-9_-")
    chat, _ = chat_for(world, user_id, user_id)
    if chat.refusal == "blocked":
        block(world, chat.id, blocked=False)
    return write(world, user_id, user_id, f"/start {payload}")


def upload(
    world: World,
    chat_id: int,
    user_id: int,
    kind: str,
    data: bytes,
    *,
    name: str,
    mime: str,
    caption: str = "",
) -> Message:
    """Let a person send a document, photo, voice message or sticker."""
    chat, user = chat_for(world, chat_id, user_id)
    if not data or len(data) > UPLOAD_BYTES or len(caption) > CAPTION_LIMIT:
        raise NotPossibleError("a file has from 1 byte to 50 MB, a caption 1024 characters")
    try:
        content = caption_content(
            {kind: _media(world, kind, data, name, mime)}, caption, with_found(caption, [])
        )
    except BotApiError as refusal:
        raise NotPossibleError(refusal.description) from refusal
    return say(world, chat, user, content)


def upload_album(
    world: World, user_id: int, photos: Sequence[bytes], *, caption: str = "", on: int = 0
) -> list[Message]:
    """Let a person send photos as an album to the bot: an update each, with one media_group_id.

    Args:
        world: The embedded Telegram.
        user_id: Who.
        photos: From two to ten.
        caption: Stands beside one of them.
        on: Which.
    """
    if len(photos) not in range(2, 11) or len(caption) > CAPTION_LIMIT:
        raise NotPossibleError("an album has from 2 to 10 photos, a caption 1024 characters")
    chat, user = chat_for(world, user_id, user_id)
    facts: Json = {"media_group_id": str(next(world.album_ids))}
    contents = [
        caption_content(
            {"photo": world.files.photo(data, f"photo{place}.jpg")},
            caption if place == on else "",
            with_found(caption, []) if place == on else [],
        )
        for place, data in enumerate(photos)
    ]
    return [say(world, chat, user, content, facts=dict(facts)) for content in contents]


def _media(world: World, kind: str, data: bytes, name: str, mime: str) -> object:
    match kind:
        case "photo":
            return world.files.photo(data, name)
        case "document":
            return world.files.document(data, name, mime)
        case "voice" | "sticker":
            stored = world.files.keep(data, kind=kind, name=name, mime=mime)
            shown: Json = {
                "file_id": stored.file_id,
                "file_unique_id": stored.unique_id,
                "file_size": stored.size,
            }
            if kind == "voice":
                return shown | {"duration": 1, "mime_type": mime}
            return shown | {
                "type": "regular",
                "width": 512,
                "height": 512,
                "is_animated": False,
                "is_video": False,
                "emoji": "🙂",
            }
    raise NotPossibleError("kind is document, photo, voice or sticker")


def edit(world: World, chat_id: int, user_id: int, message_id: int, text: str) -> Message:
    """Let a person edit a text message of theirs, or the caption of a photo or file."""
    chat, user = chat_for(world, chat_id, user_id)
    message = chat.messages.get(message_id)
    text = text.strip()
    if message is None or message.sender is not user or "forward_origin" in message.facts:
        raise NotPossibleError("only one's own messages can be edited")
    if not 1 <= len(text) <= TEXT_LIMIT:
        raise NotPossibleError("a message has from 1 to 4096 characters")
    try:
        found = with_found(text, [])
        media = {k: v for k, v in message.content.items() if k in _CAPTIONED}
        content = caption_content(media, text, found) if media else text_content(text, found)
        world.edit(message, content, None)
    except BotApiError:
        return message
    if world.hears(message):
        world.tell_bot("edited_message", message.to_json(), chat.id)
    return message


def tap(world: World, chat_id: int, user_id: int, message: Message | int, data: str) -> Query:
    """Let a person tap a callback button; data are the client's word and may be forged.

    Tapping while an earlier tap is unanswered sends it again, under a new update_id.
    """
    chat, user = world.chats.get(chat_id), world.users.get(user_id)
    if chat is None or user is None or user_id not in chat.members:
        raise NotPossibleError("no such chat, or not in it")
    found = chat.messages.get(message) if isinstance(message, int) else message
    if found is None or chat.refusal == "blocked" or not found.is_seen_by(user):
        raise NotPossibleError("there is no such message to tap")
    query = world.queries.ask("callback", user, data, found)
    payload: Json = {
        "id": query.id,
        "from": user.to_json(),
        "chat_instance": str(abs(chat.id) * 31 + world.bot.id),
        "data": data,
    }
    if found.inline_id is None:
        payload["message"] = found.as_seen_later()
    else:
        payload["inline_message_id"] = found.inline_id
    world.tell_bot("callback_query", payload, chat.id)
    return query


def block(world: World, chat_id: int, *, blocked: bool) -> None:
    """Let a person block the bot or unblock it; or a group remove it or add it again."""
    chat = world.chats.get(chat_id)
    if chat is None:
        raise NotPossibleError("no such chat")
    if (chat.refusal is not None) == blocked:
        return
    private = chat.type == "private"
    user = world.users[chat.members[0]]
    bot = world.bot.to_json()
    inside: Json = {"status": "member", "user": bot}
    outside: Json = {"status": "kicked", "user": bot, "until_date": 0}
    chat.refusal = ("blocked" if private else "kicked") if blocked else None
    old, new = (inside, outside) if blocked else (outside, inside)
    world.tell_bot(
        "my_chat_member",
        {
            "chat": chat.to_json(),
            "from": user.to_json(),
            "date": world.now(),
            "old_chat_member": old,
            "new_chat_member": new,
        },
        chat.id,
    )
    world.state_changed()

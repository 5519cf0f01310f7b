"""Methods that change or remove messages."""

from __future__ import annotations

from shop_sandbox.exchange import Json
from shop_sandbox.telegram.args import Args
from shop_sandbox.telegram.errors import bad_request
from shop_sandbox.telegram.markup import read_markup
from shop_sandbox.telegram.model import Chat, Message, caption_content, text_content
from shop_sandbox.telegram.sending import (
    Method,
    allow,
    caption_of,
    chat_id_of,
    input_media,
    preview_of,
    text_of,
)
from shop_sandbox.telegram.world import World

DELETABLE_SECONDS = 48 * 3600
_MANY = 100


def _target(world: World, args: Args) -> Message:
    inline_id = args.text("inline_message_id")
    if inline_id:
        message = world.inline_messages.get(inline_id)
        if message is None or message.deleted:
            raise bad_request("MESSAGE_ID_INVALID")
        return message
    chat = world.open_chat(chat_id_of(args))
    number = args.integer("message_id", 0)
    if number <= 0:
        raise bad_request("message identifier is not specified")
    found = chat.messages.get(number)
    if found is None:
        raise bad_request("message to edit not found")
    if found.sender is not world.bot or not found.content:
        raise bad_request("message can't be edited")
    return found


def _edited(world: World, args: Args, message: Message, content: Json) -> object:
    markup = read_markup(args, inline_only=True)
    world.edit(message, content, markup)
    return True if args.text("inline_message_id") else message.to_json()


async def edit_message_text(world: World, args: Args) -> object:
    """Serve editMessageText."""
    message = _target(world, args)
    text, entities = text_of(args, "MESSAGE_TOO_LONG")
    if "text" not in message.content:
        raise bad_request("there is no text in the message to edit")
    facts = preview_of(args)
    read_markup(args, inline_only=True)
    answer = _edited(world, args, message, text_content(text, entities))
    message.facts.update(facts)
    return answer


async def edit_message_caption(world: World, args: Args) -> object:
    """Serve editMessageCaption."""
    message = _target(world, args)
    caption, entities = caption_of(args)
    if "text" in message.content:
        raise bad_request("there is no caption in the message to edit")
    media = {k: v for k, v in message.content.items() if not k.startswith("caption")}
    return _edited(world, args, message, caption_content(media, caption, entities))


async def edit_message_media(world: World, args: Args) -> object:
    """Serve editMessageMedia; a text message may become one with media, never the reverse."""
    message = _target(world, args)
    read_markup(args, inline_only=True)
    content = await input_media(world, args, args.json("media", "media"))
    allow(message.chat, "photos" if "photo" in content else "documents")
    if message.facts.get("media_group_id") and ("photo" in content) != ("photo" in message.content):
        raise bad_request("message can't be edited")
    return _edited(world, args, message, content)


async def edit_message_reply_markup(world: World, args: Args) -> object:
    """Serve editMessageReplyMarkup."""
    message = _target(world, args)
    return _edited(world, args, message, message.content)


def _deletable(world: World, message: Message) -> bool:
    if world.now() - message.date >= DELETABLE_SECONDS:
        return False
    chat = message.chat
    return message.sender is world.bot or chat.type == "private" or chat.bot_is_admin


async def delete_message(world: World, args: Args) -> object:
    """Serve deleteMessage."""
    chat = world.open_chat(chat_id_of(args))
    message = chat.messages.get(args.integer("message_id", 0))
    if message is None:
        raise bad_request("message to delete not found")
    if not _deletable(world, message):
        raise bad_request("message can't be deleted")
    world.delete(message)
    return True


async def delete_messages(world: World, args: Args) -> object:
    """Serve deleteMessages; what cannot be deleted is skipped."""
    chat = world.open_chat(chat_id_of(args))
    numbers = args.json("message_ids", "message identifiers")
    if not isinstance(numbers, list) or not all(isinstance(n, int) for n in numbers):
        raise bad_request("can't parse message identifiers: expected an Array of Integer")
    if not 1 <= len(numbers) <= _MANY:
        raise bad_request("there must be from 1 to 100 message identifiers")
    for number in numbers:
        message = chat.messages.get(number)
        if message is not None and _deletable(world, message):
            world.delete(message)
    return True


def _may_pin(world: World, args: Args) -> Chat:
    chat = world.open_chat(chat_id_of(args))
    if chat.type != "private" and not chat.bot_is_admin:
        raise bad_request("not enough rights to manage pinned messages in the chat")
    return chat


async def pin_chat_message(world: World, args: Args) -> object:
    """Serve pinChatMessage."""
    chat = _may_pin(world, args)
    message = chat.messages.get(args.integer("message_id", 0))
    if message is None:
        raise bad_request("message to pin not found")
    chat.pinned = message.id
    world.post(chat, world.bot, {}, facts={"pinned_message": message.to_json(replies=False)})
    return True


async def unpin_chat_message(world: World, args: Args) -> object:
    """Serve unpinChatMessage."""
    chat = _may_pin(world, args)
    if chat.pinned is None or args.integer("message_id", chat.pinned) != chat.pinned:
        raise bad_request("message to unpin not found")
    chat.pinned = None
    return True


async def set_message_reaction(world: World, args: Args) -> object:
    """Serve setMessageReaction: checked and taken, shown nowhere."""
    chat = world.open_chat(chat_id_of(args))
    if chat.messages.get(args.integer("message_id", 0)) is None:
        raise bad_request("message to react not found")
    reactions = args.json("reaction", "reaction types") or []
    if not isinstance(reactions, list) or len(reactions) > 1:
        raise bad_request("REACTIONS_TOO_MANY")
    for reaction in reactions:
        if not isinstance(reaction, dict) or reaction.get("type") not in ("emoji", "custom_emoji"):
            raise bad_request("REACTION_INVALID")
    return True


def _seen_alone(world: World, args: Args, verb: str) -> Message:
    chat = world.open_chat(chat_id_of(args))
    found = chat.messages.get(-args.integer("ephemeral_message_id"))
    receiver = world.users.get(args.integer("receiver_user_id"))
    if found is None or receiver is None or found.receiver is not receiver:
        raise bad_request(f"message to {verb} not found")
    return found


async def edit_ephemeral_message_text(world: World, args: Args) -> object:
    """Serve editEphemeralMessageText."""
    message = _seen_alone(world, args, "edit")
    text, entities = text_of(args, "MESSAGE_TOO_LONG")
    if "text" not in message.content:
        raise bad_request("there is no text in the message to edit")
    facts = preview_of(args)
    _edited(world, args, message, text_content(text, entities))
    message.facts.update(facts)
    return True


async def delete_ephemeral_message(world: World, args: Args) -> object:
    """Serve deleteEphemeralMessage."""
    world.delete(_seen_alone(world, args, "delete"))
    return True


METHODS: dict[str, Method] = {
    "editEphemeralMessageText": edit_ephemeral_message_text,
    "deleteEphemeralMessage": delete_ephemeral_message,
    "editMessageText": edit_message_text,
    "editMessageCaption": edit_message_caption,
    "editMessageMedia": edit_message_media,
    "editMessageReplyMarkup": edit_message_reply_markup,
    "deleteMessage": delete_message,
    "deleteMessages": delete_messages,
    "pinChatMessage": pin_chat_message,
    "unpinChatMessage": unpin_chat_message,
    "setMessageReaction": set_message_reaction,
}

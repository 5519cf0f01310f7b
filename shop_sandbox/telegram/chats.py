"""Methods about chats, their members, and files."""

from __future__ import annotations

from shop_sandbox.exchange import Json
from shop_sandbox.telegram.args import Args
from shop_sandbox.telegram.errors import bad_request
from shop_sandbox.telegram.files import DOWNLOAD_BYTES
from shop_sandbox.telegram.model import Chat
from shop_sandbox.telegram.sending import Method, chat_id_of
from shop_sandbox.telegram.world import World

_PERMISSIONS = (
    "messages",
    "audios",
    "documents",
    "photos",
    "videos",
    "video_notes",
    "voice_notes",
    "polls",
    "other_messages",
)
#: What a refusal calls otherwise than a permission does.
_DENIED = {"text messages": "messages"}


async def get_file(world: World, args: Args) -> object:
    """Serve getFile."""
    stored = world.files.get(args.text("file_id"))
    if stored is None:
        raise bad_request("invalid file_id")
    if stored.size > DOWNLOAD_BYTES:
        raise bad_request("file is too big")
    if world.files.data(stored) is None:
        raise bad_request("wrong file_id or the file is temporarily unavailable")
    return {
        "file_id": stored.file_id,
        "file_unique_id": stored.unique_id,
        "file_size": stored.size,
        "file_path": stored.path,
    }


async def get_chat(world: World, args: Args) -> object:
    """Serve getChat."""
    chat = world.chat(chat_id_of(args))
    shown = chat.to_json() | {
        "accent_color_id": abs(chat.id) % 7,
        "max_reaction_count": 11,
        "accepted_gift_types": {
            "unlimited_gifts": False,
            "limited_gifts": False,
            "unique_gifts": False,
            "premium_subscription": False,
            "gifts_from_channels": False,
        },
    }
    if chat.user is None:
        denied = {_DENIED.get(kind, kind.replace(" ", "_")) for kind in chat.denied}
        shown["permissions"] = {f"can_send_{what}": what not in denied for what in _PERMISSIONS} | {
            "can_add_web_page_previews": True
        }
    elif chat.user.username:
        shown["active_usernames"] = [chat.user.username]
    if chat.pinned in chat.messages:
        shown["pinned_message"] = chat.messages[chat.pinned].to_json(replies=False)
    return shown


async def get_chat_member(world: World, args: Args) -> object:
    """Serve getChatMember."""
    chat = world.chat(chat_id_of(args))
    user_id = args.integer("user_id")
    user = world.bot if user_id == world.bot.id else world.users.get(user_id)
    if user is None:
        raise bad_request("PARTICIPANT_ID_INVALID")
    return member_json(world, chat, user_id)


def member_json(world: World, chat: Chat, user_id: int) -> Json:
    """Return the Bot API's ChatMember of somebody in a chat."""
    if user_id == world.bot.id:
        user, inside = world.bot, chat.refusal not in ("kicked", "left")
        if not inside:
            return {"status": "left", "user": user.to_json()}
        return {"status": "member", "user": user.to_json()}
    user = world.users[user_id]
    if user_id not in chat.members:
        return {"status": "left", "user": user.to_json()}
    if chat.type != "private" and chat.members[0] == user_id:
        return {"status": "creator", "user": user.to_json(), "is_anonymous": False}
    return {"status": "member", "user": user.to_json()}


async def get_chat_member_count(world: World, args: Args) -> object:
    """Serve getChatMemberCount; the bot counts."""
    return len(world.chat(chat_id_of(args)).members) + 1


async def leave_chat(world: World, args: Args) -> object:
    """Serve leaveChat."""
    chat = world.open_chat(chat_id_of(args))
    if chat.type == "private":
        raise bad_request("chat member status can't be changed in private chats")
    world.post(chat, world.bot, {}, facts={"left_chat_member": world.bot.to_json()})
    chat.refusal = "left"
    world.state_changed()
    return True


METHODS: dict[str, Method] = {
    "getFile": get_file,
    "getChat": get_chat,
    "getChatMember": get_chat_member,
    "getChatMemberCount": get_chat_member_count,
    "leaveChat": leave_chat,
}

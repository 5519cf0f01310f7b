"""Methods about the bot itself: names, commands, menu button."""

from __future__ import annotations

import re

from shop_sandbox.exchange import Json
from shop_sandbox.telegram.args import Args
from shop_sandbox.telegram.errors import bad_request
from shop_sandbox.telegram.profile import DEFAULT_SCOPE, Scope
from shop_sandbox.telegram.sending import Method
from shop_sandbox.telegram.world import World

COMMANDS_LIMIT = 100
_TEXTS = {
    "Name": ("name", 64),
    "Description": ("description", 512),
    "ShortDescription": ("short_description", 120),
}


async def get_me(world: World, args: Args) -> object:
    """Serve getMe."""
    del args
    return world.bot.to_json() | {
        "can_join_groups": True,
        "can_read_all_group_messages": not world.privacy,
        "supports_inline_queries": True,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def _language(args: Args) -> str:
    language = args.text("language_code")
    if language and not re.fullmatch(r"[a-z]{2}", language):
        raise bad_request("invalid language code specified")
    return language


def _setter(what: str) -> Method:
    kind, limit = _TEXTS[what]

    async def set_text(world: World, args: Args) -> object:
        text = args.text(kind).strip()
        if len(text) > limit:
            raise bad_request(f"bot {kind.replace('_', ' ')} is too long")
        world.profile.set_text(kind, _language(args), text)
        world.state_changed()
        return True

    return set_text


def _getter(what: str) -> Method:
    kind, _ = _TEXTS[what]

    async def get_text(world: World, args: Args) -> object:
        return {kind: world.profile.text(kind, _language(args))}

    return get_text


def _scope(world: World, args: Args) -> Scope:
    given = args.json("scope", "bot command scope")
    if given is None:
        return DEFAULT_SCOPE
    kind = given.get("type") if isinstance(given, dict) else None
    match kind:
        case "default" | "all_private_chats" | "all_group_chats" | "all_chat_administrators":
            return (kind, 0, 0)
        case "chat" | "chat_administrators" | "chat_member":
            chat_id, user_id = given.get("chat_id"), given.get("user_id", 0)
            if not isinstance(chat_id, int) or not isinstance(user_id, int):
                raise bad_request("can't parse BotCommandScope: chat identifier expected")
            chat = world.chat(chat_id)
            if kind != "chat" and chat.type == "private":
                raise bad_request("can't use specified scope in private chats")
            return (kind, chat_id, user_id if kind == "chat_member" else 0)
    raise bad_request("can't parse BotCommandScope: unsupported type specified")


def _command(given: object) -> Json:
    if not isinstance(given, dict):
        raise bad_request("can't parse commands: expected an Array of BotCommand")
    name, description = given.get("command"), given.get("description")
    if not isinstance(name, str) or not isinstance(description, str):
        raise bad_request("can't parse BotCommand: fields must be Strings")
    name = name.removeprefix("/")
    if not re.fullmatch(r"[a-z0-9_]{1,32}", name):
        raise bad_request("BOT_COMMAND_INVALID")
    if not 1 <= len(description) <= 256:  # noqa: PLR2004 - limit of "BotCommand"
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": name, "description": description}


async def set_my_commands(world: World, args: Args) -> object:
    """Serve setMyCommands."""
    given = args.json("commands", "commands")
    if not isinstance(given, list):
        raise bad_request("can't parse commands: expected an Array of BotCommand")
    if len(given) > COMMANDS_LIMIT:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    commands = [_command(item) for item in given]
    world.profile.set_commands(_scope(world, args), _language(args), commands)
    world.state_changed()
    return True


async def get_my_commands(world: World, args: Args) -> object:
    """Serve getMyCommands."""
    return world.profile.commands(_scope(world, args), _language(args))


async def delete_my_commands(world: World, args: Args) -> object:
    """Serve deleteMyCommands."""
    world.profile.set_commands(_scope(world, args), _language(args), [])
    world.state_changed()
    return True


async def set_chat_menu_button(world: World, args: Args) -> object:
    """Serve setChatMenuButton."""
    chat_id = _menu_chat(world, args)
    button = args.json("menu_button", "menu button") or {"type": "default"}
    match button.get("type") if isinstance(button, dict) else None:
        case "default":
            world.profile.menu_buttons.pop(chat_id, None)
        case "commands":
            world.profile.menu_buttons[chat_id] = {"type": "commands"}
        case "web_app" if button.get("text") and isinstance(button.get("web_app"), dict):
            world.profile.menu_buttons[chat_id] = button
        case _:
            raise bad_request("can't parse MenuButton: unsupported type specified")
    world.state_changed()
    return True


async def get_chat_menu_button(world: World, args: Args) -> object:
    """Serve getChatMenuButton."""
    return world.profile.menu_button(_menu_chat(world, args))


def _menu_chat(world: World, args: Args) -> int:
    chat_id = args.maybe_integer("chat_id")
    if chat_id is None:
        return 0
    if world.chat(chat_id).type != "private":
        raise bad_request("chat_id must identify a private chat")
    return chat_id


METHODS: dict[str, Method] = {
    "getMe": get_me,
    "setMyCommands": set_my_commands,
    "getMyCommands": get_my_commands,
    "deleteMyCommands": delete_my_commands,
    "setChatMenuButton": set_chat_menu_button,
    "getChatMenuButton": get_chat_menu_button,
    **{f"setMy{what}": _setter(what) for what in _TEXTS},
    **{f"getMy{what}": _getter(what) for what in _TEXTS},
}

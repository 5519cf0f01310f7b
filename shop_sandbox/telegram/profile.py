"""What a bot says of itself: names, descriptions, menu buttons, and commands by scope."""

from __future__ import annotations

from shop_sandbox.exchange import Json
from shop_sandbox.telegram.model import Chat, User

Scope = tuple[str, int, int]
DEFAULT_SCOPE: Scope = ("default", 0, 0)


class Profile:
    """The bot's own settings."""

    def __init__(self, bot: User) -> None:
        self._bot = bot
        self._texts: dict[tuple[str, str], str] = {}
        self._commands: dict[tuple[Scope, str], list[Json]] = {}
        self.menu_buttons: dict[int, Json] = {}

    def set_text(self, kind: str, language: str, text: str) -> None:
        """Set name, description or short_description for a language; empty removes it."""
        if text:
            self._texts[kind, language] = text
        else:
            self._texts.pop((kind, language), None)

    def text(self, kind: str, language: str) -> str:
        """Return what a user of this language reads."""
        fallback = self._bot.first_name if kind == "name" else ""
        return self._texts.get((kind, language), self._texts.get((kind, ""), fallback))

    def set_commands(self, scope: Scope, language: str, commands: list[Json]) -> None:
        """Set the commands of a scope and language; none removes them."""
        if commands:
            self._commands[scope, language] = commands
        else:
            self._commands.pop((scope, language), None)

    def commands(self, scope: Scope, language: str) -> list[Json]:
        """Return exactly what was set for a scope and language."""
        return self._commands.get((scope, language), [])

    def commands_for(self, chat: Chat, user: User) -> list[Json]:
        """Return what a person sees in a chat ("Determining list of commands")."""
        language = (user.language_code or "").partition("-")[0]
        for scope in _scopes(chat, user):
            for code in (language, ""):
                if found := self._commands.get((scope, code)):
                    return found
        return []

    def menu_button(self, chat_id: int) -> Json:
        """Return the menu button of a private chat; 0 is the default for all."""
        fallback: Json = {"type": "commands"}
        return self.menu_buttons.get(chat_id, self.menu_buttons.get(0, fallback))


def _scopes(chat: Chat, user: User) -> list[Scope]:
    here = ("chat", chat.id, 0)
    if chat.type == "private":
        return [here, ("all_private_chats", 0, 0), DEFAULT_SCOPE]
    is_admin = bool(chat.members) and chat.members[0] == user.id
    scopes: list[Scope] = [("chat_member", chat.id, user.id)]
    if is_admin:
        scopes.append(("chat_administrators", chat.id, 0))
    scopes.append(here)
    if is_admin:
        scopes.append(("all_chat_administrators", 0, 0))
    return [*scopes, ("all_group_chats", 0, 0), DEFAULT_SCOPE]

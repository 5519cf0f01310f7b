"""Where the bot is found: its links, and whether it may be called from other chats."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, urlencode


@dataclass(slots=True)
class BotLinks:
    """The bot's name in links; what Telegram says of it stands here once it has been asked.

    Attributes:
        base: Of links into Telegram, such as ``https://t.me``.
        username: The bot's; empty until it is known.
        inline: Whether its owner let it be called from any chat (BotFather, /setinline).
    """

    base: str = "https://t.me"
    username: str = ""
    inline: bool = False

    def link(self, payload: str) -> str:
        """Return the link that starts the bot with a payload of at most 64 characters."""
        return f"{self.base.rstrip('/')}/{self.username}?start={payload}"

    def share(self, payload: str, words: str) -> str:
        """Return the link by which Telegram asks for a chat to send such a link to, with words."""
        asked = urlencode({"url": self.link(payload), "text": words}, quote_via=quote)
        return f"{self.base.rstrip('/')}/share/url?{asked}"

"""Where people come back to: through a link into Telegram, or through the shop's own pages."""

from __future__ import annotations

import posixpath
from urllib.parse import quote

from yarl import URL

from bot.domain.order import OrderToken


def is_public(picture: str) -> bool:
    """Return whether a catalog's picture is an address of the internet already."""
    return picture.lower().startswith("https://")


class TelegramLinks:
    """The ways into the chat; implements `Links` for a shop without a public address.

    A start parameter holds 64 characters, fewer than a session's id, so it carries the order's
    own token.

    Args:
        base: ``https://t.me`` or what stands in for it, without a trailing slash.
        username: The bot's.
    """

    def __init__(self, base: str, username: str) -> None:
        self.chat = f"{base}/{username}"

    def success_url(self, token: OrderToken) -> str:
        """Return the link that has the bot look whether the order is paid."""
        return f"{self.chat}?start=paid_{token}"

    def cancel_url(self, token: OrderToken) -> str:
        """Return the link that leads back to the order."""
        return f"{self.chat}?start=back_{token}"

    def picture_url(self, path: str) -> str | None:
        """Return an address that is public by itself; there is no other."""
        return _encoded(path) if is_public(path) else None


class PublicLinks:
    """The shop's own pages; implements `Links` for a shop with a public address.

    Args:
        base: Scheme, host and maybe port, without a trailing slash.
        pictures: Whether the payment page can load pictures from there.
    """

    def __init__(self, base: str, *, pictures: bool) -> None:
        self._base = base
        self._pictures = pictures

    def success_url(self, token: OrderToken) -> str:
        """Return the success page; Stripe puts the session's id into it at the redirect."""
        del token
        return f"{self._base}/success?session_id={{CHECKOUT_SESSION_ID}}"

    def cancel_url(self, token: OrderToken) -> str:
        """Return the page that leads back without having paid."""
        return f"{self._base}/cancel?order={token}"

    def picture_url(self, path: str) -> str | None:
        """Return a picture's address, None where the payment page could not load it."""
        if is_public(path):
            return _encoded(path)
        if not self._pictures:
            return None
        return f"{self._base}/pictures/{quote(posixpath.normpath(path))}"


def _encoded(address: str) -> str:
    """Return an address as it goes over the wire: Stripe takes no space and no other letters."""
    return str(URL(address))

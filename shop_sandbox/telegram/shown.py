"""A message as a person sees it at one moment, with its buttons."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from shop_sandbox.exchange import Json
from shop_sandbox.telegram.model import Message


@dataclass(frozen=True, slots=True)
class Button:
    """A button of an inline keyboard; one of its actions is set."""

    text: str
    data: str | None
    url: str | None
    raw: Json = field(repr=False)


@dataclass(frozen=True, slots=True)
class Shown:
    """A message as a person sees it at one moment; later edits make a new one.

    Attributes:
        text: Text or caption.
        raw: The Bot API's Message.
        changed: Number of the change that made it look so; grows over all chats.
        source: The message itself, which goes on changing.
    """

    id: int
    chat_id: int
    text: str
    from_bot: bool
    changed: int
    raw: Json = field(repr=False)
    source: Message = field(repr=False)

    @property
    def rows(self) -> list[list[Button]]:
        """Return the keyboard, row by row."""
        keyboard = self.raw.get("reply_markup", {}).get("inline_keyboard", [])
        return [
            [Button(b["text"], b.get("callback_data"), b.get("url"), b) for b in row]
            for row in keyboard
        ]

    @property
    def buttons(self) -> list[Button]:
        """Return all buttons, from left to right and top to bottom."""
        return [button for row in self.rows for button in row]

    @property
    def has_photo(self) -> bool:
        """Tell whether the message is a picture."""
        return "photo" in self.raw

    def button(self, wanted: str) -> Button:
        """Return the button with this text or data; else the only one whose text contains it.

        Raises:
            LookupError: none, or several; the text lists what there is.
        """
        for button in self.buttons:
            if wanted in (button.text, button.data):
                return button
        found = [button for button in self.buttons if wanted in button.text]
        if len(found) != 1:
            there = [button.text for button in self.buttons]
            raise LookupError(f"{len(found)} buttons for {wanted!r} in {there}")
        return found[0]

    def fits(self, wanted: str | Callable[[Shown], bool]) -> bool:
        """Tell whether the text contains a part, or a test of the message holds."""
        return wanted in self.text if isinstance(wanted, str) else wanted(self)


def shown(message: Message) -> Shown:
    """Return a message as it looks now."""
    return Shown(
        message.id,
        message.chat.id,
        message.words,
        message.sender.is_bot,
        message.changed,
        message.to_json(),
        message,
    )

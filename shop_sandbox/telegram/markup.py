"""Reply markups: inline keyboards checked as Telegram checks them.

Limits after "InlineKeyboardButton" in the Bot API's documentation.
"""

from __future__ import annotations

from shop_sandbox.exchange import Json
from shop_sandbox.telegram.args import Args
from shop_sandbox.telegram.errors import bad_request
from shop_sandbox.telegram.html import checked_url

BUTTONS = 100
ROW = 8
_DATA_BYTES = 64
_COPY_CHARACTERS = 256
_STYLES = ("primary", "success", "danger")
_ACTIONS = (
    "url",
    "callback_data",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "callback_game",
    "pay",
    "disabled",
)
_OTHER_MARKUPS = ("keyboard", "remove_keyboard", "force_reply")


def read_markup(args: Args, *, inline_only: bool = False) -> Json | None:
    """Return a call's inline keyboard as messages show it; None where there is none.

    Raises:
        ApiError: 400, no keyboard of Telegram's form, or over a limit.
    """
    given = args.json("reply_markup", "reply keyboard markup")
    if given is None:
        return None
    return check_markup(given, inline_only=inline_only, unknown=args.unknown)


def check_markup(
    given: object, *, inline_only: bool = False, unknown: frozenset[str] = frozenset()
) -> Json | None:
    """Return a checked inline keyboard; None where it is empty or a reply keyboard.

    Raises:
        ApiError: 400, no keyboard of Telegram's form, or over a limit.
    """
    if not isinstance(given, dict):
        raise bad_request("object expected as reply markup")
    if "inline_keyboard" not in given:
        if given and (inline_only or not any(name in given for name in _OTHER_MARKUPS)):
            raise bad_request("inline keyboard expected")
        return None
    rows = given["inline_keyboard"]
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request('field "inline_keyboard" must be an Array of Arrays')
    checked = [[_button(button, unknown) for button in row] for row in rows if row]
    if sum(map(len, checked)) > BUTTONS or any(len(row) > ROW for row in checked):
        raise bad_request("reply markup is too long")
    return {"inline_keyboard": checked} if checked else None


def _fault(why: str) -> Exception:
    return bad_request(f"can't parse inline keyboard button: {why}")


def _button(button: object, unknown: frozenset[str]) -> Json:
    if not isinstance(button, dict):
        raise _fault("object expected")
    text = button.get("text")
    if not isinstance(text, str) or not text.strip():
        raise _fault('field "text" must be a non-empty String')
    known = (name for name in _ACTIONS if name not in unknown)
    actions = [name for name in known if button.get(name) is not None]
    if not actions:
        raise _fault("text buttons are unallowed in the inline keyboard")
    if len(actions) > 1:
        raise _fault("exactly one action is allowed in a button")
    if button.get("style") not in (None, *_STYLES):
        raise _fault("invalid button style specified")
    kept = {
        name: button[name]
        for name in ("text", "icon_custom_emoji_id", "style", *actions)
        if button.get(name) is not None
    }
    _check_action(actions[0], button[actions[0]], kept)
    return kept


def _check_action(action: str, value: object, kept: Json) -> None:
    match action:
        case "callback_data":
            if not isinstance(value, str) or not 1 <= len(value.encode()) <= _DATA_BYTES:
                raise bad_request("BUTTON_DATA_INVALID")
        case "url":
            kept["url"] = _url(value)
        case "copy_text":
            text = value.get("text") if isinstance(value, dict) else None
            if not isinstance(text, str) or not 1 <= len(text) <= _COPY_CHARACTERS:
                raise bad_request("BUTTON_COPY_TEXT_INVALID")
        case "switch_inline_query" | "switch_inline_query_current_chat":
            if not isinstance(value, str) or len(value) > _COPY_CHARACTERS:
                raise _fault(f'field "{action}" must be a String of at most 256 characters')
        case "switch_inline_query_chosen_chat":
            _check_chosen_chat(value)
        case "disabled" if value == {}:
            pass
        case _:
            raise bad_request("BUTTON_TYPE_INVALID")


def _url(value: object) -> str:
    url = checked_url(value) if isinstance(value, str) else None
    if url is None:
        raise bad_request(f"inline keyboard button URL '{value}' is invalid: wrong HTTP URL")
    return url


def _check_chosen_chat(value: object) -> None:
    if not isinstance(value, dict):
        raise _fault('field "switch_inline_query_chosen_chat" must be an Object')
    if not any(value.get(f"allow_{who}_chats") for who in ("user", "bot", "group", "channel")):
        raise _fault("at least one chat type must be allowed")

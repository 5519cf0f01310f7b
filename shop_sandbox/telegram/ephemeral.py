"""Messages of a group that one person alone sees: who may be shown one, and what servers know them.

Rules after Telegram's "Bot features", "Ephemeral messages", as of Bot API 10.3.
"""

from __future__ import annotations

from shop_sandbox.telegram.args import Args
from shop_sandbox.telegram.errors import bad_request
from shop_sandbox.telegram.model import Chat, User
from shop_sandbox.telegram.world import World

#: After a tap, for which such a message may answer it.
EPHEMERAL_SECONDS = 15
#: What a server of Bot API 10.1 and before does not know: it ignores the parameter, and so posts
#: for everybody; a button that does nothing which it knows it refuses.
UNKNOWN_BEFORE = frozenset(
    (
        "ephemeral_message_parameters",
        "editEphemeralMessageText",
        "deleteEphemeralMessage",
        "disabled",
    )
)


def receiver_of(world: World, args: Args, chat: Chat) -> User | None:
    """Return who alone is to see a message; None where everybody in the chat is.

    A bot that is no administrator may show one to whoever has just tapped a button.

    Raises:
        ApiError: 400, nobody of that chat, or the bot may not.
    """
    given = args.json("ephemeral_message_parameters", "ephemeral message parameters")
    if given is None:
        return None
    if not isinstance(given, dict) or not isinstance(given.get("receiver_user_id"), int):
        raise bad_request("can't parse ephemeral message parameters: receiver_user_id expected")
    if given.get("replace_callback_query_message"):
        raise bad_request("the sandbox replaces no messages")
    receiver = world.users.get(given["receiver_user_id"])
    if chat.type == "private" or receiver is None or receiver.id not in chat.members:
        raise bad_request("USER_NOT_PARTICIPANT")
    query = world.queries.find(str(given.get("callback_query_id")))
    tapped = None if query is None or query.user is not receiver else query.message
    just_now = query is not None and world.now() - query.asked <= EPHEMERAL_SECONDS
    if not (chat.bot_is_admin or (tapped is not None and tapped.chat is chat and just_now)):
        raise bad_request("not enough rights to send ephemeral messages to the chat")
    return receiver

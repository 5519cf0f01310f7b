"""What people do with inline queries: type ``@bot words`` and choose a result."""

from __future__ import annotations

import secrets

from shop_sandbox.exchange import Json
from shop_sandbox.telegram.actions import NotPossibleError, chat_for, say
from shop_sandbox.telegram.model import Message
from shop_sandbox.telegram.queries import Query
from shop_sandbox.telegram.world import World

QUERY_CHARACTERS = 256


def ask_inline(world: World, user_id: int, text: str, offset: str = "") -> Query:
    """Let a person type ``@bot text`` into a message field."""
    user = world.users.get(user_id)
    if user is None or len(text) > QUERY_CHARACTERS:
        raise NotPossibleError("no such person, or a query over 256 characters")
    query = world.queries.ask("inline", user, text)
    payload = {
        "id": query.id,
        "from": user.to_json(),
        "query": text,
        "offset": offset,
        "chat_type": "sender",
    }
    world.tell_bot("inline_query", payload, user_id)
    return query


def choose(world: World, user_id: int, chat_id: int, query_id: str, result_id: str) -> Message:
    """Let a person send one of an inline query's results into a chat."""
    chat, user = chat_for(world, chat_id, user_id)
    query = world.queries.find(query_id)
    result = None if query is None or query.user is not user else query.results.get(result_id)
    if query is None or result is None:
        raise NotPossibleError("no such result")
    message = say(
        world,
        chat,
        user,
        dict(result["message"]),
        facts=dict(result["facts"]),
        via_bot=world.bot,
        markup=result["markup"],
    )
    chosen: Json = {"result_id": result_id, "from": user.to_json(), "query": query.data}
    if result["markup"] is not None:
        message.inline_id = "AgAAA" + secrets.token_urlsafe(18)
        world.inline_messages[message.inline_id] = message
        chosen["inline_message_id"] = message.inline_id
    world.tell_bot("chosen_inline_result", chosen, user_id)
    return message

"""Words of Telegram's that nobody knows: never taken for a yes."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import pytest

from bot.chat.owner_actions import OwnerCancel
from bot.chat.routes import encode
from bot.domain.order import ChatId, OrderId, OrderState
from kit import Kit
from tests.chat.market import calls, open_market
from tests.shop.journeys import order_something

_NUMBERS = itertools.count(987_000_001)
_RIGHTS = dict.fromkeys(
    ["send_messages", "send_audios", "send_documents", "send_photos", "send_videos",
     "send_video_notes", "send_voice_notes", "send_polls", "send_other_messages",
     "add_web_page_previews", "change_info", "invite_users", "pin_messages", "manage_topics",
     "react_to_messages", "edit_tag"],
    True,
)  # fmt: skip


def _member(kit: Kit, status: str, *, inside: bool | None = None) -> dict[str, Any]:
    user = {"id": kit.telegram.bot.id, "is_bot": True, "first_name": "Shop"}
    member: dict[str, Any] = {"user": user, "status": status, "until_date": 0}
    if inside is not None:
        member |= {"is_member": inside, **{f"can_{name}": may for name, may in _RIGHTS.items()}}
    return member


async def _becomes(
    kit: Kit, chat: dict[str, Any], before: dict[str, Any], after: dict[str, Any]
) -> None:
    await kit.running.chat.process(
        {
            "update_id": next(_NUMBERS),
            "my_chat_member": {
                "chat": chat,
                "from": {"id": kit.person("Alice").id, "is_bot": False, "first_name": "Alice"},
                "date": kit.clock.now(),
                "old_chat_member": before,
                "new_chat_member": after,
            },
        }
    )


@pytest.mark.parametrize(
    ("before", "after", "kind", "greeted"),
    [
        (("left", None), ("member", None), "supergroup", True),
        (("kicked", None), ("member", None), "group", True),
        (("left", None), ("restricted", True), "supergroup", True),
        (("restricted", False), ("restricted", True), "supergroup", True),
        (("left", None), ("restricted", False), "supergroup", False),
        (("left", None), ("zz", None), "supergroup", False),
        (("zz", None), ("member", None), "supergroup", False),
        (("left", None), ("member", None), "zz", False),
        (("left", None), ("member", None), "channel", False),
    ],
)
async def test_a_group_is_greeted_where_it_is_certain_that_the_bot_came_in(
    tmp_path: Path,
    before: tuple[str, bool | None],
    after: tuple[str, bool | None],
    kind: str,
    greeted: bool,
) -> None:
    """A status or a kind of chat that nobody knows is no invitation."""
    async with open_market(tmp_path) as (kit, exchanges):
        group = kit.telegram.group
        assert group is not None
        exchanges.clear()
        chat = {"id": group.id, "type": kind, "title": "Friends"}
        was, became = (_member(kit, status, inside=inside) for status, inside in (before, after))
        await _becomes(kit, chat, was, became)
        assert calls(exchanges) == (["sendMessage"] if greeted else [])


@pytest.mark.parametrize(
    ("status", "inside", "reachable"),
    [
        ("zz", None, True), ("member", None, True), ("restricted", True, True),
        ("restricted", False, False), ("kicked", None, False), ("left", None, False),
    ],
)  # fmt: skip
async def test_a_chat_is_given_up_where_it_is_certain_that_the_bot_is_out(
    tmp_path: Path, status: str, inside: bool | None, reachable: bool
) -> None:
    """One who left while restricted is out, one with a status that nobody knows is not."""
    async with open_market(tmp_path) as (kit, _):
        ann, group = kit.person("Alice"), kit.telegram.group
        assert group is not None
        await ann.send(group.id, "/start")
        await ann.wait_for("What would you like to see?", chat=group.id)
        chat = {"id": group.id, "type": "supergroup", "title": "Friends"}
        await _becomes(kit, chat, _member(kit, "member"), _member(kit, status, inside=inside))
        known = await kit.shop.people.get(ChatId(group.id))
        assert known is not None
        assert known.reachable is reachable


@pytest.mark.parametrize("kind", ["zz", "sender", "channel", "Private", ""])
async def test_an_owner_is_one_in_a_private_chat_alone(tmp_path: Path, kind: str) -> None:
    """In a chat of a kind that nobody knows others may read along: no right is given."""
    async with open_market(tmp_path) as (kit, _):
        ann, marta = kit.person("Alice"), kit.person("Marta")
        order = await order_something(kit, ann, "cup")
        author = {"id": marta.id, "is_bot": False, "first_name": "Marta"}
        chat = {"id": marta.id + 10_000, "type": kind, "first_name": "Marta", "title": "Marta"}
        message = {"message_id": 5, "date": kit.clock.now(), "chat": chat, "from": author}
        pause = {"offset": 0, "length": 6, "type": "bot_command"}
        await kit.running.chat.process(
            {
                "update_id": next(_NUMBERS),
                "message": {**message, "text": "/pause", "entities": [pause]},
            }
        )
        bot = {"id": kit.telegram.bot.id, "is_bot": True, "first_name": "Shop"}
        await kit.running.chat.process(
            {
                "update_id": next(_NUMBERS),
                "callback_query": {
                    "id": "77", "from": author, "chat_instance": "1",
                    "message": {**message, "from": bot, "text": "Order"},
                    "data": encode(OwnerCancel(OrderId(order.id))),
                },
            }
        )  # fmt: skip
        assert not await kit.shop.checkout_switch.paused()
        assert (await kit.order(ann)).state is OrderState.OPEN

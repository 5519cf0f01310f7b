"""Who writes to the shop: odd names, administrators without a name, and those who are nobody."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bot.domain.order import ChatId
from kit import Kit
from tests.chat.market import calls, open_market

#: Telegram's own accounts that stand in for anonymous administrators and for channels.
_ANONYMOUS = {"id": 1_087_968_824, "is_bot": True, "first_name": "Group"}
_CHANNEL_BOT = {"id": 136_817_688, "is_bot": True, "first_name": "Channel"}


async def test_an_anonymous_administrator_is_answered(tmp_path: Path) -> None:
    """They write in the name of the group, and the group's cart says so."""
    async with open_market(tmp_path) as (kit, _):
        ann, group = kit.person("Alice"), kit.telegram.group
        assert group is not None
        sent = (await ann.send(group.id, "/start p_cup")).raw
        await ann.wait_for("€14.00", chat=group.id)
        for number, command in enumerate(("/cart", "/checkout", "/help", "/orders")):
            message = _saying(sent, command) | {"from": _ANONYMOUS, "sender_chat": sent["chat"]}
            await _hear(kit, number, message)
        texts = [shown.text for shown in ann.messages(group.id) if shown.from_bot]
        assert len(texts) == 5
        assert "How this shop works" in texts[-2]


async def test_a_channel_that_speaks_in_a_group_is_answered(tmp_path: Path) -> None:
    """Somebody who writes in a channel's name wants an answer like everybody."""
    async with open_market(tmp_path) as (kit, _):
        ann, group = kit.person("Alice"), kit.telegram.group
        assert group is not None
        sent = (await ann.send(group.id, "hello")).raw
        channel = {"id": -1_001_234_567_890, "type": "channel", "title": "News"}
        message = _saying(sent, "/cart") | {"from": _CHANNEL_BOT, "sender_chat": channel}
        await _hear(kit, 1, message)
        await ann.wait_for("Our cart", chat=group.id)


async def test_what_a_channel_passes_on_by_itself_is_left_alone(tmp_path: Path) -> None:
    """A post that Telegram forwards into a linked group asks nothing of the shop."""
    async with open_market(tmp_path) as (kit, exchanges):
        ann, group = kit.person("Alice"), kit.telegram.group
        assert group is not None
        sent = (await ann.send(group.id, "hello")).raw
        telegram = {"id": 777_000, "is_bot": False, "first_name": "Telegram"}
        passed_on = {"from": telegram, "is_automatic_forward": True}
        await _hear(kit, 1, _saying(sent, "/cart") | passed_on)
        assert calls(exchanges) == []


async def test_a_name_of_any_kind_is_shown_as_one_line(tmp_path: Path) -> None:
    """HTML, marks that turn words around, 300 signs: the cart and the owner can read them."""
    async with open_market(tmp_path) as (kit, _):
        ann, group = kit.person("Alice"), kit.telegram.group
        assert group is not None
        shown = (await ann.send(group.id, "/start p_cup")).raw
        cup = await ann.wait_for("€14.00", chat=group.id)
        for number, name in enumerate(("<b>Tom\u202e\n", "\u3164", "أمير", "W" * 300)):
            user = {"id": 4000 + number, "is_bot": False, "first_name": name}
            tap = {"id": str(number), "from": user, "chat_instance": "1", "data": "1a:cup"}
            tap["message"] = cup.raw
            await kit.running.chat.process({"update_id": 987_400_000 + number,
                                            "callback_query": tap})  # fmt: skip
        await _hear(kit, 9, _saying(shown, "/cart"))
        cart = await ann.wait_for("4 × €14.00", chat=group.id)
        expected = f"added by \u2068<b>Tom (1), Somebody (1), أمير (1), {'W' * 130} (1)"
        assert cart.text.splitlines()[4].startswith(expected[:100])
        view = await kit.shop.carts.view(ChatId(group.id))
        assert view.cart.units == 4


def _saying(raw: dict[str, Any], command: str) -> dict[str, Any]:
    entity = {"type": "bot_command", "offset": 0, "length": len(command)}
    return {**raw, "text": command, "entities": [entity]}


async def _hear(kit: Kit, number: int, message: dict[str, Any]) -> None:
    await kit.running.chat.process({"update_id": 987_300_000 + number, "message": message})

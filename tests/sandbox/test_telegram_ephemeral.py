"""Messages that one person in a group sees alone: who may be shown one, and older servers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from shop_sandbox.telegram import Shown
from shop_sandbox.telegram.ephemeral import UNKNOWN_BEFORE
from tests.sandbox.telegram_kit import Api, Clock, served

_DOT = {"inline_keyboard": [[{"text": "·", "disabled": {}}, {"text": "x", "callback_data": "x"}]]}


@pytest.fixture
def clock() -> Clock:
    """Return the sandbox's clock."""
    return Clock()


@pytest.fixture
async def api(clock: Clock) -> AsyncIterator[Api]:
    """Serve an embedded Telegram."""
    async with served(clock=clock) as api:
        yield api
        api.check()


async def _tapped(api: Api) -> tuple[int, dict[str, Any]]:
    """Let Alice tap a button in the group; return the group, and how a message answers her."""
    alice, group = api.telegram.person("Alice"), api.telegram.group
    assert group is not None
    await api.ok("sendMessage", chat_id=group.id, text="hello", reply_markup=_DOT)
    tap = await alice.forge(alice.messages(group.id)[-1], "x")
    return group.id, {"receiver_user_id": alice.id, "callback_query_id": tap.query_id}


async def _shown(api: Api) -> tuple[Shown, dict[str, Any]]:
    group, to = await _tapped(api)
    sent = await api.ok(
        "sendMessage",
        chat_id=group,
        text="psst",
        ephemeral_message_parameters=to,
        reply_markup=_DOT,
    )
    assert sent["message_id"] == 0
    assert sent["receiver_user"]["id"] == to["receiver_user_id"]
    which = {
        "chat_id": group,
        "receiver_user_id": to["receiver_user_id"],
        "ephemeral_message_id": sent["ephemeral_message_id"],
    }
    return api.telegram.person("Alice").messages(group)[-1], which


async def test_one_person_sees_it_and_the_bot_hears_their_taps(api: Api) -> None:
    """By the message's other number; the number 0 is of no use."""
    seen, which = await _shown(api)
    assert seen.text == "psst"
    others = api.telegram.person("Jonas").messages(which["chat_id"])
    assert [one.text for one in others] == ["hello"]
    await api.telegram.person("Alice").tap(seen, "x")
    query = (await api.updates())[-1]["callback_query"]
    assert query["message"]["message_id"] == 0
    assert query["message"]["ephemeral_message_id"] == which["ephemeral_message_id"]
    for method in ("editMessageText", "deleteMessage"):
        await api.refused(method, chat_id=which["chat_id"], message_id=0, text="no")


async def test_it_is_edited_and_deleted_by_calls_of_its_own(api: Api) -> None:
    """For its receiver alone; once it is gone, there is nothing to edit."""
    seen, which = await _shown(api)
    assert await api.ok("editEphemeralMessageText", **which, text="louder") is True
    alice = api.telegram.person("Alice")
    assert alice.messages(seen.chat_id)[-1].text == "louder"
    refused = await api.refused("editEphemeralMessageText", **which, text="louder")
    assert "not modified" in refused.words
    jonas = {**which, "receiver_user_id": api.telegram.person("Jonas").id}
    await api.refused("deleteEphemeralMessage", **jonas)
    assert await api.ok("deleteEphemeralMessage", **which) is True
    assert [one.text for one in alice.messages(seen.chat_id)] == ["hello"]
    await api.refused("editEphemeralMessageText", **which, text="gone")


async def test_only_a_fresh_tap_or_an_administrator_may_show_one(api: Api, clock: Clock) -> None:
    """To somebody of that group; not in a private chat, and not by another's tap."""
    group, to = await _tapped(api)
    jonas = api.telegram.person("Jonas").id
    outsider = api.telegram.add_person("Nina", started=True).id

    async def refused(chat: int, **who: Any) -> None:
        await api.refused("sendMessage", chat_id=chat, text="x", ephemeral_message_parameters=who)

    await refused(group, receiver_user_id=jonas)
    await refused(group, receiver_user_id=outsider)
    await refused(group, **{**to, "receiver_user_id": jonas})
    await refused(api.alice, **to)
    clock.now += 16
    await refused(group, **to)
    chat = api.telegram.group
    assert chat is not None
    chat.bot_is_admin = True
    await api.ok(
        "sendMessage",
        chat_id=group,
        text="x",
        ephemeral_message_parameters={"receiver_user_id": jonas},
    )
    assert len(api.telegram.person("Jonas").messages(group)) == 2


async def test_an_older_server_posts_for_everybody_but_refuses_the_button(api: Api) -> None:
    """What it does not know it ignores; a button that does nothing it knows it takes for none."""
    group, to = await _tapped(api)
    api.telegram.world.unknown = UNKNOWN_BEFORE
    aside = {"chat_id": group, "text": "psst", "ephemeral_message_parameters": to}
    refused = await api.refused("sendMessage", **aside, reply_markup=_DOT)
    assert "unallowed in the inline keyboard" in refused.words
    sent = await api.ok("sendMessage", **aside)
    assert sent["message_id"] > 0
    assert "ephemeral_message_id" not in sent
    assert api.telegram.person("Jonas").messages(group)[-1].text == "psst"
    gone = await api.refused("deleteEphemeralMessage", chat_id=group, ephemeral_message_id=1)
    assert gone.status == 404

"""Groups: privacy mode, members, leaving, and becoming a supergroup."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from shop_sandbox.telegram.pictures import placeholder
from tests.sandbox.telegram_kit import Api, served

KEYBOARD = {"inline_keyboard": [[{"text": "x", "callback_data": "x"}]]}


@pytest.fixture
async def api() -> AsyncIterator[Api]:
    """Serve an embedded Telegram."""
    async with served() as api:
        yield api


def _group(api: Api) -> int:
    assert api.telegram.group is not None
    return api.telegram.group.id


async def _heard(api: Api) -> list[str]:
    updates = await api.updates(allowed_updates=["message"])
    if updates:
        await api.updates(offset=updates[-1]["update_id"] + 1)
    return [update["message"]["text"] for update in updates]


async def test_with_privacy_the_bot_hears_commands_and_replies_to_itself(api: Api) -> None:
    """Small talk and other bots' commands stay unheard."""
    alice, group = api.telegram.person("Alice"), _group(api)
    said = await api.ok("sendMessage", chat_id=group, text="What do you want?")
    await alice.send(group, "just talking")
    await alice.send(group, "@sandbox_shop_bot hello")
    await alice.send(group, "/cart")
    await alice.send(group, "/cart@sandbox_shop_bot")
    await alice.send(group, "/cart@other_bot")
    await alice.send(group, "coffee", reply_to=said["message_id"])
    await alice.send(group, "yes", reply_to=alice.messages(group)[1].id)
    assert await _heard(api) == ["/cart", "/cart@sandbox_shop_bot", "coffee"]


async def test_without_privacy_the_bot_hears_everything() -> None:
    """BotFather can turn privacy mode off."""
    async with served(privacy=False) as api:
        await api.telegram.person("Alice").send(_group(api), "just talking")
        assert await _heard(api) == ["just talking"]
        assert (await api.ok("getMe"))["can_read_all_group_messages"] is True


async def test_edited_messages_are_heard_like_new_ones(api: Api) -> None:
    """An edited command comes as edited_message; an edited remark does not."""
    alice, group = api.telegram.person("Alice"), _group(api)
    command = await alice.send(group, "/cart")
    remark = await alice.send(group, "well")
    await alice.edit(command, "/shop")
    await alice.edit(remark, "well, well")
    edits = [u["edited_message"] for u in await api.updates() if "edited_message" in u]
    assert [edit["text"] for edit in edits] == ["/shop"]


async def test_anybodys_taps_in_a_group_are_heard(api: Api) -> None:
    """Privacy mode does not hide taps, and they say who tapped."""
    group = _group(api)
    await api.ok("sendMessage", chat_id=group, text="menu", reply_markup=KEYBOARD)
    for name in ("Alice", "Jonas"):
        person = api.telegram.person(name)
        await person.tap(person.messages(group)[-1], "x")
    tappers = [u["callback_query"]["from"]["first_name"] for u in await api.updates()]
    assert tappers == ["Alice", "Jonas"]


async def test_people_outside_a_group_cannot_write_there(api: Api) -> None:
    """The owner is no member of the flat."""
    with pytest.raises(Exception, match="Marta is not in this chat"):
        await api.telegram.person("Marta").send(_group(api), "hi")


async def test_members_are_known(api: Api) -> None:
    """The creator, a member, somebody outside, the bot, and nobody."""
    group = _group(api)
    people = api.telegram.person
    for user, status in (
        (people("Alice").id, "creator"),
        (people("Jonas").id, "member"),
        (people("Marta").id, "left"),
        (api.telegram.bot.id, "member"),
    ):
        member = await api.ok("getChatMember", chat_id=group, user_id=user)
        assert (member["status"], member["user"]["id"]) == (status, user)
    refusal = await api.refused("getChatMember", chat_id=group, user_id=1)
    assert refusal.words == "Bad Request: PARTICIPANT_ID_INVALID"
    assert await api.ok("getChatMemberCount", chat_id=group) == 4
    chat = await api.ok("getChat", chat_id=group)
    assert (chat["title"], chat["type"]) == ("Flat 4B", "group")


async def test_a_bot_that_left_or_was_removed_may_not_write(api: Api) -> None:
    """403 in both cases, final."""
    group = _group(api)
    assert await api.ok("leaveChat", chat_id=group) is True
    refusal = await api.refused("sendMessage", chat_id=group, text="a")
    assert refusal.status == 403
    assert refusal.words == "Forbidden: bot is not a member of the group chat"
    api.telegram.chat(group).refusal = "kicked"
    refusal = await api.refused("sendMessage", chat_id=group, text="a")
    assert refusal.words == "Forbidden: bot was kicked from the group chat"
    await api.telegram.person("Alice").send(group, "/cart")
    assert await _heard(api) == []


async def test_a_group_that_becomes_a_supergroup_refuses_and_names_the_new_chat(api: Api) -> None:
    """Service messages on both sides; the old id answers 400 with migrate_to_chat_id."""
    group = _group(api)
    grown = api.telegram.migrate(group)
    left, came = (u["message"] for u in await api.updates())
    assert (left["chat"]["id"], left["migrate_to_chat_id"]) == (group, grown.id)
    assert (came["chat"]["id"], came["migrate_from_chat_id"]) == (grown.id, group)
    refusal = await api.refused("sendMessage", chat_id=group, text="a")
    assert refusal.status == 400
    assert refusal.words == "Bad Request: group chat was upgraded to a supergroup chat"
    assert refusal.parameters == {"migrate_to_chat_id": grown.id}
    sent = await api.ok("sendMessage", chat_id=grown.id, text="a", reply_markup=KEYBOARD)
    assert (sent["chat"]["type"], sent["message_id"]) == ("supergroup", 2)
    alice = api.telegram.person("Alice")
    await alice.send(grown.id, "/cart")
    await alice.tap(alice.messages(grown.id)[1], "x")
    assert [list(u)[1] for u in (await api.updates())[-2:]] == ["message", "callback_query"]


async def test_a_forums_messages_say_their_topic(api: Api) -> None:
    """What people and the bot write in a topic carries its number, what they write in General none.

    Closed or gone, it refuses the message; General is closed by itself.
    """
    alice = api.telegram.person("Alice")
    forum = api.telegram.add_forum("Lab", [alice])
    topic = api.telegram.open_topic(forum, "Coffee")
    await alice.send(forum.id, "/cart", thread=topic)
    await alice.send(forum.id, "/cart")
    here, there = (u["message"] for u in await api.updates(allowed_updates=["message"]))
    assert (here["message_thread_id"], here["is_topic_message"]) == (topic, True)
    assert "message_thread_id" not in there
    assert here["chat"]["is_forum"] is True
    into = {"chat_id": forum.id, "text": "x", "message_thread_id": topic}
    assert (await api.ok("sendMessage", **into))["message_thread_id"] == topic
    forum.topics[topic] = True
    assert (await api.raw("sendMessage", **into))[1]["description"] == "Bad Request: TOPIC_CLOSED"
    del forum.topics[topic]
    gone = (await api.raw("sendMessage", **into))[1]["description"]
    assert gone == "Bad Request: message thread not found"
    assert "message_thread_id" not in await api.ok("sendMessage", chat_id=forum.id, text="x")
    forum.topics[None] = True
    closed = await api.raw("sendMessage", chat_id=forum.id, text="x")
    assert closed[1]["description"] == "Bad Request: TOPIC_CLOSED"


async def test_replies_in_a_supergroup_have_a_thread_and_no_topic(api: Api) -> None:
    """Their number is no topic's: sending with it is refused."""
    alice = api.telegram.person("Alice")
    grown = api.telegram.migrate(_group(api))
    first = await alice.send(grown.id, "/cart")
    await alice.send(grown.id, "/cart", reply_to=first.id)
    reply = (await api.updates(offset=-1))[0]["message"]
    assert reply["message_thread_id"] == first.id
    assert "is_topic_message" not in reply
    status, answer = await api.raw(
        "sendMessage", chat_id=grown.id, text="x", message_thread_id=first.id
    )
    assert (status, answer["description"]) == (400, "Bad Request: message thread not found")


async def test_a_group_may_forbid_one_kind_of_content(api: Api) -> None:
    """Photos are refused by name and text goes; getChat says which, and an admin may all."""
    group = api.telegram.group
    assert group is not None
    group.denied = {"photos"}
    status, answer = await api.form("sendPhoto", {"photo": ("a.png", placeholder(9, 9))},
                                    chat_id=str(group.id))  # fmt: skip
    told = "Bad Request: not enough rights to send photos to the chat"
    assert (status, answer["description"]) == (400, told)
    await api.ok("sendMessage", chat_id=group.id, text="x")
    permissions = (await api.ok("getChat", chat_id=group.id))["permissions"]
    assert (permissions["can_send_photos"], permissions["can_send_messages"]) == (False, True)
    group.denied = {"text messages", "documents"}
    assert (await api.raw("sendMessage", chat_id=group.id, text="x"))[0] == 400
    group.bot_is_admin = True
    await api.ok("sendMessage", chat_id=group.id, text="x")

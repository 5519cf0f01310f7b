"""What a bot says of itself: commands by scope and language, names, menu button."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.sandbox.telegram_kit import Api, served


@pytest.fixture
async def api() -> AsyncIterator[Api]:
    """Serve an embedded Telegram."""
    async with served() as api:
        yield api


async def _set(api: Api, name: str, **params: Any) -> None:
    commands = [{"command": name, "description": "d"}]
    assert await api.ok("setMyCommands", commands=commands, **params) is True


async def _menu(api: Api, chat_id: int, name: str) -> list[str]:
    params = {"chat_id": str(chat_id), "user_id": str(api.telegram.person(name).id)}
    async with api.http.get(f"{api.url}/demo/commands", params=params) as answer:
        return [command["command"] for command in (await answer.json())["commands"]]


async def test_the_most_specific_commands_are_shown(api: Api) -> None:
    """In a private chat: the chat, then all private chats, then default; language first."""
    alice, marta = api.telegram.person("Alice"), api.telegram.person("Marta")
    jonas = api.telegram.person("Jonas")
    await jonas.start()
    assert await _menu(api, alice.id, "Alice") == []
    await _set(api, "default")
    await _set(api, "private", scope={"type": "all_private_chats"})
    await _set(api, "privat", scope={"type": "all_private_chats"}, language_code="de")
    await _set(api, "owner", scope={"type": "chat", "chat_id": marta.id})
    assert await _menu(api, alice.id, "Alice") == ["private"]
    assert await _menu(api, jonas.id, "Jonas") == ["privat"]
    assert await _menu(api, marta.id, "Marta") == ["owner"]
    assert api.telegram.group is not None
    assert await _menu(api, api.telegram.group.id, "Jonas") == ["default"]


async def test_in_groups_members_and_administrators_come_first(api: Api) -> None:
    """The order of "Determining list of commands" for groups."""
    assert api.telegram.group is not None
    group = api.telegram.group.id
    jonas = api.telegram.person("Jonas")
    await _set(api, "groups", scope={"type": "all_group_chats"})
    await _set(api, "admins", scope={"type": "all_chat_administrators"})
    assert await _menu(api, group, "Jonas") == ["groups"]
    assert await _menu(api, group, "Alice") == ["admins"]
    await _set(api, "here", scope={"type": "chat", "chat_id": group})
    assert await _menu(api, group, "Alice") == ["here"]
    await _set(api, "bosses", scope={"type": "chat_administrators", "chat_id": group})
    assert await _menu(api, group, "Alice") == ["bosses"]
    scope = {"type": "chat_member", "chat_id": group, "user_id": jonas.id}
    await _set(api, "jonas", scope=scope)
    assert await _menu(api, group, "Jonas") == ["jonas"]
    assert await api.ok("deleteMyCommands", scope=scope) is True
    assert await _menu(api, group, "Jonas") == ["here"]


async def test_commands_are_read_back_exactly_as_they_were_set(api: Api) -> None:
    """Reading back resolves nothing."""
    await _set(api, "shop", language_code="de")
    assert await api.ok("getMyCommands") == []
    assert await api.ok("getMyCommands", language_code="de") == [
        {"command": "shop", "description": "d"}
    ]


@pytest.mark.parametrize(
    "params",
    [
        {"commands": [{"command": "Shop", "description": "d"}]},
        {"commands": [{"command": "s" * 33, "description": "d"}]},
        {"commands": [{"command": "shop", "description": ""}]},
        {"commands": [{"command": "shop", "description": "d" * 257}]},
        {"commands": [{"command": "s", "description": "d"}] * 101},
        {"commands": "shop"},
        {"commands": [], "language_code": "deutsch"},
        {"commands": [], "scope": {"type": "chat", "chat_id": 1}},
        {"commands": [], "scope": {"type": "everywhere"}},
    ],
    ids=range(9),
)
async def test_commands_that_telegram_would_not_take_are_refused(
    api: Api, params: dict[str, Any]
) -> None:
    """Names, lengths, counts, languages and scopes are checked."""
    assert (await api.refused("setMyCommands", **params)).status == 400
    assert await api.ok("getMyCommands") == []


@pytest.mark.parametrize(
    ("what", "field", "limit"),
    [
        ("Name", "name", 64),
        ("Description", "description", 512),
        ("ShortDescription", "short_description", 120),
    ],
)
async def test_texts_about_the_bot_are_kept_by_language(
    api: Api, what: str, field: str, limit: int
) -> None:
    """A missing language falls back to the default; the limits hold."""
    await api.ok(f"setMy{what}", **{field: "Shop"})
    await api.ok(f"setMy{what}", **{field: "Laden"}, language_code="de")
    assert await api.ok(f"getMy{what}") == {field: "Shop"}
    assert await api.ok(f"getMy{what}", language_code="de") == {field: "Laden"}
    assert await api.ok(f"getMy{what}", language_code="es") == {field: "Shop"}
    refusal = await api.refused(f"setMy{what}", **{field: "x" * (limit + 1)})
    assert refusal.status == 400
    await api.ok(f"setMy{what}", **{field: ""}, language_code="de")
    assert await api.ok(f"getMy{what}", language_code="de") == {field: "Shop"}


async def test_the_menu_button_is_set_for_all_or_for_one_chat(api: Api) -> None:
    """A chat without its own has the default."""
    assert await api.ok("getChatMenuButton") == {"type": "commands"}
    button = {"type": "web_app", "text": "Shop", "web_app": {"url": "https://example.com"}}
    assert await api.ok("setChatMenuButton", chat_id=api.alice, menu_button=button) is True
    assert await api.ok("getChatMenuButton", chat_id=api.alice) == button
    assert await api.ok("getChatMenuButton") == {"type": "commands"}
    await api.ok("setChatMenuButton", chat_id=api.alice)
    assert await api.ok("getChatMenuButton", chat_id=api.alice) == {"type": "commands"}
    refusal = await api.refused("setChatMenuButton", menu_button={"type": "pizza"})
    assert refusal.status == 400


async def test_a_private_chat_is_described(api: Api) -> None:
    """The person's names are told."""
    chat = await api.ok("getChat", chat_id=api.alice)
    assert (chat["first_name"], chat["active_usernames"]) == ("Alice", ["alice_hart"])
    assert (await api.refused("getChat", chat_id=1)).words == "Bad Request: chat not found"


async def test_an_unknown_file_has_no_path(api: Api) -> None:
    """Only what was sent has one."""
    refusal = await api.refused("getFile", file_id="nope")
    assert refusal.words == "Bad Request: invalid file_id"

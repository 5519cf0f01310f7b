"""The demo page's API: state, messages, what people do, links, and who may use it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from shop_sandbox.telegram.pictures import placeholder
from tests.sandbox.telegram_kit import Api, served


@pytest.fixture
async def api() -> AsyncIterator[Api]:
    """Serve an embedded Telegram."""
    async with served() as api:
        yield api


async def _get(api: Api, path: str) -> Any:
    async with api.http.get(f"{api.url}/demo/{path}") as answer:
        assert answer.status == 200, await answer.text()
        return await answer.json()


async def _post(api: Api, path: str, status: int = 200, /, **body: Any) -> Any:
    async with api.http.post(f"{api.url}/demo/{path}", json=body) as answer:
        assert answer.status == status, await answer.text()
        return await answer.json()


async def test_the_state_names_bot_people_and_chats(api: Api) -> None:
    """Five people, their private chats and the group."""
    state = await _get(api, "state")
    assert state["bot"]["username"] == "sandbox_shop_bot"
    assert state["bot"]["menu_button"] == {"type": "commands"}
    assert [p["first_name"] for p in state["people"] if p["is_owner"]] == ["Marta"]
    assert {p["language_code"] for p in state["people"]} == {"en", "de", "es", "ar"}
    group = state["chats"][-1]
    assert (group["type"], group["title"], len(group["members"])) == ("group", "Flat 4B", 3)
    assert len(state["chats"]) == 6


async def test_unread_messages_are_counted_until_the_chat_is_read(api: Api) -> None:
    """The state's number falls when the messages are fetched."""
    await api.sent("<b>one</b>", parse_mode="HTML")
    chat = (await _get(api, "state"))["chats"][0]
    assert (chat["unread"], chat["last"]["html"]) == (1, "<b>one</b>")
    messages = (await _get(api, f"chats/{api.alice}/messages?as={api.alice}"))["messages"]
    assert [(m["text"], m["outgoing"]) for m in messages] == [("one", False)]
    assert (await _get(api, "state"))["chats"][0]["unread"] == 0


async def test_a_written_message_reaches_the_bot_with_its_command_marked(api: Api) -> None:
    """Text that begins with a slash is a command."""
    body = {"chat_id": api.alice, "user_id": api.alice, "text": "/checkout now"}
    number = (await _post(api, "messages", **body))["message_id"]
    message = (await api.updates())[-1]["message"]
    assert message["message_id"] == number
    assert message["entities"] == [{"type": "bot_command", "offset": 0, "length": 9}]


async def test_start_carries_a_payload_and_unblocks(api: Api) -> None:
    """A deep link is a /start with its payload; payloads have their form."""
    await _post(api, f"chats/{api.alice}/block", blocked=True)
    assert (await _get(api, "state"))["chats"][0]["blocked"] is True
    body = {"user_id": api.alice}
    await _post(api, "messages", 400, chat_id=api.alice, text="hello?", **body)
    await _post(api, "start", payload="paid_x-1", **body)
    assert (await api.updates())[-1]["message"]["text"] == "/start paid_x-1"
    assert (await _get(api, "state"))["chats"][0]["blocked"] is False
    await _post(api, "start", 400, payload="no spaces", **body)
    await _post(api, "start", 400, payload="x" * 65, **body)


async def test_uploads_and_pictures_go_through_the_page(api: Api) -> None:
    """A photo is shown by its url; a document is only ever downloaded."""
    for kind, name in (("photo", "a.png"), ("document", 'a"<x>.html')):
        form = aiohttp.FormData(quote_fields=False)
        fields = {"chat_id": str(api.alice), "user_id": str(api.alice), "kind": kind}
        for field, value in fields.items():
            form.add_field(field, value)
        form.add_field("file", placeholder(), filename=name, content_type="text/html")
        address = f"{api.url}/demo/upload"
        async with api.http.post(address, data=form, headers={"X-Demo": "1"}) as answer:
            assert answer.status == 200, await answer.text()
    photo, document = (await _get(api, f"chats/{api.alice}/messages"))["messages"]
    async with api.http.get(f"{api.url}{photo['photo'][-1]['url']}") as answer:
        assert answer.content_type == "image/png"
        assert await answer.read() == placeholder()
    async with api.http.get(f"{api.url}{document['document']['url']}") as answer:
        assert answer.content_type == "application/octet-stream"
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


async def test_own_messages_are_edited_and_others_are_not(api: Api) -> None:
    """Editing through the page is editing as a person."""
    own = await api.telegram.person("Alice").write("tee")
    theirs = await api.sent("hello")
    where = {"chat_id": api.alice, "user_id": api.alice}
    await _post(api, "edits", message_id=own.id, text="tea", **where)
    assert (await api.updates())[-1]["edited_message"]["text"] == "tea"
    await _post(api, "edits", 400, message_id=theirs, text="x", **where)


async def test_inline_queries_wait_for_the_bot_and_results_are_chosen(api: Api) -> None:
    """The page asks, the bot answers, the person chooses."""
    asking = asyncio.create_task(_post(api, "inline", user_id=api.alice, query="tea", offset=""))
    query = (await api.updates(timeout=5))[-1]["inline_query"]
    result = {
        "type": "article",
        "id": "1",
        "title": "Tea",
        "input_message_content": {"message_text": "Tea!"},
    }
    await api.ok("answerInlineQuery", inline_query_id=query["id"], results=[result])
    answer = await asking
    assert answer["results"] == [result]
    body = {"user_id": api.alice, "chat_id": api.alice, "query_id": answer["query_id"]}
    await _post(api, "inline/choose", result_id="1", **body)
    assert api.telegram.person("Alice").messages()[-1].text == "Tea!"
    await _post(api, "inline/choose", 400, result_id="2", **body)


async def test_people_come_and_change_their_language(api: Api) -> None:
    """A newcomer has a chat of their own."""
    number = (await _post(api, "people", first_name="Zoé", language_code="fr"))["id"]
    assert api.telegram.person("Zoé").user.language_code == "fr"
    async with api.http.patch(
        f"{api.url}/demo/people/{number}", json={"language_code": "pt"}
    ) as answer:
        assert answer.status == 200
    assert api.telegram.person(number).user.language_code == "pt"


async def test_a_group_migrates_once(api: Api) -> None:
    """The page gets the new chat's id, and the old one is gone from the state."""
    assert api.telegram.group is not None
    group = api.telegram.group.id
    grown = (await _post(api, f"chats/{group}/migrate"))["chat_id"]
    chats = {chat["id"]: chat for chat in (await _get(api, "state"))["chats"]}
    assert group not in chats
    assert chats[grown]["type"] == "supergroup"
    await _post(api, f"chats/{group}/migrate", 400)


async def test_faults_are_put_in_listed_and_lifted(api: Api) -> None:
    """The curious can break the demo, and mend it."""
    rule = {"call": "sendMessage", "action": "error", "status": 429, "retry_after": 3}
    number = (await _post(api, "faults", times=None, **rule))["id"]
    assert (await api.refused("sendMessage", chat_id=api.alice, text="a")).status == 429
    listed = (await _get(api, "faults"))["faults"]
    assert [(f["id"], f["fired"], f["times"]) for f in listed] == [(number, 1, None)]
    async with api.http.delete(f"{api.url}/demo/faults?id={number}") as answer:
        assert answer.status == 200
    assert await api.sent("b") > 0
    await _post(api, "faults", 400, call="sendMessage", action="explode")
    await _post(api, "faults", 400, action="cut")


async def test_links_to_the_bot_lead_into_the_demo(api: Api) -> None:
    """The payload goes into the fragment; strangers get a page that says so."""
    for path, place in (
        ("sandbox_shop_bot?start=paid_1", "/#start=paid_1"),
        ("Sandbox_Shop_Bot", "/"),
        ("sandbox_shop_bot?start=%22%3E", "/"),
    ):
        address = f"{api.url}/t.me/{path}"
        async with api.http.get(address, allow_redirects=False) as answer:
            assert (answer.status, answer.headers["Location"]) == (302, place)
    async with api.http.get(f"{api.url}/t.me/%3Cscript%3E") as answer:
        assert answer.status == 404
        assert "@&lt;script&gt;" in await answer.text()


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Host": "evil.example"}, 403),
        ({"Host": "127.0.0.1.evil.example"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://localhost:8080"}, 200),
        ({"Host": "localhost:8080"}, 200),
    ],
)
async def test_only_pages_of_this_machine_may_ask(
    api: Api, headers: dict[str, str], status: int
) -> None:
    """A rebound name or a foreign page gets nothing."""
    async with api.http.get(f"{api.url}/demo/state", headers=headers) as answer:
        assert answer.status == status


async def test_a_form_of_another_site_changes_nothing(api: Api) -> None:
    """Bodies that a browser sends across sites unasked are refused."""
    body = {"chat_id": str(api.alice), "user_id": str(api.alice), "text": "x"}
    for data in (body, json.dumps(body)):
        async with api.http.post(f"{api.url}/demo/messages", data=data) as answer:
            assert answer.status == 415
    assert api.telegram.person("Alice").messages() == []


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("messages", {}),
        ("messages", {"chat_id": "x", "user_id": 1, "text": "a"}),
        ("taps", {"chat_id": 1, "user_id": 1, "message_id": 1, "data": "a"}),
        ("start", {"user_id": None}),
        ("inline", {"user_id": 1}),
        ("people", {}),
        ("chats/zzz/block", {"blocked": True}),
    ],
)
async def test_a_wrong_request_is_a_400(api: Api, path: str, body: dict[str, Any]) -> None:
    """Missing and wrong fields never break the server."""
    await _post(api, path, 400, **body)

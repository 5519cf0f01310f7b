"""The Bot API's HTTP: tokens, bodies, unknown methods, faults, and what is recorded."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from shop_sandbox.faults import Fault
from tests.sandbox.telegram_kit import TOKEN, Api, served


@pytest.fixture
async def api() -> AsyncIterator[Api]:
    """Serve an embedded Telegram."""
    async with served() as api:
        yield api


async def _get(api: Api, path: str) -> tuple[int, Any]:
    async with api.http.get(f"{api.url}{path}") as answer:
        return answer.status, await answer.json()


async def test_get_me_tells_who_the_bot_is(api: Api) -> None:
    """The bot is a user with a name that links can carry."""
    me = await api.ok("getMe")
    assert me["is_bot"] is True
    assert me["username"] == "sandbox_shop_bot"
    assert me["can_read_all_group_messages"] is False


async def test_any_token_of_telegrams_form_is_admitted_and_others_are_not_found(api: Api) -> None:
    """Without a token of its own, the sandbox looks at the form only."""
    status, _ = await _get(api, f"/telegram/bot123456789:{'B' * 35}/getMe")
    assert status == 200
    status, answer = await _get(api, "/telegram/botnonsense/getMe")
    assert (status, answer["description"]) == (404, "Not Found")


async def test_a_wrong_token_is_unauthorized() -> None:
    """With a token of its own, the sandbox admits no other."""
    async with served(token=TOKEN) as api:
        assert (await api.ok("getMe"))["id"] == 7104882315
        status, answer = await _get(api, f"/telegram/bot123456789:{'B' * 35}/getMe")
        assert (status, answer["description"]) == (401, "Unauthorized")


async def test_an_unknown_method_is_not_found(api: Api) -> None:
    """A method that is not served answers as one that does not exist."""
    refusal = await api.refused("sendTelegram")
    assert (refusal.status, refusal.words) == (404, "Not Found: method not found")


@pytest.mark.parametrize("spelling", ["getme", "GETME", "getMe"])
async def test_methods_may_be_spelt_in_any_case(api: Api, spelling: str) -> None:
    """Telegram does not look at the case of a method."""
    assert (await api.ok(spelling))["is_bot"] is True


async def test_parameters_come_by_query_form_multipart_and_json_alike(api: Api) -> None:
    """All four ways that the Bot API names put the same message into the chat."""
    path = f"{api.url}/telegram/bot{TOKEN}/sendMessage"
    params = {"chat_id": str(api.alice), "text": "Größe & <1>"}
    async with api.http.get(path, params=params) as answer:
        texts = [(await answer.json())["result"]["text"]]
    async with api.http.post(path, data=params) as answer:
        texts.append((await answer.json())["result"]["text"])
    _, answer_json = await api.form("sendMessage", {}, **params)
    texts.append(answer_json["result"]["text"])
    texts.append((await api.ok("sendMessage", **params))["text"])
    assert texts == ["Größe & <1>"] * 4


@pytest.mark.parametrize("body", [b"{", b"[1]", b"\xff\xfe", b"[" * 100_000])
async def test_a_body_that_is_no_json_object_is_a_bad_request(api: Api, body: bytes) -> None:
    """Garbage is refused with a 400 and changes nothing."""
    path = f"{api.url}/telegram/bot{TOKEN}/sendMessage"
    headers = {"Content-Type": "application/json"}
    async with api.http.post(path, data=body, headers=headers) as answer:
        assert answer.status == 400
    assert api.telegram.person("Alice").messages() == []


async def test_unknown_parameters_are_ignored(api: Api) -> None:
    """Telegram looks only at what it knows."""
    path = f"{api.url}/telegram/bot{TOKEN}/getMe"
    async with api.http.post(path, json={"wat": 1}) as answer:
        assert answer.status == 200
    api.exchanges.clear()


async def test_a_fault_before_a_call_takes_its_effect_away(api: Api) -> None:
    """An error played before leaves the chat empty."""
    api.telegram.faults.add(Fault("sendMessage", "error", status=500))
    refusal = await api.refused("sendMessage", chat_id=api.alice, text="a")
    assert (refusal.status, refusal.words) == (500, "Internal Server Error")
    assert api.telegram.person("Alice").messages() == []
    assert api.exchanges[-1].played is True


async def test_a_fault_after_a_call_loses_the_answer_only(api: Api) -> None:
    """A connection cut afterwards leaves the message in the chat."""
    api.telegram.faults.add(Fault("sendMessage", "cut", phase="after"))
    with pytest.raises(aiohttp.ClientConnectionError):
        await api.raw("sendMessage", chat_id=api.alice, text="a")
    assert [m.text for m in api.telegram.person("Alice").messages()] == ["a"]


async def test_a_flood_fault_names_its_seconds(api: Api) -> None:
    """A 429 carries retry_after in the parameters."""
    api.telegram.faults.add(Fault("send*", "error", status=429, retry_after=7))
    refusal = await api.refused("sendMessage", chat_id=api.alice, text="a")
    assert refusal.status == 429
    assert refusal.words == "Too Many Requests: retry after 7"
    assert refusal.parameters == {"retry_after": 7}
    assert await api.sent("b") > 0


async def test_a_fault_for_one_chat_leaves_the_others_alone(api: Api) -> None:
    """Rules may name a chat."""
    marta = api.telegram.person("Marta")
    api.telegram.faults.add(Fault("sendMessage", "error", status=500, chat_id=marta.id))
    assert await api.sent("a") > 0
    assert (await api.refused("sendMessage", chat_id=marta.id, text="a")).status == 500


async def test_a_call_that_hangs_once_goes_on_when_the_rule_is_lifted(api: Api) -> None:
    """A spent rule stays in the book while a call hangs on it, so that it can be lifted."""
    faults = api.telegram.faults
    rule = faults.add(Fault("sendMessage", "hang", times=1))
    hanging = asyncio.create_task(api.sent("late"))
    met = api.next_call()
    await met.wait()
    assert faults.rules() == (rule,)
    assert await api.sent("early") > 0
    faults.lift(rule.id)
    assert await hanging > 0
    assert [m.text for m in api.telegram.person("Alice").messages()] == ["early", "late"]
    assert faults.rules() == ()


async def test_a_call_whose_client_left_while_it_hung_has_no_effect(api: Api) -> None:
    """Hanging before the call, and a client that gave up, mean that nothing was sent."""
    faults = api.telegram.faults
    faults.add(Fault("sendMessage", "hang", times=1))
    timeout = aiohttp.ClientTimeout(total=0.05)
    path = f"{api.url}/telegram/bot{TOKEN}/sendMessage"
    with pytest.raises(TimeoutError):
        await api.http.post(path, json={"chat_id": api.alice, "text": "a"}, timeout=timeout)
    await api.ok("getMe")  # a round trip later, the server has seen the client go
    faults.lift()
    assert await api.sent("b") > 0
    assert [m.text for m in api.telegram.person("Alice").messages()] == ["b"]


async def test_calls_are_counted_by_their_canonical_name(api: Api) -> None:
    """Tests can say how many calls a screen cost."""
    await api.ok("getme")
    await api.sent("a")
    assert api.telegram.faults.calls == {"getMe": 1, "sendMessage": 1}


async def test_the_token_is_in_no_record_and_no_log(
    api: Api, caplog: pytest.LogCaptureFixture
) -> None:
    """Exchanges and log lines name the method, never the token."""
    caplog.set_level(logging.DEBUG)
    await api.sent("a")
    await api.refused("sendMessage", chat_id=1, text="a")
    secret = TOKEN.partition(":")[2]
    assert secret not in caplog.text
    assert not any(secret in repr(exchange) for exchange in api.exchanges)
    assert api.exchanges[-1].path == "/sendMessage"


async def test_closing_answers_a_hanging_call_and_a_waiting_poll() -> None:
    """The sandbox stops at once, whoever waits."""
    async with served() as api:
        api.telegram.faults.add(Fault("getMe", "hang", times=None))
        met = api.next_call()
        waiting = asyncio.create_task(api.ok("getMe"))
        await met.wait()
        met.clear()
        polling = asyncio.create_task(api.updates(timeout=50))
        await met.wait()
        await api.telegram.close()
        assert (await waiting)["is_bot"] is True
        assert await polling == []

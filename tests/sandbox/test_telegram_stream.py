"""The stream of what happens: in order, resumed, and told when too much was missed."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from kit.patience import PATIENCE
from tests.sandbox.telegram_kit import Api, served

KEYBOARD = {"inline_keyboard": [[{"text": "x", "callback_data": "x"}]]}


@pytest.fixture
async def api() -> AsyncIterator[Api]:
    """Serve an embedded Telegram."""
    async with served() as api:
        yield api


class Watch:
    """A page that watches the stream."""

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self._lines = response.content
        self.last_id = ""

    async def next(self, *kinds: str) -> tuple[str, dict[str, Any]]:
        """Return the next event of these kinds; any where none is given."""
        while True:
            kind, data = await asyncio.wait_for(self._event(), PATIENCE)
            if not kinds or kind in kinds:
                return kind, data

    async def _event(self) -> tuple[str, dict[str, Any]]:
        fields: dict[str, str] = {}
        while line := (await self._lines.readline()).decode().rstrip("\n"):
            name, _, value = line.partition(": ")
            fields[name] = value
        self.last_id = fields["id"]
        return fields["event"], json.loads(fields["data"])


async def test_a_tap_shows_its_answer_as_a_toast_in_the_stream(api: Api) -> None:
    """What happens comes as events, in order."""
    async with api.http.get(f"{api.url}/demo/events") as response:
        watch = Watch(response)
        kind, hello = await watch.next()
        assert (kind, list(hello)) == ("hello", ["boot"])
        number = await api.sent("menu", reply_markup=KEYBOARD)
        _, shown = await watch.next("message")
        assert shown["message"]["message_id"] == number
        where = {"chat_id": api.alice, "user_id": api.alice, "message_id": number}
        async with api.http.post(f"{api.url}/demo/taps", json={"data": "x", **where}) as tapped:
            query = (await tapped.json())["query_id"]
        await api.ok("sendChatAction", chat_id=api.alice, action="typing")
        assert await watch.next() == ("typing", {"chat_id": api.alice, "action": "typing"})
        await api.ok("answerCallbackQuery", callback_query_id=query, text="hi", show_alert=True)
        _, toast = await watch.next("toast")
        assert toast == {
            "chat_id": api.alice,
            "user_id": api.alice,
            "query_id": query,
            "text": "hi",
            "show_alert": True,
        }
        await api.ok("editMessageText", chat_id=api.alice, message_id=number, text="new")
        _, edit = await watch.next("edit")
        assert edit["message"]["html"] == "new"
        await api.ok("deleteMessage", chat_id=api.alice, message_id=number)
        gone = {"chat_id": api.alice, "message_id": number}
        assert await watch.next("delete") == ("delete", gone)


async def test_the_stream_resumes_where_a_page_left_off(api: Api) -> None:
    """With Last-Event-ID nothing is missed; an id of another start only says hello."""
    events = f"{api.url}/demo/events"
    async with api.http.get(events) as response:
        watch = Watch(response)
        _, hello = await watch.next("hello")
        await api.sent("seen")
        await watch.next("message")
    await api.sent("missed")
    async with api.http.get(events, headers={"Last-Event-ID": watch.last_id}) as response:
        again = Watch(response)
        assert await again.next("hello") == ("hello", hello)
        assert (await again.next("message"))[1]["message"]["text"] == "missed"
    async with api.http.get(events, headers={"Last-Event-ID": "gone-1"}) as response:
        other = Watch(response)
        assert await other.next() == ("hello", hello)
        await api.sent("next")
        assert (await other.next("message"))[1]["message"]["text"] == "next"


async def test_a_page_that_missed_too_much_is_told_to_reload(api: Api) -> None:
    """Another boot id makes the page fetch everything anew."""
    events = f"{api.url}/demo/events"
    async with api.http.get(events) as response:
        watch = Watch(response)
        _, hello = await watch.next("hello")
    for _ in range(2001):
        api.telegram.world.events.add("state", dict)
    async with api.http.get(events, headers={"Last-Event-ID": watch.last_id}) as response:
        again = Watch(response)
        assert await again.next() == ("hello", hello)
        _, second = await again.next()
        assert second["boot"] != hello["boot"]


async def test_what_happens_as_the_stream_falls_asleep_wakes_it(api: Api) -> None:
    """An event of the very moment after another was told comes at once, not with a heartbeat."""
    log, loop = api.telegram.world.events, asyncio.get_running_loop()

    def told_first() -> dict[str, Any]:
        loop.call_soon(log.add, "state", dict)
        return {"chat_id": api.alice}

    async with api.http.get(f"{api.url}/demo/events") as response:
        watch = Watch(response)
        await watch.next("hello")
        log.add("typing", told_first)
        await watch.next("typing")
        assert (await watch.next())[0] == "state"

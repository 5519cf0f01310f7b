"""Updates: kept until confirmed, by long polling or by webhook, never by both."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web

from kit.patience import PATIENCE
from shop_sandbox.telegram.actions import NotPossibleError
from shop_sandbox.telegram.events import Bell
from shop_sandbox.telegram.pictures import placeholder
from tests.sandbox.telegram_kit import Api, Clock, serve, served


@pytest.fixture
async def api() -> AsyncIterator[Api]:
    """Serve an embedded Telegram."""
    async with served() as api:
        yield api


async def test_an_update_is_delivered_until_its_offset_is_confirmed(api: Api) -> None:
    """Fetching again without an offset brings the same update again."""
    alice = api.telegram.person("Alice")
    await alice.write("one")
    await alice.write("two")
    first = await api.updates()
    assert [u["message"]["text"] for u in first] == ["one", "two"]
    assert await api.updates() == first
    rest = await api.updates(offset=first[0]["update_id"] + 1)
    assert [u["message"]["text"] for u in rest] == ["two"]
    assert await api.updates(offset=rest[0]["update_id"] + 1) == []


async def test_update_ids_are_consecutive(api: Api) -> None:
    """A bot can see from them whether it missed something."""
    alice = api.telegram.person("Alice")
    for text in ("one", "two", "three"):
        await alice.write(text)
    ids = [u["update_id"] for u in await api.updates()]
    assert ids == [ids[0], ids[0] + 1, ids[0] + 2]


async def test_limit_bounds_a_batch_and_a_negative_offset_counts_from_the_end(api: Api) -> None:
    """A negative offset forgets everything before it."""
    alice = api.telegram.person("Alice")
    for text in ("one", "two", "three"):
        await alice.write(text)
    assert [u["message"]["text"] for u in await api.updates(limit=2)] == ["one", "two"]
    assert [u["message"]["text"] for u in await api.updates(offset=-1)] == ["three"]
    assert [u["message"]["text"] for u in await api.updates()] == ["three"]


async def test_a_long_poll_ends_when_something_happens(api: Api) -> None:
    """Waiting for 50 seconds takes no longer than the next message."""
    polling = asyncio.create_task(api.updates(timeout=50))
    served_once = api.next_call()
    await served_once.wait()
    await api.telegram.person("Alice").write("hi")
    assert [u["message"]["text"] for u in await polling] == ["hi"]


async def test_a_second_poller_ends_the_first_with_a_conflict(api: Api) -> None:
    """Two processes with one token hear of each other."""
    served_once = api.next_call()
    first = asyncio.create_task(api.refused("getUpdates", timeout=50))
    await served_once.wait()
    assert await api.updates() == []
    refusal = await first
    assert refusal.status == 409
    assert refusal.words.startswith("Conflict: terminated by other getUpdates request")


async def test_allowed_updates_hold_until_they_are_set_anew(api: Api) -> None:
    """Kinds that are not asked for are never queued; an empty list means the usual ones."""
    alice = api.telegram.person("Alice")
    await api.updates(allowed_updates=["callback_query"])
    await alice.write("unheard")
    assert await api.updates() == []
    await api.updates(allowed_updates=[])
    await alice.write("heard")
    assert [u["message"]["text"] for u in await api.updates()] == ["heard"]


async def test_updates_are_given_up_after_their_time() -> None:
    """A message is kept for a day, a tap for 150 seconds."""
    clock = Clock()
    async with served(clock=clock) as api:
        alice = api.telegram.person("Alice")
        keyboard = {"inline_keyboard": [[{"text": "x", "callback_data": "x"}]]}
        await api.sent("tap me", reply_markup=keyboard)
        await alice.tap(alice.messages()[-1], "x")
        await alice.write("hi")
        assert [list(u)[1] for u in await api.updates()] == ["callback_query", "message"]
        clock.now += 151
        assert [list(u)[1] for u in await api.updates()] == ["message"]
        clock.now += 24 * 3600
        assert await api.updates() == []


class Receiver:
    """A bot's webhook that answers as it is told."""

    def __init__(self) -> None:
        self.statuses: list[int] = []
        self.bodies: list[dict[str, Any]] = []
        self.secrets: list[str | None] = []
        self.bell = Bell()

    async def take(self, request: web.Request) -> web.Response:
        """Take one delivery."""
        self.bodies.append(await request.json())
        self.secrets.append(request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
        self.bell.ring()
        return web.Response(status=self.statuses.pop(0) if self.statuses else 200)

    async def texts(self, count: int) -> list[str]:
        """Wait for a number of deliveries; return their messages' texts."""

        def look() -> list[str] | None:
            texts = [body["message"]["text"] for body in self.bodies]
            return texts if len(texts) >= count else None

        return await self.bell.until(look, 5)


@asynccontextmanager
async def hooked(**options: Any) -> AsyncIterator[tuple[Api, Receiver, str]]:
    """Serve an embedded Telegram and a receiver beside it."""
    receiver = Receiver()
    app = web.Application()
    app.add_routes([web.post("/hook", receiver.take)])
    async with serve(app) as url, served(**options) as api:
        yield api, receiver, f"{url}/hook"


async def test_a_webhook_gets_updates_with_its_secret() -> None:
    """What came before it was set is delivered too, and counts as confirmed on a 200."""
    async with hooked() as (api, receiver, url):
        alice = api.telegram.person("Alice")
        await alice.write("before")
        await api.ok("setWebhook", url=url, secret_token="s3cret", max_connections=10)
        await alice.write("after")
        assert await receiver.texts(2) == ["before", "after"]
        assert receiver.secrets == ["s3cret", "s3cret"]
        await api.ok("deleteWebhook")
        assert await api.updates() == []


async def test_a_refused_delivery_is_tried_again_after_growing_delays() -> None:
    """A non-2xx brings the same update again; the next of that chat waits its turn."""
    delays: list[float] = []

    async def sleep(seconds: float) -> None:
        delays.append(seconds)

    async with hooked(sleep=sleep) as (api, receiver, url):
        receiver.statuses = [500, 404, 302, 200]
        alice = api.telegram.person("Alice")
        await alice.write("one")
        await alice.write("two")
        await api.ok("setWebhook", url=url)
        assert await receiver.texts(5) == ["one", "one", "one", "one", "two"]
        assert len({body["update_id"] for body in receiver.bodies}) == 2
        assert delays == [1, 2, 4]
        info = await api.ok("getWebhookInfo")
        assert info["last_error_message"].startswith("Wrong response from the webhook: 302")


async def test_one_chats_refused_update_does_not_hold_up_the_others() -> None:
    """Chats are lanes of their own."""

    async def never(seconds: float) -> None:
        del seconds
        await asyncio.Event().wait()

    async with hooked(sleep=never) as (api, receiver, url):
        receiver.statuses = [500]
        await api.ok("setWebhook", url=url)
        await api.telegram.person("Alice").write("stuck")
        await receiver.texts(1)
        await api.telegram.person("Marta").write("through")
        assert await receiver.texts(2) == ["stuck", "through"]


async def test_an_unreachable_webhook_is_told_in_its_info() -> None:
    """The queue is kept, and the fault can be read."""
    tried = Bell()

    async def sleep(seconds: float) -> None:
        del seconds
        tried.ring()
        await asyncio.Event().wait()

    async with served(sleep=sleep) as api:
        await api.ok("setWebhook", url="http://127.0.0.1:9/hook")
        await api.telegram.person("Alice").write("hi")
        await asyncio.wait_for(tried.wait(), PATIENCE)
        info = await api.ok("getWebhookInfo")
        assert info["pending_update_count"] == 1
        assert info["last_error_message"] == "Connection refused"


async def test_get_updates_is_a_conflict_while_a_webhook_is_set() -> None:
    """One way or the other; setting a webhook also ends a poll that waits."""
    async with hooked() as (api, _, url):
        served_once = api.next_call()
        polling = asyncio.create_task(api.refused("getUpdates", timeout=50))
        await served_once.wait()
        await api.ok("setWebhook", url=url)
        assert (await polling).words == "Conflict: terminated by setWebhook request"
        refusal = await api.refused("getUpdates")
        assert refusal.status == 409
        assert "while webhook is active" in refusal.words
        await api.ok("deleteWebhook")
        assert await api.updates() == []


@pytest.mark.parametrize(
    "params",
    [
        {"url": "http://example.com/hook"},
        {"url": "https://example.com:8080/hook"},
        {"url": "https://example.com/hook", "secret_token": "no spaces"},
        {"url": "https://example.com/hook", "max_connections": 101},
        {"url": "https://example.com:99999/hook"},
    ],
)
async def test_a_webhook_that_telegram_would_not_call_is_refused(
    api: Api, params: dict[str, Any]
) -> None:
    """Address, port, secret and connections have their limits; nothing is set."""
    assert (await api.refused("setWebhook", **params)).status == 400
    assert (await api.ok("getWebhookInfo"))["url"] == ""


async def test_pending_updates_are_dropped_on_request(api: Api) -> None:
    """drop_pending_updates forgets what was queued."""
    await api.telegram.person("Alice").write("old")
    await api.ok("deleteWebhook", drop_pending_updates=True)
    assert await api.updates() == []


async def test_an_album_comes_as_an_update_an_item(api: Api) -> None:
    """All say the same media_group_id, one has the caption; a caption is edited like a text."""
    alice = api.telegram.person("Alice")
    sent = await alice.upload_album([placeholder(9, 9)] * 3, caption="one", on=2)
    items = [update["message"] for update in await api.updates()]
    assert [item["message_id"] for item in items] == [one.id for one in sent]
    assert len({item["media_group_id"] for item in items}) == 1
    assert [item.get("caption") for item in items] == [None, None, "one"]
    await alice.edit(sent[2], "two")
    edited = (await api.updates(offset=-1))[0]["edited_message"]
    assert (edited["caption"], edited["photo"]) == ("two", items[2]["photo"])
    with pytest.raises(NotPossibleError, match="from 2 to 10"):
        await alice.upload_album([placeholder(9, 9)])

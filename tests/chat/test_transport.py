"""Telegram's HTTP by aiohttp: a real Bot over it against the embedded Telegram."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, InputFile
from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken, NetworkError, TimedOut

from bot.chat.telegram.transport import AiohttpRequest, TransportError, UpdatesRequest, lighten
from kit import TOKEN
from shop_sandbox.faults import Fault
from shop_sandbox.site import SandboxSite


@pytest.fixture
async def site() -> AsyncIterator[SandboxSite]:
    """Serve an embedded Telegram."""
    async with SandboxSite() as site:
        yield site


@asynccontextmanager
async def talking(
    site: SandboxSite, request: AiohttpRequest | None = None, token: str = TOKEN
) -> AsyncIterator[Bot]:
    """Open a bot over the transport."""
    bot = Bot(
        token,
        base_url=f"{site.telegram_api_url}/bot",
        request=request or AiohttpRequest(),
        get_updates_request=AiohttpRequest(),
    )
    async with bot:
        yield bot


async def opened(site: SandboxSite) -> int:
    """Let a person write first, and return the chat."""
    alice = site.telegram.person("Alice")
    await alice.start()
    return alice.id


async def test_a_message_with_every_sort_of_letter_goes_as_json(site: SandboxSite) -> None:
    """Emoji, Cyrillic and quotes arrive as they were, a keyboard beside them."""
    words = 'Käffchen ☕ "два" \\ & <3'
    keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("Да 👍", callback_data="1h")]])
    async with talking(site) as bot:
        sent = await bot.send_message(await opened(site), words, reply_markup=keyboard)
    assert sent.text == words
    assert sent.reply_markup == keyboard


@pytest.mark.parametrize("name", ["café menü 2026.json", "каталог.json", "a&b;c.json"])
async def test_a_file_keeps_its_name(site: SandboxSite, name: str) -> None:
    """Spaces and letters of other alphabets are not percent-encoded on the way."""
    async with talking(site) as bot:
        file = InputFile(b'{"shop": 1}', filename=name)
        sent = await bot.send_document(await opened(site), file, caption="Größe & mehr")
        assert sent.document is not None
        assert (sent.document.file_name, sent.document.file_size) == (name, 11)
        assert sent.caption == "Größe & mehr"


async def test_no_answer_in_time_is_a_timeout(site: SandboxSite) -> None:
    """The call may have taken effect, and PTB's own error says so."""
    site.faults.add(Fault("getMe", "hang", times=None))
    outcomes: list[str] = []
    request = AiohttpRequest(read_seconds=0.05, called=outcomes.append)
    bot = Bot(TOKEN, base_url=f"{site.telegram_api_url}/bot", request=request)
    await request.initialize()
    with pytest.raises(TimedOut):
        await bot.get_me()
    await request.shutdown()
    assert outcomes == ["timeout"]
    assert request.answered_at is None


async def test_an_upload_too_slow_is_a_timeout(site: SandboxSite) -> None:
    """An upload has one time for all of it."""
    site.faults.add(Fault("sendDocument", "hang", times=None))
    async with talking(site) as bot:
        file = InputFile(b"1", filename="1.txt")
        with pytest.raises(TimedOut):
            await bot.send_document(await opened(site), file, write_timeout=0.05)


async def test_a_cut_connection_is_a_network_error_without_the_token(site: SandboxSite) -> None:
    """The token stands in every URL, and in no error."""
    async with talking(site) as bot:
        site.faults.add(Fault("getMe", "cut", times=None))
        with pytest.raises(NetworkError) as caught:
            await bot.get_me()
    assert type(caught.value) is TransportError
    assert TOKEN.partition(":")[2] not in repr(caught.value)
    assert caught.value.__cause__ is None


async def test_nobody_there_is_a_network_error_without_the_token(site: SandboxSite) -> None:
    """A refused connection tells its kind only."""
    request = AiohttpRequest()
    await request.initialize()
    with pytest.raises(NetworkError, match="connection failed: ClientConnector") as caught:
        await request.do_request(f"http://127.0.0.1:1/bot{TOKEN}/getMe", "POST")
    await request.shutdown()
    assert "AAtests" not in repr(caught.value)
    assert site.faults.calls["getMe"] == 0


@pytest.mark.parametrize(
    ("status", "error"),
    [(400, BadRequest), (401, InvalidToken), (403, Forbidden), (409, Conflict)],
)
async def test_a_refusal_is_ptbs_own_error(
    site: SandboxSite, status: int, error: type[Exception]
) -> None:
    """What Telegram refuses is told by kind, with Telegram's words."""
    body = {"ok": False, "error_code": status, "description": "So: no"}
    async with talking(site) as bot:
        site.faults.add(Fault("getMe", "error", status=status, body=body))
        with pytest.raises(error):
            await bot.get_me()
        assert (await bot.get_me()).is_bot


async def test_a_server_that_fails_is_a_network_error(site: SandboxSite) -> None:
    """A gateway's page is no JSON, and still tells its status."""
    async with talking(site) as bot:
        site.faults.add(Fault("getMe", "error", status=502, body=b"<html>"))
        with pytest.raises(NetworkError, match="status 502"):
            await bot.get_me()


async def test_it_can_be_closed_and_opened_again(site: SandboxSite) -> None:
    """Opening twice keeps the pool, and a closed one refuses calls."""
    request = AiohttpRequest()
    url = f"{site.telegram_api_url}/bot{TOKEN}/getMe"
    with pytest.raises(RuntimeError, match="not initialized"):
        await request.do_request(url, "POST")
    for _ in range(2):
        await request.initialize()
        await request.initialize()
        status, _ = await request.do_request(url, "POST")
        assert status == 200
        await request.shutdown()
        await request.shutdown()


async def test_calls_go_through_a_proxy(site: SandboxSite) -> None:
    """The proxy is asked for the whole address."""
    asked: list[str] = []

    async def forward(request: web.BaseRequest) -> web.Response:
        asked.append(str(request.url))
        return web.json_response({"ok": True, "result": {"id": 1}})

    server = web.Server(forward)
    listening = await asyncio.get_running_loop().create_server(server, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    request = AiohttpRequest(proxy=f"http://127.0.0.1:{port}")
    await request.initialize()
    status, _ = await request.do_request("http://telegram.example/bot1:x/getMe", "POST")
    await request.shutdown()
    listening.close()
    await server.shutdown()
    assert (status, asked) == (200, ["http://telegram.example/bot1:x/getMe"])
    assert not site.faults.calls


async def test_many_calls_share_few_connections(site: SandboxSite) -> None:
    """More calls than connections wait for one instead of failing."""
    async with talking(site, AiohttpRequest(connections=2)) as bot:
        names = {me.username for me in await asyncio.gather(*(bot.get_me() for _ in range(20)))}
    assert names == {"sandbox_shop_bot"}


def _tap(**message: Any) -> dict[str, Any]:
    return {"update_id": 1, "callback_query": {"id": "1", "data": "1h", "message": message}}


def test_what_nobody_reads_of_a_tapped_message_is_left_out() -> None:
    """What was tapped, where, and what the message shows stay; so do other updates."""
    read = {"message_id": 7, "date": 1, "chat": {"id": 3}, "photo": [{}], "message_thread_id": 4}
    unread: dict[str, Any] = {
        "reply_markup": {},
        "from": {},
        "entities": [],
        "caption_entities": [],
    }
    tap = _tap(**read, **unread, text="Cart")
    lighten(tap)
    assert tap == _tap(**read, text="Cart")
    reply = {"update_id": 2, "message": {"reply_markup": {"inline_keyboard": [[]]}}}
    kept = dict(reply)
    lighten(reply)
    assert reply == kept


@pytest.mark.parametrize(
    "strange", [{}, {"callback_query": 1}, {"callback_query": {"message": []}}]
)
def test_what_is_no_tap_is_left_alone(strange: dict[str, Any]) -> None:
    """Anything may come; what it is is for others to say."""
    before = dict(strange)
    lighten(strange)
    assert strange == before


def test_fetched_taps_come_without_the_keyboard() -> None:
    """The transport of updates lightens them before objects are made."""
    fetched = UpdatesRequest.parse_json_payload(
        b'{"ok":true,"result":[{"update_id":1,"callback_query":'
        b'{"message":{"text":"Cart","reply_markup":{}}}}]}'
    )
    assert fetched["result"] == [{"update_id": 1, "callback_query": {"message": {"text": "Cart"}}}]

"""What the shop talks to while it is measured: a Telegram as light as can be, and Stripe.

Both live in one process of their own. This Telegram reads just enough of a call to answer it, so
that what is measured is the bot; whether calls are right is for the tests to say.
"""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections import Counter
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any, Final, cast
from urllib.parse import parse_qs, urlsplit

import uvloop
from aiohttp import web

from shop_sandbox.faults import Fault, Faults
from shop_sandbox.stripe import StripeSandbox

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_CHAT = re.compile(rb'chat_id"?[:=]"?(-?\d+)')
_QUERY = re.compile(rb'callback_query_id"?[:=]"?q(\d+)')
#: A bot that stops asks once more, and does not wait.
_NOW = re.compile(rb'timeout"?[:=]0\b')
_TRUE = b'{"ok":true,"result":true}'
_ME = (
    b'{"ok":true,"result":{"id":7104882315,"is_bot":true,"first_name":"Bench",'
    b'"username":"bench_shop_bot","can_join_groups":true,"can_read_all_group_messages":false,'
    b'"supports_inline_queries":false}}'
)
#: Answers of calls that give something else than a message or true.
_OTHERS: Final = {
    b"getMe": _ME,
    b"getMyCommands": b'{"ok":true,"result":[]}',
    b"getMyName": b'{"ok":true,"result":{"name":""}}',
    b"getMyDescription": b'{"ok":true,"result":{"description":""}}',
    b"getMyShortDescription": b'{"ok":true,"result":{"short_description":""}}',
    b"getChatMenuButton": b'{"ok":true,"result":{"type":"commands"}}',
    b"answerCallbackQuery": _TRUE,
}
_MESSAGE = (
    b'{"ok":true,"result":{"message_id":7,"from":{"id":7104882315,"is_bot":true,'
    b'"first_name":"Bench","username":"bench_shop_bot"},"chat":{"id":%s,"type":"private",'
    b'"first_name":"Ada"},"date":1790000000,"edit_date":1790000001,'
    b'"text":"Cart\\n\\nGoods 1, Small\\n3 \xc3\x97 \xe2\x82\xac12.50 = \xe2\x82\xac37.50",'
    b'"entities":[{"offset":0,"length":4,"type":"bold"}],"reply_markup":{"inline_keyboard":'
    b'[[{"text":"-","callback_data":"1kd:p1:s"},{"text":"3 x Goods","callback_data":"1l:p1:s"},'
    b'{"text":"+","callback_data":"1ku:p1:s"}],[{"text":"Pay","callback_data":"1o"}]]}}}'
)


class LightTelegram:
    """What the light Telegram was told to do, and what it saw."""

    def __init__(self) -> None:
        self.delay = 0.0
        self.stalled: dict[bytes, float] = {}
        self.calls: Counter[str] = Counter()
        #: Chat to the moments (monotonic seconds) at which something was shown in it.
        self.shown: dict[str, list[float]] = {}
        #: The same of new messages alone.
        self.sent: dict[str, list[float]] = {}
        self.texts: dict[str, list[str]] = {}
        self.updates: list[Any] = []
        self.watching = False

    def control(self, query: dict[str, list[str]]) -> Any:
        """Do what the bench asks for, and tell what was seen."""
        if "delay" in query:
            self.delay = float(query["delay"][0])
        if "stall" in query:
            self.stalled = {query["chat"][0].encode(): float(query["stall"][0])}
        if "watch" in query:
            self.watching = True
            self.shown.clear()
            self.sent.clear()
            self.texts.clear()
            self.calls.clear()
        if "update" in query:
            self.updates.append(json.loads(query["update"][0]))
        return {
            "calls": self.calls, "shown": self.shown, "sent": self.sent, "texts": self.texts,
        }  # fmt: skip


class Talk(asyncio.Protocol):
    """One connection of the bot's."""

    def __init__(self, world: LightTelegram) -> None:
        self._world = world
        self._buffer = b""
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way back."""
        self._transport = cast("asyncio.Transport", transport)  # uvloop does not say so

    def data_received(self, data: bytes) -> None:
        """Answer every call that is complete."""
        buffer = self._buffer + data
        while (end := buffer.find(b"\r\n\r\n")) >= 0:
            length = _LENGTH.search(buffer, 0, end)
            whole = end + 4 + (int(length[1]) if length else 0)
            if len(buffer) < whole:
                break
            path = buffer[: buffer.index(b" HTTP", 4)].split(b" ", 1)[1]
            self._serve(path, buffer[end + 4 : whole])
            buffer = buffer[whole:]
        self._buffer = buffer

    def _serve(self, path: bytes, body: bytes) -> None:
        world, name = self._world, path.rsplit(b"/", 1)[-1]
        if name.startswith(b"control"):
            query = parse_qs(urlsplit(path.decode()).query)
            self._send(json.dumps(world.control(query)).encode())
            return
        if name == b"getUpdates":
            self._updates(0 if _NOW.search(body) else 400)
            return
        found = _CHAT.search(body) or _QUERY.search(body)
        chat = found[1] if found else b"1"
        answer = _OTHERS.get(name) or (_TRUE if name[:3] in {b"set", b"del"} else _MESSAGE % chat)
        if world.watching:
            self._note(name.decode(), chat.decode(), body)
        wait = world.stalled.get(chat, world.delay)
        if wait:
            asyncio.get_running_loop().call_later(wait, self._send, answer)
        else:
            self._send(answer)

    def _note(self, name: str, chat: str, body: bytes) -> None:
        self._world.calls[name] += 1
        if name.startswith("send"):
            self._world.sent.setdefault(chat, []).append(time.monotonic())
        if name.startswith(("send", "edit")):
            self._world.shown.setdefault(chat, []).append(time.monotonic())
            if body.startswith(b"{"):
                said = json.loads(body)
                text = str(said.get("text") or said.get("caption") or "")
                keyboard = str(said.get("reply_markup", ""))
                self._world.texts.setdefault(chat, []).append(f"{text}\n{keyboard}")

    def _updates(self, tries: int) -> None:
        """Wait for an update as long polling does, at most 20 seconds."""
        if self._transport.is_closing():
            return
        updates, self._world.updates = self._world.updates, []
        if updates or not tries:
            self._send(json.dumps({"ok": True, "result": updates}).encode())
        else:
            asyncio.get_running_loop().call_later(0.05, self._updates, tries - 1)

    def _send(self, answer: bytes) -> None:
        if self._transport.is_closing():
            return
        self._transport.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
            % (len(answer), answer)
        )


def serve(pipe: Connection, stripe_seconds: float, stripe_rate: int | None) -> None:
    """Run both servers until the pipe closes; their addresses go through it first."""
    uvloop.run(_serve(pipe, stripe_seconds, stripe_rate))


async def _serve(pipe: Connection, stripe_seconds: float, stripe_rate: int | None) -> None:
    world = LightTelegram()
    talk: Callable[[], Talk] = lambda: Talk(world)  # noqa: E731 - a factory of protocols
    telegram = await asyncio.get_running_loop().create_server(talk, "127.0.0.1", 0)
    faults = Faults()
    stripe = StripeSandbox(faults=faults)
    stripe.rate.per_second = stripe_rate
    if stripe_seconds:
        faults.add(Fault("*", "delay", times=None, seconds=stripe_seconds))
    app = web.Application()
    app.add_routes(stripe.routes())
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    stripe.public_url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    pipe.send((f"http://127.0.0.1:{telegram.sockets[0].getsockname()[1]}", stripe.public_url))
    await _pay(pipe, stripe)
    telegram.close()
    await stripe.close()
    await runner.cleanup()


async def _pay(pipe: Connection, stripe: StripeSandbox) -> None:
    """Pay the sessions that the bench names, as their buyers would; None ends it."""
    while (session := await asyncio.to_thread(pipe.recv)) is not None:
        await stripe.pay(session, card="4242424242424242", email="ada@example.com")
        pipe.send(session)

"""How many connections there may be, and how long one may say nothing or listen to nothing.

aiohttp limits a body and its headers' size; here stand the limits of time that it has not: a
request's head must come within seconds, and an answer must be taken. Where there are as many
connections as there may be, one that keeps us waiting, for a head or for a body, makes room: the
longest of the address that holds most of these. So callers who hold lines open shut nobody else
out. Behind a proxy all have one address, and the one that has kept us waiting longest goes.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass
from ipaddress import IPv6Network
from typing import Final, cast

import structlog
from aiohttp import StreamReader, web

from bot.web.guard import PageHandler

_log = structlog.get_logger(__name__)

_MINUTE: Final = 60.0


@dataclass(frozen=True, slots=True)
class Limits:
    """What a connection may take.

    Attributes:
        connections: Most at a time; the process has 1,024 files of its own by default.
        head_seconds: A request's line and headers come whole within this time.
        idle_seconds: A connection without a request is kept so long. A proxy before the shop ends
            its idle ones sooner (Caddy after two minutes), so that none ends as it is being used.
        answer_seconds: An answer, pictures too, is taken whole within this time.
    """

    connections: int = 512
    head_seconds: float = 10.0
    idle_seconds: float = 150.0
    answer_seconds: float = 60.0


class Connections:
    """All connections of a server.

    Args:
        limits: What each may take.
    """

    def __init__(self, limits: Limits) -> None:
        self.limits: Final = limits
        self._open: set[HttpConnection] = set()
        #: Those whose request has not come whole, the one that has waited longest first.
        self._waiting: dict[HttpConnection, None] = {}
        self._complained: float | None = None

    def __len__(self) -> int:
        """Return how many are open."""
        return len(self._open)

    def opened(self, connection: HttpConnection) -> bool:
        """Count a connection; False where there is no room and none can make room."""
        if len(self._open) >= self.limits.connections:
            self._complain()
            if not self._waiting:
                return False
            held = Counter(one.address for one in self._waiting)
            most = max(held.values())
            longest = next(one for one in self._waiting if held[one.address] == most)
            longest.end()
            self.closed(longest)
        self._open.add(connection)
        self.waits(connection)
        return True

    def _complain(self) -> None:
        # Once a minute: whoever floods the shop is not to flood its log as well.
        now = asyncio.get_running_loop().time()
        if self._complained is None or now - self._complained >= _MINUTE:
            self._complained = now
            _log.warning("too many connections", open=len(self._open))

    def waits(self, connection: HttpConnection) -> None:
        """Note that a connection has no request, from now on."""
        if connection in self._open:
            self._waiting.pop(connection, None)
            self._waiting[connection] = None

    def busy(self, connection: HttpConnection) -> None:
        """Note that a connection's request has come whole."""
        self._waiting.pop(connection, None)

    def closed(self, connection: HttpConnection) -> None:
        """Forget a connection."""
        self._open.discard(connection)
        self._waiting.pop(connection, None)


class HttpConnection(asyncio.Protocol):
    """Stands before the protocol that serves, passes everything on, and looks at the time."""

    def __init__(self, all_of_them: Connections, serving: asyncio.Protocol) -> None:
        self._all: Final = all_of_them
        self.limits: Final = all_of_them.limits
        self._serving: Final = serving
        self._transport: asyncio.Transport | None = None
        self._busy = False
        self._refused = False
        #: What of a request's body has come, while the rest is awaited.
        self._body: StreamReader | None = None
        #: Where it comes from: callers have as many IPv6 addresses of a network as they like.
        self.address = ""
        self._head: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Let a connection in where there is room."""
        self._transport = cast("asyncio.Transport", transport)
        self.address = _address(transport.get_extra_info("peername"))
        if not self._all.opened(self):
            self._refused = True
            self._transport.abort()
            return
        self._serving.connection_made(transport)
        self._expect_head()

    def data_received(self, data: bytes) -> None:
        """Pass on what comes; the first bytes of a head start its time."""
        if self._refused:
            return
        if not self._busy and self._head is None:
            self._expect_head()
        self._serving.data_received(data)
        if self._body is not None and self._body.is_eof():
            self._body = None
            self._all.busy(self)

    def eof_received(self) -> bool | None:
        """Pass on that nothing more comes."""
        return None if self._refused else self._serving.eof_received()

    def pause_writing(self) -> None:
        """Pass on that the other side takes nothing at the moment."""
        self._serving.pause_writing()

    def resume_writing(self) -> None:
        """Pass on that it takes something again."""
        self._serving.resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        """Let go."""
        self._stop_waiting()
        self._all.closed(self)
        if not self._refused:
            self._serving.connection_lost(exc)

    def request_began(self, body: StreamReader) -> None:
        """A head came whole; its body may still be on its way."""
        self._stop_waiting()
        self._busy = True
        if body.is_eof():
            self._all.busy(self)
        else:
            self._body = body

    def request_ended(self) -> None:
        """It was answered; the next one may come when it likes."""
        self._busy, self._body = False, None
        self._all.waits(self)

    def end(self) -> None:
        """Cut the connection."""
        if self._transport is not None:
            self._transport.abort()

    def _expect_head(self) -> None:
        seconds = self._all.limits.head_seconds
        self._head = asyncio.get_running_loop().call_later(seconds, self.end)

    def _stop_waiting(self) -> None:
        if self._head is not None:
            self._head.cancel()
            self._head = None


def _address(peer: tuple[str, int] | None) -> str:
    """Return an address, of IPv6 the network of 64 bits that a caller has whole."""
    host = peer[0].partition("%")[0] if peer else ""
    if ":" not in host:
        return host
    return str(IPv6Network((host, 64), strict=False))


@web.middleware
async def noted(request: web.Request, handler: PageHandler) -> web.StreamResponse:
    """Tell the connection of a request when it begins and when its answer is gone.

    The answer is sent here, not after, so that its sending has an end too.
    """
    transport = request.transport
    connection = transport.get_protocol() if transport is not None else None
    if not isinstance(connection, HttpConnection):
        return await handler(request)
    connection.request_began(request.content)
    try:
        answer = await handler(request)
        async with asyncio.timeout(connection.limits.answer_seconds):
            await answer.prepare(request)
            await answer.write_eof()
    except TimeoutError:
        _log.warning("answer not taken", path=request.path)
        connection.end()
        return AlreadySent(keep_alive=False)
    except ConnectionError:
        return AlreadySent(keep_alive=False)
    finally:
        connection.request_ended()
    return AlreadySent(keep_alive=bool(answer.keep_alive))


class AlreadySent(web.StreamResponse):
    """Stands for an answer that is gone already: aiohttp would send a file a second time.

    Args:
        keep_alive: Whether the connection takes another request.
    """

    def __init__(self, *, keep_alive: bool) -> None:
        super().__init__()
        self._goes_on = keep_alive

    @property
    def keep_alive(self) -> bool:
        """Whether the connection takes another request."""
        return self._goes_on

    async def prepare(self, request: web.BaseRequest) -> None:
        """Send nothing."""

    async def write_eof(self, data: bytes = b"") -> None:
        """Send nothing."""

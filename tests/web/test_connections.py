"""Connections over real sockets: those who dawdle are let go, and shut nobody else out."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.domain.order import OrderState
from bot.web.connections import Limits
from kit.patience import PATIENCE
from tests.web.kit import Site, a_site, an_order_that_is

_QUICK = Limits(connections=8, head_seconds=0.3, idle_seconds=30.0, answer_seconds=0.3)
_PATIENT = Limits(connections=8, head_seconds=30.0, idle_seconds=30.0, answer_seconds=30.0)

Line = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def _line(site: Site, sent: bytes = b"") -> Line:
    reader, writer = await asyncio.open_connection("127.0.0.1", int(site.url.rpartition(":")[2]))
    writer.write(sent)
    return reader, writer


async def _ended(line: Line) -> bool:
    """Wait until the server has ended a connection; what it still said is read away."""
    reader, writer = line
    try:
        async with asyncio.timeout(PATIENCE):
            await reader.read()
    except ConnectionError:
        pass
    except TimeoutError:
        return False
    finally:
        writer.close()
    return True


@pytest.mark.parametrize(
    "sent",
    [b"", b"GET /healthz HT", b"GET /healthz HTTP/1.1\r\nHost: shop\r\nX-Slow: 1\r\n"],
    ids=["nothing", "half a line", "headers without an end"],
)
async def test_a_head_that_does_not_come_ends_the_connection(tmp_path: Path, sent: bytes) -> None:
    """Nothing, or a little and then nothing: the line is not held open."""
    async with a_site(tmp_path, limits=_QUICK) as site:
        began = time.monotonic()
        assert await _ended(await _line(site, sent))
        assert time.monotonic() - began >= 0.25


async def test_a_head_that_trickles_ends_the_connection(tmp_path: Path) -> None:
    """A byte now and then, as slow-header attacks send them, buys no more time."""
    async with a_site(tmp_path, limits=_QUICK) as site:
        reader, writer = await _line(site, b"GET /healthz HTTP/1.1\r\n")

        async def trickle() -> int:
            for count in range(500):
                writer.write(b"X-Slow: 1\r\n")
                try:
                    await asyncio.wait_for(reader.read(), 0.02)
                except TimeoutError:
                    continue
                except ConnectionError:
                    pass
                return count
            return 500

        assert await trickle() < 500
        writer.close()


async def test_a_second_head_has_its_time_too(tmp_path: Path) -> None:
    """After an answer the connection may rest; the next request must come whole again."""
    async with a_site(tmp_path, limits=_QUICK) as site:
        line = await _line(site, b"GET /healthz HTTP/1.1\r\nHost: shop\r\n\r\n")
        assert b"200 OK" in await line[0].readline()
        line[1].write(b"GET /healthz HT")
        assert await _ended(line)


async def test_a_connection_may_rest_longer_than_a_head_may_take(tmp_path: Path) -> None:
    """A proxy keeps its connections: one that was answered is not cut for being quiet."""
    async with a_site(tmp_path, limits=_QUICK) as site:
        reader, writer = await _line(site)
        for _ in range(2):
            writer.write(b"GET /healthz HTTP/1.1\r\nHost: shop\r\n\r\n")
            head = await reader.readuntil(b"\r\n\r\n")
            assert b"200 OK" in head
            await reader.readexactly(len(b'{"alive": true}'))
            assert await _still_open(reader, 0.6)
        writer.close()


async def _still_open(reader: asyncio.StreamReader, seconds: float) -> bool:
    """Return whether nothing comes, no end either, for so long."""
    try:
        async with asyncio.timeout(seconds):
            await reader.read(1)
    except TimeoutError:
        return True
    return False


async def test_a_body_that_does_not_come_is_answered_and_let_go(tmp_path: Path) -> None:
    """Announced and never sent: told so, and the line is free again."""
    async with a_site(tmp_path, limits=_QUICK, time_limit=0.2) as site:
        line = await _line(
            site,
            b"POST /stripe/webhook HTTP/1.1\r\nHost: shop\r\nContent-Length: 100\r\n"
            b"Connection: close\r\n\r\nxx",
        )
        assert b" 503 " in await line[0].readline()
        assert site.inbox.events == {}
        line[1].close()


async def test_an_answer_that_nobody_takes_ends_the_connection(tmp_path: Path) -> None:
    """A caller that asks for a picture and does not read it holds nothing open."""
    async with a_site(tmp_path, limits=_QUICK) as site:
        (site.folder / "photos").mkdir()
        (site.folder / "photos/cup.jpg").write_bytes(bytes(40_000_000))
        # A reader takes no more than its buffer holds until it is asked to.
        _, writer = await _line(
            site, b"GET /pictures/photos/cup.jpg HTTP/1.1\r\nHost: shop\r\n\r\n"
        )
        await site.until(lambda: len(site.connections) == 1)
        await site.until(lambda: len(site.connections) == 0)
        writer.close()


async def test_lines_held_open_shut_nobody_out(tmp_path: Path) -> None:
    """With every place taken by callers who say nothing, the longest waiting makes room."""
    async with a_site(tmp_path, limits=_PATIENT) as site:
        with capture_logs() as log:
            held = [await _line(site, b"GET / HTTP/1.1\r\n") for _ in range(50)]
            answer = await site.ask("/healthz")
        assert [one["event"] for one in log] == ["too many connections"]
        assert answer.status == 200
        assert len(site.connections) <= _PATIENT.connections
        assert await _ended(held[0])
        for _, writer in held[1:]:
            writer.close()


async def test_bodies_that_trickle_shut_nobody_out(tmp_path: Path) -> None:
    """A caller whose body is not there keeps us waiting as one does whose head is not."""
    head = b"POST /stripe/webhook HTTP/1.1\r\nHost: shop\r\nContent-Length: 100\r\n\r\nxx"
    async with a_site(tmp_path, limits=_PATIENT) as site:
        held = [await _line(site, head) for _ in range(3 * _PATIENT.connections)]
        answer = await site.ask("/healthz")
        assert answer.status == 200
        assert await _ended(held[0])
        for _, writer in held[1:]:
            writer.close()


async def test_a_body_that_came_whole_makes_no_room(tmp_path: Path) -> None:
    """Its first part came with the head and the rest later: then it is served, and not cut."""
    async with a_site(tmp_path, limits=_PATIENT) as site:
        reader, writer = await _line(
            site,
            b"POST /stripe/webhook HTTP/1.1\r\nHost: shop\r\nContent-Length: 4\r\n\r\nxx",
        )
        await site.until(lambda: len(site.connections) == 1)
        writer.write(b"xx")
        assert b" 400 " in await reader.readline()
        writer.close()


async def test_the_address_that_holds_most_lines_makes_room(tmp_path: Path) -> None:
    """Somebody else's slow line stays, though it has waited longer than all of a flood's."""
    async with a_site(tmp_path, limits=_PATIENT) as site:
        port = int(site.url.rpartition(":")[2])
        slow = await asyncio.open_connection("127.0.0.1", port, local_addr=("127.0.0.2", 0))
        slow[1].write(b"GET / HTTP/1.1\r\n")
        await site.until(lambda: len(site.connections) == 1)
        flood = [await _line(site, b"GET / HTTP/1.1\r\n") for _ in range(30)]
        assert await _ended(flood[0])
        assert await _still_open(slow[0], 0.01)
        for _, writer in (slow, *flood[1:]):
            writer.close()


async def test_requests_under_way_make_no_room(tmp_path: Path) -> None:
    """Who is being served is not cut for a newcomer: the newcomer is."""
    async with a_site(tmp_path, limits=_PATIENT) as site:
        site.settlement.hangs = True
        site.settlement.orders["cs_1"] = an_order_that_is(OrderState.OPEN)
        asking = b"GET /success?session_id=cs_1 HTTP/1.1\r\nHost: shop\r\n\r\n"
        served = [await _line(site, asking) for _ in range(_PATIENT.connections)]
        await site.until(lambda: len(site.settlement.asked) == _PATIENT.connections)
        assert await _ended(await _line(site, asking))
        assert len(site.settlement.asked) == _PATIENT.connections
        for reader, writer in served:
            assert await _still_open(reader, 0.01)
            writer.close()


async def test_pictures_follow_each_other_on_one_connection_and_log_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A file is sent once, and the connection takes the next request."""
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "cup.jpg").write_bytes(b"\xff\xd8cup")
    asked = b"GET /pictures/photos/cup.jpg HTTP/1.1\r\nHost: shop\r\n\r\n"
    async with a_site(tmp_path, limits=_PATIENT) as site:
        reader, writer = await _line(site)
        for _ in range(2):
            writer.write(asked)
            async with asyncio.timeout(PATIENCE):
                assert b"200 OK" in await reader.readline()
                await reader.readuntil(b"\r\n\r\n")
                assert await reader.readexactly(5) == b"\xff\xd8cup"
        writer.close()
    assert caplog.records == []


async def test_who_leaves_before_the_answer_is_no_fault_of_ours(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A connection that is reset while its answer is made leaves no traceback in the log."""
    async with a_site(tmp_path, limits=_PATIENT) as site:
        site.settlement.hangs = True
        asked = b"GET /success?session_id=cs_1 HTTP/1.1\r\nHost: shop\r\n\r\n"
        _, writer = await _line(site, asked)
        await site.until(lambda: site.settlement.asked == ["cs_1"])
        writer.transport.abort()
        await site.until(lambda: len(site.connections) == 0)
        site.settlement.let_go.set()
    assert caplog.records == []

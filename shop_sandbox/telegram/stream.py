"""What happens, as Server-Sent Events for the demo page, resumed where a page left off."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress

from aiohttp import web

from shop_sandbox.exchange import Json
from shop_sandbox.telegram.events import EventLog
from shop_sandbox.telegram.guard import guarded

_HEARTBEAT_SECONDS = 15


class Stream:
    """Serves ``/demo/events``."""

    def __init__(self, log: EventLog) -> None:
        self._log = log
        self._closing = False

    def routes(self) -> list[web.RouteDef]:
        """Return the route of the stream."""
        return [web.get("/demo/events", guarded(self._events))]

    def open(self) -> None:
        """Let streams last."""
        self._closing = False

    def close(self) -> None:
        """End every stream, and let none last until it is opened again."""
        self._closing = True
        self._log.bell.ring()

    async def _events(self, request: web.Request) -> web.StreamResponse:
        log = self._log
        boot, _, number = request.headers.get("Last-Event-ID", "").partition("-")
        resumes = boot == log.boot and number.isdigit()
        last = int(number) if resumes else log.last
        response = web.StreamResponse(
            headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"}
        )
        await response.prepare(request)
        with suppress(ConnectionResetError):  # a closed tab is no fault
            await response.write(_event("hello", f"{log.boot}-{last}", {"boot": log.boot}))
            await self._tell(response, last)
        return response

    async def _tell(self, response: web.StreamResponse, last: int) -> None:
        log = self._log
        while not self._closing:
            events = log.since(last)
            if events is None:
                last = log.last
                lost = {"boot": f"{log.boot}.{last}"}
                await response.write(_event("hello", f"{log.boot}-{last}", lost))
                continue
            for event in events:
                last = event.number
                await response.write(_event(event.kind, f"{log.boot}-{last}", event.data()))
            if log.last != last or self._closing:
                continue
            try:
                # Not `wait_for`: on Python 3.11 it begins to listen one turn of the loop later, and
                # what happens in between would stay untold until the next heartbeat.
                async with asyncio.timeout(_HEARTBEAT_SECONDS):
                    await log.bell.wait()
            except TimeoutError:
                await response.write(b": still here\n\n")


def _event(kind: str, number: str, data: Json) -> bytes:
    return f"id: {number}\nevent: {kind}\ndata: {json.dumps(data)}\n\n".encode()

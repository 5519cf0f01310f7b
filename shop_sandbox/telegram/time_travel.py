"""Letting time pass, for the demo page; only where the sandbox's clock can be set ahead."""

from __future__ import annotations

from collections.abc import Callable

from aiohttp import web

from shop_sandbox.clock import SandboxClock
from shop_sandbox.telegram.actions import NotPossibleError
from shop_sandbox.telegram.guard import guarded, json_object

_LONGEST = 31 * 86_400


class TimeTravel:
    """Serves ``/demo/time``.

    Args:
        clock: The sandbox's.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock

    def routes(self) -> list[web.RouteDef]:
        """Return the routes of the clock."""
        return [
            web.get("/demo/time", guarded(self._tell)),
            web.post("/demo/time", guarded(self._pass)),
        ]

    async def _tell(self, request: web.Request) -> web.StreamResponse:
        del request
        moves = isinstance(self._clock, SandboxClock)
        return web.json_response({"now": int(self._clock()), "moves": moves})

    async def _pass(self, request: web.Request) -> web.StreamResponse:
        seconds = (await json_object(request)).get("seconds")
        if not isinstance(self._clock, SandboxClock):
            raise NotPossibleError("this sandbox lives by the machine's clock")
        if type(seconds) is not int or not 0 <= seconds <= _LONGEST:
            raise NotPossibleError(f"seconds is a whole number from 0 to {_LONGEST}")
        self._clock.jump(seconds)
        return web.json_response({"now": self._clock.now(), "moves": True})

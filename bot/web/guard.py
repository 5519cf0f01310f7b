"""What holds for every answer: its headers, its time, and that a fault of ours shows nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

import structlog
from aiohttp import web

from bot.domain.errors import TransientError
from bot.web.page import Plain
from bot.web.renderer import PageRenderer

_log = structlog.get_logger(__name__)

PageHandler = Callable[[web.Request], Awaitable[web.StreamResponse]]

#: Seconds that a request may take, its body's reading included. Settling takes up to seven.
TIME_LIMIT: Final = 15.0
#: Bytes of a body. Stripe's largest events have a fraction of it.
BODY_LIMIT: Final = 256 * 1024

_NOT_FOUND, _SERVER_FAULT = 404, 500

HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
}
_HSTS: Final = "max-age=31536000"


def headers_signal(*, https: bool) -> Callable[[web.Request, web.StreamResponse], Awaitable[None]]:
    """Return what puts the security headers onto every answer, files and errors included."""

    async def add(request: web.Request, response: web.StreamResponse) -> None:
        del request
        response.headers.update(HEADERS)
        if https:
            response.headers["Strict-Transport-Security"] = _HSTS
        response.headers.popall("Server", None)

    return add


def guard(
    renderer: PageRenderer, time_limit: float = TIME_LIMIT
) -> Callable[..., Awaitable[web.StreamResponse]]:
    """Return the middleware that turns every fault into a kind page of the right status."""

    @web.middleware
    async def guarded(request: web.Request, handler: PageHandler) -> web.StreamResponse:
        try:
            async with asyncio.timeout(time_limit):
                return await handler(request)
        except web.HTTPException as error:
            return _refused(renderer, request, error)
        except (TransientError, TimeoutError) as error:
            _log.warning("page failed", path=request.path, error=type(error).__name__)
            answer = renderer.plain(request, Plain.ERROR, status=503)
            answer.headers["Retry-After"] = "5"
            return answer
        except Exception:  # noqa: BLE001 - the last wall: whatever it was, a buyer sees a page
            _log.exception("page broke", path=request.path)
            return renderer.plain(request, Plain.ERROR, status=_SERVER_FAULT)

    return guarded


def _refused(
    renderer: PageRenderer, request: web.Request, error: web.HTTPException
) -> web.StreamResponse:
    kind = Plain.MISSING if error.status < _SERVER_FAULT else Plain.ERROR
    answer = renderer.plain(request, kind, status=error.status)
    if "Allow" in error.headers:
        answer.headers["Allow"] = error.headers["Allow"]
    return answer

"""Who may use the demo page's API: pages from this machine, and nobody through their browser."""

from __future__ import annotations

from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler

from shop_sandbox.exchange import Json
from shop_sandbox.telegram.actions import NotPossibleError
from shop_sandbox.telegram.media import is_loopback


def guarded(handler: Handler) -> Handler:
    """Return the handler behind the checks, with its refusals as JSON.

    A Host or Origin elsewhere is a page on the internet reaching for this machine (DNS
    rebinding, cross-site request); a JSON body or the header X-Demo cannot be sent across
    sites without asking first.
    """

    async def checked(request: web.Request) -> web.StreamResponse:
        if not _is_local(f"//{request.host}") or not _is_local(request.headers.get("Origin")):
            return _refused(403, "this page is for this machine only")
        if request.method in ("POST", "PATCH") and not (
            request.content_type == "application/json"
            or (request.content_type == "multipart/form-data" and "X-Demo" in request.headers)
        ):
            return _refused(415, "application/json is expected, or multipart with X-Demo")
        try:
            return await handler(request)
        except NotPossibleError as refusal:
            return _refused(400, str(refusal))
        except TimeoutError:
            return _refused(504, "the bot did not answer")
        except (ValueError, KeyError, TypeError):
            return _refused(400, "a field is missing or wrong")

    return checked


async def json_object(request: web.Request) -> Json:
    """Return a request's JSON object.

    Raises:
        NotPossibleError: it is something else.
    """
    body = await request.json()
    if not isinstance(body, dict):
        raise NotPossibleError("an object is expected")
    return body


def _is_local(address: str | None) -> bool:
    return address is None or is_loopback(urlsplit(address).hostname)


def _refused(status: int, why: str) -> web.Response:
    return web.json_response({"error": why}, status=status)

"""Keeps other sites' pages out: whoever's browser is on this machine could otherwise be used."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler

from shop_sandbox.telegram.media import is_loopback

#: Only programs call these; a browser says of itself whence it comes.
_FOR_PROGRAMS: Final = ("/telegram/", "/stripe/")


@web.middleware
async def refuse_strangers(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer 403 to another site's page; nothing here allows one by CORS.

    A Host that is not this machine is a name that was made to lead here (DNS rebinding). An Origin
    is sent with every POST of a page, and with what a page's script asks of another site. A page
    that names itself to nobody sends "null": then the browser says whether it is ours.
    """
    origin = request.headers.get("Origin")
    site = request.headers.get("Sec-Fetch-Site", "none")
    local = is_loopback(urlsplit(f"//{request.host}").hostname)
    ours = origin in {None, f"http://{request.host}"} or (origin, site) == ("null", "same-origin")
    fetched = site not in {"none", "same-origin"}
    if not local or not ours or (fetched and request.path.startswith(_FOR_PROGRAMS)):
        return web.json_response({"error": "this is for this machine's own pages"}, status=403)
    return await handler(request)

"""Media in requests: an upload, a URL, or a file_id becomes what a message shows."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

import aiohttp

from shop_sandbox.exchange import Json
from shop_sandbox.telegram.args import Args
from shop_sandbox.telegram.errors import bad_request
from shop_sandbox.telegram.pictures import placeholder
from shop_sandbox.telegram.request import Upload
from shop_sandbox.telegram.world import World

_FETCH_SECONDS = 10
_URL_BYTES = 20 * 1024 * 1024


def is_loopback(host: str | None) -> bool:
    """Tell whether a host name means this machine."""
    if host is None:
        return False
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


async def photo(world: World, args: Args, field: str, value: str) -> Json:
    """Return ``{"photo": sizes}`` for a call's photo.

    Args:
        world: Where pictures are kept.
        args: The call, with its uploads.
        field: Parameter or part that may carry the upload.
        value: URL, file_id, or ``attach://part``.

    Raises:
        ApiError: 400, missing, unknown, or no picture that Telegram takes.
    """
    upload = _upload(args, field, value)
    if upload is not None:
        return {"photo": world.files.photo(upload.data, upload.filename or "photo.jpg")}
    if value.startswith(("http://", "https://")):
        data, name, _ = await _fetch(value)
        return {"photo": world.files.photo(data, name)}
    if not value:
        raise bad_request("there is no photo in the request")
    return {"photo": world.files.again(value, "photo")}


async def document(world: World, args: Args, field: str, value: str) -> Json:
    """Return ``{"document": …}`` for a call's document; see ``photo``."""
    upload = _upload(args, field, value)
    if upload is not None:
        if not upload.data:
            raise bad_request("file must be non-empty")
        name = upload.filename or "document"
        return {"document": world.files.document(upload.data, name, upload.content_type)}
    if value.startswith(("http://", "https://")):
        data, name, mime = await _fetch(value)
        return {"document": world.files.document(data, name, mime)}
    if not value:
        raise bad_request("there is no document in the request")
    return {"document": world.files.again(value, "document")}


def _upload(args: Args, field: str, value: str) -> Upload | None:
    part = value.removeprefix("attach://") if value.startswith("attach://") else field
    upload = args.files.get(part)
    if upload is None and value.startswith("attach://"):
        raise bad_request(f'file "{part}" was not found in the request')
    return upload


async def _fetch(url: str) -> tuple[bytes, str, str]:
    """Fetch from loopback; anything on the internet is a placeholder, for nothing is loaded."""
    parts = urlsplit(url)
    name = parts.path.rpartition("/")[2] or "file"
    if not is_loopback(parts.hostname):
        if "." not in (parts.hostname or ""):
            raise bad_request("wrong HTTP URL specified")
        return placeholder(), name, "image/png"
    timeout = aiohttp.ClientTimeout(total=_FETCH_SECONDS)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.get(url, allow_redirects=False) as answer,
        ):
            if answer.status != 200:  # noqa: PLR2004 - HTTP's own number
                raise bad_request("failed to get HTTP URL content")
            mime = answer.content_type
            data = b""
            async for chunk in answer.content.iter_chunked(1 << 16):
                data += chunk
                if len(data) > _URL_BYTES:
                    raise bad_request("failed to get HTTP URL content")
    except (aiohttp.ClientError, TimeoutError) as fault:
        raise bad_request("failed to get HTTP URL content") from fault
    if mime.startswith("text/"):
        raise bad_request("wrong type of the web page content")
    return data, name, mime

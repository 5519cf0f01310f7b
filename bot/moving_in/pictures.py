"""Pictures fetched from where other shops show them, into files beside the catalog.

The addresses come from a table that somebody may have sent: only public addresses are asked, those
that a redirect leads to as well, and what is no picture, or too large for Telegram, is not kept.
"""

from __future__ import annotations

import asyncio
import hashlib
import io
import ipaddress
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import urljoin, urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

from bot.catalog_file.folder import CatalogFolder
from bot.catalog_file.pictures import MAXIMUM_BYTES, is_whole, read_header
from bot.domain.errors import RefusedError
from bot.ports import Tell
from bot.ports.catalog import PICTURES

#: Asked at once.
_AT_ONCE: Final = 6
_SECONDS: Final = 30
_REDIRECTS: Final = 4
_HASH: Final = 8
_FORMATS: Final[Mapping[str, str]] = {"jpeg": "jpg", "png": "png", "webp": "webp", "gif": "gif"}
_OK: Final = 200
_MOVED: Final = range(301, 309)


class PrivateAddressError(OSError):
    """An address that is not one of the public internet."""


class _NoPictureError(Exception):
    """What came is no picture that can be kept; names why by a word of `cli.import`."""


@dataclass(slots=True)
class Fetched:
    """What came of it.

    Attributes:
        files: Paths beside the catalog, by address.
        failed: Why others did not come, by address: a key of the texts.
    """

    files: dict[str, str] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)


def known(links: Mapping[str, str], folder: Path) -> dict[str, str]:
    """Return the files of addresses that were fetched before, by address."""
    found = {}
    for link, product in links.items():
        stem = _stem(link, product)
        for ending in _FORMATS.values():
            if (folder / f"{stem}.{ending}").is_file():
                found[link] = f"{stem}.{ending}"
    return found


def expected(links: Mapping[str, str]) -> dict[str, str]:
    """Return the files that addresses will have, as long as nobody knows their format."""
    return {link: f"{_stem(link, product)}.jpg" for link, product in links.items()}


def _stem(link: str, product: str) -> str:
    return f"{PICTURES}/{product}-{hashlib.sha256(link.encode()).hexdigest()[:_HASH]}"


async def fetch(
    links: Mapping[str, str],
    folder: CatalogFolder,
    tell: Tell,
    *,
    public_only: bool = True,
    proxy: Callable[[str], str | None] = lambda _: None,
) -> Fetched:
    """Fetch pictures and save them beside the catalog; one that fails leaves the others alone.

    Args:
        links: Addresses, each with the id of its product.
        folder: Where to.
        tell: Is told how many are done, and of how many.
        public_only: Refuse addresses that are not of the public internet.
        proxy: Which way to an address.
    """
    made, gate, done = Fetched(), asyncio.Semaphore(_AT_ONCE), 0
    resolver = _PublicResolver() if public_only else None
    connector = aiohttp.TCPConnector(resolver=resolver, limit=_AT_ONCE)
    timeout = aiohttp.ClientTimeout(total=_SECONDS)
    async with aiohttp.ClientSession(connector=connector, timeout=timeout) as session:

        async def one(link: str, product: str) -> None:
            nonlocal done
            async with gate:
                try:
                    content, kind = await _get(session, link, public_only, proxy)
                    path = f"{_stem(link, product)}.{_FORMATS[kind]}"
                    await asyncio.to_thread(folder.write_picture, path, content)
                    made.files[link] = path
                except _NoPictureError as error:
                    made.failed[link] = str(error)
                except PrivateAddressError:
                    made.failed[link] = "private"
                except RefusedError:
                    made.failed[link] = "unwritable"
                except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as error:
                    inner = error.__cause__ or error.__context__
                    private = isinstance(inner, PrivateAddressError)
                    made.failed[link] = "private" if private else "silent"
            done += 1
            tell(done, len(links))

        await asyncio.gather(*(one(link, product) for link, product in links.items()))
    return made


async def _get(
    session: aiohttp.ClientSession,
    link: str,
    public_only: bool,
    proxy: Callable[[str], str | None],
) -> tuple[bytes, str]:
    """Return a picture and its format."""
    for _ in range(_REDIRECTS):
        host = urlsplit(link).hostname or ""
        if public_only and _is_private(host):
            raise PrivateAddressError(host)
        async with session.get(link, allow_redirects=False, proxy=proxy(link)) as answer:
            if answer.status in _MOVED and answer.headers.get("Location"):
                link = urljoin(link, answer.headers["Location"])
                if not link.lower().startswith(("http://", "https://")):
                    raise _NoPictureError("silent")
                continue
            if answer.status != _OK:
                raise _NoPictureError("silent")
            content = bytearray()
            async for part in answer.content.iter_chunked(65_536):
                content += part
                if len(content) > MAXIMUM_BYTES:
                    raise _NoPictureError("large")
            header = read_header(io.BytesIO(content))
            if header is None or not is_whole(io.BytesIO(content), header.format, len(content)):
                raise _NoPictureError("no_picture")
            return bytes(content), header.format
    raise _NoPictureError("silent")


def _is_private(host: str) -> bool:
    """Return whether a host is written as an address that is not public; a name is looked up."""
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return False


class _PublicResolver(AbstractResolver):
    """Finds the addresses of names, and knows none that is not public.

    What is checked is what is connected to, so that a name cannot change in between.
    """

    def __init__(self) -> None:
        self._inner = ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await self._inner.resolve(host, port, family)
        public = [one for one in found if not _is_private(one["host"])]
        if not public:
            raise PrivateAddressError(host)
        return public

    async def close(self) -> None:
        await self._inner.close()

"""Pictures fetched over real HTTP: what is kept, what is refused, and that one fails alone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web

from bot.catalog_file.folder import CatalogFolder
from bot.catalog_file.pictures import MAXIMUM_BYTES
from bot.moving_in.pictures import expected, fetch, known
from tests.cli.conftest import ROOT

PICTURE = (ROOT / "photos" / "guji.jpg").read_bytes()


async def _answer(request: web.Request) -> web.StreamResponse:
    match request.path:
        case "/a.jpg" | "/b":
            return web.Response(body=PICTURE, content_type="text/plain")
        case "/moved":
            raise web.HTTPFound("/a.jpg")
        case "/round":
            raise web.HTTPFound("/round")
        case "/out":
            raise web.HTTPFound("file:///etc/passwd")
        case "/page":
            return web.Response(text="<html>no picture</html>")
        case "/cut":
            return web.Response(body=PICTURE[:5000])
        case "/huge":
            return web.Response(body=PICTURE + b"\0" * MAXIMUM_BYTES)
        case _:
            raise web.HTTPNotFound


@asynccontextmanager
async def _server() -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_get("/{path:.*}", _answer)
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


async def test_pictures_are_saved_by_what_they_are(tmp_path: Path) -> None:
    """The name is the product's with a mark of the address; the format is read from the picture."""
    folder, told = CatalogFolder(tmp_path / "catalog.json"), []
    async with _server() as url:
        links = {f"{url}/a.jpg": "tea", f"{url}/b": "tea", f"{url}/moved": "cup"}
        fetched = await fetch(
            links, folder, lambda done, of: told.append((done, of)), public_only=False
        )

    assert fetched.failed == {}
    assert fetched.files == expected(links)
    assert {(tmp_path / path).read_bytes() for path in fetched.files.values()} == {PICTURE}
    assert len(set(fetched.files.values())) == 3
    assert told == [(1, 3), (2, 3), (3, 3)]
    assert known(links, tmp_path) == fetched.files


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("/page", "no_picture"),
        ("/cut", "no_picture"),
        ("/huge", "large"),
        ("/none", "silent"),
        ("/round", "silent"),
        ("/out", "silent"),
    ],
)
async def test_what_fails_leaves_the_others_alone(tmp_path: Path, path: str, why: str) -> None:
    """A page, half a picture, one too large, none, and redirects that lead nowhere."""
    folder = CatalogFolder(tmp_path / "catalog.json")
    async with _server() as url:
        links = {f"{url}{path}": "bad", f"{url}/a.jpg": "good"}
        fetched = await fetch(links, folder, lambda *_: None, public_only=False)

    assert fetched.failed == {f"{url}{path}": why}
    assert list(fetched.files) == [f"{url}/a.jpg"]
    assert [one.name for one in (tmp_path / "photos").iterdir()] == [
        Path(fetched.files[f"{url}/a.jpg"]).name
    ]


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "10.0.0.1", "169.254.169.254"])
async def test_addresses_of_private_networks_are_not_asked(tmp_path: Path, host: str) -> None:
    """Written as numbers or as a name: nothing on the owner's own network is reached."""
    asked = []

    async def note(request: web.Request) -> web.Response:
        asked.append(request.path)
        return web.Response(body=PICTURE)

    app = web.Application()
    app.router.add_get("/{path:.*}", note)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    port = runner.addresses[0][1]
    link = f"http://{host}:{port}/a.jpg"
    try:
        fetched = await fetch({link: "x"}, CatalogFolder(tmp_path / "c.json"), lambda *_: None)
    finally:
        await runner.cleanup()

    assert fetched.failed == {link: "private"}
    assert asked == []


async def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    """The picture is named, and nothing is lost."""
    (tmp_path / "photos").write_text("a file in the folder's place")
    async with _server() as url:
        link = f"{url}/a.jpg"
        fetched = await fetch(
            {link: "x"}, CatalogFolder(tmp_path / "c.json"), lambda *_: None, public_only=False
        )

    assert fetched.failed == {link: "unwritable"}

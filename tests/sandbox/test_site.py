"""The sandbox site: both services and the demo page on one port of this machine."""

from __future__ import annotations

import asyncio
from pathlib import Path

import aiohttp
import pytest
from yarl import URL

from shop_sandbox.faults import Fault, Faults
from shop_sandbox.site import SandboxSite
from shop_sandbox.telegram import TelegramSandbox
from tests.sandbox.telegram_kit import TOKEN


@pytest.fixture
def page(tmp_path: Path) -> Path:
    """Return a folder with a page of two files, and a secret beside it."""
    folder = tmp_path / "page"
    folder.mkdir()
    (folder / "index.html").write_text("<title>Sandbox</title>")
    (folder / "main.js").write_text("export {};")
    (folder / ".hidden").write_text("hidden")
    (tmp_path / "secret.txt").write_text("secret")
    return folder


async def test_the_page_is_served_with_a_strict_policy_and_never_stored(page: Path) -> None:
    """Scripts come from this site alone, and a restart shows the newest page."""
    async with SandboxSite(page=page) as site, aiohttp.ClientSession() as http:
        async with http.get(f"{site.url}/") as answer:
            assert (answer.status, await answer.text()) == (200, "<title>Sandbox</title>")
            policy = answer.headers["Content-Security-Policy"]
            assert "default-src 'none'" in policy
            assert "script-src 'self';" in policy
            assert answer.headers["Cache-Control"] == "no-store"
        async with http.get(f"{site.url}/page/main.js") as answer:
            assert answer.status == 200
            assert answer.content_type in ("text/javascript", "application/javascript")


@pytest.mark.parametrize(
    "path", ["none.js", ".hidden", "..%2Fsecret.txt", "%2e%2e%2fsecret.txt", "..%5Csecret.txt"]
)
async def test_nothing_beside_the_page_is_served(page: Path, path: str) -> None:
    """Neither hidden files nor a way up."""
    async with SandboxSite(page=page) as site, aiohttp.ClientSession() as http:
        address = URL(f"{site.url}/page/{path}", encoded=True)
        async with http.get(address) as answer:
            assert answer.status == 404


async def test_both_services_answer_on_one_port_and_know_its_address(page: Path) -> None:
    """The bot differs only in these base addresses."""
    async with SandboxSite(page=page) as site, aiohttp.ClientSession() as http:
        async with http.get(f"{site.telegram_api_url}/bot{TOKEN}/getMe") as answer:
            assert (await answer.json())["ok"] is True
        async with http.get(f"{site.stripe_api_url}/v1/balance") as answer:
            assert answer.status == 401
        assert site.telegram.link_url == site.telegram_link_url == f"{site.url}/t.me"
        assert site.stripe.public_url == site.url


async def test_one_book_of_faults_serves_both(page: Path) -> None:
    """A fault for either side is written in one place; two books are a mistake."""
    async with SandboxSite(page=page) as site, aiohttp.ClientSession() as http:
        site.faults.add(Fault("getMe", "error", status=502))
        async with http.get(f"{site.telegram_api_url}/bot{TOKEN}/getMe") as answer:
            assert answer.status == 502
    with pytest.raises(ValueError, match="one book of faults"):
        SandboxSite(telegram=TelegramSandbox(), faults=Faults())


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "example.com"])  # noqa: S104 - refused
def test_it_listens_on_loopback_only(host: str) -> None:
    """Nothing else on the network reaches the sandbox."""
    with pytest.raises(ValueError, match="loopback"):
        SandboxSite(host=host)


async def test_it_can_be_started_again_after_it_stopped(page: Path) -> None:
    """Stopping leaves nothing behind, and what people wrote stays."""
    site = SandboxSite(page=page)
    alice = site.telegram.person("Alice")
    async with site:
        await alice.start()
    async with site, aiohttp.ClientSession() as http:
        address = f"{site.telegram_api_url}/bot{TOKEN}/getUpdates"
        first = await (await http.get(address)).json()
        assert [u["message"]["text"] for u in first["result"]] == ["/start"]
        offset = first["result"][0]["update_id"] + 1
        came = asyncio.Event()
        site.faults.on_call.append(lambda *_: came.set())
        params = {"offset": str(offset), "timeout": "20"}
        polling = asyncio.create_task(http.get(address, params=params))
        await came.wait()
        await alice.write("again")
        second = await (await polling).json()
    assert [u["message"]["text"] for u in second["result"]] == ["again"]

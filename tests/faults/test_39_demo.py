"""Row 39: another site's page against the demo."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp
import pytest

from bot.cli.running import DemoKeys
from kit import KEY, TOKEN
from shop_sandbox.site import SandboxSite
from shop_sandbox.stripe import HookEndpoint
from tests.faults.strangers import Stranger

PATHS = (
    "/",
    f"/telegram/bot{TOKEN}/getMe",
    "/stripe/v1/account",
    "/demo/state",
    "/c/waiting",
)


@pytest.fixture
async def site() -> AsyncIterator[SandboxSite]:
    """Serve the embedded services and the demo's page."""
    async with SandboxSite() as site:
        yield site


async def status(site: SandboxSite, path: str, method: str = "GET", **headers: str) -> int:
    """Ask as a browser does, with the key that programs have."""
    told = {"Authorization": f"Bearer {KEY}"} | {k.replace("_", "-"): v for k, v in headers.items()}
    async with (
        aiohttp.ClientSession() as session,
        session.request(method, site.url + path, headers=told, allow_redirects=False) as answer,
    ):
        assert not [name for name in answer.headers if name.startswith("Access-Control")]
        return answer.status


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
@pytest.mark.parametrize(
    "origin", ["https://evil.example", "http://localhost:1", "http://127.0.0.1:1", "null"]
)
async def test_another_sites_page_is_refused(
    site: SandboxSite, path: str, method: str, origin: str
) -> None:
    """Whatever it asks for, another port of this machine included, with no CORS header."""
    assert await status(site, path, method, Origin=origin) == 403


@pytest.mark.parametrize("path", PATHS)
async def test_a_name_that_was_made_to_lead_here_is_refused(site: SandboxSite, path: str) -> None:
    """By DNS rebinding the Host is the other site's, and so is the Origin."""
    assert await status(site, path, Host="evil.example") == 403
    assert await status(site, path, Host="evil.example", Origin="http://evil.example") == 403


@pytest.mark.parametrize("path", PATHS[1:3])
@pytest.mark.parametrize("whence", ["cross-site", "same-site"])
async def test_a_picture_of_another_page_calls_no_service(
    site: SandboxSite, path: str, whence: str
) -> None:
    """A GET without an Origin, such as a picture's, is known by what the browser says of it."""
    assert await status(site, path, Sec_Fetch_Site=whence) == 403


@pytest.mark.parametrize("path", PATHS[:3])
async def test_programs_and_the_page_itself_are_served(site: SandboxSite, path: str) -> None:
    """Control: the same requests without a stranger's mark go through."""
    assert await status(site, path) == 200
    assert await status(site, path, Origin=site.url) == 200


def test_the_demos_keys_are_new_for_each_run() -> None:
    """No page can know them beforehand."""
    one, other = DemoKeys(), DemoKeys()
    assert not {one.token, one.key, one.secret} & {other.token, other.key, other.secret}
    assert len(one.token) > 40


async def test_no_event_is_carried_off_this_machine(site: SandboxSite) -> None:
    """An endpoint elsewhere gets nothing; one on loopback does."""
    async with Stranger().serving() as here:
        site.stripe.post.webhooks += [
            HookEndpoint("http://stranger.invalid/hook", "whsec_a"),
            HookEndpoint(f"{here.url}/hook", "whsec_b"),
        ]
        event = {"id": "evt_1", "type": "x", "pending_webhooks": 2}
        assert await site.stripe.post.deliver(site.stripe.world.test, event) == [0, 200]


async def test_no_picture_is_fetched_through_a_redirect(site: SandboxSite) -> None:
    """An address on loopback that leads elsewhere is not followed there."""
    alice = site.telegram.person("Alice")
    await alice.start()
    async with Stranger().serving() as there, Stranger(302, location=there.url).serving() as here:
        async with (
            aiohttp.ClientSession() as session,
            session.post(
                f"{site.telegram_api_url}/bot{TOKEN}/sendPhoto",
                json={"chat_id": alice.id, "photo": f"{here.url}/a.png"},
            ) as answer,
        ):
            assert answer.status == 400
        assert (len(here.asked), there.asked) == (1, [])


FAR = (
    "https://stranger.invalid/hook",
    "https://127.0.0.1.stranger.invalid/hook",
    "https://127.0.0.1@stranger.invalid/hook",
    "https://192.0.2.7/hook",
)


@pytest.mark.parametrize("url", FAR)
async def test_a_webhook_off_this_machine_is_refused_by_telegram(
    site: SandboxSite, url: str
) -> None:
    """The answer says why, and nothing is set."""
    base = f"{site.telegram_api_url}/bot{TOKEN}"
    async with aiohttp.ClientSession() as session:
        async with session.post(f"{base}/setWebhook", json={"url": url}) as answer:
            told = await answer.json()
        async with session.get(f"{base}/getWebhookInfo") as answer:
            info = await answer.json()

    assert told["error_code"] == 400
    assert "the sandbox calls no address but this machine's" in told["description"]
    assert info["result"]["url"] == ""


@pytest.mark.parametrize("url", FAR)
async def test_an_endpoint_off_this_machine_is_refused_by_stripe(
    site: SandboxSite, url: str
) -> None:
    """Neither a new endpoint nor a changed one may lead there; the old address stays."""
    base, mine = f"{site.stripe_api_url}/v1/webhook_endpoints", "http://127.0.0.1:9/hook"
    told, key = [], {"Authorization": f"Bearer {KEY}"}
    async with aiohttp.ClientSession(headers=key) as session:
        events = {"enabled_events[0]": "*"}
        async with session.post(base, data={"url": mine, **events}) as answer:
            made = await answer.json()
        for path in (base, f"{base}/{made['id']}"):
            async with session.post(path, data={"url": url, **events}) as answer:
                told.append((answer.status, (await answer.json())["error"]))
        async with session.get(base) as answer:
            kept = (await answer.json())["data"]

    assert [(status, error["param"]) for status, error in told] == [(400, "url")] * 2
    assert all("no address but this machine's" in error["message"] for _, error in told)
    assert [one["url"] for one in kept] == [mine]


async def test_no_picture_is_fetched_off_this_machine(
    site: SandboxSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A picture by URL is shown as a placeholder: no client is even made that could ask."""
    alice = site.telegram.person("Alice")
    await alice.start()
    async with aiohttp.ClientSession() as session:

        def asked(*_: object, **__: object) -> None:
            raise AssertionError("something is to be fetched")

        monkeypatch.setattr("shop_sandbox.telegram.media.aiohttp.ClientSession", asked)
        async with session.post(
            f"{site.telegram_api_url}/bot{TOKEN}/sendPhoto",
            json={"chat_id": alice.id, "photo": "https://stranger.invalid/a.png"},
        ) as answer:
            sent = (await answer.json())["result"]

    assert (sent["photo"][-1]["width"], sent["photo"][-1]["height"]) == (640, 480)

"""Row 38: redirects, proxies and answers of another shape, from either service."""

from __future__ import annotations

import asyncio
import io
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from rich.console import Console
from telegram import Update

from bot.app import SystemClock, running_shop
from bot.chat.telegram import polling
from bot.chat.telegram.fetching import FetchingBot
from bot.chat.telegram.introduction import introduce
from bot.chat.telegram.polling import Polling
from bot.chat.telegram.transport import AiohttpRequest, TelegramMovedError, UpdatesRequest
from bot.cli import running
from bot.domain.errors import TransientError
from bot.domain.order import SessionId
from bot.domain.services import RedirectedError, WrongServiceError
from bot.locales import Languages
from bot.payments import StripePayments
from bot.settings import Settings, SettingsError
from kit import KEY, ROOT, TOKEN, Kit, open_kit
from kit.patience import PATIENCE
from shop_sandbox.exchange import Exchange
from shop_sandbox.site import SandboxSite
from tests.cli.doctor_kit import env_of, examined
from tests.faults.strangers import Proxy, Stranger
from tests.shop.journeys import order_something

REDIRECTS = (301, 302, 303, 307, 308)
SECRET = TOKEN.partition(":")[2]


@pytest.fixture
async def kit(tmp_path: Path) -> AsyncIterator[Kit]:
    """Open a shop."""
    async with open_kit(tmp_path) as kit:
        yield kit


def said(error: Exception) -> str:
    """Return what a person at the terminal reads."""
    printed = io.StringIO()
    console = Console(file=printed, width=400, color_system=None)
    assert isinstance(error, TransientError)
    running.explain(error, console, Languages.load().texts("en"))
    return printed.getvalue().strip()


async def opened(env: Mapping[str, str]) -> None:
    """Open a shop and close it."""
    async with running_shop(Settings.load(env, env_file=None)):
        pass


def env_for(tmp_path: Path, site: SandboxSite, **more: str) -> dict[str, str]:
    """Return the settings of a shop at the sandbox."""
    return {
        "TELEGRAM_BOT_TOKEN": TOKEN,
        "STRIPE_API_KEY": KEY,
        "TELEGRAM_API_URL": site.telegram_api_url,
        "STRIPE_API_URL": site.stripe_api_url,
        "TELEGRAM_LINK_URL": site.telegram_link_url,
        "CATALOG": str(ROOT / "catalog.json"),
        "DATABASE": str(tmp_path / "shop.sqlite3"),
        "PORT": "0",
    } | more


@pytest.mark.parametrize("status", REDIRECTS)
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_redirect_of_telegrams_is_not_followed(status: int, method: str) -> None:
    """It is asked once, where it leads to never; the error names that place without the token."""
    async with (
        Stranger().serving() as elsewhere,
        Stranger(
            status=status, location=f"{elsewhere.url}/x/bot{TOKEN}/getMe?a={TOKEN}"
        ).serving() as s,
    ):
        request = AiohttpRequest()
        await request.initialize()
        with pytest.raises(TelegramMovedError) as caught:
            await request.do_request(f"{s.url}/bot{TOKEN}/getMe", method)
        await request.shutdown()

    assert caught.value.to == f"{urlsplit(elsewhere.url).netloc}/x/bot…/getMe"
    assert SECRET not in repr(caught.value)
    assert s.asked == [(method, f"/bot{TOKEN}/getMe")]
    assert elsewhere.asked == []


@pytest.mark.parametrize("status", REDIRECTS)
async def test_a_redirect_of_stripes_is_not_followed(status: int) -> None:
    """A GET and a POST are sent once each; the place is named, without a key that stands in it."""
    async with (
        Stranger().serving() as elsewhere,
        Stranger(status=status, location=f"{elsewhere.url}/login/{KEY}?k={KEY}").serving() as s,
        StripePayments(KEY, SystemClock(), api_url=s.url) as payments,
    ):
        told = []
        for call in (payments.retrieve(SessionId("cs_test_1")), payments.create("{}", "key")):
            with pytest.raises(RedirectedError) as caught:
                await call
            told.append(caught.value.to)
        assert payments.answered_at is None

    assert told == [f"{urlsplit(elsewhere.url).netloc}/login/…"] * 2
    assert [method for method, _ in s.asked] == ["GET", "POST"]
    assert elsewhere.asked == []


@asynccontextmanager
async def fetching(stranger: Stranger) -> AsyncIterator[list[int]]:
    """Fetch updates from a stranger as a running shop does; the numbers of those that came."""
    served: list[int] = []

    async def serve(update: Update) -> None:
        served.append(update.update_id)

    async def keep(_: Sequence[Update]) -> None:
        """Nothing waits here."""

    request = UpdatesRequest()
    await request.initialize()
    bot = FetchingBot(
        token=TOKEN, base_url=f"{stranger.url}/bot", request=request, updates_request=request
    )
    polls = asyncio.create_task(Polling(bot, serve, keep).run())
    try:
        yield served
        assert not polls.done()
    finally:
        polls.cancel()
        await asyncio.wait([polls])
        await request.shutdown()


@pytest.mark.parametrize(
    ("stranger", "told"),
    [
        (Stranger(301, location="https://elsewhere.example/"), "a redirect to elsewhere.example/"),
        (Stranger(body=b'{"ok": true, "result": {"a": 1}}'), "getUpdates without a list, and not"),
        (Stranger(body=b'{"ok": true, "result": true}'), "getUpdates without a list"),
        (Stranger(body=b'{"ok": true, "result": [7, {}]}'), "updates that cannot be read"),
        (Stranger(body=b'{"ok": true, "result": null}'), "getUpdates without a list"),
        (Stranger(body=b'{"ok": true, "result": {}}'), "getUpdates without a list"),
        (Stranger(body=b'{"ok": true, "result": []}'), None),
        (Stranger(body=b"<html>Welcome</html>", kind="text/html"), "a page, and not"),
        (Stranger(body=b"[]"), "JSON, and not in the Bot API's form"),
        (Stranger(501, b"", "text/plain"), "status 501, and not"),
        (
            Stranger(501, b'{"ok": false, "error_code": 501, "description": "Not Implemented"}'),
            "NetworkError",
        ),
        (
            Stranger(404, b'{"ok": false, "error_code": 404, "description": "Not Found"}'),
            "the token is refused",
        ),
    ],
)
async def test_updates_of_another_shape_slow_the_fetching_down(
    stranger: Stranger,
    told: str | None,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Fetches come a pause apart and more, each with a line of its own at most."""
    assert min(polling._FIRST_WAIT, polling._BETWEEN_EMPTY) == 1.0
    for pause in ("_FIRST_WAIT", "_BETWEEN_EMPTY"):
        monkeypatch.setattr(polling, pause, 0.1)
    stranger.asked.clear()
    async with stranger.serving() as s, fetching(s) as served:
        began = time.monotonic()
        while len(s.asked) < 3:  # noqa: ASYNC110 - a server's counter rings no bell
            await asyncio.sleep(0.02)
        took = time.monotonic() - began
        s.body, s.status, s.location = b'{"ok": true, "result": [{"update_id": 9}]}', 200, ""
        async with asyncio.timeout(PATIENCE):
            while not served:  # noqa: ASYNC110 - as above
                await asyncio.sleep(0.02)

    assert took > 0.19
    assert served[0] == 9
    printed = "".join(capsys.readouterr())
    assert "Traceback" not in printed + caplog.text
    assert SECRET not in printed + caplog.text
    assert (told or "") in printed
    assert ("updates not fetched" in printed) is (told is not None)


async def test_a_start_at_a_redirect_ends_with_a_line(tmp_path: Path) -> None:
    """Each service's redirect ends the start; the line names the place and what to set."""
    async with SandboxSite() as site, Stranger(status=302, location="/sign-in?x=1").serving() as s:
        host = urlsplit(s.url).netloc
        for setting in ("TELEGRAM_API_URL", "STRIPE_API_URL"):
            with pytest.raises(RedirectedError) as caught:
                await opened(env_for(tmp_path, site, **{setting: s.url}))
            line = said(caught.value)
            assert f"redirects to {host}/sign-in, and the shop does not follow redirects" in line
            assert f"Set {setting} to the right address" in line
        assert len(s.asked) == 2


async def test_a_proxy_carries_both_services(tmp_path: Path) -> None:
    """Names that only the proxy knows are reached through it, and the doctor says so."""
    async with SandboxSite() as site, Proxy().serving() as proxy:
        behind = ("127.0.0.1", urlsplit(site.url).port or 0)
        proxy.hosts |= {"telegram.test": behind, "stripe.test": behind}
        host = proxy.url.removeprefix("http://")
        env = env_for(
            tmp_path,
            site,
            TELEGRAM_API_URL="http://telegram.test/telegram",
            STRIPE_API_URL="http://stripe.test/stripe",
            HTTP_PROXY=f"http://me:s3cret-of-mine@{host}",
        )
        await opened(env)
        asked = " ".join(proxy.asked)
        assert "http://telegram.test/telegram/bot" in asked
        assert "http://stripe.test/stripe/v1/account" in asked
        assert len(proxy.given) == len(proxy.asked)

        _, lines = await examined(Settings.load(env, env_file=None))
        assert f"✓ Telegram is reached through the proxy http://{host}." in lines
        assert f"✓ Stripe is reached through the proxy http://{host}." in lines
        assert "s3cret-of-mine" not in "\n".join(lines)


async def test_https_goes_by_a_tunnel_through_the_proxy() -> None:
    """Both services' own addresses are asked of the proxy; where it refuses, that is said."""
    async with Proxy().serving() as proxy:
        request = AiohttpRequest(proxy=proxy.url)
        await request.initialize()
        with pytest.raises(TransientError, match="the proxy answered 502"):
            await introduce(TOKEN, "https://api.telegram.org/bot", request)
        await request.shutdown()
        async with StripePayments(KEY, SystemClock(), proxy=proxy.url) as payments:
            with pytest.raises(TransientError, match="the proxy answered 502"):
                await payments.account()
    assert set(proxy.asked) == {
        "CONNECT api.telegram.org:443 HTTP/1.1",
        "CONNECT api.stripe.com:443 HTTP/1.1",
    }


@pytest.mark.parametrize(
    ("env", "url", "way"),
    [
        ({}, "https://api.stripe.com", None),
        ({"HTTPS_PROXY": "http://p:1"}, "https://api.stripe.com", "http://p:1"),
        ({"https_proxy": "p:1"}, "https://api.stripe.com", "http://p:1"),
        (
            {"https_proxy": "http://low:1", "HTTPS_PROXY": "http://up:1"},
            "https://a.b",
            "http://low:1",
        ),
        ({"HTTP_PROXY": "http://p:1"}, "https://api.stripe.com", None),
        ({"http_proxy": "http://p:1"}, "http://bots.lan:8081", "http://p:1"),
        ({"HTTP_PROXY": "http://p:1"}, "http://127.0.0.1:8081", None),
        (
            {"HTTPS_PROXY": "http://p:1", "NO_PROXY": "x, .stripe.com"},
            "https://api.stripe.com",
            None,
        ),
        (
            {"HTTPS_PROXY": "http://p:1", "no_proxy": "stripe.com:443"},
            "https://api.stripe.com",
            "http://p:1",
        ),
        (
            {"HTTPS_PROXY": "http://p:1", "no_proxy": "tripe.com"},
            "https://api.stripe.com",
            "http://p:1",
        ),
        ({"HTTPS_PROXY": "http://p:1", "NO_PROXY": "bots.lan:99"}, "https://bots.lan:99", None),
        ({"HTTPS_PROXY": "http://p:1", "NO_PROXY": "*"}, "https://api.stripe.com", None),
    ],
)
def test_the_environment_says_which_way_it_goes(
    env: dict[str, str], url: str, way: str | None
) -> None:
    """Small letters win over large ones, as in curl; hosts of NO_PROXY are reached directly."""
    settings = Settings.load(
        {"TELEGRAM_BOT_TOKEN": TOKEN, "STRIPE_API_KEY": KEY} | env, env_file=None
    )
    assert settings.proxies.way(url) == way


@pytest.mark.parametrize("proxy", ["socks5://p:1080", "http://", "http://p:port", "ftp://p"])
def test_a_proxy_that_cannot_be_used_is_a_fault_of_the_settings(proxy: str) -> None:
    """The start ends with the variable's name, and not with the first call."""
    env = {"TELEGRAM_BOT_TOKEN": TOKEN, "STRIPE_API_KEY": KEY, "HTTPS_PROXY": proxy}
    with pytest.raises(SettingsError) as caught:
        Settings.load(env, env_file=None)
    assert [(one.variable, one.key) for one in caught.value.faults] == [
        ("HTTPS_PROXY", "settings.proxy")
    ]


def test_the_file_of_settings_names_a_proxy_too(tmp_path: Path) -> None:
    """What stands in .env holds where the environment names none."""
    file = tmp_path / ".env"
    file.write_text("HTTPS_PROXY=http://filed:1\n")
    env = {"TELEGRAM_BOT_TOKEN": TOKEN, "STRIPE_API_KEY": KEY}
    assert Settings.load(env, file).proxies.https == "http://filed:1"
    given = Settings.load(env | {"HTTPS_PROXY": "http://given:1"}, file)
    assert given.proxies.https == "http://given:1"


BOT = b'{"ok": true, "result": {"id": 1, "first_name": "B"%s}}'


@pytest.mark.parametrize(
    ("stranger", "answer"),
    [
        (Stranger(body=BOT % b', "username": "b_bot"'), "getMe without the fields of a bot"),
        (Stranger(body=BOT % b', "is_bot": true'), "getMe names no bot with a username"),
        (
            Stranger(body=BOT % b', "is_bot": false, "username": "b"'),
            "getMe names no bot with a username",
        ),
        (
            Stranger(body=BOT % b', "is_bot": true, "username": 5'),
            "getMe with fields of another kind",
        ),
        (
            Stranger(body=(BOT % b', "is_bot": true, "username": "b"').replace(b"1", b'"1"')),
            "getMe with fields of another kind",
        ),
        (Stranger(body=b'{"ok": true, "result": true}'), "getMe without the fields of a bot"),
        (Stranger(body=b'{"ok": true, "result": []}'), "getMe without the fields of a bot"),
        (Stranger(body=b"{}"), "JSON"),
        (Stranger(body=b"[1]"), "JSON"),
        (Stranger(body=b"null"), "JSON"),
        (Stranger(body=b""), "an empty answer"),
        (Stranger(body=b"\xff\xfe"), "no JSON"),
        (Stranger(body=b"[" * 100_000), "no JSON"),
        (Stranger(body=b"<html>Welcome</html>", kind="text/html"), "a page"),
        (Stranger(404, b"<h1>Not Found</h1>", "text/html"), "status 404"),
        (Stranger(501, b"", "text/plain"), "status 501"),
        (
            Stranger(501, b'{"ok": false, "description": "Not Implemented"}'),
            "a method that it should have is unknown to it",
        ),
        (
            Stranger(404, b'{"ok": false, "description": "Not Found: method not found"}'),
            "a method that it should have is unknown to it",
        ),
        (Stranger(403, b"Forbidden", "text/plain"), "status 403"),
    ],
)
async def test_another_server_than_telegrams_ends_the_start(
    tmp_path: Path, stranger: Stranger, answer: str
) -> None:
    """One question, one line that says what came and what to check; no traceback and no loop."""
    stranger.asked.clear()
    async with SandboxSite() as site, stranger.serving() as s:
        with pytest.raises(WrongServiceError) as caught:
            await opened(env_for(tmp_path, site, TELEGRAM_API_URL=s.url))
    assert caught.value.answer == answer
    assert said(caught.value) == (
        f"What answers is not Telegram: {answer}. Check TELEGRAM_API_URL, and whether a proxy or a"
        " login page stands in between."
    )
    assert len(stranger.asked) == 1


@pytest.mark.parametrize(
    "stranger",
    [
        Stranger(body=b"{}"),
        Stranger(body=b'{"id": 5, "object": "list"}'),
        Stranger(404, b'{"error": {"type": "invalid_request_error", "message": "Nothing"}}'),
        Stranger(body=b"[]"),
        Stranger(body=b"null"),
        Stranger(body=b""),
        Stranger(body=b"<html>Welcome</html>", kind="text/html"),
        Stranger(404, b"<h1>Not Found</h1>", "text/html"),
        Stranger(501, b"", "text/plain"),
    ],
)
async def test_another_server_than_stripe_ends_the_start(
    tmp_path: Path, stranger: Stranger
) -> None:
    """At most the tries of one call, and then a line; no traceback and no loop."""
    stranger.asked.clear()
    async with SandboxSite() as site, stranger.serving() as s:
        with pytest.raises(WrongServiceError) as caught:
            await opened(env_for(tmp_path, site, STRIPE_API_URL=s.url))
    line = said(caught.value)
    assert line.startswith("What answers is not Stripe: ")
    assert "Check STRIPE_API_URL" in line
    assert 1 <= len(stranger.asked) <= 4


@pytest.mark.parametrize("status", [429, 500, 502, 503])
async def test_a_service_that_is_down_is_waited_for(status: int) -> None:
    """A page of what stands before a service that is down ends no start."""
    async with Stranger(status, b"<h1>down</h1>", "text/html").serving() as s:
        request = AiohttpRequest()
        await request.initialize()
        with pytest.raises(TransientError) as caught:
            await introduce(TOKEN, f"{s.url}/bot", request)
        await request.shutdown()
        assert not isinstance(caught.value, WrongServiceError)
        async with StripePayments(KEY, SystemClock(), api_url=s.url) as payments:
            with pytest.raises(TransientError) as caught:
                await payments.account()
        assert not isinstance(caught.value, WrongServiceError)


async def test_methods_are_written_as_the_bot_api_writes_them(kit: Kit) -> None:
    """Every call of a journey is spelled as in the Bot API's text: other servers mind case."""
    calls: list[Exchange] = []
    kit.telegram.on_exchange.append(calls.append)
    alice = kit.person("Alice")
    await order_something(kit, alice)
    await kit.drain()
    assert len({call.call for call in calls}) >= 3
    assert [call.path for call in calls if call.path != f"/{call.call}"] == []


async def test_the_doctor_says_what_answers_instead(kit: Kit) -> None:
    """A redirect and a page are faults with their own words; without a proxy it says so."""
    env = env_of(kit.settings)
    async with Stranger(307, location="https://else.example/a").serving() as s:
        sound, lines = await examined(
            Settings.load(env | {"TELEGRAM_API_URL": s.url}, env_file=None)
        )
    assert not sound
    assert "✓ Telegram is reached directly." in lines
    assert any(
        line.startswith("✗ Telegram was not asked: its address redirects to else.example/a,")
        for line in lines
    )
    async with Stranger(body=b"<p>Hi", kind="text/html").serving() as s:
        sound, lines = await examined(Settings.load(env | {"STRIPE_API_URL": s.url}, env_file=None))
    assert not sound
    assert any(line.startswith("✗ What answers is not Stripe: ") for line in lines)

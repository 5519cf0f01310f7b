"""Secrets that must never be seen: put in, and looked for in everything that comes out."""

from __future__ import annotations

import re
import sqlite3
import traceback
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

from bot.chat.telegram.introduction import UnknownBotError, introduce
from bot.chat.telegram.transport import AiohttpRequest
from bot.domain.errors import ShopError
from bot.payments import StripePayments, verify_webhook
from bot.settings import Settings, SettingsError
from bot.store.postgres.store import open_reader, open_store
from bot.store.sqlite.backup import back_up
from kit import KEY, TOKEN
from kit.faults.counter import HASTY, Hands
from kit.faults.crash import PurchaseRun
from kit.faults.nursery import Nursery
from kit.faults.pages import SECRET
from kit.faults.pair import open_pair
from shop_sandbox.faults import Fault
from shop_sandbox.site import SandboxSite

PASSWORD = "passw0rd4TheServerAlone"
CANARIES = {
    "token": TOKEN,
    "token's secret part": TOKEN.partition(":")[2],
    "key": KEY,
    "signing secret": SECRET,
    "the database's password": PASSWORD,
}
#: Of the buyer: in the owner's messages it belongs, in logs and files it does not.
EMAIL = "ada@example.com"
LEVELS = ("debug", "info", "warning", "error")


def leaks(where: str, text: str | bytes, *, email: bool = True) -> list[str]:
    """Return which canaries stand in a text."""
    seen = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    wanted = CANARIES | ({"the buyer's e-mail": EMAIL} if email else {})
    return [f"{name} in {where}" for name, secret in wanted.items() if secret in seen]


async def of_purchases(nursery: Nursery, folder: Path) -> tuple[list[str], int]:
    """Buy at every log level, whole and killed; return what leaked, and the number of texts.

    At debug, where most is logged, both with pages and without.
    """
    found: list[str] = []
    read = 0
    for level, pages in (("debug", False), *((level, True) for level in LEVELS)):
        run = folder / f"{level}-{pages}"
        run.mkdir()
        purchase = PurchaseRun(nursery, run, pages=pages, log_level=level)
        story = await purchase.run(90 if level == "debug" else None)
        found += leaks(f"the log at {level}", story.log)
        found += leaks("messages", "\n".join(story.messages), email=False)
        copy = run / "backup.sqlite3"
        back_up(run / "shop.sqlite3", copy)
        for path in (run / "shop.sqlite3", copy):
            found += leaks(path.name, path.read_bytes())
        found += leaks("a dump", "\n".join(_dump(copy)))
        read += 5 + len(story.messages)
    return found, read


def _dump(database: Path) -> Iterator[str]:
    with sqlite3.connect(database) as db:
        yield from db.iterdump()
    db.close()


async def of_two_processes(
    nurseries: tuple[Nursery, Nursery], folder: Path, url: str
) -> tuple[list[str], int]:
    """Buy from a shop on a server, one process killed; return what leaked, and how many texts."""
    async with open_pair(nurseries, folder, with_password(url), log_level="debug") as pair:
        outcome = await pair.purchase(7, comes_back=True)
        assert outcome.faults() == []
        world = pair.site.telegram.world
        messages = [str(m) for chat in world.chats.values() for m in chat.messages.values()]
    logs = [path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.log"))]  # noqa: ASYNC240 - nothing else runs
    assert all(logs)
    found = leaks("messages", "\n".join(messages), email=False)
    found += [leak for log in logs for leak in leaks("a log of two processes", log)]
    return found, len(logs) + len(messages)


async def of_servers(url: str) -> tuple[list[str], int]:
    """Open databases that cannot be opened; return what leaked, and how many texts were read."""
    good = with_password(url)
    texts = []
    for bad in (
        re.sub(r":\d+/", ":1/", good),  # nobody listens there
        good.replace("127.0.0.1", "no-such-host.invalid"),
        good.replace("shop:", "nobody-known:"),
        re.sub(r"/\w+(\?|$)", r"/no_such_database\1", good),
        good + "&no_such_option=1",
        good + "&sslmode=odd",
        good + "&target_session_attrs=standby",
        good.replace("@", "@@", 1),
        good.replace(PASSWORD, PASSWORD + "%"),
        good.replace(PASSWORD, PASSWORD + "/#"),
    ):
        for opened in (open_store(bad), _read(bad)):
            try:
                await opened
            except ShopError as error:
                texts.append(every_way(error) + "".join(traceback.format_exception(error)))
            else:
                raise AssertionError("it opened")
    return [leak for text in texts for leak in leaks("an error", text)], len(texts)


async def _read(url: str) -> None:
    async with open_reader(url):
        pass


def with_password(url: str) -> str:
    """Return the address of a server, with a password that it does not ask for."""
    return url.replace("shop@", f"shop:{PASSWORD}@", 1)


async def of_errors() -> tuple[list[str], int]:
    """Provoke errors and representations; return what leaked, and how many texts were read."""
    texts = [text async for text in _said()]
    return [leak for text in texts for leak in leaks("an error or repr", text)], len(texts)


async def _said() -> AsyncIterator[str]:
    env = {
        "TELEGRAM_BOT_TOKEN": TOKEN, "STRIPE_API_KEY": KEY, "STRIPE_WEBHOOK_SECRET": SECRET,
        "OWNER_IDS": "1", "DATABASE": "shop.sqlite3",
    }  # fmt: skip
    settings = Settings.load(env, env_file=None)
    yield every_way(settings)
    for name in ("TELEGRAM_BOT_TOKEN", "STRIPE_API_KEY", "STRIPE_WEBHOOK_SECRET"):
        try:
            Settings.load(env | {name: f" {env[name]}\n!", "OWNER_IDS": "x"}, env_file=None)
        except SettingsError as error:
            yield every_way(error) + "".join(map(str, error.faults))
    async with SandboxSite() as site:
        for status in (401, 403, 400, 429, 500):
            yield await _stripe_says(site, status)
            yield await _telegram_says(site, status)
    for header in (None, "t=1,v1=x", f"t=1,v1={SECRET}"):
        try:
            verify_webhook(b"{}", header, SECRET, 1)
        except ShopError as error:
            yield every_way(error)


def every_way(thing: object) -> str:
    """Return every way in which Python writes a thing."""
    return f"{thing} {thing!r} {vars(thing) if hasattr(thing, '__dict__') else ''}"


async def _stripe_says(site: SandboxSite, status: int) -> str:
    body = {"error": {"type": "invalid_request_error", "message": f"Bad key {KEY} given."}}
    site.faults.add(Fault("GET /v1/account", "error", status=status, body=body, times=None))
    async with StripePayments(
        KEY, Hands(), api_url=site.stripe_api_url, patience=HASTY
    ) as payments:
        try:
            await payments.account()
        except ShopError as error:
            return every_way(error)
        finally:
            site.faults.lift()
    return ""


async def _telegram_says(site: SandboxSite, status: int) -> str:
    site.faults.add(Fault("getMe", "error", status=status, times=None))
    transport = AiohttpRequest()
    await transport.initialize()
    try:
        await introduce(TOKEN, f"{site.telegram_api_url}/bot", transport)
    except (UnknownBotError, ShopError) as error:
        return every_way(error) + every_way(transport)
    finally:
        await transport.shutdown()
        site.faults.lift()
    return ""

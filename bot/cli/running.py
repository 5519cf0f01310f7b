"""The commands that open a shop: run it in earnest, or as a demo with no accounts."""

from __future__ import annotations

import asyncio
import ctypes
import gc
import os
import secrets
import socket
import tempfile
import webbrowser
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import structlog
from rich.console import Console

from bot.app import RunningShop, running_shop
from bot.chat.errors import reason_words
from bot.chat.request import BotLinks
from bot.chat.telegram.application import WebhookRefusedError
from bot.chat.telegram.introduction import UnknownBotError
from bot.cli.refusals import print_faults, wrong_service
from bot.cli.sample import CATALOG, copy_sample
from bot.cli.stopping import Stop
from bot.domain.errors import CorruptError, RefusedError, ShopError, UnfitError
from bot.domain.services import WrongServiceError
from bot.locales import Texts
from bot.logs import set_up_logs
from bot.ports import DatabaseInUseError, PaymentsDeniedError
from bot.settings import LogFormat, Settings
from bot.shop.catalog.catalogs import NoCatalogError
from bot.shop.identity import ForeignDatabaseError
from bot.store import passwords_in
from bot.web import CannotListenError

if TYPE_CHECKING:
    from shop_sandbox.site import SandboxSite

_log = structlog.get_logger(__name__)

#: A person can see a refund pending for this long.
_REFUND_SECONDS = 15
#: Of malloc.h, and glibc's bound until it raises it.
_M_MMAP_THRESHOLD, _LARGE = -3, 128 * 1024


def _random() -> str:
    return secrets.token_hex(20)


@dataclass(frozen=True, slots=True)
class DemoKeys:
    """What opens the embedded services: new for each run, so that no page can know it."""

    token: str = field(default_factory=lambda: f"7104882315:{_random()}")
    key: str = field(default_factory=lambda: f"sk_test_demo{_random()}")
    secret: str = field(default_factory=lambda: f"whsec_demo{_random()}")


@dataclass(frozen=True, slots=True)
class DemoOptions:
    """How the demo is run.

    Attributes:
        port: Of the page; 0 takes a free one.
        catalog: The file to sell from; None takes the one that is there, or else a sample's copy.
        browser: Open the page.
        pages: Come back from payment through the shop's own pages; otherwise through the chat.
        database: Kept after the demo; None takes a temporary one.
    """

    port: int
    catalog: Path | None
    browser: bool
    pages: bool
    database: Path | None = None


async def run(
    settings: Settings, console: Console, texts: Texts, *, start_over: bool = False
) -> None:
    """Keep the shop open until SIGTERM or SIGINT."""
    _give_large_memory_back()
    with Stop() as stop:
        async with running_shop(settings, start_over=start_over) as running:
            gc.freeze()  # what is there now stays: nobody waits while it is looked through
            gc.enable()
            with suppress(OSError):  # a full disk under what is printed closes no shop
                if settings.log_format is LogFormat.CONSOLE:  # machines' lines tell it themselves
                    _greet(settings, running, console, texts)
                if not running.shop.context.owners:
                    await _seek_owner(settings, running, console, texts)
            await stop.wait()


def _give_large_memory_back() -> None:
    """Have every large piece of memory go back to the system as soon as it is free.

    Left to itself, glibc keeps pieces up to the size of the largest that was ever freed: of the
    texts of a catalog of 10,000 products 5 MB stayed for good.
    """
    with suppress(AttributeError, OSError, TypeError):  # another C library
        ctypes.CDLL(None).mallopt(_M_MMAP_THRESHOLD, _LARGE)


def _greet(settings: Settings, running: RunningShop, console: Console, texts: Texts) -> None:
    if running.set_aside:
        kept = running.set_aside
        console.print(texts.text("cli.run.started_over", file=kept), soft_wrap=True)
    _tell_of_catalog(running, settings.catalog, console, texts)
    console.print(texts.text("cli.run.open", bot=running.me.username), soft_wrap=True)
    if not settings.livemode:
        console.print(texts.text("cli.run.test_mode"), soft_wrap=True)


async def _seek_owner(
    settings: Settings, running: RunningShop, console: Console, texts: Texts
) -> None:
    """Say that nobody owns the shop; show a link that makes its reader the owner in a terminal.

    Elsewhere a link would stand in some log.
    """
    if settings.log_format is not LogFormat.CONSOLE:
        _log.warning("this shop has no owner: set OWNER_IDS", asked_of_prices="nobody")
    elif not console.file.isatty():
        console.print(texts.text("cli.run.no_owner"), style="yellow", soft_wrap=True)
    else:
        payload = await running.shop.ownership.invite()
        link = BotLinks(settings.telegram_link_url, running.me.username).link(payload)
        console.print(texts.text("cli.run.claim"), style="yellow", soft_wrap=True)
        console.print(f"  {link}", soft_wrap=True, markup=False, highlight=False)
        console.print(texts.text("cli.run.claim_again"), soft_wrap=True)


def _tell_of_catalog(running: RunningShop, file: Path, console: Console, texts: Texts) -> None:
    if running.reload.faults:
        console.print(texts.text("cli.run.old_catalog"), style="yellow", soft_wrap=True)
        print_faults(console, str(file), running.reload.faults, texts)


async def demo(
    options: DemoOptions,
    console: Console,
    texts: Texts,
    *,
    opened: Callable[[str, RunningShop], Awaitable[None]] | None = None,
) -> None:
    """Open the whole shop against the embedded Telegram and Stripe, until it is stopped.

    Args:
        options: How.
        console: Where its address is printed.
        texts: In which words.
        opened: Called with the page's address once the shop is open, for tests.
    """
    # 6 MB that `run` does without.
    from shop_sandbox.clock import SandboxClock  # noqa: PLC0415
    from shop_sandbox.site import SandboxSite  # noqa: PLC0415
    from shop_sandbox.stripe import HookEndpoint  # noqa: PLC0415
    from shop_sandbox.telegram import TelegramSandbox  # noqa: PLC0415

    clock = SandboxClock()
    with Stop() as stop, tempfile.TemporaryDirectory(prefix="shop-demo-") as folder:
        catalog = options.catalog or (CATALOG if CATALOG.exists() else copy_sample(Path(folder)))
        keys = DemoKeys()
        telegram = TelegramSandbox(clock=clock, token=keys.token)
        async with SandboxSite(port=options.port, clock=clock, telegram=telegram) as site:
            site.stripe.keyring.known = {keys.key}
            settings = _demo_settings(site, options, catalog, Path(folder), keys)
            site.stripe.settings.refund_seconds = _REFUND_SECONDS
            if settings.public_url is not None:
                hook = HookEndpoint(f"{settings.public_url}/stripe/webhook", keys.secret)
                site.stripe.post.webhooks.append(hook)
            async with running_shop(settings, clock) as running:
                name = running.shop.current.catalog.shop.name.in_language(texts.language)
                _tell_of_catalog(running, catalog, console, texts)
                site.stripe.settings.shop_name = site.telegram.bot.first_name = name
                console.print(texts.text("cli.demo.open", url=site.url), style="bold green")
                how = texts.text("cli.demo.how", catalog=str(catalog))
                console.print(how, soft_wrap=True, markup=False)
                if options.browser:
                    await asyncio.to_thread(webbrowser.open, site.url)
                if opened:
                    await opened(site.url, running)
                await stop.wait()


def _demo_settings(
    site: SandboxSite, options: DemoOptions, catalog: Path, folder: Path, keys: DemoKeys
) -> Settings:
    owners = (user.id for user in site.telegram.world.users.values() if user.is_owner)
    env = {
        "TELEGRAM_BOT_TOKEN": keys.token,
        "STRIPE_API_KEY": keys.key,
        "TELEGRAM_API_URL": site.telegram_api_url,
        "STRIPE_API_URL": site.stripe_api_url,
        "TELEGRAM_LINK_URL": site.telegram_link_url,
        "OWNER_IDS": ",".join(map(str, owners)),
        "CATALOG": str(catalog),
        "DATABASE": str(options.database or folder / "shop.sqlite3"),
        "PORT": "0",
        "LOG_LEVEL": "warning",
    }
    if options.pages:
        env["PORT"] = str(_free_port())
        env["PUBLIC_URL"] = f"http://127.0.0.1:{env['PORT']}"
        env["STRIPE_WEBHOOK_SECRET"] = keys.secret
    return Settings.load(env, env_file=None)


def _free_port() -> int:
    """Return a port that was free a moment ago: the pages' address must be known beforehand."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def explain(error: ShopError, console: Console, texts: Texts) -> int:  # noqa: C901 - one table
    """Print why the shop did not open, and what to do about it; return the exit status.

    It is `os.EX_CONFIG` where starting again helps nobody until a person has mended something:
    a service manager leaves it at that.
    """

    def say(key: str, **told: object) -> None:
        console.print(texts.text(key, **told), style="red", soft_wrap=True, markup=False)

    match error:
        case NoCatalogError():
            say("cli.run.no_catalog")
            print_faults(console, error.faults.file, error.faults.faults, texts)
        case ForeignDatabaseError():
            say(f"cli.run.foreign_{error.what}", remembered=error.remembered, given=error.given)
            console.print(texts.text("cli.run.foreign_what_to_do"), soft_wrap=True)
        case DatabaseInUseError():
            say("cli.run.locked", database=error.database, holder=error.holder)
        case RefusedError():
            say(f"cli.{error.key}", **error.params)
        case UnfitError():
            say("cli.database.unfit", reason=str(error))
        case CorruptError():
            say("cli.run.corrupt", reason=str(error))
        case UnknownBotError():
            say("cli.run.bot")
        case PaymentsDeniedError():
            say("cli.run.key", reason=error.message)
        case CannotListenError():
            say("cli.run.port", host=error.host, port=str(error.port), reason=error.reason)
        case WrongServiceError():
            key, told = wrong_service(error)
            say(f"cli.run.{key}", **told)
        case WebhookRefusedError():
            say("cli.run.address", reason=str(error))
        case _:
            say("cli.database.later", reason=reason_words(error, texts))
    hopeless = (
        NoCatalogError,
        ForeignDatabaseError,
        CorruptError,
        RefusedError,
        UnknownBotError,
        PaymentsDeniedError,
    )
    return os.EX_CONFIG if isinstance(error, hopeless) else 1


def prepare(settings: Settings, *, quiet: bool = False) -> None:
    """Set up the logs with every secret of the settings known to the redactor.

    Args:
        settings: Checked already.
        quiet: Log what is wrong alone: a person reads what the command itself prints.
    """
    known = [
        secret.get_secret_value()
        for secret in (
            settings.telegram_bot_token,
            settings.stripe_api_key,
            settings.stripe_webhook_secret,
            settings.metrics_token,
            settings.heartbeat_url,
        )
        if secret is not None
    ]
    known += settings.proxies.passwords
    known += passwords_in(settings.database)
    level = "WARNING" if quiet else settings.log_level.value.upper()
    set_up_logs(level, settings.log_format.value, known)

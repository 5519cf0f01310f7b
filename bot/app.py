"""Builds the whole shop once and takes it down in order. Nothing else wires."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import TypeVar
from urllib.parse import urlsplit

import structlog

from bot.catalog_file.folder import CatalogFolder
from bot.catalog_file.reader import FolderReader
from bot.chat.telegram.albums import Albums
from bot.chat.telegram.application import ChatApp, build_chat
from bot.chat.telegram.introduction import Introduction, introduce
from bot.chat.telegram.ordering import ChatOrder
from bot.chat.telegram.transport import AiohttpRequest, UpdatesRequest
from bot.domain.errors import TransientError
from bot.domain.services import WrongServiceError
from bot.locales import Languages
from bot.metrics import Metrics
from bot.moving_in.sent import merge_table
from bot.payments import StripePayments, verify_webhook
from bot.ports import (
    Clock,
    Database,
    InboxEvent,
    LeaseName,
    Links,
    Payments,
    PaymentsDeniedError,
    PaymentsRefusedError,
    Store,
)
from bot.readiness import Readiness
from bot.settings import Settings
from bot.settings.proxies import LOOPBACK
from bot.shop import Context, Roster, Shop, open_shop
from bot.shop.catalog.catalogs import CatalogReload, Catalogs
from bot.shop.catalog.pictures import PictureSync
from bot.shop.catalog.texts import FileSync
from bot.shop.identity import claim_database
from bot.store import database_at
from bot.web import Figures, Parts, PublicLinks, TelegramLinks, Updates, WebServer, web_app
from bot.web.heartbeat import HeartbeatWorker
from bot.web.webhooks import PATH as TELEGRAM_WEBHOOK
from bot.web.webhooks import update_secret
from bot.workers.catalog import CatalogWorker
from bot.workers.database import DatabaseWatch
from bot.workers.events import EventsWorker
from bot.workers.outbox import OutboxWorker
from bot.workers.supervisor import Supervisor

_log = structlog.get_logger(__name__)
T = TypeVar("T")

#: The menu can wait until whoever wrote while the shop was away has an answer.
_MENU_SECONDS = 1.0
#: An answer to getUpdates takes up to 25 seconds; this much is silence.
_POLL_SECONDS = 35.0
_FIRST_WAIT, _LONGEST_WAIT = 1.0, 30.0
#: At a stop, what is under way has this long, of the ten seconds that a stop may take on a busy
#: machine. One request to Stripe has four.
_FINISH_SECONDS = 6.0


class SystemClock:
    """The machine's time."""

    def now(self) -> int:
        """Return seconds UTC."""
        return int(time.time())


@dataclass(frozen=True, slots=True)
class RunningShop:
    """A shop that is open.

    Attributes:
        me: The bot, as Telegram knows it.
        web_url: Where its pages listen.
        reload: What became of the catalog file at the start.
        catalogs: The catalog file, as it was found at the last look.
        set_aside: The old database's new name, where the shop started over.
    """

    shop: Shop
    store: Store
    chat: ChatApp
    me: Introduction
    web_url: str
    reload: CatalogReload
    catalogs: Catalogs
    set_aside: str | None = None


@asynccontextmanager
async def running_shop(
    settings: Settings, clock: Clock | None = None, *, start_over: bool = False
) -> AsyncIterator[RunningShop]:
    """Open the shop, and close it in reverse order with everything under way finished.

    Args:
        settings: Checked already.
        clock: The machine's by default.
        start_over: Set the old database aside and begin a new one.

    Raises:
        DatabaseInUseError: another process holds the database.
        CorruptError: the database is damaged, or newer than this program.
        NoCatalogError: the catalog file is bad and no earlier version is kept.
        ForeignDatabaseError: the database belongs to another bot, Stripe account or mode.
        UnknownBotError: Telegram does not know the token.
        PaymentsDeniedError: Stripe does not know the key.
        WrongServiceError: what answers at a service's address is another service.
    """
    clock = clock or SystemClock()
    async with AsyncExitStack() as stack:
        database = database_at(settings.database)
        set_aside = _set_aside(database) if start_over else None
        stack.enter_context(database.lock())
        store = await database.open()
        stack.push_async_callback(store.close)
        folder = CatalogFolder(settings.catalog)
        catalogs = Catalogs(folder, FolderReader(folder), store, clock)
        current, reload = await catalogs.open_current()
        metrics = Metrics(store, clock)
        payments = await stack.enter_async_context(_payments(settings, clock, metrics))
        telegram = await stack.enter_async_context(_telegram(settings, metrics))
        context = Context(
            store=store,
            payments=payments,
            clock=clock,
            links=_links(settings, telegram.me),
            current=current,
            shop_id=await _claim(store, payments, telegram.me),
            roster=Roster(settings.owner_ids),
            meter=metrics,
        )
        languages = Languages.load()
        shop = open_shop(context, languages.pick, catalogs, merge_table)
        await shop.ownership.load()
        chat = _chat(settings, shop, languages, telegram, metrics)
        stack.push_async_callback(chat.close)
        await _until_answered(chat.initialize)
        watch = DatabaseWatch(context, chat.tell_owners)
        outbox = OutboxWorker(context, shop.people, chat.courier)
        supervisor = Supervisor(shop, outbox, watch, chat.resume_albums)
        stack.push_async_callback(supervisor.give_back)
        readiness = Readiness(
            clock, store, payments, telegram.requests, chat, watch, supervisor.ailing
        )
        parts = _web_parts(
            settings, shop, languages, telegram, chat=chat, metrics=metrics, readiness=readiness
        )
        web = WebServer(web_app(parts), host=settings.host, port=settings.port)
        stack.push_async_callback(_finish, web, chat, supervisor)
        await web.open()
        if database.alone():
            await supervisor.take_up()
        await _start_loops(settings, shop, catalogs, reload, supervisor)
        supervisor.run("menu", LeaseName.MENU, lambda: _announce(chat))
        await _receive_updates(settings, chat, parts.updates, supervisor)
        _start_heartbeat(settings, readiness, supervisor)
        _log.info(
            "shop open",
            bot=telegram.me.username,
            pages=web.url,
            live=payments.livemode,
            catalog_faults=len(reload.faults),
            set_aside=set_aside,
        )
        yield RunningShop(shop, store, chat, telegram.me, web.url, reload, catalogs, set_aside)
        _log.info("shop closing")


def _set_aside(database: Database) -> str | None:
    with database.lock(alone=True):
        return database.set_aside()


@dataclass(frozen=True, slots=True)
class _Telegram:
    """The way to Telegram, and who the bot is there."""

    token: str
    base_url: str
    request: AiohttpRequest
    polling: UpdatesRequest
    me: Introduction

    @property
    def requests(self) -> tuple[AiohttpRequest, ...]:
        return self.request, self.polling


@asynccontextmanager
async def _telegram(settings: Settings, metrics: Metrics) -> AsyncIterator[_Telegram]:
    """Open the way to Telegram, and wait until it says who the bot is."""
    token, base_url = settings.telegram_bot_token.get_secret_value(), settings.telegram_api_url
    proxy, called = settings.proxies.way(base_url), metrics.telegram_called
    request = AiohttpRequest(proxy=proxy, called=called)
    await request.initialize()
    try:
        me = await _until_answered(lambda: introduce(token, f"{base_url}/bot", request))
        polling = UpdatesRequest(
            connections=2, read_seconds=_POLL_SECONDS, proxy=proxy, called=called
        )
        yield _Telegram(token, base_url, request, polling, me)
    finally:
        await request.shutdown()


def _chat(
    settings: Settings, shop: Shop, languages: Languages, telegram: _Telegram, metrics: Metrics
) -> ChatApp:
    return build_chat(
        shop,
        languages,
        token=telegram.token,
        base_url=f"{telegram.base_url}/bot",
        file_url=f"{telegram.base_url}/file/bot",
        pictures_folder=settings.catalog.parent,
        link_url=settings.telegram_link_url,
        request=telegram.request,
        updates_request=telegram.polling,
        order=ChatOrder(served=metrics.update_served, albums=Albums(shop.albums)),
    )


def _payments(
    settings: Settings, clock: Clock, metrics: Metrics
) -> AbstractAsyncContextManager[Payments]:
    key = settings.stripe_api_key.get_secret_value()
    url = settings.stripe_api_url
    proxy = settings.proxies.way(url)
    return StripePayments(key, clock, api_url=url, proxy=proxy, called=metrics.stripe_called)


def _has_webhook(settings: Settings) -> bool:
    """Return whether Telegram can reach us: it sends updates to https addresses only."""
    return bool(settings.public_url and settings.public_url.startswith("https://"))


async def _receive_updates(
    settings: Settings, chat: ChatApp, updates: Updates | None, supervisor: Supervisor
) -> None:
    """Have updates sent where there is an https address, and fetch them where there is none.

    Either way ends the other: polling takes the webhook away, and no update that waits is dropped.
    """
    if updates:
        url = f"{settings.public_url}{TELEGRAM_WEBHOOK}"
        await _until_answered(lambda: chat.start_webhook(url, updates.secret))
    else:
        await _until_answered(chat.end_webhook)
        supervisor.run("updates", LeaseName.POLLER, chat.poll)


def _web_parts(
    settings: Settings,
    shop: Shop,
    languages: Languages,
    telegram: _Telegram,
    *,
    chat: ChatApp,
    metrics: Metrics,
    readiness: Readiness,
) -> Parts:
    secret, token = settings.stripe_webhook_secret, settings.metrics_token
    clock, payments = shop.context.clock, shop.context.payments
    https = _has_webhook(settings)
    updates = Updates(update_secret(telegram.token, shop.context.shop_id), chat.process)

    def verify(body: bytes, signature: str | None) -> InboxEvent:
        key = secret.get_secret_value() if secret else ""
        return verify_webhook(body, signature, key, clock.now(), payments.clock_ahead or 0)

    return Parts(
        settlement=shop.visits,
        inbox=shop.inbox,
        current=shop.current,
        languages=languages,
        chat=TelegramLinks(settings.telegram_link_url, telegram.me.username),
        locate=CatalogFolder(settings.catalog).locate,
        health=readiness.look,
        verify=verify if secret else None,
        updates=updates if https else None,
        metrics=Figures(token.get_secret_value(), metrics.write) if token else None,
        https=https,
    )


def _links(settings: Settings, me: Introduction) -> Links:
    if settings.public_url:
        # Stripe loads pictures over https only; a Stripe on this machine loads from this machine.
        urls = settings.public_url, settings.stripe_api_url
        local = all(urlsplit(url).hostname in LOOPBACK for url in urls)
        return PublicLinks(settings.public_url, pictures=_has_webhook(settings) or local)
    return TelegramLinks(settings.telegram_link_url, me.username)


async def _claim(store: Store, payments: Payments, me: Introduction) -> str:
    """Make the database this bot's and this account's; a key may not read its account."""
    facts = {"bot": str(me.id), "mode": "live" if payments.livemode else "test"}
    try:
        facts["account"] = (await _until_answered(payments.account)).id
    except PaymentsDeniedError as error:
        if error.code != "permission":
            raise
        _log.info("the key may not read its account", message=error.message)
    except PaymentsRefusedError as error:
        raise WrongServiceError("Stripe", error.message) from None
    return await claim_database(store, facts)


async def _until_answered(ask: Callable[[], Awaitable[T]]) -> T:
    """Ask until there is an answer: a shop starts though a service is down for a while.

    What answers and is another service than the one that is asked for ends the start.
    """
    wait = _FIRST_WAIT
    while True:
        try:
            return await ask()
        except WrongServiceError:
            raise
        except TransientError as error:
            _log.warning("start waits", error=str(error), seconds=wait)
            await asyncio.sleep(wait)
            wait = min(wait * 2, _LONGEST_WAIT)


async def _start_loops(
    settings: Settings,
    shop: Shop,
    catalogs: Catalogs,
    opened: CatalogReload,
    supervisor: Supervisor,
) -> None:
    context, sync = shop.context, None
    if catalogs.shared:
        sync = FileSync(CatalogFolder(settings.catalog), context.store, context.clock)
        supervisor.work("pictures", partial(_share_pictures, shop, catalogs), PictureSync.idle)
    await supervisor.start(
        CatalogWorker(settings.catalog, catalogs, context, opened, sync),
        EventsWorker(context, webhook=settings.stripe_webhook_secret is not None),
    )


async def _share_pictures(shop: Shop, catalogs: Catalogs) -> int:
    await catalogs.share_pictures(shop.current.catalog)
    return 0


async def _announce(chat: ChatApp) -> None:
    """Put the menu at Telegram, as often as it takes."""
    await asyncio.sleep(_MENU_SECONDS)  # every language is read for it
    while not await chat.announce():  # noqa: ASYNC110 - Telegram rings no bell
        await asyncio.sleep(_LONGEST_WAIT)
    await asyncio.Event().wait()  # done for good


def _start_heartbeat(settings: Settings, readiness: Readiness, supervisor: Supervisor) -> None:
    if settings.heartbeat_url:
        url = settings.heartbeat_url.get_secret_value()
        worker = HeartbeatWorker(url, readiness.look, proxy=settings.proxies.way(url))
        supervisor.work("heartbeat", worker.work, worker.idle)


async def _finish(web: WebServer, chat: ChatApp, supervisor: Supervisor) -> None:
    """Take nothing in any more, and let what is under way finish, all at the same time.

    Whoever stops the process waits for ten seconds before it kills; what hangs on a service that
    does not answer is broken off before, and found again at the next start.
    """
    ends = (supervisor.end(_FINISH_SECONDS), web.close(), chat.finish(_FINISH_SECONDS))
    await asyncio.gather(*ends)

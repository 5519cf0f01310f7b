"""Builds the whole shop once and takes it down in order. Nothing else wires."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar
from urllib.parse import urlsplit

import structlog

from bot.catalog_file.folder import CatalogFolder
from bot.catalog_file.reader import FolderReader
from bot.chat.telegram.albums import Albums
from bot.chat.telegram.application import ChatApp, build_chat
from bot.chat.telegram.introduction import Introduction, introduce
from bot.chat.telegram.limiter import ChatLimiter
from bot.chat.telegram.ordering import ChatOrder
from bot.chat.telegram.transport import AiohttpRequest, UpdatesRequest
from bot.domain.errors import TransientError
from bot.domain.services import WrongServiceError
from bot.locales import Languages
from bot.metrics import Metrics
from bot.moving_in.reading import merge_table
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
from bot.shop import Bell, Context, Roster, Shop, open_shop
from bot.shop.catalog.catalogs import CatalogReload, Catalogs
from bot.shop.catalog.texts import FileSync
from bot.shop.identity import claim_database
from bot.store import database_at
from bot.web import Figures, Parts, PublicLinks, TelegramLinks, Updates, WebServer, web_app
from bot.web.heartbeat import HeartbeatWorker
from bot.web.webhooks import PATH as TELEGRAM_WEBHOOK
from bot.web.webhooks import update_secret
from bot.workers.catalog import CatalogWorker
from bot.workers.database import DatabaseWatch
from bot.workers.due_times import DueTimes
from bot.workers.events import EventsWorker
from bot.workers.following import Follower
from bot.workers.leases import Leases
from bot.workers.loop import keep_running, keep_working
from bot.workers.outbox import OutboxWorker

_log = structlog.get_logger(__name__)
T = TypeVar("T")

_LOOK_SECONDS = 5.0
#: The menu can wait until whoever wrote while the shop was away has an answer.
_MENU_SECONDS = 1.0
#: An answer to getUpdates takes up to 25 seconds; this much is silence.
_POLL_SECONDS = 35.0
_FIRST_WAIT, _LONGEST_WAIT = 1.0, 30.0
#: An album that waits for so long was another process's, which is gone.
_ALBUM_SECONDS = 60
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
        kept = _set_aside(database) if start_over else None
        stack.enter_context(database.lock())
        store = await database.open()
        stack.push_async_callback(store.close)
        folder = CatalogFolder(settings.catalog)
        catalogs = Catalogs(folder, FolderReader(folder), store, clock)
        current, reload = await catalogs.open_current()
        metrics = Metrics(store, clock)
        payments = await stack.enter_async_context(_payments(settings, clock, metrics))
        proxy = settings.proxies.way(settings.telegram_api_url)
        transport = AiohttpRequest(proxy=proxy, called=metrics.telegram_called)
        await transport.initialize()
        stack.push_async_callback(transport.shutdown)
        token, base_url = _telegram(settings)
        me = await _until_answered(lambda: introduce(token, base_url, transport))
        context = Context(
            store=store,
            payments=payments,
            clock=clock,
            links=_links(settings, me),
            current=current,
            shop_id=await _claim(store, payments, me),
            roster=Roster(settings.owner_ids),
            meter=metrics,
        )
        languages = Languages.load()
        shop = open_shop(context, languages.pick, catalogs, merge_table)
        await shop.ownership.load()
        polling = UpdatesRequest(
            connections=2,
            read_seconds=_POLL_SECONDS,
            proxy=proxy,
            called=metrics.telegram_called,
        )
        chat = build_chat(
            shop,
            languages,
            token=token,
            base_url=base_url,
            file_url=f"{settings.telegram_api_url}/file/bot",
            pictures_folder=settings.catalog.parent,
            link_url=settings.telegram_link_url,
            request=transport,
            updates_request=polling,
            rate_limiter=ChatLimiter(),
            update_processor=ChatOrder(served=metrics.update_served, albums=Albums(shop.albums)),
        )
        stack.push_async_callback(chat.close)
        await _until_answered(chat.initialize)
        updates = Updates(update_secret(token, context.shop_id), chat.process)
        watch, ailing = DatabaseWatch(context, chat.tell_owners), set[str]()
        transports = (transport, polling)
        readiness = Readiness(clock, store, payments, transports, chat, watch, ailing)
        parts = _web_parts(
            settings, shop, languages, me, updates=updates, metrics=metrics, readiness=readiness
        )
        web = WebServer(web_app(parts), host=settings.host, port=settings.port)
        leases = Leases(store, clock)
        stack.push_async_callback(leases.give_back)
        loops: list[asyncio.Task[None]] = []
        stack.push_async_callback(_finish, web, chat, loops)
        await web.open()
        outbox = OutboxWorker(context, shop.people, chat.courier)
        if database.alone():
            await _take_up(leases, shop, chat, outbox)
        loops += await _start_workers(
            settings, shop, chat, catalogs, reload,
            outbox=outbox, leases=leases, watch=watch, ailing=ailing,
        )  # fmt: skip
        await _until_answered(lambda: _receive_updates(settings, chat, updates))
        if not _has_webhook(settings):
            poll = partial(leases.hold, LeaseName.POLLER, chat.poll)
            loops.append(asyncio.create_task(keep_running("updates", poll, ailing)))
        loops += _heartbeat(settings, readiness, ailing)
        _log.info(
            "shop open",
            bot=me.username,
            pages=web.url,
            live=payments.livemode,
            catalog_faults=len(reload.faults),
            set_aside=kept,
        )
        yield RunningShop(shop, store, chat, me, web.url, reload, catalogs, kept)
        _log.info("shop closing")


def _heartbeat(
    settings: Settings, readiness: Readiness, ailing: set[str]
) -> list[asyncio.Task[None]]:
    if not settings.heartbeat_url:
        return []
    url = settings.heartbeat_url.get_secret_value()
    worker = HeartbeatWorker(url, readiness.look, proxy=settings.proxies.way(url))
    beat = keep_working("heartbeat", worker.work, Bell(), worker.idle, ailing)
    return [asyncio.create_task(beat)]


def _set_aside(database: Database) -> str | None:
    with database.lock(alone=True):
        return database.set_aside()


async def _take_up(leases: Leases, shop: Shop, chat: ChatApp, outbox: OutboxWorker) -> None:
    """Begin at once with what processes left that are gone: no other one is at it."""
    await leases.begin()
    await outbox.begin()
    await shop.reconciliation.begin()
    await chat.resume_albums(0)


def _telegram(settings: Settings) -> tuple[str, str]:
    return settings.telegram_bot_token.get_secret_value(), f"{settings.telegram_api_url}/bot"


def _payments(
    settings: Settings, clock: Clock, metrics: Metrics
) -> AbstractAsyncContextManager[Payments]:
    key = settings.stripe_api_key.get_secret_value()
    url = settings.stripe_api_url
    proxy = settings.proxies.way(url)
    return StripePayments(key, clock, api_url=url, proxy=proxy, called=metrics.stripe_called)


def _is_loopback(url: str) -> bool:
    return urlsplit(url).hostname in {"127.0.0.1", "localhost", "::1"}


def _has_webhook(settings: Settings) -> bool:
    """Return whether Telegram can reach us: it sends updates to https addresses only."""
    return bool(settings.public_url and settings.public_url.startswith("https://"))


async def _receive_updates(settings: Settings, chat: ChatApp, updates: Updates) -> None:
    """Have updates sent where there is an https address, and fetch them where there is none.

    Either way ends the other: polling takes the webhook away, and no update that waits is dropped.
    """
    if _has_webhook(settings):
        await chat.start_webhook(f"{settings.public_url}{TELEGRAM_WEBHOOK}", updates.secret)
    else:
        await chat.end_webhook()


def _web_parts(
    settings: Settings,
    shop: Shop,
    languages: Languages,
    me: Introduction,
    *,
    updates: Updates,
    metrics: Metrics,
    readiness: Readiness,
) -> Parts:
    secret, token = settings.stripe_webhook_secret, settings.metrics_token
    clock, payments = shop.context.clock, shop.context.payments

    def verify(body: bytes, signature: str | None) -> InboxEvent:
        key = secret.get_secret_value() if secret else ""
        return verify_webhook(body, signature, key, clock.now(), payments.clock_ahead or 0)

    return Parts(
        settlement=shop.visits,
        inbox=shop.inbox,
        current=shop.current,
        languages=languages,
        chat=TelegramLinks(settings.telegram_link_url, me.username),
        locate=CatalogFolder(settings.catalog).locate,
        health=readiness.look,
        verify=verify if secret else None,
        updates=updates if _has_webhook(settings) else None,
        metrics=Figures(token.get_secret_value(), metrics.write) if token else None,
        https=_has_webhook(settings),
    )


def _links(settings: Settings, me: Introduction) -> Links:
    if settings.public_url:
        # Stripe loads pictures over https only; a Stripe on this machine loads from this machine.
        local = all(map(_is_loopback, (settings.public_url, settings.stripe_api_url)))
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


async def _start_workers(
    settings: Settings,
    shop: Shop,
    chat: ChatApp,
    catalogs: Catalogs,
    opened: CatalogReload,
    *,
    outbox: OutboxWorker,
    leases: Leases,
    watch: DatabaseWatch,
    ailing: set[str],
) -> list[asyncio.Task[None]]:
    """Start the loops; each finishes the round it is in when it is cancelled."""
    context = shop.context
    events = EventsWorker(context, webhook=settings.stripe_webhook_secret is not None)
    sync = None
    if catalogs.shared:
        sync = FileSync(CatalogFolder(settings.catalog), context.store, context.clock)
    catalog = CatalogWorker(settings.catalog, catalogs, context, opened, sync)
    follower = Follower(shop)
    await events.begin()

    async def soon() -> float:
        return _LOOK_SECONDS

    async def announce() -> None:
        await asyncio.sleep(_MENU_SECONDS)  # every language is read for it
        while not await chat.announce():  # noqa: ASYNC110 - Telegram rings no bell
            await asyncio.sleep(_LONGEST_WAIT)
        await asyncio.Event().wait()  # done for good

    async def fetch() -> None:
        await keep_working("events", events.work, Bell(), events.idle, ailing)

    def one_at_a_time(
        name: str, lease: LeaseName, run: Callable[[], Coroutine[Any, Any, None]]
    ) -> Coroutine[Any, Any, None]:
        return keep_running(name, partial(leases.hold, lease, run), ailing)

    due_times = DueTimes(context)
    albums = partial(chat.resume_albums, _ALBUM_SECONDS)

    def housekeeping() -> list[Coroutine[Any, Any, None]]:
        """Return what follows the clock: by one process, so that Stripe is asked at one pace."""
        return [
            keep_working("due times", due_times.work, Bell(), due_times.idle, ailing),
            keep_working("reconciler", shop.reconciliation.work, Bell(), soon, ailing),
            keep_working("reminders", shop.reminders.work, Bell(), soon, ailing),
            keep_working("waitlist", shop.waitlist.work, Bell(), soon, ailing),
            keep_working("albums", albums, Bell(), soon, ailing),
            keep_working("summary", shop.reports.summarize, Bell(), soon, ailing),
        ]

    async def keep_house() -> None:
        await asyncio.gather(*housekeeping())

    loops: list[Coroutine[Any, Any, None]] = [
        one_at_a_time("menu", LeaseName.MENU, announce),
        keep_working("database", watch.work, Bell(), watch.idle, ailing),
        keep_running("outbox", outbox.run, ailing),
        keep_working("inbox", shop.inbox.work, context.inbox_bell, soon, ailing),
        one_at_a_time("fetching events", LeaseName.EVENTS, fetch),
        one_at_a_time("catalog", LeaseName.CATALOG_FILE, catalog.run),
    ]
    if context.store.process is None:
        loops += housekeeping()
    else:
        loops.append(one_at_a_time("housekeeping", LeaseName.HOUSEKEEPING, keep_house))
        loops.append(keep_working("follower", follower.work, Bell(), follower.idle, ailing))
    return [asyncio.create_task(loop) for loop in loops]


async def _finish(web: WebServer, chat: ChatApp, loops: Sequence[asyncio.Task[None]]) -> None:
    """Take nothing in any more, and let what is under way finish, all at the same time.

    Whoever stops the process waits for ten seconds before it kills; what hangs on a service that
    does not answer is broken off before, and found again at the next start.
    """
    for loop in loops:
        loop.cancel()
    await asyncio.gather(web.close(), chat.finish(_FINISH_SECONDS), _end(loops, _FINISH_SECONDS))


async def _end(loops: Sequence[asyncio.Task[None]], seconds: float) -> None:
    if not loops:
        return
    _, hanging = await asyncio.wait(loops, timeout=seconds)
    for loop in hanging:
        loop.cancel()
    await asyncio.gather(*loops, return_exceptions=True)

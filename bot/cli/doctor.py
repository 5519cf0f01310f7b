"""The command that looks the whole shop over, in plain words, each finding with what to do.

It reads and asks; a shop may be running meanwhile. Only what ``--fix`` stands for is changed:
Stripe's webhook endpoint and the bot's menu.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable
from contextlib import AsyncExitStack
from typing import Final, TypeVar

from rich.console import Console
from rich.text import Text

from bot.app import SystemClock
from bot.catalog_file.folder import CatalogFolder
from bot.catalog_file.writing import try_writing
from bot.chat.errors import reason_words
from bot.chat.telegram.checkup import bot_facts, set_menu
from bot.chat.telegram.introduction import Introduction, UnknownBotError, introduce
from bot.chat.telegram.transport import AiohttpRequest
from bot.cli import catalog
from bot.cli.refusals import print_faults, wrong_service
from bot.doctor import health, inspection
from bot.doctor.health import STRIPE_WEBHOOK, Remark, Weight, fault, fine, note
from bot.doctor.server import judge_server
from bot.domain.catalog.model import Catalog
from bot.domain.errors import CorruptError, RefusedError, ShopError, TransientError, UnfitError
from bot.domain.order import UserId
from bot.domain.services import WrongServiceError
from bot.locales import Languages, Texts
from bot.payments import StripePayments
from bot.ports import Account, PaymentsDeniedError, PaymentsRefusedError, StoreReader
from bot.ports.catalog import CatalogFaultsError
from bot.settings import Settings, shown
from bot.store import database_at
from bot.web.reach import trouble_reaching
from bot.web.webhooks import PATH as TELEGRAM_WEBHOOK

T = TypeVar("T")

#: Seconds that Telegram, Stripe or who holds the database may take in all, whatever each of their
#: answers may; what is longer is left out and told, so that an examination ends.
_SERVICE: Final = 60.0
#: The same of the database, of which everything is read, and each recent order asked of Stripe.
_DATABASE: Final = 900.0

_SIGNS: Final = {
    Weight.FINE: ("✓", "green"),
    Weight.NOTE: ("·", "yellow"),
    Weight.FAULT: ("✗", "red"),
}


async def examine(
    settings: Settings,
    console: Console,
    texts: Texts,
    *,
    fix: bool,
    told: Callable[[bool], None],
) -> None:
    """Look at everything and print it; tell whether the shop is sound."""
    async with AsyncExitStack() as stack:
        payments = await stack.enter_async_context(
            StripePayments(
                settings.stripe_api_key.get_secret_value(),
                SystemClock(),
                api_url=settings.stripe_api_url,
                proxy=settings.proxies.way(settings.stripe_api_url),
            )
        )
        transport = AiohttpRequest(proxy=settings.proxies.way(settings.telegram_api_url))
        await transport.initialize()
        stack.push_async_callback(transport.shutdown)
        examination = Examination(settings, console, texts, payments, transport)
        told(await examination.run(fix=fix))


class Examination:
    """One look at everything; prints as it goes."""

    def __init__(
        self,
        settings: Settings,
        console: Console,
        texts: Texts,
        payments: StripePayments,
        transport: AiohttpRequest,
    ) -> None:
        self._settings = settings
        self._database = database_at(settings.database)
        self._console = console
        self._texts = texts
        self._payments = payments
        self._transport = transport
        self._faults = 0
        self._running = False
        self._goods: Catalog | None = None

    async def run(self, *, fix: bool) -> bool:
        """Look at everything, and return whether there was no fault."""
        self._say([fine("settings")])
        await self._within(_SERVICE, self._look_for_process(), "database_silent")
        self._look_at_catalog()
        if fix:
            await self._within(_SERVICE, self._set_menu(), "bot_silent")
            await self._within(_SERVICE, self._set_endpoint(), "stripe_silent")
        self._say(map(self._way, ("Telegram", "Stripe")))
        owners = await self._within(_SERVICE, self._owners(), "database_silent")
        asked = self._look_at_bot(owners or self._settings.owner_ids)
        me = await self._within(_SERVICE, asked, "bot_silent")
        account = await self._within(_SERVICE, self._look_at_account(), "stripe_silent")
        await self._look_at_address()
        await self._within(_DATABASE, self._look_at_database(me, account), "database_silent")
        if self._faults:
            words = self._texts.text("cli.doctor.unsound", n=self._faults)
            self._console.print(words, style="red", soft_wrap=True)
        else:
            self._console.print(self._texts.text("cli.doctor.sound"), style="green", soft_wrap=True)
        return self._faults == 0

    async def _within(self, seconds: float, look: Awaitable[T], silent: str) -> T | None:
        """Take a look that ends in time, or say who did not answer."""
        try:
            async with asyncio.timeout(seconds):
                return await look
        except TimeoutError:
            self._say([fault(silent, reason=f"no answer within {seconds:g} s")])
            return None

    def _say(self, remarks: Iterable[Remark]) -> None:
        for one in remarks:
            sign, style = _SIGNS[one.weight]
            line = Text(f"{sign} ", style=style)
            line.append(self._texts.text(f"cli.doctor.{one.key}", **one.params), style="default")
            self._console.print(line, soft_wrap=True)
            self._faults += one.weight is Weight.FAULT

    def _way(self, service: str) -> Remark:
        """Say which way calls to a service go."""
        telegram, stripe = self._settings.telegram_api_url, self._settings.stripe_api_url
        proxy = self._settings.proxies.way(telegram if service == "Telegram" else stripe)
        if proxy is None:
            return fine("way_direct", service=service)
        return fine("way_proxy", service=service, proxy=shown(proxy))

    async def _look_for_process(self) -> None:
        who = await asyncio.to_thread(self._database.holder)
        self._running = who is not None
        self._say([fine("running", who=who) if who else note("not_running")])

    def _look_at_catalog(self) -> None:
        path = self._settings.catalog
        try:
            CatalogFolder(path).try_writing()
        except RefusedError as error:
            what = self._texts.text(error.key, **error.params)
            self._say([fault("catalog_unwritable", what=what)])
        try:
            reading = catalog.read(path)
        except CatalogFaultsError as error:
            self._say([fault("catalog_faults", n=len(error.faults), file=str(path))])
            print_faults(self._console, str(path), error.faults, self._texts)
            return
        self._goods = reading.catalog
        self._say([fine("catalog", n=len(reading.catalog.products), file=str(path))])
        if reading.warnings:
            self._say([note("catalog_warnings", n=len(reading.warnings))])
            print_faults(self._console, str(path), reading.warnings, self._texts)

    @property
    def _telegram(self) -> tuple[str, str, AiohttpRequest]:
        token = self._settings.telegram_bot_token.get_secret_value()
        return token, f"{self._settings.telegram_api_url}/bot", self._transport

    async def _look_at_bot(self, owners: tuple[UserId, ...]) -> Introduction | None:
        public = self._settings.public_url
        pushed = public is not None and public.startswith("https://")
        try:
            me = await introduce(*self._telegram)
            facts = await bot_facts(*self._telegram, owners)
        except UnknownBotError:
            self._say([fault("bot_unknown")])
            return None
        except TransientError as error:
            self._say([_silence("bot_silent", error)])
            return None
        webhook = f"{public}{TELEGRAM_WEBHOOK}" if pushed else None
        now = int(time.time())
        self._say(health.judge_bot(facts, webhook=webhook, running=self._running, now=now))
        return me

    async def _owners(self) -> tuple[UserId, ...]:
        """Return the owners of the settings and, where the database can be read, the invited."""
        fixed = self._settings.owner_ids
        try:
            async with self._database.open_reader() as reader:
                invited = await reader.read(lambda tx: tx.owners.all())
        except ShopError:  # told with the database
            return fixed
        return tuple(dict.fromkeys((*fixed, *invited)))

    async def _look_at_account(self) -> Account | None:
        account = None
        mode = "live" if self._settings.livemode else "test"
        try:
            account = await self._payments.account()
            self._say([fine(f"key_{mode}", account=account.id)])
        except PaymentsDeniedError as error:
            if error.code != "permission":
                self._say([fault("key_unknown", reason=error.message)])
                return None
            self._say([fine(f"key_{mode}", account="?"), note("account_unread")])
        except (TransientError, PaymentsRefusedError) as error:
            self._say([_silence("stripe_silent", error)])
            return None
        self._say(health.judge_clock(self._payments.clock_ahead))
        try:
            rights = await self._payments.permissions(**self._features())
            self._say(health.judge_permissions(rights, webhook=self._has_secret))
            endpoints = await self._payments.endpoints()
            self._say(health.judge_endpoint(self._endpoint, endpoints, secret=self._has_secret))
        except PaymentsDeniedError:
            pass  # told with the permissions
        except TransientError as error:
            self._say([fault("stripe_silent", reason=str(error))])
        return account

    def _features(self) -> dict[str, bool]:
        """Return what the catalog sells with that needs rights of its own."""
        if self._goods is None:
            return {}
        checkout = self._goods.checkout
        zones = checkout.shipping.zones if checkout.shipping else ()
        return {
            "invoices": checkout.invoices,
            "codes": checkout.promotion_codes,
            "rates": any(len(zone.rates) > 1 for zone in zones),
        }

    @property
    def _has_secret(self) -> bool:
        return self._settings.stripe_webhook_secret is not None

    @property
    def _endpoint(self) -> str | None:
        public = self._settings.public_url
        return None if public is None else f"{public}{STRIPE_WEBHOOK}"

    async def _look_at_address(self) -> None:
        public = self._settings.public_url
        trouble = None if public is None else await trouble_reaching(public)
        self._say([health.judge_address(public, trouble, running=self._running)])

    async def _look_at_database(self, me: Introduction | None, account: Account | None) -> None:
        facts = {"mode": "live" if self._settings.livemode else "test"}
        facts |= {"bot": str(me.id)} if me else {}
        facts |= {"account": account.id} if account else {}
        try:
            for file in self._database.files():
                try_writing(file)
        except RefusedError as error:
            what = self._texts.text(error.key, **error.params)
            self._say([fault("database_unwritable", what=what)])
        try:
            async with self._database.open_reader() as reader:
                await self._look_into(reader, facts)
        except RefusedError as error:
            self._say([_refused(error)])
        except UnfitError as error:
            self._say([fault("database_unfit", reason=str(error))])
        except CorruptError as error:
            self._say([fault("database_corrupt", reason=str(error))])
        except TransientError as error:
            reason = reason_words(error, self._texts)
            self._say([fault("database_silent", reason=reason)])

    async def _look_into(self, reader: StoreReader, facts: dict[str, str]) -> None:
        foreign = await inspection.belongs(reader, facts)
        damage = await reader.damage()
        remarks = [*foreign, *([fault("database_corrupt", reason=damage)] if damage else [])]
        for one in await reader.findings():
            order = f"{one.order_id}: " if one.order_id is not None else ""
            words = f"expected: {one.rule}; found: {order}{one.detail}"  # for whoever it is sent to
            remarks.append(fault("contradiction", words=words))
        self._say(remarks or [fine("database")])
        now = int(time.time())
        if facts_of_server := await reader.server():
            leases = await reader.read(lambda tx: tx.leases.all())
            shared = await asyncio.to_thread(self._database.shares_connections)
            self._say(judge_server(facts_of_server, leases, now, shared=shared))
        self._say(await inspection.waiting(reader, now, running=self._running))
        if not foreign and {"bot", "mode"} <= facts.keys():
            self._say(await inspection.compared(reader, self._payments, now))
            self._say(await inspection.unclaimed(reader, self._payments, now))

    async def _set_menu(self) -> None:
        if self._goods is None:
            return
        try:
            done = await set_menu(*self._telegram, Languages.load(), self._goods)
        except ShopError:
            done = False
        self._say([fine("menu_set") if done else fault("menu_not_set")])

    async def _set_endpoint(self) -> None:
        """Register the endpoint, or mend it; its secret is shown here once and nowhere else."""
        if self._endpoint is None:
            self._say([note("endpoint_needs_address")])
            return
        try:
            found = health.endpoint_at(self._endpoint, await self._payments.endpoints())
            if found is None:
                _, secret = await self._payments.register_endpoint(self._endpoint)
                self._say([fine("endpoint_registered", url=self._endpoint)])
                self._console.print(f"STRIPE_WEBHOOK_SECRET={secret}", soft_wrap=True, markup=False)
            elif found.missing or not found.enabled:
                await self._payments.mend_endpoint(found.id)
                self._say([fine("endpoint_mended", url=self._endpoint)])
        except PaymentsRefusedError as error:
            self._say([fault("endpoint_refused", reason=error.message)])
        except TransientError as error:
            self._say([fault("stripe_silent", reason=str(error))])


def _refused(error: RefusedError) -> Remark:
    """Say why a database cannot be looked into."""
    match error.key:
        case "database.missing":
            return note("database_new")
        case "database.moved":
            return fault("database_moved", **error.params)
        case "database.unfinished":
            return fault("database_unfinished", **error.params)
        case "database.arriving":
            return fault("database_arriving", **error.params)
        case _:
            return fault("database_outdated")


def _silence(key: str, error: ShopError) -> Remark:
    """Say why a service could not be asked."""
    if not isinstance(error, WrongServiceError):
        return fault(key, reason=str(error))
    key, told = wrong_service(error)
    return fault(key, **told)

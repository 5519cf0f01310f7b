"""Deliver events to webhook endpoints: signed at each try, tried again when they fail."""

from __future__ import annotations

import asyncio
import copy
import hashlib
import hmac
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

import aiohttp

from shop_sandbox.exchange import Json
from shop_sandbox.stripe.endpoints import Secrets
from shop_sandbox.stripe.world import Book, StripeAccount
from shop_sandbox.telegram.media import is_loopback

#: Seconds before each further try; then Stripe gives up ("Webhook delivery behaviors").
RETRIES: Final = (5.0, 300.0, 1800.0, 7200.0, 18_000.0, 36_000.0, 43_200.0)
_PATIENCE: Final = aiohttp.ClientTimeout(total=20)
_KIND: Final = "application/json; charset=utf-8"


@dataclass(frozen=True, slots=True)
class HookEndpoint:
    """An endpoint that is configured in code, as the Dashboard would.

    Attributes:
        url: Where events go.
        secret: Signs them.
        events: Names of events, or ``*``.
        livemode: Gets live events instead of test events.
    """

    url: str
    secret: str
    events: tuple[str, ...] = ("*",)
    livemode: bool = False


@dataclass(frozen=True, slots=True)
class Sent:
    """One delivery that was tried.

    Attributes:
        event_id: Of the event.
        url: Where it went.
        status: HTTP status of the answer; 0 where none came.
    """

    event_id: str
    url: str
    status: int


def sign(body: bytes, secret: str, at: int) -> str:
    """Return the ``Stripe-Signature`` header ("Verify webhook signatures manually")."""
    mac = hmac.new(secret.encode(), str(at).encode() + b"." + body, hashlib.sha256)
    return f"t={at},v1={mac.hexdigest()}"


class Post:
    """Carries events to endpoints, at once and in the background.

    Args:
        world: The account.
        webhooks: Endpoints besides those that are registered by the API.
    """

    def __init__(self, world: StripeAccount, webhooks: Iterable[HookEndpoint] = ()) -> None:
        self.webhooks = list(webhooks)
        self.secrets = Secrets()
        self.retries: Sequence[float] = RETRIES
        self.hold = False
        self.sent: list[Sent] = []
        self._world = world
        self._client: aiohttp.ClientSession | None = None
        self._tasks: set[asyncio.Task[int]] = set()
        self._by_event: dict[str, list[asyncio.Task[int]]] = {}
        world.post = self.take

    def take(self, book: Book, event: Json) -> None:
        """Take a new event, and carry it unless events are held back."""
        targets = list(self._targets(book, event))
        event["pending_webhooks"] = len(targets)
        if self.hold:
            return
        for target in targets:
            self._start(book, event, target, 0)

    async def deliver(self, book: Book, event: Json) -> list[int]:
        """Carry an event to all of its endpoints now, and return their answers' status."""
        return [await self._try(book, event, target) for target in self._targets(book, event)]

    async def answered(self, event_id: str, patience: float) -> None:
        """Wait until the first tries of an event have an answer, but not longer than this."""
        tasks = [task for task in self._by_event.get(event_id, ()) if not task.done()]
        if tasks:
            await asyncio.wait(tasks, timeout=patience)

    async def quiet(self) -> None:
        """Wait until no delivery is under way."""
        while self._tasks:
            await asyncio.wait(set(self._tasks))

    async def close(self) -> None:
        """Stop what is under way."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._client is not None:
            await self._client.close()

    def _targets(self, book: Book, event: Json) -> Iterator[HookEndpoint]:
        for webhook in self.webhooks:
            if webhook.livemode == book.livemode and _wants(webhook.events, event):
                yield webhook
        for endpoint in book.endpoints:
            if endpoint["status"] == "enabled" and _wants(endpoint["enabled_events"], event):
                yield HookEndpoint(
                    endpoint["url"], self.secrets.of(endpoint), endpoint["enabled_events"]
                )

    def _start(self, book: Book, event: Json, target: HookEndpoint, tries: int) -> None:
        task = asyncio.get_running_loop().create_task(self._carry(book, event, target, tries))
        self._tasks.add(task)
        if not tries:
            self._by_event.setdefault(event["id"], []).append(task)
        task.add_done_callback(lambda done: self._done(done, event["id"]))

    def _done(self, task: asyncio.Task[int], event_id: str) -> None:
        self._tasks.discard(task)
        left = self._by_event.get(event_id, [])
        if task in left:
            left.remove(task)
        if not left:
            self._by_event.pop(event_id, None)

    async def _carry(self, book: Book, event: Json, target: HookEndpoint, tries: int) -> int:
        status = await self._try(book, event, target)
        if 200 <= status < 300:  # noqa: PLR2004 - HTTP's success
            event["pending_webhooks"] -= 1
        elif tries < len(self.retries):
            book.in_time(
                self.retries[tries],
                lambda: self._start(book, event, target, tries + 1),
                by_tick=True,
            )
        return status

    async def _try(self, book: Book, event: Json, target: HookEndpoint) -> int:
        body = json.dumps(copy.deepcopy(event), indent=2).encode()
        headers = {
            "Content-Type": _KIND,
            "Stripe-Signature": sign(body, target.secret, book.world.now()),
            "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
        }
        if not is_loopback(urlsplit(target.url).hostname):  # nothing on the internet is asked
            self.sent.append(Sent(event["id"], target.url, 0))
            return 0
        if self._client is None:
            self._client = aiohttp.ClientSession(timeout=_PATIENCE)
        try:
            async with self._client.post(
                target.url, data=body, headers=headers, allow_redirects=False
            ) as answer:
                await answer.read()
                status = answer.status
        except (aiohttp.ClientError, TimeoutError):
            status = 0
        self.sent.append(Sent(event["id"], target.url, status))
        return status


def _wants(names: Sequence[str], event: Json) -> bool:
    return "*" in names or event["type"] in names

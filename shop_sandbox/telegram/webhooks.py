"""Updates by webhook: delivered in order within a chat, and again until the answer is 2xx."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

import aiohttp

from shop_sandbox.exchange import Json
from shop_sandbox.telegram.args import Args
from shop_sandbox.telegram.errors import bad_request
from shop_sandbox.telegram.media import is_loopback
from shop_sandbox.telegram.updates import Update, UpdateQueue

PORTS = (443, 80, 88, 8443)
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - a header's name
_TIMEOUT_SECONDS = 60
_LONGEST_DELAY = 60.0

Sleep = Callable[[float], Awaitable[None]]


class Webhook:
    """Where updates are sent, and how that went.

    Args:
        queue: The updates.
        clock: The sandbox's clock, Unix seconds.
        sleep: Waits between tries; tests give one that does not.
    """

    def __init__(self, queue: UpdateQueue, clock: Callable[[], float], sleep: Sleep) -> None:
        self._queue = queue
        self._clock = clock
        self._sleep = sleep
        self._runner: asyncio.Task[None] | None = None
        self._deliveries: dict[int, asyncio.Task[None]] = {}
        self._session: aiohttp.ClientSession | None = None
        self._secret = ""
        self._connections = 40
        self._last_error: tuple[int, str] | None = None
        self.url = ""
        #: Public addresses and what they lead to on loopback, as a TLS proxy would.
        self.proxies: dict[str, str] = {}

    async def set(self, args: Args) -> str:
        """Serve setWebhook; return the description of the answer.

        Raises:
            ApiError: 400, an address or a secret that Telegram refuses.
        """
        url = args.text("url").strip()
        if not url:
            return await self.unset(args)
        _check_address(url)
        secret = args.text("secret_token")
        if secret and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", secret):
            raise bad_request("secret token contains unallowed characters")
        connections = args.integer("max_connections", 40)
        if not 1 <= connections <= 100:  # noqa: PLR2004 - limits of setWebhook
            raise bad_request("max_connections must be between 1 and 100")
        if not is_loopback(urlsplit(self._reached(url)).hostname):
            raise bad_request("bad webhook: the sandbox calls no address but this machine's")
        same = (url, secret, connections) == (self.url, self._secret, self._connections)
        await self._stop()
        self._queue.stop_poll("terminated by setWebhook request")
        if args.flag("drop_pending_updates"):
            self._queue.drop()
        self._queue.allow(args.json("allowed_updates", "allowed updates"))
        self.url, self._secret, self._connections = url, secret, connections
        self._last_error = None
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=_TIMEOUT_SECONDS))
        self._runner = asyncio.create_task(self._run())
        return "Webhook is already set" if same else "Webhook was set"

    async def unset(self, args: Args) -> str:
        """Serve deleteWebhook; return the description of the answer."""
        if args.flag("drop_pending_updates"):
            self._queue.drop()
        had, self.url = self.url, ""
        await self._stop()
        return "Webhook was deleted" if had else "Webhook is already deleted"

    def info(self) -> Json:
        """Return the Bot API's WebhookInfo."""
        info: Json = {
            "url": self.url,
            "has_custom_certificate": False,
            "pending_update_count": len(self._queue.pending()),
        }
        if self.url:
            info["max_connections"] = self._connections
            info["ip_address"] = "127.0.0.1"
            if self._last_error is not None:
                info["last_error_date"], info["last_error_message"] = self._last_error
        if self._queue.allowed is not None:
            info["allowed_updates"] = sorted(self._queue.allowed)
        return info

    async def close(self) -> None:
        """Stop delivering."""
        self.url = ""
        await self._stop()

    async def _stop(self) -> None:
        tasks = [*self._deliveries.values(), *([self._runner] if self._runner else [])]
        self._runner = None
        self._deliveries.clear()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _run(self) -> None:
        while True:
            for update in self._queue.pending():
                if len(self._deliveries) >= self._connections:
                    break
                if update.lane not in self._deliveries:
                    task = asyncio.create_task(self._deliver(update))
                    self._deliveries[update.lane] = task
            await self._queue.bell.wait()

    async def _deliver(self, update: Update) -> None:
        delay = 1.0
        while True:
            fault, wait = await self._post(update)
            if fault is None:
                break
            self._last_error = (int(self._clock()), fault)
            self._queue.bell.ring()
            await self._sleep(max(delay, wait))
            delay = min(delay * 2, _LONGEST_DELAY)
            if update.expires <= self._clock():
                break
        self._queue.drop(update.id)
        del self._deliveries[update.lane]
        self._queue.bell.ring()

    def _reached(self, url: str) -> str:
        for public, behind in self.proxies.items():
            if url.startswith(f"{public}/"):
                return behind + url.removeprefix(public)
        return url

    async def _post(self, update: Update) -> tuple[str | None, float]:
        """Return what went wrong, None if nothing, and the seconds the receiver asks for."""
        address = self._reached(self.url)
        if self._session is None:
            return "Connection closed", 0.0
        headers = {SECRET_HEADER: self._secret} if self._secret else {}
        try:
            async with self._session.post(
                address, json=update.to_json(), headers=headers, allow_redirects=False
            ) as answer:
                if 200 <= answer.status < 300:  # noqa: PLR2004 - HTTP's success
                    return None, 0.0
                asked = answer.headers.get("Retry-After", "")
                wrong = f"Wrong response from the webhook: {answer.status} {answer.reason}"
                return wrong, float(asked) if asked.isdigit() else 0.0
        except TimeoutError:
            return "Read timeout expired", 0.0
        except aiohttp.ClientConnectorError:
            return "Connection refused", 0.0
        except aiohttp.ClientError:
            return "Connection reset by peer", 0.0


def _check_address(url: str) -> None:
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError as fault:
        raise bad_request("bad webhook: invalid URL specified") from fault
    if parts.scheme == "http" and is_loopback(parts.hostname):
        return
    if parts.scheme != "https" or not parts.hostname:
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if (port or 443) not in PORTS:
        raise bad_request("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")

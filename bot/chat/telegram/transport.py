"""Telegram's HTTP calls by aiohttp, under python-telegram-bot's own extension point.

The default transport took several times the CPU a call and slowed down under parallel calls. No
error made here carries a URL, since the token stands in it.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any, Final

import aiohttp
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

from bot.domain.services import is_redirect, may_pass, told_address

#: Idle connections are kept this long, in seconds; a new TLS handshake costs more than a socket.
_KEEP_ALIVE = 60.0
_UPLOAD_SECONDS = 60.0
_BAD_REQUEST: Final = 400
_JSON: Final = {"Content-Type": "application/json"}
#: Of a message of ours that is tapped.
_UNREAD: Final = ("reply_markup", "from", "entities", "caption_entities", "link_preview_options")
_compact: Final = json.JSONEncoder(separators=(",", ":"), check_circular=False).encode


#: Calls that we make without PTB's own methods come in small letters, since for their right names
#: PTB warns that it has methods. Telegram takes both; other Bot API servers mind.
_SPELLED: Final = {
    name.lower(): name
    for name in (
        "answerCallbackQuery",
        "editMessageCaption",
        "editMessageText",
        "sendMessage",
    )
}


class TransportError(NetworkError):
    """A call was not answered as the Bot API answers; its words are ours and hold no secret."""


class NotTelegramError(TransportError):
    """Something answered that is no Bot API: a wrong address, or a proxy in between.

    Attributes:
        passing: Whether it may pass by itself.
    """

    def __init__(self, answer: str, *, passing: bool = False) -> None:
        super().__init__(f"{answer}, and not in the Bot API's form")
        self.answer = answer
        self.passing = passing


class TelegramMovedError(TransportError):
    """A redirect came, which is not followed: by one, a POST becomes a GET.

    Attributes:
        to: Where it points to: host and path, without the token.
    """

    def __init__(self, to: str) -> None:
        super().__init__(f"a redirect to {to}")
        self.to = to


class TooDeepError(NotTelegramError):
    """An answer that is nested deeper than Python reads; a part of it may be sound."""


class AiohttpRequest(BaseRequest):
    """A pool of connections to the Bot API.

    Args:
        connections: Most connections at a time; further calls wait for one.
        read_seconds: How long an answer may take where the caller names no time.
        connect_seconds: How long a new connection may take.
        proxy: URL of an HTTP proxy, None for a direct way.
        called: Told each call's outcome: its status, ``timeout`` or ``broken``.
    """

    def __init__(
        self,
        *,
        connections: int = 128,
        read_seconds: float = 10.0,
        connect_seconds: float = 5.0,
        proxy: str | None = None,
        called: Callable[[str], None] | None = None,
    ) -> None:
        self._connections: Final = connections
        self._read_seconds: Final = read_seconds
        self._connect_seconds: Final = connect_seconds
        self._proxy: Final = proxy
        self._called: Final = called or (lambda _: None)
        self._session: aiohttp.ClientSession | None = None
        #: When Telegram last answered, seconds UTC; None: never yet.
        self.answered_at: float | None = None

    @property
    def read_timeout(self) -> float:
        """How long an answer may take, in seconds."""
        return self._read_seconds

    async def initialize(self) -> None:
        """Open the pool; an open one stays."""
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(
                    limit=self._connections, keepalive_timeout=_KEEP_ALIVE
                ),
                headers={"User-Agent": self.USER_AGENT},
                trust_env=False,
            )

    async def shutdown(self) -> None:
        """Close the pool."""
        if self._session is not None:
            session, self._session = self._session, None
            await session.close()

    async def do_request(  # noqa: PLR0917 - the library's own signature
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Send one request and return the answer's status and body.

        Raises:
            TimedOut: no answer in time; the call may have taken effect.
            NotTelegramError: an error's answer is none of the Bot API.
            TelegramMovedError: a redirect came.
            TransportError: no connection, or it broke.
        """
        base, _, name = url.rpartition("/")
        url = f"{base}/{_SPELLED.get(name, name)}"
        timeout = aiohttp.ClientTimeout(
            connect=_seconds(pool_timeout, None),
            sock_connect=_seconds(connect_timeout, self._connect_seconds),
            sock_read=_seconds(read_timeout, self._read_seconds),
        )
        body: dict[str, Any] = {}
        if request_data is not None and request_data.contains_files:
            body["data"] = _form(request_data)
            timeout = aiohttp.ClientTimeout(
                total=_seconds(write_timeout, _UPLOAD_SECONDS) or _UPLOAD_SECONDS
            )
        elif request_data is not None:
            body["data"] = _compact(request_data.parameters).encode()
            body["headers"] = _JSON
        answer, content = await self._send(method, url, timeout=timeout, **body)
        # The library would take any 404 for a wrong token.
        if is_redirect(answer.status):
            location = answer.headers.get("Location", "")
            raise TelegramMovedError(told_address(location, url, _token_in(url)))
        if answer.status >= _BAD_REQUEST and not content.lstrip().startswith(b"{"):
            raise NotTelegramError(f"status {answer.status}", passing=may_pass(answer.status))
        self.answered_at = time.time()
        return answer.status, content

    async def _send(
        self, method: str, url: str, **options: Any
    ) -> tuple[aiohttp.ClientResponse, bytes]:
        """Return the answer's head and body, whatever they are; a redirect is not followed."""
        if self._session is None:
            raise RuntimeError("the transport is not initialized")
        try:
            async with self._session.request(
                method, url, proxy=self._proxy, allow_redirects=False, **options
            ) as answer:
                content = await answer.read()
        except TimeoutError:
            self._called("timeout")
            raise TimedOut from None
        except aiohttp.ClientHttpProxyError as error:
            self._called("broken")
            raise TransportError(f"the proxy answered {error.status}") from None
        except (aiohttp.ClientError, OSError) as error:
            self._called("broken")
            # The library's own words can hold the URL; its kind says enough.
            raise TransportError(f"connection failed: {type(error).__name__}") from None
        self._called(str(answer.status))
        return answer, content

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """Read an answer; one that is no object with a result is none of the Bot API.

        Raises:
            NotTelegramError: it is something else.
        """
        try:
            # Not by the library, which would log the page and a traceback.
            answer: object = json.loads(payload.decode("utf-8", "replace"))
        except RecursionError:
            raise TooDeepError(_looks(payload)) from None
        except ValueError:
            raise NotTelegramError(_looks(payload)) from None
        if not isinstance(answer, dict) or not ("result" in answer or "description" in answer):
            raise NotTelegramError("JSON")
        return answer


class UpdatesRequest(AiohttpRequest):
    """Carries ``getUpdates``; what comes is lightened before PTB makes objects of it.

    Attributes:
        latest: The last answer as it came, for when PTB stumbles over it.
    """

    latest: bytes = b""

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """Read an answer to ``getUpdates``.

        Raises:
            NotTelegramError: it is something else.
        """
        answer = AiohttpRequest.parse_json_payload(payload)
        updates = answer.get("result", [])
        if not isinstance(updates, list):
            raise NotTelegramError("getUpdates without a list")
        for update in updates:
            lighten(update)
        return answer

    async def do_request(self, *arguments: Any, **given: Any) -> tuple[int, bytes]:
        """Send a request as the pool does, and keep its answer."""
        status, self.latest = await super().do_request(*arguments, **given)
        return status, self.latest


def lighten(update: object) -> None:
    """Take out of an update what nobody reads of the message that was tapped.

    What was tapped is in the tap; making objects of the buttons beside it, of its bold words and of
    its sender, ourselves, took a fifth of a tap's CPU.
    """
    query = update.get("callback_query") if isinstance(update, dict) else None
    message = query.get("message") if isinstance(query, dict) else None
    if isinstance(message, dict):
        for key in _UNREAD:
            message.pop(key, None)


def _token_in(url: str) -> str:
    """Return the token that stands in a URL of the Bot API."""
    return url.partition("/bot")[2].partition("/")[0]


def _looks(payload: bytes) -> str:
    """Say what an answer is that is no JSON."""
    begins = payload.lstrip()[:1]
    return "an empty answer" if not begins else "a page" if begins == b"<" else "no JSON"


def _seconds(given: Any, otherwise: float | None) -> float | None:
    seconds: float | None = otherwise if given is BaseRequest.DEFAULT_NONE else given
    return seconds


def _form(data: RequestData) -> aiohttp.FormData:
    # Telegram reads a file's name as it is written, not percent-encoded.
    form = aiohttp.FormData(quote_fields=False)
    for name, value in data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, mime) in data.multipart_data.items():
        form.add_field(name, content, filename=filename, content_type=mime)
    return form

"""The Bot API over HTTP: tokens, dispatch, faults, and a record of every call."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable

from aiohttp import web

from shop_sandbox.exchange import Exchange, Listener
from shop_sandbox.faults import ConnectionCut, FaultError, Faults
from shop_sandbox.telegram import about, answering, chats, editing, sending
from shop_sandbox.telegram.args import Args
from shop_sandbox.telegram.errors import BotApiError, bad_request, conflict, played
from shop_sandbox.telegram.request import Request, decode
from shop_sandbox.telegram.sending import Method
from shop_sandbox.telegram.webhooks import Webhook
from shop_sandbox.telegram.world import World

logger = logging.getLogger(__name__)

_TOKEN = re.compile(r"[1-9]\d{4,13}:[A-Za-z0-9_-]{20,80}")
_LONGEST_POLL = 50
_MOST_UPDATES = 100


class Described:
    """A result with the description that some methods add to it."""

    def __init__(self, result: object, description: str) -> None:
        self.result = result
        self.description = description


class BotApi:
    """Serves ``/telegram/bot<token>/<method>`` and files."""

    def __init__(
        self,
        world: World,
        webhook: Webhook,
        faults: Faults,
        token: str | None,
        on_exchange: list[Listener],
    ) -> None:
        self._world = world
        self._webhook = webhook
        self._faults = faults
        self._token = token
        self._on_exchange = on_exchange
        self._methods: dict[str, tuple[str, Method]] = {}
        for table in (sending, editing, answering, chats, about):
            self._add(table.METHODS.items())
        self._add(
            {
                "getUpdates": self._get_updates,
                "setWebhook": self._set_webhook,
                "deleteWebhook": self._delete_webhook,
                "getWebhookInfo": self._get_webhook_info,
            }.items()
        )

    def _add(self, methods: Iterable[tuple[str, Method]]) -> None:
        self._methods |= {name.lower(): (name, handler) for name, handler in methods}

    def routes(self) -> list[web.RouteDef]:
        """Return the routes below ``/telegram``."""
        return [
            web.route("*", "/telegram/bot{token}/{method}", self._call),
            web.get("/telegram/file/bot{token}/{path:.+}", self._file),
        ]

    def _admit(self, request: web.Request) -> None:
        token = request.match_info["token"]
        if not _TOKEN.fullmatch(token):
            raise BotApiError(404, "Not Found")
        if self._token is not None and token != self._token:
            raise BotApiError(401, "Unauthorized")

    def _admitted(self, request: web.Request) -> tuple[str, Method]:
        self._admit(request)
        found = self._methods.get(request.match_info["method"].lower())
        if found is None or found[0] in self._world.unknown:
            raise BotApiError(404, "Not Found: method not found")
        return found

    async def _call(self, request: web.Request) -> web.StreamResponse:
        try:
            name, handler = self._admitted(request)
        except BotApiError as refusal:
            return web.json_response(refusal.body(), status=refusal.status)
        try:
            body = await request.read()
        except web.HTTPRequestEntityTooLarge:
            refused = BotApiError(413, "Request Entity Too Large")
            return web.json_response(refused.body(), status=413)
        status, answer, by_fault = await self._answer(request, name, handler, body)
        if status >= 400:  # noqa: PLR2004 - HTTP's refusals
            logger.debug("%s answered %s", name, status)
        self._report(request, name, body, status, answer, by_fault=by_fault)
        if status == 0:
            if request.transport is not None:
                request.transport.abort()
            return web.Response()
        if isinstance(answer, bytes):
            return web.Response(body=answer, status=status, content_type="text/html")
        response = web.json_response(answer, status=status)
        known = answer.get("parameters", {}) if isinstance(answer, dict) else {}
        if "retry_after" in known:
            response.headers["Retry-After"] = str(known["retry_after"])
        return response

    async def _answer(
        self, request: web.Request, name: str, handler: Method, body: bytes
    ) -> tuple[int, object, bool]:
        """Return status (0: cut the connection), JSON or a page, and whether a fault wrote it."""
        try:
            decoded = decode(request.query_string, request.headers.get("Content-Type", ""), body)
            chat_id = self._chat_of(decoded)
            await self._faults.meet(name, "before", chat_id)
            if request.transport is None or request.transport.is_closing():
                return 0, {}, True
            result = await handler(self._world, Args(decoded, self._world.unknown))
            await self._faults.meet(name, "after", chat_id)
        except ConnectionCut:
            return 0, {}, True
        except FaultError as order:
            error = played(order.fault.status, order.fault.retry_after)
            wanted = order.fault.body
            return error.status, error.body() if wanted is None else wanted, True
        except BotApiError as refusal:
            return refusal.status, refusal.body(), False
        if isinstance(result, Described):
            return (
                200,
                {"ok": True, "result": result.result, "description": result.description},
                False,
            )
        return 200, {"ok": True, "result": result}, False

    def _chat_of(self, request: Request) -> int | None:
        raw = request.params.get("chat_id", "")
        if re.fullmatch(r"-?\d{1,16}", raw):
            return int(raw)
        query = self._world.queries.find(request.params.get("callback_query_id", ""))
        return query.message.chat.id if query is not None and query.message is not None else None

    def _report(
        self,
        request: web.Request,
        name: str,
        body: bytes,
        status: int,
        answer: object,
        *,
        by_fault: bool,
    ) -> None:
        if not self._on_exchange:
            return
        exchange = Exchange(
            service="telegram",
            call=name,
            path=f"/{request.match_info['method']}",
            query=request.query_string,
            content_type=request.headers.get("Content-Type", ""),
            body=body,
            status=status,
            answer=answer,
            played=by_fault,
        )
        for listener in list(self._on_exchange):
            listener(exchange)

    def _data_of(self, request: web.Request) -> bytes:
        stored = self._world.files.at_path(request.match_info["path"])
        data = None if stored is None else self._world.files.data(stored)
        if data is None:
            raise BotApiError(404, "Not Found")
        return data

    async def _file(self, request: web.Request) -> web.StreamResponse:
        try:
            self._admit(request)
            data = self._data_of(request)
            await self._faults.meet("file", "before")
        except BotApiError as refusal:
            return web.json_response(refusal.body(), status=refusal.status)
        except FaultError as order:
            error = played(order.fault.status, order.fault.retry_after)
            return web.json_response(error.body(), status=error.status)
        except ConnectionCut:
            if request.transport is not None:
                request.transport.abort()
            return web.Response()
        return web.Response(body=data, content_type="application/octet-stream")

    async def _get_updates(self, world: World, args: Args) -> object:
        if self._webhook.url:
            raise conflict(
                "can't use getUpdates method while webhook is active; "
                "use deleteWebhook to delete the webhook first"
            )
        kinds = args.json("allowed_updates", "allowed updates")
        if kinds is not None and not isinstance(kinds, list):
            raise bad_request("can't parse allowed updates: expected an Array of String")
        world.updates.allow(kinds)
        limit = min(max(args.integer("limit", _MOST_UPDATES), 1), _MOST_UPDATES)
        timeout = min(max(args.integer("timeout", 0), 0), _LONGEST_POLL)
        return await world.updates.poll(args.integer("offset", 0), limit, timeout)

    async def _set_webhook(self, world: World, args: Args) -> object:
        del world
        return Described(True, await self._webhook.set(args))

    async def _delete_webhook(self, world: World, args: Args) -> object:
        del world
        return Described(True, await self._webhook.unset(args))

    async def _get_webhook_info(self, world: World, args: Args) -> object:
        del world, args
        return self._webhook.info()

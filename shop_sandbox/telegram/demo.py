"""The demo page's own API: what the page reads, and what its people do."""

from __future__ import annotations

from collections.abc import Callable

from aiohttp import BodyPartReader, web

from shop_sandbox.exchange import Json
from shop_sandbox.telegram import actions, inline
from shop_sandbox.telegram.actions import NotPossibleError
from shop_sandbox.telegram.guard import guarded, json_object
from shop_sandbox.telegram.model import Chat, User
from shop_sandbox.telegram.world import World

_INLINE_SECONDS = 10

Join = Callable[[str, str], User]


class DemoApi:
    """Serves ``/demo/…``.

    Args:
        world: The embedded Telegram.
        join: Adds a person by first name and language.
    """

    def __init__(self, world: World, join: Join) -> None:
        self._world = world
        self._join = join

    def routes(self) -> list[web.RouteDef]:
        """Return the routes below ``/demo``."""
        return [
            web.get("/demo/state", guarded(self._state)),
            web.get("/demo/chats/{chat_id}/messages", guarded(self._messages)),
            web.get("/demo/commands", guarded(self._commands)),
            web.get("/demo/files/{file_id}", guarded(self._file)),
            web.post("/demo/messages", guarded(self._write)),
            web.post("/demo/upload", guarded(self._upload)),
            web.post("/demo/taps", guarded(self._tap)),
            web.post("/demo/start", guarded(self._start)),
            web.post("/demo/edits", guarded(self._edit)),
            web.post("/demo/inline", guarded(self._inline)),
            web.post("/demo/inline/choose", guarded(self._choose)),
            web.post("/demo/people", guarded(self._person)),
            web.patch("/demo/people/{user_id}", guarded(self._change_person)),
            web.post("/demo/chats/{chat_id}/block", guarded(self._block)),
            web.post("/demo/chats/{chat_id}/migrate", guarded(self._migrate)),
        ]

    async def _state(self, request: web.Request) -> web.StreamResponse:
        world = self._world
        viewer = world.users.get(int(request.query.get("as", "0")))
        language = ((viewer.language_code if viewer else "") or "").partition("-")[0]
        bot = {
            "id": world.bot.id,
            "username": world.bot.username,
            "first_name": world.profile.text("name", language),
            "description": world.profile.text("description", language),
            "short_description": world.profile.text("short_description", language),
            "menu_button": world.profile.menu_button(viewer.id if viewer else 0),
        }
        people = [
            {**user.to_json(), "is_owner": user.is_owner, "color": user.color}
            for user in world.users.values()
        ]
        chats = [self._chat(chat) for chat in world.chats.values() if chat.migrated_to is None]
        return web.json_response({"bot": bot, "people": people, "chats": chats})

    def _chat(self, chat: Chat) -> Json:
        last = next(reversed(chat.messages.values()), None)
        return {
            "id": chat.id,
            "type": chat.type,
            "title": chat.title,
            "members": chat.members,
            "blocked": chat.refusal is not None,
            "unread": chat.unread,
            "last": None if last is None else self._world.demo_json(last),
        }

    async def _messages(self, request: web.Request) -> web.StreamResponse:
        chat = self._world.chats.get(int(request.match_info["chat_id"]))
        if chat is None:
            raise NotPossibleError("no such chat")
        limit = min(max(int(request.query.get("limit", "200")), 1), 2000)
        chat.unread = 0
        shown = list(chat.messages.values())[-limit:]
        return web.json_response({"messages": [self._world.demo_json(m) for m in shown]})

    async def _commands(self, request: web.Request) -> web.StreamResponse:
        chat, user = actions.chat_for(
            self._world, int(request.query["chat_id"]), int(request.query["user_id"])
        )
        return web.json_response({"commands": self._world.profile.commands_for(chat, user)})

    async def _file(self, request: web.Request) -> web.StreamResponse:
        stored = self._world.files.get(request.match_info["file_id"])
        data = None if stored is None else self._world.files.data(stored)
        if stored is None or data is None:
            raise web.HTTPNotFound
        is_picture = stored.kind == "photo" or stored.mime in ("image/webp", "image/png")
        headers = {"X-Content-Type-Options": "nosniff", "Cache-Control": "private, max-age=3600"}
        if not is_picture:
            quoted = stored.name.encode("ascii", "replace").decode().replace('"', "_")
            safe = "".join(c for c in quoted if c.isprintable())
            headers["Content-Disposition"] = f'attachment; filename="{safe}"'
        kind = stored.mime if is_picture else "application/octet-stream"
        return web.Response(body=data, content_type=kind, headers=headers)

    async def _write(self, request: web.Request) -> web.StreamResponse:
        body = await json_object(request)
        message = actions.write(
            self._world,
            body["chat_id"],
            body["user_id"],
            str(body.get("text", "")),
            reply_to=body.get("reply_to_message_id"),
        )
        return web.json_response({"message_id": message.id})

    async def _upload(self, request: web.Request) -> web.StreamResponse:
        fields: dict[str, str] = {}
        data, name, mime = b"", "file", "application/octet-stream"
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader):
                raise NotPossibleError("nested multipart")
            if part.filename is None:
                fields[part.name or ""] = await part.text()
            else:
                name = part.filename
                mime = part.headers.get("Content-Type", mime)
                data = bytes(await part.read(decode=False))
        message = actions.upload(
            self._world,
            int(fields["chat_id"]),
            int(fields["user_id"]),
            fields.get("kind", "document"),
            data,
            name=name,
            mime=mime,
            caption=fields.get("caption", ""),
        )
        return web.json_response({"message_id": message.id})

    async def _tap(self, request: web.Request) -> web.StreamResponse:
        body = await json_object(request)
        query = actions.tap(
            self._world, body["chat_id"], body["user_id"], body["message_id"], str(body["data"])
        )
        return web.json_response({"query_id": query.id})

    async def _start(self, request: web.Request) -> web.StreamResponse:
        body = await json_object(request)
        message = actions.start(self._world, body["user_id"], str(body.get("payload") or ""))
        return web.json_response({"message_id": message.id})

    async def _edit(self, request: web.Request) -> web.StreamResponse:
        body = await json_object(request)
        message = actions.edit(
            self._world, body["chat_id"], body["user_id"], body["message_id"], str(body["text"])
        )
        return web.json_response({"message_id": message.id})

    async def _inline(self, request: web.Request) -> web.StreamResponse:
        body = await json_object(request)
        query = inline.ask_inline(
            self._world, body["user_id"], str(body.get("query", "")), str(body.get("offset", ""))
        )
        answer = await self._world.bell.until(lambda: query.answer, _INLINE_SECONDS)
        return web.json_response(answer)

    async def _choose(self, request: web.Request) -> web.StreamResponse:
        body = await json_object(request)
        message = inline.choose(
            self._world, body["user_id"], body["chat_id"], body["query_id"], body["result_id"]
        )
        return web.json_response({"message_id": message.id})

    async def _person(self, request: web.Request) -> web.StreamResponse:
        body = await json_object(request)
        user = self._join(str(body["first_name"]), str(body.get("language_code", "en")))
        return web.json_response({"id": user.id})

    async def _change_person(self, request: web.Request) -> web.StreamResponse:
        body = await json_object(request)
        user = self._world.users.get(int(request.match_info["user_id"]))
        if user is None:
            raise NotPossibleError("no such person")
        user.language_code = str(body["language_code"])
        self._world.state_changed()
        return web.json_response({})

    async def _block(self, request: web.Request) -> web.StreamResponse:
        body = await json_object(request)
        actions.block(
            self._world, int(request.match_info["chat_id"]), blocked=bool(body["blocked"])
        )
        return web.json_response({})

    async def _migrate(self, request: web.Request) -> web.StreamResponse:
        chat = self._world.chats.get(int(request.match_info["chat_id"]))
        if chat is None or chat.type != "group" or chat.migrated_to is not None:
            raise NotPossibleError("only a group can become a supergroup")
        return web.json_response({"chat_id": self._world.migrate(chat).id})

"""The book of faults, for the demo page to write in."""

from __future__ import annotations

from typing import Any, get_args

from aiohttp import web

from shop_sandbox.faults import Action, Fault, Faults
from shop_sandbox.telegram.actions import NotPossibleError
from shop_sandbox.telegram.guard import guarded, json_object

_FAULT_FIELDS = (
    "call",
    "action",
    "phase",
    "times",
    "status",
    "body",
    "retry_after",
    "seconds",
    "chat_id",
)


class FaultBook:
    """Serves ``/demo/faults``."""

    def __init__(self, faults: Faults) -> None:
        self._faults = faults

    def routes(self) -> list[web.RouteDef]:
        """Return the routes of the book."""
        return [
            web.get("/demo/faults", guarded(self._list_faults)),
            web.post("/demo/faults", guarded(self._add_fault)),
            web.delete("/demo/faults", guarded(self._lift_faults)),
        ]

    async def _list_faults(self, request: web.Request) -> web.StreamResponse:
        del request
        rules = [
            {"id": rule.id, "fired": rule.fired, "waiting": rule.waiting}
            | {name: getattr(rule, name) for name in _FAULT_FIELDS}
            for rule in self._faults.rules()
        ]
        return web.json_response({"faults": rules})

    async def _add_fault(self, request: web.Request) -> web.StreamResponse:
        body = await json_object(request)
        if body.get("action") not in get_args(Action):
            raise NotPossibleError("action is error, cut, hang, delay or alter")
        if body.get("phase", "before") not in ("before", "after"):
            raise NotPossibleError("phase is before or after")
        given: dict[str, Any] = {k: body[k] for k in _FAULT_FIELDS if k in body}
        return web.json_response({"id": self._faults.add(Fault(**given)).id})

    async def _lift_faults(self, request: web.Request) -> web.StreamResponse:
        number = request.query.get("id")
        self._faults.lift(None if number is None else int(number))
        return web.json_response({})

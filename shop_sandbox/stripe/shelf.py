"""Where objects lie: found by id at once, listed newest first, paged as Stripe's "Pagination"."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from shop_sandbox.exchange import Json
from shop_sandbox.stripe.errors import missing
from shop_sandbox.stripe.params import Either, Integer, Kind, Listing, Record, Text

_SECONDS: Final = Integer()
_CREATED: Final = Either(
    Record({"gt": _SECONDS, "gte": _SECONDS, "lt": _SECONDS, "lte": _SECONDS}), _SECONDS
)
#: What every list takes; each adds its own filters.
PAGING: Final[dict[str, Kind]] = {
    "created": _CREATED,
    "ending_before": Text(),
    "expand": Listing(Text()),
    "limit": Integer(least=1, most=100),
    "starting_after": Text(),
}
_DEFAULT_LIMIT: Final = 10


class Shelf:
    """Objects of one kind, in the order of their making.

    Args:
        kind: Stripe's name of the kind, as its refusals write it.
    """

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self._places: dict[str, int] = {}
        self._row: list[Json] = []

    def __iter__(self) -> Iterator[Json]:
        return iter(self._row)

    def __len__(self) -> int:
        return len(self._row)

    def __contains__(self, identity: object) -> bool:
        return identity in self._places

    def add(self, thing: Json) -> Json:
        """Put an object on the shelf and return it."""
        self._places[thing["id"]] = len(self._row)
        self._row.append(thing)
        return thing

    def find(self, identity: str, *, param: str = "id", status: int = 404) -> Json:
        """Return the object of this id.

        Raises:
            ApiError: ``resource_missing``.
        """
        place = self._places.get(identity)
        if place is None:
            raise missing(self.kind, identity, param=param, status=status)
        return self._row[place]

    def remove(self, identity: str) -> None:
        """Take an object away; cursors that name it are unknown from then on."""
        del self._row[self._places[identity]]
        self._places = {thing["id"]: place for place, thing in enumerate(self._row)}

    def page(self, query: Json, keep: Callable[[Json], bool], url: str) -> Json:
        """Return Stripe's list object for a read query, newest first.

        Raises:
            ApiError: the cursor is unknown.
        """
        limit: int = query.get("limit", _DEFAULT_LIMIT)
        backwards = "ending_before" in query
        found: list[Json] = []
        for thing in self._from_cursor(query):
            if _in_time(thing, query.get("created")) and keep(thing):
                found.append(thing)
                if len(found) > limit:
                    break
        page = found[:limit]
        if backwards:
            page.reverse()
        return list_object(page, url, has_more=len(found) > limit)

    def _from_cursor(self, query: Json) -> Iterator[Json]:
        if "ending_before" in query:
            start = self._cursor(query, "ending_before") + 1
            return (self._row[place] for place in range(start, len(self._row)))
        start = len(self._row)
        if "starting_after" in query:
            start = self._cursor(query, "starting_after")
        return (self._row[place] for place in range(start - 1, -1, -1))

    def _cursor(self, query: Json, param: str) -> int:
        self.find(query[param], param=param, status=400)
        return self._places[query[param]]


def list_object(data: list[Json], url: str, *, has_more: bool) -> Json:
    """Return Stripe's envelope of a list."""
    return {"object": "list", "data": data, "has_more": has_more, "url": url}


def _in_time(thing: Json, created: Any) -> bool:
    at: int = thing.get("created", 0)
    if created is None:
        return True
    if isinstance(created, int):
        return at == created
    return bool(
        at > created.get("gt", at - 1)
        and at >= created.get("gte", at)
        and at < created.get("lt", at + 1)
        and at <= created.get("lte", at)
    )

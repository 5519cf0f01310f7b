"""Stripe's events fetched by a cursor, for a shop that no webhook can reach."""

from __future__ import annotations

from collections.abc import Callable

from stripe import EventService
from stripe.params import EventListParams

from bot.payments.calls import PAGE, Caller
from bot.payments.events import KINDS, inbox_event
from bot.ports import Clock, EventId, InboxEvent, PaymentsRefusedError

#: Seconds by which our clock may have been ahead of Stripe's, other than it is now, when events are
#: asked for by their time: what comes twice has no effect.
_SKEW = 600


class EventFeed:
    """The account's events of the kinds that the shop acts on.

    Args:
        events: The package's way to them.
        caller: Makes the calls.
        clock: Ours.
        ahead: By how many seconds it is ahead of Stripe's.
    """

    def __init__(
        self, events: EventService, caller: Caller, clock: Clock, ahead: Callable[[], int]
    ) -> None:
        self._events = events
        self._caller = caller
        self._clock = clock
        self._ahead = ahead
        self._started_at = clock.now()

    async def after(
        self, cursor: EventId | None, since: int | None = None
    ) -> tuple[InboxEvent, ...]:
        """Return up to 100 events that came after one, oldest first; the last one's id is next.

        With no cursor, everything since a time is returned, or since this object was made where
        none is given, so that nothing between the shop's start and its first look is lost; where
        nothing came since, only the newest event there is: a place to go on from that replays no
        old history. An account with no events at all gives nothing, and the next look covers the
        same time again. A cursor that Stripe no longer knows (events are kept for 30 days) counts
        as none; what was missed then, the reconciler finds.
        """
        ours = self._started_at if since is None else since
        from_time = ours - self._ahead() - _SKEW
        if cursor:
            try:
                return (await self._page({"limit": PAGE, "ending_before": cursor}))[0]
            except PaymentsRefusedError as error:
                if error.code != "resource_missing":
                    raise
        wanted: EventListParams = {
            "limit": PAGE,
            "created": {"gte": from_time},
        }
        found, more = await self._page(wanted)
        while more:
            wanted["starting_after"] = found[0].id
            older, more = await self._page(wanted)
            found = (*older, *found)[:PAGE]
        return found or (await self._page({"limit": 1}))[0]

    async def _page(self, params: EventListParams) -> tuple[tuple[InboxEvent, ...], bool]:
        """Return one page, turned round to be oldest first, and whether there is another."""
        params["types"] = list(KINDS)
        now = self._clock.now()
        return await self._caller.read(
            lambda: self._events.list_async(params),
            lambda page: (
                tuple(inbox_event(event, now) for event in reversed(page["data"])),
                bool(page["has_more"]),
            ),
        )

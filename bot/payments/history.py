"""The account's Checkout Sessions by their time: for questions that no single session answers."""

from __future__ import annotations

from stripe.checkout import SessionService
from stripe.params.checkout import SessionListParams

from bot.domain.payment import Session, SessionStatus
from bot.payments import reading
from bot.payments.calls import PAGE, Caller


async def sessions_since(
    service: SessionService, caller: Caller, status: SessionStatus, since: int, most: int
) -> tuple[Session, ...]:
    """Return the newest sessions of a status that were made at a time or later.

    Args:
        service: Stripe's package's.
        caller: Makes the calls.
        status: Of the sessions wanted.
        since: Seconds UTC.
        most: At most so many sessions.
    """
    found: list[Session] = []
    more = True
    while more and len(found) < most:
        wanted: SessionListParams = {
            "limit": min(PAGE, most - len(found)),
            "status": status.value,
            "created": {"gte": since},
        }
        if found:
            wanted["starting_after"] = found[-1].id
        page, more = await _page(service, caller, wanted)
        found += page
    return tuple(found)


async def _page(
    service: SessionService, caller: Caller, wanted: SessionListParams
) -> tuple[tuple[Session, ...], bool]:
    return await caller.read(
        lambda: service.list_async(wanted),
        lambda page: (tuple(map(reading.session, page["data"])), bool(page["has_more"])),
    )

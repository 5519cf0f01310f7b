"""Stripe's events, as far as they are believed: an id, a kind, and whom to ask about.

Events carry the API version of whoever made them, so only ids are taken from what they say.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from bot.payments.reading import identity
from bot.ports import EventId, EventKind, InboxEvent

#: The kinds that the shop acts on: asked for in lists and at webhook endpoints. At most 20.
KINDS: Final = (
    "checkout.session.completed",
    "checkout.session.async_payment_succeeded",
    "checkout.session.async_payment_failed",
    "checkout.session.expired",
    "charge.refunded",
    "refund.created",
    "refund.updated",
    "refund.failed",
    "charge.dispute.created",
    "charge.dispute.updated",
    "charge.dispute.closed",
)
#: Stripe's ids have up to 255 characters.
_LONGEST = 255


def inbox_event(data: object, received_at: int) -> InboxEvent:
    """Read an event.

    Args:
        data: Parsed JSON, from anywhere.
        received_at: Seconds UTC.

    Raises:
        ValueError: it is no event, or one of `KINDS` that names nothing.
    """
    if not isinstance(data, Mapping):
        raise ValueError("an event is an object")  # noqa: TRY004 - all faults of a body are one
    event_id, kind = data.get("id"), data.get("type")
    if not _is_name(event_id) or not _is_name(kind):
        raise ValueError("an event has an id and a type")
    inner = data.get("data")
    about: Any = inner.get("object") if isinstance(inner, Mapping) else None
    object_id = identity(about)
    if kind in KINDS and not _is_name(object_id):
        raise ValueError(f"{kind} names nothing")
    parent = identity(about.get("payment_intent")) if isinstance(about, Mapping) else None
    return InboxEvent(
        id=EventId(str(event_id)),
        kind=_kind(str(kind)),
        # Of the many kinds that are not ours anything may come: half a surrogate pair cannot
        # even be stored, and what cannot be a name names nothing.
        object_id=object_id if object_id and _is_name(object_id) else "",
        received_at=received_at,
        parent_id=parent if _is_name(parent) else None,
    )


def _kind(name: str) -> EventKind:
    match name.split("."):
        case ["checkout", "session", *_]:
            return EventKind.SESSION
        case ["charge", "dispute", *_]:
            return EventKind.DISPUTE
        case ["refund", *_] | ["charge", "refunded" | "refund", *_]:
            return EventKind.REFUND
        case _:
            return EventKind.OTHER


def _is_name(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= _LONGEST and value.isprintable()

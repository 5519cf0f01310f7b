"""Webhook bodies and updates that nobody should send: drawn from a seed, endlessly."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from kit import Kit
from kit.faults.pages import PublicShop
from shop_sandbox.telegram import Person

#: Number of the first update.
_FIRST = 10**9
_STRANGE: tuple[Any, ...] = (
    None, True, 0, -1, 2**63, 2**200, 1e308, "", "x", "\x00", "🎩" * 50, "a" * 5000, [], {}, [[]],
    {"id": None}, {"id": {"id": "x"}}, "../../etc/passwd", "' OR 1=1 --", "evt_\ud83d", "\u202e",
)  # fmt: skip
_KINDS = (
    "checkout.session.completed", "checkout.session.expired", "charge.refunded", "refund.created",
    "charge.dispute.created", "charge.refund.updated", "customer.created", "checkout.session", "",
)  # fmt: skip


def _strange(draw: random.Random, depth: int = 0) -> Any:
    if depth < 3 and draw.random() < 0.3:
        names = ("id", "object", "type", "data", "payment_intent", "metadata", "x")
        return {draw.choice(names): _strange(draw, depth + 1) for _ in range(draw.randrange(4))}
    return draw.choice(_STRANGE)


def _spoil(draw: random.Random, thing: Any) -> Any:
    """Return JSON with one place in it, anywhere, made strange or missing."""
    if isinstance(thing, dict) and thing and draw.random() < 0.85:
        name = draw.choice(list(thing))
        changed = {**thing, name: _spoil(draw, thing[name])}
        if draw.random() < 0.2:
            del changed[name]
        return changed
    if isinstance(thing, list) and thing and draw.random() < 0.85:
        at = draw.randrange(len(thing))
        return [*thing[:at], _spoil(draw, thing[at]), *thing[at + 1 :]]
    return _strange(draw)


def no_event(draw: random.Random) -> bytes:
    """Return a body that is no event: whatever signs it, it must be refused."""
    about: Any = draw.choice([None, [], {}, {"id": None}, {"id": ""}, {"id": 7}])
    bodies: tuple[Callable[[], bytes], ...] = (
        lambda: draw.randbytes(draw.randrange(1, 200)),
        lambda: b"[" * draw.randrange(1, 60_000),
        lambda: _dumps(draw.choice([[], None, 3, "evt", True, {}])),
        lambda: b'{"a":' * draw.randrange(1, 20_000),
        lambda: b"\xff\xfe" + draw.randbytes(20),
        lambda: _dumps({"id": "evt_x", "type": draw.choice(_KINDS[:5]), "data": {"object": about}}),
        lambda: _dumps({"id": draw.choice([None, "", 5, [], "a" * 300]), "type": "x"}),
        lambda: _dumps({"id": "evt_x", "type": draw.choice([None, "", 5, [], "a\n" * 300])}),
    )
    return draw.choice(bodies)()


def strange_event(draw: random.Random) -> bytes:
    """Return a body that may pass for an event, about nothing that exists."""
    event = {
        "id": f"evt_{draw.randrange(10**9)}",
        "object": "event",
        "type": draw.choice(_KINDS),
        "data": {"object": {"id": f"cs_test_{draw.randrange(10**9)}", "payment_intent": "pi_no"}},
    }
    return _dumps(_spoil(draw, event))


def _dumps(thing: Any) -> bytes:
    return json.dumps(thing, ensure_ascii=True).encode()


def signatures(draw: random.Random, good: str) -> Iterator[str | None]:
    """Yield headers that must not pass, made from one that would."""
    stamp, _, mac = good.partition(",")
    yield from (
        None, "", ",", "t=", "v1=", good[:-1], stamp, mac, f"{stamp},v0={mac[3:]}",
        f"t=x,{mac}", f"t=-1,{mac}", f"t={2**70},{mac}", f"{stamp},v1={'0' * 64}",
        good + "é", "t=1,v1=" + "é" * 64, "x" * 5000,
        f"{stamp},v1={draw.randbytes(32).hex()}",
    )  # fmt: skip


def malformed_update(draw: random.Random, good: Mapping[str, Any], number: int) -> dict[str, Any]:
    """Return an update with one place, anywhere beside its number, made strange."""
    spoilt = _spoil(draw, {key: value for key, value in good.items() if key != "update_id"})
    if not isinstance(spoilt, dict):
        spoilt = {"message": spoilt}
    return {**spoilt, "update_id": number}


async def malformed_webhooks(pages: PublicShop, count: int, draw: random.Random) -> list[int]:
    """Send malformed bodies, and return the statuses of the answers."""
    statuses = []
    for _ in range(count):
        if draw.random() < 0.5:
            body = no_event(draw)
            status = await pages.post(body, pages.signature(body))
            assert status in {400, 413}, body
        elif draw.random() < 0.5:
            body = strange_event(draw)
            status = await pages.post(body, pages.signature(body))
            assert status in {200, 400}, body
        else:
            body = strange_event(draw)
            header = draw.choice([h for h in signatures(draw, pages.signature(body)) if h != ""])
            wire = header if header is None or header.isascii() else None
            status = await pages.post(body, wire)
            assert status in {400, 413}, body
        statuses.append(status)
    while await pages.kit.shop.inbox.work():
        pass
    return statuses


def good_updates(person: Person) -> list[dict[str, Any]]:
    """Return updates as Telegram sends them, to be spoilt."""
    user = {"id": person.id, "is_bot": False, "first_name": "Alice", "language_code": "en"}
    chat = {"id": person.id, "type": "private", "first_name": "Alice"}
    message = {
        "message_id": 5, "date": 1_790_000_000, "chat": chat, "from": user, "text": "/nothing",
        "entities": [{"type": "bot_command", "offset": 0, "length": 8}],
    }  # fmt: skip
    member = {"user": user, "status": "member"}
    return [
        {"update_id": 1, "message": message},
        {"update_id": 1, "message": {**message, "text": "hi", "entities": []}},
        {"update_id": 1, "edited_message": {**message, "edit_date": 1_790_000_001}},
        {"update_id": 1, "callback_query": {
            "id": "7", "from": user, "chat_instance": "1", "data": "1z:99", "message": message}},
        {"update_id": 1, "my_chat_member": {
            "chat": chat, "from": user, "date": 1_790_000_000, "old_chat_member": member,
            "new_chat_member": member}},
    ]  # fmt: skip


async def malformed_updates(
    kit: Kit, person: Person, count: int, draw: random.Random, *, first: int = _FIRST
) -> int:
    """Feed malformed updates to the chat, and return how many it refused to read.

    They go in where a webhook's would: read, and served to their end.
    """
    refused = 0
    kit.telegram.on_exchange.clear()  # calls about nonsense are not held to the specification
    samples = good_updates(person)
    for number in range(count):
        update = malformed_update(draw, draw.choice(samples), first + number)
        try:
            await kit.running.chat.process(update)
        except ValueError:
            refused += 1
    return refused

"""Parts d and e: a flash sale, and payments told by webhook."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import tempfile
import time
from pathlib import Path
from typing import Any

import aiohttp
import uvloop

from bench.perf_goods import FIRST_CHAT
from bench.perf_rivals import Scene, opened, prepare, tap_update, word_update
from bench.perf_rounds import Outside, median, outside
from bot.app import RunningShop
from bot.domain.catalog.model import StockId
from bot.domain.order import ChatId, OrderState

#: Stripe's own figures: its answers take about so long, and test mode serves so many a second.
_STRIPE_SECONDS, _STRIPE_RATE = 0.15, 25
_UNITS = 100
_SECRET = "whsec_bench4NobodyAtAll000000000"  # noqa: S105 - nobody's
_PATIENCE = 240.0


def flash(*, quick: bool) -> dict[str, Any]:
    """Let 1,000 chats check out the last 100 units at the same moment (part d)."""
    chats = 150 if quick else 1000
    with (
        outside(_STRIPE_SECONDS, _STRIPE_RATE) as services,
        tempfile.TemporaryDirectory(prefix="shop-bench-") as folder,
    ):
        scene = Scene(
            "shop", services.telegram, services.stripe, Path(folder), chats=0, stock=_UNITS
        )
        return uvloop.run(_flash(services, scene, chats))


async def _flash(services: Outside, scene: Scene, chats: int) -> dict[str, Any]:
    await prepare(scene)
    async with opened(scene) as running:
        numbers = range(FIRST_CHAT, FIRST_CHAT + chats)
        for at, chat in enumerate(numbers):
            await running.chat.process(tap_update(at + 1, chat, "1a:p1:s"))
        services.control(watch=1)
        began = time.monotonic()
        await asyncio.gather(
            *(
                running.chat.process(word_update(10_000 + at, chat, "/checkout"))
                for at, chat in enumerate(numbers)
            )
        )
        seconds = time.monotonic() - began
        seen = await asyncio.to_thread(services.control)
        # Who was told to wait has an order, and gets its link when the reconciler has asked again.
        async with asyncio.timeout(_PATIENCE):
            while len(sessions := await _sessions(running, numbers)) < _UNITS:  # noqa: ASYNC110 - asks the database
                await asyncio.sleep(0.5)
        for session in sessions:
            await asyncio.to_thread(services.pay, session)
        async with asyncio.timeout(_PATIENCE):
            while (sold := await _paid(running)) < len(sessions):  # noqa: ASYNC110 - asks the database
                await asyncio.sleep(0.5)
        level = await running.store.read(lambda tx: tx.stock.levels([StockId("p1/s")]))
        first = sorted(times[0] - began for times in seen["shown"].values())
        return {
            "chats": chats,
            "units": _UNITS,
            "seconds": seconds,
            "answered": len(first),
            "first_answer_p50_s": first[len(first) // 2],
            "first_answer_p99_s": first[len(first) * 99 // 100],
            "links": len(sessions),
            "sold": sold,
            "left": level[StockId("p1/s")].free,
        }


async def _sessions(running: RunningShop, chats: range) -> list[str]:
    orders = [await running.shop.orders.latest(ChatId(chat)) for chat in chats]
    return [o[0].session_id for o in orders if o and o[0].session_id is not None]


async def _paid(running: RunningShop) -> int:
    counts = await running.store.read(lambda tx: tx.books.count_by_state())
    return counts.get(OrderState.PAID, 0)


def webhooks(*, quick: bool) -> dict[str, Any]:
    """Tell of payments by webhook, a tenth of them twice, and time the receipts (part e)."""
    orders = 20 if quick else 200
    with (
        outside() as services,
        tempfile.TemporaryDirectory(prefix="shop-bench-") as folder,
    ):
        scene = Scene("shop", services.telegram, services.stripe, Path(folder), chats=0)
        return uvloop.run(_webhooks(services, scene, orders))


async def _webhooks(services: Outside, scene: Scene, orders: int) -> dict[str, Any]:
    await prepare(scene)
    async with opened(scene, STRIPE_WEBHOOK_SECRET=_SECRET) as running:
        numbers = range(FIRST_CHAT, FIRST_CHAT + orders)
        for at, chat in enumerate(numbers):
            await running.chat.process(tap_update(at + 1, chat, "1a:p1:s"))
            await running.chat.process(word_update(10_000 + at, chat, "/checkout"))
        sessions = await _sessions(running, numbers)
        for session in sessions:
            await asyncio.to_thread(services.pay, session)
        services.control(watch=1)
        bodies = [_event(session, at) for at, session in enumerate(sessions)]
        bodies += bodies[::10]
        told: dict[int, float] = {}
        async with aiohttp.ClientSession() as http:
            began = time.monotonic()
            statuses = await asyncio.gather(
                *(_tell(http, running.web_url, body, at, told) for at, body in enumerate(bodies))
            )
            accepted = time.monotonic() - began
        async with asyncio.timeout(_PATIENCE):
            # The link's message is edited too: a receipt is the new message.
            sent: dict[str, list[float]] = {}
            while not all(str(chat) in sent for chat in numbers):  # asks the light Telegram
                await asyncio.sleep(0.2)
                sent = (await asyncio.to_thread(services.control))["sent"]
        waits = sorted(sent[str(chat)][0] - began for chat in numbers)
        return {
            "orders": len(sessions),
            "webhooks": len(bodies),
            "accepted": statuses.count(200),
            "webhooks_a_second": len(bodies) / accepted,
            "accept_p50_ms": median(list(told.values())) * 1e3,
            "receipt_p50_s": waits[len(waits) // 2],
            "receipt_last_s": waits[-1],
            "receipts_a_second": len(waits) / waits[-1],
            "receipts_per_chat_most": max(len(sent[str(chat)]) for chat in numbers),
        }


def _event(session: str, number: int) -> bytes:
    event = {
        "id": f"evt_bench{number:08d}",
        "object": "event",
        "api_version": "2026-01-28.clover",
        "created": int(time.time()),
        "type": "checkout.session.completed",
        "livemode": False,
        "data": {"object": {"id": session, "object": "checkout.session"}},
    }
    return json.dumps(event).encode()


async def _tell(
    http: aiohttp.ClientSession, url: str, body: bytes, at: int, told: dict[int, float]
) -> int:
    now = int(time.time())
    signed = hmac.new(_SECRET.encode(), b"%d." % now + body, hashlib.sha256).hexdigest()
    began = time.monotonic()
    async with http.post(
        f"{url}/stripe/webhook", data=body, headers={"Stripe-Signature": f"t={now},v1={signed}"}
    ) as answer:
        await answer.read()
        told[at] = time.monotonic() - began
        return answer.status

"""Rows 17, 18 and 19, webhooks: forged, stale, replayed and malformed ones."""

from __future__ import annotations

import json
import random
import tracemalloc
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain.order import OrderState
from bot.settings import Settings, SettingsError
from kit import open_kit
from kit.faults.malformed import malformed_webhooks, signatures
from kit.faults.pages import PublicShop, open_pages

#: Malformed bodies sent here; the bench sends 10,000.
BODIES = 250


#: Where the store decides what becomes of it; all else is refused before.
on_both = pytest.mark.usefixtures("either_engine")


@pytest.fixture
async def pages(tmp_path: Path) -> AsyncIterator[PublicShop]:
    """A shop with pages and a webhook."""
    async with open_pages(tmp_path) as opened:
        yield opened


def _event(number: int = 1) -> bytes:
    about = {"id": f"cs_test_{number}", "payment_intent": None}
    event = {"id": f"evt_{number}", "type": "checkout.session.completed", "data": {"object": about}}
    return json.dumps(event).encode()


async def test_no_forged_signature_passes_and_none_leaves_a_trace(pages: PublicShop) -> None:
    """Missing, cut, foreign, non-ASCII or oversized signatures: 400, and no row."""
    before, body = await pages.rows(), _event()
    bad = [*signatures(random.Random(17), pages.signature(body)), pages.signature(body, "whsec_no")]

    for header in bad:
        if header is None or header.isascii():
            assert await pages.post(body, header) == 400, header

    assert await pages.rows() == before


async def test_a_signature_in_other_letters_is_refused_as_it_comes_over_the_wire(
    pages: PublicShop,
) -> None:
    """Bytes beyond ASCII in the header are refused, not stumbled over."""
    headers = {"Stripe-Signature": "t=1,v1=" + "\u00e9" * 64}
    async with pages.http.post(pages.hook, data=_event(), headers=headers) as answer:
        assert answer.status == 400


async def test_two_signature_headers_are_none(pages: PublicShop) -> None:
    """Which of two headers was meant is not guessed: 400, even if both are good."""
    body = _event()
    good = pages.signature(body)
    headers = [("Stripe-Signature", good), ("Stripe-Signature", good)]
    async with pages.http.post(pages.hook, data=body, headers=headers) as answer:
        assert answer.status == 400
    assert (await pages.rows())["inbox"] == 0


@pytest.mark.parametrize("seconds", [-301, -(10**9), 301, 10**9])
async def test_a_signature_from_another_time_is_refused(pages: PublicShop, seconds: int) -> None:
    """Stale ones and ones from the future, five minutes and more away: 400, no row."""
    body = _event()
    at = pages.kit.clock.now() + seconds + (2 if seconds > 0 else -2)

    assert await pages.post(body, pages.signature(body, at=at)) == 400

    assert (await pages.rows())["inbox"] == 0


async def test_a_signature_under_the_empty_secret_is_refused(pages: PublicShop) -> None:
    """What anybody could sign is not believed."""
    body = _event()

    assert await pages.post(body, pages.signature(body, secret="")) == 400


@pytest.mark.parametrize(
    "body",
    [b"\xff\xfe\xfa", b"[]", b"null", b"3", b'"evt"', b"{}", b"", b"[" * 100_000,
     b'{"a":' * 30_000 + b"1" + b"}" * 30_000, b'{"id":"evt_1"}', b'{"id":5,"type":"x"}'],
    ids=["not UTF-8", "list", "null", "number", "text", "empty object", "nothing", "deep list",
         "deep object", "no type", "a number for an id"],
)  # fmt: skip
async def test_a_signed_body_that_is_no_event_is_refused(pages: PublicShop, body: bytes) -> None:
    """Signed with the right secret, and still no event: 400, no row, no 5xx."""
    assert await pages.post(body, pages.signature(body)) == 400

    assert (await pages.rows())["inbox"] == 0


@on_both
@pytest.mark.parametrize("kind", ["customer.created", "charge.refunded"])
@pytest.mark.parametrize("name", ["\ud83d", "x" * 5000, "a\x00b", "\u202e"])
async def test_ids_that_cannot_be_stored_break_nothing(
    pages: PublicShop, kind: str, name: str
) -> None:
    """Half a surrogate pair, or any other impossible id, in any place: no 5xx."""
    about = {"id": name, "payment_intent": name}
    body = json.dumps({"id": f"evt_{kind}", "type": kind, "data": {"object": about}}).encode()
    parent = {"id": "ch_1", "payment_intent": {"id": name}}
    second = json.dumps({"id": "evt_2", "type": kind, "data": {"object": parent}}).encode()

    ours = kind == "charge.refunded"
    assert await pages.post(body, pages.signature(body)) == (400 if ours else 200)
    assert await pages.post(second, pages.signature(second)) == 200
    assert await pages.kit.shop.inbox.work() >= 0


def test_a_secret_that_is_set_but_empty_is_refused_at_start() -> None:
    """An empty secret would let everybody in; the shop does not start with one."""
    with pytest.raises(SettingsError) as refused:
        Settings.load({"STRIPE_WEBHOOK_SECRET": ""}, env_file=None)
    assert any("STRIPE_WEBHOOK_SECRET" in str(fault) for fault in refused.value.faults)


async def test_without_a_secret_there_is_no_such_route(tmp_path: Path) -> None:
    """No secret, no webhook: 404."""
    async with open_kit(tmp_path, pages=True) as kit:
        status, _ = await kit.get(f"{kit.running.web_url}/stripe/webhook")
        assert status == 404


@on_both
async def test_a_replayed_event_has_no_effect_after_a_second_ten_minutes_or_a_month(
    pages: PublicShop,
) -> None:
    """The same event again: known, or too old to be believed; never a second sale."""
    kit, alice = pages.kit, pages.kit.person("Alice")
    await alice.start()
    order, event = await pages.paid_in_silence(alice)
    body = json.dumps(event).encode()
    recorded = pages.signature(body)
    assert await pages.post(body, recorded) == 200
    await kit.until(alice, OrderState.PAID)
    await kit.drain()
    before = await pages.rows()

    for ahead, as_recorded in ((1, 200), (600, 400), (30 * 86_400, 400)):
        kit.clock.ahead += ahead
        assert await pages.post(body, recorded) == as_recorded
        assert await pages.post(body, pages.signature(body)) == 200
        await kit.shop.inbox.work()

    after = await pages.rows()
    assert {name: after[name] - before[name] for name in ("inbox", "orders", "outbox")} == {
        "inbox": 0, "orders": 0, "outbox": 0,
    }  # fmt: skip
    assert (await kit.order(alice)).id == order.id
    assert await kit.running.store.read(lambda tx: tx.outbox.depth()) == 0


@on_both
async def test_malformed_webhooks_are_refused_or_ignored_and_never_break_anything(
    pages: PublicShop,
) -> None:
    """Malformed bodies, signed or not: 4xx or taken and ignored, no 5xx, orders untouched."""
    before = await pages.rows()
    statuses = await malformed_webhooks(pages, BODIES, random.Random(19))

    assert set(statuses) <= {200, 400, 413}
    after = await pages.rows()
    changed = {name for name in after if after[name] != before[name]}
    assert changed <= {"inbox", "notes"}  # a signed event of nothing: Stripe's refusal is noted
    assert await pages.kit.running.store.read(lambda tx: tx.outbox.depth()) == 0


async def test_bodies_beyond_the_limit_are_refused_and_memory_stays_bounded(
    pages: PublicShop,
) -> None:
    """Bodies of a megabyte are refused unread, and ten of them leave no memory behind."""
    body = b" " * 1_000_000
    tracemalloc.start()
    try:
        assert await pages.post(body, pages.signature(b"")) == 413
        before = tracemalloc.get_traced_memory()[0]
        for _ in range(10):
            assert await pages.post(body, "t=1,v1=00") == 413
        grown = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    assert grown < 1_000_000

"""The log: a line an event, with whose it was as fields, and nobody's secrets or person in it."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog

from bot.logs import set_up_logs
from bot.store.sqlite import open_reader
from kit import KEY, TOKEN
from kit.patience import PATIENCE
from shop_sandbox.site import SandboxSite
from tests.cli.process import settings_for, started
from tests.shop.journeys import CARD, add, ask_to_pay

SECRET = "canary-that-is-a-secret"
#: What a buyer writes, and what Stripe knows of them.
WORDS = "Please ring at the red door, my phone is +351 912 345 678"
PERSON = ("Alice", "Grace Canary", "Rua Augusta", "buyer@example.com", "red door", "912345678")


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """Catch the log as JSON, and put the test's own handlers back after."""
    caught, root = io.StringIO(), logging.getLogger()
    handlers, level = root.handlers[:], root.level
    monkeypatch.setattr(sys, "stderr", caught)
    set_up_logs("DEBUG", "json", (SECRET,))
    yield caught
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(capture=False)
    structlog.reset_defaults()


def _events(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_other_libraries_records_are_redacted_too(log: io.StringIO) -> None:
    """Arguments, exceptions and extras of any record pass the handler's redaction."""
    other = logging.getLogger("somebody.elses")
    other.warning("calling %s with %r", f"https://api/bot{TOKEN}/getMe", {"key": KEY})
    refusal = ValueError(f"refused {SECRET} of ada@example.com, +1 (415) 555-0100")
    other.error("it broke", exc_info=refusal)
    first, second = _events(log.getvalue())

    assert first["event"] == "calling https://api/bot[redacted]/getMe with {'key': '[redacted]'}"
    assert (first["logger"], first["level"]) == ("somebody.elses", "warning")
    assert "ValueError: refused [redacted] of [redacted], [redacted]" in second["exception"]
    for secret in (TOKEN, KEY, SECRET, "ada@", "555"):
        assert secret not in log.getvalue()


def test_an_exception_and_a_warning_are_one_line_each(log: io.StringIO) -> None:
    """Whatever collects the lines needs not put tracebacks together."""
    structlog.get_logger("test").error("worker failed", worker="outbox", exc_info=KeyError("lost"))
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn("this is old", DeprecationWarning, stacklevel=1)
    broke, warned = _events(log.getvalue())

    assert (broke["event"], broke["worker"]) == ("worker failed", "outbox")
    assert "KeyError" in broke["exception"]
    assert "this is old" in warned["event"]


async def test_a_purchase_is_told_by_order_and_chat_and_by_no_person(tmp_path: Path) -> None:
    """At the most talkative level: each line is JSON, ids are fields, and no name or word is there.

    The buyer writes their telephone number to the bot, and pays under a name with an e-mail.
    """
    database = tmp_path / "shop.sqlite3"
    async with SandboxSite() as site:
        settings = settings_for(site, database, log_format="json", log_level="debug")
        alice = site.telegram.person("Alice")
        async with started(settings, until="shop open") as shop:
            await add(alice, "house-blend")
            await ask_to_pay(alice)
            await alice.write(WORDS)
            order, done = await _paid(site, database)
            await alice.start(done.partition("start=")[2])
            await shop.says('"kind": "receipt"')
            code = await shop.stop()
    events = _events(shop.printed)
    of_order = [one for one in events if one.get("order") == order]

    assert code == 0
    assert {"order opened", "settled", "message sent"} <= {one["event"] for one in of_order}
    assert {one["chat"] for one in of_order if one.get("kind") == "receipt"} == {alice.id}
    assert {one["chat"] for one in of_order if one["event"] == "settled"} == {alice.id}
    assert all({"event", "level", "logger", "timestamp"} <= one.keys() for one in events)
    assert [seen for seen in (*PERSON, TOKEN, KEY) if seen in shop.printed] == []


async def _paid(site: SandboxSite, database: Path) -> tuple[int, str]:
    """Pay the one order; return its number and where Stripe sends its buyer."""
    async with open_reader(database) as reader:
        async with asyncio.timeout(PATIENCE):
            while not (found := await reader.read(lambda tx: tx.books.newest(1))):  # noqa: ASYNC110 - asks the database
                await asyncio.sleep(0.02)
    order = found[0]
    assert order.session_id
    done = await site.stripe.pay(
        order.session_id, card=CARD, email="buyer@example.com", name="Grace Canary"
    )
    return order.id, done.address

"""What changes on the hosted page before it is paid: codes and quantities, and the total shown."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import aiohttp
import pytest

from tests.sandbox.hosted_page import CARD, get, post
from tests.sandbox.stripe_kit import Kit, bare_client, line, serve


@pytest.fixture
async def kit() -> AsyncIterator[Kit]:
    """Serve a sandbox."""
    async with serve() as kit:
        kit.sandbox.settings.shop_name = "Café <Lume>"
        yield kit


@pytest.fixture
async def browser() -> AsyncIterator[aiohttp.ClientSession]:
    """Return a client without scripts."""
    async with bare_client() as http:
        yield http


async def test_a_code_is_applied_and_removed(kit: Kit, browser: aiohttp.ClientSession) -> None:
    """Applying changes the total and keeps what was typed; removing takes it back."""
    created = await kit.create(allow_promotion_codes=True)
    typed = {"email": "ada@example.com", "action": "apply"}

    _, wrong, _ = await post(browser, str(created.url), {**typed, "code": "NOPE"})
    _, page, _ = await post(browser, str(created.url), {**typed, "code": "welcome10"})
    _, removed, _ = await post(browser, str(created.url), {"action": "remove_code"})

    assert "This code is not valid here." in wrong
    assert "€22.50" in page
    assert 'value="ada@example.com"' in page
    assert "€22.50" not in removed


async def test_nothing_due_asks_for_no_card(kit: Kit, browser: aiohttp.ClientSession) -> None:
    """With a full discount the page has no card fields and completes without."""
    created = await kit.create(allow_promotion_codes=True)

    _, page, _ = await post(browser, str(created.url), {"action": "apply", "code": "FREE100"})
    status, _, _ = await post(
        browser, str(created.url), {"action": "pay", "email": "ada@example.com"}
    )

    assert "Complete order" in page
    assert 'name="card_number"' not in page
    assert status == 303


async def test_a_total_that_changed_is_shown_before_it_is_charged(
    kit: Kit, browser: aiohttp.ClientSession
) -> None:
    """A press on Pay under another total than the one shown charges nothing."""
    adjustable = {**line(), "adjustable_quantity": {"enabled": True}}
    created = await kit.create(line_items=[adjustable])
    _, page = await get(browser, str(created.url))
    shown = re.search(r'name="shown_total" value="(\d+)"', page)
    assert shown is not None

    form = {**CARD, "shown_total": shown[1], "quantity_0": "3"}
    _, again, _ = await post(browser, str(created.url), form)
    status, _, _ = await post(browser, str(created.url), {**form, "shown_total": "3750"})

    assert "The total has changed." in again
    assert status == 303
    assert kit.sandbox.sessions[created.id]["amount_total"] == 3750

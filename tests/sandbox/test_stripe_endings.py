"""Pages of sessions that are over, receipts, and the sandbox's controls."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from tests.sandbox.stripe_kit import Kit, bare_client, serve

TEMPLATES = Path(__file__).parents[2] / "shop_sandbox" / "stripe" / "templates"


@pytest.fixture
async def kit() -> AsyncIterator[Kit]:
    """Serve a sandbox."""
    async with serve() as kit:
        yield kit


@pytest.fixture
async def browser() -> AsyncIterator[aiohttp.ClientSession]:
    """Return a client without scripts."""
    async with bare_client() as http:
        yield http


async def _get(browser: aiohttp.ClientSession, url: str, **headers: str) -> tuple[int, str]:
    async with browser.get(url, headers=headers) as answer:
        return answer.status, await answer.text()


async def _press(
    browser: aiohttp.ClientSession, url: str, action: str, **headers: str
) -> tuple[int, str]:
    async with browser.post(url, data={"action": action}, headers=headers) as answer:
        return answer.status, await answer.text()


async def test_a_paid_page_says_so_and_leads_back(kit: Kit, browser: aiohttp.ClientSession) -> None:
    """Opening the link of a paid session again shows that, with the way to the shop."""
    created = await kit.create()
    await kit.sandbox.pay(created.id)

    _, page = await _get(browser, str(created.url))
    _, pressed = await _press(browser, str(created.url), "pay")

    assert "You have paid" in page
    assert f"http://127.0.0.1:9/success?session_id={created.id}" in page
    assert "You have paid" in pressed
    assert len(kit.sandbox.charges) == 1


async def test_the_control_expires_a_session(kit: Kit, browser: aiohttp.ClientSession) -> None:
    """The sandbox's button expires the session; pressed on a paid one it does nothing."""
    one, paid = await kit.create(), await kit.create()
    await kit.sandbox.pay(paid.id)

    _, page = await _press(browser, f"{kit.url}/c/pay/{one.id}/expire", "expire")
    await _press(browser, f"{kit.url}/c/pay/{paid.id}/expire", "expire")

    assert "This payment link has expired" in page
    assert 'href="http://127.0.0.1:9/cancel"' in page
    assert kit.sandbox.sessions[one.id]["status"] == "expired"
    assert kit.sandbox.sessions[paid.id]["status"] == "complete"


@pytest.mark.parametrize(
    ("action", "title", "status"),
    [
        ("bank_succeeds", "You have paid", "paid"),
        ("bank_fails", "The bank did not pay", "unpaid"),
    ],
)
async def test_the_bank_answers_a_debit_by_a_button(
    kit: Kit, browser: aiohttp.ClientSession, action: str, title: str, status: str
) -> None:
    """The page of a waiting debit has the bank's two answers; afterwards it tells which it was."""
    created = await kit.create()
    await kit.sandbox.pay(created.id, "debit")
    bank = f"{kit.url}/c/pay/{created.id}/bank"

    _, waiting = await _get(browser, bank)
    _, answered = await _press(browser, bank, action)
    _, again = await _press(browser, bank, action)

    assert "Waiting for the bank" in waiting
    assert title in answered
    assert title in again
    assert kit.sandbox.sessions[created.id]["payment_status"] == status


async def test_unknown_pages_are_told_kindly(kit: Kit, browser: aiohttp.ClientSession) -> None:
    """No such session, no such receipt: a page with 404."""
    for path in ("/c/pay/cs_test_nope", "/receipts/ch_nope"):
        status, page = await _get(browser, kit.url + path)
        assert status == 404
        assert "There is no such payment page" in page


async def test_a_form_of_another_site_is_refused(kit: Kit, browser: aiohttp.ClientSession) -> None:
    """A browser says when a form was sent from elsewhere, and then nothing happens."""
    created = await kit.create()
    expire = f"{kit.url}/c/pay/{created.id}/expire"

    status, _ = await _press(browser, expire, "expire", **{"Sec-Fetch-Site": "cross-site"})

    assert status == 403
    assert kit.sandbox.sessions[created.id]["status"] == "open"


async def test_a_receipt_shows_the_payment_and_dies_after_thirty_days(
    kit: Kit, browser: aiohttp.ClientSession
) -> None:
    """The link in the charge works for thirty days; asking the API again gives a fresh one."""
    created = await kit.create()
    await kit.sandbox.pay(created.id, "5555555555554444")
    old = (await kit.charge(created.id)).receipt_url
    _, page = await _get(browser, str(old))

    kit.clock.now += 30 * 86_400 + 1
    status, gone = await _get(browser, str(old))
    fresh = (await kit.charge(created.id)).receipt_url

    assert "€25.00" in page
    assert "Mastercard •••• 4444" in page
    assert (status, "This receipt link has expired" in gone) == (410, True)
    assert (await _get(browser, str(fresh)))[0] == 200


async def test_the_receipts_controls_answer_refunds_and_disputes(
    kit: Kit, browser: aiohttp.ClientSession
) -> None:
    """Beside the receipt a pending refund can be settled, and a dispute opened and decided."""
    created = await kit.create()
    await kit.sandbox.pay(created.id, "4000000000007726")
    charge = await kit.charge(created.id)
    refund = await kit.sandbox.refund_in_dashboard(str(charge.payment_intent), 500)
    receipt = str(charge.receipt_url)

    _, pending = await _get(browser, receipt)
    await _press(browser, receipt, "refund_succeeds")
    await _press(browser, receipt, "dispute_open")
    _, disputed = await _get(browser, receipt)
    await _press(browser, receipt, "dispute_lost")

    assert "A refund is on its way." in pending
    assert kit.sandbox.refunds[refund]["status"] == "succeeded"
    assert "This payment is disputed." in disputed
    assert [d["status"] for d in kit.sandbox.disputes.values()] == ["lost"]


async def test_a_failed_refund_by_the_control(kit: Kit, browser: aiohttp.ClientSession) -> None:
    """A refund that succeeded can be made to fail; a control that is not offered does nothing."""
    created = await kit.create()
    await kit.sandbox.pay(created.id)
    charge = await kit.charge(created.id)
    refund = await kit.sandbox.refund_in_dashboard(str(charge.payment_intent))

    await _press(browser, str(charge.receipt_url), "dispute_won")
    await _press(browser, str(charge.receipt_url), "refund_fails")

    assert kit.sandbox.refunds[refund]["status"] == "failed"
    assert not kit.sandbox.disputes


async def test_an_owner_can_refund_on_the_page_that_stands_in_for_the_dashboard(
    kit: Kit, browser: aiohttp.ClientSession
) -> None:
    """A payment's page leads to its receipt; its control gives back all that is left, once."""
    created = await kit.create()
    await kit.sandbox.pay(created.id)
    charge = await kit.charge(created.id)
    await kit.sandbox.refund_in_dashboard(str(charge.payment_intent), 500)
    page = f"{kit.url}/dashboard/payments/{charge.payment_intent}"

    status, shown = await _get(browser, page)
    for _ in range(2):
        await _press(browser, str(charge.receipt_url), "refund_now")
    _, after = await _get(browser, page)

    assert (status, "Refund it all" in shown, "Refund it all" in after) == (200, True, False)
    assert [refund["amount"] for refund in kit.sandbox.refunds.values()] == [500, 2000]
    assert (await _get(browser, f"{kit.url}/dashboard/payments/pi_nope"))[0] == 404


async def test_debits_that_wait_are_listed_until_the_bank_has_answered(
    kit: Kit, browser: aiohttp.ClientSession
) -> None:
    """Each with its amount, whose it is, and where one decides for the bank."""
    created = await kit.create()
    _, before = await _get(browser, f"{kit.url}/c/waiting")
    await kit.sandbox.pay(created.id, "debit")
    _, waiting = await _get(browser, f"{kit.url}/c/waiting")
    await kit.sandbox.settle_debit(created.id)
    _, after = await _get(browser, f"{kit.url}/c/waiting")

    assert json.loads(waiting)["waiting"] == [
        {"address": f"/c/pay/{created.id}/bank", "amount": "€25.00", "name": "ada@example.com"}
    ]
    assert json.loads(before) == json.loads(after) == {"waiting": []}

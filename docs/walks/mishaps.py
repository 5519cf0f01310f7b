"""What seldom happens: payments that need a decision, and services that falter."""

from __future__ import annotations

from typing import Final

from playwright.sync_api import Page
from walk import PEOPLE, Walk

from walks import changes
from walks.buying import add
from walks.orders import to_pay

_SESSIONS: Final = "/v1/checkout/sessions"
_LOOK: Final = f"GET {_SESSIONS}/{{id}}"
_LOST: Final = {"error": {"type": "invalid_request_error", "code": "resource_missing",
                          "message": "No such checkout.session"}}  # fmt: skip
_REFUSED: Final = {"ok": False, "error_code": 400, "description": "Bad Request: can't parse it"}
#: Its refunds are under way first.
_SLOW_REFUNDS: Final = "4000 0000 0000 7726"
_ALICE: Final = PEOPLE[1]


def mishaps(walk: Walk) -> None:
    """What seldom happens."""
    with walk.shop(changes.of("coffee-tin", stock=1)):
        walk.buyer.start()
        _paid_after_its_end(walk)
        _unclear(walk)
    with walk.shop():
        walk.buyer.start()
        _refunded_in_the_dashboard(walk)


def _paid_after_its_end(walk: Walk) -> None:
    """Stripe says that a session is over, and then that it was paid; its goods are sold."""
    owner = walk.owner
    add(walk, "coffee-tin")
    page = to_pay(walk, "button.pickup")
    walk.alter(_LOOK, status="expired", payment_intent=None)
    _back(page).close()
    walk.shows("news.expired")
    walk.mend()
    owner.write("/stock coffee-tin 0")
    walk.shows("owner.edited", owner)
    page.locator("button[data-pay]").click()
    walk.see("news.news", "news.review", "Paid after its end")
    page.reload()
    walk.page("review", page, "Its page")
    walk.see("owner_news.owner_review", "button.owner_accept", "The owner decides", owner)
    walk.tap("button.owner_accept", owner)
    walk.see("owner_steps.short", "button.owner_accept_short", "The goods are sold", owner)


def _unclear(walk: Walk) -> None:
    """Stripe says what nobody knows, and then that it does not know the session."""
    owner = walk.owner
    add(walk, "lume-cup")
    page = to_pay(walk, "button.pickup")
    walk.alter(_LOOK, status="complete", payment_status="later")
    back = _back(page)
    walk.page("unclear", back, "Nobody knows yet")
    walk.news("button.owner_free")
    walk.fail(f"POST {_SESSIONS}/{{id}}/expire", status=404, body=_LOST)
    walk.ask("POST", "/demo/time", seconds=4 * 3600)
    walk.tap("button.owner_free", owner)
    walk.see("owner_steps.sure_free", "button.owner_free_yes", "Stripe has lost it", owner)
    walk.mend()


def _refunded_in_the_dashboard(walk: Walk) -> None:
    """Telegram takes no receipt; the owner gives the money back at Stripe."""
    owner = walk.owner
    add(walk, "lume-cup")
    page = to_pay(walk, "button.pickup")
    page.locator("[name=card_number]").fill(_SLOW_REFUNDS)
    walk.fail("sendMessage", status=400, chat_id=_ALICE, body=_REFUSED)
    page.locator("button[data-pay]").click()
    walk.see("owner_news.owner_parked", "owner.parked", "A message not taken", owner)
    walk.mend()
    walk.buyer.write("/orders")
    walk.shows("orders.choose")
    walk.buyer.tap("1001")
    walk.shows("order.placed_on")
    receipt = walk.buyer.newest().locator("a[href*=receipts]").get_attribute("href") or ""
    dashboard = page.context.new_page()
    dashboard.goto(receipt)
    dashboard.locator("button[value=refund_now]").click()
    walk.see("owner_steps.ask_about_goods", "owner.ask_return_goods", "Refunded at Stripe", owner)
    page.reload()
    walk.page("refunding", page, "Its page")
    walk.store("UPDATE orders SET extra = ''")
    page.reload()
    walk.page("error", page, "An order that cannot be read")


def _back(page: Page) -> Page:
    """Open, beside Stripe's page, where its way back leads."""
    beside = page.context.new_page()
    beside.goto(page.locator("a.back").get_attribute("href") or "")
    return beside

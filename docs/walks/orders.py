"""Orders: what comes after paying, and what may come instead; the shop's own pages beside it."""

from __future__ import annotations

from playwright.sync_api import Page, expect
from walk import Walk

from walks import changes
from walks.buying import add

_TRACKING = "https://track.example/RR123456785PT"
_DISPUTED = "4000 0000 0000 0259"


def bought(walk: Walk, *names: str, way: str = "button.deliver", card: str | None = None) -> Page:
    """Buy one of each product, and return the page that one comes to then."""
    add(walk, *names)
    paying = to_pay(walk, way)
    if card:
        paying.locator("[name=card_number]").fill(card)
    paying.locator("button[data-pay]").click()
    expect(paying.get_by_role("heading", level=1)).to_have_text(
        walk.words.pattern("page.paid.title", whole=True)
    )
    walk.shows("receipt.title")
    return paying


def to_pay(walk: Walk, way: str) -> Page:
    """Go from the cart to the payment page, filled in."""
    walk.buyer.write("/checkout")
    asked = walk.words.pattern("checkout.choose_way")
    if asked.search(walk.buyer.newest().inner_text()):  # asked once, and remembered
        walk.tap(way)
    walk.shows("checkout.valid")
    return walk.buyer.filled_in()


def orders(walk: Walk) -> None:
    """An order on its way."""
    with walk.shop():
        me, owner = walk.buyer, walk.owner
        me.start()
        page = bought(walk, "lume-cup", "guji")
        walk.see("orders.receipt", "receipt.title", "Paid: the receipt")
        walk.page("paid", page, "The page after paying")
        walk.tap("button.owner_packed", owner)
        walk.shows("owner.packed_on", owner)
        walk.see("orders.receipt", "order.state.packed", "Packed")
        walk.tap("button.owner_shipped", owner)
        walk.shows("owner.ask_tracking", owner)
        owner.write(_TRACKING)
        walk.shows("owner.told_shipped", owner)
        walk.see("news.news", "news.shipped", "Sent")
        walk.shows("button.arrived", newest=False)
        walk.see("orders.receipt", "button.buy_again", "Its receipt", newest=False)
        walk.tap("button.arrived")
        walk.lacks("button.arrived")
        walk.see("orders.receipt", "button.buy_again", "It is there", newest=False)
        refund(walk)
        walk.see("news.news", "news.refunded", "Money back")
        page.reload()
        walk.page("refunded", page, "Its page, paid back")
        bought(walk, "sao-tome-chocolate")
        add(walk, "coffee-tin")
        to_pay(walk, "button.deliver")
        me.write("/orders")
        walk.see("orders.orders", "orders.choose", "The orders")
        me.tap("#1002" if walk.language == "en" else "1002")
        walk.see("orders.order", "order.placed_on", "One order")
        walk.change(changes.of("sao-tome-chocolate", price="6.40"))
        walk.news("owner.catalog_changed")
        walk.tap("button.buy_again")
        walk.see("orders.not_as_before", "again.some", "Bought again, not as before")


def refund(walk: Walk) -> None:
    """Give back all that was paid for the newest order, goods and all."""
    owner = walk.owner
    for key, said in (
        ("button.owner_refund", "owner.ask_refund"),
        ("button.owner_refund_all", "owner.sure_refund"),
        ("button.owner_refund_yes", "owner.ask_return_goods"),
        ("button.owner_return_goods", "owner.is_back"),
    ):
        walk.tap(key, owner)
        walk.shows(said, owner, newest=False)


def pickup(walk: Walk) -> None:
    """An order that is picked up."""
    with walk.shop():
        me, owner = walk.buyer, walk.owner
        me.start()
        page = bought(walk, "lume-cup", way="button.pickup")
        walk.see("orders.receipt", "receipt.title", "Paid: the receipt")
        walk.page("paid", page, "The page after paying")
        walk.tap("button.owner_ready", owner)
        walk.see("owner_steps.ask_shipped", "owner.ask_ready", "The owner: ready?", owner)
        walk.tap("button.owner_ready_tell", owner)
        walk.see("news.news", "news.shipped_pickup", "Ready")


def unpaid(walk: Walk) -> None:
    """Orders that are not paid, and their pages."""
    with walk.shop():
        me = walk.buyer
        me.start()
        add(walk, "lume-cup")
        page = to_pay(walk, "button.pickup")
        page.locator("a.back").click()
        walk.page("open", page, "Back without paying")
        walk.fail("* /v1/*")
        walk.reload("checking", page)
        walk.page("checking", page, "Stripe does not answer")
        walk.mend()
        me.write("/cancel")
        walk.see("info.kind", "cancel.done", "Cancelled")
        page.reload()
        walk.page("cancelled", page, "Its page")
        page.goto(page.url.partition("?")[0] + "?order=none")
        walk.page("missing", page, "An address that leads nowhere")
        _placed(walk, page)
        page = to_pay(walk, "button.pickup")
        back = page.locator("a.back").get_attribute("href") or ""
        page.locator("button[formaction$=expire]").click()
        walk.see("news.news", "news.expired", "Expired")
        page.goto(back)
        walk.page("expired", page, "Its page")
        walk.see("checkout.back", "back.expired", "The link's message then", newest=False)
        me.be("Jonas")
        me.start()
        me.write(f"/start back_{back.partition('order=')[2]}")
        walk.see("checkout.back_elsewhere", "back.elsewhere", "Another's link")


def _placed(walk: Walk, page: Page) -> None:
    """Look at the page of an order that Stripe has not made a link for; nobody has its address."""
    walk.fail("POST /v1/checkout/sessions")
    walk.buyer.write("/checkout")
    walk.shows("checkout.unavailable")
    token = walk.store("SELECT token FROM orders ORDER BY id DESC LIMIT 1")
    page.goto(page.url.partition("?")[0] + f"?order={token}")
    walk.page("placed", page, "Its link is being made")
    walk.mend()


def bank(walk: Walk) -> None:
    """A bank that takes its time, and a card that does not work."""
    with walk.shop():
        me = walk.buyer
        me.start()
        add(walk, "lume-cup")
        page = to_pay(walk, "button.pickup")
        page.locator("[name=card_number]").fill("4000 0000 0000 0002")
        page.locator("button[data-pay]").click()
        expect(page.locator("#card-error")).to_be_visible()
        walk.look(page, "Stripe: the card is declined")
        page.locator("#debit").check()
        page.locator("button[data-pay]").click()
        walk.page("processing", page, "Waiting for the bank")
        walk.see("news.news", "news.processing", "The message")
        waiting = walk.ask("GET", "/c/waiting")["waiting"][0]["address"]
        asked = me.page.context.new_page()
        asked.goto(f"{walk.url}{waiting}")
        asked.locator("button[value=bank_fails]").click()
        walk.see("news.news", "news.failed", "The bank says no")
        page.reload()
        walk.page("failed", page, "Its page")
        bought(walk, "coffee-tin", way="button.pickup", card=_DISPUTED)
        walk.see("owner_news.owner_dispute", "owner.dispute.needs_response",
                 "The owner: a dispute", walk.owner)  # fmt: skip

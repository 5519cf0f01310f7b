"""The owner's screens with hostile names: limits hold and the HTML is sound."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.chat.owner_actions import Which
from bot.chat.screen import CAPTION_LIMIT, Screen, visible
from bot.chat.screens import orders as order_screens
from bot.chat.screens import (
    owner_faults,
    owner_file,
    owner_goods,
    owner_news,
    owner_orders,
    owner_picking,
    owner_stats,
    owner_steps,
)
from bot.domain.allowed import Allowed
from bot.domain.catalog.diff import compare
from bot.domain.catalog.model import (
    LineKey,
    Option,
    OptionValue,
    ProductId,
    StockId,
    Text,
)
from bot.domain.money import Money
from bot.domain.order import ChatId, Chosen, OrderState
from bot.domain.payment import Recipient
from bot.ports import Seller, StockLevel
from bot.ports.catalog import Fault
from bot.shop.catalog import news as catalog_news
from bot.shop.catalog.edits import Edited
from bot.shop.catalog.uploads import Offer
from bot.shop.orders.picking import For
from bot.shop.orders.reports import Report, StatsSpan
from tests.chat.goods import ENGLISH, NOON, a_catalog, an_order, cup, eur, paid
from tests.chat.looks import looks_right


def test_what_is_unclear_of_a_payment_is_not_told_as_paid() -> None:
    """Nor as unknown at Stripe, which it is not: the reason is told, and that the shop asks on."""
    unclear = replace(an_order(), state=OrderState.REVIEW, review_reason="payment_status zz")
    told = owner_news.owner_review(a_catalog(cup(1, "Cup")), unclear, ENGLISH).text
    assert "Stripe says something about it that this shop does not know" in told
    assert "goes on asking" in told
    assert "Paid:" not in told
    assert "payment page" not in told


_NAMES = st.sampled_from(["<b>", "&amp;", "🛒" * 50, "Ж{name}_*`[", "a" * 100, "م<i>" * 25])


def _order_screens(name: str) -> list[Screen]:
    order = paid(an_order(*[name] * 100, buyer_name=name, tracking=name * 3), card_brand=name)
    review = replace(order, state=OrderState.REVIEW, review_reason=name, dispute=name)
    sent = replace(order, shipped_at=NOON)
    ready = replace(sent, pickup=True)
    recipient = Recipient(name, name, name, (name,) * 6, ((name, name),) * 3)
    address = owner_news.recipient_words(recipient, order, ENGLISH)
    catalog = a_catalog(cup(1, name))
    states = [replace(an_order(name, buyer_name=name), state=state) for state in OrderState]
    return [
        owner_orders.order(catalog, order, ENGLISH, address=address, news="<b>✓</b>"),
        owner_orders.order(catalog, review, ENGLISH),
        owner_news.owner_sale(catalog, replace(order, dispute=name), recipient, ENGLISH),
        owner_news.owner_review(catalog, review, ENGLISH),
        owner_news.owner_review(catalog, replace(order, review_reason=name), ENGLISH),
        *(owner_orders.order(catalog, one, ENGLISH) for one in states),
        owner_orders.orders(Which.ALL, [order] * 9, ENGLISH, newest=False, waiting=3),
        owner_orders.found(name * 9, [order] * 8, ENGLISH),
        *(owner_steps.ask_shipped(catalog, one, ENGLISH) for one in (order, sent, ready)),
        owner_faults.faulty_file([Fault(1, 1, name, "missing", {"key": name})] * 9, name, ENGLISH),
        owner_steps.ask_words(name, ENGLISH),
        owner_steps.ask_refund(order, ENGLISH),
        owner_steps.ask_refund(replace(order, refunded=order.total), ENGLISH),
        owner_steps.ask_refund_amount(order, eur(5), ENGLISH),
        owner_steps.sure_refund(order, eur(5), 0, ENGLISH),
        owner_steps.refunded(catalog, order, eur(5), ENGLISH),
        *(owner_picking.pick(catalog, order, why, {0: 1}, 1, ENGLISH) for why in For),
        owner_picking.sure(catalog, order, {0: 1}, 0, ENGLISH),
        owner_steps.short(catalog, order, {one.stock_id for one in order.lines}, ENGLISH),
        owner_steps.sure_cancel(order, ENGLISH),
        owner_steps.support(ChatId(-(2**52)), {"name": name, "text": name * 30}, order, ENGLISH),
    ]


def _goods_screens(name: str) -> list[Screen]:
    values = tuple(
        OptionValue(f"value-{n:013}", Text.of(name), eur(n + 100), stock=n) for n in range(60)
    )
    option = Option("size", Text.of(name), values)
    product = cup(1, name, id=ProductId("p" * 32), options=(option,), hidden=True)
    before = a_catalog(product, *(cup(n, name) for n in range(2, 40)))
    after = a_catalog(
        replace(product, options=(), price=eur(9), hidden=False),
        *(cup(n, name, price=eur(n + 1), stock=0) for n in range(20, 60)),
    )
    levels = {one: StockLevel(10**6, 10**6, 0) for one, _ in product.stock_counts()}
    diff = compare(before, after)
    counts = tuple((StockId(f"{'p' * 32}/value-{n:013}"), 10**6, 10**6) for n in range(60))
    params = {"written": name, "right": name, "key": name}
    fault = Fault(99_999, 9, "products[9999].price", "unclosed_text", params, within=name)
    details = catalog_news.faulty([fault] * 900, "catalog.json")
    low = {"problem": "low_stock", "title": name, "stock": "p/v", "left": "1"}
    changed = catalog_news.changed(before, after, mended=False)
    assert changed is not None
    told = [owner_file.told(one, after, ENGLISH) for one in (details, low, changed)]
    return [
        *(screen for screen in told if screen),
        owner_file.offer(
            Offer("0" * 12, before, after, diff, (fault,) * 9, counts, remarks=(fault,) * 90),
            ENGLISH,
        ),
        owner_file.edited(Edited(before, after, diff, "0" * 12), ENGLISH),
        owner_goods.goods(before, 2, ENGLISH),
        owner_goods.good(product, levels, ENGLISH, news=name and "✓"),
        owner_goods.ask_price(StockId(f"{'p' * 32}/{'v' * 20}"), None, ENGLISH),
        owner_goods.ask_stock(counts[0][0], None, ENGLISH),
    ]


def test_a_price_that_nobody_pays_is_told_as_one() -> None:
    """Every size has its own price: the owner reads that the product's, which changed, is none."""
    sizes = tuple(OptionValue(one, Text.of(one), eur(1400)) for one in ("small", "large"))
    product = cup(1, "Cup", price=eur(1250), options=(Option("size", Text.of("Size"), sizes),))
    before, after = a_catalog(product), a_catalog(replace(product, price=eur(1300)))
    changed = catalog_news.changed(before, after, mended=False)
    assert changed is not None
    told = owner_file.told(changed, after, ENGLISH)
    assert told is not None
    assert "1 price changed that nobody pays" in told.text
    assert (
        "Cup: €12.50 → €13.00 · nobody pays this: every choice has a price of its own" in told.text
    )
    assert [button.text for row in told.rows for button in row][:1] == ["↩ Undo"]


@settings(max_examples=12, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(_NAMES)
def test_no_name_breaks_a_screen_of_the_owners(name: str) -> None:
    """Every screen keeps Telegram's limits and its HTML, with all there can be at once."""
    for screen in (*_order_screens(name), *_goods_screens(name)):
        looks_right(screen)


def test_sales_fit_the_caption_of_their_picture() -> None:
    """Five best sellers with the longest names stand under the chart."""
    one = Seller(LineKey(ProductId("gone")), "<" * 250, 10**6)
    day = datetime.combine(date(2026, 1, 1), time())
    report = Report(10**6, eur(10**11), eur(10**9), (one,) * 5, 100, {day: eur(1)})
    screen = owner_stats.stats(StatsSpan.MONTH, report, a_catalog(), ENGLISH)
    looks_right(screen)
    assert visible(screen.text) <= CAPTION_LIMIT


def test_what_the_buyer_chose_is_in_the_notice_in_the_order_and_in_the_receipt() -> None:
    """Delivery, code, and the other currency; the owner reads beside them who asks an invoice."""
    chosen = Chosen("courier", "Courier <fast>", "WELCOME10", Money(3189, "usd"))
    one = paid(
        replace(an_order(), allowed=Allowed(discount=True, shipping=(490, 1190))),
        total=eur(3710), discount=eur(280), shipping=eur(1190), chosen=chosen,
    )  # fmt: skip
    buyer = Recipient(
        name="Ann Hart", phone="+351 912", business="Hart & Co", address=("Rua 1", "1000 Lisboa"),
        tax_ids=(("eu_vat", "PT123456789"),), answers=(("Doorbell", "Hart <2nd>"),),
    )  # fmt: skip
    sums = (
        "Goods: €28.00\nDiscount (WELCOME10): −€2.80\nDelivery: Courier &lt;fast&gt; · €11.90\n"
        "Total: <b>€37.10</b>\nPaid in another currency: $31.89\n"
    )
    receipt = order_screens.receipt(a_catalog(), one, ENGLISH, chat_id=one.chat_id)
    notice = owner_news.owner_sale(a_catalog(), one, buyer, ENGLISH)
    shown = owner_orders.order(a_catalog(), one, ENGLISH)
    assert [sums in screen.text for screen in (receipt, notice, shown)] == [True, True, True]
    typed = (
        "Ann Hart\nHart &amp; Co\nRua 1\n1000 Lisboa\n+351 912\n"
        "Tax ID (EU VAT): PT123456789\nDoorbell: Hart &lt;2nd&gt;"
    )
    assert typed in notice.text


def test_a_payments_page_in_the_dashboard_is_of_its_mode() -> None:
    """Live payments stand under another address than test ones."""
    order = paid(an_order())
    assert owner_orders.dashboard_url(order) == "https://dashboard.stripe.com/test/payments/pi_1"
    live = replace(order, livemode=True)
    assert owner_orders.dashboard_url(live) == "https://dashboard.stripe.com/payments/pi_1"
    assert owner_orders.dashboard_url(an_order()) is None

"""Orders that wait for their owner, and orders that an owner drops."""

from __future__ import annotations

from pathlib import Path

from bot.domain.money import Money
from bot.domain.order import OrderState, StockState
from shop_sandbox.faults import Fault
from tests.chat.market import open_market
from tests.chat.owner_steps import another, in_review, labels, notice, sold
from tests.chat.test_owner_sales import free
from tests.shop.journeys import order_something


async def test_a_late_payment_can_be_accepted_and_its_goods_are_sold(tmp_path: Path) -> None:
    """The units are held again and sold; the customer gets the receipt, the cart is lighter."""
    async with open_market(tmp_path) as (kit, _):
        ann, marta = kit.person("Alice"), kit.person("Marta")
        order = await in_review(kit, ann)
        await ann.wait_for(f"Your payment for order {order.id} has arrived", since=0)
        shown = await notice(kit, marta, "needs you")
        assert "the money came after the order had ended" in shown.text
        assert "Ordered: €12.50. Paid: €12.50." in shown.text
        assert labels(shown) == ["Accept as paid", "Refund €12.50", "✉️ Write", "Open in Stripe"]
        assert await free(kit, "blend/small") == 20
        await marta.tap(shown, "Accept as paid")
        await marta.wait_for("Accepted as paid")
        await kit.drain()
        after = await kit.order(ann)
        assert (after.id, after.state, after.goods) == (order.id, OrderState.PAID, StockState.SOLD)
        assert await free(kit, "blend/small") == 19
        await ann.wait_for("€12.50", since=0)
        assert not (await kit.shop.carts.view(after.chat_id)).cart
        tap = await marta.forge(shown, shown.button("Accept as paid").data or "")
        assert (await tap.answer()).text == "This order is no longer waiting for you."


async def test_a_late_payment_for_goods_that_are_gone_is_told(tmp_path: Path) -> None:
    """Nothing changes until the owner says to accept it all the same, or sends the money back."""
    async with open_market(tmp_path) as (kit, _):
        ann, jonas, marta = kit.person("Alice"), another(kit), kit.person("Marta")
        await in_review(kit, ann, "mug")
        await order_something(kit, jonas, "mug")
        await jonas.start("p_mug")
        mug = await jonas.wait_for(lambda seen: any(b.text == "+" for b in seen.buttons))
        await jonas.tap(mug, "+")
        await jonas.wait_for(lambda seen: "2 in cart" in str(seen.rows))
        await jonas.write("/checkout")
        await jonas.wait_for(lambda seen: "/c/pay/" in str(seen.rows))
        assert await free(kit, "mug") == 0
        shown = await notice(kit, marta, "needs you")
        await marta.tap(shown, "Accept as paid")
        told = await marta.wait_for("there is not enough left of")
        assert (await kit.order(ann)).state is OrderState.REVIEW
        await marta.tap(told, "Accept all the same")
        await marta.wait_for("Accepted as paid")
        after = await kit.order(ann)
        assert (after.state, after.goods) == (OrderState.PAID, StockState.FREED)


async def test_a_payment_in_review_can_be_sent_back(tmp_path: Path) -> None:
    """Two taps, and the order is refunded; nothing was fulfilled."""
    async with open_market(tmp_path) as (kit, _):
        ann, marta = kit.person("Alice"), kit.person("Marta")
        await in_review(kit, ann)
        shown = await notice(kit, marta, "needs you")
        await marta.tap(shown, "Refund €12.50")
        await marta.tap(await marta.wait_for("cannot be undone"), "Yes, refund €12.50")
        await marta.wait_for("is on its way")
        after = await kit.order(ann)
        assert (after.state, after.goods) == (OrderState.REFUNDED, StockState.FREED)
        assert [one["amount"] for one in kit.stripe.refunds.values()] == [1250]


async def test_a_payment_in_review_whose_refund_fails_can_be_sent_back_again(
    tmp_path: Path,
) -> None:
    """The owner is told, and the notice has the button: no money is stuck in a refunded order."""
    async with open_market(tmp_path) as (kit, _):
        ann, marta = kit.person("Alice"), kit.person("Marta")
        order = await in_review(kit, ann)
        assert order.payment
        assert order.payment.intent_id
        none = Money.zero("eur")
        await kit.shop.refunds.give(order.id, order.payment.total, before=none)
        (first,) = kit.stripe.refunds
        await kit.stripe.settle_refund(first, succeed=False)
        await kit.shop.refunds.sync(order.payment.intent_id)

        told = await notice(kit, marta, "A refund of €12.50")

        assert "↩️ Refund" in labels(told)
        again = await kit.shop.refunds.give(order.id, order.payment.total, before=none)
        assert (again.state, again.refunded) == (OrderState.REFUNDED, order.payment.total)
        assert len(kit.stripe.refunds) == 2


async def test_goods_of_a_session_unknown_at_stripe_are_freed_by_the_owner(tmp_path: Path) -> None:
    """Another key's order: Stripe knows nothing, so only the owner can end it."""
    async with open_market(tmp_path) as (kit, _):
        ann, marta = kit.person("Alice"), kit.person("Marta")
        order = await order_something(kit, ann, "blend")
        await kit.running.store.write(
            lambda tx: tx.orders.transition(
                order.id, OrderState.REVIEW, now=kit.clock.now(), reason="unknown at Stripe"
            )
        )
        await marta.write(f"/order {order.id}")
        shown = await marta.wait_for("Stripe does not know this payment")
        assert labels(shown)[:2] == ["Release the goods", "✉️ Write"]
        assert await free(kit, "blend/small") == 19
        await marta.tap(shown, "Release the goods")
        await marta.wait_for("The goods are available again")
        after = await kit.order(ann)
        assert (after.state, after.goods) == (OrderState.CANCELLED, StockState.FREED)
        assert await free(kit, "blend/small") == 20
        await ann.wait_for("was cancelled", since=0)


async def test_an_order_that_stripe_has_lost_is_ended_on_the_owners_word(tmp_path: Path) -> None:
    """Stripe knows other orders and not this one: asked once more, with what to look for."""
    missing = {"error": {"type": "invalid_request_error", "code": "resource_missing"}}
    async with open_market(tmp_path) as (kit, _):
        ann, marta = kit.person("Alice"), kit.person("Marta")
        await sold(kit, another(kit), "cup")
        order = await order_something(kit, ann, "blend")
        kit.clock.jump(26 * 3600)
        await kit.running.store.write(
            lambda tx: tx.orders.transition(
                order.id, OrderState.REVIEW, now=kit.clock.now(), reason="unknown at Stripe"
            )
        )
        expire = "POST /v1/checkout/sessions/{id}/expire"
        kit.site.faults.add(Fault(expire, "error", status=404, body=missing, times=None))
        await marta.write(f"/order {order.id}")
        await marta.tap(await marta.wait_for("Stripe does not know this"), "Release the goods")
        asked = await marta.wait_for("no longer has the payment page")
        assert f"“{order.id}” in Stripe’s Dashboard" in asked.text
        assert labels(asked) == ["Nothing was paid: end it", "No, leave it"]
        assert await free(kit, "blend/small") == 19

        await marta.tap(asked, "Nothing was paid: end it")

        await marta.wait_for("The goods are available again")
        assert await free(kit, "blend/small") == 20
        await kit.drain()
        await ann.wait_for("was cancelled", since=0)


async def test_an_owner_cancels_an_unpaid_order(tmp_path: Path) -> None:
    """Its session is expired at Stripe, its goods are free, the customer is told."""
    async with open_market(tmp_path) as (kit, _):
        ann, marta = kit.person("Alice"), kit.person("Marta")
        order = await order_something(kit, ann, "blend")
        await marta.write(f"/order #{order.id}")
        shown = await marta.wait_for("not paid yet")
        await marta.tap(shown, "Cancel the order")
        sure = await marta.wait_for("Its payment link will be closed")
        assert (await kit.order(ann)).state is OrderState.OPEN
        await marta.tap(sure, "Yes, cancel it")
        await marta.wait_for("Cancelled, and its goods are available again")
        assert (await kit.order(ann)).state is OrderState.CANCELLED
        assert order.session_id
        assert kit.stripe.sessions[order.session_id]["status"] == "expired"
        assert await free(kit, "blend/small") == 20
        await ann.wait_for("was cancelled", since=0)


async def test_lists_show_what_is_to_be_done(tmp_path: Path) -> None:
    """Filters, pages and search lead to the same order."""
    async with open_market(tmp_path) as (kit, _):
        ann, jonas, marta = kit.person("Alice"), another(kit), kit.person("Marta")
        waiting = await in_review(kit, ann)
        unpaid = await order_something(kit, jonas, "cup")
        await marta.write("/orders")
        shown = await marta.wait_for("None here.")
        assert "In review (1)" in labels(shown)
        await marta.tap(shown, "In review (1)")
        shown = await marta.wait_for("Tap one")
        assert f"#{waiting.id}" in labels(shown)[0]
        await marta.tap(shown, "Not paid yet")
        shown = await marta.wait_for(lambda seen: f"#{unpaid.id}" in str(seen.rows))
        await marta.tap(shown, "All")
        shown = await marta.wait_for(lambda seen: f"#{waiting.id}" in str(seen.rows))
        assert [label.split(" ·")[0] for label in labels(shown)[:2]] == [
            f"#{unpaid.id}",
            f"#{waiting.id}",
        ]
        await marta.write("/find jON")
        shown = await marta.wait_for("What I found for “jON”")
        assert f"#{unpaid.id}" in labels(shown)[0]
        await marta.write("/find <nobody>")
        await marta.wait_for("I found no order for “<nobody>”")


async def test_the_till_is_closed_with_a_word_and_open_orders_go_on(tmp_path: Path) -> None:
    """Customers read the owner's words; an order with a link can still be paid."""
    async with open_market(tmp_path) as (kit, _):
        ann, jonas, marta = kit.person("Alice"), another(kit), kit.person("Marta")
        order = await order_something(kit, ann, "cup")
        await marta.write("/pause Back on <Monday>!")
        closed = await marta.wait_for("Back on <Monday>!")
        await jonas.start("p_cup")
        cup = await jonas.wait_for("€14.00")
        await jonas.tap(cup, "Add to cart")
        await jonas.wait_for(lambda seen: "1 in cart" in str(seen.rows))
        await jonas.write("/checkout")
        await jonas.wait_for("Back on <Monday>!")
        assert await kit.orders(jonas) == ()
        assert order.session_id
        await kit.stripe.pay(order.session_id)
        await kit.shop.settlement.by_token(order.token)
        await kit.until(ann, OrderState.PAID)
        await marta.tap(closed, "Open checkout")
        await marta.wait_for("Checkout is open")
        await jonas.write("/checkout")
        await jonas.wait_for("Order 10")


async def test_words_for_a_closed_till_are_shown_as_customers_read_them(tmp_path: Path) -> None:
    """What does not fit a notice is cut, and the owner sees where."""
    async with open_market(tmp_path) as (kit, _):
        marta, ann = kit.person("Marta"), kit.person("Alice")
        await marta.write("/pause " + "Back soon. " * 20)
        told = await marta.wait_for("Checkout is closed")
        kept = "Back soon. " * 13 + "Back s…"
        assert f"“{kept}”" in told.text
        await ann.start("p_cup")
        await ann.tap(await ann.wait_for("€14.00"), "Add to cart")
        await ann.wait_for(lambda seen: "1 in cart" in str(seen.rows))
        await ann.write("/checkout")
        await ann.wait_for(kept)

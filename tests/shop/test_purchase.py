"""A whole sale: from the first tap to the receipt, and every way back from paying."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from bot.domain.catalog.model import StockId
from bot.domain.order import ChatId, OrderState, StockState
from bot.ports import MessageKind
from kit import open_kit
from tests.shop.journeys import CARD, add, ask_to_pay, order_something, pay


def _start_payload(url: str) -> str:
    return parse_qs(urlsplit(url).query)["start"][0]


async def test_a_sale_without_a_public_address_is_settled_by_the_link_into_the_chat(
    tmp_path: Path,
) -> None:
    """Stripe sends the buyer to t.me; the bot settles on that /start and sends the receipt."""
    async with open_kit(tmp_path) as kit:
        alice = kit.person("Alice")
        order = await order_something(kit, alice)
        assert order.session_id
        done = await kit.stripe.pay(order.session_id, card=CARD, email="buyer@example.com")

        await alice.start(_start_payload(done.address))
        receipt = await alice.wait_for("Paid. Thank you!")

        paid = await kit.order(alice)
        assert (paid.state, paid.goods) == (OrderState.PAID, StockState.SOLD)
        assert paid.payment
        assert paid.payment.card_last4 == "4242"
        assert "Visa ending in 4242" in receipt.text
        sale = await kit.person("Marta").wait_for("Sold: order", since=0)
        assert f"order {paid.id}" in sale.text


async def test_a_sale_with_a_public_address_is_settled_by_the_success_page(tmp_path: Path) -> None:
    """The page says Paid, and the chat gets the receipt."""
    async with open_kit(tmp_path, pages=True) as kit:
        alice = kit.person("Alice")
        order = await order_something(kit, alice)
        assert order.session_id
        done = await kit.stripe.pay(order.session_id, card=CARD, email="buyer@example.com")
        status, page = await kit.get(done.address)

        assert status == 200
        assert 'lang="en"' in page
        assert "Paid" in page
        assert (await kit.order(alice)).state is OrderState.PAID
        assert f"Order {order.id}" in (await alice.wait_for("Paid. Thank you!", since=0)).text


async def test_the_success_page_hit_twice_confirms_once(tmp_path: Path) -> None:
    """Reloading the page, or opening it in two tabs, sends no second receipt."""
    async with open_kit(tmp_path, pages=True) as kit:
        alice = kit.person("Alice")
        order = await order_something(kit, alice)
        assert order.session_id
        done = await kit.stripe.pay(order.session_id, card=CARD, email="buyer@example.com")
        pages = [await kit.get(done.address) for _ in range(3)]
        await kit.drain()

        assert [status for status, _ in pages] == [200, 200, 200]
        receipts = [m for m in alice.messages() if "Paid. Thank you!" in m.text]
        assert len(receipts) == 1


async def test_an_unknown_session_from_a_browser_never_reaches_stripe(tmp_path: Path) -> None:
    """A made-up id gets a kind page; Stripe is not asked about it."""
    async with open_kit(tmp_path, pages=True) as kit:
        before = kit.site.faults.calls["GET /v1/checkout/sessions/{id}"]
        status, page = await kit.get(f"{kit.running.web_url}/success?session_id=cs_test_made_up")

        assert status == 404
        assert "Traceback" not in page
        assert kit.site.faults.calls["GET /v1/checkout/sessions/{id}"] == before


async def test_the_link_of_another_chat_tells_only_that_it_is_paid(tmp_path: Path) -> None:
    """The receipt goes to the order's own chat; who follows the link elsewhere hears no details."""
    async with open_kit(tmp_path) as kit:
        alice, jonas = kit.person("Alice"), kit.person("Jonas")
        order = await order_something(kit, alice)
        await pay(kit, order)

        await jonas.start(f"paid_{order.token}")
        answer = await jonas.wait_for(lambda shown: shown.from_bot)
        await alice.wait_for("Paid. Thank you!", since=0)

        assert "House Blend" not in answer.text
        assert "4242" not in answer.text


async def test_checkout_again_with_the_same_cart_gives_the_same_link(tmp_path: Path) -> None:
    """One session and one link, however often /checkout is sent."""
    async with open_kit(tmp_path) as kit:
        alice = kit.person("Alice")
        first = await order_something(kit, alice)
        await ask_to_pay(alice)
        await kit.drain()

        assert [o.id for o in await kit.orders(alice)] == [first.id]
        assert kit.site.faults.calls["POST /v1/checkout/sessions"] == 1


async def test_a_changed_cart_expires_the_old_session_first(tmp_path: Path) -> None:
    """Never two links that can be paid: the old one is dead before the new one is made."""
    async with open_kit(tmp_path) as kit:
        alice = kit.person("Alice")
        first = await order_something(kit, alice)
        await add(alice, "paper-filters")
        await ask_to_pay(alice)
        second = await kit.until(alice, OrderState.OPEN)

        assert second.id != first.id
        old = await kit.shop.orders.get(first.id)
        assert old
        assert (old.state, old.goods) == (OrderState.CANCELLED, StockState.FREED)
        assert first.session_id
        session = await kit.shop.context.payments.retrieve(first.session_id)
        assert session.status == "expired"
        assert len(second.lines) == 2


async def test_lines_added_after_checkout_stay_in_the_cart(tmp_path: Path) -> None:
    """The paid lines leave; what was added since is still wanted."""
    async with open_kit(tmp_path) as kit:
        alice = kit.person("Alice")
        order = await order_something(kit, alice)
        await add(alice, "paper-filters")
        await pay(kit, order)
        await kit.shop.settlement.by_token(order.token)

        cart = (await kit.shop.carts.view(ChatId(alice.id))).cart
        assert [line.line.key.product for line in cart.lines] == ["paper-filters"]


async def test_cancel_expires_the_session_frees_the_stock_and_keeps_the_cart(
    tmp_path: Path,
) -> None:
    """After /cancel the link is dead, the goods are for sale again, the cart is as it was."""
    async with open_kit(tmp_path) as kit:
        alice = kit.person("Alice")
        order = await order_something(kit, alice)
        stock_id = order.lines[0].stock_id
        levels = await kit.running.store.read(lambda tx: tx.stock.levels([stock_id]))
        assert levels[stock_id].held == 1
        await alice.write("/cancel")
        await kit.until(alice, OrderState.CANCELLED)

        levels = await kit.running.store.read(lambda tx: tx.stock.levels([stock_id]))
        assert levels[stock_id].held == 0
        cart = (await kit.shop.carts.view(ChatId(alice.id))).cart
        assert cart.units == 1


async def test_a_buyer_who_never_returns_is_confirmed_by_the_reconciler(tmp_path: Path) -> None:
    """No page, no link, no event: one look at Stripe is enough."""
    async with open_kit(tmp_path) as kit:
        alice = kit.person("Alice")
        order = await order_something(kit, alice)
        await pay(kit, order)
        kit.clock.jump(30)
        await kit.shop.reconciliation.work()

        assert (await kit.order(alice)).state is OrderState.PAID
        await alice.wait_for("Paid. Thank you!", since=0)


async def test_an_unpaid_order_expires_on_stripes_word_and_the_customer_is_told_once(
    tmp_path: Path,
) -> None:
    """The goods are freed when Stripe says expired; one message, with a way to try again."""
    async with open_kit(tmp_path) as kit:
        alice = kit.person("Alice")
        order = await order_something(kit, alice)
        kit.clock.jump(3700)
        await kit.shop.reconciliation.begin()
        await kit.shop.reconciliation.work()
        await kit.drain()

        ended = await kit.order(alice)
        assert (ended.state, ended.goods) == (OrderState.EXPIRED, StockState.FREED)
        told = [m for m in alice.messages() if m.from_bot and str(order.id) in m.text]
        assert told[-1].buttons
        stock_id = StockId(order.lines[0].stock_id)
        levels = await kit.running.store.read(lambda tx: tx.stock.levels([stock_id]))
        assert levels[stock_id].held == 0


async def test_a_bank_debit_is_told_to_wait_and_confirmed_when_it_settles(tmp_path: Path) -> None:
    """Complete but unpaid means waiting; only the bank's word confirms it."""
    async with open_kit(tmp_path) as kit:
        alice = kit.person("Alice")
        order = await order_something(kit, alice)
        assert order.session_id
        await kit.stripe.pay(order.session_id, card="debit", email="buyer@example.com")
        waiting = await kit.shop.settlement.by_token(order.token)
        assert waiting
        assert waiting.state is OrderState.PROCESSING
        assert not (await kit.shop.carts.view(ChatId(alice.id))).cart

        await kit.stripe.settle_debit(order.session_id, succeed=True)
        paid = await kit.shop.settlement.by_token(order.token)
        assert paid
        assert paid.state is OrderState.PAID


async def test_a_failed_bank_debit_gives_the_cart_back(tmp_path: Path) -> None:
    """The customer is told, the goods are free again, and the cart is as before."""
    async with open_kit(tmp_path) as kit:
        alice = kit.person("Alice")
        order = await order_something(kit, alice)
        assert order.session_id
        await kit.stripe.pay(order.session_id, card="debit", email="buyer@example.com")
        await kit.shop.settlement.by_token(order.token)
        await kit.stripe.settle_debit(order.session_id, succeed=False)
        failed = await kit.shop.settlement.by_token(order.token)

        assert failed
        assert (failed.state, failed.goods) == (OrderState.FAILED, StockState.FREED)
        assert (await kit.shop.carts.view(ChatId(alice.id))).cart.units == 1


async def test_money_for_an_order_that_ended_goes_to_review(tmp_path: Path) -> None:
    """An order is never fulfilled after its goods were freed; the owner is told instead."""
    async with open_kit(tmp_path) as kit:
        alice = kit.person("Alice")
        order = await order_something(kit, alice)
        await pay(kit, order)
        # The order ended here while Stripe took the money: the worst of both worlds.
        await kit.running.store.write(
            lambda tx: tx.orders.transition(order.id, OrderState.CANCELLED, now=kit.clock.now())
        )
        settled = await kit.shop.settlement.by_token(order.token)

        assert settled
        assert (settled.state, settled.review_reason) == (OrderState.REVIEW, "ended")
        depth = [
            m.kind
            for m in await kit.running.store.read(lambda tx: tx.outbox.due(kit.clock.now(), 50))
        ]
        assert MessageKind.RECEIPT not in depth

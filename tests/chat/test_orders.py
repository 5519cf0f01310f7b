"""Orders in the chat, over real HTTP: cancelled, listed, run out."""

from __future__ import annotations

from pathlib import Path

from bot.domain.order import OrderState, SessionId
from shop_sandbox.faults import Fault
from shop_sandbox.telegram import Person, Shown
from tests.chat.market import open_market


async def _link(person: Person, name: str = "cup") -> Shown:
    """Put one into the cart and get the payment link."""
    await person.start(f"p_{name}")
    shown = await person.wait_for(lambda seen: f"1a:{name}" in str(seen.rows))
    await person.tap(shown, "Add to cart")
    await person.wait_for(lambda seen: "1 in cart" in str(seen.rows))
    await person.write("/checkout")
    return await person.wait_for("Order 10")


async def test_an_order_is_cancelled_by_its_button_or_by_command(tmp_path: Path) -> None:
    """The cart is back; a second cancel says that there is nothing left to cancel."""
    async with open_market(tmp_path) as (kit, _):
        ann = kit.person("Alice")
        link = await _link(ann)
        order = await kit.order(ann)
        await ann.tap(link, "Cancel this order")
        await ann.wait_for(f"Order {order.id} is cancelled.")
        assert kit.stripe.sessions[SessionId(str(order.session_id))]["status"] == "expired"
        await ann.forge(link, f"1z:{order.id}")
        await ann.write("/cart")
        await ann.wait_for("Total: €14.00")
        await ann.write("/checkout")
        await ann.wait_for(f"Order {order.id + 1}")
        await ann.write("/cancel")
        await ann.wait_for(f"Order {order.id + 1} is cancelled.")
        await ann.write("/cancel")
        await ann.wait_for("You have no unpaid order to cancel.")


async def test_an_old_cancel_button_does_not_cancel_a_newer_order(tmp_path: Path) -> None:
    """A button belongs to its own order."""
    async with open_market(tmp_path) as (kit, _):
        ann = kit.person("Alice")
        link = await _link(ann)
        first = await kit.order(ann)
        await kit.pay(ann)
        await _link(ann)
        tap = await ann.forge(link, f"1z:{first.id}")
        assert "already paid" in (await tap.answer()).text
        assert (await kit.order(ann)).state is OrderState.OPEN


async def test_orders_and_receipts_belong_to_their_chat(tmp_path: Path) -> None:
    """One's own orders are shown, with a link to Stripe's receipt; another's are not."""
    async with open_market(tmp_path) as (kit, _):
        ann, jonas = kit.person("Alice"), kit.telegram.add_person("Jon")
        await _link(ann)
        order = await kit.order(ann)
        receipt = await kit.pay(ann)
        assert "/receipts/" in str(receipt.buttons[0].url)
        await ann.write("/orders")
        listed = await ann.wait_for("Your orders")
        await ann.tap(listed, f"#{order.id} · ")
        shown = await ann.wait_for(f"Order {order.id} · paid")
        assert shown.buttons[0].text == "Open Stripe’s receipt"
        assert "/receipts/" in str(shown.buttons[0].url)
        await jonas.start()
        home = await jonas.wait_for("Corner")
        for data in (f"1i:{order.id}", f"1b:{order.id}", f"1z:{order.id}"):
            tap = await jonas.forge(home, data)
            answer = await tap.answer()
            assert answer.text == "There is no such order in this chat."


async def test_an_order_does_not_wait_long_for_stripe(tmp_path: Path) -> None:
    """Where Stripe is silent its button asks again, as it does on older messages."""
    async with open_market(tmp_path) as (kit, _):
        ann = kit.person("Alice")
        await _link(ann)
        order = await kit.order(ann)
        await kit.pay(ann)
        kit.site.faults.add(Fault("GET /v1/checkout/sessions/{id}", "hang", times=None))
        await ann.write("/orders")
        await ann.tap(await ann.wait_for("Your orders"), f"#{order.id} · ")
        shown = await ann.wait_for(f"Order {order.id} · paid")
        assert shown.buttons[0].text == "Stripe’s receipt"
        kit.site.faults.lift()
        tap = await ann.tap(shown, "Stripe’s receipt")
        assert (await tap.answer()).text == "Stripe’s receipt is one tap away."
        fetched = await ann.wait_for(f"Order {order.id} · paid")
        assert "/receipts/" in str(fetched.buttons[0].url)


async def test_a_link_that_ran_out_is_told_once_with_a_way_to_try_again(tmp_path: Path) -> None:
    """The reconciler's news reach the chat, and the cart is still there."""
    async with open_market(tmp_path) as (kit, _):
        ann = kit.person("Alice")
        await _link(ann)
        order = await kit.order(ann)
        kit.clock.jump(2 * 3600)
        await ann.start(f"back_{order.token}")
        await ann.wait_for("Your cart is saved.")
        await kit.drain()
        news = await ann.wait_for("You weren’t charged, and your cart", since=0)
        await kit.until(ann, OrderState.EXPIRED)
        told = [m for m in ann.messages() if "if you would still like it" in m.text]
        assert len(told) == 1
        assert news.buttons
        await ann.tap(told[0], "Check out again")
        await ann.wait_for(f"Order {order.id + 1}")


async def test_trying_again_with_an_empty_cart_brings_the_order_back(tmp_path: Path) -> None:
    """The button keeps its word whatever became of the cart, and takes a fuller one as it is."""
    async with open_market(tmp_path) as (kit, _):
        ann = kit.person("Alice")
        await _link(ann)
        order = await kit.order(ann)
        kit.clock.jump(2 * 3600)
        await kit.shop.settlement.by_token(order.token)
        news = await ann.wait_for("if you would still like it")
        await kit.shop.carts.clear(order.chat_id)
        await ann.tap(news, "Check out again")
        link = await ann.wait_for(lambda seen: "/c/pay/" in str(seen.rows))
        assert "1 × Cup: €14.00" in link.text
        await ann.start("p_mug")
        await ann.wait_for(lambda seen: "1a:mug" in str(seen.rows))
        await ann.write("2")
        await ann.wait_for("in your cart")
        await ann.forge(news, f"1bt:{order.id}")
        both = await ann.wait_for(lambda seen: "/c/pay/" in str(seen.rows))
        assert "Total: €32.00" in both.text

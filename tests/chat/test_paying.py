"""Paying in the chat, over real HTTP: the link, the ways back, the receipt."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.domain.order import OrderState
from kit import open_kit
from kit.patience import PATIENCE
from shop_sandbox.faults import Fault
from shop_sandbox.telegram import Person, Shown
from tests.chat.market import entries, open_market, write

_SHIPPING = {"countries": ["PT"], "rates": [{"name": "Post", "price": "4.90"}]}


def _shipping(**more: object) -> dict[str, Any]:
    return {**entries(), "checkout": {"shipping": _SHIPPING, **more}}


async def _link(person: Person, name: str = "cup") -> Shown:
    """Put one into the cart and get the payment link."""
    await person.start(f"p_{name}")
    shown = await person.wait_for(lambda seen: f"1a:{name}" in str(seen.rows))
    await person.tap(shown, "Add to cart")
    await person.wait_for(lambda seen: "1 in cart" in str(seen.rows))
    await person.write("/checkout")
    return await person.wait_for("Order 10")


async def test_the_link_opens_stripes_page_and_the_receipt_comes_by_itself(
    tmp_path: Path,
) -> None:
    """Pay, come back by the t.me link, read the receipt; the cart is empty."""
    async with open_market(tmp_path) as (kit, _):
        ann = kit.person("Alice")
        link = await _link(ann)
        order = await kit.order(ann)
        assert link.text == (
            f"Order {order.id}\n\n1 × Cup: €14.00\n\nTotal: €14.00\n\n"
            "We hold everything for you for 60 minutes. Pay on Stripe’s page; "
            "the receipt comes here."
        )
        assert [b.text for b in link.buttons] == ["Pay €14.00", "Cancel this order", "‹ Shop"]
        assert link.buttons[0].url == order.url
        await kit.stripe.pay(str(order.session_id))
        await ann.start(f"paid_{order.token}")
        thanks = await ann.wait_for(f"Thank you! Order {order.id} is paid.", since=link.changed)
        assert thanks.id == link.id
        receipt = await ann.wait_for("✅ Paid. Thank you!", since=link.changed)
        assert receipt.text == (
            f"✅ Paid. Thank you!\nOrder {order.id}\n\n1 × Cup: €14.00\n\nTotal: €14.00\n"
            "Paid with Visa ending in 4242."
        )
        await kit.until(ann, OrderState.PAID)
        await ann.write("/cart")
        await ann.wait_for("Your cart is empty")


async def test_the_owner_reads_of_the_sale_and_the_address(tmp_path: Path) -> None:
    """Lines, total, customer and recipient reach the owner's chat."""
    async with open_market(tmp_path, _shipping()) as (kit, _):
        ann, marta = kit.person("Alice"), kit.person("Marta")
        link = await _link(ann)
        assert link.buttons[0].text == "Pay €14.00 + delivery"
        assert "Delivery is added on the payment page" in link.text
        order = await kit.order(ann)
        await kit.stripe.pay(str(order.session_id))
        await ann.start(f"paid_{order.token}")
        notice = await marta.wait_for("Sold: order", since=0)
        assert f"💶 Sold: order {order.id}, €18.90" in notice.text
        assert "Goods: €14.00\nDelivery: Post · €4.90\nTotal: €18.90" in notice.text
        assert "Customer: Alice Hart" in notice.text
        assert "Rua Augusta 1" in notice.text
        assert "Portugal" in notice.text.splitlines()


async def test_another_chat_hears_only_that_it_is_paid(tmp_path: Path) -> None:
    """Whoever presses the link: it settles, and the receipt goes to the order's chat."""
    async with open_market(tmp_path) as (kit, _):
        ann, jonas = kit.person("Alice"), kit.telegram.add_person("Jon")
        await _link(ann)
        order = await kit.order(ann)
        await jonas.start(f"paid_{order.token}")
        waiting = await jonas.wait_for("belongs to another chat")
        assert "Pay" not in str(waiting.rows)
        await kit.stripe.pay(str(order.session_id))
        await jonas.start(f"paid_{order.token}")
        told = await jonas.wait_for("Paid, thank you!")
        assert str(order.id) not in told.text
        await ann.wait_for("✅ Paid. Thank you!", since=0)
        await kit.drain()
        assert not [m for m in jonas.messages() if "✅" in m.text]


async def test_coming_back_unpaid_shows_the_link_again(tmp_path: Path) -> None:
    """The cancel page's link leads to an order that can still be paid."""
    async with open_market(tmp_path) as (kit, _):
        ann = kit.person("Alice")
        await _link(ann)
        order = await kit.order(ann)
        await ann.start(f"back_{order.token}")
        back = await ann.wait_for("is not paid yet")
        assert back.button("Pay €14.00").url == order.url


@pytest.mark.parametrize("payload", ["paid_no-such-token", "back_x", "paid_", "zzz", "p_", "c_X"])
async def test_a_link_that_leads_nowhere_leads_into_the_shop(tmp_path: Path, payload: str) -> None:
    """Foreign, old and broken payloads get a kind answer."""
    async with open_market(tmp_path) as (kit, _):
        ann = kit.person("Alice")
        await ann.start(payload)
        shown = await ann.wait_for(lambda seen: seen.from_bot)
        assert shown.buttons


async def test_checkout_again_gives_the_same_link(tmp_path: Path) -> None:
    """The same cart has one order and one link."""
    async with open_market(tmp_path) as (kit, _):
        ann = kit.person("Alice")
        link = await _link(ann)
        await ann.write("/checkout")
        again = await ann.wait_for("This is the same order as before")
        assert again.buttons[0].url == link.buttons[0].url
        assert len(await kit.orders(ann)) == 1


async def test_pick_up_and_delivery_are_asked_for_first(tmp_path: Path) -> None:
    """A shop with both asks; picking up needs no address and adds nothing."""
    async with open_market(tmp_path, _shipping(pickup="Rua do Lume 7")) as (kit, _):
        ann = kit.person("Alice")
        await ann.start("p_cup")
        cup = await ann.wait_for("€14.00")
        await ann.tap(cup, "Add to cart")
        await ann.wait_for(lambda seen: "1 in cart" in str(seen.rows))
        await ann.write("/checkout")
        ask = await ann.wait_for("Delivery or pick-up?")
        assert await kit.orders(ann) == ()
        await ann.tap(ask, "Pick up")
        link = await ann.wait_for("You pick it up here: Rua do Lume 7")
        assert link.buttons[0].text == "Pay €14.00"
        order = await kit.order(ann)
        assert order.pickup


async def test_an_empty_cart_is_told_so(tmp_path: Path) -> None:
    """Nothing to pay for, and a way back to the shop."""
    async with open_market(tmp_path) as (kit, _):
        ann = kit.person("Alice")
        await ann.write("/checkout")
        told = await ann.wait_for("there is nothing to pay for yet")
        assert told.buttons


@pytest.mark.parametrize("status", [429, 500])
async def test_stripe_that_does_not_answer_keeps_the_cart(tmp_path: Path, status: int) -> None:
    """A clear word, the cart kept, nobody alarmed, and trying again works."""
    async with open_market(tmp_path) as (kit, _):
        ann = kit.person("Alice")
        fault = kit.site.faults.add(
            Fault("POST /v1/checkout/sessions", "error", status=status, times=None)
        )
        await ann.start("p_cup")
        cup = await ann.wait_for("€14.00")
        await ann.tap(cup, "Add to cart")
        await ann.wait_for(lambda seen: "1 in cart" in str(seen.rows))
        await ann.write("/checkout")
        told = await ann.wait_for("isn’t answering", timeout=PATIENCE)
        assert "Your cart is saved" in told.text
        kit.site.faults.lift(fault.id)
        await ann.tap(told, "Try again")
        link = await ann.wait_for("Order 10", timeout=PATIENCE)
        assert link.buttons[0].text == "Pay €14.00"
        assert not [m for m in kit.person("Marta").messages() if m.from_bot]


@pytest.mark.parametrize("status", [401, 403, 404, 500])
async def test_a_payer_whom_stripe_says_nothing_of_reads_that_it_is_being_checked(
    tmp_path: Path, status: int
) -> None:
    """In the chat and on the page: no fault of theirs, no fault of ours, and the receipt comes."""
    async with open_kit(tmp_path, pages=True, catalog=write(tmp_path)) as kit:
        ann = kit.person("Alice")
        await _link(ann)
        order = await kit.order(ann)
        code = {"code": "resource_missing"} if status == 404 else {}
        body = {"error": {"type": "invalid_request_error", "message": "No", **code}}
        fault = kit.site.faults.add(
            Fault("GET /v1/checkout/sessions/{id}", "error", status=status, body=body, times=None)
        )
        await kit.stripe.pay(str(order.session_id))
        url = f"{kit.settings.public_url}/success?session_id={order.session_id}"
        answered, page = await kit.get(url)
        assert (answered, "Your payment is being checked" in page) == (503, True)
        await ann.start(f"paid_{order.token}")
        told = await ann.wait_for("being checked")
        assert told.text == (
            "Your payment is being checked; I cannot see it just yet. If you have paid, your"
            " receipt comes here by itself."
        )
        kit.site.faults.lift(fault.id)
        kit.clock.jump(4)
        answered, page = await kit.get(url)
        assert (answered, "Paid. Thank you!" in page) == (200, True)
        await ann.wait_for("✅ Paid. Thank you!")


@pytest.mark.parametrize("status", ["canceled", "requires_payment_method"])
async def test_a_payer_whose_payment_is_unclear_reads_not_to_pay_again(
    tmp_path: Path, status: str
) -> None:
    """The session says paid, its intent does not: no receipt until Stripe's word is clear."""
    async with open_market(tmp_path) as (kit, _):
        ann = kit.person("Alice")
        await _link(ann)
        order = await kit.order(ann)
        await kit.stripe.pay(str(order.session_id))
        book, checkout = kit.stripe.checkout_of(str(order.session_id))
        intent = book.intents.find(checkout.session["payment_intent"])
        right = {name: intent[name] for name in ("status", "amount_received")}
        intent.update(status=status, amount_received=0)
        for _press in range(2):
            await ann.start(f"paid_{order.token}")
            told = await ann.wait_for("checking by hand")
            assert told.text == (
                f"We are checking by hand whether your payment for order {order.id} has arrived,"
                " and will write to you here. If you have paid, nothing is lost; please don’t pay"
                " again."
            )
        assert (await kit.order(ann)).state is OrderState.REVIEW
        await kit.drain()
        seen = [shown for shown in ann.messages() if shown.from_bot]
        assert not [shown for shown in seen if "Paid" in shown.text or "/c/pay/" in str(shown.rows)]

        intent.update(right)
        await ann.start(f"paid_{order.token}")
        await ann.wait_for("✅ Paid. Thank you!")
        assert (await kit.order(ann)).state is OrderState.PAID

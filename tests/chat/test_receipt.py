"""The message of an order: its receipt, edited at each step, replaced where it is gone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bot.domain.money import Money
from bot.domain.order import ChatId, Order
from bot.ports import MessageKind, ShownMessage
from bot.shop.payment.endings import remember_shown
from kit import Kit
from shop_sandbox.faults import Fault
from shop_sandbox.telegram import Person, Shown, actions
from shop_sandbox.telegram.ephemeral import UNKNOWN_BEFORE
from tests.chat.market import entries, open_market
from tests.chat.owner_steps import another, labels, notice, sold
from tests.shop.journeys import order_something, pay

LINK = "https://post.example/RR1"
_RETRIEVE = "GET /v1/checkout/sessions/{id}"
WHERE = "Delivery address:\nAda Lovelace\n"


def _with_post() -> dict[str, Any]:
    rate = {"id": "post", "name": "Post", "price": "4.90"}
    return {**entries(), "checkout": {"shipping": {"countries": ["PT"], "rates": [rate]}}}


async def _receipt(kit: Kit, person: Person, chat: int | None = None) -> Shown:
    """Return the message of a person's only order, as it is once all is told."""
    await kit.drain()
    order = (await kit.shop.orders.latest(ChatId(chat or person.id)))[0]
    number = await kit.shop.orders.receipt_in(order, ChatId(chat or person.id))
    (found,) = [one for one in person.messages(chat) if one.id == number]
    return found


def _told(person: Person) -> list[int]:
    return [one.id for one in person.messages() if one.from_bot]


def _steps(shown: Shown) -> list[str]:
    """Return the steps of a receipt without their times."""
    lines = shown.text.splitlines()
    return [line.partition(" · ")[0] for line in lines if line[:2] in {"✓ ", "○ "}]


async def test_one_message_goes_on_from_paid_to_there(tmp_path: Path) -> None:
    """Each step edits it; only being sent says so in a message besides, which replies to it."""
    async with open_market(tmp_path, _with_post()) as (kit, _):
        ann, marta = kit.person("Alice"), kit.person("Marta")
        await sold(kit, ann, "cup")
        receipt = await _receipt(kit, ann)
        assert receipt.text.startswith("✅ Paid. Thank you!\nOrder 1001\n\n✓ Paid · ")
        assert _steps(receipt) == ["✓ Paid", "○ Shipped", "○ Arrived"]
        assert "Delivery: Post · €4.90" in receipt.text
        assert WHERE in receipt.text
        assert labels(receipt) == ["Open Stripe’s receipt", "Buy again", "‹ Shop"]
        assert "/receipts/" in str(receipt.buttons[0].url)
        before = _told(ann)

        shown = await notice(kit, marta, "Sold: order")
        await marta.tap(shown, "☑️ Packed")
        await marta.wait_for("Marked as packed")
        packed = await _receipt(kit, ann)
        assert packed.text.startswith("Order 1001 · packed\n\n✓ Paid · ")
        assert _steps(packed) == ["✓ Paid", "✓ Packed", "○ Shipped", "○ Arrived"]
        assert (packed.id, _told(ann)) == (receipt.id, before)

        await kit.shop.shipping.shipped((await kit.order(ann)).id, LINK)
        sent = await _receipt(kit, ann)
        assert _steps(sent) == ["✓ Paid", "✓ Packed", "✓ Shipped", "○ Arrived"]
        assert f"○ Arrived\nTracking: {LINK}\n\n1 × Cup" in sent.text
        assert WHERE in sent.text
        (news,) = [one for one in ann.messages() if one.id not in before and one.from_bot]
        assert news.text == f"📦 Order 1001 is on its way.\n\nTracking: {LINK}"
        assert news.raw["reply_to_message"]["message_id"] == receipt.id

        tap = await ann.tap(sent, "✅ It’s here")
        assert (await tap.answer()).text == "Thank you for telling us. Enjoy!"
        there = await _receipt(kit, ann)
        assert _steps(there) == ["✓ Paid", "✓ Packed", "✓ Shipped", "✓ Arrived"]
        assert "Ada Lovelace" not in there.text
        assert labels(there) == labels(receipt)
        assert _told(ann) == [*before, news.id]
        assert "Arrived: " in (await notice(kit, marta, "Sold: order")).text


async def test_being_there_is_taken_back_by_buyer_or_owner(tmp_path: Path) -> None:
    """The order is on its way again; a second tap says so and changes nothing."""
    async with open_market(tmp_path, _with_post()) as (kit, _):
        ann, marta = kit.person("Alice"), kit.person("Marta")
        order = await sold(kit, ann, "cup")
        await kit.shop.shipping.shipped(order.id, None)
        await kit.shop.shipping.collected(order.id)
        await kit.drain()
        await ann.write("/orders")
        await ann.tap(await ann.wait_for("Your orders"), "arrived")
        own = await ann.wait_for("Ordered on")
        back = own.button("↶ Not here yet").data or ""
        await (await ann.tap(own, "↶ Not here yet")).answer()
        assert (await kit.order(ann)).collected_at is None
        again = await ann.forge(own, back)
        assert "it has moved on" in ((await again.answer()).text or "")
        assert _steps(await _receipt(kit, ann)) == ["✓ Paid", "✓ Shipped", "○ Arrived"]

        shown = await notice(kit, marta, "Sold: order")
        await marta.tap(shown, "✅ Arrived")
        there = await marta.wait_for("Marked as arrived")
        await marta.tap(there, "↶ Not here yet")
        await marta.wait_for("It is on its way again")
        assert (await kit.order(ann)).collected_at is None


async def test_packed_is_taken_back_and_may_be_left_out(tmp_path: Path) -> None:
    """What is packed stands in a list of its own; what is sent without is only sent."""
    async with open_market(tmp_path, _with_post()) as (kit, _):
        ann, marta = kit.person("Alice"), kit.person("Marta")
        order = await sold(kit, ann, "cup")

        async def listed(label: str) -> bool:
            await marta.write("/orders")
            shown = await marta.wait_for(lambda seen: "• To prepare" in str(seen.rows))
            if label != "To prepare":
                await marta.tap(shown, label)
                shown = await marta.wait_for(lambda seen: f"• {label}" in str(seen.rows))
            return f"#{order.id} · " in str(shown.rows)

        await kit.shop.shipping.packed(order.id)
        assert (await listed("Packed"), await listed("To prepare")) == (True, False)
        shown = await notice(kit, marta, "Sold: order")
        assert labels(shown)[:2] == ["📦 Shipped", "↶ Not packed yet"]
        await marta.tap(shown, "↶ Not packed yet")
        await marta.wait_for("It still needs packing")
        assert (await listed("Packed"), await listed("To prepare")) == (False, True)
        assert _steps(await _receipt(kit, ann)) == ["✓ Paid", "○ Shipped", "○ Arrived"]
        await kit.shop.shipping.shipped(order.id, None)
        assert _steps(await _receipt(kit, ann)) == ["✓ Paid", "✓ Shipped", "○ Arrived"]


async def test_a_pick_up_is_ready_and_collected_in_the_same_message(tmp_path: Path) -> None:
    """The place and hours stand in it until then; only the owner says that it was handed over."""
    place = "Rua do Lume 7, Tue–Sat 9–18"
    catalog = {**entries(), "checkout": {"pickup": place}}
    async with open_market(tmp_path, catalog) as (kit, _):
        ann = kit.person("Alice")
        order = await sold(kit, ann, "cup")
        receipt = await _receipt(kit, ann)
        assert _steps(receipt) == ["✓ Paid", "○ Ready for pick-up", "○ Picked up"]
        await kit.shop.shipping.shipped(order.id)
        ready = await _receipt(kit, ann)
        assert _steps(ready) == ["✓ Paid", "✓ Ready for pick-up", "○ Picked up"]
        assert place in ready.text
        news = await ann.wait_for("is ready for pick-up", since=0)
        assert news.raw["reply_to_message"]["message_id"] == receipt.id
        refused = await ann.forge(ready, f"1ia:{order.id}")
        assert "no such order" in ((await refused.answer()).text or "")
        assert (await kit.order(ann)).collected_at is None
        await kit.shop.shipping.collected(order.id)
        collected = await _receipt(kit, ann)
        assert _steps(collected) == ["✓ Paid", "✓ Ready for pick-up", "✓ Picked up"]
        assert (collected.id, place in collected.text) == (receipt.id, False)


async def test_a_receipt_that_is_gone_comes_again_once(tmp_path: Path) -> None:
    """A new one takes its place without a sound, and is the one that the next step edits."""
    async with open_market(tmp_path, _with_post()) as (kit, exchanges):
        ann = kit.person("Alice")
        order = await sold(kit, ann, "cup")
        first = await _receipt(kit, ann)
        kit.telegram.world.delete(first.source)
        exchanges.clear()
        await kit.shop.shipping.packed(order.id)
        await kit.shop.shipping.not_packed(order.id)
        await kit.shop.shipping.packed(order.id)
        second = await _receipt(kit, ann)
        assert second.id != first.id
        (sent,) = [one for one in exchanges if one.call == "sendMessage"]
        assert b"disable_notification" in sent.body
        assert _steps(second)[:2] == ["✓ Paid", "✓ Packed"]
        assert [one.id for one in ann.messages() if "✓ Packed" in one.text] == [second.id]


async def test_a_refund_replies_to_the_receipt_and_nothing_is_to_come(tmp_path: Path) -> None:
    """Whatever goes back is told by a message; the receipt says how the order stands."""
    async with open_market(tmp_path, _with_post()) as (kit, _):
        ann = kit.person("Alice")
        order = await sold(kit, ann, "cup")
        receipt = await _receipt(kit, ann)
        await kit.shop.refunds.give(order.id, order.total, before=order.total - order.total)
        after = await _receipt(kit, ann)
        news = await ann.wait_for("We have refunded €18.90", since=0)
        assert news.raw["reply_to_message"]["message_id"] == receipt.id == after.id
        assert after.text.startswith("Order 1001 · refunded\n\n1 × Cup")
        assert "Refunded: €18.90" in after.text
        assert _steps(after) == []
        assert "Ada Lovelace" not in after.text


async def test_an_order_from_before_gets_its_message_with_the_next_step(tmp_path: Path) -> None:
    """Of receipts that were sent before they were followed, no number is known."""
    async with open_market(tmp_path, _with_post()) as (kit, _):
        ann = kit.person("Alice")
        order = await sold(kit, ann, "cup")
        old = await _receipt(kit, ann)
        await kit.running.store.write(lambda tx: tx.shown.forget(ChatId(ann.id)))
        await kit.shop.shipping.shipped(order.id, None)
        new = await _receipt(kit, ann)
        assert new.id != old.id
        news = await ann.wait_for("is on its way", since=0)
        assert news.raw["reply_to_message"]["message_id"] == new.id
        again = await ann.forge(old, f"1b:{order.id}")
        assert (await again.answer()).text == "Stripe’s receipt is one tap away."


async def test_a_receipt_does_not_wait_for_stripes_link(tmp_path: Path) -> None:
    """While Stripe is silent the button asks for the link; a tap later has it."""
    async with open_market(tmp_path, _with_post()) as (kit, _):
        ann = kit.person("Alice")
        order = await sold(kit, ann, "cup")
        assert (await _receipt(kit, ann)).buttons[0].url
        kit.site.faults.add(Fault(_RETRIEVE, "error", times=None))
        await kit.shop.shipping.packed(order.id)
        packed = await _receipt(kit, ann)
        assert _steps(packed)[1] == "✓ Packed"
        assert labels(packed) == ["Stripe’s receipt", "Buy again", "‹ Shop"]
        kit.site.faults.lift()
        await ann.tap(packed, "Stripe’s receipt")
        fetched = await ann.wait_for(lambda seen: "Open Stripe’s receipt" in str(seen.rows))
        assert (fetched.id, WHERE in fetched.text) == (packed.id, True)


async def test_what_was_told_while_stripe_was_away_is_completed_when_it_is_back(
    tmp_path: Path,
) -> None:
    """Receipt and owner's notice get the address by themselves, in the same messages."""
    async with open_market(tmp_path, _with_post()) as (kit, _):
        ann, marta = kit.person("Alice"), kit.person("Marta")
        order = await sold(kit, ann, "cup")
        await _receipt(kit, ann)
        kit.site.faults.add(Fault(_RETRIEVE, "error", status=401, times=None))
        await kit.shop.shipping.packed(order.id)
        for _ in range(6):  # an owner waits a little for the address, and then hears without it
            await kit.drain()
            kit.clock.jump(600)
            kit.shop.context.outbox_bell.ring()
            kit.shop.context.inbox_bell.ring()
        await kit.drain()
        short, told = await _receipt(kit, ann), await notice(kit, marta, "Sold: order")
        assert "Ada Lovelace" not in short.text
        assert "I couldn’t read it right now" in told.text
        assert "Address" in labels(told)
        before = (_told(ann), _told(marta))

        kit.site.faults.lift()
        kit.clock.jump(600)
        kit.shop.context.inbox_bell.ring()
        whole, told = await _receipt(kit, ann), await notice(kit, marta, "Sold: order")
        assert (whole.id, WHERE in whole.text) == (short.id, True)
        assert labels(whole)[0] == "Open Stripe’s receipt"
        assert "Ada Lovelace" in told.text
        assert "Address" not in labels(told)
        assert (_told(ann), _told(marta)) == before


async def test_a_step_taken_while_the_receipt_is_sent_is_not_missed(tmp_path: Path) -> None:
    """It showed the order as it stood before: it is put right; one that shows all is left alone."""
    async with open_market(tmp_path, _with_post()) as (kit, _):
        ann = kit.person("Alice")
        order = await sold(kit, ann, "cup")
        receipt = await _receipt(kit, ann)
        sent = ShownMessage(MessageKind.RECEIPT, ChatId(ann.id), receipt.id)

        async def remembered(as_it_stood: Order) -> int:
            now = kit.clock.now()
            await kit.running.store.write(lambda tx: remember_shown(tx, as_it_stood, sent, now))
            return await kit.running.store.read(lambda tx: tx.outbox.depth())

        before = await kit.order(ann)
        assert await remembered(before) == 0
        await kit.shop.shipping.packed(order.id)
        await kit.drain()
        assert await remembered(before) == 1


async def test_a_group_reads_no_address_and_its_buyer_does_where_the_group_is_closed(
    tmp_path: Path,
) -> None:
    """What a group cannot be told any more goes on in one message to whoever paid."""
    async with open_market(tmp_path, _with_post()) as (kit, _):
        ann, group = kit.person("Alice"), kit.telegram.group
        assert group is not None
        await ann.send(group.id, "/start p_cup")
        await ann.tap(await ann.wait_for("€14.00", chat=group.id), "Buy now")
        await ann.wait_for("Order 10", chat=group.id)
        (order,) = await kit.shop.orders.latest(ChatId(group.id))
        await pay(kit, order)
        await kit.shop.settlement.by_token(order.token)
        receipt = await _receipt(kit, ann, group.id)
        assert "Ada Lovelace" not in receipt.text
        await ann.start()
        await ann.wait_for("Corner & Co")
        actions.block(kit.telegram.world, group.id, blocked=True)
        await kit.shop.shipping.packed(order.id)
        await kit.shop.shipping.shipped(order.id, LINK)
        await kit.shop.shipping.collected(order.id)
        await kit.drain()
        (own,) = [one for one in ann.messages() if "✓ Packed" in one.text]
        assert own.text.startswith("I could not write to the group, so this comes to you:")
        assert _steps(own) == ["✓ Paid", "✓ Packed", "✓ Shipped", "✓ Arrived"]


async def test_stripes_receipt_is_for_its_buyer_alone_in_a_group(tmp_path: Path) -> None:
    """Its link is in no message that others read, also where a server cannot show it to one."""
    async with open_market(tmp_path, _with_post()) as (kit, _):
        ann, jonas, group = kit.person("Alice"), kit.person("Jonas"), kit.telegram.group
        assert group is not None
        await ann.send(group.id, "/start p_cup")
        await ann.tap(await ann.wait_for("€14.00", chat=group.id), "Buy now")
        await ann.wait_for("Order 10", chat=group.id)
        (order,) = await kit.shop.orders.latest(ChatId(group.id))
        await pay(kit, order)
        await kit.shop.settlement.by_token(order.token)
        receipt = await _receipt(kit, ann, group.id)
        await ann.tap(receipt, "Stripe’s receipt")
        alone = await ann.wait_for("Order 10", chat=group.id)
        assert "/receipts/" in str(alone.buttons[0].url)
        assert alone.raw["receiver_user"]["id"] == ann.id
        await jonas.tap(receipt, "Stripe’s receipt")
        refused = await jonas.wait_for("only for whoever checked out", chat=group.id)
        assert refused.raw["receiver_user"]["id"] == jonas.id

        kit.telegram.world.unknown = UNKNOWN_BEFORE
        notice_over_chat = await (await ann.tap(receipt, "Stripe’s receipt")).answer()
        assert "can’t show this to you alone" in notice_over_chat.text
        kept = [one for one in jonas.messages(group.id) if "receiver_user" not in one.raw]
        assert "/receipts/" not in str([one.raw for one in kept])


async def test_nobody_else_says_that_an_order_is_there(tmp_path: Path) -> None:
    """A button's number is anybody's word; what was forgotten is nobody's."""
    async with open_market(tmp_path, _with_post()) as (kit, _):
        ann, bob = kit.person("Alice"), another(kit)
        order = await sold(kit, ann, "cup")
        await kit.shop.shipping.shipped(order.id, None)
        mine = await _receipt(kit, ann)
        await bob.start()
        front = await bob.wait_for("Corner & Co")
        for action in ("ia", "in"):
            refused = await bob.forge(front, f"1{action}:{order.id}")
            assert "no such order" in ((await refused.answer()).text or "")
        assert (await kit.order(ann)).collected_at is None
        told = _told(ann)

        await kit.shop.forgetting.forget(ChatId(ann.id), order.buyer_id)
        await kit.shop.shipping.collected(order.id)
        await kit.drain()
        assert _told(ann) == told
        (kept,) = [one for one in ann.messages() if one.id == mine.id]
        assert kept.changed == mine.changed


async def test_a_refund_that_was_on_its_way_is_done_in_the_same_message(tmp_path: Path) -> None:
    """Stripe's later word edits the receipt, and says nothing anew."""
    async with open_market(tmp_path) as (kit, _):
        ann = kit.person("Alice")
        order = await order_something(kit, ann, "cup")
        await kit.pay(ann, card="4000000000007726")  # its refunds are pending first
        paid = await kit.order(ann)
        assert paid.payment
        assert paid.payment.intent_id
        await kit.shop.refunds.give(order.id, Money(500, "eur"), before=Money.zero("eur"))
        waits = await _receipt(kit, ann)
        assert "Refund on its way: €5.00" in waits.text
        assert "Refunded" not in waits.text
        before = _told(ann)

        (refund,) = kit.stripe.refunds
        await kit.stripe.settle_refund(refund)
        await kit.shop.refunds.sync(paid.payment.intent_id)
        done = await _receipt(kit, ann)
        assert "Refunded: €5.00" in done.text
        assert "on its way" not in done.text
        assert (done.id, _told(ann)) == (waits.id, before)

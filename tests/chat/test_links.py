"""A payment link in the chat: one message holds it, and it goes when the order ends."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.domain.order import ChatId, OrderState
from kit import Kit, RunningClock
from kit.patience import PATIENCE
from shop_sandbox.faults import Fault
from shop_sandbox.telegram import Person, Shown
from tests.chat.market import open_market


async def _link(person: Person, name: str = "cup", chat: int | None = None) -> Shown:
    """Put one into the cart and get the payment link."""
    await person.send(chat, f"/start p_{name}")
    shown = await person.wait_for(lambda seen: f"1a:{name}" in str(seen.rows), chat=chat)
    await person.tap(shown, "Add to cart")
    await person.wait_for(lambda seen: "1 in cart" in str(seen.rows), chat=chat)
    await person.send(chat, "/checkout")
    return await person.wait_for(lambda seen: "/c/pay/" in str(seen.rows), chat=chat)


def _links(person: Person, chat: int | None = None) -> list[int]:
    """Return the messages with a button that opens a payment page."""
    return [
        seen.id
        for seen in person.messages(chat)
        if any("/c/pay/" in str(button.url) for button in seen.buttons)
    ]


async def _pay(kit: Kit, person: Person) -> None:
    order = await kit.order(person)
    await kit.stripe.pay(str(order.session_id))
    await kit.shop.settlement.by_token(order.token)


async def test_a_paid_orders_link_becomes_thanks(tmp_path: Path) -> None:
    """Nobody pays twice by a button that was left standing."""
    async with open_market(tmp_path) as (kit, _):
        ann = kit.person("Alice")
        link = await _link(ann)
        await _pay(kit, ann)
        thanks = await ann.wait_for(lambda seen: seen.id == link.id and "is paid" in seen.text)
        assert [button.text for button in thanks.buttons] == ["My orders", "Open the shop"]
        assert _links(ann) == []


async def test_a_link_that_ran_out_says_so(tmp_path: Path) -> None:
    """The message that held it leads back to the cart."""
    async with open_market(tmp_path) as (kit, _):
        ann = kit.person("Alice")
        link = await _link(ann)
        kit.clock.jump(3700)
        await kit.shop.settlement.by_token((await kit.order(ann)).token)
        over = await ann.wait_for(lambda seen: seen.id == link.id and "has expired" in seen.text)
        assert [button.text for button in over.buttons] == ["‹ Cart", "Open the shop"]
        assert _links(ann) == []


async def test_a_link_that_is_sent_while_it_is_paid_is_put_right(tmp_path: Path) -> None:
    """The order may end between the making of the message and its arrival."""
    async with open_market(tmp_path) as (kit, _):
        ann = kit.person("Alice")
        await _link(ann)
        await _pay(kit, ann)
        order = await kit.order(ann)
        late = await kit.running.chat.bot.send_message(ann.id, "a link on its way")
        await kit.shop.reminders.link_shown(order.id, order.chat_id, late.message_id)
        await ann.wait_for(lambda seen: seen.id == late.message_id and "is paid" in seen.text)


async def test_a_bank_that_takes_its_time_is_told_twice(tmp_path: Path) -> None:
    """The link's message waits with the buyer, and ends with the order."""
    async with open_market(tmp_path) as (kit, _):
        ann = kit.person("Alice")
        link = await _link(ann)
        order = await kit.order(ann)
        await kit.stripe.pay(str(order.session_id), card="debit")
        await kit.shop.settlement.by_token(order.token)
        await ann.wait_for(lambda seen: seen.id == link.id and "waiting for your bank" in seen.text)
        await kit.stripe.settle_debit(str(order.session_id), succeed=True)
        await kit.shop.settlement.by_token(order.token)
        await ann.wait_for(lambda seen: seen.id == link.id and "is paid" in seen.text)


async def test_looking_around_leaves_the_link_where_it_is(tmp_path: Path) -> None:
    """The shop opens in a message of its own."""
    async with open_market(tmp_path) as (kit, _):
        ann = kit.person("Alice")
        link = await _link(ann)
        await ann.tap(link, "‹ Shop")
        home = await ann.wait_for("Corner & Co")
        assert home.id > link.id
        assert _links(ann) == [link.id]


async def test_a_chat_has_one_link_its_newest(tmp_path: Path) -> None:
    """Asking again, coming back and opening the order move it down instead of repeating it."""
    async with open_market(tmp_path) as (kit, _):
        ann = kit.person("Alice")
        link = await _link(ann)
        await ann.write("/checkout")
        again = await ann.wait_for("This is the same order as before")
        await ann.wait_for(lambda _: _links(ann) == [again.id], since=0)
        await ann.start(f"back_{(await kit.order(ann)).token}")
        back = await ann.wait_for("is not paid yet")
        await ann.wait_for(lambda _: _links(ann) == [back.id], since=0)
        assert link.id not in [seen.id for seen in ann.messages()]


async def test_a_group_is_not_littered_with_links(tmp_path: Path) -> None:
    """However many members ask, the group has one, and sees it paid."""
    async with open_market(tmp_path) as (kit, _):
        ann, jonas, group = kit.person("Alice"), kit.person("Jonas"), kit.telegram.group
        assert group is not None
        await _link(ann, chat=group.id)
        for person in (jonas, ann):
            await person.send(group.id, "/checkout@sandbox_shop_bot")
            link = await person.wait_for("This is the same order as before", chat=group.id)
        await ann.wait_for(lambda _: _links(ann, group.id) == [link.id], chat=group.id, since=0)
        order = (await kit.shop.orders.latest(ChatId(group.id)))[0]
        await kit.stripe.pay(str(order.session_id))
        await kit.shop.settlement.by_token(order.token)
        await ann.wait_for(
            lambda seen: seen.id == link.id and "is paid" in seen.text, chat=group.id, since=0
        )


async def test_a_changed_cart_ends_the_old_link(tmp_path: Path) -> None:
    """Two orders never stand side by side to be paid."""
    async with open_market(tmp_path) as (kit, _):
        ann = kit.person("Alice")
        old = await _link(ann)
        new = await _link(ann, "mug")
        await ann.wait_for(lambda seen: seen.id == old.id and "was cancelled" in seen.text, since=0)
        assert _links(ann) == [new.id]


async def test_a_cancelled_link_is_not_written_over_later(tmp_path: Path) -> None:
    """The tapped message answers by itself, and what is opened in it then stays."""
    async with open_market(tmp_path) as (kit, _):
        ann = kit.person("Alice")
        link = await _link(ann)
        await ann.tap(link, "Cancel this order")
        done = await ann.wait_for(lambda seen: seen.id == link.id and "is cancelled" in seen.text)
        await ann.tap(done, "🛒 Cart")
        await ann.wait_for(lambda seen: seen.id == link.id and "Your cart" in seen.text)
        await kit.drain()
        assert "Your cart" in next(s.text for s in ann.messages() if s.id == link.id)


async def test_a_link_that_could_not_be_cancelled_still_follows_its_order(tmp_path: Path) -> None:
    """Stripe did not answer the tap; once the order is paid, the message says so."""
    async with open_market(tmp_path) as (kit, _):
        ann = kit.person("Alice")
        link = await _link(ann)
        rule = "POST /v1/checkout/sessions/{id}/expire"
        fault = kit.site.faults.add(Fault(rule, "error", status=500, times=None))
        tap = await ann.tap(link, "Cancel this order")
        assert "your order is unchanged" in (await tap.answer(timeout=PATIENCE)).text
        kit.site.faults.lift(fault.id)
        await _pay(kit, ann)
        await ann.wait_for(lambda seen: seen.id == link.id and "is paid" in seen.text)


@pytest.mark.parametrize("status", [429, 500])
async def test_a_link_that_cannot_be_edited_now_is_edited_later(
    tmp_path: Path, status: int
) -> None:
    """The receipt does not wait for it, and nothing is lost."""
    async with open_market(tmp_path, clock=RunningClock()) as (kit, _):
        ann = kit.person("Alice")
        link = await _link(ann)
        kit.site.faults.add(Fault("editMessageText", "error", status=status, retry_after=1))
        await _pay(kit, ann)
        await ann.wait_for("✅ Paid. Thank you!")
        await kit.until(ann, OrderState.PAID)
        await ann.wait_for(
            lambda seen: seen.id == link.id and "is paid" in seen.text, since=0, timeout=PATIENCE
        )

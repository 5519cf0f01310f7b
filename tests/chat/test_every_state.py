"""Every state of an order has its sentence, for its customer, for a group and for the owner."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

from bot.chat.owner_actions import Which
from bot.chat.screen import Screen
from bot.chat.screens import checkout, owner_news, owner_orders
from bot.chat.screens import orders as order_screens
from bot.domain.catalog.model import Text
from bot.domain.money import Money
from bot.domain.order import ChatId, DisputeStatus, Order, OrderState
from bot.locales import Languages, Texts
from bot.ports import MessageKind
from kit import Kit
from shop_sandbox.telegram import Person, Shown
from tests.chat.goods import ENGLISH, NOON, a_catalog, an_order, eur, paid
from tests.chat.looks import labels, looks_right
from tests.chat.market import entries, open_market
from tests.chat.owner_steps import labels as shown_labels
from tests.chat.owner_steps import notice, sold

LANGUAGES = Languages.load(strict=True)
PLACE = "Rua das Flores 12, Mon–Sat 9–18"
CATALOG = replace(a_catalog(), checkout=replace(a_catalog().checkout, pickup=Text.of(PLACE)))

_PAID = paid(an_order())
_PICKUP = replace(_PAID, pickup=True)
#: Facts beside a paid order, and what its customer and its owner read of them in English: the word
#: that stands for the order, and what is told below it.
FACTS: dict[str, tuple[Order, str, str, str]] = {
    "paid": (_PAID, "paid", "", ""),
    "part refunded": (replace(_PAID, refunded=eur(100)), "paid", "Refunded: €1.00", "€1.00"),
    "refunded": (replace(_PAID, refunded=eur(2800)), "refunded", "Refunded: €28.00", "€28.00"),
    "packed": (replace(_PAID, packed_at=NOON), "packed", "✓ Packed · Sep 21", "Packed: Sep 21"),
    "shipped": (
        replace(_PAID, shipped_at=NOON),
        "shipped",
        "✓ Shipped · Sep 21",
        "Shipped: Sep 21",
    ),
    "arrived": (
        replace(_PAID, shipped_at=NOON, collected_at=NOON),
        "arrived",
        "✓ Arrived · Sep 21",
        "Arrived: Sep 21",
    ),
    "for pick-up": (_PICKUP, "paid", f"For pick-up: {PLACE}", "For pick-up."),
    "ready": (
        replace(_PICKUP, shipped_at=NOON),
        "ready for pick-up",
        f"For pick-up: {PLACE}",
        "Ready for pick-up: Sep 21",
    ),
    "collected": (
        replace(_PICKUP, shipped_at=NOON, collected_at=NOON),
        "picked up",
        "✓ Picked up · Sep 21",
        "Picked up: Sep 21",
    ),
}
LOOKS, KEPT = "The bank is looking into this payment.", "this payment stands."
RETURNED = "this payment was taken back."
#: What the customer and the owner read below the order, and the owner as news; by how it stands.
DISPUTES = {
    "needs_response": (LOOKS, "your answer is needed", "⚠️ The customer disputes"),
    "under_review": (LOOKS, "the bank is deciding", "There is nothing for you to do."),
    "won": (KEPT, "won, the money is yours", "is won. The money is yours."),
    "lost": (RETURNED, "lost, the customer has the money back", "There is nothing left to answer."),
    "warning_needs_response": (LOOKS, "the bank inquires", "No money has moved. Please answer"),
    "warning_under_review": (LOOKS, "your answer is being read", "nothing for you to do"),
    "warning_closed": (KEPT, "inquiry is closed", "is closed, without a dispute."),
    "prevented": (RETURNED, "Dispute: prevented", "was prevented."),
    "frozen_by_aliens": (LOOKS, "frozen by aliens", "stands at “frozen by aliens”, which is new"),
}
_ASKS = "Please answer"


def _states() -> Iterator[tuple[str, Order]]:
    for state in OrderState:
        has_payment = state in {OrderState.PAID, OrderState.REFUNDED, OrderState.REVIEW}
        order = replace(_PAID if has_payment else an_order(), state=state)
        yield state.value, replace(order, review_reason="ended")
    yield "review unpaid", replace(an_order(), state=OrderState.REVIEW, review_reason="unknown")
    back = replace(_PAID, state=OrderState.REFUNDED, refunded=_PAID.total)
    yield "refunding", replace(back, refund_pending=_PAID.total)
    yield "refund failed", replace(back, refunded=Money.zero("eur"))
    yield from ((name, row[0]) for name, row in FACTS.items())
    yield from ((status, replace(_PAID, dispute=status)) for status in DISPUTES)


def _screens(order: Order, texts: Texts) -> Iterator[tuple[str, Screen]]:
    """Yield an order as its customer, a group and its owner see it."""
    for person, chat_id in (("customer", 42), ("group", -42)):
        one = replace(order, chat_id=ChatId(chat_id))
        yield person, order_screens.order(CATALOG, one, texts)
        yield person, order_screens.orders([one], texts, NOON)
        yield person, checkout.back(one, texts)
    yield "owner", owner_orders.order(CATALOG, order, texts)
    yield "owner", owner_orders.orders(Which.ALL, [order], texts, newest=True, waiting=0)
    if order.payment:
        yield "owner", owner_news.owner_sale(CATALOG, order, None, texts)
    if order.dispute:
        details = {"status": order.dispute, "amount": "2800", "currency": "eur"}
        yield "owner", owner_news.owner_dispute(order, details, texts)


@pytest.mark.parametrize("code", LANGUAGES.codes)
def test_no_state_lacks_its_sentence(code: str) -> None:
    """For each state and each person there are words of this language, and none of a program's.

    The languages are strict: a text that one of them lacks raises.
    """
    codes = {one.value for one in (*OrderState, *DisputeStatus) if "_" in one.value}
    texts = LANGUAGES.texts(code)
    for name, order in _states():
        for person, screen in _screens(order, texts):
            words = " ".join([looks_right(screen), *chain.from_iterable(labels(screen))])
            assert not [one for one in codes if one in words], (name, person)
            if code != "en":
                assert "Disputed" not in words, (name, person)


@pytest.mark.parametrize("name", FACTS)
def test_a_paid_order_says_how_far_it_got(name: str) -> None:
    """In a word in the lists, and below the order; a pick-up is never called shipped."""
    order, word, customer, owner = FACTS[name]
    list_, screen = order_screens.orders([order], ENGLISH, NOON), order_screens.order
    mine, theirs = screen(CATALOG, order, ENGLISH), owner_orders.order(CATALOG, order, ENGLISH)
    assert labels(list_)[0] == [f"#1001 · Sep 21 · €28.00 · {word}"]
    assert looks_right(mine).splitlines()[0] == f"Order 1001 · {word}"
    assert customer in looks_right(mine)
    assert owner in looks_right(theirs)
    if order.pickup:
        said = [looks_right(mine), looks_right(theirs), *chain.from_iterable(labels(theirs))]
        assert not [words for words in said if "shipped" in words.lower()]


@pytest.mark.parametrize("state", [OrderState.EXPIRED, OrderState.CANCELLED, OrderState.FAILED])
def test_who_bought_by_itself_is_led_to_it_and_not_to_the_cart(state: OrderState) -> None:
    """Their cart never held it; what a cart held is in it still."""
    order = replace(an_order(), state=state)
    cart, alone = (checkout.back(one, ENGLISH) for one in (order, replace(order, alone=True)))
    assert labels(cart) == [["‹ Cart"], ["Open the shop"]]
    assert labels(alone) == [["Check out again"], ["Open the shop"]]
    assert "art is" not in looks_right(alone)
    assert ("Your cart is" in looks_right(cart)) is (state is not OrderState.CANCELLED)


@pytest.mark.parametrize(
    "over",
    [
        {"state": OrderState.EXPIRED},
        {"state": OrderState.CANCELLED},
        {"state": OrderState.FAILED},
        {"state": OrderState.REFUNDED},
        {"refunded": eur(2800)},
        {"shipped_at": NOON, "collected_at": NOON},
    ],
)
def test_nobody_is_told_to_fetch_or_hand_out_what_is_over(over: dict[str, Any]) -> None:
    """Neither its customer, in the order and the receipt, nor its owner."""
    for order, told in ((_PICKUP, True), (replace(_PICKUP, **over), False)):
        mine = order_screens.order(CATALOG, order, ENGLISH)
        receipt = order_screens.receipt(CATALOG, order, ENGLISH, chat_id=order.chat_id)
        theirs = owner_orders.order(CATALOG, order, ENGLISH)
        said = ["For pick-up" in looks_right(screen) for screen in (mine, receipt, theirs)]
        assert said == [told] * 3


@pytest.mark.parametrize("status", DISPUTES)
def test_a_dispute_says_how_it_stands_and_asks_only_while_an_answer_helps(status: str) -> None:
    """Won, lost and closed ones ask for nothing; one that Stripe has not named yet is shown."""
    customer, owner, news = DISPUTES[status]
    order = replace(_PAID, dispute=status)
    told = looks_right(owner_news.owner_dispute(order, {"status": status}, ENGLISH))
    assert customer in looks_right(order_screens.order(CATALOG, order, ENGLISH))
    assert owner in looks_right(owner_orders.order(CATALOG, order, ENGLISH))
    assert news in told
    assert (_ASKS in told) == status.endswith("needs_response")


def test_every_status_of_stripes_is_in_the_table() -> None:
    """And one that is still to come."""
    assert {*DISPUTES} == {*DisputeStatus, "frozen_by_aliens"}


@pytest.mark.parametrize("kind", MessageKind)
def test_a_message_that_was_not_delivered_is_named_in_words(kind: MessageKind) -> None:
    """No code of the program stands where the owner reads what was lost."""
    for code in LANGUAGES.codes:
        told = owner_news.owner_parked(_PAID, {"kind": kind, "reason": "–"}, LANGUAGES.texts(code))
        words = looks_right(told)
        assert "_" not in words
        assert "owner" not in words


async def _pickup(kit: Kit) -> tuple[Person, Person, Shown]:
    marta, alice = kit.person("Marta"), kit.person("Alice")
    await sold(kit, alice, "cup")
    return marta, alice, await notice(kit, marta, "Sold: order")


async def _again(owner: Person, shown: Shown, words: str) -> Shown:
    return await owner.wait_for(
        lambda seen: seen.id == shown.id and words in seen.text + str(seen.rows), since=0
    )


async def test_a_pick_up_gets_ready_and_collected_and_back_after_a_mis_tap(tmp_path: Path) -> None:
    """Each step is one tap away from the one before; the customer hears where and when to come."""
    catalog = entries()
    catalog["checkout"] = {"pickup": PLACE}
    async with open_market(tmp_path, catalog) as (kit, _):
        marta, alice, shown = await _pickup(kit)
        await marta.tap(shown, "📦 Ready for pick-up")
        await marta.tap(await marta.wait_for("The customer will be told"), "Yes, tell them")
        told = await alice.wait_for("is ready for pick-up.", since=0)
        assert f"For pick-up: {PLACE}" in told.text
        await kit.drain()
        shown = await _again(marta, shown, "✅ Picked up")
        await (await marta.tap(shown, "✅ Picked up")).answer()
        await kit.drain()
        assert (await kit.order(alice)).collected_at == kit.clock.now()

        shown = await _again(marta, shown, "↶ Not picked up yet")
        assert "picked up" in shown.text.splitlines()[0]
        await (await marta.tap(shown, "↶ Not picked up yet")).answer()
        await kit.drain()
        shown = await _again(marta, shown, "↶ Not ready yet")
        tap = shown.button("↶ Not ready yet").data or ""
        await marta.tap(shown, "↶ Not ready yet")
        await alice.wait_for("is not ready for pick-up yet", since=0)
        after = await kit.order(alice)
        assert (after.shipped_at, after.collected_at) == (None, None)
        again = await marta.forge(shown, tap)
        assert "it has moved on" in ((await again.answer()).text or "")
        await kit.drain()
        assert len([one for one in alice.messages() if "not ready" in one.text]) == 1
        assert not [one for one in alice.messages() if "shipped" in one.text.lower()]


async def test_a_mis_tapped_shipment_is_taken_back_with_its_link(tmp_path: Path) -> None:
    """The order is to be prepared again, and its customer knows."""
    async with open_market(tmp_path) as (kit, _):
        marta, alice, shown = await _pickup(kit)
        await kit.shop.shipping.shipped((await kit.order(alice)).id, "https://post.example/1")
        await kit.drain()
        shown = await _again(marta, shown, "↶ Not shipped yet")
        await marta.tap(shown, "↶ Not shipped yet")
        await alice.wait_for("is not on its way yet", since=0)
        after = await kit.order(alice)
        assert (after.shipped_at, after.tracking) == (None, None)
        await kit.drain()
        assert "📦 Shipped" in shown_labels(await _again(marta, shown, "📦 Shipped"))


async def test_pick_ups_that_nobody_has_fetched_have_a_list(tmp_path: Path) -> None:
    """An owner sees what stands there ready, until it is handed over."""
    catalog = entries()
    catalog["checkout"] = {"pickup": PLACE}
    async with open_market(tmp_path, catalog) as (kit, _):
        marta, alice, _ = await _pickup(kit)
        order = await kit.order(alice)

        async def waits() -> bool:
            await marta.write("/orders")
            shown = await marta.wait_for(lambda seen: "Awaiting pick-up" in str(seen.rows))
            await marta.tap(shown, "Awaiting pick-up")
            shown = await marta.wait_for(lambda seen: "• Awaiting pick-up" in str(seen.rows))
            return f"#{order.id} · " in str(shown.rows)

        assert not await waits()
        await kit.shop.shipping.shipped(order.id, None)
        assert await waits()
        await kit.shop.shipping.collected(order.id)
        assert not await waits()

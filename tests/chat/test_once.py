"""The same news once: what a chat is sent anew, and what is edited, from the payment on.

Each way in which an order goes on is played over real HTTP, and every message that the bot sends
is counted, one that it takes back again too.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from bot.domain.catalog.model import LineKey, ProductId
from bot.domain.order import ChatId, Order, OrderState
from bot.ports import REMIND_BEFORE
from kit import Kit, open_kit
from shop_sandbox.exchange import Exchange
from shop_sandbox.faults import Fault
from shop_sandbox.stripe.buyer import NotPaidError
from shop_sandbox.telegram import Person, Shown
from tests.chat.market import open_market, write
from tests.shop.journeys import add, pay

#: First sentences of news.
RECEIPT = ["✅ Paid. Thank you!"]
FAILED = ["The payment for order 1001 did not go through, and nothing was charged."]
OVER = ["Order 1001 has expired."]
BANK = ["Order 1001 is waiting for your bank."]
CHECKED = ["Your payment for order 1001 has arrived, but we need to check something by hand."]
CANCELLED = ["Order 1001 is cancelled."]
TOLD_CANCELLED = ["Order 1001 was cancelled."]
#: What the message that held the link becomes: it says how the order stands as well.
THANKS = ["Thank you! Order 1001 is paid."]
WAITS = ["Thank you! Order 1001 is waiting for your bank."]
WAS_OVER = ["Order 1001 has expired, and you weren’t charged."]
FELL_THROUGH = ["The payment for order 1001 did not go through."]
WAS_CANCELLED = ["Order 1001 was cancelled, and nothing was charged."]
IS_CHECKED = ["We are looking at the payment for order 1001 by hand and will write to you here."]
NOTHING: list[str] = []
_READY = "Your Telegram id is"
_SENTENCE = re.compile(r"(?:Thank you! )?[^\n]*?[.!](?: Thank you!)?(?=\s|$)|[^\n]*")


@dataclass
class Heard:
    """What a chat hears of the bot since it was last asked: first sentences, in their order."""

    kit: Kit
    person: Person
    chat: int
    exchanges: list[Exchange] = field(default_factory=list)

    async def since(self) -> tuple[list[str], list[str]]:
        """Return the messages sent anew and those edited, once everything has been answered."""
        await self.kit.drain()
        await self.person.write("/id")  # a chat's updates are served in their order
        await self.person.wait_for(_READY)
        await self.kit.drain()
        sent, edited = self._first_sentences("send"), self._first_sentences("edit")
        self.exchanges.clear()
        return [line for line in sent if _READY not in line], edited

    def _first_sentences(self, verb: str) -> list[str]:
        answers: list[Any] = [
            one.answer for one in self.exchanges if one.call.startswith(verb) and one.status == 200
        ]
        shown = [answer["result"] for answer in answers]
        return [_first(one) for one in shown if one["chat"]["id"] == self.chat]


def _first(message: dict[str, Any]) -> str:
    found = _SENTENCE.match(message.get("text") or message.get("caption") or "")
    return found[0] if found else ""


async def _link(person: Person, chat: int | None = None) -> Shown:
    """Put a cup into the cart and get the payment link."""
    await person.send(chat, "/start p_cup")
    shown = await person.wait_for(lambda seen: "1a:cup" in str(seen.rows), chat=chat)
    await person.tap(shown, "Add to cart")
    await person.wait_for(lambda seen: "1 in cart" in str(seen.rows), chat=chat)
    await person.send(chat, "/checkout")
    return await person.wait_for(_pays, chat=chat)


def _pays(seen: Shown) -> bool:
    return any("/c/pay/" in str(button.url) for button in seen.buttons)


@asynccontextmanager
async def _linked(folder: Path) -> AsyncIterator[tuple[Kit, Person, Heard, Order]]:
    """Have somebody hold a payment link, and listen from then on."""
    async with open_market(folder) as (kit, exchanges):
        ann = kit.person("Alice")
        await _link(ann)
        heard = Heard(kit, ann, ann.id, exchanges)
        await heard.since()
        yield kit, ann, heard, await kit.order(ann)
        assert [seen.id for seen in ann.messages() if _pays(seen)] == []


async def test_coming_back_by_the_link_into_the_chat(tmp_path: Path) -> None:
    """The receipt is the answer, however often START is pressed; later, a question is answered."""
    async with _linked(tmp_path) as (kit, ann, heard, order):
        await pay(kit, order)
        await ann.start(f"paid_{order.token}")
        assert await heard.since() == (RECEIPT, THANKS)

        await ann.start(f"paid_{order.token}")
        await ann.start(f"back_{order.token}")
        assert await heard.since() == (NOTHING, NOTHING)

        kit.clock.jump(600)
        await ann.start(f"paid_{order.token}")
        assert await heard.since() == (THANKS, NOTHING)


async def test_coming_back_by_the_success_page(tmp_path: Path) -> None:
    """And on from there into the chat: there is one receipt, and nothing beside it."""
    async with open_kit(tmp_path, pages=True, catalog=write(tmp_path)) as kit:
        ann = kit.person("Alice")
        heard = Heard(kit, ann, ann.id)
        kit.telegram.on_exchange.append(heard.exchanges.append)
        await _link(ann)
        await heard.since()
        order = await kit.order(ann)
        await pay(kit, order)
        url = f"{kit.settings.public_url}/success?session_id={order.session_id}"
        for _ in range(2):
            status, page = await kit.get(url)
            assert (status, "Paid. Thank you!" in page) == (200, True)
            assert f"start=paid_{order.token}" in page
        await ann.start(f"paid_{order.token}")
        assert await heard.since() == (RECEIPT, THANKS)


async def test_never_coming_back(tmp_path: Path) -> None:
    """The shop looks by itself, at events and at the order: still one receipt."""
    async with _linked(tmp_path) as (kit, ann, heard, order):
        await pay(kit, order)
        await kit.shop.reconciliation.begin()
        await kit.shop.reconciliation.work()
        await kit.until(ann, OrderState.PAID)
        assert await heard.since() == (RECEIPT, THANKS)


async def test_paying_twice(tmp_path: Path) -> None:
    """The page takes no second payment, its events come twice, and two people come back."""
    async with _linked(tmp_path) as (kit, ann, heard, order):
        await pay(kit, order)
        with pytest.raises(NotPaidError):
            await pay(kit, order)
        await kit.shop.settlement.by_token(order.token)
        await kit.shop.settlement.by_event(order.session_id)  # type: ignore[arg-type]
        await ann.start(f"paid_{order.token}")
        assert await heard.since() == (RECEIPT, THANKS)


@pytest.mark.parametrize("by", ["command", "button", "owner"])
async def test_cancelling(tmp_path: Path, by: str) -> None:
    """A command is answered, a tapped message is the answer, and an owner's word is news."""
    async with _linked(tmp_path) as (kit, ann, heard, order):
        match by:
            case "command":
                await ann.write("/cancel")
                expected = (CANCELLED, WAS_CANCELLED)
            case "button":
                await ann.tap(next(filter(_pays, ann.messages())), "Cancel this order")
                expected = (NOTHING, CANCELLED)
            case _:
                await kit.shop.reviews.cancel(order.id)
                await ann.start(f"back_{order.token}")
                expected = (TOLD_CANCELLED, WAS_CANCELLED)
        assert await heard.since() == expected


@pytest.mark.parametrize("command", ["/cancel", "/checkout", "/checkout with more"])
async def test_a_command_at_the_moment_of_paying(tmp_path: Path, command: str) -> None:
    """Whoever has just paid and cancels, or asks for the link again, reads the receipt alone."""
    async with _linked(tmp_path) as (kit, ann, heard, order):
        if command == "/checkout with more":
            await kit.shop.carts.add(ChatId(ann.id), LineKey(ProductId("mug")), 1)
        await pay(kit, order)

        await ann.write(command.partition(" ")[0])

        await kit.until(ann, OrderState.PAID)
        assert await heard.since() == (RECEIPT, THANKS)


async def test_running_out(tmp_path: Path) -> None:
    """The link's end is told once, to whoever comes back from it too."""
    async with _linked(tmp_path) as (kit, ann, heard, order):
        kit.clock.jump(3700)
        await ann.start(f"back_{order.token}")
        assert await heard.since() == (OVER, WAS_OVER)


@pytest.mark.parametrize("succeeds", [True, False])
async def test_a_bank_debit(tmp_path: Path, *, succeeds: bool) -> None:
    """One message that it is under way, and one for how it ended."""
    async with _linked(tmp_path) as (kit, ann, heard, order):
        await pay(kit, order, card="debit")
        await ann.start(f"paid_{order.token}")
        assert await heard.since() == (BANK, WAITS)

        await kit.stripe.settle_debit(str(order.session_id), succeed=succeeds)
        await ann.start(f"paid_{order.token}")
        ended = (RECEIPT, THANKS) if succeeds else (FAILED, FELL_THROUGH)
        assert await heard.since() == ended


async def test_a_reminder_and_then_the_payment(tmp_path: Path) -> None:
    """Both messages lose their way to pay, and the receipt is one."""
    async with _linked(tmp_path) as (kit, ann, heard, order):
        kit.clock.jump(order.attempt.expires_at - REMIND_BEFORE - kit.clock.now())
        await kit.shop.reminders.work()
        sent, edited = await heard.since()
        assert (len(sent), edited) == (1, NOTHING)
        assert "15 minutes are left to pay" in sent[0]

        await pay(kit, order)
        await ann.start(f"paid_{order.token}")
        assert await heard.since() == (RECEIPT, THANKS * 2)


async def test_a_link_that_was_shown_twice(tmp_path: Path) -> None:
    """There is one message to be edited: the older one went when the link was asked for again."""
    async with _linked(tmp_path) as (kit, ann, heard, order):
        await ann.write("/checkout")
        assert await heard.since() == (["Order 1001"], NOTHING)
        await pay(kit, order)
        await ann.start(f"paid_{order.token}")
        assert await heard.since() == (RECEIPT, THANKS)


async def test_in_a_group(tmp_path: Path) -> None:
    """The group has the receipt; whoever comes back alone is told that it is there."""
    async with open_market(tmp_path) as (kit, exchanges):
        ann, group = kit.person("Alice"), kit.telegram.group
        assert group is not None
        await _link(ann, group.id)
        order = (await kit.shop.orders.latest(ChatId(group.id)))[0]
        alone, together = Heard(kit, ann, ann.id, exchanges), Heard(kit, ann, group.id, exchanges)
        await alone.since()
        await pay(kit, order)
        await ann.start(f"paid_{order.token}")
        await kit.drain()
        await ann.write("/id")
        await ann.wait_for(_READY)
        await kit.drain()
        heard = [*exchanges]
        assert await together.since() == (RECEIPT, THANKS)
        exchanges.extend(heard)
        told = "Paid, thank you!"
        assert await alone.since() == ([told], NOTHING)


async def test_a_payment_that_a_person_has_to_look_at(tmp_path: Path) -> None:
    """Told once, to whoever comes back too; and once more that it was taken."""
    async with _linked(tmp_path) as (kit, ann, heard, order):
        await pay(kit, order)
        kit.stripe.checkout_of(str(order.session_id))[1].session["amount_subtotal"] -= 1
        await ann.start(f"paid_{order.token}")
        assert await heard.since() == (CHECKED, IS_CHECKED)

        await kit.shop.reviews.accept(order.id)
        await ann.start(f"paid_{order.token}")
        assert await heard.since() == (RECEIPT, NOTHING)


async def test_a_link_that_comes_late_says_why(tmp_path: Path) -> None:
    """Stripe was down at checkout: the link comes by itself, once, and is edited as any other."""
    async with open_market(tmp_path) as (kit, exchanges):
        ann, call = kit.person("Alice"), "POST /v1/checkout/sessions"
        heard = Heard(kit, ann, ann.id, exchanges)
        await add(ann, "cup")
        fault = kit.site.faults.add(Fault(call, "error", status=500, times=None))
        await ann.write("/checkout")
        await ann.wait_for("isn’t answering")
        await heard.since()

        kit.site.faults.lift(fault.id)
        kit.clock.jump(20)
        await kit.shop.reconciliation.begin()
        await kit.shop.reconciliation.work()
        link = await ann.wait_for(_pays)
        assert link.text.splitlines()[2] == (
            "Sorry for the wait: the payment service gave no answer when you checked out."
            " Here is your link now."
        )
        assert await heard.since() == (["Order 1001"], NOTHING)

        order = await kit.order(ann)
        await pay(kit, order)
        await ann.start(f"paid_{order.token}")
        assert await heard.since() == (RECEIPT, THANKS)

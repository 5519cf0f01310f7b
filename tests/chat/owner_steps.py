"""Steps of owners, and of who writes to them, that several tests take."""

from __future__ import annotations

from bot.domain.order import Order, OrderState
from bot.shop.payment.endings import give_up
from kit import Kit
from shop_sandbox.telegram import Person, Shown
from tests.shop.journeys import order_something, pay


async def sold(kit: Kit, person: Person, product: str = "blend") -> Order:
    """Let somebody buy something, and return the paid order."""
    order = await order_something(kit, person, product)
    await pay(kit, order)
    await kit.shop.settlement.by_token(order.token)
    return await kit.until(person, OrderState.PAID)


async def in_review(kit: Kit, person: Person, product: str = "blend") -> Order:
    """Let somebody pay for an order that the shop had given up, its goods free again."""
    order = await order_something(kit, person, product)
    now = kit.clock.now()
    await kit.running.store.write(lambda tx: give_up(tx, order, OrderState.EXPIRED, now))
    await pay(kit, order)
    await kit.shop.settlement.by_token(order.token)
    return await kit.until(person, OrderState.REVIEW)


async def notice(kit: Kit, owner: Person, words: str) -> Shown:
    """Return the owner's newest notice with these words."""
    await kit.drain()
    return await owner.wait_for(words, since=0)


def another(kit: Kit) -> Person:
    """Return a second customer who reads English."""
    return kit.telegram.add_person("Jonathan", "en")


def labels(shown: Shown) -> list[str]:
    """Return what the buttons of a message say."""
    return [button.text for button in shown.buttons]


async def asked_for_words(person: Person) -> None:
    """Let somebody be asked for their words to the owner."""
    await person.write("/paysupport")
    await person.tap(await person.wait_for("Help with a payment"), "Write to the shop")
    await person.wait_for("Write your question as your next message")

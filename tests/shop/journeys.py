"""Steps that several tests take: fill a cart, ask to pay."""

from __future__ import annotations

from bot.domain.order import Order, OrderState
from kit import Kit
from shop_sandbox.telegram import Button, Person, Shown

CARD = "4242424242424242"


async def add(person: Person, payload: str) -> Shown:
    """Open a product by its link and add one; return its screen as it is then."""
    await person.start(f"p_{payload}")
    screen = await person.wait_for(lambda shown: any(map(_adds, shown.buttons)))
    more = next(button.text for button in screen.buttons if _adds(button))
    tap = await person.tap(screen, more)
    await tap.answer()
    return await person.wait_for(lambda shown: bool(shown.buttons))


def _adds(button: Button) -> bool:
    return button.text == "+" or button.text.startswith("Add")


async def ask_to_pay(person: Person) -> Shown:
    """Send /checkout, choose delivery where that is asked, return the message with the link."""
    await person.write("/checkout")
    asked = await person.wait_for(lambda shown: bool(shown.buttons))
    if any(button.text == "Send it to me" for button in asked.buttons):
        await person.tap(asked, "Send it to me")
        asked = await person.wait_for(lambda shown: any(b.url for b in shown.buttons))
    return asked


async def order_something(kit: Kit, person: Person, payload: str = "house-blend") -> Order:
    """Add one of a product and check out; return the open order."""
    await add(person, payload)
    await ask_to_pay(person)
    return await kit.until(person, OrderState.OPEN)


async def pay(kit: Kit, order: Order, card: str = CARD) -> None:
    """Pay an order on the hosted page, without coming back from it."""
    assert order.session_id
    await kit.stripe.pay(order.session_id, card=card, email="buyer@example.com")

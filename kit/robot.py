"""A buyer who counts: every button pressed on the way to Stripe's page, that page's link included.

It reads labels as people do, each in its language, and presses nothing that is not on the screen.
"""

from __future__ import annotations

from collections.abc import Callable

from bot.domain.order import OrderState
from bot.locales import Texts
from kit import Kit
from shop_sandbox.telegram import Person, Shown
from shop_sandbox.telegram.shown import Button

#: The most presses that each way to Stripe's page may take, in the sample shop.
LIMITS = {"start": 5, "again": 2, "link": 2, "first link": 3}
_PRODUCT, _OTHER = "house-blend", "lume-cup"


class Robot:
    """Somebody new, in one language.

    Args:
        kit: The shop.
        texts: Their language.
    """

    def __init__(self, kit: Kit, texts: Texts) -> None:
        self._kit = kit
        self._texts = texts
        self._person: Person = kit.telegram.add_person("Robot", texts.language)
        self._presses = 0

    async def count(self) -> dict[str, int]:
        """Return how many presses each way takes, by the names in `LIMITS`."""
        counts = {"first link": await self._from_link(_PRODUCT)}
        self._person = self._kit.telegram.add_person("Robot", self._texts.language)
        counts["start"] = await self._from_start()
        receipt = await self._pay()
        counts["again"] = await self._again(receipt)
        await self._pay()
        counts["link"] = await self._from_link(_OTHER)
        return {name: counts[name] for name in LIMITS}

    async def _from_start(self) -> int:
        self._presses = 0
        await self._person.start()
        shown = await self._next(lambda seen: _leads(seen, "1c:") is not None)
        shown = await self._press(shown, _leads(shown, "1c:"))
        shown = await self._press(shown, _leads(shown, "1p:"))
        return await self._buy(shown, "button.buy_now")

    async def _from_link(self, product: str) -> int:
        self._presses = 0
        await self._person.start(f"p_{product}")
        shown = await self._next(lambda seen: self._labelled(seen, "button.buy_now") is not None)
        return await self._buy(shown, "button.buy_now")

    async def _again(self, receipt: Shown) -> int:
        self._presses = 0
        return await self._buy(receipt, "button.buy_again")

    async def _buy(self, shown: Shown, key: str) -> int:
        """Press a button, and answer how the goods get there where that is asked."""
        shown = await self._press(shown, self._labelled(shown, key))
        if deliver := self._labelled(shown, "button.deliver"):
            assert shown.buttons[0] == deliver, f"{deliver.text} does not stand first"
            shown = await self._press(shown, deliver)
        pay = next((one for one in shown.buttons if one.url), None)
        assert pay, f"no link below {shown.text!r}"
        assert pay.url in {one["url"] for one in self._kit.stripe.sessions.values()}
        self._presses += 1
        return self._presses

    async def _pay(self) -> Shown:
        order = await self._kit.until(self._person, OrderState.OPEN)
        await self._kit.stripe.pay(str(order.session_id))
        await self._person.start(f"paid_{order.token}")
        receipt = await self._next(
            lambda seen: self._labelled(seen, "button.buy_again") is not None
        )
        await self._kit.drain()  # the message of the link turns into another, too
        return receipt

    async def _press(self, shown: Shown, button: Button | None) -> Shown:
        assert button, f"nothing to press below {shown.text!r}"
        assert button.data, f"{button.text} does not act"
        self._presses += 1
        before = shown.changed
        await self._person.forge(shown, button.data)
        return await self._next(lambda seen: seen.changed > before and bool(seen.buttons))

    async def _next(self, fits: Callable[[Shown], bool]) -> Shown:
        return await self._person.wait_for(fits)

    def _labelled(self, shown: Shown, key: str) -> Button | None:
        label = self._texts.text(key)
        return next((one for one in shown.buttons if one.text == label), None)


def _leads(shown: Shown, data: str) -> Button | None:
    """Return the first button that leads on to a category, or to a product."""
    return next((one for one in shown.buttons if (one.data or "").startswith(data)), None)

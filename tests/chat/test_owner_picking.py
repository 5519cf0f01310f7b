"""An owner gives back by line, and says what is on the shelf again."""

from __future__ import annotations

from pathlib import Path

from bot.domain.money import Money
from bot.domain.order import ChatId, Order, OrderState, StockState
from kit import Kit
from shop_sandbox.telegram import Person
from tests.chat.market import open_market
from tests.chat.owner_steps import labels, notice, sold
from tests.chat.test_owner_sales import free
from tests.shop.journeys import add, ask_to_pay, pay


async def _sold_three(kit: Kit, ann: Person) -> Order:
    """Sell three blends at 12.50 each."""
    await add(ann, "blend")
    chat = ChatId(ann.id)
    (priced,) = (await kit.shop.carts.view(chat)).cart.lines
    await kit.shop.carts.add(chat, priced.line.key, 2)
    await ask_to_pay(ann)
    await pay(kit, await kit.until(ann, OrderState.OPEN))
    order = await kit.order(ann)
    await kit.shop.settlement.by_token(order.token)
    return await kit.until(ann, OrderState.PAID)


async def test_one_of_three_is_given_back_by_buttons_and_put_on_the_shelf(tmp_path: Path) -> None:
    """Picked, told in money, asked once more; then that one unit is back, and two stay sold."""
    async with open_market(tmp_path) as (kit, _):
        ann, marta = kit.person("Alice"), kit.person("Marta")
        await _sold_three(kit, ann)
        assert await free(kit, "blend/small") == 17
        await marta.tap(await notice(kit, marta, "Sold"), "↩️ Refund")
        await marta.tap(await marta.wait_for("€37.50 was paid."), "By item")
        shown = await marta.wait_for("0 of 3")
        assert [button.text for button in shown.buttons[:4]] == ["1. Blend, 250 g", "−", "0", "+"]
        await marta.tap(shown, "+")
        shown = await marta.wait_for("1 of 3")
        await marta.tap(shown, "+")
        shown = await marta.wait_for("2 of 3")
        await marta.tap(shown, "−")
        shown = await marta.wait_for("1 of 3")
        await marta.tap(shown, "Refund €12.50")
        sure = await marta.wait_for("This cannot be undone")
        assert "1 × Blend" in sure.text
        assert kit.stripe.refunds == {}
        await marta.tap(sure, "Yes, refund €12.50")
        given = await marta.wait_for("Do the goods go back into stock?")
        assert "1 × Blend" in given.text
        assert labels(given) == ["Back in stock", "Choose which", "No, they stay sold"]
        assert await free(kit, "blend/small") == 17

        await marta.tap(given, "Back in stock")
        await marta.wait_for("The goods are back in stock")

        assert await free(kit, "blend/small") == 18
        after = await kit.order(ann)
        assert (after.goods, after.refunded) == (StockState.SOLD, Money(1250, "eur"))
        assert [(line.refunded, line.returned) for line in after.lines] == [(1, 1)]
        tap = await marta.forge(sure, sure.button("Yes, refund €12.50").data or "")
        assert "changed" in (await tap.answer()).text or len(kit.stripe.refunds) == 1
        assert len(kit.stripe.refunds) == 1


async def test_a_refund_in_the_dashboard_asks_which_units_are_back(tmp_path: Path) -> None:
    """It names no lines, so its owner does: two of three, and a second tap puts no more back."""
    async with open_market(tmp_path) as (kit, _):
        ann, marta = kit.person("Alice"), kit.person("Marta")
        order = await _sold_three(kit, ann)
        assert order.payment
        await kit.stripe.refund_in_dashboard(str(order.payment.intent_id), 300)
        await kit.shop.refunds.sync(str(order.payment.intent_id))
        asked = await notice(kit, marta, "Do the goods go back into stock?")
        assert labels(asked) == ["Choose which", "No, they stay sold"]
        await marta.tap(asked, "Choose which")
        shown = await marta.wait_for("0 of 3")
        await marta.tap(shown, "+")
        await marta.tap(await marta.wait_for("1 of 3"), "+")
        shown = await marta.wait_for("2 of 3")
        await marta.tap(shown, "Back in stock")
        await marta.wait_for("The goods are back in stock")
        assert await free(kit, "blend/small") == 19
        await marta.forge(shown, shown.button("Back in stock").data or "")
        await kit.drain()
        assert await free(kit, "blend/small") == 19


async def test_an_old_button_for_the_shelf_asks_where_only_a_part_went_back(
    tmp_path: Path,
) -> None:
    """It once put the whole order back; now it asks which units are."""
    async with open_market(tmp_path) as (kit, _):
        ann, marta = kit.person("Alice"), kit.person("Marta")
        order = await sold(kit, ann)
        await kit.shop.refunds.give(order.id, Money(500, "eur"), before=Money.zero("eur"))
        shown = await notice(kit, marta, "Sold")
        await marta.forge(shown, f"1wrb:{order.id}")
        await marta.wait_for("go back into stock?")
        assert await free(kit, "blend/small") == 19

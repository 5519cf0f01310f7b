"""A sale in the owner's chat: the notice, shipping, refunds, words to the customer and back."""

from __future__ import annotations

from pathlib import Path

from bot.domain.catalog.model import StockId
from bot.domain.money import Money
from bot.domain.order import StockState
from kit import Kit
from kit.patience import PATIENCE
from shop_sandbox.faults import Fault
from tests.chat.market import open_market
from tests.chat.owner_steps import labels, notice, sold


async def free(kit: Kit, stock_id: str) -> int | None:
    """Return how many units can be promised."""
    wanted = StockId(stock_id)
    return (await kit.running.store.read(lambda tx: tx.stock.levels([wanted])))[wanted].free


async def test_the_notice_of_a_sale_has_what_an_owner_does_next(tmp_path: Path) -> None:
    """Ship, refund, write, and the payment in Stripe's Dashboard."""
    async with open_market(tmp_path) as (kit, _):
        order = await sold(kit, kit.person("Alice"))
        shown = await notice(kit, kit.person("Marta"), f"order {order.id}")
        after = ["↩️ Refund", "✉️ Write", "Open in Stripe"]
        assert labels(shown) == ["☑️ Packed", "📦 Shipped", *after]
        assert order.payment
        url = f"https://dashboard.stripe.com/test/payments/{order.payment.intent_id}"
        assert shown.button("Open in Stripe").url == url


async def test_shipping_asks_for_a_link_and_tells_the_customer(tmp_path: Path) -> None:
    """The next message is the link; the question is a message of its own."""
    async with open_market(tmp_path) as (kit, _):
        ann, marta = kit.person("Alice"), kit.person("Marta")
        order = await sold(kit, ann)
        shown = await notice(kit, marta, "Sold")
        await marta.tap(shown, "📦 Shipped")
        asked = await marta.wait_for("Send me its tracking link")
        assert asked.id != shown.id
        await marta.write("https://post.example/track?id=1&x=<2>")
        await marta.wait_for("Marked as shipped")
        told = await ann.wait_for("is on its way", since=0)
        assert "https://post.example/track?id=1&x=<2>" in told.text
        after = await kit.order(ann)
        assert after.tracking == "https://post.example/track?id=1&x=<2>"
        assert after.shipped_at is not None
        await marta.write("blue")
        await marta.wait_for("Nothing found")
        assert (await kit.order(ann)).tracking == after.tracking
        assert order.id == after.id


async def test_shipping_without_a_link_is_told_once(tmp_path: Path) -> None:
    """A second tap on the same button tells nobody again."""
    async with open_market(tmp_path) as (kit, _):
        ann, marta = kit.person("Alice"), kit.person("Marta")
        await sold(kit, ann)
        shown = await notice(kit, marta, "Sold")
        await marta.tap(shown, "📦 Shipped")
        asked = await marta.wait_for("Send me its tracking link")
        await marta.tap(asked, "Shipped, no link")
        await marta.wait_for("Marked as shipped")
        tap = await marta.forge(asked, asked.button("Shipped, no link").data or "")
        assert (await tap.answer()).text == "Already marked, and the customer has been told."
        await kit.drain()
        assert len([m for m in ann.messages() if "is on its way" in m.text]) == 1


async def test_a_question_ends_with_never_mind_a_command_or_an_hour(tmp_path: Path) -> None:
    """Words that come later are nobody's tracking link."""
    async with open_market(tmp_path) as (kit, _):
        ann, marta = kit.person("Alice"), kit.person("Marta")
        await sold(kit, ann)
        shown = await notice(kit, marta, "Sold")
        for end in ("never", "command", "hour"):
            await marta.tap(shown, "📦 Shipped")
            asked = await marta.wait_for("Send me its tracking link")
            match end:
                case "never":
                    await marta.tap(asked, "Never mind")
                    await marta.wait_for("nothing was done")
                case "command":
                    await marta.write("/help")
                    await marta.wait_for("For you alone")
                case _:
                    kit.clock.jump(3601)
            await marta.write("not a link")
            await marta.wait_for("Nothing found")
        assert (await kit.order(ann)).shipped_at is None


async def test_a_whole_refund_takes_two_taps_and_asks_about_the_goods(tmp_path: Path) -> None:
    """Nothing moves by the first tap; then the goods go back where the owner says so."""
    async with open_market(tmp_path) as (kit, _):
        ann, marta = kit.person("Alice"), kit.person("Marta")
        await sold(kit, ann)
        assert await free(kit, "blend/small") == 19
        shown = await notice(kit, marta, "Sold")
        await marta.tap(shown, "↩️ Refund")
        asked = await marta.wait_for("€12.50 was paid.")
        await marta.tap(asked, "Refund €12.50")
        sure = await marta.wait_for("This cannot be undone")
        assert kit.stripe.refunds == {}
        await marta.tap(sure, "Yes, refund €12.50")
        given = await marta.wait_for("Do the goods go back into stock?")
        assert [one["amount"] for one in kit.stripe.refunds.values()] == [1250]
        assert await free(kit, "blend/small") == 19
        await marta.tap(given, "Back in stock")
        await marta.wait_for("The goods are back in stock")
        assert await free(kit, "blend/small") == 20
        after = await kit.order(ann)
        assert (after.goods, after.refunded) == (StockState.RETURNED, Money(1250, "eur"))
        await ann.wait_for("We have refunded €12.50", since=0)
        await notice(kit, marta, "Refunded for order")


async def test_a_typed_amount_goes_back_and_its_button_works_once(tmp_path: Path) -> None:
    """A second tap, later, on the same yes gives nothing: it knows what had gone back."""
    async with open_market(tmp_path) as (kit, _):
        ann, marta = kit.person("Alice"), kit.person("Marta")
        await sold(kit, ann)
        shown = await notice(kit, marta, "Sold")
        await marta.tap(shown, "↩️ Refund")
        await marta.tap(await marta.wait_for("was paid."), "Another amount")
        await marta.wait_for("€12.50 is left")
        for words, answer in (
            ("five", "can’t read that amount"),
            ("0", "can’t read that amount"),
            ("12.5055", "can’t read that amount"),
            ("12.505", "12.505 has too many decimals for EUR. Which of these do you mean?"),
            ("13,500", "more than is left: €12.50"),
            ("12.51", "more than is left: €12.50"),
        ):
            await marta.write(words)
            await marta.wait_for(answer)
        await marta.write("1,250")
        asked = await marta.wait_for("1,250 could be €1.25 or €1,250.00. Which do you mean?")
        assert labels(asked)[:-1] == ["€1.25"]  # more than is left cannot be meant
        await marta.tap(asked, "€1.25")
        await marta.wait_for("Refund €1.25 of order")
        await marta.tap(await marta.wait_for("Refund €1.25 of order"), "No")
        await marta.tap(await notice(kit, marta, "Sold"), "↩️ Refund")
        await marta.tap(await marta.wait_for("was paid."), "Another amount")
        await marta.write("5,00")
        sure = await marta.wait_for("Refund €5.00 of order")
        yes = sure.button("Yes, refund €5.00").data or ""
        await marta.tap(sure, "Yes")
        await marta.wait_for("The refund of €5.00 for order")
        tap = await marta.forge(sure, yes)
        assert "has changed" in ((await tap.answer()).text or "")
        assert [one["amount"] for one in kit.stripe.refunds.values()] == [500]
        assert (await kit.order(ann)).refunded == Money(500, "eur")


async def test_a_refund_whose_answer_is_lost_is_not_given_twice(tmp_path: Path) -> None:
    """The owner hears that it is not sure; the next tap finds what Stripe did."""
    async with open_market(tmp_path) as (kit, _):
        ann, marta = kit.person("Alice"), kit.person("Marta")
        await sold(kit, ann)
        shown = await notice(kit, marta, "Sold")
        await marta.tap(shown, "↩️ Refund")
        await marta.tap(await marta.wait_for("was paid."), "Refund €12.50")
        sure = await marta.wait_for("This cannot be undone")
        yes = sure.button("Yes, refund €12.50").data or ""
        rule = kit.site.faults.add(Fault("POST /v1/refunds", "cut", "after", times=None))
        tap = await marta.forge(sure, yes)
        assert "don’t know whether" in ((await tap.answer(timeout=PATIENCE)).text or "")
        kit.site.faults.lift(rule.id)
        tap = await marta.forge(sure, yes)
        await tap.answer(timeout=PATIENCE)
        assert [one["amount"] for one in kit.stripe.refunds.values()] == [1250]
        assert (await kit.order(ann)).refunded == Money(1250, "eur")


async def test_a_refund_that_fails_later_is_told_and_can_be_given_again(tmp_path: Path) -> None:
    """Stripe takes the money back into the balance; the same amount is a new refund then."""
    async with open_market(tmp_path) as (kit, _):
        ann, marta = kit.person("Alice"), kit.person("Marta")
        order = await sold(kit, ann)
        assert order.payment
        assert order.payment.intent_id
        none, amount = Money.zero("eur"), Money(500, "eur")
        await kit.shop.refunds.give(order.id, amount, before=none)
        (first,) = kit.stripe.refunds
        await kit.stripe.settle_refund(first, succeed=False)
        await kit.shop.refunds.sync(order.payment.intent_id)
        told = await notice(kit, marta, "A refund of €5.00")
        assert "↩️ Refund" in labels(told)
        assert (await kit.order(ann)).refunded == none
        again = await kit.shop.refunds.give(order.id, amount, before=none)
        assert again.refunded == amount
        assert len(kit.stripe.refunds) == 2


async def test_a_refund_in_the_dashboard_asks_about_the_goods(tmp_path: Path) -> None:
    """The news of it has the question; one tap, and the goods are on the shelf again, once."""
    async with open_market(tmp_path) as (kit, _):
        marta = kit.person("Marta")
        order = await sold(kit, kit.person("Alice"))
        assert order.payment
        assert order.payment.intent_id
        assert await free(kit, "blend/small") == 19
        await kit.stripe.refund_in_dashboard(order.payment.intent_id)
        await kit.shop.refunds.sync(order.payment.intent_id)
        told = await notice(kit, marta, "Refunded for order")
        assert labels(told) == ["Back in stock", "No, they stay sold"]

        await (await marta.tap(told, "Back in stock")).answer()
        assert await free(kit, "blend/small") == 20
        await (await marta.forge(told, told.buttons[0].data or "")).answer()
        assert await free(kit, "blend/small") == 20


async def test_a_dispute_alerts_the_owner_with_the_way_to_the_dashboard(tmp_path: Path) -> None:
    """What the bank began is told with the order it is about."""
    async with open_market(tmp_path) as (kit, _):
        marta = kit.person("Marta")
        order = await sold(kit, kit.person("Alice"))
        assert order.payment
        assert order.payment.charge_id
        dispute = await kit.stripe.open_dispute(order.payment.charge_id)
        await kit.shop.refunds.dispute(dispute)
        told = await notice(kit, marta, "disputes the payment")
        assert "Open in Stripe" in labels(told)
        await marta.write(f"/order {order.id}")
        await marta.wait_for("Dispute: your answer is needed")

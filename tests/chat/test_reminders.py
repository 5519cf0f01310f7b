"""Reminders: once, for what still waits, and never for a chat that said no."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.domain.order import ChatId, OrderState
from bot.ports import REMIND_BEFORE
from kit import JumpingClock, Kit, open_kit
from kit.patience import PATIENCE
from shop_sandbox.faults import Fault
from shop_sandbox.site import SandboxSite
from shop_sandbox.telegram import Person, Shown
from tests.chat.market import entries, open_market, put_on_the_shelf, write

_QUARTER = "15 minutes are left to pay"


async def _link(person: Person) -> Shown:
    """Put a cup into the cart and get the payment link."""
    await _cup(person)
    await person.write("/checkout")
    return await person.wait_for("Order 10")


async def _cup(person: Person) -> Shown:
    await person.start("p_cup")
    shown = await person.wait_for(lambda seen: "1a:cup" in str(seen.rows))
    await person.tap(shown, "Add to cart")
    return await person.wait_for(lambda seen: "1 in cart" in str(seen.rows))


def _reminders(person: Person) -> list[str]:
    """Return the reminders that stand in a chat."""
    return [s.text for s in person.messages() if "No more reminders" in str(s.rows)]


async def _to_the_reminder(kit: Kit, person: Person) -> None:
    """Go on to the moment at which the newest order's reminder is due, and let it be told."""
    order = await kit.order(person)
    kit.clock.jump(order.attempt.expires_at - REMIND_BEFORE - kit.clock.now())
    await _look(kit)


async def _look(kit: Kit) -> None:
    await kit.shop.reminders.work()
    await kit.drain()


async def test_a_link_is_recalled_once_before_it_ends(tmp_path: Path) -> None:
    """With the way to pay; when it is paid, the reminder's own button goes too."""
    async with open_market(tmp_path) as (kit, _):
        ann = kit.person("Alice")
        link = await _link(ann)
        order = await kit.order(ann)
        kit.clock.jump(2600)
        await _look(kit)
        assert _reminders(ann) == []
        await _to_the_reminder(kit, ann)
        reminder = await ann.wait_for(_QUARTER)
        assert reminder.buttons[0].url == link.buttons[0].url == order.url
        await _look(kit)
        assert len(_reminders(ann)) == 1
        await kit.stripe.pay(str(order.session_id))
        await kit.shop.settlement.by_token(order.token)
        paid = await ann.wait_for(lambda seen: seen.id == reminder.id and "is paid" in seen.text)
        assert "Pay" not in str(paid.rows)


async def test_the_running_shop_looks_for_reminders_by_itself(tmp_path: Path) -> None:
    """Nobody has to ask for one."""
    async with open_market(tmp_path) as (kit, _):
        ann = kit.person("Alice")
        await _link(ann)
        kit.clock.jump(3600 - REMIND_BEFORE + 5)
        await ann.wait_for("minutes are left to pay", timeout=PATIENCE)


async def test_a_reminder_survives_a_restart(tmp_path: Path) -> None:
    """It is reckoned from what is stored."""
    clock, path = JumpingClock(), write(tmp_path)
    async with SandboxSite(clock=clock) as site:
        async with open_kit(tmp_path, catalog=path, sandbox=site, clock=clock) as kit:
            ann = kit.person("Alice")
            await _link(ann)
        clock.jump(3600 - REMIND_BEFORE + 5)
        async with open_kit(tmp_path, catalog=path, sandbox=site, clock=clock) as kit:
            await ann.wait_for("minutes are left to pay", timeout=PATIENCE)
            await _look(kit)
            assert len(_reminders(ann)) == 1


async def test_who_paid_unseen_is_not_reminded(tmp_path: Path) -> None:
    """Stripe is asked first: the buyer may have paid and never come back."""
    async with open_market(tmp_path) as (kit, _):
        ann = kit.person("Alice")
        await _link(ann)
        order = await kit.order(ann)
        kit.stripe.hold_events = True
        await kit.stripe.pay(str(order.session_id))
        await _to_the_reminder(kit, ann)
        await ann.wait_for("✅ Paid. Thank you!", since=0)
        assert (await kit.order(ann)).state is OrderState.PAID
        assert _reminders(ann) == []


async def test_a_cancelled_order_is_not_recalled(tmp_path: Path) -> None:
    """Its time goes with it."""
    async with open_market(tmp_path) as (kit, _):
        ann = kit.person("Alice")
        link = await _link(ann)
        await ann.tap(link, "Cancel this order")
        await ann.wait_for("is cancelled")
        await _to_the_reminder(kit, ann)
        assert _reminders(ann) == []


async def test_who_has_just_asked_for_the_link_is_not_reminded_of_it(tmp_path: Path) -> None:
    """A word twenty minutes before the end would say what is known."""
    async with open_market(tmp_path) as (kit, _):
        ann = kit.person("Alice")
        await _link(ann)
        kit.clock.jump(3600 - REMIND_BEFORE - 300)
        await ann.write("/checkout")
        await ann.wait_for("This is the same order as before")
        await _to_the_reminder(kit, ann)
        assert _reminders(ann) == []


@pytest.mark.parametrize("status", [500, 401])
async def test_a_reminder_waits_while_stripe_does_not_answer(tmp_path: Path, status: int) -> None:
    """Nobody is sent to a page that is down, or asked for money that was paid."""
    async with open_market(tmp_path) as (kit, _):
        ann = kit.person("Alice")
        await _link(ann)
        fault = kit.site.faults.add(
            Fault("GET /v1/checkout/sessions/{id}", "error", status=status, times=None)
        )
        await _to_the_reminder(kit, ann)
        assert _reminders(ann) == []
        kit.site.faults.lift(fault.id)
        kit.clock.jump(31)
        await _look(kit)
        await ann.wait_for("minutes are left to pay", since=0)


@pytest.mark.parametrize("by_button", [True, False], ids=["by its button", "by command"])
async def test_reminders_are_turned_off_and_on(tmp_path: Path, *, by_button: bool) -> None:
    """The choice is remembered whatever the chat does next."""
    async with open_market(tmp_path) as (kit, _):
        ann = kit.person("Alice")
        if by_button:
            await _link(ann)
            await _to_the_reminder(kit, ann)
            tap = await ann.tap(await ann.wait_for(_QUARTER), "No more reminders")
            assert "/reminders brings them back" in (await tap.answer()).text
            await ann.write("/cancel")
            await ann.wait_for("is cancelled")
            await ann.wait_for(lambda _: _reminders(ann) == [], since=0)
        else:
            await ann.write("/reminders")
            on = await ann.wait_for("Reminders are on")
            await ann.tap(on, "Turn reminders off")
            await ann.wait_for("Reminders are off")
        await (ann.write("/checkout") if by_button else _link(ann))
        await ann.wait_for(lambda seen: "/c/pay/" in str(seen.rows), since=0)
        await _to_the_reminder(kit, ann)
        assert _reminders(ann) == []
        await ann.write("/reminders")
        off = await ann.wait_for("Reminders are off")
        await ann.tap(off, "Turn reminders on")
        await ann.wait_for("Reminders are on")
        chat = await kit.shop.people.get(ChatId(ann.id))
        assert chat is not None
        assert chat.reminders


def _asking() -> dict[str, object]:
    catalog = entries()
    catalog["shop"]["remind_cart_hours"] = 24
    return catalog


async def _a_day_later(kit: Kit) -> None:
    kit.clock.jump(24 * 3600 + 61)
    await _look(kit)


async def test_a_cart_left_behind_is_recalled_once(tmp_path: Path) -> None:
    """With what is in it and the way there; days later nothing more is said."""
    async with open_market(tmp_path, _asking()) as (kit, _):
        ann = kit.person("Alice")
        await _look(kit)
        await _cup(ann)
        kit.clock.jump(3600)
        await _look(kit)
        assert _reminders(ann) == []
        await _a_day_later(kit)
        told = await ann.wait_for("Your cart is still here", since=0)
        assert "1 × Cup" in told.text
        assert "Total: €14.00" in told.text
        await ann.tap(told, "🛒 Cart · €14.00")
        await ann.wait_for("Your cart\n")
        await _a_day_later(kit)
        await _a_day_later(kit)
        assert len(_reminders(ann)) == 0


async def test_with_reminders_off_no_cart_is_recalled_and_news_of_orders_comes(
    tmp_path: Path,
) -> None:
    """As /reminders and /privacy say; turned on again, the cart is recalled."""
    async with open_market(tmp_path, _asking()) as (kit, _):
        ann = kit.person("Alice")
        await _look(kit)
        await ann.write("/reminders")
        await ann.tap(await ann.wait_for("Reminders are on"), "Turn reminders off")
        await ann.wait_for("Reminders are off")
        await _cup(ann)
        await _a_day_later(kit)
        assert _reminders(ann) == []
        await ann.write("/checkout")
        await ann.wait_for("Order 1001")
        order = await kit.order(ann)
        await kit.stripe.pay(str(order.session_id))
        await kit.shop.settlement.by_token(order.token)
        await ann.wait_for("✅ Paid. Thank you!", since=0)

        await kit.shop.people.want_reminders(ChatId(ann.id), wanted=True)
        await _cup(ann)
        await _a_day_later(kit)
        await ann.wait_for("Your cart is still here", since=0)


async def test_a_shop_that_does_not_ask_for_it_recalls_no_cart(tmp_path: Path) -> None:
    """Silence is the default."""
    async with open_market(tmp_path) as (kit, _):
        ann = kit.person("Alice")
        await _look(kit)
        await _cup(ann)
        await _a_day_later(kit)
        assert _reminders(ann) == []


async def test_carts_from_before_the_shop_asked_are_let_rest(tmp_path: Path) -> None:
    """Turning it on does not write to everybody who ever came by."""
    async with open_market(tmp_path, _asking()) as (kit, _):
        ann = kit.person("Alice")
        await _cup(ann)
        kit.clock.jump(10 * 24 * 3600)
        await _look(kit)
        await _a_day_later(kit)
        assert _reminders(ann) == []


async def test_a_cart_of_things_that_are_gone_is_not_recalled(tmp_path: Path) -> None:
    """There would be nothing to come back for."""
    async with open_market(tmp_path, _asking()) as (kit, _):
        ann = kit.person("Alice")
        await _look(kit)
        await _cup(ann)
        gone = _asking()
        gone["products"].pop(1)  # type: ignore[attr-defined]
        await put_on_the_shelf(kit, gone)
        await _a_day_later(kit)
        assert _reminders(ann) == []

"""Rows 19, 20 and 21, the chat: malformed updates, forged buttons, double taps and floods."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain.catalog.model import LineKey, ProductId
from bot.domain.order import ChatId, OrderState
from bot.store import database_at
from bot.store.orders import SqlOrders
from kit import Kit, open_kit
from kit.engines import raw
from kit.faults.counter import ALICE, goods, open_counter
from kit.faults.malformed import malformed_updates
from kit.faults.pages import row_counts
from kit.patience import PATIENCE
from shop_sandbox.telegram import Person

#: Malformed updates sent here; the bench sends 10,000.
UPDATES = 300
_FIRST = 10**9
#: What the store decides; a flood is the chat's own affair.
on_both = pytest.mark.usefixtures("either_engine")


@pytest.fixture
async def kit(tmp_path: Path) -> AsyncIterator[Kit]:
    """The whole running shop."""
    catalog = tmp_path / "catalog.json"
    catalog.write_text(goods({"tea": 20, "mug": 1}), encoding="utf-8")
    async with open_kit(tmp_path, catalog=catalog) as opened:
        yield opened


async def test_malformed_updates_are_refused_or_ignored_and_sell_nothing(
    either_engine: str, kit: Kit
) -> None:
    """Updates with anything strange in any place change no order, no cart and no stock."""
    alice = kit.person("Alice")
    await alice.start()
    await alice.wait_for(lambda shown: bool(shown.buttons))
    before = await row_counts(kit)

    # What is read is the same on both; what of it a server would not take is few kinds.
    count = UPDATES if either_engine == "sqlite" else UPDATES // 5
    await malformed_updates(kit, alice, count, random.Random(19))

    after = await row_counts(kit)
    changed = {name for name in after if after[name] != before[name]}
    assert changed <= {"chats", "seen_updates"}
    async with database_at(kit.settings.database).open_reader() as reader:
        assert await reader.findings() == ()
    await alice.write("/cart")
    await alice.wait_for("Your cart is empty")


FORGED = (
    "1a:tea:::", "1a:nothing", "1a:TEA", "1a:tea:250g", "1a:../tea", "1a:", "1a", "1", "", "2a:tea",
    "1a:tea:x:99999999999999999999", "1c:all:0", "1c:all:-1", "1c:all:999999", "1i:0", "1i:-1",
    "1i:99999999999999999", "1z:abc", "1gl:xx", "1gl:../..", "1o:z", "1lu:tea:-5", "1ld:tea",
    "1r:nothing", "price=1", "🎩" * 16, "x" * 64, "\x00", "1p:tea:\u202e", "1v:1", "1xx:1:2:3",
)  # fmt: skip


@on_both
async def test_forged_button_data_is_refused_and_changes_nothing(kit: Kit) -> None:
    """Negative or huge numbers, unknown products, foreign letters: answered, and nothing done."""
    alice = kit.person("Alice")
    await alice.start()
    shown = await alice.wait_for(lambda seen: bool(seen.buttons))
    before = await row_counts(kit)

    for data in FORGED:
        if data:
            await (await alice.forge(shown, data)).answer()

    after = await row_counts(kit)
    assert {n: after[n] for n in ("cart_lines", "orders", "outbox", "stock_movements")} == {
        n: before[n] for n in ("cart_lines", "orders", "outbox", "stock_movements")
    }


@on_both
async def test_another_chat_s_order_can_be_neither_seen_nor_dropped(kit: Kit) -> None:
    """Buttons with the number of somebody else's order show nothing and cancel nothing."""
    alice, bob = kit.person("Alice"), kit.telegram.add_person("Bob")
    await _order(kit, alice)
    order = await kit.order(alice)
    await bob.start()
    shown = await bob.wait_for(lambda seen: bool(seen.buttons))

    for action in ("z", "i", "b"):
        toast = await (await bob.forge(shown, f"1{action}:{order.id}")).answer()
        assert "Mug" not in str(toast)

    assert (await kit.order(alice)).state is OrderState.OPEN
    assert all("Mug" not in m.text or "€" in m.text for m in bob.messages())
    assert await kit.orders(bob) == ()


async def _order(kit: Kit, person: Person, product: str = "mug") -> None:
    await person.start()
    shown = await person.wait_for(lambda seen: bool(seen.buttons))
    await (await person.forge(shown, f"1a:{product}")).answer()
    await person.write("/checkout")
    await kit.until(person, OrderState.OPEN)


@on_both
async def test_an_old_button_sells_at_today_s_price_and_not_without_saying_so(kit: Kit) -> None:
    """A price that rose since the cart was filled is shown first; the catalog's is charged."""
    alice = kit.person("Alice")
    await alice.start()
    old = await alice.wait_for(lambda seen: bool(seen.buttons))
    await (await alice.forge(old, "1a:tea")).answer()
    await _sell_for(kit, "15.00")

    await alice.write("/checkout")
    await alice.wait_for(lambda seen: "15.00" in seen.text)
    assert await kit.orders(alice) == ()
    await (await alice.forge(old, "1v")).answer()
    await alice.write("/checkout")
    order = await kit.until(alice, OrderState.OPEN)

    assert order.subtotal.minor == 1500
    assert kit.stripe.sessions[str(order.session_id)]["amount_total"] == 1500


async def _sell_for(kit: Kit, price: str) -> None:
    kit.settings.catalog.write_text(goods({"tea": 20, "mug": 1}, price), encoding="utf-8")
    async with asyncio.timeout(PATIENCE):
        while kit.shop.current.catalog.products[0].price.minor != int(float(price) * 100):  # noqa: ASYNC110 - asks the shelf
            await asyncio.sleep(0.02)


@on_both
async def test_a_removed_product_cannot_be_added_or_bought_any_more(kit: Kit) -> None:
    """A button of a product that left the catalog adds nothing, and its line cannot be bought."""
    alice = kit.person("Alice")
    await alice.start()
    old = await alice.wait_for(lambda seen: bool(seen.buttons))
    await (await alice.forge(old, "1a:mug")).answer()
    kit.settings.catalog.write_text(goods({"tea": 20}), encoding="utf-8")
    async with asyncio.timeout(PATIENCE):
        while len(kit.shop.current.catalog.products) != 1:  # noqa: ASYNC110 - asks the shelf
            await asyncio.sleep(0.02)

    await (await alice.forge(old, "1a:mug")).answer()
    await (await alice.forge(old, "1o")).answer()

    assert await kit.orders(alice) == ()
    view = await kit.shop.carts.view(ChatId(alice.id))
    assert view.quantity_of(LineKey(ProductId("mug"))) <= 1
    assert kit.stripe.sessions == {}


@on_both
async def test_a_double_tap_on_pay_is_one_order_and_one_session(kit: Kit) -> None:
    """Ten taps on checkout at the same moment: one open order, one link."""
    alice = kit.person("Alice")
    await alice.start()
    shown = await alice.wait_for(lambda seen: bool(seen.buttons))
    await (await alice.forge(shown, "1a:tea")).answer()

    taps = [await alice.forge(shown, "1o") for _ in range(10)]
    for tap in taps:
        await tap.answer()

    assert [order.state for order in await kit.orders(alice)] == [OrderState.OPEN]
    assert len(kit.stripe.sessions) == 1


@on_both
async def test_checkouts_of_one_chat_at_the_same_moment_are_one_order(tmp_path: Path) -> None:
    """Also where no turn is taken, as between members of a group: one order, one session."""
    async with open_counter(tmp_path) as counter:
        await counter.fill(ALICE)

        links = await asyncio.gather(*(counter.checkout(ALICE) for _ in range(10)))

        assert len({link.url for link in links}) == 1
        assert len(counter.stripe.sessions) == 1
        assert await counter.findings() == []


@on_both
async def test_control_without_the_look_and_the_index_a_chat_has_several_orders(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """CONTROL: where nobody looks for an unpaid order, the same taps place one each."""
    async with open_counter(tmp_path) as counter:
        await counter.fill(ALICE)
        await raw(counter.store, lambda db: db.execute("DROP INDEX orders_live"))
        monkeypatch.setattr(SqlOrders, "live_of", lambda *_: None)

        await asyncio.gather(*(counter.checkout(ALICE) for _ in range(10)))

        assert len(counter.stripe.sessions) == 10
        assert any("at most one unpaid" in finding for finding in await counter.findings())


@on_both
async def test_an_update_that_comes_twice_takes_effect_once(kit: Kit) -> None:
    """The same tap delivered five times, at once and later, adds one unit."""
    assert await _units_after_five_deliveries(kit) == 1


@on_both
async def test_control_where_no_update_is_remembered_each_delivery_counts(
    kit: Kit, monkeypatch: pytest.MonkeyPatch
) -> None:
    """CONTROL: with every update taken for a new one, the same tap adds five."""
    monkeypatch.setattr("bot.store.transaction.first_time", lambda *_: True)

    assert await _units_after_five_deliveries(kit) == 5


async def _units_after_five_deliveries(kit: Kit) -> int:
    alice = kit.person("Alice")
    await alice.start()
    await alice.wait_for(lambda seen: bool(seen.buttons))
    user = {"id": alice.id, "is_bot": False, "first_name": "Alice", "language_code": "en"}
    chat = {"id": alice.id, "type": "private", "first_name": "Alice"}
    message = {"message_id": 2, "date": 1_790_000_000, "chat": chat, "text": "-"}
    update = {
        "update_id": _FIRST,
        "callback_query": {
            "id": "1", "from": user, "chat_instance": "1", "data": "1a:tea", "message": message,
        },
    }  # fmt: skip

    await asyncio.gather(*(kit.running.chat.process(update) for _ in range(4)))
    await kit.running.chat.process(update)

    view = await kit.shop.carts.view(ChatId(alice.id))
    return view.quantity_of(LineKey(ProductId("tea")))


async def test_while_one_person_floods_the_others_are_served_and_nobody_is_banned(
    kit: Kit,
) -> None:
    """A thousand messages from one chat leave another chat served long before they are done."""
    alice, bob = kit.person("Alice"), kit.telegram.add_person("Bob")
    for _ in range(1000):
        await alice.write("spam")
    await bob.start()
    await bob.wait_for(lambda seen: bool(seen.buttons), timeout=PATIENCE)

    answered = [shown for shown in alice.messages() if shown.from_bot]
    assert len(answered) < 500
    async with asyncio.timeout(PATIENCE):
        while kit.telegram.world.updates.pending():  # noqa: ASYNC110 - asks the sandbox
            await asyncio.sleep(0.02)
    await alice.write("/cart")
    await alice.wait_for("Your cart is empty", timeout=PATIENCE)

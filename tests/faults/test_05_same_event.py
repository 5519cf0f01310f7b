"""Row 5: the same event a hundred times at once."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.domain.order import Order, OrderState
from bot.ports import MessageKind
from bot.store import inbox as inbox_table
from bot.store import orders as order_table
from kit.faults.counter import Counter, open_counter
from kit.faults.pages import open_pages

#: Every claim of this row holds on both engines.
pytestmark = pytest.mark.usefixtures("either_engine")

TIMES = 100


async def _paid_events(counter: Counter) -> tuple[Order, list[dict[str, object]]]:
    order = await counter.buy()
    await counter.stripe.pay(str(order.session_id))
    return order, counter.events_of("checkout.session.completed")


async def test_an_event_a_hundred_times_in_parallel_is_one_row_one_sale_one_receipt(
    tmp_path: Path,
) -> None:
    """The same event 100 times at once is stored once, sells once and is told once."""
    async with open_counter(tmp_path) as counter:
        order, (event,) = await _paid_events(counter)

        new = await asyncio.gather(*(counter.receive(event) for _ in range(TIMES)))
        await counter.act()

        assert sorted(new) == [False] * (TIMES - 1) + [True]
        assert (await counter.order(order.id)).state is OrderState.PAID
        assert await counter.free("tea") == 19
        assert [m.kind for m in await counter.told()] == [
            MessageKind.RECEIPT,
            MessageKind.OWNER_SALE,
        ]
        assert await counter.findings() == []


async def test_a_hundred_triggers_at_once_settle_once(tmp_path: Path) -> None:
    """100 ways back from the payment page at the same moment retrieve often and sell once."""
    async with open_counter(tmp_path) as counter:
        order, _ = await _paid_events(counter)

        settled = await asyncio.gather(
            *(counter.shop.settlement.by_token(order.token) for _ in range(TIMES))
        )

        assert {found.state for found in settled if found} == {OrderState.PAID}
        assert len(await counter.told(MessageKind.RECEIPT)) == 1
        assert await counter.free("tea") == 19
        assert await counter.findings() == []


async def test_control_without_the_conditional_update_it_is_told_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """CONTROL: with an update that asks for no state, the same triggers contradict themselves."""
    async with open_counter(tmp_path) as counter:
        order, _ = await _paid_events(counter)
        _take_the_guard_away(monkeypatch)

        settled = await asyncio.gather(
            *(counter.shop.settlement.by_token(order.token) for _ in range(3)),
            return_exceptions=True,
        )

        told = await counter.told(MessageKind.RECEIPT)
        assert len(told) > 1 or any(isinstance(one, BaseException) for one in settled)
        assert await counter.findings() != []


def _take_the_guard_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let any order move from any state, and its goods too."""
    bare = {
        key: statement and statement.partition(" AND state IN")[0]
        for key, statement in order_table._MOVES.items()
    }
    monkeypatch.setattr(order_table, "_MOVES", bare)
    monkeypatch.setattr("bot.shop.payment.settlement.move_goods", lambda *_: True)


async def test_control_without_the_event_s_key_each_copy_is_acted_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """CONTROL: where a known event is taken as new, all 100 say so."""
    put = inbox_table.SqlInbox.enqueue
    monkeypatch.setattr(inbox_table.SqlInbox, "enqueue", lambda self, event: put(self, event) or 1)
    async with open_counter(tmp_path) as counter:
        _, (event,) = await _paid_events(counter)

        new = await asyncio.gather(*(counter.receive(event) for _ in range(TIMES)))

        assert all(new)


async def test_every_one_of_a_hundred_webhooks_is_answered_with_success(tmp_path: Path) -> None:
    """100 parallel deliveries over HTTP are all answered 200, and one receipt goes out."""
    async with open_pages(tmp_path) as pages:
        kit, alice = pages.kit, pages.kit.person("Alice")
        await alice.start()
        _, event = await pages.paid_in_silence(alice)

        answers = await asyncio.gather(*(pages.post_event(event) for _ in range(TIMES)))
        await kit.until(alice, OrderState.PAID)
        await kit.drain()

        assert answers == [200] * TIMES
        assert sum("Paid. Thank you!" in shown.text for shown in alice.messages()) == 1
        assert (await pages.rows())["inbox"] == 1

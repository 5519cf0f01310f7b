"""Every rule finds what breaks it, names the order, and is silent otherwise."""

from __future__ import annotations

import pytest

from bot.domain.order import OrderState
from bot.ports import Transaction, Violation
from bot.store.invariants import MOST_TOLD, RULES
from kit.engines import AnyStore, raw
from kit.samples import (
    ALICE,
    NOW,
    attach,
    busy_shop,
    give_up,
    new_order,
    order_line,
    place,
    sell,
    stocked,
)

#: What breaks each rule, and the order that is named.
BREAKERS: dict[str, tuple[str, int | None]] = {
    "units held are those that movements held": ("UPDATE stock SET held = held + 1", None),
    "units sold since the last count are those that movements sold": (
        "UPDATE stock SET sold = sold + 1",
        None,
    ),
    "the count is the last one and what was restocked since": (
        "UPDATE stock SET counted = 7 WHERE id = 'beans'",
        None,
    ),
    "goods are returned when the last unit of their lines is": (
        "UPDATE order_lines SET returned = quantity WHERE order_id = 1001",
        1001,
    ),
    "no hold took more than was free": (
        "UPDATE stock_movements SET free_after = -1 WHERE order_id = 1001 AND kind = 'held'",
        1001,
    ),
    "an order's goods suit its state": ("UPDATE orders SET goods = 'held' WHERE id = 1001", 1001),
    "an order moved the units of its lines": (
        "DELETE FROM stock_movements WHERE order_id = 1001 AND kind = 'sold'",
        1001,
    ),
    "an order moved nothing else": (
        "UPDATE stock_movements SET stock_id = 'else' WHERE order_id = 1002 AND kind = 'held'",
        1002,
    ),
    "a chat has at most one unpaid order": (
        "DROP INDEX orders_live; UPDATE orders SET chat_id = 12 WHERE id = 1004",
        1004,
    ),
    "an order's lines add up to its subtotal": (
        "UPDATE order_lines SET quantity = 9 WHERE order_id = 1003",
        1003,
    ),
    "an order that is or was paid has a payment": (
        "UPDATE orders SET paid_total = NULL WHERE id = 1001",
        1001,
    ),
    "an open order has a Checkout Session": (
        "UPDATE orders SET session_id = NULL WHERE id = 1004",
        1004,
    ),
    "no more is refunded than was paid": (
        "UPDATE orders SET refunded = paid_total + 1, refunded_currency = 'eur' WHERE id = 1001",
        1001,
    ),
    "an order that ended has the time, and an undecided one has not": (
        "UPDATE orders SET ended_at = NULL WHERE id = 1002",
        1002,
    ),
    "Stripe is asked again about every order that may yet be paid and no other": (
        "UPDATE orders SET due_at = NULL WHERE id = 1003",
        1003,
    ),
    "a paid order has exactly one receipt": (
        "UPDATE outbox SET kind = 'link' WHERE kind = 'receipt' AND order_id = 1001",
        1001,
    ),
    "the oldest message that waits for a chat is the one that is due": (
        "UPDATE outbox SET due_at = NULL",
        None,
    ),
    "orders by state are counted right": ("UPDATE order_counts SET total = total + 1", None),
}


async def test_a_shop_that_did_everything_has_no_findings(store: AnyStore) -> None:
    """Sales, ends, counts, a refund and a return contradict each other nowhere."""
    await busy_shop(store)
    assert await store.findings() == ()


def test_every_rule_is_broken_by_a_test() -> None:
    """A rule that nothing breaks proves nothing."""
    assert set(BREAKERS) == set(RULES)


@pytest.mark.parametrize("rule", RULES)
async def test_what_breaks_a_rule_is_found(store: AnyStore, rule: str) -> None:
    """The finding names the rule and the order."""
    await busy_shop(store)
    damage, order_id = BREAKERS[rule]
    for statement in damage.split("; "):
        await raw(store, lambda db, sql=statement: db.execute(sql).rowcount)
    found = [finding for finding in await store.findings() if finding.rule == rule]
    assert {finding.order_id for finding in found} == {order_id}


async def test_a_late_payment_that_the_owner_accepted_is_no_contradiction(
    store: AnyStore,
) -> None:
    """Its goods were free already when the money came."""
    await stocked(store)

    def work(tx: Transaction) -> None:
        order = place(tx, new_order(lines=(order_line(quantity=1),)))
        attach(tx, order)
        give_up(tx, order, OrderState.EXPIRED)
        assert tx.orders.transition(order.id, OrderState.REVIEW, now=NOW, reason="ended")

    await store.write(work)
    assert await store.findings() == ()


async def test_a_flood_of_findings_is_told_in_part(store: AnyStore) -> None:
    """One broken rule does not fill the screen."""
    await stocked(store, 1000)
    await store.write(lambda tx: [sell(tx, ALICE) for _ in range(MOST_TOLD + 5)])
    await raw(store, lambda db: db.execute("DELETE FROM outbox").rowcount)
    found = await store.findings()
    assert len(found) == MOST_TOLD
    assert found[0] == Violation(
        "a paid order has exactly one receipt", found[0].order_id, "has 0 receipts"
    )

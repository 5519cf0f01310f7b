"""The state machine over everything that can happen to an order, sampled."""

from __future__ import annotations

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from kit.faults.machine import ShopMachine

#: Runs here and steps of each; the bench takes 100,000 steps. A schema for each run takes its time.
SIZES = {"sqlite": (20, 40), "postgres": (5, 30)}


def test_whatever_happens_in_whatever_order_nothing_contradicts_itself(either_engine: str) -> None:
    """Buy, pay, expire, cancel, refund, duplicate, reorder, restart, jump, edit: it adds up."""
    before, (runs, steps) = ShopMachine.steps, SIZES[either_engine]

    run_state_machine_as_test(
        ShopMachine,
        settings=settings(
            max_examples=runs,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate],
        ),
    )

    assert ShopMachine.steps - before >= runs * 5

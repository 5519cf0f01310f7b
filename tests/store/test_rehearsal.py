"""The rehearsal that the shop's tests stand on: it finds works that may not be done again."""

from __future__ import annotations

import pytest

from bot.domain.errors import RefusedError
from bot.ports import Transaction
from kit.engines import AnyStore
from kit.rehearsal import rehearsing


@pytest.mark.once
async def test_a_work_that_touches_what_is_outside_it_is_found(store: AnyStore) -> None:
    """A counter outside the transaction runs on, and with it what the work returns."""
    outside: list[int] = []

    def careless(tx: Transaction) -> int:
        outside.append(1)
        tx.notes.set("n", str(len(outside)))
        return len(outside)

    with rehearsing() as differing:
        assert await store.write(careless) == 2
    assert [name.rpartition(".")[2] for name in differing] == ["careless"]


@pytest.mark.once
async def test_a_work_that_keeps_to_its_transaction_leaves_one_trace(store: AnyStore) -> None:
    """It ran twice and is there once; one that refuses, refuses twice and leaves none."""
    runs = 0

    def count(tx: Transaction) -> str:
        nonlocal runs
        runs += 1
        number = int(tx.notes.get("n") or 0) + 1
        tx.notes.set("n", str(number))
        return str(number)

    def refuse(tx: Transaction) -> None:
        tx.notes.set("n", "9")
        raise RefusedError("checkout.changed")

    with rehearsing() as differing:
        assert await store.write(count) == "1"
        with pytest.raises(RefusedError):
            await store.write(refuse)
    assert (runs, differing) == (2, [])
    assert await store.read(lambda tx: tx.notes.get("n")) == "1"

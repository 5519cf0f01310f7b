"""Row 47: PostgreSQL is killed in the middle of a purchase, and starts again."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.domain.order import OrderState
from bot.ports import MessageKind
from bot.store import postgres
from bot.store.postgres.pipeline import PipelinedConnection
from kit.engines import AnyStore
from kit.faults.counter import Counter, open_counter
from kit.postgres import PostgresServer, running_server

#: The commits of a purchase that the server dies before or after, as shares of all.
SHARES = (0.1, 0.4, 0.7, 0.95)


class _Killer:
    """Kills the server at one commit of a shop, and has it back at once."""

    def __init__(self, server: PostgresServer) -> None:
        self._server = server
        self.commits = 0
        self.fatal: tuple[int, str] | None = None
        self.deaths = 0

    def at(self, when: str) -> None:
        """Pass a commit; the server dies where this is the one."""
        if (self.commits, when) == self.fatal:
            self._server.stop(signal.SIGQUIT)
            self._server.start()
            self.deaths += 1


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    """A server of these tests' own."""
    with running_server() as one:
        yield one


@pytest.fixture
def killer(server: PostgresServer, monkeypatch: pytest.MonkeyPatch) -> _Killer:
    """Counters open on the server, and each of their commits can be the one."""
    one = _Killer(server)
    schemas: dict[Path, str] = {}
    real = PipelinedConnection.commit

    async def open_on_server(database: Path) -> AnyStore:
        if database not in schemas:
            schemas[database] = server.new_schema()
        return await postgres.open_store(schemas[database])

    def commit(connection: PipelinedConnection) -> None:
        one.commits += 1
        one.at("before")
        real(connection)
        one.at("after")

    monkeypatch.setattr(Counter, "open_database", staticmethod(open_on_server))
    monkeypatch.setattr(PipelinedConnection, "commit", commit)
    return one


async def _buys(counter: Counter) -> None:
    """Order, pay, hear of it, and find all as it should be: paid once, with one receipt."""
    order = await counter.buy()
    await counter.stripe.pay(str(order.session_id))
    await counter.receive(counter.events_of("checkout.session.completed")[0])
    await counter.act()
    await counter.reconcile()

    assert (await counter.order(order.id)).state is OrderState.PAID
    assert len(await counter.told(MessageKind.RECEIPT)) == 1
    assert await counter.findings() == []
    assert await counter.free("tea") == 19


async def test_the_server_killed_at_a_commit_of_a_purchase_costs_nobody_anything(
    killer: _Killer, tmp_path: Path
) -> None:
    """Killed before a commit or after it, and back: the purchase goes on by itself, paid once."""
    for name in ("whole", *(f"{share}-{when}" for share in SHARES for when in ("before", "after"))):
        (tmp_path / name).mkdir()
    async with open_counter(tmp_path / "whole") as counter:
        opened = killer.commits
        await _buys(counter)
    total = killer.commits - opened
    assert total > 6
    for share in SHARES:
        for when in ("before", "after"):
            async with open_counter(tmp_path / f"{share}-{when}") as counter:
                killer.fatal = killer.commits + max(1, round(total * share)), when
                await _buys(counter)
    assert killer.deaths == 2 * len(SHARES)

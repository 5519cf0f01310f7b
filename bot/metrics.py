"""Figures for Prometheus: what was counted while running, and what the database says when asked.

Labels are of few values; no chat, order or person stands in one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from bot.domain.money import Money
from bot.domain.order import UNDECIDED, OrderState
from bot.ports import Clock, Lease, LeaseName, ServerFacts, Store, Transaction

#: Upper bounds in seconds: a tap is felt from a tenth of a second on.
_BUCKETS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True, slots=True)
class _Standing:
    """What the database says; ages in seconds."""

    orders: Mapping[OrderState, int]
    outbox_depth: int
    outbox_age: int
    overdue: int
    leases: tuple[Lease, ...]


class Metrics:
    """Counts, and writes itself out; implements `bot.ports.Meter`."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        #: Since when the reconciler gets no answer; None: the last one came.
        self._silent_since: int | None = None
        self._registry = CollectorRegistry()
        kept = self._registry
        self._updates = Histogram(
            "shop_update_seconds",
            "From an update's arrival to its end.",
            buckets=_BUCKETS,
            registry=kept,
        )
        self._telegram = Counter(
            "shop_telegram_calls", "Calls to the Bot API by outcome.", ["outcome"], registry=kept
        )
        self._outcomes: dict[str, Counter] = {}  # looked up at every call, twice a tap
        self._stripe = Counter(
            "shop_stripe_calls", "Calls to Stripe by outcome.", ["outcome"], registry=kept
        )
        self._revenue = Counter(
            "shop_revenue_minor",
            "Paid since the start, in minor units.",
            ["currency"],
            registry=kept,
        )
        self._orders = Gauge("shop_orders", "Orders by state.", ["state"], registry=kept)
        self._depth = Gauge("shop_outbox_messages", "Messages that wait.", registry=kept)
        self._age = Gauge("shop_outbox_age_seconds", "Age of the oldest that waits.", registry=kept)
        self._lag = Gauge(
            "shop_reconciler_lag_seconds",
            "How long an undecided order is overdue, or Stripe has not told of any.",
            registry=kept,
        )

        self._of_server = CollectorRegistry()
        theirs = self._of_server
        self._replays = Counter(
            "shop_store_replays", "Works done again for another one.", registry=theirs
        )
        self._told_replays = 0
        self._processes = Gauge("shop_processes", "The shop's processes.", registry=theirs)
        self._leases = Gauge("shop_lease", "1: held here.", ["name"], registry=theirs)
        self._schema = Gauge("shop_schema", "Number of the last migration.", registry=theirs)
        self._behind = Gauge(
            "shop_standby_lag_seconds", "The server's stand-bys.", ["name"], registry=theirs
        )
        self._durable = Gauge(
            "shop_synchronous_commit",
            "1 by the server's setting; waits: whether a stand-by is waited for.",
            ["setting", "waits"],
            registry=theirs,
        )

    def update_served(self, seconds: float) -> None:
        """Count an update and how long it took, waiting for its chat's turn included."""
        self._updates.observe(seconds)

    def telegram_called(self, outcome: str) -> None:
        """Count a call to Telegram: its status, or ``timeout`` or ``broken``."""
        counter = self._outcomes.get(outcome)
        if counter is None:
            counter = self._outcomes[outcome] = self._telegram.labels(outcome)
        counter.inc()

    def stripe_called(self, outcome: str) -> None:
        """Count a call to Stripe: ``answered``, ``refused`` or ``unanswered``."""
        self._stripe.labels(outcome).inc()

    def paid(self, total: Money) -> None:
        """Count what was paid."""
        self._revenue.labels(total.currency).inc(total.minor)

    def reconciled(self, *, answered: bool) -> None:
        """Note whether Stripe told the reconciler how an order stands."""
        if answered:
            self._silent_since = None
        elif self._silent_since is None:
            self._silent_since = self._clock.now()

    def _lag_of(self, standing: _Standing, now: int) -> int:
        """Return for how many seconds some undecided order has been overdue or not answered."""
        if not any(standing.orders.get(state) for state in UNDECIDED):
            self._silent_since = None
        silent = 0 if self._silent_since is None else now - self._silent_since
        return max(standing.overdue, silent)

    async def write(self) -> bytes:
        """Return everything in Prometheus' text format.

        Raises:
            TransientError: the database cannot be read.
        """
        now = self._clock.now()

        def look(tx: Transaction) -> _Standing:
            return _Standing(
                orders=tx.books.count_by_state(),
                outbox_depth=tx.outbox.depth(),
                outbox_age=max(0, now - (tx.outbox.oldest() or now)),
                overdue=max(0, now - (tx.orders.next_due() or now)),
                leases=tx.leases.all(),
            )

        standing = await self._store.read(look)
        server = await self._store.server()
        for state in OrderState:
            self._orders.labels(state.value).set(standing.orders.get(state, 0))
        self._depth.set(standing.outbox_depth)
        self._age.set(standing.outbox_age)
        self._lag.set(self._lag_of(standing, now))
        kept = generate_latest(self._registry)
        if server is None:
            return kept
        self._set_server(server, standing.leases, now)
        return kept + generate_latest(self._of_server)

    def _set_server(self, server: ServerFacts, leases: Sequence[Lease], now: int) -> None:
        """Set what a shop on a file has not."""
        replays = self._store.replays
        self._replays.inc(replays - self._told_replays)
        self._told_replays = replays
        self._processes.set(len(server.processes))
        mine = {one.name for one in leases if one.holder == self._store.process and one.until > now}
        for name in LeaseName:
            self._leases.labels(name.value).set(name.value in mine)
        self._schema.set(server.schema)
        self._behind.clear()
        for one in server.standbys:
            if one.lag is not None:
                self._behind.labels(one.name).set(one.lag)
        self._durable.clear()
        self._durable.labels(server.synchronous_commit, str(server.waits).lower()).set(1)

"""What an operator is told about the database's server: its processes, stand-bys and pooler."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from bot.doctor.health import Remark, fault, fine, note
from bot.ports import Lease, ServerFacts

#: A stand-by that is further behind than this, in seconds, is no help when the server dies.
_FAR_BEHIND: Final = 60.0
#: As docs/operating.md asks for. By PostgreSQL's default of 2 neighbouring carts conflict.
_PAGE_LOCKS: Final = 64


def judge_server(
    facts: ServerFacts, leases: Sequence[Lease], now: int, *, shared: bool
) -> Iterator[Remark]:
    """Say how the server stands.

    Args:
        facts: As it tells them.
        leases: All that stand in the database.
        now: Seconds UTC.
        shared: Whether a pooler gives a connection to others between two transactions.
    """
    yield fine("server", version=facts.version, schema=facts.schema)
    if shared:
        yield fault("pooler_shares")
    if facts.page_locks < _PAGE_LOCKS:
        yield note("page_locks", n=facts.page_locks, good=_PAGE_LOCKS)
    if facts.processes:
        names = ", ".join(facts.processes)
        yield fine("processes", n=len(facts.processes), names=names)
        held = sorted(lease.name for lease in leases if lease.until > now)
        yield fine("leases", names=", ".join(held)) if held else note("leases_none")
    yield from _standbys(facts)


def _standbys(facts: ServerFacts) -> Iterator[Remark]:
    setting = facts.synchronous_commit
    if not facts.standbys:
        if facts.waits:
            yield fault("standby_missing", names=facts.awaited)
        else:
            yield note("standby_none", setting=setting)
        return
    if not facts.waits:
        yield note("standby_not_awaited", setting=setting)
    for one in facts.standbys:
        if one.lag is None:
            yield note("standby_unread", name=one.name)
        elif one.lag > _FAR_BEHIND:
            yield fault("standby_behind", name=one.name, seconds=round(one.lag))
        else:
            yield fine("standby", name=one.name, seconds=round(one.lag, 1), setting=setting)

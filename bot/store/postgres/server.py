"""What a server tells of itself: who runs on it, and what waits for its stand-bys."""

from __future__ import annotations

from bot.ports import ServerFacts, Standby
from bot.store.postgres.connection import PostgresConnection
from bot.store.postgres.lock import holders
from bot.store.postgres.schema import version

_SETTINGS = (
    "SELECT current_setting('server_version'),"
    " cast(current_setting('max_pred_locks_per_page') AS integer),"
    " current_setting('synchronous_commit'), current_setting('synchronous_standby_names')"
)
#: Columns are empty for whoever may not read them (PostgreSQL's role pg_monitor may).
_STANDBYS = (
    "SELECT application_name, sync_state IN ('sync', 'quorum'),"
    " cast(extract(epoch FROM coalesce(replay_lag, interval '0')) AS float8), state"
    " FROM pg_stat_replication ORDER BY application_name"
)


def server_facts(connection: PostgresConnection) -> ServerFacts:
    """Return what a server says of itself to whoever is in no transaction, or in one that reads."""
    settings = connection.execute(_SETTINGS).fetchone()
    standbys = tuple(
        Standby(row[0] or "?", row[1], None if row[3] is None else row[2])
        for row in connection.execute(_STANDBYS)
    )
    return ServerFacts(
        version=settings[0],
        schema=version(connection),
        processes=holders(connection),
        page_locks=settings[1],
        synchronous_commit=settings[2],
        awaited=settings[3],
        standbys=standbys,
    )

"""What a server tells of itself: who runs on it, what waits for its stand-bys, what stands between.

A pooler is found by what it does, since none of them says its name.
"""

from __future__ import annotations

from contextlib import closing

import psycopg

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
#: Milliseconds in which a pooler with one connection in all must have given it to somebody else.
_PATIENCE = 2000


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


def shares_connections(url: str) -> bool:
    """Return whether a pooler gives a connection to somebody else between two transactions.

    What one has prepared is asked of it again while another is amid a transaction, and so has the
    connection that the first one used.
    """
    with closing(PostgresConnection(url)) as ours, closing(PostgresConnection(url)) as other:
        ours.command("PREPARE shop_probe AS SELECT 1")
        other.command("BEGIN; SELECT 1")
        try:
            ours.command(f"SET statement_timeout = {_PATIENCE}")
            ours.command("EXECUTE shop_probe")
        except (psycopg.errors.InvalidSqlStatementName, psycopg.OperationalError):
            return True
    return False

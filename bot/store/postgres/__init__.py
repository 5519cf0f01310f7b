"""The engine that is PostgreSQL: a server, some connections, works that are replayed on a conflict.

Needs psycopg, which the extra ``postgres`` brings.
"""

from bot.store.postgres.database import PostgresDatabase
from bot.store.postgres.store import PostgresStore, open_store

__all__ = ["PostgresDatabase", "PostgresStore", "open_store"]

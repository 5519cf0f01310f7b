"""Rolling upgrades: a process of the version before and one of the next sell side by side."""

from __future__ import annotations

import shutil
from contextlib import closing
from pathlib import Path

from bot.store.postgres.connection import PostgresConnection
from bot.store.sqlite.schema import migrations
from kit import ROOT
from kit.faults.nursery import open_nursery
from kit.faults.pair import open_pair
from kit.postgres import PostgresServer

_TOMORROW = """ALTER TABLE orders ADD COLUMN gift TEXT;
ALTER TABLE chats ADD COLUMN gifts INTEGER NOT NULL DEFAULT 0;
CREATE TABLE gifts (name TEXT PRIMARY KEY, price INTEGER NOT NULL) STRICT;
"""


def _next_version(folder: Path) -> int:
    """Make a program with one migration more, and return that one's number."""
    shutil.copytree(ROOT / "bot", folder / "bot", ignore=shutil.ignore_patterns("__pycache__"))
    number = len(migrations()) + 1
    path = folder / "bot" / "store" / "sqlite" / "migrations" / f"{number:04d}_tomorrow.sql"
    path.write_text(_TOMORROW, encoding="utf-8")
    return number


async def test_an_old_and_a_new_version_sell_side_by_side(
    tmp_path: Path, postgres_server: PostgresServer
) -> None:
    """The new one migrates while the old one sells; buyers are served by both, and then again.

    Nothing is amiss afterwards, and the old one ends well.
    """
    program, shop = tmp_path / "program", tmp_path / "shop"
    shop.mkdir()
    number, url = _next_version(program), postgres_server.new_schema()
    async with (
        open_nursery(program) as new,
        open_nursery() as old,
        open_pair((new, old), shop, url) as pair,
    ):
        for comes_back in (True, False, True):
            outcome = await pair.purchase(None, comes_back=comes_back)
            assert outcome.faults() == []
            assert "after COMMIT" in outcome.points
        with closing(PostgresConnection(url)) as connection:
            assert connection.command("SELECT max(version) FROM shop_schema") == str(number)

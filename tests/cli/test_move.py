"""The move command: what it prints, and what the old database is good for afterwards."""

from __future__ import annotations

import os
import re
from pathlib import Path

from bot.store.sqlite import open_store
from kit import KEY, TOKEN
from kit.postgres import PostgresServer
from kit.samples import busy_shop
from tests.cli.conftest import Bot


async def test_a_shop_moves_and_everybody_who_asks_the_old_one_is_told_where(
    bot: Bot, tmp_path: Path, postgres_server: PostgresServer
) -> None:
    """Said in a line each, without the password; `run` ends with what no new start mends."""
    async with await open_store(tmp_path / "shop.sqlite3") as store:
        await busy_shop(store)
    url = postgres_server.new_schema().replace("shop@", "shop:Passw0rd@")
    keys = {"telegram_bot_token": TOKEN, "stripe_api_key": KEY}
    moved = await bot("move", "shop.sqlite3", url)
    again = await bot("move", "shop.sqlite3", url)
    run = await bot("run", **keys)
    over = await bot("run", "--start-over", **keys)
    doctor = await bot(
        "doctor", **keys, telegram_api_url="http://127.0.0.1:1", stripe_api_url="http://127.0.0.1:1"
    )
    export = await bot("export", "--database", "shop.sqlite3")
    backup = await bot("backup", "copy.sqlite3", "--database", "shop.sqlite3")
    here = await bot("export", "--database", url, "--all")

    schema = url.partition("?")[2]
    where = f"postgresql://127.0.0.1:{postgres_server.port}/postgres?{schema}"
    assert moved.code == 0, moved.text
    assert f"The shop is now in {where}: 5 orders, and every row was compared (" in moved.err
    told = f"The shop has moved to {where}: set DATABASE to that."
    assert [told in one.text for one in (again, run, over, doctor, export, backup)] == [True] * 6
    assert [one.code for one in (again, run, over, doctor, export, backup)] == [1, 78, 78, 1, 1, 1]
    assert [one for one in os.listdir(tmp_path) if re.match(r"shop.*3$", one)] == ["shop.sqlite3"]  # noqa: PTH208
    assert here.out.count(b"\n") == 6
    everything = (moved, again, run, over, doctor, export, backup, here)
    assert "Passw0rd" not in "".join(one.text for one in everything)


async def test_what_cannot_move_is_told_in_a_line(bot: Bot) -> None:
    """With what would be right; nothing is made."""
    odd = await bot("move", "shop.sqlite3", "mysql://there")
    alike = await bot("move", "a.sqlite3", "b.sqlite3")
    missing = await bot("move", "none.sqlite3", "postgresql://127.0.0.1:1/shop")

    assert [one.code for one in (odd, alike, missing)] == [1, 1, 1]
    assert odd.err.startswith("TO is not the address of a PostgreSQL server")
    assert alike.err.startswith("A shop moves between a file and a PostgreSQL server.")
    assert missing.err.startswith("There is no database at ")

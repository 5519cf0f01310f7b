"""What the doctor and the figures say of a PostgreSQL server."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import aiohttp
import psycopg
import pytest

from bot.doctor.server import judge_server
from bot.domain.errors import UnfitError
from bot.ports import Lease, ServerFacts, Standby
from bot.store import move
from bot.store.postgres import PostgresDatabase
from bot.store.postgres.lock import shares_connections
from kit import ROOT, free_port, open_kit
from kit.patience import PATIENCE
from kit.postgres import PostgresServer
from tests.cli.doctor_kit import examined, faults

TOKEN = "a-token-of-enough-length"


def _said(
    *standbys: Standby,
    commit: str = "on",
    awaited: str = "",
    shared: bool = False,
    page_locks: int = 64,
) -> list[str]:
    facts = ServerFacts("15.1", 26, ("a", "b"), page_locks, commit, awaited, standbys)
    leases = [Lease("poller", "a", 100), Lease("menu", "a", 7)]
    remarks = list(judge_server(facts, leases, 50, shared=shared))
    assert [one.params for one in remarks if one.key == "leases"] == [{"names": "poller"}]
    return [f"{one.weight} {one.key}" for one in remarks if one.key not in {"leases", "processes"}]


@pytest.mark.parametrize(
    ("standbys", "settings", "told"),
    [
        ((), {}, ["note standby_none"]),
        ((), {"awaited": "*"}, ["fault standby_missing"]),
        ((), {"awaited": "*", "commit": "local"}, ["note standby_none"]),
        ((Standby("b", True, 0.2),), {"awaited": "*"}, ["fine standby"]),
        ((Standby("b", False, 0.2),), {}, ["note standby_not_awaited", "fine standby"]),
        ((Standby("b", True, 61.0),), {"awaited": "*"}, ["fault standby_behind"]),
        ((Standby("b", True, None),), {"awaited": "*"}, ["note standby_unread"]),
        ((), {"shared": True}, ["fault pooler_shares", "note standby_none"]),
        ((), {"page_locks": 2}, ["note page_locks", "note standby_none"]),
    ],
)
def test_each_way_a_server_may_stand_has_its_words(
    standbys: tuple[Standby, ...], settings: dict[str, str], told: list[str]
) -> None:
    """A fault where nothing can be sold or two shops could run; a note where sales may be lost."""
    assert _said(*standbys, **settings) == ["fine server", *told]  # type: ignore[arg-type]


async def test_doctor_and_figures_tell_of_processes_leases_and_stand_bys(
    tmp_path: Path, postgres_server: PostgresServer
) -> None:
    """Of a shop that runs on a server: who runs, what is taken, that no stand-by follows.

    The guide explains every figure.
    """
    url = postgres_server.new_schema()
    async with open_kit(tmp_path, database=url, metrics_token=TOKEN) as kit:
        await kit.person("Marta").start()
        _, lines = await examined(kit.settings)
        headers = {"Authorization": f"Bearer {TOKEN}"}
        async with (
            aiohttp.ClientSession(headers=headers) as session,
            session.get(f"{kit.running.web_url}/metrics") as answer,
        ):
            figures = (await answer.text()).splitlines()

    assert faults(lines) == []
    assert [line for line in lines if "PostgreSQL 1" in line and "its schema is" in line]
    assert [line for line in lines if line.startswith("✓ 1 process runs: shop process ")]
    assert [line for line in lines if line.startswith("· No standby follows the server")]
    assert "shop_processes 1.0" in figures
    assert "shop_store_replays_total 0.0" in figures
    assert 'shop_synchronous_commit{setting="on",waits="false"} 1.0' in figures
    assert 'shop_lease{name="poller"} 1.0' in figures
    kinds = {line.split()[2] for line in figures if line.startswith("# TYPE ")}
    guide = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
    assert [kind for kind in kinds if f"`{kind}`" not in guide and "_created" not in kind] == []


@contextmanager
def _pooler(server: PostgresServer, folder: Path, mode: str) -> Iterator[str]:
    """Run PgBouncer before a server."""
    port = free_port()
    (folder / "pgbouncer.ini").write_text(
        f"[databases]\n* = host=127.0.0.1 port={server.port} user=shop\n[pgbouncer]\n"
        f"listen_addr = 127.0.0.1\nlisten_port = {port}\nauth_type = any\nunix_socket_dir =\n"
        f"pool_mode = {mode}\nignore_startup_parameters = options,extra_float_digits\n",
        encoding="utf-8",
    )
    as_nobody = ["-u", "nobody"] if os.geteuid() == 0 else []  # root it refuses
    process = subprocess.Popen(  # noqa: S603 - Debian's program, our words
        ["pgbouncer", "-q", *as_nobody, str(folder / "pgbouncer.ini")],  # noqa: S607 - as above
        stderr=subprocess.DEVNULL,
    )
    try:
        url = server.url.replace(f":{server.port}/", f":{port}/")
        until = time.monotonic() + PATIENCE
        while True:
            try:
                psycopg.connect(url).close()
            except psycopg.OperationalError:
                assert time.monotonic() < until
                time.sleep(0.05)
            else:
                break
        yield url
    finally:
        process.terminate()
        process.wait()


@pytest.fixture
def pooled(
    mode: str, tmp_path_factory: pytest.TempPathFactory, postgres_server: PostgresServer
) -> Iterator[str]:
    """The address of a server behind PgBouncer."""
    if shutil.which("pgbouncer") is None:
        missing = pytest.fail if os.environ.get("SHOP_REQUIRE_ALL") == "1" else pytest.skip
        missing("PgBouncer is not installed (apt-get install pgbouncer)")
    with _pooler(postgres_server, tmp_path_factory.mktemp("pooler"), mode) as url:
        yield url


@pytest.mark.parametrize("mode", ["transaction"])
def test_no_shop_runs_or_moves_behind_a_pooler_that_shares_connections(
    pooled: str, tmp_path: Path, postgres_server: PostgresServer
) -> None:
    """By transaction it keeps no lock of a session: a shop could move away while it sells."""
    assert shares_connections(pooled)
    for alone in (False, True):
        refused = pytest.raises(UnfitError, match="pool_mode = session")
        with refused, PostgresDatabase(pooled).lock(alone=alone):
            pass
    with pytest.raises(UnfitError, match="pool_mode = session"):
        move(pooled, str(tmp_path / "shop.sqlite3"))
    assert not list(tmp_path.iterdir())
    assert not shares_connections(postgres_server.url)


@pytest.mark.parametrize("mode", ["session"])
def test_control_behind_a_pooler_that_shares_none_a_shop_runs(pooled: str) -> None:
    """CONTROL: by session it is as if it was not there."""
    assert not shares_connections(pooled)
    with PostgresDatabase(pooled).lock():
        pass

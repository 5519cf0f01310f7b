"""What holds for every test run: it ends, and says what was left open."""

from __future__ import annotations

import math
import os
import shutil
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from bot.chat import charts
from kit.patience import PATIENCE
from kit.postgres import Schemas, binaries, running_server
from kit.rehearsal import rehearsing

# How long an example takes says something about the machine, and speed is the bench's business.
settings.register_profile("shop", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("shop")


def pytest_configure() -> None:
    """Keep the tests' files in memory where there is room.

    Thousands of databases would wait for a disk at each commit, and no test takes the power away.
    """
    memory = Path("/dev/shm")  # noqa: S108 - fresh folders are made in it
    if memory.is_dir() and shutil.disk_usage(memory).free > _ROOM:
        os.environ.setdefault("TMPDIR", str(memory))
        tempfile.tempdir = None  # pytest has asked already: looked up anew


def pytest_xdist_auto_num_workers() -> int | None:
    """Take half as many workers again as there are cores.

    With one for each, they stood idle for a third of the time: tests wait for processes, servers
    and browsers.
    """
    if "PYTEST_XDIST_AUTO_NUM_WORKERS" in os.environ:
        return None
    return math.ceil(1.5 * (os.cpu_count() or 1))


@pytest.fixture(scope="session", autouse=True)
def charts_have_time() -> Iterator[None]:
    """Let an owner's chart take as long as a test waits; a busy shop answers without one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(charts, "_PATIENCE", PATIENCE)
        yield


@pytest.fixture(autouse=True)
def every_work_can_be_done_again(request: pytest.FixtureRequest) -> Iterator[None]:
    """Undo each work and run it again, as a store does where another one was in the way."""
    if request.node.get_closest_marker("once"):
        yield
        return
    with rehearsing() as differing:
        yield
    assert differing == []


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Schemas]:
    """A PostgreSQL server, this run's own or a given one; tests that need one end here without."""
    if there := os.environ.get("SHOP_TEST_POSTGRES"):
        schemas = Schemas(there)
        yield schemas
        schemas.drop()
        return
    if binaries() is None:
        why = "no PostgreSQL: Debian's package `postgresql` brings it"
        (pytest.fail if os.environ.get("SHOP_REQUIRE_ALL") == "1" else pytest.skip)(why)
    with running_server() as server:
        yield server


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Remember how the run ended, for the last step below."""
    session.config.stash[_ENDED] = int(exitstatus)


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    """End though a test that failed midway left a database open.

    An aiosqlite connection that is not closed holds the process at its exit for ever; a failed run
    must say so and end.
    """
    left = [one.name for one in threading.enumerate() if "_connection_worker_thread" in one.name]
    if left:
        sys.stdout.flush()
        sys.stderr.write(f"left open at the end: {', '.join(left)}\n")
        sys.stderr.flush()
        os._exit(config.stash.get(_ENDED, 1))


#: Bytes that a whole run has at most at one time, and then some.
_ROOM = 4 * 1024**3
_ENDED = pytest.StashKey[int]()

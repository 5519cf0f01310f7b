"""The doctor ends, whoever does not answer it, and says who that was."""

from __future__ import annotations

import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from bot.cli import doctor
from bot.store.postgres.connection import PostgresConnection
from kit import RunningClock, open_kit
from kit.engines import open_at
from kit.patience import PATIENCE
from kit.postgres import Schemas
from shop_sandbox.faults import Fault
from tests.cli.conftest import ROOT
from tests.cli.doctor_kit import examined, faults

_LEFT = """
import asyncio, os, sys
from bot.__main__ import _end, _run_loop

def look_up():
    sys.stdin.read()
    os.write(1, b"waited for\\n")

async def look():
    asyncio.get_running_loop().run_in_executor(None, look_up)
    sys.stdout.write("said\\n")
    {end}

_run_loop(look())
"""


async def test_a_service_that_keeps_on_is_left_and_the_rest_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Telegram, then Stripe: each of their answers may be in time, and all of them not be."""
    monkeypatch.setattr(doctor, "_SERVICE", 0.5)
    async with open_kit(tmp_path, clock=RunningClock()) as kit:
        for call in ("getMe", "GET /v1/account*"):
            kit.site.faults.add(Fault(call, "hang", times=None))
        sound, lines = await examined(kit.settings)
        kit.site.faults.lift()

    assert not sound
    assert [one.partition(" s.")[0] for one in faults(lines)] == [
        "Telegram could not be asked: no answer within 0.5",
        "Stripe could not be asked: no answer within 0.5",
    ]
    assert "✓ The database is intact, and nothing in it contradicts itself." in lines


async def test_a_database_that_does_not_answer_is_told(
    tmp_path: Path, postgres_server: Schemas, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another program has a table of it locked, say."""
    monkeypatch.setattr(doctor, "_DATABASE", 0.5)
    url = postgres_server.new_schema()
    await (await open_at(url)).close()
    async with open_kit(tmp_path, clock=RunningClock()) as kit:
        settings = kit.settings.model_copy(update={"database": url})
        with closing(PostgresConnection(url)) as other:
            other.command("BEGIN; LOCK TABLE orders IN ACCESS EXCLUSIVE MODE")
            sound, lines = await examined(settings)

    assert not sound
    assert "The database cannot be read right now: no answer within 0.5 s." in faults(lines)[-1]


@pytest.mark.parametrize(
    ("end", "printed"),
    [("_end(3)", ["said"]), ("pass", ["said", "waited for"])],
    ids=["ended", "control"],
)
def test_the_process_does_not_wait_for_a_look_up_that_hangs(end: str, printed: list[str]) -> None:
    """What was said is all there, and the status. CONTROL: an event loop's own end waits."""
    with subprocess.Popen(  # noqa: S603 - our own words
        [sys.executable, "-c", _LEFT.format(end=end)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT,
    ) as process:  # fmt: skip
        assert process.stdin
        assert process.stdout
        if end == "pass":
            process.stdin.close()
        out = process.stdout.read()
        code = process.wait(PATIENCE)
    assert sorted(out.splitlines()) == printed
    assert code == (0 if end == "pass" else 3)

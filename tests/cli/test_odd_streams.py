"""Commands whose input is closed or whose output takes nothing: a line at most, no traceback."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import aiohttp

from kit import free_port
from kit.patience import PATIENCE
from shop_sandbox.site import SandboxSite
from tests.cli.conftest import ROOT, Bot
from tests.cli.process import settings_for


def _environment(**more: str) -> dict[str, str]:
    base = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "LANG": "en_GB.UTF-8"}
    return base | {name.upper(): value for name, value in more.items()}


def _bot(*arguments: str, folder: Path, **streams: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", "bot", *arguments],
        cwd=folder,
        env=_environment(),
        text=True,
        timeout=PATIENCE,
        check=False,
        **streams,
    )


def test_init_asks_nothing_where_its_input_is_closed(tmp_path: Path) -> None:
    """As some installers start programs: it is no terminal, and the folder is made."""
    done = _bot(
        "init", "mine", folder=tmp_path, capture_output=True, preexec_fn=lambda: os.close(0)
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "mine" / ".env").is_file()


def test_a_full_disk_under_the_output_is_told_in_a_line() -> None:
    """``check > file`` there: exit code 74 and why."""
    with Path("/dev/full").open("w") as full:
        done = _bot("check", folder=ROOT, stdout=full, stderr=subprocess.PIPE)

    assert done.returncode == os.EX_IOERR
    assert done.stderr == ("The system refused: No space left on device. Fix that and try again.\n")


async def test_a_demo_says_what_it_cannot_open(bot: Bot, tmp_path: Path) -> None:
    """A folder as the catalog, a port that there is not."""
    folder = await bot("demo", "--no-browser", "--port", "0", "--catalog", tmp_path)
    port = await bot("demo", "--no-browser", "--port", "99999")

    assert folder.code == 1
    assert f"CATALOG is a folder ({tmp_path}). Name a file in it." in folder.text
    assert port.code == 2
    assert "less than or equal to 65535" in port.text


async def test_a_shop_opens_though_its_words_have_no_room(tmp_path: Path) -> None:
    """``run 2> file`` on a full disk: what is printed and logged is lost, and nothing else."""
    async with SandboxSite() as site, aiohttp.ClientSession() as session:
        port = free_port()
        settings = settings_for(site, tmp_path / "shop.sqlite3", owner_ids="", port=str(port))
        full = os.open("/dev/full", os.O_WRONLY)
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot",
            "run",
            cwd=tmp_path,
            env=_environment(**settings),
            stderr=full,
        )
        os.close(full)
        try:
            alice = site.telegram.person("Alice")
            await alice.start()
            await alice.wait_for("Café Lume")
            async with session.get(f"http://127.0.0.1:{port}/healthz") as health:
                assert health.status == 200
            process.terminate()
            # 120 is Python's own, for a stream that could not be emptied at its end.
            assert await asyncio.wait_for(process.wait(), PATIENCE) in {0, 120}
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()

"""Disaster recovery as the operator's guide tells it: its very commands, beside real processes."""

from __future__ import annotations

import asyncio
import os
import re
import sys
from pathlib import Path

from bot.domain.order import Order, OrderState
from bot.store.sqlite import inspect, open_reader
from kit.patience import PATIENCE
from shop_sandbox.site import SandboxSite
from tests.cli.conftest import ROOT, Bot
from tests.cli.process import settings_for, started
from tests.shop.journeys import add, ask_to_pay

_GUIDE = ROOT / "docs" / "operating.md"
_COPY = re.compile(r"backups/shop-20\d{6}T\d{6}Z\.sqlite3")
_PLACE = "/var/lib/telegram-shop"


def _block(after: str, language: str) -> str:
    """Return the guide's first block of commands in a language after a heading."""
    text = _GUIDE.read_text(encoding="utf-8")
    found = re.search(
        rf"^ *```{language}\n(.*?)^ *```", text[text.index(after) :], re.MULTILINE | re.DOTALL
    )
    assert found
    return found[1]


async def _shell(commands: str, folder: Path, settings: dict[str, str]) -> None:
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "LANG": "en_GB.UTF-8"}
    shell = await asyncio.create_subprocess_exec(
        "sh",
        "-euc",
        commands,
        cwd=folder,
        env=env | {name.upper(): value for name, value in settings.items()},
        stderr=asyncio.subprocess.PIPE,
    )
    _, said = await asyncio.wait_for(shell.communicate(), PATIENCE)
    assert shell.returncode == 0, said.decode()


async def _orders(database: Path, *states: OrderState) -> tuple[Order, ...]:
    """Wait until the newest orders stand so, newest first; return them."""
    async with open_reader(database) as reader, asyncio.timeout(PATIENCE):
        while True:
            found = await reader.read(lambda tx: tx.books.newest(9))
            if tuple(order.state for order in found) == states:
                return found
            await asyncio.sleep(0.05)


async def _sell(site: SandboxSite, database: Path, *states: OrderState) -> None:
    alice = site.telegram.person("Alice")
    await add(alice, "house-blend")
    await ask_to_pay(alice)
    order = (await _orders(database, OrderState.OPEN, *states))[0]
    assert order.session_id
    done = await site.stripe.pay(order.session_id, email="buyer@example.com")
    await alice.start(done.address.partition("start=")[2])
    await _orders(database, OrderState.PAID, *states)
    await alice.wait_for("Paid. Thank you!", since=0)


async def test_a_lost_database_is_brought_back_by_the_guide(bot: Bot, tmp_path: Path) -> None:
    """Copied while it runs, sold on, killed, its file ruined: the guide's steps end in all is well.

    What was sold after the copy comes back from Stripe as an order for the owner to decide.
    """
    database, backups = tmp_path / "shop.sqlite3", tmp_path / "backups"
    backups.mkdir()
    cron = _block("## Back-ups", "crontab").split(maxsplit=5)[5]
    copying = cron.replace("/srv/shop", str(tmp_path)).replace(".venv/bin/python", sys.executable)
    async with SandboxSite() as site:
        await site.telegram.person("Marta").start()
        settings = settings_for(site, database)
        async with started(settings) as shop:
            await _sell(site, database)
            await _shell(copying, tmp_path, settings)
            await _sell(site, database, OrderState.PAID)
            shop.process.kill()
            await shop.end()
        (copy,) = backups.iterdir()
        for name in ("shop.sqlite3", "shop.sqlite3-wal"):
            (tmp_path / name).write_bytes((tmp_path / name).read_bytes()[:90] + b"ruined" * 9000)
        refused = await bot("run", **settings)

        guide = _COPY.sub(str(copy), _block("### Bringing one back", "sh"))
        steps = [line for line in guide.splitlines() if "systemctl" not in line]
        restoring = "\n".join(steps).replace("sudo -u telegram-shop ", "")
        await _shell(restoring.replace(_PLACE, str(tmp_path)), tmp_path, settings)
        async with started(settings) as shop:
            lost, _ = await _orders(database, OrderState.REVIEW, OrderState.PAID)
            looked = await bot("doctor", **settings)
            code = await shop.stop()

    assert refused.code == 78
    assert "The database cannot be used" in refused.err
    assert "Traceback" not in refused.err
    assert lost.review_reason == "no order"
    assert (looked.code, code) == (0, 0), looked.text
    assert "All is well." in looked.text
    assert database.stat().st_mode & 0o777 == 0o600
    assert inspect(database) == ()

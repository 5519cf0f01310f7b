"""A database of another bot, account or mode: refused, with a way on that loses nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.domain.order import OrderState
from bot.shop.identity import ForeignDatabaseError
from bot.store.sqlite import open_reader
from kit import TOKEN, JumpingClock, open_kit
from shop_sandbox.site import SandboxSite
from tests.cli.conftest import Bot
from tests.cli.process import settings_for, started
from tests.shop.journeys import order_something

LIVE = "sk_live_canaryKitsAndNobody00"


async def _tested(folder: Path, site: SandboxSite, clock: JumpingClock) -> None:
    """Leave a database with an open order of the test mode."""
    async with open_kit(folder, sandbox=site, clock=clock) as kit:
        await order_something(kit, kit.person("Alice"))


async def test_going_live_does_not_carry_test_orders_along(bot: Bot, tmp_path: Path) -> None:
    """A live key on a test shop's database: refused and unchanged; ``--start-over`` keeps the old.

    The doctor says the same beforehand.
    """
    clock = JumpingClock()
    async with SandboxSite(clock=clock) as site:
        await _tested(tmp_path, site, clock)
        env = settings_for(site, tmp_path / "shop.sqlite3", stripe_api_key=LIVE)
        looked = await bot("doctor", **env)
        refused = await bot("run", **env)
        async with open_reader(tmp_path / "shop.sqlite3") as reader:
            counts = await reader.read(lambda tx: tx.books.count_by_state())
            mode = await reader.read(lambda tx: tx.notes.get("belongs_to_mode"))
        async with started(env, "--start-over") as shop:
            code = await shop.stop()
            printed = shop.printed
        kept = _kept(tmp_path)

        async with open_reader(tmp_path / "shop.sqlite3") as reader:
            fresh = await reader.read(lambda tx: tx.books.count_by_state())
        async with open_reader(kept) as reader:
            old = await reader.read(lambda tx: tx.books.count_by_state())

    assert looked.code == 1
    assert "belongs to a shop in test mode, and the key is for live mode." in looked.text
    assert refused.code == 78
    assert "belongs to a shop in test mode, and the key is for live mode." in refused.err
    assert "--start-over" in refused.err
    assert (counts[OrderState.OPEN], mode) == (1, "test")
    assert code == 0, printed
    assert f"The old database is kept as {kept}." in printed
    assert sum(fresh.values()) == 0
    assert old[OrderState.OPEN] == 1
    assert LIVE not in looked.text + refused.text + printed
    assert TOKEN not in looked.text + refused.text + printed


@pytest.mark.parametrize("what", ["account", "bot"])
async def test_another_account_or_bot_is_refused_and_named(tmp_path: Path, what: str) -> None:
    """Its sessions could never be found again, and its chats never be answered."""
    clock = JumpingClock()
    async with SandboxSite(clock=clock) as site:
        await _tested(tmp_path, site, clock)
    async with SandboxSite(clock=clock) as other:
        if what == "account":
            other.stripe.settings.account_id = "acct_another0000"
        else:
            other.telegram.world.bot.id += 1
        with pytest.raises(ForeignDatabaseError, match=f"belongs to {what} "):
            async with open_kit(tmp_path, sandbox=other, clock=clock):
                pass


def _kept(folder: Path) -> Path:
    (kept,) = folder.glob("shop-*.sqlite3")
    return kept

"""``run`` in earnest, against the sandbox: settings told at once, foreign databases refused."""

from __future__ import annotations

import signal
from pathlib import Path

from bot.sandbox.site import SandboxSite
from bot.store.lock import DatabaseLock
from tests.cli.conftest import Bot
from tests.cli.process import settings_for, started

_LIVE = "sk_live_run4RunAndNobodyElse0"


async def _open_and_close(settings: dict[str, str], *, sign: int = signal.SIGTERM) -> int:
    async with started(settings) as shop:
        return (await shop.stop(sign))[0]


async def test_every_fault_of_the_settings_is_told_at_once(bot: Bot) -> None:
    """Exit code 2, a line a setting, and no secret among them."""
    ended = await bot(
        "run",
        telegram_bot_token="1234",
        stripe_api_key=_LIVE,
        public_url="http://shop.example",
        port="99999",
        stripe_webhook_secret="",
    )
    lines = [line.split()[0] for line in ended.err.splitlines()[1:] if line.startswith("  ")]

    assert ended.code == 2
    assert lines == ["TELEGRAM_BOT_TOKEN", "PUBLIC_URL", "STRIPE_WEBHOOK_SECRET", "PORT"]
    assert "1234\n" not in ended.text
    assert _LIVE not in ended.text


async def test_nothing_set_names_the_two_keys(bot: Bot) -> None:
    """A newcomer is told where each of the two comes from."""
    ended = await bot("run")

    assert ended.code == 2
    assert "TELEGRAM_BOT_TOKEN is not set. @BotFather gives you one" in ended.err
    assert "STRIPE_API_KEY is not set. Stripe's Dashboard shows it" in ended.err


async def test_both_signals_end_the_shop_cleanly(tmp_path: Path) -> None:
    """SIGTERM, as service managers send it, and SIGINT, as Ctrl-C does: exit code 0."""
    async with SandboxSite() as site:
        settings = settings_for(site, tmp_path / "shop.sqlite3")

        assert await _open_and_close(settings) == 0
        assert await _open_and_close(settings, sign=signal.SIGINT) == 0


async def test_a_database_in_use_is_refused(bot: Bot, tmp_path: Path) -> None:
    """A shop is one process: the second one says so and leaves."""
    database = tmp_path / "shop.sqlite3"
    async with SandboxSite() as site:
        with DatabaseLock(database):
            ended = await bot("run", **settings_for(site, database))

    assert ended.code == 1
    assert "Another process has this database open." in ended.err
    assert "Traceback" not in ended.err


async def test_a_database_of_another_mode_is_refused_until_it_is_set_aside(
    bot: Bot, tmp_path: Path
) -> None:
    """Test orders are not carried into a live shop; the way out is named."""
    database = tmp_path / "shop.sqlite3"
    async with SandboxSite() as site:
        assert await _open_and_close(settings_for(site, database)) == 0
        live = settings_for(site, database, stripe_api_key=_LIVE)
        ended = await bot("run", **live)

    assert ended.code == 1
    assert "the key is for live mode" in ended.err
    assert "--start-over" in ended.err


async def test_a_database_of_another_bot_is_refused(bot: Bot, tmp_path: Path) -> None:
    """Another token is another bot, and its chats are not ours."""
    database = tmp_path / "shop.sqlite3"
    async with SandboxSite() as site:
        assert await _open_and_close(settings_for(site, database)) == 0
        site.telegram.bot.id += 1
        ended = await bot("run", **settings_for(site, database))

    assert ended.code == 1
    assert "This database belongs to another bot." in ended.err
    assert "--start-over" in ended.err

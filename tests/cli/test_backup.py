"""The backup command beside a running shop."""

from __future__ import annotations

from pathlib import Path

from bot.store.sqlite import inspect, open_reader
from kit import KEY, TOKEN, open_kit
from tests.cli.conftest import Bot
from tests.shop.journeys import order_something


def _copy(folder: Path) -> tuple[int, bytes]:
    path = folder / "copy.sqlite3"
    return path.stat().st_mode & 0o777, path.read_bytes()


async def test_a_running_shop_is_copied_whole(bot: Bot, tmp_path: Path) -> None:
    """The copy holds the orders, contradicts itself nowhere, and is for its owner alone."""
    async with open_kit(tmp_path) as kit:
        order = await order_something(kit, kit.person("Alice"))
        ended = await bot("backup", "copy.sqlite3", telegram_bot_token=TOKEN, stripe_api_key=KEY)
        again = await bot("backup", "copy.sqlite3", "--database", "shop.sqlite3")

    mode, content = _copy(tmp_path)
    assert ended.code == 0, ended.text
    assert "copy.sqlite3 holds 1 order (" in ended.err
    assert ended.out == b""
    assert mode == 0o600
    assert inspect(tmp_path / "copy.sqlite3") == ()
    async with open_reader(tmp_path / "copy.sqlite3") as reader:
        assert await reader.read(lambda tx: tx.orders.get(order.id)) == order

    assert again.code == 1
    assert "copy.sqlite3 already exists and is left as it is." in again.err
    assert TOKEN.encode() not in content
    assert KEY.encode() not in content


async def test_no_database_no_copy(bot: Bot, tmp_path: Path) -> None:
    """The reason is told with what to do; without ``--database`` settings are asked for."""
    missing = await bot("backup", "copy.sqlite3", "--database", "none.sqlite3")
    unset = await bot("backup", "copy.sqlite3")

    assert missing.code == 1
    assert "There is no database at none.sqlite3." in missing.err
    assert unset.code == 78
    assert "TELEGRAM_BOT_TOKEN" in unset.err
    assert not _names(tmp_path)


def _names(folder: Path) -> list[str]:
    return sorted(one.name for one in folder.iterdir())

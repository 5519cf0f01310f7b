"""The doctor, asked within the test's own process, and what it is asked about."""

from __future__ import annotations

import io

from rich.console import Console

from bot.cli.doctor import examine
from bot.domain.order import OrderState
from bot.locales import Languages
from bot.settings import Settings
from kit import Kit
from tests.shop.journeys import order_something, pay

TEXTS = Languages.load().texts("en")


async def examined(settings: Settings, *, fix: bool = False) -> tuple[bool, list[str]]:
    """Return whether the shop is sound, and the lines that say otherwise or are worth knowing."""
    printed, sound = io.StringIO(), list[bool]()
    console = Console(file=printed, width=200, color_system=None)
    await examine(settings, console, TEXTS, fix=fix, told=sound.append)
    assert len(sound) == 1
    return sound[0], printed.getvalue().splitlines()


def faults(lines: list[str]) -> list[str]:
    """Return the lines of faults."""
    return [line.removeprefix("✗ ") for line in lines if line.startswith("✗")]


async def a_sale(kit: Kit) -> None:
    """Sell something to Alice."""
    marta = kit.person("Marta")
    await marta.start()
    alice = kit.person("Alice")
    order = await order_something(kit, alice)
    await pay(kit, order)
    await kit.shop.settlement.by_token(order.token)
    await kit.until(alice, OrderState.PAID)
    await kit.drain()


def env_of(settings: Settings) -> dict[str, str]:
    """Return settings as the environment that they came from."""
    env = {
        "TELEGRAM_BOT_TOKEN": settings.telegram_bot_token.get_secret_value(),
        "STRIPE_API_KEY": settings.stripe_api_key.get_secret_value(),
        "TELEGRAM_API_URL": settings.telegram_api_url,
        "STRIPE_API_URL": settings.stripe_api_url,
        "OWNER_IDS": ",".join(map(str, settings.owner_ids)),
        "CATALOG": str(settings.catalog),
        "DATABASE": str(settings.database),
        "LOG_LEVEL": "warning",
    }
    return env | ({"PUBLIC_URL": settings.public_url} if settings.public_url else {})

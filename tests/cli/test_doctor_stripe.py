"""What the doctor finds at Stripe and on the way to the shop."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path

from bot.settings import Settings
from kit import KEY, RunningClock, open_kit
from shop_sandbox.site import SandboxSite
from tests.cli.conftest import Bot
from tests.cli.doctor_kit import env_of, examined, faults
from tests.cli.process import settings_for


async def test_missing_rights_of_a_restricted_key_are_named(tmp_path: Path) -> None:
    """The name is the one that Stripe's Dashboard shows."""
    key = "rk_test_kit4KitsAndNobodyElse00"
    async with open_kit(tmp_path, stripe_api_key=key, clock=RunningClock()) as kit:
        await kit.person("Marta").start()
        kit.stripe.keyring.lacking |= {"rak_charge_write", "rak_webhook_read"}
        sound, lines = await examined(kit.settings)

    assert not sound
    assert [line.partition(".")[0] for line in faults(lines)] == [
        "The key lacks “Charges and Refunds: write”"
    ]
    assert "rak_charge_write" in faults(lines)[0]
    assert any(line.startswith("· The key lacks “Webhook Endpoints: read”") for line in lines)


async def test_a_key_that_stripe_does_not_know_is_told(tmp_path: Path) -> None:
    """The rest is looked at all the same."""
    async with open_kit(tmp_path, clock=RunningClock()) as kit:
        await kit.person("Marta").start()
        kit.stripe.keyring.expired |= {KEY}
        sound, lines = await examined(kit.settings)

    assert not sound
    assert "Stripe does not accept this STRIPE_API_KEY: Expired API Key" in faults(lines)[0]
    assert KEY not in "".join(lines)


async def test_the_endpoint_is_registered_once_and_mended_after(tmp_path: Path) -> None:
    """``--fix`` shows the new endpoint's secret once; the next time there is nothing to do."""
    async with open_kit(tmp_path, pages=True, clock=RunningClock()) as kit:
        await kit.person("Marta").start()
        secretless = kit.settings
        _, lines = await examined(secretless)
        assert any("register a webhook endpoint" in line for line in lines)

        _, lines = await examined(secretless, fix=True)
        secret = next(line for line in lines if line.startswith("STRIPE_WEBHOOK_SECRET=whsec_"))
        assert [line for line in faults(lines) if "STRIPE_WEBHOOK_SECRET is not set" in line]

        value = secret.partition("=")[2]
        with_secret = Settings.load(
            env_of(secretless) | {"STRIPE_WEBHOOK_SECRET": value}, env_file=None
        )
        sound, lines = await examined(with_secret, fix=True)
        assert (sound, faults(lines)) == (True, [])
        assert value not in "".join(lines)
        assert kit.site.faults.calls["POST /v1/webhook_endpoints"] == 1

        endpoint = next(iter(kit.stripe.world.test.endpoints))
        endpoint |= {"status": "disabled", "enabled_events": ["charge.refunded"]}
        _, lines = await examined(with_secret)
        assert [line.split(" to http")[0] for line in faults(lines)][:1] == [
            "Stripe has stopped sending events"
        ]
        sound, lines = await examined(with_secret, fix=True)
        assert (sound, faults(lines)) == (True, [])
        assert kit.site.faults.calls["POST /v1/webhook_endpoints"] == 1


async def test_the_menu_of_commands_is_set_by_fix(bot: Bot, tmp_path: Path) -> None:
    """Before the first run there is none; afterwards people find the commands behind the button."""
    async with SandboxSite() as site:
        await site.telegram.person("Marta").start()
        settings = settings_for(site, tmp_path / "shop.sqlite3")
        before = await bot("doctor", **settings)
        fixed = await bot("doctor", "--fix", **settings)
        after = await bot("doctor", **settings)

    assert "The bot has no command menu yet." in before.text
    assert "The command menu is set." in fixed.text
    assert "no command menu" not in after.text
    assert (fixed.code, after.code) == (0, 0), after.text


async def test_a_key_that_may_not_register_is_told(tmp_path: Path) -> None:
    """``--fix`` with a key without that right: which one is missing, and no secret is made up."""
    key = "rk_test_kit4KitsAndNobodyElse00"
    async with open_kit(tmp_path, pages=True, stripe_api_key=key, clock=RunningClock()) as kit:
        await kit.person("Marta").start()
        kit.stripe.keyring.lacking |= {"rak_webhook_write"}
        sound, lines = await examined(kit.settings, fix=True)

    assert not sound
    assert "rak_webhook_write" in faults(lines)[0]
    assert [line for line in lines if "whsec_" in line] == []


async def test_a_secret_without_an_address_is_told(tmp_path: Path) -> None:
    """Stripe could deliver to nobody."""
    async with open_kit(tmp_path, clock=RunningClock()) as kit:
        await kit.person("Marta").start()
        env = env_of(kit.settings) | {"STRIPE_WEBHOOK_SECRET": "whsec_abcdefgh"}
        sound, lines = await examined(Settings.load(env, env_file=None))

    assert not sound
    assert [line.partition(":")[0] for line in faults(lines)] == [
        "STRIPE_WEBHOOK_SECRET is set, but PUBLIC_URL is not"
    ]


async def test_a_public_address_that_leads_elsewhere_is_told(tmp_path: Path) -> None:
    """Something that answers there is not yet the shop."""
    async with open_kit(tmp_path, clock=RunningClock()) as kit:
        await kit.person("Marta").start()
        env = env_of(kit.settings) | {"PUBLIC_URL": kit.site.url}
        sound, lines = await examined(Settings.load(env, env_file=None))

    assert not sound
    assert [line.partition(". ")[0] for line in faults(lines)] == [
        f"The shop does not answer at {kit.site.url}: status 404"
    ]


def _moved(clock: Callable[[], float], seconds: int) -> float:
    return clock() + seconds


async def test_a_clock_that_differs_from_stripes_is_told(tmp_path: Path) -> None:
    """A minute and a half is a fault, and a few seconds are none."""
    async with open_kit(tmp_path, clock=RunningClock()) as kit:
        await kit.person("Marta").start()
        _, lines = await examined(kit.settings)
        assert "✓ The clock agrees with Stripe’s." in lines
        right = kit.stripe.world.clock
        for off, word in ((90, "behind"), (-90, "ahead of")):
            kit.stripe.world.clock = partial(_moved, right, off)
            sound, lines = await examined(kit.settings)
            assert not sound
            (told,) = faults(lines)
            assert re.match(rf"The clock is (89|9\d) seconds {word} Stripe’s\.", told)

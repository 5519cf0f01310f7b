"""What the doctor finds, over the whole shop against the sandbox."""

from __future__ import annotations

import io
from contextlib import AsyncExitStack
from pathlib import Path

from rich.console import Console

from bot.chat.checkup import bot_facts
from bot.chat.transport import AiohttpRequest
from bot.cli.doctor import examine
from bot.domain.money import Money
from bot.domain.order import OrderState
from bot.locales import Languages
from bot.ports import MessageKind
from bot.sandbox.faults import Fault
from bot.sandbox.site import SandboxSite
from bot.settings import Settings
from bot.shop.health import judge_bot
from tests.cli.conftest import Bot
from tests.kit import KEY, PUBLIC, TOKEN, Kit, open_kit
from tests.shop.journeys import order_something, pay

TEXTS = Languages.load().texts("en")


async def _examine(settings: Settings, *, fix: bool = False) -> tuple[bool, list[str]]:
    """Return whether the shop is sound, and the lines that say otherwise or are worth knowing."""
    printed, sound = io.StringIO(), list[bool]()
    console = Console(file=printed, width=200, color_system=None)
    await examine(settings, console, TEXTS, fix=fix, told=sound.append)
    assert len(sound) == 1
    return sound[0], printed.getvalue().splitlines()


def _faults(lines: list[str]) -> list[str]:
    return [line.removeprefix("✗ ") for line in lines if line.startswith("✗")]


async def _paid(kit: Kit) -> None:
    marta = kit.person("Marta")
    await marta.start()
    alice = kit.person("Alice")
    order = await order_something(kit, alice)
    await pay(kit, order)
    await kit.shop.settlement.by_token(order.token)
    await kit.until(alice, OrderState.PAID)
    await kit.drain()


async def test_a_running_shop_that_sold_is_sound(tmp_path: Path) -> None:
    """Beside a live shop with a paid order, everything is looked at and nothing is wrong."""
    async with open_kit(tmp_path) as kit:
        await _paid(kit)
        sound, lines = await _examine(kit.settings)

    assert _faults(lines) == []
    assert sound
    assert lines[-1] == "All is well."
    assert any("The shop is running (process " in line for line in lines)
    assert "✓ 1 recent order agrees with Stripe." in lines
    assert "✓ The database is whole and contradicts itself nowhere." in lines


async def test_a_shop_that_telegram_sends_updates_to_is_sound(tmp_path: Path) -> None:
    """With an https address the bot's messages come by webhook, and just that is expected."""
    async with open_kit(tmp_path, behind_proxy=True) as kit, AsyncExitStack() as stack:
        transport = AiohttpRequest()
        await transport.initialize()
        stack.push_async_callback(transport.shutdown)
        base = f"{kit.settings.telegram_api_url}/bot"
        facts = await bot_facts(TOKEN, base, transport, kit.settings.owner_ids)

    hook = f"{PUBLIC}/telegram/webhook"
    remarks = [one.key for one in judge_bot(facts, webhook=hook, running=True, now=0)]
    assert remarks[:2] == ["bot", "updates_sent"]
    assert facts.webhook_url == hook


async def test_looking_writes_nothing_to_the_chats(tmp_path: Path) -> None:
    """Owners see at most that the bot is typing."""
    async with open_kit(tmp_path) as kit:
        await _paid(kit)
        before = dict(kit.site.faults.calls)
        await _examine(kit.settings)
        after = kit.site.faults.calls
        changed = {call for call in after if after[call] != before.get(call, 0)}

    # The shop itself may still be setting its menu; nobody but the doctor sends anything here.
    assert {call for call in changed if call.startswith(("send", "edit", "delete"))} == {
        "sendChatAction"
    }


async def test_an_owner_who_never_started_or_blocked_the_bot_is_named(tmp_path: Path) -> None:
    """Each owner who would hear of no sale is a finding of its own."""
    async with open_kit(tmp_path) as kit:
        alice = kit.person("Alice")
        await alice.start()
        alice.block()
        settings = kit.settings.model_copy(update={"owner_ids": (424242, alice.id)})
        sound, lines = await _examine(settings)

    assert not sound
    assert [line.partition(". ")[0] for line in _faults(lines)] == [
        "Owner 424242 has never written to the bot, so it cannot write either",
        f"Owner {alice.id} has blocked the bot and hears of no sale",
    ]


async def test_missing_rights_of_a_restricted_key_are_named(tmp_path: Path) -> None:
    """The name is the one that Stripe's Dashboard shows."""
    key = "rk_test_kit4KitsAndNobodyElse00"
    async with open_kit(tmp_path, stripe_api_key=key) as kit:
        await kit.person("Marta").start()
        kit.stripe.keyring.lacking |= {"rak_charge_write", "rak_webhook_read"}
        sound, lines = await _examine(kit.settings)

    assert not sound
    assert [line.partition(".")[0] for line in _faults(lines)] == [
        "The key lacks “Charges and Refunds: write”"
    ]
    assert "rak_charge_write" in _faults(lines)[0]
    assert any(line.startswith("· The key lacks “Webhook Endpoints: read”") for line in lines)


async def test_a_key_that_stripe_does_not_know_is_told(tmp_path: Path) -> None:
    """The rest is looked at all the same."""
    async with open_kit(tmp_path) as kit:
        await kit.person("Marta").start()
        kit.stripe.keyring.expired |= {KEY}
        sound, lines = await _examine(kit.settings)

    assert not sound
    assert "Stripe does not take this STRIPE_API_KEY: Expired API Key" in _faults(lines)[0]
    assert KEY not in "".join(lines)


async def test_the_endpoint_is_registered_once_and_mended_after(tmp_path: Path) -> None:
    """``--fix`` shows the new endpoint's secret once; the next time there is nothing to do."""
    async with open_kit(tmp_path, pages=True) as kit:
        await kit.person("Marta").start()
        secretless = kit.settings
        _, lines = await _examine(secretless)
        assert any("register a webhook endpoint" in line for line in lines)

        _, lines = await _examine(secretless, fix=True)
        secret = next(line for line in lines if line.startswith("STRIPE_WEBHOOK_SECRET=whsec_"))
        assert [line for line in _faults(lines) if "STRIPE_WEBHOOK_SECRET is not set" in line]

        value = secret.partition("=")[2]
        with_secret = Settings.load(
            _env(secretless) | {"STRIPE_WEBHOOK_SECRET": value}, env_file=None
        )
        sound, lines = await _examine(with_secret, fix=True)
        assert (sound, _faults(lines)) == (True, [])
        assert value not in "".join(lines)
        assert kit.site.faults.calls["POST /v1/webhook_endpoints"] == 1

        endpoint = next(iter(kit.stripe.world.test.endpoints))
        endpoint |= {"status": "disabled", "enabled_events": ["charge.refunded"]}
        _, lines = await _examine(with_secret)
        assert [line.split(" to http")[0] for line in _faults(lines)][:1] == [
            "Stripe has stopped sending events"
        ]
        sound, lines = await _examine(with_secret, fix=True)
        assert (sound, _faults(lines)) == (True, [])
        assert kit.site.faults.calls["POST /v1/webhook_endpoints"] == 1


async def test_a_secret_without_an_address_is_told(tmp_path: Path) -> None:
    """Stripe could deliver to nobody."""
    async with open_kit(tmp_path) as kit:
        await kit.person("Marta").start()
        env = _env(kit.settings) | {"STRIPE_WEBHOOK_SECRET": "whsec_abcdefgh"}
        sound, lines = await _examine(Settings.load(env, env_file=None))

    assert not sound
    assert [line.partition(":")[0] for line in _faults(lines)] == [
        "STRIPE_WEBHOOK_SECRET is set, but PUBLIC_URL is not"
    ]


async def test_a_public_address_that_leads_elsewhere_is_told(tmp_path: Path) -> None:
    """Something that answers there is not yet the shop."""
    async with open_kit(tmp_path) as kit:
        await kit.person("Marta").start()
        env = _env(kit.settings) | {"PUBLIC_URL": kit.site.url}
        sound, lines = await _examine(Settings.load(env, env_file=None))

    assert not sound
    assert [line.partition(". ")[0] for line in _faults(lines)] == [
        f"The shop does not answer at {kit.site.url}: status 404"
    ]


async def test_money_that_differs_from_stripes_is_found(tmp_path: Path) -> None:
    """A refund that the shop never heard of shows as a difference, with both amounts."""
    async with open_kit(tmp_path, stripe_webhook_secret="whsec_nobodyDelivers") as kit:
        await _paid(kit)
        order = await kit.order(kit.person("Alice"))
        assert order.payment
        assert order.payment.intent_id
        await kit.running.store.write(
            lambda tx: tx.orders.record_refund(order.id, Money(100, "eur"))
        )
        _, lines = await _examine(kit.settings)

    total = order.payment.total
    differs = [line for line in _faults(lines) if line.startswith(f"Order {order.id} keeps")]
    assert len(differs) == 1
    assert TEXTS.money(total - Money(100, "eur")) in differs[0]
    assert f"at Stripe it is {TEXTS.money(total)}" in differs[0]


async def test_a_contradiction_in_the_database_is_found(tmp_path: Path) -> None:
    """The store's own rules run beside the live shop."""
    async with open_kit(tmp_path) as kit:
        await _paid(kit)
        order = await kit.order(kit.person("Alice"))
        await kit.running.store.write(
            lambda tx: tx.outbox.put(
                order.chat_id, MessageKind.RECEIPT, kit.clock.now() + 10**6, order.id
            )
        )
        sound, lines = await _examine(kit.settings)

    assert not sound
    found = [line for line in _faults(lines) if "a paid order has exactly one receipt" in line]
    assert [line.split(". ")[1] for line in found] == [f"{order.id}: has 2 receipts"]


async def test_an_order_paid_after_its_end_is_found(tmp_path: Path) -> None:
    """Money came for an order that had ended here, and nothing told the shop."""
    async with open_kit(tmp_path) as kit:
        alice = kit.person("Alice")
        await kit.person("Marta").start()
        order = await order_something(kit, alice)
        kit.site.faults.add(Fault("GET /v1/events", "error", times=None, status=403))
        await kit.running.store.write(
            lambda tx: tx.orders.move(order.id, OrderState.CANCELLED, now=kit.clock.now())
        )
        await pay(kit, order)
        _, lines = await _examine(kit.settings)

    found = [line for line in _faults(lines) if "it was paid at Stripe" in line]
    assert [line.partition(" has ended")[0] for line in found] == [f"Order {order.id}"]


async def test_before_the_first_run_there_is_nothing_to_mend(bot: Bot) -> None:
    """By a real process: no database and no running shop are no faults; settings' faults are."""
    async with SandboxSite() as site:
        marta = site.telegram.person("Marta")
        await marta.start()
        env = {
            "telegram_bot_token": TOKEN,
            "stripe_api_key": KEY,
            "telegram_api_url": site.telegram_api_url,
            "stripe_api_url": site.stripe_api_url,
            "owner_ids": str(marta.id),
            "catalog": str(Path(__file__).parents[2] / "catalog.json"),
        }
        fine = await bot("doctor", **env)
        faulty = await bot("doctor", **(env | {"stripe_api_key": "pk_test_1234567"}))
        stranger = await bot("doctor", **(env | {"telegram_api_url": site.url}))

    assert fine.code == 0, fine.text
    assert "There is no database yet." in fine.text
    assert faulty.code == 1
    assert "STRIPE_API_KEY is a publishable key" in faulty.text
    assert stranger.code == 1
    assert TOKEN not in fine.text + faulty.text + stranger.text
    assert KEY not in fine.text + faulty.text + stranger.text


def _env(settings: Settings) -> dict[str, str]:
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

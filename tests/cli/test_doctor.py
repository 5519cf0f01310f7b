"""What the doctor finds, over the whole shop against the sandbox."""

from __future__ import annotations

from contextlib import AsyncExitStack
from pathlib import Path

from bot.chat.telegram.checkup import bot_facts
from bot.chat.telegram.transport import AiohttpRequest
from bot.doctor.health import judge_bot
from bot.domain.money import Money
from bot.domain.order import OrderState
from bot.ports import MessageKind
from kit import KEY, PUBLIC, TOKEN, RunningClock, open_kit
from shop_sandbox.faults import Fault
from shop_sandbox.site import SandboxSite
from tests.cli.conftest import Bot
from tests.cli.doctor_kit import TEXTS, a_sale, examined, faults
from tests.shop.journeys import order_something, pay


async def test_a_running_shop_that_sold_is_sound(tmp_path: Path) -> None:
    """Beside a live shop with a paid order, everything is looked at and nothing is wrong."""
    async with open_kit(tmp_path, clock=RunningClock()) as kit:
        await a_sale(kit)
        sound, lines = await examined(kit.settings)

    assert faults(lines) == []
    assert sound
    assert lines[-1] == "All is well."
    assert any("The shop is running (process " in line for line in lines)
    assert "✓ 1 recent order agrees with Stripe." in lines
    assert "✓ The database is intact, and nothing in it contradicts itself." in lines


async def test_a_shop_that_telegram_sends_updates_to_is_sound(tmp_path: Path) -> None:
    """With an https address the bot's messages come by webhook, and just that is expected."""
    async with (
        open_kit(tmp_path, behind_proxy=True, clock=RunningClock()) as kit,
        AsyncExitStack() as stack,
    ):
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
    async with open_kit(tmp_path, clock=RunningClock()) as kit:
        await a_sale(kit)
        before = dict(kit.site.faults.calls)
        await examined(kit.settings)
        after = kit.site.faults.calls
        changed = {call for call in after if after[call] != before.get(call, 0)}

    # The shop itself may still be setting its menu; nobody but the doctor sends anything here.
    assert {call for call in changed if call.startswith(("send", "edit", "delete"))} == {
        "sendChatAction"
    }


async def test_an_owner_who_never_started_or_blocked_the_bot_is_named(tmp_path: Path) -> None:
    """Each owner who would hear of no sale is a finding of its own."""
    async with open_kit(tmp_path, clock=RunningClock()) as kit:
        alice = kit.person("Alice")
        await alice.start()
        alice.block()
        settings = kit.settings.model_copy(update={"owner_ids": (424242, alice.id)})
        sound, lines = await examined(settings)

    assert not sound
    assert [line.partition(". ")[0] for line in faults(lines)] == [
        "Owner 424242 has never written to the bot, so it cannot write either",
        f"Owner {alice.id} has blocked the bot and is told of no sale",
    ]


async def test_money_that_differs_from_stripes_is_found(tmp_path: Path) -> None:
    """A refund that the shop never heard of shows as a difference, with both amounts."""
    async with open_kit(
        tmp_path, stripe_webhook_secret="whsec_nobodyDelivers", clock=RunningClock()
    ) as kit:
        await a_sale(kit)
        order = await kit.order(kit.person("Alice"))
        assert order.payment
        assert order.payment.intent_id
        await kit.running.store.write(
            lambda tx: tx.orders.record_refund(order.id, Money(100, "eur"))
        )
        _, lines = await examined(kit.settings)

    total = order.payment.total
    differs = [line for line in faults(lines) if line.startswith(f"For order {order.id}, ")]
    assert len(differs) == 1
    assert TEXTS.money(total - Money(100, "eur")) in differs[0]
    assert f"at Stripe it is {TEXTS.money(total)}" in differs[0]


async def test_a_contradiction_in_the_database_is_found(tmp_path: Path) -> None:
    """The store's own rules run beside the live shop."""
    async with open_kit(tmp_path, clock=RunningClock()) as kit:
        await a_sale(kit)
        order = await kit.order(kit.person("Alice"))
        await kit.running.store.write(
            lambda tx: tx.outbox.enqueue(
                order.chat_id, MessageKind.RECEIPT, kit.clock.now() + 10**6, order.id
            )
        )
        sound, lines = await examined(kit.settings)

    assert not sound
    found = [line for line in faults(lines) if "a paid order has exactly one receipt" in line]
    assert len(found) == 1
    assert f"found: {order.id}: has 2 receipts" in found[0]


async def test_an_order_paid_after_its_end_is_found(tmp_path: Path) -> None:
    """Money came for an order that had ended here, and nothing told the shop."""
    async with open_kit(tmp_path, clock=RunningClock()) as kit:
        alice = kit.person("Alice")
        await kit.person("Marta").start()
        order = await order_something(kit, alice)
        kit.site.faults.add(Fault("GET /v1/events", "error", times=None, status=403))
        await kit.running.store.write(
            lambda tx: tx.orders.transition(order.id, OrderState.CANCELLED, now=kit.clock.now())
        )
        await pay(kit, order)
        _, lines = await examined(kit.settings)

    found = [line for line in faults(lines) if "it was paid at Stripe" in line]
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

"""Row 22: Telegram answers 429, 403 or 400, times out, or is gone for an hour."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain.order import ChatId
from bot.ports import MessageKind, Transaction
from kit import Kit, open_kit
from kit.faults.counter import goods
from kit.patience import PATIENCE
from shop_sandbox.faults import Fault
from shop_sandbox.telegram import Person

#: Every claim of this row holds on both engines: the outbox is a table of either.
pytestmark = pytest.mark.usefixtures("either_engine")

HOUR = 3600


@pytest.fixture
async def kit(tmp_path: Path) -> AsyncIterator[Kit]:
    """The whole running shop."""
    catalog = tmp_path / "catalog.json"
    catalog.write_text(goods(), encoding="utf-8")
    async with open_kit(tmp_path, catalog=catalog) as opened:
        yield opened


async def _met(kit: Kit, name: str) -> Person:
    person = kit.telegram.add_person(name)
    await person.start()
    await person.wait_for(lambda shown: bool(shown.buttons))
    return person


async def _tell(kit: Kit, person: Person, words: str) -> None:
    """Leave a message in the outbox and wake its worker."""
    now = kit.clock.now()

    def work(tx: Transaction) -> None:
        tx.outbox.enqueue(ChatId(person.id), MessageKind.SUPPORT, now, None, {"text": words})

    await kit.running.store.write(work)
    kit.shop.context.outbox_bell.ring()


async def _depth(kit: Kit) -> int:
    return await kit.running.store.read(lambda tx: tx.outbox.depth())


async def _reachable(kit: Kit, person: Person) -> bool:
    chat = await kit.running.store.read(lambda tx: tx.chats.get(ChatId(person.id)))
    assert chat is not None
    return chat.reachable


async def _until_fired(fault: Fault, times: int = 1) -> None:
    async with asyncio.timeout(PATIENCE):
        while fault.fired < times:  # noqa: ASYNC110 - asks the sandbox
            await asyncio.sleep(0.01)


def _heard(person: Person) -> list[str]:
    told = [m.text for m in person.messages() if m.from_bot][1:]
    return [text.removeprefix("The shop writes: ") for text in told]


async def test_a_429_makes_that_chat_wait_and_no_other(kit: Kit) -> None:
    """One chat waits as long as Telegram asks; the others are told at once, in their order."""
    ann, bob = await _met(kit, "Ann"), await _met(kit, "Bob")
    flood = kit.site.faults.add(
        Fault("sendMessage", "error", status=429, retry_after=120, chat_id=ann.id, times=1)
    )
    for number in range(3):
        await _tell(kit, ann, f"ann {number}")
    await _until_fired(flood)
    for number in range(3):
        await _tell(kit, bob, f"bob {number}")
    await bob.wait_for("bob 2", since=0)
    assert (flood.fired, _heard(ann)) == (1, [])

    kit.clock.jump(122)
    kit.shop.context.outbox_bell.ring()
    await ann.wait_for("ann 2", since=0)

    assert _heard(ann) == ["ann 0", "ann 1", "ann 2"]
    assert _heard(bob) == ["bob 0", "bob 1", "bob 2"]


async def test_a_chat_that_blocked_the_bot_is_left_alone_until_it_writes_again(kit: Kit) -> None:
    """403 holds what waits for that chat, blocks nobody, and ends when the chat is back."""
    ann, bob = await _met(kit, "Ann"), await _met(kit, "Bob")
    ann.block()
    await _tell(kit, ann, "held")
    await _tell(kit, bob, "hello")
    await bob.wait_for("hello", since=0)
    await kit.drain()
    assert await _depth(kit) == 0
    assert not await _reachable(kit, ann)

    ann.block(blocked=False)
    await ann.start()
    await ann.wait_for(lambda shown: bool(shown.buttons))
    assert await _reachable(kit, ann)
    await _tell(kit, ann, "back")
    await ann.wait_for("back", since=0)
    assert [words for words in _heard(ann) if "Faults" not in words] == ["held", "back"]


async def test_a_message_that_telegram_never_takes_is_parked_and_the_owner_is_told(
    kit: Kit,
) -> None:
    """400 parks its row, tells the owner, and what waits behind it goes out."""
    ann, marta = await _met(kit, "Ann"), kit.person("Marta")
    await marta.start()
    kit.site.faults.add(
        Fault(
            "sendMessage", "error", status=400, chat_id=ann.id, times=1,
            body={"ok": False, "error_code": 400, "description": "Bad Request: no such thing"},
        )
    )  # fmt: skip
    await _tell(kit, ann, "never taken")
    await _tell(kit, ann, "behind it")
    await ann.wait_for("behind it", since=0)
    await marta.wait_for("could not be delivered", since=0)

    await kit.drain()
    assert _heard(ann) == ["behind it"]
    assert await _depth(kit) == 0


@pytest.mark.parametrize("action", ["cut", "error"])
async def test_an_hour_without_telegram_loses_nothing_and_keeps_each_chat_s_order(
    kit: Kit, action: str
) -> None:
    """Telegram is gone for an hour: everything arrives afterwards, once and in order."""
    people = [await _met(kit, name) for name in ("Ann", "Bob", "Cat")]
    gone = Fault("sendMessage", "cut", times=None)
    if action == "error":
        gone = Fault("sendMessage", "error", status=502, times=None)
    kit.site.faults.add(gone)
    for number in range(5):
        for person in people:
            await _tell(kit, person, f"news {number}")
    await _until_fired(gone, 3)
    for _ in range(4):
        fired = gone.fired
        kit.clock.jump(HOUR / 4)
        async with asyncio.timeout(PATIENCE):
            while gone.fired < fired + 3:
                kit.shop.context.outbox_bell.ring()
                await asyncio.sleep(0.05)
                kit.clock.jump(60)  # for a try that the jump came upon
    assert await _depth(kit) == 15

    kit.site.faults.lift(gone.id)
    kit.clock.jump(301)
    kit.shop.context.outbox_bell.ring()
    for person in people:
        await person.wait_for("news 4", since=0, timeout=PATIENCE)

    for person in people:
        assert _heard(person) == [f"news {number}" for number in range(5)]
    await kit.drain()
    assert await _depth(kit) == 0


async def test_a_call_that_hangs_holds_up_its_own_chat_alone(kit: Kit) -> None:
    """One chat's call stalls; the others are told meanwhile; the stalled one arrives in the end."""
    ann, bob = await _met(kit, "Ann"), await _met(kit, "Bob")
    stall = kit.site.faults.add(Fault("sendMessage", "hang", chat_id=ann.id, times=1))
    await _tell(kit, ann, "slow")
    await _until_fired(stall)
    await _tell(kit, bob, "quick")
    await bob.wait_for("quick", since=0)
    assert _heard(ann) == []

    kit.site.faults.lift()
    await ann.wait_for("slow", since=0)


async def test_a_message_whose_answer_was_lost_is_told_again_and_never_not_at_all(
    kit: Kit,
) -> None:
    """At least once: a send that took effect unheard is repeated, exactly once more."""
    ann = await _met(kit, "Ann")
    cut = kit.site.faults.add(Fault("sendMessage", "cut", phase="after", chat_id=ann.id, times=1))
    await _tell(kit, ann, "perhaps twice")
    await _until_fired(cut)

    async with asyncio.timeout(PATIENCE):
        while await _depth(kit):
            kit.clock.jump(10)  # each time, as the try that was cut may be noted after the first
            kit.shop.context.outbox_bell.ring()
            await asyncio.sleep(0.02)
    assert _heard(ann) == ["perhaps twice"] * 2

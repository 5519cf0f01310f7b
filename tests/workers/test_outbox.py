"""The outbox worker: it waits longer from try to try, and follows a group that moved."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain.order import ChatId
from bot.ports import MessageKind
from kit import JumpingClock, Kit, open_kit
from kit.patience import PATIENCE
from shop_sandbox.faults import Fault
from shop_sandbox.site import SandboxSite
from shop_sandbox.telegram import Person


@pytest.fixture
async def kit(tmp_path: Path) -> AsyncIterator[Kit]:
    """The whole running shop, in a time that stands still."""
    async with open_kit(tmp_path) as opened:
        yield opened


async def _tell(kit: Kit, chat_id: int, words: str) -> None:
    now = kit.clock.now()
    await kit.running.store.write(
        lambda tx: tx.outbox.enqueue(
            ChatId(chat_id), MessageKind.SUPPORT, now, None, {"text": words}
        )
    )  # fmt: skip
    kit.shop.context.outbox_bell.ring()


async def _next_wait(kit: Kit) -> int:
    """Wait until the message is put off, and return for how many seconds."""
    async with asyncio.timeout(PATIENCE):
        while True:
            at = await kit.running.store.read(lambda tx: tx.outbox.next_at())
            now = kit.clock.now()
            if at is not None and at > now:
                return at - now
            await asyncio.sleep(0.01)


async def test_a_message_is_tried_again_after_longer_and_longer_waits(kit: Kit) -> None:
    """Seconds at first, five minutes at the most; when Telegram is back, it arrives once."""
    alice = kit.person("Alice")
    await alice.start()
    await alice.wait_for(lambda shown: bool(shown.buttons))
    kit.site.faults.add(Fault("sendMessage", "error", status=502, times=None, chat_id=alice.id))
    await _tell(kit, alice.id, "at last")

    waits = []
    for _ in range(10):
        waits.append(await _next_wait(kit))
        kit.clock.jump(waits[-1])
        kit.shop.context.outbox_bell.ring()

    assert waits == [2, 4, 8, 16, 32, 64, 128, 256, 300, 300]
    kit.site.faults.lift()
    kit.clock.jump(301)
    kit.shop.context.outbox_bell.ring()
    await alice.wait_for("at last", since=0)


async def test_a_403_alone_marks_a_chat_until_it_writes_again(kit: Kit) -> None:
    """Telegram need not have said before that the bot was blocked."""
    alice = kit.person("Alice")
    await alice.start()
    await alice.wait_for(lambda shown: bool(shown.buttons))
    body = {"ok": False, "error_code": 403, "description": "Forbidden: bot was blocked by the user"}
    kit.site.faults.add(
        Fault("sendMessage", "error", status=403, body=body, chat_id=alice.id, times=1)
    )
    await _tell(kit, alice.id, "lost")
    async with asyncio.timeout(PATIENCE):  # what waits is held first
        while await _reachable(kit, alice):  # noqa: ASYNC110 - asks the database
            await asyncio.sleep(0.01)

    await alice.start()
    await alice.wait_for(lambda shown: bool(shown.buttons))
    assert await _reachable(kit, alice)


async def _reachable(kit: Kit, person: Person) -> bool:
    chat = await kit.running.store.read(lambda tx: tx.chats.get(ChatId(person.id)))
    assert chat is not None
    return chat.reachable


async def test_what_waits_for_a_group_that_moved_follows_it_in_its_order(kit: Kit) -> None:
    """Telegram answers with the new id; the messages go there, once, in the order they had."""
    alice, group = kit.person("Alice"), kit.telegram.group
    assert group is not None
    await alice.send(group.id, "/start")
    await alice.wait_for(lambda shown: bool(shown.buttons), chat=group.id)
    grown = kit.telegram.migrate(group.id)
    await alice.send(grown.id, "/start")
    await alice.wait_for(lambda shown: bool(shown.buttons), chat=grown.id)

    for number in range(3):
        await _tell(kit, group.id, f"news {number}")
    await alice.wait_for("news 2", chat=grown.id)
    await kit.drain()

    told = [shown.text for shown in alice.messages(grown.id) if "news" in shown.text]
    assert [text[-6:] for text in told] == ["news 0", "news 1", "news 2"]
    assert await kit.running.store.read(lambda tx: tx.outbox.depth()) == 0


async def test_owners_who_cannot_be_told_of_a_parked_message_are_not_told_of_that(
    tmp_path: Path,
) -> None:
    """Two owners whose notices are refused too: each is parked once, and no message begets more."""
    clock = JumpingClock()
    async with SandboxSite(clock=clock) as site:
        owners = [site.telegram.person("Marta"), site.telegram.add_person("Olga")]
        listed = ",".join(str(owner.id) for owner in owners)
        async with open_kit(tmp_path, sandbox=site, clock=clock, owner_ids=listed) as kit:
            alice = kit.person("Alice")
            for person in (alice, *owners):
                await person.start()
                await person.wait_for(lambda shown: bool(shown.buttons))
            body = {"ok": False, "error_code": 400, "description": "Bad Request: no such thing"}
            refusal = Fault("sendMessage", "error", status=400, body=body, times=None)
            site.faults.add(refusal)

            await _tell(kit, alice.id, "never taken")
            async with asyncio.timeout(PATIENCE):
                while refusal.fired < 3 or await _depth(kit):  # noqa: ASYNC110 - asks both
                    await asyncio.sleep(0.01)
            await kit.drain()

            assert refusal.fired == 3
            site.faults.lift()


async def _depth(kit: Kit) -> int:
    return await kit.running.store.read(lambda tx: tx.outbox.depth())

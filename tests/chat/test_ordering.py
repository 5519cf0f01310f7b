"""One chat's updates run in turn, other chats' beside them, and a flood costs only itself."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from telegram import Chat, Message, Update

from bot.chat.telegram.ordering import ChatOrder


def _update(number: int, chat_id: int) -> Update:
    message = Message(message_id=number, date=datetime.now(UTC), chat=Chat(chat_id, "private"))
    return Update(number, message=message)


async def test_updates_of_one_chat_run_in_turn() -> None:
    """The second update starts when the first has ended, even if it would be quicker."""
    order, seen, gate = ChatOrder(), list[str](), asyncio.Event()

    async def first() -> None:
        seen.append("first begins")
        await gate.wait()
        seen.append("first ends")

    async def second() -> None:
        seen.append("second")

    tasks = [
        asyncio.create_task(order.process_update(_update(1, 7), first())),
        asyncio.create_task(order.process_update(_update(2, 7), second())),
    ]
    await asyncio.sleep(0)
    gate.set()
    await asyncio.gather(*tasks)

    assert seen == ["first begins", "first ends", "second"]


async def test_a_stalled_chat_keeps_no_other_waiting() -> None:
    """While one chat's handler hangs, another chat's update is processed."""
    order, gate, served = ChatOrder(), asyncio.Event(), asyncio.Event()

    async def stalled() -> None:
        await gate.wait()

    async def quick() -> None:
        served.set()

    hanging = asyncio.create_task(order.process_update(_update(1, 7), stalled()))
    await order.process_update(_update(2, 8), quick())

    assert served.is_set()
    assert not hanging.done()
    gate.set()
    await hanging


async def test_a_flood_is_cut_at_its_own_chat() -> None:
    """Beyond the cap a chat's updates are let go; those within it are all processed."""
    order, gate, done = ChatOrder(waiting_per_chat=3), asyncio.Event(), list[int]()

    async def work(number: int) -> None:
        await gate.wait()
        done.append(number)

    tasks = [asyncio.create_task(order.process_update(_update(n, 7), work(n))) for n in range(1, 6)]
    await asyncio.sleep(0)
    gate.set()
    await asyncio.gather(*tasks)

    assert done == [1, 2, 3]


async def test_a_failing_update_passes_the_turn_on() -> None:
    """An exception in one update does not lock its chat."""
    order, served = ChatOrder(), asyncio.Event()

    async def failing() -> None:
        raise ValueError("a bug")

    async def quick() -> None:
        served.set()

    results = await asyncio.gather(
        order.process_update(_update(1, 7), failing()),
        order.process_update(_update(2, 7), quick()),
        return_exceptions=True,
    )

    assert isinstance(results[0], ValueError)
    assert served.is_set()

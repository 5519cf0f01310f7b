"""Flood waits: for the one chat that Telegram named, and for no other."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from telegram.error import BadRequest, RetryAfter

from bot.chat.telegram.limiter import AT_ONCE, ChatLimiter

ALICE, BOB = 1, 2


class Loop:
    """The loop's clock, moved by hand, and who sleeps by it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1000.0
        self.slept: list[float] = []
        monkeypatch.setattr(asyncio.get_running_loop(), "time", lambda: self.now)
        monkeypatch.setattr(asyncio, "sleep", self._sleep)

    async def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


class Telegram:
    """Answers calls as it is told to, and keeps them."""

    def __init__(self, *refusals: Exception) -> None:
        self._refusals = list(refusals)
        self.calls = 0

    async def __call__(self, *_: Any, **__: Any) -> bool:
        """Serve one call."""
        self.calls += 1
        if self._refusals:
            raise self._refusals.pop(0)
        return True


async def _call(
    limiter: ChatLimiter, telegram: Telegram, chat: object = ALICE, args: str | None = None
) -> Any:
    data = {} if chat is None else {"chat_id": chat}
    return await limiter.process_request(telegram, (), {}, "sendMessage", data, args)


@pytest.fixture
async def limiter() -> ChatLimiter:
    """Return one that is open."""
    limiter = ChatLimiter()
    await limiter.initialize()
    return limiter


@pytest.fixture
async def loop(monkeypatch: pytest.MonkeyPatch) -> Loop:
    """Return the clock."""
    return Loop(monkeypatch)


async def test_nothing_is_held_back_beforehand(limiter: ChatLimiter, loop: Loop) -> None:
    """Limits are not published; calls leave at once until Telegram says otherwise."""
    telegram = Telegram()
    for _ in range(50):
        assert await _call(limiter, telegram)
    assert (telegram.calls, loop.slept) == (50, [])


async def test_a_call_refused_for_a_while_is_made_again_after_it(
    limiter: ChatLimiter, loop: Loop
) -> None:
    """The wait is Telegram's own."""
    telegram = Telegram(RetryAfter(3))
    assert await _call(limiter, telegram)
    assert (telegram.calls, loop.slept) == (2, [3.0])


async def test_only_that_chat_waits(limiter: ChatLimiter, monkeypatch: pytest.MonkeyPatch) -> None:
    """While one chat waits, another's call goes through, and so does a call of no chat."""
    gate, waiting = asyncio.Event(), asyncio.Event()

    async def held(_: float) -> None:
        waiting.set()
        await gate.wait()

    monkeypatch.setattr(asyncio, "sleep", held)
    refused = Telegram(RetryAfter(5))
    alices = asyncio.create_task(_call(limiter, refused))
    await waiting.wait()
    assert await _call(limiter, Telegram(), BOB)
    assert await _call(limiter, Telegram(), None)
    assert not alices.done()
    gate.set()
    assert await alices
    assert refused.calls == 2


async def test_each_refusal_is_waited_out_once(limiter: ChatLimiter, loop: Loop) -> None:
    """Once a wait is over, the chat's next call leaves at once."""
    refused = Telegram(RetryAfter(4), RetryAfter(6), BadRequest("no"))
    with pytest.raises(BadRequest):
        await _call(limiter, refused)
    assert loop.slept == [4.0, 6.0]
    assert await _call(limiter, Telegram())
    assert loop.slept == [4.0, 6.0]


async def test_a_third_refusal_in_a_row_is_raised(limiter: ChatLimiter, loop: Loop) -> None:
    """Nobody is kept in a queue for ever."""
    telegram = Telegram(RetryAfter(1), RetryAfter(1), RetryAfter(1))
    with pytest.raises(RetryAfter):
        await _call(limiter, telegram)
    assert (telegram.calls, loop.slept) == (3, [1.0, 1.0])


@pytest.mark.parametrize(("seconds", "waits"), [(30, True), (31, False)])
async def test_a_wait_longer_than_a_person_has_is_raised(
    limiter: ChatLimiter, loop: Loop, seconds: int, waits: bool
) -> None:
    """Up to half a minute is waited out; the chat is not barred by what was not."""
    telegram = Telegram(RetryAfter(seconds))
    if waits:
        assert await _call(limiter, telegram)
    else:
        with pytest.raises(RetryAfter):
            await _call(limiter, telegram)
        assert await _call(limiter, telegram)
    assert loop.slept == ([30.0] if waits else [])


async def test_who_keeps_their_own_time_gets_the_error_at_once(
    limiter: ChatLimiter, loop: Loop
) -> None:
    """The outbox writes down when to try again instead of waiting."""
    telegram = Telegram(RetryAfter(2))
    with pytest.raises(RetryAfter):
        await _call(limiter, telegram, args=AT_ONCE)
    assert (telegram.calls, loop.slept) == (1, [])


async def test_a_closed_limiter_has_forgotten_the_waits(limiter: ChatLimiter, loop: Loop) -> None:
    """After a restart Telegram says again what it wants."""
    first = Telegram(RetryAfter(7))
    await limiter.shutdown()
    assert await _call(limiter, first)
    await limiter.shutdown()
    assert await _call(limiter, Telegram())
    assert loop.slept == [7.0]


@pytest.mark.parametrize("chat", ["@channel", ALICE])
async def test_a_chat_is_known_by_number_or_name(
    limiter: ChatLimiter, loop: Loop, chat: object
) -> None:
    """Both are what Telegram takes for a chat."""
    assert await _call(limiter, Telegram(RetryAfter(1)), chat)
    assert loop.slept == [1.0]

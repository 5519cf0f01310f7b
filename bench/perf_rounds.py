"""Rounds of taps in a rival's own process, and the rivals' stable that runs them in turns."""

from __future__ import annotations

import asyncio
import itertools
import json
import logging
import multiprocessing
import os
import statistics
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any, Final
from urllib.parse import urlencode

import structlog
import uvloop

from bench.perf_goods import FIRST_CHAT
from bench.perf_outside import serve as serve_outside
from bench.perf_rivals import REFUSALS, Scene, SendTap, note_log, prepare, rival, tap_update

_SPAWN: Final = multiprocessing.get_context("spawn")
#: One more, one fewer: the cart stays as large as it was.
MORE_AND_LESS: Final = ("1ku:p1:s", "1kd:p1:s")
#: What a visitor does in a shop, besides.
STROLL: Final = ("1h", "1c:c0", "1p:p1", "1a:p1:s", "1t:p1:s", "1k", "1ku:p2:s", "1kd:p2:s", "1y")


@dataclass(frozen=True, slots=True)
class Workload:
    """A round to be run: so many chats tap one after the other for so many seconds."""

    chats: int
    seconds: float
    taps: tuple[str, ...] = MORE_AND_LESS
    #: How far the first chat is from the first of all, and each from the next.
    shift: int = 0
    apart: int = 1
    #: A chat beside the others whose taps are not counted.
    beside: int | None = None
    #: Seconds that taps under way at the end may still take; then they are cut off.
    patience: float = 20.0


@dataclass(frozen=True, slots=True)
class Round:
    """What came of a round; times in seconds.

    Attributes:
        taps: Served to their end, with both calls taken.
        refused: Of which a call did not go well.
        cut: Not at their end when the round's patience was.
        replays: Works done again for another one.
        pause: The longest time in which no tap came to its end.
        longest: Of a tap.
        cpu: Of the whole process, its threads included, per tap.
        p50: Of a tap, from its arrival to the end of both calls.
        p99: The same.
        rss: Bytes of memory that the process holds.
    """

    taps: int
    seconds: float
    cpu: float
    p50: float
    p99: float
    rss: int
    refused: int = 0
    cut: int = 0
    replays: int = 0
    pause: float = 0.0
    longest: float = 0.0

    @property
    def rate(self) -> float:
        """Taps a second."""
        return self.taps / self.seconds


async def _round(
    tap: SendTap,
    load: Workload,
    numbers: Iterator[int],
    tell: Callable[[Round], None],
    replays: Callable[[], int],
) -> None:
    """Run a round and tell what came of it, before what was late is cut off: that can take long."""
    waits: list[float] = []
    refused: list[str] = []
    ends: list[float] = []
    end = time.perf_counter() + load.seconds

    async def chat(number: int, waits: list[float]) -> None:
        chat_id = FIRST_CHAT + load.shift + number * load.apart
        for data in itertools.cycle(load.taps):
            refusals: list[str] = []
            REFUSALS.set(refusals)
            began = time.perf_counter()
            if began >= end:
                return
            await tap(tap_update(next(numbers), chat_id, data))
            ends.append(time.perf_counter())
            if refusals:
                refused.append(refusals[0])
            else:
                waits.append(ends[-1] - began)

    began, cpu, before = time.perf_counter(), time.process_time(), replays()
    aside = set()
    if load.beside is not None:
        aside.add(asyncio.create_task(chat(load.beside, [])))
    tasks = {asyncio.create_task(chat(number, waits)) for number in range(load.chats)}
    _, late = await asyncio.wait(tasks, timeout=load.seconds + load.patience)
    seconds, spent = time.perf_counter() - began, time.process_time() - cpu
    waits.sort()
    tell(
        Round(
            taps=len(waits),
            seconds=seconds,
            cpu=spent / max(1, len(waits)),
            p50=waits[len(waits) // 2] if waits else 0.0,
            p99=waits[min(len(waits) - 1, len(waits) * 99 // 100)] if waits else 0.0,
            rss=resident(os.getpid()),
            refused=len(refused),
            cut=len(late),
            replays=replays() - before,
            pause=max((b - a for a, b in itertools.pairwise([began, *ends])), default=0.0),
            longest=waits[-1] if waits else 0.0,
        )
    )
    for task in late | aside:
        task.cancel()
    await asyncio.gather(*late, *aside, return_exceptions=True)


def resident(pid: int) -> int:
    """Return the bytes of memory that a process holds."""
    with open(f"/proc/{pid}/statm", encoding="ascii") as file:  # noqa: PTH123 - no path of ours
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def _prepare(scene: Scene) -> None:
    asyncio.run(prepare(scene))


def _work(pipe: Connection, scene: Scene) -> None:
    # Elsewhere, so that its memory is not counted as the shop's.
    if scene.kind == "shop" and not scene.ready:
        preparing = _SPAWN.Process(target=_prepare, args=(scene,))
        preparing.start()
        preparing.join()
    structlog.configure(processors=[note_log])
    logging.disable()
    run = uvloop.run if scene.uvloop else asyncio.run
    run(_serve(pipe, scene))


async def _serve(pipe: Connection, scene: Scene) -> None:
    numbers = itertools.count(*scene.numbers)
    async with rival(scene) as (tap, replays):
        await _round(tap, Workload(8, 0.3), numbers, lambda _: None, replays)
        pipe.send("ready")
        while (load := await asyncio.to_thread(pipe.recv)) is not None:
            await _round(tap, load, numbers, pipe.send, replays)


class Rival:
    """A rival's process, seen from outside."""

    def __init__(self, scene: Scene) -> None:
        self._pipe, far = _SPAWN.Pipe()
        self._process = _SPAWN.Process(target=_work, args=(far, scene))
        self._process.start()
        far.close()
        if self._pipe.recv() != "ready":
            raise RuntimeError(f"{scene.kind} did not start")

    def run(self, load: Workload) -> Round:
        """Run one round."""
        self.begin(load)
        return self.end(load)

    def begin(self, load: Workload) -> None:
        """Begin a round, unless the process has ended."""
        if self._process.is_alive():
            self._pipe.send(load)

    def end(self, load: Workload) -> Round:
        """Wait for a round that was begun.

        A rival that does not even end when it is cut off has served nothing and is ended; further
        rounds of it come to nothing at once.
        """
        cut = 0
        if self._process.is_alive():
            if self._pipe.poll(load.seconds + 2 * load.patience):
                done = self._pipe.recv()
                if not isinstance(done, Round):
                    raise TypeError("a round is expected")
                return done
            cut = load.chats
            self.kill()
        return Round(0, load.seconds, 0.0, 0.0, 0.0, 0, cut=cut)

    def kill(self) -> None:
        """Kill the process wherever it is."""
        self._process.kill()
        self._process.join()

    def close(self) -> None:
        """End the process."""
        if self._process.is_alive():
            self._pipe.send(None)
        self._process.join()


class Outside:
    """The process with Telegram and Stripe, seen from outside."""

    def __init__(self, stripe_seconds: float, stripe_rate: int | None) -> None:
        self._pipe, far = _SPAWN.Pipe()
        self._process = _SPAWN.Process(
            target=serve_outside, args=(far, stripe_seconds, stripe_rate)
        )
        self._process.start()
        far.close()
        self.telegram, self.stripe = self._pipe.recv()

    def control(self, **what: object) -> Any:
        """Tell the light Telegram what to do."""
        with urllib.request.urlopen(f"{self.telegram}/control?{urlencode(what)}") as answer:  # noqa: S310 - our own
            return json.loads(answer.read())

    def pay(self, session: str) -> None:
        """Pay a session as its buyer would."""
        self._pipe.send(session)
        self._pipe.recv()

    def close(self) -> None:
        """End the process."""
        self._pipe.send(None)
        self._process.join()


@contextmanager
def outside(stripe_seconds: float = 0.0, stripe_rate: int | None = None) -> Iterator[Outside]:
    """Open the services that the shop talks to."""
    services = Outside(stripe_seconds, stripe_rate)
    try:
        yield services
    finally:
        services.close()


def in_turns(rivals: dict[str, Rival], load: Workload, rounds: int) -> dict[str, list[Round]]:
    """Run rounds of all rivals in turns, so that what disturbs one disturbs all."""
    done: dict[str, list[Round]] = {name: [] for name in rivals}
    for _ in range(rounds):
        for name, one in rivals.items():
            done[name].append(one.run(load))
    return done


def median(values: Sequence[float]) -> float:
    """Return the median."""
    return statistics.median(values)

"""Part h: a shop on PostgreSQL, by one process and by two, beside one on SQLite."""

from __future__ import annotations

import asyncio
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from bench.perf_rivals import Scene, prepare
from bench.perf_rounds import Outside, Rival, Round, Workload, median, outside
from bench.perf_scale_waits import waits
from bot.store.invariants import find
from bot.store.postgres.connection import PostgresConnection
from kit.postgres import PostgresServer, running_server

#: Chats of the shop to each that taps: so far are the rows of two who tap from each other.
_APART = 100
#: Fewer, where the longest pause is looked for: with many, each tap waits for all the others.
_FEW = 32
_HZ = os.sysconf("SC_CLK_TCK")


def scale(*, quick: bool) -> dict[str, Any]:
    """Measure one process on PostgreSQL to one on SQLite, two to one, and a kill (part h)."""
    with outside() as services, running_server() as server:
        return _rates(services, server, quick=quick) | {
            "waits": waits(services, server, quick=quick)
        }


def _rates(services: Outside, server: PostgresServer, *, quick: bool) -> dict[str, Any]:
    rounds, seconds, chats = (1, 0.3, 32) if quick else (7, 4.0, 1000)
    url = server.new_schema()
    with _stable(services, url, chats) as (file, one, other):
        scattered, beside = Workload(chats, seconds, apart=_APART), Workload(chats, seconds)
        done: dict[str, list[Round]] = {"file": [], "one": [], "two": [], "neighbours": []}
        spent = []
        for _ in range(rounds):
            done["file"].append(file.run(scattered))
            before = _seconds_of(server)
            done["one"].append(one.run(scattered))
            spent.append((_seconds_of(server) - before) / max(1, done["one"][-1].taps))
            done["two"].append(_both((one, other), scattered))
            done["neighbours"].append(_both((one, other), beside))
        found: dict[str, Any] = {name: _of(each) for name, each in done.items()}
        found["one"]["server_cpu_us"] = median(spent) * 1e6
        return found | {
            "rounds": rounds,
            "seconds": seconds,
            "chats": chats,
            "of": chats * _APART,
            "one_to_file": _ratio(done["one"], done["file"], "rate"),
            "cpu_one_to_file": _ratio(done["one"], done["file"], "cpu"),
            "two_to_one": _ratio(done["two"], done["one"], "rate"),
            "killed": _killed((one, other), 1.0 if quick else 6.0, url),
        }


@contextmanager
def _stable(services: Outside, url: str, chats: int) -> Iterator[list[Rival]]:
    """Give the shop on a file, and its two processes on a server."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="shop-bench-")))
        on_file = Scene("shop", services.telegram, services.stripe, folder, chats=chats * _APART)
        on_server = replace(on_file, server=url)
        for one in (on_file, on_server):
            asyncio.run(prepare(one))
        # Telegram's numbers follow each other, and go to whichever process they come to.
        scenes = (on_file, *(replace(on_server, numbers=(first, 2)) for first in (1, 2)))
        rivals = []
        for one in scenes:
            rivals.append(Rival(replace(one, ready=True)))
            stack.callback(rivals[-1].close)
        yield rivals


def _both(pair: tuple[Rival, Rival], load: Workload) -> Round:
    """Let each of two serve every other chat; return it as one round."""
    halves = _halves(load)
    for rival, half in zip(pair, halves, strict=True):
        rival.begin(half)
    one, other = (rival.end(half) for rival, half in zip(pair, halves, strict=True))
    served = max(1, one.taps + other.taps)
    return replace(
        one,
        taps=one.taps + other.taps,
        seconds=max(one.seconds, other.seconds),
        cpu=(one.cpu * one.taps + other.cpu * other.taps) / served,
        p50=(one.p50 + other.p50) / 2,
        p99=max(one.p99, other.p99),
        refused=one.refused + other.refused,
        cut=one.cut + other.cut,
        replays=one.replays + other.replays,
        pause=max(one.pause, other.pause),
    )


def _halves(load: Workload) -> tuple[Workload, Workload]:
    """Share chats out as a proxy does that does not know them: not in runs of neighbours."""
    return (
        replace(load, chats=load.chats - load.chats // 2, apart=2 * load.apart),
        replace(load, chats=load.chats // 2, shift=load.apart, apart=2 * load.apart),
    )


def _killed(pair: tuple[Rival, Rival], seconds: float, url: str) -> dict[str, Any]:
    """Kill one of two amid a round; return the other's longest pause and what is amiss then."""
    halves = _halves(Workload(_FEW, seconds, apart=_APART))
    for rival, half in zip(pair, halves, strict=True):
        rival.begin(half)
    time.sleep(seconds / 2)
    pair[1].kill()
    done = pair[0].end(halves[0])
    with closing(PostgresConnection(url)) as connection:
        connection.command("SET statement_timeout = 0")
        findings = len(find(connection))
    return {
        "pause_ms": done.pause * 1e3,
        "longest_tap_ms": done.longest * 1e3,
        "refused": done.refused + done.cut,
        "findings": findings,
    }


def _of(rounds: list[Round]) -> dict[str, float]:
    served = sum(r.taps for r in rounds)
    return {
        "rate": median([r.rate for r in rounds]),
        "rate_low": min(r.rate for r in rounds),
        "rate_high": max(r.rate for r in rounds),
        "cpu_us": median([r.cpu for r in rounds]) * 1e6,
        "p50_ms": median([r.p50 for r in rounds]) * 1e3,
        "p99_ms": median([r.p99 for r in rounds]) * 1e3,
        "refused": sum(r.refused + r.cut for r in rounds),
        "replays": sum(r.replays for r in rounds) / max(1, served),
    }


def _ratio(ones: list[Round], others: list[Round], what: str) -> float:
    """Return the median of the ratios within each turn, which share their disturbance."""
    pairs = zip(ones, others, strict=True)
    return median([getattr(one, what) / getattr(other, what) for one, other in pairs])


def _seconds_of(server: PostgresServer) -> float:
    """Return the seconds of processor that a server's processes have used, ended ones too."""
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            words = stat.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        except OSError:  # it has ended
            continue
        if int(stat.parent.name) == server.pid:
            ticks += sum(map(int, words[11:15]))
        elif int(words[1]) == server.pid:
            ticks += sum(map(int, words[11:13]))
    return ticks / _HZ

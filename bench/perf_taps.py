"""Parts a and b: taps a second, CPU a tap, and how long a tap takes."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import product
from pathlib import Path
from typing import Any

from bench.perf_rivals import Scene
from bench.perf_rounds import Outside, Rival, Round, Workload, in_turns, median, outside

#: As many chats as a bot that goes round has at a time.
_CROWD = 1000
#: Each rival and whether its loop is uvloop: PTB's own way is asyncio's loop.
_RIVALS = (("default", False), ("shop", True), ("ours", True), ("loop", True))


@contextmanager
def _stable(
    kinds: tuple[tuple[str, bool], ...], chats: int
) -> Iterator[tuple[dict[str, Rival], Outside]]:
    with ExitStack() as stack:
        services = stack.enter_context(outside())
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="shop-bench-")))
        rivals = {}
        for kind, fast in kinds:
            (folder / kind).mkdir()
            scene = Scene(
                kind, services.telegram, services.stripe, folder / kind, fast, chats=chats
            )
            rivals[kind] = Rival(scene)
            stack.callback(rivals[kind].close)
        yield rivals, services


def _of(rounds: list[Round]) -> dict[str, float]:
    return {
        "rate": median([r.rate for r in rounds]),
        "rate_low": min(r.rate for r in rounds),
        "rate_high": max(r.rate for r in rounds),
        "cpu_us": median([r.cpu for r in rounds]) * 1e6,
        "p50_ms": median([r.p50 for r in rounds]) * 1e3,
        "p99_ms": median([r.p99 for r in rounds]) * 1e3,
        "refused": sum(r.refused for r in rounds),
        "cut": sum(r.cut for r in rounds),
        "served": sum(r.taps for r in rounds),
    }


def _ratio(rounds: dict[str, list[Round]], one: str, other: str, what: str) -> float:
    """Return the median of the ratios within each turn, which share their disturbance."""
    pairs = zip(rounds[one], rounds[other], strict=True)
    return median([getattr(a, what) / getattr(b, what) for a, b in pairs])


def taps(*, quick: bool) -> dict[str, Any]:
    """Measure taps a second and CPU a tap of the shop and of barer programs (part a)."""
    rounds, seconds = (3, 0.5) if quick else (7, 1.0)
    found: dict[str, Any] = {"rounds": rounds, "seconds": seconds}
    with _stable(_RIVALS, 100) as (rivals, _):
        for chats in (1, 32):
            done = in_turns(rivals, Workload(chats, seconds), rounds)
            found[str(chats)] = {kind: _of(done[kind]) for kind in rivals} | {
                "rate_to_default": _ratio(done, "shop", "default", "rate"),
                "cpu_to_ours": _ratio(done, "shop", "ours", "cpu"),
                "ours_to_default": _ratio(done, "ours", "default", "rate"),
            }
    return found


def latency(*, quick: bool) -> dict[str, Any]:
    """Measure how long a tap takes, and what a stalled chat does to the others (part b)."""
    rounds, seconds, turns, stall = (1, 0.5, 1, 1.0) if quick else (3, 1.0, 9, 5.0)
    found: dict[str, Any] = {"rounds": rounds, "turns": turns, "stall": stall}
    for chats, wait in product((1, 32, _CROWD), (0.0, 0.05)):
        with _stable((("default", False), ("ours", True), ("shop", True)), 1100) as (rivals, ours):
            ours.control(delay=wait)
            # So many chats are served once in a while; the round is as long as that takes.
            load = Workload(chats, 4 * seconds if chats == _CROWD else seconds)
            done = in_turns(rivals, load, rounds)
            found[f"{chats} chats, {wait * 1e3:.0f} ms"] = {k: _of(r) for k, r in done.items()}
            if (chats, wait) == (_CROWD, 0.05):
                found["stalled"] = _stalled(rivals["shop"], ours, turns, stall)
    return found


def _stalled(shop: Rival, services: Outside, turns: int, seconds: float) -> dict[str, float]:
    """Let one chat's calls hang for 10 s while 31 others tap, in turns with nobody hanging.

    The chat that hangs does so for the whole of a turn, which may be shorter.
    """
    free, held = [], []
    services.control(delay=0.05)
    for _ in range(turns):
        services.control(chat=1_001_050, stall=0.05)
        free.append(shop.run(Workload(31, seconds, beside=1050)))
        services.control(chat=1_001_050, stall=10.0)
        held.append(shop.run(Workload(31, seconds, beside=1050)))
    return {
        "p50_free_ms": median([r.p50 for r in free]) * 1e3,
        "p50_held_ms": median([r.p50 for r in held]) * 1e3,
        "p99_free_ms": median([r.p99 for r in free]) * 1e3,
        "p99_held_ms": median([r.p99 for r in held]) * 1e3,
        "p99_ratio": median([h.p99 / f.p99 for h, f in zip(held, free, strict=True)]),
    }

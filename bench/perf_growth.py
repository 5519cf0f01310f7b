"""Parts c and f: what growth costs, memory, and the time from start to the first answer."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

from bench.perf_goods import FIRST_CHAT
from bench.perf_rivals import Scene, environment, prepare, word_update
from bench.perf_rounds import STROLL, Outside, Rival, Workload, in_turns, median, outside, resident

#: Products, orders and other people's carts.
_SIZES = {
    "smallest": (10, 0, 10),
    "products": (10_000, 0, 10),
    "orders": (10, 1_000_000, 10),
    "carts": (10, 0, 100_000),
    "largest": (10_000, 1_000_000, 100_000),
}
#: Beside them in part f, each product in six listed variants.
_VARIANTS = (2_000, 0, 10)
_SECONDS_TO_START = 40.0
#: What people write once the shop has answered; plain words are searched for.
_WORDS = ("/start", "/cart", "/start", "/cart", "good thing 7")


def growth(*, quick: bool) -> dict[str, Any]:
    """Measure CPU a tap of a stroll through shops of several sizes (part c)."""
    rounds, seconds, divisor = (3, 0.5, 100) if quick else (9, 1.0, 1)
    with ExitStack() as stack:
        services = stack.enter_context(outside())
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="shop-bench-")))
        rivals = {}
        for name, (products, orders, carts) in _SIZES.items():
            scene = _scene(services, folder / name, products, orders // divisor, carts // divisor)
            rivals[name] = Rival(scene)
            stack.callback(rivals[name].close)
        done = in_turns(rivals, Workload(8, seconds, STROLL), rounds)
    first = done["smallest"]
    return {"rounds": rounds, "seconds": seconds, "divisor": divisor} | {
        name: {
            "cpu_us": median([r.cpu for r in each]) * 1e6,
            "cpu_ratio": median([r.cpu / f.cpu for r, f in zip(each, first, strict=True)]),
            "p99_ms": median([r.p99 for r in each]) * 1e3,
            "rss_mb": median([r.rss for r in each]) / 1e6,
        }
        for name, each in done.items()
    }


def _scene(services: Outside, folder: Path, products: int, orders: int, carts: int) -> Scene:
    folder.mkdir()
    return Scene(
        "shop",
        services.telegram,
        services.stripe,
        folder,
        chats=100,
        products=products,
        orders=orders,
        carts=carts,
    )


def memory(*, quick: bool) -> dict[str, Any]:
    """Start the real command on small and large shops; time its answer, weigh it (part f)."""
    rounds, divisor = (1, 100) if quick else (5, 1)
    found: dict[str, Any] = {"rounds": rounds, "divisor": divisor}
    with outside() as services, tempfile.TemporaryDirectory(prefix="shop-bench-") as folder:
        for name in ("smallest", "largest", "variants"):
            products, orders, carts = _SIZES.get(name, _VARIANTS)
            place = Path(folder) / name
            scene = _scene(services, place, products, orders // divisor, carts // divisor)
            scene = replace(scene, variants=name == "variants")
            asyncio.run(prepare(scene))
            # The file is new to the first, which reads it; the others know it.
            first, *runs = [_start(services, scene, number) for number in range(1 + rounds)]
            found[name] = {
                "new_file_s": first[0],
                "new_file_rest_mb": first[1] / 1e6,
                "first_answer_s": median([seconds for seconds, _, _ in runs]),
                "rest_mb": median([rest for _, rest, _ in runs]) / 1e6,
                "peak_mb": max(peak for _, _, peak in (first, *runs)) / 1e6,
            }
    return found


def _start(services: Outside, scene: Scene, number: int) -> tuple[float, int, int]:
    """Return seconds to the first answer, bytes at rest after use, and the most there were.

    Use is 200 messages of 90 people, a search among them.
    """
    services.control(watch=1)
    services.control(update=json.dumps(word_update(number + 1, FIRST_CHAT, "/start")))
    began = time.monotonic()
    with subprocess.Popen(
        [sys.executable, "-m", "bot", "run"],
        env=environment(scene) | {"PATH": os.environ["PATH"]},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as shop:
        try:
            seconds = _answered(services, began)
            for step in range(200):
                text = _WORDS[step % len(_WORDS)]
                update = word_update(1000 * number + 10 + step, FIRST_CHAT + step % 90, text)
                services.control(update=json.dumps(update))
            time.sleep(3)
            return seconds, resident(shop.pid), _peak(shop.pid)
        finally:
            shop.terminate()


def _answered(services: Outside, began: float) -> float:
    while time.monotonic() - began < _SECONDS_TO_START:
        shown = services.control()["shown"].get(str(FIRST_CHAT))
        if shown:
            seconds: float = shown[0] - began
            return seconds
        time.sleep(0.01)
    raise TimeoutError(f"the shop did not answer: {services.control()}")


def _peak(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    line = next(one for one in status.splitlines() if one.startswith("VmHWM"))
    return int(line.split()[1]) * 1024

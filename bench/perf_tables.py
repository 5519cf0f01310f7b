"""What was measured of each part, as a page's tables."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from bench.perf_plot import NAMES


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _taps(found: dict[str, Any]) -> str:
    head = ("", "taps/s (lowest–highest)", "CPU a tap", "p50", "p99")
    blocks = [f"{found['rounds']} rounds of {found['seconds']} s each, in turns."]
    for chats in ("1", "32"):
        of = found[chats]
        rows = [
            (
                name,
                f"{of[kind]['rate']:.0f} ({of[kind]['rate_low']:.0f}–{of[kind]['rate_high']:.0f})",
                f"{of[kind]['cpu_us']:.0f} µs",
                f"{of[kind]['p50_ms']:.1f} ms",
                f"{of[kind]['p99_ms']:.1f} ms",
            )
            for kind, name in NAMES.items()
        ]
        goal = "1.2" if chats == "1" else "2.5"
        blocks += [
            f"{chats} busy chat{'s' if chats != '1' else ''}:",
            _table(head, rows),
            (
                f"The shop's taps a second to the default's: **{of['rate_to_default']:.2f}** "
                f"(goal: at least {goal}); its CPU a tap to a bare handler's on our transport: "
                f"**{of['cpu_to_ours']:.2f}** (goal: at most 1.6); bare against bare: "
                f"{of['ours_to_default']:.2f}."
            ),
        ]
    return "\n\n".join(blocks)


def _latency(found: dict[str, Any]) -> str:
    rows = [
        (name, NAMES[kind], *_waits(found[name][kind]))
        for name in sorted((one for one in found if "chats" in one), key=_crowd)
        for kind in ("shop", "ours", "default")
    ]
    held = found["stalled"]
    table = _table(("", "", "p50", "p99", "taps/s", "refused or cut off"), rows)
    return (
        f"{table}\n\n{found['rounds']} rounds in turns; times are those of taps that were served. "
        "A tap is refused where a call of it did not go well, and cut off where it was not at its "
        "end 20 s after its round.\n\nOne chat's calls stalled for 10 s, while 31 others tap and "
        f"Telegram answers in 50 ms: the others' p50 {held['p50_free_ms']:.1f} ms without, "
        f"{held['p50_held_ms']:.1f} ms with; p99 {held['p99_free_ms']:.1f} ms without, "
        f"{held['p99_held_ms']:.1f} ms with; ratio of p99 **{held['p99_ratio']:.2f}** (goal: at "
        f"most 1.2). {found['turns']} turns of {found['stall']:.0f} s each way."
    )


def _crowd(name: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", name))


def _waits(of: dict[str, Any]) -> tuple[str, ...]:
    lost = of["refused"] + of["cut"]
    share = f"{lost} of {lost + of['served']}" if lost else "–"
    if not of["served"]:
        return "–", "–", "–", share
    return f"{of['p50_ms']:.1f} ms", f"{of['p99_ms']:.1f} ms", f"{of['rate']:.0f}", share


def _growth(found: dict[str, Any]) -> str:
    rows = [
        (
            name,
            f"{of['cpu_us']:.0f} µs",
            f"**{of['cpu_ratio']:.2f}**",
            f"{of['p99_ms']:.1f} ms",
            f"{of['rss_mb']:.0f} MB",
        )
        for name in ("smallest", "products", "orders", "carts", "largest")
        for of in (found[name],)
    ]
    table = _table(("", "CPU a tap", "to the smallest", "p99", "memory, the bench's too"), rows)
    scaled = f" Orders and carts divided by {found['divisor']}." if found["divisor"] > 1 else ""
    return (
        f"{table}\n\n`smallest`: 10 products, no orders, 10 carts; `products`: 10,000; `orders`: "
        f"1,000,000; `carts`: 100,000; `largest`: all of it. Goal: within 1.25.{scaled} "
        f"{found['rounds']} rounds of a stroll of nine taps by 8 chats. No statement of a tap "
        "scans a table: `tests/store/sqlite/test_plans.py`."
    )


def _plain(found: dict[str, Any]) -> str:
    rows = [(key.replace("_", " "), _figure(value)) for key, value in found.items()]
    return _table(("", ""), rows)


def _figure(value: Any) -> str:
    return f"{value:.2f}" if isinstance(value, float) else str(value)


def _memory(found: dict[str, Any]) -> str:
    rows = [
        (
            name,
            f"**{found[name]['first_answer_s']:.2f} s**",
            f"**{found[name]['rest_mb']:.0f} MB**",
            f"{found[name]['new_file_s']:.2f} s",
            f"{found[name]['new_file_rest_mb']:.0f} MB",
            f"{found[name]['peak_mb']:.0f} MB",
        )
        for name in ("smallest", "largest", "variants")
        if name in found
    ]
    head = (
        "",
        "start to first answer",
        "at rest after use",
        "the same on a file that is new",
        "at rest",
        "peak of all",
    )
    scaled = f" Orders and carts divided by {found['divisor']}." if found["divisor"] > 1 else ""
    return (
        f"{_table(head, rows)}\n\nGoals: 1.5 s, 130 MB.{scaled} The real command, started once on "
        f"a catalog file that is new to its database and {found['rounds']} times on the same. At "
        "rest: 3 s after 200 messages, searches among them. `variants`: 2,000 products, each in "
        "six listed variants with a price, a stock and a sku of their own."
    )


def _scale(found: dict[str, Any]) -> str:
    many = f"{found['chats']:,}"
    rows = [
        (
            name,
            f"{of['rate']:.0f} ({of['rate_low']:.0f}–{of['rate_high']:.0f})",
            f"{of['cpu_us']:.0f} µs",
            f"{of['p50_ms']:.0f} ms",
            f"{of['p99_ms']:.0f} ms",
            f"{of['replays']:.2%}",
            f"{of['refused']}",
        )
        for name, of in (
            ("SQLite, one process", found["file"]),
            ("PostgreSQL, one", found["one"]),
            ("PostgreSQL, two", found["two"]),
            ("the same, neighbours", found["neighbours"]),
        )
    ]
    head = ("", "taps/s (lowest–highest)", "CPU a tap", "p50", "p99", "replays a tap", "refused")
    killed, waits = found["killed"], found["waits"]
    takeover = f"**{waits['takeover_s']:.1f} s**" if "takeover_s" in waits else "not measured"
    told = (
        ("two processes to one, taps a second", "at least 1.4", f"**{found['two_to_one']:.2f}**"),
        ("one process to SQLite, CPU a tap", "at most 1.5", f"**{found['cpu_one_to_file']:.2f}**"),
        ("one process to SQLite, taps a second", "–", f"{found['one_to_file']:.2f}"),
        ("PostgreSQL's own CPU a tap", "–", f"{found['one']['server_cpu_us']:.0f} µs"),
        ("replays a tap, scattered", "under 1 %", f"**{found['two']['replays']:.2%}**"),
        ("one of two killed: the other's longest pause", "1 s", f"**{killed['pause_ms']:.0f} ms**"),
        ("its longest tap", "–", f"{killed['longest_tap_ms']:.0f} ms"),
        ("contradictions found after it", "0", f"{killed['findings']}"),
        ("a second process serves", "3 s", f"**{waits['second_serves_s']:.1f} s**"),
        ("a saved file is in the first", "–", f"{waits['file_adopted_s']:.1f} s"),
        ("then in the other", "2 s", f"**{waits['other_hears_s']:.1f} s**"),
        ("killed while it fetches updates: the other answers", "20 s", takeover),
    )
    return (
        f"{_table(head, rows)}\n\n{found['rounds']} rounds of {found['seconds']} s, in turns, by "
        f"{many} chats of {found['of']:,}: every {found['of'] // found['chats']}th, or neighbours. "
        "Each of two processes serves every other of them. All on the same cores: the bench, "
        "Telegram, both processes and the server.\n\n"
        f"{_table(('', 'goal', ''), told)}"
    )


def _ways(found: dict[str, Any]) -> str:
    ways = ("start", "again", "link", "first link")
    head = ("", "/start → Pay", "receipt → Pay", "product’s link → Pay", "the same, first time")
    rows = [(code, *(str(found[code][way]) for way in ways)) for code in sorted(found)]
    return (
        f"{_table(head, rows)}\n\nPresses until Stripe's page opens, that of *Pay* counted and "
        "/start or the link not; goals: at most 5, 2, 2 and 3. In the sample shop, by "
        "`kit/robot.py`, which reads the labels in its language: a category, a product, *Buy now*, "
        "how it gets there (the first time), *Pay*."
    )


TABLES: Final[Mapping[str, Callable[[dict[str, Any]], str]]] = {
    "a": _taps,
    "b": _latency,
    "c": _growth,
    "d": _plain,
    "e": _plain,
    "f": _memory,
    "g": _plain,
    "h": _scale,
    "i": _ways,
}

"""What was measured, kept as JSON, written as a page and drawn as a picture."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import time
from pathlib import Path
from typing import Any, Final

from bench.perf_plot import draw
from bench.perf_tables import TABLES

_FOLDER: Final = Path(__file__).parent
_FIGURES: Final = _FOLDER / "results.json"
_PAGE: Final = _FOLDER / "RESULTS.md"


def keep(part: str, figures: dict[str, Any], command: str) -> None:
    """Keep a part's figures with the machine they are of, and write the page and the plot anew."""
    every = json.loads(_FIGURES.read_text(encoding="utf-8")) if _FIGURES.exists() else {}
    every[part] = {"machine": _machine(command), "figures": figures}
    _FIGURES.write_text(json.dumps(every, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    _PAGE.write_text(_page(every), encoding="utf-8")
    draw(every)


def _machine(command: str) -> dict[str, Any]:
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"],  # noqa: S607 - whichever git there is
        cwd=_FOLDER,
        capture_output=True,
        text=True,
        check=False,
    )
    return {
        "commit": commit.stdout.strip() or "unknown",
        "command": command,
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "load": round(os.getloadavg()[0], 1),
        "day": time.strftime("%Y-%m-%d", time.gmtime()),
    }


def _page(every: dict[str, Any]) -> str:
    blocks = [
        "# What was measured",
        (
            "Written by `python -m bench perf`; each part names its commit, command and machine. "
            "All of it runs in one process tree on loopback: the bot, a Telegram that only "
            "answers, and, where payments are made, the embedded Stripe. Ratios are medians over "
            "rounds in turns, each taken within one turn, so that what disturbed one disturbed "
            "the other. `load` is the machine's load average when the part ended: above the "
            "number of cores, other programs took a share, and absolute figures are too low."
        ),
        "![Taps a second and CPU a tap](plot.png)",
    ]
    for part, title in _TITLES.items():
        if part in every:
            machine = every[part]["machine"]
            told = ", ".join(f"{key} {machine[key]}" for key in ("commit", "cores", "load", "day"))
            try:
                table = TABLES[part](every[part]["figures"])
            except KeyError:  # measured in an older form, and not since
                continue
            made = f"`{machine['command']}` · Python {machine['python']}, {machine['system']}"
            blocks += [f"## ({part}) {title}", f"{made} · {told}", table]
    notes = _FOLDER / "NOTES.md"
    if notes.exists():
        blocks.append(notes.read_text(encoding="utf-8").strip())
    return "\n\n".join(blocks) + "\n"


_TITLES: Final = {
    "a": "taps a second, CPU a tap",
    "b": "how long a tap takes",
    "c": "growth",
    "d": "a flash sale: Stripe at 150 ms and 25 calls a second",
    "e": "webhook to receipt",
    "f": "memory, and time to the first answer",
    "g": "a catalog of 10,000 products",
    "h": "two processes on PostgreSQL",
    "i": "taps to Stripe's page",
}

"""Draws revenue by day as a picture, in a process of its own: ``python -m bot.chat.drawing``.

Reads ``{"labels": [...], "values": [...], "title": "…"}`` from standard input and writes a PNG to
standard output. It is the only part that loads matplotlib, and it ends with its one picture, so
that the shop's memory and its event loop never notice.
"""

from __future__ import annotations

import io
import json
import sys

_WIDTH, _HEIGHT, _DPI = 8.0, 4.5, 120
_INK, _BAR, _LINE = "#2f2a26", "#b5651d", "#e6dfd8"
#: Labels under the bars that can be read side by side.
_LABELS = 8


def draw(labels: list[str], values: list[float], title: str) -> bytes:
    """Return a PNG of one bar a day."""
    import matplotlib as mpl  # noqa: PLC0415 - an extra, loaded by this process alone

    mpl.use("Agg")
    from matplotlib.figure import Figure  # noqa: PLC0415

    figure = Figure(figsize=(_WIDTH, _HEIGHT), dpi=_DPI, layout="constrained")
    axes = figure.add_subplot()
    places = range(len(values))
    axes.bar(places, values, color=_BAR, width=0.75)
    step = -(-len(labels) // _LABELS)
    axes.set_xticks([*places][::step], labels[::step])
    axes.set_title(title, loc="left", color=_INK, parse_math=False)
    axes.grid(axis="y", color=_LINE)
    axes.set_axisbelow(True)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.tick_params(colors=_INK, length=0)
    axes.set_ylim(bottom=min(0.0, *values), top=None if any(values) else 1.0)
    written = io.BytesIO()
    figure.savefig(written, format="png")
    return written.getvalue()


def main() -> None:
    """Draw what standard input says."""
    wanted = json.load(sys.stdin)
    picture = draw(wanted["labels"], wanted["values"], wanted["title"])
    sys.stdout.buffer.write(picture)


if __name__ == "__main__":
    main()

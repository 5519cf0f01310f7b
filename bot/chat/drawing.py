"""Draws sales as a picture, in a process of its own: ``python -m bot.chat.drawing``.

Reads a `bot.chat.charts.Chart` as JSON from standard input and writes a PNG to standard output. It
is the only part that loads matplotlib, and it ends with its one picture, so that the shop's memory
and its event loop never notice.
"""

from __future__ import annotations

import io
import json
import sys
import unicodedata
from collections.abc import Sequence
from typing import Any

_WIDTH, _DPI = 6.4, 150
_HEIGHT, _ROW = 4.8, 0.5
_INK, _QUIET, _BAR, _PALE, _PAPER = "#2f2a26", "#7a716a", "#b5651d", "#f0dfcf", "#fffdfa"
#: Labels under the bars that can be read side by side, bars that can each bear their amount, and
#: the longest amounts for which that is so; else the highest bar alone bears its own.
_LABELS, _SAID, _SHORT = 7, 7, 8
_NAME = 40
#: Where the figures stand, from one side to the other, and the longest that is written large, and
#: not small.
_COLUMNS, _WHOLE, _SEVERAL = (0.0, 0.33, 0.53, 0.78), 12, 18


def draw(wanted: dict[str, Any]) -> bytes:
    """Return a PNG: figures above, a bar for each day or hour, and what sold most below."""
    import matplotlib as mpl  # noqa: PLC0415 - an extra, loaded by this process alone

    mpl.use("Agg")
    from matplotlib.figure import Figure  # noqa: PLC0415
    from matplotlib.layout_engine import ConstrainedLayoutEngine  # noqa: PLC0415

    mpl.rcParams.update({"text.color": _INK, "text.parse_math": False, "font.size": 12})
    best = wanted["best"]
    rows = [1.0, _HEIGHT - 1.0] + ([_ROW * (len(best) + 1)] if best else [])
    layout = ConstrainedLayoutEngine(w_pad=0.25, h_pad=0.15)
    figure = Figure(figsize=(_WIDTH, sum(rows)), dpi=_DPI, facecolor=_PAPER, layout=layout)
    places = figure.subplots(len(rows), height_ratios=rows)
    for axes in places:
        axes.set_facecolor(_PAPER)
        axes.spines[:].set_visible(False)
    rtl = bool(wanted["rtl"])
    _figures(places[0], wanted["figures"], rtl=rtl)
    _bars(places[1], wanted, rtl=rtl)
    if best:
        _sellers(places[2], wanted["best_title"], best, rtl=rtl)
    written = io.BytesIO()
    figure.savefig(written, format="png")
    return written.getvalue()


def _figures(axes: Any, figures: Sequence[Sequence[str]], *, rtl: bool) -> None:
    axes.axis("off")
    side = "right" if rtl else "left"
    for place, (label, value) in zip(_COLUMNS, figures, strict=False):
        at = 1 - place if rtl else place
        size = 17 if len(value) <= _WHOLE else 12 if len(value) <= _SEVERAL else 9
        axes.text(at, 0.85, _plain(label), ha=side, va="top", color=_QUIET, fontsize=12)
        axes.text(at, 0.5, _plain(value), ha=side, va="top", fontsize=size, weight="bold")


def _bars(axes: Any, wanted: dict[str, Any], *, rtl: bool) -> None:
    values, labels, said = wanted["values"], wanted["labels"], wanted["said"]
    places = range(len(values))
    bars = axes.bar(places, values, color=_BAR, width=0.72)
    step = -(-len(labels) // _LABELS)
    axes.set_xticks([*places][::step], [_plain(one) for one in labels[::step]])
    axes.set_yticks([])
    axes.tick_params(colors=_QUIET, length=0, labelsize=11)
    axes.axhline(0, color=_PALE, linewidth=1.5)
    side = "right" if rtl else "left"
    axes.set_title(_plain(wanted["title"]), loc=side, color=_QUIET, fontsize=12, pad=14)
    top = max(values, default=0)
    axes.set_ylim(bottom=min(0.0, *values), top=top * 1.12 if top else 1.0)
    every = len(values) <= _SAID and max(map(len, said)) <= _SHORT
    for bar, value, words in zip(bars, values, said, strict=True):
        if value and (every or value == top):
            middle = bar.get_x() + bar.get_width() / 2
            axes.text(middle, value, _plain(words), ha="center", va="bottom", fontsize=11)


def _sellers(axes: Any, title: str, best: Sequence[Sequence[Any]], *, rtl: bool) -> None:
    most = max(units for _, units in best)
    places = range(len(best))
    axes.barh(places, [units for _, units in best], color=_PALE, height=0.78)
    axes.set_xlim(0, most)
    axes.invert_yaxis()
    if rtl:
        axes.invert_xaxis()
    axes.set_xticks([])
    axes.set_yticks([])
    near, far = ("right", "left") if rtl else ("left", "right")
    axes.set_title(_plain(title), loc=near, color=_QUIET, fontsize=12, pad=10)
    for place, (name, units) in zip(places, best, strict=True):
        axes.text(most * 0.015, place, _plain(name)[:_NAME], ha=near, va="center")
        axes.text(most * 0.985, place, f"{units}", ha=far, va="center", weight="bold")


def _plain(words: str) -> str:
    """Return words without what the font cannot show: emoji, and marks that only steer text."""
    kept = (
        mark
        for mark in unicodedata.normalize("NFC", words)
        if unicodedata.category(mark) not in _LEFT_OUT
    )
    return " ".join("".join(kept).split())


#: Emoji and other symbols, invisible marks, and what is no character at all.
_LEFT_OUT = frozenset({"So", "Sk", "Cf", "Cs", "Co", "Cn", "Mn"})


def main() -> None:
    """Draw what standard input says."""
    sys.stdout.buffer.write(draw(json.load(sys.stdin)))


if __name__ == "__main__":
    main()

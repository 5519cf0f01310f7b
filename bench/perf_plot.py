"""Part a drawn as a picture."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

_PLOT: Final = Path(__file__).parent / "plot.png"
NAMES: Final = {
    "default": "bare PTB handler, PTB's default transport",
    "shop": "the whole shop",
    "ours": "bare PTB handler, our transport",
    "loop": "bare aiohttp loop, no PTB",
}


def draw(every: dict[str, Any]) -> None:
    """Draw part a; without the extra ``charts`` there is no picture."""
    if "a" not in every:
        return
    try:
        from matplotlib.figure import Figure  # noqa: PLC0415 - an extra
    except ImportError:
        return
    found = every["a"]["figures"]
    figure = Figure(figsize=(9, 3.6), layout="constrained")
    panels = figure.subplots(1, 2)
    for panel, key, label in zip(
        panels, ("rate", "cpu_us"), ("taps a second", "CPU a tap, µs"), strict=True
    ):
        for place, (chats, colour) in enumerate((("1", "#8fb4c9"), ("32", "#1f5673"))):
            values = [found[chats][kind][key] for kind in NAMES]
            at = [number + 0.4 * place for number in range(len(values))]
            word = "1 chat" if chats == "1" else f"{chats} chats"
            bars = panel.barh(at, values, height=0.38, color=colour, label=word)
            panel.bar_label(bars, fmt="%.0f", padding=3, fontsize=8)
        panel.set_yticks([number + 0.2 for number in range(len(NAMES))], list(NAMES))
        panel.set_title(label, fontsize=10)
        panel.margins(x=0.15)
        panel.spines[["top", "right"]].set_visible(False)
    panels[1].legend(frameon=False, fontsize=8)
    figure.savefig(_PLOT, dpi=120, metadata={"Software": None})

"""The shop's own colour on its pages, kept readable by day and by night."""

from __future__ import annotations

from colorsys import hls_to_rgb, rgb_to_hls
from typing import Final

Rgb = tuple[float, float, float]

#: What the colour stands on: `--card` of `style.css`, light and dark.
GROUNDS: Final = ("#ffffff", "#211f1b")
_BLACK: Final = "#000000"
_WHITE: Final = "#ffffff"
#: What a button's edge must have against its ground (WCAG 2.2, 1.4.11).
EDGE: Final = 3.0
_STEP: Final = 0.02
#: Of a channel, where sRGB's curve begins.
_DARK: Final = 0.04045


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, 1 to 21 (WCAG 2.2, "contrast ratio")."""
    low, high = sorted((_luminance(_read(one)), _luminance(_read(other))))
    return (high + 0.05) / (low + 0.05)


def on_ground(colour: str, ground: str) -> str:
    """Return the colour, made darker or lighter until a button of it stands out on a ground."""
    step = -_STEP if letters_on(ground) == _BLACK else _STEP
    hue, light, saturation = rgb_to_hls(*_read(colour))
    while contrast(colour, ground) < EDGE:
        light = min(max(light + step, 0.0), 1.0)
        colour = _written(hls_to_rgb(hue, light, saturation))
    return colour


def letters_on(colour: str) -> str:
    """Return black or white, whichever is read more easily on a colour: at least 4.5 to 1."""
    return max(_BLACK, _WHITE, key=lambda letters: contrast(letters, colour))


def colour_rules(colour: str) -> str:
    """Return the rules of the style sheet that paint the buttons with a colour."""
    day, night = (_rule(on_ground(colour, ground)) for ground in GROUNDS)
    return f"{day}\n@media (prefers-color-scheme: dark) {{ {night} }}\n"


def _rule(accent: str) -> str:
    return f":root {{ --accent: {accent}; --on-accent: {letters_on(accent)}; }}"


def _read(colour: str) -> Rgb:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def _written(parts: Rgb) -> str:
    return "#" + "".join(f"{round(part * 255):02x}" for part in parts)


def _luminance(parts: Rgb) -> float:
    red, green, blue = (
        part / 12.92 if part <= _DARK else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue

#!/usr/bin/env python3
"""Draw the shop's pictures: each table of pictures.toml becomes one JPEG beside this folder.

A picture is a scene (an SVG file of this folder) whose `$words` are replaced by the table's values,
laid over `kit.svg`, which holds the gradients, shadows, backgrounds and objects that scenes share.
Colours are CSS variables, so that one cup serves four glazes. A headless Chromium takes the
screenshot; the labels want the fonts EB Garamond, Cabin and League Spartan, and fall back to any
serif and sans-serif without them.

Usage: photos/source/render.py [NAME ...]     (all pictures, or those named, without ".jpg")
"""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path
from string import Template
from typing import Any

from playwright.sync_api import sync_playwright

SOURCE = Path(__file__).resolve().parent
CHROMIUM = "/usr/bin/chromium"
# It only draws a local page: no GPU, no sandbox (CI runs as root), no talk with the outside.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SIZE = (1200, 900)
QUALITY = 86


def page(picture: dict[str, Any], kit: str) -> str:
    """Return the HTML page of one picture.

    Args:
        picture: A table of pictures.toml: `scene`, maybe `size`, `theme` and `style`; every other
            key is a word of the scene.
        kit: The text of kit.svg.

    Raises:
        KeyError: The scene asks for a word that the table does not give.
    """
    scene = Template((SOURCE / f"{picture['scene']}.svg").read_text("utf-8")).substitute(picture)
    theme, style = picture.get("theme", "coffee"), picture.get("style", "")
    return (
        f'<!doctype html><meta charset="utf-8"><body class="{theme}" style="margin:0;{style}">'
        f"{kit}{scene}</body>"
    )


def main(names: list[str]) -> None:
    """Render the named pictures, or all of them."""
    pictures = tomllib.loads((SOURCE / "pictures.toml").read_text("utf-8"))
    kit = (SOURCE / "kit.svg").read_text("utf-8")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for name in names or pictures:
            width, height = pictures[name].get("size", SIZE)
            tab = browser.new_page(viewport={"width": width, "height": height})
            tab.set_content(page(pictures[name], kit))
            tab.screenshot(path=SOURCE.parent / f"{name}.jpg", type="jpeg", quality=QUALITY)
            tab.close()
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])

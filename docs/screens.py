#!/usr/bin/env python3
"""Take the pictures of every screen, in three languages, by day and by night, on sheets.

Usage, with the extra "test" installed: docs/screens.py [family or language]...
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Final

from playwright.sync_api import sync_playwright
from visitor import CHROMIUM, FLAGS, FOLDER, LOCALES
from walk import Walk
from walks import asking, buying, goods, mishaps, orders, owning

FAMILIES: Final[tuple[Callable[[Walk], None], ...]] = (
    goods.front, goods.products, buying.cart, buying.paying,
    orders.orders, orders.pickup, orders.unpaid, orders.bank,
    asking.about, asking.questions, asking.by_itself, asking.together,
    owning.selling, owning.refunding, owning.goods, owning.file, owning.owners,
    mishaps.mishaps,
)  # fmt: skip


def main() -> None:
    """Walk through the families that were named, or all of them, in the languages named, or all."""
    FOLDER.mkdir(exist_ok=True)
    asked = set(sys.argv[1:])
    languages = [one for one in LOCALES if one in asked] or list(LOCALES)
    families = [one for one in FAMILIES if one.__name__ in asked] or FAMILIES
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for language in languages:
            for family in families:
                walk = Walk(browser, language)
                family(walk)
                path = walk.keep(family.__name__)
                told = f"{path.name}: {path.stat().st_size // 1000} kB, {len(walk.seen)} screens"
                sys.stdout.write(told + "\n")
        browser.close()


if __name__ == "__main__":
    main()

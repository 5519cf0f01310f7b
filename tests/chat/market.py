"""A small shop to visit: a catalog file with pictures, written where a test wants it."""

from __future__ import annotations

import json
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from bot.catalog_file.file import read_catalog
from bot.ports.catalog import PictureFact
from kit import ROOT, JumpingClock, Kit, open_kit
from shop_sandbox.exchange import Exchange

_PICTURES = ("banner.jpg", "house-blend.jpg", "house-blend-beans.jpg", "lume-cup-night.jpg")
HOSTILE = "Tom & <b>Jerry</b> _*`[ 🎩 Чашка"


def entries() -> dict[str, Any]:
    """Return the catalog as its file says it, to be changed at will."""
    return {
        "shop": {
            "name": "Corner & Co",
            "about": "Small things, <well> made.",
            "currency": "eur",
            "support": "@corner_and_co",
            "banner": "photos/banner.jpg",
        },
        "categories": [
            {"id": "coffee", "name": "Coffee", "emoji": "☕"},
            {"id": "cups", "name": "Cups"},
        ],
        "products": [
            {
                "id": "blend",
                "category": "coffee",
                "name": "Blend",
                "price": "12.50",
                "photos": ["photos/house-blend.jpg", "photos/house-blend-beans.jpg"],
                "options": [
                    {
                        "id": "size",
                        "name": "Size",
                        "values": [
                            {"id": "small", "name": "250 g", "stock": 20},
                            {"id": "large", "name": "1 kg", "price": "39.00", "stock": 3},
                        ],
                    }
                ],
            },
            {"id": "cup", "category": "cups", "name": "Cup", "price": "14.00"},
            {
                "id": "mug",
                "category": "cups",
                "name": HOSTILE,
                "price": "9.00",
                "stock": 2,
                "photos": ["photos/lume-cup-night.jpg"],
            },
            {"id": "jug", "category": "cups", "name": "Jug", "price": "30.00", "stock": 0},
        ],
    }


def write(folder: Path, catalog: dict[str, Any] | None = None) -> Path:
    """Write the catalog and its pictures, and return the file's path."""
    (folder / "photos").mkdir(exist_ok=True)
    for name in _PICTURES:
        shutil.copy(ROOT / "photos" / name, folder / "photos" / name)
    path = folder / "catalog.json"
    path.write_text(json.dumps(catalog or entries()), encoding="utf-8")
    return path


async def put_on_the_shelf(kit: Kit, catalog: dict[str, Any]) -> None:
    """Sell from a changed catalog from now on."""
    source = json.dumps(catalog).encode()

    def picture(_: str) -> PictureFact | None:
        return PictureFact(1000, "jpeg", 100, 100)

    reading = read_catalog(source, file="catalog.json", picture=picture)
    await kit.shop.current.adopt(reading, source)


@asynccontextmanager
async def open_market(
    folder: Path, catalog: dict[str, Any] | None = None, clock: JumpingClock | None = None
) -> AsyncIterator[tuple[Kit, list[Exchange]]]:
    """Open the small shop; yields the kit and what is exchanged with Telegram from now on."""
    async with open_kit(folder, catalog=write(folder, catalog), clock=clock) as kit:
        exchanges: list[Exchange] = []
        kit.telegram.on_exchange.append(exchanges.append)
        yield kit, exchanges


def calls(exchanges: list[Exchange]) -> list[str]:
    """Return the names of the calls that speak to people, in their order."""
    beside = ("getUpdates", "getMy", "setMy")
    return [one.call for one in exchanges if not one.call.startswith(beside)]

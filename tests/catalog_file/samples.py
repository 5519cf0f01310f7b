"""A catalog file to test with, whole and sound, and what reads it."""

from __future__ import annotations

from collections.abc import Iterable

from bot.catalog_file.file import read_catalog
from bot.locales import Languages
from bot.ports.catalog import Fault, PictureFact, Reading

GOOD = """{
  "$schema": "./catalog.schema.json",
  "shop": {"name": "Beans & Co", "currency": "eur", "support": "@beans", "banner": "front.jpg"},
  "categories": [
    {"id": "coffee", "name": {"en": "Coffee", "de": "Kaffee"}},
    {"id": "gear", "name": "Gear", "emoji": "⚙️"}
  ],
  "products": [
    {
      "id": "house-blend",
      "category": "coffee",
      "name": "House blend",
      "description": "Round.\\nMild.",
      "price": "12.50",
      "was": "14.00",
      "photo": "photos/house.jpg",
      "stock": 20,
      "options": [
        {"id": "size", "name": "Size", "values": [
          {"id": "250g", "name": "250 g"},
          {"id": "1kg", "name": "1 kg", "price": "39.00", "stock": 3}
        ]},
        {"id": "grind", "name": "Grind", "values": [
          {"id": "beans", "name": "Whole beans"},
          {"id": "filter", "name": {"en": "Filter", "de": "Filter"}}
        ]}
      ]
    },
    {"id": "cup", "category": "gear", "name": "Cup <blue> ☕", "price": 9.5, "stock": 0}
  ],
  "checkout": {
    "hold_minutes": 60,
    "questions": [{"id": "gift", "label": "A gift for?", "optional": true}],
    "shipping": {
      "countries": ["PT", "ES"],
      "rates": [{"name": "Post", "price": "4.90", "days": [2, 4]}],
      "free_over": 50
    }
  }
}
"""

PICTURE = PictureFact(size=120_000, format="jpeg", width=1200, height=900)


def any_picture(_: str) -> PictureFact | None:
    """Tell of a sound picture at every path."""
    return PICTURE


def read(source: str | bytes) -> Reading:
    """Read a catalog whose pictures are all sound."""
    return read_catalog(source, file="catalog.json", picture=any_picture)


def changed(old: str, new: str) -> str:
    """Return the good catalog with one place changed, which must be there once."""
    assert GOOD.count(old) == 1, old
    return GOOD.replace(old, new)


def told(faults: Iterable[Fault]) -> list[str]:
    """Return each fault's place and its words in English."""
    texts = Languages.load().texts("en")
    return [
        f"{one.line}:{one.column}: {one.field}: {texts.text(one.key, **one.params)}"
        for one in faults
    ]

"""Catalog files that have every field at least once: the examples of the schema and the guide.

They are sound files: a test reads them without a fault and without a doubt, and holds that no field
of the shape is missing here.
"""

from __future__ import annotations

from typing import Any, Final

_RATES: Final = [
    {
        "id": "post",
        "name": "Post",
        "price": "4.50",
        "days": [2, 4],
        "free_over": "60.00",
        "max_weight": 2000,
        "comment": "CTT",
    }
]

WHOLE: Final[dict[str, Any]] = {
    "$schema": "./catalog.schema.json",
    "comment": "Prices of the autumn list",
    "shop": {
        "comment": "Opened in 2019",
        "name": {"en": "Café Lume", "de": "Café Lume"},
        "about": "Small roaster in Lisbon.",
        "currency": "eur",
        "support": "@cafelume",
        "banner": "photos/banner.jpg",
        "colour": "#1f6f54",
        "terms": "https://cafelume.example/terms",
        "privacy": "https://cafelume.example/privacy",
        "business": {
            "name": "Lume Lda",
            "address": "Rua da Rosa 12\n1200-387 Lisboa\nPortugal",
            "vat_id": "PT514000000",
            "registration": "Registo Comercial Lisboa, 514 000 000",
            "comment": "As the register has it",
        },
        "timezone": "Europe/Lisbon",
        "low_stock": 3,
        "summary_hour": 20,
        "remind_cart_hours": 24,
    },
    "categories": [{"id": "coffee", "name": "Coffee", "emoji": "☕", "comment": "Whole beans too"}],
    "products": [
        {
            "id": "guji",
            "category": "coffee",
            "name": {"en": "Ethiopia Guji", "de": "Guji aus Äthiopien"},
            "description": "Jasmine, bergamot, ripe apricot.",
            "price": "12.50",
            "was": "14.00",
            "photo": "photos/guji.jpg",
            "stock": 20,
            "max_per_order": 6,
            "min_per_order": 2,
            "options": [
                {
                    "id": "size",
                    "name": "Bag",
                    "values": [
                        {"id": "250g", "name": "250 g"},
                        {
                            "id": "1kg",
                            "name": "1 kg",
                            "price": "39.00",
                            "stock": 3,
                            "photo": "photos/guji-1kg.jpg",
                            "comment": "Sealed by hand",
                        },
                    ],
                    "comment": "The large bag sells best",
                }
            ],
            "hidden": False,
            "new": True,
            "sku": "CO-GUJI",
            "barcode": "4006381333931",
            "weight": 270,
            "brand": "Café Lume",
            "tax_code": "txcd_40060003",
            "details": [
                {"label": "Altitude", "text": "1900 m", "comment": "As the grower says"},
                {"label": {"en": "Process", "de": "Aufbereitung"}, "text": "Washed"},
            ],
            "sale": {
                "price": "9.90",
                "from": "2026-11-27",
                "until": "2026-11-30 18:00",
                "comment": "Black Friday",
            },
            "comment": "Order from Addis in March",
        },
        {
            "id": "mug",
            "category": "coffee",
            "name": "Mug",
            "price": "14.00",
            "photos": ["photos/mug.jpg", "photos/mug-back.jpg"],
            "weight": 350,
        },
        {
            "id": "apron",
            "category": "coffee",
            "name": "Apron",
            "price": "24.00",
            "options": [
                {
                    "id": "size",
                    "name": "Size",
                    "values": [{"id": "m", "name": "M"}, {"id": "l", "name": "L"}],
                }
            ],
            "variants": [
                {
                    "options": {"size": "m"},
                    "price": "24.00",
                    "was": "29.00",
                    "stock": 4,
                    "sku": "AP-M",
                    "barcode": "9780141439518",
                    "photo": "photos/apron-m.jpg",
                    "weight": 180,
                    "hidden": False,
                    "comment": "The last of the blue ones",
                },
                {"options": {"size": "l"}, "stock": 2, "weight": 190},
            ],
        },
    ],
    "checkout": {
        "hold_minutes": 60,
        "promotion_codes": True,
        "minimum_order": "20.00",
        "automatic_tax": True,
        "prices": "inclusive",
        "tax_ids": True,
        "billing_address": True,
        "invoices": True,
        "phone": True,
        "terms": True,
        "questions": [
            {
                "id": "gift",
                "label": "A few words for the card?",
                "optional": True,
                "comment": "Written by hand",
            },
            {
                "id": "when",
                "label": "When shall we bring it?",
                "choices": [
                    {"id": "am", "name": "In the morning", "comment": "Before eleven"},
                    {"id": "pm", "name": {"en": "Later", "de": "Später"}},
                ],
            },
        ],
        "pickup": "Rua da Rosa 12, Tuesday to Saturday, 9 to 18",
        "shipping": {
            "countries": ["PT", "ES"],
            "rates": _RATES,
            "free_over": "60.00",
            "comment": "Prices of the post since May",
        },
        "comment": "Asked our accountant",
    },
}

#: The same with what cannot stand beside some of that: zones, in place of countries and rates.
ZONED: Final[dict[str, Any]] = WHOLE | {
    "checkout": WHOLE["checkout"]
    | {
        "shipping": {
            "zones": [
                {
                    "id": "iberia",
                    "name": {"en": "Portugal and Spain", "de": "Portugal und Spanien"},
                    "countries": ["PT", "ES"],
                    "rates": _RATES,
                    "comment": "By road",
                },
                {
                    "id": "europe",
                    "name": "Elsewhere in Europe",
                    "countries": ["FR", "IT", "DE"],
                    "rates": [{"id": "post", "name": "Post", "price": "9.50"}],
                },
            ]
        }
    }
}


def at(path: tuple[str, ...]) -> list[dict[str, Any]]:
    """Return the entries of the example that stand in a place of the file."""
    found: list[Any] = [WHOLE, ZONED]
    for step in path:
        inside = [one[step] for one in found if step in one]
        found = [part for one in inside for part in (one if isinstance(one, list) else [one])]
    return found


def example(path: tuple[str, ...], field: str) -> Any:
    """Return what the example has for a field of the entries in a place.

    Raises:
        KeyError: it has none.
    """
    for entry in at(path):
        if field in entry:
            return entry[field]
    raise KeyError((*path, field))

"""Broken catalogs: the good one with one change each, and the one fault that must be told.

Kind, what is replaced, by what, and line and column of the fault.
"""

from __future__ import annotations

import json

from bot.catalog_file.codes import COUNTRIES

Row = tuple[str, str, str, int, int]


_CODES = sorted(COUNTRIES)[:21]
#: What the good file says of sending.
_SENDING = (
    '"countries": ["PT", "ES"],\n      '
    '"rates": [{"name": "Post", "price": "4.90", "days": [2, 4]}],\n      "free_over": 50'
)


def _zone(name: str, countries: str) -> str:
    return (
        f'{{"name": "{name}", "countries": [{countries}], "rates": [{{"name": "R", "price": 1}}]}}'
    )


def _zones(*zones: str) -> str:
    return f'"zones": [{", ".join(zones)}]'


def _text(length: int) -> str:
    return "x" * length


def _option(name: str) -> str:
    return f'{{"id": "{name}", "name": "A", "values": [{{"id": "{name}", "name": "A"}}]}}, '


def _questions(count: int) -> str:
    return "".join(f', {{"id": "q{number}", "label": "Q"}}' for number in range(count))


def _values(count: int) -> str:
    return ", ".join(f'{{"id": "v{number}", "name": "V"}}' for number in range(count))


SYNTAX: list[Row] = [
    ("missing_comma", '"currency": "eur", "support"', '"currency": "eur" "support"', 3, 51),
    ("missing_comma", '"stock": 20,\n', '"stock": 20\n', 17, 18),
    ("trailing_comma", '"stock": 3}', '"stock": 3,}', 21, 69),
    ("trailing_comma", '"ES"]', '"ES",]', 35, 31),
    ("extra_comma", '"stock": 20,', '"stock": 20,,', 17, 19),
    ("extra_comma", '["PT", "ES"]', '["PT",, "ES"]', 35, 26),
    ("comment", '      "stock": 20', '      // counted on Monday\n      "stock": 20', 17, 7),
    ("comment", '      "stock": 20', '      /* Monday */ "stock": 20', 17, 7),
    ("comment", '"stock": 20,', '"stock": 20, # Monday', 17, 20),
    ("missing_colon", '"stock": 20', '"stock" 20', 17, 14),
    ("missing_value", '"stock": 20,', '"stock": ,', 17, 15),
    ("missing_value", '"stock": 20,', '"stock",', 17, 14),
    ("unclosed_text", '"House blend",', '"House blend,', 12, 15),
    ("unopened_text", '"House blend",', 'House blend",', 12, 15),
    ("unopened_text", '"was"', 'was"', 15, 7),
    ("line_break", "Round.\\nMild.", "Round.\nMild.", 13, 29),
    ("inner_quotes", '"House blend"', '"The "House" blend"', 12, 20),
    ("wrong_quotes", '"House blend"', "'House blend'", 12, 15),
    ("wrong_quotes", '"House blend"', "“House blend”", 12, 15),
    ("bad_escape", '"House blend"', '"House\\blend \\d"', 12, 28),
    ("control", '"House blend"', '"House\tblend"', 12, 21),
    ("odd_space", '"stock": 20', '"stock":\xa020', 17, 15),
    ("unquoted_key", '"stock": 20', "stock: 20", 17, 7),
    ("unquoted_text", '"House blend"', "House", 12, 15),
    ("bad_word", '"optional": true', '"optional": True', 33, 70),
    ("bad_number", '"stock": 20', '"stock": 020', 17, 16),
    ("comma_two_ways", '"price": 9.5', '"price": 1,250', 29, 72),
    ("decimal_comma", '"price": 9.5', '"price": 9,50', 29, 72),
    ("unclosed", "\n    }\n  }\n}\n", "\n", 37, 22),
    ("wrong_bracket", '  ],\n  "products"', '  },\n  "products"', 7, 3),
    ("extra_bracket", "\n    }\n  }\n}\n", "\n    }\n  }\n}}\n", 40, 2),
    ("after_end", '  ],\n  "products"', '  ]},\n  "products"', 7, 5),
    ("unexpected", '"stock": 20', '"stock" = 20', 17, 15),
    ("too_deep", '"free_over": 50', '"free_over": ' + "[" * 100000, 37, 57),
]

SHAPE: list[Row] = [
    ("missing", '      "category": "coffee",\n', "", 9, 5),
    ("missing", '"shop": {"name": "Beans & Co", ', '"shop": {', 3, 11),
    ("unknown_key_near", '"price": "12.50"', '"prise": "12.50"', 14, 7),
    ("unknown_key_near", '"photo": "photos/house.jpg"', '"image": "photos/house.jpg"', 16, 7),
    ("unknown_key", '"emoji": "⚙️"', '"wheels": 20', 6, 36),
    ("unknown_key_more", '"stock": 20', '"wheels": 20', 17, 7),
    ("repeated_key", '"stock": 20', '"stock": 20, "stock": 5', 17, 20),
    ("object_type", '{"id": "gear", "name": "Gear", "emoji": "⚙️"}', '"gear"', 6, 5),
    ("list_type", '["PT", "ES"]', '"PT"', 35, 20),
    ("string_type", '"support": "@beans"', '"support": 5', 3, 64),
    ("text_type", '"House blend"', "5", 12, 15),
    ("whole_type", '"stock": 20', '"stock": "20"', 17, 16),
    ("whole_type", '"stock": 20', '"stock": 2.5', 17, 16),
    ("bool_type", '"optional": true', '"optional": "yes"', 33, 70),
    ("too_small", '"stock": 20', '"stock": -1', 17, 16),
    ("too_big", '"stock": 20', '"stock": 1000001', 17, 16),
    ("hold_minutes", '"hold_minutes": 60', '"hold_minutes": 30', 32, 21),
    ("hold_minutes", '"hold_minutes": 60', '"hold_minutes": 1440', 32, 21),
    ("blank", '"House blend"', '" "', 12, 15),
    ("blank", '"emoji": "⚙️"', '"emoji": ""', 6, 45),
    ("too_long", '"House blend"', json.dumps(_text(101)), 12, 15),
    ("too_long", '"Round.\\nMild."', json.dumps(_text(701)), 13, 22),
    ("too_long", '"A gift for?"', json.dumps(_text(51)), 33, 43),
    ("one_line", '"House blend"', '"House\\nblend"', 12, 15),
    ("unseen", '"House blend"', r'"\u200b\u2060 \ufeff"', 12, 15),
    ("unseen", '"House blend"', r'"\u3164"', 12, 15),
    ("unseen", '"emoji": "⚙️"', r'"emoji": "\ufe0f"', 6, 45),
    ("invisible", '"House blend"', '"House\\u0000blend"', 12, 15),
    ("broken_text", '"House blend"', '"House \\ud83d"', 12, 15),
    ("no_language", '{"en": "Coffee", "de": "Kaffee"}', "{}", 5, 30),
    ("language", '"de": "Kaffee"', '"deutsch": "Kaffee"', 5, 47),
    ("id_form", '"id": "cup"', '"id": "Blue Cup"', 29, 12),
    ("id_form", '"id": "gift"', '"id": "gift-1"', 33, 26),
    ("id_letters", '"id": "cup"', '"id": "чашка"', 29, 12),
    ("id_length", '"id": "cup"', f'"id": "{_text(33)}"', 29, 12),
    ("id_length", '"id": "1kg"', f'"id": "{_text(17)}"', 21, 18),
    ("variant_length", '"id": "1kg"', f'"id": "{_text(14)}"', 18, 18),
]

MONEY: list[Row] = [
    ("price_type", '"price": 9.5', '"price": true', 29, 72),
    ("price_form", '"price": 9.5', '"price": "cheap"', 29, 72),
    ("price_form", '"price": 9.5', '"price": 1e99999999999999999999', 29, 72),
    ("price_comma", '"price": "12.50"', '"price": "12,50"', 14, 16),
    ("price_comma", '"price": "12.50"', '"price": "1,250.00"', 14, 16),
    ("price_marks", '"price": "12.50"', '"price": "€ 12.50"', 14, 16),
    ("price_negative", '"price": 9.5', '"price": -9.5', 29, 72),
    ("price_zero", '"price": 9.5', '"price": 0', 29, 72),
    ("price_maximum", '"price": 9.5', '"price": 10000000000', 29, 72),
    ("price_decimals", '"price": "12.50"', '"price": "12.5055"', 14, 16),
    ("price_decimals", '"price": 9.5', '"price": 9.5055', 29, 72),
    ("price_thousands", '"price": 9.5', '"price": 9.505', 29, 72),
    ("price_thousands", '"price": "12.50"', '"price": "1.299"', 14, 16),
    ("price_two_ways", '"price": "12.50"', '"price": "1.250"', 14, 16),
    ("price_two_ways", '"price": 9.5', '"price": 1.250', 29, 72),
    ("price_two_ways", '"was": "14.00"', '"was": "€ 1.400"', 15, 14),
    ("price_two_ways", '"price": "39.00"', '"price": "1,390"', 21, 50),
    ("price_two_ways", '"price": "4.90"', '"price": "4 900"', 36, 43),
    ("price_two_ways", '"free_over": 50', '"free_over": "٥٫٠٠٠"', 37, 20),
    ("price_zeros", '"price": "12.50"', '"price": "0.250"', 14, 16),
    ("price_empty", '"price": "12.50"', '"price": " "', 14, 16),
    ("price_exponent", '"price": "12.50"', '"price": "1e2"', 14, 16),
    ("was_not_above", '"was": "14.00"', '"was": "12.50"', 15, 14),
    ("currency_near", '"eur"', '"eru"', 3, 46),
    ("currency", '"eur"', '"gold"', 3, 46),
]

TOGETHER: list[Row] = [
    ("repeated_product", '"id": "cup"', '"id": "house-blend"', 29, 12),
    ("repeated_option", '"id": "grind"', '"id": "size"', 23, 16),
    ("repeated_value", '"id": "filter"', '"id": "beans"', 25, 18),
    (
        "repeated_question",
        '"optional": true}',
        '"optional": true}, {"id": "gift", "label": "Who?"}',
        33,
        84,
    ),
    ("repeated_country", '"PT", "ES"', '"PT", "ES", "PT"', 35, 33),
    ("unknown_category_near", '"category": "gear"', '"category": "gears"', 29, 31),
    ("unknown_category", '"category": "gear"', '"category": "tea"', 29, 31),
    (
        "many_options",
        '        {"id": "grind"',
        _option("a") + _option("b") + '        {"id": "grind"',
        18,
        18,
    ),
    ("many_values", '{"id": "beans", "name": "Whole beans"}', _values(100), 23, 52),
    ("two_options_price", '"name": "Whole beans"', '"name": "Whole beans", "price": 13', 24, 59),
    ("two_options_stock", '"name": "Whole beans"', '"name": "Whole beans", "stock": 13', 24, 59),
    ("picture_path", '"photos/house.jpg"', '"../house.jpg"', 16, 16),
    ("picture_path", '"photos/house.jpg"', '"C:/house.jpg"', 16, 16),
    ("picture_backslash", '"photos/house.jpg"', '"photos\\\\house.jpg"', 16, 16),
    ("picture_https", '"photos/house.jpg"', '"http://example.com/a.jpg"', 16, 16),
    ("picture_address", '"photos/house.jpg"', '"https://example"', 16, 16),
    (
        "photo_and_photos",
        '"photo": "photos/house.jpg"',
        '"photo": "a.jpg", "photos": ["b.jpg"]',
        16,
        35,
    ),
    (
        "many_photos",
        '"photo": "photos/house.jpg"',
        '"photos": ' + json.dumps([f"{number}.jpg" for number in range(11)]),
        16,
        17,
    ),
    (
        "many_rates",
        '"days": [2, 4]}',
        '"days": [2, 4]}' + ', {"name": "R", "price": 0}' * 5,
        36,
        16,
    ),
    ("no_rates", '[{"name": "Post", "price": "4.90", "days": [2, 4]}]', "[]", 36, 16),
    ("no_countries", '["PT", "ES"]', "[]", 35, 20),
    ("no_zones", _SENDING, _zones(), 35, 16),
    (
        "many_zones",
        _SENDING,
        _zones(*(_zone(f"Zone {code}", f'"{code}"') for code in _CODES)),
        35,
        16,
    ),
    (
        "repeated_zone",
        _SENDING,
        _zones(_zone('A", "id": "a', '"PT"'), _zone('B", "id": "a', '"ES"')),
        35,
        122,
    ),
    ("repeated_country", _SENDING, _zones(_zone("A", '"PT", "FR"'), _zone("B", '"PT"')), 35, 125),
    ("no_countries", _SENDING, _zones(_zone("A", "")), 35, 44),
    ("no_countries", '      "countries": ["PT", "ES"],\n', "", 34, 17),
    ("beside_zones", '"free_over": 50', _zones(_zone("A", '"FR"')), 35, 20),
    ("country_near", '"PT", "ES"', '"PT", "es"', 35, 27),
    ("country_near", '"PT", "ES"', '"PT", "UK"', 35, 27),
    ("country", '"PT", "ES"', '"PT", "Spain"', 35, 27),
    ("country_refused", '"PT", "ES"', '"PT", "IR"', 35, 27),
    ("days", "[2, 4]", "[4, 2]", 36, 59),
    ("days", "[2, 4]", "[4]", 36, 59),
    (
        "many_questions",
        '"optional": true}',
        '"optional": true}' + _questions(3),
        33,
        18,
    ),
    (
        "count_choices",
        '"label": "A gift for?"',
        '"label": "When?", "choices": [{"id": "am", "name": "Morning"}]',
        33,
        63,
    ),
    (
        "repeated_choice",
        '"label": "A gift for?"',
        '"label": "When?", "choices": [{"id": "a", "name": "A"}, {"id": "a", "name": "B"}]',
        33,
        97,
    ),
    ("exclusive_untaxed", '"hold_minutes": 60', '"prices": "exclusive"', 32, 15),
    ("prices", '"hold_minutes": 60', '"prices": "net"', 32, 15),
    ("tax_code", '"stock": 20', '"tax_code": "books"', 17, 19),
    ("price_zero", '"hold_minutes": 60', '"minimum_order": 0', 32, 22),
    ("timezone", '"support": "@beans"', '"timezone": "Lisbon"', 3, 65),
    ("colour", '"support": "@beans"', '"colour": "green"', 3, 63),
]


def _cup(kind: str, fields: str, column: int) -> Row:
    """Return what is wrong with the cup where these fields stand for its stock."""
    return kind, '"stock": 0', fields, 29, column


_SALE = '"sale": {"price": "9", '

GOODS: list[Row] = [
    _cup("sale_not_below", '"sale": {"price": "9.50"}', 95),
    _cup("sale_order", _SALE + '"from": "2026-12-02", "until": "2026-12-01"}', 131),
    _cup("sale_order", _SALE + '"from": "2026-12-01 18:00", "until": "2026-12-01 18:00"}', 137),
    _cup("moment_form", _SALE + '"until": "1.12.2026"}', 109),
    _cup("moment_form", _SALE + '"from": "2026-12-1"}', 108),
    _cup("moment_none", _SALE + '"until": "2026-02-30"}', 109),
    _cup("moment_none", _SALE + '"until": "2026-12-24 25:00"}', 109),
    # West of Greenwich that is a moment of a year that no calendar has.
    _cup("moment_none", _SALE + '"until": "9999-12-31 23:59"}', 109),
    _cup("missing", '"sale": {"until": "2026-12-24"}', 85),
    _cup("price_comma", '"sale": {"price": "9,00"}', 95),
    _cup("was_not_above", '"was": "9", "sale": {"price": "9"}', 84),
    # A sale that cannot be right says nothing about the price before it.
    _cup("sale_not_below", '"was": "9", "sale": {"price": "900"}', 107),
    _cup("price_negative", '"was": "9", "sale": {"price": "-20%"}', 107),
    _cup("many_details", f'"details": {json.dumps([{"label": "L", "text": "T"}] * 11)}', 88),
    _cup("too_long", f'"details": [{{"label": "{_text(41)}", "text": "T"}}]', 99),
    _cup("too_long", f'"details": [{{"label": "L", "text": "{_text(201)}"}}]', 112),
    _cup("missing", '"details": [{"label": "L"}]', 89),
    _cup("blank", '"sku": " "', 84),
    _cup("too_long", f'"barcode": "{_text(65)}"', 88),
    _cup("one_line", '"brand": "A\\nB"', 86),
    _cup("too_small", '"weight": 0', 87),
    _cup("whole_type", '"weight": "450 g"', 87),
    _cup("too_big", '"weight": 1000001', 87),
    _cup("too_small", '"min_per_order": 0', 94),
    _cup("too_big", '"min_per_order": 1000', 94),
    _cup("min_above_max", '"max_per_order": 2, "min_per_order": 3', 114),
    _cup(
        "repeated_sku",
        '"sku": "A"}, {"id": "mug", "category": "gear", "name": "Mug", "price": 9, "sku": "A"',
        158,
    ),
]

GALLERY = SYNTAX + SHAPE + MONEY + TOGETHER + GOODS

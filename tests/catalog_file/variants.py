"""A catalog whose product lists its variants, and each way to get that wrong.

Kind, what is replaced, by what, and line and column of the fault.
"""

from __future__ import annotations

from tests.catalog_file.gallery import Row

TEES = """{
  "shop": {"name": "Tees", "currency": "eur"},
  "categories": [{"id": "tees", "name": "T-shirts"}],
  "products": [
    {
      "id": "tee",
      "category": "tees",
      "name": "T-shirt",
      "price": "19.00",
      "stock": 9,
      "options": [
        {"id": "size", "name": "Size", "values": [
          {"id": "small", "name": "S"},
          {"id": "medium", "name": "M"}
        ]},
        {"id": "colour", "name": "Colour", "values": [
          {"id": "red", "name": "Red", "photo": "photos/red.jpg"},
          {"id": "blue", "name": {"en": "Blue", "de": "Blau"}}
        ]}
      ],
      "variants": [
        {"options": {"size": "small", "colour": "red"}, "stock": 4, "sku": "TS-S-R", "weight": 170},
        {"options": {"size": "medium", "colour": "red"}, "stock": 0, "barcode": "5601234567892"},
        {"options": {"size": "medium", "colour": "blue"}, "price": "17.00", "was": "18.50"},
        {"options": {"colour": "blue", "size": "small"}, "photo": "photos/sb.jpg", "hidden": true}
      ]
    }
  ]
}
"""

RED_MEDIUM = '{"size": "medium", "colour": "red"}'


def _values(count: int) -> str:
    return ", ".join(f'{{"id": "v{number}", "name": "V"}}' for number in range(count))


FAULTS: list[Row] = [
    ("missing", f'"options": {RED_MEDIUM}, ', "", 23, 9),
    ("string_type", RED_MEDIUM, '{"size": 5, "colour": "red"}', 23, 30),
    ("object_type", f'"options": {RED_MEDIUM}', '"options": "red"', 23, 21),
    ("unknown_key_near", '"barcode": "5601234567892"', '"bar_code": "5601234567890"', 23, 70),
    ("string_type", '"5601234567892"', "5601234567890", 23, 81),
    ("one_line", '"5601234567892"', r'"560\n1"', 23, 81),
    ("too_long", '"TS-S-R"', f'"{"x" * 65}"', 22, 76),
    ("too_small", '"weight": 170', '"weight": 0', 22, 96),
    ("whole_type", '"weight": 170', '"weight": 0.17', 22, 96),
    ("too_small", '"stock": 0', '"stock": -1', 23, 67),
    ("price_form", '"17.00"', '"cheap"', 24, 68),
    ("was_not_above", '"was": "18.50"', '"was": "17.00"', 24, 84),
    ("was_not_above", '"barcode": "5601234567892"', '"was": "19.00"', 23, 77),
    ("unknown_option_near", RED_MEDIUM, '{"Sizes": "medium", "colour": "red"}', 23, 22),
    ("unknown_option", RED_MEDIUM, '{"form": "medium", "colour": "red"}', 23, 22),
    ("unknown_value_near", RED_MEDIUM, '{"size": "Medium", "colour": "red"}', 23, 30),
    ("unknown_value", RED_MEDIUM, '{"size": "xxl", "colour": "red"}', 23, 30),
    ("variant_option_missing", RED_MEDIUM, '{"colour": "red"}', 23, 21),
    ("repeated_variant", RED_MEDIUM, '{"colour": "red", "size": "small"}', 23, 21),
    ("repeated_key", RED_MEDIUM, '{"size": "medium", "size": "medium", "colour": "red"}', 23, 40),
    ("variants_value_price", '"name": "M"', '"name": "M", "price": "20.00"', 14, 50),
    ("variants_value_stock", '"name": "Red"', '"name": "Red", "stock": 3', 17, 49),
    ("variant_length", '"id": "small"', '"id": "small-and-narrow"', 11, 18),
    ("picture_path", '"photos/sb.jpg"', '"../sb.jpg"', 25, 67),
    ("many_values", '{"id": "red",', f'{_values(99)}, {{"id": "red",', 16, 54),
]

"""The columns of WooCommerce's table: in its fixed order, or by their names in our languages.

The header is translated into the site's language, but the columns always stand in one order
(`class-wc-product-csv-exporter.php`): four with a unit in brackets, weight to height, tell where
they are, in any language. A table of chosen columns is read by their names, as WooCommerce's own
translations have had them since 2018 (`woocommerce-de_DE.po` of 2018 and 2023, es_ES 2025, fr_FR
2021 and 2024, pt_BR 2020 and 2025, pt_PT 2019 and 2024, ru_RU 2018, 2020 and 2023, ar 2020 and
2025) or a published table of such a site. Units are translated too.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bot.moving_in.columns import found
from bot.moving_in.table import Table, plain_name

NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "id": ("id", "المعرف"),
    "type": ("type", "typ", "tipo", "тип", "النوع"),
    "sku": ("sku", "artikelnummer", "ugs", "ref", "артикул", "رمز المنتج (sku)"),
    "barcode": (
        "gtin, upc, ean, or isbn", "gtin, upc, ean oder isbn", "gtin, upc, ean o isbn",
        "gtin, upc, ean, ou isbn", "gtin، أو upc، أو ean، أو isbn",
    ),
    "name": ("name", "nombre", "nom", "nome", "имя", "الاسم"),
    "published": (
        "published", "veröffentlicht", "publicado", "publié", "опубликован", "تم النشر",
    ),
    "visibility": (
        "visibility in catalog", "sichtbarkeit im katalog", "visibilidad en el catálogo",
        "visibilité dans le catalogue", "visibilidade no catálogo", "видимость в каталоге",
        "إمكانية العرض في الكاتلوج",
    ),
    "short": (
        "short description", "kurzbeschreibung", "descripción corta", "description courte",
        "descrição curta", "descrição breve", "краткое описание", "короткое описание", "وصف قصير",
    ),
    "description": (
        "description", "beschreibung", "descripción", "descrição", "описание", "الوصف",
    ),
    "sale_from": (
        "date sale price starts", "datum, an dem angebotspreis beginnt",
        "día en que empieza el precio rebajado", "date de début de promo",
        "data de preço promocional começa em", "data de início do preço promocional",
        "дата начала действия продажной цены", "дата начала действия скидки",
        "تاريخ بدء سعر التخفيض",
    ),
    "sale_until": (
        "date sale price ends", "datum, an dem angebotspreis endet",
        "día en que termina el precio rebajado", "date de fin de promo",
        "data de preço promocional termina em", "data de término do preço promocional",
        "дата окончания действия продажной цены", "дата окончания действия скидки",
        "تاريخ نهاية سعر التخفيض",
    ),
    "in_stock": (
        "in stock?", "vorrätig?", "¿existencias?", "¿en inventario?", "en stock ?",
        "em estoque?", "em stock?", "в наличии?", "наличие", "متوفر؟",
    ),
    "stock": ("stock", "lager", "inventario", "estoque", "запасы", "المخزون"),
    "backorders": (
        "backorders allowed?", "lieferrückstande erlaubt?", "lieferrückstände erlaubt?",
        "¿permitir reservas de productos agotados?",
        "autoriser les commandes de produits en rupture ?", "são permitidas encomendas?",
        "permitir encomendas pendentes?", "возможен ли предзаказ?", "задержанный заказ возможен?",
        "الطلبات المسبقة مسموحة؟",
    ),
    "alone": (
        "sold individually?", "nur einzeln verkaufen?", "¿vendido individualmente?",
        "vendre individuellement ?", "vendido individualmente?", "vender individualmente?",
        "продано индивидуально?", "تباع بشكل فردي؟",
    ),
    "weight": ("weight", "gewicht", "peso", "poids", "вес", "الوزن"),
    "sale": (
        "sale price", "angebotspreis", "precio rebajado", "tarif promo", "preço promocional",
        "цена распродажи", "акционная цена", "سعر التخفيض",
    ),
    "price": (
        "regular price", "regulärer preis", "precio normal", "tarif régulier", "preço normal",
        "preço", "базовая цена", "السعر الافتراضي",
    ),
    "categories": (
        "categories", "kategorien", "categorías", "catégories", "categorias", "категории",
        "التصنيفات",
    ),
    "photos": ("images", "bilder", "imágenes", "imagens", "изображения", "الصور"),
    "parent": (
        "parent", "übergeordnetes produkt", "superior", "ascendente", "produto ascendente", "pai",
        "родительский", "الأب",
    ),
    "brand": ("brands", "marcas", "العلامات التجارية"),
    "position": ("position", "posición", "posição", "позиция", "الموضع"),
}  # fmt: skip
#: Where columns stand beside the weight's, in every language.
_BESIDE: Final[Mapping[str, int]] = {
    "name": -15, "published": -14, "visibility": -12, "short": -11, "description": -10,
    "sale_from": -9, "sale_until": -8, "in_stock": -5, "stock": -4, "backorders": -2, "alone": -1,
    "weight": 0, "sale": 6, "price": 7, "categories": 8, "photos": 11, "parent": 14, "position": 20,
}  # fmt: skip
_FIRST: Final[Mapping[str, int]] = {"id": 0, "type": 1, "sku": 2}
_NAME_WITH_BARCODE: Final = 4
UNIT: Final = re.compile(r"[^()]+\(([^()\s]{1,12})\)\Z")
_SIDES: Final = 4
_NUMBER: Final = re.compile(r"[0-9]{1,2}(?![0-9])")
#: What an attribute is called; the columns of downloads have numbers too, and no such word.
_ATTRIBUTE: Final = re.compile("attribu|atribu|атриб|аттриб|سمة", re.IGNORECASE)


def weight_at(table: Table) -> int | None:
    """Return where the weight stands: the first of four columns with a unit in brackets."""
    units = [UNIT.match(name) is not None for name in table.header]
    starts = range(len(units) - _SIDES + 1)
    return next((at for at in starts if all(units[at : at + _SIDES])), None)


def named(table: Table) -> dict[str, int]:
    """Return where columns stand by their names alone."""
    places = found(table, NAMES)
    for place, name in enumerate(table.header):
        if UNIT.match(name) and plain_name(name.partition("(")[0]) in NAMES["weight"]:
            places.setdefault("weight", place)
    return places


def places(table: Table) -> dict[str, int]:
    """Return where columns stand, by our names for them."""
    at = weight_at(table)
    if at is None or at + _BESIDE["name"] < len(_FIRST):  # a table of chosen columns
        return named(table)
    found_at = {name: at + beside for name, beside in _BESIDE.items()} | dict(_FIRST)
    if at + _BESIDE["name"] == _NAME_WITH_BARCODE:
        found_at["barcode"] = _NAME_WITH_BARCODE - 1
    found_at |= {key: place for key, place in named(table).items() if key == "brand"}
    return {name: place for name, place in found_at.items() if place < len(table.header)}


@dataclass(frozen=True, slots=True)
class Attribute:
    """The columns of an attribute: its name, its values, and whether it is shown, if they say."""

    name: int
    value: int
    shown: int | None
    places: tuple[int, ...]


def attributes(table: Table) -> list[Attribute]:
    """Return attributes in their order: columns that have one number, behind all others.

    In the name of other data, which has a colon in every language, a number is none of these.
    """
    numbers = {
        place: number[0]
        for place, name in enumerate(table.header)
        if (number := _NUMBER.search(name)) and ":" not in name
    }
    named = [place for place in numbers if _ATTRIBUTE.search(table.header[place])]
    groups: dict[str, list[int]] = {}
    for place in named or numbers:
        groups.setdefault(numbers[place], []).append(place)
    made = []
    for first, second, *more in (one for one in groups.values() if len(one) > 1):
        shown = next((place for place in more if place == second + 1), None)
        made.append(Attribute(first, second, shown, (first, second, *more)))
    return made

"""Rules that compare one place of the catalog file with another.

They read plain data of which every present value is known to have the right shape; what is
missing or was taken out by `structure` is passed over, so that they can always run.
"""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import Any

from bot.catalog_file.amounts import read_amount
from bot.catalog_file.choice_rules import check_ids_apart, check_names
from bot.catalog_file.codes import digital_word, voucher_word
from bot.catalog_file.fields import VARIANT_ID_LENGTH
from bot.catalog_file.findings import Findings
from bot.catalog_file.goods_rules import check_codes, check_facts, check_sale
from bot.catalog_file.habits import nearest
from bot.catalog_file.parse import Data, objects
from bot.catalog_file.shape import (
    MOST_CHOICES,
    MOST_OPTIONS,
    MOST_PHOTOS,
    MOST_QUESTIONS,
    MOST_RATES,
    MOST_VALUES,
    MOST_VARIANTS,
    MOST_ZONES,
)
from bot.catalog_file.source import Path
from bot.catalog_file.variant_rules import check_variants
from bot.catalog_file.weight_rules import check_weights
from bot.domain.money import decimals, exponent, minimum_charge, usual_maximum

#: A product's options with their places, and their values with theirs.
Options = list[tuple[int, Data, list[tuple[int, Data]]]]

_DAYS = 2
_FEWEST_CHOICES = 2


def check_rules(data: Data, currency: str | None, findings: Findings) -> None:
    """Note every fault and warning that is no matter of a single value.

    Args:
        data: The file's top object.
        currency: None where the file's own is faulty: amounts are then not compared.
        findings: Where to.
    """
    categories = _check_ids(data.get("categories"), ("categories",), "category", findings)
    _check_ids(data.get("products"), ("products",), "product", findings)
    for place, entry in objects(data.get("categories")):
        _check_digital(entry, [], ("categories", place), findings)
    if data.get("categories") == []:
        findings.fault("no_categories", "categories")
    sure = all(isinstance(one, dict) and "id" in one for one in data.get("categories", [None]))
    zone = (data.get("shop") or {}).get("timezone") or "UTC"
    filled = set()
    shown = False
    for position, product in objects(data.get("products")):
        path: Path = ("products", position)
        category = product.get("category")
        filled.add(category)
        shown = shown or product.get("hidden") is not True
        if sure and category is not None and category not in categories:
            _tell_category(category, list(categories), path, findings)
        _check_photos(product, path, findings)
        check_facts(product, path, zone, findings)
        options = _options(product)
        _check_digital(product, options, path, findings)
        if currency is not None:
            _check_amounts(product, options, path, currency, findings)
        _check_choices(product, options, path, findings)
    if "products" in data and not shown:
        findings.warning("no_products", "products")
    for category, path in categories.items():
        if category not in filled:
            findings.warning("empty_category", *path, id=category)
    check_codes(data.get("products"), findings)
    check_weights(data, findings)
    _check_checkout(data.get("checkout") or {}, findings)
    if currency is not None and exponent(currency) > max(decimals(currency), 2):
        findings.warning("three_decimals", "shop", "currency", currency=currency.upper())


def _options(product: Data) -> Options:
    every = objects(product.get("options"))
    return [(place, option, objects(option.get("values"))) for place, option in every]


def _check_ids(entries: Any, path: Path, what: str, findings: Findings) -> dict[str, Path]:
    """Note ids used twice; return where each is first used."""
    first: dict[str, Path] = {}
    for position, entry in objects(entries):
        own = entry.get("id")
        if own is None:
            continue
        here = (*path, position, "id")
        if own in first:
            findings.fault(f"repeated_{what}", *here, other=first[own], id=own)
        else:
            first[own] = here
    return first


def _tell_category(category: str, known: list[str], path: Path, findings: Findings) -> None:
    near = nearest(category, known)
    if near is None:
        known_ids = ", ".join(known)
        findings.fault("unknown_category", *path, "category", id=category, known=known_ids)
    else:
        findings.fault("unknown_category_near", *path, "category", id=category, right=near)


def _check_photos(product: Data, path: Path, findings: Findings) -> None:
    photos = product.get("photos")
    if photos is None:
        return
    if product.get("photo") is not None:
        findings.fault("photo_and_photos", *path, "photos")
    if len(photos) > MOST_PHOTOS:
        findings.fault("many_photos", *path, "photos", limit=MOST_PHOTOS, count=len(photos))


def _check_digital(product: Data, options: Options, path: Path, findings: Findings) -> None:
    """Note the first word that sounds like digital goods; of what can be chosen too."""
    if word := _word_in(product.get("name"), digital_word):
        findings.warning("digital_goods", *path, "name", word=word)
        return
    for place, _, values in options:
        for spot, value in values:
            if word := _word_in(value.get("name"), digital_word):
                here = (*path, "options", place, "values", spot, "name")
                findings.warning("digital_goods", *here, word=word)
                return
    if word := _word_in(product.get("description"), voucher_word):
        findings.warning("digital_goods", *path, "description", word=word)


def _word_in(text: object, word_of: Callable[[str], str | None]) -> str | None:
    for one in text.values() if isinstance(text, dict) else (text,):
        if isinstance(one, str) and (word := word_of(one)) is not None:
            return word
    return None


def _check_amounts(
    product: Data, options: Options, path: Path, currency: str, findings: Findings
) -> None:
    own, variants = product.get("price"), objects(product.get("variants"))
    if own is not None:
        _check_price(product, own, path, currency, findings)
        for parts in (*(values for _, _, values in options), variants):
            _check_unused(own, parts, path, currency, findings)
    for place, variant in variants:
        here, sold_at = (*path, "variants", place), variant.get("price", own)
        unsure = "was" in variant and findings.faults_in((*here, "price"))
        if sold_at is not None and not unsure:
            _check_price(variant, sold_at, here, currency, findings)


def _check_price(entry: Data, written: Any, path: Path, currency: str, findings: Findings) -> None:
    price = read_amount(written, currency, zero=False)
    least, most = minimum_charge(currency), usual_maximum(currency)
    if "price" in entry and price < least:
        findings.warning("price_minimum", *path, "price", price=price, minimum=least)
    if "price" in entry and price > most:
        findings.warning("price_cards_only", *path, "price", price=price, maximum=most)
    sale = check_sale(entry, path, price, findings)
    unsure = findings.faults_in((*path, "sale"))
    if entry.get("was") is not None and not unsure:
        was = read_amount(entry["was"], currency, zero=False)
        if was <= (sale or price):
            findings.fault("was_not_above", *path, "was", was=was, price=sale or price)


def _check_unused(
    own: Any, parts: list[tuple[int, Data]], path: Path, currency: str, findings: Findings
) -> None:
    """Warn of a price that nobody pays: every choice has its own, and none of them is this one."""
    prices = [entry.get("price") for _, entry in parts]
    if prices and None not in prices:
        price = read_amount(own, currency, zero=False)
        if price not in [read_amount(one, currency, zero=False) for one in prices]:
            findings.warning("price_unused", *path, "price", price=price)


def _check_choices(product: Data, options: Options, path: Path, findings: Findings) -> None:
    listed = product.get("variants") is not None
    if written := product.get("options"):
        _check_options(written, options, (*path, "options"), findings, listed=listed)
    if listed:
        check_variants(product, path, findings)
    else:
        check_ids_apart(product, path, findings)


def _check_options(
    written: list[Any], options: Options, path: Path, findings: Findings, *, listed: bool
) -> None:
    _check_ids(written, path, "option", findings)
    if len(written) > MOST_OPTIONS:
        findings.fault("many_options", *path, limit=MOST_OPTIONS, count=len(written))
    sizes = []
    longest = []
    for position, option, _ in options:
        values, where = option.get("values"), (*path, position, "values")
        if values is None:
            continue
        if not values:
            findings.fault("no_values", *where)
        if len(values) > MOST_VALUES:
            findings.fault("many_values", *where, limit=MOST_VALUES, count=len(values))
        ids = _check_ids(values, where, "value", findings)
        check_names(values, where, findings)
        sizes.append(len(values))
        longest.append(max(ids, key=len, default=""))
    if prod(sizes) > MOST_VARIANTS and not listed:
        findings.fault("many_variants", *path, limit=MOST_VARIANTS, count=prod(sizes))
    variant = ".".join(longest)
    if len(variant) > VARIANT_ID_LENGTH:
        findings.fault(
            "variant_length", *path, id=variant, length=len(variant), limit=VARIANT_ID_LENGTH
        )
    for key in () if listed else ("price", "stock"):
        _check_carriers(options, path, key, findings)


def _check_carriers(options: Options, path: Path, key: str, findings: Findings) -> None:
    """At most one option may carry prices, and one stock: two could not be reckoned together."""
    first: Path | None = None
    for position, _, values in options:
        for place, value in values:
            if value.get(key) is None:
                continue
            here = (*path, position, "values", place, key)
            if first is not None:
                findings.fault(f"two_options_{key}", *here, other=first)
                return
            first = here
            break


def _check_checkout(checkout: Data, findings: Findings) -> None:
    path: Path = ("checkout", "questions")
    questions = checkout.get("questions") or []
    _check_ids(questions, path, "question", findings)
    if len(questions) > MOST_QUESTIONS:
        findings.fault("many_questions", *path, limit=MOST_QUESTIONS, count=len(questions))
    for position, question in objects(questions):
        _check_answers(question.get("choices"), (*path, position, "choices"), findings)
    if checkout.get("prices") == "exclusive" and not checkout.get("automatic_tax"):
        findings.fault("exclusive_untaxed", "checkout", "prices")
    _check_shipping(checkout.get("shipping") or {}, findings)


def _check_answers(choices: Any, path: Path, findings: Findings) -> None:
    if choices is None:
        return
    if not _FEWEST_CHOICES <= len(choices) <= MOST_CHOICES:
        findings.fault("count_choices", *path, limit=MOST_CHOICES, count=len(choices))
    _check_ids(choices, path, "choice", findings)
    check_names(choices, path, findings)


def _check_shipping(shipping: Data, findings: Findings) -> None:
    path: Path = ("checkout", "shipping")
    zones = shipping.get("zones")
    beside = [key for key in ("countries", "rates", "free_over") if shipping.get(key) is not None]
    if zones is None:
        _check_zone(shipping, path, {}, findings)
        return
    if beside:
        findings.fault("beside_zones", *path, beside[0], key=beside[0])
    if not zones:
        findings.fault("no_zones", *path, "zones")
    if len(zones) > MOST_ZONES:
        findings.fault("many_zones", *path, "zones", limit=MOST_ZONES, count=len(zones))
    _check_ids(zones, (*path, "zones"), "zone", findings)
    check_names(zones, (*path, "zones"), findings)
    seen: dict[str, Path] = {}
    for position, zone in objects(zones):
        _check_zone(zone, (*path, "zones", position), seen, findings)


def _check_zone(zone: Data, path: Path, seen: dict[str, Path], findings: Findings) -> None:
    """Check countries and rates; a country that is seen again is in two places."""
    for key in ("countries", "rates"):
        if zone.get(key) == []:
            findings.fault(f"no_{key}", *path, key)
    rates = zone.get("rates") or []
    if len(rates) > MOST_RATES:
        findings.fault("many_rates", *path, "rates", limit=MOST_RATES, count=len(rates))
    _check_ids(rates, (*path, "rates"), "rate", findings)
    check_names(rates, (*path, "rates"), findings)
    if zone.get("free_over") is not None and len(rates) > 1:
        findings.warning("free_over_cheapest", *path, "free_over", amount=zone["free_over"])
    for position, rate in objects(rates):
        days = rate.get("days")
        if days is not None and None not in days and (len(days) != _DAYS or days[0] > days[1]):
            findings.fault("days", *path, "rates", position, "days")
    for position, code in enumerate(zone.get("countries") or []):
        here = (*path, "countries", position)
        if code in seen:
            findings.fault("repeated_country", *here, other=seen[code], code=code)
        elif code is not None:
            seen[code] = here

"""Rules of one product's facts: its sale, its bounds, its details, and the codes it is known by."""

from __future__ import annotations

import re
from typing import Any

from bot.catalog_file.amounts import read_amount
from bot.catalog_file.findings import Findings
from bot.catalog_file.moments import first_moment, last_moment, seconds
from bot.catalog_file.parse import Data, objects
from bot.catalog_file.shape import MOST_DETAILS
from bot.catalog_file.source import Path
from bot.domain.money import Money

#: Signs of name, brand, description and details that a picture's caption has room for, beside ours.
_CAPTION = 850
#: A sale this many times below the price is asked about.
_FAR = 2
#: Lengths of a GTIN, the last of whose digits checks the others (GS1 General Specifications, 7.9).
_GTIN = re.compile(r"(?:\d{8}|\d{12,14})\Z", re.ASCII)


def check_facts(product: Data, path: Path, zone: str, findings: Findings) -> None:
    """Note what is wrong with a product's bounds and details, and with the days of its sale."""
    _check_days(product.get("sale") or {}, (*path, "sale"), zone, findings)
    least, most = product.get("min_per_order"), product.get("max_per_order")
    if least is not None and most is not None and least > most:
        findings.fault("min_above_max", *path, "min_per_order", minimum=least, maximum=most)
    if least is not None and (stock := _sellable(product)) and stock < least:
        findings.warning("min_above_stock", *path, "min_per_order", minimum=least, stock=stock)
    details = product.get("details")
    if not details:
        return
    if len(details) > MOST_DETAILS:
        here = (*path, "details")
        findings.fault("many_details", *here, limit=MOST_DETAILS, count=len(details))
    said = [product.get("name"), product.get("brand"), product.get("description")]
    said += [one.get(key) for _, one in objects(details) for key in ("label", "text")]
    if (length := sum(map(_longest, said))) > _CAPTION:
        findings.warning("long_caption", *path, "details", length=length, limit=_CAPTION)


def _sellable(product: Data) -> int | None:
    """Return how many of a product its counts allow, all choices together; None: any number."""
    listed = [one for _, one in objects(product.get("variants"))]
    values = (option.get("values") for _, option in objects(product.get("options")))
    options = [[one for _, one in objects(entries)] for entries in values]
    parts = listed or next((one for one in options if any("stock" in part for part in one)), [])
    counts = [one.get("stock") for one in parts if one.get("hidden") is not True]
    shared = [product.get("stock")] if not counts or None in counts else []
    every = [*(count for count in counts if count is not None), *shared]
    return None if None in every else sum(every)


def _check_barcode(entry: Data, path: Path, findings: Findings) -> None:
    """Note a barcode whose last digit does not check the others: one of them is mistyped."""
    written = entry.get("barcode")
    if not written or not _GTIN.match(digits := re.sub(r"[\s-]", "", written)):
        return
    *others, last = map(int, digits)
    weighed = sum(one * (3 if place % 2 == 0 else 1) for place, one in enumerate(others[::-1]))
    if (right := -weighed % 10) != last:
        findings.warning("barcode_check", *path, "barcode", written=digits, right=right)


def check_codes(products: Any, findings: Findings) -> None:
    """Note a sku that two products or variants have, and barcodes that are mistyped."""
    first: dict[str, Path] = {}
    for position, product in objects(products):
        here: Path = ("products", position)
        variants = objects(product.get("variants"))
        for path, one in [(here, product), *(((*here, "variants", n), v) for n, v in variants)]:
            _check_barcode(one, path, findings)
            sku = one.get("sku")
            if sku is None:
                continue
            if sku in first:
                findings.fault("repeated_sku", *path, "sku", other=first[sku], sku=sku)
            else:
                first[sku] = (*path, "sku")


def check_sale(product: Data, path: Path, price: Money, findings: Findings) -> Money | None:
    """Note what is wrong with a product's sale; return its price, None without one."""
    sale = product.get("sale")
    if not sale or sale.get("price") is None:
        return None
    here = (*path, "sale")
    lower = read_amount(sale["price"], price.currency, zero=False)
    if lower >= price:
        findings.fault("sale_not_below", *here, "price", sale=lower, price=price)
    elif lower.minor * _FAR < price.minor:
        findings.warning("sale_far", *here, "price", sale=lower, price=price)
    if is_sale_unused(product):
        findings.warning("sale_unused", *here)
    return lower


def _check_days(sale: Data, path: Path, zone: str, findings: Findings) -> None:
    """Note a sale that is over before it begins, or for which the clocks leave no time."""
    start, until = sale.get("from"), sale.get("until")
    if not start or not until:
        return
    first, last = first_moment(start), last_moment(until)
    if first >= last:
        findings.fault("sale_order", *path, "until", start=start, until=until)
    elif seconds(first, zone) == seconds(last, zone):
        findings.warning("sale_skipped", *path, "until", start=start, until=until, zone=zone)


def is_sale_unused(product: Data) -> bool:
    """Return whether every choice has a price of its own, which no sale lowers."""
    parts = [option.get("values") for _, option in objects(product.get("options"))]
    prices = (
        [one.get("price") for _, one in objects(entries)]
        for entries in (*parts, product.get("variants"))
    )
    return any(own and None not in own for own in prices)


def _longest(words: str | Data | None) -> int:
    """Return the length of a text in the language in which it is longest."""
    if isinstance(words, dict):
        return max((len(one) for one in words.values() if one), default=0)
    return len(words or "")

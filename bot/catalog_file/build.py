"""From the file's checked entries to the shop's own values."""

from __future__ import annotations

from hashlib import sha256
from itertools import chain, count
from typing import Final

from bot.catalog_file.fields import PART_ID_LENGTH, slug
from bot.catalog_file.moments import first_moment, last_moment, seconds
from bot.catalog_file.shape import (
    BusinessEntry,
    CatalogEntry,
    CheckoutEntry,
    OptionEntry,
    ProductEntry,
    QuestionEntry,
    RateEntry,
    SaleEntry,
    ShippingEntry,
    ShopEntry,
    VariantEntry,
)
from bot.domain.catalog.model import (
    Business,
    Catalog,
    Category,
    CategoryId,
    CheckoutRules,
    Detail,
    ListedVariant,
    Option,
    OptionValue,
    Product,
    ProductId,
    Question,
    QuestionChoice,
    Sale,
    Shipping,
    ShippingRate,
    ShopInfo,
    Text,
    TimeSpan,
    VariantId,
    Zone,
)
from bot.domain.money import Money

#: Signs of a digest that tell names apart.
_MARK: Final = 6


def build(entry: CatalogEntry, fingerprint: str) -> Catalog:
    """Make the catalog of a file without faults."""
    return Catalog(
        shop=_shop(entry.shop),
        categories=tuple(
            Category(CategoryId(one.id), Text.of(one.name), one.emoji) for one in entry.categories
        ),
        products=tuple(_product(one, entry.shop.timezone) for one in entry.products),
        checkout=_checkout(entry.checkout),
        fingerprint=fingerprint,
    )


def _shop(entry: ShopEntry) -> ShopInfo:
    return ShopInfo(
        name=Text.of(entry.name),
        currency=entry.currency,
        about=_text(entry.about),
        support=entry.support,
        banner=entry.banner,
        colour=entry.colour,
        terms=_text(entry.terms),
        privacy=_text(entry.privacy),
        business=None if entry.business is None else _business(entry.business),
        timezone=entry.timezone,
        low_stock=entry.low_stock,
        summary_hour=entry.summary_hour,
        remind_cart_hours=entry.remind_cart_hours,
    )


def _product(entry: ProductEntry, zone: str) -> Product:
    single = () if entry.photo is None else (entry.photo,)
    return Product(
        id=ProductId(entry.id),
        category=CategoryId(entry.category),
        name=Text.of(entry.name),
        price=entry.price,
        description=_text(entry.description),
        was=entry.was,
        photos=single if entry.photos is None else tuple(entry.photos),
        stock=entry.stock,
        max_per_order=entry.max_per_order,
        options=tuple(map(_option, entry.options)),
        tax_code=entry.tax_code,
        hidden=entry.hidden,
        new=entry.new,
        listed=tuple(map(_listed, entry.variants)),
        sku=entry.sku,
        barcode=entry.barcode,
        weight=entry.weight,
        brand=entry.brand,
        details=tuple(Detail(Text.of(one.label), Text.of(one.text)) for one in entry.details),
        min_per_order=entry.min_per_order,
        sale=None if entry.sale is None else _sale(entry.sale, zone),
    )


def _sale(entry: SaleEntry, zone: str) -> Sale:
    start = None if entry.start is None else seconds(first_moment(entry.start), zone)
    end = None if entry.until is None else seconds(last_moment(entry.until), zone)
    return Sale(entry.price, TimeSpan(start, end))


def _option(entry: OptionEntry) -> Option:
    values = tuple(
        OptionValue(one.id, Text.of(one.name), one.price, one.stock, one.photo)
        for one in entry.values
    )
    return Option(entry.id, Text.of(entry.name), values)


def _listed(entry: VariantEntry) -> ListedVariant:
    return ListedVariant(
        id=VariantId(".".join(entry.options[option] for option in sorted(entry.options))),
        price=entry.price,
        stock=entry.stock,
        was=entry.was,
        photo=entry.photo,
        sku=entry.sku,
        barcode=entry.barcode,
        weight=entry.weight,
        hidden=entry.hidden,
    )


def _checkout(entry: CheckoutEntry) -> CheckoutRules:
    return CheckoutRules(
        hold_minutes=entry.hold_minutes,
        promotion_codes=entry.promotion_codes,
        minimum_order=entry.minimum_order,
        automatic_tax=entry.automatic_tax,
        plus_tax=entry.prices == "exclusive",
        tax_ids=entry.tax_ids,
        billing_address=entry.billing_address,
        invoices=entry.invoices,
        phone=entry.phone,
        terms=entry.terms,
        questions=tuple(map(_question, entry.questions)),
        pickup=_text(entry.pickup),
        shipping=None if entry.shipping is None else _shipping(entry.shipping),
    )


def _question(entry: QuestionEntry) -> Question:
    choices = tuple(QuestionChoice(one.id, Text.of(one.name)) for one in entry.choices or ())
    return Question(entry.id, Text.of(entry.label), entry.optional, choices)


def _business(entry: BusinessEntry) -> Business:
    return Business(entry.name, Text.of(entry.address), entry.vat_id, entry.registration)


def _shipping(entry: ShippingEntry) -> Shipping:
    """Return the zones; countries and rates without any are one that has no name."""
    if entry.zones is None:
        rates = _rates(entry.rates or [], entry.free_over)
        return Shipping((Zone(tuple(entry.countries or ()), rates),))
    taken = {zone.id for zone in entry.zones if zone.id}
    made = []
    for zone in entry.zones:
        name = Text.of(zone.name)
        zone_id = zone.id or _derived(name, taken, "zone")
        taken.add(zone_id)
        made.append(Zone(tuple(zone.countries), _rates(zone.rates), zone_id, name))
    return Shipping(tuple(made))


def _rates(entries: list[RateEntry], free_over: Money | None = None) -> tuple[ShippingRate, ...]:
    """Return the ways of sending; what was once written for all of them frees the cheapest."""
    cheapest = min(entries, key=lambda rate: rate.price.minor)
    taken = {rate.id for rate in entries if rate.id}
    made = []
    for rate in entries:
        rate_id = rate.id or _derived(Text.of(rate.name), taken, "rate")
        taken.add(rate_id)
        days = None if rate.days is None else (rate.days[0], rate.days[1])
        own = free_over if rate.free_over is None and rate is cheapest else rate.free_over
        name = Text.of(rate.name)
        made.append(ShippingRate(name, rate.price, days, rate_id, own, rate.max_weight))
    return tuple(made)


def _derived(name: Text, taken: set[str], otherwise: str) -> str:
    """Return an id for what has none: of its name, so that its place does not matter."""
    said = name.in_language("en")
    wanted = slug(said)
    if len(wanted) > PART_ID_LENGTH or sum(map(str.isalnum, said)) > len(wanted.replace("-", "")):
        # Cut, or in letters that no id has: what is left may be another's as well.
        mark = sha256(said.encode()).hexdigest()[:_MARK]
        kept = wanted[: PART_ID_LENGTH - _MARK - 1].strip("-")
        wanted = f"{kept or otherwise}-{mark}"
    numbered = (f"{wanted[: PART_ID_LENGTH - 2]}-{n}" for n in count(2))
    return next(one for one in chain([wanted], numbered) if one not in taken)


def _text(written: str | dict[str, str] | None) -> Text | None:
    return None if written is None else Text.of(written)

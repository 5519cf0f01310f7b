"""The shop's goods as frozen values: what the owner's file says, checked and looked up quickly.

It knows nothing of the file's format, of places in it or of faults: a `Catalog` that exists is
sound. Every lookup is built once, so that a tap costs the same in a large shop as in a small one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.domain.catalog.checkout import (
    CheckoutRules,
    Question,
    QuestionChoice,
    Shipping,
    ShippingRate,
    Zone,
)
from bot.domain.catalog.choices import ListedVariant, Option, OptionValue, VariantId
from bot.domain.catalog.goods import Goods
from bot.domain.catalog.product import CategoryId, LineKey, Product, ProductId, StockId, Variant
from bot.domain.catalog.sale import Sale, TimeSpan
from bot.domain.catalog.text import Detail, Text

__all__ = [
    "Business",
    "Catalog",
    "Category",
    "CategoryId",
    "CheckoutRules",
    "Detail",
    "LineKey",
    "ListedVariant",
    "Option",
    "OptionValue",
    "Product",
    "ProductId",
    "Question",
    "QuestionChoice",
    "Sale",
    "Shipping",
    "ShippingRate",
    "ShopInfo",
    "StockId",
    "Text",
    "TimeSpan",
    "Variant",
    "VariantId",
    "Zone",
]


@dataclass(frozen=True, slots=True)
class Business:
    """Whose shop it is, as the law has it said."""

    name: str
    address: Text
    vat_id: str | None = None
    registration: str | None = None


@dataclass(frozen=True, slots=True)
class ShopInfo:
    """What the shop says about itself, and how it treats its owner.

    Attributes:
        currency: Lower-case ISO 4217 code of every price.
        support: How to reach a person: ``@name``, an address or a link.
        banner: Path relative to the catalog file, or an https URL.
        colour: Of the buttons on pages, ``#rrggbb`` in small letters.
        terms: The shop's own terms, or a link to them.
        privacy: The shop's own privacy policy, or a link to it.
        business: Whose shop it is.
        timezone: IANA name; days of statistics and the summary's hour are reckoned in it.
        low_stock: The owner is told when this many or fewer are left; None: never.
        summary_hour: Hour of the daily summary, 0 to 23 in `timezone`; None: no summary.
        remind_cart_hours: Hours after which a cart left behind is recalled once; None: never.
    """

    name: Text
    currency: str
    about: Text | None = None
    support: str | None = None
    banner: str | None = None
    colour: str | None = None
    terms: Text | None = None
    privacy: Text | None = None
    timezone: str = "UTC"
    low_stock: int | None = None
    summary_hour: int | None = None
    remind_cart_hours: int | None = None
    business: Business | None = None


@dataclass(frozen=True, slots=True)
class Category:
    """A part of the shop with goods of a kind."""

    id: CategoryId
    name: Text
    emoji: str | None = None


@dataclass(frozen=True, slots=True)
class Catalog:
    """A whole, sound catalog, in the file's order.

    Attributes:
        fingerprint: SHA-256 of the file's text, in hexadecimal.
    """

    shop: ShopInfo
    categories: tuple[Category, ...]
    products: Sequence[Product]
    checkout: CheckoutRules
    fingerprint: str
    _goods: Goods = field(init=False, repr=False, compare=False)
    _category: Mapping[CategoryId, Category] = field(init=False, repr=False, compare=False)
    _with_goods: tuple[Category, ...] = field(init=False, repr=False, compare=False)
    _written: Catalog | None = field(init=False, repr=False, compare=False, default=None)

    def __post_init__(self) -> None:
        goods = self.products if isinstance(self.products, Goods) else Goods.made(self.products)
        put = object.__setattr__  # the way into a frozen value while it is being made
        put(self, "_goods", goods)
        put(self, "products", goods)
        put(self, "_category", {category.id: category for category in self.categories})
        put(self, "_with_goods", tuple(one for one in self.categories if goods.in_category(one.id)))

    @property
    def written(self) -> Catalog:
        """The catalog as the file has it: what a sale costs is not yet what its product costs."""
        return self._written or self

    def at(self, now: int) -> Catalog:
        """Return the catalog at the prices of a moment: sales begin and end by the clock."""
        written = self.written
        goods = written.goods.at_moment(now)
        if goods is written.goods:
            return written
        made = replace(written, products=goods)
        object.__setattr__(made, "_written", written)
        return made

    def stays(self, now: int) -> TimeSpan:
        """Return for how long its prices are those of a moment."""
        spans = self.written.goods.sales.values()
        turns = {turn for one in spans for turn in (one.start, one.end) if turn is not None}
        before, after = [one for one in turns if one <= now], [one for one in turns if one > now]
        return TimeSpan(max(before, default=None), min(after, default=None))

    @property
    def goods(self) -> Goods:
        """The products, with where each stands."""
        return self._goods

    def product(self, product_id: ProductId) -> Product | None:
        """Return the product with this id, a hidden one too, or None."""
        return self._goods.get(product_id)

    def variant(self, key: LineKey) -> Variant | None:
        """Return this variant of this product, or None where either is gone."""
        return self._goods.variant(key)

    def category(self, category_id: CategoryId) -> Category | None:
        """Return the category with this id, or None."""
        return self._category.get(category_id)

    def in_category(self, category_id: CategoryId) -> Sequence[Product]:
        """Return the visible products of a category; none for an unknown one."""
        return self._goods.in_category(category_id)

    def place_in_category(self, product: Product) -> int:
        """Return the position of a product in its category, from 0; 0 for one that is not there."""
        place = self._goods.ids.get(product.id)
        return 0 if place is None else self._goods.in_category(product.category).index_of(place)

    def shown_categories(self) -> tuple[Category, ...]:
        """Return the categories in which customers see something."""
        return self._with_goods

    def visible(self) -> Sequence[Product]:
        """Return every product that customers see."""
        return self._goods.visible

    def news_first(self) -> Sequence[Product]:
        """Return what customers see, what is new or on sale before the rest."""
        return self._goods.news_first

    def pictures(self) -> frozenset[str]:
        """Return every picture that the catalog names."""
        banner = frozenset({self.shop.banner} if self.shop.banner else ())
        return self._goods.pictures() | banner

    def stock_counts(self) -> Mapping[StockId, int | None]:
        """Return the file's count of everything that is counted; None: always available."""
        return self._goods.stock_counts()

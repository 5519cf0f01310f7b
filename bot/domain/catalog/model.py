"""The shop's goods as frozen values: what the owner's file says, checked and looked up quickly.

It knows nothing of the file's format, of places in it or of faults: a `Catalog` that exists is
sound. Every lookup is built once, so that a tap costs the same in a large shop as in a small one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from bot.domain.catalog.checkout import CheckoutRules, Question, Shipping, ShippingRate
from bot.domain.catalog.product import (
    CategoryId,
    Option,
    OptionValue,
    Product,
    ProductId,
    StockId,
    Variant,
    VariantId,
)
from bot.domain.catalog.text import Text

__all__ = [
    "Catalog",
    "Category",
    "CategoryId",
    "CheckoutRules",
    "Option",
    "OptionValue",
    "Product",
    "ProductId",
    "Question",
    "Shipping",
    "ShippingRate",
    "ShopInfo",
    "StockId",
    "Text",
    "Variant",
    "VariantId",
]


@dataclass(frozen=True, slots=True)
class ShopInfo:
    """What the shop says about itself, and how it treats its owner.

    Attributes:
        currency: Lower-case ISO 4217 code of every price.
        support: How to reach a person: ``@name``, an address or a link.
        banner: Path relative to the catalog file, or an https URL.
        terms: The shop's own terms, or a link to them.
        privacy: The shop's own privacy policy, or a link to it.
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
    terms: Text | None = None
    privacy: Text | None = None
    timezone: str = "UTC"
    low_stock: int | None = None
    summary_hour: int | None = None
    remind_cart_hours: int | None = None


@dataclass(frozen=True, slots=True)
class Category:
    """A shelf of the shop."""

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
    products: tuple[Product, ...]
    checkout: CheckoutRules
    fingerprint: str
    _product: Mapping[ProductId, Product] = field(init=False, repr=False, compare=False)
    _category: Mapping[CategoryId, Category] = field(init=False, repr=False, compare=False)
    _shelves: Mapping[CategoryId, tuple[Product, ...]] = field(
        init=False, repr=False, compare=False
    )
    _visible: tuple[Product, ...] = field(init=False, repr=False, compare=False)
    _stock: Mapping[StockId, int | None] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        visible = tuple(product for product in self.products if not product.hidden)
        shelves: dict[CategoryId, list[Product]] = {one.id: [] for one in self.categories}
        for product in visible:
            shelves[product.category].append(product)
        counts = {key: n for product in self.products for key, n in product.stock_counts()}
        put = object.__setattr__  # the way into a frozen value while it is being made
        put(self, "_product", {product.id: product for product in self.products})
        put(self, "_category", {category.id: category for category in self.categories})
        put(self, "_shelves", {key: tuple(goods) for key, goods in shelves.items()})
        put(self, "_visible", visible)
        put(self, "_stock", MappingProxyType(counts))

    def product(self, product_id: ProductId) -> Product | None:
        """Return the product with this id, a hidden one too, or None."""
        return self._product.get(product_id)

    def variant(self, product_id: ProductId, variant_id: VariantId) -> Variant | None:
        """Return this variant of this product, or None where either is gone."""
        product = self._product.get(product_id)
        return None if product is None else product.variant(variant_id)

    def category(self, category_id: CategoryId) -> Category | None:
        """Return the category with this id, or None."""
        return self._category.get(category_id)

    def in_category(self, category_id: CategoryId) -> tuple[Product, ...]:
        """Return the visible products of a category; none for an unknown one."""
        return self._shelves.get(category_id, ())

    def visible(self) -> tuple[Product, ...]:
        """Return every product that customers see."""
        return self._visible

    def stock_counts(self) -> Mapping[StockId, int | None]:
        """Return the file's count of everything that is counted; None: always available."""
        return self._stock

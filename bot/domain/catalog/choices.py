"""What can be chosen about a product, and which combinations of it are listed to be sold."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NewType

from bot.domain.catalog.text import Text
from bot.domain.money import Money

#: The chosen values' ids joined by dots; empty without options.
VariantId = NewType("VariantId", str)


@dataclass(frozen=True, slots=True)
class OptionValue:
    """One choice of an option, such as 250 g.

    Attributes:
        price: Replaces the product's price; None: the product's.
        stock: Own count of this choice; None: it shares the product's.
        photo: Path relative to the catalog file, or an https URL.
    """

    id: str
    name: Text
    price: Money | None = None
    stock: int | None = None
    photo: str | None = None


@dataclass(frozen=True, slots=True)
class Option:
    """Something to choose about a product, such as its size."""

    id: str
    name: Text
    values: tuple[OptionValue, ...]

    def value(self, value_id: str) -> OptionValue | None:
        """Return the value with this id, or None."""
        return next((one for one in self.values if one.id == value_id), None)


@dataclass(frozen=True, slots=True)
class ListedVariant:
    """One combination that is sold, with what it has of its own; None: what the product has.

    Attributes:
        id: The values' ids joined by dots in the order of their options' ids.
        stock: Own count of this variant; None: it shares the product's.
        was: The old price, shown struck through; always above the price.
        photo: Path relative to the catalog file, or an https URL.
        weight: Grams.
        hidden: Customers do not see it.
    """

    id: VariantId
    price: Money | None = None
    stock: int | None = None
    was: Money | None = None
    photo: str | None = None
    sku: str | None = None
    barcode: str | None = None
    weight: int | None = None
    hidden: bool = False


def in_id_order(options: Iterable[Option]) -> list[Option]:
    """Return options in an order that does not hang on how the file is written."""
    return sorted(options, key=lambda option: option.id)


def joined_id(options: Sequence[Option], values: Sequence[OptionValue]) -> VariantId:
    """Return a listed variant's id of its values, which stand in the options' order."""
    pairs = sorted(zip(options, values, strict=True), key=lambda pair: pair[0].id)
    return VariantId(".".join(value.id for _, value in pairs))

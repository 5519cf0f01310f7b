"""The shape of the catalog file: one model for reading it, for its faults and for its JSON Schema.

Counts of things in lists and everything that compares one place with another stand in
`rules`, so that one fault of that sort does not hide the others.
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from bot.catalog_file.fields import (
    CategoryKey,
    Code,
    Colour,
    Count,
    Country,
    Currency,
    Description,
    DetailLabel,
    DetailText,
    Fee,
    Grams,
    Label,
    Line,
    Moment,
    Name,
    PartKey,
    Picture,
    Price,
    ProductKey,
    QuestionKey,
    TaxCode,
    Timezone,
    at_most,
    one_line,
)

MOST_PHOTOS = 10
MOST_DETAILS = 10
MOST_OPTIONS = 3
MOST_VALUES = 100
MOST_VARIANTS = 500
#: Stripe's limits of `shipping_options` and `custom_fields`.
MOST_RATES = 5
MOST_QUESTIONS = 3
MOST_CHOICES = 200
#: As many buttons as one can look over.
MOST_ZONES = 20
#: Stripe ends a session 30 minutes to 24 hours after it was made, by its own clock; the shop keeps
#: five minutes off both ends, whatever stands here.
HOLD_MINUTES = (31, 1439)


class _Entry(BaseModel):
    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        strict=True,
        populate_by_name=False,
        use_attribute_docstrings=True,
        defer_build=True,  # of the parts: only the whole is ever read
    )

    comment: str | None = None
    """For your own notes: the shop does not read it."""


class BusinessEntry(_Entry):
    """Whose shop it is, as the law has it said; shown by /imprint and in /terms."""

    name: Line
    """The business's name, such as Lume Lda."""
    address: Description
    """Its address, lines parted by \\n."""
    vat_id: Line | None = None
    """Its VAT id, such as PT123456789."""
    registration: Line | None = None
    """Where and as what it is registered, such as Registo Comercial Lisboa 514 000 000."""


class ShopEntry(_Entry):
    """What the shop says about itself."""

    name: Name
    """The shop's name."""
    about: Description | None = None
    """A few words under the name."""
    currency: Currency
    """The currency of every price, such as eur."""
    support: Line | None = None
    """How to reach a person: @name, an e-mail address or a link."""
    banner: Picture | None = None
    """A picture for the start: a file beside the catalog, or an https address."""
    colour: Colour | None = None
    """The colour of the buttons on the payment page and on the shop's own, such as #1f6f54."""
    terms: Description | None = None
    """Your terms, or a link to them, for /terms."""
    privacy: Description | None = None
    """Your privacy policy, or a link to it, for /privacy."""
    business: BusinessEntry | None = None
    """Whose shop it is, for /imprint and /terms."""
    timezone: Timezone = "UTC"
    """Where your day begins, such as Europe/Lisbon."""
    low_stock: Count | None = None
    """You are told when this many or fewer are left."""
    summary_hour: Annotated[int, Field(ge=0, le=23)] | None = None
    """The hour of the daily summary, 0 to 23."""
    remind_cart_hours: Annotated[int, Field(ge=1, le=720)] | None = None
    """Customers are reminded once of a cart left for so many hours."""


class CategoryEntry(_Entry):
    """A part of the shop with goods of a kind."""

    id: CategoryKey
    """Small letters, digits and hyphens; keep it once customers have used it."""
    name: Name
    """What customers read."""
    emoji: Annotated[str, Field(min_length=1, max_length=16), AfterValidator(one_line)] | None = (
        None
    )
    """Shown before the name."""


class ValueEntry(_Entry):
    """One choice of an option."""

    id: PartKey
    """Such as 250g."""
    name: Name
    """What customers read."""
    price: Price | None = None
    """Replaces the product's price."""
    stock: Count | None = None
    """Counted apart; without it the choice shares the product's stock."""
    photo: Picture | None = None
    """Shown when this is chosen."""


class OptionEntry(_Entry):
    """Something to choose, such as the size."""

    id: PartKey
    """Such as size."""
    name: Name
    """What customers read."""
    values: list[ValueEntry] = Field(json_schema_extra={"minItems": 1, "maxItems": MOST_VALUES})
    """What there is to choose from."""


class VariantEntry(_Entry):
    """One combination of choices that is sold; what it does not have, the product has for it."""

    options: dict[str, str]
    """A value of each option, such as {"size": "m", "colour": "red"}."""
    price: Price | None = None
    """Replaces the product's price."""
    was: Price | None = None
    """The old price, shown struck through."""
    stock: Count | None = None
    """Counted apart; without it the variant shares the product's stock."""
    sku: Code | None = None
    """What your own books call it, such as TS-M-RED; customers find it by that."""
    barcode: Code | None = None
    """What stands on its package: EAN, UPC or ISBN."""
    photo: Picture | None = None
    """Shown when this is chosen."""
    weight: Grams | None = None
    """In grams."""
    hidden: bool = False
    """Customers do not see it."""


class DetailEntry(_Entry):
    """A fact about a product."""

    label: DetailLabel
    """What it is, such as Author, Material or Allergens."""
    text: DetailText
    """What it says; customers find the product by it."""


class SaleEntry(_Entry):
    """A lower price for some time; it begins and ends by the clock."""

    price: Price
    """Below the product's own price, which is shown struck through beside it."""
    start: Moment | None = Field(default=None, alias="from")
    """The first day, or day and time, in the shop's time zone; without it the sale has begun."""
    until: Moment | None = None
    """The last day, which belongs to it, or a day and time; without it the sale goes on."""


class ProductEntry(_Entry):
    """Something to buy."""

    id: ProductKey
    """Small letters, digits and hyphens; keep it once customers have used it."""
    category: CategoryKey
    """The id of its category."""
    name: Name
    """What customers read."""
    description: Description | None = None
    """A few sentences."""
    price: Price
    """Such as "12.50", in the shop's currency."""
    was: Price | None = None
    """The price to compare with, shown struck through; in the EU, the lowest of 30 days."""
    photo: Picture | None = None
    """A file beside the catalog, or an https address."""
    photos: list[Picture] | None = Field(default=None, json_schema_extra={"maxItems": MOST_PHOTOS})
    """Several pictures instead of one; the first is the main one."""
    stock: Count | None = None
    """How many can be sold; without it the product is always available."""
    max_per_order: Annotated[int, Field(ge=1, le=99_999)] | None = None
    """Most units in one order, all choices together."""
    min_per_order: Annotated[int, Field(ge=1, le=999)] | None = None
    """Fewest units in one order, all choices together; the first tap puts so many in."""
    options: list[OptionEntry] = at_most(MOST_OPTIONS)
    """What there is to choose."""
    variants: list[VariantEntry] = at_most(MOST_VARIANTS)
    """The combinations that are sold, where not every one is or each has its own stock or price."""
    tax_code: TaxCode | None = None
    """Stripe Tax's code for what it is, such as txcd_20030000; else your account's default."""
    hidden: bool = False
    """Customers do not see it."""
    new: bool = False
    """Marked as new."""
    sku: Code | None = None
    """Your own number for it: in the notice of a sale and the export; customers find by it."""
    barcode: Code | None = None
    """The number under the bars, or the ISBN; used as the sku is."""
    weight: Grams | None = None
    """What it weighs packed, in grams."""
    brand: Line | None = None
    """Who makes it; shown under the name, and customers find by it."""
    details: list[DetailEntry] = at_most(MOST_DETAILS)
    """Facts, each with its label: author, material, allergens."""
    sale: SaleEntry | None = None
    """A lower price for some time."""


class RateEntry(_Entry):
    """One way of sending goods."""

    id: PartKey | None = None
    """Such as post; orders keep it. Without one it is made of the name."""
    name: Name
    """What customers read."""
    price: Fee
    """May be 0."""
    days: list[Annotated[int, Field(ge=0, le=365)]] | None = Field(
        default=None, json_schema_extra={"minItems": 2, "maxItems": 2}
    )
    """Fewest and most business days until delivery, such as [2, 4]."""
    free_over: Price | None = None
    """This rate costs nothing where the goods cost at least this much."""
    max_weight: Grams | None = None
    """The most that the goods may weigh for this rate, in grams, such as 2000."""


class ZoneEntry(_Entry):
    """Countries that goods are sent to at the same rates."""

    id: PartKey | None = None
    """Such as eu: people's choice is remembered by it. Without one it is made of the name."""
    name: Name
    """What customers choose, such as European Union."""
    countries: list[Country] = Field(json_schema_extra={"minItems": 1, "uniqueItems": True})
    """Two-letter codes, such as PT; each in one zone only."""
    rates: list[RateEntry] = Field(json_schema_extra={"minItems": 1, "maxItems": MOST_RATES})
    """One to five ways of sending to these countries."""


class ShippingEntry(_Entry):
    """Where goods are sent to, and for how much: countries and rates, or zones that have them."""

    countries: list[Country] | None = Field(
        default=None, json_schema_extra={"minItems": 1, "uniqueItems": True}
    )
    """Two-letter codes, such as PT; with rates, where every country costs the same."""
    rates: list[RateEntry] | None = Field(
        default=None, json_schema_extra={"minItems": 1, "maxItems": MOST_RATES}
    )
    """One to five ways of sending."""
    zones: list[ZoneEntry] | None = Field(
        default=None, json_schema_extra={"minItems": 1, "maxItems": MOST_ZONES}
    )
    """Where rates differ by country: customers are asked once where to."""
    free_over: Price | None = None
    """The old way to make the cheapest rate free; write it at the rate instead."""

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        for key in ("countries", "rates"):
            if self.zones is None and getattr(self, key) is None:
                raise PydanticCustomError(f"no_{key}", key)
        return self


class ChoiceEntry(_Entry):
    """An answer to choose."""

    id: QuestionKey
    """Small letters and digits, such as morning."""
    name: Name
    """What customers, you and the export read."""


class QuestionEntry(_Entry):
    """A question on the payment page."""

    id: QuestionKey
    """Small letters and digits."""
    label: Label
    """The question, short."""
    choices: list[ChoiceEntry] | None = Field(
        default=None, json_schema_extra={"minItems": 2, "maxItems": MOST_CHOICES}
    )
    """Answers to choose from; without any it is answered in words."""
    optional: bool = False
    """May be left empty."""


class CheckoutEntry(_Entry):
    """How the shop checks out."""

    hold_minutes: Annotated[int, Field(ge=HOLD_MINUTES[0], le=HOLD_MINUTES[1])] = 60
    """How long a payment link lives and its goods are held: 35 to 1435 minutes."""
    promotion_codes: bool = False
    """Customers may enter a promotion code."""
    minimum_order: Price | None = None
    """The least that goods must come to in one order, such as "20.00"."""
    automatic_tax: bool = False
    """Stripe Tax calculates the tax."""
    prices: Literal["inclusive", "exclusive"] = "inclusive"
    """Whether prices include the tax; with exclusive it is added on the payment page."""
    tax_ids: bool = False
    """Businesses may enter their VAT id."""
    invoices: bool = False
    """Stripe makes an invoice of each sale, and a credit note of each refund."""
    billing_address: bool = False
    """Ask for the address of whoever pays, beside the delivery's."""
    phone: bool = False
    """Ask for a phone number."""
    terms: bool = False
    """Customers must agree to the terms whose address stands in Stripe's Dashboard."""
    questions: list[QuestionEntry] = at_most(MOST_QUESTIONS)
    """At most three questions of your own."""
    pickup: Description | None = None
    """Where and when goods can be fetched; without it they cannot."""
    shipping: ShippingEntry | None = None
    """Without it no address is asked for."""


class CatalogEntry(_Entry):
    """The goods of a Telegram shop."""

    schema_address: str | None = Field(default=None, alias="$schema")
    """Lets your editor complete and check this file."""
    shop: ShopEntry
    """What the shop says about itself."""
    categories: list[CategoryEntry] = Field(json_schema_extra={"minItems": 1})
    """The categories, in the order in which customers see them."""
    products: list[ProductEntry]
    """The goods, in the order in which customers see them."""
    checkout: CheckoutEntry = CheckoutEntry()
    """How the shop checks out."""

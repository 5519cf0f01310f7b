"""The catalog's frozen values: languages, variants, prices, stock and look-ups."""

from __future__ import annotations

import dataclasses

import pytest

from bot.domain.catalog.model import (
    Catalog,
    CategoryId,
    LineKey,
    Product,
    ProductId,
    Text,
    VariantId,
)
from bot.domain.money import Money
from tests.catalog_file.samples import GOOD, changed, read


def _eur(minor: int) -> Money:
    return Money(minor, "eur")


@pytest.fixture
def catalog() -> Catalog:
    """The good catalog."""
    return read(GOOD).catalog


@pytest.fixture
def blend(catalog: Catalog) -> Product:
    """A product of which one size has its own price and stock."""
    product = catalog.product(ProductId("house-blend"))
    assert product is not None
    return product


@pytest.mark.parametrize(
    ("language", "wording"),
    [
        ("pt-br", "Café BR"),
        ("pt-BR", "Café BR"),
        ("pt_BR", "Café BR"),
        ("pt-ao", "Café"),
        ("de", "Kaffee"),
        ("ru", "Coffee"),
        (None, "Coffee"),
        ("", "Coffee"),
    ],
)
def test_a_text_is_read_in_the_nearest_language(language: str | None, wording: str) -> None:
    """The language itself comes first, then its base, then English."""
    text = Text.of({"de": "Kaffee", "pt": "Café", "pt-BR": "Café BR", "en": "Coffee"})

    assert text.in_language(language) == wording


def test_another_regions_wording_is_better_than_another_language() -> None:
    """A reader of Portuguese is shown the Brazilian text that there is, and not English."""
    text = Text.of({"en": "Coffee", "pt-BR": "Café BR"})
    assert text.in_language("pt") == text.in_language("pt-PT") == "Café BR"
    assert text.in_language("p") == "Coffee"


def test_a_text_without_english_falls_back_to_its_first_wording() -> None:
    """Whatever the owner wrote first is better than nothing."""
    assert Text.of({"de": "Kaffee", "pt": "Café"}).in_language("ru") == "Kaffee"


def test_a_text_tells_all_its_wordings() -> None:
    """A search can listen to every language."""
    assert Text.of({"de": "Kaffee", "en": "Coffee"}).every() == ("Kaffee", "Coffee")
    assert Text.of("Tea").every() == ("Tea",)


def test_a_text_without_wordings_cannot_be() -> None:
    """Nobody has to ask whether a text is there."""
    with pytest.raises(ValueError, match="at least one wording"):
        Text.of({})


def test_variants_combine_the_values_of_all_options(blend: Product) -> None:
    """Each combination is a variant with its own id, price, stock and stock id."""
    seen = [(one.id, one.price, one.stock_id, one.stock) for one in blend.variants()]

    assert seen == [
        ("250g.beans", _eur(1250), "house-blend", 20),
        ("250g.filter", _eur(1250), "house-blend", 20),
        ("1kg.beans", _eur(3900), "house-blend/1kg", 3),
        ("1kg.filter", _eur(3900), "house-blend/1kg", 3),
    ]


def test_a_product_without_options_is_one_variant(catalog: Catalog) -> None:
    """Its variant has an empty id and the product's own name."""
    cup = catalog.product(ProductId("cup"))
    assert cup is not None

    [variant] = cup.variants()

    assert (variant.id, variant.label("en"), variant.title("en")) == ("", "", "Cup <blue> ☕")
    assert cup.variant(VariantId("")) == variant


@pytest.mark.parametrize(
    "unknown", ["", "250g", "250g.", "250g.250g", "250g.beans.x", ".", "250g.espresso"]
)
def test_an_unknown_variant_is_none(blend: Product, unknown: str) -> None:
    """Ids from old buttons find nothing instead of something wrong."""
    assert blend.variant(VariantId(unknown)) is None


def test_an_id_from_before_the_options_changed_places_is_found(blend: Product) -> None:
    """Old buttons and carts name the values in the order of then."""
    found = blend.variant(VariantId("beans.250g"))

    assert found is not None
    assert found.id == "250g.beans"


def test_every_variant_is_found_by_its_id(catalog: Catalog, blend: Product) -> None:
    """What a button says leads back to the same variant."""
    for variant in blend.variants():
        assert catalog.variant(variant.key) == variant
    assert catalog.variant(LineKey(ProductId("gone"))) is None


def test_a_variant_is_titled_in_the_readers_language(blend: Product) -> None:
    """Product and choice are named together."""
    variant = blend.variant(VariantId("1kg.filter"))
    assert variant is not None

    assert variant.title("de") == "House blend, 1 kg, Filter"


def test_prices_span_from_the_cheapest_variant(catalog: Catalog, blend: Product) -> None:
    """A product whose values have prices of their own has a range."""
    cup = catalog.product(ProductId("cup"))
    assert cup is not None

    assert (blend.lowest_price(), blend.has_price_range()) == (_eur(1250), True)
    assert (cup.lowest_price(), cup.has_price_range()) == (_eur(950), False)


def test_a_value_cheaper_than_its_product_is_the_lowest_price() -> None:
    """A product's own price does not count where every value has another."""
    cheap = changed('"name": "250 g"', '"name": "250 g", "price": "3"')
    product = read(cheap).catalog.product(ProductId("house-blend"))
    assert product is not None

    assert product.lowest_price() == _eur(300)


def test_stock_is_counted_by_what_is_sold_together(catalog: Catalog) -> None:
    """Products and values with counts of their own are counted apart, in the file's order."""
    assert list(catalog.stock_counts().items()) == [
        ("house-blend/1kg", 3),
        ("house-blend", 20),
        ("cup", 0),
    ]


def test_a_product_whose_values_are_all_counted_has_no_count_itself() -> None:
    """The product's own number would never be sold from."""
    both = changed('"name": "250 g"', '"name": "250 g", "stock": 7')

    assert dict(read(both).catalog.stock_counts()) == {
        "house-blend/250g": 7,
        "house-blend/1kg": 3,
        "cup": 0,
    }


def test_hidden_products_are_found_but_not_shown() -> None:
    """Old buttons still find a hidden product; shelves and lists leave it out."""
    catalog = read(changed('"stock": 0', '"hidden": true')).catalog

    assert catalog.product(ProductId("cup")) is not None
    assert catalog.in_category(CategoryId("gear")) == ()
    assert [one.id for one in catalog.visible()] == ["house-blend"]


def test_unknown_ids_find_nothing(catalog: Catalog) -> None:
    """Look-ups of what is not there answer None or nothing."""
    assert catalog.product(ProductId("gone")) is None
    assert catalog.category(CategoryId("gone")) is None
    assert catalog.in_category(CategoryId("gone")) == ()


def test_a_picture_of_the_choice_replaces_that_of_the_product() -> None:
    """A value with its own picture shows it; others show the product's first."""
    file = changed('"name": "1 kg"', '"name": "1 kg", "photo": "big.jpg"')
    product = read(file).catalog.product(ProductId("house-blend"))
    assert product is not None

    photos = {variant.id: variant.photo for variant in product.variants()}

    assert photos[VariantId("1kg.beans")] == "big.jpg"
    assert photos[VariantId("250g.beans")] == "photos/house.jpg"


def test_a_catalog_is_frozen_and_equal_by_what_it_says(catalog: Catalog) -> None:
    """Two readings of one file are equal, and nobody can change either."""
    assert catalog == read(GOOD).catalog
    with pytest.raises(dataclasses.FrozenInstanceError):
        catalog.fingerprint = "x"  # type: ignore[misc]

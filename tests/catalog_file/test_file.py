"""A sound catalog file becomes values; its schema says the same as its reader."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from bot.catalog_file.codes import COUNTRIES
from bot.catalog_file.file import read_catalog, schema, schema_text, time_zone
from bot.catalog_file.structure import MODELS
from bot.domain.catalog.model import ProductId, Question, Shipping, ShippingRate, Text, Zone
from bot.domain.money import Money
from bot.ports.catalog import PictureFact
from tests.catalog_file.gallery import MONEY, SHAPE
from tests.catalog_file.samples import GOOD, PICTURE, changed, read

ROOT = Path(__file__).parents[2]

#: Changes that an editor cannot mark: a JSON Schema knows no other place and no exact decimals.
BEYOND_SCHEMA = {
    r'"\u200b\u2060 \ufeff"', r'"\u3164"', r'"emoji": "\ufe0f"',
    '"House\\nblend"', '"House\\u0000blend"', '"House \\ud83d"', '" "', '"timezone": "Lisbon"',
    '"stock": 20, "stock": 5', '"id": "xxxxxxxxxxxxxx"',
    '"price": 9.505', '"price": 9.5055', '"price": 1.250', '"was": "12.50"',
}  # fmt: skip


def test_a_sound_file_has_no_faults_and_no_warnings() -> None:
    """The sample is read without a word."""
    assert read(GOOD).warnings == ()


def test_what_the_file_says_is_what_the_catalog_has() -> None:
    """Every kind of value arrives exactly, prices as whole minor units."""
    catalog = read(GOOD).catalog
    blend = catalog.product(ProductId("house-blend"))
    assert blend is not None

    assert catalog.shop.name == Text.of("Beans & Co")
    assert (catalog.shop.currency, catalog.shop.banner) == ("eur", "front.jpg")
    assert [one.emoji for one in catalog.categories] == [None, "⚙️"]
    assert (blend.price, blend.was) == (Money(1250, "eur"), Money(1400, "eur"))
    assert (blend.photos, blend.stock, blend.new) == (("photos/house.jpg",), 20, False)
    assert blend.description == Text.of("Round.\nMild.")
    assert catalog.checkout.hold_minutes == 60
    assert catalog.checkout.questions == (Question("gift", Text.of("A gift for?"), optional=True),)
    post = ShippingRate(Text.of("Post"), Money(490, "eur"), (2, 4), "post", Money(5000, "eur"))
    assert catalog.checkout.shipping == Shipping((Zone(("PT", "ES"), (post,)),))


def test_the_fingerprint_is_that_of_the_text() -> None:
    """A file saved with or without a byte order mark is the same catalog."""
    plain, marked = read(GOOD), read(b"\xef\xbb\xbf" + GOOD.encode())

    assert plain.catalog.fingerprint == hashlib.sha256(GOOD.encode()).hexdigest()
    assert marked.catalog == plain.catalog


@pytest.mark.parametrize(
    ("written", "minor"),
    [("9.5", 950), ("9.50", 950), ('"9.5"', 950), ('" 9.50 "', 950), ("10", 1000), ("1e1", 1000),
     ("0.01", 1), ("19.99", 1999), ("999999.99", 99_999_999)],
)  # fmt: skip
def test_prices_are_exact_whether_texts_or_numbers(written: str, minor: int) -> None:
    """No float is between the file and the price."""
    product = read(changed('"price": 9.5', f'"price": {written}')).catalog.product(ProductId("cup"))
    assert product is not None

    assert product.price == Money(minor, "eur")


def test_windows_line_ends_change_nothing() -> None:
    """A file from another editor is the same shop."""
    ours, theirs = read(GOOD).catalog, read(GOOD.replace("\n", "\r\n")).catalog

    assert theirs.products == ours.products


def test_each_picture_is_asked_for_once_and_addresses_never() -> None:
    """Pictures that stand twice cost one look; https addresses are not files."""
    file = changed('"stock": 0', '"photos": ["photos/house.jpg", "https://example.com/cup.jpg"]')
    asked: list[str] = []

    def picture(path: str) -> PictureFact:
        asked.append(path)
        return PICTURE

    read_catalog(file, file="catalog.json", picture=picture)

    assert asked == ["front.jpg", "photos/house.jpg"]


def test_the_schema_file_is_made_from_the_models() -> None:
    """Editors check by the same rules as the shop."""
    assert (ROOT / "catalog.schema.json").read_text(encoding="utf-8") == schema_text()


def test_the_schema_is_a_schema_and_takes_the_good_catalog() -> None:
    """The sample passes in an editor, too."""
    Draft202012Validator.check_schema(schema())

    assert list(Draft202012Validator(schema()).iter_errors(json.loads(GOOD))) == []


@pytest.mark.parametrize(("kind", "old", "new", "line", "column"), SHAPE + MONEY)
def test_the_schema_refuses_what_the_reader_refuses(
    kind: str, old: str, new: str, line: int, column: int
) -> None:
    """A fault of shape is marked in the editor already, unless only the reader can see it."""
    del kind, line, column
    data = json.loads(changed(old, new))

    valid = Draft202012Validator(schema()).is_valid(data)

    assert valid is (new in BEYOND_SCHEMA)


def test_the_schema_holds_every_amount_to_the_currency() -> None:
    """Wherever an amount may stand, an editor marks one that is none, or too fine for yen."""
    schema_of = Draft202012Validator(schema())
    seen = 0
    for path, model in MODELS.items():
        for name, info in model.model_fields.items():
            if "Money" not in repr(info.annotation):
                continue
            seen += 1
            for wrong in ("abc", "4.50"):
                held: Any = {name: wrong}
                for step in reversed(path):
                    in_list = step not in {"checkout", "shipping", "sale"}
                    held = {step: [held] if in_list else held}
                found = schema_of.iter_errors(held | {"shop": {"currency": "jpy"}})
                told = [str(one.message) for one in found]
                assert any(repr(wrong) in one for one in told), (path, name, wrong)
    assert seen == 12


def test_every_key_is_explained_in_the_schema() -> None:
    """An editor shows a sentence for each key."""
    bare: list[str] = []

    def visit(node: Any) -> None:
        for name, about in node.get("properties", {}).items():
            if not about.keys() & {"description", "$ref"}:  # what is referred to has its own
                bare.append(name)

    made = schema()
    visit(made)
    for model in made["$defs"].values():
        visit(model)

    assert bare == []


@pytest.mark.specs
def test_countries_are_those_of_stripes_specification() -> None:
    """What the file may ship to is what Checkout takes."""
    path = ROOT.parent / "shared" / "specs" / "stripe-openapi.json"
    if not path.exists():
        pytest.skip("the published specifications are not beside this checkout")
    operation = json.loads(path.read_text(encoding="utf-8"))["paths"]["/v1/checkout/sessions"]
    body = operation["post"]["requestBody"]["content"]["application/x-www-form-urlencoded"]
    address = body["schema"]["properties"]["shipping_address_collection"]

    assert frozenset(address["properties"]["allowed_countries"]["items"]["enum"]) == COUNTRIES


def test_the_zone_is_the_catalogs() -> None:
    """No catalog, or one that cannot be read, means UTC."""
    assert time_zone((ROOT / "catalog.json").read_bytes()).key != "UTC"
    assert time_zone(b"{").key == time_zone(None).key == "UTC"
    assert time_zone(b'{"shop": {"timezone": "Europe/Lisbon"}}').key == "Europe/Lisbon"

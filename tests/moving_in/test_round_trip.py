"""Goods go out as a table and come back the same, whatever a spreadsheet did to it."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.catalog_file.parse import parse
from bot.catalog_file.shape import ProductEntry
from bot.domain.catalog.model import Catalog, Product, Text
from bot.moving_in.reading import TableOptions, take
from bot.moving_in.sheet_columns import COLUMNS
from bot.moving_in.sheet_writing import goods_table
from bot.moving_in.spoilt import kept, unkept
from bot.ports.catalog import CatalogFaultsError
from tests.catalog_file.samples import GOOD, read
from tests.cli.conftest import ROOT
from tests.moving_in.samples import SHOPIFY, brought, products_of, told
from tests.moving_in.spreadsheet import Spreadsheet

#: What spreadsheets spoil, and what is hard for tables.
NASTY = (
    "=1+1", "+49 30 1234", "-5", "@lume", "007", "4006381333931", "1/2", "3-4", "1.50", "12,5",
    "10E5", "Mar 1", "may", "TRUE", "falsch", "2026-12-24", "'quoted'", "''", "'=x", '"both"',
    "a;b", "a,b", "a|b", "Größe ☕", "№ 5", "50%", "€5", "(3)", "1984", "…",
    "႔", "١٩٨٤",
)  # fmt: skip

SPREADSHEETS = [
    Spreadsheet(language, separator, encoding, line_end)
    for language in ("en", "de")
    for separator, encoding, line_end in (
        (",", "utf-8-sig", "\r\n"),
        (";", "utf-8", "\n"),
        ("\t", "utf-16", "\r\n"),
    )
]

#: The noon of 2026-12-10, UTC.
_IN_SALE = 1796904000
IN_EUROS = TableOptions("eur", category="Goods")

_names = st.sampled_from(NASTY) | st.text(
    st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")), min_size=1, max_size=20
).map(str.strip).filter(lambda text: any(sign.isalnum() for sign in text))
_words = _names | st.dictionaries(st.sampled_from(["en", "de", "pt-BR"]), _names, min_size=1)
_texts = st.lists(_names, min_size=1, max_size=3).map("\n".join)
_amounts = st.integers(min_value=50, max_value=9_999_999).map(lambda minor: f"{minor / 100:.2f}")
_counts = st.none() | st.integers(min_value=0, max_value=5000)
_codes = st.sampled_from(["007", "4006381333931", "A-1", "=x", "10E5", "978-3-16-148410-0"])
_ids = st.just("product") | st.from_regex(r"[a-z0-9](?:[a-z0-9-]{0,5}[a-z0-9])?", fullmatch=True)
_moments = st.sampled_from(
    ["2026-12-24", "2026-12-24 00:00", "2026-12-24T18:30", "2026-12-24 18:30"]
)


def _above(price: str) -> str:
    return f"{Decimal(price) + 1}"


def _said(**keys: Any) -> dict[str, Any]:
    return {key: one for key, one in keys.items() if one is not None and one is not False}


@st.composite
def _options(draw: st.DrawFn, price: str, *, simple: bool) -> list[dict[str, Any]]:
    made = []
    carriers = {key: draw(st.integers(0, 1)) for key in ("price", "stock", "photo")}
    for place, own in enumerate(draw(st.lists(_ids, min_size=1, max_size=2, unique=True))):
        values = draw(st.lists(_ids, min_size=1, max_size=3, unique=True))
        entries: list[dict[str, Any]] = [{"id": value, "name": draw(_words)} for value in values]
        for entry in entries if simple else ():
            if carriers["price"] == place and draw(st.booleans()):
                entry["price"] = draw(_amounts | st.just(price))
            if carriers["stock"] == place and draw(st.booleans()):
                entry["stock"] = draw(st.integers(0, 500))
            if carriers["photo"] == place and draw(st.booleans()):
                entry["photo"] = draw(st.sampled_from(["a.jpg", "b.jpg"]))
        made.append({"id": own, "name": draw(_words), "values": entries})
    return made


@st.composite
def _products(draw: st.DrawFn, own: str) -> dict[str, Any]:
    product = _said(
        id=own,
        category=draw(st.sampled_from(["coffee", "gear"])),
        name=draw(_words),
        description=draw(st.none() | _texts),
        price=(price := draw(_amounts)),
        was=draw(st.none() | st.just(price).map(_above)),
        stock=draw(_counts),
        sku=draw(st.none() | st.just(own)),
        weight=draw(st.none() | st.integers(1, 5000)),
        brand=draw(st.none() | _names),
        hidden=draw(st.booleans()),
        new=draw(st.booleans()),
        max_per_order=draw(st.none() | st.integers(5, 99)),
    )
    if draw(st.booleans()):
        product["details"] = [{"label": draw(_words), "text": draw(_words)}]
    if draw(st.booleans()):
        sale = {"price": "0.40", "from": draw(st.none() | st.just("2026-12-01 08:00"))}
        product["sale"] = _said(**sale, until=draw(st.none() | _moments))
    kind = draw(st.sampled_from(["none", "simple", "listed"]))
    if kind == "none":
        return product | _said(barcode=draw(st.none() | _codes))
    product["options"] = draw(_options(price, simple=kind == "simple"))
    if kind == "listed":
        every: list[dict[str, str]] = [{}]
        for option in product["options"]:
            every = [
                chosen | {option["id"]: value["id"]}
                for chosen in every
                for value in option["values"]
            ]
        listed = draw(st.lists(st.sampled_from(every), min_size=1, unique_by=json.dumps))
        product["variants"] = [
            {
                "options": chosen,
                **_said(
                    price=(own_price := draw(st.none() | _amounts | st.just(price))),
                    was=draw(st.none() | st.just(own_price or price).map(_above)),
                    stock=draw(_counts),
                    sku=draw(st.none() | st.just(f"{own}/{place}")),
                    barcode=draw(st.none() | _codes),
                    weight=draw(st.none() | st.integers(1, 5000)),
                    hidden=place > 0 and draw(st.booleans()),
                ),
            }
            for place, chosen in enumerate(listed)
        ]
    return product


@st.composite
def _catalogs(draw: st.DrawFn) -> dict[str, Any]:
    whole: dict[str, Any] = json.loads(GOOD)
    ids = draw(st.lists(_ids, min_size=1, max_size=4, unique=True))
    return whole | {"products": [draw(_products(own)) for own in ids]}


def _facts(catalog: Catalog) -> list[Any]:
    """Return what an owner and a buyer see of the goods: as written, and while a sale runs."""
    return [_fact(one) for product in catalog.products for one in (product, product.at(_IN_SALE))]


def _fact(product: Product) -> tuple[Any, ...]:
    return (
        product.id, product.category, _text(product.name), _text(product.description),
        product.photos, product.hidden, product.new, product.max_per_order, product.brand,
        [(_text(one.label), _text(one.text)) for one in product.details],
        sorted(
            (one.id, str(one.price), str(one.was), one.stock, one.stock_id, str(one.barcode),
             str(one.weight), one.hidden, one.photo, one.sku, str(one.sale),
             [_text(value.name) for value in one.values])
            for one in product.variants()
        ),
    )  # fmt: skip


def _text(text: Text | None) -> dict[str, str]:
    return {} if text is None else dict(text.wordings)


@settings(max_examples=25, deadline=None)
@given(catalog=_catalogs(), sheet=st.sampled_from(SPREADSHEETS))
def test_what_comes_back_changes_no_byte_and_makes_the_same_goods(
    catalog: dict[str, Any], sheet: Spreadsheet
) -> None:
    """Into its own file nothing is to be changed; into an empty one the same goods come."""
    text = json.dumps(catalog, ensure_ascii=False, indent=2)
    before = read(text).catalog
    table = sheet.save(goods_table(parse(text).data, comma=sheet.language == "de"))
    empty = json.dumps(catalog | {"products": []}, ensure_ascii=False, indent=2)

    again = take(table, "goods.csv", text.encode(), IN_EUROS)
    anew = take(table, "goods.csv", empty.encode(), IN_EUROS)

    assert again.source.decode() == text
    assert _facts(read(anew.source).catalog) == _facts(before)
    assert again.remarks == anew.remarks == ()


def test_an_id_that_no_name_would_be_made_into_comes_back() -> None:
    """With two hyphens in a row, and one at its end; a category's too."""
    whole = json.loads(GOOD)
    cup = {"id": "a--b", "category": "gear-", "name": "Cup", "price": "5.00"}
    categories = [{"id": "gear-", "name": "Gear"}]
    source = json.dumps(whole | {"categories": categories, "products": [cup]}).encode()
    table = goods_table(parse(source.decode()).data, comma=False)

    assert take(table, "goods.csv", source, IN_EUROS).source == source


@pytest.mark.parametrize("told", [{"stock": 3}, {"price": "7.50"}, {"photo": "a.jpg"}])
def test_what_one_value_alone_has_comes_back_to_its_own_option(told: dict[str, Any]) -> None:
    """A value of another option may have the same id: it takes no stock of it, nor a picture."""
    sizes = [{"id": "a", "name": "S"}, {"id": "b", "name": "M"}]
    options = [
        {"id": "size", "name": "Size", "values": sizes},
        {"id": "kind", "name": "Kind", "values": [{"id": "a", "name": "Only", **told}]},
    ]
    whole: dict[str, Any] = json.loads(GOOD)
    mug = {"id": "mug", "category": "gear", "name": "Mug", "price": "5.00", "options": options}
    source = json.dumps(whole | {"products": [mug]})
    table = goods_table(parse(source).data, comma=False)

    anew = take(table, "goods.csv", json.dumps(whole | {"products": []}).encode(), IN_EUROS)

    assert _seen(read(anew.source).catalog) == _seen(read(source).catalog)


def _seen(catalog: Catalog) -> list[tuple[str, str, int | None, str | None]]:
    """Return what a buyer sees of each variant."""
    (product,) = catalog.products
    return [(one.id, str(one.price), one.stock, one.photo) for one in product.variants()]


@pytest.mark.parametrize("sheet", SPREADSHEETS)
def test_the_sample_shop_comes_back_byte_by_byte(sheet: Spreadsheet) -> None:
    """Seven languages, options with prices, pictures: nothing is to be changed."""
    source = (ROOT / "catalog.json").read_bytes()
    data = parse(source.decode()).data
    table = sheet.save(goods_table(data, comma=sheet.language == "de"))

    assert take(table, "goods.csv", source, TableOptions("eur")).source == source


def _as_windows_saves(table: bytes) -> bytes:
    """Return a table as Excel's plain CSV: a question mark for what a Western code page lacks."""
    text = re.sub("[\U00010000-\U0010ffff]", "??", table.decode("utf-8-sig"))
    return text.encode("cp1252", "replace")


def test_letters_that_a_spreadsheet_lost_stay_as_they_were() -> None:
    """Arabic, Russian and emoji come back as question marks; CONTROL: another word is taken."""
    source = (ROOT / "catalog.json").read_bytes()
    table = _as_windows_saves(goods_table(parse(source.decode()).data, comma=False))
    changed = table.replace(b"Noite Calma", b"Noite Clara?")

    assert table.count(b"?") > 100
    assert take(table, "goods.csv", source, IN_EUROS).source == source
    assert b"Noite Clara?" in take(changed, "goods.csv", source, IN_EUROS).source


@pytest.mark.parametrize("sheet", SPREADSHEETS)
@pytest.mark.parametrize("mark", [" ", "T"])
def test_the_shop_of_sales_comes_back_byte_by_byte(sheet: Spreadsheet, mark: str) -> None:
    """A moment stays as the owner wrote it, with a space or a T before its time."""
    text = (ROOT / "examples" / "sale" / "catalog.json").read_text("utf-8")
    source = text.replace("2026-12-04 12:00", f"2026-12-04{mark}12:00")
    table = sheet.save(goods_table(parse(source).data, comma=sheet.language == "de"))

    assert take(table, "goods.csv", source.encode(), IN_EUROS).source.decode() == source


@given(text=st.text() | st.sampled_from(NASTY) | st.sampled_from(NASTY).map("'".__add__))
def test_a_kept_text_is_read_as_it_was(text: str) -> None:
    """Whatever apostrophes it begins with; white space around a cell is none of its text."""
    assert unkept(kept(text.strip())) == text.strip()


@pytest.mark.parametrize("text", NASTY)
@pytest.mark.parametrize("language", ["en", "de"])
def test_no_spreadsheet_changes_what_is_kept(text: str, language: str) -> None:
    """CONTROL beside it: without the apostrophe most of these would be changed."""
    assert Spreadsheet(language).shown(kept(text)) == kept(text)


def test_most_of_these_would_be_changed() -> None:
    """The control: formulas, days, truths and numbers are."""
    sheet = Spreadsheet("en")

    assert sum(sheet.shown(text) != text for text in NASTY) >= 10


def test_no_cell_begins_a_formula() -> None:
    """A name that somebody chose runs nothing in an owner's spreadsheet."""
    data = parse(GOOD.replace('"Cup <blue> ☕"', '"=HYPERLINK(\\"http://x\\")"')).data
    table = goods_table(data, comma=False).decode("utf-8-sig")

    assert "'=HYPERLINK" in table
    assert ",=HYPERLINK" not in table.replace('"', "")


def test_a_number_that_a_spreadsheet_rounded_is_refused_by_line() -> None:
    """Its last digits are lost: no barcode is made up."""
    with pytest.raises(CatalogFaultsError) as caught:
        brought("id;name;price;barcode\na;A;9,50;4,00638E+12\n")

    assert told(caught.value.faults) == [(2, "table_long_number")]


def test_rows_may_be_sorted_in_any_way() -> None:
    """What is the product's own is found in whatever row a spreadsheet left it."""
    source = brought(SHOPIFY).source
    lines = goods_table(parse(source.decode()).data, comma=False).decode("utf-8-sig")
    rows = lines.replace("\n\n", "¶").replace("\n•", "¶").split("\r\n")
    turned = "\r\n".join([rows[0], *reversed(rows[1:-1])]).replace("¶", "\n\n")

    taken = take(turned.encode(), "goods.csv", source, TableOptions("eur"))

    assert (
        products_of(taken)["fox-tee"]["variants"]
        == products_of(brought(SHOPIFY))["fox-tee"]["variants"]
    )


def test_every_field_of_a_product_has_a_column() -> None:
    """None is forgotten in the table: what takes several columns is named here, and notes stay."""
    spread = {"photo", "photos", "options", "variants", "details", "sale"}
    assert set(ProductEntry.model_fields) - spread - set(COLUMNS) == {"comment"}

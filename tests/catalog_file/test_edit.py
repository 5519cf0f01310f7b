"""Quick edits change one value and leave every other byte of the owner's file."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.catalog_file.edit import set_hidden, set_photo, set_price, set_prices, set_stock
from bot.domain.catalog.model import ProductId, StockId
from bot.domain.errors import RefusedError
from bot.domain.money import Money
from bot.ports.catalog import CatalogFaultsError
from tests.catalog_file.samples import GOOD, changed, read

SOURCE = GOOD.encode()


def _difference(before: bytes, after: bytes) -> tuple[str, str]:
    """Return what was there and what is there now, between the common beginning and end."""
    start = 0
    while start < min(len(before), len(after)) and before[start] == after[start]:
        start += 1
    end = 0
    while end < min(len(before), len(after)) - start and before[-1 - end] == after[-1 - end]:
        end += 1
    return before[start : len(before) - end].decode(), after[start : len(after) - end].decode()


def test_a_price_written_as_text_stays_text() -> None:
    """Only the digits that differ change."""
    after = set_price(SOURCE, "house-blend", Money(1375, "eur"))

    assert after == changed('"price": "12.50"', '"price": "13.75"').encode()


def test_a_price_written_as_number_stays_a_number() -> None:
    """The owner's way of writing prices is kept."""
    after = set_price(SOURCE, "cup", Money(1000, "eur"))

    assert after == changed('"price": 9.5', '"price": 10.00').encode()


def test_a_value_has_its_own_price() -> None:
    """An option's value is named after a slash, as in stock ids."""
    after = set_price(SOURCE, "house-blend/1kg", Money(4100, "eur"))

    assert after == changed('"39.00"', '"41.00"').encode()


def test_a_price_is_added_where_a_value_had_none() -> None:
    """What is missing is written behind the name, as its neighbours are written."""
    after = set_price(SOURCE, "house-blend/250g", Money(1100, "eur"))

    assert after == changed('"name": "250 g"', '"name": "250 g", "price": "11.00"').encode()


def test_stock_is_counted_anew() -> None:
    """A number replaces a number."""
    assert set_stock(SOURCE, "cup", 12) == changed('"stock": 0', '"stock": 12').encode()
    assert set_stock(SOURCE, "house-blend/1kg", 0) == changed('"stock": 3', '"stock": 0').encode()


def test_stock_is_added_with_the_files_own_indentation() -> None:
    """A product written over several lines gets a line more."""
    without = changed('      "stock": 20,\n', "").encode()

    assert set_stock(without, "house-blend", 20) == SOURCE


def test_stock_is_taken_away_with_its_comma() -> None:
    """Always available means no count, wherever in the entry it stood."""
    assert set_stock(SOURCE, "cup", None) == changed(', "stock": 0', "").encode()
    assert set_stock(SOURCE, "house-blend", None) == changed('      "stock": 20,\n', "").encode()


def test_taking_away_what_is_not_there_changes_nothing() -> None:
    """A product that is always available already stays as it is."""
    without = changed(', "stock": 0', "").encode()

    assert set_stock(without, "cup", None) == without


def test_a_product_is_hidden_and_shown_again() -> None:
    """The word is added once and then only changes."""
    hidden = set_hidden(SOURCE, "cup", hidden=True)
    shown = set_hidden(hidden, "cup", hidden=False)

    assert hidden == changed('"stock": 0', '"stock": 0, "hidden": true').encode()
    assert shown == changed('"stock": 0', '"stock": 0, "hidden": false').encode()


def test_showing_what_is_shown_changes_nothing() -> None:
    """No diff where nothing changes."""
    assert set_hidden(SOURCE, "cup", hidden=False) == SOURCE


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('"photo": "photos/house.jpg"', '"photo": "photos/ü.jpg"'),
        ('"photos": ["a.jpg", "b.jpg"]', '"photos": ["photos/ü.jpg", "b.jpg"]'),
        ('"photos": []', '"photos": ["photos/ü.jpg"]'),
    ],
)
def test_the_main_picture_is_replaced(before: str, after: str) -> None:
    """One picture, or the first of several."""
    source = changed('"photo": "photos/house.jpg"', before).encode()

    edited = set_photo(source, "house-blend", "photos/ü.jpg")

    assert edited == changed('"photo": "photos/house.jpg"', after).encode()


def test_a_picture_is_added_behind_the_price() -> None:
    """A product without a picture gets one."""
    after = set_photo(SOURCE, "cup", "photos/cup.jpg")

    assert after == changed('"price": 9.5', '"price": 9.5, "photo": "photos/cup.jpg"').encode()


@pytest.mark.parametrize("target", ["gone", "cup/1kg", "house-blend/gone", "", "/1kg"])
def test_an_unknown_target_is_refused(target: str) -> None:
    """The owner is told that there is no such product or value."""
    with pytest.raises(RefusedError) as caught:
        set_stock(SOURCE, target, 1)

    assert (caught.value.key, caught.value.params) == ("refused.unknown_target", {"target": target})


def test_a_broken_file_is_not_edited() -> None:
    """A text that is no JSON is left to its owner."""
    with pytest.raises(CatalogFaultsError):
        set_stock(SOURCE[:-3], "cup", 1)
    with pytest.raises(CatalogFaultsError):
        set_stock(b"", "cup", 1)


def test_byte_order_mark_and_windows_line_ends_stay() -> None:
    """An editor on another system sees only the change."""
    source = b"\xef\xbb\xbf" + changed('      "stock": 20,\n', "").replace("\n", "\r\n").encode()

    after = set_stock(source, "house-blend", 20)

    assert after == b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode()


def test_of_two_values_with_one_id_the_counted_one_is_meant() -> None:
    """A stock id leads to the option that carries the stock."""
    twice = GOOD.replace('"id": "beans"', '"id": "1kg"').encode()

    assert _difference(twice, set_stock(twice, "house-blend/1kg", 8)) == ("3", "8")


@pytest.mark.parametrize("indent", [None, 0, 1, 2, 4, "\t"])
@pytest.mark.parametrize("separators", [(", ", ": "), (",", ":"), (" , ", " : ")])
@settings(max_examples=20)
@given(count=st.integers(0, 1_000_000), price=st.integers(1, 99_999_999), hide=st.booleans())
def test_edits_arrive_in_any_layout(
    indent: int | str | None, separators: tuple[str, str], count: int, price: int, hide: bool
) -> None:
    """However a file is laid out, the edited values are read back and nothing else differs."""
    source = json.dumps(json.loads(GOOD), indent=indent, separators=separators).encode()

    after = set_hidden(source, "cup", hidden=hide)
    after = set_stock(after, "house-blend/250g", count)
    after = set_price(after, "cup", Money(price, "eur"))

    catalog = read(after).catalog
    cup = catalog.product(ProductId("cup"))
    assert cup is not None
    assert (cup.price, cup.hidden) == (Money(price, "eur"), hide)
    assert catalog.stock_counts()[StockId("house-blend/250g")] == count
    data = json.loads(after)
    data["products"][1].pop("hidden", None)
    data["products"][1]["price"] = 9.5
    del data["products"][0]["options"][0]["values"][0]["stock"]
    assert data == json.loads(GOOD)


def test_a_target_in_a_file_of_another_shape_is_refused() -> None:
    """What is no list of choices has none, and the owner is told so."""
    odd = json.loads(GOOD)
    odd["products"][0]["options"] = True

    with pytest.raises(RefusedError):
        set_stock(json.dumps(odd).encode(), "house-blend/1kg", 1)


def test_of_two_members_with_one_name_the_one_that_counts_is_changed() -> None:
    """JSON reads the last of them."""
    twice = changed('"stock": 0', '"stock": 1, "stock": 0').encode()

    assert _difference(twice, set_stock(twice, "cup", 5)) == ("0", "5")


def test_several_prices_are_set_at_once_and_a_was_that_is_not_above_goes() -> None:
    """Every other byte stays; a ``was`` that is still above its price stays too."""
    dear, fair = Money(1400, "eur"), Money(1399, "eur")
    whole = set_prices(GOOD.encode(), {StockId("house-blend"): dear, StockId("cup"): fair}).decode()
    expected = GOOD.replace('"12.50",\n      "was": "14.00"', '"14.00"').replace("9.5,", "13.99,")

    assert whole == expected
    kept = set_prices(GOOD.encode(), {StockId("house-blend"): fair}).decode()
    assert kept == GOOD.replace('"12.50"', '"13.99"')
    with pytest.raises(RefusedError):
        set_prices(GOOD.encode(), {StockId("nothing"): fair})


def test_a_variants_was_goes_too_where_it_sells_at_the_price_that_is_set() -> None:
    """One that has its own price, or is still above the new one, keeps it."""
    shirt = (
        '"options": [{"id": "size", "name": "Size", "values": [{"id": "s", "name": "S"}, '
        '{"id": "m", "name": "M"}, {"id": "l", "name": "L"}]}], "variants": ['
        '{"options": {"size": "s"}, "was": "12"}, {"options": {"size": "m"}, "was": "20"}, '
        '{"options": {"size": "l"}, "price": "11", "was": "12"}]'
    )
    text = changed('"stock": 0', shirt)
    written = set_prices(text.encode(), {StockId("cup"): Money(1900, "eur")}).decode()

    assert written == text.replace("9.5,", "19.00,").replace('"s"}, "was": "12"}', '"s"}}')
    read(written)


def test_beside_a_sale_a_lower_was_stays_and_goes_with_the_sale() -> None:
    """The lowest price of 30 days may be below the price; without the sale it would be a fault."""
    honey = '"was": "8.00", "sale": {"price": "6.00"}'
    text = changed('"stock": 0', honey)
    cup = StockId("cup")
    dearer = set_prices(text.encode(), {cup: Money(1900, "eur")}).decode()
    ended = set_prices(text.encode(), {}, [cup]).decode()

    assert dearer == text.replace("9.5,", "19.00,")
    assert ended == text.replace(", " + honey, "")
    for one in (text, dearer, ended):
        read(one)

"""A cell with two readings has one where the table's other cells show how it is written."""

from __future__ import annotations

import pytest

from bot.ports.catalog import CatalogFaultsError, TableAnswers, TableAskedError
from tests.moving_in.samples import WOOCOMMERCE, brought, products_of, told


@pytest.mark.parametrize(
    ("beside", "price"),
    [
        ("9,50", "1400.00"),
        ("1.250,00", "1400.00"),
        ("1.250.000", "1400.00"),
        ("12,5", "1400.00"),
        ("9.50", "1.40"),
        ("1,250.00", "1.40"),
        ("1,250,000", "1.40"),
        ("1 250.50", "1.40"),
    ],
)
def test_one_plain_amount_settles_the_others(beside: str, price: str) -> None:
    """Above it or below it, and in another column of amounts too."""
    for rows in (f"a;A;1.400;\nb;B;{beside};\n", f"b;B;{beside};\na;A;1.400;\n"):
        assert products_of(brought("id;name;price;was\n" + rows))["a"]["price"] == price
    was = brought(f"id;name;price;was\na;A;1.400;\nb;B;1;{beside}\n")
    assert products_of(was)["a"]["price"] == price


@pytest.mark.parametrize("beside", ["9", "1.250", "9,50;\nc;C;9.50", "1 250"])
def test_a_table_that_shows_no_convention_or_two_is_asked_about(beside: str) -> None:
    """The control: whole amounts show none, and two contradict each other."""
    with pytest.raises(TableAskedError) as caught:
        brought(f"id;name;price;was\na;A;1.400;\nb;B;{beside};\n")

    assert (caught.value.question.line, caught.value.question.params["written"]) == (2, "1.400")
    assert [str(one) for one in caught.value.readings] == ["1.40 EUR", "1400.00 EUR"]


def test_what_the_table_shows_counts_more_than_an_answer() -> None:
    """An answer about weights does not turn its prices, nor the other way round."""
    table = "id;name;price;weight (kg)\na;A;1.400;1.200\nb;B;9,50;\n"

    with pytest.raises(TableAskedError) as caught:
        brought(table)
    taken = products_of(brought(table, answers=TableAnswers(thousands=False)))["a"]

    assert caught.value.question.field == "weight (kg)"
    assert (taken["price"], taken["weight"]) == ("1400.00", 1200)


def test_vendors_weights_have_a_convention_of_their_own() -> None:
    """WooCommerce writes prices as the site does, and weights with a point."""
    table = WOOCOMMERCE.replace('"0,35"', "1.250").replace('"9,50"', "1.400")

    becher = products_of(brought(table))["becher"]

    assert (becher["price"], becher["weight"]) == ("1400.00", 1250)


@pytest.mark.parametrize(
    ("beside", "day"), [("25/12/2026", "2026-02-01"), ("12/25/2026", "2026-01-02")]
)
def test_one_plain_day_settles_the_others(beside: str, day: str) -> None:
    """A thirteenth month there is not."""
    rows = f"a;A;9,50;8,00;1/2/2026;\nb;B;9,50;8,00;;{beside}\n"

    taken = brought("id;name;price;sale_price;sale_from;sale_until\n" + rows)

    assert products_of(taken)["a"]["sale"]["from"] == day


def test_a_table_with_other_faults_is_not_asked_about() -> None:
    """It has to be mended anyhow: every fault is told by its line."""
    with pytest.raises(CatalogFaultsError) as caught:
        brought("id;name;price\na;A;1.400\nb;B;on request\n")

    assert not isinstance(caught.value, TableAskedError)
    assert told(caught.value.faults) == [(2, "table_two_ways"), (3, "table_unreadable")]

"""A catalog at a moment: sales begin and end by the clock, and nothing else changes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.catalog.diff import compare
from bot.domain.catalog.model import (
    Catalog,
    OptionValue,
    Product,
    ProductId,
    Sale,
    Text,
    TimeSpan,
    VariantId,
)
from bot.domain.catalog.slips import slips
from bot.domain.money import Money
from tests.chat.goods import a_catalog, blend, cup, eur

START, END = 1_800_000_000, 1_800_086_400
SALE = Sale(eur(1000), TimeSpan(START, END))


def _shop() -> Catalog:
    return a_catalog(cup(1, "Plain"), cup(2, "On sale", sale=SALE), cup(3, "New", new=True))


def _second(catalog: Catalog) -> Product:
    found = catalog.product(ProductId("cup-2"))
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("now", "price", "was"),
    [
        (START - 1, 1400, None),
        (START, 1000, 1400),
        (END - 1, 1000, 1400),
        (END, 1400, None),
    ],
)
def test_a_sale_holds_from_its_first_moment_to_its_last(
    now: int, price: int, was: int | None
) -> None:
    """One second before and at the end the product costs what it did."""
    sold = _second(_shop().at(now))

    assert (sold.price, sold.was) == (eur(price), None if was is None else eur(was))
    assert (sold.sale is not None) == (was is not None)
    assert _second(_shop().at(now).written).price == eur(1400)


def test_what_is_on_sale_comes_before_the_rest_while_it_lasts() -> None:
    """As everything that is news does."""
    names = [[one.id for one in _shop().at(now).news_first()] for now in (START - 1, START, END)]

    assert names == [
        ["cup-3", "cup-1", "cup-2"],
        ["cup-2", "cup-3", "cup-1"],
        ["cup-3", "cup-1", "cup-2"],
    ]


def test_a_price_from_before_is_shown_while_the_sale_lasts_only() -> None:
    """What is below the price strikes nothing through but a lower one."""
    catalog = a_catalog(cup(2, was=eur(1200), sale=SALE))

    assert [_second(catalog.at(now)).was for now in (START - 1, START)] == [None, eur(1200)]


def test_a_choice_with_a_price_of_its_own_keeps_it() -> None:
    """The sale is of the product's own price: the large bag costs what it did."""
    catalog = a_catalog(blend(sale=Sale(eur(900), TimeSpan()))).at(START)
    goods = catalog.products[0]
    small, large = (goods.variant(VariantId(one)) for one in ("250g.beans", "1kg.beans"))
    assert small is not None
    assert large is not None

    assert (small.price, small.was, small.sale is not None) == (eur(900), eur(1250), True)
    assert (large.price, large.was, large.sale) == (eur(3900), None, None)
    assert goods.lowest_price() == eur(900)


def test_what_a_sale_takes_from_the_product_is_no_old_price_of_a_choice() -> None:
    """The trial size never cost what is struck through beside the bag."""
    size = replace(
        blend().options[0],
        values=(OptionValue("50g", Text.of("50 g"), eur(400)), *blend().options[0].values),
    )
    goods = blend(sale=Sale(eur(900), TimeSpan()), options=(size,)).at(START)
    trial, small = (goods.variant(VariantId(one)) for one in ("50g", "250g"))
    assert trial is not None
    assert small is not None
    assert (trial.price, trial.was) == (eur(400), None)
    assert (small.price, small.was) == (eur(900), eur(1250))


def test_prices_stay_until_the_next_sale_begins_or_ends() -> None:
    """Nothing is made anew in between."""
    catalog = a_catalog(cup(2, sale=SALE), cup(3, sale=Sale(eur(1), TimeSpan(END + 5))))

    assert catalog.stays(START - 1) == TimeSpan(None, START)
    assert catalog.stays(START) == TimeSpan(START, END)
    assert catalog.stays(END) == TimeSpan(END, END + 5)
    assert catalog.stays(END + 5) == TimeSpan(END + 5, None)
    assert catalog.at(START).stays(END) == TimeSpan(END, END + 5)
    assert a_catalog().at(START) == a_catalog()


def test_a_sale_that_begins_is_no_change_of_the_file() -> None:
    """Neither told to the owner nor asked about as a price that halved."""
    deep = a_catalog(cup(2, sale=Sale(Money(100, "eur"), TimeSpan(START, END))))
    before, after = deep.at(START - 1), deep.at(START)

    assert not compare(before, after).prices
    assert not slips(before, after)
    dearer = replace(deep, products=(cup(2, price=eur(2900), sale=deep.products[0].sale),))
    assert [(one.before, one.after) for one in slips(after, dearer)] == [(eur(1400), eur(2900))]

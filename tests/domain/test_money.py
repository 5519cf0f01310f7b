"""Money is exact: minor units, Stripe's exponents, no floats, no mixed currencies."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.catalog_file.codes import CURRENCIES
from bot.domain.errors import InvalidMoneyError
from bot.domain.money import (
    MAXIMUM_MINOR,
    Money,
    decimals,
    exponent,
    minimum_charge,
    step,
    usual_maximum,
)

#: One currency of each kind at Stripe: 0, 2 and 3 decimals, and those that are whole in the 100s.
KINDS = ["jpy", "eur", "kwd", "isk", "ugx"]


@st.composite
def amounts(draw: st.DrawFn, currencies: tuple[str, ...] = tuple(KINDS)) -> Money:
    """Draw an amount that Stripe would take."""
    currency = draw(st.sampled_from(currencies))
    steps = draw(st.integers(0, MAXIMUM_MINOR // step(currency)))
    return Money(steps * step(currency), currency)


@given(money=amounts(tuple(sorted(CURRENCIES))))
def test_an_amount_written_and_read_is_the_same(money: Money) -> None:
    """Writing and reading again loses nothing, as a text and as a decimal."""
    written, currency = str(money).split()

    assert Money.parse(written, currency.lower()) == money
    assert Money.parse(money.to_decimal(), money.currency) == money
    assert str(Money.parse(written, currency.lower())) == str(money)


@given(whole=st.integers(0, 999_999), cents=st.integers(0, 99))
def test_cents_arrive_exactly(whole: int, cents: int) -> None:
    """No float is between 19.99 and 1999."""
    assert Money.parse(f"{whole}.{cents:02}", "eur").minor == whole * 100 + cents


@pytest.mark.parametrize(
    ("currency", "expected"),
    [("jpy", (0, 1, 0)), ("eur", (2, 1, 2)), ("kwd", (3, 10, 2)), ("isk", (2, 100, 0)),
     ("ugx", (2, 100, 0)), ("huf", (2, 1, 2))],
)  # fmt: skip
def test_exponent_step_and_decimals_are_stripes(
    currency: str, expected: tuple[int, int, int]
) -> None:
    """ISK and UGX are sent with two decimals that are 00; three-decimal ones end in 0."""
    assert (exponent(currency), step(currency), decimals(currency)) == expected


@pytest.mark.parametrize(
    ("written", "currency", "minor"),
    [("500", "jpy", 500), ("12.5", "eur", 1250), ("0.01", "eur", 1), ("1.25", "kwd", 1250),
     ("1.250", "kwd", 1250), ("1500", "isk", 150_000), ("1500.00", "ugx", 150_000),
     (" 7 ", "eur", 700), (7, "eur", 700), (Decimal("1E+2"), "eur", 10_000),
     (Decimal("12.50"), "eur", 1250), ("012", "eur", 1200)],
)  # fmt: skip
def test_amounts_are_read(written: str | int | Decimal, currency: str, minor: int) -> None:
    """Texts, whole numbers and decimals become minor units."""
    assert Money.parse(written, currency) == Money(minor, currency)


@pytest.mark.parametrize(
    ("written", "currency"),
    [("12.505", "eur"), ("0.5", "jpy"), ("1.255", "kwd"), ("1500.50", "isk"), ("1.01", "ugx")],
)
def test_too_fine_an_amount_says_how_many_decimals(written: str, currency: str) -> None:
    """An amount finer than Stripe takes is refused, not rounded."""
    with pytest.raises(InvalidMoneyError) as caught:
        Money.parse(written, currency)

    assert str(caught.value) == (
        f"{written} {currency.upper()}: at most {decimals(currency)} decimals are allowed"
    )


@pytest.mark.parametrize(
    "written",
    ["", " ", "-1", "+1", "1,50", "1.", ".5", "1e2", "€5", "1 000", "١٢", "NaN", "Infinity", "1_0",
     "1" * 13, Decimal("NaN"), Decimal("-Infinity"), Decimal(-1), Decimal("1E+999999999"),
     Decimal("1E-999999999"), pytest.param(10**5000, id="huge"), -1],
)  # fmt: skip
def test_what_is_no_amount_is_refused(written: str | int | Decimal) -> None:
    """Nothing is guessed, and a huge exponent costs nothing."""
    with pytest.raises(InvalidMoneyError):
        Money.parse(written, "eur")


@pytest.mark.parametrize("amount", [12.5, 12.0, float("nan"), True, None, b"1", [1]])
def test_floats_and_other_types_are_refused(amount: Any) -> None:
    """A float may have lost what was written, so it is no money: neither read nor made."""
    with pytest.raises(InvalidMoneyError):
        Money.parse(amount, "eur")
    with pytest.raises(InvalidMoneyError):
        Money(amount, "eur")


def test_a_product_with_a_float_is_refused() -> None:
    """Half a unit of something is not half its price."""
    with pytest.raises(InvalidMoneyError):
        Money(1250, "eur") * 0.5  # type: ignore[operator]


@pytest.mark.parametrize("currency", ["EUR", "eu", "euro", "", "e1r", "éur", "eur\n"])
def test_a_currency_is_three_small_letters(currency: str) -> None:
    """ISO 4217 as Stripe writes it."""
    with pytest.raises(InvalidMoneyError):
        Money(1, currency)


@given(left=amounts(("eur",)), right=amounts(("usd",)))
def test_two_currencies_are_never_reckoned_together(left: Money, right: Money) -> None:
    """Adding, subtracting and comparing refuse; only equality says no."""
    for operation in (
        lambda: left + right,
        lambda: left - right,
        lambda: left < right,
        lambda: left <= right,
        lambda: left > right,
        lambda: left >= right,
    ):
        with pytest.raises(InvalidMoneyError):
            operation()
    assert left != right


@given(one=amounts(("eur",)), other=amounts(("eur",)), count=st.integers(0, 1000))
def test_reckoning_is_that_of_whole_numbers(one: Money, other: Money, count: int) -> None:
    """Sums, differences, products and order follow the minor units."""
    assert (one + other).minor == one.minor + other.minor
    assert (one - other).minor == one.minor - other.minor
    assert (one * count).minor == one.minor * count
    assert (one < other, one <= other) == (one.minor < other.minor, one.minor <= other.minor)
    assert (one > other, one >= other) == (one.minor > other.minor, one.minor >= other.minor)


@pytest.mark.parametrize(
    ("minor", "currency", "written"),
    [(1250, "eur", "12.50 EUR"), (-1250, "eur", "-12.50 EUR"), (5, "eur", "0.05 EUR"),
     (0, "eur", "0.00 EUR"), (500, "jpy", "500 JPY"), (1250, "kwd", "1.25 KWD"),
     (1255, "kwd", "1.255 KWD"), (150_000, "isk", "1500 ISK"), (150_050, "isk", "1500.50 ISK")],
)  # fmt: skip
def test_an_amount_is_written_with_its_currencys_decimals(
    minor: int, currency: str, written: str
) -> None:
    """An amount that is off the step is shown whole, not rounded."""
    assert str(Money(minor, currency)) == written


def test_nothing_is_false() -> None:
    """A zero amount is nothing, any other something, a debt too."""
    assert not Money.zero("eur")
    assert Money(1, "eur")
    assert Money(-1, "eur")


@pytest.mark.parametrize(
    ("currency", "minor"),
    [
        ("eur", 50), ("ars", 50), ("cop", 50), ("idr", 50), ("ils", 50), ("php", 50), ("rub", 50),
        ("zar", 50), ("huf", 17_500), ("jpy", 50), ("xpf", 1), ("isk", 100), ("usd", 50),
        ("aed", 200), ("aud", 50), ("brl", 50), ("cad", 50), ("chf", 50), ("czk", 1500),
        ("dkk", 250), ("gbp", 30), ("hkd", 400), ("inr", 50), ("krw", 50), ("mxn", 1000),
        ("myr", 200), ("nok", 300), ("nzd", 50), ("pln", 200), ("ron", 200), ("sek", 300),
        ("sgd", 50), ("thb", 1000), ("kwd", 10),
    ],
)  # fmt: skip
def test_the_least_that_stripe_charges(currency: str, minor: int) -> None:
    """As its page "Supported currencies" has it; one step where it publishes none."""
    assert minimum_charge(currency) == Money(minor, currency)


@pytest.mark.parametrize(
    ("currency", "minor"),
    [("eur", 99_999_999), ("inr", 999_999_999), ("cop", 9_999_999_999), ("idr", 999_999_999_999)],
)
def test_the_most_that_methods_other_than_cards_take(currency: str, minor: int) -> None:
    """Eight digits, but for three currencies of many."""
    assert usual_maximum(currency) == Money(minor, currency)

"""What is an amount: the file's reader, its schema and the chat say the same of many strings."""

from __future__ import annotations

import json

import pytest
from jsonschema import Draft202012Validator

from bot.catalog_file.file import schema
from bot.domain import amounts
from bot.domain.amounts import TwoWaysError
from bot.domain.errors import InvalidMoneyError
from bot.domain.money import Money
from bot.ports.catalog import CatalogFaultsError
from tests.catalog_file.samples import GOOD, read

#: Amounts of the file, by currency, in minor units.
TAKEN = {
    "eur": {
        "12.50": 1250, "7": 700, " 7.5 ": 750, "012": 1200, "000000000012.50": 1250, "0.01": 1,
        "1250.00": 125_000, "999999.99": 99_999_999,
    },
    "kwd": {"1.250": 1250, "1.25": 1250, "12": 12_000, "0.010": 10, "99999.990": 99_999_990},
    "jpy": {"1400": 1400, "1400.0": 1400, "1400.00": 1400, "99999999": 99_999_999},
    "isk": {"1500": 150_000, "1500.00": 150_000, "999999": 99_999_900},
}  # fmt: skip
#: Neither the file nor an editor takes them; where the chat does, in minor units.
REFUSED: dict[str, dict[str, int | None]] = {
    "eur": {
        "1.250": None, "1,250": None, "1 250": None, "1'250": None, "1’250": None, "٠": 0,
        "1\u00a0250": None, "1\u202f250": None, "١٫٢٥٠": None, "١٬٢٥٠": None, "۱٫۲۵۰": None,
        "€1.250": None, "1.250 EUR": None, "1.250,-": None, "999.999": None, "1.299": None,
        "0.250": None, "1234.500": None, "12.5000": None, "12.505": None, "": None, " ": None,
        "0": 0, "0.00": 0, "-1": None, "+1": None, "1e2": None, "1.": None, ".5": None,
        "1,50": 150, "12,5": 1250, "1.250,00": 125_000, "1,250.00": 125_000,
        "1.250.000": 125_000_000,
        "1 250,50": 125_050, "1'250.50": 125_050, "€ 12.50": 1250, "12.50 €": 1250, "EUR 12": 1200,
        "١٢٫٥٠": 1250, "١٢": 1200, "1_0": None, "1.2.3": None, "1.25.00": None, "12.50.": None,
        "10000000000": 1_000_000_000_000, "1000000000000000": None,
        "14k": None, "1.5K": None, "2 mio": None, "50 ct": None, "50c": None, "50¢": None,
        "50p": None, "10%": None, "10 %": None, "12 kg": None, "$14": None, "14 USD": None,
        "£14.50": None, "14 kr.": None, "€14 USD": None, "14 euro": 1400, "14 Euro.": 1400,
    },
    "usd": {"$14": 1400, "14 USD": 1400, "€14": None, "14¢": None, "14k": None},
    "sek": {"14 kr": 1400, "kr. 14": 1400, "14 SEK": 1400, "14 €": None},
    "rub": {"14 ₽": 1400, "14 руб.": 1400, "14 тыс.": None},
    "gbp": {"£14": 1400, "50p": None},
    "crc": {"₡14": 1400, "$14": None},
    "kwd": {
        "1.255": None, "1,250": None, "1 250": None, "1٬250": None, "1.2500": None, "0.000": 0,
        "١٫٢٥٠": 1250, "1,250.500": 1_250_500, "1000000000": 1_000_000_000_000,
        "1,25": 1250, "1.001": None,
    },
    "jpy": {
        "1.400": None, "1,400": None, "1 400": None, "1.000": None, "1400.5": None, "0": 0,
        "1,400,000": 1_400_000, "1400.000": None, "¥1400": 1400, "1000000000000": None,
    },
    "isk": {"1.500": None, "1,500": None, "1500.50": None, "1500.000": None, "0": 0},
}  # fmt: skip
_EACH = [
    (currency, written, taken, minor)
    for taken, table in ((True, TAKEN), (False, REFUSED))
    for currency, rows in table.items()
    for written, minor in rows.items()
]


@pytest.mark.parametrize(("currency", "written", "taken", "minor"), _EACH)
def test_file_schema_and_chat_agree(
    currency: str, written: str, taken: bool, minor: int | None
) -> None:
    """The reader takes a price where the schema does; the chat takes no other reading of it."""
    data = json.loads(GOOD)
    data["shop"]["currency"] = currency
    cup = data["products"][1]
    cup["price"] = written
    data["products"] = [cup]
    del data["checkout"]

    try:
        found: Money | None = read(json.dumps(data)).catalog.products[0].price
    except CatalogFaultsError:
        found = None
    try:
        typed: int | None = amounts.read(written, currency).minor
    except InvalidMoneyError:
        typed = None

    assert found == (Money(minor or 0, currency) if taken else None)
    assert Draft202012Validator(schema()).is_valid(data) is taken
    assert typed == minor


@pytest.mark.parametrize(
    ("written", "currency", "readings"),
    [
        ("1.250", "eur", (125, 125, 125_000)),
        ("1,299", "eur", (129, 130, 129_900)),
        ("1.400", "jpy", (1, 2, 1400)),
        ("1,250", "kwd", (1250, 1250, 1_250_000)),
        ("$١٫٢٥٠", "usd", (125, 125, 125_000)),
    ],
)
def test_both_readings_are_known(
    written: str, currency: str, readings: tuple[int, int, int]
) -> None:
    """Decimals, cut and rounded up where they are too fine, and thousands."""
    with pytest.raises(TwoWaysError) as caught:
        amounts.read(written, currency)

    two = caught.value
    assert (two.below.minor, two.above.minor, two.thousands.minor) == readings


@pytest.mark.parametrize(("currency", "warned"), [("kwd", True), ("tnd", True), ("eur", False)])
def test_currencies_of_three_decimals_are_warned_of(currency: str, warned: bool) -> None:
    """Stripe no longer lists them; the file is sound all the same."""
    warnings = read(GOOD.replace('"eur"', f'"{currency}"')).warnings

    assert ("three_decimals" in [one.kind for one in warnings]) is warned

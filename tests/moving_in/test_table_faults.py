"""What is wrong with the file that came of a table is told at the table's lines."""

from __future__ import annotations

import pytest

from bot.catalog_file.file import read_catalog
from bot.catalog_file.pictures import any_picture
from bot.moving_in.reading import Taken
from bot.ports.catalog import CatalogFaultsError
from tests.catalog_file.samples import GOOD
from tests.moving_in.samples import brought

_SIZES = "id;name;price;was;option1;value1\n"


def _faults(taken: Taken) -> CatalogFaultsError:
    """Return what is wrong with what a table came to."""
    with pytest.raises(CatalogFaultsError) as caught:
        read_catalog(taken.source, file="catalog.json", picture=any_picture)
    return caught.value


@pytest.mark.parametrize(
    ("table", "line", "field"),
    [
        ("id;price;was\ncup;9,00;7,00\n", 2, "cup › was"),
        ("id;price;min_per_order;max_per_order\ncup;9,50;7;3\n", 2, "cup › min_per_order"),
        (_SIZES + "tee;Tee;9;12;Size;S\ntee;;19;15;Size;M\n", 3, "tee › s › was"),
        (_SIZES + f"tee;Tee;9;;Size;S\ntee;;9;;Size;{'M' * 120}\n", 3, "name"),
        ("id;name;price;category;category_emoji\na;A;3;New;" + "x" * 20 + "\n", 2, "emoji"),
    ],
)
def test_a_fault_is_told_where_the_table_has_it(table: str, line: int, field: str) -> None:
    """Not at a line of a text that nobody has; the row of the very choice, where it is one's."""
    taken = brought(table, GOOD)
    placed = taken.at_lines(_faults(taken))

    (one,) = placed.faults
    assert (placed.file, one.line, one.column) == ("goods.csv", line, 1)
    assert one.field.endswith(field.rpartition(" ")[2])


def test_a_fault_of_the_present_file_stays_where_it_is() -> None:
    """The table tells nothing of that place."""
    taken = brought("id;stock\ncup;3\n", GOOD.replace('"hold_minutes": 60', '"hold_minutes": 5'))
    error = _faults(taken)

    assert taken.at_lines(error) is error

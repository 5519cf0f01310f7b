"""The bench: its parts run, and their figures can be written down."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.perf_catalog import catalog
from bench.perf_goods import write_catalog
from bench.perf_scale import scale
from bench.perf_tables import TABLES
from bot.catalog_file.file import read_catalog
from tests.catalog_file.samples import any_picture


@pytest.mark.usefixtures("postgres_server")
def test_a_quick_look_at_two_processes_measures_all_but_the_stand_by() -> None:
    """Every round serves taps, the process that stays goes on, and each figure has its row."""
    found = scale(quick=True)
    for name in ("file", "one", "two", "neighbours"):
        assert found[name]["rate"] > 0, name
        assert found[name]["refused"] == 0, name
    assert found["file"]["replays"] == 0
    assert found["one"]["server_cpu_us"] > 0
    assert found["killed"]["findings"] == found["killed"]["refused"] == 0
    assert found["waits"]["second_serves_s"] > found["waits"]["file_adopted_s"] > 0
    written = TABLES["h"](found)
    assert "killed while it fetches updates: the other answers | 20 s | not measured" in written


def test_a_quick_look_at_a_large_catalog_reads_variants_too() -> None:
    """Both shops are read and searched, and each figure has its row."""
    found = catalog(quick=True)
    assert found["products"] == 500
    assert found["products, of six variants"] == 100
    assert found["new file s, of six variants"] > found["json.loads alone s, of six variants"] > 0
    assert "| a search p50 ms, of six variants |" in TABLES["g"](found)


def test_the_bench_sells_variants_as_owners_list_them(tmp_path: Path) -> None:
    """Six a product, each with its own price, stock and sku; the file has no fault."""
    source = write_catalog(tmp_path, 2, variants=True).read_bytes()
    products = read_catalog(source, file="catalog.json", picture=any_picture).catalog.products
    first = products[1].listed
    assert [one.id for one in first] == [
        "red.s", "blue.s", "red.m", "blue.m", "red.l", "blue.l",
    ]  # fmt: skip
    assert [one.price.minor for one in first if one.price] == [650, 651, 652, 653, 654, 655]
    assert len({one.sku for product in products for one in product.listed}) == 12

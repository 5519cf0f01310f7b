"""A shop of 10,000 products: read once, opened at once, and quick to look around in."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bot.catalog_file.folder import CatalogFolder
from bot.catalog_file.reader import FolderReader
from bot.catalog_file.readings import opened, read, recall
from bot.chat.screens import shop as screens
from bot.domain.catalog.diff import CatalogDiff, compare
from bot.domain.catalog.model import Catalog, ProductId
from bot.locales import Languages
from bot.shop import View
from tests.chat.goods import a_view
from tests.effort import calls


def _write(folder: Path, products: int) -> CatalogFolder:
    shelves = [{"id": "all", "name": "All"}]
    goods = [_product(number) for number in range(products)]
    written = {"shop": {"name": "Large & Co", "currency": "eur"}, "categories": shelves}
    path = folder / "catalog.json"
    path.write_text(json.dumps(written | {"products": goods}), encoding="utf-8")
    return CatalogFolder(path)


def _product(number: int) -> dict[str, Any]:
    sizes = [{"id": size, "name": {"en": size, "de": size}, "stock": 5} for size in ("s", "l")]
    return {
        "id": f"p{number}",
        "category": "all",
        "name": {"en": f"Good thing {number}", "de": f"Gutes Ding {number}"},
        "description": {"en": f"The good thing number {number}.", "de": "Ein gutes Ding."},
        "price": f"{5 + number % 90}.50",
        "options": [{"id": "size", "name": {"en": "Size", "de": "Größe"}, "values": sizes}],
    }


async def test_ten_thousand_products_are_read_once(tmp_path: Path) -> None:
    """A new file is read by a process of its own; the same again is opened and not read."""
    folder = _write(tmp_path, 10_000)
    source = folder.read_source()
    assert len(source) > 3_000_000
    reading = await FolderReader(folder).parse(source)
    assert len(reading.catalog.products) == 10_000

    recalled = partial(recall, reading.kept, source, CatalogFolder(folder.path))
    again = recalled()
    assert again
    assert calls(recalled) < calls(partial(tuple, reading.catalog.goods)) / 5
    assert again.catalog.product(ProductId("p9999")) == reading.catalog.product(ProductId("p9999"))


@pytest.fixture(scope="module")
def shops(tmp_path_factory: pytest.TempPathFactory) -> tuple[Catalog, Catalog]:
    """A shop of 100 products and one of 2,000, all of them on one shelf."""
    made = []
    for products in (100, 2_000):
        folder = _write(tmp_path_factory.mktemp("shop"), products)
        made.append(opened(read(folder.read_source(), folder)).catalog)
    return made[0], made[1]


def test_a_look_costs_the_same_in_a_large_shop(shops: tuple[Catalog, Catalog]) -> None:
    """A page of a shelf, a product and the way back from it to its page do not grow."""
    texts = Languages.load().texts("en")

    def look(catalog: Catalog, last: ProductId, view: View) -> None:
        screens.category_page(catalog, catalog.categories[0], 12, view, texts)
        found = catalog.product(last)
        assert found is not None
        screens.place_of(catalog, found)

    spent = []
    for catalog in shops:
        last = catalog.products[len(catalog.products) - 1].id
        spent.append(calls(partial(look, catalog, last, a_view(catalog))))
    small, large = spent
    assert large < 1.2 * small


def test_what_an_edit_changed_is_found_without_making_every_product(
    shops: tuple[Catalog, Catalog],
) -> None:
    """Comparing two versions of a large shop makes no product that is the same in both."""
    large = shops[1]
    goods = large.goods
    assert compare(large, large) == CatalogDiff()
    assert calls(partial(compare, large, large)) < calls(partial(tuple, goods)) / 5

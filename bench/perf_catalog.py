"""Part (g): what it costs to read a large catalog, to read it again, and to search it."""

from __future__ import annotations

import asyncio
import json
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any, Final

from bench.memory import Memory
from bench.perf_goods import write_catalog
from bot.catalog_file.folder import CatalogFolder
from bot.catalog_file.reader import FolderReader
from bot.domain.catalog.model import Catalog, Product
from bot.shop.catalog.search import SearchIndex

_PRODUCTS: Final = 10_000
#: Beside them, each in six listed variants.
_WITH_VARIANTS: Final = 2_000
_QUESTIONS: Final = ("good thing 4711", "godd thnig 42", "gutes ding", "regal 3", "thing")


def catalog(*, quick: bool) -> dict[str, Any]:
    """Read and search 10,000 products, and 2,000 of six variants each (part g)."""
    rounds, divisor = (1, 20) if quick else (5, 1)
    plain = _read(_PRODUCTS // divisor, rounds, variants=False)
    listed = _read(_WITH_VARIANTS // divisor, rounds, variants=True)
    return plain | {f"{key}, of six variants": value for key, value in listed.items()}


def _read(products: int, rounds: int, *, variants: bool) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="shop-bench-") as place:
        folder = CatalogFolder(write_catalog(Path(place), products, variants=variants))
        return asyncio.run(_catalog(folder, products, rounds))


async def _catalog(folder: CatalogFolder, products: int, rounds: int) -> dict[str, Any]:
    source = folder.read_source()
    reading = await FolderReader(folder).parse(source)
    made = _made(reading.catalog)  # first, while nothing that was freed can be used again
    new, floor, again = [], [], []
    for _ in range(rounds):
        began = time.perf_counter()
        reading = await FolderReader(folder).parse(source)
        new.append(time.perf_counter() - began)
        floor.append(_seconds(lambda: json.loads(source)))
        began = time.perf_counter()
        await FolderReader(folder).parse(source, reading.kept)
        again.append(time.perf_counter() - began)
    index = SearchIndex(reading.catalog)
    searched = [_seconds(partial(index.search, words)) for words in _QUESTIONS * rounds]
    return {
        "rounds": rounds,
        "products": products,
        "bytes": len(source),
        "new file s": median(new),
        "json.loads alone s": median(floor),
        "new file to json.loads": median(a / b for a, b in zip(new, floor, strict=True)),
        "same file again s": median(again),
        "a search p50 ms": median(searched) * 1e3,
    } | made


def _made(catalog: Catalog) -> dict[str, float]:
    """Return what a shop would spend that made every product at its start and kept them."""
    kept: list[Product] = []
    memory = Memory()
    seconds = _seconds(lambda: kept.extend(catalog.products))
    memory.look()
    return {"every product made s": seconds, "every product made MB": memory.grown}


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began

"""What reading the catalog file comes to."""

from __future__ import annotations

from dataclasses import dataclass

from bot.catalog_file.faults import Fault
from bot.domain.catalog.model import Catalog


@dataclass(frozen=True, slots=True)
class Reading:
    """A catalog that was read, and what is doubtful about it.

    Attributes:
        warnings: In the file's order; none of them keeps the catalog out of the shop.
        kept: What makes this reading again without reading; empty where nothing was kept.
    """

    catalog: Catalog
    warnings: tuple[Fault, ...]
    kept: bytes = b""

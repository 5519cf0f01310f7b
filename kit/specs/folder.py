"""Where the published specifications lie, and what their absence or a breach of them means."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path


class SpecError(AssertionError):
    """A request or an answer is not what the specification says."""


def specs_folder() -> Path:
    """Return the folder of the specifications, whether it is there or not."""
    beside = Path(__file__).resolve().parents[2].parent / "shared" / "specs"
    return Path(os.environ.get("SHOP_SPECS", beside))


@cache
def missing(file: str, whose: str) -> str:
    """Return why a specification cannot be checked against, empty where it can.

    Raises:
        FileNotFoundError: it is missing, and SHOP_REQUIRE_ALL says that it must be there.
    """
    path = specs_folder() / file
    if path.is_file():
        return ""
    why = f"{whose} specification is not at {path}"
    if os.environ.get("SHOP_REQUIRE_ALL") == "1":
        raise FileNotFoundError(why)
    return why

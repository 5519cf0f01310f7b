"""Days and times of the catalog file: read in the shop's time zone."""

from __future__ import annotations

import re
from bisect import bisect_left
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from pydantic_core import PydanticCustomError

#: A day, or a day and a time.
PATTERN = r"^\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2})?$"
_DAY_LENGTH = len("2026-12-24")
#: No clock on earth is further behind UTC.
_FURTHEST_ZONE = timedelta(days=1)


def checked(written: str) -> str:
    """Return a moment as it is written; raise what is wrong with it."""
    if not re.match(PATTERN, written, re.ASCII) or written.endswith("\n"):
        raise PydanticCustomError("moment_form", "moment", {"written": written})
    try:
        last_moment(written) + _FURTHEST_ZONE  # a calendar ends with the year 9999, everywhere
    except (ValueError, OverflowError) as error:
        raise PydanticCustomError("moment_none", "none", {"written": written}) from error
    return written


def first_moment(written: str) -> datetime:
    """Return when something begins that begins then; a day begins at midnight."""
    return datetime.fromisoformat(written)


def last_moment(written: str) -> datetime:
    """Return when something is over that lasts until then; a day is over when the next begins."""
    said = datetime.fromisoformat(written)
    return said + timedelta(days=1) if len(written) == _DAY_LENGTH else said


def seconds(moment: datetime, zone: str) -> int:
    """Return a moment by the clocks of a time zone as seconds UTC.

    One that clocks put forward pass over is the next that they show, and one that clocks put back
    show twice is the first of the two (PEP 495 tells them apart by ``fold``).
    """
    clock = ZoneInfo(zone)
    first, second = (
        int(moment.replace(tzinfo=clock, fold=fold).timestamp()) for fold in (False, True)
    )
    if first <= second:
        return first
    after = datetime.fromtimestamp(first, clock).utcoffset()
    around = range(second, first)
    return around.start + bisect_left(
        around, True, key=lambda one: datetime.fromtimestamp(one, clock).utcoffset() == after
    )

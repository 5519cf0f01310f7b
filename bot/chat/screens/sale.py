"""How long a sale goes on, in words: until Sunday, until 6 December."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from bot.domain.catalog.model import Sale
from bot.locales import Texts

#: Days ahead within which a day of the week needs no date.
_WEEK: Final = 7
#: From so many days on a date needs its year.
_YEAR: Final = 300


def until(sale: Sale, now: int, zone: str, texts: Texts) -> str:
    """Return as HTML that something is on sale, and until when.

    Args:
        sale: One that runs.
        now: Seconds UTC; from the week before on, its last day is called by its name.
        zone: IANA name of the shop's time zone.
        texts: The reader's language.
    """
    end = sale.span.end
    if end is None:
        return texts.html("product.sale")
    clock = ZoneInfo(zone)
    over, last = datetime.fromtimestamp(end, clock), datetime.fromtimestamp(end - 1, clock)
    left = (last.date() - datetime.fromtimestamp(now, clock).date()).days
    # In some zones a day begins at 1:00 where the clocks are put forward at midnight.
    whole, at = over.date() != last.date(), texts.time(end, zone)
    if left == 0:
        key = "product.sale_today" if whole else "product.sale_today_time"
        return texts.html(key, time=at)
    day = texts.month_day(last) if left < _YEAR else texts.calendar_day(last.date())
    day = texts.weekday(last) if 0 < left < _WEEK else day
    return texts.html(
        "product.sale_until" if whole else "product.sale_until_time", day=day, time=at
    )

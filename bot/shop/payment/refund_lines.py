"""The lines of a refund in its metadata at Stripe, which itself knows amounts only.

So what refunds say of lines adds up with what Stripe says of money: one that failed is out of both.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from bot.domain.order import Order, Units
from bot.ports import Refund

#: A refund in these states has given money back, or will unless it fails.
GIVEN: Final = frozenset({"pending", "requires_action", "succeeded"})
#: Of these, the ones in which it has not: a bank or the buyer is still to do something.
PENDING: Final = GIVEN - {"succeeded"}
#: In these it gives none back. Of any other word nobody knows what it means.
VOID: Final = frozenset({"failed", "canceled"})
#: A value of metadata has at most 500 characters, and an order at most 100 lines.
_PER_VALUE: Final = 50
_LINE: Final = re.compile(r"([0-9]{1,3})x([0-9]{1,6})")


def written(units: Units) -> tuple[str, ...]:
    """Return lines with their units as text, in as many values as they need."""
    parts = [f"{place}x{count}" for place, count in sorted(units.items())]
    return tuple(" ".join(parts[at : at + _PER_VALUE]) for at in range(0, len(parts), _PER_VALUE))


def metadata(order: Order, units: Units, shop_id: str) -> dict[str, str]:
    """Return the metadata of a refund of these units."""
    values = {f"lines_{n}": text for n, text in enumerate(written(units))}
    return {"shop": shop_id, "order": order.reference, **values}


def units_of(order: Order, refunds: Iterable[Refund], shop_id: str) -> Units:
    """Return how many units of an order's lines its refunds name."""
    named: dict[int, int] = {}
    for refund in refunds:
        ours = refund.metadata.get("shop") == shop_id
        if (
            refund.status not in GIVEN
            or not ours
            or refund.metadata.get("order") != order.reference
        ):
            continue
        for name, value in refund.metadata.items():
            for place, count in _LINE.findall(value) if name.startswith("lines_") else ():
                named[int(place)] = named.get(int(place), 0) + int(count)
    return named

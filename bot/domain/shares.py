"""Who wants how many of a line that several people fill, as in a group's cart.

What is not somebody's by name (a person who asked to be forgotten, what a shrinking stock took) is
nobody's: shares may come to fewer units than their line, and never to more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count

from bot.domain.cart import Cart
from bot.domain.catalog.model import LineKey
from bot.domain.money import Money
from bot.domain.order import UserId


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody in a group, as the others call them.

    Attributes:
        initial: Of the last name; empty where there is none. It tells two of one name apart.
    """

    id: UserId
    name: str
    initial: str = ""


@dataclass(frozen=True, slots=True)
class Share:
    """A member's units of a line."""

    member: Member
    units: int


def after(shares: Sequence[Share], by: Member | None, before: int, now: int) -> tuple[Share, ...]:
    """Return the shares of a line whose quantity changed.

    What is added is the member's. What is taken away is theirs first, then nobody's, then that of
    whoever came last.

    Args:
        shares: As they were.
        by: Who changed it; None where nobody in the group did.
        before: Units of the line before.
        now: Units of the line now.
    """
    units = {one.member.id: one.units for one in shares}
    known = {one.member.id: one.member for one in shares}
    if by is not None:
        known[by.id] = by
        added = now - before
        units[by.id] = max(0, units.get(by.id, 0) + added)
    too_many = sum(units.values()) - now
    for member_id in reversed(units):
        taken = min(max(0, too_many), units[member_id])
        units[member_id] -= taken
        too_many -= taken
    return tuple(Share(known[one], left) for one, left in units.items() if left)


def merged(shares: Sequence[Share], more: Sequence[Share]) -> tuple[Share, ...]:
    """Return the shares of two lines that became one."""
    found = {one.member.id: one for one in shares}
    for one in more:
        twin = found.get(one.member.id)
        found[one.member.id] = replace(one, units=one.units + (twin.units if twin else 0))
    return tuple(found.values())


def less(shares: Sequence[Share], taken: Sequence[Share]) -> tuple[Share, ...]:
    """Return what is left of shares where each member's taken units are gone."""
    gone = {one.member.id: one.units for one in taken}
    left = (replace(one, units=one.units - gone.get(one.member.id, 0)) for one in shares)
    return tuple(one for one in left if one.units > 0)


def told_apart(
    shares: Mapping[LineKey, Sequence[Share]],
) -> dict[LineKey, tuple[Share, ...]]:
    """Return a cart's or an order's shares where no two people have one name.

    Those who share it have their last initial beside it, and where that is not enough, a number.
    """
    members: dict[UserId, Member] = {}
    for one in (share.member for line in shares.values() for share in line):
        if one.initial or one.id not in members:  # an older share does not know it
            members[one.id] = one
    alike = Counter(one.name.casefold() for one in members.values())
    taken = {name for name, people in alike.items() if people == 1}
    named: dict[UserId, Member] = {}
    for one in sorted(members.values(), key=lambda member: member.id):
        name = one.name
        if alike[name.casefold()] > 1:
            name = f"{name} {one.initial}." if one.initial else name
            numbered = (name if nth == 1 else f"{name} {nth}" for nth in count(1))
            name = next(words for words in numbered if words.casefold() not in taken)
            taken.add(name.casefold())
        named[one.id] = replace(one, name=name)
    return {
        key: tuple(replace(share, member=named[share.member.id]) for share in line)
        for key, line in shares.items()
    }


def told(shares: Sequence[Share], quantity: int) -> str | None:
    """Return who added to a line, with how many where it was not all theirs; None for nobody."""
    if len(shares) == 1 and shares[0].units == quantity:
        return shares[0].member.name
    return ", ".join(f"{one.member.name} ({one.units})" for one in shares) or None


def sums(cart: Cart, shares: Mapping[LineKey, Sequence[Share]]) -> dict[Member | None, Money]:
    """Return what each member's units cost, whoever came first first.

    What is nobody's stands last, under None; all together they are the cart's total.
    """
    found: dict[UserId, tuple[Member, Money]] = {}
    left = cart.total
    for one in cart.lines:
        if one.variant is None or one.total is None:
            continue
        for share in shares.get(one.line.key, ()):
            cost = one.variant.price * share.units
            known = found.get(share.member.id)
            found[share.member.id] = (known[0], known[1] + cost) if known else (share.member, cost)
            left -= cost
    every: dict[Member | None, Money] = dict(found.values())
    return {**every, None: left} if left else every

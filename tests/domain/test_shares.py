"""Who has how many of a line that a group fills."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.catalog.model import LineKey, ProductId
from bot.domain.order import UserId
from bot.domain.shares import Member, Share, after, less, merged, sums, told, told_apart
from kit.samples import eur
from tests.chat.goods import a_catalog, a_view, cup, line

ANN, JONAS = Member(UserId(1), "Ann"), Member(UserId(2), "Jonas")


def test_what_is_added_is_the_members() -> None:
    """Each tap counts for whoever tapped, under the name that they go by now."""
    shares = after((), ANN, 0, 2)
    shares = after(shares, JONAS, 2, 3)
    renamed = Member(ANN.id, "Anna")
    assert after(shares, renamed, 3, 4) == (Share(renamed, 3), Share(JONAS, 1))


def test_what_is_taken_away_is_ones_own_first() -> None:
    """Then what is nobody's, then that of whoever came last."""
    shares = (Share(ANN, 2), Share(JONAS, 2))
    assert after(shares, ANN, 5, 4) == (Share(ANN, 1), Share(JONAS, 2))
    lee = Member(UserId(3), "Lee")
    assert after(shares, lee, 5, 4) == shares
    assert after(shares, lee, 4, 3) == (Share(ANN, 2), Share(JONAS, 1))
    assert after(shares, None, 4, 1) == (Share(ANN, 1),)
    assert after(shares, ANN, 4, 0) == ()


def test_who_added_is_told_with_numbers_where_they_matter() -> None:
    """One name alone for a line that is all theirs; otherwise each with their units."""
    assert told((Share(ANN, 2),), 2) == "Ann"
    assert told((Share(ANN, 2),), 3) == "Ann (2)"
    assert told((Share(ANN, 2), Share(JONAS, 1)), 3) == "Ann (2), Jonas (1)"
    assert told((), 3) is None


@pytest.mark.parametrize(
    ("people", "called"),
    [
        ((("Ann", "K"), ("Jonas", "K")), ("Ann", "Jonas")),
        ((("Ann", "K"), ("Ann", "M")), ("Ann K.", "Ann M.")),
        ((("Ann", ""), ("Ann", "M")), ("Ann", "Ann M.")),
        ((("Ann", ""), ("ann", "")), ("Ann", "ann 2")),
        ((("Ann", "K"), ("Ann", "K"), ("Ann", "K")), ("Ann K.", "Ann K. 2", "Ann K. 3")),
        ((("Ann", ""), ("Ann", ""), ("Ann 2", "")), ("Ann", "Ann 3", "Ann 2")),
        ((("Ann", "K"), ("Ann", "M"), ("Ann K.", "")), ("Ann K. 2", "Ann M.", "Ann K.")),
    ],
)
def test_no_two_people_have_one_name(
    people: tuple[tuple[str, str], ...], called: tuple[str, ...]
) -> None:
    """A last initial tells them apart, else a number, whichever of their lines comes first."""
    members = [Member(UserId(nth), *one) for nth, one in enumerate(people)]
    keys = [LineKey(ProductId(f"cup-{nth}")) for nth in range(len(people))]
    every = tuple(Share(one, 1) for one in members)
    for shares in (dict(zip(keys, ((one,) for one in every), strict=True)), {keys[0]: every[::-1]}):
        names = {
            one.member.id: one.member.name for line in told_apart(shares).values() for one in line
        }
        assert tuple(names[one.id] for one in members) == called


def test_an_initial_that_one_line_knows_is_everywhere() -> None:
    """What stood in a cart before initials were noted is still the same person's."""
    cup, mug = LineKey(ProductId("cup")), LineKey(ProductId("mug"))
    other = Share(Member(UserId(7), "Ann", "M"), 1)
    named = told_apart({cup: (Share(ANN, 1), other), mug: (Share(replace(ANN, initial="K"), 1),)})
    assert [one.member.name for one in (*named[cup], *named[mug])] == ["Ann K.", "Ann M.", "Ann K."]


def test_two_lines_become_one_with_everybodys_units() -> None:
    """As when a group becomes a supergroup."""
    both = merged((Share(ANN, 2),), (Share(JONAS, 1), Share(ANN, 1)))
    assert both == (Share(ANN, 3), Share(JONAS, 1))


def test_units_that_are_taken_were_somebodys() -> None:
    """What somebody has not got is not taken from the others."""
    assert less((Share(ANN, 2), Share(JONAS, 1)), (Share(ANN, 3),)) == (Share(JONAS, 1),)
    assert less((Share(ANN, 2),), (Share(ANN, 1), Share(JONAS, 1))) == (Share(ANN, 1),)


def test_the_sums_of_all_are_the_carts_total() -> None:
    """Units of one person add up over the lines; what is nobody's stands by itself."""
    catalog = a_catalog(cup(1), cup(2))
    held = a_view(catalog, [line("cup-1", 3), line("cup-2", 2)]).cart
    first, second = (one.line.key for one in held.lines)
    shares = {first: (Share(ANN, 1), Share(JONAS, 2)), second: (Share(ANN, 1),)}
    assert sums(held, shares) == {ANN: eur(2800), JONAS: eur(2800), None: eur(1400)}
    assert held.total == eur(7000)
    assert sums(held, {}) == {None: eur(7000)}
    assert sums(held, {**shares, second: (Share(JONAS, 2),)}) == {ANN: eur(1400), JONAS: eur(5600)}


def test_what_cannot_be_bought_is_in_nobodys_sum() -> None:
    """As it is in no total."""
    catalog = a_catalog(cup(1), cup(2))
    held = a_view(catalog, [line("cup-1", 1), line("gone", 2)]).cart
    first, gone = (one.line.key for one in held.lines)
    assert sums(held, {first: (Share(ANN, 1),), gone: (Share(JONAS, 2),)}) == {ANN: eur(1400)}


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 20)), max_size=30))
def test_shares_never_come_to_more_than_their_line(changes: list[tuple[int, int]]) -> None:
    """Whoever changes a line to whatever, the names beside it never claim more than there is."""
    shares: tuple[Share, ...] = ()
    before = 0
    for who, now in changes:
        by = Member(UserId(who), f"n{who}") if who else None
        shares = after(shares, by, before, now)
        assert sum(one.units for one in shares) <= now
        assert all(one.units > 0 for one in shares)
        before = now

"""A cart against today's catalog: what its lines share, and which of them count."""

from __future__ import annotations

from bot.domain.cart import LineProblem
from tests.chat.goods import a_catalog, a_view, blend, cup, line


def test_choices_of_a_product_share_what_one_order_may_have_of_it() -> None:
    """Five at most: three of one size leave two of the other, however many there are."""
    lines = [
        line("house-blend", 3, variant="250g.beans"),
        line("house-blend", 3, variant="250g.moka"),
    ]
    first, second = a_view(a_catalog(blend()), lines).cart.lines
    assert (first.limit, first.problem) == (5, None)
    assert (second.limit, second.problem) == (2, LineProblem.TOO_MANY)


def test_what_is_sold_out_weighs_and_costs_nothing() -> None:
    """Delivery is reckoned for what can be bought."""
    catalog = a_catalog(cup(weight=300), cup(2, weight=5_000))
    cart = a_view(catalog, [line("cup-1", 2), line("cup-2")], {"cup-1": 9, "cup-2": 0}).cart
    assert [one.problem for one in cart.lines] == [None, LineProblem.SOLD_OUT]
    assert (cart.weight, cart.total.minor, cart.units) == (600, 2800, 3)


def test_what_other_choices_leave_no_room_for_is_not_sold_out() -> None:
    """Five of one size are all that one order may have; nothing is paid for what is beyond."""
    lines = [line("house-blend", 5, variant="250g.beans"), line("house-blend", variant="250g.moka")]
    first, second = a_view(a_catalog(blend()), lines).cart.lines
    assert (first.problem, second.problem) == (None, LineProblem.NO_ROOM)
    assert (second.limit, second.total) == (0, None)


def test_what_is_sold_out_is_not_asked_for_more_of() -> None:
    """That one order needs four of it is beside the point while there is none."""
    catalog = a_catalog(cup(min_per_order=4), cup(2, min_per_order=4))
    cart = a_view(catalog, [line("cup-1"), line("cup-2")], {"cup-1": 0, "cup-2": 9}).cart
    assert [one.problem for one in cart.lines] == [LineProblem.SOLD_OUT, LineProblem.TOO_FEW]

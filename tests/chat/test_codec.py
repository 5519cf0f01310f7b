"""Button data: every legal action fits, comes back the same, and nothing else is believed."""

from __future__ import annotations

from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat import actions as a
from bot.chat.codec import LIMIT
from bot.chat.owner_actions import CellReading, Which
from bot.chat.routes import TAPS, decode, encode
from bot.domain.catalog.model import ProductId
from bot.domain.order import OrderId, OrderMark, mark_of
from bot.shop.orders.picking import For
from bot.shop.orders.reports import StatsSpan
from tests.chat.given_out import GIVEN_OUT

_ID = "abcdefghijklmnopqrstuvwxyz0123456789"


def _ids(most: int) -> st.SearchStrategy[str]:
    rest = st.text(_ID + "-", max_size=most - 1)
    return st.builds(str.__add__, st.sampled_from(_ID), rest)


_VALUES: dict[str, st.SearchStrategy[object]] = {
    "product": _ids(32),
    "variant": st.one_of(
        st.just(""), _ids(20), st.builds("{}.{}.{}".format, _ids(6), _ids(6), _ids(6))
    ),
    "option": st.integers(1, 3),
    "category": _ids(24),
    "page": st.integers(1, 99_999),
    "quantity": st.integers(1, 999),
    "photo": st.integers(1, 99_999),
    "order": st.integers(1, 999_999_999_999_999),
    "way": st.sampled_from(a.Way),
    "then": st.sampled_from(a.Then),
    "zone": _ids(16),
    "place": st.one_of(_ids(16), st.sampled_from(["PT", "XK"])),
    "wanted": st.sampled_from(a.Wanted),
    "instead": st.one_of(st.just(a.NO_ORDER), st.integers(1, 10**15).map(OrderId).map(mark_of)),
    "language": st.sampled_from(["en", "de", "pt-br", "zh-hant"]),
    "below": st.integers(0, 999_999_999_999_999),
    "which": st.sampled_from(Which),
    "numbers": st.sampled_from(CellReading),
    "days": st.sampled_from(CellReading),
    "amount": st.integers(0, 999_999_999_999),
    "refunded": st.integers(0, 999_999_999_999),
    "returned": st.integers(0, 999_999_999_999),
    "why": st.sampled_from(For),
    "line": st.integers(1, 99_999),
    "topic": st.integers(0, 10**15 - 1),
    "chat": st.integers(-(2**52), 2**52).filter(bool),
    "owner": st.integers(1, 2**52 - 1),
    "target": st.one_of(_ids(32), st.builds("{}/{}.{}".format, _ids(32), _ids(9), _ids(9))),
    "span": st.sampled_from(StatsSpan),
    "query": st.lists(st.text("abcdefghäö9", min_size=1, max_size=7), min_size=1, max_size=3).map(
        " ".join
    ),
    "digest": st.text("0123456789abcdef", min_size=12, max_size=12),
}
_LONGEST = {
    "product": "p" * 32,
    "variant": "v" * 20,
    "option": 3,
    "category": "c" * 24,
    "page": 99_999,
    "quantity": 999,
    "photo": 99_999,
    "order": 999_999_999_999_999,
    "way": a.Way.PICKUP,
    "then": a.Then.PAY,
    "zone": "z" * 16,
    "place": "z" * 16,
    "wanted": a.Wanted.YES,
    "instead": OrderMark("ffff"),
    "language": "abc-12345678",
    "below": 999_999_999_999_999,
    "which": Which.ALL,
    "numbers": CellReading.SECOND,
    "days": CellReading.SECOND,
    "amount": 999_999_999_999,
    "refunded": 999_999_999_999,
    "returned": 999_999_999_999,
    "why": For.STOCK,
    "line": 99_999,
    "chat": -(2**52),
    "topic": 10**15 - 1,
    "owner": 2**52 - 1,
    "target": f"{'p' * 32}/{'v' * 20}",
    "query": "q" * 50,
    "digest": "f" * 12,
    "span": StatsSpan.MONTH,
}
_KINDS = tuple(tap.action for tap in TAPS.values())


def _actions(kind: type) -> st.SearchStrategy[a.Action]:
    return st.builds(kind, **{one.name: _VALUES[one.name] for one in fields(kind)})


@given(st.one_of([_actions(kind) for kind in _KINDS]))
def test_every_legal_action_fits_64_bytes_and_comes_back(action: a.Action) -> None:
    """What a catalog's ids may be at their longest, a button can carry."""
    data = encode(action)
    assert 1 <= len(data.encode()) <= 64
    assert decode(data) == action


@pytest.mark.parametrize("kind", _KINDS, ids=lambda kind: kind.__name__)
def test_the_longest_ids_fit(kind: type) -> None:
    """Each action with every field at its longest stays within Telegram's limit."""
    longest = kind(**{one.name: _LONGEST[one.name] for one in fields(kind)})
    assert len(encode(longest).encode()) <= LIMIT
    assert decode(encode(longest)) == longest


@given(st.text(max_size=80))
def test_any_text_is_read_or_is_none(data: str) -> None:
    """Forged data never raises, and what is read writes back to an action of the same meaning."""
    action = decode(data)
    assert action is None or decode(encode(action)) == action


@pytest.mark.parametrize(
    "data",
    [
        None,
        "",
        "1",
        "0h",
        "2h",
        "1?",
        "1h:x",
        "1p",
        "1p:",
        "1p:House",
        "1p:house-blend:250G",
        "1p:house-blend:250g:0",
        "1p:house-blend:250g:-1",
        "1p:house-blend:250g:٣",
        "1p:house-blend:250g:1:1",
        "1p:house-blend\n",
        "1z:0",
        "1z:1001 ",
        "1z:1_001",
        "1z",
        "1o:x",
        "1gl:../../en",
        "1k:100000",
        "1a:" + "p" * 33,
        "add_12_1250",
        "1" * 65,
    ],
)
def test_what_is_not_ours_is_none(data: str | None) -> None:
    """Old, foreign and forged data are told apart from ours."""
    assert decode(data) is None


@pytest.mark.parametrize(("data", "kind", "values"), GIVEN_OUT, ids=[row[0] for row in GIVEN_OUT])
def test_a_button_that_was_given_out_means_what_it_meant(
    data: str, kind: type[a.Action], values: dict[str, str]
) -> None:
    """Buttons live for years in people's chats: what they say must be read for ever."""
    action = decode(data)
    assert action is not None
    assert type(action) is kind
    assert {one.name: str(getattr(action, one.name)) for one in fields(action)} == values
    assert encode(action) == data


def test_every_letter_is_written_down_once_it_is_given_out() -> None:
    """A new letter joins the list, and one that a chat may hold never leaves the table."""
    letters = {data.partition(":")[0][1:] for data, _, _ in GIVEN_OUT}
    assert set(TAPS) == letters


def test_data_too_long_is_refused_when_written() -> None:
    """An id that no checked catalog has is a mistake of ours, not something to cut."""
    with pytest.raises(ValueError, match="71 bytes"):
        encode(a.OpenProduct(ProductId("p" * 68)))

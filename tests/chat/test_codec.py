"""Button data: every legal action fits, comes back the same, and nothing else is believed."""

from __future__ import annotations

from dataclasses import fields
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat import actions as a
from bot.chat.codec import LIMIT, decode, encode
from bot.chat.owner_actions import LETTERS, OwnerAction, Which
from bot.domain.catalog.model import CategoryId, ProductId, VariantId
from bot.domain.order import OrderId
from bot.shop.orders.reports import Period

_ID = "abcdefghijklmnopqrstuvwxyz0123456789"


def _ids(most: int) -> st.SearchStrategy[str]:
    rest = st.text(_ID + "-", max_size=most - 1)
    return st.builds(str.__add__, st.sampled_from(_ID), rest)


_VALUES: dict[str, st.SearchStrategy[object]] = {
    "product": _ids(32),
    "variant": st.one_of(
        st.just(""), _ids(20), st.builds("{}.{}.{}".format, _ids(6), _ids(6), _ids(6))
    ),
    "category": _ids(24),
    "page": st.integers(1, 99_999),
    "photo": st.integers(1, 99_999),
    "order": st.integers(1, 999_999_999_999_999),
    "way": st.sampled_from(a.Way),
    "wanted": st.sampled_from(a.Wanted),
    "language": st.sampled_from(["en", "de", "pt-br", "zh-hant"]),
    "below": st.integers(0, 999_999_999_999_999),
    "which": st.sampled_from(Which),
    "amount": st.integers(0, 999_999_999_999),
    "refunded": st.integers(0, 999_999_999_999),
    "chat": st.integers(-(2**52), 2**52).filter(bool),
    "target": st.one_of(_ids(32), st.builds("{}/{}".format, _ids(32), _ids(20))),
    "span": st.sampled_from(Period),
    "query": st.lists(st.text("abcdefghäö9", min_size=1, max_size=7), min_size=1, max_size=3).map(
        " ".join
    ),
    "digest": st.text("0123456789abcdef", min_size=12, max_size=12),
}
_LONGEST = {
    "product": "p" * 32,
    "variant": "v" * 20,
    "category": "c" * 24,
    "page": 99_999,
    "photo": 99_999,
    "order": 999_999_999_999_999,
    "way": a.Way.PICKUP,
    "wanted": a.Wanted.YES,
    "language": "abc-12345678",
    "below": 999_999_999_999_999,
    "which": Which.ALL,
    "amount": 999_999_999_999,
    "refunded": 999_999_999_999,
    "chat": -(2**52),
    "target": f"{'p' * 32}/{'v' * 20}",
    "query": "q" * 50,
    "digest": "f" * 12,
    "span": Period.MONTH,
}
_KINDS: tuple[type, ...] = (
    *(kind for kind in get_args(a.Action) if kind is not OwnerAction),
    *LETTERS.values(),
)


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


@pytest.mark.parametrize(
    ("data", "action"),
    [
        ("1h", a.Home()),
        ("1h:2", a.Home(2)),
        ("1hb", a.HomeBeside()),
        ("1j", a.StopReminders()),
        ("1jw:n", a.SetReminders(a.Wanted.NO)),
        ("1c:coffee", a.OpenCategory(CategoryId("coffee"))),
        ("1c:coffee:2", a.OpenCategory(CategoryId("coffee"), 2)),
        ("1p:house-blend", a.OpenProduct(ProductId("house-blend"))),
        (
            "1p:house-blend:250g.red:3",
            a.OpenProduct(ProductId("house-blend"), VariantId("250g.red"), 3),
        ),
        ("1p:cup::2", a.OpenProduct(ProductId("cup"), VariantId(""), 2)),
        ("1a:cup", a.AddOne(ProductId("cup"))),
        ("1t:cup:red", a.TakeOne(ProductId("cup"), VariantId("red"))),
        ("1k", a.OpenCart()),
        ("1ku:cup", a.CartMore(ProductId("cup"))),
        ("1kd:cup", a.CartLess(ProductId("cup"))),
        ("1l:cup", a.OpenLine(ProductId("cup"))),
        ("1lu:cup", a.LineMore(ProductId("cup"))),
        ("1ld:cup", a.LineLess(ProductId("cup"))),
        ("1r:cup:red", a.RemoveLine(ProductId("cup"), VariantId("red"))),
        ("1m:cup:red", a.AskNote(ProductId("cup"), VariantId("red"))),
        ("1mn:cup", a.LeaveNote(ProductId("cup"))),
        ("1mx:cup", a.DropNote(ProductId("cup"))),
        ("1u:cup", a.AskCount(ProductId("cup"))),
        ("1un:cup:red", a.LeaveCount(ProductId("cup"), VariantId("red"))),
        ("1x", a.AskClear()),
        ("1xx", a.Clear()),
        ("1v", a.AcceptChanges()),
        ("1o", a.StartCheckout()),
        ("1o:p", a.StartCheckout(a.Way.PICKUP)),
        ("1z:1001", a.CancelOrder(OrderId(1001))),
        ("1y", a.OpenOrders()),
        ("1i:1001", a.OpenOrder(OrderId(1001))),
        ("1y:1001", a.OpenOrders(1001)),
        ("1b:1001", a.FetchReceipt(OrderId(1001))),
        ("1ba:1001", a.BuyAgain(OrderId(1001))),
        ("1bt:1001", a.TryAgain(OrderId(1001))),
        ("1g", a.OpenLanguages()),
        ("1gl:pt-br", a.ChooseLanguage("pt-br")),
        ("1e", a.OpenHelp()),
        ("1n", a.Nothing()),
    ],
)
def test_the_words_of_version_1_never_change(data: str, action: a.Action) -> None:
    """Buttons live for years in people's chats: what they say today must be read for ever."""
    assert decode(data) == action
    assert encode(action) == data


def test_data_too_long_is_refused_when_written() -> None:
    """An id that no checked catalog has is a mistake of ours, not something to cut."""
    with pytest.raises(ValueError, match="71 bytes"):
        encode(a.OpenProduct(ProductId("p" * 68)))

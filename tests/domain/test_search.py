"""Finding products by words, as people type them."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

import pytest

from bot.catalog_file.file import read_catalog
from bot.domain.catalog.model import Catalog
from bot.shop.catalog.search import SearchIndex, question_of, words_of
from tests.effort import calls

_GOODS: list[dict[str, Any]] = [
    {
        "id": "cup",
        "category": "cups",
        "name": {"en": "Coffee cup", "de": "Kaffeebecher", "fr": "Tasse à café"},
        "price": "9.00",
    },
    {
        "id": "blend",
        "category": "coffee",
        "name": {"en": "House blend", "de": "Hausmischung", "ru": "Домашняя смесь"},
        "description": {"en": "Chocolate and nuts, for espresso", "ar": "قهوة للإسبريسو"},
        "price": "12.50",
        "options": [
            {
                "id": "roast",
                "name": {"en": "Roast"},
                "values": [
                    {"id": "dark", "name": {"en": "Dark", "es": "Tostado"}},
                    {"id": "light", "name": {"en": "Light"}},
                ],
            }
        ],
    },
    {"id": "jar", "category": "cups", "name": "Smørrebrød jar", "price": "4.00"},
    {
        "id": "rolls",
        "category": "cups",
        "name": {"en": "Rolls", "de": "Brötchen mit Öl"},
        "price": "2.00",
    },
    {"id": "old", "category": "cups", "name": "Hidden cup", "price": "4.00", "hidden": True},
]


def _catalog(products: list[dict[str, Any]]) -> Catalog:
    written = {
        "shop": {"name": "Shop", "currency": "eur"},
        "categories": [
            {"id": "coffee", "name": {"en": "Beans", "de": "Bohnen"}},
            {"id": "cups", "name": "For the table"},
        ],
        "products": products,
    }
    return read_catalog(json.dumps(written).encode(), file="c", picture=lambda _: None).catalog


@pytest.fixture(scope="module")
def index() -> SearchIndex:
    """An index of a few products."""
    return SearchIndex(_catalog(_GOODS))


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("cup", ["cup"]),
        ("CUPS", ["cup"]),
        ("coffe", ["cup"]),
        ("cofeee cup", ["cup"]),
        ("becher", ["cup"]),
        ("cafe", ["cup"]),
        ("Café", ["cup"]),
        ("hausmischnug", ["blend"]),
        ("домашняя", ["blend"]),
        ("домашнюю", ["blend"]),
        ("домашняй", ["blend"]),
        ("للإسبريسو", ["blend"]),
        ("tostado", ["blend"]),
        ("bohnen", ["blend"]),
        ("chocolat", ["blend"]),
        ("dark house", ["blend"]),
        ("smorrebrod", ["jar"]),
        ("domashnyaya smes", ["blend"]),
        ("domashniaia", ["blend"]),
        ("смёрреброд", ["jar"]),
        ("кофе", []),
        ("القهوة", ["blend"]),
        ("قهوه", ["blend"]),
        ("قَهْوَة", ["blend"]),
        ("broetchen", ["rolls"]),
        ("hausmischungskaffee", ["blend"]),
        ("oel", ["rolls"]),
        ("house cup", []),
        ("hidden", []),
        ("x", []),
        ("", []),
        ("👍 !?", []),
    ],
)
def test_words_find_in_every_language_and_with_slips(
    index: SearchIndex, typed: str, found: list[str]
) -> None:
    """Case, accents, a slip, a beginning, a part of a long word, another alphabet: all forgiven."""
    assert [one.id for one in index.search(typed)] == found


def test_a_name_stands_before_a_description() -> None:
    """What is called so comes before what only mentions it."""
    index = SearchIndex(
        _catalog(
            [
                {"id": "a", "category": "cups", "name": "Box", "description": "for tea",
                 "price": "1.00"},
                {"id": "b", "category": "cups", "name": "Teapot", "price": "1.00"},
                {"id": "c", "category": "cups", "name": "Tea", "price": "1.00"},
            ]
        )
    )  # fmt: skip
    assert [one.id for one in index.search("tea")] == ["c", "b", "a"]


def test_what_is_called_so_is_found_where_others_only_mention_it() -> None:
    """The bag that a coffee comes in does not hide the tote."""
    goods = [
        {"id": "bag", "category": "cups", "name": "Blend", "price": "9.00",
         "description": "A note of plum, in a bag."},
        {"id": "tote", "category": "cups", "name": "Tote", "price": "4.00"},
    ]  # fmt: skip
    index = SearchIndex(_catalog(goods))
    assert [one.id for one in index.search("tote bag")] == ["tote", "bag"]
    assert [one.id for one in index.search("plum bag")] == ["bag"]


def test_a_case_of_a_name_stands_before_a_choice() -> None:
    """Russian bends its words: cups in the plural are the cup, and not the pot for three cups."""
    three = {"id": "three", "name": "3 чашки"}
    pot = {"id": "pot", "category": "cups", "name": "Кофеварка", "price": "9.00",
           "options": [{"id": "size", "name": "Объём", "values": [three]}]}  # fmt: skip
    cup = {"id": "cup", "category": "cups", "name": "Чашка", "price": "4.00"}
    index = SearchIndex(_catalog([pot, cup]))
    assert [one.id for one in index.search("чашки")] == ["cup", "pot"]


def test_the_nearest_meet_at_least_one_word(index: SearchIndex) -> None:
    """Where no product meets every word, those that meet some are offered."""
    assert [one.id for one in index.nearest("house cup")] == ["cup", "blend"]
    assert index.nearest("zzzz") == ()


def test_a_question_is_bounded() -> None:
    """Whatever somebody pastes, six words of 32 letters count."""
    assert question_of("a b c d e f g h") == ("a", "b", "c", "d", "e", "f")
    assert question_of("x" * 5000) == ("x" * 32,)
    assert words_of("Crème-BRÛLÉE, Straße_2") == ("creme", "brulee", "strasse", "2")


def test_ten_thousand_products_are_searched_at_once() -> None:
    """A question costs a few calls a product, and the slips are counted in C."""
    syllables = ("ka", "fe", "lo", "mi", "ra", "to", "be", "cher", "stan", "ing")
    names = [f"{a}{b}{c}{d}" for a in syllables for b in syllables for c in syllables
             for d in syllables]  # fmt: skip
    index = SearchIndex(
        _catalog(
            [
                {"id": f"p{n}", "category": "cups", "name": f"{name} {names[-n]}", "price": "1.00"}
                for n, name in enumerate(names)
            ]
        )
    )
    for question in ("kafelomi", "kafelomy", "kafe cher", "ingbecherka stan", "ka"):
        asked = partial(index.search, question)
        assert asked()
        assert calls(asked) < 10 * len(names)

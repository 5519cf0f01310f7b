"""How faults of the catalog file read: exact sentences, and a text for every kind."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

import pytest
from babel.messages.pofile import read_po

from bot.catalog_file.file import read_catalog
from bot.catalog_file.structure import _KINDS
from bot.ports.catalog import CatalogFaultsError, PictureFact, fault
from kit import ROOT
from tests.catalog_file.gallery import GALLERY
from tests.catalog_file.samples import GOOD, any_picture, changed, read, told

PART = "catalog.fault."
#: What notes a fault, and which of its arguments is the kind.
NOTING = {"fault": 0, "warning": 0, "PydanticCustomError": 0, "_fault": 1, "_stop": 1}


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (
            '"price": "12.50"',
            '"prise": "12.50"',
            ('14:7: products[0].prise: The shop does not know "prise". Did you mean "price"?'),
        ),
        (
            '"stock": 20,\n',
            '"stock": 20\n',
            "17:18: : A comma is missing here, before the next entry.",
        ),
        (
            '"price": "12.50"',
            '"price": 12.505',
            (
                "14:16: products[0].price: 12.505 has too many decimals for EUR: write "
                '"12.50" or "12.51", or "12505" if you mean €12,505.00.'
            ),
        ),
        (
            '"price": "12.50"',
            '"price": "1.250"',
            (
                "14:16: products[0].price: 1.250 could be €1.25 or €1,250.00: "
                'write "1.25" or "1250".'
            ),
        ),
        (
            '"price": "12.50"',
            '"price": 12.5055',
            (
                "14:16: products[0].price: 12.5055 has too many decimals: EUR has at most 2. "
                'Write "12.50" or "12.51".'
            ),
        ),
        (
            '"id": "cup"',
            '"id": "house-blend"',
            (
                '29:12: products[1].id: Two products have the id "house-blend"; the '
                "first is on line 10. Change one."
            ),
        ),
        (
            '      "stock": 20',
            '      // Monday\n      "stock": 20',
            (
                "17:7: : JSON has no comments. Remove this one, or keep your note as "
                '"comment": "…" in the entry.'
            ),
        ),
        (
            '"stock": 3}',
            '"stock": 3,}',
            "21:69: : Nothing follows this comma. Remove it; the last entry has none.",
        ),
        (
            '"price": 9.5',
            '"price": 10000000000',
            "29:72: products[1].price: This is more than Stripe takes: at most €9,999,999,999.99.",
        ),
    ],
)
def test_a_fault_speaks_like_a_person(old: str, new: str, says: str) -> None:
    """A fault says file, line, field, what is wrong and what would be right."""
    with pytest.raises(CatalogFaultsError) as caught:
        read(changed(old, new))

    assert told(caught.value.faults) == [says]
    [one] = caught.value.faults
    assert str(caught.value) == f"catalog.json:{one.line}:{one.column}: {one.kind}"


@pytest.mark.parametrize(
    ("fact", "says"),
    [
        (
            None,
            (
                'There is no picture "photos/house.jpg" in the catalog’s folder. Is it spelt '
                "exactly like this, with the same capital and small letters?"
            ),
        ),
        (
            PictureFact(10_400_000, "png", 100, 100),
            (
                'The picture "photos/house.jpg" is 10.4 MB; Telegram takes at most 10 MB. Save it '
                "smaller."
            ),
        ),
        (
            PictureFact(1, "png", 9000, 1001),
            (
                'The picture "photos/house.jpg" is 9,000 × 1,001 pixels; Telegram takes at most '
                "10,000 for width and height together. Make it smaller."
            ),
        ),
        (
            PictureFact(1, "png", 2101, 100),
            (
                'The picture "photos/house.jpg" is 2,101 × 100 pixels; for Telegram, one side '
                "can be at most 20 times as long as the other. Crop it."
            ),
        ),
        (
            PictureFact(1),
            '"photos/house.jpg" is not a picture that Telegram shows. Save it as JPEG or PNG.',
        ),
        (
            PictureFact(1, "png", 9, 9, inside=False),
            'The picture "photos/house.jpg" is outside the catalog’s folder. Move it inside.',
        ),
    ],
)
def test_a_picture_that_cannot_be_shown_is_named(fact: PictureFact | None, says: str) -> None:
    """A picture that is missing or beyond Telegram's limits is told with its name and size."""
    with pytest.raises(CatalogFaultsError) as caught:
        read_catalog(
            GOOD,
            file="catalog.json",
            picture=lambda path: fact if path == "photos/house.jpg" else any_picture(path),
        )

    assert told(caught.value.faults) == [f"16:16: products[0].photo: {says}"]


def test_what_a_fault_shows_is_short_and_printable() -> None:
    """Values from the file can be sent anywhere: cut, without control characters, valid Unicode."""
    one = fault("unquoted_text", params={"written": "a\x00\ud800" + "b" * 500})

    assert one.params["written"] == "a�?" + "b" * 116 + "…"


def test_every_kind_of_fault_has_a_text_and_every_text_a_kind() -> None:
    """The kinds named in the code and the keys of the texts are the same."""
    with (ROOT / "bot" / "locales" / "en.po").open("rb") as file:
        keys = [str(message.id) for message in read_po(file) if isinstance(message.id, str)]
    texts = {key.removeprefix(PART) for key in keys if key.startswith(PART)}
    named: set[str] = set()
    noted: set[str] = set()
    of_tables: set[str] = set()
    for path in (ROOT / "bot").glob("moving_in/*.py"):
        of_tables |= {*_strings(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))}
    of_tables = {one for one in of_tables if one.startswith("table_")}
    assert {text for text in texts if text.startswith("table_")} == of_tables
    texts -= of_tables
    for path in (ROOT / "bot").glob("catalog_file/*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            named |= {*_strings([node])}
            if isinstance(node, ast.Call) and (name := _name(node.func)) in NOTING:
                noted |= {*_strings(node.args[NOTING[name] :][:1])}
    composed = {
        *(
            f"repeated_{what}"
            for what in (
                "category",
                "product",
                "option",
                "value",
                "question",
                "rate",
                "zone",
                "choice",
            )
        ),
        *(f"two_options_{key}" for key in ("price", "stock")),
        *(f"no_{key}" for key in ("rates", "countries")),
        *(f"unknown_{what}{near}" for what in ("option", "value") for near in ("", "_near")),
        *(f"variants_value_{key}" for key in ("price", "stock")),
    }

    assert texts - named == composed
    assert {*noted, *(kind for kind, *_ in GALLERY), *_KINDS.values()} <= texts
    assert len(noted) > 60


def _strings(nodes: Iterable[ast.AST]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def _name(called: ast.expr) -> str:
    return called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")

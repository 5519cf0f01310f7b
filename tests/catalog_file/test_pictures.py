"""Pictures that nobody could look at are told before Telegram refuses them."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from bot.catalog_file.codes import digital_word, voucher_word
from bot.catalog_file.fields import slug
from bot.catalog_file.findings import Findings
from bot.catalog_file.folder import CatalogFolder
from bot.catalog_file.pictures import check_pictures
from kit import ROOT
from tests.catalog_file.samples import changed, read

JPEG = (ROOT / "photos" / "house-blend.jpg").read_bytes()
CHUNK = struct.pack(">I", 13) + b"IHDR" + struct.pack(">II", 2, 2) + b"\x08\x02\0\0\0" + b"\0" * 4
PNG = b"\x89PNG\r\n\x1a\n" + CHUNK + b"\0\0\0\0IEND\xaeB`\x82"
WEBP = b"RIFF" + struct.pack("<I", 26) + b"WEBPVP8L" + b"\x0d\0\0\0\x2f" + b"\0" * 13
_SCREEN = b"GIF89a" + struct.pack("<HH", 2, 2) + bytes([0x80, 0, 0]) + b"\0\0\0\xff\xff\xff"
_COMMENT = b"\x21\xfe" + b"\x03abc" + b"\0"
_IMAGE = b"\x2c" + struct.pack("<HHHH", 0, 0, 2, 2) + b"\0\x02" + b"\x04;;;;" + b"\0"
GIF = _SCREEN + _COMMENT + _IMAGE + b";"


def told(folder: Path, content: bytes) -> list[str]:
    """Return what is said of a picture."""
    (folder / "one").write_bytes(content)
    findings = Findings()
    data = {"shop": {"banner": "one"}}
    check_pictures(data, CatalogFolder(folder / "catalog.json").picture, findings)
    return [one.kind for one in findings.found]


@pytest.mark.parametrize("whole", [JPEG, PNG, WEBP, GIF], ids=["jpeg", "png", "webp", "gif"])
def test_a_picture_cut_short_is_told(tmp_path: Path, whole: bytes) -> None:
    """Half of it, or all but the last byte; the whole of it, and with more behind it, is well."""
    assert told(tmp_path, whole) == []
    assert told(tmp_path, whole + b"\0" * 100) == []
    assert told(tmp_path, whole[:-1]) == ["picture_cut"]
    assert told(tmp_path, whole[: max(len(whole) // 2, 24)]) == ["picture_cut"]


def test_a_gif_ends_with_its_trailer_and_not_with_any_byte_like_it(tmp_path: Path) -> None:
    """The byte may stand in the middle of a picture, where a cut may leave it last."""
    assert told(tmp_path, _SCREEN + _COMMENT + _IMAGE + _IMAGE + b";behind") == []
    for length in range(len(_SCREEN), len(GIF)):
        assert told(tmp_path, GIF[:length]) == ["picture_cut"]


def test_much_behind_a_picture_is_no_matter(tmp_path: Path) -> None:
    """Some cameras write a film behind it."""
    assert told(tmp_path, JPEG + b"\0" * 10_000) == []


@pytest.mark.parametrize("width", [0, 2])
def test_a_picture_of_no_size_is_told(tmp_path: Path, width: int) -> None:
    """None wide or none high."""
    content = PNG.replace(struct.pack(">II", 2, 2), struct.pack(">II", width, 0))
    assert told(tmp_path, content) == ["picture_nothing"]


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("Latte art webinar", "webinar"), ("Lightroom presets", "presets"),
        ("Printable planner", "Printable"), ("Top-up €10", "Top-up"),
        ("Club membership", "membership"), ("Audio book: Coffee", "Audio book"),
        ("Webinaire du café", "Webinaire"), ("Вебинар о кофе", "Вебинар"),
        ("Spinning top", None), ("Audio cable", None), ("Member mug", None),
    ],
)  # fmt: skip
def test_digital_goods_are_known_by_name(name: str, word: str | None) -> None:
    """What is taught, read aloud, printed at home or credited is no thing; its look-alikes are."""
    assert digital_word(name) == word


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("Gift card €50", "Gift card"), ("Kaffee-Gutschein", "Gutschein"),
        ("Tarjeta regalo", "Tarjeta regalo"), ("Vale-presente", "Vale-presente"),
        ("Carte cadeau 20 €", "Carte cadeau"), ("Подарочный сертификат", "Подарочный сертификат"),
        ("بطاقة هدية", "بطاقة هدية"), ("Gift box with card", None), ("Cartão postal", None),
    ],
)  # fmt: skip
def test_vouchers_are_digital_goods(name: str, word: str | None) -> None:
    """Telegram lets bots sell what is no thing for its Stars only, in whatever language."""
    assert digital_word(name) == word


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("A gift card for our shop, sent by e-mail.", "gift card"),
        ("Als Wertgutschein oder Geschenkkarte.", "Wertgutschein"),
        ("Vale como cheque de regalo.", "cheque de regalo"),
        ("Um cartão presente para quem gosta de café.", "cartão presente"),
        ("Un bon d’achat de 20 €.", "bon d’achat"),
        ("Вид подарочного сертификата.", "подарочного сертификата"),
        ("اختر بطاقة الهدايا", "بطاقة الهدايا"),
        ("Comes with a sertificate, сертификат качества.", None),
        ("Download the recipe from our page.", None),
        ("A card in every gift.", None),
    ],
)
def test_a_description_names_vouchers(text: str, word: str | None) -> None:
    """In the forms that a sentence puts them in; other words stand there for good reasons."""
    assert voucher_word(text) == word


def test_digital_goods_are_looked_for_wherever_they_are_called_so() -> None:
    """A category, a choice and a description, not names alone; each product is told once."""

    def warned(old: str, new: str) -> list[int | None]:
        found = read(changed(old, new)).warnings
        return [one.line for one in found if one.kind == "digital_goods"]

    assert warned('"name": "Gear"', '"name": "Gutscheine"') == [6]
    assert warned('"name": "Whole beans"', '"name": "PDF"') != []
    assert warned('"Round.\\nMild."', '"As a gift card."') == [13]
    assert warned('"Round.\\nMild."', '"Round.\\nMild."') == []


@pytest.mark.parametrize(
    ("written", "made"),
    [("água", "agua"), ("Grüße", "grusse"), ("Smørrebrød", "smorrebrod"), ("Łódź 1", "lodz-1")],
)
def test_an_id_keeps_its_letters(written: str, made: str) -> None:
    """A mark is left out, and not the letter under it."""
    assert slug(written) == made

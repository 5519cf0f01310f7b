"""Texts: found by key, filled in safely, plurals and amounts as people write them."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.money import Money
from bot.locales import Html, Languages, Texts
from tests.chat.telegram_html import plain

LANGUAGES = Languages.load(strict=True)
ENGLISH = LANGUAGES.texts("en")
#: Plain words: no HTML in these.
_PLAIN = ("button.", "catalog.", "toast.", "command.", "cancel.", "bot.", "order.state.", "review.")


def _entries() -> list[tuple[str, str]]:
    with (files("bot.locales") / "en.po").open("rb") as file:
        catalog = read_po(file)
    found = []
    for message in catalog:
        if message.id:
            key = message.id if isinstance(message.id, str) else message.id[0]
            text = message.string
            wordings = [text] if isinstance(text, str) else list(text or [""])
            found += [(key, wording) for wording in wordings]
    return found


@pytest.mark.parametrize(("key", "wording"), _entries())
def test_every_english_text_is_well_formed(key: str, wording: str) -> None:
    """Each text is written, is sound HTML or plain words, and names its placeholders simply."""
    assert wording.strip() == wording != ""
    assert plain(wording)
    if key.startswith(_PLAIN):
        assert not re.search(r"[<>&]", wording)
    assert all(re.fullmatch(r"[a-z_0-9]+", name) for name in re.findall(r"\{(.*?)\}", wording))
    assert wording.count("{") == wording.count("}") == len(re.findall(r"\{[^{}]+\}", wording))


def test_no_key_stands_twice() -> None:
    """A key has one text."""
    source = (files("bot.locales") / "en.po").read_text("utf-8")
    keys = re.findall(r'^msgid "(.+)"$', source, re.MULTILINE)
    assert sorted(keys) == sorted(set(keys))


@pytest.mark.parametrize(
    ("code", "picked"),
    [("en", "en"), ("EN-us", "en"), ("en_GB", "en"), ("xx", "en"), ("", "en"), (None, "en")],
)
def test_a_language_is_picked_by_tag_then_base_then_english(code: str | None, picked: str) -> None:
    """Whatever Telegram says of somebody's app, there is a language to speak."""
    assert LANGUAGES.pick(code) == picked
    assert LANGUAGES.texts(code).language == picked


def test_english_comes_first() -> None:
    """The list of languages begins with the one that all fall back to."""
    assert LANGUAGES.codes[0] == "en"
    assert ENGLISH.name == "English"
    assert not ENGLISH.rtl


def test_a_shop_without_english_cannot_be() -> None:
    """The fallback must be there."""
    with pytest.raises(ValueError, match=r"en\.po"):
        Languages({})


_BROKEN_GERMAN = """
msgid ""
msgstr ""
"Language: de\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

msgid "toast.added"
msgstr "Dabei: {title}"
"""


def test_a_translation_that_is_missing_shows_english(tmp_path: Path) -> None:
    """A customer never reads a key; a test of the translation does."""
    german = tmp_path / "de.po"
    german.write_text(_BROKEN_GERMAN, "utf-8")
    sources = {"en": files("bot.locales") / "en.po", "de": german}
    shown = Languages(sources).texts("de-AT")
    assert shown.language == "de"
    assert shown.name == "Deutsch"
    assert shown.text("toast.added", title="Tasse") == "Dabei: Tasse"
    assert shown.text("button.pay", total=Money(3140, "eur")) == "Pay 31,40\u00a0€"
    assert shown.text("cart.stock", left=1) == "There is only 1 left, and it is yours to take."
    with pytest.raises(KeyError):
        Languages(sources, strict=True).texts("de").text("cart.empty")


def test_an_unknown_key_raises() -> None:
    """A key that no language has is a mistake of ours, found by a test."""
    with pytest.raises(KeyError):
        ENGLISH.text("no.such.key")
    assert "no.such.key" not in ENGLISH
    assert "cart.empty" in ENGLISH


def test_a_placeholder_without_value_raises() -> None:
    """A text is never shown with a hole in it."""
    with pytest.raises(KeyError):
        ENGLISH.text("toast.added", name="Cup")


@pytest.mark.parametrize(
    ("n", "wording"),
    [
        (1, "There is only 1 left, and it is yours to take."),
        (2, "There are only 2 left, and they are yours to take."),
    ],
)
def test_a_plural_goes_by_its_number(n: int, wording: str) -> None:
    """The first whole number chooses the form where no ``n`` is given."""
    assert ENGLISH.text("cart.stock", left=n) == wording


@given(st.text(max_size=60))
def test_any_name_is_safe_in_html(name: str) -> None:
    """A hostile name is shown as it is, and never as a tag."""
    shown = plain(ENGLISH.html("toast.added", title=name))
    assert shown in {f"Added: {name}", f"Added: \u2068{name}\u2069"}


def test_html_of_ours_is_not_escaped_again() -> None:
    """What is marked as HTML stays as it is."""
    assert ENGLISH.html("toast.added", title=Html("<b>&amp;</b>")) == "Added: <b>&amp;</b>"


def test_plain_text_is_not_escaped() -> None:
    """Buttons show a name as it is written."""
    assert ENGLISH.text("toast.added", title="A & <B>") == "Added: A & <B>"


@pytest.mark.parametrize(
    ("amount", "written"),
    [
        (Money(3140, "eur"), "€31.40"),
        (Money(5, "eur"), "€0.05"),
        (Money(123_456_789, "usd"), "$1,234,567.89"),
        (Money(500, "jpy"), "¥500"),
        (Money(31_400, "isk"), "ISK\u00a0314"),
        (Money(5_000, "ugx"), "UGX\u00a050"),
        (Money(12_500, "kwd"), "KWD\u00a012.500"),
        (Money(100_000, "huf"), "HUF\u00a01,000.00"),
    ],
)
def test_amounts_have_stripes_decimals_and_the_readers_form(amount: Money, written: str) -> None:
    """CLDR would show other decimals for some currencies; what Stripe charges counts.

    Decimals: Stripe's "Supported currencies"; signs and places: Unicode CLDR 49, English.
    """
    assert ENGLISH.money(amount) == written
    assert ENGLISH.text("button.pay", total=amount) == f"Pay {written}"


@pytest.mark.parametrize(
    ("code", "amount", "moment"),
    [
        ("en", "€1,234.50", "Sep 21, 2026, 3:13\u202fPM"),
        ("de", "1.234,50\u00a0€", "21.09.2026, 15:13"),
        ("es", "1.234,50\u00a0€", "21 sept 2026, 15:13"),
        ("pt", "1\u00a0234,50\u00a0€", "21/09/2026, 15:13"),
        ("fr", "1\u202f234,50\u00a0€", "21 sept. 2026, 15:13"),
        ("ru", "1\u00a0234,50\u00a0€", "21 сент. 2026\u202fг., 15:13"),
        ("ar", "\u200f1,234.50\u00a0€", "21 سبتمبر 2026، 3:13 م"),
    ],
)
def test_amounts_and_moments_are_written_as_people_there_do(
    code: str, amount: str, moment: str
) -> None:
    """Signs, their places and spaces, names of months, hours of twelve or of twenty-four.

    Written down from Unicode CLDR 49; Portuguese is Portugal's, Lisbon is at UTC+1 in September.
    """
    texts = LANGUAGES.texts(code)
    assert texts.money(Money(123_450, "eur")) == amount
    assert texts.moment(1_790_000_000, "Europe/Lisbon") == moment
    assert not re.search(r"(?<!\w)/\w", moment)  # Telegram would make a command of it


def test_whole_numbers_are_grouped() -> None:
    """A large number is read at a glance."""
    assert ENGLISH.text("button.in_cart", quantity=999) == "999 in cart"
    assert ENGLISH.text("button.in_cart", quantity=12_345) == "12,345 in cart"


def test_a_truth_is_no_number() -> None:
    """True would read as 1; it is refused instead."""
    with pytest.raises(TypeError):
        ENGLISH.text("button.in_cart", quantity=True)


def test_dates_and_times_are_those_of_the_shop() -> None:
    """A moment is told in the shop's time zone."""
    noon = 1_790_000_000
    assert ENGLISH.date(noon) == "Sep 21, 2026"
    assert ENGLISH.time(noon, "Europe/Lisbon") == "3:13\u202fPM"
    assert ENGLISH.moment(noon, "Asia/Tokyo") == "Sep 21, 2026, 11:13\u202fPM"


def test_a_zone_is_told_by_its_city_as_people_there_call_it() -> None:
    """Nobody reads "America/New_York"."""
    told = {code: LANGUAGES.texts(code).place("Europe/Lisbon") for code in ("en", "ru", "ar")}
    assert told == {"en": "Lisbon", "ru": "Лиссабон", "ar": "لشبونة"}
    assert ENGLISH.place("America/Argentina/Buenos_Aires") == "Buenos Aires"
    assert ENGLISH.place("UTC") == "UTC"


def test_names_stay_whole_within_right_to_left_words() -> None:
    """In a right-to-left language every name is isolated, so that its signs do not wander."""
    arabic = Texts("ar", ENGLISH._translations)
    assert arabic.rtl
    assert arabic.html("toast.added", title="<Cup>") == "Added: \u2068&lt;Cup&gt;\u2069"
    assert arabic.html("toast.added", title=Html("<b>Cup</b>")) == "Added: \u2068<b>Cup</b>\u2069"
    assert ENGLISH.html("toast.added", title="<Cup>") == "Added: &lt;Cup&gt;"


def test_a_name_from_right_to_left_carries_no_other_words_off() -> None:
    """Among left-to-right words it is isolated too: what follows it stays behind it."""
    assert ENGLISH.text("button.product_sold_out", name="قهوة") == "\u2068قهوة\u2069 · sold out"
    assert ENGLISH.text("button.product_sold_out", name="Кофе") == "Кофе · sold out"


def test_a_line_that_begins_with_a_name_runs_as_its_language_does() -> None:
    """A Latin name at its beginning does not turn an Arabic line around."""
    arabic = Texts("ar", ENGLISH._translations)
    assert arabic.lead("<b>Cup</b>") == "\u200f\u2068<b>Cup</b>\u2069"
    assert ENGLISH.lead("<b>Cup</b>") == "<b>Cup</b>"


def test_a_line_that_begins_with_somebodys_words_runs_in_the_readers_way() -> None:
    """An app that goes by a line's first letter would take it for theirs."""
    arabic = Languages.load().texts("ar")
    sums = arabic.html("cart.share", name="Alice", sum=Money(1400, "eur"))

    assert sums.startswith("\u200f\u2068Alice\u2069: ")
    assert arabic.text("button.product_from", name="Cup", price=Money(100, "eur"))[0] == "\u200f"
    assert arabic.html("owner.answer_asked", question="Why?", answer="So")[0] == "\u200f"
    assert arabic.text("button.choice", name="Red") == "\u2068Red\u2069"
    assert arabic.html("owner.pick_line", place=2, title="Cup", n=1, most=3)[0] == "\u200f"
    assert ENGLISH.html("cart.share", name="Alice", sum=Money(1400, "eur")) == "Alice: €14.00"

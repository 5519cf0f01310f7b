"""Translations: each says all that English says, safely, within Telegram's limits, in its own way.

What English says is read when the tests run, so a text that is added there is missed here until
every language has it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from gettext import c2py
from importlib.resources import files
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from bot.chat.routes import COMMANDS, Menu, Who
from bot.chat.screen import TOAST_LIMIT, units
from bot.domain.money import Money
from bot.locales import Languages
from tests.chat.telegram_html import plain

LANGUAGES = Languages.load(strict=True)
ENGLISH = "en"
OTHERS = [code for code in LANGUAGES.codes if code != ENGLISH]
every_language = pytest.mark.parametrize("code", OTHERS)

#: Somebody's name at its worst: HTML, what Markdown would take, and a sign beyond 16 bits.
HOSTILE = '<b>&"_🙂'
#: What is counted, where a text has plural forms.
COUNTS = ("n", "limit", "left", "minutes")
AMOUNTS = frozenset({"total", "price", "amount", "old", "new", "minimum", "maximum", "subtotal"})
#: All that a shop counts; rules for a million and more are left out of the files.
NUMBERS = range(1001)
#: For each language what each of its forms is for, in the files' order: numbers that take the form.
#: Written down from "Language Plural Rules" (Unicode CLDR 48, cardinal numbers), Portuguese being
#: Portugal's.
FORMS = {
    "ar": (
        (0,),
        (1,),
        (2,),
        (3, 4, 9, 10, 103, 110, 203, 910),
        (11, 12, 19, 20, 25, 99, 111, 150, 199, 211, 999),
        (100, 101, 102, 200, 201, 202, 300, 1000),
    ),
    "de": ((1,), (0, 2, 3, 10, 11, 21, 100, 101, 1000)),
    "es": ((1,), (0, 2, 3, 10, 11, 21, 100, 101, 1000)),
    "fr": ((0, 1), (2, 3, 10, 11, 21, 100, 101, 1000)),
    "pt": ((1,), (0, 2, 3, 10, 11, 21, 100, 101, 1000)),
    "ru": (
        (1, 21, 31, 91, 101, 121, 901),
        (2, 3, 4, 22, 23, 24, 32, 102, 103, 104, 122, 992),
        (0, 5, 6, 9, 10, 11, 12, 13, 14, 15, 19, 20, 25, 100, 105, 111, 112, 114, 1000),
    ),
}

#: Words that are written the same in a language and in English.
SAME = {
    "de": {"cli.check.shop", "question.country_kr"},  # "Shop" is a German word too
    "es": {
        "table.no", "cart.total", "checkout.total", "receipt.total", "page.total",  # "Total"
        "question.country_ba", "question.country_hk", "question.country_mk",
    },
    "fr": {"page.total", "question.country_hk", "table.test"},
    "pt": {
        "cart.total", "checkout.total", "receipt.total", "page.total", "question.country_hk",
        "button.owner_stock",
    },
}  # fmt: skip
SCRIPTS = {"ru": re.compile("[а-яё]", re.IGNORECASE), "ar": re.compile("[\u0620-\u064a]")}
QUOTES = {"de": "„“", "es": "«»", "pt": "«»", "fr": "«»", "ru": "«»", "ar": "«»"}

_PLACEHOLDER = re.compile(r"\{([a-z_0-9]+)\}")
_TAG = re.compile(r"<[^<>]*>")
#: What a person types or a program reads: the same in every language.
_CODE = re.compile(
    r"\"[^\"]*\":?|https?://\S*|--[a-z-]+|/[a-z]+(?: all\b)?|[\w{}@]+[./][\w./]+|\\+\w+"
    r"|[A-Z]+_[A-Z_]+|\b[a-z]+_[a-z_]+(?: = session)?|python -m bot \w+|Webhook Endpoints: write"
    r"|\b(?:id|a–z|en|de|pt-BR|eur|true|false)\b"
)


@dataclass(frozen=True)
class Entry:
    """A text as its file has it: one wording, or one for each plural form."""

    wordings: tuple[str, ...]
    plural: bool


@cache
def entries(code: str) -> dict[str, Entry]:
    """Return a language's texts by key."""
    with (files("bot.locales") / f"{code}.po").open("rb") as file:
        catalog = read_po(file, abort_invalid=True)
    found = {}
    for message in catalog:
        if message.id:
            plural = not isinstance(message.id, str)
            key = message.id[0] if plural else message.id
            said = message.string
            found[str(key)] = Entry((said,) if isinstance(said, str) else tuple(said or ()), plural)
    return found


@cache
def forms(code: str) -> tuple[int, Callable[[int], int]]:
    """Return how many plural forms a language's file has, and the rule that chooses one."""
    source = (files("bot.locales") / f"{code}.po").read_text("utf-8")
    rule = re.search(r"Plural-Forms: nplurals=(\d+); plural=(.+?);", source)
    assert rule is not None
    return int(rule[1]), c2py(rule[2])


def shared(code: str) -> list[str]:
    """Return the keys that a language and English both have; what lacks is told by one test."""
    return [key for key in entries(ENGLISH) if key in entries(code)]


def wordings(code: str) -> Iterator[tuple[str, str]]:
    """Yield every wording that a language shares with English, with its key."""
    for key in shared(code):
        yield from ((key, wording) for wording in entries(code)[key].wordings)


def placeholders(wording: str) -> set[str]:
    """Return the names that are filled in."""
    return set(_PLACEHOLDER.findall(wording))


def filled(code: str, key: str, name: str, *, html: bool = False) -> Iterator[str]:
    """Yield a text as people see it, with each of its plural forms, names being this one."""
    texts = LANGUAGES.texts(code)
    wanted = placeholders(" ".join(entries(ENGLISH)[key].wordings))
    values: dict[str, object] = {
        one: Money(123_456, "eur") if one in AMOUNTS else name for one in wanted
    }
    states = [texts.text(one) for one in entries(code) if one.startswith("order.state.")]
    if not html:
        values |= {"number": "1042", "quantity": 99, "state": max(states, key=len)}
    plural = entries(ENGLISH)[key].plural
    for number in (0, 1, 2, 5, 11, 100) if plural else (0,):
        if plural:
            values |= dict.fromkeys(wanted & set(COUNTS), number)
        yield (texts.html if html else texts.text)(key, **values)


def toasts() -> set[str]:
    """Return the keys of what is shown over the chat: every refusal, and what is called one.

    Those of the disk hold paths and come as messages of their own where they are too long.
    """
    sources = [path.read_text("utf-8") for path in Path("bot").resolve().rglob("*.py")]
    by_use = re.compile(r"(?:RefusedError\(|said=(?:request\.)?texts\.text\()\s*\"([a-z_.]+)\"")
    used = {key for source in sources for key in by_use.findall(source)}
    return {
        key
        for key in entries(ENGLISH)
        if (key in used or key.startswith(("toast.", "error.")))
        and not key.startswith("unwritable.")
    }


@every_language
def test_a_language_has_the_texts_of_english_and_no_other(code: str) -> None:
    """Nobody is left with English words, and no translation outlives its text."""
    theirs, ours = entries(ENGLISH), entries(code)
    assert sorted(theirs.keys() - ours.keys()) == []
    assert sorted(ours.keys() - theirs.keys()) == []
    assert [key for key in ours if ours[key].plural != theirs[key].plural] == []


@every_language
def test_placeholders_and_tags_are_those_of_english(code: str) -> None:
    """Whatever is filled in or marked in English is so everywhere.

    A form that is for one number alone may say it in a word, as Arabic does for one and two.
    """
    count, choose = forms(code)
    numbers = defaultdict(list)
    for number in NUMBERS:
        numbers[choose(number)].append(number)
    wrong = []
    for key in shared(code):
        entry, english = entries(code)[key], entries(ENGLISH)[key].wordings[-1]
        assert len(entry.wordings) == (count if entry.plural else 1), key
        for form, wording in enumerate(entry.wordings):
            missing = placeholders(english) - placeholders(wording)
            if entry.plural and len(numbers[form]) == 1:
                missing -= set(COUNTS)
            added = placeholders(wording) - placeholders(english)
            if missing or added or _TAG.findall(wording) != _TAG.findall(english):
                wrong.append((key, form))
    assert wrong == []


@every_language
def test_plural_forms_are_the_languages_own_and_each_is_reached(code: str) -> None:
    """The rule is CLDR's, and no form waits for a number that never comes."""
    count, choose = forms(code)
    assert [[choose(n) for n in numbers] for numbers in FORMS[code]] == [
        [form] * len(numbers) for form, numbers in enumerate(FORMS[code])
    ]
    assert {choose(n) for n in NUMBERS} == set(range(count))


@every_language
def test_a_number_chooses_its_form(code: str) -> None:
    """What is shown for a number is the wording that the language's rule names."""
    _, choose = forms(code)
    spoken = entries(code)["page.looks_again"].wordings
    shown = [LANGUAGES.texts(code).text("page.looks_again", n=n) for n in range(200)]
    assert shown == [spoken[choose(n)].format(n=n) for n in range(200)]


@every_language
def test_names_at_their_worst_leave_every_text_sound(code: str) -> None:
    """Telegram takes every text, whatever people and things are called."""
    for key in shared(code):
        for shown in filled(code, key, HOSTILE, html=True):
            assert plain(shown).strip() == plain(shown) != "", key


@every_language
def test_plain_words_hold_no_html(code: str) -> None:
    """Buttons, notices, commands and what the terminal shows are never read as HTML."""
    plain_words = ("button.", "toast.", "command.", "bot.", "cli.", "page.", "catalog.fault.")
    assert [k for k, words in wordings(code) if k.startswith(plain_words) and "<" in words] == []


@every_language
def test_texts_keep_within_telegrams_limits(code: str) -> None:
    """Notices, buttons, commands and descriptions are not cut off."""
    limits = [("button.", 64), ("command.", 256), ("bot.description", 512)]
    limits += [("bot.short_description", 120), *((key, TOAST_LIMIT) for key in sorted(toasts()))]
    too_long = [
        (key, units(shown))
        for start, limit in limits
        for key in shared(code)
        if key.startswith(start)
        for shown in filled(code, key, "Ethiopia Guji, 250 g" if limit == 64 else HOSTILE * 5)
        if units(shown) > limit
    ]
    assert too_long == []


@pytest.mark.parametrize("code", LANGUAGES.codes)
def test_labels_that_share_a_row_fit_a_phone(code: str) -> None:
    """Half a row at 390 pixels has room for a sign and 17 letters; Telegram cuts what is longer."""
    sharing = (
        "add", "arrived", "back_to_cart", "buy_now", "cart_empty", "checkout_again", "clear",
        "clear_no", "clear_yes", "deliver", "note", "note_change", "note_drop", "open_shop",
        "order_short", "pickup", "remove", "share", "shop", "to_product", "type_count",
    )  # fmt: skip
    labels = [LANGUAGES.texts(code).text(f"button.{one}") for one in sharing]
    letters = [re.sub(r"^[^\w‹]+", "", label) for label in labels]
    assert [label for label in letters if len(label) > 17] == []


@pytest.mark.parametrize("code", LANGUAGES.codes)
def test_what_is_always_available_is_asked_for_in_the_word_that_is_taken(code: str) -> None:
    """An owner types the very word that the question names."""
    texts = LANGUAGES.texts(code)
    always = texts.text("typed.always")
    assert always == always.lower().strip()
    for key in ("owner.ask_stock", "owner.bad_stock"):
        assert re.search(rf"[“„«]\s?{always}\s?[”“»]", texts.text(key)), key


@pytest.mark.parametrize("code", LANGUAGES.codes)
@pytest.mark.parametrize("who", Who)
def test_the_help_names_every_command(code: str, who: Who) -> None:
    """Whoever asks for help reads of all that they can type, and of nothing else."""
    mine = [one for one in COMMANDS if one.who is who and one.name != "help"]
    words = "".join(LANGUAGES.texts(code).text(key) for key in {one.help for one in mine})
    assert set(re.findall(r"(?<!<)/([a-z]+)", words)) == {one.name for one in mine}


@pytest.mark.parametrize("code", LANGUAGES.codes)
def test_every_command_stands_in_a_menu(code: str) -> None:
    """Each has an entry in some menu and stands for one thing; in an owner's own it stands once."""
    assert len({(one.who, one.name) for one in COMMANDS}) == len(COMMANDS)
    shown = [one for one in COMMANDS if one.menus]
    assert {one.name for one in shown} == {one.name for one in COMMANDS}
    assert [one.entry for one in shown if one.entry not in LANGUAGES.texts(code)] == []
    owners = [one.name for one in shown if Menu.OWNER in one.menus]
    assert len(owners) == len(set(owners))


def test_an_orders_number_is_marked_as_people_there_do() -> None:
    """Russian writes №; elsewhere an order is called by its bare number, "Bestellung 1001"."""
    marks = {code: "№" for code in LANGUAGES.codes if code != "ru"}
    marks |= {"de": "Bestellung Nr.", "es": "edido n.º", "pt": "ncomenda n.º", "fr": "ommande n°"}
    assert [(code, k) for code in marks for k, words in wordings(code) if "№" in words] == []
    assert [
        (code, k) for code in marks for k, words in wordings(code) if marks[code] in words
    ] == []


@every_language
def test_nothing_is_left_in_english(code: str) -> None:
    """A text with words in it reads otherwise in another language, but for the few that don't."""
    english = entries(ENGLISH)
    same = {
        key
        for key, wording in wordings(code)
        if wording in english[key].wordings
        and re.search(r"[^\W\d_]", _PLACEHOLDER.sub("", _TAG.sub("", wording)))
    }
    assert same == SAME.get(code, set())


@pytest.mark.parametrize("code", sorted(SCRIPTS))
def test_words_are_written_in_the_languages_script(code: str) -> None:
    """Latin letters are left for names and for what a person types, as in English."""
    strange = {}
    for key, wording in wordings(code):
        words = _TAG.sub("", _CODE.sub("", _PLACEHOLDER.sub("", wording)))
        latin = set(re.findall("[A-Za-z][A-Za-z-]*", words))
        english = set(re.findall("[A-Za-z][A-Za-z-]*", " ".join(entries(ENGLISH)[key].wordings)))
        unknown = {word for word in latin if word not in english or word.islower()}
        if unknown or (re.search(r"[^\W\d_]", words) and not SCRIPTS[code].search(words)):
            strange[key] = unknown
    assert strange == {}


@every_language
def test_spaces_and_quotes_are_those_of_the_language(code: str) -> None:
    """No stray space; quotes as printers set them, straight ones only where JSON wants them."""
    wrong = []
    for key, wording in wordings(code):
        quotes = set(re.findall("[\"'“”„«»]", _TAG.sub("", wording))) - set(QUOTES[code])
        if key.startswith("catalog.fault."):
            quotes -= {'"'}
        stray = re.search(r"^\s|\s$|  | \n|\n ", wording)
        if quotes or stray or wording.count(QUOTES[code][0]) != wording.count(QUOTES[code][1]):
            wrong.append(key)
    assert wrong == []


def test_french_signs_stand_off_by_spaces_that_do_not_break() -> None:
    """In French a no-break space keeps ; : ! ? and quotes with their words."""
    broken = re.compile(r"[ \w}][;!?]| [:»]|« |\w:(?=\s|$)")
    texts = {
        key: wording for key, wording in wordings("fr") if broken.search(_CODE.sub("", wording))
    }
    assert texts == {}

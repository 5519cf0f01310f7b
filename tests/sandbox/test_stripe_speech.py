"""The languages of the hosted page."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from shop_sandbox.stripe.speech import LANGUAGES, choose, words
from tests.sandbox.stripe_kit import Kit, bare_client, serve

TEMPLATES = Path(__file__).parents[2] / "shop_sandbox" / "stripe" / "templates"


@pytest.fixture
async def kit() -> AsyncIterator[Kit]:
    """Serve a sandbox."""
    async with serve() as kit:
        yield kit


async def _get(browser: aiohttp.ClientSession, url: str, **headers: str) -> tuple[int, str]:
    async with browser.get(url, headers=headers) as answer:
        return answer.status, await answer.text()


@pytest.mark.parametrize(
    ("locale", "accepted", "opening", "total"),
    [
        ("de", "fr", 'lang="de" dir="ltr"', "25,00\xa0€"),
        ("auto", "fr-CA,fr;q=0.9,en;q=0.5", 'lang="fr" dir="ltr"', "25,00\xa0€"),
        ("auto", "xx,ar;q=0.8,en;q=0.2", 'lang="ar" dir="rtl"', "25.00"),
        ("pt-BR", "", 'lang="pt" dir="ltr"', "€\xa025,00"),
        ("ja", "de", 'lang="en" dir="ltr"', "€25.00"),
        ("auto", "", 'lang="en" dir="ltr"', "€25.00"),
        ("auto", "de;q=x, ru", 'lang="ru" dir="ltr"', "25,00\xa0€"),
    ],
)
async def test_the_page_speaks_the_sessions_language(
    kit: Kit, locale: str, accepted: str, opening: str, total: str
) -> None:
    """The session's locale rules, then the browser's wishes, then English."""
    created = await kit.create(locale=locale)

    async with bare_client() as browser:
        _, page = await _get(browser, str(created.url), **{"Accept-Language": accepted})

    assert f"<html {opening}>" in page
    assert total in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_is_complete(language: str) -> None:
    """The same keys with the same placeholders, none blank, in every language."""
    english = words("en")
    spoken = words(language)

    assert list(spoken) == list(english)
    for key, text in spoken.items():
        assert text.strip()
        assert set(re.findall(r"\{\w+\}", text)) == set(re.findall(r"\{\w+\}", english[key])), key


def test_every_word_of_the_templates_exists() -> None:
    """What templates say by name is in the messages."""
    named = {
        name
        for template in TEMPLATES.glob("*.html")
        for name in re.findall(r"\bt\.(\w+)", template.read_text("utf-8"))
    }

    assert named
    assert named <= set(words("en"))


def test_no_template_holds_words_of_its_own() -> None:
    """Templates have no text between tags but punctuation and marks."""
    for template in TEMPLATES.glob("*.html"):
        bare = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", "", template.read_text("utf-8"))
        text = re.sub(r"<[^>]*>", " ", bare)
        assert not re.findall(r"[A-Za-z]{2,}", text), template.name


@pytest.mark.parametrize(
    ("language", "estimate", "words_of_it"),
    [
        ("en", {"unit": "business_day", "value": 4}, "2–4 working days"),
        ("de", {"unit": "day", "value": 4}, "2–4 Tage"),
        ("pt", {"unit": "week", "value": 3}, "2–3 semanas"),
        ("ru", {"unit": "hour", "value": 5}, "2–5 часов"),
        ("fr", {"unit": "month", "value": 3}, "2–3 mois"),
    ],
)
def test_delivery_times_are_written_as_people_write_them(
    language: str, estimate: dict[str, object], words_of_it: str
) -> None:
    """A span of days, weeks or hours takes the language's own plural."""
    speech = choose(language, "")

    assert speech.span({**estimate, "value": 2}, estimate).replace("\xa0", " ") == words_of_it


def test_a_single_delivery_time_is_no_span() -> None:
    """One bound alone, or both the same, is one number."""
    speech = choose("en", "")
    day = {"unit": "day", "value": 1}

    assert speech.span(None, day) == "1 day"
    assert speech.span(day, day) == "1 day"
    assert speech.span({"unit": "business_day", "value": 1}, None) == "1 working day"
    assert speech.span(None, None) == ""


def test_messages_are_plain_json() -> None:
    """Each language is one file that any editor opens."""
    for language in LANGUAGES:
        file = TEMPLATES.parent / "messages" / f"{language}.json"
        assert json.loads(file.read_text("utf-8"))["language"]

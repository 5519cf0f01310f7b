"""/privacy, /terms, /reminders and /help say what this shop does: each sentence has its cause."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bot.chat.screen import Screen
from bot.chat.screens import info, reminders
from bot.domain.catalog.checkout import Question
from bot.domain.catalog.model import Catalog, CheckoutRules, Text
from bot.domain.money import Money
from bot.locales import Languages
from tests.chat.goods import ENGLISH, a_catalog, shipping
from tests.chat.looks import looks_right
from tests.chat.market import entries, open_market
from tests.chat.owner_steps import labels

LANGUAGES = Languages.load(strict=True)
BARE = a_catalog()


def _with(**rules: object) -> Catalog:
    return replace(BARE, checkout=replace(CheckoutRules(), **rules))  # type: ignore[arg-type]


def _reminding(catalog: Catalog) -> Catalog:
    return replace(catalog, shop=replace(catalog.shop, remind_cart_hours=24))


def _privacy(catalog: Catalog) -> Screen:
    return info.privacy(catalog, ENGLISH, owners=True)


def _delete(catalog: Catalog) -> Screen:
    return info.sure_delete(catalog, ENGLISH, owners=True)


def _terms(catalog: Catalog) -> Screen:
    return info.terms(catalog, ENGLISH)


def _reminders(catalog: Catalog) -> Screen:
    return reminders.reminders(catalog, ENGLISH, wanted=True)


def _help(catalog: Catalog) -> Screen:
    return info.help_(catalog, ENGLISH)


def _paysupport(catalog: Catalog) -> Screen:
    return info.paysupport(catalog, ENGLISH)


def _supported(catalog: Catalog) -> Catalog:
    return replace(catalog, shop=replace(catalog.shop, support="@corner_help"))


SHIPS = _with(shipping=shipping().shipping)
ASKS = _with(questions=(Question("grind", Text.of("Which grinder?")),))
#: A page, a setting, and what stands there with the setting and never without.
SENTENCES: list[tuple[Callable[[Catalog], Screen], Catalog, str]] = [
    (_privacy, SHIPS, "name, e-mail, and address."),
    (
        _privacy,
        _with(shipping=SHIPS.checkout.shipping, pickup=Text.of("Kiosk")),
        "whether you last had an order sent or picked it up",
    ),
    (
        _delete,
        _with(shipping=SHIPS.checkout.shipping, pickup=Text.of("Kiosk")),
        "Your last choice of delivery or pick-up",
    ),
    (_privacy, _with(billing_address=True), "name, e-mail, and address."),
    (_privacy, _with(tax_ids=True), "name, e-mail, and tax ID."),
    (_privacy, _with(phone=True), "name, e-mail, and phone number."),
    (_privacy, ASKS, "name, e-mail, and your answers to the shop’s questions."),
    (_privacy, _reminding(BARE), "A cart that is left for 24 hours brings you one reminder"),
    (_terms, SHIPS, "Delivery is added on the payment page"),
    (_terms, _with(pickup=Text.of("Kiosk, Mon–Sat 9–18")), "Pick-up: Kiosk, Mon–Sat 9–18"),
    (_terms, _with(automatic_tax=True), "Tax is"),
    (_terms, _with(minimum_order=Money(2000, "eur")), "The minimum order is €20.00."),
    (_reminders, _reminding(BARE), "and one for a cart that was left behind."),
    (_help, SHIPS, "Where do you deliver, and for how much?"),
    (_help, SHIPS, "Is the address wrong? You type it on the payment page."),
    (
        _help,
        _with(pickup=Text.of("Kiosk, Mon–Sat 9–18")),
        "Can I pick it up? Yes: Kiosk, Mon–Sat 9–18",
    ),
    (_help, _supported(BARE), "A question? @corner_help"),
    (_paysupport, _supported(BARE), "write to @corner_help and name the order"),
]


@pytest.mark.parametrize(("page", "catalog", "sentence"), SENTENCES)
def test_a_sentence_stands_there_with_its_setting_alone(
    page: Callable[[Catalog], Screen], catalog: Catalog, sentence: str
) -> None:
    """Turned on, it is said; turned off, it is not."""
    assert sentence in looks_right(page(catalog))
    assert sentence not in looks_right(page(BARE))


def test_an_owner_reads_what_is_typed_and_said_and_no_owner_nothing() -> None:
    """Telegram brings them name and e-mail; a shop that nobody owns brings them to nobody."""
    owned = looks_right(info.privacy(BARE, ENGLISH, owners=True))
    alone = looks_right(info.privacy(BARE, ENGLISH, owners=False))
    for sentence in (
        "goes to the shop’s owner by Telegram: name and e-mail.",
        "What you write to the shop’s",
        "We keep the last question you typed",
    ):
        assert sentence in owned
        assert sentence not in alone


def test_help_tells_of_carts_that_belong_to_everybody_in_a_group_alone() -> None:
    """In a chat of one's own nobody else adds or pays."""
    sentence = "In a group the cart belongs to everybody"
    assert sentence in looks_right(info.help_(BARE, ENGLISH, group=True))
    assert sentence not in looks_right(info.help_(BARE, ENGLISH, group=False))


def test_a_group_reads_who_sees_its_names() -> None:
    """In a chat of one's own nobody else does."""
    sentence = "In a group, everybody sees who added what"
    assert sentence in looks_right(info.privacy(BARE, ENGLISH, owners=True, group=True))
    assert sentence not in looks_right(info.privacy(BARE, ENGLISH, owners=True))


@pytest.mark.parametrize("code", LANGUAGES.codes)
def test_with_everything_turned_on_each_language_fits_a_message(code: str) -> None:
    """The longest that there is, and an owner's own words instead of all of it."""
    texts = LANGUAGES.texts(code)
    rules = replace(ASKS.checkout, shipping=SHIPS.checkout.shipping, phone=True)
    full = _reminding(replace(BARE, checkout=rules))
    looks_right(info.terms(full, texts))
    looks_right(info.privacy(full, texts, owners=True, group=True))
    own = replace(full, shop=replace(full.shop, privacy=Text.of("We <forget>.")))
    said = looks_right(info.privacy(own, texts, owners=True)).splitlines()
    assert said[1:] == ["", "We <forget>."]


async def test_what_is_kept_is_what_is_said(tmp_path: Path) -> None:
    """The chat is told of its notes and of the owner, and /delete of what it cannot reach."""
    catalog = entries()
    catalog["shop"]["remind_cart_hours"] = 5
    async with open_market(tmp_path, catalog) as (kit, _):
        ann = kit.person("Alice")
        await ann.write("/privacy")
        told = await ann.wait_for("your cart with its notes")
        assert "left for 5 hours" in told.text
        assert "goes to the shop’s owner by Telegram: name and e-mail." in told.text
        assert "Delete my data" in labels(told)
        await ann.write("/delete")
        await ann.wait_for("What has reached the shop’s owner in Telegram stays in their chat.")
        await ann.write("/reminders")
        await ann.wait_for("and one for a cart that was left behind.")

"""Screens that explain: help, support, terms, privacy, languages, and kind answers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from bot.chat.actions import (
    AskSupport,
    ChooseLanguage,
    DeleteMe,
    Home,
    OpenHelp,
    OpenLanguages,
    OpenOrders,
)
from bot.chat.screen import Button, Row, Screen, Style, bold, in_rows, lines, paragraphs, safe
from bot.chat.screens.checkout import delivery, place_of_pickup, tax_words
from bot.chat.screens.parts import TITLE, open_shop_button, orders_button, shop_button
from bot.chat.screens.places import zones
from bot.domain.catalog.model import Catalog, Shipping, Text
from bot.domain.money import Money
from bot.locales import Html, Texts

_LONG = 3500
#: Zones that the help names.
_ZONES: Final = 10


def help_(catalog: Catalog, texts: Texts, *, group: bool = False) -> Screen:
    """Return how the shop works."""
    support = catalog.shop.support
    return Screen(
        paragraphs(
            texts.html("help.text"),
            _questions(catalog, texts),
            texts.html("help.imprint") if catalog.shop.business else None,
            texts.html("help.group") if group else None,
            texts.html("help.support", support=support)
            if support
            else texts.html("help.no_support"),
        ),
        (
            (open_shop_button(texts), orders_button(texts)),
            (Button(texts.text("button.language"), OpenLanguages()),),
        ),
    )


def owner_help(texts: Texts) -> Screen:
    """Return what only owners can do."""
    return Screen(
        texts.html("owner.help"),
        (
            (Button(texts.text("button.owner_customers_help"), OpenHelp()),),
            (open_shop_button(texts), Button(texts.text("button.language"), OpenLanguages())),
        ),
    )


def _questions(catalog: Catalog, texts: Texts) -> str:
    """Answer what customers ask most, with what is so in this shop."""
    rules = catalog.checkout
    return lines(
        texts.html("help.q.where"),
        texts.html("help.q.pay"),
        texts.html("help.q.receipt"),
        texts.html("help.q.cancel"),
        texts.html("help.q.refund"),
        texts.html("help.q.wrong"),
        *(_sending(rules.shipping, catalog.shop.currency, texts) if rules.shipping else ()),
        texts.html("help.q.pickup", place=place_of_pickup(catalog, texts))
        if rules.pickup
        else None,
        texts.html("help.q.data"),
    )


def _sending(shipping: Shipping, currency: str, texts: Texts) -> list[str]:
    """Say where goods are sent, how, for how much, and what to do about a wrong address."""
    nothing = Money.zero(currency)
    told = (
        zones(shipping, nothing, texts)[:_ZONES]
        if shipping.asks
        else delivery(shipping.zones[0], nothing, texts)
    )
    return [texts.html("help.q.delivery"), *told, texts.html("help.q.address")]


def paysupport(catalog: Catalog, texts: Texts, *, carries: bool = False) -> Screen:
    """Return what to do about a payment; Telegram asks every shop to answer this command.

    Args:
        catalog: Today's.
        texts: The reader's language.
        carries: Whether words can be written here, to an owner.
    """
    support = catalog.shop.support
    words = (
        texts.html("paysupport.text", support=support)
        if support
        else texts.html("paysupport.text_no_contact")
    )
    style: Style | None = None if carries else "primary"
    onward = (Button(texts.text("button.orders"), OpenOrders(), style=style), shop_button(texts))
    write = (Button(texts.text("button.write_to_shop"), AskSupport(), style="primary"),)
    return Screen(words, (write, onward) if carries else (onward,))


def terms(catalog: Catalog, texts: Texts) -> Screen:
    """Return the terms of sale: the owner's own, or what holds with these settings."""
    rules, place = catalog.checkout, place_of_pickup(catalog, texts)
    plain = lines(
        texts.html("terms.made"),
        texts.html("terms.price"),
        texts.html("checkout.adds_shipping") if rules.shipping else None,
        texts.html("checkout.way_pickup", place=place) if place else None,
        tax_words(texts, plus=rules.plus_tax) if rules.automatic_tax else None,
        texts.html("terms.minimum_order", minimum=rules.minimum_order)
        if rules.minimum_order
        else None,
        texts.html("terms.rights"),
    )
    return _policy("terms", catalog.shop.terms, plain, texts, after=_business(catalog, texts))


def imprint(catalog: Catalog, texts: Texts) -> Screen:
    """Return whose shop it is."""
    words = _business(catalog, texts) or texts.html("imprint.unknown")
    return _page("imprint", words, texts)


def _business(catalog: Catalog, texts: Texts) -> str | None:
    one = catalog.shop.business
    if one is None:
        return None
    support = catalog.shop.support
    return lines(
        bold(one.name, TITLE),
        safe(one.address.in_language(texts.language), TITLE * 6),
        texts.html("imprint.vat_id", number=one.vat_id) if one.vat_id else None,
        safe(one.registration, TITLE) if one.registration else None,
        texts.html("imprint.contact", contact=support) if support else None,
    )


def privacy(catalog: Catalog, texts: Texts, *, owners: bool, group: bool = False) -> Screen:
    """Return what is known about people and why: the owner's own words, or what is so.

    Args:
        catalog: Today's.
        texts: The reader's language.
        owners: Whether the shop has an owner, who reads what is sold and said.
        group: Whether a group reads it.
    """
    hours, shipping = catalog.shop.remind_cart_hours, catalog.checkout.shipping
    plain = lines(
        texts.html("privacy.kept"),
        texts.html("privacy.way") if shipping and catalog.checkout.pickup else None,
        texts.html("privacy.place") if shipping and shipping.asks else None,
        texts.html("privacy.in_group") if group else None,
        texts.html("privacy.carried"),
        texts.html("privacy.card"),
        texts.html("privacy.to_owner", what=_typed(catalog, texts)) if owners else None,
        texts.html("privacy.receipt") if shipping else None,
        texts.html("privacy.support") if owners else None,
        texts.html("privacy.kept_words") if owners else None,
        texts.html("privacy.cart_reminder", n=hours) if hours else None,
        texts.html("privacy.waitlist") if _counts(catalog) else None,
        texts.html("privacy.delete"),
    )
    return _policy("privacy", catalog.shop.privacy, plain, texts)


def sure_delete(catalog: Catalog, texts: Texts, *, owners: bool) -> Screen:
    """Say what would be deleted and what is kept, and ask; the arguments are as of `privacy`."""
    shipping = catalog.checkout.shipping
    keeps_way = shipping is not None and (catalog.checkout.pickup is not None or shipping.asks)
    return Screen(
        paragraphs(
            texts.html("delete.ask"),
            texts.html("delete.way") if keeps_way else None,
            texts.html("delete.received") if owners else None,
        ),
        (
            (Button(texts.text("button.delete_sure"), DeleteMe(), style="danger"),),
            (Button(texts.text("button.keep"), Home()),),
        ),
    )


def _counts(catalog: Catalog) -> bool:
    """Return whether anything can be sold out."""
    return any(count is not None for one in catalog.products for _, count in one.stock_counts())


def _typed(catalog: Catalog, texts: Texts) -> str:
    """Return what this shop's buyers type on the payment page, as a list in words."""
    rules = catalog.checkout
    asked = {
        "privacy.word_name": True,
        "privacy.word_email": True,
        "privacy.word_address": rules.shipping is not None or rules.billing_address,
        "privacy.word_tax_id": rules.tax_ids,
        "privacy.word_phone": rules.phone,
        "privacy.word_answers": bool(rules.questions),
    }
    return texts.listed(texts.text(key) for key, is_so in asked.items() if is_so)


def _policy(
    which: str, own: Text | None, plain: str, texts: Texts, *, after: str | None = None
) -> Screen:
    words = safe(own.in_language(texts.language), _LONG) if own else plain
    return _page(which, paragraphs(words, after), texts)


def _page(which: str, words: str, texts: Texts) -> Screen:
    return Screen(
        paragraphs(bold(texts.text(f"{which}.title")), words),
        ((shop_button(texts), Button(texts.text("button.help"), OpenHelp())),),
    )


def languages(every: Iterable[Texts], texts: Texts) -> Screen:
    """Return the languages to choose from, each by its own name."""
    buttons = (
        Button(
            texts.text("button.chosen", choice=one.name)
            if one.language == texts.language
            else one.name,
            ChooseLanguage(one.language),
        )
        for one in every
    )
    return Screen(texts.html("language.choose"), (*in_rows(buttons, most=2), (shop_button(texts),)))


def kind(words: str, texts: Texts, *rows: Row) -> Screen:
    """Return an answer to something the shop cannot use, with the next steps; `words` are HTML."""
    first = not any(button.style for row in rows for button in row)
    onward = (open_shop_button(texts, first=first), Button(texts.text("button.help"), OpenHelp()))
    return Screen(words, (*rows, onward))


def said(words: str) -> Html:
    """Return somebody's words, cut and escaped, as a value for a text."""
    return Html(safe(words, _LONG))

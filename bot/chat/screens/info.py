"""Screens that explain: help, support, terms, privacy, languages, and kind answers."""

from __future__ import annotations

from collections.abc import Iterable

from bot.chat.actions import ChooseLanguage, OpenHelp, OpenLanguages, OpenOrders
from bot.chat.screen import Button, Row, Screen, bold, in_rows, paragraphs, safe
from bot.chat.screens.parts import open_shop_button, shop_button
from bot.domain.catalog.model import Catalog, Text
from bot.locales import Html, Texts

_LONG = 3500


def help_(catalog: Catalog, texts: Texts, *, group: bool = False) -> Screen:
    """Return how the shop works."""
    support = catalog.shop.support
    return Screen(
        paragraphs(
            texts.html("help.text"),
            texts.html("help.group") if group else None,
            texts.html("help.support", support=support)
            if support
            else texts.html("help.no_support"),
        ),
        (
            (open_shop_button(texts), Button(texts.text("button.orders"), OpenOrders())),
            (Button(texts.text("button.language"), OpenLanguages()),),
        ),
    )


def paysupport(catalog: Catalog, texts: Texts) -> Screen:
    """Return what to do about a payment; Telegram asks every shop to answer this command."""
    support = catalog.shop.support
    words = (
        texts.html("paysupport.text", support=support)
        if support
        else texts.html("paysupport.text_no_contact")
    )
    orders = Button(texts.text("button.orders"), OpenOrders(), style="primary")
    return Screen(words, ((orders, shop_button(texts)),))


def terms(catalog: Catalog, texts: Texts) -> Screen:
    """Return the terms of sale: the owner's own, or plain ones."""
    return _policy("terms", catalog.shop.terms, texts)


def privacy(catalog: Catalog, texts: Texts) -> Screen:
    """Return what is known about people and why: the owner's own words, or plain ones."""
    return _policy("privacy", catalog.shop.privacy, texts)


def _policy(which: str, own: Text | None, texts: Texts) -> Screen:
    words = safe(own.in_language(texts.language), _LONG) if own else texts.html(f"{which}.text")
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
    onward = (open_shop_button(texts), Button(texts.text("button.help"), OpenHelp()))
    return Screen(words, (*rows, onward))


def said(words: str) -> Html:
    """Return somebody's words, cut and escaped, as a value for a text."""
    return Html(safe(words, _LONG))

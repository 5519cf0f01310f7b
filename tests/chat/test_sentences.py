"""Each sentence of /help, /terms, /privacy and /reminders names the tests that hold it true."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Final

import pytest

from bot.locales import Languages
from bot.store.sqlite import open_store
from kit import ROOT
from tests.chat.market import entries, open_market
from tests.shop.journeys import order_something, pay

ENGLISH = Languages.load(strict=True).texts("en")
_HELD = "chat/test_policies.py::test_a_sentence_stands_there_with_its_setting_alone"
_KEPT = "chat/test_sentences.py::test_the_database_keeps_what_privacy_says_and_nothing_else"
_TABLES = "chat/test_sentences.py::test_every_table_that_knows_a_person_is_told_of"
_FORGOTTEN = "shop/test_forgetting.py::test_a_paid_order_stays_without_its_person"
_BEFORE = "chat/test_before_paying.py"
_PAYING = "chat/test_paying.py::test_the_link_opens_stripes_page_and_the_receipt_comes_by_itself"
_SUPPORT = "chat/test_support.py::test_paysupport_reaches_the_owner_who_answers"
_MINIMUM = f"{_BEFORE}::test_what_a_business_buys_is_taxed_on_top_and_told_with_its_papers"
_LINES = "chat/test_variants.py::test_a_purchase_names_the_variant_and_takes_it_from_its_own_stock"
_ORDERS = "chat/test_orders.py::test_orders_and_receipts_belong_to_their_chat"
_CANCELLED = "chat/test_orders.py::test_an_order_is_cancelled_by_its_button_or_by_command"
_REMINDERS = "chat/test_reminders.py::test_reminders_are_turned_off_and_on"
_SILENT = (
    "chat/test_reminders.py::test_with_reminders_off_no_cart_is_recalled_and_news_of_orders_comes"
)
_HOLDS = "shop/test_purchase.py::test_cancel_expires_the_session_frees_the_stock_and_keeps_the_cart"
_GROUP = "chat/test_groups.py::test_a_group_fills_one_cart_and_anyone_may_pay"
#: By text: of each of its sentences, which tests would fail if it were not so; several where it
#: says several things.
CAUSES: Final[dict[str, tuple[str | tuple[str, ...], ...]]] = {
    "help.text": (
        "chat/test_browsing.py::test_one_message_becomes_every_screen_with_a_picture",
        "chat/test_search.py::test_words_typed_to_the_bot_find_products",
        "chat/test_browsing.py::test_the_cart_changes_line_by_line",
        _PAYING,
        _CANCELLED,
        _ORDERS,
        ("chat/test_words.py::test_a_language_is_chosen_and_remembered", _REMINDERS),
        (
            _SUPPORT,
            _HELD,
            "chat/test_forgetting.py::test_a_person_is_forgotten_after_being_asked_once",
        ),
    ),
    "help.q.where": (_ORDERS,),
    "help.q.pay": ((_PAYING, _KEPT),),
    "help.q.receipt": ((_PAYING, _ORDERS),),
    "help.q.cancel": (
        _CANCELLED,
        _SUPPORT,
    ),
    "help.q.refund": (
        _SUPPORT,
        "chat/test_owner_sales.py::test_a_whole_refund_takes_two_taps_and_asks_about_the_goods",
    ),
    "help.q.wrong": (_SUPPORT,),
    "help.q.delivery": (_HELD,),
    "help.q.address": (
        "chat/test_paying.py::test_the_owner_reads_of_the_sale_and_the_address",
        _SUPPORT,
    ),
    "help.q.pickup": (_HELD,),
    "help.q.data": ("chat/test_forgetting.py::test_a_person_is_forgotten_after_being_asked_once",),
    "help.imprint": (
        f"{_BEFORE}::test_a_shop_that_says_nothing_of_its_business_offers_no_imprint",
    ),
    "help.group": (_GROUP,),
    "help.support": ("chat/test_screens_orders.py::test_help_names_whom_to_ask", _HELD),
    "help.no_support": (
        "chat/test_screens_orders.py::test_help_names_whom_to_ask",
        _SUPPORT,
    ),
    "terms.made": (
        "workers/test_catalog.py::test_digital_goods_are_told_once_with_telegrams_rule",
        (
            _PAYING,
            _HOLDS,
            "chat/test_orders.py::test_a_link_that_ran_out_is_told_once_with_a_way_to_try_again",
        ),
    ),
    "terms.price": (
        "chat/test_before_paying.py::test_tax_is_said_before_and_stands_in_the_receipt",
    ),
    "terms.minimum_order": ((_HELD, _MINIMUM),),
    "terms.rights": (_SUPPORT, _SUPPORT),
    "privacy.kept": ((_KEPT, _TABLES), _KEPT),
    "privacy.way": (
        "chat/test_buying_now.py::test_how_it_gets_there_is_asked_once_and_changed_in_the_cart",
    ),
    "privacy.place": ("chat/test_places.py::test_where_to_is_forgotten_with_the_person",),
    "privacy.carried": (_SUPPORT, _LINES),
    "privacy.card": (_KEPT,),
    "privacy.to_owner": (
        "chat/test_paying.py::test_the_owner_reads_of_the_sale_and_the_address",
        _KEPT,
    ),
    "privacy.receipt": ("chat/test_receipt.py::test_one_message_goes_on_from_paid_to_there",),
    "privacy.support": (_KEPT,),
    "privacy.kept_words": (_KEPT,),
    "privacy.waitlist": (
        "shop/test_waitlist.py::test_a_wait_ends_by_leaving_by_being_forgotten_and_by_itself",
    ),
    "privacy.in_group": (
        (
            "chat/test_groups.py::test_units_come_and_go_under_the_names_of_those_who_tapped",
            _GROUP,
        ),
    ),
    "privacy.cart_reminder": (
        ("chat/test_reminders.py::test_a_cart_left_behind_is_recalled_once", _SILENT),
    ),
    "privacy.delete": (
        "chat/test_forgetting.py::test_a_person_is_forgotten_after_being_asked_once",
        _FORGOTTEN,
    ),
    "remind.on": (
        (
            "chat/test_reminders.py::test_a_link_is_recalled_once_before_it_ends",
            "chat/test_reminders.py::test_a_cart_left_behind_is_recalled_once",
        ),
    ),
    "remind.on_link": ("chat/test_reminders.py::test_a_link_is_recalled_once_before_it_ends",),
    "remind.off": ((_REMINDERS, _SILENT), _SILENT),
}
_NOT_SAID = re.compile(r"privacy\.(?:word_\w+|title)|terms\.title")
_END = re.compile(r"(?<=[.?])\s+")


def _sentences(key: str) -> list[str]:
    """Return a text's sentences; of what has a line for each command, the lines."""
    plain = ENGLISH.text(key, **_VALUES)
    plain = re.sub(r"<b>.*?</b>|<[^>]*>", "", plain).strip()
    return plain.splitlines() if "\n" in plain else _END.split(plain)


_VALUES = {"n": 1, "support": "@shop", "what": "name", "minimum": "€1", "place": "Kiosk"}


@cache
def _tests(file: str) -> frozenset[str]:
    written = (ROOT / "tests" / file).read_text(encoding="utf-8")
    return frozenset(re.findall(r"^(?:async )?def (test_\w+)", written, re.MULTILINE))


def test_every_text_of_these_pages_is_listed() -> None:
    """A new sentence needs a cause before it is said."""
    written = (files("bot.locales") / "en.po").read_text(encoding="utf-8")
    said = {
        key
        for key in re.findall(r'^msgid "([^"]+)"', written, re.MULTILINE)
        if key.startswith(("help.", "terms.", "privacy.", "remind.o")) and not _NOT_SAID.match(key)
    }
    assert said == CAUSES.keys()


@pytest.mark.parametrize("key", CAUSES)
def test_each_sentence_has_a_test_that_is_there(key: str) -> None:
    """Every sentence has its causes, and each is a test of that name."""
    assert len(CAUSES[key]) == len(_sentences(key)), _sentences(key)
    for causes in CAUSES[key]:
        for cause in (causes,) if isinstance(causes, str) else causes:
            file, _, name = cause.partition("::")
            assert name in _tests(file), cause


async def test_the_database_keeps_what_privacy_says_and_nothing_else(tmp_path: Path) -> None:
    """The name in Telegram, the cart's note, four digits of the card; nothing typed at Stripe.

    What was written to the owner is gone once it has arrived; a question stays for its button.
    """
    catalog = entries()
    catalog["checkout"] = {
        "shipping": {"countries": ["PT"], "rates": [{"name": "Post", "price": "4.00"}]}
    }
    async with open_market(tmp_path, catalog) as (kit, _):
        ann, marta = kit.person("Alice"), kit.person("Marta")
        await marta.start()
        order = await order_something(kit, ann, "cup")
        await pay(kit, order)
        await kit.shop.settlement.by_token(order.token)
        typed = kit.stripe.sessions[str(order.session_id)]
        await kit.shop.support.to_owners(order.chat_id, "Alice", "The saucer came broken.")
        for country in ("Spain", "Portugal"):  # the next question takes the place of the last
            await ann.write(f"Do you ship to {country}?")
            await ann.wait_for("Portugal")
        await kit.drain()

        with closing(sqlite3.connect(tmp_path / "shop.sqlite3")) as db:
            kept = "\n".join(db.iterdump())

        details = typed["customer_details"]
        address = typed["collected_information"]["shipping_details"]["address"]
        for secret in (details["email"], address["line1"], address["postal_code"]):
            assert secret
            assert secret not in kept
        for gone in ("The saucer came broken.", "Do you ship to Spain?", "4242424242424242"):
            assert gone not in kept
        for known in ("Alice Hart", "4242", "Do you ship to Portugal?"):
            assert known in kept


#: By table that knows a person: which text tells of it; of the last ones why none needs to.
_TOLD: Final = {
    "chats": "privacy.kept",
    "preferences": "privacy.way",
    "cart_lines": "privacy.kept",
    "cart_shares": "privacy.in_group",
    "orders": "privacy.kept",
    "order_lines": "privacy.kept",
    "order_shares": "privacy.in_group",
    "waitlist": "privacy.waitlist",
    "outbox": "privacy.support",
    "album_items": "privacy.support",
    "shown": "numbers of messages that the person sees",
    "owners": "owners, who are told of it by /owners",
}
_PERSON: Final = re.compile(
    r"(?:chat|user|buyer)_(?:id|name)|added_by|name|update_json|phone|e?mail"
)


async def test_every_table_that_knows_a_person_is_told_of(tmp_path: Path) -> None:
    """A new table or column of theirs needs a sentence before it is made."""
    async with await open_store(tmp_path / "shop.sqlite3"):
        pass
    with closing(sqlite3.connect(tmp_path / "shop.sqlite3")) as db:
        columns = db.execute(
            "SELECT t.name, c.name FROM sqlite_schema AS t, pragma_table_info(t.name) AS c"
            " WHERE t.type = 'table'"
        ).fetchall()
    nobodys = {"notes", "counters", "leases"}  # names of things
    known = {table for table, column in columns if _PERSON.fullmatch(column)} - nobodys
    assert known == _TOLD.keys()
    assert {text for text in _TOLD.values() if "." in text} <= CAUSES.keys()

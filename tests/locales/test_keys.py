"""Keys: every text that the program asks for is there, and every one that is there is asked for."""

from __future__ import annotations

import re
from pathlib import Path

from babel.messages.pofile import read_po

from bot.chat.handlers.questions import CALLED
from bot.domain.order import DisputeStatus, OrderState
from bot.ports import AlertKind, DatabaseTrouble
from bot.shop.orders.export import COLUMNS

ROOT = Path(__file__).parents[2] / "bot"
_KEY = re.compile(r"\b[a-z]+\.(?:[a-z_]+\.)*[a-z_]+\b")
#: How far a paid order can be.
_STEPS = ("packed", "shipped", "arrived", "ready", "collected")
#: Keys that are put together from a known part and a value, by the part.
_COMPOSED = {
    "back.": [
        *(state.value for state in OrderState),
        *("refunding", "unclear", "expired_alone", "failed_alone"),
    ],
    "trouble.": [trouble.value for trouble in DatabaseTrouble],
    "order.state.": [*(state.value for state in OrderState), *_STEPS, "refunding", "unclear"],
    "dispute.": [status.value for status in DisputeStatus],
    "owner.dispute.": [*(status.value for status in DisputeStatus), "unknown"],
    "table.": [*COLUMNS, "yes", "no", "live", "test"],
    "owner.chart_": ["hours", "days", "months", "years"],
    "days.": [
        "today",
        "yesterday",
        "week",
        "month",
        "this_month",
        "last_month",
        "this_year",
        "last_year",
        "all",
    ],
    "question.words_": ["owner", "refund", "cancel", "orders", "delivery"],
    "question.country_": [*CALLED],
    "message.": ["link", "reminder", "cart_reminder", "receipt", "support", "owner_support"],
}
#: Kinds of Stripe's events that look like keys.
_EVENTS = ("refund.created", "refund.updated", "refund.failed")
_FREE = (
    "catalog.fault.",  # held to the kinds by tests/catalog_file/test_words.py
    "cli.",
    "review.",
    "command.",
    "page.",
    "terms.",
    "imprint.",
    "privacy.",
    "news.",
)


def _written() -> set[str]:
    with (ROOT / "locales" / "en.po").open("rb") as file:
        entries = [message.id for message in read_po(file) if message.id]
    return {entry if isinstance(entry, str) else entry[0] for entry in entries}


def _asked() -> set[str]:
    """Return every literal in the program that has a key's form."""
    sources = [path for path in ROOT.rglob("*.py") if "sandbox" not in path.parts]
    literals = (re.findall(r"[\"']([a-z_.]+)[\"']", path.read_text("utf-8")) for path in sources)
    found = {one for every in literals for one in every if _KEY.fullmatch(one)}
    composed = {part + value for part, values in _COMPOSED.items() for value in values}
    return found | composed


def test_every_text_is_asked_for() -> None:
    """No text lies about unused, to be translated in vain."""
    # An alert's words are chosen by its kind; tests/test_lists.py holds that they are written.
    asked = _asked() | {f"owner.{one}" for one in AlertKind}
    idle = {key for key in _written() - asked if not key.startswith(_FREE)}
    assert sorted(idle) == []


def test_every_text_that_is_asked_for_is_written() -> None:
    """Literals whose first part is that of a text are texts."""
    written = _written()
    rooms = {key.partition(".")[0] for key in written} - {"page", "bot"}
    asked = {
        one
        for one in _asked()
        if not one.startswith("checkout.session.")
        and not one.endswith((".json", ".csv"))
        and one not in _EVENTS
    }
    missing = {one for one in asked - written if one.partition(".")[0] in rooms}
    assert sorted(missing) == []

"""Lists that stand in one place: the names of notes, what messages tell, what alerts are about."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path

import pytest

from bot.chat.screens import owner_news
from bot.ports import AlertKind, EventKind, MessageKind, Note
from tests.chat.goods import ENGLISH

ROOT = Path(__file__).parent.parent
SOURCES = [one for room in ("bot", "kit") for one in sorted((ROOT / room).rglob("*.py"))]


_Given = dict[str, list[ast.expr]]


def _given(tree: ast.AST) -> _Given:
    """Return what each name of a source is given, or runs over."""
    given: _Given = {}
    for node in ast.walk(tree):
        match node:
            case ast.Assign([ast.Name(name)], value):
                given.setdefault(name, []).append(value)
            case ast.comprehension(ast.Name(name), value) | ast.For(ast.Name(name), value):
                given.setdefault(name, []).append(value)
    return given


def _in_list(name: str, node: ast.expr, given: _Given) -> bool:
    """Return whether an expression is a member of a list, or the note of one of a member's."""
    match node:
        case ast.IfExp(_, body, orelse):
            return _in_list(name, body, given) and _in_list(name, orelse, given)
        case ast.Tuple(several):
            return all(_in_list(name, one, given) for one in several)
        case ast.Name(other):
            values = given.get(other, [])
            return values != [] and all(_in_list(name, one, given) for one in values)
        case ast.Call(ast.Attribute(whose, "of")):
            return isinstance(whose, ast.Name) or _in_list(name, whose, given)
    return isinstance(node, ast.Attribute) and ast.unparse(node.value) == name


def _loose(source: str) -> Iterator[str]:
    """Yield what names a note, a message or an alert and stands in no list."""
    tree = ast.parse(source)
    given = _given(tree)
    for node in ast.walk(tree):
        match node:
            case ast.Call(
                func=ast.Attribute(ast.Attribute(attr="notes") | ast.Name("notes"), "get" | "set")
            ):
                if not _in_list("Note", node.args[0], given):
                    yield ast.unparse(node.args[0])
            case ast.Call(func=ast.Name("tell_owners") | ast.Attribute(attr="enqueue")):
                kinds = [one.value for one in node.args if isinstance(one, ast.Constant)]
                yield from (one for one in kinds if one in set(MessageKind))
            case ast.Dict():
                for key, value in zip(node.keys, node.values, strict=True):
                    named = isinstance(key, ast.Constant) and key.value == "problem"
                    # A name that is passed on has its type, which the type checker holds.
                    if named and not (
                        isinstance(value, ast.Name) or _in_list("AlertKind", value, given)
                    ):
                        yield ast.unparse(value)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_notes_messages_and_alerts_are_named_by_their_lists(path: Path) -> None:
    """Whoever looks for who writes a note, or what there is to tell, finds all in one place."""
    assert list(_loose(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    "source",
    [
        'tx.notes.get("till")',
        'tx.notes.set(f"asked_{chat}", None)',
        "tx.notes.get(_CURSOR)",
        'tx.notes.get(Note.ASKED if one else "asked")',
        'notes.get("till")',
        'name = "till"\ntx.notes.get(name)',
        'for name in Note.ASKED, "till":\n    tx.notes.get(name)',
        'tell_owners(tx, owners, "owner_sale", now)',
        'tx.outbox.enqueue(chat, "receipt", now)',
        'details = {"problem": "events_denied"}',
        'details = {"problem": AlertKind.LOW_STOCK if left else "sold_out"}',
    ],
)
def test_a_name_outside_the_lists_would_be_found(source: str) -> None:
    """The control."""
    assert len(list(_loose(source))) == 1


@pytest.mark.parametrize(
    "source",
    [
        "tx.notes.get(Note.SHOP_ID)",
        "tx.notes.set(Note.ASKED.of(chat), None)",
        "name = Note.ASKED.of(chat)\ntx.notes.get(name)",
        "names = Note.ASKED, Note.OPENED.of(chat)\n[tx.notes.get(one) for one in names]",
        "tx.outbox.enqueue(chat, MessageKind.RECEIPT, now)",
        'details = {"problem": AlertKind.LOW_STOCK if left else AlertKind.SOLD_OUT}',
    ],
)
def test_members_of_the_lists_are_let_through(source: str) -> None:
    """The control's control."""
    assert list(_loose(source)) == []


#: What stands in databases for years. None ever leaves this list: a row that an earlier version
#: wrote must be found, and read, under the name that it has there.
_STORED: list[tuple[type[StrEnum], str]] = [
    (
        Note,
        """shop_id move written_at till till_words events_cursor events_since events_denied
        clock_off key_seems_foreign summary_day carts_recalled_until prices_asked catalog_warned
        catalog_offered table_asked asked picked support carried kept_words removed wished moved
        session_unknown refused create_refused credit_note_wrong debit opened
        restock belongs_to database_back_told""",
    ),
    (
        MessageKind,
        """link reminder cart_reminder receipt processing failed expired cancelled review refunded
        refund_failed shipped not_shipped owner_sale owner_review owner_refund owner_refund_failed
        owner_dispute owner_parked owner_alert owner_support support back_in_stock shown_anew""",
    ),
    (EventKind, "session refund dispute shown other"),
]


@pytest.mark.parametrize(("kind", "names"), _STORED)
def test_names_that_stand_in_databases_stay(kind: type[StrEnum], names: str) -> None:
    """A new one joins the list; one that was renamed would be lost, or stop the outbox."""
    assert set(kind) == set(names.split())


def test_every_message_is_shown() -> None:
    """The courier names each kind: one that it did not know would be sent to nobody."""
    courier = (ROOT / "bot/chat/telegram/courier.py").read_text(encoding="utf-8")
    named = set(re.findall(r"\bMessageKind\.([A-Z_]+)", courier))
    assert named == {kind.name for kind in MessageKind}


#: Alerts with a screen of their own, made of what their details hold.
_SCREENS = {
    AlertKind.CATALOG_CHANGED,
    AlertKind.CATALOG_DOUBTFUL,
    AlertKind.CATALOG_FAULTY,
    AlertKind.CATALOG_MENDED,
    AlertKind.CURRENCY_ASKED,
    AlertKind.DAILY_SUMMARY,
    AlertKind.LOW_STOCK,
    AlertKind.PRICES_ASKED,
    AlertKind.SOLD_OUT,
}


@pytest.mark.parametrize("kind", sorted(set(AlertKind) - _SCREENS))
def test_every_alert_has_words(kind: AlertKind) -> None:
    """None falls back on the words for what an older or a newer program has put there."""

    def said(problem: str) -> str:
        details = {"problem": problem, "message": "why", "name": "Ann"}
        return owner_news.owner_alert(None, details, ENGLISH).text

    assert said(kind) != said("unheard_of")

"""What things are called: a name means one thing, and each room keeps to its own words."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.house import ROOT, modules, name_of, statements

#: Names that a type of the bot and one of the sandbox share. The sandbox stands on the other side
#: of the wire and imports nothing of the bot's, so that the two never meet in one module.
ON_BOTH_SIDES = {
    "Action",
    "Bell",
    "Button",
    "Buyer",
    "Chat",
    "Checked",
    "Checkout",
    "Currency",
    "Fault",
    "Form",
    "Json",
    "Links",
    "Outcome",
    "Pages",
    "Part",
    "Refusal",
    "Sent",
    "Settings",
    "Text",
}


def _types(package: str, sources: Mapping[str, str]) -> Counter[str]:
    """Return how often a package's modules give each name to a class or to a type.

    ``Row = tuple[Button, ...]`` is such; a constant, which has capitals alone, is none.
    """
    trees = (ast.parse(text) for name, text in sources.items() if name.startswith(package))
    names: Counter[str] = Counter()
    for one in (one for tree in trees for one in statements(tree)):
        if isinstance(one, ast.ClassDef):
            names[one.name] += 1
        elif isinstance(one, ast.Assign | ast.AnnAssign):
            target = one.target if isinstance(one, ast.AnnAssign) else one.targets[0]
            if isinstance(target, ast.Name) and re.fullmatch(r"[A-Z]\w*[a-z]\w*", target.id):
                names[target.id] += 1
    return names


def _named_twice(sources: Mapping[str, str]) -> set[str]:
    """Return the public names that two types have; those of bot and sandbox may share some."""
    bot, sandbox, rest = (
        sum((_types(one, sources) for one in ones), Counter[str]())
        for ones in (["bot"], ["shop_sandbox"], ["kit", "bench"])
    )
    twice = {name for name, times in (bot + sandbox + rest).items() if times > 1}
    both = {name for name in ON_BOTH_SIDES if bot[name] == sandbox[name] == 1 and not rest[name]}
    return {name for name in twice - both if not name.startswith("_")}


def test_no_class_name_stands_for_two_things() -> None:
    """Whoever reads a name knows which class is meant, without looking at the imports."""
    paths = [*modules(), *(ROOT / "kit").rglob("*.py"), *(ROOT / "bench").rglob("*.py")]
    sources = {name_of(path): path.read_text(encoding="utf-8") for path in paths}
    assert _named_twice(sources) == set()


@pytest.mark.parametrize(
    "sources",
    [
        {"bot.web.desk": "class Desk: ...", "bot.chat.desk": "class Desk: ..."},
        {"bot.chat.desk": "class Desk: ...", "shop_sandbox.desk": "class Desk: ..."},
        {"bot.chat.desk": "class Desk: ...", "bot.web.page": "Desk = dict[str, int]"},
        {"bot.chat.desk": "class Desk: ...", "bot.web.page": "Desk: TypeAlias = int"},
        {"bot.chat.desk": "if A:\n    class Desk: ...", "bot.web.page": "class Desk: ..."},
        {"shop_sandbox.desk": "Desk = dict[str, int]", "shop_sandbox.page": "Desk = str"},
        {"kit.desk": "class Desk: ...", "kit.faults.desk": "class Desk: ..."},
        {"kit.desk": "class Desk: ...", "bot.chat.desk": "class Desk: ..."},
        {"bench.desk": "class Desk: ...", "kit.desk": "class Desk: ..."},
    ],
)
def test_a_class_name_that_is_given_twice_would_be_caught(sources: Mapping[str, str]) -> None:
    """The control: within the bot, and between it, the sandbox, and what tests and bench share."""
    assert _named_twice(sources) == {"Desk"}


def _says_nothing(path: Path) -> bool:
    return not {"utils", "helpers", "common", "misc"}.isdisjoint(path.with_suffix("").parts)


def test_nothing_is_called_utils() -> None:
    """No module and no folder hides behind a name that says nothing."""
    assert [one for one in modules() if _says_nothing(one.relative_to(ROOT))] == []
    assert _says_nothing(Path("bot/utils/money.py"))  # the control


#: Names of Stripe's events, as they are quoted.
_EVENT = re.compile(
    r"[\"'`](checkout\.session\.(completed|expired|async_\w+)|charge\.(refunded|(refund|dispute)\.\w+)"
    r"|refund\.(created|updated|failed)|payment_intent\.\w+ed)[\"'`]"
)


def test_only_the_adapter_knows_the_names_of_stripes_events() -> None:
    """The shop, its store and everything else of the bot speak of their own kinds."""
    speaking = {
        path.relative_to(ROOT).parts[1]
        for path in (ROOT / "bot").rglob("*")
        if path.suffix in {".py", ".sql"} and _EVENT.search(path.read_text(encoding="utf-8"))
    }
    assert speaking == {"payments"}  # that it is found there is the control


#: A statement of SQL's, as it is written here: in capitals.
_SQL = re.compile(r"\b(SELECT |INSERT INTO |UPDATE \w+ SET |DELETE FROM |CREATE TABLE |PRAGMA )")


def test_sql_stands_in_the_store_alone() -> None:
    """No other room of the bot has a statement of its own, whomever it would hand it to."""
    speaking = {
        path.relative_to(ROOT).parts[:2]
        for path in modules()
        if _SQL.search(path.read_text(encoding="utf-8"))
    }
    assert speaking == {("bot", "store")}  # that it is found there is the control

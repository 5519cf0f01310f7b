"""One text for both engines: PostgreSQL takes every statement that the store has."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator, Mapping
from itertools import chain, combinations
from pathlib import Path
from typing import Any

import psycopg
import pytest

import bot.store
from bot.store import chats, invariants, order_rows, orders, waitlist
from bot.store.postgres.connection import PostgresConnection
from bot.store.postgres.schema import prepare
from bot.store.postgres.statements import in_postgres
from kit.postgres import PostgresServer
from kit.samples import new_order

ROOM = Path(bot.store.__file__).parent
#: Functions that are given a statement, or what follows the beginning of one.
_CARRIERS = {
    "execute": "",
    "executemany": "",
    "_change": "",
    "_one": "SELECT * FROM orders ",
    "select_orders": "SELECT * FROM orders ",
}
_ROW = order_rows.order_row(new_order())
#: What no reading of a call can tell, by module and function.
_BY_HAND: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("chats", "forget"): chats._FORGET,
    ("invariants", "find"): tuple(invariants.RULES.values()),
    ("orders", "transition"): tuple(filter(None, orders._MOVES.values())),
    ("orders", "add"): (
        f"INSERT INTO orders ({', '.join(_ROW)}) VALUES ({', '.join(f':{name}' for name in _ROW)})",
    ),
    ("waitlist", "first"): (waitlist._FIRST.format(keys="(?, ?), (?, ?)"),),
}


def _functions(tree: ast.AST) -> Iterator[ast.FunctionDef]:
    """Yield the functions and methods of a module; one within another belongs to that."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef):
            yield node
        elif isinstance(node, ast.ClassDef):
            yield from _functions(node)


def _called(call: ast.Call) -> str:
    function = call.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


class _Marks(ast.NodeTransformer):
    """Has two marks wherever a list decides how many there are."""

    def visit_Call(self, node: ast.Call) -> ast.expr:
        return ast.Constant("?, ?") if _called(node) == "marks" else node


def _value(node: ast.expr, names: Mapping[str, Any]) -> Any:
    expression = ast.fix_missing_locations(ast.Expression(_Marks().visit(node)))
    return eval(compile(expression, "<store>", "eval"), {}, dict(names))  # noqa: S307 - our source


def _texts_of(module: str, function: ast.FunctionDef, names: dict[str, Any]) -> Iterator[str]:
    """Yield the statements that a function runs; what cannot be read must stand in `_BY_HAND`."""
    by_hand = iter(_BY_HAND.get((module, function.name), ()))
    yield from by_hand
    for node in ast.walk(function):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            try:
                names[node.targets[0].id] = _value(node.value, names)
            except Exception:  # noqa: BLE001, S112 - no constant: only a statement must be one
                continue
    for node in ast.walk(function):
        if not isinstance(node, ast.Call) or _called(node) not in _CARRIERS:
            continue
        place = 1 if _called(node) == "select_orders" else 0
        try:
            text = _value(node.args[place], names)
        except NameError:
            assert (module, function.name) in _BY_HAND, f"{module}.{function.name}: which SQL?"
            continue
        yield _CARRIERS[_called(node)] + text


def statements() -> Iterator[tuple[str, str]]:
    """Yield where each statement of the store stands, and its text."""
    for path in sorted(ROOM.glob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        module = importlib.import_module(f"bot.store.{path.stem}")
        for function in _functions(tree):
            if function.name in _CARRIERS:
                continue
            for text in _texts_of(path.stem, function, {**vars(module)}):
                yield f"{path.stem}.{function.name}", text


@pytest.fixture(scope="module")
def connection(postgres_server: PostgresServer) -> Iterator[PostgresConnection]:
    """A connection to a database that is up to date."""
    opened = PostgresConnection(postgres_server.new_schema())
    prepare(opened)
    yield opened
    opened.close()


def _prepare(connection: PostgresConnection, text: str) -> None:
    """Have a statement parsed; where types are asked for, whole numbers are sent as bigint."""
    translated = in_postgres(text)[0]
    marks = max(map(int, re.findall(r"\$(\d+)", translated)), default=0)
    refused: psycopg.Error | None = None
    # Those with few first: one of twenty marks may need it, and all others can do without.
    places = chain.from_iterable(combinations(range(marks), few) for few in range(marks + 1))
    for bigint in places:
        types = ["bigint" if mark in bigint else "unknown" for mark in range(marks)]
        listed = f"({', '.join(types)})" if types else ""
        try:
            connection.command(f"PREPARE tried {listed} AS {translated}")
        except (psycopg.errors.DatatypeMismatch, psycopg.errors.AmbiguousParameter) as error:
            refused = error
        else:
            connection.command("DEALLOCATE tried")
            return
    assert refused
    raise refused


def test_postgresql_takes_every_statement_of_the_store(connection: PostgresConnection) -> None:
    """Each is parsed against the real tables; none is left out unseen."""
    found = list(statements())
    assert len(found) > 130
    assert {where.partition(".")[0] for where, _ in found} >= {"books", "orders", "messages"}
    refused = {}
    for where, text in found:
        try:
            _prepare(connection, text)
        except psycopg.Error as error:
            refused[where, text] = str(error)
    assert refused == {}


@pytest.mark.parametrize(
    "text",
    [
        "SELECT +state FROM orders WHERE nobody = ?",
        "SELECT id FROM orders INDEXED BY orders_live",
        "INSERT OR REPLACE INTO notes (name, value) VALUES (?, ?)",
    ],
)
def test_what_one_engine_alone_takes_is_refused(connection: PostgresConnection, text: str) -> None:
    """The control: words of SQLite's own, and a column that is not there."""
    with pytest.raises(psycopg.Error):
        _prepare(connection, text)


def test_marks_within_quotes_are_words() -> None:
    """Names are numbered as they come, each once."""
    assert in_postgres("SELECT ?, 'a ? :b', :now + :id, :now") == (
        "SELECT $1, 'a ? :b', $1 + $2, $1",
        ("now", "id"),
    )

"""The pictures in docs: whether the walks through the demo go to every screen and page."""

from __future__ import annotations

import ast
import inspect
import pkgutil
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from bot.chat import screens
from bot.web import page

WALKS = Path(__file__).parent.parent / "docs" / "walks"


def _makers() -> Iterator[str]:
    for found in pkgutil.iter_modules(screens.__path__):
        module = import_module(f"{screens.__name__}.{found.name}")
        for name, function in inspect.getmembers(module, inspect.isfunction):
            own = function.__module__ == module.__name__ and not name.startswith("_")
            if own and str(function.__annotations__["return"]).startswith("Screen"):
                yield f"{found.name}.{name}"


def _constants() -> Iterator[ast.AST]:
    for file in WALKS.glob("*.py"):
        yield from ast.walk(ast.parse(file.read_text(encoding="utf-8")))


def test_every_screen_has_a_picture() -> None:
    """A function that makes a screen is named where its picture is taken."""
    named = {node.value for node in _constants() if isinstance(node, ast.Constant)}
    makers = set(_makers())

    assert makers <= named
    assert len(makers) > 70


def test_every_page_has_a_picture() -> None:
    """As the screens: by how a page tells its order, and those about none."""
    calls = (node for node in _constants() if isinstance(node, ast.Call))
    named = {
        call.args[0].value
        for call in calls
        if isinstance(call.func, ast.Attribute)
        and call.func.attr == "page"
        and isinstance(call.args[0], ast.Constant)
    }
    pages = {str(one) for one in (*page._MARKS, *page.Plain)}

    assert pages <= named

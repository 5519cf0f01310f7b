"""The house as its source has it: what tests of walls and names read."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent


def modules() -> Iterator[Path]:
    """Yield the files of the bot and of the sandbox."""
    for package in ("bot", "shop_sandbox"):
        yield from sorted((ROOT / package).rglob("*.py"))


def name_of(path: Path) -> str:
    """Return a file's name as imports have it."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def statements(tree: ast.Module) -> Iterator[ast.AST]:
    """Yield the statements outside of functions and classes; those for type checkers too."""
    waiting: list[ast.AST] = list(tree.body)
    while waiting:
        one = waiting.pop()
        yield one
        inner = (getattr(one, name, []) for name in ("body", "handlers", "orelse", "finalbody"))
        if not isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            waiting += itertools.chain(*inner)

"""The walls of the house: who may import whom, read from the source itself."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent / "bot"

#: What each room may import of the bot, beside itself. ``app`` and ``__main__`` may import all.
ALLOWED: dict[str, set[str]] = {
    "domain": set(),
    "ports": {"domain"},
    "locales": {"domain"},
    "settings": {"domain"},
    "logs": set(),
    "metrics": {"domain", "ports"},
    "shop": {"domain", "ports"},
    "store": {"domain", "ports"},
    "payments": {"domain", "ports"},
    "chat": {"domain", "ports", "shop", "locales"},
    "web": {"domain", "ports", "shop", "locales"},
    "workers": {"domain", "ports", "shop"},
    "sandbox": {"domain.money"},
}

#: Foreign packages and the only rooms that may import them.
FOREIGN: dict[str, set[str]] = {
    "telegram": {"chat"},
    "stripe": {"payments", "sandbox"},
    "aiohttp": {"chat", "web", "payments", "sandbox", "app"},
    "prometheus_client": {"metrics", "web"},
    "aiosqlite": {"store"},
    "sqlite3": {"store"},
    "jinja2": {"web", "sandbox"},
    "babel": {"locales", "sandbox", "web"},
}


def _modules() -> Iterator[Path]:
    yield from sorted(ROOT.rglob("*.py"))


def _room(path: Path) -> str:
    first = path.relative_to(ROOT).parts[0]
    return first.removesuffix(".py")


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            yield node.module or ""


def _breaches(room: str, imported: str) -> bool:
    if not imported.startswith("bot."):
        owner = FOREIGN.get(imported.split(".", maxsplit=1)[0])
        return owner is not None and room not in owner
    inner = imported.removeprefix("bot.")
    if room in {"app", "__main__", "__init__", "cli", "readiness"} or inner.split(".")[0] == room:
        return False
    allowed = ALLOWED[room]
    return not any(inner == one or inner.startswith(one + ".") for one in allowed)


@pytest.mark.parametrize("path", list(_modules()), ids=lambda path: str(path.relative_to(ROOT)))
def test_no_import_crosses_a_wall(path: Path) -> None:
    """Each module imports only from the rooms that lie below its own."""
    assert [name for name in _imports(path) if _breaches(_room(path), name)] == []


@pytest.mark.parametrize(
    ("room", "imported"),
    [
        ("domain", "bot.ports"),
        ("shop", "bot.store"),
        ("shop", "telegram"),
        ("chat", "bot.payments"),
        ("chat", "stripe"),
        ("sandbox", "bot.domain.order"),
        ("workers", "bot.chat.courier"),
        ("web", "sqlite3"),
    ],
)
def test_the_wall_would_catch_a_breach(room: str, imported: str) -> None:
    """The rule refuses what it is there to refuse."""
    assert _breaches(room, imported)


def test_nothing_is_called_utils() -> None:
    """No module hides behind a name that says nothing."""
    assert [p for p in _modules() if p.stem in {"utils", "helpers", "common", "misc"}] == []

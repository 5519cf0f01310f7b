"""The walls of the house: who may import whom, read from the source itself."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

#: What each room may import of the house, beside itself. The rooms that wire or serve the operator
#: (`WIRING`) may import all.
ALLOWED: dict[str, set[str]] = {
    "bot.domain": set(),
    "bot.ports": {"bot.domain"},
    "bot.locales": {"bot.domain"},
    "bot.settings": {"bot.domain"},
    "bot.logs": set(),
    "bot.metrics": {"bot.domain", "bot.ports"},
    "bot.catalog_file": {"bot.domain", "bot.ports"},
    "bot.shop": {"bot.domain", "bot.ports"},
    "bot.store": {"bot.domain", "bot.ports"},
    "bot.payments": {"bot.domain", "bot.ports"},
    "bot.chat": {
        "bot.domain",
        "bot.ports",
        "bot.shop",
        "bot.locales",
    },
    "bot.web": {"bot.domain", "bot.ports", "bot.shop", "bot.locales"},
    "bot.workers": {"bot.domain", "bot.ports", "bot.shop"},
    "bot.doctor": {"bot.domain", "bot.ports", "bot.shop"},
    "shop_sandbox": {"bot.domain.money"},
}
WIRING = {"bot.app", "bot.__main__", "bot.cli", "bot.readiness", "bot"}

#: Foreign packages and the only rooms that may import them.
FOREIGN: dict[str, set[str]] = {
    "telegram": {"bot.chat"},
    "stripe": {"bot.payments", "shop_sandbox"},
    "aiohttp": {"bot.chat", "bot.web", "bot.payments", "shop_sandbox", "bot.app"},
    "prometheus_client": {"bot.metrics", "bot.web"},
    "aiosqlite": {"bot.store"},
    "sqlite3": {"bot.store"},
    "jinja2": {"bot.web", "shop_sandbox"},
    "babel": {"bot.locales", "shop_sandbox", "bot.web"},
}


def _modules() -> Iterator[Path]:
    for package in ("bot", "shop_sandbox"):
        yield from sorted((ROOT / package).rglob("*.py"))


def _room(module: str) -> str:
    parts = module.split(".")
    return ".".join(parts[:2]) if parts[0] == "bot" else parts[0]


def _module(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            yield node.module or ""


def _breaches(room: str, imported: str) -> bool:
    top = imported.split(".", maxsplit=1)[0]
    if top not in {"bot", "shop_sandbox"}:
        return top in FOREIGN and room not in FOREIGN[top]
    if top == "shop_sandbox" and room != "shop_sandbox":
        return room != "bot.cli"
    if room in WIRING or _room(imported) == room:
        return False
    return not any(imported == one or imported.startswith(one + ".") for one in ALLOWED[room])


@pytest.mark.parametrize("path", list(_modules()), ids=lambda path: str(path.relative_to(ROOT)))
def test_no_import_crosses_a_wall(path: Path) -> None:
    """Each module imports only from the rooms that lie below its own."""
    room = _room(_module(path))
    assert [name for name in _imports(path) if _breaches(room, name)] == []


@pytest.mark.parametrize(
    ("room", "imported"),
    [
        ("bot.domain", "bot.ports"),
        ("bot.shop", "bot.store"),
        ("bot.shop", "telegram"),
        ("bot.chat", "bot.payments"),
        ("bot.chat", "stripe"),
        ("bot.app", "shop_sandbox.site"),
        ("shop_sandbox", "bot.domain.order"),
        ("bot.workers", "bot.chat.telegram.courier"),
        ("bot.web", "sqlite3"),
    ],
)
def test_the_wall_would_catch_a_breach(room: str, imported: str) -> None:
    """The rule refuses what it is there to refuse."""
    assert _breaches(room, imported)


def test_nothing_is_called_utils() -> None:
    """No module hides behind a name that says nothing."""
    assert [p for p in _modules() if p.stem in {"utils", "helpers", "common", "misc"}] == []

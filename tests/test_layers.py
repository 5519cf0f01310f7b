"""The walls of the house: who may import whom, read from the source itself."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from tests.house import ROOT, modules, name_of, statements

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
    "bot.moving_in": {"bot.domain", "bot.ports", "bot.catalog_file"},
    "bot.shop": {"bot.domain", "bot.ports"},
    "bot.store": {"bot.domain", "bot.ports"},
    "bot.payments": {"bot.domain", "bot.ports"},
    "bot.chat": {"bot.domain", "bot.ports", "bot.shop", "bot.locales"},
    "bot.web": {"bot.domain", "bot.ports", "bot.shop", "bot.locales"},
    "bot.workers": {"bot.domain", "bot.ports", "bot.shop"},
    "bot.doctor": {"bot.domain", "bot.ports", "bot.shop"},
    "shop_sandbox": {"bot.domain.money"},
}
WIRING = {"bot.app", "bot.__main__", "bot.cli", "bot.readiness", "bot"}

#: Foreign packages and the only rooms that may import them; no other package is imported at all.
FOREIGN: dict[str, set[str]] = {
    "telegram": {"bot.chat.telegram"},
    "stripe": {"bot.payments"},
    "aiohttp": {"bot.chat.telegram", "bot.web", "bot.payments", "bot.moving_in", "shop_sandbox"},
    "yarl": {"bot.web"},
    "prometheus_client": {"bot.metrics", "bot.web"},
    "aiosqlite": {"bot.store"},
    "sqlite3": {"bot.store"},
    "psycopg": {"bot.store.postgres"},
    "jinja2": {"bot.web", "shop_sandbox"},
    "babel": {"bot.locales", "shop_sandbox"},
    "pydantic": {"bot.catalog_file", "bot.settings"},
    "pydantic_core": {"bot.catalog_file", "bot.settings"},
    "pydantic_settings": {"bot.settings"},
    "dotenv": {"bot.settings"},
    "rapidfuzz": {"bot.catalog_file", "bot.shop"},
    "matplotlib": {"bot.chat.drawing"},
    "typer": {"bot.cli", "bot.__main__"},
    "rich": {"bot.cli", "bot.__main__"},
    "uvloop": {"bot.__main__"},
    "structlog": {"bot", "shop_sandbox"},
}
#: Rooms that import the standard library alone.
STANDARD = {"bot.domain", "bot.ports"}


def _room(module: str) -> str:
    parts = module.split(".")
    return ".".join(parts[:2]) if parts[0] == "bot" else parts[0]


def _read(source: str) -> Iterator[str]:
    """Yield what a source imports, wherever in it; a module of a package by its whole name."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            named = [f"{node.module}.{alias.name}" for alias in node.names]
            modules = [one for one in named if _is_module(one)]
            yield from modules if len(modules) == len(named) else [*modules, node.module or ""]
        elif isinstance(node, ast.Name | ast.Attribute):
            # Names of modules in strings: no package is called so, so that no wall lets it through.
            called = node.id if isinstance(node, ast.Name) else node.attr
            yield from {called} & {"import_module", "__import__"}


def _is_module(name: str) -> bool:
    place = ROOT.joinpath(*name.split("."))
    return place.with_suffix(".py").is_file() or (place / "__init__.py").is_file()


def _imports(path: Path) -> Iterator[str]:
    return _read(path.read_text(encoding="utf-8"))


def _lies_in(module: str, rooms: set[str]) -> bool:
    return any(module == one or module.startswith(one + ".") for one in rooms)


def _breaches(module: str, imported: str) -> bool:
    room, top = _room(module), imported.split(".", maxsplit=1)[0]
    if top not in {"bot", "shop_sandbox"}:
        if room in STANDARD and top not in sys.stdlib_module_names:
            return True
        standard = {module} if top in sys.stdlib_module_names else set[str]()
        return not _lies_in(module, FOREIGN.get(top, standard))
    if _lies_in(imported, {"bot.chat.telegram"}) and room == "bot.chat":
        return not _lies_in(module, {"bot.chat.telegram"})
    if top == "shop_sandbox" and room != "shop_sandbox":
        return room != "bot.cli"
    if room in WIRING or _room(imported) == room:
        return False
    return not _lies_in(imported, ALLOWED[room])


@pytest.mark.parametrize("path", list(modules()), ids=lambda path: str(path.relative_to(ROOT)))
def test_no_import_crosses_a_wall(path: Path) -> None:
    """Each module imports only from the rooms that lie below its own."""
    module = name_of(path)
    assert [name for name in _imports(path) if _breaches(module, name)] == []


@pytest.mark.parametrize(
    ("module", "imported"),
    [
        ("bot.chat.routes", "telegram.ext"),
        ("bot.chat.screens.cart", "telegram"),
        ("bot.domain", "bot.ports"),
        ("bot.domain", "pydantic"),
        ("bot.ports", "bot.catalog_file.edit"),
        ("bot.ports", "structlog"),
        ("bot.shop", "bot.catalog_file.edit"),
        ("bot.shop", "bot.moving_in.reading"),
        ("bot.shop", "pydantic"),
        ("bot.chat", "bot.catalog_file.source"),
        ("bot.chat", "bot.doctor.health"),
        ("bot.shop", "bot.store"),
        ("bot.shop", "telegram"),
        ("bot.chat", "bot.payments"),
        ("bot.chat", "stripe"),
        ("shop_sandbox", "stripe"),
        ("bot.app", "shop_sandbox.site"),
        ("shop_sandbox", "bot.domain.order"),
        ("bot.workers", "bot.chat.telegram.courier"),
        ("bot.web", "sqlite3"),
        ("bot.store.orders", "psycopg"),
        ("bot.chat.charts", "matplotlib.pyplot"),
        ("bot.doctor", "rich.console"),
        ("bot.shop", "requests"),
        ("bot.shop", "kit"),
        ("bot.app", "tests.tracked"),
        ("bot.chat.screens.cart", "bot.chat.telegram.render"),
        ("bot.chat.handlers.cart", "aiohttp"),
    ],
)
def test_the_wall_would_catch_a_breach(module: str, imported: str) -> None:
    """The rule refuses what it is there to refuse."""
    assert _breaches(module, imported)


@pytest.mark.parametrize(
    "source",
    [
        "from bot import payments",
        "from bot.chat import routes, telegram",
        "if TYPE_CHECKING:\n    from bot.store import sqlite",
        "def late() -> None:\n    import stripe",
        'def late() -> None:\n    importlib.import_module("stripe")',
        '__import__("stripe")',
    ],
)
def test_an_import_is_found_however_it_is_written(source: str) -> None:
    """Also where a module is taken out of its package, in a function, and by its name in words."""
    assert [one for one in _read(source) if _breaches("bot.chat.handlers.cart", one)] != []


def _names_an_engine(path: Path) -> list[str]:
    """Return what a module of the store imports that is one engine's own."""
    engine = ("sqlite3", "aiosqlite", "psycopg", "bot.store.sqlite", "bot.store.postgres")
    return [name for name in _imports(path) if name.startswith(engine)]


def test_the_stores_sql_knows_no_engine() -> None:
    """What stands beside an engine's folder runs on any; only the door to the room picks one."""
    store = ROOT / "bot" / "store"
    rooms = {str(path.relative_to(store)) for path in store.rglob("*.py") if _names_an_engine(path)}
    neutral = {one for one in rooms if not one.startswith(("sqlite/", "postgres/"))}
    assert neutral == {"__init__.py"}
    assert _names_an_engine(store / "sqlite" / "commits.py") != []  # the control


def _decides_who_owns(source: str) -> bool:
    """Return whether a source compares somebody with the owners, or asks past `is_owner`."""
    said = {"owners", "owner_ids", "roster"}
    for node in ast.walk(ast.parse(source)):
        names = {getattr(one, "attr", getattr(one, "id", "")) for one in ast.walk(node)}
        if isinstance(node, ast.Compare) and names & said:
            return True
        if isinstance(node, ast.Attribute) and node.attr in {"is_owner", "roster"}:
            return True
    return False


def test_no_handler_decides_who_is_an_owner() -> None:
    """All of the chat asks `chat.request.is_owner`, which knows of groups too.

    Beside it stands what has a person and no request: the courier, and an owner who leaves.
    """
    may = {"bot.chat.request", "bot.chat.telegram.courier", "bot.chat.telegram.update_handlers"}
    deciding = {
        name_of(path)
        for path in (ROOT / "bot" / "chat").rglob("*.py")
        if _decides_who_owns(path.read_text(encoding="utf-8"))
    }
    assert deciding == may


@pytest.mark.parametrize(
    "source",
    [
        "request.user_id in context.shop.context.owners",
        "owners = context.owners\nif user_id not in owners: ...",
        "context.roster.ids == (user_id,)",
        "set(context.owners) >= {user_id}",
        "context.shop.people.is_owner(request.user_id)",
    ],
)
def test_a_handler_that_decides_it_would_be_caught(source: str) -> None:
    """CONTROL: however it compares, and where it asks without asking for the chat."""
    assert _decides_who_owns(source)


def _importing(top: str, folder: str) -> list[Path]:
    """Return the files of a folder that import from a package."""
    files = (ROOT / folder).rglob("*.py")
    return [one for one in files if any(name.split(".")[0] == top for name in _imports(one))]


def test_what_tests_and_bench_share_stands_apart_from_both() -> None:
    """The bench imports no test, and the kit neither; CONTROL: that both import the kit is seen."""
    assert _importing("tests", "bench") == _importing("tests", "kit") == []
    assert _importing("bench", "kit") == []
    assert _importing("kit", "tests")
    assert _importing("kit", "bench")


def _sources() -> dict[str, str]:
    return {name_of(path): path.read_text(encoding="utf-8") for path in modules()}


def _graph(sources: Mapping[str, str]) -> dict[str, set[str]]:
    """Return what each module imports as it is loaded, by their names and sources."""
    graph: dict[str, set[str]] = {}
    for module, source in sources.items():
        imported = graph[module] = set()
        for node in statements(ast.parse(source)):
            if isinstance(node, ast.Import):
                imported |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                names = {f"{node.module}.{alias.name}" for alias in node.names}
                imported |= {one if one in sources else node.module for one in names}
    return {module: imported & sources.keys() for module, imported in graph.items()}


def _circle(sources: Mapping[str, str]) -> list[str]:
    """Return modules that import one another in a circle, by their names and sources."""
    try:
        TopologicalSorter(_graph(sources)).prepare()
    except CycleError as circle:
        return list(circle.args[1])
    return []


def test_no_modules_import_each_other_in_a_circle() -> None:
    """Every module can be read after those that it imports, also by a type checker."""
    assert _circle(_sources()) == []


def test_a_circle_would_be_found() -> None:
    """CONTROL: over three modules, one of them for the type checker only."""
    sources = {
        "bot.a": "from bot.b import B",
        "bot.b": "if TYPE_CHECKING:\n    from bot import c",
        "bot.c": "import bot.a",
        "bot.d": "def late() -> None:\n    import bot.d",
    }
    assert set(_circle(sources)) == {"bot.a", "bot.b", "bot.c"}
    assert _circle({**sources, "bot.c": ""}) == []


def _loaded_with(module: str, graph: Mapping[str, set[str]]) -> set[str]:
    """Return every module of the house that is loaded where one is."""
    found, waiting = set[str](), {module}
    while waiting:
        one = waiting.pop()
        found.add(one)
        parts = one.split(".")
        packages = {".".join(parts[:end]) for end in range(1, len(parts))}
        waiting |= (graph[one] | packages) - found
    return found


def test_a_start_loads_nothing_that_checks_the_file_or_reads_tables() -> None:
    """A shop on a known file does without it, a tenth of the start; CONTROL: `check` loads it."""
    costly = {"bot.catalog_file.shape", "bot.catalog_file.file", "bot.moving_in.reading"}
    graph = _graph(_sources())
    assert _loaded_with("bot.cli.running", graph) & costly == set()
    assert _loaded_with("bot.cli.catalog", graph) & costly == costly - {"bot.moving_in.reading"}


def _rooms() -> dict[str, set[str]]:
    """Return which rooms import which, without what follows from two other arrows."""
    direct: dict[str, set[str]] = {}
    for path in modules():
        room = _room(name_of(path))
        inner = {
            _room(one) for one in _imports(path) if one.split(".")[0] in {"bot", "shop_sandbox"}
        }
        direct.setdefault(room, set()).update(inner - {room, "bot"})
    del direct["bot"]

    def reached(room: str) -> set[str]:
        return {two for one in direct[room] for two in {one} | reached(one)}

    return {
        room: {one for one in to if not any(one in reached(two) for two in to - {one})}
        for room, to in direct.items()
    }


def _drawn(text: str) -> dict[str, set[str]]:
    """Return the arrows of the first picture of a document."""
    picture = text.split("```mermaid\nflowchart", 1)[1].partition("```")[0]
    arrows: dict[str, set[str]] = {}
    for room, to in re.findall(r"^ +(\w+) --> (.+)$", picture, re.MULTILINE):
        arrows.setdefault(room, set()).update(to.split(" & "))
    return arrows


def test_the_picture_of_the_house_is_what_the_imports_say() -> None:
    """ARCHITECTURE.md draws each arrow that there is, and no other; CONTROL: one fewer is seen."""
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    rooms = {
        room.removeprefix("bot."): {one.removeprefix("bot.") for one in to}
        for room, to in _rooms().items()
        if to
    }

    assert _drawn(text) == rooms
    assert _drawn(text.replace("    workers --> shop\n", "")) != rooms
    assert len(text.splitlines()) <= 140

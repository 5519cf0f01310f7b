"""The walls of the house: who may import whom, read from the source itself."""

from __future__ import annotations

import ast
import itertools
import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
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


def _modules() -> Iterator[Path]:
    for package in ("bot", "shop_sandbox"):
        yield from sorted((ROOT / package).rglob("*.py"))


def _room(module: str) -> str:
    parts = module.split(".")
    return ".".join(parts[:2]) if parts[0] == "bot" else parts[0]


def _module(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


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


@pytest.mark.parametrize("path", list(_modules()), ids=lambda path: str(path.relative_to(ROOT)))
def test_no_import_crosses_a_wall(path: Path) -> None:
    """Each module imports only from the rooms that lie below its own."""
    module = _module(path)
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


#: Names that a type of the bot and one of the sandbox share. The sandbox stands on the other side
#: of the wire and imports nothing of the bot's, so that the two never meet in one module.
ON_BOTH_SIDES = {
    "Bell",
    "Button",
    "Buyer",
    "Chat",
    "Checked",
    "Checkout",
    "Currency",
    "Fault",
    "Links",
    "Outcome",
    "Pages",
    "Part",
    "Sent",
    "Settings",
    "Text",
}


def _types(package: str, sources: Mapping[str, str]) -> Counter[str]:
    """Return how often a package's modules give each name to a class or, in the bot, to a type.

    ``Row = tuple[Button, ...]`` is such; a constant, which has capitals alone, is none.
    """
    trees = (ast.parse(text) for name, text in sources.items() if name.startswith(package))
    names: Counter[str] = Counter()
    for one in (one for tree in trees for one in _of_the_module(tree)):
        if isinstance(one, ast.ClassDef):
            names[one.name] += 1
        elif package == "bot" and isinstance(one, ast.Assign | ast.AnnAssign):
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
    paths = [*_modules(), *(ROOT / "kit").rglob("*.py"), *(ROOT / "bench").rglob("*.py")]
    sources = {_module(path): path.read_text(encoding="utf-8") for path in paths}
    assert _named_twice(sources) == set()


@pytest.mark.parametrize(
    "sources",
    [
        {"bot.web.desk": "class Desk: ...", "bot.chat.desk": "class Desk: ..."},
        {"bot.chat.desk": "class Desk: ...", "shop_sandbox.desk": "class Desk: ..."},
        {"bot.chat.desk": "class Desk: ...", "bot.web.page": "Desk = dict[str, int]"},
        {"bot.chat.desk": "class Desk: ...", "bot.web.page": "Desk: TypeAlias = int"},
        {"bot.chat.desk": "if A:\n    class Desk: ...", "bot.web.page": "class Desk: ..."},
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
    assert [one for one in _modules() if _says_nothing(one.relative_to(ROOT))] == []
    assert _says_nothing(Path("bot/utils/money.py"))  # the control


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


def _of_the_module(tree: ast.Module) -> Iterator[ast.AST]:
    """Yield the statements outside of functions and classes; those for type checkers too."""
    waiting: list[ast.AST] = list(tree.body)
    while waiting:
        one = waiting.pop()
        yield one
        inner = (getattr(one, name, []) for name in ("body", "handlers", "orelse", "finalbody"))
        if not isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            waiting += itertools.chain(*inner)


def _circle(sources: Mapping[str, str]) -> list[str]:
    """Return modules that import one another in a circle, by their names and sources."""
    graph: dict[str, set[str]] = {}
    for module, source in sources.items():
        imported = graph[module] = set()
        for node in _of_the_module(ast.parse(source)):
            if isinstance(node, ast.Import):
                imported |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                names = {f"{node.module}.{alias.name}" for alias in node.names}
                imported |= {one if one in sources else node.module for one in names}
    known = {module: imported & sources.keys() for module, imported in graph.items()}
    try:
        TopologicalSorter(known).prepare()
    except CycleError as circle:
        return list(circle.args[1])
    return []


def test_no_modules_import_each_other_in_a_circle() -> None:
    """Every module can be read after those that it imports, also by a type checker."""
    assert _circle({_module(path): path.read_text(encoding="utf-8") for path in _modules()}) == []


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
        for path in _modules()
        if _SQL.search(path.read_text(encoding="utf-8"))
    }
    assert speaking == {("bot", "store")}  # that it is found there is the control


def _rooms() -> dict[str, set[str]]:
    """Return which rooms import which, without what follows from two other arrows."""
    direct: dict[str, set[str]] = {}
    for path in _modules():
        room = _room(_module(path))
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

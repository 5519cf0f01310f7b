"""Lets ``pytest -v tests/faults`` read as the list of guarantees: each claim beside its outcome."""

from __future__ import annotations

import inspect
from collections.abc import Generator
from pathlib import Path

import pytest

from kit import engines
from kit.engines import AnyStore
from kit.faults.counter import Counter
from kit.postgres import PostgresServer


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Note the test's claim, the first paragraph of its docstring, with its outcome."""
    report = yield
    about = inspect.getdoc(getattr(item, "function", None)) or ""
    claim = " ".join(about.partition("\n\n")[0].split())
    report.user_properties.append(("claim", claim))
    return report


@pytest.hookimpl(tryfirst=True)
def pytest_report_teststatus(report: pytest.TestReport) -> tuple[str, str, str] | None:
    """Show the claim of a guarantee that holds in the verbose list."""
    claim = dict(getattr(report, "user_properties", ())).get("claim")
    if report.when != "call" or not report.passed or not claim:
        return None
    return "passed", ".", f"HOLDS: {claim}"


@pytest.fixture(params=["sqlite", "postgres"])
def either_engine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Open the shops of a row on a file, and once more on a server; says on which."""
    engine: str = request.param
    if engine == "sqlite":
        return engine
    server: PostgresServer = request.getfixturevalue("postgres_server")
    schemas: dict[Path, str] = {}

    def database_in(folder: Path) -> str:
        if folder not in schemas:
            schemas[folder] = server.new_schema()
        return schemas[folder]

    async def open_on_server(database: Path) -> AnyStore:
        return await engines.open_at(database_in(database.parent))

    monkeypatch.setattr(Counter, "open_database", staticmethod(open_on_server))
    monkeypatch.setattr(engines, "database_in", database_in)
    return engine

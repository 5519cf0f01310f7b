"""Lets ``pytest -v tests/faults`` read as the list of guarantees: each claim beside its outcome."""

from __future__ import annotations

import inspect
from collections.abc import Generator
from pathlib import Path

import pytest

from bot.store import postgres
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
def either_engine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Open the shops of a row on a file, and once more on a server."""
    if request.param == "sqlite":
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    schemas: dict[Path, str] = {}

    async def open_on_server(database: Path) -> AnyStore:
        if database not in schemas:
            schemas[database] = server.new_schema()
        return await postgres.open_store(schemas[database])

    monkeypatch.setattr(Counter, "open_database", staticmethod(open_on_server))

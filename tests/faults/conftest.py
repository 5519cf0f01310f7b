"""Lets ``pytest -v tests/faults`` read as the list of guarantees: each claim beside its outcome."""

from __future__ import annotations

import inspect
from collections.abc import Generator

import pytest


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

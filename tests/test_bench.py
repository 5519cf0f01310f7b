"""The bench: its parts run, and their figures can be written down."""

from __future__ import annotations

import pytest

from bench.perf_scale import scale
from bench.perf_tables import TABLES


@pytest.mark.usefixtures("postgres_server")
def test_a_quick_look_at_two_processes_measures_all_but_the_stand_by() -> None:
    """Every round serves taps, the process that stays goes on, and each figure has its row."""
    found = scale(quick=True)
    for name in ("file", "one", "two", "neighbours"):
        assert found[name]["rate"] > 0, name
        assert found[name]["refused"] == 0, name
    assert found["file"]["replays"] == 0
    assert found["one"]["server_cpu_us"] > 0
    assert found["killed"]["findings"] == found["killed"]["refused"] == 0
    assert found["waits"]["second_serves_s"] > found["waits"]["file_adopted_s"] > 0
    written = TABLES["h"](found)
    assert "killed while it fetches updates: the other answers | 20 s | not measured" in written

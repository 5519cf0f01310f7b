"""Row 2: the write-ahead log cut at any byte, or with garbage in it."""

from __future__ import annotations

from pathlib import Path

from kit.faults.logs import cuts, make_log, most_that_can_be_kept, reopen

#: Spoilt logs opened here; the bench opens 4,000.
CUTS = 60
COMMITS = 60


async def test_a_spoilt_log_opens_at_an_exact_prefix_of_commits(tmp_path: Path) -> None:
    """Cut, overwritten or with one bit turned: every whole commit before is there, none after."""
    logged = await make_log(tmp_path, COMMITS)
    assert len(set(logged.states)) == COMMITS + 1

    for what, spoilt in cuts(logged, CUTS):
        kept = await reopen(logged, spoilt, tmp_path)
        assert kept == most_that_can_be_kept(logged, spoilt), what


async def test_an_untouched_log_opens_at_its_end(tmp_path: Path) -> None:
    """Nothing that was committed is lost with the process."""
    logged = await make_log(tmp_path, COMMITS)

    assert await reopen(logged, logged.log, tmp_path) == COMMITS


async def test_control_a_spoilt_page_of_the_main_file_is_noticed(tmp_path: Path) -> None:
    """CONTROL: the digest that compares states sees a single changed row."""
    logged = await make_log(tmp_path, 3)

    assert len({await reopen(logged, logged.log[:end], tmp_path) for end in logged.ends}) == 4

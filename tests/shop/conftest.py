"""Here every work is done twice, and must come to the same."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kit.rehearsal import rehearsing


@pytest.fixture(autouse=True)
def every_work_can_be_done_again() -> Iterator[None]:
    """Undo each work and run it again, as a store does where another one was in the way."""
    with rehearsing() as differing:
        yield
    assert differing == []

"""The site, for every test of the web server."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.web.kit import Site, a_site


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    """Give a site over http with a webhook."""
    async with a_site(tmp_path) as opened:
        yield opened

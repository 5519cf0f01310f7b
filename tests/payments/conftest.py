"""The wire, for every test of the adapter."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.payments.kit import Side, a_side


@pytest.fixture
async def side() -> AsyncIterator[Side]:
    """Give an embedded Stripe and the adapter that speaks with it."""
    async with a_side() as opened:
        yield opened

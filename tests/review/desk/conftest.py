"""The desk on both databases."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.review.desk.sitting import Sitting, sitting


@pytest.fixture
async def desk(database_url: str) -> AsyncIterator[Sitting]:
    async with sitting(database_url) as made:
        yield made

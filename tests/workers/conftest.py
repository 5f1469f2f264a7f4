"""Readers with small limits, closed after each test."""

from collections.abc import AsyncIterator

import pytest

from workers.limits import MIB, Limits
from workers.readers import Readers

SMALL = Limits(cpu=10.0, wall=3.0, memory=192 * MIB)


@pytest.fixture
async def readers() -> AsyncIterator[Readers]:
    readers = Readers(count=2, limits=SMALL)
    yield readers
    await readers.close()

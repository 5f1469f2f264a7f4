"""A web to collect from and a wirewatch that collects, for the tests that ask for them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.collector import Collector, collecting
from tests.web import Web, serving


@pytest.fixture(scope="module")
def served() -> Iterator[Web]:
    with serving() as site:
        yield site


@pytest.fixture
def web(served: Web) -> Web:
    served.pages.clear()
    served.asked.clear()
    return served


@pytest.fixture
async def desk(web: Web, tmp_path: Path, database_url: str) -> AsyncIterator[Collector]:
    async with collecting(web, tmp_path, database_url) as collector:
        yield collector

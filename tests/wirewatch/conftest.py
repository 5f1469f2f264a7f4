"""A small web and a user's folder beside it, for tests of commands that need no more."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.web import Web, serving
from tests.wirewatch.test_commands import Desk


@pytest.fixture(scope="module")
def web() -> Iterator[Web]:
    with serving() as site:
        yield site


@pytest.fixture
def desk(web: Web, tmp_path: Path) -> Desk:
    return Desk(web, tmp_path)

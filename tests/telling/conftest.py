"""A web to read and a mail room to tell, for every test of telling."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.mailroom import MailRoom, mail_room_beside
from tests.web import Web, serving


@pytest.fixture
def web() -> Iterator[Web]:
    with serving() as site:
        yield site


@pytest.fixture
def room() -> Iterator[MailRoom]:
    with mail_room_beside() as room:
        yield room

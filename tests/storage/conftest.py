"""A migrated database and a connection on which a test is one unit of work."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest
from sqlalchemy import Connection, create_engine, event
from sqlalchemy.pool import NullPool

from storage.address import parse
from storage.database import Database


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = await Database.open(database_url)
    yield opened
    await opened.close()


@pytest.fixture
def conn(database_url: str) -> Iterator[Connection]:
    """Queries are synchronous functions of a connection, so most tests need no loop."""
    engine = create_engine(parse(database_url).blocking, poolclass=NullPool)
    if engine.dialect.name == "sqlite":

        @event.listens_for(engine, "connect")
        def keep_foreign_keys(connection: object, record: object) -> None:
            connection.execute("PRAGMA foreign_keys = ON")  # type: ignore[attr-defined]

    with engine.connect() as connection:
        yield connection
    engine.dispose()

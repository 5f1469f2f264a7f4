"""A migrated database and a connection on which a test is one unit of work."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from sqlalchemy import Connection, create_engine, event
from sqlalchemy.pool import NullPool

from storage.address import parse
from storage.database import Database
from tests.databases import Databases


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = await Database.open(database_url)
    yield opened
    await opened.close()


@pytest.fixture
def conn(databases: Databases) -> Iterator[Connection]:
    """Queries are synchronous functions of a connection, so most tests need no loop and no commit."""
    engine = create_engine(parse(databases.shared()).url, poolclass=NullPool)
    if engine.dialect.name == "sqlite":

        @event.listens_for(engine, "connect")
        def prepare(connection: Any, record: object) -> None:
            connection.isolation_level = None
            connection.execute("PRAGMA foreign_keys = ON")

        @event.listens_for(engine, "begin")
        def begin(connection: Connection) -> None:
            connection.exec_driver_sql("BEGIN IMMEDIATE")

    with engine.connect() as connection:
        yield connection
    engine.dispose()

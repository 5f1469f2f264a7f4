"""Who is at work on a PostgreSQL database: services share a lock, a restore must have it alone.

The lock belongs to a session, so it is gone with its process however that
ends. On SQLite the data folder's lock does the same (`wirewatch.lock`).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from news.errors import StorageError
from storage.address import Address, parse

PRESENT = 0x77697266


@contextmanager
def present(url: str) -> Iterator[None]:
    """Be one of those at work. Raises StorageError while a restore is under way."""
    with _held(url, "pg_try_advisory_lock_shared", "is being restored", "Wait for it"):
        yield


@contextmanager
def alone(url: str) -> Iterator[None]:
    """Be the only one at work. Raises StorageError while a service runs."""
    remedy = "Stop every `wirewatch run` and `collect` on it first"
    with _held(url, "pg_try_advisory_lock", "a service runs on it", remedy):
        yield


@contextmanager
def _held(url: str, take: str, problem: str, remedy: str) -> Iterator[None]:
    address = parse(url)
    engine = create_engine(address.url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    connection = _connected(engine, address)
    try:
        if not connection.execute(text(f"SELECT {take}({PRESENT})")).scalar_one():
            raise StorageError(url=address.shown, problem=problem, remedy=remedy)
        yield
    finally:
        # The server may be gone by now, and the lock with it.
        with suppress(DBAPIError):
            connection.close()
        engine.dispose()


def _connected(engine: Engine, address: Address) -> Connection:
    try:
        return engine.connect()
    except DBAPIError as error:
        remedy = "Check that the address is right and that the database answers"
        raise StorageError(url=address.shown, problem=str(error.orig).strip(), remedy=remedy) from error

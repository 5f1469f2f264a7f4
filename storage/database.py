"""The database: opened with the right schema, read from many, written by one."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any, Concatenate, ParamSpec, Self, TypeVar

from sqlalchemy import Connection as Connection  # what a unit of work is given
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.exc import DataError, OperationalError

from news.errors import NotStorable, StorageError
from storage import schema
from storage.address import Address, parse
from storage.schema import Condition
from storage.writer import Checkpoint, Writer

P = ParamSpec("P")
T = TypeVar("T")
I = TypeVar("I")  # noqa: E741

BUSY_SECONDS = 30
# SQLite's readers share one lock and one interpreter; a server's wait for the network.
READERS_OF_A_FILE = 2
READERS_OF_A_SERVER = 4
# Before it, two connections could corrupt a WAL (https://www.sqlite.org/wal.html#walresetbug).
WAL_IS_SOUND = (3, 51, 3)
# What the drivers say of a value that no row can have: PostgreSQL of a NUL in a text and of a number out of
# a column's bounds, SQLite of one beyond 64 bits.
UNSTORABLE = (DataError, OverflowError)
# A server that is gone without a word is noticed within half a minute, not after the system's two hours.
SERVER_OPTIONS = {
    "connect_timeout": "10",
    "keepalives_idle": "15",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "30000",
}


def utc_now() -> datetime:
    """The system's clock."""
    return datetime.now(UTC)


def no_checkpoint(name: str) -> None:
    """What a run outside of kill tests does at a checkpoint: nothing."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """The database has failed since then, and how it last did."""

    since: datetime
    reason: str


class Database:
    """One open database. Make it with `open`.

    `clock` gives the moment (aware UTC) to those who work with this
    database; its own functions take the moment as an argument. `file` is
    SQLite's, `trouble` what ails it where that is watched (`storage.patience`).
    """

    trouble: Trouble | None = None

    def __init__(self, address: Address, clock: Callable[[], datetime], checkpoint: Checkpoint) -> None:
        self.clock = clock
        self.shown = address.shown
        self.file = address.file
        self._readers = _engine(address, writing=False)
        self._writers = _engine(address, writing=True)
        self._writer = Writer(self._writers, address.shown, checkpoint)
        self._reading = ThreadPoolExecutor(_readers(address), "storage reader")

    @classmethod
    async def open(
        cls,
        url: str,
        *,
        clock: Callable[[], datetime] = utc_now,
        checkpoint: Checkpoint = no_checkpoint,
        migrate: bool = False,
    ) -> Self:
        """Open `sqlite:///FILE` or `postgresql://USER@HOST/NAME`.

        An empty database is given the schema. An older schema raises
        StorageError, except on SQLite with `migrate`: then the file is copied
        to `<file>.before-<revision>` and brought up. `checkpoint` is told
        `"<unit> before commit"` and `"<unit> after commit"` for each unit.
        """
        address = parse(url)
        await asyncio.to_thread(_prepare, url, address, migrate)
        return cls(address, clock, checkpoint)

    async def read(self, fn: Callable[Concatenate[Connection, P], T], *args: P.args, **kw: P.kwargs) -> T:
        """Run `fn(conn, *args, **kw)` in a thread on one consistent state; writing is refused.

        Raises StorageError, and NotStorable for a value that no row can have.
        """
        return await self.read_now(fn, *args, **kw)

    async def read_now(self, fn: Callable[Concatenate[Connection, P], T], *args: P.args, **kw: P.kwargs) -> T:
        """`read` for those who would rather know that it fails than wait. Raises StorageError."""
        call = partial(self._read, fn, *args, **kw)
        return await asyncio.get_running_loop().run_in_executor(self._reading, call)

    def _read(self, fn: Callable[Concatenate[Connection, P], T], *args: P.args, **kw: P.kwargs) -> T:
        try:
            with self._readers.connect() as connection:
                return fn(connection, *args, **kw)
        except OperationalError as error:
            remedy = "Check that the database answers and that its disk is not full"
            raise StorageError(url=self.shown, problem=str(error.orig).strip(), remedy=remedy) from error
        except UNSTORABLE as error:
            raise _not_storable(error) from error

    async def write(self, fn: Callable[Concatenate[Connection, P], T], *args: P.args, **kw: P.kwargs) -> T:
        """Hand `fn(conn, *args, **kw)` to the writer as one unit; returns its result after the commit.

        Raises what `fn` raised (nothing of it is kept then), StorageError or
        NotStorable. `fn` may be run more than once before it is committed.
        """
        try:
            result: T = await self._writer.submit(fn, *args, **kw)
        except UNSTORABLE as error:
            raise _not_storable(error) from error
        return result

    @property
    def units_waiting(self) -> int:
        """Units handed in that the writer has not taken up yet."""
        return self._writer.waiting

    async def write_each(self, fn: Callable[[Connection, Sequence[I]], Sequence[T]], item: I) -> T:
        """As `write`, for what comes in numbers: items waiting side by side go into one `fn(conn, items)`.

        `fn` returns one result for each item, in their order. Where it fails
        for several, each is tried alone, and nobody pays for another.
        """
        result: T = await self._writer.submit_each(fn, item)
        return result

    def describe(self) -> str:
        """Which database this is, in words, without its password."""
        if self.file is None:
            return f"PostgreSQL at {self.shown}"
        journal = "write-ahead log" if sqlite3.sqlite_version_info >= WAL_IS_SOUND else "rollback journal"
        return f"SQLite {sqlite3.sqlite_version} ({journal}) in {self.file}"

    async def close(self) -> None:
        """Commit what was handed in, then let go of the database."""
        await self._writer.close()
        await asyncio.to_thread(self._reading.shutdown)
        self._writers.dispose()
        self._readers.dispose()


def _prepare(url: str, address: Address, migrate: bool) -> None:
    """See to a schema that this program knows, or say what to do."""
    state = schema.schema_state(url)
    older = state.condition is Condition.OLDER
    if state.condition is Condition.EMPTY or (older and migrate and address.file is not None):
        schema.upgrade(url)
    elif state.condition is not Condition.CURRENT:
        raise schema.refusal(address, state)


def _not_storable(error: DataError | OverflowError) -> NotStorable:
    said = str(error.orig if isinstance(error, DataError) else error)
    return NotStorable(problem=said.splitlines()[0])


def _readers(address: Address) -> int:
    return READERS_OF_A_SERVER if address.file is None else READERS_OF_A_FILE


def _engine(address: Address, *, writing: bool) -> Engine:
    size = 1 if writing else _readers(address)
    if address.file is None:
        engine = create_engine(
            address.url.set(query={**SERVER_OPTIONS, **address.url.query}),
            pool_size=size,
            pool_pre_ping=True,  # the server may have been restarted since
            isolation_level="READ COMMITTED" if writing else "REPEATABLE READ",
        )
        return engine if writing else engine.execution_options(postgresql_readonly=True)
    engine = create_engine(address.url, pool_size=size)
    _tame_sqlite(engine, writing)
    return engine


def _tame_sqlite(engine: Engine, writing: bool) -> None:
    """Transactions begin where we say: the driver's own habit would leave savepoints outside of them
    (https://docs.sqlalchemy.org/en/21/dialects/sqlite.html#sqlite-transactions)."""
    begin = "BEGIN IMMEDIATE" if writing else "BEGIN"

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.execute("PRAGMA synchronous = FULL")
        if writing:
            mode = "wal" if sqlite3.sqlite_version_info >= WAL_IS_SOUND else "delete"
            cursor.execute("PRAGMA journal_mode")
            if cursor.fetchone()[0] != mode:
                cursor.execute(f"PRAGMA journal_mode = {mode}")
        else:
            cursor.execute("PRAGMA query_only = ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin_transaction(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

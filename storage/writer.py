"""The one writer of a process: units of work, grouped into transactions.

A unit is one callable that runs whole or not at all. Waiting units share a
transaction, each under a savepoint of its own: one commit (and one fsync)
serves them all, and a unit that fails takes no other with it.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncTransaction

from news.errors import StorageError

# A group ends when nobody waits, or at either bound. Who comes just after the bound waits for this commit,
# the next group and its commit: with 20 ms that stays under the promised 50.
GROUP_UNITS = 200
GROUP_SECONDS = 0.020
# serialization_failure, deadlock_detected: nothing is wrong but the moment
# (https://www.postgresql.org/docs/current/mvcc-serialization-failure-handling.html).
MOMENTARY = {"40001", "40P01"}
TRIES = 5

T = TypeVar("T")
Checkpoint = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Unit:
    """A callable of a connection, and the future that waits for what it returns."""

    run: Callable[[Connection], Any]
    name: str
    answer: asyncio.Future[Any]


@dataclass(frozen=True, slots=True)
class Done:
    """A unit that ran, with its result or its error."""

    unit: Unit
    result: Any = None
    error: BaseException | None = None

    def tell(self) -> None:
        """Answer the caller, unless it has gone: a unit outlives a cancelled caller."""
        if self.unit.answer.done():
            return
        if self.error is None:
            self.unit.answer.set_result(self.result)
        else:
            self.unit.answer.set_exception(self.error)


class Writer:
    """Runs units in the order they were handed in. `shown` names the database in errors."""

    def __init__(self, engine: AsyncEngine, shown: str, checkpoint: Checkpoint) -> None:
        self._engine = engine
        self._shown = shown
        self._checkpoint = checkpoint
        self._waiting: deque[Unit] = deque()
        self._arrived = asyncio.Event()
        self._closing = False
        self._task = asyncio.create_task(self._serve(), name="storage writer")

    async def submit(self, unit: Callable[..., Any], *args: Any, **kw: Any) -> Any:
        """Hand in `unit(conn, *args, **kw)`; returns its result once it is committed.

        Raises what the unit raised (then nothing of it is kept), or
        StorageError where the database failed. Cancelling the caller does not
        undo the unit. A unit may run more than once before it is committed.
        """
        if self._closing:
            raise StorageError(url=self._shown, problem="is closed", remedy="Nothing was written")
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        call = partial(_called, unit, args, kw)
        self._waiting.append(Unit(call, getattr(unit, "__name__", "unit"), answer))
        self._arrived.set()
        return await answer

    async def close(self) -> None:
        """Run what was handed in, then end."""
        self._closing = True
        self._arrived.set()
        await self._task

    async def _serve(self) -> None:
        while True:
            await self._arrived.wait()
            self._arrived.clear()
            while self._waiting:
                await self._serve_group()
            if self._closing:
                return

    async def _serve_group(self) -> None:
        """One group, whatever happens to it: nobody is left waiting."""
        taken: list[Unit] = []
        error = (await _ended(self._group(taken))).exception()
        if isinstance(error, OperationalError):
            # The connection, the disk or another service: the transaction is gone
            # and was not committed. Apart, each unit meets its own fate.
            for unit in taken:
                await self._alone(unit)
        elif error is not None:
            self._fail(taken, error)

    async def _group(self, taken: list[Unit]) -> None:
        """Run waiting units in one transaction and answer them after its commit.

        `taken` receives the units as they are taken, so that the caller of
        this knows whom a failure concerns.
        """
        loop = asyncio.get_running_loop()
        done: list[Done] = []
        taken.append(self._waiting.popleft())
        async with self._engine.connect() as connection:
            transaction = await connection.begin()
            ends = loop.time() + GROUP_SECONDS
            done.append(await _under_savepoint(connection, taken[0]))
            while self._waiting and len(taken) < GROUP_UNITS and loop.time() < ends:
                taken.append(self._waiting.popleft())
                done.append(await _under_savepoint(connection, taken[-1]))
            await self._commit(transaction, [each.unit for each in done if each.error is None])
        for each in done:
            each.tell()

    async def _alone(self, unit: Unit) -> None:
        """Run one unit in a transaction of its own, again while only the moment was wrong."""
        for left in reversed(range(TRIES)):
            ended = await _ended(self._transaction(unit))
            error = ended.exception()
            if error is None:
                Done(unit, ended.result()).tell()
                return
            if left == 0 or not _momentary(error):
                self._fail([unit], error)
                return

    async def _transaction(self, unit: Unit) -> Any:
        async with self._engine.connect() as connection:
            transaction = await connection.begin()
            result = await connection.run_sync(unit.run)
            await self._commit(transaction, [unit])
            return result

    async def _commit(self, transaction: AsyncTransaction, units: list[Unit]) -> None:
        for unit in units:
            self._checkpoint(f"{unit.name} before commit")
        try:
            await transaction.commit()
        except DBAPIError as error:
            # Never run again: a server that went away may have committed before it did.
            problem = f"the commit failed: {str(error.orig).strip()}"
            remedy = "See what is stored before doing it again"
            raise StorageError(url=self._shown, problem=problem, remedy=remedy) from error
        for unit in units:
            self._checkpoint(f"{unit.name} after commit")

    def _fail(self, units: list[Unit], error: BaseException) -> None:
        if isinstance(error, OperationalError):
            problem, remedy = str(error.orig).strip(), "Nothing of this was kept; try again"
            told = StorageError(url=self._shown, problem=problem, remedy=remedy)
            told.__cause__, error = error, told
        for unit in units:
            Done(unit, error=error).tell()


def _called(unit: Callable[..., Any], args: tuple[Any, ...], kw: dict[str, Any], conn: Connection) -> Any:
    return unit(conn, *args, **kw)


def _momentary(error: BaseException) -> bool:
    return isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) in MOMENTARY


async def _ended(work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
    """Let it end, well or badly: the task holds its result or its error."""
    task = asyncio.create_task(work)
    await asyncio.wait([task])
    return task


async def _under_savepoint(connection: AsyncConnection, unit: Unit) -> Done:
    """Run a unit; its failure is a value, except where the whole transaction failed with it."""
    ended = await _ended(_nested(connection, unit))
    error = ended.exception()
    if isinstance(error, OperationalError):
        raise error
    return Done(unit, error=error) if error is not None else Done(unit, ended.result())


async def _nested(connection: AsyncConnection, unit: Unit) -> Any:
    async with connection.begin_nested():
        return await connection.run_sync(unit.run)

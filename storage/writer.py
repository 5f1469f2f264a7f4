"""The one writer of a process: units of work, grouped into transactions.

A unit is one callable that runs whole or not at all. Waiting units share a
transaction, each under a savepoint of its own: one commit (and one fsync)
serves them all, and a unit that fails takes no other with it.

The writer is a thread, and a group runs from its begin to its commit without
leaving it: an asynchronous connection hands every single statement to another
thread and back, which cost more than the statements (`docs/database.md`).
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass
from functools import partial
from threading import Event, Thread
from typing import Any

from sqlalchemy import Connection, Engine, Transaction
from sqlalchemy.exc import DBAPIError, OperationalError

from news.errors import StorageError

# A group ends when nobody waits, or at either bound. Who comes just after the bound waits for this commit,
# the next group and its commit: with 20 ms that stays under the promised 50.
GROUP_UNITS = 200
GROUP_SECONDS = 0.020
# serialization_failure, deadlock_detected: nothing is wrong but the moment
# (https://www.postgresql.org/docs/current/mvcc-serialization-failure-handling.html).
MOMENTARY = {"40001", "40P01"}
TRIES = 5

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
        elif isinstance(self.error, StopIteration):  # no future takes one
            self.unit.answer.set_exception(RuntimeError(f"{self.unit.name} raised StopIteration"))
        else:
            self.unit.answer.set_exception(self.error)


class Caught:
    """What is raised within it ends there, whatever it is: whoever handed the unit in is to get it."""

    error: BaseException | None = None

    def __enter__(self) -> Caught:
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> bool:
        self.error = error
        return error is not None


class Writer:
    """Runs units in the order they were handed in. `shown` names the database in errors.

    `submit` and `close` belong to the loop that made it, the rest to its
    thread, `checkpoint` included. The thread takes from `_waiting`, the loop
    adds to it: a deque needs no lock for that.
    """

    def __init__(self, engine: Engine, shown: str, checkpoint: Checkpoint) -> None:
        self._engine = engine
        self._shown = shown
        self._checkpoint = checkpoint
        self._waiting: deque[Unit] = deque()
        self._arrived = Event()
        self._closing = False
        self._loop = asyncio.get_running_loop()
        # A daemon: a process that ends without `close` does not wait for units that nobody waits for.
        self._thread = Thread(target=self._serve, name="storage writer", daemon=True)
        self._thread.start()

    async def submit(self, unit: Callable[..., Any], *args: Any, **kw: Any) -> Any:
        """Hand in `unit(conn, *args, **kw)`; returns its result once it is committed.

        Raises what the unit raised (then nothing of it is kept), or
        StorageError where the database failed. Cancelling the caller does not
        undo the unit. A unit may run more than once before it is committed.
        """
        if self._closing:
            raise StorageError(url=self._shown, problem="is closed", remedy="Nothing was written")
        answer: asyncio.Future[Any] = self._loop.create_future()
        call = partial(_called, unit, args, kw)
        self._waiting.append(Unit(call, getattr(unit, "__name__", "unit"), answer))
        # In the loop's next turn: what is handed in at the same moment shares a group.
        self._loop.call_soon(self._arrived.set)
        return await answer

    @property
    def waiting(self) -> int:
        return len(self._waiting)

    async def close(self) -> None:
        """Run what was handed in, then end."""
        self._closing = True
        self._arrived.set()
        await asyncio.to_thread(self._thread.join)

    def _serve(self) -> None:
        while True:
            self._arrived.wait()
            self._arrived.clear()
            while self._waiting:
                self._serve_group()
            if self._closing:
                return

    def _serve_group(self) -> None:
        """One group, whatever happens to it: nobody is left waiting."""
        taken: list[Unit] = []
        with Caught() as caught:
            self._tell(self._group(taken))
        if isinstance(caught.error, OperationalError):
            # The connection, the disk or another service: the transaction is gone
            # and was not committed. Apart, each unit meets its own fate.
            for unit in taken:
                self._alone(unit)
        elif caught.error is not None:
            self._fail(taken, caught.error)

    def _group(self, taken: list[Unit]) -> list[Done]:
        """Run waiting units in one transaction; what came of them once it is committed.

        `taken` receives the units as they are taken, so that the caller of
        this knows whom a failure concerns. The first needs no savepoint: where
        it fails, nothing else is lost with the transaction, and the group ends.
        """
        ends = time.monotonic() + GROUP_SECONDS
        taken.append(self._waiting.popleft())
        with self._engine.connect() as connection:
            transaction = connection.begin()
            done = [_run(connection, taken[0], nullcontext())]
            if done[0].error is not None:
                return done
            while self._waiting and len(taken) < GROUP_UNITS and time.monotonic() < ends:
                taken.append(self._waiting.popleft())
                done.append(_run(connection, taken[-1], connection.begin_nested()))
            self._commit(transaction, [each.unit for each in done if each.error is None])
        return done

    def _alone(self, unit: Unit) -> None:
        """Run one unit in a transaction of its own, again while only the moment was wrong."""
        for left in reversed(range(TRIES)):
            with Caught() as caught:
                self._tell([self._transaction(unit)])
            if caught.error is None:
                return
            if left == 0 or not _momentary(caught.error):
                self._fail([unit], caught.error)
                return

    def _transaction(self, unit: Unit) -> Done:
        with self._engine.connect() as connection:
            transaction = connection.begin()
            done = Done(unit, unit.run(connection))
            self._commit(transaction, [unit])
        return done

    def _commit(self, transaction: Transaction, units: list[Unit]) -> None:
        for unit in units:
            self._checkpoint(f"{unit.name} before commit")
        try:
            transaction.commit()
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
        self._tell([Done(unit, error=error) for unit in units])

    def _tell(self, done: Sequence[Done]) -> None:
        with suppress(RuntimeError):  # the loop is closed, and with it all who waited
            self._loop.call_soon_threadsafe(_answer, done)


def _answer(done: Sequence[Done]) -> None:
    for each in done:
        each.tell()


def _called(unit: Callable[..., Any], args: tuple[Any, ...], kw: dict[str, Any], conn: Connection) -> Any:
    return unit(conn, *args, **kw)


def _momentary(error: BaseException) -> bool:
    return isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) in MOMENTARY


def _run(connection: Connection, unit: Unit, scope: AbstractContextManager[Any]) -> Done:
    """Run a unit; its failure is a value, except where the whole transaction failed with it."""
    result = None
    with Caught() as caught, scope:
        result = unit.run(connection)
    if isinstance(caught.error, OperationalError):
        raise caught.error
    return Done(unit, result, caught.error)

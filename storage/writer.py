"""The one writer of a process: units of work, grouped into transactions.

A unit is one callable that runs whole or not at all. Waiting units share a
transaction: one commit (and one fsync) serves them all, and a savepoint for
each undoes one that fails without the rest. Neighbours of one kind are handed
over in one call, whose statements and savepoint then serve them all.

The writer is a thread, and a group runs from its begin to its commit without
leaving it: an asynchronous connection hands every single statement to another
thread and back, which cost more than the statements (`docs/database.md`).
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from threading import Event, Thread
from typing import Any

from sqlalchemy import Connection, Engine, Transaction
from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError

from news.errors import StorageError

# A group ends when nobody waits, or at either bound. Who comes just after the bound waits for this commit,
# the next group and its commit: with 20 ms that stays under the promised 50.
GROUP_UNITS = 200
GROUP_SECONDS = 0.020
# serialization_failure, deadlock_detected: nothing is wrong but the moment
# (https://www.postgresql.org/docs/current/mvcc-serialization-failure-handling.html).
MOMENTARY = {"40001", "40P01"}
TRIES = 5
# So many at once go into one call: more would keep others waiting past the group's bound.
BATCH_UNITS = 20

Checkpoint = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Unit:
    """What is to be run, and the future that waits for what it returns.

    `run` takes a connection and items and returns one result for each: those
    of units that wait side by side with the same `run`, in their order.
    """

    run: Callable[[Connection, Sequence[Any]], Sequence[Any]]
    item: Any
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


class Group:
    """One transaction, and what came of the units that ran in it."""

    def __init__(self, connection: Connection) -> None:
        self.done: list[Done] = []
        self.kept: list[Unit] = []
        self.transaction: Transaction = connection.begin()
        self._connection = connection

    def run(self, units: Sequence[Unit]) -> None:
        """Run neighbours; where they fail only they are undone, and each is tried without the others.

        Raises OperationalError: then the whole transaction may be lost (connection, deadlock, disk).
        """
        # The first needs no savepoint: with the transaction nobody else is undone.
        alone = not self.kept
        undo = self.transaction if alone else self._connection.begin_nested()
        with Caught() as caught:
            results = units[0].run(self._connection, [unit.item for unit in units])
            done = [Done(unit, result) for unit, result in zip(units, results, strict=True)]
        if caught.error is None:
            if not alone:
                undo.commit()
            self.done += done
            self.kept += units
            return
        if isinstance(caught.error, OperationalError):
            raise caught.error
        undo.rollback()
        if alone:
            self.transaction = self._connection.begin()
        if len(units) == 1:
            self.done.append(Done(units[0], error=caught.error))
            return
        for unit in units:
            self.run([unit])


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
        call = partial(_called, unit, args, kw)
        return await self._hand_in(lambda conn, items: [call(conn)], None, getattr(unit, "__name__", "unit"))

    async def submit_each(self, unit: Callable[..., Sequence[Any]], item: Any) -> Any:
        """Hand in `unit(conn, [item])`, or one `unit(conn, items)` for those waiting side by side.

        It returns one result for each item, in their order. Where such a call
        fails, each item is handed to `unit` alone. Otherwise as `submit`.
        """
        return await self._hand_in(unit, item, unit.__name__)

    async def _hand_in(self, run: Callable[..., Sequence[Any]], item: Any, name: str) -> Any:
        if self._closing:
            raise StorageError(url=self._shown, problem="is closed", remedy="Nothing was written")
        answer: asyncio.Future[Any] = self._loop.create_future()
        self._waiting.append(Unit(run, item, name, answer))
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
            self._tell(self._transaction(self._following(taken)))
        if isinstance(caught.error, SQLAlchemyError):  # nothing of the transaction stands
            for unit in taken:
                self._alone(unit)
        elif caught.error is not None:
            self._fail(taken, caught.error)

    def _neighbours(self) -> list[Unit]:
        """The first waiting unit, with those behind it that run the same."""
        units = [self._waiting.popleft()]
        while self._waiting and self._waiting[0].run is units[0].run and len(units) < BATCH_UNITS:
            units.append(self._waiting.popleft())
        return units

    def _following(self, taken: list[Unit]) -> Iterator[list[Unit]]:
        """What waits, then what waits by the time its turn comes, up to the bounds of a group.

        `taken` receives it, so that the caller knows whom a failure concerns.
        """
        ends = time.monotonic() + GROUP_SECONDS
        while self._waiting and len(taken) < GROUP_UNITS and (not taken or time.monotonic() < ends):
            units = self._neighbours()
            taken += units
            yield units

    def _alone(self, unit: Unit) -> None:
        """Run one unit in a transaction of its own, again while only the moment was wrong."""
        for left in reversed(range(TRIES)):
            with Caught() as caught:
                self._tell(self._transaction([[unit]]))
            if caught.error is None:
                return
            if left == 0 or not _momentary(caught.error):
                self._fail([unit], caught.error)
                return

    def _transaction(self, batches: Iterable[list[Unit]]) -> list[Done]:
        """Run units in one transaction; what came of them once it is committed."""
        with self._engine.connect() as connection:
            group = Group(connection)
            for units in batches:
                group.run(units)
            if group.kept:
                self._commit(group.transaction, group.kept)
        return group.done

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

    def _fail(self, units: Sequence[Unit], error: BaseException) -> None:
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

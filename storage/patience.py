"""A database that is waited for: while it fails, its callers stand in line instead of failing with it."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any, Concatenate, ParamSpec, TypeVar

import structlog
from sqlalchemy import Connection, text

from news.errors import StorageError
from storage.database import Database, Trouble

P = ParamSpec("P")
T = TypeVar("T")
I = TypeVar("I")  # noqa: E741

# Between two tries while the database fails.
PAUSE = 3.0
# So many tries in a row fail although the database takes other writes: then it is the unit's own fault.
TRIES = 20
# Below this many bytes on the disk a failure is the disk's, whatever small writes still fit.
ROOM = 32 * 1024 * 1024
TOUCH = text("UPDATE alembic_version SET version_num = version_num")


class PatientDatabase(Database):
    """What a service works with, so that a full disk or a restarted server ends nothing.

    The first unit that fails is tried again every few seconds until it is
    kept; every later one stands in line behind it. So fetching stops by
    itself (claims are units), what was fetched already waits in memory, and
    all goes on once the first has gone through. Reads are made as ever, and
    wait only where they fail themselves.

    A unit may run again although an earlier commit of it went through unheard:
    only units that bear this belong here, as all of the service do.
    """

    pause = PAUSE

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._turn = asyncio.Lock()
        self._leaving = asyncio.Event()

    async def read(self, fn: Callable[Concatenate[Connection, P], T], *args: P.args, **kw: P.kwargs) -> T:
        return await self._bear(partial(super().read, fn, *args, **kw), in_line=False)

    async def write(self, fn: Callable[Concatenate[Connection, P], T], *args: P.args, **kw: P.kwargs) -> T:
        return await self._bear(partial(super().write, fn, *args, **kw), in_line=True)

    async def write_each(self, fn: Callable[[Connection, Sequence[I]], Sequence[T]], item: I) -> T:
        return await self._bear(partial(super().write_each, fn, item), in_line=True)

    def give_up(self) -> None:
        """Who waits is told the error now, and nobody waits any more."""
        self._leaving.set()

    async def close(self) -> None:
        self.give_up()
        await super().close()

    async def _bear(self, call: Callable[[], Awaitable[T]], *, in_line: bool) -> T:
        if self.trouble is None or not in_line:
            try:
                return await call()
            except StorageError as error:
                self._failed(error)
        async with self._turn:
            return await self._persist(call)

    async def _persist(self, call: Callable[[], Awaitable[T]]) -> T:
        """The call, again and again while the database fails; the others wait for it."""
        left = TRIES
        while True:
            if self.trouble is not None:
                await self._rest()
            try:
                result = await call()
            except StorageError as error:
                self._failed(error)
                left -= await self._is_sound()
                if left <= 0 or self._leaving.is_set():
                    raise
            else:
                self._recovered()
                return result

    async def _rest(self) -> None:
        try:
            async with asyncio.timeout(self.pause):
                await self._leaving.wait()
        except TimeoutError:
            pass

    async def _is_sound(self) -> bool:
        """Whether the database takes another write, and the disk has room."""
        if self.file is not None and shutil.disk_usage(self.file.parent).free < ROOM:
            return False
        try:
            await super().write(_touch)
        except StorageError:
            return False
        return True

    def _failed(self, error: StorageError) -> None:
        reason = str(error.facts.get("problem", error))
        if self.trouble is None and not self._leaving.is_set():
            structlog.get_logger("storage").error("database fails: fetching is suspended", reason=reason)
        self.trouble = Trouble(self.trouble.since if self.trouble else self.clock(), reason)

    def _recovered(self) -> None:
        if self.trouble is not None:
            lasted = (self.clock() - self.trouble.since).total_seconds()
            structlog.get_logger("storage").warning("database answers again", after_seconds=round(lasted))
        self.trouble = None


def _touch(conn: Connection) -> None:
    conn.execute(TOUCH)

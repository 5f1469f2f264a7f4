"""One collecting process per data folder: an OS lock, gone with the process however it ends."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Self

from news.errors import StorageError

# What the lock's holder is at, as its file says it.
SERVICE, ROUND, RESTORE = "run", "collect", "restore"


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose the data folder is: `pid` and which command it is at; None and "" where it did not say yet."""

    pid: int | None
    command: str

    @classmethod
    def read(cls, said: str) -> Self:
        pid, _, command = said.strip().partition(" ")
        return cls(int(pid) if pid.isdecimal() else None, command)

    @property
    def lives(self) -> bool:
        """Whether a process of that number still runs."""
        if self.pid is None:
            return True
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return False
        except PermissionError:
            return True
        return True


class Busy(StorageError):
    """Another process holds the data folder; `holder` says which."""


@contextmanager
def collecting(data: Path, command: str = ROUND) -> Iterator[None]:
    """Hold the data folder's lock. Raises Busy when another process holds it."""
    try:
        data.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        problem = f"the folder cannot be made: {error.strerror}"
        raise StorageError(url=data, problem=problem, remedy="Name another as `data`.") from error
    with (data / "collecting.lock").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise _busy(data, file) from None
        file.truncate(0)
        file.write(f"{os.getpid()} {command}")
        file.flush()
        yield


def _busy(data: Path, file: IO[str]) -> Busy:
    file.seek(0)
    holder = Holder.read(file.read())
    doing = {SERVICE: "runs as a service", RESTORE: "is restoring a backup"}.get(
        holder.command, "is collecting"
    )
    return Busy(
        url=data,
        problem=f"process {holder.pid or '(unknown)'} {doing} here",
        remedy="Wait for it, stop it, or use PostgreSQL, where several may collect.",
        holder=holder,
    )

"""One collecting process per data folder: an OS lock, gone with the process however it ends."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from news.errors import StorageError


@contextmanager
def collecting(data: Path) -> Iterator[None]:
    """Hold the data folder's lock. Raises StorageError when another process holds it."""
    try:
        data.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        problem = f"the folder cannot be made: {error.strerror}"
        raise StorageError(url=data, problem=problem, remedy="Name another as `data`.") from error
    path = data / "collecting.lock"
    with path.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            holder = file.read().strip() or "unknown"
            raise StorageError(
                url=data,
                problem=f"process {holder} is collecting here",
                remedy="Wait for it, stop it, or use PostgreSQL, where several may collect.",
            ) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield

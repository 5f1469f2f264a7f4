"""A clock that several processes read: real time while it goes, ahead by as much as was skipped."""

from __future__ import annotations

import mmap
import struct
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

START = datetime(2022, 12, 12, 6, 0, tzinfo=UTC)
_STATE = struct.Struct("dd")


class SharedClock:
    """Aware UTC, from START on. Whoever opens the same `file` reads the same time; one process moves it.

    It stands until `go`. Kept is by how many seconds it is ahead of the
    machine's monotonic clock and START, and whether it stands; it starts,
    stands still and is put forward only while nobody else asks it.
    """

    def __init__(self, file: Path) -> None:
        if not file.exists():
            file.write_bytes(_STATE.pack(0.0, 1.0))
        with file.open("r+b") as opened:
            self._shared = mmap.mmap(opened.fileno(), _STATE.size)

    def __call__(self) -> datetime:
        ahead, stands = _STATE.unpack(self._shared)
        return START + timedelta(seconds=ahead if stands else ahead + time.monotonic())

    def forward(self, to: datetime) -> None:
        """Skip what lies between now and `to`; never back."""
        ahead, stands = _STATE.unpack(self._shared)
        by = (to - self()).total_seconds()
        self._keep(ahead + max(by, 0.0), stands)

    def go(self) -> None:
        ahead, stands = _STATE.unpack(self._shared)
        if stands:
            self._keep(ahead - time.monotonic(), 0.0)

    def stand(self) -> None:
        ahead, stands = _STATE.unpack(self._shared)
        if not stands:
            self._keep(ahead + time.monotonic(), 1.0)

    def _keep(self, ahead: float, stands: float) -> None:
        self._shared[:] = _STATE.pack(ahead, stands)

"""CPU, wall time and memory of a whole process tree. Only the standard library: the peers use it too."""

from __future__ import annotations

import json
import os
import resource
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def cpu_seconds() -> float:
    """User and system CPU of this process, of the children it has reaped, and of all that still live.

    Living children are read from /proc in ticks of 10 ms: nothing beside the
    seconds that are measured.
    """
    spent = sum(
        usage.ru_utime + usage.ru_stime
        for usage in (resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN))
    )
    return spent + sum(_living(child) for child in _children(os.getpid()))


def cpu_by_process() -> dict[int, float]:
    """The same by process id: this one and its living children."""
    own = resource.getrusage(resource.RUSAGE_SELF)
    spent = {os.getpid(): own.ru_utime + own.ru_stime}
    return spent | {child: _living(child) for child in _children(os.getpid())}


def tree(pid: int) -> Iterator[int]:
    """A process and all its living descendants."""
    yield pid
    for child in _children(pid):
        yield from tree(child)


def pss(pid: int) -> float:
    """The proportional set size of a process in megabytes: a page that two share counts by halves."""
    return _smaps(pid, "Pss")


def anonymous(pid: int) -> float:
    """What a process wrote itself and still holds, in megabytes: no pages of files."""
    return _smaps(pid, "Anonymous")


def _smaps(pid: int, kind: str) -> float:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text("ascii").splitlines():
        name, _, value = line.partition(":")
        if name == kind:
            return int(value.split()[0]) * 1024 / 1e6
    raise AssertionError(f"no {kind} of {pid}")


def _children(pid: int) -> Iterator[int]:
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text("ascii").split():
            yield int(child)


def _living(pid: int) -> float:
    """CPU of a living process, of those it has reaped (fields 14 to 17, proc(5)), and of its children."""
    fields = Path(f"/proc/{pid}/stat").read_text("latin-1").rpartition(")")[2].split()
    own = sum(int(field) for field in fields[11:15]) / TICKS
    return own + sum(_living(child) for child in _children(pid))


@dataclass
class Stopwatch:
    """Measures from `start` on; `report` prints the contender's one line."""

    cpu: float = 0.0
    wall: float = 0.0

    def start(self) -> None:
        self.cpu, self.wall = cpu_seconds(), time.monotonic()

    def report(self, units: int) -> None:
        """Print JSON: `units` done since `start`, and the seconds of CPU and of wall they took."""
        spent = {"units": units, "cpu": cpu_seconds() - self.cpu, "wall": time.monotonic() - self.wall}
        print(json.dumps(spent), flush=True)

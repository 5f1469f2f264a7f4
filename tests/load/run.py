"""One run of a load: its web and its service as processes, a mail room beside, led hour by hour."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

import psycopg

from tests.load.clock import SharedClock
from tests.load.world import Load, World
from tests.mailroom import MailRoom, mail_room_beside

ROOT = Path(__file__).parents[2]
# As PostgreSQL has it (autovacuum_naptime).
NAP = 60.0


@dataclass(frozen=True, slots=True)
class Visit:
    """`due` in hours of the day; `begun` and `read`: how many seconds late by the moving clock."""

    source: str
    due: float
    begun: float
    read: float
    outcome: str


@dataclass
class Run:
    """`port` is its web's. `hours` is what the service said after each; `visits` and `forbidden`, how often
    a port that nobody may reach was reached, are there at the end."""

    name: str
    world: World
    folder: Path
    database: str
    port: int
    room: MailRoom
    web: subprocess.Popen[str]
    service: subprocess.Popen[str]
    hours: list[dict[str, Any]] = field(default_factory=list)
    forbidden: int = -1

    def hour(self) -> None:
        """Let an hour pass, and what is due in it be done."""
        assert self.service.stdin
        self.service.stdin.write("\n")
        self.service.stdin.flush()
        self.hours.append(said(self.service, self.folder))
        spent = self.hours[-1]
        print(
            f"{self.name}: hour {spent['hour']} took {spent['wall']:.0f} s, CPU {spent['cpu']:.0f} s",
            flush=True,
        )

    @property
    def samples(self) -> list[dict[str, float]]:
        """Those of the day itself, every half hour."""
        found = [sample for hour in self.hours for sample in hour["samples"]]
        return [sample for sample in found if sample["hour"] <= self.world.load.hours]

    @property
    def visits(self) -> list[Visit]:
        rows = (line.split(",") for line in (self.folder / "visits.csv").read_text("ascii").splitlines())
        return [
            Visit(name, float(due), float(begun), float(read), how) for name, due, begun, read, how in rows
        ]

    def end(self) -> None:
        """The service stops in good order, then the web."""
        assert self.service.wait(30) == 0, (self.folder / "service.log").read_text("utf-8")[-4000:]
        told, _ = self.web.communicate(timeout=30)
        self.forbidden = json.loads(told)["reached"]


def live(runs: Sequence[Run]) -> None:
    """The whole day of each, an hour each in turn: whatever else the machine does meets all of them."""
    for _ in range(runs[0].world.load.hours + 1):
        for run in runs:
            run.hour()
    for run in runs:
        run.end()


@contextmanager
def running(name: str, load: Load, folder: Path, database: str) -> Iterator[Run]:
    """A run that waits for its first hour."""
    folder.mkdir()
    (folder / "load.json").write_text(json.dumps(asdict(load)), "utf-8")
    SharedClock(folder / "clock")
    with ExitStack() as stack:
        if database.startswith("postgresql"):
            stack.enter_context(vacuumed(database))
        room = stack.enter_context(mail_room_beside())
        web = stack.enter_context(process("server", folder))
        ports = {**said(web, folder), "mail": room.port, "database": database}
        (folder / "ports.json").write_text(json.dumps(ports), "utf-8")
        service = stack.enter_context(process("serving", folder))
        yield Run(name, World(load), folder, database, ports["web"], room, web, service)


@contextmanager
def vacuumed(database: str) -> Iterator[None]:
    """Every minute, what a PostgreSQL does by itself unless its autovacuum is off, as a test server's may be:
    a plan made while the tables were empty would stay."""
    ended = threading.Event()

    def vacuum() -> None:
        while not ended.wait(NAP):
            with psycopg.connect(database, autocommit=True) as server:
                server.execute("VACUUM ANALYZE")

    thread = threading.Thread(target=vacuum, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join(30)


@contextmanager
def process(module: str, folder: Path) -> Iterator[subprocess.Popen[str]]:
    with (folder / "service.log").open("a") as log, started(module, folder, log) as begun:
        try:
            yield begun
        finally:
            begun.kill()


def started(module: str, folder: Path, log: IO[str]) -> subprocess.Popen[str]:
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    command = [sys.executable, "-m", f"tests.load.{module}", str(folder)]
    return subprocess.Popen(command, cwd=ROOT, stderr=log, **pipes)


def said(process: subprocess.Popen[str], folder: Path) -> dict[str, Any]:
    """The next line of JSON a process prints."""
    assert process.stdout
    line = process.stdout.readline()
    assert line, (folder / "service.log").read_text("utf-8")[-4000:]
    found: dict[str, Any] = json.loads(line)
    return found

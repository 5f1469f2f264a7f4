"""Desks to look at: the demonstration's, and one over a database a test has filled."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread

from tests.port import free_port

LINK = re.compile(r"(http://127\.0\.0\.1:\d+)/welcome/(\S+)")
# Seconds for a process to say what it is waited for.
PATIENCE = 120.0


@dataclass
class Running:
    """A process that serves a desk: what it says, and where the desk is."""

    process: subprocess.Popen[str]
    said: list[str] = field(default_factory=list)
    heard: Event = field(default_factory=Event)

    @property
    def link(self) -> re.Match[str]:
        """The one-time link it printed."""
        found = next(filter(None, map(LINK.search, self.said)), None)
        assert found, self.said
        return found

    @property
    def base(self) -> str:
        return self.link[1]

    def until(self, words: str) -> None:
        """Wait until it has said that."""
        ends = time.monotonic() + PATIENCE
        while not any(words in line for line in self.said):
            assert self.process.poll() is None, "".join(self.said)
            assert time.monotonic() < ends, "".join(self.said)
            self.heard.wait(1)
            self.heard.clear()

    def listen(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self.said.append(line)
            self.heard.set()


@contextmanager
def demonstration(folder: Path, every: float) -> Iterator[Running]:
    """`wirewatch demo`, staying up, once its first act is over; an article in so many seconds follows."""
    with _running(folder, "", "demo", "--every", str(every)) as run:
        run.until("staying up")
        yield run


@contextmanager
def desk_over(folder: Path) -> Iterator[Running]:
    """`wirewatch desk` over the database in a data folder."""
    with _running(folder, f"[desk]\nport = {free_port()}\n", "desk") as run:
        run.until("The desk:")
        yield run


@contextmanager
def _running(folder: Path, settings: str, *command: str) -> Iterator[Running]:
    environ = {name: value for name, value in os.environ.items() if not name.startswith("WIREWATCH_")}
    file = folder / "settings.toml"
    file.write_text(settings, "utf-8")
    called = [sys.executable, "-u", "-m", "wirewatch.main", "--settings", str(file), *command]
    process = subprocess.Popen(
        called, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=folder
    )
    run = Running(process)
    listener = Thread(target=run.listen, daemon=True)
    listener.start()
    try:
        yield run
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)
        listener.join(5)
        assert process.stdout
        process.stdout.close()

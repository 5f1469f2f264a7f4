"""The telling benches' side of `benchmarks.wire`, and what they say of a figure that has a limit."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from wirewatch.sections import Egress, Mail

ROOT = Path(__file__).resolve().parent.parent
SENDER = "wirewatch <news@bench.example>"


@dataclass(frozen=True, slots=True)
class Accepted:
    """A mail the sink took: the serial number in its subject (None: none there), to whom, bytes, when."""

    serial: int | None
    recipient: str
    size: int
    at: float


@dataclass
class Wire:
    """The outside world in a process of its own. `shown` and `accepted` are there once it has ended."""

    process: subprocess.Popen[str]
    hosts: int
    web: int
    sink: int
    shown: dict[int, float] = field(default_factory=dict)
    accepted: tuple[Accepted, ...] = ()

    def publish(self, host: int) -> None:
        """The next item of that feed."""
        assert self.process.stdin
        self.process.stdin.write(f"{host}\n")
        self.process.stdin.flush()

    def end(self) -> None:
        said, _ = self.process.communicate("\n", timeout=30)
        told = json.loads(said)
        self.shown = {int(serial): at for serial, at in told["shown"].items()}
        self.accepted = tuple(
            Accepted(int(serial) if serial else None, recipient, size, at)
            for serial, recipient, size, at in told["accepted"]
        )

    def egress(self) -> Egress:
        """Each feed by a host name of its own."""
        names = [host_name(number) for number in range(self.hosts)]
        return Egress(allow=(f"127.0.0.1:{self.web}",), hosts=dict.fromkeys(names, "127.0.0.1"))

    def mail(self) -> Mail:
        return Mail(host="127.0.0.1", port=self.sink, security="none", sender=SENDER)


@contextmanager
def wired(hosts: int) -> Iterator[Wire]:
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.wire", str(hosts)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    try:
        web, sink = map(int, process.stdout.readline().split())
        yield Wire(process, hosts, web, sink)
    finally:
        process.kill()
        process.wait(10)


def host_name(number: int) -> str:
    return f"feed-{number}.example"


def verdict(figure: float, limit: float) -> str:
    return "met" if figure <= limit else f"MISSED by {figure / limit:.2f} times"

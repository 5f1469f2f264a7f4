"""Ten thousand sources visited every five minutes: `python -m benchmarks.many [SOURCES [SECONDS]]`.

The service over a SQLite file with delay 0; each source on a host name of its own, one visit of twenty finds
a new item, the rest is answered 304. Visits are held to five minutes by a trigger, and begin spread evenly.
After all were visited twice: five minutes without hostile sources, then five with ten of them. Lateness is
the time between two visits' ends beyond the five minutes. Then reader visits the same feeds, one round. The
web is `benchmarks.crowd`.
"""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from statistics import mean, quantiles

from benchmarks.__main__ import peers_python
from benchmarks.alerts import serving
from benchmarks.crowd import HOSTILE
from benchmarks.meter import cpu_seconds, pss, tree
from benchmarks.outside import ROOT, host_name
from news.source import Kind, Source
from storage import sources
from storage.database import Database
from wirewatch.database import now
from wirewatch.sections import Crawl, Egress
from wirewatch.sections import Service as Shown
from wirewatch.settings import Settings

SOURCES = 10_000
SECONDS = 300
PATIENCE = 1800.0
# The database's way to write a moment.
LATER = "strftime('%Y-%m-%d %H:%M:%f000', 'now', '+' || ({seconds}) || ' seconds')"
SPREAD = "UPDATE sources SET next_visit_at = " + LATER
HOLD = (
    "CREATE TRIGGER held AFTER UPDATE OF next_visit_at ON sources WHEN NEW.slug LIKE 'feed-%' BEGIN "
    "UPDATE sources SET next_visit_at = " + LATER + " WHERE slug = NEW.slug; END"
)
VISITS = """
SELECT at, outcome, (SELECT max(at) FROM visits AS earlier WHERE earlier.source = visits.source
                     AND earlier.at < visits.at)
FROM visits WHERE at >= ? AND source LIKE 'feed-%'
"""


@dataclass(frozen=True, slots=True)
class Period:
    """What a stretch of time took: CPU over wall, visits, articles, how late visits ended in seconds."""

    share: float
    visits: int
    unchanged: float
    articles: int
    late: list[float]
    megabytes: float


@contextmanager
def crowd() -> Iterator[tuple[subprocess.Popen[str], int]]:
    """The web in a process of its own, and its port."""
    command = [sys.executable, "-m", "benchmarks.crowd"]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        try:
            yield process, int(process.stdout.readline())
        finally:
            process.kill()


def opened(process: subprocess.Popen[str]) -> None:
    """From now on the feeds hold items."""
    assert process.stdin
    process.stdin.write("\n")
    process.stdin.flush()


def source(slug: str, host: str, path: str, port: int, *, enabled: bool = True) -> Source:
    url = f"http://{host}:{port}{path}"
    return Source(slug, slug, slug, Kind.AGENCY, url, cadence=SECONDS, languages=("en",), enabled=enabled)


def hostile(number: int) -> str:
    return f"hostile-{number}"


async def ours(
    folder: Path, port: int, web: subprocess.Popen[str], count: int, every: int
) -> tuple[Period, Period]:
    """The service's two periods, without and with hostile sources."""
    names = [host_name(number) for number in range(count)]
    bad = [f"{hostile(number)}.example" for number in range(len(HOSTILE))]
    catalogue = [
        source(f"feed-{number}", name, f"/{number}/feed.xml", port) for number, name in enumerate(names)
    ] + [
        source(hostile(number), name, f"/hostile/{number}", port, enabled=False)
        for number, name in enumerate(bad)
    ]
    egress = Egress(allow=(f"127.0.0.1:{port}",), hosts=dict.fromkeys([*names, *bad], "127.0.0.1"))
    settings = Settings(
        data=folder,
        crawl=Crawl(contact="bench@example.org", delay=0.0),
        egress=egress,
        service=Shown(port=0),
    )
    database = await Database.open(settings.database_url, clock=now)
    await database.write(sources.put_all, catalogue, now=now(), by_hand=True)
    await database.close()
    async with serving(settings) as (service, parts):
        await _visited(folder, count)
        with closing(sqlite3.connect(folder / "wirewatch.db", timeout=60)) as held:
            held.execute(SPREAD.format(seconds=f"(rowid * 7919) % 1000 * {every} / 1000.0"))
            held.execute(HOLD.format(seconds=every))
            held.commit()
        opened(web)
        service.changed()
        await asyncio.sleep(every)  # each once more, so that the next wait of each is known
        without = await _period(folder, every)
        for number in range(len(HOSTILE)):
            await parts.database.write(sources.set_enabled, hostile(number), True, now())
        service.changed()
        return without, await _period(folder, every)


async def _visited(folder: Path, count: int) -> None:
    give_up = time.monotonic() + PATIENCE
    while True:
        with closing(sqlite3.connect(folder / "wirewatch.db", timeout=60)) as held:
            (done,) = held.execute("SELECT count(DISTINCT source) FROM visits").fetchone()
        if done >= count:
            return
        assert time.monotonic() < give_up, f"only {done} of {count} sources were visited"
        await asyncio.sleep(1)


async def _period(folder: Path, every: int) -> Period:
    began, spent, wall = now(), cpu_seconds(), time.monotonic()
    await asyncio.sleep(every)
    share = (cpu_seconds() - spent) / (time.monotonic() - wall)
    megabytes = sum(map(pss, tree(os.getpid())))
    return _measured(folder, began, share, megabytes, every)


def _measured(folder: Path, began: datetime, share: float, megabytes: float, every: int) -> Period:
    """What the database says of the visits since `began`."""
    since = began.strftime("%Y-%m-%d %H:%M:%S.%f")
    with closing(sqlite3.connect(folder / "wirewatch.db", timeout=60)) as held:
        rows = held.execute(VISITS, (since,)).fetchall()
        (articles,) = held.execute(
            "SELECT count(*) FROM revisions WHERE at >= ? AND analysis IS NOT NULL", (since,)
        ).fetchone()
    late = [
        (datetime.fromisoformat(at) - datetime.fromisoformat(before)).total_seconds() - every
        for at, _, before in rows
        if before
    ]
    unchanged = sum(outcome == "unchanged" for _, outcome, _ in rows) / max(len(rows), 1)
    assert late, "no source was visited twice"
    return Period(share, len(rows), unchanged, articles, late, megabytes)


def peer(folder: Path, count: int) -> dict[str, float]:
    """What one round over all feeds takes reader: seconds of CPU and of wall."""
    with crowd() as (web, port):
        module = "benchmarks.peers.crowd_reading"
        command = [str(peers_python()), "-m", module, str(count), str(port), str(folder)]
        with subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as reading:
            assert reading.stdin
            assert reading.stdout
            assert reading.stdout.readline() == "ready\n", "reader did not visit all feeds"
            opened(web)
            said, _ = reading.communicate("\n")
    measured: dict[str, float] = json.loads(said)
    return measured


def line(name: str, period: Period) -> str:
    p95 = quantiles(period.late, n=20)[-1]
    return (
        f"{name:28} {period.share:6.1%} of a core, {period.visits:6} visits,"
        f" {period.unchanged:.1%} unchanged, {period.articles} articles;"
        f" late: mean {mean(period.late):.2f} s, p95 {p95:.2f} s, worst {max(period.late):.1f} s;"
        f" {period.megabytes:.0f} MB PSS"
    )


def main(count: str = str(SOURCES), seconds: str = str(SECONDS)) -> None:
    every = int(seconds)
    with tempfile.TemporaryDirectory() as name, crowd() as (web, port):
        without, among = asyncio.run(ours(Path(name), port, web, int(count), every))
    print(f"many: {count} sources on hosts of their own, each every {every} s")
    print(line("wirewatch", without))
    print(line(f"with {len(HOSTILE)} hostile sources", among))
    with tempfile.TemporaryDirectory() as name:
        theirs = peer(Path(name), int(count))
    print(
        f"{'reader, one round':28} {theirs['cpu'] / every:6.1%} of a core if it came every {every} s; "
        f"it took {theirs['wall']:.0f} s"
    )


if __name__ == "__main__":
    main(*sys.argv[1:])

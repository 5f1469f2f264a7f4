"""How long an alert takes, from the feed's response to its acceptance by the mail server.

`python -m benchmarks.alerts [SECONDS]`: the service over a SQLite file, 200 feeds with a host name each,
delay 0, the whole text in the feed, 20 new articles a second, an alert for each. A feed is made due when its
item is published, so that the rhythm of visits is not measured. The outside world is `benchmarks.wire`.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from datetime import datetime
from pathlib import Path
from statistics import median, quantiles

from benchmarks.meter import cpu_by_process
from benchmarks.outside import Wire, host_name, verdict, wired
from crawler.parts import Parts
from news.source import Kind, Source
from news.telling import Mode
from news.watch import Term
from scheduler.service import Service
from storage import sources, subscriptions, topics
from wirewatch.lock import SERVICE
from wirewatch.sections import Alerts, Crawl
from wirewatch.sections import Service as Shown
from wirewatch.serving import serve
from wirewatch.settings import Settings
from wirewatch.telling import telling
from wirewatch.wiring import open_parts

HOSTS = 200
RATE = 20
SECONDS = 60
MEDIAN, P99 = 0.5, 2.0
PATIENCE = 60.0
# What the database says of an article's way, in the order of the way.
STAGES = ("announced", "judged", "planned", "claimed")
WAY = """
SELECT substr(revisions.title, instr(revisions.title, 'serial') + 6), articles.appeared_by, matches.judged_at,
       deliveries.planned_at, deliveries.first_try_at
FROM ledger JOIN deliveries ON deliveries.id = ledger.delivery JOIN articles ON articles.id = ledger.article
JOIN revisions ON revisions.article = articles.id AND revisions.number = 1
JOIN matches ON matches.article = articles.id
"""


@asynccontextmanager
async def serving(settings: Settings) -> AsyncIterator[tuple[Service, Parts]]:
    """The service, running, readers and judge included."""
    parts = await open_parts(settings, command=SERVICE, patient=True)
    try:
        await asyncio.gather(parts.readers.start(), parts.judge.start())
        await _prepare(parts)
        service, status = serve(settings, parts, telling(settings, parts))
        await status.start()
        running = asyncio.create_task(service.run())
        try:
            yield service, parts
        finally:
            service.stop()
            await running
            await status.stop()
    finally:
        await parts.close()


async def _prepare(parts: Parts) -> None:
    write, now = parts.database.write, parts.clock()
    await write(topics.put, "lachin", "Lachin corridor", [Term("Lachin corridor")], now=now)
    await write(
        subscriptions.add,
        recipient="desk@bench.example",
        channel="smtp",
        mode=Mode.INSTANT,
        topics=["lachin"],
        zone="Asia/Baku",
        schedule=None,
        when_empty=False,
        now=now,
    )


async def measure(wire: Wire, folder: Path, seconds: int) -> dict[int, float]:
    """Publishes for so long; CPU seconds by process meanwhile."""
    settings = Settings(
        data=folder,
        crawl=Crawl(contact="bench@example.org", delay=0.0),
        egress=wire.egress(),
        mail=wire.mail(),
        alerts=Alerts(per_hour=10_000),
        service=Shown(port=0),
    )
    async with serving(settings) as (service, parts):
        for host in range(HOSTS):
            wire.publish(host)
        feeds = [source(host, wire.web) for host in range(HOSTS)]
        await parts.database.write(sources.put_all, feeds, now=parts.clock(), by_hand=True)
        service.dispatcher.wake()
        await until(lambda: service.visits.total() >= HOSTS and service.pages["read"] >= HOSTS)
        before = cpu_by_process()
        await _publish(wire, service, parts, seconds)
        await until(lambda: _sent(folder) >= RATE * seconds)
        return {pid: spent - before.get(pid, 0.0) for pid, spent in cpu_by_process().items()}


async def _publish(wire: Wire, service: Service, parts: Parts, seconds: int) -> None:
    """One item every 1/RATE of a second, by one feed after the other."""
    started = time.monotonic()
    for number in range(RATE * seconds):
        await asyncio.sleep(max(0.0, started + number / RATE - time.monotonic()))
        host = number % HOSTS
        wire.publish(host)
        await parts.database.write(sources.make_due, [f"feed-{host}"], parts.clock())
        service.dispatcher.wake()


def source(number: int, port: int) -> Source:
    return Source(
        slug=f"feed-{number}",
        outlet=f"feed-{number}",
        name=f"Feed {number}",
        kind=Kind.AGENCY,
        languages=("en",),
        url=f"http://{host_name(number)}:{port}/{number}/feed.xml",
    )


async def until(done: Callable[[], bool]) -> None:
    """Raises TimeoutError where it does not come about."""
    async with asyncio.timeout(PATIENCE):
        while not done():  # noqa: ASYNC110 - what is counted rings nobody
            await asyncio.sleep(0.25)


def _sent(folder: Path) -> int:
    with closing(sqlite3.connect(folder / "wirewatch.db", timeout=30)) as database:
        (sent,) = database.execute("SELECT count(*) FROM deliveries WHERE state = 'sent'").fetchone()
    return int(sent)


def latencies(wire: Wire, articles: int) -> dict[int, float]:
    """Seconds from the response that first held it to its mail, by serial number. Each has one mail."""
    accepted = {mail.serial: mail.at for mail in wire.accepted}
    assert len(wire.accepted) == len(accepted) == articles, (len(wire.accepted), len(accepted), articles)
    return {serial: at - wire.shown[serial] for serial, at in accepted.items() if serial is not None}


def stages(wire: Wire, folder: Path) -> dict[str, list[float]]:
    """Seconds of each step of the way, by what it ends with."""
    offset = time.time() - time.monotonic()
    accepted = {mail.serial: mail.at + offset for mail in wire.accepted}
    steps: dict[str, list[float]] = {name: [] for name in (*STAGES, "accepted")}
    with closing(sqlite3.connect(folder / "wirewatch.db")) as database:
        for serial, *moments in database.execute(WAY):
            number = int(serial)
            passed = [wire.shown[number] + offset, *map(_seconds, moments), accepted[number]]
            for name, since, at in zip(steps, passed[:-1], passed[1:], strict=True):
                steps[name].append(at - since)
    return steps


def _seconds(moment: str) -> float:
    return datetime.fromisoformat(moment).timestamp()


def report(waits: list[float], steps: dict[str, list[float]], cpu: dict[str, float]) -> None:
    p99 = quantiles(waits, n=100)[98]
    print(f"alerts: {len(waits)} articles from {HOSTS} hosts, {RATE} a second, worst {max(waits):.2f} s")
    print(f"  median {median(waits):.2f} s, at most {MEDIAN} s: {verdict(median(waits), MEDIAN)}")
    print(f"  p99    {p99:.2f} s, at most {P99} s: {verdict(p99, P99)}")
    for name, seconds in steps.items():
        cuts = quantiles(seconds, n=100)
        print(f"    {name:10} after {cuts[49] * 1000:5.0f} ms, p99 {cuts[98] * 1000:5.0f}")
    each = ", ".join(f"{name} {spent / len(waits) * 1000:.1f}" for name, spent in cpu.items())
    print(f"  CPU {sum(cpu.values()) / len(waits) * 1000:.1f} ms an article: {each}")


def main(seconds: int = SECONDS) -> None:
    with wired(HOSTS) as wire, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        spent = asyncio.run(measure(wire, folder, seconds))
        wire.end()
        waits = latencies(wire, RATE * seconds)
        own = spent.pop(os.getpid())
        spent.pop(wire.process.pid)
        report(list(waits.values()), stages(wire, folder), {"main": own, "children": sum(spent.values())})


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))

"""The service that is put under load, in a process of its own: `python -m tests.load.serving FOLDER`.

All of it is as `wirewatch run` has it but for the clock: that goes with real
time while anything is under way, and where nothing is it skips to the next
moment at which something is due. The jobs of the table run by that clock,
looked at every half hour. Before each hour it waits for a line on its
input, the clock standing; after each it prints a line of JSON. What every
visit was like goes to FOLDER/visits.csv.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ParamSpec

from sqlalchemy import text

from benchmarks.meter import anonymous, cpu_seconds, pss, tree
from crawler.outcomes import AnyOutcome, Visited
from crawler.parts import Parts
from news.source import Kind, Source
from news.watch import Term, Topic
from scheduler.jobs import guarded
from scheduler.telling import Telling
from storage import deliveries, sources, subscriptions, topics, work
from storage.database import Connection
from tests.alerts.reading import SENDER
from tests.load.clock import START, SharedClock
from tests.load.hostile import KINDS
from tests.load.world import HOUR, Load, World, host, slug, term, topic_slug
from wirewatch.lock import SERVICE
from wirewatch.logs import configure_service
from wirewatch.sections import Crawl, Egress, Logs, Mail
from wirewatch.sections import Service as ServiceSettings
from wirewatch.serving import serve
from wirewatch.settings import Settings
from wirewatch.telling import telling
from wirewatch.wiring import open_parts
from workers.limits import Limits

P = ParamSpec("P")

HALF_HOUR = HOUR / 2
# After the day's end: what the last hour held back is told, the last digests go out.
AFTER = HALF_HOUR
LOOK = 0.01
# Servers that ask for a visit an hour get it; the rhythm of arrivals alone would bring more.
CADENCE = 1800
NEVER = datetime.max.replace(tzinfo=UTC)
LEASED = text(
    "SELECT (SELECT count(*) FROM deliveries WHERE lease_until IS NOT NULL)"
    " + (SELECT count(*) FROM hosts WHERE lease_until IS NOT NULL)"
)


@dataclass(frozen=True, slots=True)
class Sample:
    """What the service held at an hour of the day, nothing being under way: PSS, anonymous memory (both in
    MB) and handles of its whole process tree, threads and tasks of its own, children."""

    hour: float
    megabytes: float
    anonymous: float
    handles: int
    threads: int
    tasks: int
    children: int


def sampled(hour: float) -> Sample:
    processes = list(tree(os.getpid()))
    handles = sum(len(os.listdir(f"/proc/{pid}/fd")) for pid in processes)
    return Sample(
        hour,
        round(sum(map(pss, processes)), 1),
        round(sum(map(anonymous, processes)), 1),
        handles,
        threading.active_count(),
        len(asyncio.all_tasks()),
        len(processes) - 1,
    )


def settings_for(load: Load, folder: Path, ports: dict[str, Any]) -> Settings:
    """As in production, but for no wait between requests to one host and shorter limits."""
    names = [host(source) for source in range(load.good)] + [KINDS[name].host for name in load.hostile]
    return Settings(
        data=folder / "data",
        database=ports["database"],
        languages=("en", "ru"),
        crawl=Crawl(contact="tests@example.org", delay=0.0),
        egress=Egress(
            allow=(f"127.0.0.1:{ports['web']}", f"127.0.0.1:{ports['full']}"),
            hosts=dict.fromkeys(names, "127.0.0.1"),
            idle=load.idle,
            total=3 * load.idle,
        ),
        mail=Mail(host="127.0.0.1", port=ports["mail"], security="none", sender=SENDER),
        service=ServiceSettings(port=0),
        logs=Logs(level="warning"),
    )


def all_sources(load: Load, ports: dict[str, Any]) -> Iterator[Source]:
    kind = Kind.NEWSPAPER
    for number in range(load.good):
        url = f"http://{host(number)}:{ports['web']}/feed.xml"
        name = slug(number)
        yield Source(name, name, name.title(), kind, url, languages=("en",), cadence=CADENCE)
    for name in load.hostile:
        bad = KINDS[name]
        port = ports["full" if name == "never-connects" else "web"]
        url = f"{bad.scheme}://{bad.host}:{port}/feed.xml"
        yield Source(name, name, name.title(), kind, url, languages=("en",), cadence=CADENCE)


async def furnish(world: World, parts: Parts, ports: dict[str, Any]) -> None:
    """Sources, topics and subscriptions, all there before the first visit."""
    database, now = parts.database, parts.clock()
    watched = (
        Topic(topic_slug(number), f"Topic {number}", 0, (Term(term(number), "en"),))
        for number in range(world.load.topics)
    )
    await database.write(topics.put_all, list(watched), now=now)
    for reader in world.readers:
        await database.write(
            subscriptions.add,
            recipient=reader.address,
            channel="smtp",
            mode=reader.mode,
            topics=[topic_slug(number) for number in reader.topics],
            zone=reader.zone,
            schedule=reader.schedule,
            when_empty=True,
            now=now,
        )
    await database.write(sources.put_all, list(all_sources(world.load, ports)), now=now, by_hand=True)


class Day:
    """Leads a service through the day."""

    def __init__(
        self, load: Load, folder: Path, clock: SharedClock, settings: Settings, parts: Parts
    ) -> None:
        self.load, self.clock, self.parts = load, clock, parts
        self.planning = 0  # how many plans are being made
        self.stirred = 0  # how often something began or ended
        self.visits = (folder / "visits.csv").open("w", encoding="ascii")
        self.telling = self._watched(telling(settings, parts))
        self.service, _ = serve(settings, parts, self.telling, observe=self._observe)
        self.due = {job.name: START + (job.first or job.every) for job in self.service.jobs()}

    def _watched(self, tells: Telling) -> Telling:
        """The same, and it is known when it is at work."""

        def noted(plan: Callable[P, Awaitable[object]]) -> Callable[P, Awaitable[object]]:
            async def run(*args: P.args, **kw: P.kwargs) -> object:
                self.planning += 1
                self.stirred += 1
                try:
                    return await plan(*args, **kw)
                finally:
                    self.planning -= 1

            return run

        return replace(tells, plan_instant=noted(tells.plan_instant), plan_digests=noted(tells.plan_digests))

    def _observe(self, outcome: AnyOutcome) -> None:
        self.stirred += 1
        if isinstance(outcome, Visited):
            visit, due = outcome.visit, outcome.task.due
            read = (visit.at - due).total_seconds()
            begun = read - visit.duration
            hour = (due - START) / HOUR
            self.visits.write(f"{visit.source},{hour:.4f},{begun:.4f},{read:.4f},{visit.outcome}\n")

    async def live(self) -> None:
        """The whole day, hour by hour, and what comes after it."""
        await self._our_turn()
        living = asyncio.create_task(self.service.run())
        try:
            for number in range(self.load.hours + 1):
                if number:
                    await self._our_turn()
                begun, cpu = time.monotonic(), cpu_seconds()
                samples = [await self._until(START + number * HOUR + half * HALF_HOUR) for half in (0, 1)]
                spent = {"wall": time.monotonic() - begun, "cpu": cpu_seconds() - cpu}
                self.clock.stand()
                print(json.dumps({"hour": number, **spent, "samples": [*map(asdict, samples)]}), flush=True)
            self.clock.go()
        finally:
            self.service.stop()
            with suppress(asyncio.CancelledError):
                await living
            self.visits.close()

    async def _our_turn(self) -> None:
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)
        self.clock.go()

    async def _until(self, moment: datetime) -> Sample:
        """Live until then, run the jobs that are due by then, and say what is held when all is done."""
        await self._skip_to(moment)
        for job in self.service.jobs():
            if self.due[job.name] <= self.clock():
                await guarded(job.name, job.run)
                self.due[job.name] = self.clock() + job.every
        await self._quiet()
        return sampled((moment - START) / HOUR)

    async def _skip_to(self, moment: datetime) -> None:
        while self.clock() < moment:
            self.clock.forward(min(await self._quiet(), moment))
            self.service.dispatcher.wake()
            self.telling.wake()

    async def _quiet(self) -> datetime:
        """Wait until nothing is under way; returns when something is due next."""
        while (due := await self._nothing_before()) is None:  # noqa: ASYNC110 - no event tells all of it
            await asyncio.sleep(LOOK)
        return due

    async def _nothing_before(self) -> datetime | None:
        """When something is due next; None: something is under way, or due by now."""
        before, now = self.stirred, self.clock()
        if self._busy():
            return None
        await asyncio.sleep(LOOK)  # between two tasks nothing is under way for a moment: not worth a question
        if self._busy() or self.stirred != before:
            return None
        due = await self.parts.database.read(next_moment, now, self.parts.pace.holder)
        return due if due > now and not self._busy() and self.stirred == before else None

    def _busy(self) -> bool:
        waiting = self.parts.database.units_waiting
        return bool(self.service.dispatcher.under_way or waiting or self.planning)


def next_moment(conn: Connection, now: datetime, holder: str) -> datetime:
    """When a visit, a page or a delivery is due; now, while somebody is at one."""
    if conn.execute(LEASED).scalar_one():
        return now
    found = work.next_due(conn, now), deliveries.next_due(conn, now=now, holder=holder, per_lane=4)
    return min((moment for moment in found if moment is not None), default=NEVER)


async def main(folder: Path) -> None:
    load = Load(**json.loads((folder / "load.json").read_text("utf-8")))
    ports = json.loads((folder / "ports.json").read_text("utf-8"))
    clock, settings = SharedClock(folder / "clock"), settings_for(load, folder, ports)
    limits = Limits(cpu=load.reading * 0.7, wall=load.reading)
    settings.data.mkdir()
    parts = await open_parts(settings, clock=clock, reader_limits=limits, command=SERVICE, patient=True)
    try:
        configure_service(settings)
        await furnish(World(load), parts, ports)
        await parts.readers.start()
        await Day(load, folder, clock, settings, parts).live()
    finally:
        await parts.close()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))

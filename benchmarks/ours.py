"""Wirewatch in the race: the service's own path on a SQLite file, from the dispatcher to the commit.

`python -m benchmarks.ours SCENARIO PORT FOLDER [PROFILE]` prints one line of
JSON. With PROFILE, a file's name, it says where the CPU went instead: by
process on standard error, by function of the main process in that file.
"""

from __future__ import annotations

import asyncio
import cProfile
import sqlite3
import sys
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.meter import Stopwatch, cpu_by_process
from benchmarks.scenarios import ITEMS, SCENARIOS, Scenario, edition_path, feed_address, feed_path
from crawler.crew import crawl
from crawler.dispatch import Dispatcher
from crawler.outcomes import AnyOutcome, Visited
from crawler.parts import Parts
from news.source import Kind, Source
from news.visit import Outcome
from storage import sources
from wirewatch.sections import Crawl, Egress
from wirewatch.settings import Settings
from wirewatch.wiring import open_parts, scrapy_settings

# Announced articles wait for nothing: their pages are another scenario's. Costs us an update per article.
NO_PAGES = """
CREATE TRIGGER no_pages AFTER INSERT ON articles
BEGIN UPDATE articles SET next_try_at = NULL WHERE id = NEW.id; END
"""


@dataclass
class Lap:
    """What is left of one edition; `done` is set when all of it is stored."""

    visits: int
    articles: int
    outcome: Outcome
    done: asyncio.Event = field(default_factory=asyncio.Event)

    def note(self, outcome: AnyOutcome) -> None:
        """An outcome was stored. Raises AssertionError where it is not what the race is about."""
        if isinstance(outcome, Visited):
            assert outcome.visit.outcome is self.outcome, outcome.visit
            self.visits -= 1
        else:
            assert outcome.reason is None, outcome.reason
            self.articles -= 1
        if not self.visits and not self.articles:
            self.done.set()


class Race:
    """All laps of one scenario over one crawler, as the service keeps it."""

    def __init__(self, scenario: Scenario, port: int, parts: Parts, settings: Settings) -> None:
        self._scenario = scenario
        self._port = port
        self._parts = parts
        self._settings = settings
        self._lap = self._next_lap(0)

    async def run(self, watch: Stopwatch, profile: cProfile.Profile | None) -> None:
        """The first edition to warm up, then the measured ones."""
        dispatcher = Dispatcher(self._parts, observe=lambda outcome: self._lap.note(outcome))
        await self._turn_to(0)
        async with asyncio.TaskGroup() as group:
            group.create_task(crawl(self._parts, dispatcher, scrapy_settings(self._settings)))
            await self._lap.done.wait()
            watch.start()
            if profile:
                profile.enable()
            for edition in range(1, self._scenario.editions + 1):
                self._lap = self._next_lap(edition)
                await self._turn_to(edition)
                dispatcher.wake()
                await self._lap.done.wait()
            if profile:
                profile.disable()
            else:
                watch.report(self._scenario.units)
            dispatcher.stop()

    def _next_lap(self, edition: int) -> Lap:
        scenario = self._scenario
        outcome = Outcome.NEW if scenario.step or not edition else Outcome.UNCHANGED
        return Lap(scenario.feeds, scenario.feeds * scenario.step if scenario.pages else 0, outcome)

    async def _turn_to(self, edition: int) -> None:
        """The server shows that edition, and every source is due."""
        path = edition_path(self._scenario, edition)
        await asyncio.to_thread(_get, f"http://127.0.0.1:{self._port}{path}")
        database, now = self._parts.database, self._parts.clock()
        if edition:
            await database.write(sources.make_due, None, now)
        else:
            feeds = [self._source(number) for number in range(self._scenario.feeds)]
            await database.write(sources.put_all, feeds, now=now, by_hand=True)

    def _source(self, number: int) -> Source:
        return Source(
            slug=f"feed-{number}",
            outlet=f"feed-{number}",
            name=f"Feed {number}",
            kind=Kind.AGENCY,
            languages=("en",),
            url=f"http://{_host(number)}:{self._port}{feed_path(number)}",
        )


def _host(number: int) -> str:
    return f"feed-{number}.example"


def _get(url: str) -> None:
    urllib.request.urlopen(url).close()


async def main(name: str, port: int, folder: Path, profile: Path | None) -> None:
    scenario = SCENARIOS[name]
    settings = Settings(
        data=folder,
        crawl=Crawl(contact="bench@example.org", delay=0.0),
        egress=Egress(
            allow=tuple(f"{feed_address(number)}:{port}" for number in range(scenario.feeds)),
            hosts={_host(number): feed_address(number) for number in range(scenario.feeds)},
        ),
    )
    parts = await open_parts(settings)
    try:
        await asyncio.gather(parts.readers.start(), parts.judge.start())
        if not scenario.pages:
            _set_up(folder / "wirewatch.db")
        profiler = cProfile.Profile() if profile else None
        before = cpu_by_process()
        await Race(scenario, port, parts, settings).run(Stopwatch(), profiler)
        if profile and profiler:
            for pid, spent in cpu_by_process().items():
                print(f"{spent - before.get(pid, 0):7.2f} s {_command(pid)}", file=sys.stderr)
            profiler.dump_stats(profile)
        _check(folder / "wirewatch.db", scenario)
    finally:
        await parts.close()


def _set_up(file: Path) -> None:
    database = sqlite3.connect(file)
    database.execute(NO_PAGES)
    database.commit()
    database.close()


def _check(file: Path, scenario: Scenario) -> None:
    """Every article is there, and where pages were read, read from its page."""
    database = sqlite3.connect(file)
    (articles,) = database.execute("SELECT count(*) FROM articles").fetchone()
    (texts,) = database.execute("SELECT count(*) FROM revisions WHERE origin = 'page'").fetchone()
    database.close()
    expected = scenario.feeds * (ITEMS + scenario.step * scenario.editions)
    assert articles == expected, (articles, expected)
    assert texts == (expected if scenario.pages else 0), texts


def _command(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()[-60:]


if __name__ == "__main__":
    arguments = sys.argv[1:]
    wanted = Path(arguments[3]) if len(arguments) > 3 else None
    asyncio.run(main(arguments[0], int(arguments[1]), Path(arguments[2]), wanted))

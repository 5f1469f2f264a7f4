"""kill -9 at every point of collecting: after a restart nothing is lost and nothing stands twice."""

import os
import signal
from collections.abc import Iterator
from datetime import UTC, datetime
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import pytest

from tests.collector import settings_for
from tests.crawler.killed import Run, collect, later, left_in, source
from tests.processes import PROCESSES
from tests.web import Asked, Item, Reply, Web, article, rss, serving
from wirewatch.settings import Settings

START = datetime(2022, 12, 12, 10, 0, tzinfo=UTC)
REQUEST_SENT = "request sent"
POINTS = [
    REQUEST_SENT,
    "body read",
    "in the reader",
    "announced before commit",
    "announced after commit",
    "visits_recorded before commit",
    "visits_recorded after commit",
    "judged",
    "stored before commit",
    "stored after commit",
]
HOSTS = ("one.test", "two.test")


@pytest.fixture(scope="module")
def served() -> Iterator[Web]:
    with serving() as site:
        yield site


class Story:
    """Two feeds that go on publishing while their reader is killed again and again."""

    def __init__(self, web: Web, settings: Settings) -> None:
        web.pages.clear()
        self.web, self.settings = web, settings
        self.items: dict[str, list[Item]] = {host: [] for host in HOSTS}
        self.rounds = 0

    def publish(self) -> None:
        self.rounds += 1
        for host, items in self.items.items():
            for number in (1, 2):
                title = f"Round {self.rounds}, report {number} of {host}"
                words = (
                    f"{title}: the road was said to be closed on day {self.rounds} by those who live there."
                )
                link = self.web.put(host, f"/{self.rounds}-{number}", article(title, words))
                items.insert(0, Item(title, link, guid=f"{host}-{self.rounds}-{number}"))
            typed = {"Content-Type": "application/rss+xml", "ETag": f'"{self.rounds}"'}
            self.web.put(host, "/rss", Reply(rss(items), headers=typed))

    def run(self, at: str | None, nth: int = 1) -> int:
        """One run in a process of its own; its exit code, negative where it was killed."""
        egress = self.settings.egress.model_copy(update={"hosts": self.web.hosts()})
        settings = self.settings.model_copy(update={"egress": egress})
        run = Run(
            settings=settings.model_dump(),
            sources=tuple(source(host.partition(".")[0], self.web.url(host, "/rss")) for host in HOSTS),
            now=later(START, self.rounds),
            at=at,
            nth=nth,
            # One entry a unit: the feed is announced in several, as a flood is, and the visit in the last.
            slice=1 if at is not None and at.startswith("announced") else 200,
        )
        process = PROCESSES.Process(target=collect, args=(run,))
        if at == REQUEST_SENT:
            self._kill_on_request(process, nth)
        process.start()
        process.join(180)
        self.web.on_request = lambda asked: None
        assert process.exitcode is not None, f"{at}: still running after 180 s"
        return process.exitcode

    def _kill_on_request(self, process: ForkServerProcess, nth: int) -> None:
        seen: list[Asked] = []

        def kill(asked: Asked) -> None:
            seen.append(asked)
            if len(seen) == nth:
                assert process.pid
                os.kill(process.pid, signal.SIGKILL)

        self.web.on_request = kill

    async def check(self) -> None:
        published = {item.title for items in self.items.values() for item in items}
        left = (await left_in(self.settings)).articles
        titles = [title for title, _, _ in left]
        assert sorted(titles) == sorted(published), "each once, none lost"
        assert {state for _, state, _ in left} == {"read"}
        assert {numbers for _, _, numbers in left} == {(1,)}


async def kill_again_and_again(web: Web, settings: Settings, point: str, times: int) -> None:
    story = Story(web, settings)
    killed = 0
    for turn in range(times):
        story.publish()
        killed += story.run(point, nth=1 + turn % 2) == -signal.SIGKILL
    story.publish()
    assert story.run(None) == 0
    await story.check()
    assert killed == times, f"{point} was passed and killed {killed} times of {times}"


@pytest.mark.parametrize("point", POINTS)
async def test_five_kills(served: Web, tmp_path: Path, point: str) -> None:
    await kill_again_and_again(served, settings_for(served, tmp_path, readers=1), point, 5)


@pytest.mark.soak
@pytest.mark.parametrize("point", POINTS)
async def test_fifty_kills(served: Web, tmp_path: Path, database_url: str, point: str) -> None:
    await kill_again_and_again(served, settings_for(served, tmp_path, database_url, readers=1), point, 50)

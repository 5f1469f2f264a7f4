"""What a list held when it was last read is remembered as long as the database names that very list."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.crew import crawl
from crawler.dispatch import Dispatcher
from crawler.outcomes import AnyOutcome, Visited
from crawler.remembered import SOURCES, Remembered
from news.article import Entry
from news.source import Kind, Source
from news.visit import History, Outcome, Validators, Visit
from news.work import VisitTask
from storage import sources
from tests.collector import collecting
from tests.web import Item, Reply, Web, rss, serving
from wirewatch.wiring import scrapy_settings

NOON = datetime(2022, 12, 12, 12, 0, tzinfo=UTC)


def task(body: bytes | None, slug: str = "agency") -> VisitTask:
    source = Source(slug=slug, outlet=slug, name=slug, kind=Kind.AGENCY, url="http://agency.test/rss")
    return VisitTask(source, "agency.test", NOON, Validators(body_hash=body), NOON, History())


def visited(before: VisitTask, body: bytes | None) -> Visited:
    visit = Visit(source=before.source.slug, at=NOON, outcome=Outcome.NEW)
    entries = (Entry("http://agency.test/1", "One", block=1), Entry("http://agency.test/2", "Two"))
    validators = None if body is None else Validators(body_hash=body)
    return Visited(before, visit, entries, cut=(7,), validators=validators)


def test_the_blocks_of_the_last_list_by_its_body() -> None:
    remembered = Remembered()
    assert remembered.of(task(None)) is None
    remembered.note(visited(task(None), b"first"))
    assert remembered.of(task(b"first")) == frozenset({1, 7})
    assert remembered.of(task(b"another service's")) is None
    assert remembered.of(task(None)) is None
    assert remembered.of(task(b"first", "other")) is None


def test_a_visit_whose_list_does_not_stand_is_not_remembered() -> None:
    remembered = Remembered()
    remembered.note(visited(task(None), b"first"))
    remembered.note(visited(task(b"first"), None))
    assert remembered.of(task(b"first")) == frozenset({1, 7})


def test_the_longest_unused_goes_first() -> None:
    remembered = Remembered()
    for number in range(SOURCES + 1):
        remembered.note(visited(task(None, f"s{number}"), b"first"))
    assert remembered.of(task(b"first", "s0")) is None
    assert remembered.of(task(b"first", f"s{SOURCES}")) == frozenset({1, 7})


@pytest.fixture
def web() -> Iterator[Web]:
    with serving() as site:
        yield site


async def test_one_crawler_over_many_visits_announces_each_item_once(web: Web, tmp_path: Path) -> None:
    items = [Item(f"Report {number}", web.url("agency.test", f"/{number}")) for number in range(6)]
    web.put("agency.test", "/rss", Reply(rss(items[:3])))
    async with collecting(web, tmp_path) as collector:
        await collector.add("agency", web.url("agency.test", "/rss"), full_content=True)
        outcomes: asyncio.Queue[Visited] = asyncio.Queue()

        def observe(outcome: AnyOutcome) -> None:
            if isinstance(outcome, Visited):
                outcomes.put_nowait(outcome)

        dispatcher = Dispatcher(collector.parts, observe=observe)
        egress = collector.settings.egress.model_copy(update={"hosts": web.hosts()})
        settings = collector.settings.model_copy(update={"egress": egress})
        async with asyncio.TaskGroup() as group:
            group.create_task(crawl(collector.parts, dispatcher, scrapy_settings(settings)))
            cut = [len((await outcomes.get()).cut)]
            for shown in (items[1:4], items[2:5], items[3:6], items[:6]):
                web.put("agency.test", "/rss", Reply(rss(shown)))
                collector.clock.forward(hours=1)
                await collector.parts.database.write(sources.make_due, None, collector.clock())
                dispatcher.wake()
                cut.append(len((await outcomes.get()).cut))
            dispatcher.stop()
        assert cut == [0, 2, 2, 2, 3]
        assert sorted(item.title for item in await collector.items()) == [item.title for item in items]

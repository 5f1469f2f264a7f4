"""The pipelines: a text is judged, then every outcome is stored."""

from __future__ import annotations

from dataclasses import replace
from typing import Self

from scrapy.crawler import Crawler

from crawler import deciding, recording
from crawler.outcomes import Fetched, Visited
from crawler.visiting import SourceSpider
from news.article import Judgement
from news.errors import ReaderFailed, ReaderUnavailable
from storage.announcing import Announced


class Pipeline:
    """What both need: the parts of the spider they serve."""

    def __init__(self, spider: SourceSpider) -> None:
        self._spider = spider

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        assert isinstance(crawler.spider, SourceSpider)
        return cls(crawler.spider)


class Judging(Pipeline):
    """Adds the judge's word; a text the judge dies over is tried again, then stored unjudged."""

    async def process_item(self, item: Visited | Fetched) -> Visited | Fetched:
        if isinstance(item, Visited) or item.reading is None:
            return item
        parts, reading, task = self._spider.parts, item.reading, item.task
        try:
            judgement = await parts.judge.run(
                "matching.judge:judge",
                reading.title,
                reading.text,
                reading.language,
                task=task.entry.link or task.entry.title,
            )
        except ReaderUnavailable as error:
            return deciding.not_our_turn(task, str(error), parts.clock())
        except ReaderFailed as error:
            again = None
            if task.crashes + 1 < deciding.CRASHES:
                attempts = parts.pace.attempts
                again = deciding.next_try(task, now=parts.clock(), attempts=attempts)
            unread = replace(item, reading=None) if again else item
            judgement = Judgement(None, None)
            return replace(unread, judgement=judgement, reason=str(error), retry_at=again, crashed=True)
        parts.checkpoint("judged")
        return replace(item, judgement=judgement)


class Recording(Pipeline):
    """Stores every outcome in units of work and tells the dispatcher."""

    async def process_item(self, item: Visited | Fetched) -> Visited | Fetched:
        if isinstance(item, Visited):
            item = await self._record_visit(item)
        else:
            parts = self._spider.parts
            await parts.database.write(recording.stored, item, now=parts.clock(), pace=parts.pace)
        self._spider.dispatcher.done(item)
        return item

    async def _record_visit(self, item: Visited) -> Visited:
        parts = self._spider.parts
        *earlier, last = recording.slices(item.entries)
        found = Announced()
        for entries in earlier:
            found += await parts.database.write(recording.announced, item, entries)
        ended = recording.Ended(item, last, found, parts.clock(), parts.pace)
        if len(last) <= recording.FEW:
            visit = await parts.database.write_each(recording.visits_recorded, ended)
        else:
            [visit] = await parts.database.write(recording.visits_recorded, [ended])
        return replace(item, visit=visit)

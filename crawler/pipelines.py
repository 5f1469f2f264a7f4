"""The pipelines: a text is judged, then every outcome is stored."""

from __future__ import annotations

from dataclasses import replace
from typing import Self

from scrapy.crawler import Crawler

from crawler import deciding, recording
from crawler.outcomes import UNJUDGED, AnyOutcome, Fetched, Kept, Paged, Visited
from crawler.visiting import SourceSpider
from news.errors import ReaderFailed, ReaderUnavailable
from storage.announcing import Announced


class Pipeline:
    """What both need: the parts of the spider they serve, and the judge."""

    def __init__(self, spider: SourceSpider) -> None:
        self._spider = spider

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        assert isinstance(crawler.spider, SourceSpider)
        return cls(crawler.spider)

    async def judged(self, item: Fetched) -> Fetched:
        """With the judge's word; a text the judge dies over is tried again, then stored unjudged."""
        parts, task = self._spider.parts, item.task
        if item.reading is None:
            return item
        # Judged as it will be stored: evidence lies in the title, too.
        reading = item.reading if item.reading.title else replace(item.reading, title=task.entry.title)
        try:
            judgement = await parts.judge.judge(
                *(reading.title, reading.text, reading.language),
                facts=task.source.facts,
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
            return replace(unread, judgement=UNJUDGED, reason=str(error), retry_at=again, crashed=True)
        parts.checkpoint("judged")
        return replace(item, reading=reading, judgement=judgement)


class Judging(Pipeline):
    """Adds the judge's word."""

    async def process_item(self, item: AnyOutcome) -> AnyOutcome:
        return await self.judged(item) if isinstance(item, Fetched) else item


class Recording(Pipeline):
    """Stores every outcome in units of work and tells the dispatcher."""

    async def process_item(self, item: AnyOutcome) -> AnyOutcome:
        match item:
            case Visited():
                item = await self._record_visit(item)
            case Fetched():
                item = await self._record_text(item)
            case Paged():
                await self._record_page(item)
        self._spider.dispatcher.done(item)
        return item

    async def _record_page(self, item: Paged) -> None:
        parts, found = self._spider.parts, Announced()
        *earlier, last = recording.slices(item.entries, parts.pace.slice)
        for entries in earlier:
            found += await parts.database.write(recording.filled, item, entries)
        await parts.database.write(recording.paged, item, last, found, now=parts.clock(), pace=parts.pace)

    async def _record_text(self, item: Fetched) -> Fetched:
        """Where topics changed on the way the text is judged anew: none slips between two editions."""
        parts = self._spider.parts
        while True:
            kept = await parts.database.write(recording.stored, item, now=parts.clock(), pace=parts.pace)
            if isinstance(kept, Kept):
                return replace(item, kept=kept)
            await parts.judge.renew()
            item = await self.judged(item)

    async def _record_visit(self, item: Visited) -> Visited:
        parts = self._spider.parts
        *earlier, last = recording.slices(item.entries, parts.pace.slice)
        found = Announced()
        for entries in earlier:
            found += await parts.database.write(recording.announced, item, entries)
        ended = recording.Ended(item, last, found, parts.clock(), parts.pace)
        if len(last) <= recording.FEW:
            visit = await parts.database.write_each(recording.visits_recorded, ended)
        else:
            [visit] = await parts.database.write(recording.visits_recorded, [ended])
        self._spider.remembered.note(item)
        return replace(item, visit=visit)

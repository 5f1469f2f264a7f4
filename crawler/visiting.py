"""The base of all spiders: requests from tasks, outcomes from responses.

A spider is fed by the dispatcher through `start()`, so it lives as long as
there is work. What differs between spiders is only how the entries of a list
and the text of an article are found, by functions that run in a reader.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, ClassVar, Self

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider
from scrapy.http import Response
from scrapy.utils.misc import load_object
from twisted.python.failure import Failure

from crawler import backfilling, deciding
from crawler.dispatch import Dispatcher, Task
from crawler.outcomes import Fetched, Paged, Visited
from crawler.parts import Interface, Parts
from crawler.progress import Progress, body_hash, noted, read
from crawler.reading.articles import from_feed, stand_in
from crawler.reading.entries import ListReading
from crawler.remembered import Remembered
from egress.addresses import parse_url
from news.errors import FetchError, NoText, ReaderFailed, ReaderUnavailable, Refused, WirewatchError
from news.politeness import parse_retry_after
from news.source import Source
from news.visit import GOOD, Outcome, Validators, Visit, Wishes
from news.work import BackfillTask, ReadTask, VisitTask
from storage import articles, sources

# `scrapy crawl` and `collect` end when nothing falls due within this time: longer than the wait between
# two requests to a host, shorter than any visit's cadence.
HORIZON = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Asking:
    """How a source's list is asked for: the address and what the request carries besides.

    `spacing` are the seconds its visits are apart at least; `robots` says
    whether robots.txt is asked (who has a token is asked for by other terms).
    """

    url: str
    headers: Mapping[bytes, bytes] = field(default_factory=dict)
    spacing: float | None = None
    robots: bool = True


class SourceSpider(Spider):
    """Visits sources and fetches the pages they announced.

    Run by `scrapy crawl NAME -a source=SLUG` it opens its parts itself and
    ends when that source is done; in the service it is handed both.
    `reads` and `reads_article` name the functions ("package.module:function")
    that find a list's entries and an article's text; `whole` says whether the
    list carries whole articles (None: judged entry by entry), `fades` whether
    an empty list may only mean that nothing recent was said.
    """

    reads: ClassVar[str]
    reads_article: ClassVar[str] = "crawler.reading.articles:read_article"
    whole: ClassVar[bool | None] = None
    fades: ClassVar[bool] = False

    def __init__(
        self, source: str | None = None, parts: Parts | None = None, dispatcher: Dispatcher | None = None
    ) -> None:
        super().__init__()
        self._source = source
        self._parts = parts
        self._dispatcher = dispatcher
        self._running: asyncio.Task[None] | None = None
        self.remembered = Remembered()

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider._close_parts, signal=signals.spider_closed)
        crawler.signals.connect(spider._failed_to_parse, signal=signals.spider_error)
        crawler.signals.connect(spider._failed_to_record, signal=signals.item_error)
        return spider

    @property
    def parts(self) -> Parts:
        assert self._parts is not None, "start() has not run"
        return self._parts

    @property
    def dispatcher(self) -> Dispatcher:
        assert self._dispatcher is not None, "start() has not run"
        return self._dispatcher

    async def start(self) -> AsyncIterator[Any]:
        if self._dispatcher is None:
            try:
                await self._open_parts()
            except WirewatchError as error:
                self.logger.error("%s", error)
                raise CloseSpider(str(error)) from error
        async for task in self.dispatcher.tasks(self.name):
            yield await self._ask(task)

    @staticmethod
    def options(source: Source) -> dict[str, Any]:
        """Further arguments of `reads` for this source."""
        return {}

    @staticmethod
    def paging(since: datetime) -> dict[str, Any]:
        """Arguments of `reads` besides, where a back-fill goes back to `since`."""
        return {}

    @staticmethod
    def asks(source: Source, x: Interface) -> Asking:
        """How the list of this source is asked for. Raises NotSetUp where something is missing for it."""
        return Asking(source.url)

    async def asking(self, source: Source) -> Asking:
        """The same, `spacing` by how many share it."""
        return self.asks(source, self.parts.x)

    async def _ask(self, task: Task) -> Request | Fetched | Visited | Paged:
        """The request a task needs, or its outcome where none can or need be made."""
        if isinstance(task, ReadTask) and deciding.is_whole(task.entry, task.source, self.whole):
            return Fetched(task, from_feed(task.entry), fetched=False)
        if isinstance(task, ReadTask) and task.crashes >= deciding.CRASHES:
            return Fetched(task, stand_in(task.entry), reason=deciding.PARKED, fetched=False)
        try:
            if isinstance(task, VisitTask):
                asking = await self.asking(task.source)
                wishes = Wishes(spacing=asking.spacing)
                return self._request(asking, task, self.visited, Progress(self._time(), wishes=wishes))
            if isinstance(task, BackfillTask):
                asking = await self.asking(task.source)
                first = task.url == task.source.url
                return self._request(asking if first else replace(asking, url=task.url), task, self.paged)
            return self._request(Asking(task.entry.link or ""), task, self.fetched)
        except WirewatchError as error:
            return self._outcome_of(error, task, Progress(self._time()))

    def _request(
        self, asking: Asking, task: Task, callback: Any, progress: Progress | None = None
    ) -> Request:
        parse_url(asking.url)
        source = task.source
        meta = {
            "task": task,
            "progress": progress,
            "insecure_tls": source.insecure_tls is not None,
            "ignore_robots": source.ignore_robots is not None or not asking.robots,
        }
        headers = _conditional(task.validators) if isinstance(task, VisitTask) else {}
        return Request(
            asking.url,
            callback=callback,
            errback=self.failed,
            headers={**headers, **asking.headers},
            meta=meta,
            dont_filter=True,
        )

    async def visited(self, response: Response) -> AsyncIterator[Any]:
        """A list has come: skip it, or have it read, then its next page or the outcome."""
        task, progress = response.meta["task"], response.meta["progress"]
        self.parts.checkpoint("body read")
        progress = noted(progress, response, self.parts.clock())
        settled = deciding.of_status(response.status)
        if settled is None and progress.pages == 1 and body_hash(response) == task.validators.body_hash:
            settled = (Outcome.UNCHANGED, "")
        if progress.pages > 1 and response.status in deciding.BEYOND:
            yield self._onward(task, progress)
            return
        if settled is not None:
            yield self._visited(task, progress, settled[0], settled[1] or None, response.status)
            return
        try:
            known = self.remembered.of(task)
            if known is None:
                known = await self.parts.database.read(articles.known_blocks, task.source.slug)
            found = await self._read_list(task.source, response, known)
        except WirewatchError as error:
            yield self._outcome_of(error, task, progress, response.status)
            return
        yield self._onward(task, read(progress, found, task.source))

    def _onward(self, task: VisitTask, progress: Progress) -> Request | Visited:
        """The next list page of those ahead, or the outcome."""
        for place, address in enumerate(progress.ahead, 1):
            rest = replace(progress, ahead=progress.ahead[place:])
            try:
                return self._request(
                    Asking(address), replace(task, validators=Validators()), self.visited, rest
                )
            except Refused:
                continue  # a link to a page that may not be followed costs nothing already read
        quiet = self.fades and not progress.listed
        return self._visited(task, progress, Outcome.UNCHANGED if quiet else Outcome.NEW, None, 200)

    async def paged(self, response: Response) -> AsyncIterator[Any]:
        """A list page of a back-fill has come: all of it is read, known or not."""
        task: BackfillTask = response.meta["task"]
        now, attempts = self.parts.clock(), self.parts.pace.attempts
        wait = parse_retry_after(response.headers.get(b"Retry-After"), now)
        settled = backfilling.of_status(task, response.status, now=now, attempts=attempts, wait=wait)
        if settled is not None:
            yield settled
            return
        try:
            found = await self._read_list(task.source, response, frozenset(), **self.paging(task.since))
        except WirewatchError as error:
            yield self._outcome_of(error, task, None)
        else:
            yield backfilling.of_list(task, found, now)

    async def _read_list(
        self, source: Source, response: Response, known: frozenset[int], **further: Any
    ) -> ListReading:
        found: ListReading = await self.parts.readers.run(
            self.reads,
            response.body,
            owner=source.slug,
            task=response.url,
            url=response.url,
            content_type=_content_type(response),
            known=known,
            zone=source.zone,
            languages=source.languages,
            now=self.parts.clock(),
            **{**self.options(source), **further},
        )
        return found

    async def fetched(self, response: Response) -> AsyncIterator[Any]:
        """An article's page has come: have it read."""
        task: ReadTask = response.meta["task"]
        self.parts.checkpoint("body read")
        now = self.parts.clock()
        wait = parse_retry_after(response.headers.get(b"Retry-After"), now)
        settled = deciding.of_status(response.status)
        if settled is not None:
            final = deciding.is_final(response.status)
            yield self._missed(
                task, settled[1] or f"an answer that is no page ({response.status})", final, wait
            )
            return
        try:
            reading = await self.parts.readers.run(
                self.reads_article,
                response.body,
                owner=task.source.slug,
                task=response.url,
                url=task.entry.link,
                final_url=response.url,
                content_type=_content_type(response),
                rules=task.source.rules,
                zone=task.source.zone,
                languages=task.source.languages,
                now=now,
                entry=task.entry,
            )
        except ReaderUnavailable as error:
            yield deciding.not_our_turn(task, str(error), now)
        except ReaderFailed as error:
            yield self._missed(task, str(error), task.crashes + 1 >= deciding.CRASHES, None, crashed=True)
        except WirewatchError as error:
            yield self._missed(task, str(error), isinstance(error, NoText), None)
        else:
            yield Fetched(task, reading)

    async def failed(self, failure: Failure) -> AsyncIterator[Any]:
        """No response came. What nobody expected is logged in full, and costs this one task only."""
        request = failure.request  # type: ignore[attr-defined]  # set by Scrapy on what reaches an errback
        error = failure.value
        if isinstance(error, asyncio.CancelledError):
            return  # we leave: the task stays with its lease, and its source is not to blame
        if not isinstance(error, WirewatchError):
            self.logger.error("%s: unexpected", request.url, exc_info=error)
            error = FetchError(url=request.url, reason=f"unexpected {type(error).__name__}: {error}")
        yield self._outcome_of(error, request.meta["task"], request.meta["progress"])

    def _outcome_of(
        self, error: WirewatchError, task: Task, progress: Progress | None, status: int | None = None
    ) -> Visited | Fetched | Paged:
        wait = error.facts.get("wait")
        if isinstance(task, BackfillTask):
            now, attempts = self.parts.clock(), self.parts.pace.attempts
            return backfilling.of_error(task, error, now=now, attempts=attempts)
        if isinstance(task, ReadTask):
            return self._missed(task, str(error), final=not error.retryable, wait=wait)
        outcome, reason = deciding.of_error(error)
        progress = progress or Progress(self._time())
        if wait is not None:
            progress = replace(progress, wishes=replace(progress.wishes, retry_after=wait))
        return self._visited(task, progress, outcome, reason, status)

    def _visited(
        self, task: VisitTask, progress: Progress, outcome: Outcome, reason: str | None, status: int | None
    ) -> Visited:
        visit = Visit(
            source=task.source.slug,
            at=self.parts.clock(),
            outcome=outcome,
            duration=self._time() - progress.started,
            status=status,
            reason=reason,
            listed=progress.listed,
            bytes=progress.bytes,
        )
        validators = progress.validators if outcome in GOOD and status == 200 else None
        return Visited(task, visit, progress.entries, progress.cut, validators, progress.wishes)

    def _missed(
        self, task: ReadTask, reason: str, final: bool, wait: float | None, crashed: bool = False
    ) -> Fetched:
        """The page could not be had or read: again later, or the feed's own words stand in."""
        now = self.parts.clock()
        again = (
            None if final else deciding.next_try(task, now=now, attempts=self.parts.pace.attempts, wait=wait)
        )
        reading = None if again else stand_in(task.entry)
        return Fetched(task, reading, reason=reason, retry_at=again, crashed=crashed, wait=wait)

    def _time(self) -> float:
        return asyncio.get_running_loop().time()

    async def _open_parts(self) -> None:
        opener = load_object(self.settings["WIREWATCH_OPEN"])
        self._parts = await opener(self._source, self.name)
        # Only what this spider can do: tasks of the others would wait for ever.
        found = await self._parts.database.read(sources.all_sources)
        slugs = {
            each.slug for each in found if each.spider == self.name and self._source in (None, each.slug)
        }
        self._dispatcher = Dispatcher(self.parts, slugs=slugs, horizon=HORIZON, paging=False)
        self._running = asyncio.create_task(self._dispatcher.run())

    async def _close_parts(self) -> None:
        if self._running is not None:
            self.dispatcher.stop()
            await self._running
            await self.parts.close()

    def _failed_to_parse(self, failure: Failure, response: Any) -> None:
        """A bug in a callback (Scrapy has logged it): the task is given back, others go on."""
        if response is not None:  # None: start() itself, which Scrapy has logged
            self._abandon(response.request.meta["task"], failure)

    def _failed_to_record(self, item: Any, failure: Failure) -> None:
        """A bug on the way to the database, or the database itself: the same."""
        self._abandon(item.task, failure)

    def _abandon(self, task: Task, failure: Failure) -> None:
        if isinstance(failure.value, asyncio.CancelledError):
            return
        self.dispatcher.abandon(task, f"unexpected {type(failure.value).__name__}: {failure.value}")


def _conditional(validators: Validators) -> dict[bytes, bytes]:
    """The validators as the server gave them, byte for byte."""
    given = {b"If-None-Match": validators.etag, b"If-Modified-Since": validators.last_modified}
    return {name: value for name, value in given.items() if value}


def _content_type(response: Response) -> str | None:
    value = response.headers.get(b"Content-Type")
    return value.decode("latin-1") if value else None

"""The service: crawls and tells for months, keeps house meanwhile, and ends when it is told to."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Sequence
from contextlib import suppress
from datetime import timedelta
from functools import partial

import structlog

from crawler.dispatch import Dispatcher
from crawler.outcomes import AnyOutcome, Fetched, Visited
from crawler.parts import Parts
from news.errors import StorageError
from scheduler.jobs import Job, guarded, kept_up, schedule
from scheduler.telling import Teller, Telling
from storage import visits, work

Watch = Callable[[Callable[[], None]], Awaitable[None]]
# Seconds for what is under way to come to its end; what does not is abandoned to its lease.
GRACE = 4.0
# Seconds for what was abandoned to let go.
LETTING_GO = 2.0
GIVING_BACK = 1.0
# Before a crew that fell is set up again.
PAUSE = 30.0


class Service:
    """Runs a dispatcher and its crew until `stop`, with the table of jobs beside them.

    `crawl` runs the spiders over a dispatcher until that ends. Scrapy's caches
    grow for a crawler's life, so the crew is renewed once a day. `telling` is
    what tells (None: nobody is told), `chores` are further rows of the table
    of jobs, `watch` calls back after other processes' commits, `observe` is
    told of every outcome stored.
    """

    def __init__(
        self,
        parts: Parts,
        crawl: Callable[[Dispatcher], Awaitable[None]],
        *,
        telling: Telling | None = None,
        chores: Sequence[Job] = (),
        watch: Watch | None = None,
        observe: Callable[[AnyOutcome], None] = lambda outcome: None,
    ) -> None:
        self._parts = parts
        self._crawl = crawl
        self._teller = Teller(telling) if telling else None
        self._chores = tuple(chores)
        self._watch = watch
        self._observer = observe
        self._stopping = asyncio.Event()
        self._hurry = asyncio.Event()
        self.visits: Counter[str] = Counter()
        self.pages: Counter[str] = Counter()
        self.dispatcher = self._new_dispatcher()

    def jobs(self) -> tuple[Job, ...]:
        """The table of jobs: to add one is to add a row."""
        tell = [Job("tell", timedelta(seconds=15), self._teller.tick)] if self._teller else []
        return (
            Job("wake", timedelta(seconds=30), self._wake),
            *tell,
            Job("fold visits", timedelta(hours=1), self._fold_visits, first=timedelta(minutes=2)),
            Job("renew the crew", timedelta(days=1), self._renew_crew),
            *self._chores,
        )

    def stored(self, articles: Collection[int]) -> None:
        """These articles were just committed with their matches: tell of them now, not at the tick."""
        if self._teller:
            self._teller.stored(articles)

    async def run(self) -> None:
        """Until `stop`: then what is under way comes to its end within GRACE seconds or is abandoned
        to its lease. Everything else waits in the database. Raises what the first crew raised."""
        log, others = structlog.get_logger("service"), asyncio.all_tasks()
        scheduler = schedule(self.jobs())
        scheduler.start()
        loops = [asyncio.create_task(self._keep_crawling())]
        if self._teller:
            loops.append(asyncio.create_task(self._teller.run()))
        watching = asyncio.create_task(kept_up("watch", self._watched, self._stopping))
        try:
            await self._until_stopped(loops)
            log.info("stopping", under_way=self.dispatcher.under_way)
            watching.cancel()
            scheduler.pause()
            await self._come_to_an_end(loops)
        finally:
            scheduler.shutdown(wait=False)
            await _let_go(asyncio.all_tasks() - others)
            await self._give_hosts_back()
            log.info("stopped")

    def stop(self) -> None:
        """The first call ends it in good order, the second at once."""
        if self._stopping.is_set():
            self._hurry.set()
        self._stopping.set()
        self.dispatcher.stop()
        if self._teller:
            self._teller.stop()

    def changed(self) -> None:
        """Another process committed something: it may be for us to act on."""
        self.dispatcher.wake()
        if self._teller:
            self._teller.look_soon()

    async def _watched(self) -> None:
        if self._watch is not None:
            await self._watch(self.changed)

    async def _until_stopped(self, loops: Sequence[asyncio.Task[None]]) -> None:
        """Until `stop`, or until one of the loops ends by itself: that is a bug, and raised."""
        stopped = asyncio.create_task(self._stopping.wait())
        done, _ = await asyncio.wait([stopped, *loops], return_when=asyncio.FIRST_COMPLETED)
        for each in done:
            each.result()

    async def _come_to_an_end(self, loops: Sequence[asyncio.Task[None]]) -> None:
        hurried = asyncio.create_task(self._hurry.wait())
        ended = asyncio.create_task(_all_of(loops))
        await asyncio.wait([hurried, ended], timeout=GRACE, return_when=asyncio.FIRST_COMPLETED)

    async def _keep_crawling(self) -> None:
        await self._crawl(self.dispatcher)
        while not self._stopping.is_set():
            self.dispatcher = self._new_dispatcher()
            if not await guarded("crawl", partial(self._crawl, self.dispatcher)):
                await asyncio.sleep(PAUSE)

    def _new_dispatcher(self) -> Dispatcher:
        return Dispatcher(self._parts, observe=self._observe)

    def _observe(self, outcome: AnyOutcome) -> None:
        self._observer(outcome)
        if isinstance(outcome, Visited):
            self.visits[str(outcome.visit.outcome)] += 1
        elif isinstance(outcome, Fetched):
            self.pages["read" if outcome.reading and outcome.reason is None else "missed"] += 1
            if outcome.kept and outcome.kept.article is not None and outcome.kept.loud:
                self.stored((outcome.kept.article,))

    async def _wake(self) -> None:
        self.dispatcher.wake()

    async def _fold_visits(self) -> None:
        await self._parts.database.write(visits.fold, now=self._parts.clock())

    async def _renew_crew(self) -> None:
        self.dispatcher.stop()

    async def _give_hosts_back(self) -> None:
        """So that other services need not wait for our leases to run out."""
        parts = self._parts
        later = parts.clock() + timedelta(seconds=parts.pace.delay)
        with suppress(StorageError, TimeoutError):
            async with asyncio.timeout(GIVING_BACK):
                await parts.database.write(work.release_held, parts.pace.holder, next_at=later)


async def _all_of(tasks: Sequence[asyncio.Task[None]]) -> None:
    await asyncio.wait(tasks)


async def _let_go(tasks: set[asyncio.Task[object]]) -> None:
    """Cancel what is left. Scrapy's engine does not end its own tasks when it is cancelled."""
    for task in tasks:
        task.cancel()
    if tasks:
        done, _ = await asyncio.wait(tasks, timeout=LETTING_GO)
        for task in done:
            if not task.cancelled():
                task.exception()  # else asyncio complains that nobody asked

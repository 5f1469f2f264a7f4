"""The service: crawls for months, and keeps house meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import structlog

from crawler.dispatch import Dispatcher
from crawler.parts import Parts
from scheduler.jobs import Job, schedule
from storage import visits


class Service:
    """Runs a dispatcher and its crew until `stop`, with the table of jobs beside them.

    `crawl` runs the spiders over a dispatcher until that ends. Scrapy's caches
    grow for a crawler's life, so the crew is renewed once a day.
    """

    def __init__(self, parts: Parts, crawl: Callable[[Dispatcher], Awaitable[None]]) -> None:
        self._parts = parts
        self._crawl = crawl
        self._dispatcher = Dispatcher(parts)
        self._stopping = asyncio.Event()

    def jobs(self) -> tuple[Job, ...]:
        """The table of jobs: to add one is to add a row."""
        return (
            Job("wake", timedelta(seconds=30), self._wake),
            Job("fold visits", timedelta(hours=1), self._fold_visits),
            Job("renew the crew", timedelta(days=1), self._renew_crew),
        )

    async def run(self) -> None:
        """Until `stop`: what is under way is brought to its end, everything else waits in the database."""
        log = structlog.get_logger("service")
        scheduler = schedule(self.jobs())
        scheduler.start()
        try:
            while not self._stopping.is_set():
                self._dispatcher = Dispatcher(self._parts)
                await self._crawl(self._dispatcher)
                log.info("crew ended", stopping=self._stopping.is_set())
        finally:
            scheduler.shutdown(wait=False)

    def stop(self) -> None:
        self._stopping.set()
        self._dispatcher.stop()

    async def _wake(self) -> None:
        self._dispatcher.wake()

    async def _fold_visits(self) -> None:
        await self._parts.database.write(visits.fold, now=self._parts.clock())

    async def _renew_crew(self) -> None:
        self._dispatcher.stop()

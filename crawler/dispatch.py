"""The dispatcher: asks the database what is to be done and hands it to the spiders.

It decides nothing about when: due times, leases and the wait each host asked
for are columns. It hands out at most one request per host, so that a host
that hangs delays nobody else.
"""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Collection
from datetime import timedelta

from crawler import recording
from crawler.outcomes import AnyOutcome
from crawler.parts import Parts
from news.work import BackfillTask, ReadTask, VisitTask
from storage import work

Task = VisitTask | ReadTask | BackfillTask
# How long it sleeps at most: other processes' work, and a clock that was set, are noticed by then.
TICK = 30.0
# While tasks are under way it looks this often for what falls due meanwhile, without asking when that is.
BUSY = 0.25
# What ends within this time is followed up by one claim, not by one each.
BREATH = 0.05


class Dispatcher:
    """Feeds tasks to spiders by their name.

    `slugs` restricts it to some sources. With a `horizon` it ends when
    nothing is under way and nothing falls due within that time; without one it
    goes on until `stop`. Without `paging` it pages no list back. `observe` is
    told of every outcome stored.
    `looked_at` is when it last asked for work (`time.monotonic`).
    """

    def __init__(
        self,
        parts: Parts,
        *,
        slugs: Collection[str] | None = None,
        horizon: timedelta | None = None,
        paging: bool = True,
        observe: Callable[[AnyOutcome], None] = lambda outcome: None,
    ) -> None:
        self._parts = parts
        self._slugs = slugs
        self._horizon = horizon
        self._paging = paging
        self._observe = observe
        self._giving_back: set[asyncio.Future[None]] = set()
        self._queues: dict[str, asyncio.Queue[Task | None]] = defaultdict(asyncio.Queue)
        self._under_way: dict[str, Task] = {}
        self._wake = asyncio.Event()
        self._stopping = self._ended = False
        self.looked_at = time.monotonic()

    @property
    def under_way(self) -> int:
        """How many hosts are worked on."""
        return len(self._under_way)

    async def tasks(self, spider: str) -> AsyncIterator[Task]:
        """The tasks of one spider, as they fall due, until the dispatcher ends."""
        queue = self._queues[spider]
        if self._ended:
            queue.put_nowait(None)  # where nothing is due it may end before a spider is ready to ask
        while (task := await queue.get()) is not None:
            yield task

    async def run(self) -> None:
        """Hand out work until it ends or is stopped; then the spiders' tasks end too."""
        try:
            while not self._stopping:
                self._wake.clear()
                await self._hand_out()
                self.looked_at = time.monotonic()
                if await self._rest():
                    break
        finally:
            self._ended = True
            for queue in self._queues.values():
                queue.put_nowait(None)

    def done(self, outcome: AnyOutcome) -> None:
        """The task's outcome is stored and its host released."""
        self._settle(outcome.task)
        self._observe(outcome)

    def abandon(self, task: Task, reason: str) -> None:
        """The task's outcome was lost to a bug: note that, release its host, go on with the others."""
        giving_back = asyncio.ensure_future(self._give_back(task, reason))
        self._giving_back.add(giving_back)
        giving_back.add_done_callback(self._giving_back.discard)

    async def _give_back(self, task: Task, reason: str) -> None:
        pace, now = self._parts.pace, self._parts.clock()
        try:
            await self._parts.database.write(recording.abandoned, task, reason, now=now, pace=pace)
        finally:
            self._settle(task)

    def _settle(self, task: Task) -> None:
        self._under_way.pop(task.host, None)
        self._wake.set()

    def wake(self) -> None:
        """Something may have fallen due: look now, not at the next tick."""
        self._wake.set()

    def stop(self) -> None:
        self._stopping = True
        self._wake.set()

    async def _hand_out(self) -> None:
        pace = self._parts.pace
        free = pace.concurrency - len(self._under_way)
        if free <= 0:
            return
        reading = {task.source.slug for task in self._under_way.values() if isinstance(task, ReadTask)}
        tasks = await self._parts.database.write(
            work.claim,
            now=self._parts.clock(),
            limit=free,
            holder=pace.holder,
            lease=pace.lease,
            slugs=self._slugs,
            reading=reading,
            paging=self._paging,
        )
        for task in tasks:
            self._under_way[task.host] = task
            self._queues[task.source.spider].put_nowait(task)

    async def _rest(self) -> bool:
        """Wait until something may be due. True: there is nothing more to wait for."""
        if self._under_way:
            await self._woken_within(BUSY)
            if self._under_way:  # else there is nobody to wait for
                await asyncio.sleep(BREATH)
            return False
        now = self._parts.clock()
        due = await self._parts.database.read(work.next_due, now, self._slugs, paging=self._paging)
        if self._horizon is not None and (due is None or due > now + self._horizon):
            return True
        await self._woken_within(TICK if due is None else min(TICK, max(0.0, (due - now).total_seconds())))
        return False

    async def _woken_within(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._wake.wait()
        except TimeoutError:
            pass

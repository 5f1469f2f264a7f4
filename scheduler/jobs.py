"""The table of jobs and the one APScheduler that wakes them.

APScheduler never decides what is due: it runs a handful of functions at fixed
UTC intervals. Its cron skips and doubles around daylight saving, and by
default a job that is a second late is dropped
(https://github.com/agronholm/apscheduler/issues/529), hence the settings below.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

# Before what fell is set up again.
PAUSE = 10.0


@dataclass(frozen=True, slots=True)
class Job:
    """A function and how often it runs; it asks the clock and the database itself.

    `first` is how long after the start it runs for the first time, else it is
    one interval: a daily job of a service that is restarted daily needs it.
    """

    name: str
    every: timedelta
    run: Callable[[], Awaitable[object]]
    first: timedelta | None = None


def schedule(jobs: Iterable[Job]) -> AsyncIOScheduler:
    """A scheduler of these jobs, not started yet."""
    scheduler = AsyncIOScheduler(timezone=UTC)
    for job in jobs:
        first = {} if job.first is None else {"next_run_time": datetime.now(UTC) + job.first}
        scheduler.add_job(
            guarded,
            IntervalTrigger(seconds=int(job.every.total_seconds()), timezone=UTC),
            args=(job.name, job.run),
            id=job.name,
            misfire_grace_time=None,
            coalesce=True,
            max_instances=1,
            **first,
        )
    return scheduler


async def guarded(name: str, run: Callable[[], Awaitable[object]]) -> bool:
    """Run a job; whatever it raises is logged once, and it runs again at its next turn.

    Returns whether it went well.
    """
    try:
        await run()
    except Exception:
        structlog.get_logger("scheduler").exception("job failed", job=name)
        return False
    return True


async def kept_up(name: str, run: Callable[[], Awaitable[object]], ended: asyncio.Event) -> None:
    """Run what is to run for ever; where it falls or returns before `ended`, it is set up again."""
    while not ended.is_set():
        await guarded(name, run)
        try:
            async with asyncio.timeout(PAUSE):
                await ended.wait()
        except TimeoutError:
            pass

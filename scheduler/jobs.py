"""The table of jobs and the one APScheduler that wakes them.

APScheduler never decides what is due: it runs a handful of functions at fixed
UTC intervals. Its cron skips and doubles around daylight saving, and by
default a job that is a second late is dropped
(https://github.com/agronholm/apscheduler/issues/529), hence the settings below.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, timedelta

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger


@dataclass(frozen=True, slots=True)
class Job:
    """A function and how often it runs; it asks the clock and the database itself."""

    name: str
    every: timedelta
    run: Callable[[], Awaitable[None]]


def schedule(jobs: Iterable[Job]) -> AsyncIOScheduler:
    """A scheduler of these jobs, not started yet."""
    scheduler = AsyncIOScheduler(timezone=UTC)
    for job in jobs:
        scheduler.add_job(
            _guarded,
            IntervalTrigger(seconds=int(job.every.total_seconds()), timezone=UTC),
            args=(job,),
            id=job.name,
            misfire_grace_time=None,
            coalesce=True,
            max_instances=1,
        )
    return scheduler


async def _guarded(job: Job) -> None:
    """Run a job; whatever it raises is logged once, and it runs again at its next turn."""
    try:
        await job.run()
    except Exception:
        structlog.get_logger("scheduler").exception("job failed", job=job.name)

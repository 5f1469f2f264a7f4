"""A collecting process that is killed at a point it passes, and one that looks at what was left."""

from __future__ import annotations

import asyncio
import os
import signal
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from news.source import Kind, Source
from storage import articles, backfills, sources
from wirewatch.settings import Settings
from wirewatch.wiring import collect_round, fill_round, open_parts

EARLIEST = datetime(2020, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Run:
    """One run: `at` and `nth` say where it dies; None: it runs to its end. `slice` as in `Pace`."""

    settings: dict[str, Any]
    sources: tuple[Source, ...]
    now: datetime
    at: str | None = None
    nth: int = 1
    slice: int = 200


class Killer:
    """A checkpoint that kills its own process at the n-th pass of one point."""

    def __init__(self, at: str | None, nth: int) -> None:
        self._at, self._left = at, nth

    def __call__(self, name: str) -> None:
        if name == self._at:
            self._left -= 1
            if self._left == 0:
                os.kill(os.getpid(), signal.SIGKILL)


def collect(run: Run) -> None:
    """A round of collecting in a process of its own."""
    asyncio.run(_collect(run))


async def _collect(run: Run) -> None:
    settings = Settings.model_validate(run.settings)
    parts = await open_parts(settings, clock=lambda: run.now, checkpoint=Killer(run.at, run.nth))
    parts = replace(parts, pace=replace(parts.pace, slice=run.slice))
    try:
        for source in run.sources:
            await parts.database.write(sources.put, source, now=run.now, by_hand=True)
        await collect_round(settings, parts, None)
    finally:
        await parts.close()


def fill(run: Run) -> None:
    """The lists of the run's sources paged back to 2020, in a process of its own."""
    asyncio.run(_fill(run))


async def _fill(run: Run) -> None:
    settings = Settings.model_validate(run.settings)
    parts = await open_parts(settings, clock=lambda: run.now, checkpoint=Killer(run.at, run.nth))
    parts = replace(parts, pace=replace(parts.pace, slice=run.slice))
    slugs = [source.slug for source in run.sources]
    try:
        for source in run.sources:
            await parts.database.write(sources.put, source, now=run.now, by_hand=True)
            await parts.database.write(backfills.begin, source.slug, EARLIEST, now=run.now)
        await fill_round(settings, parts, slugs)
    finally:
        await parts.close()


@dataclass(frozen=True)
class Left:
    """What a database holds: (title, state, revision numbers) of every article."""

    articles: tuple[tuple[str, str, tuple[int, ...]], ...]


async def left_in(settings: Settings) -> Left:
    parts = await open_parts(settings)
    try:
        found = await parts.database.read(articles.items, limit=100_000)
        rows = []
        for item in found:
            revisions = await parts.database.read(articles.revisions, item.id)
            rows.append((item.title, str(item.state), tuple(revision.number for revision in revisions)))
        return Left(tuple(rows))
    finally:
        await parts.close()


def source(slug: str, url: str) -> Source:
    return Source(slug=slug, outlet=slug, name=slug, kind=Kind.AGENCY, url=url, languages=("en",))


def later(now: datetime, rounds: int) -> datetime:
    """Far enough on that every source is due and every failed page is tried again."""
    return now + timedelta(hours=6 * rounds)

"""What could not be read today, for the top of a page: worked out at most once a minute, whoever asks."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

from alerts.gathering import coverage
from news.source import Tier
from news.telling import Coverage
from news.visit import MISSING
from storage.database import Database

FRESH = timedelta(minutes=1)


class LatestCoverage:
    """How the sources of one database are doing, a minute old at most."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._asking = asyncio.Lock()
        self._at: datetime | None = None
        self._known = Coverage(0)

    async def get(self, now: datetime) -> Coverage:
        """As of `now` (aware UTC), or a minute before."""
        async with self._asking:
            if self._at is None or not timedelta() <= now - self._at < FRESH:
                self._known = await self._database.read(coverage, now)
                self._at = now
            return self._known


def missing(coverage: Coverage) -> int:
    """How many sources that are not must-have could not be read or are silent."""
    troubles = (each for each in coverage.troubles if each.source.tier is not Tier.MUST_HAVE)
    return sum(each.health.state in MISSING for each in troubles)

"""The operator's messages: what breaks and recovers, each once, and a report a week.

Looking and composing happen outside of the writer; one unit then notes what
is told and plans the message. So a process may die anywhere, and two services
may look at the same time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from alerts import gathering
from alerts.composing.wellbeing import compose_changes, compose_week
from news.telling import Changes, Subscription, WeekReport
from storage import conditions, subscriptions
from storage.database import Connection, Database

# The week's report is due on Monday at this local hour.
HOUR = 8


@dataclass(frozen=True, slots=True)
class Operator:
    """To whom and how: `zone` is IANA, `domain` ends Message-IDs."""

    recipient: str
    channel: str
    zone: str
    domain: str


class Reporter:
    """Tells `operator` of the sources. `planned` is called when a message is in the outbox."""

    def __init__(
        self,
        database: Database,
        operator: Operator,
        *,
        clock: Callable[[], datetime],
        planned: Callable[[], object] = lambda: None,
    ) -> None:
        self._database = database
        self._operator = operator
        self._clock = clock
        self._planned = planned

    async def look(self) -> bool:
        """Tell what broke or recovered since it was told; returns whether there was anything."""
        now, operator = self._clock(), self._operator
        changes = await self._database.read(_changes, operator.zone, now)
        if not changes.broke and not changes.recovered:
            return False
        message = await asyncio.to_thread(compose_changes, changes)
        told = await self._database.write(
            conditions.tell,
            {each.source.slug: each.health for each in changes.broke},
            [source.slug for source, *_ in changes.recovered],
            message,
            await self._recipient(now),
            now=now,
            domain=operator.domain,
        )
        self._planned()
        return told

    async def report(self) -> bool:
        """Tell how all sources do, where a week began since that was told; returns whether it was due."""
        now, operator = self._clock(), self._operator
        week = _week(now, operator.zone)
        reached = await self._database.read(conditions.week_told)
        if reached is None:
            await self._database.write(conditions.begin_weeks, week)
        if reached is None or reached >= week:
            return False
        coverage = await self._database.read(gathering.coverage, now)
        message = await asyncio.to_thread(compose_week, WeekReport(operator.zone, now, coverage))
        to = await self._recipient(now)
        told = await self._database.write(
            conditions.tell_week, week, message, to, now=now, domain=operator.domain
        )
        self._planned()
        return told

    async def _recipient(self, now: datetime) -> Subscription:
        operator = self._operator
        return await self._database.write(
            subscriptions.operator, operator.recipient, operator.channel, zone=operator.zone, now=now
        )


def _changes(conn: Connection, zone: str, now: datetime) -> Changes:
    """What the operator is to be told. A state that gives way to another is one trouble, told once."""
    known = conditions.told(conn)
    coverage = gathering.coverage(conn, now)
    bad = {each.source.slug for each in coverage.troubles}
    sure = tuple(each for each in coverage.troubles if each.health.sure and each.source.slug not in known)
    over = [slug for slug in known if slug not in bad]
    sources = gathering.named(conn, over)
    recovered = [(sources[slug], str(known[slug][0]), known[slug][1]) for slug in over]
    return Changes(zone, now, coverage.sources, sure, tuple(recovered))


def _week(now: datetime, zone: str) -> int:
    """The ISO week whose report is due by `now`, as year * 100 + week."""
    local = now.astimezone(ZoneInfo(zone)) - timedelta(hours=HOUR)
    year, week, _ = local.isocalendar()
    return year * 100 + week

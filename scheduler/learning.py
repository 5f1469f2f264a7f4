"""Learns the rhythms of sources from their arrivals, and which days were calm all round."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta

from news.circles import calm_on, circle
from news.rhythm import ArrivalDay, Rhythm, learn
from news.source import Source
from storage import conditions, rhythms, sources, visits
from storage.database import Connection, Database

# Rhythms change slowly; so many sources are learned of in one unit, and others come between two units.
EVERY = timedelta(days=3)
AT_ONCE = 100
TEXTS = 500
BREATH = 0.02
# Days that ended unnoticed while no service ran, at most.
CATCH_UP = 30


async def learn_rhythms(database: Database, clock: Callable[[], datetime]) -> int:
    """Learn what is due to be learned; returns how many rhythms that were. It may stop anywhere."""
    today = clock().astimezone(UTC).date()
    await _note_calm_days(database, today)
    calm = await database.read(rhythms.calm)
    known = {source.slug: source for source in await database.read(sources.all_sources)}
    added = {slug: past.added for slug, past in (await database.read(visits.histories)).items()}
    count, last = 0, ""
    while some := await database.read(rhythms.unlearned, before=today - EVERY, after=last, limit=AT_ONCE):
        last = some[-1]
        days = await database.read(rhythms.arrivals, some)
        learned = await asyncio.to_thread(
            _learned, [known[slug] for slug in some if slug in known], days, added, calm, today
        )
        await database.write(rhythms.put, learned, today)
        count += len(learned)
        await asyncio.sleep(BREATH)
    return count


async def note_texts(database: Database) -> None:
    """Take the texts that came since into what is usual of their sources."""
    noted = TEXTS
    while noted == TEXTS:
        noted = await database.write(conditions.note_lengths, limit=TEXTS)


def _learned(
    found: Sequence[Source],
    days: Mapping[str, Sequence[ArrivalDay]],
    added: Mapping[str, datetime | None],
    calm: Mapping[str, Mapping[date, float]],
    today: date,
) -> dict[str, Rhythm]:
    learned = {}
    for source in found:
        arrivals = days.get(source.slug, ())
        first = min((each.day for each in arrivals), default=today)
        since = added.get(source.slug)
        # From the day after it was added: that day is not whole. What a back-fill or an import brought
        # may lie before.
        began = max(first, since.date() + timedelta(days=1)) if since else first
        ours = calm.get(circle(source), {})
        rhythm = learn(arrivals, zone=source.zone, began=began, until=today, calm=ours)
        if rhythm is not None:
            learned[source.slug] = rhythm
    return learned


async def _note_calm_days(database: Database, today: date) -> None:
    latest = await database.read(rhythms.calm_until)
    day = today - timedelta(days=1)
    if latest is not None:
        day = max(latest + timedelta(days=1), today - timedelta(days=CATCH_UP))
    while day < today:
        calm = await database.read(_calm_on, day)
        await database.write(rhythms.put_calm, day, calm)
        day += timedelta(days=1)


def _calm_on(conn: Connection, day: date) -> dict[str, float]:
    pasts = visits.histories(conn)
    enabled = [(each, pasts[each.slug]) for each in sources.all_sources(conn) if each.enabled]
    return calm_on(enabled, day, rhythms.hours_on(conn, day))

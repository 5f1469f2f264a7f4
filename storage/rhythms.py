"""When sources publish: days of arrivals, the rhythms learned from them, days that were calm all round."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, RowMapping, delete, func, or_, select

from news.circles import calm_today
from news.rhythm import FURTHEST, ArrivalDay, Rhythm
from news.source import Source
from news.visit import History
from storage.columns import table, upsert
from storage.tables import ArrivalRow, CalmDayRow, RhythmRow, SourceRow

ARRIVALS, RHYTHMS, CALM, SOURCES = table(ArrivalRow), table(RhythmRow), table(CalmDayRow), table(SourceRow)
FIELDS = [RHYTHMS.c[name] for name in ("rates", "days", "beyond", "fewest", "most", "busiest", "share")]
# Days of arrivals are kept a little longer than anything is learned from them.
KEPT = timedelta(days=FURTHEST + 14)


def arrived(conn: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add to days of arrivals: rows of `source`, `day`, `hours`, `entries`."""
    added = upsert(conn, ARRIVALS)
    both = {
        "hours": ARRIVALS.c.hours.op("|")(added.excluded.hours),
        "entries": ARRIVALS.c.entries + added.excluded.entries,
    }
    conn.execute(added.on_conflict_do_update(index_elements=["source", "day"], set_=both), rows)


def unlearned(conn: Connection, *, before: date, after: str, limit: int) -> tuple[str, ...]:
    """Sources to be learned of, by slug from `after` on: with arrivals, and a rhythm learned before that day
    or none."""
    known = select(ARRIVALS.c.source).distinct().subquery()
    query = select(known.c.source).outerjoin(RHYTHMS, RHYTHMS.c.source == known.c.source)
    query = query.where(known.c.source > after, or_(RHYTHMS.c.learned.is_(None), RHYTHMS.c.learned < before))
    return tuple(conn.execute(query.order_by(known.c.source).limit(limit)).scalars())


def arrivals(
    conn: Connection, slugs: Sequence[str], since: date | None = None
) -> dict[str, list[ArrivalDay]]:
    """The days of arrivals of these sources, from `since` on."""
    found: dict[str, list[ArrivalDay]] = defaultdict(list)
    query = select(ARRIVALS.c.source, ARRIVALS.c.day, ARRIVALS.c.hours, ARRIVALS.c.entries)
    query = query.where(ARRIVALS.c.source.in_(slugs))
    if since is not None:
        query = query.where(ARRIVALS.c.day >= since)
    for source, day, hours, items in conn.execute(query):
        found[source].append(ArrivalDay(day, hours, items))
    return found


def put(conn: Connection, learned: Mapping[str, Rhythm], day: date) -> None:
    """Keep what was learned before `day`, in place of what was known."""
    rows = [
        {
            "source": slug,
            "learned": day,
            "rates": array("f", rhythm.rates).tobytes(),
            "beyond": rhythm.limit,
            **{name: getattr(rhythm, name) for name in ("days", "fewest", "most", "busiest", "share")},
        }
        for slug, rhythm in learned.items()
    ]
    if rows:
        added = upsert(conn, RHYTHMS)
        new = {column.name: added.excluded[column.name] for column in RHYTHMS.c if column.name != "source"}
        conn.execute(added.on_conflict_do_update(index_elements=["source"], set_=new), rows)


def rhythm_of(row: RowMapping) -> Rhythm | None:
    """A row with the columns of FIELDS as a rhythm; None where an outer join found none."""
    if row["rates"] is None:
        return None
    rates: array[float] = array("f")
    rates.frombytes(row["rates"])
    return Rhythm(
        rates=rates,
        days=row["days"],
        limit=row["beyond"],
        fewest=row["fewest"],
        most=row["most"],
        busiest=row["busiest"],
        share=row["share"],
    )


def hours_on(conn: Connection, day: date) -> dict[str, int]:
    """In how many hours of that day (UTC) something arrived, by source."""
    rows = conn.execute(select(ARRIVALS.c.source, ARRIVALS.c.hours).where(ARRIVALS.c.day == day))
    return {source: hours.bit_count() for source, hours in rows}


def calm_at(
    conn: Connection, pasts: Iterable[tuple[Source, History]], now: datetime
) -> dict[str, dict[date, float]]:
    """All calm days by circle as they stand at `now`, today among them."""
    return calm_today(pasts, now, hours_on(conn, now.astimezone(UTC).date()), calm(conn))


def put_calm(conn: Connection, day: date, calm: Mapping[str, float]) -> None:
    """Note how much of the usual each circle published on a day, and forget what is too old to matter."""
    conn.execute(delete(CALM).where(or_(CALM.c.day == day, CALM.c.day < day - KEPT)))
    conn.execute(delete(ARRIVALS).where(ARRIVALS.c.day < day - KEPT))
    rows = [{"circle": circle, "day": day, "calm": share} for circle, share in calm.items()]
    if rows:
        conn.execute(CALM.insert(), rows)


def calm_until(conn: Connection) -> date | None:
    """The latest day noted by `put_calm`."""
    latest: date | None = conn.execute(select(func.max(CALM.c.day))).scalar()
    return latest


def calm(conn: Connection) -> dict[str, dict[date, float]]:
    """How calm each circle was on the days that ended."""
    found: dict[str, dict[date, float]] = defaultdict(dict)
    for circle, day, share in conn.execute(select(CALM.c.circle, CALM.c.day, CALM.c.calm)):
        found[circle][day] = share
    return found

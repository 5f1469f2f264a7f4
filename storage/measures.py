"""What the running service shows of itself: few and cheap counts, in one read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from news.article import Brought
from news.source import Tier
from storage import conditions, work
from storage.columns import table
from storage.latency import Latency, latencies
from storage.tables import ArticleRow, SourceRow
from storage.telling_tables import DeliveryRow

SOURCES, ARTICLES, DELIVERIES = table(SourceRow), table(ArticleRow), table(DeliveryRow)
# Latency is that of articles which appeared within the last hour, of at most so many.
RECENT = timedelta(hours=1)
SAMPLE = 2_000
DAY = timedelta(days=1)
MUST_HAVES = 500


@dataclass(frozen=True, slots=True)
class Measures:
    """`due_lag` is how many seconds the longest due source is late; `latencies` are seconds from
    published (where an hour was said) to seen, sorted; `deliveries` counts them by state; `of_source` are
    the latencies of the last day of must-have sources; `broken` counts the sources whose operator was told
    so, by state."""

    articles: int
    sources: int
    visits_due: int
    pages_waiting: int
    due_lag: float
    latencies: tuple[float, ...]
    deliveries: Mapping[str, int]
    of_source: Mapping[str, Latency]
    broken: Mapping[str, int]


def answers(conn: Connection) -> bool:
    """Whether the database answers at all."""
    return bool(conn.execute(select(1)).scalar_one())


def take(conn: Connection, now: datetime) -> Measures:
    """All of it, as it stands at `now`."""
    due, waiting = work.pending(conn, now=now)
    enabled = select(func.count(), func.min(SOURCES.c.next_visit_at)).where(SOURCES.c.enabled)
    sources, earliest = conn.execute(enabled).one()
    by_state = select(DELIVERIES.c.state, func.count().label("number")).group_by(DELIVERIES.c.state)
    return Measures(
        articles=conn.execute(select(func.count()).select_from(ARTICLES)).scalar_one(),
        sources=sources,
        visits_due=due,
        pages_waiting=waiting,
        due_lag=max(0.0, (now - earliest).total_seconds()) if earliest else 0.0,
        latencies=_latencies(conn, now),
        deliveries={row.state: row.number for row in conn.execute(by_state)},
        of_source=latencies(conn, _must_haves(conn), now - DAY),
        broken=Counter(str(state) for state, _ in conditions.told(conn).values()),
    )


def _must_haves(conn: Connection) -> tuple[str, ...]:
    """A label each would be too much for ten thousand sources; these are the ones somebody waits for."""
    those = select(SOURCES.c.slug).where(SOURCES.c.enabled, SOURCES.c.tier == Tier.MUST_HAVE)
    return tuple(conn.execute(those.order_by(SOURCES.c.slug).limit(MUST_HAVES)).scalars())


def _latencies(conn: Connection, now: datetime) -> tuple[float, ...]:
    """A backlog's articles, and what somebody asked for, are old by nature, and are left out."""
    seen = (
        select(ARTICLES.c.appeared_by, ARTICLES.c.published_at)
        .where(
            ARTICLES.c.appeared_by > now - RECENT,
            ARTICLES.c.published_at.is_not(None),
            ARTICLES.c.brought == Brought.VISIT,
            ~ARTICLES.c.backfill,
        )
        .order_by(ARTICLES.c.appeared_by.desc())
        .limit(SAMPLE)
    )
    return tuple(sorted((by - at).total_seconds() for by, at in conn.execute(seen)))

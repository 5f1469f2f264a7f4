"""What is watched and who is told: counted at the start of the service, and for those who look."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select

from storage import sources, subscriptions, topics
from storage.columns import table
from storage.tables import VisitRow

VISITS = table(VisitRow)


@dataclass(frozen=True, slots=True)
class Census:
    """`enabled` of the `sources` are visited; `topics` are slugs; `begun`: something was ever visited."""

    sources: int
    enabled: int
    topics: tuple[str, ...]
    subscriptions: int
    begun: bool


def census(conn: Connection) -> Census:
    """All of it, as it stands now."""
    catalogue = sources.all_sources(conn)
    return Census(
        sources=len(catalogue),
        enabled=sum(source.enabled for source in catalogue),
        topics=tuple(topic.slug for topic in topics.all_topics(conn)),
        subscriptions=len(subscriptions.all_subscriptions(conn)),
        begun=conn.execute(select(VISITS.c.id).limit(1)).first() is not None,
    )

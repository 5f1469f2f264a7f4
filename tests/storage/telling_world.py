"""On top of the small world: topics, what was found in articles, and who listens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, time
from typing import Any

from sqlalchemy import Connection, insert, select

from news.telling import DeliveryState, Mode, Rhythm, Schedule, Subscription, Told
from news.watch import Evidence, Field
from storage import articles, subscriptions
from storage.columns import table
from storage.telling_tables import (
    DeliveryRow,
    DigestRow,
    LedgerRow,
    MatchRow,
    TopicRow,
    TopicVersionRow,
)
from tests.storage.world import NOON, after, entry, keep, tell, told

DAILY = Schedule(Rhythm.DAILY, time(8))


def topic(conn: Connection, *slugs: str) -> None:
    for slug in slugs:
        named = {"slug": slug, "name": slug.title(), "version": 1, "added": NOON}
        conn.execute(insert(table(TopicRow)).values(named))
        conn.execute(insert(table(TopicVersionRow)).values(topic=slug, version=1, at=NOON))


def found(
    conn: Connection, article: int, *topics: str, minutes: float = 1, revision: int = 1, silent: bool = False
) -> int:
    """The judge found these topics in an article's title, so many minutes after noon."""
    title = articles.revisions(conn, article)[revision - 1].title
    span = asdict(Evidence(Field.TITLE, 0, 2, title[:2], "on"))
    rows: Sequence[dict[str, Any]] = [
        {
            "topic": slug,
            "topic_version": 1,
            "article": article,
            "revision": revision,
            "evidence": [span],
            "analysis": 1,
            "judged_at": after(minutes),
            "silent": silent,
        }
        for slug in topics
    ]
    conn.execute(insert(table(MatchRow)), rows)
    return article


def matched(conn: Connection, /, name: str, *topics: str, minutes: float = 1, **facts: Any) -> int:
    """An article called `name`, announced, read and found to be about these topics at that minute."""
    tell(conn, [entry(name)], facts.pop("announced", minutes), slug=facts.pop("slug", "mfa"))
    article = max(item.id for item in told(conn))
    keep(conn, article, f"A text about {name}.", minutes)
    return found(conn, article, *topics, minutes=minutes, **facts)


def subscribe(
    conn: Connection, /, *topics: str, minutes: float = 0, schedule: Schedule | None = None, **facts: Any
) -> Subscription:
    """An instant subscription, or a digest where there is a schedule, from that minute on."""
    mode = Mode.INSTANT if schedule is None else Mode.DIGEST
    known: dict[str, Any] = {"recipient": "a@one.test", "channel": "folder", "zone": "UTC", "mode": mode}
    known |= {"when_empty": True, "now": after(minutes), "topics": topics or ("talks",)}
    return subscriptions.add(conn, schedule=schedule, **known | facts)


def ledger(conn: Connection) -> list[tuple[int, str, int]]:
    """Who was told of what: subscription, topic, article."""
    row = table(LedgerRow)
    query = select(row.c.subscription, row.c.topic, row.c.article).order_by(*row.primary_key)
    return [(number, slug, article) for number, slug, article in conn.execute(query)]


def planned(conn: Connection, kind: Told | None = None) -> list[tuple[int, str]]:
    """The deliveries there are: subscription, and subject of what it carries."""
    from storage import deliveries

    row = table(DeliveryRow)
    query = (
        select(row.c.subscription, row.c.body).order_by(row.c.id).where(row.c.state == DeliveryState.PENDING)
    )
    if kind is not None:
        query = query.where(row.c.kind == kind)
    return [(number, deliveries.message(conn, body).subject) for number, body in conn.execute(query)]


def slots(conn: Connection, subscription: int) -> list[str]:
    row = table(DigestRow)
    query = select(row.c.slot).where(row.c.subscription == subscription).order_by(row.c.id)
    return list(conn.execute(query).scalars())


def told_until(conn: Connection, subscription: int) -> datetime | None:
    return subscriptions.get(conn, subscription).told_until

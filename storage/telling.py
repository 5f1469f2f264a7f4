"""What there is to tell, and what was told: hits, the ledger as far as it concerns them, findings.

A hit is a topic in an article by its latest match that may be told (a silent
one may not). Nothing here looks at the date an article claims for itself.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    bindparam,
    false,
    func,
    select,
    tuple_,
)

from news.errors import UnknownDigest
from news.telling import Finding, Hit, Message, Told
from storage.articles import ARTICLES, REVISIONS, article_of
from storage.columns import table
from storage.matches import evidence_of
from storage.sources import CATALOGUE, source_of
from storage.sources import TABLE as SOURCES
from storage.telling_tables import BodyRow, DeliveryRow, DigestRow, LedgerRow, MatchRow, TopicRow

MATCHES, LEDGER, TOPICS = table(MatchRow), table(LedgerRow), table(TopicRow)
DIGESTS, BODIES, DELIVERIES = table(DigestRow), table(BodyRow), table(DeliveryRow)
# Values of one statement; SQLite takes 32,766 (https://www.sqlite.org/limits.html#max_variable_number).
AT_ONCE = 500
HITS = select(
    MATCHES.c.topic, MATCHES.c.article, MATCHES.c.revision, MATCHES.c.topic_version, MATCHES.c.judged_at
).where(MATCHES.c.silent == false())
OF_TOPIC = HITS.where(MATCHES.c.topic == bindparam("of"), MATCHES.c.judged_at >= bindparam("since"))
OF_ARTICLES = HITS.where(MATCHES.c.article.in_(bindparam("articles", expanding=True)))
TOLD = select(LEDGER.c.subscription, LEDGER.c.topic, LEDGER.c.article).where(
    LEDGER.c.subscription.in_(bindparam("subscriptions", expanding=True)),
    LEDGER.c.topic.in_(bindparam("topics", expanding=True)),
    LEDGER.c.article.in_(bindparam("articles", expanding=True)),
)
HOUR = timedelta(hours=1)
T = TypeVar("T")
# Subscription, topic, article: what is told once.
Key = tuple[int, str, int]


def hits_of(conn: Connection, articles: Collection[int]) -> tuple[Hit, ...]:
    """The topics in these articles."""
    found: list[Any] = []
    for some in _pieces(sorted(articles)):
        found += conn.execute(OF_ARTICLES, {"articles": some})
    return _latest(found)


def hits_since(conn: Connection, since: Mapping[str, datetime]) -> tuple[Hit, ...]:
    """Each topic's articles by matches that were judged from a moment on; walks no more than those."""
    found: list[Any] = []
    for topic, moment in since.items():
        found += conn.execute(OF_TOPIC, {"of": topic, "since": moment})
    return _latest(found)


def told(conn: Connection, subscriptions: Collection[int], hits: Collection[Hit]) -> set[Key]:
    """What these subscriptions were already told of these hits (and maybe of others)."""
    articles: dict[str, set[int]] = {}
    for hit in hits:
        articles.setdefault(hit.topic, set()).add(hit.article)
    found: set[Key] = set()
    for who in _pieces(sorted(subscriptions)):
        for topic, which in articles.items():
            for some in _pieces(sorted(which)):
                asked = {"subscriptions": who, "topics": [topic], "articles": some}
                found.update((row[0], row[1], row[2]) for row in conn.execute(TOLD, asked))
    return found


def findings(conn: Connection, hits: Collection[Hit]) -> dict[Hit, Finding]:
    """Hits as they are told: with article (in the revision that matched), source and evidence."""
    wanted = {(hit.topic, hit.version, hit.article, hit.revision): hit for hit in hits}
    topics = sorted({hit.topic for hit in hits})
    names = {slug: name for slug, name, _ in _topics(conn, topics)}
    found: dict[Hit, Finding] = {}
    for some in _pieces(sorted({hit.article for hit in hits})):
        rows = conn.execute(_told_of(some, topics)).mappings().all()
        sources = _sources(conn, {row["source"] for row in rows})
        for row in rows:
            hit = wanted.get((row["topic"], row["topic_version"], row["id"], row["revision"]))
            if hit is not None:
                evidence = tuple(evidence_of(span) for span in row["evidence"])
                source = sources[row["source"]]
                found[hit] = Finding(hit.topic, names[hit.topic], article_of(row), source, evidence)
    return found


def topic_names(conn: Connection, slugs: Collection[str]) -> dict[str, str]:
    """The names of those that are still watched, by slug."""
    return {slug: name for slug, name, removed in _topics(conn, slugs) if removed is None}


def alerts_by_hour(
    conn: Connection, subscriptions: Collection[int], hours: Iterable[datetime]
) -> dict[tuple[int, datetime], int]:
    """How many alerts were planned for each subscription in hours that begin at `hours`; 0 is left out."""
    found: dict[tuple[int, datetime], int] = {}
    for hour in hours:
        for some in _pieces(sorted(subscriptions)):
            for number, count in conn.execute(_alerts_within(some, hour)):
                found[number, hour] = count
    return found


def told_slots(conn: Connection, slots: Collection[tuple[int, str]]) -> set[tuple[int, str]]:
    """Those of these (subscription, slot) that there is a digest of."""
    key = tuple_(DIGESTS.c.subscription, DIGESTS.c.slot)
    found: set[tuple[int, str]] = set()
    for some in _pieces(sorted(slots)):
        query = select(DIGESTS.c.subscription, DIGESTS.c.slot).where(key.in_(some))
        found.update((row[0], row[1]) for row in conn.execute(query))
    return found


def slots_of(conn: Connection, subscription: int) -> frozenset[str]:
    """All slots that one subscription has a digest of."""
    query = select(DIGESTS.c.slot).where(DIGESTS.c.subscription == subscription)
    return frozenset(conn.execute(query).scalars())


def digest_as_sent(conn: Connection, number: int) -> Message:
    """The words of a digest, as they went out. Raises UnknownDigest."""
    body = select(BODIES.c.subject, BODIES.c.text, BODIES.c.html)
    body = body.join(DIGESTS, DIGESTS.c.body == BODIES.c.id).where(DIGESTS.c.id == number)
    row = conn.execute(body).one_or_none()
    if row is None:
        raise UnknownDigest(id=number)
    return Message(row.subject, row.text, row.html)


def _latest(rows: Iterable[Any]) -> tuple[Hit, ...]:
    """Of each topic and article the match judged last."""
    latest: dict[tuple[str, int], Hit] = {}
    for topic, article, revision, version, judged_at in rows:
        hit = Hit(topic, article, revision, version, judged_at)
        known = latest.get((topic, article))
        if known is None or _age(known) < _age(hit):
            latest[topic, article] = hit
    return tuple(sorted(latest.values(), key=lambda hit: (hit.judged_at, hit.article, hit.topic)))


def _age(hit: Hit) -> tuple[datetime, int, int]:
    return hit.judged_at, hit.revision, hit.version


def _told_of(articles: Sequence[int], topics: Sequence[str]) -> Select[Any]:
    """Articles as their matched revisions say them, one row for each match of these topics."""
    revision = and_(REVISIONS.c.article == MATCHES.c.article, REVISIONS.c.number == MATCHES.c.revision)
    kept = [column for column in ARTICLES.c if column.name not in ("title", "revision")]
    said = (REVISIONS.c.title, REVISIONS.c.text, MATCHES.c.revision)
    proof = (MATCHES.c.topic, MATCHES.c.topic_version, MATCHES.c.evidence)
    return (
        select(*kept, *said, *proof)
        .select_from(MATCHES.join(ARTICLES, ARTICLES.c.id == MATCHES.c.article).join(REVISIONS, revision))
        .where(MATCHES.c.article.in_(articles), MATCHES.c.topic.in_(topics), MATCHES.c.silent == false())
    )


def _sources(conn: Connection, slugs: Collection[str]) -> dict[str, Any]:
    rows = conn.execute(select(*CATALOGUE).where(SOURCES.c.slug.in_(sorted(slugs)))).mappings()
    return {row["slug"]: source_of(row) for row in rows}


def _topics(conn: Connection, slugs: Collection[str]) -> Iterable[Any]:
    query = select(TOPICS.c.slug, TOPICS.c.name, TOPICS.c.removed).where(TOPICS.c.slug.in_(sorted(slugs)))
    return conn.execute(query)


def _alerts_within(subscriptions: Sequence[int], hour: datetime) -> Select[Any]:
    within: ColumnElement[bool] = and_(
        DELIVERIES.c.subscription.in_(subscriptions),
        DELIVERIES.c.kind == Told.ALERT,
        DELIVERIES.c.planned_at >= hour,
        DELIVERIES.c.planned_at < hour + HOUR,
    )
    return select(DELIVERIES.c.subscription, func.count()).where(within).group_by(DELIVERIES.c.subscription)


def _pieces(values: Sequence[T]) -> Iterable[list[T]]:
    remaining = iter(values)
    while piece := list(islice(remaining, AT_ONCE)):
        yield piece

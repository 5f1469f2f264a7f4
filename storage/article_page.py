"""All about one article: its text, why it is there, where it stood, what was said of it, who was told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, select

from news.article import Article, Sighting, TextOrigin
from news.errors import UnknownArticle
from news.judging import Assignment, Note, Own, Tag, Use, Verdict
from news.source import Source
from news.watch import Evidence, Match
from storage import articles, assignments, matches, notes, readings, sources, tags, verdicts
from storage.articles import ARTICLES, REVISIONS, SIGHTINGS
from storage.columns import table
from storage.deliveries import DELIVERIES
from storage.sources import TABLE as SOURCES
from storage.sources import source_of
from storage.telling_tables import DigestRow, LedgerRow, TermRow, TopicRow, TopicVersionRow

TOPICS, VERSIONS, TERMS = table(TopicRow), table(TopicVersionRow), table(TermRow)
LEDGER, DIGESTS = table(LedgerRow), table(DigestRow)


@dataclass(frozen=True, slots=True)
class Proof:
    """One place that proves a match; `language` is the language of the term (None: of every language, or
    the words are of a query)."""

    evidence: Evidence
    language: str | None


@dataclass(frozen=True, slots=True)
class Explained:
    """A match with all that explains it: the topic, the version that found it and the one in force now
    (None: it is watched no more), the query where it has one."""

    match: Match
    name: str
    in_force: int | None
    query: str | None
    proofs: tuple[Proof, ...]


@dataclass(frozen=True, slots=True)
class Version:
    """One version of the text, without it."""

    number: int
    at: datetime
    title: str
    origin: TextOrigin


@dataclass(frozen=True, slots=True)
class Seen:
    """Where it stood: a sighting with its source's name."""

    sighting: Sighting
    source: str


@dataclass(frozen=True, slots=True)
class Told:
    """Who was told of it under a topic, and how that went. `kind`, `state` and `answer` are of the delivery
    (None: it is noted as told, and no message of ours carried it)."""

    topic: str
    subscription: int
    told_at: datetime
    late: bool
    delivery: int | None
    kind: str | None
    recipient: str | None
    channel: str | None
    state: str | None
    sent_at: datetime | None
    answer: str | None
    slot: str | None


@dataclass(frozen=True, slots=True)
class Whole:
    """All that is known of an article, for one account. `matches` are the latest revision's first."""

    article: Article
    source: Source
    versions: tuple[Version, ...]
    matches: tuple[Explained, ...]
    seen: tuple[Seen, ...]
    own: Own
    verdicts: tuple[Verdict, ...]
    notes: tuple[Note, ...]
    tags: tuple[Tag, ...]
    assignment: Assignment | None
    uses: tuple[Use, ...]
    told: tuple[Told, ...]


def whole(conn: Connection, article: int, *, account: int) -> Whole:
    """Raises UnknownArticle."""
    found = articles.article(conn, article)
    return Whole(
        article=found,
        source=sources.get(conn, found.source),
        versions=_versions(conn, article),
        matches=_explained(conn, matches.of_article(conn, article)),
        seen=_seen(conn, article),
        own=readings.own(conn, account, article),
        verdicts=verdicts.of_article(conn, article),
        notes=notes.of_article(conn, article),
        tags=tags.of_article(conn, article),
        assignment=assignments.of_article(conn, article),
        uses=notes.uses_of(conn, article),
        told=_told(conn, article),
    )


def cited(conn: Connection, article: int) -> tuple[Article, Source, datetime]:
    """What a citation needs: the article, its source, and when its latest text was read.

    Raises UnknownArticle.
    """
    latest = and_(REVISIONS.c.article == ARTICLES.c.id, REVISIONS.c.number == ARTICLES.c.revision)
    query = (
        select(SOURCES, REVISIONS.c.at)
        .select_from(ARTICLES)
        .join(SOURCES, SOURCES.c.slug == ARTICLES.c.source)
        .outerjoin(REVISIONS, latest)
        .where(ARTICLES.c.id == article)
    )
    row = conn.execute(query).mappings().one_or_none()
    if row is None:
        raise UnknownArticle(id=article)
    found = articles.article(conn, article)
    return found, source_of(row), row["at"] or found.appeared.by


def _versions(conn: Connection, article: int) -> tuple[Version, ...]:
    query = select(REVISIONS.c.number, REVISIONS.c.at, REVISIONS.c.title, REVISIONS.c.origin)
    rows = conn.execute(query.where(REVISIONS.c.article == article).order_by(REVISIONS.c.number.desc()))
    return tuple(Version(row.number, row.at, row.title, TextOrigin(row.origin)) for row in rows)


def _explained(conn: Connection, found: Iterable[Match]) -> tuple[Explained, ...]:
    """Of each topic and version the match of the latest revision, the latest first."""
    latest = {(match.topic, match.topic_version): match for match in found}  # they come by revision
    shown = sorted(latest.values(), key=lambda each: (-each.revision, each.topic, -each.topic_version))
    slugs = sorted({match.topic for match in shown})
    query = (
        select(TOPICS.c.slug, TOPICS.c.name, TOPICS.c.version.label("now"), TOPICS.c.removed, VERSIONS)
        .join(VERSIONS, VERSIONS.c.topic == TOPICS.c.slug)
        .where(TOPICS.c.slug.in_(slugs))
    )
    known = {(row.slug, row.version): row for row in conn.execute(query)} if slugs else {}
    languages = _languages(conn, slugs)
    explained = []
    for match in shown:
        row = known[match.topic, match.topic_version]
        proofs = tuple(
            Proof(each, languages.get((match.topic, match.topic_version, each.term)))
            for each in match.evidence
        )
        in_force = None if row.removed is not None else row.now
        explained.append(Explained(match, row.name, in_force, row.query, proofs))
    return tuple(explained)


def _languages(conn: Connection, topics: Iterable[str]) -> dict[tuple[str, int, str], str | None]:
    """The language of each term that is of one language alone."""
    query = select(TERMS.c.topic, TERMS.c.version, TERMS.c.text, TERMS.c.language)
    found: dict[tuple[str, int, str], set[str | None]] = {}
    for row in conn.execute(query.where(TERMS.c.topic.in_(list(topics)))):
        found.setdefault((row.topic, row.version, row.text), set()).add(row.language)
    return {key: next(iter(of)) for key, of in found.items() if len(of) == 1}


def _seen(conn: Connection, article: int) -> tuple[Seen, ...]:
    here = select(SIGHTINGS.c.source).where(SIGHTINGS.c.article == article)
    names = {
        row.slug: row.name
        for row in conn.execute(select(SOURCES.c.slug, SOURCES.c.name).where(SOURCES.c.slug.in_(here)))
    }
    return tuple(Seen(each, names[each.source]) for each in articles.sightings(conn, article))


def _told(conn: Connection, article: int) -> tuple[Told, ...]:
    ours = ("topic", "subscription", "told_at", "late", "delivery")
    carried = ("kind", "recipient", "channel", "state", "sent_at", "answer")
    columns = (*(LEDGER.c[name] for name in ours), *(DELIVERIES.c[name] for name in carried), DIGESTS.c.slot)
    query = (
        select(*columns)
        .select_from(LEDGER)
        .outerjoin(DELIVERIES, DELIVERIES.c.id == LEDGER.c.delivery)
        .outerjoin(DIGESTS, DIGESTS.c.id == DELIVERIES.c.digest)
        .where(LEDGER.c.article == article)
        .order_by(LEDGER.c.told_at.desc(), LEDGER.c.subscription, LEDGER.c.topic)
    )
    return tuple(Told(*row) for row in conn.execute(query))

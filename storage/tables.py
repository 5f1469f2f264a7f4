"""The tables of collecting: sources, hosts, visits, articles, sightings, revisions.

Keys that only tell things apart (`guid_key`, `url_key`, `title_key`,
`entry_hash`) are 16-byte hashes made in `storage.identity`. Source and outlet
are hashed into the first two, so each is unique by itself.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Base


class SourceRow(Base):
    """The catalogue's columns (`news.source.Source`), then what visits left behind."""

    __tablename__ = "sources"
    __table_args__ = (Index(None, "outlet"), Index(None, "next_visit_at"))

    slug: Mapped[str] = mapped_column(primary_key=True)
    outlet: Mapped[str]
    name: Mapped[str]
    kind: Mapped[str]
    url: Mapped[str]
    spider: Mapped[str]
    tier: Mapped[str]
    languages: Mapped[list[Any]]
    zone: Mapped[str]
    cadence: Mapped[int]
    silence: Mapped[int]
    rules: Mapped[dict[str, Any]]
    full_content: Mapped[bool | None]
    insecure_tls: Mapped[str | None]
    ignore_robots: Mapped[str | None]
    speaks_for: Mapped[str | None]
    country: Mapped[str | None]
    owner: Mapped[str | None]
    control: Mapped[str | None]
    note: Mapped[str | None]
    confidence: Mapped[str | None]
    enabled: Mapped[bool]

    pack: Mapped[str | None]  # the pack that brought it; None: a hand
    changed_by_hand: Mapped[bool]  # then a pack no longer changes it
    enabled_by_hand: Mapped[bool]  # then a pack no longer switches it
    added: Mapped[datetime]
    host: Mapped[str]
    next_visit_at: Mapped[datetime]
    etag: Mapped[bytes | None]
    last_modified: Mapped[bytes | None]
    body_hash: Mapped[bytes | None]
    failures: Mapped[int]
    held_items: Mapped[bool]
    last_good: Mapped[datetime | None]
    failing_since: Mapped[datetime | None]
    trace: Mapped[dict[str, Any]]  # `news.trace.Trace`, without what is as at its start


class PackRow(Base):
    """A pack as it was loaded last. `digest` is the SHA-256 of its files: the same is not loaded again."""

    __tablename__ = "packs"

    name: Mapped[str] = mapped_column(primary_key=True)
    digest: Mapped[bytes]
    loaded: Mapped[datetime]


class HostRow(Base):
    """One host: who may ask it now, until when, and from when on it may be asked again.

    The lease is what makes any number of services polite together.
    `visit_last` says whether a visit had the last turn; the next goes to a
    page then, if one waits.
    """

    __tablename__ = "hosts"

    host: Mapped[str] = mapped_column(primary_key=True)
    holder: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    next_at: Mapped[datetime]
    visit_last: Mapped[bool]


class VisitRow(Base):
    """A visit as it was, for 14 days."""

    __tablename__ = "visits"
    __table_args__ = (Index(None, "source", "at"), Index(None, "day"))

    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(ForeignKey("sources.slug"))
    at: Mapped[datetime]
    day: Mapped[date]  # of `at`, in UTC
    outcome: Mapped[str]
    duration: Mapped[float]
    status: Mapped[int | None]
    reason: Mapped[str | None]
    listed: Mapped[int]
    new: Mapped[int]
    changed: Mapped[int]
    bytes: Mapped[int]


class VisitDayRow(Base):
    """What a source's visits of one UTC day sum up to, kept for good."""

    __tablename__ = "visit_days"

    source: Mapped[str] = mapped_column(ForeignKey("sources.slug"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    visits: Mapped[int]
    failed: Mapped[int]
    blocked: Mapped[int]
    blank: Mapped[int]
    unchanged: Mapped[int]
    new: Mapped[int]
    changed: Mapped[int]
    bytes: Mapped[int]
    duration: Mapped[float]


class ArrivalRow(Base):
    """A day (UTC) on which something new arrived at a source: `hours` has bit h set for hour h.

    What a first visit found is not among it.
    """

    __tablename__ = "arrivals"
    __table_args__ = (Index(None, "day"),)

    source: Mapped[str] = mapped_column(ForeignKey("sources.slug"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    hours: Mapped[int]
    entries: Mapped[int]


class RhythmRow(Base):
    """What was learned of a source's arrivals (`news.rhythm.Rhythm`) before the day `learned`.

    `rates` are 168 floats of four bytes, little-endian; `beyond` is the rhythm's limit.
    """

    __tablename__ = "rhythms"

    source: Mapped[str] = mapped_column(ForeignKey("sources.slug"), primary_key=True)
    learned: Mapped[date]
    rates: Mapped[bytes]
    days: Mapped[int]
    fewest: Mapped[int]
    most: Mapped[int]
    busiest: Mapped[int]
    beyond: Mapped[float]
    share: Mapped[float]


class CalmDayRow(Base):
    """How much of the usual a circle of sources published on a day (UTC) on which it was less."""

    __tablename__ = "calm_days"

    circle: Mapped[str] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    calm: Mapped[float]


class ConditionRow(Base):
    """The bad state of a source that its operator was told of (`told`; None: it is not in one), since when,
    and when that was; `lengths` are the characters of its latest articles, the oldest first."""

    __tablename__ = "conditions"

    source: Mapped[str] = mapped_column(ForeignKey("sources.slug"), primary_key=True)
    lengths: Mapped[list[Any]]
    told: Mapped[str | None]
    since: Mapped[datetime | None]
    told_at: Mapped[datetime | None]


class MarkRow(Base):
    """How far something that goes on by itself has come: up to the row of this number, or the week."""

    __tablename__ = "marks"

    name: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int]


class ArticleRow(Base):
    """One article of one outlet. `revision` is the number of its latest revision, 0 before the first.

    It waits to be read while `next_try_at` is set. `fruitless` counts
    re-readings in a row that found the same text. `brought` says how it came
    (`news.article.Brought`), `said_by` whose words a clipping holds.
    """

    __tablename__ = "articles"
    __table_args__ = (
        Index(None, "appeared_by", "id"),
        Index(
            "ix_articles_waiting",
            "host",
            "backfill",
            "next_try_at",
            "id",
            postgresql_where=text("next_try_at IS NOT NULL"),
            sqlite_where=text("next_try_at IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    outlet: Mapped[str]
    source: Mapped[str] = mapped_column(ForeignKey("sources.slug"))
    url: Mapped[str | None]
    title: Mapped[str]
    language: Mapped[str | None]
    author: Mapped[str | None]
    published_day: Mapped[date | None]
    published_at: Mapped[datetime | None]
    appeared_after: Mapped[datetime | None]
    appeared_by: Mapped[datetime]
    state: Mapped[str]
    reason: Mapped[str | None]
    backfill: Mapped[bool]
    revision: Mapped[int]
    host: Mapped[str]
    next_try_at: Mapped[datetime | None]
    attempts: Mapped[int]
    crashes: Mapped[int]
    fruitless: Mapped[int]
    brought: Mapped[str] = mapped_column(server_default="visit")
    said_by: Mapped[str | None]


class ArticleUrlRow(Base):
    """A canonical URL within an outlet and the article it leads to; none where several items share it."""

    __tablename__ = "article_urls"
    __table_args__ = (Index(None, "article"),)

    url_key: Mapped[bytes] = mapped_column(primary_key=True)
    article: Mapped[int | None] = mapped_column(ForeignKey("articles.id"))


class SightingRow(Base):
    """An article x a source. `first_after` is the visit before the first: it was not there then."""

    __tablename__ = "sightings"
    __table_args__ = (
        UniqueConstraint("guid_key"),
        Index(None, "article"),
        Index(None, "block"),
        Index(None, "source", "title_key"),
        Index(None, "source", "first_seen"),
        Index(None, "source", "last_seen"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    article: Mapped[int] = mapped_column(ForeignKey("articles.id"))
    source: Mapped[str] = mapped_column(ForeignKey("sources.slug"))
    guid_key: Mapped[bytes]
    url_key: Mapped[bytes | None]  # None where the link is no proof of identity
    title_key: Mapped[bytes]
    entry_hash: Mapped[bytes]
    block: Mapped[int | None]
    link: Mapped[str | None]
    guid: Mapped[str | None]
    title: Mapped[str]
    summary: Mapped[str]
    content: Mapped[str | None]
    author: Mapped[str | None]
    language: Mapped[str | None]
    views: Mapped[int | None]
    published_day: Mapped[date | None]
    published_at: Mapped[datetime | None]
    first_after: Mapped[datetime | None]
    first_seen: Mapped[datetime]
    last_seen: Mapped[datetime]


class RevisionRow(Base):
    """One version of an article's text. `terms` are its index terms, separated by blanks."""

    __tablename__ = "revisions"
    __table_args__ = (UniqueConstraint("article", "number"), Index(None, "text_hash"))

    id: Mapped[int] = mapped_column(primary_key=True)
    article: Mapped[int] = mapped_column(ForeignKey("articles.id"))
    number: Mapped[int]
    at: Mapped[datetime]
    title: Mapped[str]
    text: Mapped[str]
    text_hash: Mapped[bytes | None]
    origin: Mapped[str]
    language: Mapped[str | None]
    analysis: Mapped[int | None]
    terms: Mapped[str | None]


class RevisionBytesRow(Base):
    """The page a revision was read from, as it came, zlib-compressed."""

    __tablename__ = "revision_bytes"

    revision: Mapped[int] = mapped_column(ForeignKey("revisions.id"), primary_key=True)
    raw: Mapped[bytes]


class BackfillRow(Base):
    """A source's lists paged back to `since`: where that is. It stays when it has ended (`state`, `reason`).

    `waiting` are the list pages still to be asked, the next first, at `host`;
    `next_try_at` is None when none is to be asked any more. `found` counts
    articles not known before, `oldest` is the earliest date listed so far.
    """

    __tablename__ = "backfills"
    __table_args__ = (Index(None, "next_try_at"),)

    source: Mapped[str] = mapped_column(ForeignKey("sources.slug"), primary_key=True)
    since: Mapped[datetime]
    waiting: Mapped[list[Any]]
    host: Mapped[str]
    next_try_at: Mapped[datetime | None]
    attempts: Mapped[int]
    pages: Mapped[int]
    listed: Mapped[int]
    found: Mapped[int]
    oldest: Mapped[datetime | None]
    state: Mapped[str]
    reason: Mapped[str | None]
    started: Mapped[datetime]
    ended: Mapped[datetime | None]


class BackfillPageRow(Base):
    """A list page that a back-fill has read, by its address and by what it listed: lists that never end
    give one of them again."""

    __tablename__ = "backfill_pages"
    __table_args__ = (Index(None, "source", "listed_key"),)

    source: Mapped[str] = mapped_column(ForeignKey("backfills.source", ondelete="CASCADE"), primary_key=True)
    url_key: Mapped[bytes] = mapped_column(primary_key=True)
    listed_key: Mapped[bytes]

"""The tables of judging and telling: topics, matches, subscriptions, digests, deliveries, the ledger.

Designed with the first schema, filled by the matching and telling parts
(`news.watch` has the nouns).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Base


class TopicRow(Base):
    """What is watched. `version` is the one in force; a removed topic keeps its past matches."""

    __tablename__ = "topics"

    slug: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    version: Mapped[int]
    added: Mapped[datetime]
    removed: Mapped[datetime | None]
    pack: Mapped[str | None]  # the pack that brought it; None: a hand
    changed_by_hand: Mapped[bool]  # or removed by one: then a pack no longer changes it


class TopicVersionRow(Base):
    """A topic from `at` on, until the next version: its terms are in `terms`, or it has a `query`."""

    __tablename__ = "topic_versions"

    topic: Mapped[str] = mapped_column(ForeignKey("topics.slug"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    pack: Mapped[str | None]  # the pack that made it; None: a hand
    query: Mapped[str | None]  # None: it is watched by terms
    mentions: Mapped[int]


class TermRow(Base):
    """One form of a topic version in one language (ISO 639-1; None: any), in its order."""

    __tablename__ = "terms"
    __table_args__ = (
        ForeignKeyConstraint(["topic", "version"], ["topic_versions.topic", "topic_versions.version"]),
    )

    topic: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]
    language: Mapped[str | None]
    role: Mapped[str]
    stands: Mapped[str]


class MatchRow(Base):
    """A topic version x a revision. `evidence` is a list of spans as in `news.watch.Evidence`.

    `silent` matches (of a back-fill, a re-index) are for the archive only.
    """

    __tablename__ = "matches"
    __table_args__ = (
        ForeignKeyConstraint(["topic", "topic_version"], ["topic_versions.topic", "topic_versions.version"]),
        ForeignKeyConstraint(["article", "revision"], ["revisions.article", "revisions.number"]),
        Index(None, "article", "revision"),
        Index(None, "topic", "judged_at"),
    )

    topic: Mapped[str] = mapped_column(primary_key=True)
    topic_version: Mapped[int] = mapped_column(primary_key=True)
    article: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True)
    evidence: Mapped[list[Any]]
    analysis: Mapped[int]
    judged_at: Mapped[datetime]
    silent: Mapped[bool]


class SubscriptionRow(Base):
    """Who is told what, how and when.

    `mode` is `instant` or `digest`; `rhythm`, `at` (HH:MM, local time in
    `zone`) and `weekday` (0: Monday) are a digest's schedule. It tells of what
    is judged after `starts_at`. `told_until` is the end of its last digest's
    window, by which the next is due; of an instant one, when it was last seen
    that nothing was left untold. `when_empty`: a digest comes even where there
    is nothing to tell.
    """

    __tablename__ = "subscriptions"

    id: Mapped[int] = mapped_column(primary_key=True)
    recipient: Mapped[str]
    channel: Mapped[str]
    mode: Mapped[str]
    rhythm: Mapped[str | None]
    at: Mapped[str | None]
    weekday: Mapped[int | None]
    zone: Mapped[str]
    when_empty: Mapped[bool]
    added: Mapped[datetime]
    starts_at: Mapped[datetime]
    told_until: Mapped[datetime | None]
    paused: Mapped[datetime | None]
    removed: Mapped[datetime | None]


class SubscriptionTopicRow(Base):
    """A subscription's topic, in its order, told of from `since` on."""

    __tablename__ = "subscription_topics"
    __table_args__ = (Index(None, "topic"),)

    subscription: Mapped[int] = mapped_column(ForeignKey("subscriptions.id"), primary_key=True)
    topic: Mapped[str] = mapped_column(ForeignKey("topics.slug"), primary_key=True)
    position: Mapped[int]
    since: Mapped[datetime]


class BodyRow(Base):
    """What messages say, kept once for all who are told the same. `key` is a hash of all three."""

    __tablename__ = "bodies"
    __table_args__ = (UniqueConstraint("key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[bytes]
    subject: Mapped[str]
    text: Mapped[str]
    html: Mapped[str]
    made_at: Mapped[datetime]


class DigestRow(Base):
    """A digest as sent. `slot` names what there is exactly one of: the local day or week it is for.

    It was due at `due` and composed at `until`; its bounds `after` and `until`
    (UTC) are a label, the ledger says what it holds: `articles` of them.
    """

    __tablename__ = "digests"
    __table_args__ = (UniqueConstraint("subscription", "slot"), Index(None, "body"))

    id: Mapped[int] = mapped_column(primary_key=True)
    subscription: Mapped[int] = mapped_column(ForeignKey("subscriptions.id"))
    slot: Mapped[str]
    due: Mapped[datetime]
    after: Mapped[datetime]
    until: Mapped[datetime]
    articles: Mapped[int]
    body: Mapped[int] = mapped_column(ForeignKey("bodies.id"))


class DeliveryRow(Base):
    """One message to one recipient through one channel, and how its attempts went.

    `kind` is `alert`, `overflow` or `digest`. `message_id` is made once.
    `attempts` is counted before the try; `holder` and `lease_until` are the
    claim of the service that tries, set in state `sending` only, as
    `next_try_at` is in `pending` only; `lane` is the recipient's domain, so
    that a slow one delays no other. `first_try_at` starts the five days.
    """

    __tablename__ = "deliveries"
    __table_args__ = (
        UniqueConstraint("message_id"),
        Index(None, "subscription", "kind", "planned_at"),
        Index(None, "digest"),
        Index(None, "body"),
        Index(
            "ix_deliveries_waiting",
            "lane",
            "next_try_at",
            "id",
            postgresql_where=text("next_try_at IS NOT NULL"),
            sqlite_where=text("next_try_at IS NOT NULL"),
        ),
        Index(
            "ix_deliveries_leased",
            "lease_until",
            postgresql_where=text("lease_until IS NOT NULL"),
            sqlite_where=text("lease_until IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    subscription: Mapped[int] = mapped_column(ForeignKey("subscriptions.id"))
    kind: Mapped[str]
    digest: Mapped[int | None] = mapped_column(ForeignKey("digests.id"))
    body: Mapped[int] = mapped_column(ForeignKey("bodies.id"))
    recipient: Mapped[str]
    channel: Mapped[str]
    lane: Mapped[str]
    message_id: Mapped[str]
    state: Mapped[str]  # pending, sending, sent, failed, parked
    planned_at: Mapped[datetime]
    next_try_at: Mapped[datetime | None]
    first_try_at: Mapped[datetime | None]
    attempts: Mapped[int]
    crashes: Mapped[int]
    holder: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    answer: Mapped[str | None]


class LedgerRow(Base):
    """What was told: a subscription, topic and article stand here once, never twice.

    Half a million rows may come in a minute, and on PostgreSQL each foreign key
    costs about as much as the row itself. So only what may go has one: articles and
    deliveries. Subscriptions, topics and digests stay as rows for good, and the
    delivery leads to the subscription and the digest by keys of its own. A
    digest's rows are found by its delivery, so `digest` needs no index either.
    """

    __tablename__ = "ledger"
    __table_args__ = (Index(None, "article"), Index(None, "delivery"))

    subscription: Mapped[int] = mapped_column(primary_key=True)
    topic: Mapped[str] = mapped_column(primary_key=True)
    article: Mapped[int] = mapped_column(ForeignKey("articles.id"), primary_key=True)
    revision: Mapped[int]
    delivery: Mapped[int | None] = mapped_column(ForeignKey("deliveries.id"))
    digest: Mapped[int | None]
    told_at: Mapped[datetime]
    late: Mapped[bool]

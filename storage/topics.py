"""What is watched: topics with their terms, versioned, none ever forgotten.

The `edition` counts all versions of all topics. It grows with every change,
removals included, so whoever judged by an older one can be told so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Row, and_, func, insert, select, text, update

from news.errors import TopicChanged, UnknownTopic
from news.watch import Role, Stands, Term, Topic, TopicVersion
from storage import listing
from storage.changes import notify
from storage.columns import table
from storage.telling_tables import MatchRow, TermRow, TopicRow, TopicVersionRow

TOPICS, VERSIONS, TERMS = table(TopicRow), table(TopicVersionRow), table(TermRow)
MATCHES = table(MatchRow)
EDITION = select(func.count()).select_from(VERSIONS)
TERM = (TERMS.c.text, TERMS.c.language, TERMS.c.role, TERMS.c.stands)
IN_FORCE = (
    select(TOPICS.c.slug, TOPICS.c.name, TOPICS.c.version, VERSIONS.c.query, VERSIONS.c.mentions, *TERM)
    .join(VERSIONS, and_(VERSIONS.c.topic == TOPICS.c.slug, VERSIONS.c.version == TOPICS.c.version))
    .join(TERMS, and_(TERMS.c.topic == TOPICS.c.slug, TERMS.c.version == TOPICS.c.version), isouter=True)
    .where(TOPICS.c.removed.is_(None))
    .order_by(TOPICS.c.slug, TERMS.c.position)
)
# On PostgreSQL a change of topics waits for the texts that are being kept, and they for it
# (https://www.postgresql.org/docs/current/explicit-locking.html#ADVISORY-LOCKS); SQLite has one writer.
LOCK = 0x746F7069
HOLD = text("SELECT pg_advisory_xact_lock_shared(:key)").bindparams(key=LOCK)
CHANGE = text("SELECT pg_advisory_xact_lock(:key)").bindparams(key=LOCK)


def edition(conn: Connection) -> int:
    """How often topics were added, changed or removed: 0 where nothing was ever watched."""
    return conn.execute(EDITION).scalar_one()


def held_edition(conn: Connection) -> int:
    """The `edition`, which stays what it is until this unit of work is committed."""
    if conn.dialect.name == "postgresql":
        conn.execute(HOLD)
    return edition(conn)


def watched(conn: Connection) -> tuple[int, tuple[Topic, ...]]:
    """The edition and all topics that are in force in it, by slug."""
    return edition(conn), all_topics(conn)


def all_topics(conn: Connection) -> tuple[Topic, ...]:
    """Every topic that was not removed, by slug."""
    return tuple(_topics(conn.execute(IN_FORCE)))


def names(conn: Connection) -> dict[str, str]:
    """What every topic that was not removed is called, by slug: for lists to choose from."""
    rows = conn.execute(select(TOPICS.c.slug, TOPICS.c.name).where(TOPICS.c.removed.is_(None)))
    return {slug: name for slug, name in sorted(rows)}  # noqa: C416 - mypy


def get(conn: Connection, slug: str) -> Topic:
    """The topic of that name. Raises UnknownTopic, also where it was removed."""
    topic = find(conn, slug)
    if topic is None:
        raise UnknownTopic(slug=slug)
    return topic


def find(conn: Connection, slug: str) -> Topic | None:
    """The topic of that name, None where there is none, also where it was removed."""
    return next(_topics(conn.execute(IN_FORCE.where(TOPICS.c.slug == slug))), None)


def versions(conn: Connection, slug: str) -> tuple[TopicVersion, ...]:
    """Every version of a topic, the first first, also of one that was removed. Raises UnknownTopic."""
    terms = (
        select(TERMS.c.version, *TERM)
        .where(TERMS.c.topic == slug)
        .order_by(TERMS.c.version, TERMS.c.position)
    )
    by_version: dict[int, list[Term]] = {}
    for row in conn.execute(terms):
        by_version.setdefault(row.version, []).append(_term(row))
    found = (
        select(MATCHES.c.topic_version, func.count(MATCHES.c.article.distinct()).label("articles"))
        .where(MATCHES.c.topic == slug)
        .group_by(MATCHES.c.topic_version)
    )
    articles = {row.topic_version: row.articles for row in conn.execute(found)}
    rows = conn.execute(select(VERSIONS).where(VERSIONS.c.topic == slug).order_by(VERSIONS.c.version)).all()
    if not rows:
        raise UnknownTopic(slug=slug)
    return tuple(
        TopicVersion(
            row.version,
            row.at,
            row.pack,
            tuple(by_version.get(row.version, ())),
            articles.get(row.version, 0),
            row.query or "",
            row.mentions,
        )
        for row in rows
    )


def put(
    conn: Connection,
    slug: str,
    name: str,
    terms: Sequence[Term],
    *,
    now: datetime,
    pack: str | None = None,
    query: str = "",
    mentions: int = 1,
) -> Topic:
    """Watch a topic, or change it: other terms, another query or number of mentions are another version.
    They are what `matching.topics.check` lets pass. What is told already changes nothing. `pack` is the
    one that brings it; None: a hand does, and no pack changes it any more."""
    _begin_change(conn)
    known = conn.execute(select(TOPICS).where(TOPICS.c.slug == slug)).one_or_none()
    if known is None:
        first = {"slug": slug, "name": name, "version": 0, "added": now, "changed_by_hand": pack is None}
        conn.execute(insert(TOPICS).values(first))
    made = Topic(slug, name, 0 if known is None else known.version, tuple(terms), query, mentions)
    if known is None or known.removed is not None or _differ(get(conn, slug), made):
        made = replace(made, version=made.version + 1)
        _add_version(conn, made, now, pack)
    change = {"name": name, "version": made.version, "removed": None}
    change |= {"pack": pack, "changed_by_hand": pack is None}
    conn.execute(update(TOPICS).where(TOPICS.c.slug == slug).values(change))
    if known is not None and known.removed is not None:
        listing.relist_topic(conn, slug)
    return made


def put_over(conn: Connection, topic: Topic, seen: Topic | None, *, now: datetime) -> Topic:
    """`put` what an editor wrote who started from `seen` (None: from nothing; only its name and version
    are looked at), in place of nothing else. Raises TopicChanged where the topic is another by now."""
    _begin_change(conn)
    refuse_changed(conn, topic.slug, seen)
    terms, query, mentions = topic.terms, topic.query, topic.mentions
    return put(conn, topic.slug, topic.name, terms, now=now, query=query, mentions=mentions)


def refuse_changed(conn: Connection, slug: str, seen: Topic | None) -> None:
    """Raise TopicChanged where the topic is not what somebody has `seen` (None: that there is none)."""
    current = find(conn, slug)
    if _marks(current) != _marks(seen):
        raise TopicChanged(
            slug=slug,
            version=current.version if current else 0,
            seen=seen.version if seen else 0,
            topic=current,
        )


def _marks(topic: Topic | None) -> tuple[int, str] | None:
    return None if topic is None else (topic.version, topic.name)


def extend(conn: Connection, slug: str, more: Sequence[Term], *, now: datetime) -> Topic:
    """`put` a topic of terms with further ones, in one version. Raises UnknownTopic."""
    _begin_change(conn)
    topic = get(conn, slug)
    terms = tuple(dict.fromkeys((*topic.terms, *more)))
    return put(conn, slug, topic.name, terms, now=now, mentions=topic.mentions)


def put_all(conn: Connection, topics: Iterable[Topic], *, now: datetime, pack: str | None = None) -> int:
    """`put` them all in one unit (their own `version` says nothing here); returns how many were not there."""
    there = {topic.slug for topic in all_topics(conn)}
    put_down = [
        put(
            *(conn, each.slug, each.name, each.terms),
            now=now,
            pack=pack,
            query=each.query,
            mentions=each.mentions,
        )
        for each in topics
    ]
    return sum(topic.slug not in there for topic in put_down)


def remove(conn: Connection, slug: str, *, now: datetime, pack: str | None = None) -> None:
    """Watch it no more: a version without terms. Its matches stay; `pack` is the one that gives it up,
    None: a hand does, and it does not come back with a pack. Raises UnknownTopic."""
    _begin_change(conn)
    topic = get(conn, slug)
    version = topic.version + 1
    _add_version(conn, Topic(slug, topic.name, version, ()), now, pack)
    change = {"version": version, "removed": now, "changed_by_hand": pack is None}
    conn.execute(update(TOPICS).where(TOPICS.c.slug == slug).values(change))
    listing.unlist_topic(conn, slug)
    notify(conn)


def _begin_change(conn: Connection) -> None:
    if conn.dialect.name == "postgresql":
        conn.execute(CHANGE)


def _differ(one: Topic, other: Topic) -> bool:
    return (one.terms, one.query, one.mentions) != (other.terms, other.query, other.mentions)


def _add_version(conn: Connection, topic: Topic, now: datetime, pack: str | None) -> None:
    which = {"topic": topic.slug, "version": topic.version}
    version = {**which, "at": now, "pack": pack, "query": topic.query or None, "mentions": topic.mentions}
    conn.execute(insert(VERSIONS).values(version))
    rows = [
        {
            **which,
            "position": position,
            "text": term.text,
            "language": term.language,
            "role": term.role,
            "stands": term.stands,
        }
        for position, term in enumerate(topic.terms)
    ]
    if rows:
        conn.execute(insert(TERMS), rows)


def _topics(rows: Iterable[Row[Any]]) -> Iterator[Topic]:
    for _, of_one in groupby(rows, key=lambda row: row.slug):
        each = list(of_one)
        first = each[0]
        terms = tuple(_term(row) for row in each if row.text is not None)
        yield Topic(first.slug, first.name, first.version, terms, first.query or "", first.mentions)


def _term(row: Any) -> Term:
    return Term(row.text, row.language, Role(row.role), Stands(row.stands))

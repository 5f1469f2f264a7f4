"""Matches: which topic version was found in which revision, and the spans that prove it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, exists, func, select

from news.watch import Evidence, Field, Found, Match
from storage import listing
from storage.columns import table, upsert
from storage.judging_tables import InboxTopicRow
from storage.telling_tables import MatchRow

MATCHES, LISTED = table(MatchRow), table(InboxTopicRow)
KEY = [MATCHES.c.topic, MATCHES.c.topic_version, MATCHES.c.article, MATCHES.c.revision]
EARLIER = select(MATCHES.c.topic, MATCHES.c.topic_version, MATCHES.c.revision, MATCHES.c.silent).where(
    MATCHES.c.article == bindparam("which")
)


def add(
    conn: Connection,
    article_id: int,
    revision: int,
    found: Sequence[Found],
    *,
    analysis: int,
    at: datetime,
    backfill: bool,
    silent: bool = False,
) -> int:
    """Keep what was found in a revision; returns how many of it are new and not silent.

    Silent is what a first visit's backlog holds, what the caller says is
    silent, and what was silently found in the same article before. A match
    that is known keeps its moment and its silence, and gets the evidence of
    the newer analysis.
    """
    if not found:
        return 0
    earlier = conn.execute(EARLIER, {"which": article_id}).all()
    known = {(row.topic, row.topic_version) for row in earlier if row.revision == revision}
    hushed = {row.topic for row in earlier if row.silent}
    rows = [
        {
            "topic": each.topic,
            "topic_version": each.version,
            "article": article_id,
            "revision": revision,
            "evidence": [_document(evidence) for evidence in each.evidence],
            "analysis": analysis,
            "judged_at": at,
            "silent": silent or backfill or each.topic in hushed,
        }
        for each in found
    ]
    keep = upsert(conn, MATCHES)
    renewed = {"evidence": keep.excluded.evidence, "analysis": keep.excluded.analysis}
    conn.execute(keep.on_conflict_do_update(index_elements=KEY, set_=renewed), rows)
    loud = any(not row["silent"] for row in rows)
    listing.found(conn, article_id, [each.topic for each in found], told_from=at if loud else None)
    return sum(not row["silent"] and (row["topic"], row["topic_version"]) not in known for row in rows)


def of_article(conn: Connection, article_id: int) -> tuple[Match, ...]:
    """All that was ever found in an article, by revision, then topic and its version."""
    query = select(MATCHES).where(MATCHES.c.article == article_id)
    order = (MATCHES.c.revision, MATCHES.c.topic, MATCHES.c.topic_version)
    return tuple(
        Match(
            topic=row["topic"],
            topic_version=row["topic_version"],
            article=row["article"],
            revision=row["revision"],
            evidence=tuple(evidence_of(document) for document in row["evidence"]),
            judged_at=row["judged_at"],
            silent=row["silent"],
        )
        for row in conn.execute(query.order_by(*order)).mappings()
    )


def articles_by_topic(conn: Connection) -> dict[str, int]:
    """How many articles each topic was found in; topics found nowhere are not in it."""
    query = select(MATCHES.c.topic, func.count(MATCHES.c.article.distinct())).group_by(MATCHES.c.topic)
    return {topic: number for topic, number in conn.execute(query)}  # noqa: C416 - mypy


def listed_by_topic(conn: Connection) -> dict[str, tuple[int, datetime]]:
    """How many articles each watched topic was found in, and when the latest of them was first seen."""
    query = select(LISTED.c.topic, func.count(), func.max(LISTED.c.appeared_by)).group_by(LISTED.c.topic)
    return {topic: (number, latest) for topic, number, latest in conn.execute(query)}


def moments_by_topic(
    conn: Connection, since: datetime, topic: str | None = None
) -> dict[str, tuple[datetime, ...]]:
    """When the articles that each watched topic (or one) was found in were first seen, of those from
    `since` on."""
    query = select(LISTED.c.topic, LISTED.c.appeared_by).where(LISTED.c.appeared_by >= since)
    if topic is not None:
        query = query.where(LISTED.c.topic == topic)
    found: dict[str, list[datetime]] = {}
    for row in conn.execute(query):
        found.setdefault(row.topic, []).append(row.appeared_by)
    return {slug: tuple(moments) for slug, moments in found.items()}


def found_in(topic: str, article: ColumnElement[int]) -> ColumnElement[bool]:
    """Whether some version of the topic was found in the article."""
    return exists().where(MATCHES.c.topic == topic, MATCHES.c.article == article)


def evidence_of(document: dict[str, Any]) -> Evidence:
    """Evidence as a match row keeps it."""
    sentence = document.get("sentence")
    kept = {"field": Field(document["field"]), "sentence": None if sentence is None else tuple(sentence)}
    return Evidence(**{**document, **kept})


def _document(evidence: Evidence) -> dict[str, Any]:
    return {
        "field": evidence.field,
        "start": evidence.start,
        "end": evidence.end,
        "form": evidence.form,
        "term": evidence.term,
        "sentence": evidence.sentence,
    }

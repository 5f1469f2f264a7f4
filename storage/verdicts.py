"""Verdicts: what the team says of an article under a topic. One stands; all that ever stood are kept."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, insert, select, update

from news.errors import UnknownArticle, UnknownTopic
from news.judging import Says, Verdict
from storage import listing
from storage.columns import table
from storage.desk_tables import AccountRow
from storage.judging_tables import VerdictRow
from storage.removals import standing
from storage.telling_tables import TopicRow

VERDICTS, ACCOUNTS, TOPICS = table(VerdictRow), table(AccountRow), table(TopicRow)
STANDS = VERDICTS.c.undone.is_(None)
WITH_NAMES = select(VERDICTS, ACCOUNTS.c.name.label("by")).join(ACCOUNTS, ACCOUNTS.c.id == VERDICTS.c.account)


def give(
    conn: Connection, article: int, topics: Collection[str], says: Says, *, account: int, at: datetime
) -> Mapping[str, Says | None]:
    """Say it of the article under these topics; what stood there before, by topic.

    What stands already as given stays as it is. Raises UnknownArticle (also of a removed one), UnknownTopic.
    """
    known = set(conn.execute(select(TOPICS.c.slug).where(TOPICS.c.slug.in_(sorted(set(topics))))).scalars())
    for topic in topics:
        if topic not in known:
            raise UnknownTopic(slug=topic)
    if article not in standing(conn, [article]):
        raise UnknownArticle(id=article)
    before = _stood(conn, article, topics)
    changed = [topic for topic in sorted(set(topics)) if before.get(topic) is not says]
    if changed:
        _end(conn, article, changed, account, at)
        said = {"article": article, "says": says, "account": account, "at": at}
        conn.execute(insert(VERDICTS), [{**said, "topic": topic} for topic in changed])
        listing.judged(conn, article, changed)
    return {topic: before.get(topic) for topic in sorted(set(topics))}


def undo(
    conn: Connection, article: int, topics: Collection[str], *, account: int, at: datetime
) -> Mapping[str, Says]:
    """No verdict stands under these topics any more; those that did, by topic."""
    before = _stood(conn, article, topics)
    if before:
        _end(conn, article, before, account, at)
        listing.judged(conn, article, before)
    return before


def of_article(conn: Connection, article: int) -> tuple[Verdict, ...]:
    """All that was said of an article, the latest first."""
    query = WITH_NAMES.where(VERDICTS.c.article == article).order_by(VERDICTS.c.id.desc())
    return tuple(_verdict(row) for row in conn.execute(query))


def of_topic(conn: Connection, topic: str, *, limit: int = 500) -> tuple[Verdict, ...]:
    """What stands under a topic, the latest first."""
    query = WITH_NAMES.where(VERDICTS.c.topic == topic, STANDS)
    rows = conn.execute(query.order_by(VERDICTS.c.at.desc(), VERDICTS.c.id.desc()).limit(limit))
    return tuple(_verdict(row) for row in rows)


def _stood(conn: Connection, article: int, topics: Collection[str]) -> dict[str, Says]:
    query = select(VERDICTS.c.topic, VERDICTS.c.says).where(STANDS, _under(article, topics))
    return {row.topic: Says(row.says) for row in conn.execute(query)}


def _end(conn: Connection, article: int, topics: Collection[str], account: int, at: datetime) -> None:
    ended = update(VERDICTS).where(STANDS, _under(article, topics))
    conn.execute(ended.values(undone=at, undone_by=account))


def _under(article: int, topics: Collection[str]) -> ColumnElement[bool]:
    return and_(VERDICTS.c.article == article, VERDICTS.c.topic.in_(sorted(set(topics))))


def _verdict(row: Any) -> Verdict:
    return Verdict(row.article, row.topic, Says(row.says), row.account, row.by, row.at, row.undone)

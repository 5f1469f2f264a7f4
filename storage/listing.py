"""What stands in the inbox: kept with each match and each verdict, in the same unit of work.

An article is listed while a topic that is watched was found in it, and it was not removed.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Insert,
    ScalarSelect,
    Select,
    and_,
    bindparam,
    case,
    cast,
    delete,
    exists,
    false,
    func,
    select,
    update,
)

from news.article import ArticleState
from news.judging import Says
from storage.columns import table, upsert_for
from storage.judging_tables import InboxRow, InboxTopicRow, VerdictRow
from storage.tables import ArticleRow
from storage.telling_tables import MatchRow, TopicRow

ARTICLES, MATCHES, TOPICS = table(ArticleRow), table(MatchRow), table(TopicRow)
INBOX, LISTED, VERDICTS = table(InboxRow), table(InboxTopicRow), table(VerdictRow)
THERE = ARTICLES.c.state != ArticleState.REMOVED
RANK = case({says.value: rank for rank, says in enumerate(Says)}, value=LISTED.c.verdict)
STRONGEST = (
    select(LISTED.c.verdict)
    .where(LISTED.c.article == INBOX.c.article, LISTED.c.verdict.is_not(None))
    .order_by(RANK)
    .limit(1)
    .correlate(INBOX)
    .scalar_subquery()
)
FACTS = (ARTICLES.c.id, ARTICLES.c.appeared_by, ARTICLES.c.source, ARTICLES.c.language)
COLUMNS = [INBOX.c[name] for name in ("article", "appeared_by", "source", "language", "matched_at")]
TOPIC_COLUMNS = [LISTED.c[name] for name in ("article", "topic", "appeared_by", "verdict")]
MOMENT = INBOX.c.matched_at.type
SUM_UP = update(INBOX).where(INBOX.c.article == bindparam("which")).values(verdict=STRONGEST)
OF_ARTICLE = select(ARTICLES.c.appeared_by, ARTICLES.c.language).where(ARTICLES.c.id == bindparam("which"))


def found(conn: Connection, article: int, topics: Collection[str], *, told_from: datetime | None) -> None:
    """These topics were found in the article, to be told of since `told_from` (None: silently)."""
    if not topics:
        return
    dialect = conn.dialect.name
    conn.execute(_list(dialect), {"which": article, "told_from": told_from})
    conn.execute(_list_topic(dialect), [{"which": article, "of": topic} for topic in sorted(set(topics))])
    conn.execute(SUM_UP, {"which": article})


def renew(conn: Connection, article: int) -> None:
    """The article's language, or when it appeared, is another than it was."""
    row = conn.execute(OF_ARTICLE, {"which": article}).one_or_none()
    if row is None:
        return
    values = {"appeared_by": row.appeared_by, "language": row.language}
    listed = conn.execute(update(INBOX).where(INBOX.c.article == article).values(values)).rowcount
    if listed:
        appeared = {"appeared_by": row.appeared_by}
        conn.execute(update(LISTED).where(LISTED.c.article == article).values(appeared))


def judged(conn: Connection, article: int, topics: Collection[str]) -> None:
    """The verdicts that stand for the article under these topics are others than they were."""
    these = and_(LISTED.c.article == article, LISTED.c.topic.in_(sorted(set(topics))))
    conn.execute(update(LISTED).where(these).values(verdict=_standing()))
    conn.execute(SUM_UP, {"which": article})


def unlist(conn: Connection, article: int) -> None:
    """The article was removed."""
    conn.execute(delete(LISTED).where(LISTED.c.article == article))
    conn.execute(delete(INBOX).where(INBOX.c.article == article))


def unlist_topic(conn: Connection, topic: str) -> None:
    """The topic is watched no more: what only it was found in leaves the inbox."""
    judged_by_it = select(LISTED.c.article).where(LISTED.c.topic == topic, LISTED.c.verdict.is_not(None))
    summed = list(conn.execute(judged_by_it).scalars())
    conn.execute(delete(LISTED).where(LISTED.c.topic == topic))
    conn.execute(delete(INBOX).where(~exists().where(LISTED.c.article == INBOX.c.article)))
    if summed:
        conn.execute(SUM_UP, [{"which": article} for article in summed])


def relist_topic(conn: Connection, topic: str) -> None:
    """The topic is watched again: what it was found in before is listed again."""
    here = and_(MATCHES.c.article == ARTICLES.c.id, MATCHES.c.topic == topic)
    told_from = select(func.min(MATCHES.c.judged_at)).where(here, MATCHES.c.silent == false())
    rows = select(*FACTS, told_from.correlate(ARTICLES).scalar_subquery()).where(exists().where(here), THERE)
    conn.execute(_upserted(conn.dialect.name, rows))
    listed = _topic_rows(
        conn.dialect.name, exists().where(MATCHES.c.article == INBOX.c.article, MATCHES.c.topic == topic)
    )
    conn.execute(listed, {"of": topic})
    judged_by_it = select(LISTED.c.article).where(LISTED.c.topic == topic, LISTED.c.verdict.is_not(None))
    for article in conn.execute(judged_by_it).scalars().all():
        conn.execute(SUM_UP, {"which": article})


def _standing() -> ScalarSelect[Any]:
    stands = and_(
        VERDICTS.c.article == LISTED.c.article,
        VERDICTS.c.topic == LISTED.c.topic,
        VERDICTS.c.undone.is_(None),
    )
    return select(VERDICTS.c.says).where(stands).correlate(LISTED).scalar_subquery()


@cache
def _list(dialect: str) -> Insert:
    moment = bindparam("told_from", type_=MOMENT)
    # PostgreSQL takes a bare NULL parameter for a text.
    rows = select(*FACTS, cast(moment, MOMENT) if dialect == "postgresql" else moment)
    return _upserted(dialect, rows.where(ARTICLES.c.id == bindparam("which"), THERE))


@cache
def _list_topic(dialect: str) -> Insert:
    return _topic_rows(dialect, INBOX.c.article == bindparam("which"))


def _upserted(dialect: str, rows: Select[Any]) -> Insert:
    kept = upsert_for(dialect, INBOX).from_select(COLUMNS, rows)
    new = kept.excluded
    renewed = {
        "appeared_by": new.appeared_by,
        "language": new.language,
        "matched_at": func.coalesce(INBOX.c.matched_at, new.matched_at),
    }
    return kept.on_conflict_do_update(index_elements=["article"], set_=renewed)


def _topic_rows(dialect: str, which: ColumnElement[bool]) -> Insert:
    """The topic `of` for the listed articles that `which` says, with the verdict that stands."""
    stands = and_(
        VERDICTS.c.article == INBOX.c.article,
        VERDICTS.c.topic == bindparam("of"),
        VERDICTS.c.undone.is_(None),
    )
    verdict = select(VERDICTS.c.says).where(stands).correlate(INBOX).scalar_subquery()
    topic = bindparam("of", type_=LISTED.c.topic.type)
    rows = select(INBOX.c.article, topic, INBOX.c.appeared_by, verdict).where(which)
    return upsert_for(dialect, LISTED).from_select(TOPIC_COLUMNS, rows).on_conflict_do_nothing()

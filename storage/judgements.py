"""What people said of an article that goes: removed on request, or merged into another."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, delete, exists, or_, select, update

from storage import listing
from storage.columns import table, upsert
from storage.judging_tables import AssignmentRow, NoteRow, ReadingRow, TagRow, UseRow, VerdictRow
from storage.tables import ArticleRow

ARTICLES, VERDICTS, READINGS = table(ArticleRow), table(VerdictRow), table(ReadingRow)
NOTES, USES, TAGS, ASSIGNMENTS = table(NoteRow), table(UseRow), table(TagRow), table(AssignmentRow)
SAYING = (VERDICTS, NOTES, USES, TAGS, ASSIGNMENTS)
# What an article is kept for, whether or not a topic matches it; that somebody opened it is no reason.
SAID = or_(
    *(exists().where(each.c.article == ARTICLES.c.id) for each in SAYING),
    exists().where(READINGS.c.article == ARTICLES.c.id, READINGS.c.starred_at.is_not(None)),
)


def forget(conn: Connection, article: int) -> None:
    """Take away what may hold the words of a removed article: notes, uses, tags; it leaves the inbox, too.

    Verdicts stay: they say that it was judged, and nothing of what it said.
    """
    listing.unlist(conn, article)
    for each in (NOTES, USES, TAGS, ASSIGNMENTS, READINGS):
        conn.execute(delete(each).where(each.c.article == article))


def forget_readers(conn: Connection, articles: Collection[int]) -> None:
    """Who opened articles of which nobody said anything, before those go."""
    conn.execute(delete(READINGS).where(READINGS.c.article.in_(articles)))


def move(conn: Connection, gone: int, stays: int) -> None:
    """What was said of one article was said of the other: where both have it, the other's stays."""
    said = (exists().where(each.c.article == gone) for each in (*SAYING, READINGS))
    if not conn.execute(select(or_(*said))).scalar_one():
        return
    for each in (NOTES, USES):
        conn.execute(update(each).where(each.c.article == gone).values(article=stays))
    for each in (TAGS, ASSIGNMENTS, READINGS):
        rows = conn.execute(select(each).where(each.c.article == gone)).mappings().all()
        if rows:
            moved = [{**row, "article": stays} for row in rows]
            conn.execute(upsert(conn, each).on_conflict_do_nothing(), moved)
            conn.execute(delete(each).where(each.c.article == gone))
    here = select(VERDICTS.c.topic).where(VERDICTS.c.article == stays, VERDICTS.c.undone.is_(None))
    open_ = VERDICTS.c.article == gone, VERDICTS.c.undone.is_(None)
    conn.execute(delete(VERDICTS).where(*open_, VERDICTS.c.topic.in_(here)))
    topics = set(conn.execute(select(VERDICTS.c.topic).where(VERDICTS.c.article == gone)).scalars())
    conn.execute(update(VERDICTS).where(VERDICTS.c.article == gone).values(article=stays))
    if topics:
        listing.judged(conn, stays, topics)

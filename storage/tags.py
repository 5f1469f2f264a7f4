"""Tags on articles, one set for the whole team."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, func, select

from news.errors import RemarkError, UnknownArticle
from news.judging import Tag
from news.texts import one_line
from storage.columns import table, upsert
from storage.desk_tables import AccountRow
from storage.judging_tables import TagRow
from storage.removals import standing

TAGS, ACCOUNTS = table(TagRow), table(AccountRow)
LONGEST = 60


def put(conn: Connection, article: int, tag: str, *, account: int, at: datetime) -> str:
    """Tag an article; returns the tag as it is kept.

    Raises UnknownArticle (also of a removed one), RemarkError.
    """
    kept = tag_of(tag)
    if article not in standing(conn, [article]):
        raise UnknownArticle(id=article)
    row = upsert(conn, TAGS).values(article=article, tag=kept, account=account, at=at)
    conn.execute(row.on_conflict_do_nothing())
    return kept


def take_off(conn: Connection, article: int, tag: str) -> bool:
    """Take a tag off; whether it was on. Raises RemarkError for what cannot be a tag."""
    this = TAGS.c.article == article, TAGS.c.tag == tag_of(tag)
    return conn.execute(delete(TAGS).where(*this)).rowcount > 0


def of_article(conn: Connection, article: int) -> tuple[Tag, ...]:
    """An article's tags, by name."""
    query = select(TAGS, ACCOUNTS.c.name.label("by")).join(ACCOUNTS, ACCOUNTS.c.id == TAGS.c.account)
    rows = conn.execute(query.where(TAGS.c.article == article).order_by(TAGS.c.tag))
    return tuple(Tag(row.tag, row.account, row.by, row.at) for row in rows)


def in_use(conn: Connection) -> dict[str, int]:
    """Every tag and how many articles have it, by name."""
    query = select(TAGS.c.tag, func.count()).group_by(TAGS.c.tag)
    return dict(sorted((tag, number) for tag, number in conn.execute(query)))


def tag_of(written: str) -> str:
    """A tag as it is kept: one line, lower case. Raises RemarkError."""
    tag = one_line(written).lower().replace(",", " ").strip()
    tag = " ".join(tag.split())
    if not tag or len(tag) > LONGEST:
        problem = f"it has {len(tag)} characters" if tag else "it is empty"
        raise RemarkError(kind="tag", problem=problem, remedy=f"Write 1 to {LONGEST} characters.")
    return tag

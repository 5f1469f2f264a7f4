"""Who is to see to an article: one account, or nobody."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, select

from news.errors import UnknownArticle
from news.judging import Assignment
from storage import accounts
from storage.columns import table, upsert
from storage.desk_tables import AccountRow
from storage.judging_tables import AssignmentRow
from storage.removals import standing

ASSIGNMENTS, ACCOUNTS = table(AssignmentRow), table(AccountRow)


def assign(conn: Connection, article: int, assignee: int | None, *, account: int, at: datetime) -> None:
    """Give an article to an account (None: to nobody).

    Raises UnknownArticle (also of a removed one), UnknownAccount.
    """
    if article not in standing(conn, [article]):
        raise UnknownArticle(id=article)
    if assignee is None:
        conn.execute(delete(ASSIGNMENTS).where(ASSIGNMENTS.c.article == article))
        return
    accounts.get(conn, assignee)
    row = {"assignee": assignee, "account": account, "at": at}
    kept = upsert(conn, ASSIGNMENTS).values(article=article, **row)
    conn.execute(kept.on_conflict_do_update(index_elements=["article"], set_=row))


def of_article(conn: Connection, article: int) -> Assignment | None:
    """Whose it is, None: nobody's."""
    whose, by = ACCOUNTS.alias(), ACCOUNTS.alias()
    query = (
        select(ASSIGNMENTS, whose.c.name, by.c.name.label("by"))
        .join(whose, whose.c.id == ASSIGNMENTS.c.assignee)
        .join(by, by.c.id == ASSIGNMENTS.c.account)
        .where(ASSIGNMENTS.c.article == article)
    )
    row = conn.execute(query).one_or_none()
    return None if row is None else Assignment(row.assignee, row.name, row.account, row.by, row.at)

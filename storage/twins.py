"""Rule 5: two articles of one outlet whose text shows that they are one (`docs/database.md`)."""

from __future__ import annotations

from sqlalchemy import (
    Connection,
    RowMapping,
    and_,
    bindparam,
    delete,
    exists,
    null,
    select,
    union_all,
    update,
)

from news.article import Entry, Judgement, Reading
from storage import judgements, listing
from storage.columns import table
from storage.identity import look, title_key
from storage.removals import REMOVED, WORDLESS
from storage.tables import ArticleRow, ArticleUrlRow, RevisionRow, SightingRow

ARTICLES, URLS = table(ArticleRow), table(ArticleUrlRow)
SIGHTINGS, REVISIONS = table(SightingRow), table(RevisionRow)
KEPT = and_(
    ARTICLES.c.outlet == bindparam("outlet"), ARTICLES.c.id != bindparam("pending"), ARTICLES.c.revision > 0
)
# Rule 5 in one question: the outlet's first article of this text (with or without its headline before it),
# and the one to which this URL leads.
_SAME_TEXT = (
    select(ARTICLES.c.id, null().label("title"))
    .join(REVISIONS, REVISIONS.c.article == ARTICLES.c.id)
    .where(KEPT, REVISIONS.c.text_hash.in_(bindparam("texts", expanding=True)))
    .order_by(ARTICLES.c.id)
    .limit(1)
    .subquery()
)
_OWNER = (
    select(ARTICLES.c.id, ARTICLES.c.title)
    .join(URLS, URLS.c.article == ARTICLES.c.id)
    .where(KEPT, URLS.c.url_key == bindparam("url"))
)
# A removed article has no title any more, but the keys of those it was listed under.
_REMOVED = (
    select(ARTICLES.c.id, null().label("title"))
    .join(URLS, URLS.c.article == ARTICLES.c.id)
    .where(
        ARTICLES.c.outlet == bindparam("outlet"),
        ARTICLES.c.id != bindparam("pending"),
        REMOVED,
        URLS.c.url_key == bindparam("url"),
        exists().where(SIGHTINGS.c.article == ARTICLES.c.id, SIGHTINGS.c.title_key == bindparam("title")),
    )
)
TWINS = union_all(select(_SAME_TEXT), _OWNER, _REMOVED)


def twin(conn: Connection, row: RowMapping, reading: Reading, judgement: Judgement) -> int | None:
    """Rule 5: the outlet's article of the same text, or of the URL the page claims and the same title."""
    texts = [each for each in (judgement.text_hash, *judgement.alike) if each is not None]
    asked = {"outlet": row["outlet"], "pending": row["id"], "texts": texts}
    title = title_key(reading.title or row["title"])
    twins = conn.execute(TWINS, {**asked, "url": claimed_url(row, reading), "title": title}).all()
    same: int | None = next((twin.id for twin in twins if twin.title is None), None)
    return same or next((twin.id for twin in twins if title_key(twin.title) == title), None)


def merge(conn: Connection, pending: RowMapping, stays: int) -> None:
    """Sightings and URLs move to the article that stays; when it appeared is the earlier of both."""
    silent = conn.execute(select(REMOVED).where(ARTICLES.c.id == stays)).scalar_one()
    for moved, words in ((SIGHTINGS, WORDLESS if silent else {}), (URLS, {})):
        conn.execute(
            update(moved).where(moved.c.article == pending["id"]).values({"article": stays, **words})
        )
    judgements.move(conn, pending["id"], stays)
    conn.execute(delete(ARTICLES).where(ARTICLES.c.id == pending["id"]))
    earlier = {"appeared_after": pending["appeared_after"], "appeared_by": pending["appeared_by"]}
    later = and_(ARTICLES.c.id == stays, ARTICLES.c.appeared_by > pending["appeared_by"])
    if conn.execute(update(ARTICLES).where(later).values(earlier)).rowcount:
        listing.renew(conn, stays)


def claimed_url(row: RowMapping, reading: Reading) -> bytes | None:
    """The key of the address a page claims for itself, None where it claims none."""
    return look(row["outlet"], Entry(reading.canonical_url, reading.title)).url

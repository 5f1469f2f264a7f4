"""Texts of the archive in bulk, for counting their words: the latest of each article, page by page."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, func, not_, select

from storage import matches
from storage.articles import IS_LATEST
from storage.columns import table
from storage.tables import ArticleRow, RevisionRow

ARTICLES, REVISIONS = table(ArticleRow), table(RevisionRow)
CHARACTERS = 20_000  # of a text; what an article is about stands earlier


@dataclass(frozen=True, slots=True)
class Wanted:
    """Articles first seen from `since` until before `until` (UTC), in which the topic was found, or
    (`found` False) was not; in these judged `languages` (None: any). Every `nth` by its id."""

    topic: str
    found: bool
    since: datetime
    until: datetime
    languages: Collection[str] | None = None
    nth: int = 1


@dataclass(frozen=True, slots=True)
class CorpusText:
    """The latest text of an article, its beginning, and the language it was judged to be in."""

    article: int
    source: str
    at: datetime
    language: str | None
    title: str
    text: str


def count(conn: Connection, wanted: Wanted) -> int:
    return int(conn.execute(_of(select(func.count()), wanted)).scalar_one())


def page(conn: Connection, wanted: Wanted, *, after: int = 0, limit: int) -> tuple[CorpusText, ...]:
    """At most `limit` of them, by id, those with an id above `after`."""
    columns = (
        ARTICLES.c.id,
        ARTICLES.c.source,
        ARTICLES.c.appeared_by,
        REVISIONS.c.language,
        REVISIONS.c.title,
        func.substr(REVISIONS.c.text, 1, CHARACTERS),
    )
    query = _of(select(*columns), wanted).where(ARTICLES.c.id > after).order_by(ARTICLES.c.id)
    return tuple(CorpusText(*row) for row in conn.execute(query.limit(limit)))


def _of(query: Select[Any], wanted: Wanted) -> Select[Any]:
    found = matches.found_in(wanted.topic, ARTICLES.c.id)
    query = query.select_from(ARTICLES.join(REVISIONS, IS_LATEST)).where(
        ARTICLES.c.appeared_by >= wanted.since,
        ARTICLES.c.appeared_by < wanted.until,
        found if wanted.found else not_(found),
    )
    if wanted.languages is not None:
        query = query.where(REVISIONS.c.language.in_(wanted.languages))
    return query.where(ARTICLES.c.id % wanted.nth == 0) if wanted.nth > 1 else query

"""A round as its rows tell it, for who follows another process that carries it out."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, func, select, true

from news.article import TextOrigin
from news.visit import Visit
from storage import sources, visits, work
from storage.columns import table
from storage.tables import ArticleRow, RevisionRow, VisitRow

VISITS, ARTICLES, REVISIONS = table(VisitRow), table(ArticleRow), table(RevisionRow)


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a round begins: what came before has these ids at most."""

    visit: int
    revision: int


@dataclass(frozen=True, slots=True)
class Standing:
    """How a round stands: the latest visit of each source since the mark; of each source how many pages
    were `read`, `unreadable`, or are to be tried `later`; and how much is `left` to do."""

    visits: dict[str, Visit]
    read: dict[str, int]
    unreadable: dict[str, int]
    later: dict[str, int]
    left: int


def begin(conn: Connection, slugs: Collection[str] | None, now: datetime) -> Mark:
    """Make these sources (None: all) due and say what came before. Raises UnknownSource."""
    sources.make_due(conn, slugs, now)
    last = select(func.max(VISITS.c.id)), select(func.max(REVISIONS.c.id))
    visit, revision = (conn.execute(query).scalar() or 0 for query in last)
    return Mark(visit, revision)


def standing(conn: Connection, mark: Mark, slugs: Collection[str] | None, until: datetime) -> Standing:
    """How the round stands that began at `mark`; `left` counts what is due by `until`."""
    made = select(VISITS).where(VISITS.c.id > mark.visit, _among(VISITS.c.source, slugs))
    rows = conn.execute(made.order_by(VISITS.c.id)).mappings()
    latest = {row["source"]: visits.visit_of(row) for row in rows}
    stands_in = REVISIONS.c.origin == TextOrigin.SUMMARY
    later = and_(ARTICLES.c.next_try_at > until, ARTICLES.c.revision == 0, ARTICLES.c.attempts > 0)
    return Standing(
        visits=latest,
        read=_revised(conn, mark, slugs, ~stands_in),
        unreadable=_revised(conn, mark, slugs, stands_in),
        later=_by_source(conn, select(ARTICLES.c.source, func.count()).where(later), slugs),
        left=work.outstanding(conn, slugs, until),
    )


def _revised(
    conn: Connection, mark: Mark, slugs: Collection[str] | None, which: ColumnElement[bool]
) -> dict[str, int]:
    revised = select(ARTICLES.c.source, func.count()).join(REVISIONS, REVISIONS.c.article == ARTICLES.c.id)
    return _by_source(conn, revised.where(REVISIONS.c.id > mark.revision, which), slugs)


def _by_source(conn: Connection, counted: Select[Any], slugs: Collection[str] | None) -> dict[str, int]:
    rows = conn.execute(counted.where(_among(ARTICLES.c.source, slugs)).group_by(ARTICLES.c.source))
    return {slug: number for slug, number in rows}  # noqa: C416 - rows are no pairs to the type checker


def _among(source: ColumnElement[str], slugs: Collection[str] | None) -> ColumnElement[bool]:
    return true() if slugs is None else source.in_(slugs)

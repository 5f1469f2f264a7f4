"""Texts as they were analysed: which are behind the rules of today, and what is learnt of them anew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, exists, func, or_, select, update

from news.article import Judgement
from news.watch import Facts, Found
from storage import listing, matches, sources, topics
from storage.columns import table
from storage.removals import REMOVED, standing
from storage.tables import ArticleRow, RevisionRow, SourceRow

ARTICLES, REVISIONS, SOURCES = table(ArticleRow), table(RevisionRow), table(SourceRow)
KEPT: list[Any] = [
    REVISIONS.c[name] for name in ("id", "article", "number", "title", "text", "language", "analysis")
]


@dataclass(frozen=True, slots=True)
class Analysed:
    """A revision's text as it is kept. `analysis` is None where the judge had no word of it."""

    id: int
    article: int
    number: int
    title: str
    text: str
    language: str | None
    analysis: int | None
    facts: Facts


def outdated(conn: Connection, analysis: int, *, after: int = 0, limit: int = 20) -> tuple[Analysed, ...]:
    """Revisions of an older analysis, or of none, in the order of their ids from `after` on."""
    query = (
        select(*KEPT, *sources.FACTS)
        .select_from(REVISIONS)
        .join(ARTICLES, ARTICLES.c.id == REVISIONS.c.article)
        .join(SOURCES, SOURCES.c.slug == ARTICLES.c.source)
        .where(REVISIONS.c.id > after, _behind(analysis))
        .order_by(REVISIONS.c.id)
        .limit(limit)
    )
    rows = conn.execute(query).mappings()
    return tuple(
        Analysed(**{column.name: row[column] for column in KEPT}, facts=sources.facts_of(row)) for row in rows
    )


def count_outdated(conn: Connection, analysis: int) -> int:
    """How many there are."""
    return conn.execute(select(func.count()).select_from(REVISIONS).where(_behind(analysis))).scalar_one()


def renew(conn: Connection, judged: Sequence[tuple[Analysed, Judgement]], *, at: datetime) -> bool:
    """Keep what was learnt of some texts, with silent matches: nobody is told.

    False, and nothing is kept, where the topics have changed since one of them was judged.
    """
    if _changed(conn, [judgement.edition for _, judgement in judged]):
        return False
    there = standing(conn, {revision.article for revision, _ in judged})
    for revision, judgement in judged:
        if revision.article not in there:
            continue  # removed on request while it was judged
        assert judgement.index is not None, "judged anew"
        values = {
            "analysis": judgement.index.version,
            "terms": " ".join(judgement.index.terms),
            "language": judgement.language,
            "text_hash": judgement.text_hash,
        }
        conn.execute(update(REVISIONS).where(REVISIONS.c.id == revision.id).values(values))
        untold = (ARTICLES.c.id == revision.article, ARTICLES.c.language.is_(None))
        if conn.execute(update(ARTICLES).where(*untold).values(language=judgement.language)).rowcount:
            listing.renew(conn, revision.article)
        _found_silently(conn, revision.article, revision.number, judgement, judgement.found, at)
    return True


def back_fill(
    conn: Connection, judged: Sequence[tuple[int, int, Judgement]], topic: str, *, at: datetime
) -> int | None:
    """Keep silent matches of one topic in texts given by article and revision; how many texts match.

    None, and nothing is kept, where the topics have changed since one of them was judged.
    """
    if _changed(conn, [judgement.edition for _, _, judgement in judged]):
        return None
    kept = 0
    there = standing(conn, {article for article, _, _ in judged})
    for article, number, judgement in judged:
        if article not in there:
            continue
        found = [each for each in judgement.found if each.topic == topic]
        _found_silently(conn, article, number, judgement, found, at)
        kept += len(found)
    return kept


def _behind(analysis: int) -> ColumnElement[bool]:
    removed = exists().where(ARTICLES.c.id == REVISIONS.c.article, REMOVED).correlate(REVISIONS)
    return and_(or_(REVISIONS.c.analysis < analysis, REVISIONS.c.analysis.is_(None)), ~removed)


def _changed(conn: Connection, editions: Sequence[int]) -> bool:
    held = topics.held_edition(conn)
    return any(edition != held for edition in editions)


def _found_silently(
    conn: Connection, article: int, number: int, judgement: Judgement, found: Sequence[Found], at: datetime
) -> None:
    assert judgement.index is not None, "judged anew"
    analysis = judgement.index.version
    matches.add(conn, article, number, found, analysis=analysis, at=at, backfill=False, silent=True)

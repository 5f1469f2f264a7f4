"""Full text: which articles may hold given words. It proposes; the matcher (`matching.topics`) decides.

SQLite and PostgreSQL are asked for the same keys as they stand in
`revisions.terms`; neither folds, stems or weighs anything, so both propose the
same articles in the same order: the latest first seen first.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, and_, exists, or_, select, text

from news.article import Article
from news.watch import Facts
from storage.articles import IS_LATEST, article_of
from storage.columns import table
from storage.matches import found_in
from storage.sources import FACTS, facts_of
from storage.tables import ArticleRow, RevisionRow, SightingRow, SourceRow

ARTICLES, REVISIONS, SIGHTINGS = table(ArticleRow), table(RevisionRow), table(SightingRow)
SOURCES = table(SourceRow)
# A word is the keys it may be found under, those with a `*` as what they begin with; a term is all of its
# words; a query is any of its terms.
Words = Sequence[Sequence[str]]
IN_SQLITE = text("SELECT rowid FROM revision_terms WHERE revision_terms MATCH :query")
IN_POSTGRESQL = text(
    "SELECT id FROM revisions WHERE array_to_tsvector(string_to_array(terms, ' ')) @@ CAST(:query AS tsquery)"
)

NEWEST = (ARTICLES.c.appeared_by.desc(), ARTICLES.c.id.desc())
WHOLE: Select[Any] = (
    select(ARTICLES, REVISIONS.c.text, REVISIONS.c.language.label("judged_in"), *FACTS)
    .select_from(REVISIONS)
    .join(ARTICLES, ARTICLES.c.id == REVISIONS.c.article)
    .join(SOURCES, SOURCES.c.slug == ARTICLES.c.source)
)


@dataclass(frozen=True, slots=True)
class Filters:
    """Only articles that stood at one of these sources (None: any), in one of these languages (ISO 639-1),
    in which one of these topics was found, first seen from `since` on and before `until`."""

    sources: tuple[str, ...] | None = None
    languages: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """An article with its latest text, the language that text was judged to be in, and what its source is."""

    article: Article
    language: str | None
    facts: Facts


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the order a page of candidates ended."""

    appeared: datetime
    article: int


@dataclass(frozen=True, slots=True)
class Page:
    """Some candidates and where to go on, None at the end."""

    candidates: tuple[Candidate, ...]
    onward: Place | None


def candidates(
    conn: Connection,
    any_of: Collection[Words],
    filters: Filters,
    *,
    after: Place | None = None,
    limit: int = 200,
) -> Page:
    """The articles whose latest text holds all words of one of the terms, `limit` of them from a place on.

    What has no index terms yet (`outdated`) is not among them.
    """
    terms = [words for words in any_of if words]
    if not terms:
        return Page((), None)
    sqlite = conn.dialect.name == "sqlite"
    query = _in_sqlite(terms) if sqlite else _in_postgresql(terms)
    proposed = (IN_SQLITE if sqlite else IN_POSTGRESQL).bindparams(query=query)
    wanted = _filtered(filters).where(REVISIONS.c.id.in_(proposed))
    if after is not None:
        earlier = and_(ARTICLES.c.appeared_by == after.appeared, ARTICLES.c.id < after.article)
        wanted = wanted.where(or_(ARTICLES.c.appeared_by < after.appeared, earlier))
    # Only numbers are sorted; the texts are fetched for those of the page (half the time of a broad query).
    page = wanted.order_by(*NEWEST).limit(limit).subquery()
    rows = (
        conn.execute(WHOLE.join(page, page.c.revision_id == REVISIONS.c.id).order_by(*NEWEST))
        .mappings()
        .all()
    )
    onward = Place(rows[-1]["appeared_by"], rows[-1]["id"]) if len(rows) == limit else None
    return Page(tuple(_candidate(row) for row in rows), onward)


def of_articles(conn: Connection, articles: Collection[int]) -> tuple[Candidate, ...]:
    """These articles with their latest texts, the latest first seen first."""
    query = WHOLE.where(IS_LATEST, ARTICLES.c.id.in_(sorted(articles))).order_by(*NEWEST)
    return tuple(_candidate(row) for row in conn.execute(query).mappings())


def _candidate(row: Any) -> Candidate:
    return Candidate(article_of(row), row["judged_in"], facts_of(row))


def _filtered(filters: Filters) -> Select[Any]:
    query = select(REVISIONS.c.id.label("revision_id")).select_from(ARTICLES.join(REVISIONS, IS_LATEST))
    if filters.sources is not None:
        here = SIGHTINGS.c.source.in_(filters.sources)
        query = query.where(exists().where(SIGHTINGS.c.article == ARTICLES.c.id, here))
    if filters.languages:
        query = query.where(ARTICLES.c.language.in_(filters.languages))
    if filters.topics:
        query = query.where(or_(*(found_in(topic, ARTICLES.c.id) for topic in filters.topics)))
    if filters.since is not None:
        query = query.where(ARTICLES.c.appeared_by >= filters.since)
    if filters.until is not None:
        query = query.where(ARTICLES.c.appeared_by < filters.until)
    return query


def _in_sqlite(terms: Sequence[Words]) -> str:
    """In FTS5's words (https://www.sqlite.org/fts5.html#full_text_query_syntax); no key holds a quote."""
    alternatives = ((" OR ".join(map(_key_in_sqlite, keys)) for keys in words) for words in terms)
    return " OR ".join("(" + " AND ".join(f"({each})" for each in words) + ")" for words in alternatives)


def _in_postgresql(terms: Sequence[Words]) -> str:
    """The same as a tsquery; apostrophes are doubled within its quotes, and no key holds a backslash."""
    alternatives = ((" | ".join(map(_key_in_postgresql, keys)) for keys in words) for words in terms)
    return " | ".join("(" + " & ".join(f"({each})" for each in words) + ")" for words in alternatives)


def _key_in_sqlite(key: str) -> str:
    word = key.removesuffix("*")
    return f'"{word}"' + "*" * (word != key)


def _key_in_postgresql(key: str) -> str:
    word = key.removesuffix("*")
    return "'" + word.replace("'", "''") + "'" + ":*" * (word != key)

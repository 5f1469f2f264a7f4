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

from sqlalchemy import ColumnElement, Connection, Select, and_, exists, or_, select, text

from news.article import Article
from news.watch import Facts
from storage import walking
from storage.articles import IS_LATEST, article_of
from storage.columns import table
from storage.inbox import Sieve, sifted
from storage.matches import MATCHES
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

FEW_SOURCES = 5
# A walk that met a quarter of a page is not walked in vain: the rest comes with the next.
ENOUGH = 4
WALKED = (ARTICLES.c.id, ARTICLES.c.revision, ARTICLES.c.appeared_by)
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
    in which one of these topics was found, first seen from `since` on and before `until`; where `listed` is
    given, those of the inbox that a sieve lets through for an account."""

    sources: tuple[str, ...] | None = None
    languages: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    listed: tuple[Sieve, int] | None = None


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
    """The articles whose latest text holds all words of one of the terms, at most `limit` from a place on.

    What has no index terms yet (`outdated`) is not among them.
    """
    terms = [words for words in any_of if words]
    if not terms:
        return Page((), None)
    shown, onward = _latest(conn, terms, filters, after, limit)
    if not shown:
        return Page((), onward)
    rows = conn.execute(WHOLE.where(REVISIONS.c.id.in_(shown)).order_by(*NEWEST)).mappings().all()
    if len(rows) == limit:
        onward = Place(rows[-1]["appeared_by"], rows[-1]["id"])
    return Page(tuple(_candidate(row) for row in rows), onward)


def of_articles(conn: Connection, articles: Collection[int]) -> tuple[Candidate, ...]:
    """These articles with their latest texts, the latest first seen first."""
    query = WHOLE.where(IS_LATEST, ARTICLES.c.id.in_(sorted(articles))).order_by(*NEWEST)
    return tuple(_candidate(row) for row in conn.execute(query).mappings())


def _candidate(row: Any) -> Candidate:
    return Candidate(article_of(row), row["judged_in"], facts_of(row))


def _latest(
    conn: Connection, terms: Sequence[Words], filters: Filters, after: Place | None, limit: int
) -> tuple[Sequence[int], Place | None]:
    """The revisions of the page, and where to go on where there are fewer than `limit` (None: at the end).

    How they are looked for depends on what is asked for; which they are does not.
    """
    far = walking.distance(terms)
    if not _narrow(filters) and far > limit:
        walked = _in_time(select(*WALKED), filters, after).order_by(*NEWEST)
        met = _met(conn, walked.limit(far), terms, filters, limit)
        end = None if len(met) == limit else conn.execute(walked.offset(far - 1).limit(1)).first()
        if end is None or len(met) * ENOUGH >= limit:
            return met, Place(end.appeared_by, end.id) if end else None
    columns = (REVISIONS.c.id, ARTICLES.c.appeared_by, ARTICLES.c.id.label("article"))
    found = _in_time(select(*columns), filters, after)
    found = found.join_from(ARTICLES, REVISIONS, IS_LATEST).where(*_conditions(filters))
    if _narrow(filters) and conn.dialect.name == "postgresql":
        found = found.where(walking.holds(conn, terms))
    else:
        found = found.where(REVISIONS.c.id.in_(_proposed(conn, terms)))
    # Gathered before they are sorted: told that a few of the latest will do, PostgreSQL walks for any word.
    gathered = found.cte("gathered").prefix_with("MATERIALIZED")
    order = (gathered.c.appeared_by.desc(), gathered.c.article.desc())
    return conn.execute(select(gathered.c.id).order_by(*order).limit(limit)).scalars().all(), None


def _met(
    conn: Connection, walked: Select[Any], terms: Sequence[Words], filters: Filters, limit: int
) -> Sequence[int]:
    """The revisions among those walked past that hold what is looked for."""
    passed = walked.subquery("passed")
    latest = and_(REVISIONS.c.article == passed.c.id, REVISIONS.c.number == passed.c.revision)
    query = select(REVISIONS.c.id).join_from(passed, REVISIONS, latest).where(walking.holds(conn, terms))
    if filters.sources is not None or filters.languages:
        query = query.join(ARTICLES, ARTICLES.c.id == passed.c.id).where(*_conditions(filters))
    order = (passed.c.appeared_by.desc(), passed.c.id.desc())
    return conn.execute(query.order_by(*order).limit(limit)).scalars().all()


def _proposed(conn: Connection, terms: Sequence[Words]) -> Any:
    """What full text says."""
    if conn.dialect.name == "sqlite":
        return IN_SQLITE.bindparams(query=_in_sqlite(terms))
    proposed = IN_POSTGRESQL.bindparams(query=_in_postgresql(terms)).columns(REVISIONS.c.id)
    return select(proposed.cte("proposed").prefix_with("MATERIALIZED").c.id)


def _narrow(filters: Filters) -> bool:
    """Whether the filters alone leave few articles."""
    if filters.topics or filters.listed is not None:
        return True
    return filters.sources is not None and len(filters.sources) <= FEW_SOURCES


def _in_time(query: Select[Any], filters: Filters, after: Place | None) -> Select[Any]:
    if filters.since is not None:
        query = query.where(ARTICLES.c.appeared_by >= filters.since)
    if filters.until is not None:
        query = query.where(ARTICLES.c.appeared_by < filters.until)
    if after is not None:
        earlier = and_(ARTICLES.c.appeared_by == after.appeared, ARTICLES.c.id < after.article)
        query = query.where(ARTICLES.c.appeared_by <= after.appeared)  # what an index is walked by
        query = query.where(or_(ARTICLES.c.appeared_by < after.appeared, earlier))
    return query


def _conditions(filters: Filters) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = []
    if filters.sources is not None:
        here = SIGHTINGS.c.source.in_(filters.sources)
        wanted.append(exists().where(SIGHTINGS.c.article == ARTICLES.c.id, here))
    if filters.languages:
        wanted.append(ARTICLES.c.language.in_(filters.languages))
    if filters.topics:
        found = select(MATCHES.c.article).where(MATCHES.c.topic.in_(filters.topics))
        wanted.append(ARTICLES.c.id.in_(found))
    if filters.listed is not None:
        through = sifted(*filters.listed).subquery()
        wanted.append(ARTICLES.c.id.in_(select(through.c.article)))
    return wanted


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

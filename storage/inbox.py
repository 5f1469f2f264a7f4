"""The inbox: articles in which a watched topic was found, the newest first, sifted, page by page.

What is sifted by stands in the `inbox` tables (`storage.listing`), so a page is one walk along an index,
however much the archive holds; what a line shows is fetched for the lines of the page alone.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    bindparam,
    exists,
    func,
    select,
    tuple_,
)

from news.judging import Says
from storage.columns import table
from storage.desk_tables import AccountRow
from storage.judging_tables import AssignmentRow, InboxRow, InboxTopicRow, ReadingRow, TagRow
from storage.lines import Line, lines
from storage.tables import SourceRow
from storage.telling_tables import TopicRow

INBOX, LISTED, SOURCES = table(InboxRow), table(InboxTopicRow), table(SourceRow)
TOPICS, ACCOUNTS = table(TopicRow), table(AccountRow)
READINGS, TAGS, ASSIGNMENTS = table(ReadingRow), table(TagRow), table(AssignmentRow)
# New ones are counted up to here: nobody needs to know how many more.
MOST_NEW = 100
MOST_TAGS = 200
LAST = select(func.max(INBOX.c.matched_at))
OURS = ("source", "language")
OF_SOURCES = ("outlet", "kind", "tier", "country", "speaks_for")


@dataclass(frozen=True, slots=True)
class Sieve:
    """What the inbox shows: empty tuples and None leave all through, several of a kind any of them.

    `topics`, `sources`, `outlets` are slugs, `languages` ISO 639-1, `countries` ISO 3166-1 alpha-2, `since`
    and `until` bound when an article was first seen (from, and before). `judged`: a verdict stands; with
    `topics`, as `verdicts`, it must stand under one of them. `assignee` is an account, `read` and `starred`
    are of the one who looks.
    """

    topics: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    outlets: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    tiers: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    speaks_for: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    judged: bool | None = None
    verdicts: tuple[Says, ...] = ()
    tags: tuple[str, ...] = ()
    assignee: int | None = None
    read: bool | None = None
    starred: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the order a line stands."""

    appeared: datetime
    article: int


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of the inbox; `onward` is where the next begins (None: this is the last), `until` the moment
    up to which what was found is on the pages: what is found later is new (`count_new`)."""

    lines: tuple[Line, ...]
    onward: Place | None
    until: datetime | None


def page(
    conn: Connection, sieve: Sieve, *, account: int, after: Place | None = None, limit: int = 50
) -> Listed:
    """The next `limit` lines below a place (None: from the top) as one account sees them."""
    query = sifted(sieve, account)
    if after is not None:
        query = query.where(_below(after, query))
    walked = _newest_first(query).limit(limit + 1)
    rows = conn.execute(walked).all()
    shown = [row.article for row in rows[:limit]]
    onward = Place(rows[limit - 1].appeared_by, rows[limit - 1].article) if len(rows) > limit else None
    return Listed(lines(conn, shown, account=account), onward, conn.execute(LAST).scalar())


def count_new(conn: Connection, sieve: Sieve, *, account: int, since: datetime | None) -> int:
    """How many of what the sieve lets through were found after that moment, 100 at most."""
    query = sifted(sieve, account)
    found = INBOX.c.matched_at.is_not(None) if since is None else INBOX.c.matched_at > since
    new = query.where(found).limit(MOST_NEW).subquery()
    return conn.execute(select(func.count()).select_from(new)).scalar_one()


def count(conn: Connection, sieve: Sieve, *, account: int, most: int = 1000) -> int:
    """How many the sieve lets through, `most` at most."""
    found = sifted(sieve, account).limit(most).subquery()
    return conn.execute(select(func.count()).select_from(found)).scalar_one()


def topics_of(conn: Connection, articles: Collection[int]) -> dict[int, tuple[str, ...]]:
    """The topics under which each of these is listed; those that are not listed are left out."""
    query = select(LISTED.c.article, LISTED.c.topic).where(LISTED.c.article.in_(sorted(set(articles))))
    found: dict[int, tuple[str, ...]] = {}
    for article, topic in conn.execute(query.order_by(LISTED.c.article, LISTED.c.topic)):
        found[article] = (*found.get(article, ()), topic)
    return found


@dataclass(frozen=True, slots=True)
class Choices:
    """What there is to sift by: topics by slug, and what sources, articles and people have."""

    topics: dict[str, str]
    sources: int
    countries: tuple[str, ...]
    speaks_for: tuple[str, ...]
    tags: tuple[str, ...]
    people: dict[int, str]


def choices(conn: Connection) -> Choices:
    """The topics that are watched, by name; how many sources are visited; countries, institutions, tags and
    the people who can be given an article."""
    named = select(TOPICS.c.slug, TOPICS.c.name).where(TOPICS.c.removed.is_(None))
    people = select(ACCOUNTS.c.id, ACCOUNTS.c.name).where(ACCOUNTS.c.disabled.is_(None))
    facts = conn.execute(select(SOURCES.c.country, SOURCES.c.speaks_for, SOURCES.c.enabled)).all()
    tags = select(TAGS.c.tag).distinct().order_by(TAGS.c.tag).limit(MOST_TAGS)
    return Choices(
        topics={row.slug: row.name for row in conn.execute(named.order_by(TOPICS.c.name, TOPICS.c.slug))},
        sources=sum(row.enabled for row in facts),
        countries=tuple(sorted({row.country for row in facts if row.country})),
        speaks_for=tuple(sorted({row.speaks_for for row in facts if row.speaks_for})),
        tags=tuple(conn.execute(tags).scalars()),
        people={row.id: row.name for row in conn.execute(people.order_by(ACCOUNTS.c.folded))},
    )


def neighbours(
    conn: Connection, sieve: Sieve, article: int, *, account: int
) -> tuple[int | None, int | None]:
    """The articles above and below an article in the sifted inbox; None: there is none."""
    row = conn.execute(select(INBOX.c.appeared_by).where(INBOX.c.article == article)).one_or_none()
    if row is None:
        return None, None
    place = Place(row.appeared_by, article)
    whole = sifted(replace(sieve, read=None), account)
    below = conn.execute(_newest_first(whole.where(_below(place, whole))).limit(1)).first()
    columns = _order(whole)
    above = tuple_(*columns) > tuple_(*_place(place))
    over = conn.execute(whole.where(above).order_by(*columns).limit(1)).first()
    return (over.article if over else None), (below.article if below else None)


def sifted(sieve: Sieve, account: int) -> Select[Any]:
    """Articles and when they appeared, as an account sifts them.

    One topic is walked along its own index, else the inbox's is.
    """
    if len(sieve.topics) == 1:
        query = select(LISTED.c.article, LISTED.c.appeared_by)
        query = query.join(INBOX, INBOX.c.article == LISTED.c.article).where(
            LISTED.c.topic == sieve.topics[0]
        )
    else:
        query = select(INBOX.c.article, INBOX.c.appeared_by)
    return query.where(*_conditions(sieve), *_of_person(sieve, account))


def _conditions(sieve: Sieve) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = []
    if len(sieve.topics) > 1:
        wanted.append(_under(sieve.topics))
    for column, values in zip(OURS, (sieve.sources, sieve.languages), strict=True):
        if values:
            wanted.append(INBOX.c[column].in_(values))
    facts = (sieve.outlets, sieve.kinds, sieve.tiers, sieve.countries, sieve.speaks_for)
    of_source = [SOURCES.c[name].in_(these) for name, these in zip(OF_SOURCES, facts, strict=True) if these]
    if of_source:
        wanted.append(INBOX.c.source.in_(select(SOURCES.c.slug).where(*of_source)))
    appeared = LISTED.c.appeared_by if len(sieve.topics) == 1 else INBOX.c.appeared_by
    if sieve.since is not None:
        wanted.append(appeared >= sieve.since)
    if sieve.until is not None:
        wanted.append(appeared < sieve.until)
    if sieve.tags:
        wanted.append(INBOX.c.article.in_(select(TAGS.c.article).where(TAGS.c.tag.in_(sieve.tags))))
    return [*wanted, *_judged(sieve)]


def _judged(sieve: Sieve) -> list[ColumnElement[bool]]:
    if sieve.judged is None and not sieve.verdicts:
        return []
    verdict = INBOX.c.verdict if len(sieve.topics) != 1 else LISTED.c.verdict
    wanted: list[ColumnElement[bool]]
    if len(sieve.topics) <= 1:
        wanted = [verdict.in_(sieve.verdicts)] if sieve.verdicts else []
        if sieve.judged is not None:
            wanted.append(verdict.is_not(None) if sieve.judged else verdict.is_(None))
        return wanted
    wanted = [_under(sieve.topics, LISTED.c.verdict.in_(sieve.verdicts))] if sieve.verdicts else []
    if sieve.judged is not None:
        stands = LISTED.c.verdict.is_not(None) if sieve.judged else LISTED.c.verdict.is_(None)
        wanted.append(_under(sieve.topics, stands))
    return wanted


def _under(topics: tuple[str, ...], *also: ColumnElement[bool]) -> ColumnElement[bool]:
    here = and_(LISTED.c.article == INBOX.c.article, LISTED.c.topic.in_(topics), *also)
    return exists().where(here)


def _of_person(sieve: Sieve, account: int) -> list[ColumnElement[bool]]:
    theirs = and_(READINGS.c.account == account, READINGS.c.article == INBOX.c.article)
    wanted: list[ColumnElement[bool]] = []
    if sieve.read is not None:
        read = exists().where(theirs, READINGS.c.read_at.is_not(None))
        wanted.append(read if sieve.read else ~read)
    if sieve.starred:
        starred = select(READINGS.c.article).where(
            READINGS.c.account == account, READINGS.c.starred_at.is_not(None)
        )
        wanted.append(INBOX.c.article.in_(starred))
    if sieve.assignee is not None:
        given = select(ASSIGNMENTS.c.article).where(ASSIGNMENTS.c.assignee == sieve.assignee)
        wanted.append(INBOX.c.article.in_(given))
    return wanted


def _order(query: Select[Any]) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    """When it appeared and its number, of the table that is walked."""
    article, appeared = query.selected_columns
    return appeared, article


def _newest_first(query: Select[Any]) -> Select[Any]:
    return query.order_by(*(column.desc() for column in _order(query)))


def _place(place: Place) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    return (
        bindparam(None, place.appeared, type_=INBOX.c.appeared_by.type),
        bindparam(None, place.article, type_=INBOX.c.article.type),
    )


def _below(place: Place, query: Select[Any]) -> ColumnElement[bool]:
    return tuple_(*_order(query)) < tuple_(*_place(place))

"""Who spoke when: the articles a topic was found in, by when they were said, gathered where they are many.

When an article was said is an interval (UTC), as narrow as is known:

- an instant, where it says its hour and was not seen before that;
- the day it says, in its source's zone, ended by the visit that saw it;
- else from the visit at which it was not there to the one that saw it; without a visit before, it may have
  been there for ever.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, Select, and_, case, func, literal, not_, or_, select

from news.article import ArticleState, Interval, Published
from news.source import INSTITUTIONS
from storage.columns import seconds, table
from storage.tables import ArticleRow, SourceRow
from storage.telling_tables import MatchRow

ARTICLES, SOURCES, MATCHES = table(ArticleRow), table(SourceRow), table(MatchRow)
DAY = 86_400
# So much before it does in UTC may a day begin; one that begins after the article was seen is no day of its.
EASTERNMOST = 14 * 3600
# More groups than a chart of any width can show; whoever needs every article reads `said`.
MOST = 20_000


class Known(StrEnum):
    """By what it is known when an article was said."""

    HOUR = "hour"
    DAY = "day"
    VISITS = "visits"


@dataclass(frozen=True, slots=True)
class Period:
    """From `since` on and before `until` (UTC); articles that say a day alone are of it if that is one of the
    days from `first` to `last`, in the zone of whoever asks."""

    since: datetime
    until: datetime
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Lane:
    """Who spoke: by `name` whoever speaks for itself (`own`: an institution in its own channels, whom a
    clipping quotes), of all others what kind of outlet they are (`news.source.Kind`)."""

    own: bool
    name: str


@dataclass(frozen=True, slots=True)
class Spoken:
    """Articles of one lane that were said close together.

    They were said within `within`, the earliest of them by `first_by`; where they say days alone, from the
    first of `days` to the last. `article` is one of them, the only one where `articles` is 1. `stretch` is
    the same for what was said in the same stretch of time.
    """

    lane: Lane
    known: Known
    stretch: int
    within: Interval
    first_by: datetime
    days: tuple[date, date] | None
    articles: int
    article: int


@dataclass(frozen=True, slots=True)
class Said:
    """One article: when it was said, and what a list shows of it."""

    article: int
    lane: Lane
    source: str
    title: str
    url: str | None
    language: str | None
    published: Published | None
    appeared: Interval
    known: Known
    within: Interval


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a list of what was said a page ended."""

    at: datetime
    article: int


A = ARTICLES.c
HAS_HOUR = and_(A.published_at.is_not(None), A.published_at <= A.appeared_by)
HAS_DAY = and_(
    A.published_at.is_(None),
    A.published_day.is_not(None),
    seconds(A.published_day) <= seconds(A.appeared_by) + EASTERNMOST,
)
KNOWN: ColumnElement[str] = case(
    (HAS_HOUR, literal(Known.HOUR.value)), (HAS_DAY, literal(Known.DAY.value)), else_=literal("visits")
)
BY: ColumnElement[Any] = case((HAS_HOUR, A.published_at), else_=A.appeared_by)
AFTER: ColumnElement[Any] = case((HAS_HOUR, A.published_at), else_=A.appeared_after)
# As `news.source.Source.speaker` has it.
INSTITUTION = case((SOURCES.c.kind.in_(INSTITUTIONS), SOURCES.c.name))
SPEAKER = func.coalesce(A.said_by, SOURCES.c.speaks_for, INSTITUTION)
WHO = (SPEAKER.is_not(None).label("own"), func.coalesce(SPEAKER, SOURCES.c.kind).label("who"))


def spoken(
    conn: Connection, topic: str, period: Period, width: timedelta, *, limit: int = MOST
) -> tuple[Spoken, ...]:
    """What was said of a topic in a period, by lane; articles of the same stretch of `width` together.

    Days are not divided: those that say a day alone are together by the day at least. At most `limit`
    groups, the latest first.
    """
    # Only days are in a zone; hours of all zones are gathered together.
    zone = case((HAS_DAY, SOURCES.c.zone)).label("zone")
    stretch = _stretch(period, max(int(width.total_seconds()), 1)).label("stretch")
    groups = [*WHO, KNOWN.label("known"), stretch, zone]
    query = _of(topic, period).add_columns(
        *groups,
        func.min(AFTER).label("after"),
        func.count(AFTER).label("bounded"),
        func.min(BY).label("first_by"),
        func.max(BY).label("by"),
        func.min(A.published_day).label("first_day"),
        func.max(A.published_day).label("last_day"),
        func.count().label("articles"),
        func.min(A.id).label("article"),
    )
    rows = conn.execute(query.group_by(*groups).order_by(func.max(BY).desc()).limit(limit)).mappings().all()
    return tuple(_spoken(row) for row in rows)


def said(
    conn: Connection, topic: str, period: Period, *, after: Place | None = None, limit: int = 200
) -> tuple[tuple[Said, ...], Place | None]:
    """The articles one by one, the latest first, from a place on, and where to go on (None at the end).

    They are in the order of their hours, and of when they were seen where no hour was said.
    """
    query = _of(topic, period).add_columns(
        *ARTICLES.columns, *WHO, KNOWN.label("known"), BY.label("at"), SOURCES.c.zone
    )
    if after is not None:
        at, number = BY, A.id
        query = query.where(or_(at < after.at, and_(at == after.at, number < after.article)))
    rows = conn.execute(query.order_by(BY.desc(), A.id.desc()).limit(limit)).mappings().all()
    onward = Place(rows[-1]["at"], rows[-1]["id"]) if len(rows) == limit else None
    return tuple(_said(row) for row in rows), onward


def bounds(conn: Connection, topic: str) -> tuple[datetime, datetime] | None:
    """When the first and the last article of a topic were said (UTC; a day without an hour: its noon), or
    seen where they do not say; None: it was found nowhere."""
    found = _articles(topic).subquery()
    known = (
        case((HAS_HOUR, A.published_at)),
        case((HAS_DAY, A.published_day)),
        case((and_(not_(HAS_HOUR), not_(HAS_DAY)), A.appeared_by)),
    )
    ends = [end(each) for end in (func.min, func.max) for each in known]
    query = select(*ends).join(found, found.c.article == A.id)
    row = conn.execute(query.where(A.state != ArticleState.REMOVED)).one()
    moments = [_noon(each) if type(each) is date else each for each in row]
    firsts, lasts = (list(filter(None, part)) for part in (moments[:3], moments[3:]))
    return (min(firsts), max(lasts)) if firsts else None


def _noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def titles(conn: Connection, articles: Collection[int]) -> dict[int, str]:
    """What these articles are called."""
    rows = conn.execute(select(A.id, A.title).where(A.id.in_(sorted(articles))))
    return {number: title for number, title in rows}  # noqa: C416 - mypy


def _articles(topic: str) -> Select[Any]:
    return select(MATCHES.c.article).where(MATCHES.c.topic == topic).distinct()


def _of(topic: str, period: Period) -> Select[Any]:
    """The articles a topic was found in that may have been said in the period; no columns yet."""
    found = _articles(topic).subquery()
    visits = and_(
        period.since <= BY,
        # One that may have been there for ever counts where it was seen, or it stood in every period.
        or_(period.until > BY, period.until > AFTER),
    )
    within = case(
        (HAS_HOUR, and_(A.published_at >= period.since, A.published_at < period.until)),
        (HAS_DAY, A.published_day.between(period.first, period.last)),
        else_=visits,
    )
    return (
        select()
        .select_from(ARTICLES.join(found, found.c.article == A.id).join(SOURCES, SOURCES.c.slug == A.source))
        .where(A.state != ArticleState.REMOVED, within)
    )


def _stretch(period: Period, width: int) -> ColumnElement[int]:
    """Which stretch of the period an article is of, from 0."""
    origin = int(period.since.timestamp())
    midnight = int(datetime.combine(period.first, time(), tzinfo=ZoneInfo("UTC")).timestamp())
    return case(
        (HAS_HOUR, (seconds(A.published_at) - origin) // width),
        (HAS_DAY, (seconds(A.published_day) - midnight) // max(width, DAY)),
        else_=(seconds(A.appeared_by) - origin) // width,
    )


def _spoken(row: Any) -> Spoken:
    known = Known(row["known"])
    within = Interval(row["after"] if row["bounded"] == row["articles"] else None, row["by"])
    first_by, days = row["first_by"], None
    if known is Known.DAY:
        within = _days(row["first_day"], row["last_day"], row["by"], row["zone"])
        first_by = _days(row["first_day"], row["first_day"], row["first_by"], row["zone"]).by
        days = row["first_day"], row["last_day"]
    return Spoken(
        lane=Lane(bool(row["own"]), row["who"]),
        known=known,
        stretch=row["stretch"],
        within=within,
        first_by=first_by,
        days=days,
        articles=row["articles"],
        article=row["article"],
    )


def _said(row: Any) -> Said:
    known, day = Known(row["known"]), row["published_day"]
    appeared = Interval(row["appeared_after"], row["appeared_by"])
    within = appeared
    if known is Known.HOUR:
        within = Interval(row["published_at"], row["published_at"])
    elif known is Known.DAY:
        within = _days(day, day, row["appeared_by"], row["zone"])
    return Said(
        article=row["id"],
        lane=Lane(bool(row["own"]), row["who"]),
        source=row["source"],
        title=row["title"],
        url=row["url"],
        language=row["language"],
        published=None if day is None else Published(day, row["published_at"]),
        appeared=appeared,
        known=known,
        within=within,
    )


def _days(first: date, last: date, seen: datetime, zone: str) -> Interval:
    """From the beginning of one day to the end of another, or to when it was seen, if that was earlier."""
    here = ZoneInfo(zone)
    begin = datetime.combine(first, time(), tzinfo=here).astimezone(seen.tzinfo)
    end = datetime.combine(last + timedelta(days=1), time(), tzinfo=here).astimezone(seen.tzinfo)
    return Interval(min(begin, seen), min(end, seen))

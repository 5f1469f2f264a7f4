"""Who spoke when, as an analyst looks at it: a calendar period, lanes, marks that can be told apart.

An article is somewhere within an interval. What lies within a column of the chart is one mark, with how many
it is; what is wider than a column is drawn as long as it is. That somebody was first is said only where that
holds wherever within its interval each article was said.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import reduce
from zoneinfo import ZoneInfo

from news.article import Interval
from review import rows
from storage.database import Database
from storage.timeline import MOST, Known, Lane, Period, Said, Spoken, said

COLUMNS = 24
MOST_LANES = 16


class Zoom(StrEnum):
    """How long a period is, the longest first."""

    YEAR = "year"
    QUARTER = "quarter"
    MONTH = "month"
    WEEK = "week"
    DAY = "day"
    HOUR = "hour"


COLUMNS_OF_A_FILE = (
    *("topic", "lane", "own_channel", "said_from", "said_by", "known_by", "published", "first_seen"),
    *("title", "source", "language", "url", "article"),
)
PAGE = 1_000
# The days of a month at which a longer period's axis has its lines; none: every day.
NAMED_DAYS = {
    Zoom.YEAR: (1,),
    Zoom.QUARTER: (1, 11, 21),
    Zoom.MONTH: (1, 6, 11, 16, 21, 26),
    Zoom.WEEK: (),
}


@dataclass(frozen=True, slots=True)
class Mark:
    """Articles said within an interval, the earliest by `first_by`; `known`: how (None: in several ways);
    where they all say days alone, from the first of `days` to the last. `article` is one of them, the only
    one where `articles` is 1."""

    known: Known | None
    within: Interval
    first_by: datetime
    days: tuple[date, date] | None
    articles: int
    article: int

    def joined(self, other: Mark) -> Mark:
        """Both as one."""
        bounds = (self.within.after, other.within.after)
        after = None if None in bounds else min(bound for bound in bounds if bound is not None)
        days = [day for mark in (self, other) if mark.days for day in mark.days]
        return Mark(
            known=self.known if self.known is other.known else None,
            within=Interval(after, max(self.within.by, other.within.by)),
            first_by=min(self.first_by, other.first_by),
            days=(min(days), max(days)) if self.days and other.days else None,
            articles=self.articles + other.articles,
            article=min(self.article, other.article),
        )


@dataclass(frozen=True, slots=True)
class Row:
    """A lane with what was said in it: `points`, each within a column of its own, and the wider `spans`."""

    lane: Lane
    articles: int
    points: tuple[Mark, ...]
    spans: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Timeline:
    """The lanes of a period, institutions before media, the busiest first; how many lanes are left out;
    the articles of all; who was first, and by when (None: that is not known). `cut`: there was more than is
    looked at."""

    period: Period
    rows: tuple[Row, ...]
    left_out: int
    articles: int
    first: tuple[Lane, datetime] | None
    cut: bool


def period_of(zoom: Zoom, at: datetime, zone: str) -> Period:
    """The year, quarter, month, week (from Monday), day or hour of a zone (IANA) that `at` (aware) is in."""
    here = ZoneInfo(zone)
    local = at.astimezone(here)
    if zoom is Zoom.HOUR:
        past = timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
        since = at.astimezone(UTC) - past
        return Period(since, since + timedelta(hours=1), local.date(), local.date())
    first, last = _days(zoom, local.date())
    until = datetime.combine(last + timedelta(days=1), time(), tzinfo=here)
    return Period(
        datetime.combine(first, time(), tzinfo=here).astimezone(UTC), until.astimezone(UTC), first, last
    )


def width(period: Period) -> timedelta:
    """Of a column."""
    return (period.until - period.since) / COLUMNS


def ticks(zoom: Zoom, period: Period, zone: str) -> tuple[datetime, ...]:
    """Where the axis has its lines: the period's own beginning, then what its parts are called by."""
    here = ZoneInfo(zone)
    if zoom is Zoom.HOUR:
        return tuple(period.since + timedelta(minutes=minutes) for minutes in range(0, 60, 10))
    if zoom is Zoom.DAY:
        return tuple(datetime.combine(period.first, time(hour), tzinfo=here) for hour in range(0, 24, 3))
    days = (period.first + timedelta(days=number) for number in range((period.last - period.first).days + 1))
    named = NAMED_DAYS[zoom]
    return tuple(datetime.combine(day, time(), tzinfo=here) for day in days if not named or day.day in named)


def timeline(period: Period, spoken: Sequence[Spoken]) -> Timeline:
    """What was said in a period (`storage.timeline.spoken`, by this `width`) as rows of marks."""
    by_lane: dict[Lane, list[Spoken]] = defaultdict(list)
    for group in spoken:
        by_lane[group.lane].append(group)
    lanes = sorted(
        (_row(lane, groups, period) for lane, groups in by_lane.items()),
        key=lambda row: (not row.lane.own, -row.articles, row.lane.name),
    )
    cut = len(spoken) >= MOST
    return Timeline(
        period=period,
        rows=tuple(lanes[:MOST_LANES]),
        left_out=len(lanes[MOST_LANES:]),
        articles=sum(row.articles for row in lanes),
        first=None if cut else first(lanes),
        cut=cut,
    )


def first(lanes: Iterable[Row]) -> tuple[Lane, datetime] | None:
    """The lane that spoke before all others wherever within their intervals they did, and by when; None where
    that cannot be told, and where nobody else spoke. An hour is known to the minute."""
    spans = {row.lane: _earliest(row) for row in lanes}
    if len(spans) < 2:
        return None
    lane = min(spans, key=lambda each: spans[each].by)
    by = spans[lane].by
    others = (span.after for other, span in spans.items() if other != lane)
    certain = all(after is not None and _minute(by) < _minute(after) for after in others)
    return (lane, by) if certain else None


def _earliest(row: Row) -> Interval:
    """When a lane's earliest article was said."""
    marks = (*row.points, *row.spans)
    afters = [mark.within.after for mark in marks]
    known = [after for after in afters if after is not None]
    return Interval(min(known) if len(known) == len(afters) else None, min(mark.first_by for mark in marks))


def _minute(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)


def _row(lane: Lane, groups: Sequence[Spoken], period: Period) -> Row:
    column = width(period)
    points: dict[int, list[Spoken]] = defaultdict(list)
    spans: dict[tuple[Known, int], list[Spoken]] = defaultdict(list)
    for group in groups:
        after = group.within.after
        if after is not None and group.within.by - after <= column:
            middle = after + (group.within.by - after) / 2
            place = int((middle - period.since) / column)
            points[min(max(place, 0), COLUMNS - 1)].append(group)
        else:
            spans[group.known, group.stretch].append(group)
    return Row(
        lane=lane,
        articles=sum(group.articles for group in groups),
        points=tuple(_mark(points[place]) for place in sorted(points)),
        spans=tuple(sorted(map(_mark, spans.values()), key=lambda mark: (mark.first_by, mark.article))),
    )


def _mark(groups: Sequence[Spoken]) -> Mark:
    """All of these as one."""
    marks = (
        Mark(group.known, group.within, group.first_by, group.days, group.articles, group.article)
        for group in groups
    )
    return reduce(Mark.joined, marks)


def _days(zoom: Zoom, day: date) -> tuple[date, date]:
    """The first and the last day of what `day` is in."""
    if zoom is Zoom.DAY:
        return day, day
    if zoom is Zoom.WEEK:
        monday = day - timedelta(days=day.weekday())
        return monday, monday + timedelta(days=6)
    months = {Zoom.MONTH: 1, Zoom.QUARTER: 3, Zoom.YEAR: 12}[zoom]
    begin = date(day.year, (day.month - 1) // months * months + 1, 1)
    ending = begin.month + months
    end = date(begin.year + (ending > 12), (ending - 1) % 12 + 1, 1)
    return begin, end - timedelta(days=1)


async def said_rows(database: Database, topic: str, period: Period) -> AsyncIterator[list[rows.Row]]:
    """Every article of a period, the latest first, page by page, as rows with the columns of a file."""
    place = None
    while True:
        page, place = await database.read(said, topic, period, after=place, limit=PAGE)
        yield [said_row(topic, each) for each in page]
        if place is None:
            return


def said_row(topic: str, one: Said) -> rows.Row:
    """An article as a row: said from (None: nobody knows since when) and by a moment, and how that is known:
    by an `hour` or a `day` it says, or between two `visits`."""
    return {
        "topic": topic,
        "lane": one.lane.name,
        "own_channel": one.lane.own,
        "said_from": rows.iso(one.within.after),
        "said_by": rows.iso(one.within.by),
        "known_by": str(one.known),
        "published": rows.published(one.published),
        "first_seen": rows.iso(one.appeared.by),
        "title": one.title,
        "source": one.source,
        "language": one.language,
        "url": one.url,
        "article": one.article,
    }

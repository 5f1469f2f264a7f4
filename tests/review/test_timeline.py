"""Who spoke when: periods as calendars have them, marks that can be told apart, no claim that may err."""

from datetime import UTC, date, datetime, timedelta

import pytest

from news.article import Interval
from review.timeline import COLUMNS, MOST_LANES, Timeline, Zoom, period_of, ticks, timeline, width
from storage.timeline import MOST, Known, Lane, Period, Spoken

MINISTRY, ENVOY, AGENCY = Lane(True, "Ministry"), Lane(True, "Envoy"), Lane(False, "agency")
NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
DAY = period_of(Zoom.DAY, NOON, "UTC")


def at(hour: float) -> datetime:
    return DAY.since + timedelta(hours=hour)


def spoken(
    lane: Lane, after: float | None, by: float, known: Known = Known.HOUR, articles: int = 1, number: int = 1
) -> Spoken:
    """One said between two hours of the day."""
    start = None if after is None else at(after)
    return Spoken(lane, known, int(by), Interval(start, at(by)), at(by), None, articles, number)


def shown(*groups: Spoken) -> Timeline:
    return timeline(DAY, groups)


@pytest.mark.parametrize(
    ("zoom", "since", "until", "first", "last"),
    [
        (Zoom.YEAR, "2025-12-31T20:00", "2026-12-31T20:00", date(2026, 1, 1), date(2026, 12, 31)),
        (Zoom.QUARTER, "2026-09-30T20:00", "2026-12-31T20:00", date(2026, 10, 1), date(2026, 12, 31)),
        (Zoom.MONTH, "2026-10-31T20:00", "2026-11-30T20:00", date(2026, 11, 1), date(2026, 11, 30)),
        (Zoom.WEEK, "2026-11-01T20:00", "2026-11-08T20:00", date(2026, 11, 2), date(2026, 11, 8)),
        (Zoom.DAY, "2026-11-01T20:00", "2026-11-02T20:00", date(2026, 11, 2), date(2026, 11, 2)),
        (Zoom.HOUR, "2026-11-02T12:00", "2026-11-02T13:00", date(2026, 11, 2), date(2026, 11, 2)),
    ],
)
def test_periods_are_the_readers(zoom: Zoom, since: str, until: str, first: date, last: date) -> None:
    period = period_of(zoom, NOON + timedelta(minutes=7, seconds=5), "Asia/Yerevan")
    begin, end = (datetime.fromisoformat(moment).replace(tzinfo=UTC) for moment in (since, until))
    assert period == Period(begin, end, first, last)
    assert ticks(zoom, period, "Asia/Yerevan")[0] == period.since
    assert all(period.since <= tick < period.until for tick in ticks(zoom, period, "Asia/Yerevan"))


def test_days_on_which_clocks_change_have_other_lengths() -> None:
    spring = period_of(Zoom.DAY, datetime(2026, 3, 29, 12, tzinfo=UTC), "Europe/Berlin")
    assert spring.until - spring.since == timedelta(hours=23)
    half = period_of(Zoom.HOUR, NOON, "Asia/Kolkata")
    assert half.since == NOON - timedelta(minutes=30)


def test_what_is_within_a_column_is_a_point_and_the_rest_a_span() -> None:
    assert width(DAY) == timedelta(days=1) / COLUMNS
    [row] = shown(
        spoken(MINISTRY, 3, 3.4, Known.VISITS, number=2),
        spoken(MINISTRY, 3.5, 3.5, number=1),
        spoken(MINISTRY, 5, 5, number=3),
        spoken(MINISTRY, 5, 9, Known.VISITS, number=4),
        spoken(MINISTRY, None, 6, Known.VISITS, number=5),
    ).rows
    assert [(mark.articles, mark.known, mark.article) for mark in row.points] == [
        (2, None, 1),
        (1, Known.HOUR, 3),
    ]
    assert row.points[0].within == Interval(at(3), at(3.5))
    assert [mark.within for mark in row.spans] == [Interval(None, at(6)), Interval(at(5), at(9))]
    assert row.articles == 5


def test_institutions_come_first_then_the_busiest() -> None:
    groups = [spoken(Lane(False, f"kind {n}"), 1, 1, articles=n) for n in range(1, 40)]
    found = shown(*groups, spoken(MINISTRY, 2, 2), spoken(ENVOY, 2, 2, articles=3))
    assert [row.lane.name for row in found.rows][:3] == ["Envoy", "Ministry", "kind 39"]
    assert (len(found.rows), found.left_out) == (MOST_LANES, 41 - MOST_LANES)
    assert found.articles == sum(range(40)) + 4


@pytest.mark.parametrize(
    ("other", "who"),
    [
        ((3, 4), MINISTRY),
        ((2, 4), None),  # it may have been at two, too
        ((1, 4), None),
        ((None, 4), None),  # it may have been there for ever
        ((2 + 0.9 / 60, 2 + 0.9 / 60), None),  # the same minute
        ((2 + 1 / 60, 2 + 1 / 60), MINISTRY),
        ((0, 1), AGENCY),
        ((0, 2), None),
    ],
)
def test_who_was_first_is_said_where_nothing_overlaps(
    other: tuple[float | None, float], who: Lane | None
) -> None:
    found = shown(spoken(MINISTRY, 2, 2), spoken(MINISTRY, 9, 9), spoken(AGENCY, *other, Known.VISITS)).first
    assert (found and found[0]) == who


def test_a_later_article_that_may_be_earlier_forbids_the_claim() -> None:
    groups = [spoken(MINISTRY, 2, 2), spoken(AGENCY, 3, 3), spoken(AGENCY, 1, 20, Known.VISITS, number=2)]
    assert shown(*groups).first is None


def test_nobody_is_first_alone_or_where_not_all_was_looked_at() -> None:
    assert shown(spoken(MINISTRY, 2, 2)).first is None
    assert shown().first is None
    groups = [spoken(MINISTRY, 2, 2), *[spoken(AGENCY, 3, 3)] * (MOST - 1)]
    assert shown(*groups).cut
    assert shown(*groups).first is None

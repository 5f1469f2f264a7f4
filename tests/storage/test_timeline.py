"""When something was said is an interval, as narrow as is known, and gathered without losing its ends."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, update

from news.article import ArticleState, Interval, Published
from news.source import Kind
from news.watch import Evidence, Field, Found, Term
from storage import matches, timeline, topics
from storage.columns import table
from storage.tables import ArticleRow
from storage.timeline import Known, Lane, Period
from tests.storage.world import NOON, add, after, entry, keep, tell, told

HOUR = timedelta(hours=1)
TODAY = Period(NOON - 12 * HOUR, NOON + 12 * HOUR, date(2026, 11, 2), date(2026, 11, 2))
SPAN = Evidence(Field.TITLE, 0, 2, "On", "On")


@pytest.fixture(autouse=True)
def world(conn: Connection) -> None:
    add(conn, "mfa")
    add(conn, "daily", zone="Asia/Yerevan", kind=Kind.NEWSPAPER)
    topics.put(conn, "lachin", "Lachin", (Term("Lachin"),), now=NOON)


def article(conn: Connection, name: str, minutes: float = 0, slug: str = "mfa", **facts: Any) -> int:
    """One in which the topic was found; seen so many minutes after noon, not ten before that."""
    known = {item.id for item in told(conn)}
    facts = {"link": f"https://{slug}.example/{name}", "guid": f"{slug}-{name}", **facts}
    tell(conn, [entry(name, **facts)], minutes, slug)
    [new] = {item.id for item in told(conn)} - known
    keep(conn, new, published=facts.get("published"))
    matches.add(conn, new, 1, [Found("lachin", 1, (SPAN,))], analysis=1, at=after(1), backfill=False)
    return new


def at(hour: int, minute: int = 0) -> Published:
    moment = datetime(2026, 11, 2, hour, minute, tzinfo=UTC)
    return Published(moment.date(), moment)


def said(conn: Connection, period: Period = TODAY) -> list[tuple[int, Known, Interval]]:
    page, _ = timeline.said(conn, "lachin", period)
    return [(one.article, one.known, one.within) for one in page]


def test_an_hour_is_an_instant(conn: Connection) -> None:
    one = article(conn, "a", published=at(11, 5))
    moment = NOON - timedelta(minutes=55)
    assert said(conn) == [(one, Known.HOUR, Interval(moment, moment))]


def test_what_was_seen_before_its_hour_was_said_when_it_appeared(conn: Connection) -> None:
    one = article(conn, "a", published=at(13))
    assert said(conn) == [(one, Known.VISITS, Interval(after(-10), NOON))]


def test_a_day_is_its_sources_and_ends_where_it_was_seen(conn: Connection) -> None:
    """In Yerevan 2 November begins at 20:00 UTC of the day before."""
    one = article(conn, "a", slug="daily", published=Published(date(2026, 11, 2)))
    assert said(conn) == [(one, Known.DAY, Interval(datetime(2026, 11, 1, 20, tzinfo=UTC), NOON))]


def test_a_day_still_to_come_is_none(conn: Connection) -> None:
    one = article(conn, "a", published=Published(date(2026, 11, 4)))
    assert said(conn) == [(one, Known.VISITS, Interval(after(-10), NOON))]


def test_without_a_visit_before_it_may_have_been_there_for_ever(conn: Connection) -> None:
    one = article(conn, "a")
    conn.execute(update(table(ArticleRow)).values(appeared_after=None))
    assert said(conn) == [(one, Known.VISITS, Interval(None, NOON))]
    # It stands in the period it was seen in, not in all before.
    earlier = Period(NOON - 48 * HOUR, NOON - 24 * HOUR, date(2026, 10, 31), date(2026, 10, 31))
    assert said(conn, earlier) == []


def test_a_period_has_what_may_have_been_said_in_it(conn: Connection) -> None:
    first = article(conn, "a", minutes=5)
    second = article(conn, "b", minutes=15)
    article(conn, "c", minutes=30)
    # From noon to ten past: the first was there by 12:05, the second came between 12:05 and 12:15.
    short = Period(NOON, after(10), date(2026, 11, 2), date(2026, 11, 2))
    assert [one for one, _, _ in said(conn, short)] == [second, first]
    assert {each.article for each in timeline.spoken(conn, "lachin", short, HOUR / 12)} == {first, second}


def test_dates_count_where_the_period_has_them(conn: Connection) -> None:
    article(conn, "a", published=Published(date(2026, 11, 1)))
    two = article(conn, "b", published=Published(date(2026, 11, 2)))
    assert [one for one, _, _ in said(conn)] == [two]


def test_what_is_close_together_is_gathered(conn: Connection) -> None:
    first = article(conn, "a", published=at(10, 5))
    article(conn, "b", published=at(10, 50))
    article(conn, "c", published=at(11))
    article(conn, "d", slug="daily", published=at(10, 30))
    found = {(one.lane.name, one.stretch): one for one in timeline.spoken(conn, "lachin", TODAY, width=HOUR)}
    assert {key: one.articles for key, one in found.items()} == {
        ("mfa", 10): 2,
        ("mfa", 11): 1,
        ("newspaper", 10): 1,
    }
    both = found["mfa", 10]
    assert (both.article, both.first_by) == (first, NOON - 115 * timedelta(minutes=1))
    assert both.within == Interval(NOON - timedelta(minutes=115), NOON - timedelta(minutes=70))


def test_days_are_not_divided(conn: Connection) -> None:
    article(conn, "a", published=Published(date(2026, 11, 2)))
    article(conn, "b", minutes=5, published=Published(date(2026, 11, 2)))
    midnight = datetime(2026, 11, 2, tzinfo=UTC)
    [one] = timeline.spoken(conn, "lachin", TODAY, timedelta(minutes=5))
    assert (one.known, one.articles, one.within) == (Known.DAY, 2, Interval(midnight, after(5)))
    assert (one.first_by, one.days) == (NOON, (date(2026, 11, 2), date(2026, 11, 2)))


def test_one_without_a_beginning_takes_it_from_all(conn: Connection) -> None:
    article(conn, "a", minutes=1)
    open_ = article(conn, "b", minutes=2)
    conn.execute(update(table(ArticleRow)).where(table(ArticleRow).c.id == open_).values(appeared_after=None))
    [one] = timeline.spoken(conn, "lachin", TODAY, HOUR)
    assert (one.articles, one.within, one.first_by) == (2, Interval(None, after(2)), after(1))


def test_lanes(conn: Connection) -> None:
    """An institution by name, in its own channel or where a clipping quotes it; media by their kind."""
    add(conn, "office", name="Press", speaks_for="Office of the President", kind=Kind.BROADCASTER)
    for number, slug in enumerate(("mfa", "daily", "office", "daily")):
        last = article(conn, f"n{number}", minutes=number, slug=slug)
    conn.execute(update(table(ArticleRow)).where(table(ArticleRow).c.id == last).values(said_by="The envoy"))
    lanes = [
        Lane(True, "The envoy"),
        Lane(True, "Office of the President"),
        Lane(False, "newspaper"),
        Lane(True, "mfa"),
    ]
    page, _ = timeline.said(conn, "lachin", TODAY)
    assert [one.lane for one in page] == lanes
    assert [one.lane for one in timeline.spoken(conn, "lachin", TODAY, HOUR)] == lanes


def test_versions_and_revisions_count_once_and_what_was_removed_not_at_all(conn: Connection) -> None:
    one = article(conn, "a", published=at(10))
    topics.put(conn, "lachin", "Lachin", (Term("Lachin"), Term("Lacin")), now=NOON)
    matches.add(conn, one, 1, [Found("lachin", 2, (SPAN,))], analysis=1, at=after(2), backfill=False)
    [group] = timeline.spoken(conn, "lachin", TODAY, HOUR)
    assert group.articles == 1
    assert len(said(conn)) == 1
    conn.execute(update(table(ArticleRow)).values(state=ArticleState.REMOVED))
    assert timeline.spoken(conn, "lachin", TODAY, HOUR) == ()
    assert said(conn) == []
    assert timeline.bounds(conn, "lachin") is None


def test_pages_follow_one_another(conn: Connection) -> None:
    made = [article(conn, f"n{number}", published=at(10, number // 2)) for number in range(5)]
    assert timeline.bounds(conn, "lachin") == (NOON.replace(hour=10), NOON.replace(hour=10, minute=2))
    page, onward = timeline.said(conn, "lachin", TODAY, limit=3)
    rest, end = timeline.said(conn, "lachin", TODAY, after=onward, limit=3)
    assert [one.article for one in (*page, *rest)] == made[::-1]
    assert timeline.titles(conn, made[:1]) == {made[0]: "On n0"}
    assert end is None


def test_the_latest_groups_stay_where_they_are_too_many(conn: Connection) -> None:
    article(conn, "a", published=at(9))
    last = article(conn, "b", published=at(10))
    assert [one.article for one in timeline.spoken(conn, "lachin", TODAY, HOUR, limit=1)] == [last]

"""When digests are due: through clock changes, zone changes, downtime and clocks that stood wrong."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.windows import due_window, instant, next_due, slot_of, window_now
from news.telling import Mode, Rhythm, Schedule, Subscription, Window

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SLOTS = [time(half // 2, half % 2 * 30) for half in range(48)]
FIRST, LAST = datetime(2024, 1, 1, tzinfo=UTC), datetime(2036, 1, 1, tzinfo=UTC)
Change = tuple[datetime, timedelta, timedelta]


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc, arg-type]


def daily(at: str = "08:00", zone: str = "Asia/Baku", start: datetime = FIRST, **facts: Any) -> Subscription:
    return of(Schedule(Rhythm.DAILY, time.fromisoformat(at)), zone, start, **facts)


def of(schedule: Schedule, zone: str, start: datetime, **facts: Any) -> Subscription:
    known: dict[str, Any] = {"id": 1, "recipient": "a@b.example", "channel": "folder", "topics": ("talks",)}
    known |= {"mode": Mode.DIGEST, "when_empty": True, "added": start, "starts_at": start}
    return Subscription(**known | {"zone": zone, "schedule": schedule} | facts)


class Desk:
    """Ticks, and what they made: the digests of one subscription."""

    def __init__(self, subscription: Subscription) -> None:
        self.subscription = subscription
        self.digests: list[Window] = []

    @property
    def slots(self) -> list[str]:
        return [window.slot for window in self.digests]

    def tick(self, *moments: datetime) -> Window | None:
        """Make what is due at each of the moments; the last one's window."""
        window = None
        for now in moments:
            window = due_window(self.subscription, self.slots, now)
            if window is not None:
                self.digests.append(window)
                self.subscription = replace(self.subscription, told_until=window.until)
        return window


def offset(zone: ZoneInfo, at: datetime) -> timedelta:
    found = at.astimezone(zone).utcoffset()
    assert found is not None
    return found


def changes_of(zone: ZoneInfo) -> Iterator[Change]:
    """Every change of offset from 2024 to 2035: moment, offset before, offset after."""
    at, quarter = FIRST, timedelta(minutes=15)
    while at < LAST:
        before, low, high = offset(zone, at), at, at + 4 * DAY
        if offset(zone, high) != before:
            while high - low > quarter:
                middle = low + (high - low) // quarter // 2 * quarter
                low, high = (middle, high) if offset(zone, middle) == before else (low, middle)
            yield high, before, offset(zone, high)
        at += 4 * DAY


@cache
def rules() -> dict[str, tuple[Change, ...]]:
    """One zone for each distinct rule among all there are, with its changes."""
    distinct: dict[tuple[timedelta, tuple[Change, ...]], str] = {}
    for name in sorted(available_timezones()):
        zone = ZoneInfo(name)
        distinct.setdefault((offset(zone, FIRST), tuple(changes_of(zone))), name)
    return {name: changes for (_, changes), name in distinct.items()}


@cache
def kinds_of_change() -> dict[tuple[timedelta, timedelta, time, int], tuple[str, datetime]]:
    """One change of each kind: what happens around it depends on its offsets, hour and weekday alone."""
    kinds: dict[tuple[timedelta, timedelta, time, int], tuple[str, datetime]] = {}
    for name, changes in rules().items():
        for at, before, after in changes:
            kinds.setdefault((before, after, at.time(), at.weekday()), (name, at))
    return kinds


def days_around(at: datetime, zone: str, days: int) -> list[date]:
    local = at.astimezone(ZoneInfo(zone)).date()
    return [local + number * DAY for number in range(-days, days + 1)]


def ticks(start: datetime, end: datetime, every: timedelta) -> Iterable[datetime]:
    return (start + number * every for number in range((end - start) // every + 1))


class TestThroughEveryChangeOfClocks:
    def test_there_are_all_kinds_of_them(self) -> None:
        assert len(rules()) > 50
        assert sum(map(len, rules().values())) > 500
        assert {"Australia/LHI", "Africa/Casablanca", "Antarctica/Troll"} <= set(rules())

    def test_the_moments_of_successive_days_never_meet_or_change_places(self) -> None:
        for name, changes in rules().items():
            zone = ZoneInfo(name)
            for at, before, after in changes:
                for slot in SLOTS:
                    schedule = Schedule(Rhythm.DAILY, slot)
                    moments = [instant(day, schedule, zone) for day in days_around(at, name, 2)]
                    steps = {later - earlier for earlier, later in pairwise(moments)} - {DAY}
                    assert steps <= {DAY + before - after, DAY + after - before}, (name, at, slot)

    def test_each_local_date_has_exactly_one_digest_at_any_of_48_times_of_day(self) -> None:
        """Every change of every rule, ticking now and then."""
        for name, changes in rules().items():
            for at, _, _ in changes:
                for slot in SLOTS:
                    self.tick_through(name, at, slot, timedelta(hours=7))

    def test_and_it_comes_with_the_first_tick_after_its_moment(self) -> None:
        for name, at in kinds_of_change().values():
            for slot in SLOTS:
                desk = self.tick_through(name, at, slot, timedelta(minutes=45))
                assert all(window.until - window.due < timedelta(minutes=45) for window in desk.digests)
                assert not any(window.missed for window in desk.digests)

    @staticmethod
    def tick_through(name: str, at: datetime, slot: time, every: timedelta) -> Desk:
        zone, schedule = ZoneInfo(name), Schedule(Rhythm.DAILY, slot)
        start, end = at - 2 * DAY, at + 2 * DAY
        desk = Desk(of(schedule, name, start))
        desk.tick(*ticks(start, end, every))
        last = start + (end - start) // every * every
        days = days_around(at, name, 4)
        expected = [day.isoformat() for day in days if start < instant(day, schedule, zone) <= last]
        assert desk.slots == expected, (name, at, slot)
        return desk

    @pytest.mark.parametrize("rhythm", [Rhythm.WEEKDAYS, Rhythm.WEEKLY])
    def test_weekly_and_on_weekdays_too(self, rhythm: Rhythm) -> None:
        for name, at in kinds_of_change().values():
            zone = ZoneInfo(name)
            for slot in SLOTS[::3]:
                weekday = at.astimezone(zone).weekday() if rhythm is Rhythm.WEEKLY else 0
                schedule = Schedule(rhythm, slot, weekday)
                days = range(5) if rhythm is Rhythm.WEEKDAYS else [weekday]
                desk = Desk(of(schedule, name, at - 8 * DAY))
                desk.tick(*ticks(at - 8 * DAY, at + 8 * DAY, timedelta(hours=5)))
                expected = [
                    slot_of(day, schedule)
                    for day in days_around(at, name, 9)
                    if day.weekday() in days
                    and at - 8 * DAY < instant(day, schedule, zone) <= at + 8 * DAY - timedelta(hours=4)
                ]
                assert desk.slots == expected, (name, at, slot)

    def test_zones_that_never_change_have_one_a_day_as_well(self) -> None:
        for name in (name for name, changes in rules().items() if not changes):
            desk = Desk(daily("23:30", name, FIRST))
            desk.tick(*ticks(FIRST, FIRST + 9 * DAY, HOUR))
            assert len(desk.slots) == len(set(desk.slots)) == 9


class TestTheMomentOfALocalTime:
    def test_a_time_that_the_clock_skips_comes_as_much_later(self) -> None:
        """New York, 8 March 2026: 02:30 does not exist, the digest is due at 03:30."""
        desk = Desk(daily("02:30", "America/New_York", utc(2026, 3, 7, 12)))
        assert desk.tick(utc(2026, 3, 8, 7, 29)) is None
        window = desk.tick(utc(2026, 3, 8, 7, 30))
        assert window is not None
        assert (window.slot, window.due) == ("2026-03-08", utc(2026, 3, 8, 7, 30))

    def test_a_time_that_comes_twice_counts_once_the_first_time(self) -> None:
        """New York, 1 November 2026: 01:30 comes twice."""
        desk = Desk(daily("01:30", "America/New_York", utc(2026, 10, 31, 12)))
        desk.tick(*ticks(utc(2026, 11, 1, 4), utc(2026, 11, 2, 4), timedelta(minutes=10)))
        assert [window.due for window in desk.digests] == [utc(2026, 11, 1, 5, 30)]

    def test_new_york_moves_against_baku_and_both_keep_eight_o_clock(self) -> None:
        for monday, hour in ((utc(2026, 3, 2), 13), (utc(2026, 3, 9), 12), (utc(2026, 11, 2), 13)):
            for zone, due in (("America/New_York", hour), ("Asia/Baku", 4)):
                desk = Desk(daily("08:00", zone, monday))
                desk.tick(*ticks(monday, monday + DAY, timedelta(minutes=30)))
                assert [window.due for window in desk.digests] == [monday + due * HOUR]


class TestWhereADigestBegins:
    def test_a_new_subscription_waits_for_its_next_time(self) -> None:
        desk = Desk(daily("08:00", "UTC", utc(2026, 11, 2, 9)))
        assert desk.tick(utc(2026, 11, 2, 9, 1)) is None
        assert desk.tick(utc(2026, 11, 3, 8)) == Window(
            "2026-11-03", utc(2026, 11, 3, 8), utc(2026, 11, 2, 9), utc(2026, 11, 3, 8)
        )

    def test_one_span_ends_where_the_next_begins(self) -> None:
        desk = Desk(daily("08:00", "Asia/Baku", utc(2026, 11, 2)))
        desk.tick(*ticks(utc(2026, 11, 2), utc(2026, 11, 9), timedelta(minutes=13)))
        assert len(desk.digests) == 7
        for earlier, later in pairwise(desk.digests):
            assert later.after == earlier.until

    def test_instant_and_paused_ones_have_none(self) -> None:
        now = utc(2026, 11, 2, 9)
        for quiet in (
            replace(daily(), schedule=None, mode=Mode.INSTANT),
            replace(daily(), paused=utc(2026, 11, 1)),
        ):
            assert due_window(quiet, (), now) is None
            assert next_due(quiet, (), now) is None


class TestDowntime:
    def test_one_digest_covers_the_span_and_counts_what_was_missed(self) -> None:
        desk = Desk(daily("08:00", "UTC", utc(2026, 11, 1)))
        desk.tick(utc(2026, 11, 1, 8))
        assert desk.tick(utc(2026, 11, 5, 17)) == Window(
            "2026-11-05", utc(2026, 11, 5, 8), utc(2026, 11, 1, 8), utc(2026, 11, 5, 17), 3
        )
        assert desk.tick(utc(2026, 11, 6, 8)) is not None
        assert desk.slots == ["2026-11-01", "2026-11-05", "2026-11-06"]

    def test_an_early_return_still_tells_yesterday_s_then_today_s(self) -> None:
        desk = Desk(daily("08:00", "UTC", utc(2026, 11, 1, 9)))
        desk.tick(utc(2026, 11, 3, 7), utc(2026, 11, 3, 8))
        assert desk.slots == ["2026-11-02", "2026-11-03"]

    def test_weekdays_and_weeks_are_counted_as_such(self) -> None:
        monday = utc(2026, 11, 2, 9)
        for schedule, slot, missed in (
            (Schedule(Rhythm.WEEKDAYS, time(8)), "2026-11-20", 13),
            (Schedule(Rhythm.WEEKLY, time(8), 4), "2026-W47", 2),
        ):
            window = Desk(of(schedule, "UTC", monday)).tick(utc(2026, 11, 21, 9))
            assert window is not None
            assert (window.slot, window.missed) == (slot, missed)

    @given(st.lists(st.integers(1, 60 * 24 * 4), min_size=5, max_size=30), st.sampled_from(SLOTS))
    def test_whatever_the_gaps_no_date_is_told_twice_or_left_out(self, gaps: list[int], at: time) -> None:
        """Each date is a digest's own or is counted as missed by exactly one."""
        schedule, zone = Schedule(Rhythm.DAILY, at), ZoneInfo("America/New_York")
        now = start = utc(2026, 10, 25)
        desk = Desk(of(schedule, zone.key, start))
        for gap in gaps:
            now += timedelta(minutes=gap)
            desk.tick(now)
        days = [start.astimezone(zone).date() + number * DAY for number in range((now - start).days + 2)]
        passed = [day for day in days if start < instant(day, schedule, zone) <= now]
        assert len(desk.slots) + sum(window.missed for window in desk.digests) == len(passed)
        assert len(set(desk.slots)) == len(desk.slots)


class TestAChangedSubscription:
    @given(
        st.sampled_from(["Asia/Baku", "America/New_York", "Pacific/Kiritimati", "Pacific/Pago_Pago", "UTC"]),
        st.sampled_from(["Asia/Baku", "America/New_York", "Pacific/Kiritimati", "Pacific/Pago_Pago", "UTC"]),
        st.integers(0, 47),
        st.sampled_from(SLOTS),
    )
    def test_another_zone_brings_no_local_date_twice(
        self, before: str, after: str, hour: int, at: time
    ) -> None:
        start = utc(2026, 10, 30)
        desk = Desk(of(Schedule(Rhythm.DAILY, at), before, start))
        desk.tick(*ticks(start, start + DAY + hour * HOUR, timedelta(minutes=30)))
        desk.subscription = replace(desk.subscription, zone=after)
        moved = start + DAY + hour * HOUR
        desk.tick(*ticks(moved, moved + 4 * DAY, timedelta(minutes=30)))
        dates = [date.fromisoformat(slot) for slot in desk.slots]
        assert dates == sorted(set(dates))
        assert all(later - earlier <= 2 * DAY for earlier, later in pairwise(dates))

    def test_from_baku_to_new_york_at_noon_the_next_is_tomorrow_s(self) -> None:
        desk = Desk(daily("08:00", "Asia/Baku", utc(2026, 11, 3, 5)))
        desk.tick(utc(2026, 11, 4, 4))
        desk.subscription = replace(desk.subscription, zone="America/New_York")
        desk.tick(*ticks(utc(2026, 11, 4, 8), utc(2026, 11, 6), HOUR))
        assert [(window.slot, window.due) for window in desk.digests] == [
            ("2026-11-04", utc(2026, 11, 4, 4)),
            ("2026-11-05", utc(2026, 11, 5, 13)),
        ]

    def test_another_hour_brings_no_second_digest_today(self) -> None:
        desk = Desk(daily("08:00", "UTC", utc(2026, 11, 3, 9)))
        desk.tick(utc(2026, 11, 4, 8))
        desk.subscription = replace(desk.subscription, schedule=Schedule(Rhythm.DAILY, time(18)))
        desk.tick(*ticks(utc(2026, 11, 4, 9), utc(2026, 11, 6), HOUR))
        assert desk.slots == ["2026-11-04", "2026-11-05"]

    def test_another_weekday_brings_no_second_digest_this_week(self) -> None:
        desk = Desk(of(Schedule(Rhythm.WEEKLY, time(8), 0), "UTC", utc(2026, 11, 1)))
        desk.tick(utc(2026, 11, 2, 8))
        desk.subscription = replace(desk.subscription, schedule=Schedule(Rhythm.WEEKLY, time(8), 4))
        desk.tick(*ticks(utc(2026, 11, 3), utc(2026, 11, 15), HOUR))
        assert desk.slots == ["2026-W45", "2026-W46"]

    def test_an_empty_digest_that_was_not_sent_counts_as_told(self) -> None:
        desk = Desk(replace(daily("08:00", "UTC", utc(2026, 11, 3, 9)), told_until=utc(2026, 11, 4, 8)))
        assert desk.tick(utc(2026, 11, 4, 8, 1)) is None
        assert desk.tick(utc(2026, 11, 5, 8)) is not None


class TestAClockThatStandsWrong:
    """One digest per local date, whatever the clock did; and none of a past that was told."""

    STEPS = (HOUR, -HOUR, DAY, -DAY, 3650 * DAY, -3650 * DAY)

    @pytest.mark.parametrize("step", STEPS, ids=str)
    @pytest.mark.parametrize("hours", [1, 30])
    @pytest.mark.parametrize("at", ["00:00", "08:00", "23:30"])
    def test_a_step_and_back(self, step: timedelta, hours: int, at: str) -> None:
        start = utc(2026, 11, 1, 12)
        right, wrong, back = start + 3 * DAY, start + 3 * DAY + step, start + 3 * DAY + hours * HOUR
        desk = Desk(daily(at, "Europe/Berlin", start))
        desk.tick(*ticks(start, right, timedelta(minutes=20)))
        desk.tick(*ticks(wrong, wrong + hours * HOUR, timedelta(minutes=20)))
        desk.tick(*ticks(back, start + 9 * DAY, timedelta(minutes=20)))
        assert len(set(desk.slots)) == len(desk.slots)
        zone, schedule = ZoneInfo("Europe/Berlin"), Schedule(Rhythm.DAILY, time.fromisoformat(at))
        days = [date(2026, 11, 1) + number * DAY for number in range(11)]
        true_days = {
            day.isoformat() for day in days if start < instant(day, schedule, zone) <= start + 9 * DAY
        }
        assert true_days <= set(desk.slots)
        if step < timedelta(0):
            assert set(desk.slots) == true_days

    def test_ten_years_ahead_costs_no_thousands_of_steps_and_the_span_is_mended(self) -> None:
        desk = Desk(daily("08:00", "UTC", utc(2026, 11, 1, 9)))
        desk.tick(utc(2026, 11, 2, 8))
        ahead = desk.tick(utc(2036, 11, 2, 9))
        assert ahead is not None
        assert ahead.missed == 3652
        back = desk.tick(utc(2026, 11, 3, 8, 5))
        assert back == Window("2026-11-03", utc(2026, 11, 3, 8), utc(2026, 11, 2, 8), utc(2026, 11, 3, 8, 5))


class TestTheNextOne:
    def test_is_the_next_time_that_was_not_told(self) -> None:
        subscription = daily("08:00", "UTC", utc(2026, 11, 1, 9))
        assert next_due(subscription, (), utc(2026, 11, 1, 9, 30)) == utc(2026, 11, 2, 8)
        assert next_due(subscription, (), utc(2026, 11, 2, 8)) == utc(2026, 11, 3, 8)
        assert next_due(subscription, ["2026-11-03"], utc(2026, 11, 2, 8)) == utc(2026, 11, 4, 8)

    @given(st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 1)), st.sampled_from(SLOTS))  # noqa: DTZ001
    def test_a_digest_is_due_then_and_not_a_second_before(self, naive: datetime, at: time) -> None:
        now = naive.replace(tzinfo=UTC)
        for schedule in (Schedule(Rhythm.DAILY, at), Schedule(Rhythm.WEEKLY, at, 3)):
            subscription = of(schedule, "America/New_York", now)
            due = next_due(subscription, (), now)
            assert due is not None
            assert due_window(subscription, (), due - timedelta(seconds=1)) is None
            window = due_window(subscription, (), due)
            assert window is not None
            assert (window.due, window.after, window.missed) == (due, now, 0)


class TestOneAskedForNow:
    def test_is_the_due_one_where_one_is_due(self) -> None:
        subscription, now = daily("08:00", "UTC", utc(2026, 11, 1, 9)), utc(2026, 11, 3, 9)
        assert window_now(subscription, (), now) == due_window(subscription, (), now)

    def test_else_today_s_or_this_week_s(self) -> None:
        asked = utc(2026, 11, 3, 7)
        subscription = replace(daily("08:00", "UTC", utc(2026, 11, 1)), told_until=utc(2026, 11, 2, 8))
        assert window_now(subscription, ["2026-11-02"], asked) == Window(
            "2026-11-03", utc(2026, 11, 3, 8), utc(2026, 11, 2, 8), asked
        )
        weekly = replace(subscription, schedule=Schedule(Rhythm.WEEKLY, time(8), 4))
        assert window_now(weekly, (), asked) == Window(
            "2026-W45", utc(2026, 11, 6, 8), utc(2026, 11, 2, 8), asked
        )

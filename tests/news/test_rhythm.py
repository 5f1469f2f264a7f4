"""A rhythm learned from arrivals: by weekday and hour, in the source's zone, bursts and holidays apart."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from news.circles import calm_on, calmness, circle
from news.rhythm import ArrivalDay, Rhythm, learn
from news.source import Kind, Source
from news.visit import History

MONDAY = date(2026, 9, 7)
UNTIL = MONDAY + timedelta(days=56)
OFFICE = Source(
    slug="mfa", outlet="mfa", name="MFA", kind=Kind.MINISTRY, url="https://mfa.example/", country="AM"
)


def weeks(
    hours: tuple[int, ...], items: int = 5, *, days: int = 56, weekdays: range = range(5)
) -> list[ArrivalDay]:
    bits = sum(1 << hour for hour in hours)
    all_days = (MONDAY + timedelta(days=n) for n in range(days))
    return [ArrivalDay(day, bits, items) for day in all_days if day.weekday() in weekdays]


def learned(days: list[ArrivalDay], zone: str = "UTC") -> Rhythm:
    found = learn(days, zone=zone, began=MONDAY, until=UNTIL, calm={})
    assert found is not None
    return found


def at(day: int, hour: int) -> datetime:
    return datetime(UNTIL.year, UNTIL.month, UNTIL.day, hour, tzinfo=UTC) + timedelta(days=day)


def test_a_night_and_a_weekend_weigh_nothing_and_a_morning_much() -> None:
    office = learned(weeks((7, 9, 11, 13)))
    night = office.expected(at(0, 15), at(1, 6), "UTC", {})
    weekend = office.expected(at(4, 15), at(7, 6), "UTC", {})
    morning = office.expected(at(1, 6), at(1, 14), "UTC", {})
    assert night < 0.5
    assert weekend < 1.5
    assert morning > 3


def test_the_hours_are_those_of_its_zone() -> None:
    """The same hours of UTC are others of a week in Yerevan; what is expected is the same."""
    here, there = learned(weeks((7, 9))), learned(weeks((7, 9)), "Asia/Yerevan")
    assert here.rates[9] > 0.3
    assert there.rates[13] > 0.3
    spans = at(1, 6), at(1, 12)
    assert abs(here.expected(*spans, "UTC", {}) - there.expected(*spans, "Asia/Yerevan", {})) < 0.05


def test_a_burst_is_one_act_of_publishing() -> None:
    once, burst = learned(weeks((9,), items=1)), learned(weeks((9,), items=300))
    assert list(once.rates) == list(burst.rates)
    assert burst.busiest == 300


def test_two_weeks_and_five_arrivals_are_needed() -> None:
    few = weeks((9,), days=13)
    assert learn(few, zone="UTC", began=MONDAY, until=MONDAY + timedelta(days=13), calm={}) is None
    assert learn(weeks((9,), weekdays=range(1))[:4], zone="UTC", began=MONDAY, until=UNTIL, calm={}) is None
    assert learn(weeks((9,)), zone="UTC", began=MONDAY, until=UNTIL, calm={}) is not None


def test_a_weekly_source_is_beyond_chance_before_the_third_is_missed() -> None:
    weekly = learned(weeks((10,), items=1, weekdays=range(3, 4)))
    last = at(-4, 11)  # a Thursday
    assert weekly.expected(last, at(3, 9), "UTC", {}) < weekly.limit
    assert weekly.expected(last, at(17, 23), "UTC", {}) > weekly.limit
    assert weekly.in_words() == "normally 1 every 7 days"


def test_calm_days_count_by_how_calm_they_were() -> None:
    office = learned(weeks((7, 9, 11, 13)))
    calm = {at(day, 0).date(): 0.0 for day in range(5)}
    assert office.expected(at(-3, 15), at(4, 23), "UTC", {}) > office.limit
    assert office.expected(at(-3, 15), at(4, 23), "UTC", calm) < 1


def test_a_circle_is_calm_where_most_of_it_is() -> None:
    office = learned(weeks((7, 9, 11, 13)))
    assert circle(OFFICE) == "AM offices"
    sources = [
        Source(slug=f"s{n}", outlet="s", name="S", kind=Kind.MINISTRY, url="https://s.example/", country="AM")
        for n in range(8)
    ]
    pasts = [(source, History(rhythm=office)) for source in sources]
    tuesday = UNTIL + timedelta(days=1)
    busy = calm_on(pasts, tuesday, {f"s{n}": 4 for n in range(8)})["AM offices"]
    holiday = calm_on(pasts, tuesday, {"s1": 4})["AM offices"]
    half = calm_on(pasts, tuesday, {f"s{n}": 2 for n in range(8)})["AM offices"]
    assert (busy, holiday) == (1.0, 0.0)
    assert 0.3 < half < 0.8, "all published, but half of the usual"
    assert calmness(1.0, 0) > 0.3, "one missing of one says little"


def test_papers_agencies_and_the_rest_keep_other_days_than_offices() -> None:
    kinds = (Kind.THINK_TANK, Kind.NEWSPAPER, Kind.BROADCASTER, Kind.IGO)
    found = [circle(replace(OFFICE, kind=kind)) for kind in kinds]
    assert found == ["AM offices", "AM papers", "AM wires", "AM others"]


def test_a_weekday_that_is_always_calm_is_not_taken_for_a_holiday() -> None:
    """Few Saturdays had anything new: that it was calm on them all does not make them busier ones."""
    days = [*weeks((7, 9, 11, 13)), *weeks((9,), weekdays=range(5, 6))[:2]]
    saturdays = {MONDAY + timedelta(days=5 + 7 * n): 0.2 for n in range(8)}
    plain = learned(days)
    calm = learn(days, zone="UTC", began=MONDAY, until=UNTIL, calm=saturdays)
    holiday = {MONDAY + timedelta(days=7 * n): 0.0 for n in (3, 5)}
    without = [day for day in days if day.day not in holiday]
    rested = learn(without, zone="UTC", began=MONDAY, until=UNTIL, calm=holiday)
    assert calm is not None
    assert rested is not None
    assert sum(calm.rates[120:144]) < 1.1 * sum(plain.rates[120:144])
    assert sum(rested.rates[:24]) > 0.95 * sum(plain.rates[:24]), "a holiday makes no Monday slower"


def test_one_outage_of_the_past_makes_no_source_patient() -> None:
    whole = weeks((7, 9, 11, 13))
    outage = range(20, 27)
    broken = [day for day in whole if (day.day - MONDAY).days not in outage]
    assert learned(broken).limit < 1.5 * learned(whole).limit

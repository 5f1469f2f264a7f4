"""When to come again: properties that hold for every source, and a clock moved by weeks."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from news.cadence import DAY, PACES, RETRY, SET_UP, next_visit
from news.source import Kind, Source, Tier
from news.visit import History, Outcome, Wishes

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
ECHO = Source(
    slug="echo", outlet="echo", name="Echo", kind=Kind.NEWSPAPER, url="https://echo.example/feed", cadence=900
)
NOTHING = Wishes()
BAD = (Outcome.FAILED, Outcome.BLOCKED, Outcome.BLANK)

slugs = st.text("abcdefgh-0123456789", min_size=1, max_size=20)
sources = st.builds(
    lambda slug, tier, cadence: replace(ECHO, slug=slug, tier=tier, cadence=cadence),
    slugs,
    st.sampled_from(Tier),
    st.integers(60, 7 * 86400),
)
ages = st.lists(st.floats(0, 400 * DAY), max_size=50).map(sorted)
failures = st.integers(0, 10_000)
patience = st.none() | st.floats(0, 30 * DAY)
wishes = st.builds(Wishes, st.just(None), patience, patience)


def history(ages: list[float], failures: int = 0, added: float | None = None) -> History:
    return History(
        arrivals=tuple(NOW - timedelta(seconds=age) for age in ages),
        failures=failures,
        added=None if added is None else NOW - timedelta(seconds=added),
    )


def wait(source: Source, past: History, asked: Wishes = NOTHING, outcome: Outcome = Outcome.NEW) -> float:
    due = next_visit(now=NOW, source=source, history=past, wishes=asked, outcome=outcome)
    return (due - NOW).total_seconds()


def test_what_is_to_be_set_up_first_is_looked_at_hourly_at_no_request() -> None:
    assert wait(ECHO, History(failures=3), outcome=Outcome.SKIPPED) == SET_UP


@given(sources, ages, failures, wishes, st.sampled_from(Outcome), st.none() | st.floats(-DAY, 900 * DAY))
def test_never_at_once_and_never_later_than_a_day(
    source: Source, ages: list[float], failures: int, asked: Wishes, outcome: Outcome, added: float | None
) -> None:
    seconds = wait(source, history(ages, failures, added), asked, outcome)
    assert PACES[source.tier].floor <= seconds <= DAY


@given(sources, ages, failures, st.floats(60, 7 * DAY), st.sampled_from(BAD))
def test_never_before_the_server_allows_it(
    source: Source, ages: list[float], failures: int, retry_after: float, outcome: Outcome
) -> None:
    past = history(ages, failures)
    seconds = wait(source, past, Wishes(retry_after=retry_after), outcome)
    assert seconds == pytest.approx(max(retry_after, wait(source, past)), abs=1e-5)


@given(sources, ages, st.lists(failures, min_size=2, max_size=2).map(sorted), st.sampled_from(BAD))
def test_more_failures_never_bring_us_back_sooner(
    source: Source, ages: list[float], failures: list[int], outcome: Outcome
) -> None:
    few, many = (wait(source, history(ages, count), outcome=outcome) for count in failures)
    assert PACES[source.tier].floor <= few <= many
    assert few >= min(wait(source, history(ages)), RETRY)


@given(sources, ages, st.floats(0, 1))
def test_denser_arrivals_never_bring_us_later(source: Source, ages: list[float], factor: float) -> None:
    past, denser = history(ages), history([age * factor for age in ages])
    if len(set(denser.arrivals)) == len(set(past.arrivals)):
        assert wait(source, denser) <= wait(source, past) + 1e-5


@given(sources, ages, st.floats(0, 30 * DAY))
def test_an_arrival_more_never_brings_us_later(source: Source, ages: list[float], age: float) -> None:
    if ages and len(ages) < 20:
        between = min(age, ages[-1])
        assert wait(source, history(sorted([*ages, between]))) <= wait(source, history(ages)) + 1e-5


@given(sources, ages, st.integers(2, 50))
def test_a_burst_counts_as_one_arrival(source: Source, ages: list[float], times: int) -> None:
    burst = sorted([*ages, *ages[:1] * times])
    assert wait(source, history(burst)) == wait(source, history(ages))


@given(sources, ages, wishes)
def test_a_wish_only_lengthens_and_not_beyond_the_patience_of_its_tier(
    source: Source, ages: list[float], asked: Wishes
) -> None:
    plain, wished = wait(source, history(ages)), wait(source, history(ages), asked)
    assert plain <= wished <= max(plain, PACES[source.tier].patience)
    least = min(max(asked.max_age or 0, asked.ttl or 0), PACES[source.tier].patience)
    assert wished >= least - 1e-5


def test_a_new_source_is_visited_by_its_hint() -> None:
    assert 900 <= wait(ECHO, History()) <= 990


def test_a_week_long_max_age_does_not_silence_a_must_have() -> None:
    seconds = wait(replace(ECHO, tier=Tier.MUST_HAVE), History(), Wishes(max_age=7 * DAY))
    assert seconds == 3600


@pytest.mark.parametrize(("retry_after", "seconds"), [(3600.0, 3600.0), (7 * DAY, 7 * DAY)])
def test_retry_after_is_taken_at_its_word(retry_after: float, seconds: float) -> None:
    assert wait(ECHO, History(), Wishes(retry_after=retry_after), Outcome.FAILED) == seconds


def test_failures_double_the_wait_up_to_the_longest_of_the_tier() -> None:
    usual = wait(ECHO, History())
    waits = [wait(ECHO, History(failures=count), outcome=Outcome.FAILED) for count in range(8)]
    assert waits[:3] == pytest.approx([usual * 2, usual * 4, usual * 8])
    assert waits[-1] == 12 * 3600


def test_sources_of_equal_rhythm_do_not_go_together() -> None:
    waits = Counter(round(wait(replace(ECHO, slug=f"source-{n}"), History())) for n in range(500))
    assert max(waits.values()) < 25
    assert wait(ECHO, History()) == wait(ECHO, History())


def visits_per_day(source: Source, published: list[datetime], days: int) -> float:
    """Visits a day in the second half of a life of `days`, the clock being the simulation's own."""
    start = clock = NOW
    end, half, count = start + timedelta(days=days), start + timedelta(days=days / 2), 0
    seen: list[datetime] = []
    waiting = sorted(published)
    while clock < end:
        count += clock >= half
        fresh = [item for item in waiting if item <= clock]
        waiting = waiting[len(fresh) :]
        seen = ([clock] * len(fresh) + seen)[:50]
        outcome = Outcome.NEW if fresh else Outcome.UNCHANGED
        past = History(arrivals=tuple(seen), added=start)
        clock = next_visit(now=clock, source=source, history=past, wishes=Wishes(), outcome=outcome)
    return count / (days / 2)


def daily(count: int, days: int) -> list[datetime]:
    """`count` items a day between 6 and 20 hours, unevenly but always the same."""
    return [
        NOW.replace(hour=0) + timedelta(days=day, hours=6 + 14 * ((n + (n * n % 7) / 9) / count))
        for day in range(days + 1)
        for n in range(count)
    ]


@pytest.mark.parametrize(
    ("per_day", "least", "most"), [(200, 200, 290), (24, 60, 110), (5, 15, 30), (1, 8, 15), (0, 7, 9)]
)
def test_visits_follow_what_a_source_publishes(per_day: int, least: float, most: float) -> None:
    assert least <= visits_per_day(ECHO, daily(per_day, 14), 14) <= most


def test_a_source_that_dies_is_visited_less_and_less() -> None:
    lively = visits_per_day(ECHO, daily(200, 14), 14)
    dying = visits_per_day(ECHO, daily(200, 3), 14)
    assert dying < 20 < 200 < lively


def test_thirty_days_of_failures_are_still_a_try_a_day() -> None:
    for tier in Tier:
        clock, tries = NOW, []
        while clock < NOW + timedelta(days=30):
            tries.append(clock)
            past = History(failures=len(tries) - 1)
            source = replace(ECHO, tier=tier)
            clock = next_visit(
                now=clock, source=source, history=past, wishes=Wishes(), outcome=Outcome.FAILED
            )
        gaps = [later - earlier for earlier, later in pairwise(tries)]
        assert max(gaps) <= timedelta(days=1)
        assert len(tries) < 150

"""When a message is tried again: soon at first, then hourly, for five days."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from alerts.backoff import GIVE_UP, next_try

FIRST = datetime(2026, 11, 2, 12, tzinfo=UTC)


def test_one_five_fifteen_thirty_then_hourly() -> None:
    now, waits = FIRST, []
    for attempt in range(1, 8):
        at = next_try(FIRST, attempt, now)
        assert at
        waits.append((at - now) / timedelta(minutes=1))
        now = at
    assert waits == [1, 5, 15, 30, 60, 60, 60]


def test_it_goes_on_for_five_days() -> None:
    now: datetime | None = FIRST
    tries = 0
    while now is not None:
        tries += 1
        last, now = now, next_try(FIRST, tries, now)
    assert timedelta(0) <= FIRST + GIVE_UP - last < timedelta(hours=1)
    assert tries == 5 + 119


@given(st.integers(1, 10_000), st.timedeltas(timedelta(0), timedelta(days=400)))
def test_a_next_try_is_later_and_never_beyond_the_end(attempts: int, passed: timedelta) -> None:
    at = next_try(FIRST, attempts, FIRST + passed)
    if at is None:
        assert passed + timedelta(hours=1) > GIVE_UP
    else:
        assert FIRST + passed < at <= FIRST + GIVE_UP

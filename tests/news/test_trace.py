"""What visits leave behind, folded one after the other."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from news.trace import SLACK, Look, Trace

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def look(
    minutes: float,
    new: int = 0,
    *,
    seconds: float = 1.0,
    rewritten: bool = False,
    newest: float | None = None,
) -> Look:
    """A visit so many minutes after noon, ten after the one before; its newest item's minutes after noon."""
    at = NOON + timedelta(minutes=minutes)
    dated = None if newest is None else NOON + timedelta(minutes=newest)
    return Look(at, at - timedelta(minutes=10), new, rewritten, seconds, dated)


def after(*looks: Look) -> Trace:
    trace = Trace()
    for each in looks:
        trace = trace.after(each)
    return trace


def test_quiet_visits_are_counted_until_something_arrives() -> None:
    quiet = after(look(0, 2), look(10), look(20, rewritten=True), look(30, rewritten=True))
    assert (quiet.quiet, quiet.rewritten, quiet.anew) == (3, 2, 2)
    arrived = quiet.after(look(40, 1))
    assert (arrived.quiet, arrived.rewritten, arrived.arrival) == (0, 0, NOON + timedelta(minutes=40))
    assert 0 < arrived.rewrites < 2 / 3


def test_items_are_counted_by_day() -> None:
    trace = after(look(0, 3), look(10, 4), look(24 * 60, 5))
    assert (trace.yesterday, trace.today) == (7, 5)
    assert after(look(0, 3), look(3 * 24 * 60, 5)).yesterday == 0


def test_the_backlog_of_a_first_visit_is_no_flood_and_has_no_lag() -> None:
    first = Trace().after(Look(NOON, None, 300, False, 1.0, NOON - timedelta(days=90)))
    assert (first.today, first.back, first.old, first.arrival) == (0, 0, 0, NOON)


def test_slow_answers_in_a_row_do_not_become_usual() -> None:
    trace = after(look(0), *(look(10 * n, seconds=30) for n in range(1, 6)))
    assert (trace.slow, trace.seconds) == (5, 1.0)
    assert trace.after(look(60)).slow == 0


def test_dates_ahead_behind_and_old() -> None:
    assert after(look(0, 1, newest=180)).ahead == 1
    assert after(look(0, 1, newest=180), look(10, 1, newest=9)).ahead == 0
    behind = after(*(look(10 * n, 1, newest=10 * n - 185 - n % 3) for n in range(12)))
    assert (behind.back, behind.back_least, behind.back_most) == (12, 177 * 60, 185 * 60)
    scattered = after(*(look(10 * n, 1, newest=10 * n - 5 - 50 * (n % 4)) for n in range(12)))
    assert scattered.back == 1
    right = after(*(look(10 * n, 1, newest=10 * n - n % 9) for n in range(12)))
    assert right.back_least <= 0 <= right.back_most + SLACK
    assert after(look(0, 1, newest=-60 * 24 * 90)).old == 1

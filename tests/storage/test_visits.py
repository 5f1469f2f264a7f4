"""Visits leave behind what cadence, health and the next request need."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import Connection, select

from news.errors import UnknownSource
from news.visit import History, Outcome, Validators, Visit
from news.work import VisitTask
from storage import visits, work
from storage.columns import table
from storage.tables import VisitDayRow
from tests.storage.world import NOON, add, after, entry, tell


@pytest.fixture(autouse=True)
def ministry(conn: Connection) -> None:
    add(conn, "mfa")


def visit(
    conn: Connection,
    outcome: Outcome,
    minutes: float = 0,
    validators: Validators | None = None,
    **facts: float,
) -> Visit:
    made = Visit(source="mfa", at=after(minutes), outcome=outcome, **facts)  # type: ignore[arg-type]
    visits.record(conn, made, next_visit_at=after(minutes + 15), validators=validators)
    return made


def known(conn: Connection) -> Validators:
    [task] = work.claim(conn, now=after(10_000), limit=1, holder="me", lease=timedelta(0))
    assert isinstance(task, VisitTask)
    return task.validators


def test_a_new_source_has_no_history_but_its_beginning(conn: Connection) -> None:
    assert visits.history(conn, "mfa") == History(added=NOON)


def test_failures_are_counted_until_a_good_visit(conn: Connection) -> None:
    visit(conn, Outcome.NEW, 0, listed=3)
    for minutes, outcome in ((10, Outcome.FAILED), (20, Outcome.BLOCKED), (30, Outcome.BLANK)):
        last = visit(conn, outcome, minutes)
    assert visits.history(conn, "mfa") == History(
        failures=3, last=last, last_good=NOON, failing_since=after(10), held_items=True, added=NOON
    )
    last = visit(conn, Outcome.UNCHANGED, 40)
    assert visits.history(conn, "mfa") == History(last=last, last_good=after(40), held_items=True, added=NOON)


def test_validators_stay_until_new_ones_come(conn: Connection) -> None:
    visit(conn, Outcome.NEW, validators=Validators(b'"1"', b"Mon", b"h"))
    visit(conn, Outcome.FAILED, 10, validators=None)
    assert known(conn) == Validators(b'"1"', b"Mon", b"h")
    visit(conn, Outcome.NEW, 20, validators=Validators(None, None, b"i"))
    assert known(conn) == Validators(None, None, b"i")


def test_every_fact_of_a_visit_is_kept(conn: Connection) -> None:
    made = Visit("mfa", NOON, Outcome.FAILED, 1.5, 503, "Service Unavailable", 7, 3, 2, 2**33)
    visits.record(conn, made, next_visit_at=after(15), validators=None)
    assert visits.recent(conn, "mfa", 10) == (made,)


def test_the_latest_come_first(conn: Connection) -> None:
    made = [visit(conn, Outcome.UNCHANGED, minutes) for minutes in range(5)]
    assert visits.recent(conn, "mfa", 3) == tuple(reversed(made))[:3]


def test_arrivals_are_the_fifty_latest(conn: Connection) -> None:
    for minutes in range(60):
        tell(conn, [entry(f"n{minutes}")], minutes)
    arrivals = visits.history(conn, "mfa").arrivals
    assert arrivals == tuple(after(minutes) for minutes in range(59, 9, -1))


def test_all_histories_at_once_say_the_same(conn: Connection) -> None:
    add(conn, "agency", "empty")
    for minutes in range(60):
        tell(conn, [entry(f"n{minutes}")], minutes)
        tell(conn, [entry(f"n{minutes}")], minutes + 0.5, slug="agency")
        visit(conn, Outcome.NEW, minutes, listed=1)
    one_by_one = {slug: visits.history(conn, slug) for slug in ("agency", "empty", "mfa")}
    assert visits.histories(conn) == {
        slug: replace(history, arrivals=()) for slug, history in one_by_one.items()
    }


def test_an_unknown_source_is_an_error(conn: Connection) -> None:
    with pytest.raises(UnknownSource):
        visits.history(conn, "nobody")
    with pytest.raises(UnknownSource):
        visits.record(conn, Visit("nobody", NOON, Outcome.NEW), next_visit_at=after(15), validators=None)


class TestFolding:
    DAY = 60 * 24

    def days(self, conn: Connection) -> list[dict[str, object]]:
        rows = conn.execute(select(table(VisitDayRow)).order_by(VisitDayRow.day)).mappings()
        return [dict(row) for row in rows]

    def test_visits_become_daily_sums_after_fourteen_days(self, conn: Connection) -> None:
        for outcome in (Outcome.NEW, Outcome.UNCHANGED, Outcome.FAILED, Outcome.BLOCKED, Outcome.BLANK):
            visit(conn, outcome, 0, new=2, changed=1, bytes=100, duration=0.5)
        visit(conn, Outcome.NEW, 13 * 60, new=1)  # the next day
        now = after(15 * self.DAY)
        assert visits.fold(conn, now=now) == 5
        assert self.days(conn) == [
            {
                "source": "mfa",
                "day": date(2026, 11, 2),
                "visits": 5,
                "failed": 1,
                "blocked": 1,
                "blank": 1,
                "unchanged": 1,
                "new": 10,
                "changed": 5,
                "bytes": 500,
                "duration": 2.5,
            }
        ]
        assert len(visits.recent(conn, "mfa", 10)) == 1

    def test_folding_again_changes_nothing(self, conn: Connection) -> None:
        visit(conn, Outcome.NEW, 0, new=2)
        now = after(15 * self.DAY)
        assert visits.fold(conn, now=now) == 1
        before = self.days(conn)
        assert visits.fold(conn, now=now) == 0
        assert self.days(conn) == before

    def test_fourteen_days_stay_raw(self, conn: Connection) -> None:
        visit(conn, Outcome.NEW, 0)
        assert visits.fold(conn, now=after(14 * self.DAY)) == 0

    def test_a_straggler_is_added_to_its_day(self, conn: Connection) -> None:
        for _ in range(2):
            visit(conn, Outcome.NEW, 0, new=2)
            visits.fold(conn, now=after(15 * self.DAY))
        assert [(day["visits"], day["new"]) for day in self.days(conn)] == [(2, 4)]

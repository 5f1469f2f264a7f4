"""The states and their words."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from news.health import health
from news.rhythm import ArrivalDay, Rhythm, learn
from news.source import Kind, Source, Tier
from news.trace import Trace
from news.visit import History, Outcome, State, Visit

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
ECHO = Source(
    slug="echo",
    outlet="echo",
    name="Echo",
    kind=Kind.NEWSPAPER,
    url="https://echo.example/feed",
    silence=168,
)


def ago(**span: float) -> datetime:
    return NOW - timedelta(**span)


def visit(outcome: Outcome, reason: str | None = None) -> Visit:
    return Visit(source="echo", at=ago(minutes=10), outcome=outcome, reason=reason)


LOOK = "Open https://echo.example/feed and look; if it is merely slow, raise `silence`."

CASES = [
    (History(), State.FINE, None, "not visited yet"),
    (History(added=ago(days=90)), State.FINE, None, "not visited yet"),
    (
        History(last=visit(Outcome.NEW), arrivals=(ago(hours=3), ago(hours=9))),
        State.FINE,
        None,
        "last new item 3 hours ago",
    ),
    (
        History(last=visit(Outcome.UNCHANGED), arrivals=(ago(hours=168),)),
        State.FINE,
        None,
        "last new item 7 days ago",
    ),
    (History(last=visit(Outcome.UNCHANGED), added=ago(days=2)), State.FINE, None, "no item yet"),
    (
        History(last=visit(Outcome.UNCHANGED), arrivals=(ago(days=9),), added=ago(days=90)),
        State.SILENT,
        ago(days=9),
        f"no new item for 9 days; its hint is 7 days. {LOOK}",
    ),
    (
        History(last=visit(Outcome.UNCHANGED), added=ago(days=9)),
        State.SILENT,
        ago(days=9),
        f"no item since it was added, 9 days; its hint is 7 days. {LOOK}",
    ),
    (
        History(
            last=visit(Outcome.FAILED, "no answer within 60 s."),
            arrivals=(ago(days=9),),
            failures=4,
            failing_since=ago(hours=5),
            last_good=ago(hours=6),
        ),
        State.FAILING,
        ago(hours=5),
        "cannot be had (for 5 hours; 4 visits in a row; last good visit 6 hours ago): no answer within 60 s. "
        "If the address opens in a browser, look for a newer one: https://echo.example/feed",
    ),
    (
        History(last=visit(Outcome.BLOCKED, "the server refused us (403)"), failures=1),
        State.BLOCKED,
        ago(minutes=10),
        "refuses us (for 10 minutes; 1 visit; never a good visit): the server refused us (403). "
        "Ask its owner, or look for another way in (a feed, another address): https://echo.example/feed",
    ),
    (
        History(
            last=visit(Outcome.BLANK),
            failures=2,
            failing_since=ago(days=3),
            last_good=ago(days=3, minutes=15),
            held_items=True,
        ),
        State.BLANK,
        ago(days=3),
        "gives no items although it used to (for 3 days; 2 visits in a row; last good visit 3 days ago). "
        "Open it and look: its layout or address may have changed: https://echo.example/feed",
    ),
]


@pytest.mark.parametrize(("history", "state", "since", "reason"), CASES)
def test_state_and_its_words(history: History, state: State, since: datetime | None, reason: str) -> None:
    found = health(ECHO, history, NOW)
    assert (found.state, found.since, found.reason) == (state, since, reason)


def learned(busiest: int = 9) -> Rhythm:
    """An office that publishes on weekdays from 9 to 17 h, and was visited for eight weeks."""
    monday = date(2026, 9, 28)
    days = [monday + timedelta(days=n) for n in range(57)]
    hours = sum(1 << hour for hour in (9, 11, 14, 16))
    arrivals = [ArrivalDay(day, hours, 3 if day.day % 2 else busiest) for day in days if day.weekday() < 5]
    found = learn(arrivals, zone="UTC", began=monday, until=NOW.date(), calm={})
    assert found is not None
    return found


def traced(**facts: Any) -> History:
    """A good visit just now, after the traces of others."""
    at = int(ago(hours=1).timestamp())
    arrived = {"arrived": at, "day": at // 86400}
    return History(last=visit(Outcome.UNCHANGED), trace=Trace(**{**arrived, **facts}), rhythm=learned())


QUIET = int(ago(days=4).timestamp())
MORE = [
    (traced(), State.FINE, "last new item 60 minutes ago"),
    (traced(arrived=QUIET), State.SILENT, "no new item for 4 days; normally 3 to 9 a day"),
    (
        traced(arrived=QUIET, quiet=90, anew=8),
        State.STALE,
        "the same items for ever, although its list is written anew: no new item for 4 days",
    ),
    # It always writes its list anew: that says nothing.
    (traced(arrived=QUIET, quiet=90, anew=90, rewrites=0.9), State.SILENT, "no new item for 4 days"),
    (traced(old=3), State.STALE, "what it lists as new is more than a month old"),
    (traced(today=61), State.FLOODING, "61 new items in a day, on its busiest there were 9"),
    (traced(ahead=5, lead=10800), State.CLOCK, "its items are dated 3 hours in the future"),
    (traced(back=10, back_least=10700, back_most=10900), State.CLOCK, "2 hours before"),
    (traced(back=90, back_least=-500, back_most=300), State.FINE, ""),
    (
        traced(seconds=0.8, slow=9, slow_since=int(ago(hours=3).timestamp())),
        State.SLOW,
        "takes long to answer, 9 visits in a row; usual are 0.8 s",
    ),
    (
        History(last=visit(Outcome.GONE, "gone (410)"), failures=2, failing_since=ago(hours=1)),
        State.GONE,
        "is not there any more (for 60 minutes; 2 visits in a row; never a good visit): gone (410)",
    ),
    (
        History(last=visit(Outcome.SKIPPED, "needs x.token. Set it.")),
        State.WAITING,
        "needs x.token. Set it.",
    ),
    (
        replace(traced(), lengths=(*[1500] * 20, 40, 0, 80, 55, 0, 3)),
        State.BLANK,
        "its latest 6 articles have 80 characters at most, usual are 1500",
    ),
    (replace(traced(), lengths=(*[1500] * 20, 40, 0, 80, 55, 0, 900)), State.FINE, ""),
]


@pytest.mark.parametrize(("history", "state", "begins"), MORE)
def test_what_its_past_visits_say(history: History, state: State, begins: str) -> None:
    found = health(ECHO, history, NOW)
    assert (found.state, begins in found.reason) == (state, True), found.reason


@pytest.mark.parametrize(
    ("outcome", "failures", "hours", "tier", "sure"),
    [
        (Outcome.FAILED, 1, 30, Tier.USEFUL, False),
        (Outcome.FAILED, 3, 3, Tier.USEFUL, False),
        (Outcome.FAILED, 3, 4, Tier.USEFUL, True),
        (Outcome.BLOCKED, 3, 2, Tier.MUST_HAVE, False),  # the latest visit was ten minutes ago
        (Outcome.BLOCKED, 3, 3, Tier.MUST_HAVE, True),
        (Outcome.GONE, 1, 1, Tier.USEFUL, False),
        (Outcome.GONE, 2, 1, Tier.USEFUL, True),
    ],
)
def test_trouble_is_told_once_it_lasts(
    outcome: Outcome, failures: int, hours: int, tier: Tier, sure: bool
) -> None:
    history = History(last=visit(outcome), failures=failures, failing_since=ago(hours=hours))
    assert health(replace(ECHO, tier=tier), history, NOW).sure is sure


def test_a_holiday_all_round_is_no_silence() -> None:
    history = traced(arrived=QUIET)
    calm = {(NOW - timedelta(days=n)).date(): 0.0 for n in range(4)}
    assert health(ECHO, history, NOW, calm).state is State.FINE


def test_nobody_is_silent_to_whom_nobody_listened() -> None:
    """The service stood still for a week: before the first visit after that, there is nothing to be said."""
    at = NOW - timedelta(days=7)
    stood_still = replace(
        traced(arrived=int(at.timestamp())), last=Visit("echo", at + timedelta(minutes=20), Outcome.UNCHANGED)
    )
    assert health(ECHO, stood_still, NOW).state is State.FINE
    assert health(ECHO, replace(stood_still, last=visit(Outcome.UNCHANGED)), NOW).state is State.SILENT
    hinted = replace(stood_still, rhythm=None)
    assert health(replace(ECHO, silence=24), hinted, NOW).state is State.FINE

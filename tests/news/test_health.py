"""The five states and their words."""

from datetime import UTC, datetime, timedelta

import pytest

from news.health import health
from news.source import Kind, Source
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
        ago(days=2),
        f"no new item for 9 days; its hint is 7 days. {LOOK}",
    ),
    (
        History(last=visit(Outcome.UNCHANGED), added=ago(days=9)),
        State.SILENT,
        ago(days=2),
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

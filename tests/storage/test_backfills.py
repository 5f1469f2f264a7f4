"""Lists paged back, as the database keeps where that is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, select

from news.article import Brought, Published
from news.errors import UnknownSource
from news.work import BackfillState, BackfillTask, ReadTask, VisitTask
from storage import announcing, backfills, work
from storage.backfills import Begun, Standing
from storage.sources import TABLE as SOURCES
from tests.storage.world import NOON, add, after, entry, keep, tell, told

SINCE = datetime(2022, 12, 1, tzinfo=UTC)
LEASE = timedelta(minutes=10)
FIRST = "https://mfa.example/mfa.xml"


def claimed(conn: Connection, minutes: float = 0, **facts: Any) -> tuple[work.Task, ...]:
    return work.claim(conn, now=after(minutes), limit=5, holder="me", lease=LEASE, **facts)


def listed(conn: Connection, minutes: float = 0) -> BackfillTask:
    """The list page that is handed out; its host is free again at once."""
    conn.execute(SOURCES.update().values(next_visit_at=after(10_000)))
    (task,) = claimed(conn, minutes)
    assert isinstance(task, BackfillTask)
    work.release(conn, task.host, "me", next_at=after(minutes))
    return task


def read(conn: Connection, task: BackfillTask, *onward: str, minutes: float = 0, **facts: Any) -> None:
    given: dict[str, Any] = {
        "key": task.url.encode()[-16:],
        "listed": 20,
        "found": 3,
        "oldest": SINCE + timedelta(days=100 - task.pages),
        "state": BackfillState.RUNNING,
        "reason": None,
    }
    backfills.read(conn, task, onward=onward, now=after(minutes), **{**given, **facts})


def stands(conn: Connection, minutes: float = 0) -> Standing:
    (found,) = backfills.standing(conn, ["mfa"], after(minutes))
    return found


@pytest.fixture
def begun(conn: Connection) -> Connection:
    """A source without anything else to do, whose lists are to be paged back."""
    add(conn, "mfa")
    conn.execute(SOURCES.update().values(next_visit_at=after(10_000)))
    assert backfills.begin(conn, "mfa", SINCE, now=NOON) is Begun.NEW
    assert conn.execute(select(SOURCES.c.next_visit_at)).scalar() == NOON, "the latest is visited first"
    conn.execute(SOURCES.update().values(next_visit_at=after(10_000)))
    return conn


def test_page_after_page_until_there_is_none(begun: Connection) -> None:
    task = listed(begun)
    assert (task.url, task.pages, task.since, task.host) == (FIRST, 0, SINCE, "mfa.example")
    read(begun, task, "https://mfa.example/2")
    task = listed(begun)
    assert (task.url, task.pages) == ("https://mfa.example/2", 1)
    read(begun, task)
    done = stands(begun).backfill
    assert (done.state, done.pages, done.listed, done.found) == (BackfillState.ENDED, 2, 40, 6)
    assert (done.oldest, done.ended) == (SINCE + timedelta(days=99), NOON)
    assert claimed(begun) == ()


def test_what_another_has_read_meanwhile_changes_nothing(begun: Connection) -> None:
    task = listed(begun)
    read(begun, task, "https://mfa.example/2")
    read(begun, task, "https://mfa.example/other", found=50)
    backfills.missed(begun, task, reason="late", retry_at=None, now=NOON)
    done = stands(begun).backfill
    assert (done.waiting, done.found, done.state) == (("https://mfa.example/2",), 3, BackfillState.RUNNING)


def test_an_index_gives_several_pages_each_asked_once_at_its_own_host(begun: Connection) -> None:
    read(begun, listed(begun), "https://a.example/1", "https://b.example/2", "https://a.example/1", FIRST)
    hosts = []
    for _ in range(2):
        task = listed(begun)
        hosts.append(task.host)
        read(begun, task, FIRST)
    assert hosts == ["a.example", "b.example"]
    assert stands(begun).backfill.state is BackfillState.ENDED


def test_a_list_that_gives_the_same_again_leads_nowhere(begun: Connection) -> None:
    read(begun, listed(begun), "https://mfa.example/2", key=b"same")
    read(begun, listed(begun), "https://mfa.example/3", key=b"same")
    assert stands(begun).backfill.state is BackfillState.ENDED


def test_it_is_tried_again_then_stops_and_goes_on_when_asked(begun: Connection) -> None:
    read(begun, listed(begun), "https://mfa.example/2")
    backfills.missed(begun, listed(begun), reason="busy", retry_at=after(5), now=NOON)
    assert claimed(begun, 4) == ()
    task = listed(begun, 5)
    assert task.attempts == 1
    backfills.missed(begun, task, reason="still busy", retry_at=None, now=after(5))
    done = stands(begun).backfill
    assert (done.state, done.reason, done.ended) == (BackfillState.STOPPED, "still busy", after(5))
    assert claimed(begun, 100) == ()
    assert backfills.begin(begun, "mfa", SINCE, now=after(200)) is Begun.RESUMED
    task = listed(begun, 200)
    assert (task.url, task.attempts) == ("https://mfa.example/2", 0)


def test_done_stays_done_unless_it_is_to_go_farther_or_again(begun: Connection) -> None:
    task = listed(begun)
    read(begun, task, "https://mfa.example/2", state=BackfillState.REACHED)
    assert claimed(begun) == ()
    assert backfills.begin(begun, "mfa", SINCE, now=NOON) is Begun.DONE
    assert backfills.begin(begun, "mfa", SINCE + timedelta(days=9), now=NOON) is Begun.DONE
    farther = SINCE - timedelta(days=300)
    assert backfills.begin(begun, "mfa", farther, now=NOON) is Begun.RESUMED
    task = listed(begun)
    assert (task.url, task.since, task.pages) == (FIRST, farther, 1), "what was left out of it is wanted now"
    read(begun, task, state=BackfillState.RUNNING)
    assert stands(begun).backfill.state is BackfillState.ENDED
    assert backfills.begin(begun, "mfa", farther, now=NOON) is Begun.DONE
    assert backfills.begin(begun, "mfa", farther - timedelta(days=1), now=NOON) is Begun.NEW
    assert backfills.begin(begun, "mfa", SINCE, now=NOON, again=True) is Begun.NEW
    assert listed(begun).url == FIRST
    backfills.give_up(begun, "mfa")
    assert (claimed(begun), backfills.standing(begun, ["mfa"], NOON)) == ((), ())
    with pytest.raises(UnknownSource):
        backfills.begin(begun, "nobody", SINCE, now=NOON)


def test_it_is_due_while_another_has_the_host_but_not_while_the_host_asks_to_wait(begun: Connection) -> None:
    assert backfills.is_due(begun, ["mfa"], after(1))
    (task,) = claimed(begun)
    assert backfills.is_due(begun, ["mfa"], after(1))
    work.release(begun, task.host, "me", next_at=after(60))
    assert not backfills.is_due(begun, ["mfa"], after(1))
    assert backfills.is_due(begun, ["mfa"], after(60))
    assert not backfills.is_due(begun, ["other"], after(60))


def test_visits_and_pages_of_the_host_go_first(begun: Connection) -> None:
    tell(begun, [entry("one")])
    begun.execute(SOURCES.update().values(next_visit_at=NOON))
    kinds = []
    for _ in range(3):
        (task,) = claimed(begun)
        kinds.append(type(task))
        if isinstance(task, VisitTask):
            begun.execute(SOURCES.update().values(next_visit_at=after(900)))
        elif isinstance(task, ReadTask):
            keep(begun, task.article)
        work.release(begun, task.host, "me", next_at=NOON)
    assert kinds == [VisitTask, ReadTask, BackfillTask]


def test_a_round_that_does_not_page_leaves_it_alone(begun: Connection) -> None:
    assert claimed(begun, paging=False) == ()
    assert claimed(begun, slugs=["other"]) == ()
    assert work.next_due(begun, NOON) == NOON
    assert work.next_due(begun, NOON, paging=False) == after(10_000)
    assert len(claimed(begun, slugs=["mfa"])) == 1


def test_its_articles_are_read_where_the_source_is_switched_off_and_stand_in_their_time(
    begun: Connection,
) -> None:
    begun.execute(SOURCES.update().values(enabled=False))
    backfills.give_up(begun, "mfa")
    said = Published(datetime(2022, 12, 12, tzinfo=UTC).date())
    listing = announcing.Listing(
        "mfa", [entry("old", published=said)], NOON, None, backfill=True, brought=Brought.BACKFILL
    )
    announcing.announce_all(begun, [listing])
    backfills.begin(begun, "mfa", SINCE, now=NOON)
    assert (stands(begun).to_read, stands(begun, -1).later) == (1, 1)
    (task,) = claimed(begun)
    assert isinstance(task, ReadTask)
    (kept,) = told(begun)
    assert (kept.appeared.by, kept.brought) == (datetime(2022, 12, 12, 12, tzinfo=UTC), Brought.BACKFILL)
    keep(begun, kept.id)
    assert stands(begun).to_read == 0
    assert begun.execute(select(SOURCES.c.enabled)).scalar() is False

"""Claims: one task per host, oldest first, visits and pages in turn, several services at once."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection

from news.visit import History, Outcome, Validators, Visit
from news.work import ReadTask, VisitTask
from storage import articles, sources, visits, work
from storage.database import Database
from tests.databases import PostgresqlDatabases
from tests.storage.world import NOON, add, after, at_hour, entry, source, tell, told

LEASE = timedelta(minutes=10)


def claim(conn: Connection, minutes: float = 0, **facts: Any) -> list[str]:
    """What is handed out so many minutes after noon: sources by slug, pages by title."""
    known: dict[str, Any] = {"limit": 10, "holder": "me", "lease": LEASE}
    tasks = work.claim(conn, now=after(minutes), **{**known, **facts})
    return [task.entry.title if isinstance(task, ReadTask) else task.source.slug for task in tasks]


def held_back(conn: Connection, minutes: float, *named: Any) -> list[tuple[str, datetime, str | None]]:
    told = work.held_back(conn, after(minutes), *named)
    return [(held.slug, until, holder) for held, until, holder in told]


def visited(conn: Connection, slug: str, minutes: float, again: float, **facts: Any) -> None:
    visit = Visit(source=slug, at=after(minutes), outcome=Outcome.UNCHANGED)
    visits.record(conn, visit, next_visit_at=after(again), validators=Validators(**facts))


class TestVisits:
    def test_a_new_source_is_due_at_once_with_nothing_known(self, conn: Connection) -> None:
        add(conn, "mfa")
        [task] = work.claim(conn, now=NOON, limit=10, holder="me", lease=LEASE)
        assert task == VisitTask(source("mfa"), "mfa.example", NOON, Validators(), None, History(added=NOON))

    def test_a_later_one_brings_its_validators_byte_for_byte(self, conn: Connection) -> None:
        add(conn, "mfa")
        visited(conn, "mfa", 0, 15, etag=b'"caf\xe9"', last_modified=b"yesterday", body_hash=b"\0\1")
        assert claim(conn, 14.9) == []
        [task] = work.claim(conn, now=after(15), limit=10, holder="me", lease=LEASE)
        assert isinstance(task, VisitTask)
        assert task.validators == Validators(b'"caf\xe9"', b"yesterday", b"\0\1")
        assert (task.previous, task.due) == (NOON, after(15))

    def test_oldest_due_first_within_the_limit(self, conn: Connection) -> None:
        add(conn, "a", "b", "c")
        for slug, due in (("a", 3), ("b", 1), ("c", 2)):
            visited(conn, slug, 0, due)
        assert claim(conn, 5, limit=2) == ["b", "c"]

    def test_one_per_host(self, conn: Connection) -> None:
        add(conn, "mfa-en", "mfa-hy", "agency")
        assert claim(conn) == ["agency", "mfa-en"]
        assert claim(conn) == []
        visited(conn, "mfa-en", 0, 60)
        work.release(conn, "mfa.example", "me", next_at=after(1))
        assert claim(conn) == []
        assert claim(conn, 1) == ["mfa-hy"]

    def test_a_switched_off_source_is_left_alone(self, conn: Connection) -> None:
        add(conn, "mfa")
        tell(conn, [entry("talks")])
        sources.set_enabled(conn, "mfa", False, NOON)
        assert claim(conn) == []
        assert work.pending(conn, now=NOON) == (0, 0)
        assert work.next_due(conn, NOON) is None

    def test_only_the_named_sources(self, conn: Connection) -> None:
        add(conn, "mfa", "agency")
        tell(conn, [entry("talks")])
        assert claim(conn, slugs=["agency"]) == ["agency"]

    def test_a_port_makes_another_host(self, conn: Connection) -> None:
        assert sources.host_of("HTTP://A.Example:80/x") == "a.example"
        assert sources.host_of("https://a.example:8443/x") == "a.example:8443"
        assert sources.host_of("https://[2001:db8::1]/x") == "2001:db8::1"
        assert sources.host_of("nonsense") == sources.host_of("http://[bad") == ""


class TestLeases:
    def test_what_a_killed_service_held_is_handed_out_again(self, conn: Connection) -> None:
        add(conn, "mfa")
        assert claim(conn, holder="killed") == ["mfa"]
        assert claim(conn, 9.9, holder="next") == []
        assert claim(conn, 10, holder="next") == ["mfa"]

    def test_a_late_release_does_not_take_a_new_holder_s_lease(self, conn: Connection) -> None:
        add(conn, "mfa")
        claim(conn, holder="slow")
        claim(conn, 10, holder="next")
        work.release(conn, "mfa.example", "slow", next_at=after(10))
        assert claim(conn, 11) == []

    def test_a_start_that_is_alone_frees_all(self, conn: Connection) -> None:
        add(conn, "mfa", "agency")
        claim(conn)
        assert work.release_all(conn) == 2
        assert claim(conn) == ["agency", "mfa"]

    def test_a_round_asked_for_now_waits_for_what_the_host_asked(self, conn: Connection) -> None:
        add(conn, "mfa")
        claim(conn)
        visited(conn, "mfa", 0, 60)
        work.release(conn, "mfa.example", "me", next_at=after(30))
        sources.make_due(conn, ["mfa"], after(1))
        assert claim(conn, 1) == []
        assert work.next_due(conn, after(1)) == after(30)
        assert held_back(conn, 1) == [("mfa", after(30), None)]
        assert claim(conn, 30) == ["mfa"]

    def test_what_is_held_back_is_told_with_its_holder(self, conn: Connection) -> None:
        add(conn, "agency", "mfa", "paper")
        claim(conn, holder="other", slugs=["mfa"])
        assert held_back(conn, 1) == [("mfa", after(10), "other")]
        assert held_back(conn, 1, ["paper"]) == []
        assert held_back(conn, 10) == []


class TestPages:
    @pytest.fixture(autouse=True)
    def ministry(self, conn: Connection) -> None:
        add(conn, "mfa")
        visited(conn, "mfa", 0, 10_000)

    def test_an_announced_article_is_to_be_read(self, conn: Connection) -> None:
        said = entry(
            "talks", summary="S", content="C", author="A", language="en", published=at_hour(9), block=1
        )
        tell(conn, [said])
        [task] = work.claim(conn, now=NOON, limit=10, holder="me", lease=LEASE)
        assert task == ReadTask(told(conn)[0].id, source("mfa"), "mfa.example", said, 0, 0)

    def test_attempts_are_counted_before_the_try(self, conn: Connection) -> None:
        tell(conn, [entry("talks")])
        claim(conn)  # and killed
        [task] = work.claim(conn, now=after(10), limit=10, holder="me", lease=LEASE)
        assert isinstance(task, ReadTask)
        assert (task.attempts, task.crashes) == (1, 0)
        articles.postpone(conn, task.article, next_try_at=after(20), reason="died", crashed=True)
        work.release(conn, task.host, "me", next_at=after(10))
        assert claim(conn, 19) == []
        [task] = work.claim(conn, now=after(20), limit=10, holder="me", lease=LEASE)
        assert isinstance(task, ReadTask)
        assert (task.attempts, task.crashes) == (2, 1)

    def test_a_page_elsewhere_holds_that_host(self, conn: Connection) -> None:
        tell(conn, [entry("talks", link="https://CDN.example:8443/talks")])
        [task] = work.claim(conn, now=NOON, limit=10, holder="me", lease=LEASE)
        assert task.host == "cdn.example:8443"

    def test_an_item_without_a_page_of_its_own_has_no_link(self, conn: Connection) -> None:
        tell(conn, [entry("talks", link="https://mfa.example/")])
        [task] = work.claim(conn, now=NOON, limit=10, holder="me", lease=LEASE)
        assert isinstance(task, ReadTask)
        assert (task.host, task.entry.link) == ("mfa.example", None)

    def test_news_goes_before_a_first_visit_s_backlog(self, conn: Connection) -> None:
        tell(conn, [entry("old")], backfill=True)
        tell(conn, [entry("new")], 5)
        assert claim(conn, 5) == ["On new"]

    def test_visits_and_pages_take_turns_at_one_host(self, conn: Connection) -> None:
        tell(conn, [entry(f"n{number}") for number in range(10)])
        turns = []
        for minute in range(4):
            sources.make_due(conn, ["mfa"], after(minute))
            turns += claim(conn, minute)
            if turns[-1] != "mfa":
                [item] = [item for item in told(conn) if item.title == turns[-1]]
                articles.postpone(conn, item.id, next_try_at=after(500), reason="", crashed=False)
            work.release(conn, "mfa.example", "me", next_at=after(minute))
        assert turns == ["mfa", "On n0", "mfa", "On n1"]

    def test_many_hosts_with_pages_do_not_starve_visits(self, conn: Connection) -> None:
        tell(conn, [entry(f"n{number}", link=f"https://h{number}.example/x") for number in range(50)])
        add(conn, "a", "b")
        sources.make_due(conn, ["a", "b"], after(5))
        assert claim(conn, 5, limit=4) == ["a", "On n0", "b", "On n1"]

    def test_ten_thousand_pages_of_one_host_take_one_slot(self, conn: Connection) -> None:
        entries = [entry(f"n{number}") for number in range(10_000)]
        for start in range(0, 10_000, 200):
            tell(conn, entries[start : start + 200])
        add(conn, "agency")
        assert claim(conn) == ["agency", "On n0"]
        assert work.pending(conn, now=NOON) == (1, 10_000)


class TestNextDue:
    def test_is_the_earliest_moment_something_can_be_given(self, conn: Connection) -> None:
        assert work.next_due(conn, NOON) is None
        add(conn, "mfa", "agency")
        assert work.next_due(conn, NOON) == NOON
        visited(conn, "mfa", 0, 20)
        visited(conn, "agency", 0, 30)
        assert work.next_due(conn, NOON) == after(20)
        assert work.next_due(conn, NOON, ["agency"]) == after(30)
        assert work.next_due(conn, after(99)) == after(99)
        tell(conn, [entry("talks")], 5)
        assert work.next_due(conn, NOON) == after(5)

    def test_counts_leases(self, conn: Connection) -> None:
        add(conn, "mfa")
        claim(conn)
        assert work.next_due(conn, NOON) == NOON + LEASE

    def test_what_is_pending(self, conn: Connection) -> None:
        add(conn, "mfa", "agency")
        visited(conn, "agency", 0, 30)
        tell(conn, [entry("a"), entry("b")])
        assert work.pending(conn, now=NOON) == (1, 2)
        assert work.pending(conn) == (2, 2)
        assert work.pending(conn, ["agency"], now=after(30)) == (1, 0)


async def test_several_services_share_the_work_without_doing_any_twice(
    postgresql_databases: PostgresqlDatabases,
) -> None:
    url = postgresql_databases.fresh()
    services = [await Database.open(url) for _ in range(4)]

    def prepare(conn: Connection) -> None:
        add(conn, *(f"s{number}" for number in range(60)))
        tell(conn, [entry(f"n{n}", link=f"https://p{n}.example/x") for n in range(60)], slug="s0")

    async def work_through(database: Database, holder: str) -> list[str]:
        mine: list[str] = []
        while tasks := await database.write(work.claim, now=NOON, limit=5, holder=holder, lease=LEASE):
            mine += [task.host for task in tasks]
        return mine

    await services[0].write(prepare)
    shares = await asyncio.gather(*(work_through(each, f"holder {n}") for n, each in enumerate(services)))
    given = [host for share in shares for host in share]
    assert len(given) == len(set(given)) == 120
    for each in services:
        await each.close()

"""The planner over a real database, with words plain enough to read in a test."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import time, timedelta
from typing import Any, Concatenate, ParamSpec, TypeVar

import pytest
from sqlalchemy import Connection

from alerts import gathering
from alerts.planning import Composers, Planner
from news.errors import SubscriptionError, UnknownSubscription
from news.source import Tier
from news.telling import Alert, Digest, Message, Overflow, Rhythm, Schedule, Subscription, Told
from news.visit import Outcome, Visit
from storage import subscriptions, visits
from storage.database import Database
from tests.collector import Clock
from tests.databases import Databases
from tests.storage.telling_world import (
    DAILY,
    ledger,
    matched,
    planned,
    slots,
    subscribe,
    told_until,
    topic,
)
from tests.storage.world import NOON, add, after

P = ParamSpec("P")
T = TypeVar("T")


def plain_alert(alert: Alert) -> Message:
    about = ", ".join(each.topic for each in alert.findings)
    return Message(f"{alert.findings[0].article.title} ({about})", "", "")


def plain_overflow(overflow: Overflow) -> Message:
    titles = ", ".join(each.article.title for each in overflow.findings)
    return Message(f"{overflow.after:%H}h, beyond {overflow.cap}: {titles}", "", "")


def plain_digest(digest: Digest) -> Message:
    told = ", ".join(
        f"{each.topic}: {each.article.title}{' (late)' if each.late else ''}" for each in digest.findings
    )
    window = digest.window
    missed = f" +{window.missed}" if window.missed else ""
    troubles = "".join(f" !{each.source.slug}" for each in digest.coverage.troubles)
    text = f"{window.after:%d %H:%M} to {window.until:%d %H:%M}, {digest.coverage.sources} sources{troubles}"
    return Message(f"{window.slot}{missed}: {told or 'nothing new'}", text, "")


class Office:
    """A planner at work: the world it reads, the clock, and what it composed."""

    def __init__(self, database: Database, clock: Clock, per_hour: int = 3) -> None:
        self.database, self.clock = database, clock
        self.composed: list[object] = []
        self.composed_by_then: list[int] = []  # each time something was planned
        self.reached: list[str] = []
        self.planner = self.planner_of(database, per_hour)

    def planner_of(self, database: Database, per_hour: int) -> Planner:
        return Planner(
            database,
            Composers(self.noting(plain_digest), self.noting(plain_alert), self.noting(plain_overflow)),
            per_hour=per_hour,
            domain="wire.test",
            clock=self.clock,
            planned=lambda: self.composed_by_then.append(len(self.composed)),
            checkpoint=self.reached.append,
        )

    def noting(self, compose: Callable[[T], Message]) -> Callable[[T], Message]:
        def noted(told: T) -> Message:
            self.composed.append(told)
            return compose(told)

        return noted

    async def do(self, fn: Callable[Concatenate[Connection, P], T], *args: P.args, **kw: P.kwargs) -> T:
        return await self.database.write(fn, *args, **kw)

    async def subscribe(self, *topics: str, **facts: Any) -> Subscription:
        return await self.do(subscribe, *topics, minutes=self.minute, **facts)

    async def matched(self, name: str, *topics: str, **facts: Any) -> int:
        return await self.do(matched, name, *(topics or ("talks",)), minutes=self.minute, **facts)

    @property
    def minute(self) -> float:
        return (self.clock.now - NOON) / timedelta(minutes=1)

    async def at(self, minutes: float) -> None:
        self.clock.now = after(minutes)

    async def planned(self, kind: Told | None = None) -> list[tuple[int, str]]:
        return await self.database.read(planned, kind)

    async def subjects(self) -> list[str]:
        return [subject for _, subject in await self.planned()]


@pytest.fixture
async def office(sqlite_databases: Databases) -> AsyncIterator[Office]:
    """On SQLite: what differs on PostgreSQL is held by the tests of storage, and by `TestTwoPlanners`."""
    clock = Clock(NOON)
    database = await Database.open(sqlite_databases.fresh(), clock=clock)
    await database.write(furnish)
    yield Office(database, clock)
    await database.close()


def furnish(conn: Connection) -> None:
    add(conn, "mfa")
    topic(conn, "roads", "talks")


class TestAlerts:
    async def test_what_was_just_judged_is_on_its_way(self, office: Office) -> None:
        reader = await office.subscribe("talks", "roads")
        await office.subscribe("roads")
        article = await office.matched("a", "talks")
        assert await office.planner.plan_instant([article]) == 1
        assert await office.planned(Told.ALERT) == [(reader.id, "On a (talks)")]
        assert await office.planner.plan_instant([article]) == 0, "never twice"
        assert await office.planner.plan_instant() == 0

    async def test_all_topics_of_an_article_travel_in_one_message(self, office: Office) -> None:
        await office.subscribe("roads", "talks")
        article = await office.matched("a", "talks", "roads")
        assert await office.planner.plan_instant([article]) == 1
        assert await office.subjects() == ["On a (roads, talks)"]
        assert len(await office.database.read(ledger)) == 2

    async def test_a_message_is_composed_once_for_all_who_are_told_the_same(self, office: Office) -> None:
        for number in range(30):
            await office.subscribe("talks", recipient=f"{number}@one.test")
        there = await office.subscribe("talks", zone="Asia/Baku")
        articles = [await office.matched(name, "talks") for name in "ab"]
        assert await office.planner.plan_instant(articles) == 62
        assert len(office.composed) == 4, "two articles, in two zones"
        assert [number for number, _ in await office.planned()].count(there.id) == 2

    async def test_only_the_articles_named_are_looked_at(self, office: Office) -> None:
        await office.subscribe("talks")
        first, second = await office.matched("a"), await office.matched("b")
        assert await office.planner.plan_instant([second]) == 1
        assert await office.subjects() == ["On b (talks)"]
        assert await office.planner.plan_instant([]) == 0
        assert await office.planner.plan_instant([first, second]) == 1

    async def test_a_backlog_rings_nobody(self, office: Office) -> None:
        await office.subscribe("talks")
        article = await office.matched("a", silent=True)
        assert await office.planner.plan_instant([article]) == 0
        assert await office.planner.plan_instant() == 0

    async def test_nobody_is_told_of_what_was_judged_before_they_asked(self, office: Office) -> None:
        article = await office.matched("a")
        await office.at(1)
        await office.subscribe("talks")
        assert await office.planner.plan_instant([article]) == 0

    async def test_an_old_date_mutes_nothing(self, office: Office) -> None:
        """A ministry may post today what it says it said last week."""
        from datetime import date

        from news.article import Published
        from storage import announcing
        from storage.announcing import Listing
        from tests.storage.telling_world import found
        from tests.storage.world import entry, keep, told

        def posted(conn: Connection) -> int:
            old = entry("statement", published=Published(date(2026, 10, 26)))
            announcing.announce_all(conn, [Listing("mfa", [old], after(1), after=NOON, backfill=False)])
            [item] = told(conn)
            keep(conn, item.id)
            return found(conn, item.id, "talks")

        await office.subscribe("talks")
        await office.at(2)
        assert await office.planner.plan_instant([await office.do(posted)]) == 1

    async def test_a_sweep_finds_what_no_event_told_of(self, office: Office) -> None:
        await office.subscribe("talks")
        await office.matched("a")
        await office.at(300)
        assert await office.planner.plan_instant() == 1
        assert await office.planner.plan_instant() == 0
        await office.matched("b")
        assert await office.planner.plan_instant() == 1

    async def test_who_is_paused_is_told_nothing_and_may_catch_up(self, office: Office) -> None:
        first, second = await office.subscribe("talks"), await office.subscribe("talks")
        for each in (first, second):
            await office.do(subscriptions.pause, each.id, now=office.clock())
        article = await office.matched("a")
        assert await office.planner.plan_instant([article]) == 0
        await office.at(5000)
        await office.do(subscriptions.resume, first.id, now=office.clock())
        await office.do(subscriptions.resume, second.id, now=office.clock(), catch_up=True)
        assert await office.planner.plan_instant() == 1
        assert [number for number, _ in await office.planned()] == [second.id]

    async def test_a_poisonous_article_holds_up_no_other(self, office: Office) -> None:
        def choke(alert: Alert) -> Message:
            if "poison" in alert.findings[0].article.title:
                raise LookupError("cannot be said")
            return plain_alert(alert)

        await office.subscribe("talks")
        planner = Planner(
            office.database,
            Composers(plain_digest, choke, plain_overflow),
            per_hour=9,
            domain="wire.test",
            clock=office.clock,
        )
        articles = [await office.matched(name) for name in ("a", "poison", "b")]
        with pytest.raises(LookupError, match="cannot be said"):
            await planner.plan_instant(articles)
        assert await office.subjects() == ["On a (talks)", "On b (talks)"]


class TestTheCap:
    async def test_what_is_above_it_is_named_in_one_message_when_the_hour_ends(self, office: Office) -> None:
        reader = await office.subscribe("talks")
        articles = [await office.matched(name) for name in "abcdefg"]
        assert await office.planner.plan_instant(articles) == 3
        assert await office.planner.plan_instant(articles) == 0
        await office.at(59)
        assert await office.planner.plan_instant() == 0, "it waits for the hour to end"
        await office.at(60)
        assert await office.planner.plan_instant(articles) == 0, "the sweep's business"
        assert await office.planner.plan_instant() == 1
        assert await office.planned(Told.OVERFLOW) == [(reader.id, "12h, beyond 3: On d, On e, On f, On g")]
        assert len(await office.database.read(ledger)) == 7
        assert await office.planner.plan_instant() == 0

    async def test_the_next_hour_begins_anew(self, office: Office) -> None:
        await office.subscribe("talks")
        await office.planner.plan_instant([await office.matched(name) for name in "abcde"])
        await office.at(61)
        assert await office.planner.plan_instant([await office.matched("f")]) == 1
        assert await office.planner.plan_instant() == 1
        assert (await office.subjects())[3:] == ["On f (talks)", "12h, beyond 3: On d, On e"]

    async def test_nothing_is_dropped_in_a_flood_nor_after_a_long_stop(self, office: Office) -> None:
        await office.subscribe("talks", "roads")
        articles = [await office.matched(f"n{number}", "talks", "roads") for number in range(60)]
        assert await office.planner.plan_instant(articles) == 3
        await office.at(60 * 30)
        assert await office.planner.plan_instant() == 1
        assert len(await office.database.read(ledger)) == 120

    async def test_each_subscription_has_its_own(self, office: Office) -> None:
        await office.subscribe("talks")
        await office.subscribe("talks", "roads")
        articles = [await office.matched(name) for name in "abcd"]
        assert await office.planner.plan_instant(articles) == 6
        assert await office.planner.plan_instant([await office.matched("e", "roads")]) == 0


class TestDigests:
    async def test_it_comes_at_its_hour_with_all_that_was_found(self, office: Office) -> None:
        reader = await office.subscribe("talks", "roads", schedule=DAILY, zone="Asia/Baku")
        await office.at(10)
        await office.matched("a", "talks", "roads")
        await office.matched("b", "roads")
        assert await office.planner.plan_digests() == 0
        await office.at(16 * 60)
        assert await office.planner.plan_digests() == 1
        assert await office.planned(Told.DIGEST) == [
            (reader.id, "2026-11-03: talks: On a, roads: On a, roads: On b")
        ]
        assert await office.planner.plan_digests() == 0
        assert office.reached == ["digest due", "digest rendered"]
        assert await office.database.read(told_until, reader.id) == office.clock()

    async def test_every_article_is_in_exactly_one(self, office: Office) -> None:
        reader = await office.subscribe("talks", schedule=DAILY)
        for day in range(1, 6):
            await office.at(day * 1440 - 245)
            await office.matched(f"before{day}")
            await office.at(day * 1440 - 240)
            assert await office.planner.plan_digests() == 1
            await office.at(day * 1440 - 239)
            await office.matched(f"after{day}")
        told = await office.subjects()
        assert told == [
            "2026-11-03: talks: On before1",
            *(f"2026-11-0{day + 2}: talks: On after{day - 1}, talks: On before{day}" for day in range(2, 6)),
        ]
        assert await office.database.read(slots, reader.id) == [f"2026-11-0{day}" for day in range(3, 8)]

    async def test_announced_before_the_hour_and_judged_after_it_is_in_the_next_marked_late(
        self, office: Office
    ) -> None:
        await office.subscribe("talks", schedule=DAILY)
        eight = 20 * 60
        await office.at(eight)
        assert await office.planner.plan_digests() == 1
        await office.at(eight + 5)
        await office.matched("slow", announced=eight - 1)
        await office.matched("swift")
        for day in (1, 2):
            await office.at(eight + day * 1440)
            assert await office.planner.plan_digests() == 1
        assert await office.subjects() == [
            "2026-11-03: nothing new",
            "2026-11-04: talks: On slow (late), talks: On swift",
            "2026-11-05: nothing new",
        ]

    async def test_in_a_first_digest_nothing_is_late(self, office: Office) -> None:
        await office.at(10)
        await office.subscribe("talks", schedule=DAILY)
        await office.at(11)
        await office.matched("a", announced=5)
        await office.at(20 * 60)
        await office.planner.plan_digests()
        assert await office.subjects() == ["2026-11-03: talks: On a"]

    async def test_after_downtime_one_covers_the_span(self, office: Office) -> None:
        await office.subscribe("talks", schedule=DAILY)
        await office.matched("a")
        await office.at(20 * 60 + 3 * 1440 + 60)
        assert await office.planner.plan_digests() == 1
        assert await office.subjects() == ["2026-11-06 +3: talks: On a"]
        assert await office.planner.plan_digests() == 0

    async def test_nothing_found_is_said_unless_it_is_not_wanted(self, office: Office) -> None:
        loud = await office.subscribe("talks", schedule=DAILY)
        quiet = await office.subscribe("talks", schedule=DAILY, when_empty=False)
        await office.at(20 * 60)
        assert await office.planner.plan_digests() == 1
        assert await office.planned() == [(loud.id, "2026-11-03: nothing new")]
        assert await office.database.read(told_until, quiet.id) == office.clock()
        await office.at(20 * 60 + 30)
        await office.matched("a")
        assert await office.planner.plan_digests() == 0, "that day's hour is over"
        await office.at(20 * 60 + 1440)
        assert await office.planner.plan_digests() == 2
        assert (quiet.id, "2026-11-04: talks: On a") in await office.planned()

    async def test_it_says_what_was_looked_at_and_what_could_not_be_read(self, office: Office) -> None:
        def trouble(conn: Connection) -> None:
            add(conn, "agency", "radio")
            add(conn, "palace", tier=Tier.MUST_HAVE)
            add(conn, "closed", enabled=False)
            for slug in ("agency", "closed", "palace"):
                failed = Visit(slug, after(5), Outcome.FAILED, reason="no answer")
                visits.record(conn, failed, next_visit_at=after(20), validators=None)

        await office.do(trouble)
        await office.subscribe("talks", schedule=DAILY)
        await office.at(20 * 60)
        await office.planner.plan_digests()
        [digest] = office.composed
        assert isinstance(digest, Digest)
        assert digest.coverage.sources == 4
        assert [each.source.slug for each in digest.coverage.troubles] == ["palace", "agency"]
        assert digest.coverage.delivering.isdisjoint({"palace", "agency", "closed", "radio"}), "radio is new"

    async def test_an_outlet_delivers_where_one_of_its_ways_in_does(self, office: Office) -> None:
        def ways(conn: Connection) -> None:
            add(conn, "palace", tier=Tier.MUST_HAVE)
            add(conn, "palace-telegram", outlet="palace")
            for slug, outcome in (("palace", Outcome.FAILED), ("palace-telegram", Outcome.UNCHANGED)):
                visits.record(conn, Visit(slug, after(5), outcome), next_visit_at=after(20), validators=None)

        await office.do(ways)
        await office.at(20 * 60)
        coverage = await office.database.read(gathering.coverage, office.clock())
        assert [each.source.slug for each in coverage.troubles] == ["palace"]
        assert "palace" in coverage.delivering

    async def test_a_removed_topic_is_named_only_where_it_still_has_something(self, office: Office) -> None:
        from sqlalchemy import text

        await office.subscribe("talks", "roads", schedule=DAILY)
        await office.matched("a", "talks")
        await office.do(lambda conn: conn.execute(text("UPDATE topics SET removed = added")).rowcount)
        await office.at(20 * 60)
        await office.planner.plan_digests()
        [digest] = office.composed
        assert isinstance(digest, Digest)
        assert digest.topics == (("talks", "Talks"),)

    async def test_it_is_composed_once_for_all_who_are_told_the_same(self, office: Office) -> None:
        for number in range(12):
            topics = ("talks",) if number % 2 else ("talks", "roads")
            await office.subscribe(*topics, schedule=DAILY, recipient=f"{number}@one.test")
        await office.matched("a", "talks")
        await office.at(20 * 60)
        assert await office.planner.plan_digests() == 12
        assert len(office.composed) == 2

    async def test_different_hours_zones_and_pasts_are_different_digests(self, office: Office) -> None:
        await office.subscribe("talks", schedule=DAILY)
        await office.at(1)
        await office.subscribe("talks", schedule=DAILY)
        await office.subscribe("talks", schedule=DAILY, zone="Europe/London")
        await office.subscribe("talks", schedule=Schedule(Rhythm.DAILY, time(7)))
        await office.at(20 * 60)
        assert await office.planner.plan_digests() == 4
        assert len(office.composed) == 4

    async def test_a_clock_put_back_a_day_loses_nothing(self, office: Office) -> None:
        await office.subscribe("talks", schedule=DAILY)
        await office.at(20 * 60)
        await office.planner.plan_digests()
        await office.at(20 * 60 - 1440 + 300)
        await office.matched("again")
        for hour in range(0, 48):
            await office.at(hour * 60)
            await office.planner.plan_digests()
        assert await office.subjects() == ["2026-11-03: nothing new", "2026-11-04: talks: On again (late)"]

    async def test_one_that_cannot_be_composed_keeps_no_other_from_its_readers(self, office: Office) -> None:
        def choke(digest: Digest) -> Message:
            if digest.findings:
                raise LookupError("cannot be said")
            return plain_digest(digest)

        planner = Planner(
            office.database,
            Composers(choke, plain_alert, plain_overflow),
            per_hour=9,
            domain="wire.test",
            clock=office.clock,
        )
        await office.subscribe("talks", schedule=DAILY)
        other = await office.subscribe("roads", schedule=DAILY)
        await office.matched("a", "talks")
        await office.at(20 * 60)
        with pytest.raises(LookupError):
            await planner.plan_digests()
        assert await office.planned() == [(other.id, "2026-11-03: nothing new")]
        assert await office.planner.plan_digests() == 1


class TestByHand:
    async def test_a_preview_stores_nothing(self, office: Office) -> None:
        reader = await office.subscribe("talks", schedule=DAILY)
        await office.at(5)
        await office.matched("a")
        assert (await office.planner.preview(reader.id)).subject == "2026-11-03: talks: On a"
        assert await office.planned() == []
        assert await office.database.read(told_until, reader.id) is None

    async def test_sent_now_it_is_today_s_and_comes_no_second_time(self, office: Office) -> None:
        reader = await office.subscribe("talks", schedule=Schedule(Rhythm.DAILY, time(18)))
        await office.at(5)
        await office.matched("a")
        assert (await office.planner.send_digest(reader.id)).slot == "2026-11-02"
        await office.at(6)
        await office.matched("b")
        with pytest.raises(SubscriptionError, match=r"2026-11-02 was made already.*2026-11-03 18:00"):
            await office.planner.send_digest(reader.id)
        await office.at(6 * 60)
        assert await office.planner.plan_digests() == 0
        await office.at(30 * 60)
        assert await office.planner.plan_digests() == 1
        assert await office.subjects() == ["2026-11-02: talks: On a", "2026-11-03: talks: On b"]

    async def test_an_empty_one_is_sent_to_whoever_asks_for_it(self, office: Office) -> None:
        reader = await office.subscribe("talks", schedule=DAILY, when_empty=False)
        await office.planner.send_digest(reader.id)
        assert await office.subjects() == ["2026-11-02: nothing new"]

    async def test_what_has_none_is_said(self, office: Office) -> None:
        instant, paused = await office.subscribe("talks"), await office.subscribe("talks", schedule=DAILY)
        await office.do(subscriptions.pause, paused.id, now=NOON)
        for ask in (office.planner.preview, office.planner.send_digest):
            with pytest.raises(SubscriptionError, match="told at once"):
                await ask(instant.id)
            with pytest.raises(UnknownSubscription):
                await ask(99)
        with pytest.raises(
            SubscriptionError, match=f"paused. Run `wirewatch subscriptions resume {paused.id}`"
        ):
            await office.planner.send_digest(paused.id)
        assert (await office.planner.preview(paused.id)).subject == "2026-11-03: nothing new"


class TestTwoPlanners:
    async def test_on_one_database_tell_everything_once(self, databases: Databases) -> None:
        url, clock = databases.fresh(), Clock(NOON)
        here, there = await Database.open(url, clock=clock), await Database.open(url, clock=clock)
        await here.write(furnish)
        office, other = Office(here, clock), Office(there, clock)
        for number in range(4):
            await office.subscribe("talks", recipient=f"{number}@one.test")
            await office.subscribe("talks", recipient=f"{number}@one.test", schedule=DAILY)
        articles = [await office.matched(name) for name in "abcdef"]
        both = [office.planner, other.planner] * 2
        assert sum(await asyncio.gather(*(each.plan_instant(articles) for each in both))) == 12
        await office.at(60)
        assert sum(await asyncio.gather(*(each.plan_instant() for each in both))) == 4
        await office.at(20 * 60)
        assert sum(await asyncio.gather(*(each.plan_digests() for each in both))) == 4
        assert len(await here.read(ledger)) == 8 * 6
        await here.close()
        await there.close()


class TestWhatIsPlanned:
    """It is said at once, so that it can go out meanwhile."""

    async def test_is_said_before_the_next_digest_is_composed(self, office: Office) -> None:
        await office.do(topic, "gas")
        await office.subscribe("talks", schedule=DAILY)
        await office.subscribe("gas", schedule=DAILY)
        await office.matched("a", "talks", "gas")
        await office.at(20 * 60)
        assert await office.planner.plan_digests() == 2
        assert office.composed_by_then == [1, 2]

    async def test_is_said_of_alerts(self, office: Office) -> None:
        await office.subscribe("talks")
        await office.planner.plan_instant([await office.matched("a")])
        assert office.composed_by_then == [1]


async def test_readers_of_the_same_topics_share_one_composing(office: Office) -> None:
    """How long a thousand digests take is for `benchmarks.digests` to say."""
    names = [f"t{number}" for number in range(20)]
    await office.do(topic, *names)
    sets = [(names[number], names[(number + 1) % 20]) for number in range(20)]
    await office.do(many_readers, sets)
    await office.do(many_articles, names, 1000)
    await office.at(20 * 60)
    assert await office.planner.plan_digests() == 200
    digests = [each for each in office.composed if isinstance(each, Digest)]
    assert [len(each.findings) for each in digests] == [100] * 20


def many_readers(conn: Connection, sets: Sequence[tuple[str, ...]]) -> None:
    for number in range(200):
        subscribe(conn, *sets[number % 20], schedule=DAILY, recipient=f"{number}@one.test")


def many_articles(conn: Connection, topics: Sequence[str], count: int) -> None:
    """Each about one of the topics in turn."""
    from sqlalchemy import insert

    from storage.columns import table
    from storage.tables import ArticleRow, RevisionRow
    from storage.telling_tables import MatchRow

    span = {"field": "title", "start": 0, "end": 2, "form": "On", "term": "on"}
    same: dict[str, Any] = {"outlet": "mfa", "source": "mfa", "language": "en", "state": "read"}
    same |= {"backfill": False, "revision": 1, "host": "mfa.example", "attempts": 0, "crashes": 0}
    same |= {"fruitless": 0, "appeared_by": after(1)}
    rows = [{"id": number, "title": f"On {number}", **same} for number in range(1, count + 1)]
    conn.execute(insert(table(ArticleRow)), rows)
    revision = {"number": 1, "at": after(1), "text": "Words. " * 300, "origin": "page"}
    texts = [{"article": row["id"], "title": row["title"], **revision} for row in rows]
    conn.execute(insert(table(RevisionRow)), texts)
    match = {"topic_version": 1, "revision": 1, "analysis": 1, "judged_at": after(1), "silent": False}
    found = [
        {"topic": topics[row["id"] % len(topics)], "article": row["id"], "evidence": [span], **match}
        for row in rows
    ]
    conn.execute(insert(table(MatchRow)), found)

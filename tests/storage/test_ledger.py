"""What is planned is planned once: caps, races and pauses between reading and writing."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection

from news.telling import Hit, Message, Subscription, Told, Window
from storage import ledger, subscriptions, telling
from storage.database import Database
from storage.ledger import Edition, Telling
from tests.databases import Databases
from tests.storage.telling_world import (
    DAILY,
    matched,
    planned,
    slots,
    subscribe,
    told_until,
    topic,
)
from tests.storage.telling_world import ledger as rows
from tests.storage.world import NOON, add, after

WORDS = Message("About it", "About it.\n", "<p>About it.</p>")


@pytest.fixture
def world(conn: Connection) -> Connection:
    return made(conn)


def made(conn: Connection) -> Connection:
    add(conn, "mfa")
    topic(conn, "roads", "talks")
    return conn


def alert(subscription: Subscription, *articles: int, kind: Told = Told.ALERT) -> Telling:
    hits = tuple(Hit("talks", article, 1, 1, after(1)) for article in articles)
    return Telling(subscription, kind, WORDS, hits)


def plan(conn: Connection, *tellings: Telling, minutes: float = 2, per_hour: int = 3) -> int:
    return ledger.plan_alerts(conn, tellings, now=after(minutes), per_hour=per_hour, domain="d.test")


def window(slot: str = "2026-11-02", until: datetime | None = None) -> Window:
    return Window(slot, after(29), NOON, until or after(30))


def edition(*to: Subscription, articles: tuple[int, ...] = (), of: Window | None = None) -> Edition:
    hits = tuple(Hit("talks", article, 1, 1, after(1)) for article in articles)
    return Edition(to, of or window(), WORDS, hits, frozenset(hits[:1]))


def digest(conn: Connection, one: Edition, minutes: float = 30) -> int:
    return ledger.plan_digest(conn, one, now=after(minutes), domain="d.test")


class TestAlerts:
    def test_message_delivery_and_ledger_come_together(self, world: Connection) -> None:
        first, second = subscribe(world), subscribe(world)
        article = matched(world, "a", "talks")
        assert plan(world, alert(first, article), alert(second, article)) == 2
        assert planned(world) == [(first.id, "About it"), (second.id, "About it")]
        assert rows(world) == [(first.id, "talks", article), (second.id, "talks", article)]

    def test_what_was_told_meanwhile_is_told_no_more(self, world: Connection) -> None:
        one = subscribe(world)
        a, b, c = (matched(world, name, "talks") for name in "abc")
        assert plan(world, alert(one, a)) == 1
        assert plan(world, alert(one, a), alert(one, b), alert(one, b)) == 1
        assert plan(world, alert(one, b, c, kind=Told.OVERFLOW)) == 0
        assert plan(world, alert(one, c, kind=Told.OVERFLOW)) == 1
        assert len(rows(world)) == len(planned(world)) == 3

    def test_the_cap_holds_for_all_who_plan(self, world: Connection) -> None:
        one, other = subscribe(world), subscribe(world)
        articles = [matched(world, f"n{number}", "talks") for number in range(5)]
        assert plan(world, alert(one, articles[0])) == 1
        assert plan(world, *(alert(one, each) for each in articles[1:]), alert(other, articles[0])) == 3
        assert plan(world, alert(one, articles[4])) == 0
        assert plan(world, alert(one, articles[4], kind=Told.OVERFLOW)) == 1, "no alert, not counted"
        assert plan(world, alert(one, articles[3]), minutes=61) == 1, "another hour"

    def test_who_was_paused_or_removed_meanwhile_is_told_nothing(self, world: Connection) -> None:
        paused, removed = subscribe(world), subscribe(world)
        article = matched(world, "a", "talks")
        subscriptions.pause(world, paused.id, now=after(1))
        subscriptions.remove(world, removed.id, now=after(1))
        assert plan(world, alert(paused, article), alert(removed, article)) == 0
        assert plan(world) == 0
        assert rows(world) == []


class TestDigests:
    def test_one_for_each_who_is_told_the_same(self, world: Connection) -> None:
        readers = [subscribe(world, schedule=DAILY) for _ in range(3)]
        articles = tuple(matched(world, name, "talks") for name in "ab")
        assert digest(world, edition(*readers, articles=articles)) == 3
        assert planned(world, Told.DIGEST) == [(each.id, "About it") for each in readers]
        assert rows(world) == [(each.id, "talks", article) for each in readers for article in articles]
        assert {told_until(world, each.id) for each in readers} == {after(30)}
        assert [slots(world, each.id) for each in readers] == [["2026-11-02"]] * 3
        assert telling.told_slots(world, {(readers[0].id, "2026-11-02"), (readers[0].id, "2026-11-03")}) == {
            (readers[0].id, "2026-11-02")
        }
        assert telling.slots_of(world, readers[1].id) == {"2026-11-02"}

    def test_each_is_kept_as_it_was_sent(self, world: Connection) -> None:
        digest(world, edition(subscribe(world, schedule=DAILY)))
        [number] = world.exec_driver_sql("SELECT id FROM digests").scalars()
        assert telling.digest_as_sent(world, number) == WORDS

    def test_ledger_rows_lead_to_their_own_digest_and_delivery(self, world: Connection) -> None:
        readers = [subscribe(world, schedule=DAILY, recipient=f"{name}@one.test") for name in "abc"]
        digest(
            world, edition(*readers, articles=(matched(world, "a", "talks"), matched(world, "b", "talks")))
        )
        found = world.exec_driver_sql(
            "SELECT count(*) FROM ledger l JOIN deliveries d ON d.id = l.delivery AND d.digest = l.digest"
            " JOIN digests g ON g.id = l.digest"
            " WHERE g.subscription = l.subscription AND d.subscription = l.subscription AND g.articles = 2"
        )
        assert found.scalar_one() == 6
        late = world.exec_driver_sql("SELECT count(*) FROM ledger WHERE late")
        assert late.scalar_one() == 3

    def test_who_comes_second_plans_nothing(self, world: Connection) -> None:
        one, other = subscribe(world, schedule=DAILY), subscribe(world, schedule=DAILY)
        article = matched(world, "a", "talks")
        assert digest(world, edition(one, articles=(article,))) == 1
        assert digest(world, edition(one, other, articles=(article,), of=window(until=after(31)))) == 1
        assert slots(world, one.id) == slots(world, other.id) == ["2026-11-02"]
        assert told_until(world, one.id) == after(30), "the loser moves nothing"

    def test_a_slot_that_was_told_is_not_told_again(self, world: Connection) -> None:
        one = subscribe(world, schedule=DAILY)
        digest(world, edition(one))
        again = replace(one, told_until=after(30))
        assert digest(world, edition(again, of=window(until=after(99)))) == 0
        assert digest(world, edition(again, of=window("2026-11-03", after(1530)))) == 1

    def test_who_was_paused_meanwhile_is_told_nothing(self, world: Connection) -> None:
        one = subscribe(world, schedule=DAILY)
        subscriptions.pause(world, one.id, now=after(1))
        assert digest(world, edition(one)) == 0
        assert (planned(world), told_until(world, one.id)) == ([], None)

    def test_an_empty_one_that_is_not_wanted_ends_the_window_without_a_message(
        self, world: Connection
    ) -> None:
        one = subscribe(world, schedule=DAILY, when_empty=False)
        assert ledger.pass_over(world, (one,), window()) == 1
        assert ledger.pass_over(world, (one,), window(until=after(31))) == 0
        assert (planned(world), told_until(world, one.id)) == ([], after(30))


def test_a_sweep_is_noted_now_and_then(world: Connection) -> None:
    one = subscribe(world)
    for minutes, noted in ((5, 5), (10, 5), (16, 16), (-60, -60), (0, 0)):
        ledger.note_swept(world, [one.id], now=after(minutes))
        assert told_until(world, one.id) == after(noted), minutes


class TestTwoServicesOnOneDatabase:
    async def services(self, databases: Databases) -> tuple[Database, Database]:
        url = databases.fresh()
        return await Database.open(url), await Database.open(url)

    async def test_tell_each_article_once_and_keep_the_cap_together(self, databases: Databases) -> None:
        here, there = await self.services(databases)
        readers, articles = await here.write(crowd)
        tellings = [alert(reader, article) for article in articles for reader in readers]
        calls = [
            service.write(
                ledger.plan_alerts, tellings[start : start + 4], now=after(2), per_hour=3, domain="d.test"
            )
            for start in range(0, len(tellings), 4)
            for service in (here, there)
        ]
        assert sum(await asyncio.gather(*calls)) == len(readers) * 3
        kept = await here.read(rows)
        assert len(kept) == len(await there.read(planned)) == len(readers) * 3
        await here.close()
        await there.close()

    async def test_make_each_digest_once(self, databases: Databases) -> None:
        here, there = await self.services(databases)
        readers, articles = await here.write(crowd, digests=True)
        calls = [
            service.write(
                ledger.plan_digest,
                edition(*some, articles=articles, of=window(until=after(30) + timedelta(seconds=number))),
                now=after(30),
                domain="d.test",
            )
            for some in (readers, readers[::-1], readers[:2], readers[2:])
            for number, service in enumerate((here, there))
        ]
        assert sum(await asyncio.gather(*calls)) == len(readers)
        assert len(await here.read(rows)) == len(readers) * len(articles)
        assert len(await here.read(planned)) == len(readers)
        await here.close()
        await there.close()


def crowd(conn: Connection, digests: bool = False) -> tuple[tuple[Subscription, ...], tuple[int, ...]]:
    made(conn)
    readers = [subscribe(conn, schedule=DAILY if digests else None) for _ in range(4)]
    return tuple(readers), tuple(matched(conn, f"n{number}", "talks") for number in range(5))

"""What was removed on request between planning and sending is not sent; the rest of the message is."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import Connection

from news.telling import DeliveryState, Told
from storage import deliveries, removals
from storage.database import Database
from tests.alerts.test_planning import Office, furnish
from tests.collector import Clock
from tests.storage.telling_world import DAILY, ledger, slots
from tests.storage.world import NOON, after


@pytest.fixture
async def office(database_url: str) -> AsyncIterator[Office]:
    clock = Clock(NOON)
    database = await Database.open(database_url, clock=clock)
    await database.write(furnish)
    yield Office(database, clock)
    await database.close()


async def remove(office: Office, article: int) -> None:
    await office.do(removals.remove, article, reason="asked", at=office.clock())


async def test_a_digest_that_waits_is_made_anew_without_it(office: Office) -> None:
    reader = await office.subscribe("talks", schedule=DAILY)
    first, _ = await office.matched("a"), await office.matched("b")
    await office.at(20 * 60)  # the next morning at eight
    assert await office.planner.plan_digests() == 1
    await remove(office, first)
    assert await office.planned() == []
    await office.at(20 * 60 + 1)
    assert await office.planner.plan_digests() == 1
    assert await office.planned() == [(reader.id, "2026-11-03: talks: On b")]
    assert await office.planner.plan_digests() == 0
    assert await office.database.read(slots, reader.id) == ["2026-11-03"]
    assert len(await office.database.read(ledger)) == 1


async def test_a_digest_behind_a_later_one_gives_the_rest_to_the_next(office: Office) -> None:
    reader = await office.subscribe("talks", schedule=DAILY)
    first, _ = await office.matched("a"), await office.matched("b")
    for day in (1, 2):
        await office.at(20 * 60 + (day - 1) * 24 * 60)
        assert await office.planner.plan_digests() == 1
    await remove(office, first)
    await office.at(20 * 60 + 48 * 60)
    assert await office.planner.plan_digests() == 1
    assert (await office.planned())[-1] == (reader.id, "2026-11-05 +1: talks: On b")


async def test_an_overflow_message_is_made_anew_without_it(office: Office) -> None:
    reader = await office.subscribe("talks")
    several = [await office.matched(name) for name in "abcde"]
    assert await office.planner.plan_instant(several) == 3
    await office.at(60)
    assert await office.planner.plan_instant() == 1
    await remove(office, several[3])
    assert await office.planned(Told.OVERFLOW) == []
    assert await office.planner.plan_instant() == 1
    assert await office.planned(Told.OVERFLOW) == [(reader.id, "12h, beyond 3: On e")]
    assert await office.planner.plan_instant() == 0


async def test_what_goes_while_it_is_composed_is_not_told(office: Office) -> None:
    """The removal is committed between the words of a message and its planning."""
    await office.subscribe("talks")
    daily = await office.subscribe("talks", schedule=DAILY)
    first, second = await office.matched("a"), await office.matched("b")
    await office.at(20 * 60)
    from alerts import gathering

    due = await office.database.read(gathering.due_digests, office.clock())
    [draft] = await office.database.read(gathering.drafts, due, office.clock())
    await remove(office, first)
    coverage = await office.database.read(gathering.coverage, office.clock())
    made = await office.planner._plan_draft(draft, coverage, office.clock(), even_empty=False)
    assert (made, await office.database.read(slots, daily.id)) == (0, [])
    assert await office.planner.plan_digests() == 1
    assert await office.planner.plan_instant([first, second]) == 1
    assert sorted(await office.subjects()) == ["2026-11-03: talks: On b", "On b (talks)"]


async def test_all_who_share_a_message_are_seen_to(office: Office) -> None:
    """One had it, one waits for it: kept once, it goes from both."""
    for who in ("a@one.test", "b@one.test"):
        await office.subscribe("talks", recipient=who)
    article = await office.matched("a")
    assert await office.planner.plan_instant([article]) == 2

    def sent_to_one(conn: Connection) -> None:
        _, number = sorted(each.id for each in deliveries.all_deliveries(conn))
        deliveries.settle_sent(conn, number, answer="taken", now=after(1))

    await office.do(sent_to_one)
    await remove(office, article)
    states = {each.state for each in await office.database.read(deliveries.all_deliveries)}
    assert states == {DeliveryState.SENT, DeliveryState.FAILED}

"""The operator is told once when a source breaks, once when it recovers, and of all of them once a week."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import Connection, select

from alerts.reporting import Reporter
from news.telling import Message, Mode
from news.visit import Outcome
from storage import deliveries, sources, subscriptions
from storage.database import Database
from storage.deliveries import DELIVERIES
from tests.alerts.reported_and_killed import OPERATOR, Turn, furnish, turn, visit
from tests.collector import Clock
from tests.databases import Databases
from tests.processes import PROCESSES
from tests.storage.world import NOON

HOUR = timedelta(hours=1)
REFUSED = "the server refused us (403)"


class Desk:
    """A reporter at work, with what it told in order."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self.database, self.clock = database, clock
        self.reporter = Reporter(database, OPERATOR, clock=clock)

    async def visit(self, slug: str, outcome: Outcome, reason: str | None = None, times: int = 1) -> None:
        await self.database.write(visit, slug, outcome, self.clock.now, reason, times)

    async def told(self) -> list[Message]:
        sent = await self.database.read(deliveries.all_deliveries)
        assert {each.recipient for each in sent} <= {"it@one.test"}
        return [await self.database.read(words, each.message_id) for each in reversed(sent)]


def words(conn: Connection, message_id: str) -> Message:
    body = conn.execute(select(DELIVERIES.c.body).where(DELIVERIES.c.message_id == message_id)).scalar_one()
    return deliveries.message(conn, body)


@pytest.fixture
async def desk(database_url: str) -> AsyncIterator[Desk]:
    clock = Clock(NOON)
    database = await Database.open(database_url, clock=clock)
    await database.write(furnish)
    yield Desk(database, clock)
    await database.close()


async def test_a_break_and_a_recovery_are_told_once_each(desk: Desk) -> None:
    await desk.visit("agency", Outcome.UNCHANGED)
    assert not await desk.reporter.look()
    await desk.visit("mfa", Outcome.BLOCKED, REFUSED)
    assert not await desk.reporter.look(), "one refusal is no break"
    desk.clock.now += 6 * HOUR
    await desk.visit("mfa", Outcome.BLOCKED, REFUSED, times=2)
    assert await desk.reporter.look()
    assert not await desk.reporter.look(), "never twice"
    desk.clock.now += 6 * HOUR
    await desk.visit("mfa", Outcome.FAILED, "no answer", times=2)
    assert not await desk.reporter.look(), "another state of the same trouble is the same trouble"
    await desk.visit("mfa", Outcome.UNCHANGED)
    assert await desk.reporter.look()
    assert not await desk.reporter.look()
    broke, again = await desk.told()
    assert broke.subject == "Sources: mfa blocked"
    assert "refuses us (for 6 hours; 3 visits in a row" in broke.text
    assert "another way in" in broke.html
    assert again.subject == "Sources: mfa again fine"
    assert "was blocked since 2 Nov, 16:00" in again.text, "in the operator's zone"


async def test_what_changes_together_is_one_message(desk: Desk) -> None:
    for slug in ("mfa", "agency", "paper"):
        await desk.visit(slug, Outcome.FAILED, "no answer", times=4)
    assert await desk.reporter.look()
    [message] = await desk.told()
    assert message.subject == "Sources: 3 sources failing"
    assert message.text.index("mfa") < message.text.index("agency"), "must-have sources first"


async def test_one_that_is_switched_off_or_not_set_up_is_not_broken(desk: Desk) -> None:
    await desk.visit("paper", Outcome.SKIPPED, "paper: needs x.token. Set it.", times=5)
    assert not await desk.reporter.look()
    await desk.visit("agency", Outcome.FAILED, "no answer", times=4)
    await desk.database.write(sources.set_enabled, "agency", False, desk.clock.now)
    assert not await desk.reporter.look()


async def test_the_week_is_told_on_monday_morning(desk: Desk) -> None:
    """NOON is a Monday at 16 h in Yerevan: the first report is that of the next week."""
    await desk.visit("mfa", Outcome.FAILED, "no answer", times=4)
    await desk.visit("paper", Outcome.SKIPPED, "paper: needs x.token. Set it.")
    assert not await desk.reporter.report()
    desk.clock.now += timedelta(days=6, hours=15)
    assert not await desk.reporter.report(), "Monday, 7 h"
    desk.clock.now += 2 * HOUR
    assert await desk.reporter.report()
    assert not await desk.reporter.report()
    [message] = await desk.told()
    assert message.subject.startswith(
        "Sources, week to 9 Nov: 1 of 2 sources delivered; mfa failed since 2 Nov"
    )
    assert "paper is not set up yet" in message.text


async def test_the_operator_is_no_subscriber(desk: Desk) -> None:
    await desk.visit("mfa", Outcome.FAILED, "no answer", times=4)
    await desk.reporter.look()
    assert await desk.database.read(subscriptions.all_subscriptions) == ()
    assert await desk.database.read(subscriptions.listeners, Mode.DIGEST) == ()


async def test_two_services_tell_once(database_url: str) -> None:
    first, second = await Database.open(database_url), await Database.open(database_url)
    await first.write(furnish)
    await first.write(visit, "mfa", Outcome.FAILED, NOON, "no answer", 4)
    reporters = [Reporter(each, OPERATOR, clock=lambda: NOON) for each in (first, second)]
    told = await asyncio.gather(*(each.look() for each in reporters), return_exceptions=True)
    assert not [each for each in told if isinstance(each, BaseException)]
    assert len(await first.read(deliveries.all_deliveries)) == 1
    for each in (first, second):
        await each.close()


async def run(one: Turn) -> int | None:
    process = PROCESSES.Process(target=turn, args=(one,))
    process.start()
    await asyncio.to_thread(process.join, 60)
    return process.exitcode


@pytest.mark.parametrize("point", ["tell before commit", "tell after commit"])
async def test_kill_9_loses_and_repeats_nothing(sqlite_databases: Databases, point: str) -> None:
    url = sqlite_databases.fresh()
    database = await Database.open(url)
    await database.write(furnish)
    now = NOON
    for round_ in range(1, 3):
        await database.write(visit, "mfa", Outcome.FAILED, now, "no answer", 4)
        assert await run(Turn(url, now, point)) == -signal.SIGKILL
        assert await run(Turn(url, now)) == 0
        assert len(await database.read(deliveries.all_deliveries)) == 2 * round_ - 1
        await database.write(visit, "mfa", Outcome.UNCHANGED, now + HOUR)
        assert await run(Turn(url, now + HOUR, point)) == -signal.SIGKILL
        assert await run(Turn(url, now + HOUR)) == 0
        assert len(await database.read(deliveries.all_deliveries)) == 2 * round_
        now += timedelta(days=1)
    await database.close()

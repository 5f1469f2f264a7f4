"""kill -9 at every point of planning: each article is told once, in one digest and one alert or overflow."""

from __future__ import annotations

import asyncio
import signal
from collections import Counter
from datetime import timedelta

import pytest

from storage.database import Database
from tests.alerts.planned_and_killed import Plan, furnish, plan
from tests.processes import PROCESSES
from tests.storage.telling_world import ledger, planned, slots
from tests.storage.world import NOON

POINTS = [
    "plan_alerts before commit",
    "plan_alerts after commit",
    "digest due",
    "digest rendered",
    "plan_digest before commit",
    "plan_digest after commit",
]


async def run(one: Plan) -> int | None:
    process = PROCESSES.Process(target=plan, args=(one,))
    process.start()
    await asyncio.to_thread(process.join, 60)
    return process.exitcode


async def kill_again_and_again(url: str, point: str, times: int) -> None:
    """Each day three articles come and the planner is killed; an hour later another begins anew."""
    database = await Database.open(url)
    await database.write(furnish)
    for day in range(1, times + 1):
        now = NOON + timedelta(days=day)
        names = tuple(f"{day}-{number}" for number in range(3))
        assert await run(Plan(url, now, names, point)) == -signal.SIGKILL, f"{point} is passed"
        assert await run(Plan(url, now + timedelta(hours=1))) == 0
    assert await run(Plan(url, now + timedelta(hours=2))) == 0
    told = Counter(number for number, _, _ in await database.read(ledger))
    assert set(told.values()) == {3 * times}, "every article, to each of the four, once"
    for number in (1, 2, 3):
        made = await database.read(slots, number)
        assert made == [f"{NOON + timedelta(days=day):%Y-%m-%d}" for day in range(1, times + 1)]
    messages = Counter(number for number, _ in await database.read(planned))
    assert [messages[number] for number in (1, 2, 3)] == [times] * 3
    assert 2 * times <= messages[4] <= 3 * times
    await database.close()


@pytest.mark.parametrize("point", POINTS)
async def test_five_kills(database_url: str, point: str) -> None:
    await kill_again_and_again(database_url, point, 5)


@pytest.mark.soak
@pytest.mark.parametrize("point", POINTS)
async def test_fifty_kills(database_url: str, point: str) -> None:
    await kill_again_and_again(database_url, point, 50)

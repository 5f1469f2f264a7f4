"""kill -9 at every point of sending: nothing is lost, copies only where they cannot be avoided."""

from __future__ import annotations

import asyncio
import signal
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from news.telling import Delivery, DeliveryState
from storage import deliveries
from storage.database import Database
from tests.alerts.killed import Run, send
from tests.databases import SqliteDatabases
from tests.mailroom import MailRoom, mail_room
from tests.processes import PROCESSES
from tests.storage.world import NOON

# Between the dot and our commit nobody can know whether the server took it (RFC 1047).
UNAVOIDABLE = {"after the dot", "accepted", "settle_sent before commit"}
POINTS = [
    "claim before commit",
    "leased",
    "recipient given",
    "mid data",
    "after the dot",
    "accepted",
    "settle_sent before commit",
    "settle_sent after commit",
]


@dataclass
class Story:
    """A sender that is killed again and again, and the mail room outside of it, which sees all."""

    url: str
    room: MailRoom
    folder: Path
    now: datetime = NOON
    planned: int = 0
    poison: str | None = None
    codes: list[int] = field(default_factory=list)

    async def run(self, at: str | None, *recipients: str) -> int:
        """One run; its exit code, negative where it was killed. An hour passes, so every lease is over."""
        self.now += timedelta(hours=1)
        run = Run(self.url, self.room.port, self.folder, self.now, recipients, at, self.poison)
        process = PROCESSES.Process(target=send, args=(run,))
        process.start()
        await asyncio.to_thread(process.join, 60)
        assert process.exitcode is not None, f"{at}: still running after 60 s"
        self.codes.append(process.exitcode)
        return process.exitcode

    async def left(self) -> tuple[Delivery, ...]:
        database = await Database.open(self.url)
        try:
            return await database.read(deliveries.all_deliveries, limit=100_000)
        finally:
            await database.close()


async def kill_again_and_again(url: str, folder: Path, point: str, times: int) -> None:
    async with mail_room() as room:
        story = Story(url, room, folder)
        for turn in range(times):
            assert await story.run(point, f"{turn}@one.test") == -signal.SIGKILL, f"{point} is passed"
        assert await story.run(None) == 0
        left = await story.left()
        assert len(left) == times
        assert {delivery.state for delivery in left} == {DeliveryState.SENT}
        copies = Counter(room.received())
        assert set(copies) == {delivery.message_id for delivery in left}, "none lost, none of unknown origin"
        if point in UNAVOIDABLE:
            assert set(copies.values()) <= {1, 2}
        else:
            assert set(copies.values()) == {1}


@pytest.mark.parametrize("point", POINTS)
async def test_five_kills(database_url: str, tmp_path: Path, point: str) -> None:
    await kill_again_and_again(database_url, tmp_path, point, 5)


@pytest.mark.soak
@pytest.mark.parametrize("point", POINTS)
async def test_fifty_kills(database_url: str, tmp_path: Path, point: str) -> None:
    await kill_again_and_again(database_url, tmp_path, point, 50)


async def test_a_message_that_kills_is_parked_and_the_others_go(
    sqlite_databases: SqliteDatabases, tmp_path: Path
) -> None:
    async with mail_room() as room:
        story = Story(sqlite_databases.fresh(), room, tmp_path, poison="poison@one.test")
        others = [f"{n}@{n % 3}.test" for n in range(12)]
        await story.run(None, *others[:6], "poison@one.test", *others[6:])
        while story.codes[-1] != 0:
            assert len(story.codes) < 10
            await story.run(None)
        assert story.codes == [-signal.SIGKILL] * 3 + [0]
        states = {delivery.recipient: delivery.state for delivery in await story.left()}
        assert states.pop("poison@one.test") == DeliveryState.PARKED
        assert states == dict.fromkeys(others, DeliveryState.SENT)
        sent = {each.message_id for each in await story.left() if each.state == DeliveryState.SENT}
        assert set(room.received()) == sent

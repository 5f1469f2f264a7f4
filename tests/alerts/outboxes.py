"""An outbox of a test's own over a real database, with a clock the test moves."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from alerts.channels.channel import Channel, Means
from alerts.channels.registry import CHANNELS
from alerts.outbox import Flow, Outbox
from egress.smtp import MailLimits, MailServer
from news.telling import Delivery, DeliveryState
from storage import deliveries
from storage.database import Database
from tests.collector import Clock
from tests.mailroom import MailRoom
from tests.storage.post import plan
from tests.storage.world import NOON, after

SENDER = "wirewatch <wire@wire.test>"
QUICK = MailLimits(connect=2, command=1, accept=2)


def nothing(name: str) -> None:
    """Nobody waits at a checkpoint."""


async def until(seen: Callable[[], bool], seconds: float = 5.0) -> None:
    """Wait until something is seen, at most so many seconds."""
    async with asyncio.timeout(seconds):
        while not seen():  # noqa: ASYNC110 - what is waited for is on the other side of a socket
            await asyncio.sleep(0.01)


def means(room: MailRoom | None, folder: Path, **facts: Any) -> Means:
    server = MailServer("127.0.0.1", room.port, "none") if room else None
    known: dict[str, Any] = {
        "sender": "wire@wire.test",
        "folder": folder,
        "server": server,
        "allow": (),
        "hosts": {},
        "checkpoint": nothing,
        "limits": QUICK,
    }
    return Means(**{**known, **facts})


def built(given: Means) -> dict[str, Channel]:
    made = {name: build(given) for name, build in CHANNELS.items()}
    return {name: channel for name, channel in made.items() if channel is not None}


@dataclass
class Post:
    """A database with deliveries, and outboxes that drain it."""

    database: Database
    channels: Mapping[str, Channel]
    clock: Clock
    flow: Flow = field(default_factory=lambda: Flow(tick=0.2, patience=1.0))

    def outbox(self, holder: str = "one", **facts: Any) -> Outbox:
        known: dict[str, Any] = {
            "sender": SENDER,
            "clock": self.clock,
            "holder": holder,
            "checkpoint": nothing,
            "flow": self.flow,
        }
        database = facts.pop("database", self.database)
        return Outbox(database, facts.pop("channels", self.channels), **{**known, **facts})

    async def plan(self, *recipients: str, **facts: Any) -> tuple[int, ...]:
        minutes = (self.clock() - NOON).total_seconds() / 60
        return await self.database.write(plan, *recipients, minutes=minutes, **facts)

    async def get(self, delivery: int) -> Delivery:
        return await self.database.read(deliveries.get, delivery)

    async def sent(self, delivery: int, seconds: float = 10.0) -> Delivery:
        """Wait until it is sent, at most so many seconds."""
        async with asyncio.timeout(seconds):
            while (kept := await self.get(delivery)).state != DeliveryState.SENT:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        return kept

    async def states(self, ids: Iterable[int]) -> Counter[DeliveryState]:
        return Counter([(await self.get(each)).state for each in ids])

    async def all(self) -> tuple[Delivery, ...]:
        return await self.database.read(deliveries.all_deliveries, limit=100_000)


@asynccontextmanager
async def post(url: str, channels: Mapping[str, Channel], **flow: Any) -> AsyncIterator[Post]:
    clock = Clock(after(0))
    database = await Database.open(url, clock=clock)
    made = Post(database, channels, clock)
    if flow:
        made.flow = Flow(**{"tick": 0.2, "patience": 1.0, **flow})
    try:
        yield made
    finally:
        for channel in channels.values():
            await channel.close()
        await database.close()

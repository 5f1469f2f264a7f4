"""A sending process that is killed at a point it passes."""

from __future__ import annotations

import asyncio
import os
import signal
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from alerts.channels.channel import Channel
from alerts.outbox import Flow, Outbox
from egress.smtp import MailServer
from news.telling import Parcel
from storage import deliveries
from storage.database import Database
from tests.alerts.outboxes import SENDER, built, means
from tests.storage.post import plan


@dataclass(frozen=True)
class Run:
    """One run: first it sends what an earlier one left, then it plans `recipients` and sends to them.

    `at` says where it dies over these; None: it runs to its end. Over a message
    to `poison` it dies whenever it sends it.
    """

    url: str
    port: int
    folder: Path
    now: datetime
    recipients: tuple[str, ...] = ()
    at: str | None = None
    poison: str | None = None


class Killer:
    """A checkpoint that kills its own process once it is armed and passes a point."""

    def __init__(self, at: str | None) -> None:
        self._at = at
        self.armed = False

    def __call__(self, name: str) -> None:
        if self.armed and name == self._at:
            os.kill(os.getpid(), signal.SIGKILL)


class Poisoned:
    """A channel whose process does not outlive one recipient's message."""

    def __init__(self, channel: Channel, recipient: str) -> None:
        self._channel = channel
        self._recipient = recipient
        self.name = channel.name

    async def deliver(self, parcel: Parcel, raw: bytes) -> str:
        if parcel.recipient == self._recipient:
            await asyncio.sleep(0.05)
            os.kill(os.getpid(), signal.SIGKILL)
        return await self._channel.deliver(parcel, raw)

    async def close(self) -> None:
        await self._channel.close()


def send(run: Run) -> None:
    """A run in a process of its own."""
    asyncio.run(_send(run))


async def _send(run: Run) -> None:
    killer = Killer(run.at)
    database = await Database.open(run.url, clock=lambda: run.now, checkpoint=killer)
    server = MailServer("127.0.0.1", run.port, "none")
    given = means(None, run.folder, server=server, checkpoint=killer)
    channels = built(given)
    if run.poison:
        channels["smtp"] = Poisoned(channels["smtp"], run.poison)
    outbox = Outbox(
        database,
        channels,
        sender=SENDER,
        clock=lambda: run.now,
        holder=f"run {os.getpid()}",
        checkpoint=killer,
        flow=Flow(),
    )
    try:
        if run.url.startswith("sqlite"):  # sole service; on PostgreSQL the leases run out
            await database.write(deliveries.recover, now=run.now)
        await outbox.drain()
        await database.write(plan, *run.recipients)
        killer.armed = True
        await outbox.drain()
    finally:
        for channel in channels.values():
            await channel.close()
        await database.close()

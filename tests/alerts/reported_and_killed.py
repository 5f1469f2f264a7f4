"""A service that is killed while it tells the operator of sources."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from alerts.reporting import Operator, Reporter
from news.source import Tier
from news.visit import Outcome, Visit
from storage import visits
from storage.database import Database
from tests.alerts.killed import Killer
from tests.storage.world import add

OPERATOR = Operator("it@one.test", "smtp", "Asia/Yerevan", "wire.test")


@dataclass(frozen=True)
class Turn:
    """One turn of the job at `now`, in a process of its own; `at` says where it dies, None: nowhere."""

    url: str
    now: datetime
    at: str | None = None


def furnish(conn: Connection) -> None:
    add(conn, "mfa", tier=Tier.MUST_HAVE)
    add(conn, "agency", "paper")


def visit(
    conn: Connection, slug: str, outcome: Outcome, now: datetime, reason: str | None = None, times: int = 1
) -> None:
    """So many visits, the last of them at `now`, two hours apart."""
    for back in reversed(range(times)):
        made = Visit(slug, now - timedelta(hours=2 * back), outcome, reason=reason)
        visits.record(conn, made, next_visit_at=now, validators=None)


def turn(one: Turn) -> None:
    asyncio.run(_turn(one))


async def _turn(one: Turn) -> None:
    killer = Killer(one.at)
    database = await Database.open(one.url, clock=lambda: one.now, checkpoint=killer)
    killer.armed = True
    await Reporter(database, OPERATOR, clock=lambda: one.now).look()
    await database.close()

"""A planning process that is killed at a point it passes."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from alerts.composing.alert import compose_alert
from alerts.composing.digest import compose_digest
from alerts.composing.overflow import compose_overflow
from alerts.planning import Composers, Planner
from storage.database import Database
from tests.alerts.killed import Killer
from tests.storage.telling_world import DAILY, matched, subscribe, topic
from tests.storage.world import NOON, add

PER_HOUR = 2


@dataclass(frozen=True)
class Plan:
    """One run at `now`: articles called `names` were just judged; then all there is to tell is planned.

    `at` says where it dies over that; None: it runs to its end.
    """

    url: str
    now: datetime
    names: tuple[str, ...] = ()
    at: str | None = None


def furnish(conn: Connection) -> None:
    """Three who are told by digest, the same, and one who is told at once."""
    add(conn, "mfa")
    topic(conn, "talks")
    for name in "abc":
        subscribe(conn, "talks", schedule=DAILY, recipient=f"{name}@one.test")
    subscribe(conn, "talks", recipient="d@one.test")


def publish(conn: Connection, names: Sequence[str], now: datetime) -> list[int]:
    minutes = (now - NOON).total_seconds() / 60
    return [matched(conn, name, "talks", minutes=minutes) for name in names]


def plan(run: Plan) -> None:
    """A run in a process of its own."""
    asyncio.run(_plan(run))


async def _plan(run: Plan) -> None:
    killer = Killer(run.at)
    database = await Database.open(run.url, clock=lambda: run.now, checkpoint=killer)
    planner = Planner(
        database,
        Composers(compose_digest, compose_alert, compose_overflow),
        per_hour=PER_HOUR,
        domain="wire.test",
        clock=lambda: run.now,
        checkpoint=killer,
    )
    try:
        articles = await database.write(publish, run.names, run.now)
        killer.armed = True
        await planner.plan_instant(articles)
        await planner.plan_instant()
        await planner.plan_digests()
    finally:
        await database.close()

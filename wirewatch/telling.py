"""Builds what tells from the settings: the planner of alerts and digests, and the outbox beside it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from alerts.composing.alert import compose_alert
from alerts.composing.digest import compose_digest
from alerts.composing.overflow import compose_overflow
from alerts.planning import Composers, Planner
from alerts.reporting import Operator, Reporter
from crawler.parts import Parts
from scheduler.telling import Telling
from storage.database import Database, no_checkpoint
from wirewatch.settings import Settings
from wirewatch.wiring import default_channel, mail_address, outbox


def planner(
    settings: Settings,
    database: Database,
    *,
    clock: Callable[[], datetime],
    planned: Callable[[], object] = lambda: None,
    checkpoint: Callable[[str], None] = no_checkpoint,
) -> Planner:
    """The planner that speaks the words of `alerts.composing`."""
    return Planner(
        database,
        Composers(compose_digest, compose_alert, compose_overflow),
        per_hour=settings.alerts.per_hour,
        domain=mail_address(settings).rpartition("@")[2],
        clock=clock,
        planned=planned,
        checkpoint=checkpoint,
    )


def telling(settings: Settings, parts: Parts) -> Telling:
    """What the service tells with: planned and sent over its own database, by its clock."""
    database, clock, checkpoint = parts.database, parts.clock, parts.checkpoint
    post = outbox(settings, database, holder=parts.pace.holder, clock=clock, checkpoint=checkpoint)
    plans = planner(settings, database, clock=clock, planned=post.wake, checkpoint=checkpoint)
    return Telling(plans.plan_instant, plans.plan_digests, post.run, post.wake, post.stop)


def reporter(settings: Settings, parts: Parts, wake: Callable[[], object]) -> Reporter | None:
    """What tells the operator of the sources; None where none is named. `wake`: a message is planned."""
    if not settings.operator.email:
        return None
    operator = Operator(
        settings.operator.email,
        default_channel(settings),
        settings.time_zone,
        mail_address(settings).rpartition("@")[2],
    )
    return Reporter(parts.database, operator, clock=parts.clock, planned=wake)

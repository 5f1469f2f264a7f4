"""Puts the running service together: crew, telling, chores, and what it shows of itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial

from crawler.crew import crawl
from crawler.outcomes import AnyOutcome
from crawler.parts import Parts
from review.reindex import bring_up_to_date
from scheduler.health import Wellbeing
from scheduler.housekeeping import prune
from scheduler.jobs import Job
from scheduler.service import Service
from scheduler.status import Status
from scheduler.telling import Telling
from storage import changes
from storage.retention import Rules
from wirewatch.settings import Settings
from wirewatch.wiring import scrapy_settings


def serve(
    settings: Settings,
    parts: Parts,
    telling: Telling | None = None,
    *,
    observe: Callable[[AnyOutcome], None] = lambda outcome: None,
) -> tuple[Service, Status]:
    """The service and its status, neither started. `observe` is told of every outcome stored."""
    scrapy = scrapy_settings(settings)
    retention = retention_rules(settings)
    service = Service(
        parts,
        lambda dispatcher: crawl(parts, dispatcher, scrapy),
        telling=telling,
        chores=(
            Job(
                "reindex",
                timedelta(hours=1),
                partial(bring_up_to_date, parts.database, parts.judge),
                first=timedelta(seconds=10),
            ),
            Job(
                "retention",
                timedelta(days=1),
                partial(prune, parts.database, retention, parts.clock),
                first=timedelta(minutes=10),
            ),
            Job("status", timedelta(seconds=30), lambda: status.start()),
        ),
        watch=partial(changes.watch, settings.database_url, parts.database),
        observe=observe,
    )
    status = Status(settings.service.port, Wellbeing(service, parts, settings.data).answers())
    return service, status


def retention_rules(settings: Settings) -> Rules:
    """What the settings say about what goes, and when."""
    kept = settings.retention
    return Rules(pages=kept.pages_days, mails=kept.mails_days, unmatched=kept.unmatched_days)

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
from scheduler.learning import learn_rhythms, note_texts
from scheduler.service import Service
from scheduler.status import Status
from scheduler.telling import Telling
from storage import changes
from storage.retention import Rules
from wirewatch.settings import Settings
from wirewatch.telling import reporter
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
            *_health_jobs(settings, parts, telling),
        ),
        watch=partial(changes.watch, settings.database_url, parts.database),
        observe=observe,
    )
    status = Status(settings.service.port, Wellbeing(service, parts, settings.data).answers())
    return service, status


def _health_jobs(settings: Settings, parts: Parts, telling: Telling | None) -> tuple[Job, ...]:
    """What keeps the sources' rhythms, and tells the operator of them."""
    database, jobs = parts.database, []
    if telling and (told := reporter(settings, parts, telling.wake)):
        jobs = [
            Job("look at sources", timedelta(minutes=10), told.look, first=timedelta(minutes=5)),
            Job("report of the week", timedelta(minutes=30), told.report, first=timedelta(minutes=6)),
        ]
    return (
        Job("note texts", timedelta(minutes=10), partial(note_texts, database), first=timedelta(minutes=3)),
        Job(
            "learn rhythms",
            timedelta(hours=6),
            partial(learn_rhythms, database, parts.clock),
            first=timedelta(minutes=4),
        ),
        *jobs,
    )


def retention_rules(settings: Settings) -> Rules:
    """What the settings say about what goes, and when."""
    kept = settings.retention
    return Rules(pages=kept.pages_days, mails=kept.mails_days, unmatched=kept.unmatched_days)

"""Whether the service is well, and its figures: what `/healthz` and `/metrics` say."""

from __future__ import annotations

import asyncio
import shutil
import time
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from crawler.parts import Parts
from news.errors import StorageError
from scheduler.service import Service
from scheduler.status import Answers, Page, as_json
from storage import measures
from storage.measures import Measures

# Seconds for the database to answer a question that costs it nothing.
ANSWER = 3.0
# The dispatcher asks for work at least every half minute; a crew takes its time to be renewed.
LOOK = 180.0
# With less room on the disk than this it is time to say so.
ROOM = 100 * 1024 * 1024
# Figures are taken at most this often, however often they are asked for.
FRESH = 5.0
TEXT = "text/plain; version=0.0.4; charset=utf-8"


class Wellbeing:
    """Looks at a service when asked. `folder` is where its files lie."""

    def __init__(self, service: Service, parts: Parts, folder: Path) -> None:
        self._service = service
        self._parts = parts
        self._folder = folder
        self._taken: tuple[float, Measures] | None = None

    def answers(self) -> Answers:
        return {"/healthz": self.healthz, "/metrics": self.metrics}

    async def healthz(self) -> Page:
        """200 and `{"status": "ok", ...}`, or 503 with the reasons in words."""
        problems = await self._problems()
        found = {
            "status": "unwell" if problems else "ok",
            "reasons": problems,
            "looked_for_work_seconds_ago": round(self._idle(), 1),
            "free_bytes": shutil.disk_usage(self._folder).free,
        }
        return as_json(HTTPStatus.SERVICE_UNAVAILABLE if problems else HTTPStatus.OK, found)

    async def metrics(self) -> Page:
        """The figures in Prometheus' text format; those of the database only while it answers."""
        try:
            async with asyncio.timeout(ANSWER):
                taken = await self._measures()
        except (StorageError, TimeoutError):
            taken = None
        registry = CollectorRegistry(auto_describe=False)
        registry.register(_Figures([*self._own(), *(_of_database(taken) if taken else ())]))
        return Page(HTTPStatus.OK, TEXT, generate_latest(registry))

    async def _problems(self) -> list[str]:
        database, found = self._parts.database, []
        if database.trouble is not None:
            since = database.trouble.since.isoformat(timespec="seconds")
            found.append(f"fetching is suspended since {since}: {database.trouble.reason}")
        try:
            async with asyncio.timeout(ANSWER):
                await database.read_now(measures.answers)
        except StorageError as error:
            found.append(f"the database fails: {error.problem}")
        except TimeoutError:
            found.append(f"the database did not answer within {ANSWER:g} s")
        free = shutil.disk_usage(self._folder).free
        if free < ROOM:
            found.append(f"the disk is nearly full: {free // 2**20} MB left for {self._folder.name}")
        if self._idle() > LOOK:
            found.append(f"nothing looked for work for {self._idle():.0f} s")
        return found

    def _idle(self) -> float:
        return time.monotonic() - self._service.dispatcher.looked_at

    async def _measures(self) -> Measures:
        now = time.monotonic()
        if self._taken is None or now - self._taken[0] > FRESH:
            self._taken = now, await self._parts.database.read_now(measures.take, self._parts.clock())
        return self._taken[1]

    def _own(self) -> Iterable[Metric]:
        """What this process counted since it started."""
        service, database = self._service, self._parts.database
        yield _gauge(
            "suspended", "1 while the database fails and nothing is fetched", database.trouble is not None
        )
        yield _gauge("hosts_under_way", "Hosts worked on now", service.dispatcher.under_way)
        yield _gauge("units_waiting", "Units of work the writer has not taken up yet", database.units_waiting)
        yield _gauge("looked_for_work_seconds", "Since the dispatcher last asked for work", self._idle())
        yield _gauge("disk_free_bytes", "Room where the data lies", shutil.disk_usage(self._folder).free)
        yield _counted("visits", "Visits since the start, by outcome", "outcome", service.visits)
        yield _counted("pages", "Pages since the start: read or missed", "outcome", service.pages)


class _Figures(Collector):
    """Figures that are at hand: a registry of their own, nothing global."""

    def __init__(self, figures: Iterable[Metric]) -> None:
        self._figures = list(figures)

    def collect(self) -> Iterable[Metric]:
        return self._figures


def _of_database(taken: Measures) -> Iterable[Metric]:
    yield _gauge("articles", "Articles stored", taken.articles)
    yield _gauge("sources", "Enabled sources", taken.sources)
    yield _gauge("visits_due", "Visits that are due", taken.visits_due)
    yield _gauge("pages_waiting", "Pages that wait to be read", taken.pages_waiting)
    yield _gauge("due_lag_seconds", "How late the longest due source is", taken.due_lag)
    deliveries = GaugeMetricFamily("wirewatch_deliveries", "Deliveries by state", labels=["state"])
    for state, number in sorted(taken.deliveries.items()):
        deliveries.add_metric([state], number)
    yield deliveries
    latency = GaugeMetricFamily(
        "wirewatch_published_to_seen_seconds",
        "Of the last hour's articles that say when they were published",
        labels=["quantile"],
    )
    for quantile in (0.5, 0.9) if taken.latencies else ():
        at = min(len(taken.latencies) - 1, int(quantile * len(taken.latencies)))
        latency.add_metric([str(quantile)], taken.latencies[at])
    yield latency
    yield from _by_source(taken)


def _by_source(taken: Measures) -> Iterable[Metric]:
    """Of must-have sources alone: a label each is too much for ten thousand."""
    seen, told = (
        GaugeMetricFamily(f"wirewatch_source_{name}_seconds", meaning, labels=["source"])
        for name, meaning in (
            ("published_to_seen", "Median of a must-have source's items of the last day"),
            ("seen_to_told", "Median of the alerts about a must-have source's items of the last day"),
        )
    )
    for slug, latency in sorted(taken.of_source.items()):
        if latency.seen is not None:
            seen.add_metric([slug], latency.seen)
        if latency.told is not None:
            told.add_metric([slug], latency.told)
    broken = GaugeMetricFamily("wirewatch_sources_broken", "Sources told of as broken", labels=["state"])
    for state, number in sorted(taken.broken.items()):
        broken.add_metric([state], number)
    yield from (seen, told, broken)


def _gauge(name: str, meaning: str, value: float) -> Metric:
    return GaugeMetricFamily(f"wirewatch_{name}", meaning, value=float(value))


def _counted(name: str, meaning: str, label: str, counts: Mapping[str, int]) -> Metric:
    family: Any = CounterMetricFamily(f"wirewatch_{name}", meaning, labels=[label])
    for key, number in sorted(counts.items()):
        family.add_metric([key], number)
    return family  # type: ignore[no-any-return]

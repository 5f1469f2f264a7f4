"""How long it took: from the date an item bears until it was seen, from then until it was told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from typing import Any

from sqlalchemy import Connection, Select, bindparam, select

from news.telling import Told
from storage.columns import table
from storage.tables import SightingRow
from storage.telling_tables import DeliveryRow, LedgerRow

SIGHTINGS, LEDGER, DELIVERIES = table(SightingRow), table(LedgerRow), table(DeliveryRow)
# Of so many of a source's latest items at most.
SAMPLE = 20_000
FEW = 40
# Walks one index from its end and stops.
LATEST = (
    select(SIGHTINGS.c.published_at, SIGHTINGS.c.first_seen)
    .where(
        SIGHTINGS.c.source == bindparam("slug"),
        SIGHTINGS.c.first_seen > bindparam("since", type_=SIGHTINGS.c.first_seen.type),
        SIGHTINGS.c.published_at.is_not(None),
        SIGHTINGS.c.first_after.is_not(None),
    )
    .order_by(SIGHTINGS.c.first_seen.desc())
    .limit(FEW)
)


@dataclass(frozen=True, slots=True)
class Latency:
    """Of a source's items since a moment: medians in seconds, None where there is nothing to measure.

    `seen` is from the date an item bears (where it has an hour) until it was seen, `told` from then until
    the mail server took the alert about it; `items` and `alerts` are how many these are of.
    """

    seen: float | None = None
    items: int = 0
    told: float | None = None
    alerts: int = 0


def latencies(conn: Connection, slugs: Collection[str], since: datetime) -> dict[str, Latency]:
    """The latency of each of these sources with items first seen after `since`, backlogs left out."""
    seen = _by_source(conn.execute(_seen(slugs, since)))
    told = _by_source(conn.execute(_told(slugs, since)))
    return {
        slug: Latency(
            median(seen[slug]) if seen[slug] else None,
            len(seen[slug]),
            median(told[slug]) if told[slug] else None,
            len(told[slug]),
        )
        for slug in {*seen, *told}
    }


def lately(conn: Connection, slugs: Collection[str], since: datetime) -> dict[str, Latency]:
    """`latencies` for a list of many sources: of the latest FEW dated items of each, at most."""
    told = _by_source(conn.execute(_told(slugs, since)))
    found = {}
    for slug in slugs:
        rows = conn.execute(LATEST, {"slug": slug, "since": since}).all()
        seen = [(later - earlier).total_seconds() for earlier, later in rows]
        found[slug] = Latency(
            median(seen) if seen else None,
            len(seen),
            median(told[slug]) if slug in told else None,
            len(told.get(slug, ())),
        )
    return found


def _seen(slugs: Collection[str], since: datetime) -> Select[Any]:
    dated = select(SIGHTINGS.c.source, SIGHTINGS.c.published_at, SIGHTINGS.c.first_seen)
    return _lately(dated, slugs, since).where(SIGHTINGS.c.published_at.is_not(None))


def _told(slugs: Collection[str], since: datetime) -> Select[Any]:
    """Alerts only: a digest comes when it is due."""
    sent = select(SIGHTINGS.c.source, SIGHTINGS.c.first_seen, DELIVERIES.c.sent_at)
    sent = sent.join(LEDGER, LEDGER.c.article == SIGHTINGS.c.article)
    sent = sent.join(DELIVERIES, DELIVERIES.c.id == LEDGER.c.delivery)
    return _lately(sent, slugs, since).where(
        DELIVERIES.c.sent_at.is_not(None), DELIVERIES.c.kind == Told.ALERT
    )


def _lately(query: Select[Any], slugs: Collection[str], since: datetime) -> Select[Any]:
    here = SIGHTINGS.c.source.in_(sorted(slugs))
    return query.where(here, SIGHTINGS.c.first_seen > since, SIGHTINGS.c.first_after.is_not(None)).limit(
        SAMPLE
    )


def _by_source(rows: Iterable[Any]) -> dict[str, list[float]]:
    found: dict[str, list[float]] = defaultdict(list)
    for source, earlier, later in rows:
        found[source].append((later - earlier).total_seconds())
    return found

"""When to visit a source next: as often as it publishes, as seldom as its server asks."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from news.source import Source, Tier
from news.visit import History, Outcome, Wishes

DAY = 86400.0


@dataclass(frozen=True, slots=True)
class Pace:
    """The bounds of a tier, in seconds.

    `floor` is the shortest wait. `patience` is how long a feed's ttl or a
    `max-age` may hold a visit back: they say how long a copy may be kept, and
    caches in front of a site write a day or a week there for everything.
    `backoff` is the longest wait after failures.
    """

    floor: float
    patience: float
    backoff: float


PACES = {
    Tier.MUST_HAVE: Pace(floor=120.0, patience=3600.0, backoff=6 * 3600.0),
    Tier.USEFUL: Pace(floor=300.0, patience=3 * 3600.0, backoff=12 * 3600.0),
    Tier.BACKGROUND: Pace(floor=900.0, patience=12 * 3600.0, backoff=DAY),
}
# Visits for each arrival: an item is then seen after an eighth of the usual gap on average.
VISITS_PER_ARRIVAL = 4
# The hint weighs as much as two arrivals: the first batch does not decide alone, twenty do.
HINT_WEIGHT = 2
MOMENTS = 20
# A source that went quiet is still visited this many times less often than its hint at most.
SLOWEST = 12
# Sources of equal rhythm are drawn apart by up to a tenth of their wait, each by its own share.
SPREAD = 0.1


def next_visit(
    *, now: datetime, source: Source, history: History, wishes: Wishes, outcome: Outcome
) -> datetime:
    """When to come again (UTC) after a visit that ended at `now` with `outcome`.

    `history` is that before this visit, but for the arrivals it brought. The
    wait follows the arrivals within the bounds of tier and hint, doubles with
    each failure in a row, and is never longer than a day, unless the server
    said so: its `Retry-After` takes the place of the doubling, is never cut
    short (it was held to seven days when it was read), and is lengthened only
    to the wait there would be without failures.
    """
    pace = PACES[source.tier]
    usual = _rhythm(now, source, history, pace) * (1 + SPREAD * _share(source.slug))
    asked = min(max(wishes.max_age or 0.0, wishes.ttl or 0.0), pace.patience)
    wait = min(max(usual, asked), DAY)
    if wishes.retry_after is not None:
        wait = max(wait, wishes.retry_after)
    elif outcome not in (Outcome.NEW, Outcome.UNCHANGED):
        wait = max(wait, min(wait * 2.0 ** min(history.failures + 1, 16), pace.backoff))
    return now + timedelta(seconds=max(wait, wishes.spacing or 0.0))


def _rhythm(now: datetime, source: Source, history: History, pace: Pace) -> float:
    """Seconds between visits by the rate of arrivals, the hint standing in for those not yet seen.

    What arrived in one visit is one moment, so a burst is not a rhythm. The
    time since the latest counts as well: it slows a source that went quiet.
    """
    moments = sorted(set(history.arrivals), reverse=True)[:MOMENTS]
    oldest = moments[-1] if moments else history.added or now
    span = max((now - oldest).total_seconds(), 0.0)
    expected = HINT_WEIGHT * source.cadence * VISITS_PER_ARRIVAL
    gap = (expected + span) / (HINT_WEIGHT + len(moments))
    longest = min(SLOWEST * source.cadence, DAY)
    return max(min(gap / VISITS_PER_ARRIVAL, longest), pace.floor)


def _share(slug: str) -> float:
    """A number in [0, 1) that is always the same for a source."""
    return zlib.crc32(slug.encode()) / 2**32

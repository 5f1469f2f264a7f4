"""When to visit a source next: as often as it publishes and when it does, as seldom as its server asks."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from news.rhythm import Rhythm, week
from news.source import Source, Tier
from news.visit import GOOD, History, Outcome, Wishes

DAY = 86400.0
HOUR = 3600.0


@dataclass(frozen=True, slots=True)
class Pace:
    """The bounds of a tier, in seconds.

    `floor` is the shortest wait. `patience` is how long a feed's ttl or a
    `max-age` may hold a visit back: they say how long a copy may be kept, and
    caches in front of a site write a day or a week there for everything.
    `backoff` is the longest wait after failures. Of a source whose rhythm is
    known, `visits` is the least number of visits on an average day.
    """

    floor: float
    patience: float
    backoff: float
    visits: float


PACES = {
    Tier.MUST_HAVE: Pace(floor=120.0, patience=3600.0, backoff=6 * 3600.0, visits=40.0),
    Tier.USEFUL: Pace(floor=300.0, patience=3 * 3600.0, backoff=12 * 3600.0, visits=8.0),
    Tier.BACKGROUND: Pace(floor=900.0, patience=12 * 3600.0, backoff=DAY, visits=4.0),
}
# Visits for each arrival: an item is then seen after an eighth of the usual gap on average.
VISITS_PER_ARRIVAL = 4
# Of a source whose rhythm is known, arrivals are hours with news. Where many items come in an hour
# it is visited for each item so often, but a burst is not worth more than so many visits an hour.
VISITS_PER_ITEM = 1.5
VISITS_PER_BUSY_HOUR = 12
# The hint weighs as much as two arrivals: the first batch does not decide alone, twenty do.
HINT_WEIGHT = 2
MOMENTS = 20
# A source that went quiet is still visited this many times less often than its hint at most.
SLOWEST = 12
# Sources of equal rhythm are drawn apart by up to a tenth of their wait, each by its own share.
SPREAD = 0.1
# After a failure waits double from here on, or from the usual wait where that is shorter: whether a source
# that is visited twice a day is broken should be known the same day.
RETRY = 1800.0
# A visit that was not made costs nobody anything: whether it can be made now is looked at this often.
SET_UP = 3600.0


def next_visit(
    *, now: datetime, source: Source, history: History, wishes: Wishes, outcome: Outcome
) -> datetime:
    """When to come again (UTC) after a visit that ended at `now` with `outcome`.

    `history` is that before this visit, but for the arrivals it brought. The
    wait follows the rhythm, or without one the arrivals, within the bounds of
    tier and hint. After failures it doubles from half an hour on (or from the
    usual wait where that is shorter), and it is never longer than a day, unless the server
    said so: its `Retry-After` takes the place of the doubling, is never cut
    short (it was held to seven days when it was read), and is lengthened only
    to the wait there would be without failures.
    """
    pace = PACES[source.tier]
    if outcome is Outcome.SKIPPED:
        return now + timedelta(seconds=SET_UP)
    apart = 1 + SPREAD * _share(source.slug)
    usual = _usual(now, source, history, pace) * apart
    asked = min(max(wishes.max_age or 0.0, wishes.ttl or 0.0), pace.patience)
    wait = min(max(usual, asked), DAY)
    if wishes.retry_after is not None:
        wait = max(wait, wishes.retry_after)
    elif outcome not in GOOD:
        first = max(min(wait, RETRY * apart), pace.floor)
        wait = min(first * 2.0 ** min(history.failures + 1, 16), max(pace.backoff, first))
    return now + timedelta(seconds=max(wait, wishes.spacing or 0.0))


def _usual(now: datetime, source: Source, history: History, pace: Pace) -> float:
    longest = min(SLOWEST * source.cadence, DAY)
    if history.rhythm is not None:
        wait = _by_rhythm(now, source.zone, history.rhythm, pace, longest)
    else:
        wait = min(_gap(now, source, history) / VISITS_PER_ARRIVAL, longest)
    return max(wait, pace.floor)


def _by_rhythm(now: datetime, zone: str, rhythm: Rhythm, pace: Pace, longest: float) -> float:
    """Seconds until the next visit where an average day's visits are spread by the rhythm.

    In proportion to the square root of what is expected: so the mean delay is
    least for the number of visits.
    """
    arrivals = rhythm.per_day()
    items = rhythm.share * (rhythm.fewest + rhythm.most) / 2
    by_item = min(VISITS_PER_ITEM * items, VISITS_PER_BUSY_HOUR * arrivals)
    a_week = 7 * max(pace.visits, VISITS_PER_ARRIVAL * arrivals, by_item)
    hour, past = week(now, zone)
    roots = rhythm.roots
    each = a_week / sum(roots)
    left, wait, ends = 1.0, 0.0, HOUR - past
    while wait < longest:
        visits = each * roots[hour] / HOUR
        if visits * ends >= left:
            return min(wait + left / visits, longest)
        left -= visits * ends
        wait, hour, ends = wait + ends, (hour + 1) % len(roots), HOUR
    return longest


def _gap(now: datetime, source: Source, history: History) -> float:
    """Seconds between arrivals by their rate, the hint standing in for those not yet seen.

    What arrived in one visit is one moment, so a burst is not a rhythm. The
    time since the latest counts as well: it slows a source that went quiet.
    """
    moments = sorted(set(history.arrivals), reverse=True)[:MOMENTS]
    oldest = moments[-1] if moments else history.added or now
    span = max((now - oldest).total_seconds(), 0.0)
    expected = HINT_WEIGHT * source.cadence * VISITS_PER_ARRIVAL
    return (expected + span) / (HINT_WEIGHT + len(moments))


def _share(slug: str) -> float:
    """A number in [0, 1) that is always the same for a source."""
    return zlib.crc32(slug.encode()) / 2**32

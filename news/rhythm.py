"""When a source usually publishes, by weekday and hour, and how long it has been quiet before.

Learned from the hours in which something arrived. An hour counts once, however much came in it: a burst of
thirty items is one act of publishing. Quiet is measured in arrivals that were to be expected: a night at a
ministry weighs nothing, a Tuesday morning much. So a gap can be compared with all gaps there were
(the time-rescaling theorem, Brown et al. 2002, doi:10.1162/08997660252741149).
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import accumulate, pairwise
from statistics import median
from zoneinfo import ZoneInfo

from news.phrases import Phrase

HOURS = 168
# Learned from so many days back; from further back where these hold too few arrivals for a rhythm.
WINDOW = 84
FURTHEST = 182
ENOUGH = 30
# With less than this there is no rhythm yet: the hints of the source stand in.
LEAST_DAYS = 14
LEAST_ARRIVALS = 5
# An hour in which something always arrived weighs as if it did so this often: no day is quite like the last.
SUREST = 0.8
# How much each weekday and each hour borrows from all of them, in days: few weeks do not decide alone.
BORROWED = 0.2
# Gaps beyond so many expected arrivals make the tail; its excess is exponential (peaks over threshold,
# Pickands 1975), drawn towards that of a regular source until there are enough of them.
TAIL = 1.5
REGULAR_EXCESS = 0.35
REGULAR_WEIGHT = 3.0
SOME = 8
# The chance a month that a healthy source is quiet for longer than its limit. No limit is below LEAST, three
# times missed, and most of its slowest working day, one on which it publishes WORKING of an average day's:
# that an agency pauses for some hours is not yet worth a message.
CHANCE = 0.004
LEAST, OF_A_DAY, WORKING = 3.0, 0.65, 0.6
# What was learned from fewer days than this is less sure: limits rise up to so many times.
SURE_AFTER, UNSURE = 56, 2.5
MONTH = 30.4
EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class ArrivalDay:
    """A day (UTC) with arrivals: `hours` has bit h set for hour h (UTC), `items` is how much came."""

    day: date
    hours: int
    items: int


@dataclass(frozen=True, slots=True)
class Rhythm:
    """What is usual for a source.

    `rates` are 168 numbers, Monday 0 h first, in the source's zone: how many arrivals are to be expected in
    that hour of a week. `days` is how many days it was learned from. A quiet of more than `limit` expected
    arrivals is beyond chance. On a day with news there were usually `fewest` to `most` items (one day in ten
    has fewer, one more), `busiest` on the busiest; such a day comes `share` of all days.
    """

    rates: Sequence[float]
    days: int
    limit: float
    fewest: int
    most: int
    busiest: int
    share: float
    # Made of `rates`: their sums up to each hour of a week, those of the chances of any arrival in an hour,
    # and their square roots.
    sums: Sequence[float] = field(init=False, repr=False, compare=False)
    hours: Sequence[float] = field(init=False, repr=False, compare=False)
    roots: Sequence[float] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "sums", (0.0, *accumulate(self.rates)))
        chances = (-math.expm1(-rate) for rate in self.rates)
        object.__setattr__(self, "hours", (0.0, *accumulate(chances)))
        object.__setattr__(self, "roots", tuple(map(math.sqrt, self.rates)))

    def expected(self, after: datetime, now: datetime, zone: str, calm: Mapping[date, float]) -> float:
        """How many arrivals were to be expected after `after` up to `now`, at most just above `limit`.

        `calm` says of a day (UTC) how much of the usual its circle published, as on a public holiday.
        """
        first, last = _hour(after) + 1, _hour(now)
        shift, total = _shift(now, zone), 0.0
        while first < last and total <= self.limit:
            ends = min(last, first - first % 24 + 24)
            total += (self._up_to(ends + shift) - self._up_to(first + shift)) * calm.get(day_of(first), 1.0)
            first = ends
        part = now.timestamp() % 3600 / 3600 if last > _hour(after) else 0.0
        return total + part * self.rates[(last + shift) % HOURS] * calm.get(day_of(last), 1.0)

    def usual_day(self, day: date, zone: str, until: datetime | None = None) -> tuple[float, float]:
        """What is to be expected of that day (UTC), or of it before the hour of `until`: the chance of any
        arrival, and in how many hours there is one."""
        first = (day - EPOCH).days * 24
        last = first + 24 if until is None else min(max(_hour(until), first), first + 24)
        shift = _shift(datetime.combine(day, datetime.min.time(), UTC), zone)
        first, last = first + shift, last + shift
        weeks = last // HOURS - first // HOURS
        hours = weeks * self.hours[HOURS] + self.hours[last % HOURS] - self.hours[first % HOURS]
        return 1.0 - math.exp(self._up_to(first) - self._up_to(last)), hours

    def _up_to(self, hour: int) -> float:
        """The sum of the rates of all hours before `hour`, counted from a Monday's first."""
        weeks, within = divmod(hour, HOURS)
        return weeks * self.sums[HOURS] + self.sums[within]

    def per_day(self) -> float:
        """Expected arrivals a day, over a whole week."""
        return self.sums[HOURS] / 7

    def in_words(self) -> Phrase:
        """What is usual: "normally 3 to 9 a day", "normally 1 every 7 days"."""
        items = _range(self.fewest, self.most)
        if self.share < 0.35:
            every = max(2, round(1 / max(self.share, 0.005)))
            return Phrase.several(
                "normally {items} every {number} day",
                "normally {items} every {number} days",
                every,
                items=items,
            )
        return Phrase("normally {items} a day", items=items)


def learn(
    days: Iterable[ArrivalDay], *, zone: str, began: date, until: date, calm: Mapping[date, float]
) -> Rhythm | None:
    """The rhythm of a source visited since `began`, from its arrivals before `until` (days of UTC).

    None where that is less than two weeks or fewer than LEAST_ARRIVALS arrivals: no rhythm is known yet.
    `calm` as in `Rhythm.expected`.
    """
    past = sorted((each for each in days if began <= each.day < until), key=lambda each: each.day)
    for back in (WINDOW, FURTHEST):
        start = max(began, until - timedelta(days=back))
        seen = [each for each in past if each.day >= start]
        moments = [hour for each in seen for hour in _hours(each)]
        if len(moments) >= ENOUGH:
            break
    span = (until - start).days
    if span < LEAST_DAYS or len(moments) < LEAST_ARRIVALS:
        return None
    shift = _shift(datetime.combine(until, datetime.min.time(), UTC), zone)
    rates = _rates(moments, start, span, shift, calm)
    counts = sorted(each.items for each in seen)
    return Rhythm(
        rates=rates,
        days=span,
        limit=_limit(_gaps(moments, rates, shift, calm), span, _working_day(rates)),
        fewest=counts[len(counts) // 10],
        most=counts[(9 * len(counts)) // 10 if len(counts) > 1 else 0],
        busiest=counts[-1],
        share=len(counts) / span,
    )


def _rates(
    moments: Sequence[int], start: date, span: int, shift: int, calm: Mapping[date, float]
) -> array[float]:
    """Expected arrivals by hour of the week: a weekday's rate times an hour's share of a day."""
    by_day, by_hour, held = [0.0] * 7, [0.0] * 24, _held(start, span, calm)
    for moment in moments:
        weekday, hour = divmod((moment + shift) % HOURS, 24)
        by_day[weekday] += 1
        by_hour[hour] += 1
    usual = len(moments) / max(sum(held), 1.0)
    rates = array("f", bytes(4 * HOURS))
    profile = _smooth(by_hour)
    for weekday in range(7):
        a_day = (by_day[weekday] + BORROWED * usual) / (held[weekday] + BORROWED)
        for hour in range(24):
            rate = min(a_day * profile[hour], SUREST)
            rates[24 * weekday + hour] = -math.log1p(-rate)
    return rates


def _held(start: date, span: int, calm: Mapping[date, float]) -> list[float]:
    """How many Mondays there were, Tuesdays, ...: each by how calm it was, against what is usual of them.

    A Saturday on which an office is closed like on every Saturday is a whole one, a holiday is none.
    """
    held = []
    for weekday in range(7):
        first = (weekday - start.weekday()) % 7
        found = [calm.get(start + timedelta(days=back), 1.0) for back in range(first, span, 7)]
        usual = median(found) if found else 1.0
        held.append(sum(min(each / usual, 1.0) for each in found) if usual else float(len(found)))
    return held


def _smooth(counts: Sequence[float]) -> list[float]:
    """Shares of the hours of a day, each a little like its neighbours, none quite impossible."""
    total = sum(counts)
    near = [
        0.2 * counts[hour - 1] + 0.6 * counts[hour] + 0.2 * counts[(hour + 1) % 24] + 0.002 * total + 0.02
        for hour in range(24)
    ]
    whole = sum(near)
    return [each / whole for each in near]


def _gaps(
    moments: Sequence[int], rates: Sequence[float], shift: int, calm: Mapping[date, float]
) -> list[float]:
    """The expected arrivals between each two that followed one another, in order of length."""
    first = moments[0] - moments[0] % 24
    week = [*rates, *rates]
    so_far, sums = 0.0, [0.0]
    for day in range(first, moments[-1] + 1, 24):
        factor, start = calm.get(day_of(day), 1.0), (day + shift) % HOURS
        for rate in week[start : start + 24]:
            so_far += rate * factor
            sums.append(so_far)
    return sorted(sums[later - first] - sums[earlier + 1 - first] for earlier, later in pairwise(moments))


def _limit(gaps: Sequence[float], span: int, a_day: float) -> float:
    """The quiet, in expected arrivals, that a healthy source exceeds with CHANCE in a month."""
    excess = [gap - TAIL for gap in gaps if gap > TAIL]
    if len(gaps) >= SOME and excess:
        # An outage of the past is not the rule: the longest counts for no more than the others foretell.
        rest = excess[:-1]
        excess[-1] = min(excess[-1], (rest[-1] if rest else 0.0) + _scale(rest))
    scale = _scale(excess)
    beyond = (len(excess) + 0.5) / (len(gaps) + 1)
    a_month = max(len(gaps) / span * MONTH, 1.0)
    limit = max(TAIL + scale * math.log(max(a_month * beyond / CHANCE, 1.0)), LEAST + OF_A_DAY * a_day)
    return limit * (1.0 + (UNSURE - 1.0) * max(0.0, 1.0 - span / SURE_AFTER))


def _scale(excess: Sequence[float]) -> float:
    """The mean excess over TAIL."""
    return (sum(excess) + REGULAR_WEIGHT * REGULAR_EXCESS) / (len(excess) + REGULAR_WEIGHT)


def _working_day(rates: Sequence[float]) -> float:
    """What is expected on the slowest working day."""
    days = [sum(rates[24 * day : 24 * day + 24]) for day in range(7)]
    return min(day for day in days if day >= WORKING * sum(days) / 7)


def _hours(day: ArrivalDay) -> list[int]:
    first = (day.day - EPOCH).days * 24
    return [first + hour for hour in range(24) if day.hours >> hour & 1]


def _hour(moment: datetime) -> int:
    """Hours since 1970 (UTC)."""
    return int(moment.timestamp() // 3600)


@lru_cache(maxsize=4096)
def _date(days: int) -> date:
    return EPOCH + timedelta(days=days)


def day_of(hour: int) -> date:
    """The day (UTC) of an hour since 1970."""
    return _date(hour // 24)


def _shift(now: datetime, zone: str) -> int:
    """What leads from hours since 1970 (UTC) to hours of the week in `zone`, as its clocks stand at `now`.

    1970 began on a Thursday. Half hours are rounded; an hour of summer time more or less blurs no rhythm.
    """
    offset = now.astimezone(ZoneInfo(zone)).utcoffset() or timedelta(0)
    return 3 * 24 + round(offset.total_seconds() / 3600)


def week(now: datetime, zone: str) -> tuple[int, float]:
    """The hour of the week it is in `zone` (Monday 0 h: 0), and how many seconds of it are past."""
    hour, past = divmod(now.timestamp(), 3600)
    return (int(hour) + _shift(now, zone)) % HOURS, past


def _range(fewest: int, most: int) -> str:
    return Phrase("{fewest:,} to {most:,}", fewest=fewest, most=most) if most > fewest else f"{most:,}"

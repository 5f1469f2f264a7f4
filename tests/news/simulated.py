"""A year of sources that publish as real ones do, are visited by the real rules, and break in nine ways.

Nothing here knows how health decides. A source publishes by its kind, its country's working days and
holidays, weeks of crisis and of recess; its server hiccups, its pages vary. Faults are planted on top.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from news.cadence import next_visit
from news.circles import calm_on, calm_today, circle
from news.health import health
from news.rhythm import ArrivalDay, learn
from news.source import Kind, Source, Tier
from news.trace import Look
from news.visit import GOOD, History, Outcome, State, Visit, Wishes

START = datetime(2026, 2, 1, tzinfo=UTC)
# No fault is planted before rhythms are known.
SETTLED = timedelta(days=63)
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
LEARNED_EVERY = 3
FAULTS = (
    State.SLOW,
    State.SILENT,
    State.BLANK,
    State.BLOCKED,
    State.FAILING,
    State.GONE,
    State.STALE,
    State.FLOODING,
    State.CLOCK,
)
ZONES = {
    "AM": "Asia/Yerevan",
    "AZ": "Asia/Baku",
    "GE": "Asia/Tbilisi",
    "RU": "Europe/Moscow",
    "TR": "Europe/Istanbul",
    "IR": "Asia/Tehran",
    "US": "America/New_York",
    "BE": "Europe/Brussels",
}


def days(first: date, count: int) -> set[date]:
    return {first + timedelta(days=n) for n in range(count)}


# Public holidays of two days and more as they fell or fall from February 2026 to January 2027, simplified.
HOLIDAYS = {
    "AM": days(date(2026, 12, 31), 8) | days(date(2026, 4, 24), 1) | days(date(2026, 5, 28), 1),
    "AZ": days(date(2026, 3, 20), 7) | days(date(2026, 12, 31), 3) | days(date(2026, 5, 27), 2),
    "GE": days(date(2026, 4, 10), 4) | days(date(2027, 1, 1), 2) | days(date(2026, 5, 12), 1),
    "RU": days(date(2026, 12, 31), 10) | days(date(2026, 5, 1), 3) | days(date(2026, 5, 9), 3),
    "TR": days(date(2026, 3, 19), 4) | days(date(2026, 5, 26), 5) | days(date(2026, 10, 29), 1),
    "IR": days(date(2026, 3, 20), 14) | days(date(2026, 6, 4), 2),
    "US": days(date(2026, 11, 26), 4) | days(date(2026, 12, 24), 3) | days(date(2027, 1, 1), 1),
    "BE": days(date(2026, 12, 24), 11) | days(date(2026, 4, 3), 4) | days(date(2026, 5, 14), 2),
}
Calm = dict[str, dict[date, float]]


@dataclass(frozen=True)
class Manner:
    """A kind of rhythm: `often` items a day, in hours from `opens` to `closes`; on weekends and holidays by
    these factors. `burst`: items come together, so many at once. `weekly`: on one weekday, one item."""

    kind: Kind
    often: tuple[float, float]
    opens: int
    closes: int
    weekend: float
    holiday: float
    burst: int = 1
    every: int = 0
    tier: Tier = Tier.USEFUL
    silence: int = 168
    unsteady: float = 0.25


MANNERS: tuple[tuple[float, Manner], ...] = (
    (0.20, Manner(Kind.AGENCY, (25, 120), 7, 24, 0.6, 0.5, tier=Tier.USEFUL)),
    (0.08, Manner(Kind.AGENCY, (60, 150), 0, 24, 0.8, 0.7, tier=Tier.USEFUL)),
    (0.28, Manner(Kind.MINISTRY, (4, 9), 9, 19, 0.05, 0.03, tier=Tier.MUST_HAVE)),
    (0.07, Manner(Kind.GOVERNMENT, (3, 8), 9, 21, 0.5, 0.4, tier=Tier.MUST_HAVE)),
    (0.14, Manner(Kind.NEWSPAPER, (8, 30), 8, 22, 0.4, 0.3, tier=Tier.BACKGROUND)),
    (0.10, Manner(Kind.THINK_TANK, (1, 1), 9, 17, 0.0, 0.0, every=7, silence=24 * 24)),
    (0.06, Manner(Kind.IGO, (1.2, 2.5), 9, 18, 0.1, 0.1, burst=12, unsteady=0.4)),
    (0.04, Manner(Kind.THINK_TANK, (1, 1), 9, 17, 0.0, 0.0, every=14, silence=50 * 24)),
    (0.03, Manner(Kind.MOVEMENT, (6, 25), 8, 24, 0.9, 0.9, unsteady=0.5)),
)


@dataclass
class Outlet:
    """A source with all that nature has in store for it."""

    source: Source
    manner: Manner
    published: list[datetime]
    dated: bool
    late: float  # hours by which its dates may lie back
    rewrites: float  # the share of visits without news that find another list all the same
    seconds: float
    length: float
    hiccups: list[tuple[datetime, datetime, Outcome]]


@dataclass(frozen=True)
class Fault:
    state: State
    variant: int
    start: datetime
    due: datetime
    end: datetime


@dataclass(frozen=True)
class Report:
    slug: str
    at: datetime
    state: State
    reason: str


@dataclass
class Figures:
    """What came of it. `delays` are seconds from published to seen by kind, of sources with a rhythm."""

    reports: list[Report] = field(default_factory=list)
    faults: dict[str, Fault] = field(default_factory=dict)
    right: list[str] = field(default_factory=list)
    missed: list[tuple[str, Fault, Report | None]] = field(default_factory=list)
    false: list[Report] = field(default_factory=list)
    months: float = 0.0
    visits: Counter[str] = field(default_factory=Counter)
    delays: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))


def poisson(mean: float, random: Random) -> int:
    if mean > 50:
        return max(0, round(random.gauss(mean, math.sqrt(mean))))
    left, count = math.exp(-mean), 0
    chance = random.random()
    while chance > left:
        chance *= random.random()
        count += 1
    return count


def activity(country: str, day: date, manner: Manner, crises: set[date]) -> float:
    factor = 1.0
    if day in HOLIDAYS[country]:
        factor = manner.holiday
    elif day.weekday() >= 5:
        factor = manner.weekend
    if day.month == 8 and country in ("BE", "US") and manner.kind is not Kind.AGENCY:
        factor *= 0.6
    return factor * (2.2 if day in crises and not manner.every else 1.0)


def daily(mean: float, manner: Manner, random: Random) -> int:
    """How often it publishes on a day: an office "3 to 9 times", rarely not at all; media as it comes."""
    if manner.kind in (Kind.MINISTRY, Kind.GOVERNMENT) and mean >= 2:
        return 0 if random.random() < 0.001 else round(random.uniform(0.5, 1.5) * mean)
    steady = random.gammavariate(1 / manner.unsteady**2, manner.unsteady**2)
    return poisson(mean * steady, random)


def publications(
    manner: Manner, country: str, span: int, crises: set[date], random: Random
) -> list[datetime]:
    """The moments at which it publishes, in order."""
    zone, often = ZoneInfo(ZONES[country]), random.uniform(*manner.often)
    first, found = START.date(), []
    weekday, phase = random.randrange(5), random.randrange(max(manner.every // 7, 1))
    peak = random.uniform(manner.opens + 1, manner.closes - 1)
    for n in range(span):
        day = first + timedelta(days=n)
        factor = activity(country, day, manner, crises)
        midnight = datetime(day.year, day.month, day.day, tzinfo=zone)
        if manner.every:
            shifted = weekday + (random.random() < 0.15)
            turn = (n // 7) % (manner.every // 7) == phase and day.weekday() == min(shifted, 4)
            count = int(turn and factor > 0 and random.random() < 0.97)
        else:
            count = daily(often * factor, manner, random)
        for _ in range(count):
            hour = random.triangular(manner.opens, manner.closes, peak)
            moment = midnight + timedelta(hours=hour)
            items = random.randint(2, 2 * manner.burst) if manner.burst > 1 else 1
            found += [moment + timedelta(seconds=random.uniform(0, 1200)) for _ in range(items)]
    return sorted(moment.astimezone(UTC) for moment in found)


def hiccups(span: int, random: Random) -> list[tuple[datetime, datetime, Outcome]]:
    """Short troubles that nobody needs to hear of: a restart, a deployment, a passing refusal."""
    found, at = [], START
    while (at := at + timedelta(days=random.expovariate(1 / 18))) < START + timedelta(days=span):
        outcome = random.choices([Outcome.FAILED, Outcome.BLOCKED, Outcome.BLANK], [7, 2, 1])[0]
        lasts = timedelta(minutes=min(random.lognormvariate(2.5, 1.0), 90))
        found.append((at, at + lasts, outcome))
    return found


def outlets(count: int, span: int, random: Random) -> list[Outlet]:
    found = []
    crises = {
        country: {
            day
            for _ in range(3)
            for day in days(START.date() + timedelta(days=random.randrange(span)), random.randint(2, 9))
        }
        for country in ZONES
    }
    shares, manners = zip(*MANNERS, strict=True)
    for number in range(count):
        # Shares held to, not drawn: every run has all kinds.
        manner = manners[
            bisect_left([sum(shares[: n + 1]) for n in range(len(shares))], (number + 0.5) / count)
        ]
        country = list(ZONES)[number % len(ZONES)]
        slug = f"{manner.kind.name.lower()}-{number}"
        source = Source(
            slug=slug,
            outlet=slug,
            name=slug,
            kind=manner.kind,
            url=f"https://{slug}.example/feed",
            tier=manner.tier,
            zone=ZONES[country],
            country=country,
            silence=manner.silence,
        )
        outlet = Outlet(
            source,
            manner,
            publications(manner, country, span, crises[country], random),
            dated=random.random() < 0.8,
            late=random.choice([0, 0, 0, 0, 0.5, 3]),
            rewrites=random.choice([0, 0, 0, 0, 0.05, 0.4, 1]),
            seconds=random.lognormvariate(-0.3, 0.5),
            length=random.uniform(900, 4000),
            hiccups=hiccups(span, random),
        )
        found.append(outlet)
    return found


def third_planned(outlet: Outlet, start: datetime) -> datetime | None:
    """The third act of publishing after `start`; what comes within an hour of another is one act."""
    acts: list[datetime] = []
    for moment in outlet.published[bisect_right(outlet.published, start) :]:
        if not acts or moment - acts[-1] > HOUR:
            acts.append(moment)
        if len(acts) == 3:
            return moment
    return None


def may_have(outlet: Outlet, state: State, variant: int) -> bool:
    """Whether such a fault is one that shows at such a source at all."""
    lively = not outlet.manner.every and outlet.manner.burst == 1 and outlet.manner.often[0] >= 8
    if state is State.CLOCK:
        return outlet.dated and lively and outlet.late == 0
    if state is State.STALE:
        return outlet.rewrites < 0.3 if variant == 0 else outlet.dated and not outlet.manner.every
    if state is State.BLANK:
        return variant == 0 or lively
    return True


def planted(found: list[Outlet], count: int, span: int, random: Random) -> dict[str, Fault]:
    """`count` faults at as many sources, the nine states in turn, each state in both its variants."""
    faults: dict[str, Fault] = {}
    end = START + timedelta(days=span)
    order = list(found)
    random.shuffle(order)
    for number in range(count):
        state, variant = FAULTS[number % len(FAULTS)], number // len(FAULTS) % 2
        for outlet in order:
            if outlet.source.slug in faults or not may_have(outlet, state, variant):
                continue
            start = START + SETTLED + random.random() * (end - START - SETTLED - 10 * DAY)
            due = start + DAY
            if state in (State.SILENT, State.STALE):
                third = third_planned(outlet, start)
                if third is None or third > end - 4 * DAY:
                    continue
                due = third + DAY
            faults[outlet.source.slug] = Fault(state, variant, start, due, due + 2 * DAY)
            break
    return faults


class Life:
    """One source through the year: visited when the rules say so, with what the database would keep."""

    def __init__(self, outlet: Outlet, fault: Fault | None, random: Random) -> None:
        self.outlet, self.fault, self.random = outlet, fault, random
        self.next_at = START + timedelta(seconds=random.uniform(0, 900))
        self.past = History(added=START)
        self.days: dict[date, ArrivalDay] = {}
        self.seen_until = START - timedelta(days=30)
        self.known_until = self.seen_until
        self.hiccup = 0
        self.delays: list[float] = []
        self.visits = 0

    def faulty(self, now: datetime) -> State | None:
        fault = self.fault
        return fault.state if fault and fault.start <= now < fault.end else None

    def visit(self, now: datetime) -> None:
        outcome, seconds, new, newest, rewritten = self._answer(now)
        past = self.past
        visit = Visit(self.outlet.source.slug, now, outcome, seconds, new=new)
        due = next_visit(now=now, source=self.outlet.source, history=past, wishes=Wishes(), outcome=outcome)
        if outcome in GOOD:
            trace = past.trace.after(Look(now, past.last_good, new, rewritten, seconds, newest))
            arrivals = (now, *past.arrivals)[:50] if new else past.arrivals
            # Made anew instead of `replace`: most of a year's time went into copies.
            past = History(
                arrivals=arrivals,
                last=visit,
                last_good=now,
                added=past.added,
                trace=trace,
                rhythm=past.rhythm,
                lengths=past.lengths,
            )
        else:
            since = past.failing_since or now
            past = replace(past, last=visit, failures=past.failures + 1, failing_since=since)
        self.past, self.next_at, self.visits = past, due, self.visits + 1

    def _answer(self, now: datetime) -> tuple[Outcome, float, int, datetime | None, bool]:
        outlet, random, state = self.outlet, self.random, self.faulty(now)
        seconds = outlet.seconds * random.lognormvariate(0, 0.4) * (12 if random.random() < 0.002 else 1)
        trouble = {
            State.BLOCKED: Outcome.BLOCKED,
            State.FAILING: Outcome.FAILED,
            State.GONE: Outcome.GONE,
        }.get(state or State.FINE)
        if state is State.BLANK and self.fault and self.fault.variant == 0:
            trouble = Outcome.BLANK
        if state is State.SLOW:
            seconds += random.uniform(12, 40)
        trouble = trouble or self._hiccup(now)
        if trouble:
            return trouble, seconds, 0, None, False
        frozen = state is State.SILENT or (state is State.STALE and self.fault and self.fault.variant == 0)
        fresh = [] if frozen else self._fresh(now)
        if state is State.FLOODING:
            new = random.randint(60, 200) + len(fresh)
            return Outcome.NEW, seconds, new, now if outlet.dated else None, False
        if not fresh:
            again = random.random() < (1.0 if state is State.STALE else outlet.rewrites)
            return Outcome.UNCHANGED, seconds, 0, None, again
        self._arrive(now, fresh, state)
        return Outcome.NEW, seconds, len(fresh), self._newest(fresh, state), False

    def _fresh(self, now: datetime) -> list[datetime]:
        published = self.outlet.published
        first, last = bisect_right(published, self.seen_until), bisect_right(published, now)
        self.seen_until = now
        return published[first:last]

    def _hiccup(self, now: datetime) -> Outcome | None:
        troubles = self.outlet.hiccups
        while self.hiccup < len(troubles) and troubles[self.hiccup][1] <= now:
            self.hiccup += 1
        here = self.hiccup < len(troubles) and troubles[self.hiccup][0] <= now
        return troubles[self.hiccup][2] if here else None

    def _arrive(self, now: datetime, fresh: list[datetime], state: State | None) -> None:
        day, hour = now.date(), 1 << now.hour
        known = self.days.get(day, ArrivalDay(day, 0, 0))
        self.days[day] = ArrivalDay(day, known.hours | hour, known.items + len(fresh))
        short = state is State.BLANK
        lengths = [self._length(short) for _ in fresh][:40]
        self.past = replace(self.past, lengths=(*self.past.lengths, *lengths)[-40:])
        if self.past.rhythm and state is None:
            self.delays += [(now - moment).total_seconds() for moment in fresh]

    def _length(self, short: bool) -> int:
        if short:
            return self.random.randint(0, 120)
        brief = self.random.random() < 0.06
        return int(self.random.lognormvariate(math.log(self.outlet.length), 0.6) * (0.1 if brief else 1))

    def _newest(self, fresh: list[datetime], state: State | None) -> datetime | None:
        if not self.outlet.dated:
            return None
        newest = fresh[-1] - timedelta(hours=self.outlet.late * self.random.random())
        if state is State.CLOCK and self.fault:
            return newest + timedelta(hours=3 if self.fault.variant == 0 else -4)
        if state is State.STALE:
            return newest - timedelta(days=self.random.uniform(200, 900))
        return newest + timedelta(minutes=25) if self.random.random() < 0.01 else newest

    def learn(self, today: date, calm: dict[date, float]) -> None:
        rhythm = learn(
            self.days.values(),
            zone=self.outlet.source.zone,
            began=START.date() + DAY,
            until=today,
            calm=calm,
        )
        self.past = replace(self.past, rhythm=rhythm)


def simulate(*, sources: int, faults: int, span: int, seed: int) -> Figures:
    """Live through `span` days. Health is looked at every hour, where something is broken every ten minutes
    as the service does: it would find nothing sooner elsewhere."""
    random = Random(seed)
    found = outlets(sources, span, random)
    plan = planted(found, faults, span, random)
    figures = Figures(faults=plan, months=sources / 200 * span / 30.4)
    lives = [Life(each, plan.get(each.source.slug), Random(f"{seed} {each.source.slug}")) for each in found]
    calm: Calm = defaultdict(dict)
    told: dict[str, Report] = {}
    for number in range(span):
        today = START + number * DAY
        if number % LEARNED_EVERY == 0:
            for life in lives:
                life.learn(today.date(), calm[circle(life.outlet.source)])
        ailing = [life for life in lives if life.fault and life.fault.start < today + 2 * DAY]
        ailing = [life for life in ailing if life.fault and life.fault.end > today - DAY]
        for hour in range(24):
            now = today + hour * HOUR
            held = _calm(lives, now, calm)
            figures.reports += _look(lives, now, held, told)
            for minutes in range(10, 60, 10) if ailing else ():
                figures.reports += _look(ailing, now + timedelta(minutes=minutes), held, told)
        pasts = [(life.outlet.source, life.past) for life in lives]
        for among, share in calm_on(pasts, today.date(), _hours_of(lives, today.date())).items():
            calm[among][today.date()] = share
    _score(figures)
    for life in lives:
        figures.visits[life.outlet.source.slug] = life.visits
        figures.delays[life.outlet.source.slug] = life.delays
    return figures


def _calm(lives: list[Life], now: datetime, before: Calm) -> Calm:
    """Make the visits that are due by `now`, and see how calm it is."""
    for life in lives:
        while life.next_at <= now:
            life.visit(life.next_at)
    pasts = [(life.outlet.source, life.past) for life in lives]
    return calm_today(pasts, now, _hours_of(lives, now.date()), before)


def _hours_of(lives: list[Life], day: date) -> dict[str, int]:
    return {life.outlet.source.slug: life.days[day].hours.bit_count() for life in lives if day in life.days}


def _look(lives: list[Life], now: datetime, calm: Calm, told: dict[str, Report]) -> Iterator[Report]:
    """What is to be told of these at `now`."""
    for life in lives:
        while life.next_at <= now:
            life.visit(life.next_at)
        source = life.outlet.source
        state = health(source, life.past, now, calm.get(circle(source), {}))
        if state.state is State.FINE:
            told.pop(source.slug, None)
        elif state.sure and source.slug not in told:
            told[source.slug] = report = Report(source.slug, now, state.state, state.reason)
            yield report


def _score(figures: Figures) -> None:
    first: dict[str, Report] = {}
    for report in figures.reports:
        fault = figures.faults.get(report.slug)
        if fault and fault.start <= report.at <= fault.end + DAY:
            first.setdefault(report.slug, report)
        else:
            figures.false.append(report)
    for slug, fault in figures.faults.items():
        heard = first.get(slug)
        if heard and heard.state is fault.state and heard.at <= fault.due:
            figures.right.append(slug)
        else:
            figures.missed.append((slug, fault, heard))

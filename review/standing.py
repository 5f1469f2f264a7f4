"""How sources are: each with its health in words, its past days, its visits, and how fast its news comes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from news.circles import circle
from news.health import CALM, health
from news.phrases import Phrase
from news.source import Kind, Source, Tier
from news.visit import GOOD, MISSING, Health, History, Outcome, State, Visit
from storage import rhythms, sources, visits
from storage.database import Connection
from storage.latency import Latency, latencies
from storage.visits import DayOfVisits

# Latencies are those of the last week; so far back go days and visits of one source.
WEEK = timedelta(days=7)
DAYS, VISITS = 30, 2_000
PAUSED, CLIPPED = "paused", "clipped"
TROUBLED = "trouble"
TIERS = {tier: place for place, tier in enumerate(Tier)}


@dataclass(frozen=True, slots=True)
class Standing:
    """A source and how it does; `health` is None where it is not visited."""

    source: Source
    history: History
    health: Health | None

    @property
    def state(self) -> str:
        """A state of `news.visit.State`, or PAUSED, or CLIPPED for what was brought by hand."""
        if self.health is not None:
            return str(self.health.state)
        return CLIPPED if self.source.kind is Kind.CLIPPED else PAUSED

    @property
    def troubled(self) -> bool:
        """Whether there is something to see to."""
        return self.health is not None and self.health.state is not State.FINE

    @property
    def reason(self) -> str:
        """The state in words, and what to do about it."""
        if self.health is not None:
            return self.health.reason
        brought = self.source.kind is Kind.CLIPPED
        return Phrase("brought by hand, never visited") if brought else Phrase("switched off")

    @property
    def rank(self) -> tuple[int, int, str]:
        """Its place in a list: must-haves first, of a tier those that give nothing, then other trouble."""
        return TIERS[self.source.tier], self._urgency, self.source.slug

    @property
    def _urgency(self) -> int:
        if self.health is None:
            return 4 if self.source.kind is Kind.CLIPPED else 3
        if not self.troubled:
            return 2
        return 0 if self.health.state in MISSING else 1


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which sources are asked for; "" asks for any. `state` is a Standing's, or TROUBLED; `words` must all
    stand in name, slug, address or outlet."""

    state: str = ""
    kind: str = ""
    tier: str = ""
    country: str = ""
    outlet: str = ""
    language: str = ""
    words: str = ""

    def fits(self, each: Standing) -> bool:
        source = each.source
        facts = (self.kind, source.kind), (self.tier, source.tier), (self.outlet, source.outlet)
        country = (self.country, source.country or "")
        if any(asked and asked != found for asked, found in (*facts, country)):
            return False
        if self.language and self.language not in source.languages:
            return False
        said = source.name, source.slug, source.url, source.outlet, source.speaks_for or ""
        text = " ".join(said).casefold()
        if not all(word in text for word in self.words.casefold().split()):
            return False
        return not self.state or self.state == each.state or (self.state == TROUBLED and each.troubled)


@dataclass(frozen=True, slots=True)
class Spell:
    """Visits in a row with the same end, the latest first: from the first to the last of them."""

    outcome: Outcome
    began: datetime
    ended: datetime
    visits: int
    reason: str | None


@dataclass(frozen=True, slots=True)
class Insight:
    """One source with all that is known of how it does: its latest visits and the spells they make, the last
    days (the latest first), its latency over the last week, and how many visits are made a day."""

    standing: Standing
    visits: tuple[Visit, ...]
    spells: tuple[Spell, ...]
    days: tuple[DayOfVisits, ...]
    latency: Latency
    requests: float


def standings(conn: Connection, now: datetime) -> tuple[Standing, ...]:
    """Every source as it is at `now`, those to see to first (`Standing.rank`)."""
    pasts = visits.histories(conn)
    known = [(each, pasts[each.slug]) for each in sources.all_sources(conn)]
    calm = rhythms.calm_at(conn, [pair for pair in known if pair[0].enabled], now)
    found = (
        Standing(
            source,
            past,
            health(source, past, now, calm.get(circle(source), CALM)) if source.enabled else None,
        )
        for source, past in known
    )
    return tuple(sorted(found, key=lambda each: each.rank))


def insight(conn: Connection, slug: str, now: datetime) -> Insight:
    """One source in full. Raises UnknownSource."""
    source = sources.get(conn, slug)
    standing = next(each for each in standings(conn, now) if each.source.slug == source.slug)
    latest = visits.recent(conn, slug, VISITS)
    return Insight(
        standing,
        latest,
        spells(latest),
        visits.days(conn, slug, since=(now - timedelta(days=DAYS - 1)).astimezone(UTC).date()),
        latencies(conn, (slug,), now - WEEK).get(slug, Latency()),
        visits.requests_a_day(conn, slug, now),
    )


def spells(latest: Iterable[Visit]) -> tuple[Spell, ...]:
    """Visits, the latest first, as spells: good ones go together, whatever they found."""
    found: list[Spell] = []
    for visit in latest:
        outcome = Outcome.NEW if visit.outcome in GOOD else visit.outcome
        before = found[-1] if found else None
        if before is not None and before.outcome is outcome:
            found[-1] = Spell(outcome, visit.at, before.ended, before.visits + 1, before.reason)
        else:
            found.append(Spell(outcome, visit.at, visit.at, 1, visit.reason))
    return tuple(found)


def new_by_day(conn: Connection, slugs: Sequence[str], now: datetime, back: int) -> dict[str, list[int]]:
    """How much came of each source on each of the last `back` days (UTC), today last."""
    today = now.astimezone(UTC).date()
    days: list[date] = [today - timedelta(days=each) for each in reversed(range(back))]
    arrived = rhythms.arrivals(conn, slugs, since=days[0])
    return {
        slug: [{each.day: each.items for each in arrived.get(slug, ())}.get(day, 0) for day in days]
        for slug in slugs
    }

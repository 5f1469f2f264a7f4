"""Who keeps the same holidays, and on which days they kept them: so a quiet is not taken for a silence."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, date, datetime

from news.source import Kind, Source
from news.visit import History

# Media work through holidays on which offices are closed.
MEDIA = frozenset({Kind.AGENCY, Kind.BROADCASTER, Kind.NEWSPAPER})
# A day on which fewer of a circle published than this share of those expected to says nothing of one of them.
CALM = 0.5


def circle(source: Source) -> str:
    """The circle a source belongs to: those of a country, its offices and its media apart."""
    return f"{source.country or '-'} {'media' if source.kind in MEDIA else 'offices'}"


def calmness(expected: float, active: int) -> float:
    """How much is to be expected of a circle's sources on a day on which `active` published, `expected` to.

    The share that did, drawn towards all by one source and a half: where few are expected, few missing say
    little. Squared: where many are quiet, one that is quiet as well is little wonder; where most are, none.
    """
    share = (active + 1.5) / (expected + 1.5)
    return 0.0 if share < CALM else min(share * share, 1.0)


def calm_on(
    pasts: Iterable[tuple[Source, History]], day: date, active: Collection[str], until: datetime | None = None
) -> dict[str, float]:
    """`calmness` of every circle on a day (UTC), or on it up to `until`; `active` are the slugs of those at
    which something arrived. Sources without a known rhythm are left out."""
    expected: dict[str, float] = defaultdict(float)
    published: Counter[str] = Counter()
    for source, past in pasts:
        if past.rhythm is not None:
            among = circle(source)
            expected[among] += past.rhythm.chance_of_news(day, source.zone, until)
            published[among] += source.slug in active
    return {among: calmness(chance, published[among]) for among, chance in expected.items()}


def calm_today(
    pasts: Collection[tuple[Source, History]], now: datetime, before: Mapping[str, Mapping[date, float]]
) -> dict[str, dict[date, float]]:
    """The calm days of every circle, those `before` today and today as far as it went."""
    today = now.astimezone(UTC).date()
    midnight = datetime.combine(today, datetime.min.time(), UTC)
    active = {source.slug for source, past in pasts if (past.trace.arrival or midnight) > midnight}
    found = {among: dict(days) for among, days in before.items()}
    for among, calm in calm_on(pasts, today, active, now).items():
        found.setdefault(among, {})[today] = calm
    return found

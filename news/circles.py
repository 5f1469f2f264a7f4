"""Who keeps the same holidays, and on which days they kept them: so a quiet is not taken for a silence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime

from news.source import Kind, Source
from news.visit import History

# On a holiday offices are closed, papers are thin, and agencies work on; the rest keeps no country's days.
KINDS = {
    Kind.MINISTRY: "offices",
    Kind.GOVERNMENT: "offices",
    Kind.THINK_TANK: "offices",
    Kind.NEWSPAPER: "papers",
    Kind.AGENCY: "wires",
    Kind.BROADCASTER: "wires",
}
# A day on which fewer of a circle published than this share of those expected to says nothing of one of them.
CALM = 0.5
# Days differ: a source that published in its usual hours divided by this published as usual.
ENOUGH = 1.25
# As no source counts for more than one, even on an ordinary day this share of those expected did.
ORDINARY = 0.85


def circle(source: Source) -> str:
    """The circle a source belongs to: those of a country that keep the same days."""
    return f"{source.country or '-'} {KINDS.get(source.kind, 'others')}"


def calmness(expected: float, published: float) -> float:
    """How much is to be expected of a circle's sources on a day: as many as `published` did, of `expected`.

    The share that did, of that of an ordinary day, drawn towards all by one source and a half: where few are
    expected, few missing say little. Squared: where many are quiet, one that is quiet as well is little
    wonder; where most are, none.
    """
    share = (published + 1.5) / (expected + 1.5) / ORDINARY
    return 0.0 if share < CALM else min(share * share, 1.0)


def calm_on(
    pasts: Iterable[tuple[Source, History]],
    day: date,
    hours: Mapping[str, int],
    until: datetime | None = None,
) -> dict[str, float]:
    """`calmness` of every circle on a day (UTC), or on it up to `until`.

    `hours` says in how many hours of it something arrived, by slug. A source that published in fewer hours
    than usual counts in part. Those without a known rhythm are left out.
    """
    expected: dict[str, float] = defaultdict(float)
    published: dict[str, float] = defaultdict(float)
    for source, past in pasts:
        if past.rhythm is not None:
            among = circle(source)
            chance, usual = past.rhythm.usual_day(day, source.zone, until)
            expected[among] += chance
            if usual:
                published[among] += chance * min(1.0, ENOUGH * hours.get(source.slug, 0) / usual)
    return {among: calmness(chance, published[among]) for among, chance in expected.items()}


def calm_today(
    pasts: Iterable[tuple[Source, History]],
    now: datetime,
    hours: Mapping[str, int],
    before: Mapping[str, Mapping[date, float]],
) -> dict[str, dict[date, float]]:
    """The calm days of every circle: those `before` today, and today so far; `hours` are today's."""
    today = now.astimezone(UTC).date()
    found = {among: dict(days) for among, days in before.items()}
    for among, calm in calm_on(pasts, today, hours, now).items():
        found.setdefault(among, {})[today] = calm
    return found

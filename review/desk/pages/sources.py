"""Sources: how all of them are at a glance, one of them in full, and what is done to one at once."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from datetime import date
from typing import Annotated, Any
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from news.article import Article
from news.people import Change
from news.people import Role as May
from news.source import Tier
from review import tending
from review.catalogue import block_of
from review.desk.admission import ANALYST, READER, Who
from review.desk.parts import DeskParts
from review.desk.rendering import render
from review.desk.shapes import bars, week
from review.desk.source_forms import KINDS, TIERS
from review.standing import DAYS, WEEK, Insight, Standing, Wanted, insight, new_by_day, standings
from storage import articles, audit
from storage.database import Connection
from storage.latency import Latency, lately
from storage.visits import DayOfVisits

router = APIRouter()
HERE = "/sources"
# Sources on one page; days whose new items are shown of each.
PAGE, BACK = 100, 14
LATELY, SPELLS, CHANGES = 12, 14, 8


async def wanted(
    state: str = "",
    kind: str = "",
    tier: str = "",
    country: str = "",
    outlet: str = "",
    language: str = "",
    words: str = "",
) -> Wanted:
    """The filters as they stand in the address."""
    given = (state, kind, tier, country, outlet, language, words)
    return Wanted(*(each.strip()[:200] for each in given))


Filters = Annotated[Wanted, Depends(wanted)]


@router.get(HERE, dependencies=[READER])
async def all_of_them(
    request: Request, desk: DeskParts, who: Who, filters: Filters, after: str = ""
) -> Response:
    """Every source that is asked for, must-haves first, those to see to first of all."""
    found = await desk.database.read(standings, desk.clock())
    fitting = [each for each in found if filters.fits(each)]
    start = next((place + 1 for place, each in enumerate(fitting) if each.source.slug == after), 0)
    shown = fitting[start : start + PAGE]
    slugs = [each.source.slug for each in shown]

    def figures(conn: Connection) -> tuple[dict[str, list[int]], dict[str, Latency]]:
        return new_by_day(conn, slugs, desk.clock(), BACK), lately(conn, slugs, desk.clock() - WEEK)

    new, latency = await desk.database.read(figures)
    asked = {name: value for name, value in asdict(filters).items() if value}
    onward = shown[-1].source.slug if start + PAGE < len(fitting) else None
    return render(
        request,
        "sources/all.html",
        groups=_groups(shown),
        summary=_summary(found),
        fitting=len(fitting),
        total=len(found),
        new={slug: (bars(days), sum(days) / BACK) for slug, days in new.items()},
        latency=latency,
        filters=filters,
        asked=urlencode(asked),
        onward=urlencode(asked | {"after": onward}) if onward else None,
        choices=_choices(found),
        may=who.may(May.ANALYST),
        done=request.query_params.get("done", ""),
    )


@router.get(f"{HERE}/{{slug}}", dependencies=[READER])
async def one(request: Request, desk: DeskParts, who: Who, slug: str) -> Response:
    """One source: how it is and has been, its rhythm, its settings, its latest articles."""
    now = desk.clock()

    def figures(conn: Connection) -> tuple[Insight, tuple[Article, ...], tuple[Change, ...]]:
        return (
            insight(conn, slug, now),
            articles.latest_of(conn, slug, LATELY),
            audit.changes(conn, noun=tending.NOUN, key=slug, limit=CHANGES) if who.may(May.ANALYST) else (),
        )

    found, latest, changes = await desk.database.read(figures)
    rhythm = found.standing.history.rhythm
    days = list(_by_day(found.days, now.date()))
    return render(
        request,
        "sources/one.html",
        found=found,
        source=found.standing.source,
        block=block_of(found.standing.source),
        week=week(rhythm) if rhythm else None,
        rhythm=rhythm,
        days=days,
        chart=bars([day.new for day in days], step=14, height=48),
        spells=found.spells[:SPELLS],
        visits=found.visits[:LATELY],
        articles=latest,
        changes=changes,
        tiers=TIERS,
        may=who.may(May.ANALYST),
        done=request.query_params.get("done", ""),
    )


@router.post(f"{HERE}/{{slug}}/pause", dependencies=[ANALYST])
async def pause(desk: DeskParts, who: Who, slug: str) -> Response:
    """Visit it no more; what it gave is kept."""
    await desk.database.write(tending.set_enabled, slug, False, who.actor, now=desk.clock())
    desk.changed()
    return _back(slug, "paused")


@router.post(f"{HERE}/{{slug}}/resume", dependencies=[ANALYST])
async def resume(desk: DeskParts, who: Who, slug: str) -> Response:
    """Visit it again, now first."""
    await desk.database.write(tending.set_enabled, slug, True, who.actor, now=desk.clock())
    desk.changed()
    return _back(slug, "resumed")


@router.post(f"{HERE}/{{slug}}/visit", dependencies=[ANALYST])
async def visit(desk: DeskParts, who: Who, slug: str) -> Response:
    """Have it visited at once."""
    await desk.database.write(tending.visit_now, slug, who.actor, now=desk.clock())
    desk.changed()
    return _back(slug, "visit")


@router.post(f"{HERE}/{{slug}}/tier", dependencies=[ANALYST])
async def change_tier(desk: DeskParts, who: Who, slug: str, tier: Annotated[Tier, Form()]) -> Response:
    """How much it matters that this source works."""
    await desk.database.write(tending.set_tier, slug, tier, who.actor, now=desk.clock())
    return _back(slug, "saved")


def _back(slug: str, done: str) -> Response:
    return RedirectResponse(f"{HERE}/{quote(slug, safe='')}?done={done}", 303)


def _groups(shown: list[Standing]) -> list[tuple[Tier, list[Standing]]]:
    grouped = ((tier, [each for each in shown if each.source.tier is tier]) for tier in Tier)
    return [(tier, members) for tier, members in grouped if members]


def _summary(found: tuple[Standing, ...]) -> dict[str, Any]:
    """How many are in each state, the most first, and how the must-haves are."""
    states = Counter(each.state for each in found)
    must = [each for each in found if each.source.tier is Tier.MUST_HAVE and each.health is not None]
    return {
        "states": states.most_common(),
        "troubled": sum(each.troubled for each in found),
        "must": len(must),
        "must_troubled": sum(each.troubled for each in must),
    }


def _choices(found: tuple[Standing, ...]) -> dict[str, list[str]]:
    sources = [each.source for each in found]
    return {
        "states": sorted({each.state for each in found}),
        "kinds": [kind for kind in map(str, (*KINDS, "clipped")) if any(s.kind == kind for s in sources)],
        "tiers": [str(tier) for tier in Tier],
        "countries": sorted({source.country for source in sources if source.country}),
        "outlets": sorted({source.outlet for source in sources}),
        "languages": sorted({code for source in sources for code in source.languages}),
    }


def _by_day(days: tuple[DayOfVisits, ...], today: date) -> list[DayOfVisits]:
    """The last DAYS days, the first first; those without a visit are empty."""
    found = {each.day: each for each in days}
    wanted = [date.fromordinal(today.toordinal() - back) for back in reversed(range(DAYS))]
    return [found.get(day, DayOfVisits(day, 0, 0, 0, 0, 0)) for day in wanted]

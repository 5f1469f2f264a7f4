"""Sources added and edited: looked for by a home page's address, described in a form, tried before they are
saved."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from egress.addresses import parse_url
from news.errors import CatalogueError, ChangedMeanwhile, Refused, SourceTaken, TooManyLooks, WirewatchError
from news.languages.registry import LANGUAGES
from news.source import Source
from review import tending
from review.desk.admission import ANALYST, Who
from review.desk.asking import proposed, tried
from review.desk.looks import Looks
from review.desk.pages.own import ZONES
from review.desk.parts import Desk, DeskParts
from review.desk.rendering import render, words
from review.desk.source_forms import (
    CONFIDENCES,
    KINDS,
    SPIDERS,
    TIERS,
    Fields,
    blank,
    refused,
    shown,
    source_of,
    typed,
    with_rules,
    without_rules,
)
from review.trial import Trial
from storage import sources

router = APIRouter()
HERE = "/sources/-"
TRY, PROPOSE = "try", "propose"
Address = Annotated[str, Form(max_length=2_000)]


def looks_of(request: Request) -> Looks:
    """The looks under way and of late."""
    found = request.app.state.looks
    assert isinstance(found, Looks)
    return found


@router.get(f"{HERE}/add", dependencies=[ANALYST])
async def ask(request: Request, url: str = "") -> Response:
    """Where a source is to be looked for."""
    return render(request, "sources/add.html", url=url[:2_000], wrong="")


@router.post(f"{HERE}/add", dependencies=[ANALYST])
async def look(request: Request, desk: DeskParts, who: Who, url: Address = "") -> Response:
    """Begin to look for ways into a site."""
    url = url.strip()
    address = url if "://" in url or not url else f"https://{url}"
    try:
        address = parse_url(address).url
        begun = looks_of(request).start(desk, who.known.id, address)
    except Refused as error:
        return render(request, "sources/add.html", status=422, url=url, wrong=f"{error.reason}.")
    except TooManyLooks as error:
        return render(request, "sources/add.html", status=429, url=url, wrong=str(error))
    return RedirectResponse(f"{HERE}/looks/{begun.id}", 303)


@router.get(f"{HERE}/looks/{{look}}", dependencies=[ANALYST])
async def found(request: Request, desk: DeskParts, who: Who, look: str) -> Response:
    """What was found so far: the ways in, the best first, each with what it would bring."""
    here = looks_of(request).get(look, who.known.id)
    there = {each.url: each for each in await desk.database.read(sources.all_sources)}
    return render(request, "sources/look.html", look=here, there=there)


@router.get(f"{HERE}/new", dependencies=[ANALYST])
async def new(request: Request, who: Who, look: str = "", way: int = 0) -> Response:
    """The form of a new source: as one of a look's ways describes it, or blank."""
    fields = blank()
    if look:
        ways = looks_of(request).get(look, who.known.id).ways
        if 0 < way <= len(ways):
            fields = shown(ways[way - 1].source)
    return _form(request, fields, look=look)


@router.post(f"{HERE}/new", dependencies=[ANALYST])
async def add(request: Request, desk: DeskParts, who: Who) -> Response:
    """Try a new source, or have rules proposed for it, or save it."""
    sent = dict(await request.form())
    fields, look = typed(sent), str(sent.get("look", ""))
    if sent.get("do") in (TRY, PROPOSE):
        fields, trial, wrong = await _attempt(desk, str(sent["do"]), fields)
        return _form(request, fields, trial=trial, wrong=wrong, look=look)
    try:
        source = source_of(fields, enabled=not sent.get("paused"))
        await desk.database.write(tending.add, source, who.actor, now=desk.clock())
    except CatalogueError as error:
        return _form(request, refused(fields, error), status=422, look=look)
    except SourceTaken as error:
        taken = replace(fields, wrong="slug", problem=str(error))
        return _form(request, taken, status=409, look=look)
    desk.changed()
    return RedirectResponse(f"/sources/{quote(source.slug, safe='')}?done=added", 303)


@router.get("/sources/{slug}/edit", dependencies=[ANALYST])
async def edit(request: Request, desk: DeskParts, slug: str) -> Response:
    """A source's settings and rules."""
    source = await desk.database.read(sources.get, slug)
    return _form(request, shown(source), source=source, edition=tending.edition(source))


@router.post("/sources/{slug}/edit", dependencies=[ANALYST])
async def change(request: Request, desk: DeskParts, who: Who, slug: str) -> Response:
    """Try the settings as they stand in the form, or have rules proposed, or save them."""
    had = await desk.database.read(sources.get, slug)
    sent = dict(await request.form())
    fields = typed({**sent, "slug": slug})
    same: dict[str, Any] = {"source": had, "edition": str(sent.get("edition", ""))}
    if sent.get("do") in (TRY, PROPOSE):
        fields, trial, wrong = await _attempt(desk, str(sent["do"]), fields)
        return _form(request, fields, trial=trial, wrong=wrong, **same)
    try:
        wanted = source_of(fields, enabled=had.enabled)
        await desk.database.write(tending.change, wanted, same["edition"], who.actor, now=desk.clock())
    except CatalogueError as error:
        return _form(request, refused(fields, error), status=422, **same)
    except ChangedMeanwhile as error:
        had = await desk.database.read(sources.get, slug)
        apart = tending.differences(had, wanted)
        said: dict[str, Any] = {
            "source": had,
            "edition": tending.edition(had),
            "apart": apart,
            "wrong": str(error),
        }
        return _form(request, fields, status=409, **said)
    desk.changed()
    return RedirectResponse(f"/sources/{quote(slug, safe='')}?done=saved", 303)


async def _attempt(desk: Desk, do: str, fields: Fields) -> tuple[Fields, Trial | None, str]:
    """The form after a try: with the rules that were proposed where they were asked for, what a visit by it
    gave, and what went wrong."""
    try:
        if do == PROPOSE:
            fields = await _with_rules(desk, fields)
        return fields, await tried(desk, source_of(fields, enabled=True)), ""
    except CatalogueError as error:
        return refused(fields, error), None, ""
    except WirewatchError as error:
        return fields, None, str(error)


async def _with_rules(desk: Desk, fields: Fields) -> Fields:
    """The form with the best rules for its page in place of those it had."""
    described = source_of(without_rules(fields), enabled=True)
    zone, languages = described.zone, described.languages
    proposals = await proposed(desk, described.url, fields["example"], zone=zone, languages=languages)
    if not proposals:
        return fields
    best = proposals[0]
    return with_rules(fields, replace(described, spider=best.spider, rules=best.rules))


def _form(
    request: Request,
    fields: Fields,
    *,
    status: int = 200,
    source: Source | None = None,
    edition: str = "",
    look: str = "",
    trial: Trial | None = None,
    wrong: str = "",
    apart: tuple[dict[str, Any], dict[str, Any]] | None = None,
) -> Response:
    """The form; where a try was made, with what came of it. A failed try is an answer like another (200)."""
    if fields.problem and not wrong:
        wrong = words(request).gettext("Nothing was saved: see what is marked below.")
    shown_too: dict[str, Any] = {
        "fields": fields,
        "source": source,
        "edition": edition,
        "look": look,
        "trial": trial,
        "wrong": wrong,
        "apart": apart,
        "kinds": KINDS,
        "tiers": TIERS,
        "spiders": SPIDERS,
        "confidences": CONFIDENCES,
        "zones": ZONES,
        "known_languages": sorted(LANGUAGES),
    }
    return render(request, "sources/form.html", status=status, **shown_too)

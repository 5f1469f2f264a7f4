"""/sources: what is visited, how it is, and changes of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from news.errors import CatalogueError
from news.source import Confidence, Kind, Rules, Source, Tier
from review import tending
from review.catalogue import block_of, from_values
from review.desk.admission import ANALYST, READER, Who
from review.desk.api.answers import IfMatch, answer, unchanged
from review.desk.api.paging import Listing, Paged, invalid
from review.desk.parts import Desk, DeskParts
from review.rows import source_in_full, source_row
from review.standing import TROUBLED, Standing, Wanted, insight, standings
from storage import sources
from storage.database import Connection

router = APIRouter(prefix="/sources", tags=["sources"])
VISITS = 50
Slug = Annotated[
    str, Path(max_length=64, pattern="^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$", description="A source's slug.")
]
Text = Annotated[str, Field(max_length=4_000)]
Filter = Annotated[str, Query(max_length=200)]
# Kinds a visited source may have.
Published = Literal[
    "ministry",
    "government",
    "agency",
    "broadcaster",
    "newspaper",
    "think tank",
    "IGO",
    "movement",
    "person",
]


class RulesShown(BaseModel):
    """How lists and pages are read where that needs saying (docs/sources.md); what is null is not said."""

    model_config = ConfigDict(extra="forbid", serialize_by_alias=True)

    item: Text | None = None
    link: Text | None = Field(default=None, description="Empty: the item itself.")
    title: Text | None = None
    date: Text | None = None
    summary: Text | None = None
    next: Text | None = None
    page_url: Text | None = None
    pages: int = Field(default=1, ge=1, le=50)
    json_: Text | None = Field(default=None, alias="json")
    paths: list[Text] = Field(default=[], max_length=200)
    split: bool = False
    body: Text | None = None
    article_title: Text | None = None
    article_date: Text | None = None


class SourceChange(BaseModel):
    """What of a source is to change (docs/sources.md); what is not named stays, null takes a value away."""

    model_config = ConfigDict(extra="forbid")

    outlet: Text | None = None
    name: Text | None = None
    kind: Published | None = None
    url: Text | None = None
    spider: Text | None = None
    tier: Tier | None = None
    languages: list[Text] | None = Field(default=None, max_length=50, description="ISO 639-1.")
    zone: Text | None = Field(default=None, description="IANA, of dates that name none.")
    cadence: int | None = Field(default=None, ge=60, le=86_400, description="Seconds between visits, a hint.")
    silence: int | None = Field(default=None, ge=1, le=8_760, description="Hours.")
    rules: RulesShown | None = None
    full_content: bool | None = None
    insecure_tls: Text | None = Field(default=None, description="Why its certificate is not checked.")
    ignore_robots: Text | None = Field(default=None, description="Why its robots.txt is not followed.")
    speaks_for: Text | None = None
    country: Text | None = Field(default=None, description="ISO 3166-1 alpha-2.")
    owner: Text | None = None
    control: Text | None = None
    note: Text | None = None
    confidence: Confidence | None = None
    enabled: bool | None = None


class SourceWish(SourceChange):
    """A source as it is to be (docs/sources.md)."""

    slug: str = Field(max_length=64)
    name: Text
    kind: Published
    url: Text


class SourceShown(BaseModel):
    """A source's settings; how it is: `/sources/{slug}/health`."""

    slug: str
    outlet: str
    name: str
    kind: Kind
    url: str
    spider: str
    tier: Tier
    languages: list[str]
    zone: str
    cadence: int
    silence: int
    rules: RulesShown
    full_content: bool | None
    insecure_tls: str | None
    ignore_robots: str | None
    speaks_for: str | None
    country: str | None
    owner: str | None
    control: str | None
    note: str | None
    confidence: Confidence | None
    enabled: bool


class SourceListed(BaseModel):
    """A source and how it is. `state` is `disabled` where it is not visited; `reason` says why and what to
    do."""

    slug: str
    title: str
    url: str
    state: str
    since: datetime | None
    reason: str
    usual: str | None
    kind: Kind
    tier: Tier
    outlet: str
    spider: str
    country: str | None
    language: str | None
    confidence: Confidence | None
    first_seen: datetime | None
    last_visit: datetime | None
    exceptions: dict[str, str]


class VisitShown(BaseModel):
    """One visit."""

    at: datetime
    outcome: str
    status: int | None
    seconds: float
    listed: int
    new: int
    reason: str | None


class SourceHealth(SourceListed):
    """How a source is and has been. Latencies are medians of the last week, in seconds."""

    learned_from_days: int | None
    hint_silence_hours: int
    last_new: datetime | None
    last_good: datetime | None
    requests_a_day: float
    published_to_seen: float | None
    published_to_seen_items: int
    seen_to_told: float | None
    seen_to_told_alerts: int
    visits: list[VisitShown]


@router.get("", dependencies=[READER], response_model=Listing[SourceListed])
async def every(
    request: Request,
    desk: DeskParts,
    paging: Paged,
    state: Annotated[
        str, Query(max_length=20, description=f"A state, `disabled`, or `{TROUBLED}` for any to see to.")
    ] = "",
    kind: Filter = "",
    tier: Filter = "",
    country: Filter = "",
    outlet: Filter = "",
    language: Filter = "",
    words: Annotated[str, Query(max_length=200, description="All in name, slug, address or outlet.")] = "",
) -> Response:
    """Sources by slug."""
    place = paging.after(str)
    disabled = state == "disabled"
    wanted = Wanted("" if disabled else state, kind, tier, country, outlet, language, words)

    def listed(conn: Connection) -> Listing[SourceListed]:
        fitting = (each for each in standings(conn, desk.clock()) if wanted.fits(each))
        found = [each for each in fitting if not (disabled and each.health is not None)]
        found.sort(key=lambda each: each.source.slug)
        rest = [each for each in found if place is None or each.source.slug > place[0]]
        return paging.listing(rest[: paging.one_more], listed_as, lambda each: (each.source.slug,))

    return answer(request, await desk.database.read(listed))


@router.post(
    "",
    status_code=201,
    dependencies=[ANALYST],
    response_model=SourceShown,
    responses={409: {"description": "There is a source of that slug."}},
)
async def add(request: Request, desk: DeskParts, who: Who, wanted: SourceWish) -> Response:
    """A new source, visited at once."""
    source = source_of({}, wanted)
    await desk.database.write(tending.add, source, who.actor, now=desk.clock())
    desk.changed()
    return answer(request, shown(source), status=201, location=f"/api/v1/sources/{source.slug}")


@router.get("/{slug}", dependencies=[READER], response_model=SourceShown)
async def one(request: Request, desk: DeskParts, slug: Slug) -> Response:
    """A source's settings."""
    return answer(request, shown(await desk.database.read(sources.get, slug)))


@router.get("/{slug}/health", dependencies=[READER], response_model=SourceHealth)
async def health(request: Request, desk: DeskParts, slug: Slug) -> Response:
    """How a source is, why, what to do, and its latest visits."""
    found = await desk.database.read(insight, slug, desk.clock())
    row = source_in_full(found, VISITS) | {"country": found.standing.source.country}
    return answer(request, SourceHealth.model_validate(row))


@router.patch("/{slug}", dependencies=[ANALYST], response_model=SourceShown)
async def change(
    request: Request, desk: DeskParts, who: Who, slug: Slug, wanted: SourceChange, if_match: IfMatch = ""
) -> Response:
    """Change what is named."""

    def unit(conn: Connection) -> Source:
        had = _seen(conn, slug, if_match)
        source = source_of(block_of(had), wanted)
        return tending.change(conn, source, tending.edition(had), who.actor, now=desk.clock())

    return await _changed(request, desk, unit)


@router.post("/{slug}/pause", dependencies=[ANALYST], response_model=SourceShown)
async def pause(request: Request, desk: DeskParts, who: Who, slug: Slug, if_match: IfMatch = "") -> Response:
    """Visit it no more; what it gave is kept."""
    return await _switch(request, desk, who, slug, if_match, enabled=False)


@router.post("/{slug}/resume", dependencies=[ANALYST], response_model=SourceShown)
async def resume(request: Request, desk: DeskParts, who: Who, slug: Slug, if_match: IfMatch = "") -> Response:
    """Visit it again, now first."""
    return await _switch(request, desk, who, slug, if_match, enabled=True)


@router.post("/{slug}/visit", status_code=202, dependencies=[ANALYST])
async def visit(desk: DeskParts, who: Who, slug: Slug) -> Response:
    """Have it visited as soon as its host may be asked."""
    await desk.database.write(tending.visit_now, slug, who.actor, now=desk.clock())
    desk.changed()
    return Response(status_code=202)


def shown(source: Source) -> SourceShown:
    """A source as the API shows it."""
    values = {name: getattr(source, name) for name in SourceShown.model_fields if name != "rules"}
    for waiver in ("insecure_tls", "ignore_robots"):
        values[waiver] = values[waiver].reason if values[waiver] is not None else None
    rules = {name: getattr(source.rules, name) for name in Rules.__dataclass_fields__}
    return SourceShown(**values, rules=RulesShown.model_validate(rules))


def listed_as(each: Standing) -> SourceListed:
    """A source of the list."""
    return SourceListed.model_validate(source_row(each) | {"country": each.source.country})


def source_of(block: dict[str, Any], wanted: SourceChange) -> Source:
    """The source of that block with what is named changed. Raises RequestValidationError."""
    named: dict[str, Any] = wanted.model_dump(exclude_unset=True, by_alias=True)
    if named.get("rules"):
        rules = named["rules"]
        named["rules"] = {name: rule for name, rule in rules.items() if rule is not None and rule != []}
    left = {name: value for name, value in (block | named).items() if value is not None}
    try:
        return from_values({name: _plain(value) for name, value in left.items()})
    except CatalogueError as error:
        key = str(error.where).rpartition(": ")[2]
        raise invalid("body", key, f"{error.problem}. {error.remedy}") from error


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, StrEnum) else value


def _seen(conn: Connection, slug: str, if_match: str) -> Source:
    """Raises UnknownSource, ChangedMeanwhile."""
    had = sources.get(conn, slug)
    unchanged(if_match, shown(had), tending.NOUN, slug)
    return had


async def _switch(
    request: Request, desk: Desk, who: Who, slug: str, if_match: str, *, enabled: bool
) -> Response:
    def unit(conn: Connection) -> Source:
        had = _seen(conn, slug, if_match)
        tending.set_enabled(conn, slug, enabled, who.actor, now=desk.clock())
        return replace(had, enabled=enabled)

    return await _changed(request, desk, unit)


async def _changed(request: Request, desk: Desk, unit: Any) -> Response:
    source: Source = await desk.database.write(unit)
    desk.changed()
    return answer(request, shown(source))

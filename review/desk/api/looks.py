"""/looks, /checks and /clips: ways into a site, what a source would bring, pages somebody found."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from egress.addresses import parse_url
from news.article import Brought, Entry
from news.errors import Refused, WrongMoment
from review.clipping import Said
from review.desk.admission import ANALYST, Who
from review.desk.api.answers import answer
from review.desk.api.paging import invalid
from review.desk.api.sources import SourceShown, SourceWish, shown, source_of
from review.desk.asking import tried
from review.desk.looks import Look
from review.desk.pages.adding import looks_of
from review.desk.pages.clip import kept, moment_of
from review.desk.parts import DeskParts
from review.discovering import Way
from review.rows import published
from storage import articles, matches

router = APIRouter(tags=["sources"])
SLOW: dict[int | str, dict[str, Any]] = {504: {"description": "The site has not answered in time."}}
BUSY: dict[int | str, dict[str, Any]] = {429: {"description": "Enough sites are being looked at already."}}
Address = Annotated[str, Field(min_length=1, max_length=2_000)]


class LookWish(BaseModel):
    """Where to look."""

    model_config = ConfigDict(extra="forbid")

    url: Address = Field(description="A site's home page, or a feed.")


class EntryShown(BaseModel):
    """An item of a list. `published` is a moment, or a day where no hour was said."""

    url: str | None
    title: str
    published: str | None


class WayShown(BaseModel):
    """A way in: the source that would collect by it, and what it gave. `article_characters` is how long its
    newest article reads, `article_problem` why it does not."""

    source: SourceShown
    dated: float = Field(description="The share of items with a date.")
    timed: float = Field(description="The share of items with an hour.")
    article_characters: int | None
    article_problem: str | None
    entries: list[EntryShown]


class Vain(BaseModel):
    """An address that was asked in vain, and why."""

    url: str
    reason: str


class LookShown(BaseModel):
    """A look at a site. `asked` counts the addresses asked so far; `late`: time was up before its end."""

    id: str
    url: str
    began: datetime
    ended: bool
    late: bool
    asked: int
    problem: str
    remedy: str
    ways: list[WayShown]
    failed: list[Vain]


class CheckShown(BaseModel):
    """What one visit would give. `problem` and `remedy` say why not, where it is nothing."""

    url: str = Field(description="At the end of its redirects.")
    status: int | None
    problem: str | None
    remedy: str | None
    way: WayShown | None


class ClipWish(BaseModel):
    """A page that somebody found, or its text."""

    model_config = ConfigDict(extra="forbid")

    url: str = Field(default="", max_length=2_000)
    text: str = Field(default="", max_length=2_000_000, description="Empty: the page is fetched.")
    title: str = Field(default="", max_length=500)
    source: str = Field(default="", max_length=64, description="A slug; empty: by its address.")
    said_by: str = Field(default="", max_length=500)
    on: str = Field(default="", max_length=40, description="When it was said: 2022-12-13, 2022-12-13T14:05.")
    quiet: bool = Field(default=False, description="For the archive: nobody is told.")


class ClipShown(BaseModel):
    """Where it went; `new`: it was not known. `told`: who subscribes to its topics is told."""

    id: int
    source: str
    url: str | None
    title: str
    brought: Brought
    said_by: str | None
    new: bool
    told: bool
    topics: list[str]


@router.post("/looks", status_code=202, dependencies=[ANALYST], response_model=LookShown, responses=BUSY)
async def look(request: Request, desk: DeskParts, who: Who, wanted: LookWish) -> Response:
    """Begin to look for ways into a site; ask for the look until it has ended. Nothing is stored."""
    begun = looks_of(request).start(desk, who.known.id, _address(wanted.url))
    return answer(request, _look(begun), status=202, location=f"/api/v1/looks/{begun.id}")


@router.get("/looks/{look}", dependencies=[ANALYST], response_model=LookShown)
async def found(request: Request, who: Who, look: Annotated[str, Path(max_length=100)]) -> Response:
    """What was found so far, the best way first."""
    return answer(request, _look(looks_of(request).get(look, who.known.id)))


@router.post("/checks", dependencies=[ANALYST], response_model=CheckShown, responses=SLOW)
async def check(request: Request, desk: DeskParts, wanted: SourceWish) -> Response:
    """Visit a source as it is described, once; nothing is stored."""
    trial = await tried(desk, source_of({}, wanted))
    shown_as = CheckShown(
        url=trial.check.final_url,
        status=trial.check.status,
        problem=trial.check.problem,
        remedy=trial.check.remedy,
        way=_way(trial.way) if trial.way is not None else None,
    )
    return answer(request, shown_as)


@router.post("/clips", status_code=201, dependencies=[ANALYST], response_model=ClipShown, responses=SLOW)
async def clip(request: Request, desk: DeskParts, who: Who, wanted: ClipWish) -> Response:
    """Keep a page, judged and told as what a visit finds."""
    try:
        when = moment_of(wanted.on, who.known.zone or desk.zone)
    except WrongMoment as error:
        raise invalid("body", "on", str(error)) from error
    if not wanted.url and not wanted.text.strip():
        raise invalid("body", "url", "give an address, a text, or both")
    said = Said(wanted.source or None, wanted.title, wanted.said_by or None, when)
    taken = await kept(desk, who, wanted.url, wanted.text, said, quiet=wanted.quiet)
    article = await desk.database.read(articles.article, taken.handed.article)
    found = await desk.database.read(matches.of_article, article.id)
    made = ClipShown(
        id=article.id,
        source=article.source,
        url=article.url,
        title=article.title,
        brought=article.brought,
        said_by=article.said_by,
        new=taken.handed.new,
        told=taken.handed.loud > 0,
        topics=sorted({match.topic for match in found}),
    )
    return answer(request, made, status=201, location=f"/api/v1/articles/{article.id}")


def _address(url: str) -> str:
    try:
        return parse_url(url).url
    except Refused as error:
        raise invalid("body", "url", str(error.reason)) from error


def _look(look: Look) -> LookShown:
    return LookShown(
        id=look.id,
        url=look.url,
        began=look.began,
        ended=look.ended,
        late=look.late,
        asked=len(look.asked),
        problem=look.problem,
        remedy=look.remedy,
        ways=[_way(way) for way in look.ways],
        failed=[Vain(url=url, reason=reason) for url, reason in look.failed],
    )


def _way(way: Way) -> WayShown:
    return WayShown(
        source=shown(way.source),
        dated=round(way.dated, 2),
        timed=round(way.timed, 2),
        article_characters=way.text,
        article_problem=way.problem,
        entries=[_entry(each) for each in way.entries],
    )


def _entry(entry: Entry) -> EntryShown:
    return EntryShown(url=entry.link, title=entry.title, published=published(entry.published))

"""Search: the whole archive by words, phrases and queries, with the inbox's filters; kept searches."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from typing import Annotated, Any
from urllib.parse import parse_qsl, urlencode

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from alerts.composing.passages import Passage
from news.errors import QueryError, QuerySyntaxError
from review.desk import finding
from review.desk.admission import READER, Who, hashed, new_key
from review.desk.files import download
from review.desk.lines import Shown
from review.desk.pages.inbox import Back, chips, names, teller
from review.desk.parts import Desk, DeskParts
from review.desk.rendering import render
from review.exporting import Format
from review.latest import Latest
from review.sifting import Sifting, cursor_of, place_of, sifting
from storage import audit, inbox, saved_searches
from storage.database import Connection
from storage.inbox import Place as InboxPlace
from storage.search import Place

router = APIRouter()
HERE = "/search"
HITS = 40
LONGEST = 2000
Number = Annotated[int, Form(ge=1, lt=2**31)]


@dataclass(frozen=True, slots=True)
class ShownHit:
    """A hit as it is shown, and the sentences that hold what was searched for."""

    line: Shown
    quotes: tuple[Passage, ...]


@router.get(HERE, dependencies=[READER])
async def page(request: Request, desk: DeskParts, who: Who, q: str = "", below: str = "") -> Response:
    """What was found for a line, the latest first; without one, the field and the kept searches."""
    return await _page(request, desk, who, _line(q), below)


@router.get(f"{HERE}/file/{{form}}", dependencies=[READER])
async def file(request: Request, desk: DeskParts, who: Who, form: Format, q: str = "") -> Response:
    """All that is found, as a file."""
    search = finding.of(request, desk, who, _line(q), sifting(request.query_params.multi_items()))
    await search.page(None, limit=1)  # what cannot be asked is refused before the file begins
    return download(form, finding.COLUMNS, search.rows(), name=f"search {q[:60]}", title=q[:30] or "Search")


@router.post(f"{HERE}/saved", dependencies=[READER])
async def save(
    desk: DeskParts, who: Who, name: Annotated[str, Form(max_length=400)] = "", back: Back = ""
) -> Response:
    """Keep a search under a name."""
    line, sifted = _of_address(back)
    address = _address(line, sifted)
    await desk.database.write(saved_searches.put, who.known.id, name, "search", address, at=desk.clock())
    return RedirectResponse(f"{HERE}?{address}", 303)


@router.post(f"{HERE}/saved/remove", dependencies=[READER])
async def forget(desk: DeskParts, who: Who, search: Number) -> Response:
    """Forget a kept search, and its feed."""
    await desk.database.write(saved_searches.remove, who.known.id, search)
    return RedirectResponse(HERE, 303)


@router.post(f"{HERE}/saved/feed", dependencies=[READER])
async def feed(
    request: Request, desk: DeskParts, who: Who, search: Number, do: Annotated[str, Form(max_length=10)] = ""
) -> Response:
    """A secret address for a kept search's or inbox list's feed, shown this once; `do` "close" ends it."""
    key = "" if do == "close" else new_key()

    def unit(conn: Connection) -> str:
        token = hashed(key).hex() if key else None
        kept = saved_searches.open_feed(conn, who.known.id, search, token)
        action = "opened a feed" if key else "closed a feed"
        audit.record(
            conn, who.actor, action, "saved search", search, now=desk.clock(), after={"name": kept.name}
        )
        return kept.name

    name = await desk.database.write(unit)
    made = (name, f"{desk.base_url}/feeds/{key}") if key else None
    return await _page(request, desk, who, "", "", made=made)


async def _page(
    request: Request,
    desk: Desk,
    who: Who,
    line: str,
    below: str,
    made: tuple[str, str] | None = None,
) -> Response:
    sifted = sifting(request.query_params.multi_items())
    search = finding.of(request, desk, who, line, sifted)
    found, wrong, place = Latest((), None), "", place_of(below)
    if line:
        after = Place(place.appeared, place.article) if place else None
        try:
            found = await search.page(after, limit=HITS)
        except (QueryError, QuerySyntaxError) as error:
            wrong = str(error)
    shown = await _shown(request, desk, who, search, found)
    choices = await desk.database.read(inbox.choices)
    further = found.onward
    onward = InboxPlace(further.appeared, further.article) if further else None
    asked = urlencode({"q": line})
    context: dict[str, Any] = {
        "line": line,
        "sifted": sifted,
        "address": _address(line, sifted),
        "days": [(day, list(of_it)) for day, of_it in groupby(shown, key=_day)],
        "number": len(shown),
        "onward": cursor_of(onward),
        "back_to": further.appeared if further else None,
        "below": below,
        "wrong": wrong,
        "saved": await desk.database.read(saved_searches.of_account, who.known.id),
        "made": made,
        "chips": [(said, f"{asked}&{without}") for said, without in chips(request, sifted, choices)],
        "choices": choices,
        "formats": list(Format),
        **names(request, desk, choices),
    }
    return render(request, "search/search.html", status=422 if wrong else 200, **context)


async def _shown(
    request: Request, desk: Desk, who: Who, search: finding.Search, found: Latest
) -> list[ShownHit]:
    """The hits with their words marked."""
    told = teller(request, desk, who)
    return [
        ShownHit(
            replace(told.line(each), headline=told.headline(each.article, finding.headline_marks(hit))),
            hit.snippets,
        )
        for hit, each in await search.lines(found)
    ]


def _day(hit: ShownHit) -> date:
    return hit.line.day


def _line(written: str) -> str:
    """What was typed, as one line."""
    return " ".join(written.replace("\x00", " ").split())[:LONGEST]


def _address(line: str, sifted: Sifting) -> str:
    """A search as the page's address has it after its question mark."""
    return urlencode([("q", line), *sifted.pairs])


def _of_address(address: str) -> tuple[str, Sifting]:
    """What is searched for by what stands after an address's question mark."""
    pairs = parse_qsl(address, max_num_fields=500)
    return _line(dict(pairs).get("q", "")), sifting(pairs)

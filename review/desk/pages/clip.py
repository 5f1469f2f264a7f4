"""Clip: what the analyst found herself, kept by the same path as what visits find; and a bookmark for it."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from egress.addresses import parse_url
from news.article import Article
from news.errors import Refused, WirewatchError, WrongMoment
from news.watch import Match
from review.clipping import Said, published
from review.desk.admission import ANALYST, Who
from review.desk.asking import clipped
from review.desk.parts import Desk, DeskParts
from review.desk.rendering import render
from review.intake import Taken
from storage import articles, audit, matches, sources
from storage.database import Connection

router = APIRouter()
HERE = "/clip"
# Opens this page about the page it is clicked on. Dragged or copied to the bookmarks: a link with it would
# be refused by the desk's own policy, which lets no script run in its pages.
BOOKMARK = (
    "javascript:void(location.href=%s+'?url='+encodeURIComponent(location.href)"
    "+'&title='+encodeURIComponent(document.title))"
)
Line = Annotated[str, Form(max_length=2_000)]


@router.get(HERE, dependencies=[ANALYST])
async def ask(request: Request, desk: DeskParts, url: str = "", title: str = "") -> Response:
    """What is to be kept; the bookmark says of which page."""
    return await _page(request, desk, {"url": url[:2_000], "title": title[:500]})


@router.post(HERE, dependencies=[ANALYST])
async def clip(
    request: Request,
    desk: DeskParts,
    who: Who,
    url: Line = "",
    text: Annotated[str, Form(max_length=2_000_000)] = "",
    title: Line = "",
    source: Line = "",
    said_by: Line = "",
    on: Line = "",
    quiet: Annotated[bool, Form()] = False,
) -> Response:
    """Keep a page, or a text that was pasted."""
    given = {"url": url, "text": text, "title": title, "source": source, "said_by": said_by, "on": on}
    given = {name: value.strip() for name, value in given.items()}
    try:
        said = Said(
            given["source"] or None,
            given["title"],
            given["said_by"] or None,
            moment_of(given["on"], who.known.zone or desk.zone),
        )
        taken = await kept(desk, who, given["url"], given["text"], said, quiet=quiet)
    except WirewatchError as error:
        return await _page(request, desk, given | {"quiet": quiet}, status=422, wrong=error)
    return await _page(request, desk, {}, taken=taken)


async def kept(desk: Desk, who: Who, url: str, text: str, said: Said, *, quiet: bool) -> Taken:
    """Clip it, and write down who did. Raises Refused, TooSlow, PageError, HandedInError."""
    if url or not text:
        url = parse_url(url).url
    taken = await clipped(desk, url, text, said, quiet=quiet)

    def note(conn: Connection) -> None:
        after = {"url": url or None, "source": taken.source.slug, "said_by": said.said_by, "quiet": quiet}
        now = desk.clock()
        audit.record(conn, who.actor, "clipped", "article", taken.handed.article, now=now, after=after)

    await desk.database.write(note)
    desk.changed()
    return taken


def moment_of(written: str, zone: str) -> Any:
    """When something was said, as it was typed: a day, or an hour of it in `zone` where it names none; None
    where nothing was. Raises WrongMoment."""
    if not written:
        return None
    try:
        said = datetime.fromisoformat(written)
    except ValueError:
        raise WrongMoment(option="on:", written=written) from None
    return published(written, said if said.tzinfo else said.replace(tzinfo=ZoneInfo(zone)))


async def _page(
    request: Request,
    desk: Desk,
    given: dict[str, Any],
    *,
    status: int = 200,
    wrong: WirewatchError | None = None,
    taken: Taken | None = None,
) -> Response:
    found: tuple[Article, tuple[Match, ...]] | None = None
    if taken is not None:
        number = taken.handed.article
        found = await desk.database.read(_found, number)
    blank = dict.fromkeys(("url", "text", "title", "source", "said_by", "on", "quiet"), "")
    return render(
        request,
        "clip/clip.html",
        status=status,
        given=blank | given,
        wrong=f"{wrong.reason}." if isinstance(wrong, Refused) else str(wrong) if wrong else "",
        taken=taken,
        found=found,
        topics=sorted({match.topic for match in found[1]}) if found else [],
        slugs=[each.slug for each in await desk.database.read(sources.all_sources)],
        bookmark=BOOKMARK % json.dumps(f"{desk.base_url}{HERE}").replace('"', "'"),
    )


def _found(conn: Connection, number: int) -> tuple[Article, tuple[Match, ...]]:
    return articles.article(conn, number), matches.of_article(conn, number)

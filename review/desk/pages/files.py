"""Sources in and out as files: OPML and TOML, looked through before they are taken."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, UploadFile
from fastapi.responses import RedirectResponse, Response

from news.errors import CatalogueError
from news.source import Kind, Source
from review import catalogue, opml, tending
from review.blocks import text_in
from review.desk.admission import ANALYST, READER, Who
from review.desk.parts import DeskParts
from review.desk.rendering import render, words
from review.desk.source_forms import KINDS
from review.exporting import Format, stream
from review.rows import source_row
from review.standing import standings
from storage import sources

router = APIRouter()
HERE = "/sources/-/file"
# Boxes a form may have: more fields than a thousand are refused where forms are read.
BOXES = 900
COLUMNS = (
    *("slug", "title", "url", "state", "reason", "kind", "tier", "language", "outlet", "spider", "since"),
    *("usual", "last_visit", "first_seen", "confidence"),
)


@router.get(HERE, dependencies=[READER])
async def ask(request: Request) -> Response:
    """What can be taken in and out."""
    return _page(request)


@router.post(HERE, dependencies=[ANALYST])
async def look_through(
    request: Request,
    desk: DeskParts,
    file: UploadFile | None = None,
    kind: Annotated[Kind, Form()] = Kind.NEWSPAPER,
) -> Response:
    """What a file holds, before it is taken."""
    body = await file.read() if file is not None else b""
    name = (file.filename or "")[:200] if file is not None else ""
    if not body:
        return _page(request, 422, wrong=words(request).gettext("Choose a file that is not empty."))
    there = await desk.database.read(sources.all_sources)
    try:
        found = _sources_in(body, name, kind, there)
    except CatalogueError as error:
        return _page(request, 422, wrong=str(error))
    known = {each.slug: each for each in there}
    rows = [(each, _how(each, known.get(each.slug))) for each in found]
    return _page(request, rows=rows, toml=catalogue.write(found), name=name, boxes=len(rows) <= BOXES)


@router.post(f"{HERE}/take", dependencies=[ANALYST])
async def take(request: Request, desk: DeskParts, who: Who) -> Response:
    """Take what was looked through, but for what is left out."""
    form = await request.form()
    try:
        given = catalogue.read_text(str(form.get("toml", "")), str(form.get("name", "")))
    except CatalogueError as error:
        return _page(request, 422, wrong=str(error))
    if form.get("boxes"):
        wanted = set(map(str, form.getlist("take")))
        given = tuple(each for each in given if each.slug in wanted)
    if not given:
        return _page(request, 422, wrong=words(request).gettext("Nothing was chosen."))
    await desk.database.write(tending.take, given, who.actor, now=desk.clock())
    desk.changed()
    return RedirectResponse("/sources?done=taken", 303)


@router.get("/sources/-/sources.opml", dependencies=[READER])
async def as_opml(desk: DeskParts) -> Response:
    """The feeds, for a feed reader."""
    found = await desk.database.read(sources.all_sources)
    return _download(opml.write(found), "text/x-opml; charset=utf-8", "sources.opml")


@router.get("/sources/-/sources.toml", dependencies=[READER])
async def as_toml(desk: DeskParts) -> Response:
    """Every source as a block, with its rules."""
    found = await desk.database.read(sources.all_sources)
    return _download(catalogue.write(found), "application/toml; charset=utf-8", "sources.toml")


@router.get("/sources/-/list.{form}", dependencies=[READER])
async def as_list(desk: DeskParts, form: Format) -> Response:
    """How all of them are, as a table."""
    found = await desk.database.read(standings, desk.clock())
    rows = [{name: source_row(each)[name] for name in COLUMNS} for each in found]

    async def pages() -> Any:
        yield rows

    parts = [part async for part in stream(form, COLUMNS, pages(), title="sources")]
    return _download(b"".join(parts), form.media_type, f"sources.{form.value}")


def _sources_in(body: bytes, name: str, kind: str, there: tuple[Source, ...]) -> tuple[Source, ...]:
    """By what the file looks like: XML is OPML, anything else TOML. Raises CatalogueError."""
    if body.lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n").startswith((b"<", b"\x00<")):
        return opml.read(body, name, kind=kind, known=there)
    return catalogue.read_text(text_in(body, name), name)


def _how(source: Source, there: Source | None) -> str:
    if there is None:
        return "new"
    return "same" if there == source else "changed"


def _download(body: str | bytes, media: str, name: str) -> Response:
    return Response(body, media_type=media, headers={"content-disposition": f'attachment; filename="{name}"'})


def _page(
    request: Request,
    status: int = 200,
    *,
    wrong: str = "",
    rows: list[tuple[Source, str]] | None = None,
    **more: Any,
) -> Response:
    shown: dict[str, Any] = {"toml": "", "name": "", "boxes": False} | more
    return render(request, "sources/file.html", status=status, wrong=wrong, rows=rows, kinds=KINDS, **shown)

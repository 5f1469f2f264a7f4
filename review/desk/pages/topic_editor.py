"""A topic written and changed: the form, what it would find while it is written, other names, the saving."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import structlog
from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from starlette.background import BackgroundTask

from alerts.composing.passages import Passage, marks, passage
from matching.naming import Offer
from news.errors import CatalogueError, TopicChanged, TopicError, WirewatchError
from news.people import Actor
from news.sentences import Span
from news.watch import Evidence, Field, Stands, Topic
from review import backtest, editing, reindex
from review.desk.admission import ANALYST, Who
from review.desk.drafts import CODES, HOW, Draft, Wrong, draft_of, line_of, read, slug_of, term_of, wrong_in
from review.desk.pages.topics import HERE, language_names, zone_of
from review.desk.parts import Desk, DeskParts
from review.desk.rendering import render
from review.matchers import Bench
from review.offers import Gain, gains
from review.preview import Limits, Preview, days_of, preview
from review.versions import difference, merged
from storage import audit, topics
from storage.database import Connection

router = APIRouter()
DAYS = {"30": 30, "90": 90, "365": 365}
UNNAMED = "draft"  # the short name of what has none yet, while it is tried
# What a look at the archive may cost: while somebody writes, and where they ask for a thorough one.
QUICK, THOROUGH = (2_000, 3.0), (50_000, 20.0)
SHOWN = 10  # samples
AROUND = 160  # characters around what is marked, where its sentence is not known
OFFERED_IN = 400  # texts that are looked at for what each name would add


@router.get(HERE + "/+new", dependencies=[ANALYST])
async def new(request: Request, desk: DeskParts) -> Response:
    """An empty form, or one with words of another page: `words` in the address."""
    draft = Draft().with_room("en").with_room("ru")
    term = term_of(request.query_params.get("term", ""))
    if term is not None:
        draft = Draft(name=term.text).with_terms([term]).with_room(term.language or CODES[-1])
    return _editor(request, draft)


@router.get(HERE + "/{slug}/edit", dependencies=[ANALYST])
async def edit(request: Request, desk: DeskParts, slug: str) -> Response:
    """A topic as it is, to be changed; `exclude` in the address adds a word to leave out."""
    draft = draft_of(await desk.database.read(topics.get, slug))
    term = term_of(request.query_params.get("add", ""))
    return _editor(request, draft.with_terms([term]) if term is not None else draft)


@router.post(HERE + "/+draft", dependencies=[ANALYST])
async def change_draft(request: Request, desk: DeskParts) -> Response:
    """The form with more rows, one less, or names taken; and, where it was asked for, tried."""
    form = await request.form()
    draft = read(form)
    taken = [term for each in form.getlist("take") if (term := term_of(str(each))) is not None]
    if taken:
        draft = draft.with_terms(taken)
    more = str(form.get("more", ""))
    if more == "new":
        more = str(form.get("new_language", ""))
    if more in CODES:
        draft = draft.with_room(more)
    drop = str(form.get("drop", ""))
    if drop.isdecimal() and len(drop) < 5:
        draft = draft.without(int(drop))
    if form.get("do") != "preview":
        return _editor(request, draft)
    shown = await _tried(request, desk, draft, thorough=True)
    if not shown:
        return Response(status_code=204)
    offered = await _offered(request, desk, draft)
    return _editor(request, draft, wrong=shown["wrong"], tried=shown, offered=offered)


@router.post(HERE + "/+preview", dependencies=[ANALYST])
async def try_draft(request: Request, desk: DeskParts) -> Response:
    """What the form would find, as a part of the page."""
    draft = read(await request.form())
    shown = await _tried(request, desk, draft, thorough=request.query_params.get("thorough") == "1")
    return render(request, "topics/preview.html", tried=shown) if shown else Response(status_code=204)


@router.post(HERE + "/+names", dependencies=[ANALYST])
async def offer_names(request: Request, desk: DeskParts) -> Response:
    """Other names of what the form speaks of, as a part of the page."""
    draft = read(await request.form())
    return render(request, "topics/names.html", offered=await _offered(request, desk, draft))


@router.post(HERE + "/+save", dependencies=[ANALYST])
async def save(request: Request, desk: DeskParts, who: Who) -> Response:
    """Save it in place of what its editor started from, or show what somebody else made of it."""
    form = await request.form()
    draft = read(form)
    if draft.new and not draft.slug:
        draft = replace(draft, slug=slug_of(draft.name))
    try:
        topic = draft.topic()
        await bench_of(request).check(topic)
    except TopicError as error:
        return _editor(request, draft, status=422, wrong=wrong_in(draft, error))
    since = _since(desk, who, str(form.get("since", ""))) if form.get("rematch") else None
    seen = None if draft.new else Topic(draft.slug, draft.seen_name, draft.version, ())

    def unit(conn: Connection) -> Topic:
        return editing.save(conn, topic, seen, actor=who.actor, now=desk.clock())

    try:
        saved = await desk.database.write(unit)
    except TopicChanged as error:
        return await _conflict(request, desk, draft, topic, error.topic)
    desk.changed()
    task = None if since is None else BackgroundTask(rematch, desk, saved.slug, since, who.actor)
    told = "looking" if task else "1"
    return RedirectResponse(f"{HERE}/{saved.slug}?saved={told}", 303, background=task)


def bench_of(request: Request) -> Bench:
    """Where topics are tried."""
    found = request.app.state.bench
    assert isinstance(found, Bench)
    return found


async def rematch(desk: Desk, slug: str, since: datetime, actor: Actor) -> None:
    """Find a topic in what was read before; nobody is told. What came of it stands in the audit log."""
    try:
        filled = await reindex.back_fill(desk.database, desk.judge, slug, since=since)
    except WirewatchError as error:
        structlog.get_logger("desk").warning("not looked for in the archive", topic=slug, reason=str(error))
        return

    def unit(conn: Connection) -> None:
        editing.rematched(conn, slug, filled.found, since, actor=actor, now=desk.clock())

    await desk.database.write(unit)


def _since(desk: Desk, who: Who, written: str) -> datetime:
    """Midnight of the visitor's day, UTC; thirty days ago where it is none."""
    zone = zone_of(desk, who)
    try:
        day = date.fromisoformat(written)
    except ValueError:
        day = (desk.clock().astimezone(zone) - timedelta(days=30)).date()
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)


def _editor(
    request: Request,
    draft: Draft,
    *,
    status: int = 200,
    wrong: Wrong | None = None,
    tried: dict[str, Any] | None = None,
    offered: dict[str, Any] | None = None,
) -> Response:
    return render(
        request,
        "topics/edit.html",
        status=status,
        draft=draft,
        wrong=wrong,
        tried=tried,
        offered=offered,
        codes=CODES,
        language_names=language_names(request),
        month_ago=request.app.state.desk.clock() - timedelta(days=30),
    )


async def _tried(request: Request, desk: Desk, draft: Draft, *, thorough: bool) -> dict[str, Any]:
    """What the preview's template shows; nothing where nobody waits for it."""
    if draft.empty:
        return {"empty": True, "found": None, "wrong": None}
    form = await request.form()
    texts, seconds = THOROUGH if thorough else QUICK
    days = DAYS.get(str(form.get("days", "")), 30)

    async def wanted() -> bool:
        return not await request.is_disconnected()

    clock = asyncio.get_running_loop().time
    limits = Limits(clock, days=days, texts=texts, seconds=seconds, wanted=wanted)
    saved = None if draft.new else await desk.database.read(topics.find, draft.slug)
    zone = zone_of(desk, request.state.visitor)
    try:
        topic = draft.topic(UNNAMED)
        found = await preview(
            *(desk.database, bench_of(request), topic, limits),
            saved=saved,
            per_hour=desk.per_hour,
            zone=zone.key,
        )
    except TopicError as error:
        return {"empty": False, "found": None, "wrong": wrong_in(draft, error)}
    return {} if found is None else {**_shown(found, zone), "empty": False, "wrong": None}


def _shown(found: Preview, zone: Any) -> dict[str, Any]:
    trial, days = found.trial, days_of(found.since, found.until, zone)
    by = backtest.counts(trial.caught, zone)
    gained, lost, kept = backtest.difference(found.saved, trial) if found.saved else ([], [], [])
    return {
        "found": found,
        "days": days,
        "counts": [by["day"][day] for day in days],
        "by": {what: by[what].most_common() for what in ("source", "language", "form", "term")},
        "gained": gained,
        "lost": lost,
        "kept": kept,
        "samples": [
            (each.caught, _quote(each.evidence, each.parts, each.caught.language))
            for each in trial.samples[:SHOWN]
        ],
        "near": [
            (near.caught, miss, _quote([miss.place] if miss.place else [], near.parts, near.caught.language))
            for near in found.near
            for miss in near.misses[:1]
        ],
    }


def _quote(evidence: Sequence[Evidence], parts: tuple[str, str], language: str | None) -> Passage | None:
    """The first sentence with something marked in it, None where nothing is."""
    for span in evidence[:1]:
        text = parts[0] if span.field is Field.TITLE else parts[1]
        sentence = span.sentence or (max(0, span.start - AROUND), min(len(text), span.end + AROUND))
        return passage(text, Span(*sentence), marks(text, evidence, span.field), language)
    return None


async def _offered(request: Request, desk: Desk, draft: Draft) -> dict[str, Any]:
    """Other names by language, each with what it would have added, and as the form takes it."""
    bench = bench_of(request)
    nothing: dict[str, Any] = {"entries": [], "trouble": "", "empty": draft.empty}
    try:
        topic = draft.topic(UNNAMED)
        names = await asyncio.to_thread(desk.names)
        offered = await bench.offers(topic, names, desk.clock().date())
    except TopicError:
        return nothing
    except CatalogueError as error:
        return {**nothing, "trouble": str(error)}
    since = desk.clock() - timedelta(days=30)
    async with bench.alone():
        if await request.is_disconnected():
            return nothing
        gained = await gains(desk.database, topic, offered, since, bench=bench, most=OFFERED_IN)
    entries: dict[str, tuple[Offer, list[tuple[Offer, Gain, str]]]] = {}
    for offer, gain in zip(offered, gained, strict=True):
        line = line_of(offer.term)
        row = (offer, gain, f"{line.language}|{line.how}|{line.text}")
        entries.setdefault(offer.name.slug, (offer, []))[1].append(row)
    return {
        **nothing,
        "entries": [*entries.values()],
        "query": bool(topic.query),
        "language_names": language_names(request),
        "stands": Stands,
    }


async def _conflict(
    request: Request, desk: Desk, draft: Draft, mine: Topic, theirs: Topic | None
) -> Response:
    """What somebody else made of the topic meanwhile, and the ways on."""
    base = await _base(desk, draft, theirs)
    both = None if theirs is None else merged(base or replace(theirs, terms=()), mine, theirs)
    return render(
        request,
        "topics/conflict.html",
        status=409,
        draft=draft,
        mine=mine,
        theirs=theirs,
        their_change=difference(base, theirs) if base and theirs else None,
        against=difference(theirs, mine) if theirs else None,
        over=replace(draft, version=theirs.version, seen_name=theirs.name) if theirs else None,
        both=draft_of(both) if both else None,
        again=replace(draft, version=0, seen_name=""),
        how=HOW,
        maker=await _maker(desk, draft.slug),
    )


async def _base(desk: Desk, draft: Draft, theirs: Topic | None) -> Topic | None:
    """What the editor started from; None where it was nothing."""
    if draft.new or theirs is None:
        return None
    for each in await desk.database.read(topics.versions, draft.slug):
        if each.version == draft.version:
            return Topic(draft.slug, draft.seen_name, each.version, each.terms, each.query, each.mentions)
    return None


async def _maker(desk: Desk, slug: str) -> str:
    log = await desk.database.read(audit.changes, noun=editing.NOUN, key=slug, limit=1)
    return log[0].actor.name if log else ""

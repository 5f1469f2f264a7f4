"""Topics: what is watched, how each fares, how it came to be what it is, and what is new around it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from babel import Locale
from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import RedirectResponse, Response

from news.errors import TopicChanged
from news.people import Change as Audited
from news.watch import Topic
from review import editing
from review.desk.admission import ANALYST, READER, Visitor, Who
from review.desk.drafts import CODES, HOW, draft_of
from review.desk.languages import LOCALES
from review.desk.parts import Desk, DeskParts
from review.desk.rendering import language, render, words
from review.preview import days_of
from review.versions import between, changes
from storage import audit, matches, subscriptions, topics
from storage.database import Connection

router = APIRouter()
HERE = "/topics"
DAYS = 30
LINES = 200  # of the audit log, for who made a version
Number = Annotated[int | None, Query(ge=0, lt=10**6)]


@router.get(HERE, dependencies=[READER])
async def list_topics(request: Request, desk: DeskParts, who: Who) -> Response:
    """All topics with their hits of the last days, the last one, and who listens."""
    now, zone = desk.clock(), zone_of(desk, who)
    since = now - timedelta(days=DAYS - 1)
    days = days_of(since, now, zone)
    moments = await desk.database.read(matches.moments_by_topic, since - timedelta(days=1))
    listeners = Counter(
        slug for each in await desk.database.read(subscriptions.all_subscriptions) for slug in each.topics
    )
    every = await desk.database.read(topics.all_topics)
    rows = [(topic, daily(moments.get(topic.slug, ()), days, zone), listeners[topic.slug]) for topic in every]
    latest = await desk.database.read(matches.listed_by_topic)
    shown: dict[str, Any] = {
        "rows": rows,
        "days": days,
        "latest": latest,
        "removed": request.query_params.get("removed"),
    }
    return render(request, "topics/list.html", **shown)


@router.get(HERE + "/{slug}", dependencies=[READER])
async def show(request: Request, desk: DeskParts, who: Who, slug: str) -> Response:
    """One topic: its words, its hits, who listens."""
    topic = await desk.database.read(topics.get, slug)
    now, zone = desk.clock(), zone_of(desk, who)
    since = now - timedelta(days=DAYS - 1)
    days = days_of(since, now, zone)
    moments = await desk.database.read(matches.moments_by_topic, since - timedelta(days=1), slug)
    every = await desk.database.read(subscriptions.all_subscriptions)
    return render(
        request,
        "topics/show.html",
        topic=topic,
        draft=draft_of(topic),
        language_names=language_names(request),
        counts=daily(moments.get(slug, ()), days, zone),
        days=days,
        articles=(await desk.database.read(matches.listed_by_topic)).get(slug, (0, now))[0],
        listeners=[each for each in every if slug in each.topics],
        saved=request.query_params.get("saved"),
    )


@router.get(HERE + "/{slug}/history", dependencies=[READER])
async def history(
    request: Request, desk: DeskParts, slug: str, before: Number = None, after: Number = None
) -> Response:
    """Every version, who made it, and the difference between two."""
    versions = await desk.database.read(topics.versions, slug)
    made = zip(versions, changes(versions), strict=True)
    log = await desk.database.read(audit.changes, noun=editing.NOUN, key=slug, limit=LINES)
    return render(
        request,
        "topics/history.html",
        slug=slug,
        versions=[*made][::-1],
        makers=makers(log),
        change=between(slug, versions, before, after),
        how=HOW,
    )


@router.get(HERE + "/{slug}/remove", dependencies=[ANALYST])
async def ask_to_remove(request: Request, desk: DeskParts, slug: str) -> Response:
    """Whether it is meant."""
    topic = await desk.database.read(topics.get, slug)
    every = await desk.database.read(subscriptions.all_subscriptions)
    listeners = [each for each in every if slug in each.topics]
    return render(request, "topics/remove.html", topic=topic, listeners=listeners, changed=False)


@router.post(HERE + "/{slug}/remove", dependencies=[ANALYST])
async def remove(
    request: Request,
    desk: DeskParts,
    who: Who,
    slug: str,
    version: Annotated[int, Form(ge=0, lt=10**6)] = 0,
    seen_name: Annotated[str, Form(max_length=1000)] = "",
) -> Response:
    """Watch it no more."""
    seen = Topic(slug, seen_name, version, ())

    def unit(conn: Connection) -> None:
        editing.remove(conn, seen, actor=who.actor, now=desk.clock())

    try:
        await desk.database.write(unit)
    except TopicChanged as error:
        if error.topic is None:
            return RedirectResponse(HERE, 303)
        shown: dict[str, Any] = {"topic": error.topic, "listeners": [], "changed": True}
        return render(request, "topics/remove.html", status=409, **shown)
    desk.changed()
    return RedirectResponse(f"{HERE}?removed={slug}", 303)


def zone_of(desk: Desk, who: Visitor) -> ZoneInfo:
    """The zone whose days the visitor counts in."""
    return ZoneInfo((who.account.zone if who.account else "") or desk.zone)


def daily(moments: Iterable[datetime], days: Sequence[str], zone: ZoneInfo) -> list[int]:
    """How many on each of these local days."""
    found = Counter(each.astimezone(zone).date().isoformat() for each in moments)
    return [found[day] for day in days]


def makers(log: Iterable[Audited]) -> Mapping[int, str]:
    """Who made each version, as far as the log knows; the earliest line of a version tells."""
    found: dict[int, str] = {}
    for line in log:
        version = (line.after or {}).get("version")
        if isinstance(version, int):
            found[version] = line.actor.name
        elif line.action == "removed" and line.before:
            found[int(line.before["version"]) + 1] = line.actor.name
    return found


def language_names(request: Request) -> dict[str, str]:
    """What the languages of words are called."""
    _ = words(request).gettext
    shown = LOCALES[language(request)]
    return {code: _("any language") if code == CODES[-1] else name_of(code, shown) for code in CODES}


def name_of(code: str, shown: str) -> str:
    """A language by its ISO 639-1 code, as another calls it."""
    found: Any = Locale.parse(shown).languages.get(code)
    return str(found or code)

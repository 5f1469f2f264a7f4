"""Topics for programs: read, written, changed and removed; tried on the archive before they are."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi import Path as InPath
from fastapi.responses import JSONResponse, Response
from pydantic import AwareDatetime, BaseModel, Field
from starlette.background import BackgroundTask

from news.errors import TopicError
from news.watch import Role, Stands, Term, Topic
from review import editing
from review.desk.admission import ANALYST, READER, Who
from review.desk.api.answers import IfMatch, answer, unchanged
from review.desk.api.paging import Listing, Paged, invalid
from review.desk.drafts import term_problem
from review.desk.pages.topic_editor import OFFERED_IN, THOROUGH, bench_of, rematch
from review.desk.pages.topic_words import around, to_leave_out
from review.desk.pages.topics import zone_of
from review.desk.parts import DeskParts
from review.drift import drift_row
from review.noise import suggestion_row
from review.offers import gains, offer_row
from review.preview import Limits, preview, preview_row
from review.rows import Row, term_rows
from review.topics import MOST, written_down
from review.versions import between, change_row, changes, version_row
from storage import matches, subscriptions, topics
from storage.database import Connection

router = APIRouter(tags=["topics"])
Slug = Annotated[str, InPath(max_length=200, description="The topic's short name.")]
Version = Annotated[int | None, Query(ge=0, lt=10**6)]
TAKEN: dict[int | str, dict[str, Any]] = {
    409: {"description": "There is a topic of that short name already."}
}
UNNAMED = "draft"


class TermBody(BaseModel):
    """A name or phrase. `stands` says how much a name proves; other roles stand alone."""

    text: str = Field(max_length=1000)
    language: str | None = Field(default=None, description="ISO 639-1; null: any language.")
    role: Role = Role.NAME
    stands: Stands = Stands.ALONE


class TopicBody(BaseModel):
    """What a topic is found by: terms, or a query; never both."""

    name: str = Field(default="", max_length=1000, description="As it is shown; empty: the short name.")
    terms: list[TermBody] = Field(default=[], max_length=MOST)
    query: str = Field(default="", max_length=20_000)
    mentions: int = Field(default=1, ge=1, lt=10**6, description="How often it must be named at least.")


class NewTopic(TopicBody):
    slug: str = Field(max_length=200, description="Letters a-z, digits and hyphens; it stays.")


class TriedTopic(TopicBody):
    """A topic that is not saved. `slug`: the one it is held against, whose listeners would be told."""

    slug: str = Field(default="", max_length=200)
    days: int = Field(default=30, ge=1, le=366)


class TopicShown(TopicBody):
    slug: str
    version: int


class TopicListed(TopicShown):
    """`articles` in which it was found, ever; `last_seen`: when the latest of them was first seen."""

    articles: int
    last_seen: datetime | None
    subscriptions: int


class Since(BaseModel):
    since: AwareDatetime = Field(description="What was first seen from then on is looked through.")


@router.get("/topics", dependencies=[READER])
async def list_topics(request: Request, desk: DeskParts, paging: Paged) -> Listing[TopicListed]:
    """What is watched, by short name."""
    after = paging.after(str)
    every = await desk.database.read(topics.all_topics)
    found = [topic for topic in every if after is None or topic.slug > after[0]][: paging.one_more]
    listed_in = await desk.database.read(matches.listed_by_topic)
    told = await desk.database.read(subscriptions.all_subscriptions)
    listeners = Counter(slug for each in told for slug in each.topics)

    def listed(topic: Topic) -> TopicListed:
        articles, latest = listed_in.get(topic.slug, (0, None))
        return TopicListed(
            **shown(topic).model_dump(),
            articles=articles,
            last_seen=latest,
            subscriptions=listeners[topic.slug],
        )

    return paging.listing(found, listed, lambda topic: (topic.slug,))


@router.post("/topics", dependencies=[ANALYST], status_code=201, response_model=TopicShown, responses=TAKEN)
async def add_topic(request: Request, desk: DeskParts, who: Who, body: NewTopic) -> Response:
    """Watch a topic from now on."""
    topic = await _checked(request, body.slug, body)

    def unit(conn: Connection) -> Topic:
        return editing.save(conn, topic, None, actor=who.actor, now=desk.clock())

    saved = shown(await desk.database.write(unit))
    desk.changed()
    return answer(request, saved, status=201, location=f"/api/v1/topics/{saved.slug}")


@router.post("/topics/preview", dependencies=[ANALYST])
async def preview_topic(request: Request, desk: DeskParts, who: Who, body: TriedTopic) -> dict[str, Any]:
    """What an unsaved topic would have found: by day, source, language and form, samples, near misses, what
    it gains and loses against the saved one, mails it would have sent."""
    topic = await _checked(request, body.slug or UNNAMED, body)
    zone = zone_of(desk, who)
    limits = Limits(asyncio.get_running_loop().time, days=body.days, texts=THOROUGH[0], seconds=THOROUGH[1])
    found = await preview(
        *(desk.database, bench_of(request), topic, limits),
        saved=await desk.database.read(topics.find, topic.slug),
        per_hour=desk.per_hour,
        zone=zone.key,
    )
    assert found is not None, "nobody breaks off"
    return preview_row(found, zone)


@router.post("/topics/names", dependencies=[ANALYST])
async def offer_names(request: Request, desk: DeskParts, body: TriedTopic) -> list[dict[str, Any]]:
    """Other names of what an unsaved topic watches, with what each would have added to the articles of the
    last `days`."""
    topic = await _checked(request, body.slug or UNNAMED, body)
    bench = bench_of(request)
    names = await asyncio.to_thread(desk.names)
    offered = await bench.offers(topic, names, desk.clock().date())
    since = desk.database.clock() - timedelta(days=body.days)
    async with bench.alone():
        gained = await gains(desk.database, topic, offered, since, bench=bench, most=OFFERED_IN)
    pairs = enumerate(zip(offered, gained, strict=True), 1)
    return [offer_row(number, *pair, taken=False) for number, pair in pairs]


@router.get("/topics/{slug}", dependencies=[READER], response_model=TopicShown)
async def topic(request: Request, desk: DeskParts, slug: Slug) -> Response:
    """One topic with its terms."""
    return answer(request, shown(await desk.database.read(topics.get, slug)))


@router.put("/topics/{slug}", dependencies=[ANALYST], response_model=TopicShown)
async def change_topic(
    request: Request, desk: DeskParts, who: Who, slug: Slug, body: TopicBody, if_match: IfMatch = ""
) -> Response:
    """Give a topic other terms; another version, where they differ."""
    await desk.database.read(topics.get, slug)
    made = await _checked(request, slug, body)

    def unit(conn: Connection) -> Topic:
        had = topics.get(conn, slug)
        unchanged(if_match, shown(had), editing.NOUN, slug)
        return editing.save(conn, made, had, actor=who.actor, now=desk.clock())

    saved = await desk.database.write(unit)
    desk.changed()
    return answer(request, shown(saved))


@router.delete("/topics/{slug}", dependencies=[ANALYST], status_code=204)
async def remove_topic(desk: DeskParts, who: Who, slug: Slug, if_match: IfMatch = "") -> Response:
    """Watch it no more; what was found is kept."""

    def unit(conn: Connection) -> None:
        had = topics.get(conn, slug)
        unchanged(if_match, shown(had), editing.NOUN, slug)
        editing.remove(conn, had, actor=who.actor, now=desk.clock())

    await desk.database.write(unit)
    desk.changed()
    return Response(status_code=204)


@router.get("/topics/{slug}/versions", dependencies=[READER])
async def topic_versions(desk: DeskParts, slug: Slug) -> list[dict[str, Any]]:
    """Every version, also of a removed topic: when, by whom, what came and went."""
    every = await desk.database.read(topics.versions, slug)
    return [version_row(slug, *each) for each in zip(every, changes(every), strict=True)]


@router.get("/topics/{slug}/difference", dependencies=[READER])
async def topic_difference(
    desk: DeskParts, slug: Slug, before: Version = None, after: Version = None
) -> dict[str, Any]:
    """What came and went from one version (0: nothing) to another; without numbers, with the latest."""
    return change_row(slug, between(slug, await desk.database.read(topics.versions, slug), before, after))


@router.post(
    "/topics/{slug}/rematch",
    dependencies=[ANALYST],
    status_code=202,
    responses={202: {"description": "It is being looked for; the audit log says what came of it."}},
)
async def rematch_topic(desk: DeskParts, who: Who, slug: Slug, body: Since) -> Row:
    """Find it in what was read before, too. Nobody is told of that."""
    await desk.database.read(topics.get, slug)
    task = BackgroundTask(rematch, desk, slug, body.since, who.actor)
    return JSONResponse({"slug": slug}, 202, background=task)  # type: ignore[return-value]


@router.get("/topics/{slug}/rising", dependencies=[ANALYST])
async def rising_words(request: Request, desk: DeskParts, slug: Slug) -> list[dict[str, Any]]:
    """Words that rise around it and are not in it, by a sample of the archive; counts are of articles."""
    found = await around(desk, bench_of(request), await desk.database.read(topics.get, slug))
    return [drift_row(place, each) for place, each in enumerate(found.found, 1)]


@router.get("/topics/{slug}/noise", dependencies=[ANALYST])
async def words_of_noise(request: Request, desk: DeskParts, slug: Slug) -> list[dict[str, Any]]:
    """Terms to exclude, from what was judged noise, with how much each would drop."""
    _, found = await to_leave_out(desk, bench_of(request), await desk.database.read(topics.get, slug))
    return [suggestion_row(place, each) for place, each in enumerate(found, 1)]


def shown(topic: Topic) -> TopicShown:
    """A topic as a program sees it; its entity tag is of this."""
    return TopicShown(
        slug=topic.slug,
        version=topic.version,
        name=topic.name,
        terms=[TermBody(**each) for each in term_rows(topic.terms)],
        query=topic.query,
        mentions=topic.mentions,
    )


async def _checked(request: Request, slug: str, body: TopicBody) -> Topic:
    """The topic a body describes. Raises RequestValidationError that names the field."""
    terms = [Term(each.text, each.language, each.role, each.stands) for each in body.terms]
    try:
        made = written_down(slug, body.name, terms, query=body.query, mentions=body.mentions)
        await bench_of(request).check(made)
    except TopicError as error:
        field, said = term_problem(error, terms)
        raise invalid("body", field, said) from None
    return made

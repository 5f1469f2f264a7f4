"""The timeline of a topic for programs: its lanes, and the articles one by one."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel

from review import timeline as reviewed
from review.desk.admission import READER, Who
from review.desk.paging import cursor, place
from review.desk.parts import DeskParts
from review.desk.periods import At, period_at, zone_of
from review.rows import iso
from review.timeline import Mark, Zoom, width
from storage import timeline, topics
from storage.timeline import Place

NO_TOPIC: dict[int | str, dict[str, Any]] = {404: {"description": "There is no such topic."}}
router = APIRouter(tags=["timeline"])
Slug = Annotated[str, Query(max_length=200, description="The topic.")]
How = Annotated[Zoom, Query(description="How long the period is.")]


class MarkOut(BaseModel):
    """Articles said close together: all of them between `said_from` (null: nobody knows since when) and
    `said_by`, the earliest by `first_by`. `known_by`: `hour`, `day`, `visits`; null: in several ways."""

    said_from: str | None
    said_by: str
    first_by: str
    known_by: str | None
    articles: int
    article: int


class LaneOut(BaseModel):
    """Who spoke: an institution by its name (`own_channel`), or a kind of outlet."""

    lane: str
    own_channel: bool
    articles: int
    marks: list[MarkOut]


class FirstOut(BaseModel):
    lane: str
    own_channel: bool
    said_by: str


class TimelineOut(BaseModel):
    """`first` is null where it cannot be told; `lanes_left_out` lanes have fewer articles than the others."""

    topic: str
    since: str
    until: str
    articles: int
    lanes: list[LaneOut]
    lanes_left_out: int
    first: FirstOut | None


class SaidOut(BaseModel):
    """One article, said between `said_from` (null: nobody knows since when) and `said_by`."""

    topic: str
    lane: str
    own_channel: bool
    said_from: str | None
    said_by: str
    known_by: str
    published: str | None
    first_seen: str
    title: str
    source: str
    language: str | None
    url: str | None
    article: int


class SaidPage(BaseModel):
    """`next` is the cursor of the next page; null: this is the last."""

    items: list[SaidOut]
    next: str | None


@router.get("/timeline", dependencies=[READER], responses=NO_TOPIC)
async def lanes(desk: DeskParts, who: Who, topic: Slug, zoom: How = Zoom.MONTH, at: At = None) -> TimelineOut:
    """Who spoke when, in the period that `at` is in (now, where it is not given)."""
    period = period_at(desk, zone_of(desk, who), zoom, at)

    def asked(conn: Any) -> reviewed.Timeline:
        topics.get(conn, topic)
        return reviewed.timeline(period, timeline.spoken(conn, topic, period, width(period)))

    shown = await desk.database.read(asked)
    first = shown.first
    return TimelineOut(
        topic=topic,
        since=_iso(period.since),
        until=_iso(period.until),
        articles=shown.articles,
        lanes=[
            LaneOut(
                lane=row.lane.name,
                own_channel=row.lane.own,
                articles=row.articles,
                marks=[_mark(mark) for mark in (*row.points, *row.spans)],
            )
            for row in shown.rows
        ],
        lanes_left_out=shown.left_out,
        first=first and FirstOut(lane=first[0].name, own_channel=first[0].own, said_by=_iso(first[1])),
    )


@router.get("/timeline/articles", dependencies=[READER], responses=NO_TOPIC)
async def articles(
    desk: DeskParts,
    who: Who,
    topic: Slug,
    zoom: How = Zoom.MONTH,
    at: At = None,
    after: Annotated[str | None, Query(alias="cursor", max_length=100)] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> SaidPage:
    """The articles of the period, the latest first."""
    period = period_at(desk, zone_of(desk, who), zoom, at)
    begun = place(after)
    await desk.database.read(topics.get, topic)
    page, onward = await desk.database.read(
        timeline.said, topic, period, after=Place(*begun) if begun else None, limit=limit
    )
    items = [SaidOut.model_validate(reviewed.said_row(topic, one)) for one in page]
    return SaidPage(items=items, next=cursor(onward.at, onward.article) if onward else None)


def _mark(mark: Mark) -> MarkOut:
    return MarkOut(
        said_from=iso(mark.within.after),
        said_by=_iso(mark.within.by),
        first_by=_iso(mark.first_by),
        known_by=str(mark.known) if mark.known else None,
        articles=mark.articles,
        article=mark.article,
    )


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")

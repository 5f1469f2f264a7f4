"""The timeline of a topic for programs: its lanes, and the articles one by one."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel

from review import timeline as reviewed
from review.desk.admission import READER, Who
from review.desk.api.answers import answer
from review.desk.api.paging import Listing, Paged, cursor
from review.desk.parts import DeskParts
from review.desk.periods import At, period_at, zone_of
from review.timeline import Mark, Zoom, width
from storage import timeline, topics
from storage.database import Connection
from storage.timeline import Place

NO_TOPIC: dict[int | str, dict[str, Any]] = {404: {"description": "There is no such topic."}}
router = APIRouter(tags=["timeline"])
Slug = Annotated[str, Query(max_length=200, description="The topic.")]
How = Annotated[Zoom, Query(description="How long the period is.")]


class MarkOut(BaseModel):
    """Articles said close together: all of them between `said_from` (null: nobody knows since when) and
    `said_by`, the earliest by `first_by`. `known_by`: `hour`, `day`, `visits`; null: in several ways."""

    said_from: datetime | None
    said_by: datetime
    first_by: datetime
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
    said_by: datetime


class TimelineOut(BaseModel):
    """`first` is null where it cannot be told; `lanes_left_out` lanes have fewer articles than the others."""

    topic: str
    since: datetime
    until: datetime
    articles: int
    lanes: list[LaneOut]
    lanes_left_out: int
    first: FirstOut | None


class SaidOut(BaseModel):
    """One article, said between `said_from` (null: nobody knows since when) and `said_by`."""

    topic: str
    lane: str
    own_channel: bool
    said_from: datetime | None
    said_by: datetime
    known_by: str
    published: str | None
    first_seen: datetime
    title: str
    source: str
    language: str | None
    url: str | None
    article: int


@router.get("/timeline", dependencies=[READER], response_model=TimelineOut, responses=NO_TOPIC)
async def lanes(
    request: Request, desk: DeskParts, who: Who, topic: Slug, zoom: How = Zoom.MONTH, at: At = None
) -> Response:
    """Who spoke when, in the period that `at` is in (now, where it is not given)."""
    period = period_at(desk, zone_of(desk, who), zoom, at)

    def asked(conn: Connection) -> reviewed.Timeline:
        topics.get(conn, topic)
        return reviewed.timeline(period, timeline.spoken(conn, topic, period, width(period)))

    shown = await desk.database.read(asked)
    first = shown.first
    told = TimelineOut(
        topic=topic,
        since=period.since,
        until=period.until,
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
        first=first and FirstOut(lane=first[0].name, own_channel=first[0].own, said_by=first[1]),
    )
    return answer(request, told)


@router.get("/timeline/articles", dependencies=[READER], response_model=Listing[SaidOut], responses=NO_TOPIC)
async def articles(
    request: Request,
    desk: DeskParts,
    who: Who,
    paging: Paged,
    topic: Slug,
    zoom: How = Zoom.MONTH,
    at: At = None,
) -> Response:
    """The articles of the period, the latest first."""
    period = period_at(desk, zone_of(desk, who), zoom, at)
    begun = paging.after(datetime, int)
    await desk.database.read(topics.get, topic)
    page, onward = await desk.database.read(
        timeline.said, topic, period, after=Place(*begun) if begun else None, limit=paging.limit
    )
    items = [SaidOut.model_validate(reviewed.said_row(topic, one)) for one in page]
    place = cursor(onward.at, onward.article) if onward else None
    return answer(request, Listing(items=items, next=place))


def _mark(mark: Mark) -> MarkOut:
    return MarkOut(
        said_from=mark.within.after,
        said_by=mark.within.by,
        first_by=mark.first_by,
        known_by=str(mark.known) if mark.known else None,
        articles=mark.articles,
        article=mark.article,
    )

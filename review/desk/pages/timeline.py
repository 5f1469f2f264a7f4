"""The timeline of a topic: who spoke when, drawn, as a table, and as a file."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from news.watch import Topic
from review import timeline as reviewed
from review.charts import timeline_chart
from review.desk.admission import READER, Who
from review.desk.files import download
from review.desk.parts import DeskParts
from review.desk.periods import BLANK, At, period_at, zone_of
from review.desk.rendering import render, words
from review.desk.spans import Spans
from review.exporting import Format
from review.timeline import Timeline, Zoom, width
from storage import timeline, topics
from storage.timeline import Period

router = APIRouter()
HERE = "/timeline"
# Of the chart's marks so many are rows of the table on the page; the files have every article.
TABLE = 150
How = Annotated[Zoom | None, Query(), BLANK]


@router.get(HERE, dependencies=[READER])
async def page(
    request: Request, desk: DeskParts, who: Who, topic: str = "", zoom: How = None, at: At = None
) -> Response:
    """The period that `at` is in, as long as `zoom` says."""
    names = await desk.database.read(topics.names)
    if not names:
        return render(request, "timeline/timeline.html", names=names, shown=None)
    slug = topic or min(names, key=lambda each: names[each].casefold())
    watched = await desk.database.read(topics.get, slug)
    zone, zoom = zone_of(desk, who), zoom or Zoom.MONTH
    period = period_at(desk, zone, zoom, at)
    shown, titles = await desk.database.read(_asked, slug, period)
    context = _told(request, watched, shown, zoom, zone)
    bounds = None if shown.rows else await desk.database.read(timeline.bounds, slug)
    return render(request, "timeline/timeline.html", names=names, titles=titles, bounds=bounds, **context)


@router.get(f"{HERE}/{{form}}", dependencies=[READER])
async def file(
    desk: DeskParts, who: Who, form: Format, topic: str, zoom: How = None, at: At = None
) -> Response:
    """Every article of the period, with when it was said."""
    watched = await desk.database.read(topics.get, topic)
    zoom = zoom or Zoom.MONTH
    period = period_at(desk, zone_of(desk, who), zoom, at)
    rows = reviewed.said_rows(desk.database, topic, period)
    called = f"timeline {topic} {period.first}"
    return download(form, reviewed.COLUMNS_OF_A_FILE, rows, name=called, title=watched.name)


def _asked(conn: Any, slug: str, period: Period) -> tuple[Timeline, dict[int, str]]:
    """The timeline, and what the articles are called that stand alone in it."""
    shown = reviewed.timeline(period, timeline.spoken(conn, slug, period, width(period)))
    alone = [mark.article for row in shown.rows for mark in (*row.points, *row.spans) if mark.articles == 1]
    return shown, timeline.titles(conn, alone[:TABLE])


def _told(request: Request, topic: Topic, shown: Timeline, zoom: Zoom, zone: str) -> dict[str, Any]:
    _ = words(request).gettext
    spans = Spans(request, zone)
    marks = [(row, mark) for row in shown.rows for mark in (*row.points, *row.spans)]
    marks.sort(key=lambda each: (each[1].first_by, each[1].article))
    period = shown.period
    called = spans.period(zoom, period)
    chart = timeline_chart(
        shown,
        reviewed.ticks(zoom, period, zone),
        spans.of_chart(_("%(topic)s, %(period)s") % {"topic": topic.name, "period": called}, zoom),
    )
    return {
        "topic": topic,
        "shown": shown,
        "zoom": zoom,
        "zooms": list(Zoom),
        "period": called,
        "at": _address(period.since, zone),
        "earlier": _address(period.since - timedelta(seconds=1), zone),
        "later": _address(period.until, zone),
        "day": period.first.isoformat(),
        "marks": marks[:TABLE],
        "more": max(len(marks) - TABLE, 0),
        "chart": chart,
        "spans": spans,
        "closer": lambda moment: _address(moment, zone),
        "formats": list(Format),
    }


def _address(moment: datetime, zone: str) -> str:
    """A moment as the page's address has it."""
    return moment.astimezone(UTC).astimezone(ZoneInfo(zone)).strftime("%Y-%m-%dT%H:%M")

"""Words a topic might gain or leave out: what rises around it, and what tells its noise."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from news.watch import Topic
from review.desk.admission import ANALYST
from review.desk.drafts import line_of
from review.desk.pages.topic_editor import bench_of
from review.desk.pages.topics import HERE, language_names
from review.desk.parts import Desk, DeskParts
from review.desk.rendering import render
from review.drift import Drifts, drift, window
from review.matchers import Bench
from review.noise import Judged, Suggestion, judged_under, suggestions
from storage import sources, topics

router = APIRouter()
# Of how many texts words are counted: seconds, while somebody waits; `topics drift` reads ten times as many.
MATCHING, OTHERS = 600, 1_500
RECENT, BEFORE = 7, 30  # days
SHOWN = 20


@router.get(HERE + "/{slug}/rising", dependencies=[ANALYST])
async def rising(request: Request, desk: DeskParts, slug: str) -> Response:
    """Words that rise around a topic and are not in it, each a step from being taken."""
    topic = await desk.database.read(topics.get, slug)
    found = await around(desk, bench_of(request), topic)
    return render(
        request,
        "topics/rising.html",
        topic=topic,
        drifts=found,
        rows=found.found[:SHOWN],
        language_names=language_names(request),
        days=(RECENT, BEFORE),
    )


@router.get(HERE + "/{slug}/noise", dependencies=[ANALYST])
async def noise(request: Request, desk: DeskParts, slug: str) -> Response:
    """What to leave out, from what was judged noise, each a step from being tried."""
    topic = await desk.database.read(topics.get, slug)
    judged, found = await to_leave_out(desk, bench_of(request), topic)
    return render(
        request,
        "topics/noise.html",
        topic=topic,
        noisy=sum(not each.relevant for each in judged),
        relevant=sum(each.relevant for each in judged),
        rows=[(each, _address(each)) for each in found],
        language_names=language_names(request),
    )


async def around(desk: Desk, bench: Bench, topic: Topic) -> Drifts:
    """What rises around a topic, read from a sample of the archive."""
    names = [source.name for source in await desk.database.read(sources.all_sources)]
    async with bench.alone():
        when = window(desk.database.clock(), RECENT, BEFORE)
        return await drift(desk.database, topic, when, bench, names, most=(MATCHING, OTHERS))


async def to_leave_out(desk: Desk, bench: Bench, topic: Topic) -> tuple[list[Judged], tuple[Suggestion, ...]]:
    """What was judged under a topic, and what it suggests."""
    judged = await judged_under(desk.database, topic.slug)
    async with bench.alone():
        return judged, await suggestions(bench, topic, judged)


def _address(each: Suggestion) -> str:
    """The word as the editor's address takes it."""
    line = line_of(each.term)
    return f"{line.language}|{line.how}|{line.text}"

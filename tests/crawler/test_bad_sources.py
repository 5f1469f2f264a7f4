"""A bad source delays nobody else: one host that hangs, one page that would run for a minute."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.outcomes import Fetched, Visited
from news.article import ArticleState
from news.visit import Outcome
from tests.collector import Collector, collecting
from tests.web import Item, Reply, Web, article, rss, serving
from wirewatch.wiring import collect_round

GOOD = 12
# Native parsers take minutes over this, and no Python timeout stops native code.
NESTED = "<div>" * 100_000 + "the text at the bottom" + "</div>" * 100_000


@pytest.fixture(scope="module")
def web() -> Iterator[Web]:
    with serving() as site:
        yield site


async def finishing_times(desk: Collector) -> dict[str, float]:
    """Seconds from the start of a round until each source's last outcome."""
    loop = asyncio.get_running_loop()
    begun, finished = loop.time(), {}

    def observe(outcome: Visited | Fetched) -> None:
        finished[outcome.task.source.slug] = loop.time() - begun
        desk.outcomes.append(outcome)

    egress = desk.settings.egress.model_copy(update={"hosts": desk.web.hosts()})
    settings = desk.settings.model_copy(update={"egress": egress})
    await collect_round(settings, desk.parts, None, observe=observe)
    return finished


def publish(web: Web, number: int, edition: int) -> str:
    host = f"good{number}.test"
    title = f"Good {number}, edition {edition}"
    link = web.put(
        host, f"/{edition}", article(title, f"{title}: what was said about the road, and by whom.")
    )
    return web.put(host, "/rss", Reply(rss([Item(title, link, guid=f"{number}-{edition}")])))


def hostile_feed() -> str:
    """Quadratic in feedparser: one element of 100,000 attributes (over a minute where measured)."""
    attributes = " ".join(f'a{n}="x"' for n in range(100_000))
    return rss([Item("Hostile", "http://never.test/1", guid="h")]).replace(
        "<channel>", f"<channel><b {attributes}/>"
    )


async def test_bad_sources_delay_no_other_by_five_seconds(web: Web, tmp_path: Path) -> None:
    async with collecting(web, tmp_path) as desk:
        for number in range(GOOD):
            await desk.add(f"good{number}", publish(web, number, 1))
        await desk.parts.readers.start()
        alone = await finishing_times(desk)
        hang = web.put("hangs.test", "/rss", Reply(rss([]), hang=60))
        await desk.add("hangs", hang)
        await desk.add("runs", web.put("runs.test", "/rss", hostile_feed()))
        for number in range(GOOD):
            publish(web, number, 2)
        desk.clock.forward(hours=1)
        beside = await finishing_times(desk)
        for slug, seconds in alone.items():
            assert beside[slug] <= seconds + 5, slug
        visits = {o.task.source.slug: o.visit for o in desk.outcomes if isinstance(o, Visited)}
        assert visits["hangs"].outcome is Outcome.FAILED
        assert visits["runs"].outcome is Outcome.FAILED
        assert "reader" in (visits["runs"].reason or "")
        assert len(await desk.items()) == 2 * GOOD


async def test_a_page_that_kills_its_readers_is_parked(web: Web, tmp_path: Path) -> None:
    async with collecting(web, tmp_path) as desk:
        page = web.put("deep.test", "/deep", f"<html><body>{NESTED}</body></html>")
        feed = rss([Item("Deep", page, guid="deep", summary="What the feed says of it.")])
        await desk.add("deep", web.put("deep.test", "/rss", feed))
        for _ in range(6):
            await desk.round()
            desk.clock.forward(hours=5)
        (item,) = await desk.items()
        assert item.state in (ArticleState.READ, ArticleState.UNREADABLE)
        assert web.count("deep.test", "/deep") <= 3

"""A bad source delays nobody else: one host that hangs, one page that would run for a minute."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiohttp import web as http

from crawler.outcomes import AnyOutcome, Fetched, Visited
from news.article import ArticleState
from news.visit import Outcome
from storage.work import PAGES_AT_ONCE
from tests.collector import Collector, collecting
from tests.web import Item, Reply, Web, article, rss, serving
from wirewatch.wiring import collect_round
from workers.limits import Limits

GOOD = 12
# Quadratic in text extraction: 600 kB of this ran for more than a minute where measured.
ENDLESS = f"<html><body><article><p>{'<b>x</b> y ' * 50_000}</p></article></body></html>"
SHORT = Limits(cpu=1.0, wall=2.0)


@pytest.fixture(scope="module")
def web() -> Iterator[Web]:
    with serving() as site:
        yield site


async def finishing_times(desk: Collector) -> dict[str, float]:
    """Seconds from the start of a round until each source's last outcome."""
    loop = asyncio.get_running_loop()
    begun, finished = loop.time(), {}

    def observe(outcome: AnyOutcome) -> None:
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
        endless = Item("Endless", web.put("runs.test", "/endless", ENDLESS), guid="e")
        await desk.add("runs", web.put("runs.test", "/rss", rss([endless])))
        for number in range(GOOD):
            publish(web, number, 2)
        desk.clock.forward(hours=1)
        beside = await finishing_times(desk)
        for slug, seconds in alone.items():
            assert beside[slug] <= seconds + 5, slug
        visits = {o.task.source.slug: o.visit for o in desk.outcomes if isinstance(o, Visited)}
        assert visits["hangs"].outcome is Outcome.FAILED
        (endless_page,) = [o for o in desk.outcomes if isinstance(o, Fetched) and o.crashed]
        assert endless_page.task.source.slug == "runs"
        assert len(await desk.items()) == 2 * GOOD + 1


async def test_pages_at_many_hosts_hold_few_places(web: Web, tmp_path: Path) -> None:
    """One feed, twelve pages at twelve slow hosts: most places are left to others."""
    at_once: list[int] = [0]

    async def slow(request: http.Request) -> Reply:
        at_once.append(at_once[-1] + 1)
        await asyncio.sleep(0.5)
        at_once.append(at_once[-1] - 1)
        return Reply(article(request.host, f"What {request.host} said about the road, and to whom."))

    async with collecting(web, tmp_path) as desk:
        links = [web.put(f"slow{number}.test", "/page", slow) for number in range(12)]
        items = [Item(f"Slow {number}", link, guid=link) for number, link in enumerate(links)]
        await desk.add("scatters", web.put("scatters.test", "/rss", rss(items)))
        await desk.round()
        assert len(await desk.items()) == 12
    assert max(at_once) == PAGES_AT_ONCE


async def test_a_page_that_kills_its_readers_is_parked(web: Web, tmp_path: Path) -> None:
    async with collecting(web, tmp_path, reader_limits=SHORT) as desk:
        page = web.put("deep.test", "/endless", ENDLESS)
        feed = rss([Item("Endless", page, guid="deep", summary="What the feed says of it.")])
        await desk.add("deep", web.put("deep.test", "/rss", feed))
        for _ in range(6):
            await desk.round()
            desk.clock.forward(hours=5)
        (item,) = await desk.items()
        assert item.state is ArticleState.UNREADABLE
        assert "reader" in (item.reason or "")
        assert "What the feed says of it." in item.text
        assert web.count("deep.test", "/endless") == 3


async def test_a_feed_that_kills_its_reader_fails_and_is_tried_again(web: Web, tmp_path: Path) -> None:
    async with collecting(web, tmp_path, reader_limits=SHORT) as desk:
        await desk.add("runs", web.put("runs.test", "/rss", hostile_feed()))
        assert "reader" in ((await desk.visit("runs")).visit.reason or "")
        desk.clock.forward(days=1)
        web.put("runs.test", "/rss", rss([Item("Mended", web.url("runs.test", "/1"), guid="m")]))
        assert (await desk.visit("runs")).visit.new == 1

"""Every kind of source paged back, over real HTTP: what is asked for, and what is kept of it."""

import json
from datetime import UTC, datetime
from typing import Any

from news.article import Brought
from news.source import Rules
from news.work import Backfill, BackfillState
from storage import backfills
from tests.channels import Message, channel_page
from tests.collector import Collector
from tests.crawler.test_kinds import JSON, WORDS, XML, put_articles, sitemap
from tests.web import Reply, Web
from wirewatch.wiring import fill_round

SINCE = datetime(2022, 12, 1, tzinfo=UTC)


async def fill(desk: Collector, slug: str, since: datetime = SINCE) -> Backfill:
    """Page the source's lists back to then, and read what they hold."""
    await desk.parts.database.write(backfills.begin, slug, since, now=desk.clock())
    egress = desk.settings.egress.model_copy(update={"hosts": desk.web.hosts()})
    await fill_round(desk.settings.model_copy(update={"egress": egress}), desk.parts, [slug])
    (stands,) = await desk.parts.database.read(backfills.standing, [slug], desk.clock())
    assert stands.to_read == 0
    return stands.backfill


async def test_all_parts_of_a_sitemap_changed_since_then(web: Web, desk: Collector) -> None:
    parts = []
    for number, changed in enumerate(("2022-12-09", "2022-12-07", "2022-12-05", "2022-12-03", "2022-11-01")):
        links = put_articles(web, "ministry.test", number * 10, number * 10 + 1)
        listed = sitemap(*links, changed=changed)
        place = web.put("ministry.test", f"/part{number}.xml", Reply(listed, headers=XML))
        parts.append(f"<sitemap><loc>{place}</loc><lastmod>{changed}</lastmod></sitemap>")
    index = (
        f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{"".join(parts)}</sitemapindex>'
    )
    url = web.put("ministry.test", "/sitemap.xml", Reply(index, headers=XML))
    await desk.add("ministry", url, spider="sitemap", rules=Rules(paths=("/en/news/*",)))
    done = await fill(desk, "ministry")
    assert (done.state, done.pages) == (BackfillState.ENDED, 5)
    titles = {item.title for item in await desk.items()}
    assert titles == {f"Report {number * 10 + more}" for number in range(4) for more in (0, 1)}
    assert web.count("ministry.test", "/part4.xml") == 0, "not changed since then"
    (last,) = [item for item in await desk.items() if item.title == "Report 30"]
    assert (last.brought, last.backfill) == (Brought.BACKFILL, True)


async def test_wordpress_until_it_says_that_there_is_no_such_page(web: Web, desk: Collector) -> None:
    path = "/wp-json/wp/v2/posts?per_page=2"
    for page in (1, 2, 3):
        posts = [
            {
                "id": number,
                "date_gmt": f"2022-12-{10 - number:02}T09:00:00",
                "link": web.url("radio.test", f"/{number}/"),
                "title": {"rendered": f"Post {number}"},
                "content": {"rendered": f"<p>{WORDS} This is number {number}.</p>"},
            }
            for number in (page * 2 - 1, page * 2)
        ]
        where = path if page == 1 else f"{path}&page={page}"
        web.put("radio.test", where, Reply(json.dumps(posts), headers=JSON))
    web.put("radio.test", f"{path}&page=4", Reply('{"code": "rest_post_invalid_page_number"}', 400, JSON))
    await desk.add("radio", web.url("radio.test", path), spider="wordpress")
    done = await fill(desk, "radio")
    assert (done.state, done.pages, done.reason) == (BackfillState.ENDED, 4, None)
    kept = {item.title: item for item in await desk.items()}
    assert sorted(kept) == [f"Post {number}" for number in range(1, 7)]
    assert kept["Post 6"].appeared.by == datetime(2022, 12, 4, 9, tzinfo=UTC)


async def test_a_json_list_by_its_numbered_pages_to_the_date(web: Web, desk: Collector) -> None:
    def page(*days: int) -> Reply:
        items: list[dict[str, Any]] = [
            {"id": day, "title": f"Report {day}", "at": f"2022-12-{day:02} 13:00:00"} for day in days
        ]
        return Reply(json.dumps({"data": items}), headers=JSON)

    put_articles(web, "agency.test", *range(1, 13))
    url = web.put("agency.test", "/api", page(12, 11))
    for number in range(2, 7):
        web.put("agency.test", f"/api?page={number}", page(14 - number * 2, 13 - number * 2))
    rules = Rules(
        item="data",
        link="/en/news/{id}",
        title="title",
        date="at",
        page_url=web.url("agency.test", "/api?page={page}"),
    )
    await desk.add("agency", url, spider="jsonlist", rules=rules, zone="Asia/Yerevan")
    done = await fill(desk, "agency", datetime(2022, 12, 6, tzinfo=UTC))
    assert (done.state, len(await desk.items())) == (BackfillState.REACHED, 8), "half of a page is kept whole"
    assert web.count("agency.test", "/api?page=5") == 1
    assert web.count("agency.test", "/api?page=6") == 0
    done = await fill(desk, "agency", datetime(2022, 12, 3, tzinfo=UTC))
    assert (done.state, len(await desk.items())) == (BackfillState.REACHED, 10)


async def test_a_channel_by_its_older_posts(web: Web, desk: Collector) -> None:
    def posts(first: int, last: int) -> list[Message]:
        return [
            Message(number, f"Post {number}. {WORDS}", at=f"2022-12-{number:02}T12:25:01+00:00")
            for number in range(first, last + 1)
        ]

    url = web.put("t.test", "/s/ministry", channel_page("ministry", posts(9, 12), before=9))
    web.put("t.test", "/s/ministry?before=9", channel_page("ministry", posts(5, 8), before=5))
    web.put("t.test", "/s/ministry?before=5", channel_page("ministry", posts(1, 4)))
    await desk.add("channel", url, spider="telegram", zone="Europe/Moscow")
    done = await fill(desk, "channel")
    assert (done.state, done.pages, len(await desk.items())) == (BackfillState.ENDED, 3, 12)


async def test_x_without_a_token_says_so(web: Web, desk: Collector) -> None:
    await desk.add("x", "https://x.com/ministry", spider="x")
    done = await fill(desk, "x")
    assert done.state is BackfillState.STOPPED
    assert "no token is set" in (done.reason or "")

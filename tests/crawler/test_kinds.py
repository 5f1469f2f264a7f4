"""Every kind of source but feeds and lists, over real HTTP: what is announced, read and asked for again."""

import json
from dataclasses import replace
from typing import Any

from crawler.parts import Interface
from news.source import Rules
from news.visit import Outcome
from storage import articles, work
from tests.channels import STUB, Message, channel_page
from tests.collector import Collector
from tests.web import Reply, Web, article

WORDS = "The ministry said that traffic on the road had stopped and that talks would go on in the capital."
XML, JSON = {"Content-Type": "application/xml"}, {"Content-Type": "application/json"}


def sitemap(*links: str, root: str = "urlset", changed: str = "2022-12-12T09:00:00+00:00") -> str:
    part = "url" if root == "urlset" else "sitemap"
    places = "".join(f"<{part}><loc>{link}</loc><lastmod>{changed}</lastmod></{part}>" for link in links)
    return f'<{root} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{places}</{root}>'


def put_articles(web: Web, host: str, *numbers: int) -> list[str]:
    return [
        web.put(host, f"/en/news/{number}", article(f"Report {number}", f"{WORDS} This was report {number}."))
        for number in numbers
    ]


async def test_a_sitemap_is_read_and_its_pages_give_title_and_text(web: Web, desk: Collector) -> None:
    links = put_articles(web, "ministry.test", 1, 2)
    about = web.url("ministry.test", "/en/about")
    url = web.put("ministry.test", "/sitemap.xml", Reply(sitemap(*links, about), headers=XML))
    await desk.add("ministry", url, spider="sitemap", rules=Rules(paths=("/en/news/*",)))
    visited = await desk.visit("ministry")
    assert (visited.visit.outcome, visited.visit.new, visited.visit.listed) == (Outcome.NEW, 2, 2)
    assert {item.title for item in await desk.items()} == {"Report 1", "Report 2"}
    desk.clock.forward(hours=1)
    again = await desk.visit("ministry")
    assert again.visit.outcome is Outcome.UNCHANGED
    assert web.count("ministry.test", "/en/news/1") == 1


async def test_an_index_is_asked_each_time_and_its_latest_parts_are_read(web: Web, desk: Collector) -> None:
    parts = [
        web.put(
            "ministry.test",
            f"/part{n}.xml",
            Reply(sitemap(*put_articles(web, "ministry.test", n)), headers=XML),
        )
        for n in range(1, 6)
    ]
    url = web.put("ministry.test", "/sitemap.xml", Reply(sitemap(*parts, root="sitemapindex"), headers=XML))
    await desk.add("ministry", url, spider="sitemap")
    visited = await desk.visit("ministry")
    assert (visited.visit.new, visited.visit.listed) == (3, 3)
    desk.clock.forward(hours=1)
    links = [web.url("ministry.test", "/en/news/1"), *put_articles(web, "ministry.test", 9)]
    web.put("ministry.test", "/part1.xml", Reply(sitemap(*links), headers=XML))
    assert (await desk.visit("ministry")).visit.new == 1
    assert [item.title for item in await desk.items() if not item.backfill] == ["Report 9"]


async def test_wordpress_gives_whole_texts_and_no_page_is_fetched(web: Web, desk: Collector) -> None:
    posts = [
        {
            "id": number,
            "date_gmt": "2022-12-12T09:00:00",
            "link": web.url("radio.test", f"/{number}/"),
            "title": {"rendered": f"Post {number}"},
            "content": {"rendered": f"<p>{WORDS}</p><p>Short, but all there is of number {number}.</p>"},
        }
        for number in (1, 2)
    ]
    path = "/wp-json/wp/v2/posts?per_page=2"
    url = web.put("radio.test", path, Reply(json.dumps(posts), headers=JSON))
    web.put("radio.test", f"{path}&page=2", Reply('{"code": "rest_post_invalid_page_number"}', 400, JSON))
    await desk.add("radio", url, spider="wordpress", rules=Rules(pages=3))
    visited = await desk.visit("radio")
    assert (visited.visit.outcome, visited.visit.new) == (Outcome.NEW, 2)
    item = await desk.item("Post 1")
    assert item.text == f"{WORDS}\nShort, but all there is of number 1."
    assert web.count("radio.test", "/1/") == 0
    assert web.count("radio.test", f"{path}&page=2") == 1


async def test_a_json_list_page_by_page(web: Web, desk: Collector) -> None:
    def page(*numbers: int) -> Reply:
        items: list[dict[str, Any]] = [
            {"id": number, "title": f"Report {number}", "at": "2022-12-12 13:00:00"} for number in numbers
        ]
        return Reply(json.dumps({"data": {"articles": items}}), headers=JSON)

    put_articles(web, "agency.test", 1, 2, 3)
    url = web.put("agency.test", "/api?page=1", page(3, 2))
    web.put("agency.test", "/api?page=2", page(1))
    rules = Rules(
        item="data.articles",
        link="/en/news/{id}",
        title="title",
        date="at",
        page_url=web.url("agency.test", "/api?page={page}"),
        pages=2,
    )
    await desk.add("agency", url, spider="jsonlist", rules=rules, zone="Asia/Yerevan")
    visited = await desk.visit("agency")
    assert (visited.visit.new, visited.visit.listed) == (3, 3)
    item = await desk.item("Report 1")
    assert item.published is not None
    assert item.published.at is not None
    assert item.published.at.isoformat() == "2022-12-12T09:00:00+00:00"
    assert WORDS in item.text


async def test_a_channel_is_followed_with_its_edits(web: Web, desk: Collector) -> None:
    posts = [Message(1, f"<b>First.</b><br/>{WORDS}"), Message(2, "Second, of another kind.")]
    url = web.put("t.test", "/s/ministry", channel_page("ministry", posts, before=1))
    await desk.add("channel", url, spider="telegram", zone="Europe/Moscow")
    visited = await desk.visit("channel")
    assert (visited.visit.outcome, visited.visit.new, visited.visit.listed) == (Outcome.NEW, 2, 2)
    first = await desk.item("First.")
    assert (first.text, first.url) == (f"First.\n{WORDS}", web.url("t.test", "/ministry/1"))
    assert web.count("t.test") == 2, "robots.txt and the preview, no page of a post"
    desk.clock.forward(hours=1)
    posts[0] = Message(1, f"<b>First.</b><br/>{WORDS} It was corrected.", edited=True, views="9.1K")
    web.put("t.test", "/s/ministry", channel_page("ministry", [*posts, Message(3, "Third.")], before=1))
    later = await desk.visit("channel")
    assert (later.visit.new, later.visit.changed) == (1, 1)
    [edited] = [item for item in await desk.items() if item.url == first.url]
    assert (edited.revision, edited.text.endswith("It was corrected.")) == (2, True)
    [sighting] = await desk.parts.database.read(articles.sightings, edited.id)
    assert sighting.views == 9_100
    desk.clock.forward(hours=1)
    posts[1] = Message(2, "Second, of another kind.", views="1.2M")
    web.put("t.test", "/s/ministry", channel_page("ministry", posts, before=1))
    seen = await desk.visit("channel")
    assert (seen.visit.new, seen.visit.changed) == (0, 0)
    second = await desk.item("Second, of another kind.")
    [sighting] = await desk.parts.database.read(articles.sightings, second.id)
    assert (second.revision, sighting.views) == (1, 1_200_000)


async def test_a_channel_whose_preview_is_off_is_broken_and_not_silent(web: Web, desk: Collector) -> None:
    url = web.put("t.test", "/s/closed", STUB.format(channel="closed", name="Closed"))
    await desk.add("closed", url, spider="telegram")
    visited = await desk.visit("closed")
    assert visited.visit.outcome is Outcome.FAILED
    assert "preview is switched off" in (visited.visit.reason or "")


async def test_the_same_statement_on_site_and_channel_is_one_article(web: Web, desk: Collector) -> None:
    """The first to show it is remembered: its sighting is the earlier."""
    text = f"{WORDS} {WORDS} The statement says what was agreed, and that both sides will meet again."
    url = web.put(
        "t.test", "/s/ministry", channel_page("ministry", [Message(1, f"Statement on the road<br/>{text}")])
    )
    await desk.add("channel", url, spider="telegram", outlet="ministry")
    await desk.visit("channel")
    desk.clock.forward(minutes=20)
    posts = [
        {
            "id": 1,
            "link": web.url("ministry.test", "/1/"),
            "title": {"rendered": "Statement on the road"},
            "content": {"rendered": f"<p>{text}</p>"},
        }
    ]
    site = web.put("ministry.test", "/wp-json/wp/v2/posts", Reply(json.dumps(posts), headers=JSON))
    await desk.add("site", site, spider="wordpress", outlet="ministry")
    await desk.visit("site")
    items = await desk.items()
    assert [(item.source, item.url) for item in items] == [("channel", web.url("t.test", "/ministry/1"))]
    assert items[0].text.endswith("meet again.")
    sightings = await desk.parts.database.read(articles.sightings, items[0].id)
    assert [(each.source, each.first.by == desk.clock()) for each in sightings] == [
        ("channel", False),
        ("site", True),
    ]


def tweets(*posts: tuple[str, str]) -> Reply:
    listed = [
        {"id": number, "text": text, "created_at": "2022-12-12T08:00:00.000Z", "lang": "en"}
        for number, text in posts
    ]
    return Reply(json.dumps({"data": listed, "meta": {"result_count": len(listed)}}), headers=JSON)


async def test_an_account_on_x_is_asked_for_by_its_interface_within_the_budget(
    web: Web, desk: Collector
) -> None:
    endpoint = web.put(
        "api.test", "*", tweets(("12", "On the road: &amp; more\n\nAt length."), ("11", "Earlier."))
    )
    interface = Interface(endpoint.replace("*", "/2/search"), "secret-token", pause=900.0)
    desk.parts = replace(desk.parts, x=interface)
    await desk.add("account", "https://x.test/spokesperson", spider="x")
    visited = await desk.visit("account")
    assert (visited.visit.outcome, visited.visit.new) == (Outcome.NEW, 2)
    [asked] = [each for each in web.asked if each.host == "api.test"]
    assert asked.headers["Authorization"] == "Bearer secret-token"
    assert "from%3Aspokesperson" in asked.path
    item = await desk.item("On the road: & more")
    assert (item.text, item.url) == (
        "On the road: & more\nAt length.",
        "https://x.test/spokesperson/status/12",
    )
    due = await desk.parts.database.read(work.next_due, desk.clock(), None)
    assert due is not None
    assert (due - desk.clock()).total_seconds() >= 900
    desk.clock.forward(minutes=16)
    web.put("api.test", "*", tweets())
    quiet = await desk.visit("account")
    assert quiet.visit.outcome is Outcome.UNCHANGED


async def test_without_a_token_an_account_says_so_and_is_not_broken(web: Web, desk: Collector) -> None:
    await desk.add("account", "https://x.test/spokesperson", spider="x")
    visited = await desk.visit("account")
    assert visited.visit.outcome is Outcome.SKIPPED
    assert "WIREWATCH_X__TOKEN" in (visited.visit.reason or "")
    assert not web.asked

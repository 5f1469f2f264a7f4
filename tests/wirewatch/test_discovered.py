"""`sources check` on sites nobody described yet: what is found, in which order, and that it is imported."""

from __future__ import annotations

import json
import tomllib
from datetime import UTC, datetime, timedelta
from html import escape
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from review.catalogue import read_text
from tests.channels import Message, channel_page
from tests.web import Item, Reply, Web, article, rss
from wirewatch.commands import sources
from wirewatch.settings import Settings, load

RSS, XML = {"Content-Type": "application/rss+xml"}, {"Content-Type": "application/xml"}
HOSTS = ("agency.am", "ministry.az", "paper.ge", "wp.test", "bare.test", "t.me", "closed.test")
WORDS = "The ministry said that traffic on the road had stopped and that talks would go on in the capital."
NOW = datetime.now(UTC)
DELAY = 0.05


@pytest.fixture
def settings(web: Web, tmp_path: Path) -> Settings:
    web.pages.clear()
    web.asked.clear()
    hosts = ", ".join(f'"{name}" = "127.0.0.1"' for name in HOSTS)
    (tmp_path / "settings.toml").write_text(
        f'[crawl]\ncontact = "tests@example.org"\ndelay = {DELAY}\nreaders = 1\n'
        f'[egress]\nallow = ["127.0.0.1:{web.port}"]\nhosts = {{ {hosts} }}\n',
        "utf-8",
    )
    return load(tmp_path / "settings.toml")


def check(settings: Settings, *arguments: str) -> Any:
    return CliRunner().invoke(sources.app, ["check", *arguments], obj=settings)


def proposals(settings: Settings, *arguments: str) -> list[dict[str, Any]]:
    result = check(settings, *arguments, "--json")
    assert result.exit_code == 0, (result.output, result.exception)
    (row,) = json.loads(result.stdout)
    found: list[dict[str, Any]] = row["proposals"]
    return found


def put_articles(web: Web, host: str, numbers: range, path: str = "/news") -> list[str]:
    return [
        web.put(
            host, f"{path}/{number}", article(f"Report {number} from the road", f"{WORDS} Number {number}.")
        )
        for number in numbers
    ]


def put_feed(web: Web, host: str, path: str, links: list[str]) -> str:
    items = [
        Item(f"Report {number} from the road", link, guid=link, at=NOW - timedelta(hours=number))
        for number, link in enumerate(links, start=1)
    ]
    return web.put(host, path, Reply(rss(items), headers=RSS))


def listed(links: list[str]) -> str:
    day = NOW - timedelta(days=1)
    return "".join(
        f"<div class='news-item'><span class='news-date'>{day - timedelta(days=number):%d.%m.%Y}</span>"
        f"<h3 class='news-title'><a href='{link}'>Report {number + 1} from the road</a></h3></div>"
        for number, link in enumerate(links)
    )


@pytest.fixture
def agency(web: Web) -> str:
    """A site with everything: a feed, a sitemap behind an index, a channel, a list, a Russian version."""
    links = put_articles(web, "agency.am", range(1, 7))
    put_feed(web, "agency.am", "/rss", links)
    put_feed(web, "agency.am", "/ru/rss", put_articles(web, "agency.am", range(1, 4), "/ru/news"))
    web.put("agency.am", "/broken.xml", Reply("<rss", headers=RSS))
    places = "".join(
        f"<url><loc>{link}</loc><lastmod>{NOW:%Y-%m-%dT%H:%M:%SZ}</lastmod></url>" for link in links
    )
    space = "http://www.sitemaps.org/schemas/sitemap/0.9"
    part = web.put("agency.am", "/part.xml", Reply(f'<urlset xmlns="{space}">{places}</urlset>', headers=XML))
    index = f'<sitemapindex xmlns="{space}"><sitemap><loc>{part}</loc></sitemap></sitemapindex>'
    named = web.put("agency.am", "/maps/all.xml", Reply(index, headers=XML))
    web.put("agency.am", "/robots.txt", Reply(f"User-agent: *\nDisallow: /private/\nSitemap: {named}\n"))
    post = Message(7, "The road is closed since the morning, the ministry says in a statement.")
    web.put("t.me", "/s/agency_news", channel_page("agency_news", [post]))
    web.put("agency.am", "/news", f"<html lang='en'><body>{listed(links)}</body></html>")
    web.put(
        "agency.am",
        "/ru/",
        "<html lang='ru'><head><link rel='alternate' type='application/rss+xml' href='/ru/rss'></head>"
        "</html>",
    )
    return web.put(
        "agency.am",
        "/",
        "<html lang='en'><head><title>Agency</title><meta property='og:site_name' content='The Agency'>"
        "<link rel='alternate' type='application/rss+xml' title='All' href='/rss'>"
        "<link rel='alternate' type='application/rss+xml' title='Gone' href='/gone.xml'>"
        "<link rel='alternate' type='application/rss+xml' title='Broken' href='/broken.xml'>"
        "<link rel='alternate' hreflang='ru' href='/ru/'></head><body><nav><a href='/news'>News</a>"
        "<a href='/private/press'>Press</a></nav>"
        f"<a href='{web.url('t.me', '/agency_news')}'>Telegram</a>"
        "<a href='https://t.me/share/url?x'>Share</a>"
        "</body></html>",
    )


def test_every_way_into_a_site_is_found_and_ranked(settings: Settings, web: Web, agency: str) -> None:
    found = proposals(settings, agency)
    ways = [(each["spider"], each["url"].partition(str(web.port))[2], each["languages"]) for each in found]
    assert ways[:2] == [("feed", "/rss", ["en"]), ("feed", "/ru/rss", ["ru"])]
    assert {(spider, path) for spider, path, _ in ways} == {
        ("feed", "/rss"),
        ("feed", "/ru/rss"),
        ("telegram", "/s/agency_news"),
        ("listing", "/news"),
        ("sitemap", "/maps/all.xml"),
    }
    best = found[0]
    assert (len(best["entries"]), best["dated"], best["timed"]) == (6, 1.0, 1.0)
    assert best["article_characters"] > 80
    listing = next(each for each in found if each["spider"] == "listing")
    assert "news-date" in listing["block"]
    assert [entry["title"] for entry in listing["entries"]] == [
        f"Report {n} from the road" for n in range(1, 7)
    ]


def test_what_is_said_can_be_imported_and_names_what_was_guessed(
    settings: Settings, web: Web, agency: str, tmp_path: Path
) -> None:
    said = check(settings, agency)
    assert said.exit_code == 0
    blocks = read_text(said.stdout, "stdout")
    assert {each.outlet for each in blocks} == {"agency-am"}
    assert {each.name for each in blocks} == {"The Agency"}
    assert {each.spider: each.enabled for each in blocks} == {
        **{"feed": True, "telegram": True},
        **{"listing": False, "sitemap": False},
    }, "what gives the same articles as the feed is there, and off"
    assert {each.zone for each in blocks} == {"Asia/Yerevan"}
    assert len({each.slug for each in blocks}) == len(blocks) == len(tomllib.loads(said.stdout)["source"])
    assert "# 1. feed: 6 items, 6 dated, 6 with an hour" in said.stdout
    assert "in vain: " in said.stderr
    assert "/gone.xml: the server answers 404" in said.stderr
    assert "robots.txt forbids it" in said.stderr, "the press page lies where robots.txt bars"
    file = tmp_path / "new.toml"
    file.write_text(said.stdout, "utf-8")
    imported = CliRunner().invoke(sources.app, ["import", str(file)], obj=settings)
    assert imported.stdout == f"{len(blocks)} sources, {len(blocks)} of them new\n"


def test_a_site_is_asked_politely_and_each_page_once(settings: Settings, web: Web, agency: str) -> None:
    check(settings, agency)
    asked = [each for each in web.asked if each.host == "agency.am"]
    assert min(after.at - before.at for before, after in pairwise(asked)) >= DELAY
    assert [each.path for each in asked].count("/robots.txt") == 1
    assert not [each.path for each in asked if each.path.startswith("/private")]
    assert all("wirewatch/" in each.headers["User-Agent"] for each in web.asked)
    paths = [each.path for each in asked]
    assert len(paths) == len(set(paths)), "nothing is asked for twice"


def test_a_wordpress_site_without_a_named_feed(settings: Settings, web: Web) -> None:
    (link,) = put_articles(web, "wp.test", range(1, 2))
    post = {
        "id": 1,
        "link": link,
        "date_gmt": f"{NOW:%Y-%m-%dT%H:%M:%S}",
        "modified_gmt": "2022-12-12T09:00:00",
    }
    post |= {"title": {"rendered": "Report 1"}, "content": {"rendered": f"<p>{WORDS}</p>"}, "type": "post"}
    web.put(
        "wp.test",
        "/wp-json/wp/v2/posts?per_page=20",
        Reply(json.dumps([post]), headers={"Content-Type": "application/json"}),
    )
    url = web.put(
        "wp.test", "/", "<html><head><link rel='https://api.w.org/' href='/wp-json/'></head></html>"
    )
    (found,) = proposals(settings, url)
    assert (found["spider"], found["timed"]) == ("wordpress", 1.0)
    assert found["url"].endswith("/wp-json/wp/v2/posts?per_page=20")


def test_a_list_page_gives_its_rules_and_the_country_its_zone(settings: Settings, web: Web) -> None:
    links = put_articles(web, "ministry.az", range(1, 5))
    url = web.put("ministry.az", "/en/news", f"<html lang='en'><body>{listed(links)}</body></html>")
    (found,) = proposals(settings, url)
    (block,) = tomllib.loads(found["block"])["source"]
    assert (block["spider"], block["zone"], block["languages"]) == ("listing", "Asia/Baku", ["en"])
    assert block["rules"]["item"] == "div.news-item"
    assert len(found["entries"]) == 4


def test_a_door_is_passed_and_no_slug_stands_twice(settings: Settings, web: Web) -> None:
    first = put_articles(web, "ministry.az", range(1, 5), "/a")
    second = put_articles(web, "ministry.az", range(5, 9), "/b")
    web.put("ministry.az", "/az/a/news", f"<html lang='en'><body>{listed(first)}</body></html>")
    web.put("ministry.az", "/az/b/news", f"<html lang='en'><body>{listed(second)}</body></html>")
    links = "<a href='/az/a/news'>News</a><a href='/az/b/news'>News of the regions</a>"
    web.put("ministry.az", "/az/", f"<html lang='en'><body>{links}</body></html>")
    door = "<html><head><meta http-equiv='refresh' content='0; url=/az/'></head></html>"
    found = proposals(settings, web.put("ministry.az", "/", door))
    assert [each["slug"] for each in found] == ["ministry-az-en-list-news", "ministry-az-en-list-news-2"]
    assert [len(each["entries"]) for each in found] == [4, 4]


def test_rules_from_one_article_and_its_title(settings: Settings, web: Web) -> None:
    links = put_articles(web, "paper.ge", range(1, 5))
    cells = "".join(
        f"<tr><td>{number}</td><td>2{number}.11.2026</td><td><a href='{link}'>more</a></td>"
        f"<td>Report {number} from the road</td></tr>"
        for number, link in enumerate(links, start=1)
    )
    url = web.put("paper.ge", "/archive", f"<html><body><table class='archive'>{cells}</table></body></html>")
    found = proposals(settings, url, "--example", links[2], "--title", "Report 3 from the road")
    assert [entry["title"] for entry in found[0]["entries"]] == [
        f"Report {n} from the road" for n in range(1, 5)
    ]
    assert [entry["url"] for entry in found[0]["entries"]] == links
    assert web.count("paper.ge", "/archive") == 1
    missing = check(settings, url, "--example", "/news/77")
    assert missing.exit_code == 1
    assert "no list with /news/77 on this page" in str(missing.exception or missing.output)


def test_a_list_drawn_from_json_from_one_article(settings: Settings, web: Web) -> None:
    links = put_articles(web, "paper.ge", range(71, 74))
    hits = [{"id": n, "title": f"Report {n} from the road", "date": "2022-12-12 10:00"} for n in (71, 72, 73)]
    drawn = escape(json.dumps({"props": {"hits": hits, "filler": "x" * 100}}))
    url = web.put("paper.ge", "/list", f"<html><body><div id='app' data-page='{drawn}'></div></body></html>")
    alone = check(settings, url)
    assert alone.exit_code == 1
    assert "says no addresses: show one article of it (--example)" in alone.stderr
    (found,) = proposals(settings, url, "--example", links[1])
    assert (found["spider"], [entry["url"] for entry in found["entries"]]) == ("jsonlist", links)
    assert found["article_characters"] > 80
    assert "{id}" in found["block"]


def test_a_site_without_any_way_in_says_so(settings: Settings, web: Web) -> None:
    url = web.put("bare.test", "/", "<html><body><h1>Under construction</h1></body></html>")
    result = check(settings, url)
    assert result.exit_code == 1
    assert "problem:" in result.stdout
    for path in ("/feed/", "/rss", "/rss.xml", "/sitemap.xml"):
        assert web.count("bare.test", path) == 1


def test_hostile_names_stay_in_their_comment(settings: Settings, web: Web) -> None:
    link = web.put("bare.test", "/1", article("x", WORDS))
    title = 'Road\n[[source]]\nslug = "evil" \x1b[31m'
    put = rss([Item(title, link, guid="1", at=NOW)])
    web.put("bare.test", "/rss", Reply(put, headers=RSS))
    page = "<title>Evil\n[[source]]</title><link rel='alternate' type='application/rss+xml' href='/rss'>"
    said = check(settings, web.put("bare.test", "/", f"<html><head>{page}</head></html>"))
    (block,) = read_text(said.stdout, "stdout")
    assert block.name == "Evil [[source]]"
    assert "\x1b" not in said.stdout


@pytest.mark.parametrize(
    "arguments", [("agency", "--example", "https://a.example/1"), ("agency", "--title", "x")]
)
def test_an_example_goes_with_an_address(settings: Settings, arguments: tuple[str, ...]) -> None:
    result = check(settings, *arguments)
    assert result.exit_code == 2

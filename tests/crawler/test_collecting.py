"""The way of an article through the house, over real HTTP on many host names."""

import pytest

from news.article import ArticleState, TextOrigin
from news.source import Rules, Waiver
from news.visit import Outcome
from storage import articles
from tests.collector import Collector
from tests.web import Item, Reply, Web, article, rss

WORDS = "The ministry said that traffic on the road had stopped and that talks would go on in the capital."


def three_items(web: Web, host: str = "agency.test") -> list[Item]:
    """Three articles of one host, each with a page; the newest first."""
    items = []
    for number in (3, 2, 1):
        title = f"Report {number} from the road"
        link = web.put(host, f"/news/{number}", article(title, f"{WORDS} This was report {number}."))
        items.append(Item(title, link, guid=f"g{number}", summary=f"Summary {number}."))
    return items


def put_feed(web: Web, items: list[Item], host: str = "agency.test", **headers: str) -> str:
    return web.put(
        host, "/rss", Reply(rss(items), headers={"Content-Type": "application/rss+xml", **headers})
    )


async def test_two_visits_and_the_second_announces_nothing(web: Web, desk: Collector) -> None:
    url = put_feed(web, three_items(web))
    await desk.add("agency", url)
    first = await desk.visit("agency")
    assert (first.visit.outcome, first.visit.new, first.visit.listed) == (Outcome.NEW, 3, 3)
    found = await desk.items()
    assert [item.state for item in found] == [ArticleState.READ] * 3
    assert all("traffic on the road had stopped" in item.text for item in found)
    assert {item.language for item in found} == {"en"}
    assert all(item.backfill for item in found)
    desk.clock.forward(hours=1)
    second = await desk.visit("agency")
    assert (second.visit.outcome, second.visit.new) == (Outcome.UNCHANGED, 0)
    assert [web.count("agency.test", f"/news/{number}") for number in (1, 2, 3)] == [1, 1, 1]
    assert len(await desk.items()) == 3


async def test_a_304_is_asked_for_with_the_validators_byte_for_byte(web: Web, desk: Collector) -> None:
    etag = 'W/"5f-caf\u00e9"'
    url = put_feed(web, three_items(web), ETag=etag)
    await desk.add("agency", url)
    await desk.visit("agency")
    second = await desk.visit("agency")
    assert second.visit.status == 304
    assert second.visit.outcome is Outcome.UNCHANGED


async def test_a_new_item_is_announced_once_with_its_interval(web: Web, desk: Collector) -> None:
    items = three_items(web)
    await desk.add("agency", put_feed(web, items[1:]))
    await desk.visit("agency")
    first_visit = desk.clock()
    desk.clock.forward(minutes=20)
    put_feed(web, items)
    second = await desk.visit("agency")
    assert (second.visit.new, second.visit.listed) == (1, 3)
    new = await desk.item("Report 3 from the road")
    assert not new.backfill
    assert (new.appeared.after, new.appeared.by) == (first_visit, desk.clock())


async def test_a_changed_item_is_noticed_and_its_new_text_is_the_next_revision(
    web: Web, desk: Collector
) -> None:
    items = three_items(web)
    await desk.add("agency", put_feed(web, items))
    await desk.visit("agency")
    desk.clock.forward(hours=1)
    changed = Item(items[0].title, items[0].link, guid="g3", summary="Details added.")
    web.put("agency.test", "/news/3", article(changed.title, f"{WORDS} The figure was corrected to nine."))
    put_feed(web, [changed, *items[1:]])
    visited = await desk.visit("agency")
    assert (visited.visit.new, visited.visit.changed) == (0, 1)
    item = await desk.item(changed.title)
    assert item.revision == 2
    assert "corrected to nine" in item.text
    revisions = await desk.parts.database.read(articles.revisions, item.id)
    assert [revision.number for revision in revisions] == [1, 2]
    assert "report 3" in revisions[0].text


async def test_a_list_page_with_rules_is_read(web: Web, desk: Collector) -> None:
    host = "mfa.test"
    page = web.put(host, "/en/news/1", article("Statement on the road", WORDS))
    web.put(
        host,
        "/en/news",
        f'<html><body><div class="news-list"><ul><li><a href="{page}">Statement on the road</a>'
        '<div class="date">13 December, 2022</div></li></ul></div></body></html>',
    )
    rules = Rules(item="div.news-list ul li", link="a", title="a", date="div.date")
    await desk.add("mfa", web.url(host, "/en/news"), spider="listing", rules=rules, zone="Asia/Yerevan")
    visited = await desk.visit("mfa")
    assert visited.visit.new == 1
    item = await desk.item("Statement on the road")
    assert item.published is not None
    assert (item.published.day.isoformat(), item.published.at) == ("2022-12-13", None)
    again = await desk.visit("mfa")
    assert again.visit.new == 0


async def test_the_same_text_twice_in_an_outlet_is_one_article_and_elsewhere_another(
    web: Web, desk: Collector
) -> None:
    for host, slug, outlet in (
        ("en.agency.test", "agency-en", "agency"),
        ("www2.agency.test", "agency-www2", "agency"),
        ("paper.test", "paper", "paper"),
    ):
        link = web.put(host, "/copy", article("The same words", WORDS))
        await desk.add(slug, put_feed(web, [Item("The same words", link, guid=slug)], host), outlet=outlet)
        await desk.round(slug)
    found = await desk.items()
    assert sorted(item.outlet for item in found) == ["agency", "paper"]
    (merged,) = [item for item in found if item.outlet == "agency"]
    sightings = await desk.parts.database.read(articles.sightings, merged.id)
    assert {sighting.source for sighting in sightings} == {"agency-en", "agency-www2"}


async def test_an_error_page_instead_of_the_feed_forgets_nothing(web: Web, desk: Collector) -> None:
    items = three_items(web)
    url = put_feed(web, items, ETag='"one"')
    await desk.add("agency", url)
    await desk.visit("agency")
    for page in ("<html><body><h1>Service unavailable</h1></body></html>", "", rss([])):
        desk.clock.forward(hours=2)
        web.put("agency.test", "/rss", page)
        bad = await desk.visit("agency")
        assert bad.visit.outcome in (Outcome.FAILED, Outcome.BLOCKED, Outcome.BLANK), page
        assert bad.visit.reason
    desk.clock.forward(hours=2)
    put_feed(web, items, ETag='"two"')
    good = await desk.visit("agency")
    assert good.visit.new == 0
    assert len(await desk.items()) == 3


async def test_rotating_guids_add_nothing(web: Web, desk: Collector) -> None:
    items = three_items(web)
    await desk.add("agency", put_feed(web, items))
    await desk.visit("agency")
    for turn in range(5):
        desk.clock.forward(hours=1)
        turned = [Item(i.title, f"{i.link}?utm_source=rss{turn}", guid=f"{i.guid}-{turn}") for i in items]
        put_feed(web, turned)
        visited = await desk.visit("agency")
        assert visited.visit.new == 0, turn
    assert len(await desk.items()) == 3


async def test_whole_articles_in_the_feed_are_not_fetched_again(web: Web, desk: Collector) -> None:
    whole = "<p>" + "</p><p>".join(f"{WORDS} Sentence {n} of the whole text." for n in range(12)) + "</p>"
    item = Item("All in the feed", "http://agency.test/never", guid="w", content=whole)
    await desk.add("agency", put_feed(web, [item]))
    await desk.round("agency")
    stored = await desk.item("All in the feed")
    assert stored.state is ArticleState.READ
    assert "Sentence 11 of the whole text" in stored.text
    assert web.count("agency.test", "/never") == 0
    (revision,) = await desk.parts.database.read(articles.revisions, stored.id)
    assert revision.origin is TextOrigin.FEED


async def test_a_page_that_is_gone_is_stood_in_for_by_the_feeds_own_words(web: Web, desk: Collector) -> None:
    item = Item(
        "Gone before it was read", web.url("agency.test", "/gone"), guid="x", summary="What was said."
    )
    await desk.add("agency", put_feed(web, [item]))
    await desk.round("agency")
    stored = await desk.item("Gone before it was read")
    assert stored.state is ArticleState.UNREADABLE
    assert "What was said." in stored.text
    assert stored.reason is not None
    assert "404" in stored.reason


async def test_a_consent_page_is_never_stored_as_an_article(web: Web, desk: Collector) -> None:
    link = web.put(
        "agency.test",
        "/walled",
        "<html><head><title>Just a moment...</title></head><body><noscript>Enable JavaScript and cookies to "
        'continue</noscript><script src="/cdn-cgi/challenge-platform/h/b/orchestrate/chl_page/v1"></script>'
        "</body></html>",
    )
    await desk.add("agency", put_feed(web, [Item("Behind a wall", link, guid="x", summary="Short.")]))
    for _ in range(4):
        await desk.round("agency")
        desk.clock.forward(hours=3)
    stored = await desk.item("Behind a wall")
    assert stored.state is ArticleState.UNREADABLE
    assert "Enable JavaScript" not in stored.text


async def test_robots_txt_is_obeyed_unless_an_exception_is_recorded(web: Web, desk: Collector) -> None:
    url = put_feed(web, three_items(web))
    web.put("agency.test", "/robots.txt", "User-agent: *\nDisallow: /rss\n")
    await desk.add("agency", url)
    visited = await desk.visit("agency")
    assert visited.visit.outcome is Outcome.BLOCKED
    assert "robots.txt" in (visited.visit.reason or "")
    assert web.count("agency.test", "/rss") == 0
    await desk.add("agency", url, ignore_robots=Waiver("agreed with the agency on 1 December"))
    assert (await desk.visit("agency")).visit.new == 3


async def test_while_robots_txt_answers_5xx_nothing_is_fetched(web: Web, desk: Collector) -> None:
    await desk.add("agency", put_feed(web, three_items(web)))
    web.put("agency.test", "/robots.txt", Reply("", status=503))
    visited = await desk.visit("agency")
    assert visited.visit.outcome is Outcome.FAILED
    assert web.count("agency.test", "/rss") == 0


@pytest.mark.parametrize("wish", ["3600", "Mon, 12 Dec 2022 11:00:00 GMT"])
async def test_retry_after_is_kept_to(web: Web, desk: Collector, wish: str) -> None:
    url = web.put("agency.test", "/rss", Reply("", status=503, headers={"Retry-After": wish}))
    await desk.add("agency", url)
    assert (await desk.visit("agency")).visit.outcome is Outcome.FAILED
    asked = web.count("agency.test", "/rss")
    desk.clock.forward(minutes=59)
    assert await desk.round("agency") == []
    assert web.count("agency.test", "/rss") == asked
    desk.clock.forward(minutes=2)
    assert len(await desk.round("agency")) == 1


async def test_ten_thousand_new_items_are_all_stored_once(web: Web, desk: Collector) -> None:
    busy = Reply("", status=429, headers={"Retry-After": "86400"})
    web.put("slow.test", "*", busy)
    items = [Item(f"Item {n}", web.url("slow.test", f"/n/{n}"), guid=f"n{n}") for n in range(10_000)]
    await desk.add("flood", put_feed(web, items, "flood.test"))
    assert (await desk.visit("flood")).visit.new == 10_000
    assert len({item.title for item in await desk.items()}) == 10_000
    more = Item("One more", web.url("slow.test", "/more"), guid="more")
    put_feed(web, [more, *items], "flood.test")
    desk.clock.forward(hours=1)
    assert (await desk.visit("flood")).visit.new == 1
    assert len(await desk.items()) == 10_001
    assert web.count("slow.test") <= 3, "robots.txt and one page, then nothing until tomorrow"


async def test_a_next_page_that_may_not_be_followed_costs_nothing_already_read(
    web: Web, desk: Collector
) -> None:
    page = web.put("mfa.test", "/1", article("Statement on the road", WORDS))
    next_page = "http://someone@mfa.test/2"
    listed = (
        f'<ul><li><a href="{page}">Statement on the road</a></li></ul><a class=n href="{next_page}">2</a>'
    )
    web.put("mfa.test", "/news", f"<html><body>{listed}</body></html>")
    rules = Rules(item="li", link="a", title="a", next="a.n", pages=3)
    await desk.add("mfa", web.url("mfa.test", "/news"), spider="listing", rules=rules)
    visited = await desk.visit("mfa")
    assert (visited.visit.outcome, visited.visit.new) == (Outcome.NEW, 1)

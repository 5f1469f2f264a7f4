"""Traps of the region's feeds over several visits: what is kept, what is told again, what is named."""

from __future__ import annotations

from datetime import UTC, datetime

from news.visit import Outcome
from storage import articles
from tests.collector import Collector
from tests.web import Item, Reply, Web, article, rss

WORDS = "Nazirlik bildirib ki, yol təmir olunduqdan sonra hər iki istiqamətdə hərəkət bərpa ediləcək."
HOST = "xeber.test"
SHARED = "https://xeber.test"


def page(web: Web, path: str, title: str, words: str = WORDS) -> str:
    return web.put(HOST, path, article(title, words))


def item(web: Web, number: int, guid: str | None = None) -> Item:
    title = f"Xəbər {number}"
    return Item(title, page(web, f"/{number}", title, f"{number}. {WORDS}"), guid=guid)


def feed(web: Web, *items: Item, **headers: str) -> str:
    return web.put(HOST, "/rss", Reply(rss(list(items)), headers={"Content-Type": "text/xml", **headers}))


async def test_a_later_version_under_a_new_address_is_a_revision(web: Web, desk: Collector) -> None:
    first = Item("Yol açılıb", page(web, "/yol_acilib-100", "Yol açılıb"))
    await desk.add("xeber", feed(web, first))
    await desk.visit("xeber")
    kept = await desk.item("Yol açılıb")
    for minutes, mark, more in ((20, "YENİLƏNİB", "Sürət məhduddur."), (40, "YENİLƏNİB 2", "Qar yağır.")):
        title = f"Yol açılıb {mark}"
        path = f"/yol_acilib_{minutes}-{100 + minutes}"
        at = datetime(2022, 12, 12, 9, 30 + minutes // 2, tzinfo=UTC)
        later = Item(title, page(web, path, title, f"{WORDS} {more}"), at=at)
        desk.clock.forward(minutes=20)
        feed(web, later)
        visited = await desk.visit("xeber")
        assert (visited.visit.new, visited.visit.changed) == (0, 1)
        (now,) = await desk.items()
        assert (now.id, now.title, more in now.text) == (kept.id, title, True)
    assert now.revision == 3
    assert now.published == kept.published, "when it was first there"


async def test_neither_guid_nor_description_is_known_again(web: Web, desk: Collector) -> None:
    items = [item(web, 2), item(web, 1)]
    await desk.add("xeber", feed(web, *items))
    await desk.visit("xeber")
    desk.clock.forward(minutes=20)
    feed(web, item(web, 3), *items)
    assert (await desk.visit("xeber")).visit.new == 1
    assert {each.title for each in await desk.items()} == {"Xəbər 1", "Xəbər 2", "Xəbər 3"}


async def test_one_guid_for_all_items_tells_nothing(web: Web, desk: Collector) -> None:
    await desk.add("xeber", feed(web, item(web, 2, guid=SHARED), item(web, 1, guid=SHARED)))
    await desk.visit("xeber")
    desk.clock.forward(minutes=20)
    feed(web, item(web, 3, guid=SHARED), item(web, 2, guid=SHARED))
    assert (await desk.visit("xeber")).visit.new == 1
    assert {each.title for each in await desk.items()} == {"Xəbər 1", "Xəbər 2", "Xəbər 3"}


async def test_html_or_nothing_where_the_feed_was_loses_nothing(web: Web, desk: Collector) -> None:
    items = [item(web, 2), item(web, 1)]
    await desk.add("xeber", feed(web, *items))
    await desk.visit("xeber")
    web.put(HOST, "/rss", "<!doctype html><html><body><h1>Xəbərlər</h1><p>Yeni sayt</p></body></html>")
    desk.clock.forward(minutes=20)
    gone = (await desk.visit("xeber")).visit
    assert gone.outcome not in (Outcome.NEW, Outcome.UNCHANGED)
    assert "HTML page instead of a feed" in (gone.reason or "")
    feed(web)
    desk.clock.forward(hours=6)
    empty = (await desk.visit("xeber")).visit
    assert (empty.new, empty.listed) == (0, 0)
    feed(web, *items)
    desk.clock.forward(hours=6)
    assert (await desk.visit("xeber")).visit.new == 0
    assert len(await desk.items()) == 2


async def test_local_hours_labelled_gmt(web: Web, desk: Collector) -> None:
    # It is 10:00 in Greenwich; what says 13:40 GMT was published at 13:40 in Baku, twenty minutes ago.
    at = datetime(2022, 12, 12, 13, 40, tzinfo=UTC)
    await desk.add("xeber", feed(web, Item("Xəbər", page(web, "/1", "Xəbər"), at=at)), zone="Asia/Baku")
    await desk.visit("xeber")
    (found,) = await desk.items()
    assert found.published is not None
    assert found.published.at == datetime(2022, 12, 12, 9, 40, tzinfo=UTC)


async def test_a_code_page_nobody_names(web: Web, desk: Collector) -> None:
    title = "Министр сообщил о движении по дороге"
    body = rss(
        [Item(title, page(web, "/1", title, "Движение по дороге открыто в обе стороны, сообщили вчера."))]
    )
    web.put(HOST, "/rss", Reply(body.encode("cp1251"), headers={"Content-Type": "text/xml"}))
    await desk.add("xeber", web.url(HOST, "/rss"), languages=("ru",))
    await desk.visit("xeber")
    (found,) = await desk.items()
    (seen,) = await desk.parts.database.read(articles.sightings, found.id)
    assert (found.title, seen.title) == (title, title)

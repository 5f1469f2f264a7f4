"""Housekeeping over a real collection: what went comes back through no list."""

from pathlib import Path

from scheduler.housekeeping import prune
from storage.retention import Gone, Rules
from tests.collector import collecting
from tests.databases import Databases
from tests.web import Item, Reply, article, rss, serving

RSS = {"Content-Type": "application/rss+xml"}
WORDS = "The ministry said on day {} that the road had been closed and that talks would go on for long."


async def test_the_next_visit_announces_nothing_again(databases: Databases, tmp_path: Path) -> None:
    with serving() as web:
        items = []
        for number in range(5):
            link = web.put("one.test", f"/{number}", article(f"Report {number}", WORDS.format(number)))
            items.append(Item(f"Report {number}", link, guid=str(number)))
        async with collecting(web, tmp_path, databases.fresh()) as collector:

            async def visit(listed: list[Item]) -> int:
                web.put(
                    "one.test", "/rss", Reply(rss(listed), headers={"Content-Type": "application/rss+xml"})
                )
                return (await collector.visit("one")).visit.new

            await collector.add("one", web.url("one.test", "/rss"))
            assert await visit(items) == 5
            collector.clock.forward(days=20)
            assert await visit(items[2:]) == 0
            collector.clock.forward(days=20)
            rules = Rules(pages=30, unmatched=15)
            gone = await prune(collector.parts.database, rules, collector.clock)
            assert gone == Gone(pages=5, page_bytes=gone.page_bytes, articles=2)
            assert await visit(items[2:]) == 0
            collector.clock.forward(minutes=20)
            assert await visit([*items[2:]][::-1]) == 0
            assert {item.title for item in await collector.items()} == {f"Report {n}" for n in (2, 3, 4)}
            assert await prune(collector.parts.database, rules, collector.clock) == Gone()


async def test_rules_of_zero_days_keep_everything(databases: Databases, tmp_path: Path) -> None:
    with serving() as web:
        link = web.put("one.test", "/1", article("Report", WORDS))
        web.put("one.test", "/rss", rss([Item("Report", link, guid="1")]), **{"Content-Type": "text/xml"})
        async with collecting(web, tmp_path, databases.fresh()) as collector:
            await collector.add("one", web.url("one.test", "/rss"))
            await collector.round()
            collector.clock.forward(days=4000)
            assert await prune(collector.parts.database, Rules(), collector.clock) == Gone()
            assert len(await collector.items()) == 1

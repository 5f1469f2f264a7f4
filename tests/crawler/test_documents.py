"""PDF and Word files on their way through the house: linked from a feed or a list, kept byte for byte."""

from __future__ import annotations

import zlib
from datetime import UTC, datetime

from sqlalchemy import text

from news.article import ArticleState
from news.source import Rules
from storage.database import Connection
from tests.collector import Collector
from tests.papers import column, docx, pdf
from tests.web import Item, Reply, Web, rss

ROAD = "Traffic on the road has stopped since the morning, the ministry said in the capital today."


def kept_bytes(conn: Connection) -> list[bytes]:
    return [zlib.decompress(raw) for (raw,) in conn.execute(text("SELECT raw FROM revision_bytes"))]


async def test_a_list_of_files_becomes_articles(web: Web, desk: Collector) -> None:
    statement = pdf([column(["Statement on the road", "", "13 December 2022", "", ROAD])])
    report = docx([("Title", "Report on the talks"), "12.12.2022", f"{ROAD} The talks go on."])
    web.put("ministry.test", "/f/1.pdf", Reply(statement, headers={"Content-Type": "application/pdf"}))
    web.put("ministry.test", "/f/2", Reply(report, headers={"Content-Type": "application/octet-stream"}))
    web.put("ministry.test", "/f/3.pdf", Reply(pdf([[]]), headers={"Content-Type": "application/pdf"}))
    listed = "<ul><li><a href='/f/1.pdf'>Statement (PDF)</a></li><li><a href='/f/2'>Report</a></li>"
    url = web.put("ministry.test", "/list", f"{listed}<li><a href='/f/3.pdf'>A scan</a></li></ul>")
    await desk.add("ministry", url, spider="listing", rules=Rules(item="li", link="a"))
    await desk.visit("ministry")
    first = await desk.item("Statement (PDF)")
    second, scan = await desk.item("Report"), await desk.item("A scan")
    assert first.state is ArticleState.READ
    assert first.text == f"Statement on the road\n13 December 2022\n{ROAD}"
    assert (first.language, first.published and first.published.day.isoformat()) == ("en", "2022-12-13")
    assert second.text.split("\n")[0] == "Report on the talks"
    assert second.published
    assert second.published.day.isoformat() == "2022-12-12"
    assert scan.state is ArticleState.UNREADABLE
    assert web.count("ministry.test", "/f/3.pdf") == 1, "a scan is a scan, however often it is fetched"
    assert "a scanned document, no text" in (scan.reason or "")
    assert sorted(await desk.parts.database.read(kept_bytes)) == sorted([statement, report])


async def test_a_feeds_entry_that_leads_to_a_file(web: Web, desk: Collector) -> None:
    body = pdf([column([ROAD, "It was closed at noon."])])
    link = web.put("agency.test", "/s.pdf", Reply(body, headers={"Content-Type": "text/html"}))
    at = datetime(2022, 12, 12, 9, 30, tzinfo=UTC)
    web.put("agency.test", "/rss", rss([Item("Statement", link, guid="1", at=at, summary="In short.")]))
    await desk.add("agency", web.url("agency.test", "/rss"))
    await desk.visit("agency")
    (item,) = await desk.items()
    assert (item.state, item.title) == (ArticleState.READ, "Statement")
    assert item.text.startswith(ROAD)
    assert item.published is not None
    assert item.published.at == at


async def test_a_file_beyond_the_bound_of_a_body_is_refused(web: Web, desk: Collector) -> None:
    body = pdf([column([ROAD])]) + bytes(desk.settings.egress.max_bytes)
    link = web.put("agency.test", "/s.pdf", Reply(body, headers={"Content-Type": "application/pdf"}))
    web.put("agency.test", "/rss", rss([Item("Statement", link, guid="1", summary="In short.")]))
    await desk.add("agency", web.url("agency.test", "/rss"))
    await desk.visit("agency")
    (item,) = await desk.items()
    assert (item.state, item.text) == (ArticleState.UNREADABLE, "In short.")

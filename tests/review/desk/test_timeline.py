"""The timeline's page: a topic, a period, who spoke when; the same as a table, as files, by the API."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime
from typing import Any

import pytest
from lxml import html

from news.article import Entry, IndexTerms, Judgement, Published, Reading, TextOrigin
from news.people import Role
from news.source import Kind, Source
from news.watch import Evidence, Field, Found, Term
from storage import announcing, articles, sources, topics
from storage.announcing import Listing
from storage.database import Connection
from tests.review.desk.sitting import START, Sitting

TITLE = "<b>Talks</b> & terms"


def hours(hour: int, minute: int = 0) -> datetime:
    return datetime(2022, 12, 13, hour, minute, tzinfo=UTC)


def spoken(conn: Connection, slug: str, name: str, published: Published | None, at: datetime) -> None:
    """An article of a source in which the topic was found."""
    entry = Entry(f"https://{slug}.example/{name}", TITLE, guid=f"{slug}{name}", published=published)
    announcing.announce_all(conn, [Listing(slug, [entry], at=at, after=hours(0), backfill=False)])
    [one] = [each for each in articles.items(conn, limit=100) if each.url == entry.link]
    span = Evidence(Field.TEXT, 0, 6, "Lachin", "Lachin")
    found = (Found("lachin", 1, (span,)),)
    judged = Judgement("en", None, IndexTerms(1, ("lachin",)), found, topics.edition(conn))
    reading = Reading(TITLE, "Lachin is closed.", TextOrigin.PAGE, published=published)
    articles.store(conn, one.id, reading, judged, at=at)


def fill(conn: Connection) -> None:
    ministry = {"kind": Kind.MINISTRY, "speaks_for": "Ministry of <Affairs>"}
    both: list[tuple[str, dict[str, Any]]] = [("mfa", ministry), ("wire", {"kind": Kind.AGENCY})]
    for slug, facts in both:
        source = Source(slug=slug, outlet=slug, name=slug, url=f"https://{slug}.example/", **facts)
        sources.put(conn, source, now=START, by_hand=True)
    topics.put(conn, "lachin", "Lachin & corridor", (Term("Lachin"),), now=START)
    spoken(conn, "mfa", "a", Published(date(2022, 12, 13), hours(5)), hours(6))
    spoken(conn, "wire", "b", Published(date(2022, 12, 13), hours(7)), hours(8))
    spoken(conn, "wire", "c", None, hours(9))


@pytest.fixture
async def filled(desk: Sitting) -> Sitting:
    await desk.desk.database.write(fill)
    await desk.as_(Role.READER)
    return desk


async def test_nothing_watched_yet(desk: Sitting) -> None:
    await desk.as_(Role.READER)
    assert "Nothing is watched yet" in (await desk.get("/timeline")).text


async def test_a_month_of_a_topic(filled: Sitting) -> None:
    answer = await filled.get("/timeline")
    assert answer.status_code == 200
    page: Any = html.fromstring(answer.text)
    assert page.xpath("string(//h2[@id='period'])") == "December 2022"
    chart = page.xpath("//*[local-name()='svg'][@role='img']")[0]
    assert "Lachin & corridor, December 2022" in chart.text_content()
    assert "Ministry of <Affairs> · 1 article" in chart.text_content()
    rows = [[cell.text_content() for cell in row] for row in page.xpath("//tbody/tr")]
    assert ["13 Dec 2022, 09:00", "Ministry of <Affairs>", TITLE, "hour given"] in rows
    # Of the agency one has an hour, one was seen between two visits: within the month they are one mark.
    assert ["13 Dec 2022, 04:00 – 13:00", "News agencies", "2 articles", "in several ways"] in rows


async def test_first_is_said_where_nothing_overlaps(filled: Sitting) -> None:
    day = await filled.get("/timeline", topic="lachin", zoom="day", at="2022-12-13")
    assert "cannot be told" in day.text
    hour = await filled.get("/timeline", topic="lachin", zoom="hour", at="2022-12-13T09:00")
    assert "Ministry of &lt;Affairs&gt;" in hour.text

    def certain(conn: Connection) -> None:
        spoken(conn, "mfa", "d", Published(date(2022, 12, 1), datetime(2022, 12, 1, 5, tzinfo=UTC)), hours(6))

    await filled.desk.database.write(certain)
    told = (await filled.get("/timeline", topic="lachin", zoom="year", at="2022-12-13")).text
    assert "First in this period: Ministry of &lt;Affairs&gt;, by 1 Dec 2022, 09:00." in told


async def test_nothing_is_markup_and_the_page_needs_no_script(filled: Sitting) -> None:
    page = (await filled.get("/timeline", topic="lachin", zoom="day", at="2022-12-13")).text
    assert "<b>Talks" not in page
    assert "<affairs" not in page.lower()
    assert " style=" not in page


async def test_an_empty_period_leads_to_the_latest(filled: Sitting) -> None:
    page = (await filled.get("/timeline", topic="lachin", zoom="week", at="2020-05-05")).text
    assert "Nothing was found in this period" in page
    assert "at=2022-12-13T13%3A00" in page


@pytest.mark.parametrize("at", ["x", "0001-01-01", "9999-12-31T23:59", "2022-13-01", "-1"])
async def test_a_moment_that_is_none_is_refused(filled: Sitting, at: str) -> None:
    answer = await filled.get("/timeline", topic="lachin", at=at)
    assert answer.status_code == 422


async def test_an_unknown_topic_is_not_there(filled: Sitting) -> None:
    assert (await filled.get("/timeline", topic="nothing")).status_code == 404
    assert (await filled.get("/timeline/csv", topic="nothing")).status_code == 404
    assert (await filled.get("/timeline/pdf", topic="lachin")).status_code == 422


async def test_every_article_is_in_the_file(filled: Sitting) -> None:
    answer = await filled.get("/timeline/csv", topic="lachin", zoom="month", at="2022-12-13")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert 'filename="timeline-lachin-2022-12-01.csv"' in answer.headers["content-disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert [(row["lane"], row["said_from"], row["said_by"], row["known_by"]) for row in rows] == [
        ("agency", "2022-12-13T00:00:00+00:00", "2022-12-13T09:00:00+00:00", "visits"),
        ("agency", "2022-12-13T07:00:00+00:00", "2022-12-13T07:00:00+00:00", "hour"),
        ("Ministry of <Affairs>", "2022-12-13T05:00:00+00:00", "2022-12-13T05:00:00+00:00", "hour"),
    ]
    book = await filled.get("/timeline/xlsx", topic="lachin", at="2022-12-13")
    assert book.content.startswith(b"PK")


async def test_the_api_says_the_same(filled: Sitting) -> None:
    told = (await filled.api("GET", "/timeline?topic=lachin&at=2022-12-13")).json()
    assert (told["since"], told["articles"], told["first"]) == ("2022-11-30T20:00:00Z", 3, None)
    assert [(lane["lane"], lane["own_channel"], lane["articles"]) for lane in told["lanes"]] == [
        ("Ministry of <Affairs>", True, 1),
        ("agency", False, 2),
    ]
    assert told["lanes"][0]["marks"][0]["known_by"] == "hour"
    asked = "/timeline/articles?topic=lachin&at=2022-12-13&limit=2"
    page = (await filled.api("GET", asked)).json()
    rest = (await filled.api("GET", f"{asked}&cursor={page['next']}")).json()
    assert [len(page["items"]), len(rest["items"]), rest["next"]] == [2, 1, None]
    assert [one["known_by"] for one in (*page["items"], *rest["items"])] == ["visits", "hour", "hour"]


@pytest.mark.parametrize("cursor", ["x", "MjAyMg", "é", "!!!", "A" * 99])
async def test_a_cursor_of_others_is_refused(filled: Sitting, cursor: str) -> None:
    answer = await filled.api("GET", "/timeline/articles", params={"topic": "lachin", "cursor": cursor})
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"

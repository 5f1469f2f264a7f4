"""Search at the desk: words, phrases and queries over the whole archive, with the inbox's filters."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta

import pytest

from crawler.judging import TopicJudge
from news.judging import Says
from news.people import Role
from review import reindex
from storage import verdicts
from storage.database import Connection
from tests.review.desk.newsroom import open_newsroom, publish
from tests.review.desk.sitting import START, Sitting

HAKARI = "Traffic on the Hakari bridge stopped. <script>alert(1)</script> Ministers met."
RUSSIAN = "Мост Хакари закрыт."
OTHER = "The ministers of Shusha met on the bridge."


def fill(conn: Connection) -> list[int]:
    open_newsroom(conn)
    return [
        publish(conn, "a", "bridge", text=HAKARI, title="Hakari & <b>bridge</b>"),
        publish(conn, "b", slug="wire", text=OTHER, minutes=1, title="Shusha", proofs=()),
        publish(conn, "c", slug="wire", text=RUSSIAN, minutes=2, title="Мост", language="ru", proofs=()),
    ]


@pytest.fixture
async def archive(desk: Sitting) -> tuple[Sitting, list[int]]:
    made = await desk.desk.database.write(fill)
    judge: TopicJudge = desk.desk.judge
    await reindex.bring_up_to_date(desk.desk.database, judge)
    desk.moment = START + timedelta(hours=1)
    await desk.as_(Role.READER)
    return desk, made


def articles(page: str) -> list[int]:
    return [int(number) for number in re.findall(r'id="a(\d+)"', page)]


async def test_words_phrases_and_queries(archive: tuple[Sitting, list[int]]) -> None:
    desk, (first, second, third) = archive

    async def found(q: str, **filters: str) -> list[int]:
        answer = await desk.get("/search", q=q, **filters)
        assert answer.status_code == 200, answer.text
        return articles(answer.text)

    assert await found("bridge") == [second, first]
    assert await found('"Hakari bridge"') == [first]
    assert await found("bridge ministers Shusha") == [second]
    assert await found("(Shusha OR Hakari) AND NOT traffic") == [second]
    assert await found("мосты") == [third]
    assert await found("bridge", kind="ministry") == [first]
    assert await found("bridge", topic="bridge") == [first]
    assert await found("bridge", language="ru") == []
    assert await found("bridge", since="2022-12-14") == []
    assert await found("bridge", source="nobody") == []


async def test_what_was_said_of_articles_sifts_too(archive: tuple[Sitting, list[int]]) -> None:
    desk, (first, _, _) = archive
    me = (await desk.as_(Role.ANALYST)).id

    def judge(conn: Connection) -> None:
        verdicts.give(conn, first, ["bridge"], Says.NOISE, account=me, at=START)

    await desk.desk.database.write(judge)
    assert articles((await desk.get("/search", q="bridge", verdict="noise")).text) == [first]
    assert articles((await desk.get("/search", q="bridge", verdict="must-read")).text) == []


async def test_what_was_found_is_marked_and_nothing_is_markup(archive: tuple[Sitting, list[int]]) -> None:
    desk, _ = archive
    page = (await desk.get("/search", q='"Hakari bridge" ministers')).text
    assert "on the <mark>Hakari bridge</mark> stopped" in page
    assert "<mark>Ministers</mark> met" in page
    assert "<script>alert" not in page
    assert "&lt;b&gt;" in page


@pytest.mark.parametrize(
    "q", ["(", "a AND", "NOT a", "—", '"', "=", "title:", "lang:xx", "<script>", "'; --"]
)
async def test_what_cannot_be_searched_for_is_explained(archive: tuple[Sitting, list[int]], q: str) -> None:
    desk, _ = archive
    answer = await desk.get("/search", q=q)
    assert answer.status_code in (200, 422)
    assert "<script>a" not in answer.text
    assert (await desk.get("/search/file/csv", q=q)).status_code in (200, 400, 422)


async def test_pages_follow_one_another(
    archive: tuple[Sitting, list[int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, (first, second, _) = archive
    monkeypatch.setattr("review.desk.pages.search.HITS", 1)
    page = (await desk.get("/search", q="bridge")).text
    assert articles(page) == [second]
    below = re.findall(r"below=([^\"&]+)", page)[0]
    rest = (await desk.get("/search", q="bridge", below=below)).text
    assert articles(rest) == [first]


async def test_all_hits_as_a_file(archive: tuple[Sitting, list[int]]) -> None:
    desk, (first, _, _) = archive
    answer = await desk.get("/search/file/csv", q="bridge", kind="ministry")
    [row] = csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff")))
    assert (row["id"], row["source"], row["kind"]) == (str(first), "mfa", "ministry")
    assert "Traffic on the Hakari bridge stopped." in row["quote"]
    assert len((await desk.get("/search/file/jsonl", q="bridge")).text.splitlines()) == 2


async def test_a_search_is_kept_and_forgotten(archive: tuple[Sitting, list[int]]) -> None:
    desk, _ = archive
    back = "q=Hakari+bridge&kind=ministry"
    answer = await desk.post("/search/saved", name="Bridges & <roads>", back=back)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/search?{back}")
    page = (await desk.get("/search")).text
    assert 'href="/search?q=Hakari+bridge&amp;kind=ministry">Bridges &amp; &lt;roads&gt;</a>' in page
    number = re.findall(r'name="search" value="(\d+)"', page)[0]
    await desk.post("/search/saved/remove", search=number)
    assert "Bridges" not in (await desk.get("/search")).text


async def test_the_api_finds_the_same(archive: tuple[Sitting, list[int]]) -> None:
    desk, (first, second, _) = archive
    page = (await desk.api("GET", "/search?q=bridge&limit=1")).json()
    rest = (await desk.api("GET", f"/search?q=bridge&limit=1&cursor={page['next']}")).json()
    assert [hit["id"] for hit in (*page["items"], *rest["items"])] == [second, first]
    assert rest["items"][0]["sentences"] == ["Traffic on the Hakari bridge stopped."]
    assert (await desk.api("GET", "/search?q=(")).status_code == 422
    assert (await desk.api("GET", "/search")).status_code == 422

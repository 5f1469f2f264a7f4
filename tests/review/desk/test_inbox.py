"""The inbox: what it shows, what its address sifts, what a button does, with htmx and without."""

from __future__ import annotations

import csv
import json
import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, update

from news.judging import Says
from news.people import Role
from news.visit import Outcome
from review.sifting import cursor_of, of_address, place_of, sifting
from storage import articles, audit, notes, readings, tags, verdicts
from storage.columns import table
from storage.database import Connection
from storage.inbox import Place
from storage.tables import SourceRow, VisitRow
from tests.review.desk.newsroom import open_newsroom, proof, publish
from tests.review.desk.sitting import START, Sitting

HTMX = {"hx-request": "true"}


async def fill(desk: Sitting, *published: dict[str, Any]) -> list[int]:
    """Open the newsroom and publish these: a name, the topics found in it, and what `publish` takes."""

    def unit(conn: Connection) -> list[int]:
        open_newsroom(conn)
        return [publish(conn, each.pop("name"), *each.pop("found", ["bridge"]), **each) for each in published]

    return await desk.desk.database.write(unit)


def shown(page: str) -> list[int]:
    """The articles of a page, in its order."""
    return [int(number) for number in re.findall(r'<li class="item[^"]*" id="a(\d+)"', page)]


async def test_a_line_says_why_it_is_there(desk: Sitting) -> None:
    [item] = await fill(desk, {"name": "it", "found": ["bridge", "talks"]})
    await desk.as_(Role.ANALYST)
    page = (await desk.get("/inbox")).text
    assert shown(page) == [item]
    assert "They spoke of the <mark>Hakari bridge</mark> again." in page
    for words in (
        "Ministry of Bridges",
        "ministry, speaks for Bridgeland",
        "English",
        "said 12:00",
        "seen 12:50–13:00",
        "Tuesday, 13 December 2022",
        f'href="/articles/{item}"',
        ">Hakari bridge</a>",
        ">Talks</a>",
        "1 article<",
    ):
        assert words in page, words


async def test_pages_go_on_below_each_other(desk: Sitting) -> None:
    made = await fill(desk, *({"name": f"n{number}", "minutes": number // 2} for number in range(35)))
    await desk.as_(Role.READER)
    first = (await desk.get("/inbox")).text
    onward = re.search(r'data-onward href="([^"]*)"', first)
    assert onward
    second = (await desk.get(onward[1].replace("&amp;", "&"))).text
    assert [*shown(first), *shown(second)] == made[::-1]
    assert "data-onward" not in second


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("topic=talks", [1]),
        ("topic=bridge&topic=talks", [1, 0]),
        ("kind=agency", [1]),
        ("country=AZ", [1]),
        ("speaks_for=Bridgeland", [0]),
        ("tier=must-have&language=en", [0]),
        ("language=ru", [1]),
        ("source=wire", [1]),
        ("period=day", [1, 0]),
        ("since=2022-12-14", []),
        ("until=2022-12-13", [1, 0]),
        ("judged=yes", [0]),
        ("judged=no", [1]),
        ("verdict=noise", [0]),
        ("read=no", [1]),
        ("starred=yes", [0]),
        ("tag=draft", [1]),
        ("assignee=me", []),
        ("kind=nonsense&verdict=nonsense&read=maybe&assignee=x&period=x&below=x&unknown=1", [1, 0]),
    ],
)
async def test_the_address_sifts(desk: Sitting, address: str, expected: list[int]) -> None:
    made = await fill(
        desk,
        {"name": "a"},
        {"name": "b", "found": ["bridge", "talks"], "slug": "wire", "language": "ru", "minutes": 1},
    )
    me = await desk.as_(Role.ANALYST)

    def unit(conn: Connection) -> None:
        verdicts.give(conn, made[0], ["bridge"], Says.NOISE, account=me.id, at=START)
        readings.read(conn, me.id, [made[0]], at=START)
        readings.star(conn, me.id, [made[0]], at=START)
        tags.put(conn, made[1], "draft", account=me.id, at=START)

    await desk.desk.database.write(unit)
    desk.moment = START + timedelta(hours=1)
    page = await desk.client.get(f"/inbox?{address}")
    assert page.status_code == 200
    assert shown(page.text) == [made[place] for place in expected]


async def test_a_date_that_is_none_is_said(desk: Sitting) -> None:
    await desk.as_(Role.READER)
    for wrong in ("yesterday", "0001-01-01", "9999-12-31", "2022-12-32"):
        answer = await desk.get("/inbox", since=wrong)
        assert answer.status_code == 422
        assert "is no date" in answer.text


class TestJudging:
    async def test_one_line_is_judged_and_comes_back(self, desk: Sitting) -> None:
        [item, other] = await fill(desk, {"name": "a", "found": ["bridge", "talks"]}, {"name": "b"})
        me = await desk.as_(Role.ANALYST)
        fields = {"csrf": desk.csrf, "do": f"relevant {item}", "article": [other]}
        answer = await desk.client.post("/inbox/verdicts", data=fields, headers=HTMX)
        assert shown(answer.text) == [item]
        assert 'hx-swap-oob="true"' in answer.text
        assert f'value="undo {item}" data-do="relevant" aria-pressed="true"' in answer.text
        said = await desk.desk.database.read(verdicts.of_article, item)
        assert sorted((each.topic, each.says, each.account) for each in said) == [
            ("bridge", Says.RELEVANT, me.id),
            ("talks", Says.RELEVANT, me.id),
        ]
        [change] = await desk.desk.database.read(audit.changes)
        assert (change.action, change.key, change.actor.name) == ("judged", str(item), me.name)
        assert (change.before, change.after) == (
            {"bridge": None, "talks": None},
            {"bridge": "relevant", "talks": "relevant"},
        )
        assert shown((await desk.get("/inbox", judged="no")).text) == [other]

    async def test_under_the_topics_that_are_looked_at(self, desk: Sitting) -> None:
        [item] = await fill(desk, {"name": "a", "found": ["bridge", "talks"]})
        await desk.as_(Role.ANALYST)
        await desk.post("/inbox/verdicts", do=f"noise {item}", back="topic=talks")
        [said] = await desk.desk.database.read(verdicts.of_article, item)
        assert (said.topic, said.says) == ("talks", Says.NOISE)

    async def test_many_at_once_and_back_without_scripts(self, desk: Sitting) -> None:
        made = await fill(desk, *({"name": f"n{number}"} for number in range(3)))
        await desk.as_(Role.ANALYST)
        answer = await desk.post("/inbox/verdicts", do="must-read", article=made[:2], back="read=no")
        assert answer.status_code == 303
        assert answer.headers["location"] == f"/inbox?read=no#a{made[0]}"
        assert shown((await desk.get("/inbox", verdict="must-read")).text) == made[1::-1]
        await desk.post("/inbox/verdicts", do="undo", article=made)
        assert shown((await desk.get("/inbox", judged="yes")).text) == []

    async def test_a_reader_reads_and_stars_and_judges_nothing(self, desk: Sitting) -> None:
        [item] = await fill(desk, {"name": "a"})
        await desk.as_(Role.READER)
        assert (await desk.post("/inbox/verdicts", do=f"noise {item}")).status_code == 403
        assert 'data-do="relevant"' not in (await desk.get("/inbox")).text
        await desk.post("/inbox/readings", do=f"read {item}")
        await desk.post("/inbox/readings", do="star", article=[item])
        assert shown((await desk.get("/inbox", read="yes", starred="yes")).text) == [item]
        await desk.post("/inbox/readings", do="unread", article=[item])
        await desk.post("/inbox/readings", do=f"unstar {item}")
        assert shown((await desk.get("/inbox", read="no")).text) == [item]
        assert await desk.desk.database.read(audit.changes) == ()

    async def test_what_means_nothing_changes_nothing(self, desk: Sitting) -> None:
        [item] = await fill(desk, {"name": "a"})
        await desk.as_(Role.ANALYST)
        for do in ("love 1", "love", "relevant x", "relevant"):
            assert (await desk.post("/inbox/verdicts", do=do)).status_code == 303
            assert (await desk.post("/inbox/readings", do=do)).status_code == 303
        assert (await desk.post("/inbox/verdicts", do="noise 999999")).status_code in (404, 422)
        assert await desk.desk.database.read(verdicts.of_article, item) == ()


async def test_new_ones_announce_themselves(desk: Sitting) -> None:
    await fill(desk, {"name": "a"})
    await desk.as_(Role.READER)
    page = (await desk.get("/inbox", topic="bridge")).text
    polled = re.search(r'hx-get="(/inbox/new[^"]*)"', page)
    assert polled
    address = polled[1].replace("&amp;", "&")
    assert (await desk.get(address)).text.strip() == ""
    await desk.desk.database.write(publish, "b", "bridge", minutes=5)
    await desk.desk.database.write(publish, "c", "talks", minutes=6)
    answer = (await desk.get(address)).text
    assert "1 new: show it" in answer
    assert 'href="/inbox?topic=bridge"' in answer
    assert (await desk.get("/inbox/new", found_after="nonsense")).status_code == 422


async def test_what_could_not_be_read_stands_at_the_top(desk: Sitting) -> None:
    await fill(desk, {"name": "a"})
    await desk.as_(Role.READER)

    def fail(conn: Connection) -> None:
        since = START - timedelta(days=2)
        failing = {"failures": 9, "last_good": since, "failing_since": since}
        sources = table(SourceRow)
        conn.execute(update(sources).where(sources.c.slug == "mfa").values(failing))
        last = {"source": "mfa", "at": START, "day": START.date(), "outcome": Outcome.FAILED, "duration": 1.0}
        counted = dict.fromkeys(("listed", "new", "changed", "bytes"), 0)
        conn.execute(insert(table(VisitRow)).values(reason="HTTP 503", **last, **counted))

    await desk.desk.database.write(fail)
    page = (await desk.get("/inbox")).text
    assert "Must-have sources that could not be read or are silent" in page
    assert page.index("Ministry of Bridges") < page.index("<h1>")


class TestWhenThereIsNothing:
    async def test_no_topic_is_watched(self, desk: Sitting) -> None:
        await desk.as_(Role.ANALYST)
        page = (await desk.get("/inbox")).text
        assert "No topic is watched yet" in page
        assert 'href="/topics"' in page

    async def test_nothing_matched_yet(self, desk: Sitting) -> None:
        await fill(desk)
        await desk.as_(Role.ANALYST)
        page = (await desk.get("/inbox")).text
        assert "Nothing matched yet. 2 topics are looked for in 2 sources." in page

    async def test_the_filters_let_nothing_through(self, desk: Sitting) -> None:
        await fill(desk, {"name": "a"})
        await desk.as_(Role.ANALYST)
        page = (await desk.get("/inbox", language="fa")).text
        assert "Nothing that matched is let through by these filters" in page


async def test_filters_are_kept_under_a_name(desk: Sitting) -> None:
    await fill(desk, {"name": "a"})
    await desk.as_(Role.READER)
    answer = await desk.post("/inbox/saved", name="<b>Mine</b>", back="topic=bridge&nonsense=1")
    assert answer.headers["location"] == "/inbox?topic=bridge"
    page = (await desk.get("/inbox", topic="bridge")).text
    assert 'href="/inbox?topic=bridge" aria-current="true">&lt;b&gt;Mine&lt;/b&gt;</a>' in page
    number = re.search(r'name="search" value="(\d+)"', page)
    assert number
    await desk.post("/inbox/saved/remove", search=number[1])
    assert "Mine" not in (await desk.get("/inbox", topic="bridge")).text
    assert (await desk.post("/inbox/saved/remove", search=number[1])).status_code == 404


async def test_nothing_published_or_written_is_markup(desk: Sitting) -> None:
    hostile = "\"><script>window.pwned=1</script><img src=x onerror=pwned=1>'`${7*7}{{7*7}}"
    text = f"{hostile}\nWords of {hostile} Hakari bridge {hostile}."
    [item] = await fill(
        desk,
        {
            "name": "a",
            "title": hostile,
            "text": text,
            "author": hostile,
            "link": "javascript:alert(1)",
            "proofs": [proof(text, "Hakari bridge")],
        },
    )
    me = await desk.as_(Role.ANALYST, hostile)

    def unit(conn: Connection) -> None:
        tags.put(conn, item, hostile[:60], account=me.id, at=START)
        notes.add(conn, item, hostile, account=me.id, at=START)
        notes.cite(conn, item, hostile, account=me.id, at=START)
        verdicts.give(conn, item, ["bridge"], Says.NOISE, account=me.id, at=START)
        assert articles.article(conn, item)

    await desk.desk.database.write(unit)
    await desk.client.post("/inbox/saved", data={"csrf": desk.csrf, "name": hostile[:70], "back": "read=no"})
    own = f"/articles/{item}"
    for path in ("/inbox", f"/inbox?tag={hostile[:30]}", own, f"{own}?topic={hostile}"):
        page = (await desk.client.get(path)).text
        assert "<script>" not in page
        assert "<img src=x" not in page
        assert 'href="javascript' not in page
        assert "49" not in re.sub(r"\d{3,}|v=\w+", "", page).split("</title>")[0]


def test_cursors_and_addresses_come_back_as_they_went() -> None:
    place = Place(START, 7)
    assert place_of(cursor_of(place)) == place
    assert (cursor_of(None), place_of("x"), place_of("1-")) == ("", None, None)
    address = "topic=a&topic=b&kind=think+tank&language=hy&since=2022-01-01&read=no&assignee=me"
    assert of_address(address).address == address
    assert of_address(address).without("topic", "a") == address.removeprefix("topic=a&")
    assert sifting([("topic", "x" * 201), ("topic", "a\x00b"), ("kind", "x")]).address == ""


async def test_it_speaks_russian_to_whoever_asks_for_it(desk: Sitting) -> None:
    [item] = await fill(desk, {"name": "a"})
    await desk.as_(Role.ANALYST)
    headers = {"accept-language": "ru-RU,ru;q=0.9"}
    page = (await desk.client.get("/inbox", headers=headers)).text
    for words in (
        "<h1>Входящие</h1>",
        "1 статья<",
        "министерство, говорит от имени: Bridgeland",
        "английский",
    ):
        assert words in page, words
    assert "Почему это здесь" in (await desk.client.get(f"/articles/{item}", headers=headers)).text


async def test_the_list_is_a_file_to_take_away(desk: Sitting) -> None:
    made = await fill(
        desk,
        *({"name": f"n{number}", "minutes": number, "title": "=1+1"} for number in range(3)),
        {"name": "x", "found": ["talks"]},
    )
    await desk.as_(Role.READER)
    answer = await desk.get("/inbox/file/csv", topic="bridge")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert "attachment" in answer.headers["content-disposition"]
    rows = list(csv.DictReader(answer.text.removeprefix("\ufeff").splitlines()))
    assert [int(row["id"]) for row in rows] == made[2::-1]
    assert rows[0]["title"] == "'=1+1", "no spreadsheet takes it for a formula"
    assert (rows[0]["speaks_for"], rows[0]["topics"]) == ("Bridgeland", "bridge")
    lines = (await desk.get("/inbox/file/jsonl", topic="bridge")).text.splitlines()
    assert [json.loads(line)["title"] for line in lines] == ["=1+1"] * 3
    assert (await desk.get("/inbox/file/xlsx")).content.startswith(b"PK")
    assert (await desk.get("/inbox/file/pdf")).status_code == 422

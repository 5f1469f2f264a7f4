"""Articles for programs: the pages' filters, a cursor, tags, and everything that can be said of one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from news.judging import Says
from news.people import Role
from storage import verdicts
from storage.database import Connection
from tests.review.desk.newsroom import open_newsroom, proof, publish
from tests.review.desk.sitting import START, Sitting

TEXT = "The ministers met. They spoke of the Hakari bridge."


@pytest.fixture
async def made(desk: Sitting) -> list[int]:
    def unit(conn: Connection) -> list[int]:
        open_newsroom(conn)
        shared: dict[str, Any] = {"text": TEXT, "proofs": (proof(TEXT, "Hakari bridge"),)}
        first = publish(conn, "a", "bridge", "talks", **shared)
        return [first, publish(conn, "b", "bridge", slug="wire", language="ru", minutes=1, **shared)]

    desk.moment = START + timedelta(hours=1)
    return await desk.desk.database.write(unit)


async def test_a_list_with_the_filters_of_the_page(desk: Sitting, made: list[int]) -> None:
    await desk.as_(Role.READER)
    listed = (await desk.api("GET", "/articles?topic=bridge")).json()
    assert [each["id"] for each in listed["items"]] == made[::-1]
    assert listed["next"] is None
    [line] = (await desk.api("GET", "/articles?kind=ministry&since=2022-12-13")).json()["items"]
    assert line["source"]["speaks_for"] == "Bridgeland"
    assert line["quote"]["text"] == TEXT
    mark = line["quote"]["marks"][0]
    assert line["quote"]["text"][mark["start"] : mark["end"]] == "Hakari bridge"
    assert [each["topic"] for each in line["topics"]] == ["bridge", "talks"]
    assert line["appeared_after"] == "2022-12-13T08:50:00Z"
    assert (await desk.api("GET", "/articles?since=never")).status_code == 422


async def test_page_by_page(desk: Sitting, made: list[int]) -> None:
    await desk.as_(Role.READER)
    first = (await desk.api("GET", "/articles?limit=1")).json()
    second = (await desk.api("GET", f"/articles?limit=1&cursor={first['next']}")).json()
    assert [each["id"] for page in (first, second) for each in page["items"]] == made[::-1]
    assert second["next"] is None
    assert (await desk.api("GET", "/articles?cursor=nonsense")).status_code == 422


async def test_one_in_full_and_unchanged(desk: Sitting, made: list[int]) -> None:
    await desk.as_(Role.READER)
    answer = await desk.api("GET", f"/articles/{made[0]}")
    shown = answer.json()
    assert shown["text"] == TEXT
    assert shown["matches"][0]["proofs"][0]["language"] == "en"
    assert shown["sightings"][0]["link"] == "https://mfa.example/a"
    again = await desk.api("GET", f"/articles/{made[0]}", headers={"if-none-match": answer.headers["etag"]})
    assert again.status_code == 304
    assert (await desk.api("GET", "/articles/999")).status_code == 404
    cited = (await desk.api("GET", f"/articles/{made[0]}/citation")).json()
    assert "accessed 13 December 2022" in cited["footnote"]
    assert cited["zone"] == "Asia/Yerevan"


async def test_what_can_be_said_of_one(desk: Sitting, made: list[int]) -> None:
    me = await desk.as_(Role.ANALYST)
    here = f"/articles/{made[1]}"
    said = await desk.api("PUT", f"{here}/verdicts/talks", json={"says": "relevant"})
    assert [(each["topic"], each["says"]) for each in said.json()["verdicts"]] == [("talks", "relevant")]
    own = await desk.api("PUT", f"{here}/reading", json={"read": True, "starred": True})
    assert own.json()["read_at"] == own.json()["starred_at"] == "2022-12-13T10:00:00Z"
    own = await desk.api("PUT", f"{here}/reading", json={"read": False})
    assert (own.json()["read_at"], own.json()["starred_at"]) == (None, "2022-12-13T10:00:00Z")
    note = await desk.api("POST", f"{here}/notes", json={"text": "Look"})
    use = await desk.api("POST", f"{here}/uses", json={"line": "Brief 7"})
    assert note.status_code == use.status_code == 201
    assert (await desk.api("PUT", f"{here}/tags/Draft")).status_code == 204
    assert (await desk.api("PUT", f"{here}/assignee", json={"account": me.id})).status_code == 204
    shown = (await desk.api("GET", here)).json()
    assert (shown["tags"], shown["assignee"], shown["notes"][0]["text"]) == (["draft"], me.name, "Look")
    for path in (
        "verdicts/talks",
        "tags/draft",
        f"notes/{note.json()['id']}",
        f"uses/{use.json()['id']}",
    ):
        assert (await desk.api("DELETE", f"{here}/{path}")).status_code == 204, path
    await desk.api("PUT", f"{here}/assignee", json={"account": None})
    shown = (await desk.api("GET", here)).json()
    assert (shown["tags"], shown["assignee"], shown["notes"], shown["uses"]) == ([], None, [], [])


async def test_what_is_not_there_or_cannot_be_is_a_problem(desk: Sitting, made: list[int]) -> None:
    await desk.as_(Role.ANALYST)
    here = f"/articles/{made[0]}"
    for method, path, body, status in (
        ("PUT", f"{here}/verdicts/nothing", {"says": "noise"}, 404),
        ("PUT", f"{here}/verdicts/a%00b", {"says": "noise"}, 404),
        ("DELETE", f"{here}/verdicts/a%00b", None, 404),
        ("PUT", f"{here}/verdicts/bridge", {"says": "love"}, 422),
        ("PUT", "/articles/999/verdicts/bridge", {"says": "noise"}, 404),
        ("PUT", f"{here}/reading", {"red": True}, 422),
        ("PUT", "/articles/999/reading", {"read": True}, 404),
        ("POST", f"{here}/notes", {"text": "\x00"}, 422),
        ("DELETE", f"{here}/notes/999", None, 404),
        ("DELETE", f"{here}/tags/nothing", None, 404),
        ("DELETE", f"{here}/tags/%00", None, 422),
        ("PUT", f"{here}/assignee", {"account": 999}, 404),
        ("GET", f"/articles/{2**60}", None, 422),
    ):
        answer = await desk.api(method, path, **({} if body is None else {"json": body}))
        assert answer.status_code == status, (method, path, answer.text)
        assert answer.headers["content-type"] == "application/problem+json", path


async def test_readers_judge_nothing(desk: Sitting, made: list[int]) -> None:
    await desk.as_(Role.READER)
    answer = await desk.api("PUT", f"/articles/{made[0]}/verdicts/bridge", json={"says": Says.NOISE})
    assert answer.status_code == 403
    assert await desk.desk.database.read(verdicts.of_article, made[0]) == ()

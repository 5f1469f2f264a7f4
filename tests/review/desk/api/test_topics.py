"""Topics by the API: what a program writes, what it is refused, and what it may not write over."""

from __future__ import annotations

from typing import Any

from news.judging import Says
from news.people import Role
from review import reindex
from storage import audit, topics, verdicts
from storage.database import Connection
from tests.review.archive import NOON, fill
from tests.review.desk.sitting import START, Sitting
from tests.review.test_noise import NOISE, RELEVANT

CORRIDOR = {"text": "Lachin corridor", "language": "en", "role": "name", "stands": "alone"}
BODY: dict[str, Any] = {"name": "Lachin", "terms": [CORRIDOR], "query": "", "mentions": 1}


async def judged(desk: Sitting, *texts: str) -> None:
    desk.desk.database.clock = lambda: NOON
    await desk.desk.database.write(fill, texts)
    await reindex.bring_up_to_date(desk.desk.database, desk.desk.judge)


async def test_a_topic_is_made_read_changed_and_removed(desk: Sitting) -> None:
    await desk.as_(Role.ANALYST)
    made = await desk.api("POST", "/topics", json={"slug": "lachin", **BODY})
    assert (made.status_code, made.headers["location"]) == (201, "/api/v1/topics/lachin")
    assert made.json() == {"slug": "lachin", "version": 1, **BODY}
    read = await desk.api("GET", "/topics/lachin")
    tag = read.headers["etag"]
    assert (read.json(), tag) == (made.json(), made.headers["etag"])
    wider = BODY | {"terms": [CORRIDOR, {"text": "Лачин", "language": "ru"}]}
    changed = await desk.api("PUT", "/topics/lachin", json=wider, headers={"if-match": tag})
    assert (changed.status_code, changed.json()["version"]) == (200, 2)
    stale = await desk.api("PUT", "/topics/lachin", json=BODY, headers={"if-match": tag})
    assert (stale.status_code, stale.headers["content-type"]) == (412, "application/problem+json")
    assert (await desk.api("DELETE", "/topics/lachin", headers={"if-match": tag})).status_code == 412
    (line,) = (await desk.api("GET", "/topics")).json()["items"]
    assert (line["slug"], line["version"], line["articles"], line["subscriptions"]) == ("lachin", 2, 0, 0)
    change = (await desk.api("GET", "/topics/lachin/difference")).json()
    assert [term["text"] for term in change["added"]] == ["Лачин"]
    current = {"if-match": changed.headers["etag"]}
    assert (await desk.api("DELETE", "/topics/lachin", headers=current)).status_code == 204
    assert (await desk.api("GET", "/topics/lachin")).status_code == 404
    versions = (await desk.api("GET", "/topics/lachin/versions")).json()
    assert [each["version"] for each in versions] == [1, 2, 3]
    log = await desk.desk.database.read(audit.changes, noun="topic")
    assert [each.action for each in log] == ["removed", "changed", "added"]


async def test_a_short_name_is_taken_once(desk: Sitting) -> None:
    await desk.as_(Role.ANALYST)
    for expected in (201, 409):
        answer = await desk.api("POST", "/topics", json={"slug": "lachin", **BODY})
        assert answer.status_code == expected


async def test_a_refusal_names_the_field(desk: Sitting) -> None:
    await desk.as_(Role.ANALYST)

    async def refused(**values: Any) -> list[str]:
        answer = await desk.api("POST", "/topics", json={"slug": "t", **BODY, **values})
        assert answer.status_code == 422
        return [each["field"] for each in answer.json()["errors"]]

    assert await refused(terms=[CORRIDOR, {"text": "  ... "}]) == ["terms.1.text"]
    assert await refused(terms=[CORRIDOR, {"text": "a", "language": "xx"}]) == ["terms.1.text"]
    assert await refused(terms=[], query="Lachin corridor") == ["query"]
    assert await refused(terms=[]) == ["terms"]
    assert await refused(slug="No Slug") == ["slug"]
    assert await refused(mentions=0) == ["mentions"]
    assert await refused(terms=[{"text": "a", "role": "king"}]) == ["terms.0.role"]
    assert await desk.desk.database.read(topics.all_topics) == ()


async def test_an_unsaved_topic_is_tried(desk: Sitting) -> None:
    await judged(desk, "Traffic on the Lachin corridor has stopped.", "The corridor of Lachin")
    desk.desk.database.clock = lambda: NOON.replace(hour=13)
    await desk.as_(Role.ANALYST)
    found = (await desk.api("POST", "/topics/preview", json=BODY | {"days": 7})).json()
    assert (found["articles"], found["looked_at"], found["against"]) == (1, 2, None)
    assert found["first"][0]["evidence"][0]["form"] == "Lachin corridor"
    assert found["near"][0]["misses"][0]["why"] in ("order", "apart")
    assert (await desk.api("POST", "/topics/names", json=BODY)).json() == []
    rising = await desk.api("GET", "/topics/none/rising")
    assert rising.status_code == 404


async def test_the_list_goes_on_where_it_ended(desk: Sitting) -> None:
    await desk.as_(Role.ANALYST)
    for slug in ("a", "b", "c"):
        await desk.api("POST", "/topics", json={"slug": slug, **BODY})
    first = (await desk.api("GET", "/topics", params={"limit": 2})).json()
    rest = (await desk.api("GET", "/topics", params={"limit": 2, "cursor": first["next"]})).json()
    assert [each["slug"] for each in first["items"] + rest["items"]] == ["a", "b", "c"]
    assert rest["next"] is None


async def test_what_was_judged_noise_says_what_to_leave_out(desk: Sitting) -> None:
    every = [*NOISE, *RELEVANT] * 3
    await judged(desk, *every)
    account = (await desk.as_(Role.ANALYST)).id
    body = BODY | {"terms": [{"text": "Лачинский коридор", "language": "ru"}]}
    await desk.api("POST", "/topics", json={"slug": "lachin", **body})

    def unit(conn: Connection) -> None:
        for article, text in enumerate(every, 1):
            says = Says.RELEVANT if text in RELEVANT else Says.NOISE
            verdicts.give(conn, article, ["lachin"], says, account=account, at=START)

    await desk.desk.database.write(unit)
    found = (await desk.api("GET", "/topics/lachin/noise")).json()
    trainer = next(each for each in found if each["title"].casefold().startswith("тренер"))
    assert (trainer["drops"], trainer["relevant"]) == (12, 0)
    page = (await desk.get("/topics/lachin/noise")).text
    assert "excluding it would drop 15 of these, 3 of them marked relevant" in page
    assert "12 noise, 12 relevant" in page
    edited = (await desk.get("/topics/lachin/edit", add=f"ru|excluded|{trainer['title']}")).text
    assert f'value="{trainer["title"]}"' in edited
    assert (await desk.get("/topics/lachin/rising")).status_code == 200


async def test_it_is_found_in_what_was_read_before(desk: Sitting) -> None:
    await judged(desk, "Traffic on the Lachin corridor has stopped.")
    await desk.as_(Role.ANALYST)
    await desk.api("POST", "/topics", json={"slug": "lachin", **BODY})
    body = {"since": "2026-03-01T00:00:00Z"}
    assert (await desk.api("POST", "/topics/lachin/rematch", json=body)).status_code == 202
    (line,) = (await desk.api("GET", "/topics")).json()["items"]
    assert line["articles"] == 1

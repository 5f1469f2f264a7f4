"""Subscriptions and deliveries by the API: made, changed by tag, paged, and refused in words."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import update

from news.people import Role
from news.telling import Message
from storage.database import Connection
from storage.deliveries import DELIVERIES
from tests.review.desk.sitting import Sitting
from tests.storage.post import plan
from tests.storage.telling_world import DAILY, matched, subscribe, topic
from tests.storage.world import add, after


@pytest.fixture
async def world(desk: Sitting) -> Sitting:
    """Two topics; a daily digest (1) and a subscription that is told at once (2), of two people."""
    desk.moment = after(60 * 24)

    def unit(conn: Connection) -> None:
        add(conn, "mfa")
        topic(conn, "talks", "roads")
        subscribe(conn, "talks", recipient="ana@desk.test", schedule=DAILY)
        subscribe(conn, "talks", recipient="leyla@desk.test")
        matched(conn, "one", "talks")

    await desk.desk.database.write(unit)
    await desk.as_(Role.ANALYST, "Anahit")
    return desk


async def test_one_is_made_read_changed_and_removed(world: Sitting) -> None:
    wish = {"recipient": "karen@desk.test", "topics": ["roads"], "rhythm": "weekly", "day": "friday"}
    made = await world.api("POST", "/subscriptions", json=wish)
    assert made.status_code == 201
    path = made.headers["location"].removeprefix("/api/v1")
    read = await world.api("GET", path)
    assert read.json() == made.json()
    assert (read.json()["day"], read.json()["zone"], read.json()["channel"]) == (
        "friday",
        "Asia/Yerevan",
        "folder",
    )
    headers = {"if-match": read.headers["etag"]}
    changed = await world.api("PATCH", path, json={"at": "17:30"}, headers=headers)
    assert (changed.json()["at"], changed.json()["day"]) == ("17:30", "friday")
    assert (await world.api("PATCH", path, json={"at": "06:00"}, headers=headers)).status_code == 412
    assert (await world.api("DELETE", path, headers=headers)).status_code == 412
    assert (await world.api("GET", path)).json()["at"] == "17:30"
    assert (await world.api("DELETE", path, headers={"if-match": changed.headers["etag"]})).status_code == 204
    assert (await world.api("GET", path)).status_code == 404


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        ({"topics": ["nothing"]}, "topics"),
        ({"topics": []}, "topics"),
        ({"topics": ["talks"], "zone": "Baku"}, "zone"),
        ({"topics": ["talks"], "at": "25:00"}, "at"),
        ({"topics": ["talks"], "channel": "smtp"}, "channel"),
        ({"topics": ["talks"], "recipient": "nobody"}, "recipient"),
        ({"topics": ["talks"], "recipient": ""}, "recipient"),
        ({"topics": ["talks"], "surprise": 1}, "surprise"),
    ],
)
async def test_what_cannot_be_is_named(world: Sitting, wish: dict[str, Any], field: str) -> None:
    answer = await world.api("POST", "/subscriptions", json={"recipient": "k@desk.test", **wish})
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert [each["field"] for each in answer.json()["errors"]] == [field]


async def test_lists_go_on_where_they_ended(world: Sitting) -> None:
    def unit(conn: Connection) -> None:
        for _ in range(5):
            plan(conn, "a@one.test", message=Message("A road", "x", "x"))

    await world.desk.database.write(unit)
    for path, count in (("/subscriptions", 7), ("/deliveries", 5)):
        seen: list[Any] = []
        cursor: str | None = ""
        while cursor is not None:
            page = (await world.api("GET", path, params={"limit": 2, "cursor": cursor})).json()
            seen += [each["id"] for each in page["items"]]
            cursor = page["next"]
        assert len(seen) == len(set(seen)) == count
    assert (await world.api("GET", "/deliveries", params={"cursor": "made-up"})).status_code == 422


async def test_it_is_paused_and_resumed_and_can_be_told_in_another_way(world: Sitting) -> None:
    assert (await world.api("POST", "/subscriptions/1/pause")).json()["state"] == "paused"
    assert (await world.api("POST", "/subscriptions/1/resume")).json()["state"] == "active"
    assert (await world.api("POST", "/subscriptions/1/resume", json={"catch_up": True})).status_code == 200
    changed = await world.api("PATCH", "/subscriptions/2", json={"mode": "digest", "at": "07:15"})
    assert (changed.json()["rhythm"], changed.json()["at"]) == ("daily", "07:15")
    assert changed.json()["next_due"] is not None
    changed = await world.api("PATCH", "/subscriptions/2", json={"mode": "instant"})
    assert (changed.json()["rhythm"], changed.json()["at"], changed.json()["next_due"]) == (None, None, None)


async def test_the_next_digest_is_shown(world: Sitting) -> None:
    shown = (await world.api("GET", "/subscriptions/1/preview")).json()
    assert "A text about one." in shown["text"]
    assert (await world.api("GET", "/subscriptions/2/preview")).status_code == 409


async def test_a_delivery_is_read_and_sent_again_once(world: Sitting) -> None:
    def unit(conn: Connection) -> int:
        (number,) = plan(conn, "ana@desk.test", message=Message("A road", "The words.", "<p>x</p>"))
        values = {"state": "parked", "next_try_at": None, "answer": "it died"}
        conn.execute(update(DELIVERIES).where(DELIVERIES.c.id == number).values(values))
        return number

    number = await world.desk.database.write(unit)
    found = (await world.api("GET", "/deliveries", params={"state": ["parked", "failed"]})).json()["items"]
    assert [(each["id"], each["subject"], each["answer"]) for each in found] == [
        (number, "A road", "it died")
    ]
    assert (await world.api("GET", f"/deliveries/{number}/message")).json()["text"] == "The words."
    assert (await world.api("POST", f"/deliveries/{number}/resend")).json()["state"] == "pending"
    assert (await world.api("POST", f"/deliveries/{number}/resend")).status_code == 409


async def test_a_reader_has_their_own_and_nobody_elses(world: Sitting) -> None:
    await world.as_(Role.READER, "Karen")
    assert (await world.api("GET", "/subscriptions")).json()["items"] == []
    wish = {"topics": ["talks"]}
    assert (await world.api("POST", "/subscriptions", json=wish)).status_code == 422  # no address yet
    assert (await world.api("PATCH", "/me", json={"email": "karen@desk.test"})).status_code == 200
    made = await world.api("POST", "/subscriptions", json=wish)
    assert made.json()["recipient"] == "karen@desk.test"
    listed = await world.api("GET", "/subscriptions", params={"recipient": "ana@desk.test"})
    assert [each["recipient"] for each in listed.json()["items"]] == ["karen@desk.test"]
    answer = await world.api("POST", "/subscriptions", json={**wish, "recipient": "ana@desk.test"})
    assert answer.status_code == 403
    for method, path in (("GET", ""), ("PATCH", ""), ("DELETE", ""), ("POST", "/pause"), ("GET", "/preview")):
        answer = await world.api(method, f"/subscriptions/1{path}", json={} if method == "PATCH" else None)
        assert answer.status_code == 404, (method, path)

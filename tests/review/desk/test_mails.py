"""Mails at the desk: who sees and changes which, what is shown of them, and in what frame."""

from __future__ import annotations

from datetime import time
from typing import Any

import pytest
from sqlalchemy import update

from news.people import Role
from news.telling import DeliveryState, Message, Mode, Rhythm, Schedule
from storage import audit, deliveries, subscriptions
from storage.database import Connection
from storage.deliveries import DELIVERIES
from tests.review.desk.sitting import Sitting
from tests.storage.post import plan
from tests.storage.telling_world import matched, subscribe, topic
from tests.storage.world import add, after

ANA, LEYLA = "ana@desk.test", "leyla@desk.test"
ATTACK = "<script>alert(1)</script><img src=x onerror=alert(1)>"
WEEKLY = {"topic": ["talks", "roads"], "how": "weekly", "at": "17:30", "day": "friday", "zone": "Asia/Baku"}


@pytest.fixture
async def world(desk: Sitting) -> Sitting:
    """Two topics; Ana has a daily digest (1), Leyla is told at once (2); nobody was told of the article."""
    desk.moment = after(60 * 24)

    def unit(conn: Connection) -> None:
        add(conn, "mfa")
        topic(conn, "talks", "roads")
        subscribe(conn, "talks", recipient=ANA, schedule=Schedule(Rhythm.DAILY, time(8)))
        subscribe(conn, "talks", recipient=LEYLA)
        matched(conn, "one", "talks")

    await desk.desk.database.write(unit)
    return desk


async def reader(world: Sitting, email: str) -> None:
    """Be a reader whose address is that: an administrator gave it to them."""
    await world.as_(Role.ADMINISTRATOR, "root")
    made = (await world.api("POST", "/accounts", json={"name": email, "email": email})).json()
    await world.as_(Role.READER, email)
    assert made["account"]["email"] == email


async def get(world: Sitting, number: int) -> Any:
    return await world.desk.database.read(subscriptions.get, number)


async def sent(world: Sitting, state: DeliveryState, message: Message, recipient: str = ANA) -> int:
    """A mail to someone, that came to that state."""

    def unit(conn: Connection) -> int:
        (number,) = plan(conn, recipient, message=message)
        at = world.moment if state is DeliveryState.SENT else None
        values = {"state": state, "next_try_at": None, "sent_at": at, "answer": "550 no such mailbox"}
        conn.execute(update(DELIVERIES).where(DELIVERIES.c.id == number).values(values))
        return number

    return await world.desk.database.write(unit)


async def test_an_analyst_subscribes_someone_and_changes_it(world: Sitting) -> None:
    await world.as_(Role.ANALYST, "Anahit")
    fields = {**WEEKLY, "recipient": "karen@desk.test", "channel": "folder", "when_empty": "true"}
    assert (await world.post("/mails/new", **fields)).headers["location"] == "/mails?done=added"
    made = await get(world, 3)
    assert (made.recipient, made.topics, made.zone) == ("karen@desk.test", ("talks", "roads"), "Asia/Baku")
    assert made.schedule == Schedule(Rhythm.WEEKLY, time(17, 30), 4)
    page = (await world.get("/mails")).text
    assert "Weekly digest, Friday at 17:30" in page
    fields = {"topic": "roads", "how": "instant", "zone": "UTC", "channel": "folder"}
    assert (await world.post("/mails/3", **fields)).status_code == 303
    assert (await get(world, 3)).mode is Mode.INSTANT
    told = await world.desk.database.read(audit.changes, noun="subscription", key="3")
    assert [each.action for each in told] == ["changed", "added"]
    assert told[0].actor.name == "Anahit"
    assert told[0].before is not None
    assert told[0].before["mode"] == "digest"


async def test_what_cannot_be_is_said_beside_its_field_and_nothing_is_lost(world: Sitting) -> None:
    await world.as_(Role.ANALYST)
    wrong = {**WEEKLY, "at": "25:00", "zone": "Baku", "channel": "smtp", "recipient": "a@b.test"}
    answer = await world.post("/mails/new", **wrong)
    assert answer.status_code == 422
    for field in ("at", "zone", "channel"):
        assert f'id="wrong-{field}"' in answer.text
    assert 'value="roads" checked' in answer.text
    answer = await world.post("/mails/new", **{**WEEKLY, "topic": [], "channel": "folder", "recipient": ANA})
    assert 'id="wrong-topics"' in answer.text
    answer = await world.post("/mails/new", **{**WEEKLY, "channel": "folder", "recipient": "nobody"})
    assert 'id="wrong-recipient"' in answer.text
    assert len(await world.desk.database.read(subscriptions.all_subscriptions)) == 2


async def test_it_is_paused_resumed_and_removed(world: Sitting) -> None:
    await world.as_(Role.ANALYST)
    assert (await world.post("/mails/1/pause")).status_code == 303
    assert "paused since" in (await world.get("/mails")).text
    assert (await world.post("/mails/1/resume", catch_up="true")).status_code == 303
    assert (await get(world, 1)).paused is None
    assert (await world.post("/mails/1/remove")).status_code == 303
    assert (await world.get("/mails/1")).status_code == 404
    told = await world.desk.database.read(audit.changes, noun="subscription")
    assert [each.action for each in told] == ["removed", "resumed, catching up", "paused"]


async def test_a_reader_has_their_own_and_nobody_elses(world: Sitting) -> None:
    number = await sent(world, DeliveryState.FAILED, Message("For Leyla", "x", "<p>x</p>"), LEYLA)
    await reader(world, ANA)
    page = (await world.get("/mails")).text
    assert ANA in page
    assert LEYLA not in page
    for path in ("/mails/2", f"/mails/sent/{number}", f"/mails/sent/{number}/html"):
        assert (await world.get(path)).status_code == 404, path
    for path in ("/mails/2/pause", "/mails/2/remove", f"/mails/sent/{number}/resend", "/mails/2"):
        assert (await world.post(path, **WEEKLY, channel="folder")).status_code == 404, path
    assert "For Leyla" not in (await world.get("/mails/sent", recipient=LEYLA)).text
    assert (await world.post("/mails/new", **WEEKLY, recipient=LEYLA)).status_code == 403
    assert (await world.post("/mails/new", **WEEKLY, channel="folder")).status_code == 303
    assert (await get(world, 4)).recipient == ANA


async def test_a_reader_cannot_take_over_an_address_in_use(world: Sitting) -> None:
    await world.as_(Role.READER, "Eve")
    answer = await world.post("/settings", email=LEYLA)
    assert answer.status_code == 422
    assert "in use already" in answer.text
    assert (await world.api("PATCH", "/me", json={"email": LEYLA})).status_code == 422
    assert (await world.post("/settings", email="eve@desk.test")).status_code == 303


async def test_subscriptions_follow_to_a_new_address(world: Sitting) -> None:
    await reader(world, ANA)
    assert (await world.post("/settings", email="ana@elsewhere.test")).status_code == 303
    assert (await get(world, 1)).recipient == "ana@elsewhere.test"
    assert (await get(world, 2)).recipient == LEYLA


async def test_the_next_digest_is_shown_and_nothing_is_stored(world: Sitting) -> None:
    await world.as_(Role.ANALYST)
    for _ in range(2):
        page = await world.get("/mails/1/preview")
        assert "A text about one." in page.text
    frame = await world.get("/mails/1/preview/html")
    assert "A text about one." in frame.text
    assert frame.headers["x-frame-options"] == "SAMEORIGIN"
    assert await world.desk.database.read(deliveries.all_deliveries) == ()
    assert (await world.get("/mails/2/preview")).headers["location"] == "/mails/2"


async def test_a_mail_is_shown_in_a_frame_that_may_do_nothing(world: Sitting) -> None:
    await world.as_(Role.ANALYST)
    html = f"<html><head></head><body>{ATTACK}</body></html>"
    number = await sent(world, DeliveryState.SENT, Message(ATTACK, ATTACK, html))
    for path in ("/mails/sent", f"/mails/sent/{number}", "/mails"):
        page = await world.get(path)
        assert "<script>alert" not in page.text
        assert "<img src=x" not in page.text
        assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
    frame = await world.get(f"/mails/sent/{number}/html")
    policy = frame.headers["content-security-policy"]
    assert policy.startswith("sandbox ")
    assert "allow-scripts" not in policy
    assert "allow-same-origin" not in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'self'" in policy
    assert frame.headers["x-frame-options"] == "SAMEORIGIN"
    assert '<head><base target="_blank">' in frame.text


async def test_what_failed_is_sent_again_and_what_was_sent_is_not(world: Sitting) -> None:
    await world.as_(Role.ANALYST)
    words = Message("A road", "A road", "<p>A road</p>")
    failed = await sent(world, DeliveryState.FAILED, words)
    page = (await world.get("/mails/sent", state="failed")).text
    assert "550 no such mailbox" in page
    assert (await world.post(f"/mails/sent/{failed}/resend")).status_code == 303
    assert (await world.post(f"/mails/sent/{failed}/resend")).status_code == 409
    known = await world.desk.database.read(deliveries.get, failed)
    assert known.state is DeliveryState.PENDING
    told = await world.desk.database.read(audit.changes, noun="delivery")
    assert [each.action for each in told] == ["sent again"]


async def test_sent_mails_go_on_page_by_page(world: Sitting) -> None:
    await world.as_(Role.ANALYST)

    def unit(conn: Connection) -> None:
        for number in range(60):
            plan(conn, "a@one.test", message=Message(f"Mail {number}.", "x", "x"))

    await world.desk.database.write(unit)
    first = (await world.get("/mails/sent", kind="alerts")).text
    assert "Mail 59." in first
    assert "Mail 9." not in first
    onward = first.split('href="/mails/sent?')[1].split('"')[0].replace("&amp;", "&")
    second = (await world.get(f"/mails/sent?{onward}")).text
    assert "Mail 9." in second
    assert "Mail 10." not in second

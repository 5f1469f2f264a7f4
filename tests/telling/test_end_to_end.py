"""One service from the feed to the mail room, as an operator has it."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

from alerts.policy import hour_of
from storage.database import Database
from tests.mailroom import MailRoom
from tests.telling.desk import WORDS, do, mails, operator, visit_now
from tests.web import Web
from tests.wirewatch.running import Operator, until
from wirewatch.settings import load
from wirewatch.telling import planner
from wirewatch.wiring import outbox

SOON = 5.0


def test_from_the_feed_to_the_reader(web: Web, room: MailRoom, tmp_path: Path) -> None:
    desk = operator(web, room, tmp_path)
    desk.publish("one.test", 3, words=WORDS)
    do(desk, "topics", "add", "lachin", "--term", "en:Lachin corridor")
    do(desk, "subscriptions", "add", "now@one.test", "--topic", "lachin", "--instant")
    desk.add("one.test")
    with desk.running() as process:
        until(lambda: desk.figure('wirewatch_pages_total{outcome="read"}') == 3)
        desk.publish("one.test", 5, words=WORDS)
        visit_now(desk)
        until(lambda: desk.figure('wirewatch_pages_total{outcome="read"}') == 5)
        until(lambda: len(room.letters) == 2, SOON)
        # A topic that comes beside it, with someone to be told by digest.
        do(desk, "topics", "add", "gas", "--term", "en:gas supply")
        do(desk, "subscriptions", "add", "gas@two.test", "--topic", "gas", "--instant")
        do(desk, "subscriptions", "add", "day@two.test", "--topic", "gas", "--digest", "daily")
        desk.publish("one.test", 6, words=WORDS)
        visit_now(desk)
        until(lambda: len(room.letters) == 4)
        do(desk, "digest", "send", "3")
        until(lambda: len(room.letters) == 5, SOON)
        took, complained = desk.stop(process)
        assert (took < 10, process.returncode) == (True, 0), complained
        assert "Traceback" not in complained
    links = {number: web.url("one.test", f"/{number}") for number in range(1, 7)}
    assert sorted(mail.links for mail in mails(room, "now@one.test")) == [
        (links[each],) for each in (4, 5, 6)
    ]
    assert [mail.links for mail in mails(room, "gas@two.test")] == [(links[6],)]
    [digest] = mails(room, "day@two.test")
    assert (digest.links, digest.headings) == ((links[6],), ("gas",))
    rows = desk.rows("deliveries")
    assert [(row["state"], row["attempts"]) for row in rows] == [("sent", 1)] * 5
    assert sorted(row["message_id"] for row in rows) == sorted(room.received())


def test_what_is_above_the_cap_is_named_when_the_hour_has_ended(
    web: Web, room: MailRoom, tmp_path: Path
) -> None:
    desk = operator(web, room, tmp_path, per_hour=2)
    desk.publish("one.test", 1, words=WORDS)
    do(desk, "topics", "add", "lachin", "--term", "en:Lachin corridor")
    do(desk, "subscriptions", "add", "now@one.test", "--topic", "lachin", "--instant")
    desk.add("one.test")
    with desk.running() as process:
        until(lambda: desk.figure('wirewatch_pages_total{outcome="read"}') == 1)
        began = hour_of(datetime.now(UTC))
        desk.publish("one.test", 7, words=WORDS)
        visit_now(desk)
        until(lambda: desk.figure('wirewatch_pages_total{outcome="read"}') == 7)
        until(lambda: len(room.letters) >= 2)
        desk.stop(process)
    if hour_of(datetime.now(UTC)) == began:  # else the next hour has brought its own
        assert len(room.letters) == 2
    asyncio.run(an_hour_later(desk))
    told = mails(room, "now@one.test")
    links = [link for mail in told for link in mail.links]
    assert sorted(links) == [web.url("one.test", f"/{number}") for number in range(2, 8)]
    if hour_of(datetime.now(UTC)) == began:
        assert [len(mail.links) for mail in told] == [1, 1, 4]
    asyncio.run(an_hour_later(desk))
    assert len(mails(room, "now@one.test")) == len(told), "once"


async def an_hour_later(desk: Operator) -> None:
    """Plan and send what is due an hour from now."""
    settings = load(desk.folder / "settings.toml")
    settings = settings.model_copy(update={"alerts": settings.alerts.model_copy(update={"per_hour": 2})})
    database = await Database.open(desk.url)

    def clock() -> datetime:
        return datetime.now(UTC) + timedelta(hours=1)

    post = outbox(settings, database, holder="later", clock=clock)
    try:
        await planner(settings, database, clock=clock).plan_instant()
        await post.drain()
    finally:
        post.stop()
        await post.run()
        await database.close()

"""Subscriptions as they are kept: added, changed, paused, resumed, removed."""

from __future__ import annotations

from datetime import time

import pytest
from sqlalchemy import Connection, update

from news.errors import SubscriptionError, UnknownSubscription, UnknownTopic
from news.telling import Mode, Rhythm, Schedule, Subscription
from storage import subscriptions
from storage.columns import table
from storage.telling_tables import TopicRow
from tests.storage.telling_world import DAILY, subscribe, topic
from tests.storage.world import NOON, after


def test_one_is_kept_as_it_was_asked_for(conn: Connection) -> None:
    topic(conn, "roads", "talks")
    weekly = Schedule(Rhythm.WEEKLY, time(17, 30), 4)
    made = subscribe(conn, "talks", "roads", schedule=weekly, zone="Asia/Baku", when_empty=False)
    assert made == Subscription(
        id=made.id,
        recipient="a@one.test",
        channel="folder",
        mode=Mode.DIGEST,
        topics=("talks", "roads"),
        zone="Asia/Baku",
        schedule=weekly,
        when_empty=False,
        added=NOON,
        starts_at=NOON,
    )
    assert subscriptions.get(conn, made.id) == made
    instant = subscribe(conn, "roads", "roads")
    assert (instant.schedule, instant.mode, instant.topics) == (None, Mode.INSTANT, ("roads",))
    assert subscriptions.all_subscriptions(conn) == (made, instant)


def test_what_cannot_be_is_said(conn: Connection) -> None:
    topic(conn, "talks", "gone")
    row = table(TopicRow)
    conn.execute(update(row).where(row.c.slug == "gone").values(removed=NOON))
    for slug in ("nowhere", "gone"):
        with pytest.raises(UnknownTopic, match=slug):
            subscribe(conn, "talks", slug)
    with pytest.raises(SubscriptionError, match="names no topic"):
        subscribe(conn, topics=())
    with pytest.raises(SubscriptionError, match="schedule"):
        subscribe(conn, "talks", mode=Mode.DIGEST)
    made = subscribe(conn, "talks")
    with pytest.raises(SubscriptionError, match="told at once"):
        subscriptions.change(conn, made.id, now=NOON, schedule=DAILY)
    with pytest.raises(SubscriptionError, match="names no topic"):
        subscriptions.change(conn, made.id, now=NOON, topics=())


def test_zone_schedule_and_topics_change(conn: Connection) -> None:
    topic(conn, "roads", "talks", "water")
    made = subscribe(conn, "talks", "roads", schedule=DAILY)
    later = Schedule(Rhythm.WEEKDAYS, time(9, 5))
    changed = subscriptions.change(conn, made.id, now=after(5), zone="Asia/Baku", schedule=later)
    assert (changed.zone, changed.schedule, changed.topics) == ("Asia/Baku", later, made.topics)
    changed = subscriptions.change(conn, made.id, now=after(9), topics=["water", "talks"])
    assert (changed.zone, changed.topics) == ("Asia/Baku", ("water", "talks"))
    since = subscriptions.listener(conn, made.id).since
    assert since == {"water": after(9), "talks": NOON}, "a new topic starts now, a kept one goes on"


def test_a_paused_one_is_shown_and_told_nothing(conn: Connection) -> None:
    topic(conn, "talks")
    made = subscribe(conn)
    subscriptions.pause(conn, made.id, now=after(3))
    subscriptions.pause(conn, made.id, now=after(4))
    assert [each.paused for each in subscriptions.all_subscriptions(conn)] == [after(3)]
    assert subscriptions.listeners(conn, Mode.INSTANT) == ()
    subscriptions.resume(conn, made.id, now=after(9))
    resumed = subscriptions.get(conn, made.id)
    assert (resumed.paused, resumed.starts_at) == (None, after(9))
    assert subscriptions.listener(conn, made.id).since == {"talks": after(9)}


def test_one_that_catches_up_goes_on_where_it_was_paused(conn: Connection) -> None:
    topic(conn, "talks")
    made = subscribe(conn)
    subscriptions.pause(conn, made.id, now=after(3))
    subscriptions.resume(conn, made.id, now=after(9), catch_up=True)
    assert subscriptions.get(conn, made.id) == made


def test_resuming_what_is_not_paused_changes_nothing(conn: Connection) -> None:
    topic(conn, "talks")
    made = subscribe(conn)
    subscriptions.resume(conn, made.id, now=after(9))
    assert subscriptions.get(conn, made.id) == made


def test_a_removed_one_is_gone(conn: Connection) -> None:
    topic(conn, "talks")
    made = subscribe(conn)
    subscriptions.remove(conn, made.id, now=after(1))
    assert subscriptions.all_subscriptions(conn) == ()
    assert subscriptions.listeners(conn, Mode.INSTANT) == ()
    for ask in (subscriptions.pause, subscriptions.resume, subscriptions.remove):
        with pytest.raises(UnknownSubscription, match=str(made.id)):
            ask(conn, made.id, now=after(2))


def test_listeners_are_those_of_a_mode_and_of_topics(conn: Connection) -> None:
    topic(conn, "roads", "talks")
    talks, both, digest = (
        subscribe(conn),
        subscribe(conn, "roads", "talks"),
        subscribe(conn, schedule=DAILY),
    )

    def heard(mode: Mode, topics: list[str] | None = None) -> list[int]:
        return [each.subscription.id for each in subscriptions.listeners(conn, mode, topics)]

    assert heard(Mode.INSTANT) == [talks.id, both.id]
    assert heard(Mode.INSTANT, ["roads"]) == [both.id]
    assert heard(Mode.INSTANT, []) == []
    assert heard(Mode.DIGEST) == [digest.id]

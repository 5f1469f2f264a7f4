"""Subscriptions: who is told of which topics, when and where.

A removed one stays as a row, because what it was told stays in the ledger.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, time
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, and_, delete, insert, select, update

from news.errors import SubscriptionError, UnknownSubscription, UnknownTopic
from news.telling import Listener, Mode, Rhythm, Schedule, Subscription
from storage.changes import notify
from storage.columns import table
from storage.telling_tables import SubscriptionRow, SubscriptionTopicRow, TopicRow

SUBSCRIPTIONS, TOPICS_OF = table(SubscriptionRow), table(SubscriptionTopicRow)
TOPICS = table(TopicRow)
SAME = ("id", "recipient", "channel", "zone", "when_empty", "added", "starts_at", "told_until", "paused")
KEPT = and_(SUBSCRIPTIONS.c.removed.is_(None), SUBSCRIPTIONS.c.mode != Mode.HEALTH)
ACTIVE = and_(KEPT, SUBSCRIPTIONS.c.paused.is_(None))


def add(
    conn: Connection,
    *,
    recipient: str,
    channel: str,
    mode: Mode,
    topics: Sequence[str],
    zone: str,
    schedule: Schedule | None,
    when_empty: bool,
    now: datetime,
) -> Subscription:
    """A new subscription: it tells of what is judged from `now` on.

    Raises UnknownTopic, and SubscriptionError where it names no topic or its
    mode and schedule do not go together.
    """
    if not topics:
        remedy = "Name at least one with --topic."
        raise SubscriptionError(recipient=recipient, problem="it names no topic", remedy=remedy)
    if (mode is Mode.DIGEST) != (schedule is not None):
        problem = "a digest has a schedule, and nothing else has"
        raise SubscriptionError(recipient=recipient, problem=problem, remedy="Say one or the other.")
    values: dict[str, Any] = {"recipient": recipient, "channel": channel, "mode": mode, "zone": zone}
    values |= {"when_empty": when_empty, "added": now, "starts_at": now, **_scheduled(schedule)}
    added = insert(SUBSCRIPTIONS).values(values).returning(SUBSCRIPTIONS.c.id)
    number: int = conn.execute(added).scalar_one()
    _put_topics(conn, number, topics, now)
    notify(conn)
    return get(conn, number)


def operator(conn: Connection, recipient: str, channel: str, *, zone: str, now: datetime) -> Subscription:
    """What the operator's messages are deliveries of: made where there is none, shown and changed nowhere."""
    theirs = select(SUBSCRIPTIONS).where(
        SUBSCRIPTIONS.c.mode == Mode.HEALTH,
        SUBSCRIPTIONS.c.recipient == recipient,
        SUBSCRIPTIONS.c.channel == channel,
    )
    if known := _listeners(conn, theirs):
        return known[0].subscription
    values: dict[str, Any] = {"recipient": recipient, "channel": channel, "mode": Mode.HEALTH, "zone": zone}
    values |= {"when_empty": False, "added": now, "starts_at": now, **_scheduled(None)}
    conn.execute(insert(SUBSCRIPTIONS).values(values))
    return _listeners(conn, theirs)[0].subscription


def get(conn: Connection, number: int) -> Subscription:
    """Raises UnknownSubscription, also for one that was removed."""
    return listener(conn, number).subscription


def all_subscriptions(
    conn: Connection, *, recipient: str | None = None, after: int = 0, limit: int | None = None
) -> tuple[Subscription, ...]:
    """Every subscription (of that recipient) that was not removed, paused ones too, the oldest first; at most
    `limit`, of ids above `after`."""
    which = [KEPT, SUBSCRIPTIONS.c.id > after]
    if recipient is not None:
        which.append(SUBSCRIPTIONS.c.recipient == recipient)
    if limit is not None:
        # Its ids apart: a LIMIT within the query for the topics would have to be ordered there too.
        first = select(SUBSCRIPTIONS.c.id).where(*which).order_by(SUBSCRIPTIONS.c.id).limit(limit)
        which = [SUBSCRIPTIONS.c.id.in_(conn.execute(first).scalars().all())]
    query = select(SUBSCRIPTIONS).where(*which)
    return tuple(each.subscription for each in _listeners(conn, query))


def listener(conn: Connection, number: int) -> Listener:
    """One subscription with the times its topics count from. Raises UnknownSubscription."""
    found = _listeners(conn, select(SUBSCRIPTIONS).where(KEPT, SUBSCRIPTIONS.c.id == number))
    if not found:
        raise UnknownSubscription(id=number)
    return found[0]


def listeners(conn: Connection, mode: Mode, topics: Collection[str] | None = None) -> tuple[Listener, ...]:
    """The active subscriptions of a mode, those of any of these topics only, the oldest first."""
    query = select(SUBSCRIPTIONS).where(ACTIVE, SUBSCRIPTIONS.c.mode == mode)
    if topics is not None:
        of_them = select(TOPICS_OF.c.subscription).where(TOPICS_OF.c.topic.in_(topics))
        query = query.where(SUBSCRIPTIONS.c.id.in_(of_them))
    return _listeners(conn, query)


def pause(conn: Connection, number: int, *, now: datetime) -> None:
    """Tell nothing until it is resumed. Raises UnknownSubscription."""
    if get(conn, number).paused is None:
        _change(conn, number, {"paused": now})


def resume(conn: Connection, number: int, *, now: datetime, catch_up: bool = False) -> None:
    """Go on with what is judged from now on; `catch_up`: and with all since the pause.

    Raises UnknownSubscription.
    """
    if get(conn, number).paused is not None:
        _change(conn, number, {"paused": None} if catch_up else {"paused": None, "starts_at": now})


def remove(conn: Connection, number: int, *, now: datetime) -> None:
    """It tells no more and is shown no more. Raises UnknownSubscription."""
    get(conn, number)
    _change(conn, number, {"removed": now})


def change(
    conn: Connection,
    number: int,
    *,
    now: datetime,
    mode: Mode | None = None,
    zone: str | None = None,
    schedule: Schedule | None = None,
    topics: Sequence[str] | None = None,
    channel: str | None = None,
    when_empty: bool | None = None,
) -> Subscription:
    """What is named changes, the rest stays; a topic it did not have is told of from `now` on.

    What was not told yet when `mode` changes is told in the new way. Raises
    UnknownSubscription, UnknownTopic, and SubscriptionError for a schedule of
    an instant one, a digest without one, or no topics.
    """
    known = get(conn, number)
    becomes = known.mode if mode is None else mode
    if schedule is not None and becomes is Mode.INSTANT:
        remedy = "Add a digest subscription beside it."
        raise SubscriptionError(recipient=known.recipient, problem="it is told at once", remedy=remedy)
    if becomes is Mode.DIGEST and schedule is None and known.schedule is None:
        remedy = "Say when it is due."
        raise SubscriptionError(recipient=known.recipient, problem="a digest has a schedule", remedy=remedy)
    named = {"zone": zone, "channel": channel, "when_empty": when_empty}
    values: dict[str, Any] = {name: value for name, value in named.items() if value is not None}
    if becomes is not known.mode or schedule is not None:
        values |= {"mode": becomes, **_scheduled(schedule)}
    if becomes is Mode.DIGEST and known.mode is Mode.INSTANT:
        values["told_until"] = now  # its first window begins here
    if values:
        _change(conn, number, values)
    if topics is not None:
        if not topics:
            remedy = "Remove the subscription instead."
            raise SubscriptionError(recipient=known.recipient, problem="it names no topic", remedy=remedy)
        _put_topics(conn, number, topics, now)
    return get(conn, number)


def follow(conn: Connection, recipient: str, onward: str) -> int:
    """Whatever is for one address is for another from now on, what was removed too; returns how many do."""
    here = and_(SUBSCRIPTIONS.c.mode != Mode.HEALTH, SUBSCRIPTIONS.c.recipient == recipient)
    return conn.execute(update(SUBSCRIPTIONS).where(here).values(recipient=onward)).rowcount


def _change(conn: Connection, number: int, values: dict[str, Any]) -> None:
    conn.execute(update(SUBSCRIPTIONS).where(SUBSCRIPTIONS.c.id == number).values(values))
    notify(conn)


def _put_topics(conn: Connection, number: int, topics: Iterable[str], now: datetime) -> None:
    """These are its topics; those it had keep the time they count from."""
    wanted = tuple(dict.fromkeys(topics))
    present = select(TOPICS.c.slug).where(TOPICS.c.slug.in_(wanted), TOPICS.c.removed.is_(None))
    known = set(conn.execute(present).scalars())
    for slug in wanted:
        if slug not in known:
            raise UnknownTopic(slug=slug)
    of_it = TOPICS_OF.c.subscription == number
    since = {row.topic: row.since for row in conn.execute(select(TOPICS_OF).where(of_it))}
    conn.execute(delete(TOPICS_OF).where(of_it))
    rows = [
        {"subscription": number, "topic": slug, "position": position, "since": since.get(slug, now)}
        for position, slug in enumerate(wanted)
    ]
    conn.execute(insert(TOPICS_OF), rows)


def _listeners(conn: Connection, query: Select[Any]) -> tuple[Listener, ...]:
    rows = conn.execute(query.order_by(SUBSCRIPTIONS.c.id)).mappings().all()
    topics: dict[int, dict[str, datetime]] = {row["id"]: {} for row in rows}
    of_them = select(TOPICS_OF).where(
        TOPICS_OF.c.subscription.in_(query.with_only_columns(SUBSCRIPTIONS.c.id))
    )
    for row in conn.execute(of_them.order_by(TOPICS_OF.c.subscription, TOPICS_OF.c.position)):
        topics[row.subscription][row.topic] = row.since
    return tuple(_listener(row, topics[row["id"]]) for row in rows)


def _listener(row: RowMapping, topics: dict[str, datetime]) -> Listener:
    subscription = Subscription(
        mode=Mode(row["mode"]),
        topics=tuple(topics),
        schedule=_schedule(row),
        **{name: row[name] for name in SAME},
    )
    starts = row["starts_at"]
    return Listener(subscription, {topic: max(since, starts) for topic, since in topics.items()})


def _schedule(row: RowMapping) -> Schedule | None:
    if row["rhythm"] is None:
        return None
    return Schedule(Rhythm(row["rhythm"]), time.fromisoformat(row["at"]), row["weekday"])


def _scheduled(schedule: Schedule | None) -> dict[str, Any]:
    if schedule is None:
        return {"rhythm": None, "at": None, "weekday": None}
    return {"rhythm": schedule.rhythm, "at": f"{schedule.at:%H:%M}", "weekday": schedule.weekday}

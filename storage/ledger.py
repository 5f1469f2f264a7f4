"""Units that plan what is told: message, delivery and ledger rows, all of it or none.

What was read before composing may be out of date by now: another service on
the same database may have told it. So a unit first takes its subscriptions
(on PostgreSQL by a lock on their rows, which every unit here takes; SQLite has
one writer anyway), then looks again, and plans only what is still to be told.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, insert, or_, select, update

from news.telling import Hit, Message, Planned, Subscription, Told, Window
from storage import deliveries
from storage.changes import notify
from storage.removals import removed_among
from storage.subscriptions import ACTIVE, SUBSCRIPTIONS
from storage.telling import DELIVERIES, DIGESTS, LEDGER, alerts_by_hour, told

# How far behind the note of the last sweep may stay: it saves a commit a minute where nothing happens.
NOTED = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Telling:
    """A message for one subscription, and the hits it tells."""

    subscription: Subscription
    kind: Told
    message: Message
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class Edition:
    """A digest for all who are told the same by it: the same window, hits and words.

    `late` are the hits whose articles were announced before the window.
    """

    subscriptions: tuple[Subscription, ...]
    window: Window
    message: Message
    hits: tuple[Hit, ...]
    late: frozenset[Hit]


def plan_alerts(
    conn: Connection, tellings: Sequence[Telling], *, now: datetime, per_hour: int, domain: str
) -> int:
    """Plan alerts and overflow messages; returns how many.

    Left out, and so still untold, are those of which anything was told
    meanwhile, those above the hour's cap, those of subscriptions that were
    paused or removed, and those of articles removed on request.
    """
    active = _take(conn, {each.subscription.id for each in tellings})
    removed = removed_among(conn, {hit.article for each in tellings for hit in each.hits})
    known = told(conn, active, {hit for each in tellings for hit in each.hits})
    hour = now.replace(minute=0, second=0, microsecond=0)
    sent = alerts_by_hour(conn, active, [hour])
    accepted: list[Telling] = []
    for each in tellings:
        number = each.subscription.id
        keys = {(number, hit.topic, hit.article) for hit in each.hits}
        full = each.kind is Told.ALERT and sent.get((number, hour), 0) >= per_hour
        if number not in active or full or keys & known or any(hit.article in removed for hit in each.hits):
            continue
        if each.kind is Told.ALERT:
            sent[number, hour] = sent.get((number, hour), 0) + 1
        known |= keys
        accepted.append(each)
    _deliver(conn, accepted, now, domain)
    return len(accepted)


def plan_digest(conn: Connection, edition: Edition, *, now: datetime, domain: str) -> int:
    """Plan one digest for each of its subscriptions; returns how many.

    Left out are those that were told of the slot, paused or removed meanwhile.
    None is planned where an article of it was removed on request meanwhile:
    the digest stays due, and is made without it.
    """
    _take(conn, {each.id for each in edition.subscriptions})
    if removed_among(conn, {hit.article for hit in edition.hits}):
        return 0
    won = _move_on(conn, edition.subscriptions, edition.window)
    if not won:
        return 0
    body = deliveries.keep_body(conn, edition.message, now=now)
    window = edition.window
    digest = {"slot": window.slot, "due": window.due, "after": window.after, "until": window.until}
    digest |= {"articles": len({hit.article for hit in edition.hits}), "body": body}
    added = insert(DIGESTS).returning(DIGESTS.c.id, sort_by_parameter_order=True)
    digests = list(conn.execute(added, [{"subscription": each.id, **digest} for each in won]).scalars())
    planned = [Planned(each, Told.DIGEST, body, number) for each, number in zip(won, digests, strict=True)]
    first, *others = deliveries.add_all(conn, planned, now=now, domain=domain)
    if edition.hits:
        rows = [
            _row(won[0].id, hit, now, first, digests[0], late=hit in edition.late) for hit in edition.hits
        ]
        conn.execute(insert(LEDGER), rows)
        _copy(conn, first, others)
    notify(conn)
    return len(won)


def pass_over(conn: Connection, subscriptions: Sequence[Subscription], window: Window) -> int:
    """The window held nothing for these, who asked for no mail then; returns how many it was so for."""
    _take(conn, {each.id for each in subscriptions})
    return len(_move_on(conn, subscriptions, window))


def note_swept(conn: Connection, subscriptions: Collection[int], *, now: datetime) -> None:
    """Nothing that was judged before `now` is left untold to these instant subscriptions, but what waits."""
    until = SUBSCRIPTIONS.c.told_until
    behind = or_(until.is_(None), until < now - NOTED, until > now)
    here = and_(SUBSCRIPTIONS.c.id.in_(subscriptions), behind)
    conn.execute(update(SUBSCRIPTIONS).where(here).values(told_until=now))


def _take(conn: Connection, subscriptions: Collection[int]) -> set[int]:
    """Keep these from every other unit of this module; returns those still active."""
    query = select(SUBSCRIPTIONS.c.id).where(ACTIVE, SUBSCRIPTIONS.c.id.in_(sorted(subscriptions)))
    # In one order, so that two services do not wait for each other.
    query = query.order_by(SUBSCRIPTIONS.c.id).with_for_update(key_share=True)
    return set(conn.execute(query).scalars())


def _move_on(conn: Connection, subscriptions: Sequence[Subscription], window: Window) -> list[Subscription]:
    """Let the windows of these, who were taken, end at this one's end: where nobody moved them since they
    were read.

    All of them have the same `told_until`. Whoever comes second finds another
    one there, and whoever comes at the same time waits for the first's commit.
    """
    slots = select(DIGESTS.c.subscription).where(DIGESTS.c.slot == window.slot)
    unmoved = and_(
        ACTIVE,
        SUBSCRIPTIONS.c.id.in_([each.id for each in subscriptions]),
        SUBSCRIPTIONS.c.told_until.is_not_distinct_from(subscriptions[0].told_until),
        SUBSCRIPTIONS.c.id.not_in(slots.where(DIGESTS.c.subscription == SUBSCRIPTIONS.c.id)),
    )
    moved = update(SUBSCRIPTIONS).where(unmoved).values(told_until=window.until)
    won = set(conn.execute(moved.returning(SUBSCRIPTIONS.c.id)).scalars())
    return [each for each in subscriptions if each.id in won]


def _deliver(conn: Connection, tellings: Sequence[Telling], now: datetime, domain: str) -> None:
    words = dict.fromkeys(each.message for each in tellings)
    bodies = {message: deliveries.keep_body(conn, message, now=now) for message in words}
    planned = [Planned(each.subscription, each.kind, bodies[each.message]) for each in tellings]
    made = deliveries.add_all(conn, planned, now=now, domain=domain)
    rows = [
        _row(each.subscription.id, hit, now, delivery, None, late=False)
        for each, delivery in zip(tellings, made, strict=True)
        for hit in each.hits
    ]
    if rows:
        conn.execute(insert(LEDGER), rows)


def _row(
    subscription: int, hit: Hit, now: datetime, delivery: int, digest: int | None, *, late: bool
) -> dict[str, Any]:
    return {
        "subscription": subscription,
        "topic": hit.topic,
        "article": hit.article,
        "revision": hit.revision,
        "delivery": delivery,
        "digest": digest,
        "told_at": now,
        "late": late,
    }


def _copy(conn: Connection, first: int, others: Sequence[int]) -> None:
    """Write the first delivery's ledger again for the others, within the database: a thousand digests
    of 500 articles are half a million rows."""
    names = ["subscription", "topic", "article", "revision", "delivery", "digest", "told_at", "late"]
    same = [LEDGER.c[name] for name in names]
    same[0], same[4], same[5] = DELIVERIES.c.subscription, DELIVERIES.c.id, DELIVERIES.c.digest
    every = LEDGER.join(DELIVERIES, DELIVERIES.c.id.in_(others))
    source = select(*same).select_from(every).where(LEDGER.c.delivery == first)
    if others:
        conn.execute(insert(LEDGER).from_select(names, source))

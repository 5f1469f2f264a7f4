"""Subscriptions as people ask for them and change them, each change with its line in the audit log.

The functions that take a Connection are units of work, or belong in one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from alerts import subscribing
from alerts.mime import address
from alerts.subscribing import DAYS, Weekday
from alerts.windows import due_window, next_due
from news.errors import SubscriptionError, UnknownSubscription
from news.people import Actor
from news.telling import Delivery, Mode, Rhythm, Schedule, Subscription
from storage import audit, deliveries, subscriptions, telling
from storage.database import Connection

# A subscription that names more is a mistake.
MOST_TOPICS = 500
NOUN = "subscription"


@dataclass(frozen=True, slots=True)
class Wish:
    """What someone wants to be told, and how. `rhythm`, `at` (HH:MM in `zone`) and `day` (of a weekly one;
    None: Monday) are a digest's, and mean nothing where it is told at once."""

    topics: tuple[str, ...]
    mode: Mode
    zone: str
    channel: str
    rhythm: Rhythm = Rhythm.DAILY
    at: str = "08:00"
    day: Weekday | None = None
    when_empty: bool = True


@dataclass(frozen=True, slots=True)
class Standing:
    """A subscription and when its next digest is due (None: it is told at once, or paused)."""

    subscription: Subscription
    next_due: datetime | None


def wish_of(subscription: Subscription) -> Wish:
    """What a subscription was asked to be."""
    schedule = subscription.schedule
    wish = Wish(subscription.topics, subscription.mode, subscription.zone, subscription.channel)
    wish = replace(wish, when_empty=subscription.when_empty)
    if schedule is None:
        return wish
    return replace(wish, rhythm=schedule.rhythm, at=f"{schedule.at:%H:%M}", day=day_of(schedule))


def day_of(schedule: Schedule) -> Weekday | None:
    """The day a weekly digest comes on; None: it has no day of its own."""
    return DAYS[schedule.weekday] if schedule.rhythm is Rhythm.WEEKLY else None


def unfit(wish: Wish, known: Collection[str], channels: Collection[str]) -> dict[str, str]:
    """What of a wish cannot be, by field, in words; `known` are the slugs of all topics, `channels` what the
    settings provide for."""
    wrong = {}
    missing = [slug for slug in wish.topics if slug not in known]
    if not wish.topics or len(wish.topics) > MOST_TOPICS:
        wrong["topics"] = f"it is to name 1 to {MOST_TOPICS} topics"
    elif missing:
        wrong["topics"] = f"no topic named {missing[0]!r}"
    if wish.channel not in channels:
        wrong["channel"] = f"one of {', '.join(sorted(channels))}"
    for field, check in (("zone", _zone), ("at", _schedule)):
        try:
            check("", wish)
        except SubscriptionError as error:
            wrong[field] = f"{error.problem}. {error.remedy}"
    return wrong


def add(conn: Connection, recipient: str, wish: Wish, actor: Actor, *, now: datetime) -> Subscription:
    """A new one for that address. Raises SubscriptionError, UnknownTopic."""
    recipient = address(recipient)
    made = subscriptions.add(conn, recipient=recipient, now=now, **_values(recipient, wish))
    audit.record(conn, actor, "added", NOUN, made.id, now=now, after=facts(made))
    return made


def change(conn: Connection, number: int, wish: Wish, actor: Actor, *, now: datetime) -> Subscription:
    """It becomes what is wished. Raises UnknownSubscription, SubscriptionError, UnknownTopic."""
    before = subscriptions.get(conn, number)
    after = subscriptions.change(conn, number, now=now, **_values(before.recipient, wish))
    _note(conn, "changed", before, after, actor, now)
    return after


def pause(conn: Connection, number: int, actor: Actor, *, now: datetime) -> Subscription:
    """Tell nothing until it is resumed. Raises UnknownSubscription."""
    before = subscriptions.get(conn, number)
    subscriptions.pause(conn, number, now=now)
    after = subscriptions.get(conn, number)
    _note(conn, "paused", before, after, actor, now)
    return after


def resume(conn: Connection, number: int, actor: Actor, *, now: datetime, catch_up: bool) -> Subscription:
    """Go on, with what was found since the pause too where `catch_up`. Raises UnknownSubscription."""
    before = subscriptions.get(conn, number)
    subscriptions.resume(conn, number, now=now, catch_up=catch_up)
    after = subscriptions.get(conn, number)
    _note(conn, "resumed, catching up" if catch_up else "resumed", before, after, actor, now)
    return after


def remove(conn: Connection, number: int, actor: Actor, *, now: datetime) -> None:
    """It tells no more. Raises UnknownSubscription."""
    before = subscriptions.get(conn, number)
    subscriptions.remove(conn, number, now=now)
    audit.record(conn, actor, "removed", NOUN, number, now=now, before=facts(before))


def resend(conn: Connection, delivery: int, actor: Actor, *, now: datetime) -> Delivery:
    """Try a failed or parked delivery again. Raises UnknownDelivery, NotToBeResent."""
    before = deliveries.get(conn, delivery)
    deliveries.resend(conn, delivery, now=now)
    after = deliveries.get(conn, delivery)
    had, has = {"state": before.state, "answer": before.answer}, {"state": after.state}
    audit.record(conn, actor, "sent again", "delivery", delivery, now=now, before=had, after=has)
    return after


def found(conn: Connection, number: int, recipient: str | None) -> Subscription:
    """That subscription, if it is for that recipient (None: for anyone). Raises UnknownSubscription."""
    one = subscriptions.get(conn, number)
    if recipient is not None and one.recipient != recipient:
        raise UnknownSubscription(id=number)
    return one


def standing(conn: Connection, subscription: Subscription, now: datetime) -> Standing:
    """It with the moment its next digest is, or has been since, due."""
    slots = telling.slots_of(conn, subscription.id)
    window = due_window(subscription, slots, now)
    return Standing(subscription, window.due if window else next_due(subscription, slots, now))


def standings(conn: Connection, several: Iterable[Subscription], now: datetime) -> tuple[Standing, ...]:
    """`standing` of each."""
    return tuple(standing(conn, each, now) for each in several)


def facts(subscription: Subscription) -> dict[str, Any]:
    """What was asked of a subscription, as the audit log keeps it."""
    schedule = subscription.schedule
    told: dict[str, Any] = {
        "recipient": subscription.recipient,
        "mode": subscription.mode,
        "topics": subscription.topics,
    }
    if schedule is not None:
        told |= {"rhythm": schedule.rhythm, "at": f"{schedule.at:%H:%M}", "day": day_of(schedule)}
    told |= {"zone": subscription.zone, "channel": subscription.channel}
    return told | {"when_empty": subscription.when_empty, "paused": subscription.paused is not None}


def row(standing: Standing) -> dict[str, Any]:
    """A subscription as programs read it: stable keys, moments in UTC (ISO 8601)."""
    subscription = standing.subscription
    schedule = subscription.schedule
    moments = {"told_until": subscription.told_until, "paused": subscription.paused}
    moments |= {"next_due": standing.next_due}
    return {
        "id": subscription.id,
        "recipient": subscription.recipient,
        "channel": subscription.channel,
        "mode": str(subscription.mode),
        "topics": list(subscription.topics),
        "zone": subscription.zone,
        "rhythm": schedule.rhythm if schedule else None,
        "at": f"{schedule.at:%H:%M}" if schedule else None,
        "day": day_of(schedule) if schedule else None,
        "when_empty": subscription.when_empty,
        "starts_at": subscription.starts_at.isoformat(),
        **{name: moment.isoformat() if moment else None for name, moment in moments.items()},
        "state": "paused" if subscription.paused else "active",
    }


def _values(recipient: str, wish: Wish) -> dict[str, Any]:
    """A wish as `storage.subscriptions` takes it. Raises SubscriptionError."""
    told = {"mode": wish.mode, "topics": wish.topics, "when_empty": wish.when_empty, "channel": wish.channel}
    return told | {"zone": _zone(recipient, wish), "schedule": _schedule(recipient, wish)}


def _zone(recipient: str, wish: Wish) -> str:
    return subscribing.zone(recipient, wish.zone)


def _schedule(recipient: str, wish: Wish) -> Schedule | None:
    if wish.mode is Mode.INSTANT:
        return None
    day = wish.day if wish.rhythm is Rhythm.WEEKLY else None
    return subscribing.schedule(recipient, wish.rhythm, wish.at, day)


def _note(
    conn: Connection, action: str, before: Subscription, after: Subscription, actor: Actor, now: datetime
) -> None:
    named = (conn, actor, action, NOUN, after.id)
    audit.record_difference(*named, now=now, before=facts(before), after=facts(after))

"""What planning reads, each function on one consistent state of the database."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from alerts.policy import (
    Decision,
    by_article,
    decide,
    hours_to_know,
    look_back,
    sweep_from,
    untold,
)
from alerts.windows import covered_until, due_window
from news.circles import circle
from news.health import health
from news.source import Source, Tier
from news.telling import (
    Coverage,
    Digest,
    Finding,
    Hit,
    Listener,
    Mode,
    Subscription,
    Trouble,
    Window,
)
from news.visit import MISSING, State
from storage import rhythms, sources, subscriptions, telling, visits
from storage.database import Connection

Due = tuple[Listener, Window]
NOT_READ = MISSING | {State.WAITING}


@dataclass(frozen=True, slots=True)
class Draft:
    """What a digest is to hold, for all subscriptions it is the same for."""

    subscriptions: tuple[Subscription, ...]
    window: Window
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class Ringing:
    """What of the articles looked at goes to one instant subscription now; `sent`: its alerts by hour."""

    subscription: Subscription
    decision: Decision
    sent: dict[datetime, int]


def swept(conn: Connection, now: datetime) -> tuple[frozenset[int], tuple[int, ...]]:
    """Articles that some instant subscription may not have been told of, and the subscriptions looked at."""
    listeners = subscriptions.listeners(conn, Mode.INSTANT)
    since = [replace(each, since=sweep_from(each, now)) for each in listeners]
    hits = telling.hits_since(conn, _earliest(since))
    numbers = tuple(each.subscription.id for each in listeners)
    told, by_topic = telling.told(conn, numbers, hits), _by_topic(hits)
    left = {hit.article for each in since for hit in untold(each, by_topic, told)}
    return frozenset(left), numbers


def ringing(
    conn: Connection, articles: Collection[int], *, now: datetime, per_hour: int
) -> tuple[Ringing, ...]:
    """What is to be told at once, and to whom, of these articles."""
    hits = telling.hits_of(conn, articles)
    if not hits:  # so it is for most of what is read
        return ()
    listeners = subscriptions.listeners(conn, Mode.INSTANT, sorted({hit.topic for hit in hits}))
    told = telling.told(conn, [each.subscription.id for each in listeners], hits)
    by_topic = _by_topic(hits)
    left = [(each.subscription, by_article(untold(each, by_topic, told))) for each in listeners]
    left = [(subscription, found) for subscription, found in left if found]
    hours = sorted({hour for _, found in left for hour in hours_to_know(found, now)})
    counted = telling.alerts_by_hour(conn, [subscription.id for subscription, _ in left], hours)
    rings = []
    for subscription, found in left:
        sent = {hour: counted.get((subscription.id, hour), 0) for hour in hours}
        rings.append(Ringing(subscription, decide(found, sent, now=now, per_hour=per_hour), sent))
    return tuple(rings)


def due_digests(conn: Connection, now: datetime) -> tuple[Due, ...]:
    """Every digest that is due and was not made."""
    windows = (
        (each, due_window(each.subscription, (), now)) for each in subscriptions.listeners(conn, Mode.DIGEST)
    )
    due = [(each, window) for each, window in windows if window is not None]
    made = telling.told_slots(conn, {(each.subscription.id, window.slot) for each, window in due})
    due = [(each, window) for each, window in due if (each.subscription.id, window.slot) not in made]
    return tuple((each, _counted(conn, each, window) if window.missed else window) for each, window in due)


def drafts(conn: Connection, due: Sequence[Due], now: datetime) -> tuple[Draft, ...]:
    """What these digests are to hold; those that hold the same, for the same window, are one draft."""
    since = [replace(each, since=look_back(each, now)) for each, _ in due]
    hits = telling.hits_since(conn, _earliest(since))
    told, by_topic = telling.told(conn, [each.subscription.id for each, _ in due], hits), _by_topic(hits)
    same: dict[tuple[object, ...], list[Subscription]] = {}
    what: dict[tuple[object, ...], tuple[Window, tuple[Hit, ...]]] = {}
    for listener, (_, window) in zip(since, due, strict=True):
        one = listener.subscription
        left = untold(listener, by_topic, told)
        # Hits by identity: they come from one list, and half a million need not be compared.
        content = (tuple(map(id, left)), left != () or one.when_empty)
        key = (window, content, one.zone, one.schedule, one.topics, one.told_until)
        same.setdefault(key, []).append(one)
        what[key] = window, left
    return tuple(Draft(tuple(group), *what[key]) for key, group in same.items())


def digest(conn: Connection, draft: Draft, coverage: Coverage, now: datetime) -> Digest:
    """A draft with all that it tells."""
    one = draft.subscriptions[0]
    came_before = covered_until(one, now) is not None
    found = telling.findings(conn, draft.hits)
    ordered = sorted(found.values(), key=lambda each: _place(each, one.topics))
    late = [
        replace(each, late=came_before and each.article.appeared.by <= draft.window.after) for each in ordered
    ]
    names = telling.topic_names(conn, one.topics) | {each.topic: each.topic_name for each in late}
    topics = tuple((slug, names[slug]) for slug in one.topics if slug in names)
    assert one.schedule is not None
    return Digest(draft.window, one.zone, one.schedule, topics, tuple(late), coverage)


def coverage(conn: Connection, now: datetime) -> Coverage:
    """How all enabled sources are doing."""
    histories = visits.histories(conn)
    enabled = [source for source in sources.all_sources(conn) if source.enabled]
    pasts = [(source, histories[source.slug]) for source in enabled]
    calm = rhythms.calm_at(conn, pasts, now)
    troubles, waiting, delivering = [], [], set()
    for source, past in pasts:
        found = health(source, past, now, calm.get(circle(source), {}))
        if found.state is State.WAITING:
            waiting.append(source)
        elif found.state is not State.FINE:
            troubles.append(Trouble(source, found))
        if past.last is not None and found.state not in NOT_READ:
            delivering.add(source.outlet)
    ordered = tuple(sorted(troubles, key=lambda each: _rank(each.source)))
    return Coverage(len(enabled) - len(waiting), ordered, tuple(waiting), frozenset(delivering))


def named(conn: Connection, slugs: Collection[str]) -> dict[str, Source]:
    """These sources by slug."""
    if not slugs:
        return {}
    return {source.slug: source for source in sources.all_sources(conn) if source.slug in slugs}


def _rank(source: Source) -> tuple[bool, str]:
    return source.tier is not Tier.MUST_HAVE, source.slug


def _counted(conn: Connection, listener: Listener, window: Window) -> Window:
    """The window with what was missed less what was told all the same, before its time."""
    slots = telling.slots_of(conn, listener.subscription.id)
    return due_window(listener.subscription, slots, window.until) or window


def _place(finding: Finding, topics: Sequence[str]) -> tuple[int, datetime, int]:
    return topics.index(finding.topic), finding.article.appeared.by, finding.article.id


def _by_topic(hits: Iterable[Hit]) -> dict[str, list[Hit]]:
    found: dict[str, list[Hit]] = {}
    for hit in hits:
        found.setdefault(hit.topic, []).append(hit)
    return found


def _earliest(listeners: Iterable[Listener]) -> dict[str, datetime]:
    """For each topic the earliest moment any of them needs."""
    found: dict[str, datetime] = {}
    for each in listeners:
        for topic, since in each.since.items():
            found[topic] = min(since, found.get(topic, since))
    return found

"""What an unsaved topic would have found lately, while it is being written: at once, as far as that goes.

The latest articles are looked at first, and no further than the limits let it
go, so every answer says how far back it reaches. Nothing is stored.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo

from matching.nearly import NearMiss
from news.watch import Found, Topic
from review import backtest, proposals, reindex
from review.backtest import Caught, Mails, Trial, caught_of, caught_row, mails, numbers, supposed, take
from review.matchers import Bench
from review.rows import Row, iso, miss_rows
from storage import subscriptions
from storage.database import Database
from storage.search import Candidate, Filters

PAGE = 100  # texts between two looks at the clock
NEAR, NEAR_LOOKED_AT = 8, 24  # near misses that are told, and the texts that are looked at for them

Asked = Callable[[], Awaitable[bool]]


async def always() -> bool:
    """Go on: nobody breaks off."""
    return True


@dataclass(frozen=True, slots=True)
class Limits:
    """How far a preview goes: back over `days`, through at most `texts` that full text proposes, for
    `seconds` of `clock` (any that only goes forward). Between pages `wanted` is asked whether anybody
    still waits for the answer."""

    clock: Callable[[], float]
    days: int = 30
    texts: int = 2_000
    seconds: float = 3.0
    wanted: Asked = always


@dataclass(frozen=True, slots=True)
class Near:
    """An article that the topic nearly matches, why not, and the parts the places lie in."""

    caught: Caught
    misses: tuple[NearMiss, ...]
    parts: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Preview:
    """What came of it. `back_to`: no article first seen before then was looked at, for want of time (None:
    all since `since` were); `behind` texts are not indexed. `saved` is the trial of the version in force,
    if there is one. `supposed`: nobody listens to the topic yet, and mails are those of two who might."""

    since: datetime
    until: datetime
    looked_at: int
    back_to: datetime | None
    behind: int
    trial: Trial
    saved: Trial | None
    near: tuple[Near, ...]
    mails: tuple[Mails, ...]
    supposed: bool


@dataclass
class _Walk:
    """What was seen so far."""

    trials: list[Trial]
    missed: list[Candidate] = field(default_factory=list)
    looked_at: int = 0
    back_to: datetime | None = None


async def preview(
    database: Database,
    bench: Bench,
    topic: Topic,
    limits: Limits,
    *,
    saved: Topic | None = None,
    per_hour: int,
    zone: str,
) -> Preview | None:
    """Try a topic, beside the `saved` version where it has one; None where nobody waits for it any more.

    `per_hour` is how many alerts an hour a subscription gets, `zone` (IANA) that of the digest supposed.
    Raises TopicError for what cannot be watched, ReaderFailed and ReaderUnavailable as the bench does.
    """
    await bench.check(topic)
    until = database.clock()
    since = until - timedelta(days=limits.days)
    tried = [topic, *([saved] if saved is not None else [])]
    async with bench.alone():
        walk = await _walk(database, bench, tried, limits, Filters(since=since, until=until))
        if walk is None:
            return None
        near = await _near(bench, topic, walk)
    every = await database.read(subscriptions.all_subscriptions)
    listeners = [each for each in every if topic.slug in each.topics and each.paused is None]
    start = walk.back_to or since
    told = mails(
        walk.trials[0].caught, listeners or supposed(topic.slug, zone, start), start, until, per_hour
    )
    return Preview(
        since,
        until,
        walk.looked_at,
        walk.back_to,
        await reindex.outdated(database),
        walk.trials[0],
        walk.trials[1] if saved is not None else None,
        near,
        told,
        not listeners,
    )


async def _walk(
    database: Database, bench: Bench, topics: Sequence[Topic], limits: Limits, filters: Filters
) -> _Walk | None:
    end = limits.clock() + limits.seconds
    numbered, walk = numbers(topics), _Walk([Trial(topic) for topic in topics])
    if not await limits.wanted():
        return None
    asked = await bench.proposed(topics)
    async with aclosing(proposals.pages(database, asked, filters, size=PAGE)) as pages:
        async for candidates in pages:
            found = await bench.found(numbered, candidates)
            take(walk.trials, candidates, found)
            each = zip(candidates, found, strict=True)
            walk.missed += [candidate for candidate, every in each if not _has(every, numbered[0])]
            walk.looked_at += len(candidates)
            if not await limits.wanted():
                return None
            full = len(candidates) == PAGE
            if full and (walk.looked_at >= limits.texts or limits.clock() >= end):
                walk.back_to = candidates[-1].article.appeared.by
                break
    return walk


def _has(found: Sequence[Found], topic: Topic) -> bool:
    return any(each.topic == topic.slug for each in found)


async def _near(bench: Bench, topic: Topic, walk: _Walk) -> tuple[Near, ...]:
    """Of the texts that were proposed in vain those that say why, the latest first."""
    near: list[Near] = []
    looked_at = walk.missed[:NEAR_LOOKED_AT]
    for candidate, misses in zip(looked_at, await bench.missed(topic, looked_at), strict=True):
        if misses and len(near) < NEAR:
            article = candidate.article
            near.append(Near(caught_of(candidate), misses, (article.title, article.text)))
    return tuple(near)


def preview_row(found: Preview, zone: tzinfo) -> Row:
    """All of it as one object; days are those of `zone`."""
    trial, saved = found.trial, found.saved
    return {
        **backtest.trial_row(trial, found.since, found.until, found.looked_at, zone),
        "back_to": iso(found.back_to),
        "not_indexed": found.behind,
        "near": [
            {**caught_row(each.caught), "misses": miss_rows(each.misses, *each.parts)} for each in found.near
        ],
        "mails": [backtest.mails_row(each) for each in found.mails],
        "supposed": found.supposed,
        "against": None if saved is None else backtest.against_row(saved, trial),
    }


def days_of(since: datetime, until: datetime, zone: tzinfo) -> list[str]:
    """Every local day from `since` to `until`, as `counts` names them."""
    first, last = since.astimezone(zone).date(), until.astimezone(zone).date()
    return [(first + timedelta(days=step)).isoformat() for step in range((last - first).days + 1)]

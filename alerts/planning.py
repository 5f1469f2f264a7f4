"""Telling, planned: what was found becomes messages in the outbox, each thing once.

Reading and composing happen outside of the writer; a unit then plans only
what is still to be told (`storage.ledger`). So a process may die anywhere, and
two services may plan the same at the same time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TypeVar

from alerts import gathering
from alerts.gathering import Draft, Due, Ringing
from alerts.previewing import digest_listener, preview, window_of
from alerts.windows import next_due
from news.errors import SubscriptionError
from news.telling import (
    Alert,
    Coverage,
    Digest,
    Finding,
    Hit,
    Listener,
    Message,
    Overflow,
    Subscription,
    Told,
    Window,
)
from storage import ledger, telling
from storage.database import Database, no_checkpoint
from storage.ledger import Edition, Telling

# What one unit may hold, so that the writer, whom everyone shares, is free again within some 50 ms.
ALERTS_OF_A_UNIT = 100
LEDGER_ROWS_OF_A_UNIT = 5_000
DIGESTS_OF_A_UNIT = 100
# Articles looked at together: bounds what is in memory when a flood comes.
ARTICLES_AT_ONCE = 500
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Composers:
    """The words for what is told: pure functions, called in a thread."""

    digest: Callable[[Digest], Message]
    alert: Callable[[Alert], Message]
    overflow: Callable[[Overflow], Message]


@dataclass(frozen=True, slots=True)
class Content:
    """What the words of an alert or an overflow message depend on; `hour`: of an overflow, with its cap."""

    kind: Told
    zone: str
    hour: tuple[datetime, int] | None
    hits: tuple[Hit, ...]


class Planner:
    """Plans alerts and digests. `per_hour` caps a subscription's alerts, `domain` ends its Message-IDs.

    `planned` is called when messages are in the outbox, before the next are
    composed. `checkpoint` is told "digest due" and "digest rendered"; the
    units' commits are told of by the database's writer.
    """

    def __init__(
        self,
        database: Database,
        composers: Composers,
        *,
        per_hour: int,
        domain: str,
        clock: Callable[[], datetime],
        planned: Callable[[], object] = lambda: None,
        checkpoint: Callable[[str], None] = no_checkpoint,
    ) -> None:
        self._planned = planned
        self._database = database
        self._composers = composers
        self._per_hour = per_hour
        self._domain = domain
        self._clock = clock
        self._checkpoint = checkpoint

    async def plan_instant(self, articles: Collection[int] | None = None) -> int:
        """Plan alerts for articles that were just judged; returns how many messages were planned.

        None: for whatever was missed or waited, and then the overflow of hours
        that ended too. For a job that runs every so often.
        """
        if articles is not None:
            pieces = _pieces(sorted(articles), ARTICLES_AT_ONCE)
            return sum([await self._ring(piece, overflow=False) for piece in pieces])
        now = self._clock()
        left, looked_at = await self._database.read(gathering.swept, now)
        planned = await self._ring(left, overflow=True) if left else 0
        if looked_at:
            await self._database.write(ledger.note_swept, looked_at, now=now)
        return planned

    async def plan_digests(self) -> int:
        """Plan every digest that is due; returns how many were planned."""
        due = await self._database.read(gathering.due_digests, self._clock())
        if not due:
            return 0
        self._checkpoint("digest due")
        return await self._make(due)

    async def preview(self, subscription: int) -> Message:
        """`previewing.preview` by the planner's clock."""
        return await preview(self._database, self._composers.digest, subscription, self._clock())

    async def send_digest(self, subscription: int) -> Window:
        """Plan the digest of the present day or week now, as if it were due; returns its window.

        Raises UnknownSubscription, and SubscriptionError for one that is told
        at once or is paused, or whose digest of this slot was made already.
        """
        listener = await digest_listener(self._database, subscription)
        now, told = self._clock(), listener.subscription
        if told.paused is not None:
            remedy = f"Run `wirewatch subscriptions resume {told.id}` first."
            raise SubscriptionError(recipient=told.recipient, problem="it is paused", remedy=remedy)
        window = await window_of(self._database, listener, now)
        made = await self._database.read(telling.told_slots, {(told.id, window.slot)})
        if made or not await self._make([(listener, window)], even_empty=True):
            raise _already_made(listener, window, now)
        return window

    async def _make(self, due: Sequence[Due], *, even_empty: bool = False) -> int:
        """Compose and plan these digests, one composing for all who are told the same.

        One that cannot be made keeps none of the others from being made; its
        error is raised when they are.
        """
        now = due[0][1].until
        coverage = await self._database.read(gathering.coverage, now)
        # Who listens to the same reads the same: one set of topics after the other.
        sets: dict[tuple[str, ...], list[Due]] = {}
        for each in due:
            sets.setdefault(each[0].subscription.topics, []).append(each)
        results: list[int | BaseException] = []
        for group in sets.values():
            for draft in await self._database.read(gathering.drafts, group, now):
                made = self._plan_draft(draft, coverage, now, even_empty)
                results += await asyncio.gather(made, return_exceptions=True)
        return sum(_successes(results))

    async def _plan_draft(self, draft: Draft, coverage: Coverage, now: datetime, even_empty: bool) -> int:
        """Plan one digest for its subscriptions, in units of a bearable size."""
        if not (draft.hits or even_empty or draft.subscriptions[0].when_empty):
            await self._database.write(ledger.pass_over, draft.subscriptions, draft.window)
            return 0
        digest = await self._database.read(gathering.digest, draft, coverage, now)
        message = await self._compose(digest)
        self._checkpoint("digest rendered")
        late_ones = {(each.topic, each.article.id) for each in digest.findings if each.late}
        late = frozenset(hit for hit in draft.hits if (hit.topic, hit.article) in late_ones)
        size = min(DIGESTS_OF_A_UNIT, max(1, LEDGER_ROWS_OF_A_UNIT // max(1, len(draft.hits))))
        planned = 0
        for some in _pieces(draft.subscriptions, size):
            edition = Edition(tuple(some), draft.window, message, draft.hits, late)
            planned += await self._database.write(
                ledger.plan_digest, edition, now=self._clock(), domain=self._domain
            )
            self._planned()
        return planned

    async def _compose(self, digest: Digest) -> Message:
        return await asyncio.to_thread(self._composers.digest, digest)

    async def _ring(self, articles: Collection[int], *, overflow: bool) -> int:
        """Plan what is to be told at once of these articles."""
        now = self._clock()
        ringing = await self._database.read(gathering.ringing, articles, now=now, per_hour=self._per_hour)
        wanted = {hit for each in ringing for hit in _hits_of(each, overflow)}
        if not wanted:
            return 0
        found = await self._database.read(telling.findings, wanted)
        made = [telling for each in ringing for telling in self._tellings(each, found, overflow)]
        # Each message is composed once for all who are told the same.
        calls = {key: compose for _, key, compose in made}
        composed = await asyncio.gather(*map(asyncio.to_thread, calls.values()), return_exceptions=True)
        words = dict(zip(calls, composed, strict=True))
        tellings = [
            Telling(one, key.kind, message, key.hits)
            for one, key, _ in made
            if isinstance(message := words[key], Message)
        ]
        planned = 0
        for some in _pieces(tellings, ALERTS_OF_A_UNIT):
            planned += await self._database.write(
                ledger.plan_alerts, some, now=self._clock(), per_hour=self._per_hour, domain=self._domain
            )
            self._planned()
        _successes(composed)
        return planned

    def _tellings(
        self, ringing: Ringing, found: dict[Hit, Finding], overflow: bool
    ) -> Iterator[tuple[Subscription, Content, Callable[[], Message]]]:
        """What one subscription is told now, and how the words for it are made.

        What was removed on request since it was decided is not `found`; a sweep sees to the rest.
        """
        one = ringing.subscription
        for article in ringing.decision.now:
            if not found.keys() >= {*article.hits}:
                continue
            alert = Alert(one.zone, tuple(found[hit] for hit in article.hits))
            content = Content(Told.ALERT, one.zone, None, article.hits)
            yield one, content, partial(self._composers.alert, alert)
        for hour, articles in ringing.decision.overflow if overflow else ():
            hits = tuple(hit for article in articles for hit in article.hits)
            if not found.keys() >= {*hits}:
                continue
            rest = Overflow(one.zone, hour, ringing.sent[hour], tuple(found[hit] for hit in hits))
            content = Content(Told.OVERFLOW, one.zone, (hour, rest.cap), hits)
            yield one, content, partial(self._composers.overflow, rest)


def _hits_of(ringing: Ringing, overflow: bool) -> Iterator[Hit]:
    for article in ringing.decision.now:
        yield from article.hits
    for _, articles in ringing.decision.overflow if overflow else ():
        for article in articles:
            yield from article.hits


def _already_made(listener: Listener, window: Window, now: datetime) -> SubscriptionError:
    following = next_due(listener.subscription, (window.slot,), now)
    when = f"The next is due at {following:%Y-%m-%d %H:%M} UTC; " if following else ""
    return SubscriptionError(
        recipient=listener.subscription.recipient,
        problem=f"its digest of {window.slot} was made already",
        remedy=f"{when}`wirewatch digest preview {listener.subscription.id}` shows what it would hold.",
    )


def _successes(results: Sequence[T | BaseException]) -> list[T]:
    """What went well; raises the first that did not."""
    for result in results:
        if isinstance(result, BaseException):
            raise result
    return [result for result in results if not isinstance(result, BaseException)]


def _pieces(values: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    for start in range(0, len(values), size):
        yield values[start : start + size]

"""A topic tried on the archive before it is trusted: what it would have found, and whom it would have told.

Full text proposes the articles, the matcher decides. Nothing is stored and nobody is told.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo

from alerts.policy import hour_of
from alerts.windows import next_due
from matching.topics import CompiledTopics, analysis_of
from news.telling import Mode, Subscription
from news.watch import Evidence, Topic
from review import proposals
from review.rows import Row, evidence_rows, iso, row
from storage.database import Database
from storage.search import Candidate, Filters

# Read together; what is proposed is sorted anew for each page.
PAGE = 2_000
SAMPLES = 20
Observe = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Caught:
    """An article that a topic matches: when it appeared (UTC), where, and by which forms and terms."""

    article: int
    appeared: datetime
    source: str
    language: str | None
    title: str
    url: str | None
    forms: frozenset[str]
    terms: frozenset[str]


@dataclass(frozen=True, slots=True)
class Sample:
    """One of the first that were found, with what proves it: spans of its title and text."""

    caught: Caught
    evidence: tuple[Evidence, ...]
    parts: tuple[str, str]


@dataclass
class Trial:
    """What one version of a topic would have found, the latest first; `samples` are of the first ones."""

    topic: Topic
    caught: list[Caught] = field(default_factory=list)
    samples: list[Sample] = field(default_factory=list)

    def take(self, candidate: Candidate, evidence: tuple[Evidence, ...]) -> None:
        article = candidate.article
        found = Caught(
            article.id,
            article.appeared.by,
            article.source,
            candidate.language,
            article.title,
            article.url,
            frozenset(span.form for span in evidence),
            frozenset(span.term for span in evidence),
        )
        self.caught.append(found)
        if len(self.samples) < SAMPLES:
            self.samples.append(Sample(found, evidence, (article.title, article.text)))


@dataclass(frozen=True, slots=True)
class Mails:
    """How many mails of each kind one subscription would have got."""

    subscription: Subscription
    alerts: int = 0
    overflows: int = 0
    digests: int = 0


async def back_test(
    database: Database, topics: Sequence[Topic], filters: Filters, *, observe: Observe = lambda done: None
) -> tuple[int, list[Trial]]:
    """How many articles were looked at, and what each of some versions of a topic would have found.

    Texts without index terms are not looked at (`review.reindex.outdated`). `observe` is told how many
    were looked at, page by page. Raises QuerySyntaxError.
    """
    numbered = [replace(topic, slug=str(number)) for number, topic in enumerate(topics)]
    trials = [Trial(topic) for topic in topics]
    analysis = analysis_of(topics)
    wanted, proposed = CompiledTopics(analysis, numbered), proposals.of_topics(topics, analysis)
    looked_at = 0
    async with aclosing(proposals.pages(database, proposed, filters, size=PAGE)) as pages:
        coming = asyncio.ensure_future(anext(pages, None))
        while (candidates := await coming) is not None:
            # The next page is read while this one is judged, in a thread: reading waits, judging computes.
            coming = asyncio.ensure_future(anext(pages, None))
            await asyncio.to_thread(_judge_all, wanted, candidates, trials)
            looked_at += len(candidates)
            observe(len(candidates))
    return looked_at, trials


def _judge_all(wanted: CompiledTopics, candidates: Iterable[Candidate], trials: Sequence[Trial]) -> None:
    for candidate in candidates:
        _judge(wanted, candidate, trials)


def _judge(wanted: CompiledTopics, candidate: Candidate, trials: Sequence[Trial]) -> None:
    article = candidate.article
    for found in wanted.found(article.title, article.text, candidate.language, candidate.facts):
        trials[int(found.topic)].take(candidate, found.evidence)


def difference(before: Trial, after: Trial) -> tuple[list[Caught], list[Caught], list[Caught]]:
    """What `after` found and `before` did not, what it lost, and what both found; the latest first."""
    had = {caught.article for caught in before.caught}
    has = {caught.article for caught in after.caught}
    gained = [caught for caught in after.caught if caught.article not in had]
    kept = [caught for caught in after.caught if caught.article in had]
    return gained, [caught for caught in before.caught if caught.article not in has], kept


def mails(
    caught: Sequence[Caught],
    subscriptions: Iterable[Subscription],
    since: datetime,
    until: datetime,
    per_hour: int,
) -> tuple[Mails, ...]:
    """What each subscription would have got of these articles alone from `since` to `until`: an alert each
    (`per_hour` at most, the rest of an hour in one message), or the digests that have one of them."""
    moments = sorted(each.appeared for each in caught)
    return tuple(
        _alerts(each, moments, per_hour)
        if each.mode is Mode.INSTANT
        else _digests(each, moments, since, until)
        for each in subscriptions
    )


def _alerts(subscription: Subscription, moments: Sequence[datetime], per_hour: int) -> Mails:
    hours = Counter(map(hour_of, moments))
    alerts = sum(min(number, per_hour) for number in hours.values())
    return Mails(subscription, alerts, overflows=sum(number > per_hour for number in hours.values()))


def _digests(
    subscription: Subscription, moments: Sequence[datetime], since: datetime, until: datetime
) -> Mails:
    digests, left = 0, list(reversed(moments))
    for due in _due(subscription, since, until):
        some = False
        while left and left[-1] <= due:
            left.pop()
            some = True
        digests += some or subscription.when_empty
    return Mails(subscription, digests=digests)


def _due(subscription: Subscription, since: datetime, until: datetime) -> Iterator[datetime]:
    always = replace(subscription, starts_at=since, told_until=None, paused=None)
    at = next_due(always, (), since)
    while at is not None and at <= until:
        yield at
        at = next_due(always, (), at)


def counts(caught: Sequence[Caught], zone: tzinfo) -> dict[str, Counter[str]]:
    """How many articles by local day, source, language, form and term; an article counts once for each."""
    found: dict[str, Counter[str]] = {
        name: Counter() for name in ("day", "source", "language", "form", "term")
    }
    for each in caught:
        found["day"][each.appeared.astimezone(zone).date().isoformat()] += 1
        found["source"][each.source] += 1
        found["language"][each.language or "not known"] += 1
        found["form"].update(each.forms)
        found["term"].update(each.terms)
    return found


def caught_row(caught: Caught) -> Row:
    return row(
        id=caught.article,
        slug=caught.source,
        title=caught.title,
        language=caught.language,
        url=caught.url,
        first_seen=iso(caught.appeared),
        forms=sorted(caught.forms),
    )


def sample_row(sample: Sample) -> Row:
    return {**caught_row(sample.caught), "evidence": evidence_rows(sample.evidence, *sample.parts)}


def mails_row(found: Mails) -> Row:
    told = found.subscription
    return row(
        id=told.id,
        slug=None,
        title=None,
        recipient=told.recipient,
        mode=str(told.mode),
        alerts=found.alerts,
        overflows=found.overflows,
        digests=found.digests,
    )

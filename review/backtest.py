"""A topic tried on the archive before it is trusted: what it would have found, and whom it would have told.

Full text proposes the articles, the matcher decides. Nothing is stored and nobody is told.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from datetime import datetime, time, tzinfo

from alerts.policy import hour_of
from alerts.windows import next_due
from news.telling import Mode, Rhythm, Schedule, Subscription
from news.watch import Evidence, Found, Topic
from review import proposals
from review.matchers import Here
from review.rows import Row, evidence_rows, iso, row
from storage.database import Database
from storage.search import Candidate, Filters

# Read together; what is proposed is sorted anew for each page.
PAGE = 2_000
SAMPLES = 20
HOUR = time(7)  # of the digest supposed where nobody listens to the topic
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
        article, found = candidate.article, caught_of(candidate, evidence)
        self.caught.append(found)
        if len(self.samples) < SAMPLES:
            self.samples.append(Sample(found, evidence, (article.title, article.text)))


def caught_of(candidate: Candidate, evidence: Iterable[Evidence] = ()) -> Caught:
    """A candidate as it is listed, with the forms and terms that prove it."""
    article, spans = candidate.article, [*evidence]
    return Caught(
        article.id,
        article.appeared.by,
        article.source,
        candidate.language,
        article.title,
        article.url,
        frozenset(span.form for span in spans),
        frozenset(span.term for span in spans),
    )


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
    numbered, trials = numbers(topics), [Trial(topic) for topic in topics]
    matcher = Here(numbered)
    proposed = await matcher.proposed(topics)
    looked_at = 0
    async with aclosing(proposals.pages(database, proposed, filters, size=PAGE)) as pages:
        coming = asyncio.ensure_future(anext(pages, None))
        while (candidates := await coming) is not None:
            # The next page is read while this one is judged, in a thread: reading waits, judging computes.
            coming = asyncio.ensure_future(anext(pages, None))
            take(trials, candidates, await matcher.found(numbered, candidates))
            looked_at += len(candidates)
            observe(len(candidates))
    return looked_at, trials


def numbers(topics: Iterable[Topic]) -> tuple[Topic, ...]:
    """The same by their places, so that versions of one topic are told apart."""
    return tuple(replace(topic, slug=str(place)) for place, topic in enumerate(topics))


def take(
    trials: Sequence[Trial], candidates: Iterable[Candidate], found: Iterable[tuple[Found, ...]]
) -> None:
    """Give each trial what was `found` of its number in some texts, one after the other."""
    for candidate, every in zip(candidates, found, strict=True):
        for each in every:
            trials[int(each.topic)].take(candidate, each.evidence)


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


def supposed(slug: str, zone: str, since: datetime) -> tuple[Subscription, ...]:
    """Whom a topic without listeners would tell: one at once, one by a digest every morning."""
    return tuple(
        Subscription(
            *(0, "nobody yet", "smtp", mode, (slug,), zone),
            schedule=Schedule(Rhythm.DAILY, HOUR) if mode is Mode.DIGEST else None,
            when_empty=False,
            added=since,
            starts_at=since,
        )
        for mode in (Mode.INSTANT, Mode.DIGEST)
    )


def trial_row(trial: Trial, since: datetime, until: datetime, looked_at: int, zone: tzinfo) -> Row:
    """What a version would have found; days are those of `zone`."""
    return {
        "topic": trial.topic.slug,
        "version": trial.topic.version or None,
        "since": iso(since),
        "until": iso(until),
        "looked_at": looked_at,
        "articles": len(trial.caught),
        **{f"by_{what}": dict(each) for what, each in counts(trial.caught, zone).items()},
        "first": [sample_row(sample) for sample in trial.samples],
    }


def against_row(before: Trial, after: Trial) -> Row:
    """What `after` gained and lost."""
    gained, lost, kept = difference(before, after)
    return {
        "version": before.topic.version,
        "gained": [caught_row(each) for each in gained],
        "lost": [caught_row(each) for each in lost],
        "kept": len(kept),
    }


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

"""The latest articles that hold what is searched for: a page at a time, as soon as it is full."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import product

from news.source import Source
from news.watch import Topic
from review.backtest import numbers
from review.matchers import Matcher
from review.search import Hit, asked, hit, together
from storage import search
from storage.database import Database
from storage.inbox import Sieve
from storage.search import Filters, Place

# In so many texts a page is looked for, a few more at a time than are wanted.
MOST, SPARE = 1_000, 10
# What makes a line a query: an operator in capitals, a bracket, a field, an exact form, a beginning.
_OPERATOR = r"(?:^|\s)(?:AND|OR|NOT|(?:NEAR|ORDERED|ATLEAST)/\d+)(?=\s|$)"
_QUERY = re.compile(rf"{_OPERATOR}|[()]|(?:^|\s)(?:[a-z]+:|=)\S|\w\*")
_QUOTES = '"“”„«»'
_PHRASES = re.compile(f"[{_QUOTES}]([^{_QUOTES}]+)[{_QUOTES}]|([^\\s{_QUOTES}]+)")


@dataclass(frozen=True, slots=True)
class Latest:
    """Hits, the latest first, and where the next page begins; None: there is no more."""

    hits: tuple[Hit, ...]
    onward: Place | None


def written(line: str) -> tuple[Topic, ...]:
    """What is searched for by a line as people write it: all of its words and "phrases", or a query
    (docs/topics.md) where it has an operator, a bracket or a field. Raises QueryError, QuerySyntaxError."""
    if _QUERY.search(line):
        return asked((), line)
    parts = [phrase.strip() or word for phrase, word in _PHRASES.findall(line)]
    return asked(tuple(dict.fromkeys(part for part in parts if part)))


def filters_of(sieve: Sieve, sources: Iterable[Source], account: int) -> Filters:
    """What the inbox's filters let through of the whole archive. Those that ask what was said of an article
    (verdicts, tags, who read it) leave what is in the inbox."""
    asked = {
        "slug": sieve.sources,
        "outlet": sieve.outlets,
        "kind": sieve.kinds,
        "tier": sieve.tiers,
        "country": sieve.countries,
        "speaks_for": sieve.speaks_for,
    }
    given = {name: values for name, values in asked.items() if values}
    slugs = tuple(
        source.slug
        for source in sources
        if all(getattr(source, name) in values for name, values in given.items())
    )
    said = Sieve(
        judged=sieve.judged,
        verdicts=sieve.verdicts,
        tags=sieve.tags,
        assignee=sieve.assignee,
        read=sieve.read,
        starred=sieve.starred,
    )
    return Filters(
        sources=slugs if given else None,
        languages=sieve.languages,
        topics=sieve.topics,
        since=sieve.since,
        until=sieve.until,
        listed=None if said == Sieve() else (replace(said, topics=sieve.topics), account),
    )


async def latest(
    database: Database,
    matcher: Matcher,
    wanted: Sequence[Topic],
    filters: Filters,
    *,
    after: Place | None = None,
    limit: int = 40,
    most: int = MOST,
) -> Latest:
    """The latest articles that hold all that is `wanted` (`written`, `review.search.asked`), from a place
    on. At most about `most` texts are looked at: then there may be fewer, and `onward` says where to go on.

    Raises QuerySyntaxError, ReaderFailed and ReaderUnavailable as the matcher does.
    """
    numbered = numbers(wanted)
    ways = product(*[await matcher.proposed([topic]) for topic in numbered])
    words = [[keys for each in way for keys in each] for way in ways]
    hits: list[Hit] = []
    looked_at, place = 0, after
    while True:
        size = limit - len(hits) + SPARE
        page = await database.read(search.candidates, words, filters, after=place, limit=size)
        every = await matcher.found(numbered, page.candidates)
        for candidate, found in zip(page.candidates, every, strict=True):
            evidence = together(found, len(numbered))
            if evidence is not None:
                hits.append(hit(candidate, evidence))
            if len(hits) == limit:
                return Latest(tuple(hits), Place(candidate.article.appeared.by, candidate.article.id))
        looked_at, place = looked_at + len(page.candidates), page.onward
        if place is None or looked_at >= most:
            return Latest(tuple(hits), place)

"""What changed from one version of a topic to another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

from news.errors import TopicError
from news.watch import Term, Topic, TopicVersion
from review.rows import Row, iso, row, term_rows


@dataclass(frozen=True, slots=True)
class Change:
    """What came and went from version `before` (0: there was none) to `after`: terms, and where they
    differ the query and the number of mentions, each as it was and as it is."""

    before: int
    after: int
    added: tuple[Term, ...]
    removed: tuple[Term, ...]
    query: tuple[str, str] | None = None
    mentions: tuple[int, int] | None = None


def changes(versions: Sequence[TopicVersion]) -> tuple[Change, ...]:
    """What each version changed, the first first."""
    return tuple(_change(*pair) for pair in pairwise((_nothing(), *versions)))


def between(
    slug: str, versions: Sequence[TopicVersion], before: int | None = None, after: int | None = None
) -> Change:
    """What changed between two versions: without `after` to the latest, without `before` from the one
    before it. Raises TopicError for a version there is not."""
    latest = versions[-1].version
    after = latest if after is None else after
    before = after - 1 if before is None else before
    known = {version.version: version for version in (_nothing(), *versions)}
    for number in (before, after):
        if number not in known:
            problem = f"it has no version {number}"
            raise TopicError(topic=slug, problem=problem, remedy=f"There are 1 to {latest}.")
    return _change(known[before], known[after])


def merged(base: Topic, mine: Topic, theirs: Topic) -> Topic:
    """Two changes of one topic as one: `theirs` with what `mine` added and without what it took away. Where
    both changed name, query or mentions, it is mine."""
    kept = [term for term in theirs.terms if term in mine.terms or term not in base.terms]
    terms = tuple(dict.fromkeys((*kept, *(term for term in mine.terms if term not in base.terms))))
    query = theirs.query if mine.query == base.query else mine.query
    return replace(
        theirs,
        terms=() if query else terms,
        query=query,
        name=theirs.name if mine.name == base.name else mine.name,
        mentions=theirs.mentions if mine.mentions == base.mentions else mine.mentions,
    )


def difference(before: Topic, after: Topic) -> Change:
    """What changes from one topic to another, whichever versions they are or are to be."""
    return _change(_as_version(before), _as_version(after))


def _as_version(topic: Topic) -> TopicVersion:
    return TopicVersion(
        topic.version,
        datetime.min.replace(tzinfo=UTC),
        None,
        topic.terms,
        articles=0,
        query=topic.query,
        mentions=topic.mentions,
    )


def version_row(slug: str, version: TopicVersion, change: Change) -> Row:
    """A version: when, by whom, what it changed, and in how many articles it was found."""
    return row(
        id=version.version,
        slug=slug,
        version=version.version,
        at=iso(version.at),
        by=version.pack or "hand",
        terms=len(version.terms),
        query=version.query or None,
        mentions=version.mentions,
        articles=version.articles,
        **_what(change),
    )


def change_row(slug: str, change: Change) -> Row:
    """A change between two versions."""
    return row(id=slug, slug=slug, before=change.before, after=change.after, **_what(change))


def _nothing() -> TopicVersion:
    """What there was before the first version."""
    return TopicVersion(0, datetime.min.replace(tzinfo=UTC), None, (), 0)


def _change(then: TopicVersion, now: TopicVersion) -> Change:
    return Change(
        then.version,
        now.version,
        added=tuple(term for term in now.terms if term not in then.terms),
        removed=tuple(term for term in then.terms if term not in now.terms),
        query=(then.query, now.query) if then.query != now.query else None,
        mentions=(then.mentions, now.mentions) if then.mentions != now.mentions else None,
    )


def _what(change: Change) -> dict[str, Any]:
    """Of query and mentions: as it was, as it is; None where nothing changed."""
    return {
        "added": term_rows(change.added),
        "removed": term_rows(change.removed),
        "changed_query": list(change.query) if change.query else None,
        "changed_mentions": list(change.mentions) if change.mentions else None,
    }

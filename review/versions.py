"""What changed from one version of a topic to another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from news.errors import TopicError
from news.watch import Term, TopicVersion
from review.rows import Row, iso, row, term_rows


@dataclass(frozen=True, slots=True)
class Change:
    """The terms that came and went from version `before` (0: there was none) to `after`."""

    before: int
    after: int
    added: tuple[Term, ...]
    removed: tuple[Term, ...]


def changes(versions: Sequence[TopicVersion]) -> tuple[Change, ...]:
    """What each version changed, the first first."""
    terms: tuple[Term, ...] = ()
    found, before = [], 0
    for version in versions:
        found.append(_change(before, terms, version.version, version.terms))
        before, terms = version.version, version.terms
    return tuple(found)


def between(
    slug: str, versions: Sequence[TopicVersion], before: int | None = None, after: int | None = None
) -> Change:
    """What changed between two versions: without `after` to the latest, without `before` from the one
    before it. Raises TopicError for a version there is not."""
    latest = versions[-1].version
    after = latest if after is None else after
    before = after - 1 if before is None else before
    terms = {0: (), **{version.version: version.terms for version in versions}}
    for number in (before, after):
        if number not in terms:
            problem = f"it has no version {number}"
            raise TopicError(topic=slug, problem=problem, remedy=f"There are 1 to {latest}.")
    return _change(before, terms[before], after, terms[after])


def version_row(slug: str, version: TopicVersion, change: Change) -> Row:
    """A version: when, by whom, what it changed, and in how many articles it was found."""
    return row(
        id=version.version,
        slug=slug,
        version=version.version,
        at=iso(version.at),
        by=version.pack or "hand",
        terms=len(version.terms),
        articles=version.articles,
        **_terms(change),
    )


def change_row(slug: str, change: Change) -> Row:
    """A change between two versions."""
    return row(id=slug, slug=slug, before=change.before, after=change.after, **_terms(change))


def _change(before: int, then: Sequence[Term], after: int, now: Sequence[Term]) -> Change:
    old, new = set(then), set(now)
    added = tuple(term for term in now if term not in old)
    return Change(before, after, added, tuple(term for term in then if term not in new))


def _terms(change: Change) -> dict[str, Any]:
    return {"added": term_rows(change.added), "removed": term_rows(change.removed)}

"""The units of work that store outcomes. Each runs whole or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from crawler import deciding
from crawler.outcomes import UNJUDGED, Fetched, Kept, Outdated, Visited
from crawler.parts import Pace
from news.article import Entry
from news.cadence import next_visit
from news.visit import Outcome, Visit, Wishes
from news.work import ReadTask, VisitTask
from storage import announcing, articles, topics, visits, work
from storage.database import Connection


def slices(entries: Sequence[Entry], size: int) -> list[Sequence[Entry]]:
    """The entries in units of at most `size`; the last, perhaps empty, goes with the visit itself."""
    return [entries[at : at + size] for at in range(0, len(entries), size)] or [()]


def announced(conn: Connection, visited: Visited, entries: Sequence[Entry]) -> announcing.Announced:
    """Announce one slice of a visit's entries, before the visit itself is recorded."""
    previous, slug = visited.task.previous, visited.task.source.slug
    if visited.cut:
        # First, so that an entry is not taken for an item that was cut and still stands in the list.
        announcing.seen_again(conn, slug, visited.cut, visited.visit.at)
    return announcing.announce(
        conn,
        slug,
        entries,
        at=visited.visit.at,
        after=previous,
        backfill=previous is None,
    )


def visit_recorded(
    conn: Connection,
    visited: Visited,
    entries: Sequence[Entry],
    earlier: announcing.Announced,
    *,
    now: datetime,
    pace: Pace,
) -> Visit:
    """The visit, its last slice of entries, its validators and its host's release: one unit.

    A validator saved before its items would lose them for ever. Returns the
    visit as recorded, with what turned out to be new.
    """
    task, visit = visited.task, visited.visit
    found = earlier + announced(conn, visited, entries) if entries or visited.cut else earlier
    history = visits.history(conn, task.source.slug)
    if visit.outcome is Outcome.NEW:
        outcome, reason = deciding.of_list(visit.listed, history.held_items, found.new + found.changed)
        visit = replace(visit, outcome=outcome, reason=reason)
    visit = replace(visit, new=found.new, changed=found.changed)
    due = next_visit(
        now=now, source=task.source, history=history, wishes=visited.wishes, outcome=visit.outcome
    )
    validators = None if visit.outcome is Outcome.BLANK else visited.validators
    visits.record(conn, visit, next_visit_at=due, validators=validators)
    _release(conn, task, now=now, pace=pace, wait=visited.wishes.retry_after)
    return visit


def stored(conn: Connection, fetched: Fetched, *, now: datetime, pace: Pace) -> Kept | Outdated:
    """A text with its matches, or the feed's own words in its place, or when to try again: one unit.

    Where the topics have changed since the text was judged, nothing is kept.
    """
    task, judgement = fetched.task, fetched.judgement or UNJUDGED
    if judgement.index is not None and judgement.edition != topics.held_edition(conn):
        return Outdated()
    kept = Kept()
    if fetched.reading is None:
        assert fetched.retry_at is not None, "without a text there is a next try"
        articles.postpone(
            conn,
            task.article,
            next_try_at=fetched.retry_at,
            reason=fetched.reason or "",
            crashed=fetched.crashed,
        )
    elif fetched.reason is None:
        kept = _kept(articles.store(conn, task.article, fetched.reading, judgement, at=now))
    else:
        kept = _kept(
            articles.store_stand_in(
                conn, task.article, fetched.reading, judgement, reason=fetched.reason, at=now
            )
        )
    _release(conn, task, now=now, pace=pace, wait=fetched.wait, asked=fetched.fetched)
    return kept


def _kept(stored: articles.Stored) -> Kept:
    return Kept(stored.article, stored.loud)


def abandoned(
    conn: Connection, task: VisitTask | ReadTask, reason: str, *, now: datetime, pace: Pace
) -> None:
    """A task whose outcome was lost to a bug of ours: noted, tried again later."""
    if isinstance(task, VisitTask):
        visit = Visit(source=task.source.slug, at=now, outcome=Outcome.FAILED, reason=reason)
        history = visits.history(conn, task.source.slug)
        due = next_visit(now=now, source=task.source, history=history, wishes=Wishes(), outcome=visit.outcome)
        visits.record(conn, visit, next_visit_at=due, validators=None)
    else:
        again = now + deciding.RETRIES[-1]
        articles.postpone(conn, task.article, next_try_at=again, reason=reason, crashed=True)
    _release(conn, task, now=now, pace=pace)


def _release(
    conn: Connection,
    task: VisitTask | ReadTask,
    *,
    now: datetime,
    pace: Pace,
    wait: float | None = None,
    asked: bool = True,
) -> None:
    pause = max(pace.delay, wait or 0.0) if asked else 0.0
    work.release(conn, task.host, pace.holder, next_at=now + timedelta(seconds=pause))

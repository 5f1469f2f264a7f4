"""The units of work that store outcomes. Each runs whole or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from crawler import backfilling, deciding
from crawler.outcomes import UNJUDGED, Fetched, Kept, Outdated, Paged, Visited
from crawler.parts import Pace
from news.article import Brought, Entry
from news.cadence import next_visit
from news.trace import Look, Trace
from news.visit import GOOD, Outcome, Visit, Wishes
from news.work import BackfillState, BackfillTask, ReadTask, VisitTask
from storage import announcing, articles, backfills, topics, visits, work
from storage.database import Connection

# Visits with more entries are recorded alone: those that share a unit stay within a slice together.
FEW = 10


def slices(entries: Sequence[Entry], size: int) -> list[Sequence[Entry]]:
    """The entries in units of at most `size`; the last, perhaps empty, goes with the visit itself."""
    return [entries[at : at + size] for at in range(0, len(entries), size)] or [()]


def announced(conn: Connection, visited: Visited, entries: Sequence[Entry]) -> announcing.Announced:
    """Announce one slice of a visit's entries, before the visit itself is recorded."""
    _seen_again(conn, visited)
    [found] = announcing.announce_all(conn, [_listing(visited, entries)])
    return found


def _seen_again(conn: Connection, visited: Visited) -> None:
    """First of all, so that an entry is not taken for an item that was cut and still stands in the list."""
    if visited.cut:
        announcing.seen_again(conn, visited.task.source.slug, visited.cut, visited.visit.at)


def _listing(visited: Visited, entries: Sequence[Entry]) -> announcing.Listing:
    previous = visited.task.previous
    slug, at = visited.task.source.slug, visited.visit.at
    return announcing.Listing(slug, entries, at, after=previous, backfill=previous is None)


@dataclass(frozen=True, slots=True)
class Ended:
    """A visit that ended at `now`, its last slice of entries, and what the `earlier` slices gave."""

    visited: Visited
    entries: Sequence[Entry]
    earlier: announcing.Announced
    now: datetime
    pace: Pace


def visits_recorded(conn: Connection, ended: Sequence[Ended]) -> list[Visit]:
    """Visits with their last slices of entries, their validators and their hosts' release: one unit.

    A validator saved before its items would lose them for ever. Returns the
    visits as recorded, with what turned out to be new.
    """
    for each in ended:
        _seen_again(conn, each.visited)
    found = announcing.announce_all(conn, [_listing(each.visited, each.entries) for each in ended])
    records = [_recorded(each, each.earlier + now) for each, now in zip(ended, found, strict=True)]
    visits.record_all(conn, records)
    for pace in {each.pace for each in ended}:
        these = (each for each in ended if each.pace is pace)
        work.release_each(conn, pace.holder, [(each.visited.task.host, _next_at(each)) for each in these])
    return [record.visit for record in records]


def _recorded(ended: Ended, found: announcing.Announced) -> visits.Recorded:
    """The visit with what was `found` in all, and when to come again."""
    visited = ended.visited
    task, visit = visited.task, visited.visit
    if visit.outcome is Outcome.NEW:
        held = task.history.held_items
        outcome, reason = deciding.of_list(visit.listed, held, found.new + found.changed)
        visit = replace(visit, outcome=outcome, reason=reason)
    if found.new or found.changed:
        visit = replace(visit, new=found.new, changed=found.changed)
    due = next_visit(
        now=ended.now,
        source=task.source,
        history=task.history,
        wishes=visited.wishes,
        outcome=visit.outcome,
    )
    validators = None if visit.outcome is Outcome.BLANK else visited.validators
    arrived = task.previous is not None
    return visits.Recorded(visit, due, validators, _traced(visited, visit), arrived)


def _traced(visited: Visited, visit: Visit) -> Trace | None:
    """What the source's good visits have left behind by now; None where this was none."""
    if visit.outcome not in GOOD:
        return None
    task = visited.task
    dates = [entry.published.at for entry in visited.entries if entry.published and entry.published.at]
    look = Look(
        at=visit.at,
        previous=task.previous,
        new=visit.new,
        rewritten=visit.listed > 0 and visit.new == visit.changed == 0,
        seconds=visit.duration,
        newest=max(dates, default=None),
    )
    return task.history.trace.after(look)


def _next_at(ended: Ended) -> datetime:
    return ended.now + timedelta(seconds=max(ended.pace.delay, ended.visited.wishes.retry_after or 0.0))


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


def filled(conn: Connection, paged: Paged, entries: Sequence[Entry]) -> announcing.Announced:
    """Announce some entries of a back-fill's list page: for the archive, but for what is news."""
    task = paged.task
    news = [entry for entry in entries if backfilling.is_news(entry, task)]
    rest = [entry for entry in entries if not backfilling.is_news(entry, task)]
    archive = announcing.Listing(
        task.source.slug, rest, paged.at, after=None, backfill=True, brought=Brought.BACKFILL
    )
    live = announcing.Listing(task.source.slug, news, paged.at, after=task.visited, backfill=False)
    silent, loud = announcing.announce_all(conn, [archive, live])
    return silent + loud


def paged(
    conn: Connection,
    paged: Paged,
    entries: Sequence[Entry],
    earlier: announcing.Announced,
    *,
    now: datetime,
    pace: Pace,
) -> None:
    """A list page's last entries, where the back-fill goes on, and its host's release: one unit."""
    task = paged.task
    if paged.state is BackfillState.STOPPED:
        reason = paged.reason or "unknown"
        backfills.missed(conn, task, reason=reason, retry_at=paged.retry_at, now=now)
    else:
        found = earlier + filled(conn, paged, entries)
        backfills.read(
            conn,
            task,
            key=paged.key,
            listed=paged.listed,
            found=found.new,
            oldest=paged.oldest,
            onward=paged.onward,
            state=paged.state,
            reason=paged.reason,
            now=now,
        )
    _release(conn, task, now=now, pace=pace, wait=paged.wait)


def abandoned(
    conn: Connection, task: VisitTask | ReadTask | BackfillTask, reason: str, *, now: datetime, pace: Pace
) -> None:
    """A task whose outcome was lost to a bug of ours: noted, tried again later."""
    if isinstance(task, VisitTask):
        visit = Visit(source=task.source.slug, at=now, outcome=Outcome.FAILED, reason=reason)
        due = next_visit(
            now=now, source=task.source, history=task.history, wishes=Wishes(), outcome=visit.outcome
        )
        visits.record(conn, visit, next_visit_at=due, validators=None)
    elif isinstance(task, BackfillTask):
        backfills.missed(conn, task, reason=reason, retry_at=None, now=now)
    else:
        again = now + deciding.RETRIES[-1]
        articles.postpone(conn, task.article, next_try_at=again, reason=reason, crashed=True)
    _release(conn, task, now=now, pace=pace)


def _release(
    conn: Connection,
    task: VisitTask | ReadTask | BackfillTask,
    *,
    now: datetime,
    pace: Pace,
    wait: float | None = None,
    asked: bool = True,
) -> None:
    pause = max(pace.delay, wait or 0.0) if asked else 0.0
    work.release(conn, task.host, pace.holder, next_at=now + timedelta(seconds=pause))

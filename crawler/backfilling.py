"""A source's lists paged back: pure decisions on what a list page means for where to go on."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time

from crawler import deciding
from crawler.outcomes import Paged
from crawler.reading.entries import ListReading
from news.article import Entry
from news.errors import Interstitial, WirewatchError
from news.source import Source
from news.work import BackfillState, BackfillTask
from storage.identity import digest

# What sites answer for a page after the last.
PAST_THE_END = frozenset((*deciding.BEYOND, 410))
# Lists whose entries stand in no order of time: a date too early does not end them.
UNORDERED = frozenset({"sitemap"})


def of_status(
    task: BackfillTask, status: int, *, now: datetime, attempts: int, wait: float | None
) -> Paged | None:
    """What an HTTP status alone says about a list page; None: the body is to be read."""
    if status == 200:
        return None
    if task.pages and status in PAST_THE_END:
        return Paged(task, now, BackfillState.RUNNING)
    settled = deciding.of_status(status)
    reason = settled[1] if settled and settled[1] else f"an answer that is no page ({status})"
    return _missed(task, reason, deciding.is_final(status), now=now, attempts=attempts, wait=wait)


def of_error(task: BackfillTask, error: WirewatchError, *, now: datetime, attempts: int) -> Paged:
    """What it means that the page could not be had or read for an expected error."""
    final = not (error.retryable or isinstance(error, Interstitial))
    return _missed(task, str(error), final, now=now, attempts=attempts, wait=error.facts.get("wait"))


def of_list(task: BackfillTask, found: ListReading, now: datetime) -> Paged:
    """What a list page holds for the archive, and where to go on.

    It has gone back far enough where most dated entries are from before the
    task's `since`; these are left out then, as they are of lists in no order.
    """
    entries = found.entries
    dates = [moment for entry in entries if (moment := _latest(entry)) is not None]
    older = sum(moment < task.since for moment in dates)
    ordered = task.source.spider not in UNORDERED
    reached = ordered and older * 2 > len(dates)
    kept = entries if ordered and not reached else _from(entries, task.since, now)
    next_page = found.next_url or _numbered(task)
    onward = ((next_page,) if next_page and entries else ()) + found.onward
    return Paged(
        task,
        now,
        BackfillState.REACHED if reached else BackfillState.RUNNING,
        entries=kept,
        listed=len(entries),
        key=digest(*(f"{entry.link} {entry.title}" for entry in entries)) if entries else None,
        oldest=min(dates, default=None),
        onward=onward,
        reason=None if onward or reached or task.pages else _one_page(task.source, bool(entries)),
    )


def _numbered(task: BackfillTask) -> str | None:
    """The address after this page's where the source's are numbered; its own is the first."""
    template = task.source.rules.page_url
    if template is None:
        return None
    number = re.fullmatch(re.escape(template).replace(r"\{page\}", r"(\d+)"), task.url)
    return template.replace("{page}", str(int(number[1]) + 1 if number else 2))


def _from(entries: tuple[Entry, ...], since: datetime, now: datetime) -> tuple[Entry, ...]:
    """Those from then on; what says no date may be."""
    return tuple(entry for entry in entries if (_latest(entry) or now) >= since)


def is_news(entry: Entry, task: BackfillTask) -> bool:
    """Whether an entry that is not known yet would be found by the source's next visit, too: then it is
    news as any other. What was published before the last visit, or says no date, fills the archive."""
    latest = _latest(entry)
    return task.source.enabled and None not in (task.visited, latest) and latest >= task.visited  # type: ignore[operator]


def _latest(entry: Entry) -> datetime | None:
    """The latest moment (UTC) an entry's date can mean; of a date without an hour its last in UTC."""
    if entry.published is None:
        return None
    return entry.published.at or datetime.combine(entry.published.day, time.max, UTC)


def _missed(
    task: BackfillTask, reason: str, final: bool, *, now: datetime, attempts: int, wait: float | None
) -> Paged:
    """The page could not be had: again later, or the back-fill stops here until it is asked for again."""
    retry_at = None
    if not final and task.attempts + 1 < attempts:
        retry_at = deciding.after(task.attempts, now=now, wait=wait)
    return Paged(task, now, BackfillState.STOPPED, reason=reason, retry_at=retry_at, wait=wait)


def _one_page(source: Source, listed: bool) -> str:
    """Why there is no second page, and what to do."""
    if not listed:
        return "its list holds nothing"
    if source.spider in ("listing", "jsonlist"):
        return "only the first page of its list is known: set rules.next or rules.page_url (docs/sources.md)"
    return (
        "its list has no further pages and goes no further back: "
        "`wirewatch import` takes addresses and saved pages instead"
    )

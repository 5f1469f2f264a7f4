"""How a source is doing, in one word, and in a sentence with what to do about it."""

from __future__ import annotations

from datetime import datetime, timedelta

from news.source import Source
from news.visit import Health, History, Outcome, State, Visit

TROUBLE = {
    Outcome.FAILED: (
        State.FAILING,
        "cannot be had",
        "If the address opens in a browser, look for a newer one",
    ),
    Outcome.BLOCKED: (
        State.BLOCKED,
        "refuses us",
        "Ask its owner, or look for another way in (a feed, another address)",
    ),
    Outcome.BLANK: (
        State.BLANK,
        "gives no items although it used to",
        "Open it and look: its layout or address may have changed",
    ),
}


def health(source: Source, history: History, now: datetime) -> Health:
    """The state of `source` at `now` (UTC), since when, and the reason in words.

    The latest visit decides between fine and trouble. A source is silent
    where visits are good but the latest item (or, without any, its addition)
    lies longer back than its `silence`, in hours.
    """
    if history.last is None:
        return Health(State.FINE, None, "not visited yet")
    if history.last.outcome in TROUBLE:
        return _in_trouble(source, history, history.last, now)
    silence = timedelta(hours=source.silence)
    latest = history.arrivals[0] if history.arrivals else None
    quiet_from = latest or history.added or history.last.at
    if now - quiet_from <= silence:
        said = f"last new item {_lasting(now - latest)} ago" if latest else "no item yet"
        return Health(State.FINE, None, said)
    lack = "new item for" if latest else "item since it was added,"
    return Health(
        State.SILENT,
        quiet_from + silence,
        f"no {lack} {_lasting(now - quiet_from)}; its hint is {_lasting(silence)}. "
        f"Open {source.url} and look; if it is merely slow, raise `silence`.",
    )


def _in_trouble(source: Source, history: History, last: Visit, now: datetime) -> Health:
    state, what, remedy = TROUBLE[last.outcome]
    since = history.failing_since or last.at
    times = "1 visit" if history.failures <= 1 else f"{history.failures} visits in a row"
    good = (
        f"last good visit {_lasting(now - history.last_good)} ago"
        if history.last_good
        else "never a good visit"
    )
    why = f": {last.reason.rstrip('.')}" if last.reason else ""
    return Health(
        state,
        since,
        f"{what} (for {_lasting(now - since)}; {times}; {good}){why}. {remedy}: {source.url}",
    )


def _lasting(span: timedelta) -> str:
    """A span in words, in the largest unit of which it has two: 47 hours, 2 days."""
    seconds = max(span.total_seconds(), 0.0)
    for unit, length in (("day", 86400), ("hour", 3600), ("minute", 60)):
        if seconds >= 2 * length:
            return f"{seconds // length:.0f} {unit}s"
    return f"{seconds:.0f} seconds"
